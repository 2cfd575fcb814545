//! The articles in which the passages of an event are looked for.

use std::sync::LazyLock;

use rusqlite::{Row, params};

use super::ids::id_bytes;
use super::read::{shown, time};
use super::rows::{Kin, Standing};
use super::sums::{AS_WRITTEN, PASSAGES_AS_WRITTEN, heed};
use super::{Reader, Result};

/// Articles of other events that are followed by shared passages. A formula that an agency has used for years leads through thousands.
const LINKED: u32 = 2000;

/// The members of an event (`?1`), and at most so many articles (`?2`) with them.
const FAMILY: &str = "WITH RECURSIVE family(pos) AS (SELECT pos FROM placements WHERE event = ?1
   UNION SELECT q.other FROM family f JOIN passages q ON q.pos = f.pos
   UNION SELECT q.pos FROM family f JOIN passages q ON q.other = f.pos LIMIT ?2)";

static KIN: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT a.pos, a.id, p.event, p.story, p.relation, s.name, a.published, a.precision, a.received, a.version,
   coalesce(a.version_of, a.id), a.title, a.text, a.lang, a.asides, {} AND {PASSAGES_AS_WRITTEN}
   FROM articles a JOIN placements p USING(pos) JOIN sources s ON s.no = a.source JOIN files f ON f.no = a.file",
        *AS_WRITTEN
    )
});

fn kin(row: &Row<'_>) -> rusqlite::Result<Kin> {
    heed(row, 15, 1)?;
    let id = |i: usize| row.get_ref(i).map(|v| v.as_blob().map(shown).unwrap_or_default());
    Ok(Kin {
        pos: row.get(0)?,
        article: id(1)?,
        event: id(2)?,
        story: id(3)?,
        relation: row.get(4)?,
        source: row.get(5)?,
        published: row.get::<_, Option<i64>>(6)?.map(time),
        precision: row.get(7)?,
        received: time(row.get(8)?),
        version: row.get(9)?,
        chain: id(10)?,
        title: row.get(11)?,
        text: row.get(12)?,
        lang: row.get(13)?,
        // What cannot be read sets nothing aside.
        asides: row.get::<_, Option<String>>(14)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
    })
}

fn standing(row: &Row<'_>) -> rusqlite::Result<Standing> {
    let id = |i: usize| row.get_ref(i).map(|v| v.as_blob().map(shown).unwrap_or_default());
    Ok(Standing { pos: row.get(0)?, event: id(1)?, story: id(2)?, relation: row.get(3)?, version: row.get(4)? })
}

impl Reader {
    /// The articles of an event, given by its full id as it is shown, and those of other events that recorded passages lead to, followed
    /// both ways: what came late may have been published first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn kin(&self, event: &str) -> Result<Vec<Kin>> {
        self.of_family(event, &format!("{FAMILY} {} WHERE a.pos IN (SELECT pos FROM family) ORDER BY a.pos", *KIN), kin)
    }

    /// How those articles stand, without their texts, to tell whether anything changed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn standing(&self, event: &str) -> Result<Vec<Standing>> {
        let sql = format!(
            "{FAMILY} SELECT p.pos, p.event, p.story, p.relation, a.version FROM placements p JOIN articles a USING(pos)
             WHERE p.pos IN (SELECT pos FROM family) ORDER BY p.pos"
        );
        self.of_family(event, &sql, standing)
    }

    fn of_family<T>(&self, event: &str, sql: &str, row: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
        let Some(id) = id_bytes(event) else { return Ok(Vec::new()) };
        let members: u32 = self.connection.query_row("SELECT count(*) FROM placements WHERE event = ?1", [&id], |r| r.get(0))?;
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_map(params![id, members.saturating_add(LINKED)], row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The versions of an article, itself among them, first to last.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn versions(&self, pos: u32) -> Result<Vec<Kin>> {
        let chain: Vec<u8> =
            self.connection.query_row("SELECT coalesce(version_of, id) FROM articles WHERE pos = ?1", [pos], |r| r.get(0))?;
        let mut query =
            self.connection.prepare_cached(&format!("{} WHERE a.id = ?1 OR a.version_of = ?1 ORDER BY a.version, a.pos", *KIN))?;
        Ok(query.query_map([chain], kin)?.collect::<rusqlite::Result<_>>()?)
    }
}
