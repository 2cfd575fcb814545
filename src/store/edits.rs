//! Reading edits: for lists, for the detector that follows them, and what holds because of all of them.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::edit_plan::Turned;
use super::ids::id_bytes;
use super::read::{shown, time};
use super::{Reader, Result, Store, StoreError};
use crate::article::{ArticleId, EventId};
use crate::detect::held::{Edited, Held};
use crate::detect::roundup::Roundup;
use crate::edit::holds::Holds;
use crate::edit::{Kind, Part};

/// Articles of an edit that are named in a list.
const NAMED: u32 = 200;

/// Who makes the edits that move what came late: no editor, and no label of what editors think.
pub const LATE: &str = "wirefold late";

/// An edit as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditLine {
    /// Its number.
    pub edit: u32,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub who: String,
    /// Why; may be empty.
    pub why: String,
    /// `merge`, `split`, `move`, `pin`, `unpin`, `mark`, `headline` or `undo`.
    pub kind: String,
    /// Whether it counts.
    pub active: bool,
    /// The event in which it left what it is about.
    pub event: String,
    /// The other event that it changed.
    pub other: Option<String>,
    /// The articles that it is about; of a pin both; of many the first.
    pub articles: Vec<String>,
    /// The headline that it gave.
    pub headline: Option<String>,
    /// The edit that it undid.
    pub undoes: Option<u32>,
    /// The edit that undid it.
    pub undone_by: Option<u32>,
}

/// What a detector has to follow.
#[derive(Debug, Default)]
pub struct News {
    /// Number of the last edit, 0 for none.
    pub last: u32,
    /// The edits since, oldest first.
    pub edits: Vec<Edited>,
    /// What holds now.
    pub held: Held,
}

const LINE: &str = "SELECT no, at, who, why, kind, active, event, other, text, undoes,
   (SELECT max(u.no) FROM edits u WHERE u.undoes = e.no AND u.active = 1) FROM edits e";

fn read_line(r: &Row<'_>) -> rusqlite::Result<EditLine> {
    Ok(EditLine {
        edit: r.get(0)?,
        at: time(r.get(1)?),
        who: r.get(2)?,
        why: r.get(3)?,
        kind: r.get(4)?,
        active: r.get(5)?,
        event: shown(&r.get::<_, Vec<u8>>(6)?),
        other: r.get::<_, Option<Vec<u8>>>(7)?.map(|id| shown(&id)),
        articles: Vec::new(),
        headline: r.get(8)?,
        undoes: r.get(9)?,
        undone_by: r.get(10)?,
    })
}

fn with_articles(connection: &Connection, mut line: EditLine) -> Result<EditLine> {
    let mut query = connection.prepare_cached(
        "SELECT a.id FROM edit_articles n JOIN articles a USING(pos) WHERE n.edit = ?1 AND (n.part = 1 OR (n.part = 0 AND ?2)) ORDER BY n.part, n.pos LIMIT ?3",
    )?;
    let both = matches!(line.kind.as_str(), "pin" | "unpin" | "headline");
    let ids = query.query_map(rusqlite::params![line.edit, both, NAMED], |r| r.get::<_, Vec<u8>>(0))?;
    line.articles = ids.map(|id| id.map(|id| shown(&id))).collect::<rusqlite::Result<_>>()?;
    Ok(line)
}

/// The edit of this number.
pub(super) fn line(connection: &Connection, no: u32) -> Result<EditLine> {
    with_articles(connection, connection.query_row(&format!("{LINE} WHERE no = ?1"), [no], read_line)?)
}

/// What all edits that count hold.
pub(super) fn holds(connection: &Connection) -> Result<Holds> {
    let mut holds = Holds::default();
    let mut query = connection.prepare_cached(
        "SELECT e.no, e.kind, a.part, a.pos FROM edits e JOIN edit_articles a ON a.edit = e.no WHERE e.active = 1 ORDER BY e.no, a.part, a.pos",
    )?;
    let mut rows = query.query([])?;
    let mut present: Option<(u32, Kind)> = None;
    let mut articles = Vec::new();
    while let Some(r) = rows.next()? {
        let no: u32 = r.get(0)?;
        if present.is_none_or(|(p, _)| p != no) {
            if let Some((_, kind)) = present {
                holds.heed(kind, &articles);
            }
            articles.clear();
            present = Some((no, r.get::<_, String>(1)?.parse().map_err(StoreError::Unreadable)?));
        }
        articles.push((part(r.get(2)?), r.get(3)?));
    }
    if let Some((_, kind)) = present {
        holds.heed(kind, &articles);
    }
    Ok(holds)
}

fn part(number: u32) -> Part {
    [Part::There, Part::Named].get(number as usize).copied().unwrap_or(Part::Left)
}

/// The articles that are round-ups since an edit, with what they report.
fn marked(connection: &Connection) -> Result<FxHashMap<u32, Vec<u32>>> {
    let mut query = connection.prepare_cached("SELECT roundups FROM edits WHERE roundups IS NOT NULL ORDER BY no")?;
    let mut rows = query.query([])?;
    let mut marked = FxHashMap::default();
    while let Some(r) = rows.next()? {
        for Turned { pos, now, .. } in turned(r.get(0)?)? {
            marked.insert(pos, now);
        }
    }
    marked.retain(|_, of: &mut Vec<u32>| !of.is_empty());
    Ok(marked)
}

fn turned(json: Option<String>) -> Result<Vec<Turned>> {
    let read = json.map(|json| serde_json::from_str(&json)).transpose();
    read.map(Option::unwrap_or_default).map_err(|e| StoreError::Unreadable(format!("round-ups of an edit: {e}")))
}

/// What holds, for a detector.
pub(super) fn held(connection: &Connection) -> Result<Held> {
    let (blocks, apart) = holds(connection)?.standing();
    let marked = marked(connection)?;
    let mut query = connection.prepare_cached("SELECT a.id, p.event FROM articles a JOIN placements p USING(pos) WHERE a.pos = ?1")?;
    let mut seats: FxHashMap<ArticleId, (u32, EventId)> = FxHashMap::default();
    let mut id = |pos: u32| -> Result<ArticleId> {
        let (id, event) = query.query_row([pos], |r| Ok((ArticleId(r.get(0)?), EventId(r.get(1)?))))?;
        seats.insert(id, (pos, event));
        Ok(id)
    };
    let mut all = |block: &Vec<u32>| block.iter().map(|pos| id(*pos)).collect::<Result<Vec<_>>>();
    let blocks = blocks.iter().map(&mut all).collect::<Result<Vec<_>>>()?;
    let mut roundups = FxHashMap::default();
    for (pos, of) in &marked {
        if let [article] = all(&vec![*pos])?[..] {
            let of = all(of)?.into_iter().filter(|other| *other != article).collect();
            roundups.insert(article, of);
        }
    }
    Ok(Held::new(blocks, &apart, roundups, seats))
}

/// What was edited after the edit `seen`; nothing if nothing was.
pub(super) fn news(connection: &Connection, seen: u32) -> Result<Option<News>> {
    let last: u32 = connection.query_row("SELECT coalesce(max(no), 0) FROM edits", [], |r| r.get(0))?;
    if last <= seen {
        return Ok(None);
    }
    let mut query =
        connection.prepare_cached("SELECT no, at_pos, roundups, kind FROM edits WHERE no > ?1 AND from_start = 0 ORDER BY no")?;
    let mut moves = connection.prepare_cached("SELECT pos, event FROM edit_moves WHERE edit = ?1 ORDER BY n")?;
    let mut named =
        connection.prepare_cached("SELECT pos FROM edit_articles WHERE edit = ?1 AND (part = 1 OR (part = 0 AND ?2)) ORDER BY pos")?;
    let mut rows = query.query([seen])?;
    let mut edits = Vec::new();
    while let Some(r) = rows.next()? {
        let (no, kind): (u32, String) = (r.get(0)?, r.get(3)?);
        // What comes by a merge, or goes back by an undo, comes with the texts it copies.
        let by_name = matches!(kind.as_str(), "split" | "move" | "pin" | "mark");
        let named = if by_name {
            named.query_map(rusqlite::params![no, kind == "pin"], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?
        } else {
            Vec::new()
        };
        edits.push(Edited {
            no,
            at_pos: r.get(1)?,
            moves: moves.query_map([no], |r| Ok((r.get(0)?, EventId(r.get(1)?))))?.collect::<rusqlite::Result<_>>()?,
            named,
            roundups: turned(r.get(2)?)?.into_iter().map(|t| Roundup { pos: t.pos, of: t.now }).collect(),
        });
    }
    Ok(Some(News { last, edits, held: held(connection)? }))
}

impl Store {
    /// All that was edited, for a detector that is built anew.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn news(&self) -> Result<News> {
        Ok(news(&self.connection, 0)?.unwrap_or_default())
    }

    /// What was edited after the edit `seen`; nothing if nothing was.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn news_since(&self, seen: u32) -> Result<Option<News>> {
        news(&self.connection, seen)
    }
}

impl Reader {
    /// What holds, for a detector.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn held(&self) -> Result<Held> {
        held(&self.connection)
    }

    /// Edits, newest first, and how many there are; `event` (a full id) only those that changed it or its articles.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn edits(&self, event: Option<&str>, limit: u32, offset: u32) -> Result<(Vec<EditLine>, u32)> {
        let of_event = "(?1 IS NULL OR e.event = ?1 OR e.other = ?1 OR EXISTS (SELECT 1 FROM edit_articles n JOIN placements p USING(pos)
                         WHERE n.edit = e.no AND n.part < 2 AND p.event = ?1))";
        let id = event.map(|event| id_bytes(event).unwrap_or_default());
        let total = self.connection.query_row(&format!("SELECT count(*) FROM edits e WHERE {of_event}"), [&id], |r| r.get(0))?;
        let mut query = self.connection.prepare_cached(&format!("{LINE} WHERE {of_event} ORDER BY no DESC LIMIT ?2 OFFSET ?3"))?;
        let lines: Vec<EditLine> = query.query_map(rusqlite::params![id, limit, offset], read_line)?.collect::<rusqlite::Result<_>>()?;
        Ok((lines.into_iter().map(|line| with_articles(&self.connection, line)).collect::<Result<_>>()?, total))
    }

    /// Edits below a number, or the newest, newest first, and how many there are in all.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn edits_below(&self, below: Option<u32>, limit: u32) -> Result<(Vec<EditLine>, u32)> {
        let total = self.connection.query_row("SELECT count(*) FROM edits", [], |r| r.get(0))?;
        let mut query = self.connection.prepare_cached(&format!("{LINE} WHERE no < ?1 ORDER BY no DESC LIMIT ?2"))?;
        let from = below.map_or(i64::MAX, i64::from);
        let lines: Vec<EditLine> = query.query_map(rusqlite::params![from, limit], read_line)?.collect::<rusqlite::Result<_>>()?;
        Ok((lines.into_iter().map(|line| with_articles(&self.connection, line)).collect::<Result<_>>()?, total))
    }

    /// The edits that are about an article, newest first, by its order number.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn edits_about(&self, pos: u32) -> Result<Vec<EditLine>> {
        let mut query = self.connection.prepare_cached(&format!(
            "{LINE} WHERE EXISTS (SELECT 1 FROM edit_articles n WHERE n.edit = e.no AND n.pos = ?1 AND (n.part = 1 OR (n.part = 0 AND e.kind IN ('pin', 'headline', 'merge'))))
             ORDER BY no DESC"
        ))?;
        let lines: Vec<EditLine> = query.query_map([pos], read_line)?.collect::<rusqlite::Result<_>>()?;
        lines.into_iter().map(|line| with_articles(&self.connection, line)).collect()
    }

    /// What editors decided about pairs of articles, for edits that count: their number, and order numbers of those that are together
    /// and of those that are apart.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn decisions(&self) -> Result<Vec<Decided>> {
        let mut query = self.connection.prepare(
            "SELECT no, kind FROM edits WHERE active = 1 AND kind IN ('merge', 'split', 'move', 'pin') AND who <> ?1 ORDER BY no",
        )?;
        let edits: Vec<(u32, String)> = query.query_map([LATE], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let mut of = self.connection.prepare("SELECT pos FROM edit_articles WHERE edit = ?1 AND part = ?2 ORDER BY pos")?;
        let mut decided = Vec::new();
        for (edit, kind) in edits {
            let mut part =
                |part: Part| -> Result<Vec<u32>> { Ok(of.query_map([edit, part as u32], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?) };
            decided.push(Decided { edit, kind, there: part(Part::There)?, named: part(Part::Named)?, left: part(Part::Left)? });
        }
        Ok(decided)
    }

    /// Order number of the last edit, 0 for none.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn last_edit(&self) -> Result<u32> {
        Ok(self.connection.query_row("SELECT max(no) FROM edits", [], |r| r.get::<_, Option<u32>>(0)).optional()?.flatten().unwrap_or(0))
    }
}

/// What one edit says of pairs: those named are together with those that were there, and apart from those left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Number of the edit.
    pub edit: u32,
    /// Its kind.
    pub kind: String,
    /// Order numbers of the articles that were there.
    pub there: Vec<u32>,
    /// Those that it is about.
    pub named: Vec<u32>,
    /// Those left behind.
    pub left: Vec<u32>,
}
