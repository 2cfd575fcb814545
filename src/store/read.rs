//! Reading: what commands, pages and exports show. Nothing here writes.

use std::sync::LazyLock;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Result;
use super::amend::gravest;
use super::evidence;
use super::ids::id_range;
use super::rows::{ArticleDetail, ArticleLine, EventSource, EventStory, EventSummary, SharedPassage};
use super::sums::{AS_WRITTEN, LINE_AS_WRITTEN, altered, heed, heed_article, heed_event, heed_passages};
use crate::article::Aside;
use crate::detect::passages::Run;
use crate::text::lead::lead;

pub use super::ids::Found;
pub use super::ledger::Files;
pub use super::list::{COUNTED, EventFilter, EventPlace, GROWTH, Listed, Order};

/// A read-only view of the store.
pub struct Reader {
    pub(super) connection: Connection,
}

pub(super) fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(super) fn shown(bytes: &[u8]) -> String {
    crate::article::base32(bytes)
}

/// A list that is stored as JSON, or not at all where it is empty.
fn list<T: serde::de::DeserializeOwned>(json: Option<String>) -> Vec<T> {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// A line of the export, and at the end whether all of the article is what was written.
pub(super) static ARTICLE_LINE: LazyLock<String> = LazyLock::new(|| line_with(&AS_WRITTEN));
/// The same, and whether what is in the line is what was written: it needs neither the texts nor the evidence of all articles of an event.
static MEMBER_LINE: LazyLock<String> = LazyLock::new(|| line_with(LINE_AS_WRITTEN));

fn line_with(as_written: &str) -> String {
    format!("SELECT a.pos, a.sender_id, a.id, p.event, p.story, p.relation, p.relation_to, s.name, a.title, a.published, a.received, a.lang,
   a.url, f.path, a.version, p.score, a.amendment, {as_written} FROM articles a JOIN placements p USING(pos) JOIN sources s ON s.no = a.source JOIN files f ON f.no = a.file")
}

pub(super) fn article_line(row: &Row<'_>) -> rusqlite::Result<ArticleLine> {
    heed(row, 17, 2)?;
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
        amendment: row.get(16)?,
    })
}

impl Reader {
    /// An event with its sources and stories.
    pub(super) fn event(&self, id: &[u8]) -> Result<EventSummary> {
        Ok(self.event_and_members(id)?.0)
    }

    /// As [`Reader::event`], with its articles, earliest first.
    pub(super) fn event_and_members(&self, id: &[u8]) -> Result<(EventSummary, Vec<ArticleLine>)> {
        event_and_members(&self.connection, id)
    }

    /// The event that an id, or the beginning of one, leads to; merged ids lead to the event that took them in.
    pub fn find_event(&self, prefix: &str) -> Result<Found<(EventSummary, Vec<ArticleLine>)>> {
        Ok(match self.redirects(prefix)? {
            Found::One(ids) => Found::One(self.event_and_members(&ids[ids.len() - 1])?),
            Found::Several(n) => Found::Several(n),
            Found::None => Found::None,
        })
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
            [pos] => {
                let detail = self.article(pos)?;
                // An index that was altered leads to another one.
                if !is_called(&detail.line, id) {
                    return Err(altered(format!("the index that leads to article {id}")).into());
                }
                Ok(Found::One(detail))
            }
            _ => Ok(Found::Several(positions.len())),
        }
    }

    fn positions(&self, sql: &str, given: &[&dyn rusqlite::ToSql]) -> Result<Vec<u32>> {
        Ok(self.connection.prepare_cached(sql)?.query_map(given, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The line of the export of the article with this order number.
    pub(super) fn line(&self, pos: u32) -> Result<ArticleLine> {
        Ok(self.connection.prepare_cached(&format!("{} WHERE a.pos = ?1", *ARTICLE_LINE))?.query_row([pos], article_line)?)
    }

    /// The article with this order number.
    pub fn article(&self, pos: u32) -> Result<ArticleDetail> {
        let line = self.line(pos)?;
        heed_passages(&self.connection, pos)?;
        let mut query =
            self.connection.prepare_cached("SELECT start, words, other, other_start FROM passages WHERE pos = ?1 ORDER BY start")?;
        let passage = |r: &Row<'_>| Ok(SharedPassage { run: Run { a: r.get(0)?, words: r.get(1)?, b: r.get(3)? }, other: r.get(2)? });
        let passages = query.query_map([pos], passage)?.collect::<rusqlite::Result<_>>()?;
        let mut query = self.connection.prepare_cached(
            "SELECT a.text, a.byline, a.source_step, a.date_step, a.precision, a.notes, f.format, f.encoding, p.because,
               a.source_found, a.credits, a.asides
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
                source_found: r.get(9)?,
                credits: list(r.get(10)?),
                asides: list(r.get(11)?),
                date_step: r.get(3)?,
                precision: r.get(4)?,
                notes: notes.and_then(|n| serde_json::from_str(&n).ok()).unwrap_or_default(),
                read_as: format!("{}, {}", r.get::<_, String>(6)?, r.get::<_, String>(7)?),
                because: evidence::from_json(&because).unwrap_or_default(),
                passages,
            })
        })?)
    }
}

/// An event with its sources, stories and articles, earliest first.
pub(super) fn event_and_members(connection: &Connection, id: &[u8]) -> Result<(EventSummary, Vec<ArticleLine>)> {
    let count = heed_event(connection, id)?;
    let mut summary = connection
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
                amendment: None,
                lead: None,
                grown: None,
                sources: Vec::new(),
                source_count: r.get(5)?,
                lineage_count: r.get(6)?,
                stories: Vec::new(),
            })
        })?;
    summary.amendment = gravest(connection, id)?;
    let mut seen = FxHashSet::default();
    let mut story_at: FxHashMap<String, usize> = FxHashMap::default();
    let members = members(connection, id)?;
    if members.len() as u32 != count {
        return Err(altered(format!("event {}", shown(id))).into());
    }
    for line in &members {
        if seen.insert(&line.source) {
            summary.sources.push(EventSource {
                source: line.source.clone(),
                article: line.article.clone(),
                published: line.published,
                relation: line.relation.clone(),
            });
        }
        let next = summary.stories.len();
        let at = *story_at.entry(line.story.clone()).or_insert(next);
        if at == next {
            summary.stories.push(EventStory { story: line.story.clone(), articles: Vec::new() });
        }
        summary.stories[at].articles.push(line.article.clone());
    }
    Ok((summary, members))
}

/// Whether an article goes by this name: its id, the beginning of one, or the sender's own id.
fn is_called(line: &ArticleLine, name: &str) -> bool {
    let is_id = || id_range(name, 16).zip(id_range(&line.article, 16)).is_some_and(|((low, high), (id, _))| low <= id && id <= high);
    line.id.as_deref() == Some(name) || is_id()
}

/// An event with how its first report begins.
pub(super) fn with_lead(connection: &Connection, event: EventSummary) -> Result<EventSummary> {
    let Some((first, _)) = event.sources.first().and_then(|s| id_range(&s.article, 16)) else { return Ok(event) };
    let pos: u32 = connection.prepare_cached("SELECT pos FROM articles WHERE id = ?1")?.query_row([&first], |r| r.get(0))?;
    heed_article(connection, pos)?;
    // The lead is in the first characters, and asides before it are short.
    let mut query = connection.prepare_cached("SELECT id, substr(text, 1, 2000), asides FROM articles WHERE pos = ?1")?;
    let said = |r: &Row<'_>| Ok((r.get::<_, Vec<u8>>(0)?, lead(&r.get::<_, String>(1)?, &list::<Aside>(r.get(2)?))));
    let (id, lead) = query.query_row([pos], said)?;
    if id != first {
        return Err(altered(format!("the index that leads to article {}", shown(&first))).into());
    }
    Ok(EventSummary { lead: Some(lead).filter(|lead| !lead.is_empty()), ..event })
}

/// The articles of an event, earliest first.
fn members(connection: &Connection, event: &[u8]) -> Result<Vec<ArticleLine>> {
    let mut query =
        connection.prepare_cached(&format!("{} WHERE p.event = ?1 ORDER BY coalesce(a.published, a.received), a.pos", *MEMBER_LINE))?;
    Ok(query.query_map([event], article_line)?.collect::<rusqlite::Result<_>>()?)
}
