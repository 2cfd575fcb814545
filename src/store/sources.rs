//! What each source did: its own texts, those of others, and how long after the first.

use rusqlite::Row;
use rustc_hash::FxHashMap;

use super::rows::SourceLine;
use super::{Reader, Result};

/// The first version of each article stands for it, and the earliest article of its story for the text that it takes up.
const SOURCES: &str = "WITH origin AS (SELECT p.story, a.source,
     row_number() OVER (PARTITION BY p.story ORDER BY coalesce(a.published, a.received), a.pos) AS place
     FROM articles a JOIN placements p USING(pos)),
   own AS (SELECT a.source, p.relation, origin.source AS of FROM articles a JOIN placements p USING(pos)
     LEFT JOIN origin ON origin.story = p.story AND origin.place = 1 AND p.relation IN ('copy', 'edited', 'rewrite') WHERE a.version = 1),
   copied AS (SELECT source, of, count(*) AS n, row_number() OVER (PARTITION BY source ORDER BY count(*) DESC, of) AS place
     FROM own WHERE of <> source GROUP BY 1, 2)
   SELECT s.no, s.name, count(*), sum(relation = 'first'), sum(relation IN ('first', 'report')),
     count(own.of) - coalesce(sum(own.of = s.no), 0), coalesce(sum(own.of = s.no), 0),
     sum(relation = 'roundup'), o.name, coalesce(c.n, 0)
   FROM own JOIN sources s ON s.no = own.source LEFT JOIN copied c ON c.source = s.no AND c.place = 1 LEFT JOIN sources o ON o.no = c.of
   GROUP BY s.no ORDER BY 3 DESC, 2";

/// By how many microseconds a source came after the first one of an event, where both hours are known.
const DELAYS: &str = "SELECT source, at - first FROM
     (SELECT source, at, min(at) OVER (PARTITION BY event) AS first FROM
       (SELECT p.event, a.source, min(a.published) AS at FROM articles a JOIN placements p USING(pos)
        WHERE a.published IS NOT NULL AND a.precision <> 'day' GROUP BY 1, 2))
   WHERE at > first";

impl Reader {
    /// What each source did, most articles first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceLine>> {
        let mut delays = self.delays()?;
        let mut query = self.connection.prepare_cached(SOURCES)?;
        let line = |r: &Row<'_>| {
            Ok(SourceLine {
                source: r.get(1)?,
                articles: r.get(2)?,
                first: r.get(3)?,
                originals: r.get(4)?,
                copies: r.get(5)?,
                again: r.get(6)?,
                roundups: r.get(7)?,
                copies_most: r.get(8)?,
                copies_most_articles: r.get(9)?,
                median_delay_hours: delays.get_mut(&r.get(0)?).and_then(|d| median(d)).map(|micros| micros / 3.6e9),
            })
        };
        Ok(query.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
    }

    fn delays(&self) -> Result<FxHashMap<i64, Vec<i64>>> {
        let mut delays: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
        let mut query = self.connection.prepare_cached(DELAYS)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            delays.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(delays)
    }
}

/// The middle value; the mean of the two middle ones where the number is even.
fn median(values: &mut [i64]) -> Option<f64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)? as f64;
    Some(if values.len().is_multiple_of(2) { (values[middle - 1] as f64 + upper) / 2.0 } else { upper })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_of_any_number() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [5]), Some(5.0));
        assert_eq!(median(&mut [9, 1, 4]), Some(4.0));
        assert_eq!(median(&mut [9, 1, 4, 6]), Some(5.0));
    }
}
