//! Reading: what commands, pages and exports show. Nothing here writes.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::{
    ArticleDetail, ArticleLine, EventSource, EventStory, EventSummary, FileLine, HistoryLine, PlacementLine, SharedPassage, SourceLine,
    Totals,
};
use super::{Result, StoreError};
use crate::article::Reject;
use crate::detect::passages::Run;

/// A read-only view of the store.
pub struct Reader {
    pub(super) connection: Connection,
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only events with at least this many sources.
    pub min_sources: u32,
    /// Only events that this source reported.
    pub source: Option<String>,
    /// Only events with an article in this language.
    pub lang: Option<String>,
    /// Only events whose last article is not before this.
    pub since: Option<Timestamp>,
    /// Only events whose first article is not after this.
    pub until: Option<Timestamp>,
    /// Most events to give.
    pub limit: u32,
    /// Events to pass over.
    pub offset: u32,
    /// Largest first instead of newest first.
    pub by_size: bool,
}

/// Which files to list.
#[derive(Debug, Clone, Copy)]
pub enum Files<'a> {
    /// Every one.
    All,
    /// Those with this outcome.
    Outcome(&'a str),
    /// Those that hold something that is not an article.
    WithRejects,
}

/// What an id or its beginning led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// One thing.
    One(T),
    /// Several things begin so: how many.
    Several(usize),
    /// Nothing.
    None,
}

pub(super) fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(super) fn shown(bytes: &[u8]) -> String {
    crate::article::base32(bytes)
}

/// The lowest and highest id of `len` bytes that is shown with this beginning; `None` if it is not base 32.
fn id_range(prefix: &str, len: usize) -> Option<(Vec<u8>, Vec<u8>)> {
    let bits = prefix.chars().map(|c| {
        let c = match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        };
        "0123456789abcdefghjkmnpqrstvwxyz".find(c).map(|v| v as u8)
    });
    let values: Vec<u8> = bits.collect::<Option<_>>()?;
    if values.is_empty() || values.len() > (len * 8).div_ceil(5) {
        return None;
    }
    let fill = |pad: u8| {
        let mut bytes = vec![pad; len];
        for (i, v) in values.iter().enumerate() {
            for b in 0..5 {
                let at = i * 5 + b;
                if at < len * 8 {
                    let mask = 0x80 >> (at % 8);
                    if v & (0x10 >> b) != 0 { bytes[at / 8] |= mask } else { bytes[at / 8] &= !mask }
                }
            }
        }
        bytes
    };
    Some((fill(0), fill(0xff)))
}

/// The bytes of an event's full id.
pub(super) fn id_bytes(event: &str) -> Option<Vec<u8>> {
    id_range(event, 10).filter(|(low, high)| low == high).map(|(id, _)| id)
}

const ARTICLE_LINE: &str = "SELECT a.pos, a.sender_id, a.id, p.event, p.story, p.relation, p.relation_to, s.name, a.title, a.published, a.received, a.lang,
   a.url, f.path, a.version, p.score FROM articles a JOIN placements p USING(pos) JOIN sources s ON s.no = a.source JOIN files f ON f.no = a.file";

fn article_line(row: &Row<'_>) -> rusqlite::Result<ArticleLine> {
    let id = |i: usize| row.get_ref(i).map(|v| v.as_blob().map(shown).unwrap_or_default());
    Ok(ArticleLine {
        id: row.get(1)?,
        article: id(2)?,
        event: id(3)?,
        story: id(4)?,
        relation: row.get(5)?,
        relation_to: row.get::<_, Option<Vec<u8>>>(6)?.map(|b| shown(&b)),
        source: row.get(7)?,
        title: row.get(8)?,
        published: row.get::<_, Option<i64>>(9)?.map(time),
        received: time(row.get(10)?),
        lang: row.get(11)?,
        url: row.get(12)?,
        file: row.get(13)?,
        version: row.get(14)?,
        score: row.get(15)?,
    })
}

impl Reader {
    /// Calls `each` with every article, in the order of placing.
    ///
    /// # Errors
    /// If the store cannot be read, or `each` fails.
    pub fn each_article<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(ArticleLine) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut query = self.connection.prepare(&format!("{ARTICLE_LINE} ORDER BY a.pos")).map_err(StoreError::from)?;
        let mut rows = query.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(article_line(row).map_err(StoreError::from)?)?;
        }
        Ok(())
    }

    /// Calls `each` with every article and the evidence for its place, in the order of placing.
    ///
    /// # Errors
    /// As [`Reader::each_article`].
    pub fn each_placement<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(PlacementLine) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut because =
            self.connection.prepare("SELECT because, features, model FROM placements WHERE pos = ?1").map_err(StoreError::from)?;
        let threads = self.threads().map_err(E::from)?;
        let mut pos = 0u32;
        self.each_article(|article| {
            let row = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?));
            let (json, features, model) = because.query_row([pos], row).map_err(StoreError::from)?;
            let because = serde_json::from_str(&json).map_err(|e| StoreError::Unreadable(e.to_string()))?;
            pos += 1;
            let thread = threads.get(&article.event).unwrap_or(&article.event).clone();
            each(PlacementLine { article, thread, because, features, model })
        })
    }

    /// The events that pass the filter, and how many do in all.
    pub fn events(&self, filter: &EventFilter) -> Result<(Vec<EventSummary>, u32)> {
        let conditions = "e.merged_into IS NULL AND e.articles > 0 AND e.source_count >= ?1
            AND (?2 IS NULL OR EXISTS (SELECT 1 FROM placements p JOIN articles a USING(pos) JOIN sources s ON s.no = a.source WHERE p.event = e.id AND s.name = ?2))
            AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(e.lang) WHERE value = ?3))
            AND (?4 IS NULL OR e.last >= ?4) AND (?5 IS NULL OR e.first <= ?5)";
        let order = if filter.by_size { "e.articles DESC, e.last DESC, e.id" } else { "e.last DESC, e.id" };
        let given = params![
            filter.min_sources,
            filter.source,
            filter.lang,
            filter.since.map(|t| t.as_microsecond()),
            filter.until.map(|t| t.as_microsecond()),
            filter.limit,
            filter.offset
        ];
        let total = self.connection.query_row(
            &format!("SELECT count(*) FROM events e WHERE {conditions} AND ?6 >= 0 AND ?7 >= 0"),
            given,
            |r| r.get(0),
        )?;
        let mut query =
            self.connection.prepare(&format!("SELECT e.id FROM events e WHERE {conditions} ORDER BY {order} LIMIT ?6 OFFSET ?7"))?;
        let ids: Vec<Vec<u8>> = query.query_map(given, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok((ids.iter().map(|id| self.event(id)).collect::<Result<_>>()?, total))
    }

    /// An event with its sources and stories.
    fn event(&self, id: &[u8]) -> Result<EventSummary> {
        let mut summary = self
            .connection
            .prepare_cached("SELECT headline, lang, first, last, articles, source_count, lineage_count FROM events WHERE id = ?1")?
            .query_row([id], |r| {
                let lang: String = r.get(1)?;
                Ok(EventSummary {
                    event: shown(id),
                    headline: r.get(0)?,
                    lang: serde_json::from_str(&lang).unwrap_or_default(),
                    first: r.get::<_, Option<i64>>(2)?.map(time),
                    last: r.get::<_, Option<i64>>(3)?.map(time),
                    articles: r.get(4)?,
                    sources: Vec::new(),
                    source_count: r.get(5)?,
                    lineage_count: r.get(6)?,
                    stories: Vec::new(),
                })
            })?;
        let mut seen = FxHashSet::default();
        let mut story_at: FxHashMap<String, usize> = FxHashMap::default();
        for line in self.members(id)? {
            if seen.insert(line.source.clone()) {
                summary.sources.push(EventSource {
                    source: line.source,
                    article: line.article.clone(),
                    published: line.published,
                    relation: line.relation,
                });
            }
            let next = summary.stories.len();
            let at = *story_at.entry(line.story.clone()).or_insert(next);
            if at == next {
                summary.stories.push(EventStory { story: line.story, articles: Vec::new() });
            }
            summary.stories[at].articles.push(line.article);
        }
        Ok(summary)
    }

    /// The articles of an event, earliest first.
    fn members(&self, event: &[u8]) -> Result<Vec<ArticleLine>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{ARTICLE_LINE} WHERE p.event = ?1 ORDER BY coalesce(a.published, a.received), a.pos"))?;
        Ok(query.query_map([event], article_line)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The event that an id, or the beginning of one, leads to; merged ids lead to the event that took them in.
    pub fn find_event(&self, prefix: &str) -> Result<Found<(EventSummary, Vec<ArticleLine>)>> {
        let Some((low, high)) = id_range(prefix, 10) else { return Ok(Found::None) };
        let mut query = self.connection.prepare_cached("SELECT id, merged_into FROM events WHERE id BETWEEN ?1 AND ?2 LIMIT 50")?;
        let found: Vec<(Vec<u8>, Option<Vec<u8>>)> =
            query.query_map([low, high], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let [(id, merged_into)] = &found[..] else {
            return Ok(if found.is_empty() { Found::None } else { Found::Several(found.len()) });
        };
        let (mut id, mut merged_into) = (id.clone(), merged_into.clone());
        // Chains of redirects are short; a ring cannot be, since an event that is merged has no members to be merged into.
        for _ in 0..1000 {
            let Some(next) = merged_into else { break };
            merged_into =
                self.connection.query_row("SELECT merged_into FROM events WHERE id = ?1", [&next], |r| r.get(0)).optional()?.flatten();
            id = next;
        }
        Ok(Found::One((self.event(&id)?, self.members(&id)?)))
    }

    /// The history of an event, oldest first; of this very id, also where it was merged.
    pub fn history(&self, prefix: &str) -> Result<Vec<HistoryLine>> {
        let Some((low, high)) = id_range(prefix, 10) else { return Ok(Vec::new()) };
        let mut query =
            self.connection.prepare_cached("SELECT at, kind, other, article FROM history WHERE event BETWEEN ?1 AND ?2 ORDER BY seq")?;
        let line = |r: &Row<'_>| {
            let id = |i: usize| r.get::<_, Option<Vec<u8>>>(i).map(|b| b.map(|b| shown(&b)));
            Ok(HistoryLine { at: time(r.get(0)?), kind: r.get(1)?, other: id(2)?, article: id(3)? })
        };
        Ok(query.query_map([low, high], line)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The article that an id, the beginning of one, or a sender's own id leads to.
    pub fn find_article(&self, id: &str) -> Result<Found<ArticleDetail>> {
        let positions: Vec<u32> = match id_range(id, 16) {
            Some((low, high)) => self.positions("SELECT pos FROM articles WHERE id BETWEEN ?1 AND ?2 LIMIT 50", params![low, high])?,
            None => Vec::new(),
        };
        let positions = if positions.is_empty() {
            self.positions("SELECT pos FROM articles WHERE sender_id = ?1 LIMIT 50", params![id])?
        } else {
            positions
        };
        match positions[..] {
            [] => Ok(Found::None),
            [pos] => self.article(pos).map(Found::One),
            _ => Ok(Found::Several(positions.len())),
        }
    }

    fn positions(&self, sql: &str, given: &[&dyn rusqlite::ToSql]) -> Result<Vec<u32>> {
        Ok(self.connection.prepare_cached(sql)?.query_map(given, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The article with this order number.
    pub fn article(&self, pos: u32) -> Result<ArticleDetail> {
        let line = self.connection.prepare_cached(&format!("{ARTICLE_LINE} WHERE a.pos = ?1"))?.query_row([pos], article_line)?;
        let mut query =
            self.connection.prepare_cached("SELECT start, words, other, other_start FROM passages WHERE pos = ?1 ORDER BY start")?;
        let passage = |r: &Row<'_>| Ok(SharedPassage { run: Run { a: r.get(0)?, words: r.get(1)?, b: r.get(3)? }, other: r.get(2)? });
        let passages = query.query_map([pos], passage)?.collect::<rusqlite::Result<_>>()?;
        let mut query = self.connection.prepare_cached(
            "SELECT a.text, a.byline, a.source_step, a.date_step, a.precision, a.notes, f.format, f.encoding, p.because
             FROM articles a JOIN placements p USING(pos) JOIN files f ON f.no = a.file WHERE a.pos = ?1",
        )?;
        Ok(query.query_row([pos], |r| {
            let (notes, because): (Option<String>, String) = (r.get(5)?, r.get(8)?);
            Ok(ArticleDetail {
                line,
                pos,
                text: r.get(0)?,
                byline: r.get(1)?,
                source_step: r.get(2)?,
                date_step: r.get(3)?,
                precision: r.get(4)?,
                notes: notes.and_then(|n| serde_json::from_str(&n).ok()).unwrap_or_default(),
                read_as: format!("{}, {}", r.get::<_, String>(6)?, r.get::<_, String>(7)?),
                because: serde_json::from_str(&because).unwrap_or_default(),
                passages,
            })
        })?)
    }

    /// Files of the ledger, newest first, and how many there are.
    pub fn files(&self, which: Files<'_>, limit: u32, offset: u32) -> Result<(Vec<FileLine>, u32)> {
        let (condition, outcome) = match which {
            Files::All => ("?1 IS NULL", None),
            Files::Outcome(outcome) => ("outcome = ?1", Some(outcome)),
            Files::WithRejects => ("?1 IS NULL AND EXISTS (SELECT 1 FROM rejects WHERE file = no)", None),
        };
        let total = self.connection.query_row(&format!("SELECT count(*) FROM files WHERE {condition}"), [outcome], |r| r.get(0))?;
        let mut query = self.connection.prepare(&format!(
            "SELECT no, path, digest, outcome, articles, received, original FROM files WHERE {condition} ORDER BY no DESC LIMIT ?2 OFFSET ?3"
        ))?;
        let mut rejects = self.connection.prepare_cached("SELECT position, reason FROM rejects WHERE file = ?1 ORDER BY position")?;
        let mut lines = Vec::new();
        let mut rows = query.query(params![outcome, limit, offset])?;
        while let Some(r) = rows.next()? {
            let no: i64 = r.get(0)?;
            lines.push(FileLine {
                path: r.get(1)?,
                digest: r.get::<_, Option<Vec<u8>>>(2)?.map(|d| d.iter().map(|b| format!("{b:02x}")).collect()),
                outcome: r.get(3)?,
                articles: r.get(4)?,
                rejects: rejects
                    .query_map([no], |r| Ok(Reject { position: r.get(0)?, reason: r.get(1)? }))?
                    .collect::<rusqlite::Result<_>>()?,
                received: Some(time(r.get(5)?)),
                original: r.get::<_, Option<Vec<u8>>>(6)?.map(|o| String::from_utf8_lossy(&o).into_owned()),
                waits_for: None,
            });
        }
        Ok((lines, total))
    }

    /// What each source did, most articles first.
    pub fn sources(&self) -> Result<Vec<SourceLine>> {
        let mut query = self.connection.prepare_cached(
            "WITH copied AS (SELECT a.source AS by_source, b.source AS of_source, count(*) AS n FROM placements p JOIN articles a USING(pos)
               JOIN articles b ON b.id = p.relation_to WHERE a.source <> b.source GROUP BY 1, 2)
             SELECT s.name, count(*), sum(p.relation = 'first'), sum(p.relation IN ('copy', 'edited', 'rewrite')),
               (SELECT o.name FROM copied c JOIN sources o ON o.no = c.of_source WHERE c.by_source = s.no ORDER BY c.n DESC, o.name LIMIT 1)
             FROM articles a JOIN placements p USING(pos) JOIN sources s ON s.no = a.source GROUP BY s.no ORDER BY 2 DESC, 1",
        )?;
        let line = |r: &Row<'_>| {
            Ok(SourceLine { source: r.get(0)?, articles: r.get(1)?, first: r.get(2)?, copies: r.get(3)?, copies_most: r.get(4)? })
        };
        Ok(query.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Counts over the whole store.
    pub fn totals(&self) -> Result<Totals> {
        let one = |sql: &str| self.connection.query_row(sql, [], |r| r.get::<_, u32>(0));
        let moment = |sql: &str| self.connection.query_row(sql, [], |r| r.get::<_, Option<i64>>(0)).map(|at| at.map(time));
        let mut query = self.connection.prepare("SELECT outcome, count(*) FROM files GROUP BY outcome")?;
        Ok(Totals {
            files: query.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?,
            articles: one("SELECT count(*) FROM articles")?,
            events: one("SELECT count(*) FROM events WHERE merged_into IS NULL AND articles > 0")?,
            sources: one("SELECT count(*) FROM sources")?,
            rejects: one("SELECT count(*) FROM rejects")?,
            last_received: moment("SELECT max(received) FROM files")?,
            to_retire: one("SELECT count(*) FROM files WHERE archived = 0")?,
            // Bytes that another file of the ledger holds are not lost.
            original_missing: one("SELECT count(*) FROM files f WHERE archived = 2 AND NOT EXISTS
                (SELECT 1 FROM files g WHERE g.digest = f.digest AND g.archived = 1 AND g.original IS NOT NULL)")?,
            last_backup: moment("SELECT max(at) FROM backups")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::EventId;

    #[test]
    fn a_beginning_of_an_id_is_a_range() {
        let id = EventId([0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34]);
        for n in 1..=16 {
            let (low, high) = id_range(&id.to_string()[..n], 10).unwrap();
            assert!(low[..] <= id.0[..] && id.0[..] <= high[..], "{n}");
        }
        assert_eq!(id_range(&id.to_string(), 10).unwrap().0, id.0);
        assert_eq!(id_range("", 10), None);
        assert_eq!(id_range("has space", 10), None);
    }
}
