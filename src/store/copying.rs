//! Who copies whom: of how many articles of a source the text began with another.

use super::rows::CopyLine;
use super::{Reader, Result};

const COPYING: &str = "WITH pair AS MATERIALIZED (SELECT source, of, sum(articles) AS n FROM event_sources GROUP BY 1, 2),
   all_of AS (SELECT source, sum(n) AS articles FROM pair GROUP BY 1)
   SELECT s.name, x.articles, t.name, y.articles, pair.n FROM pair JOIN sources s ON s.no = pair.source JOIN sources t ON t.no = pair.of
   JOIN all_of x ON x.source = pair.source JOIN all_of y ON y.source = pair.of
   WHERE pair.of <> pair.source AND pair.n > 0 ORDER BY pair.n DESC, s.name, t.name";

impl Reader {
    /// Each pair of a source and one that it copies, most copied articles first. What a source takes from itself is no copying, and later
    /// versions of an article count for nothing.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn copying(&self) -> Result<Vec<CopyLine>> {
        let mut query = self.connection.prepare_cached(COPYING)?;
        let line = |r: &rusqlite::Row<'_>| {
            Ok(CopyLine {
                source: r.get(0)?,
                source_articles: r.get(1)?,
                copies: r.get(2)?,
                copies_articles: r.get(3)?,
                articles: r.get(4)?,
            })
        };
        Ok(query.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
    }
}
