//! Who copies whom: of how many articles of a source the text began with another.

use super::rows::CopyLine;
use super::{Reader, Result};

/// The first version of each article stands for it, and the earliest article of its story for where the text comes from. What a source
/// takes from itself is no copying.
const COPYING: &str = "WITH origin AS (SELECT p.story, a.source,
     row_number() OVER (PARTITION BY p.story ORDER BY coalesce(a.published, a.received), a.pos) AS place
     FROM articles a JOIN placements p USING(pos)),
   all_of AS (SELECT source, count(*) AS articles FROM articles WHERE version = 1 GROUP BY 1)
   SELECT s.name, x.articles, t.name, y.articles, n
   FROM (SELECT a.source, origin.source AS of, count(*) AS n FROM articles a JOIN placements p USING(pos)
     JOIN origin ON origin.story = p.story AND origin.place = 1
     WHERE a.version = 1 AND p.relation IN ('copy', 'edited', 'rewrite') AND origin.source <> a.source GROUP BY 1, 2)
   AS pair JOIN sources s ON s.no = pair.source JOIN sources t ON t.no = pair.of
   JOIN all_of x ON x.source = pair.source JOIN all_of y ON y.source = pair.of
   ORDER BY n DESC, s.name, t.name";

impl Reader {
    /// Each pair of a source and one that it copies, most copied articles first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn copying(&self) -> Result<Vec<CopyLine>> {
        let mut query = self.connection.prepare_cached(COPYING)?;
        let line = |r: &rusqlite::Row<'_>| {
            Ok(CopyLine { source: r.get(0)?, source_articles: r.get(1)?, copies: r.get(2)?, copies_articles: r.get(3)?, articles: r.get(4)? })
        };
        Ok(query.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
    }
}
