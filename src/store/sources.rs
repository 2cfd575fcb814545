//! What each source did: its own texts, those of others, and how long after the first.

use rusqlite::{OptionalExtension, Row};
use rustc_hash::FxHashMap;

use super::ids::id_bytes;
use super::rows::{CreditLine, SourceLine};
use super::{Reader, Result};
use crate::sources::{Sources, host_of, key};

/// The earliest article of its story stands for the text that an article takes up, and later versions count for nothing.
const SOURCES: &str = "WITH pair AS MATERIALIZED (SELECT source, of, sum(articles) AS n, sum(first) AS first, sum(roundups) AS roundups FROM event_sources GROUP BY 1, 2),
   own AS (SELECT source, sum(n) AS articles, sum(first) AS first, sum(CASE of WHEN 0 THEN n - roundups ELSE 0 END) AS originals,
     sum(CASE WHEN of NOT IN (0, source) THEN n ELSE 0 END) AS copies, sum(CASE WHEN of = source THEN n ELSE 0 END) AS again,
     sum(roundups) AS roundups FROM pair GROUP BY 1 HAVING sum(n) > 0),
   copied AS (SELECT source, of, n, row_number() OVER (PARTITION BY source ORDER BY n DESC, of) AS place
     FROM pair WHERE of NOT IN (0, source) AND n > 0)
   SELECT s.no, s.name, own.articles, own.first, own.originals, own.copies, own.again, own.roundups, o.name, coalesce(c.n, 0)
   FROM own JOIN sources s ON s.no = own.source LEFT JOIN copied c ON c.source = s.no AND c.place = 1 LEFT JOIN sources o ON o.no = c.of
   ORDER BY 3 DESC, 2";

/// Who reports each event, event by event, and by how many microseconds a source came after the first one, where both hours are known.
const REPORTS: &str = "SELECT event, source, delay FROM event_sources GROUP BY event, source";

/// What the events say of a source.
#[derive(Default)]
struct Reports {
    /// Microseconds by which it came after the first one.
    delays: Vec<i64>,
    /// Events that others reported too.
    shared: u32,
}

impl Reader {
    /// The agencies that sources of an event credit, most credited first.
    pub(super) fn credits(&self, event: &str) -> Result<Vec<CreditLine>> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.value ->> 'name', count(DISTINCT a.source) FROM placements p JOIN articles a USING(pos), json_each(a.credits) c
             WHERE p.event = ?1 GROUP BY 1 ORDER BY 2 DESC, 1",
        )?;
        let line = |r: &Row<'_>| Ok(CreditLine { agency: r.get(0)?, sources: r.get(1)? });
        Ok(query.query_map([id_bytes(event)], line)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The stored names of whoever goes by this name: as it is stored, in another spelling, or by any name, id or host under which
    /// `sources` know it. `None` if nobody does.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn names_of_source(&self, name: &str, sources: &Sources) -> Result<Option<Vec<String>>> {
        let meant = sources.meant_by(name);
        let keys: Vec<String> = meant.iter().map(|s| key(&s.name)).chain([key(name)]).filter(|key| !key.is_empty()).collect();
        let mut query = self.connection.prepare_cached("SELECT name FROM sources")?;
        let mut names = query.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        names.retain(|stored| stored == name || keys.contains(&key(stored)));
        Ok(if names.is_empty() && meant.is_empty() { None } else { Some(names) })
    }

    /// Hosts and the commonest language of a source's articles, hosts in order of first appearance.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn source_facts(&self, source: &str) -> Result<(Vec<String>, Option<String>)> {
        let of_source = "FROM articles a JOIN sources s ON s.no = a.source WHERE s.name = ?1";
        let mut query = self.connection.prepare_cached(&format!("SELECT a.url {of_source} AND a.url IS NOT NULL ORDER BY a.pos"))?;
        let mut hosts: Vec<String> = Vec::new();
        let mut rows = query.query([source])?;
        while let Some(r) = rows.next()? {
            hosts.extend(host_of(&r.get::<_, String>(0)?).filter(|host| !hosts.contains(host)));
        }
        let sql = format!("SELECT a.lang {of_source} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1");
        Ok((hosts, self.connection.prepare_cached(&sql)?.query_row([source], |r| r.get(0)).optional()?))
    }

    /// What each source did, most articles first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceLine>> {
        let (mut reports, all_shared) = self.reports()?;
        let mut query = self.connection.prepare_cached(SOURCES)?;
        let line = |r: &Row<'_>| {
            let mut of = reports.remove(&r.get(0)?).unwrap_or_default();
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
                shared_events: of.shared,
                coverage: f64::from(of.shared) / f64::from(all_shared.max(1)),
                median_delay_hours: median(&mut of.delays).map(|micros| micros / 3.6e9),
            })
        };
        Ok(query.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
    }

    /// By source; and how many events several sources reported.
    fn reports(&self) -> Result<(FxHashMap<i64, Reports>, u32)> {
        let mut reports: FxHashMap<i64, Reports> = FxHashMap::default();
        let (mut event, mut sources, mut shared) = (Vec::new(), Vec::new(), 0);
        let mut close = |reports: &mut FxHashMap<i64, Reports>, sources: &mut Vec<i64>| {
            if sources.len() > 1 {
                shared += 1;
                sources.iter().for_each(|source| reports.entry(*source).or_default().shared += 1);
            }
            sources.clear();
        };
        let mut query = self.connection.prepare_cached(REPORTS)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (of, source) = (row.get_ref(0)?.as_blob().unwrap_or_default(), row.get(1)?);
            if of != event {
                close(&mut reports, &mut sources);
                event.clear();
                event.extend_from_slice(of);
            }
            sources.push(source);
            reports.entry(source).or_default().delays.extend(row.get::<_, Option<i64>>(2)?);
        }
        close(&mut reports, &mut sources);
        Ok((reports, shared))
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
