//! Where ids lead, and what happened to events. An event's id resolves for ever: a merged one leads to the event that took it in.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::ids::{self, Found, id_range};
use super::read::{shown, time};
use super::rows::{ArticleName, EditName, EventRef, History, HistoryLine};
use super::sums::heed_event;
use super::{Reader, Result};

type Id = Vec<u8>;

/// Redirects followed. Chains are short; a ring cannot be, since an event that is merged has no members to be merged into.
const REDIRECTS: usize = 1000;

/// A step with its article, the other event, and the arrival that caused it. An event without members is called by its first headline.
const STEPS: &str =
    "WITH named(event, headline) AS (SELECT h.event, a.title FROM history h JOIN articles a ON a.id = h.article WHERE h.kind = 'created')
   SELECT h.at, h.event, h.kind,
     h.article, s.name, coalesce(nullif(a.title, ''), substr(a.text, 1, 120)), a.published,
     h.other, coalesce(nullif(o.headline, ''), (SELECT headline FROM named WHERE event = h.other LIMIT 1), ''), o.first,
     c.id, cs.name, coalesce(nullif(c.title, ''), substr(c.text, 1, 120)), c.published, h.at_pos, h.seq,
     e.no, e.kind, e.who, e.why, e.text, e.undoes
   FROM history h LEFT JOIN articles a ON a.id = h.article LEFT JOIN sources s ON s.no = a.source
     LEFT JOIN events o ON o.id = h.other LEFT JOIN articles c ON c.pos = h.at_pos AND h.kind <> 'rebuilt' AND h.edit IS NULL
     LEFT JOIN sources cs ON cs.no = c.source LEFT JOIN edits e ON e.no = h.edit";

fn article_name(row: &Row<'_>, from: usize) -> rusqlite::Result<Option<ArticleName>> {
    let Some(id) = row.get::<_, Option<Id>>(from)? else { return Ok(None) };
    Ok(Some(ArticleName {
        article: shown(&id),
        source: row.get::<_, Option<String>>(from + 1)?.unwrap_or_default(),
        title: row.get::<_, Option<String>>(from + 2)?.unwrap_or_default(),
        published: row.get::<_, Option<i64>>(from + 3)?.map(time),
    }))
}

fn edit_name(row: &Row<'_>) -> rusqlite::Result<Option<EditName>> {
    let Some(edit) = row.get(16)? else { return Ok(None) };
    let (kind, who, why) = (row.get(17)?, row.get(18)?, row.get(19)?);
    Ok(Some(EditName { edit, kind, who, why, headline: row.get(20)?, undoes: row.get(21)? }))
}

fn step(row: &Row<'_>) -> rusqlite::Result<HistoryLine> {
    let event: Id = row.get(1)?;
    let named = article_name(row, 3)?;
    let other = row.get::<_, Option<Id>>(7)?;
    let (headline, first): (String, Option<i64>) = (row.get(8)?, row.get(9)?);
    Ok(HistoryLine {
        at: time(row.get(0)?),
        event: shown(&event),
        kind: row.get(2)?,
        other: other.as_deref().map(shown),
        article: named.as_ref().map(|a| a.article.clone()),
        source: named.as_ref().map(|a| a.source.clone()),
        title: named.as_ref().map(|a| a.title.clone()),
        published: named.and_then(|a| a.published),
        other_event: other.map(|id| EventRef { event: shown(&id), headline, first: first.map(time) }),
        caused_by: article_name(row, 10)?,
        edit: edit_name(row)?,
    })
}

/// What happened to an event after the step of this number, oldest first.
pub(super) fn steps_of(connection: &Connection, event: &[u8], after: i64) -> Result<Vec<HistoryLine>> {
    let mut query = connection.prepare_cached(&format!("{STEPS} WHERE h.event = ?1 AND h.seq > ?2 ORDER BY h.seq"))?;
    Ok(query.query_map(rusqlite::params![event, after], step)?.collect::<rusqlite::Result<_>>()?)
}

impl Reader {
    /// What happened after the step of this number, over all events, at most `limit` steps in order, each with its number.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn steps_after(&self, seq: i64, limit: u32) -> Result<Vec<(i64, HistoryLine)>> {
        let sql = format!("{STEPS} WHERE h.seq > ?1 ORDER BY h.seq LIMIT ?2");
        let mut query = self.connection.prepare_cached(&sql)?;
        let numbered = |row: &Row<'_>| Ok((row.get(15)?, step(row)?));
        Ok(query.query_map(rusqlite::params![seq, limit], numbered)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The number of the newest step; 0 where nothing happened yet.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn last_step(&self) -> Result<i64> {
        Ok(self.connection.query_row("SELECT coalesce(max(seq), 0) FROM history", [], |r| r.get(0))?)
    }

    /// When an event, by its full id, was changed last: an article came or left, it was merged, split or edited. Without an id, when any was.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn changed(&self, event: Option<&str>) -> Result<Option<Timestamp>> {
        let (which, id) = event.map_or(("?1 IS NULL", None), |event| ("event = ?1", ids::id_bytes(event)));
        let mut query = self.connection.prepare_cached(&format!("SELECT at FROM history WHERE {which} ORDER BY seq DESC LIMIT 1"))?;
        Ok(query.query_row([id], |r| r.get(0)).optional()?.map(time))
    }

    /// The ids that an id, or the beginning of one, leads through: itself, and what took it in, to the event that is there now.
    pub(super) fn redirects(&self, prefix: &str) -> Result<Found<Vec<Id>>> {
        let Some((low, high)) = id_range(prefix, 10) else { return Ok(Found::None) };
        let mut query = self.connection.prepare_cached("SELECT id FROM events WHERE id BETWEEN ?1 AND ?2 LIMIT 50")?;
        let mut found: Vec<Id> = query.query_map([low, high], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        if found.len() != 1 {
            return Ok(if found.is_empty() { Found::None } else { Found::Several(found.len()) });
        }
        let mut next = self.connection.prepare_cached("SELECT merged_into FROM events WHERE id = ?1")?;
        heed_event(&self.connection, &found[0])?;
        while found.len() < REDIRECTS
            && let Some(into) = next.query_row([&found[found.len() - 1]], |r| r.get::<_, Option<Id>>(0)).optional()?.flatten()
        {
            heed_event(&self.connection, &into)?;
            found.push(into);
        }
        Ok(Found::One(found))
    }

    /// What happened to the event that an id, or the beginning of one, leads to, oldest first. Where the id was merged into another, its
    /// own steps come first, then those of the event that took it in, from then on.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn history(&self, prefix: &str) -> Result<Found<History>> {
        let ids = match self.redirects(prefix)? {
            Found::One(ids) => ids,
            Found::Several(n) => return Ok(Found::Several(n)),
            Found::None => return Ok(Found::None),
        };
        let sql = format!("{STEPS} WHERE h.event = ?1 AND h.at_pos >= ?2 ORDER BY h.seq");
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut lines: Vec<HistoryLine> = Vec::new();
        let mut from = 0i64;
        for id in &ids {
            let mut rows = query.query(rusqlite::params![id, from])?;
            while let Some(row) = rows.next()? {
                let line = step(row)?;
                let ended_in_rebuild = line.kind == "rebuilt" && line.other.is_some() && line.article.is_none();
                if line.kind == "merged" || ended_in_rebuild {
                    from = row.get(14)?;
                }
                lines.push(line);
            }
        }
        let event = &ids[ids.len() - 1];
        Ok(Found::One(History {
            asked: shown(&ids[0]),
            event: shown(event),
            headline: self.connection.query_row("SELECT headline FROM events WHERE id = ?1", [event], |r| r.get(0))?,
            lines,
        }))
    }
}
