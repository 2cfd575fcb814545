//! The ledger: every file ever seen, and counts over the whole store.

use jiff::Timestamp;
use rusqlite::{Row, Statement, params};

use super::read::time;
use super::rows::{FileLine, Totals};
use super::{Reader, Result};
use crate::article::{FileDigest, Reject};

/// Files among which those that came lately are looked for: more than come in a day, few enough to be looked through at once.
pub const LATELY: i64 = 200_000;

/// Which files to list.
#[derive(Debug, Clone, Copy)]
pub enum Files<'a> {
    /// Every one.
    All,
    /// Those with this outcome.
    Outcome(&'a str),
    /// Those that hold something that is not an article, as far as they were not taken again since.
    WithRejects,
}

/// Whether a file could not be read and was since, or was taken out of the quarantine and has another outcome by now: what is still open
/// stands with that, if anything is. One that only waits to be taken again stays open, unless its bytes were repaired. It is looked up by
/// its bytes, for those few files.
const TAKEN_AGAIN: &str = "(retried = 2 OR (retried = 1 AND (
    EXISTS (SELECT 1 FROM files newer WHERE newer.digest = files.digest AND newer.no > files.no AND newer.outcome <> 'resent' AND newer.retried = 0)
    OR EXISTS (SELECT 1 FROM files newer WHERE newer.digest = files.digest AND newer.no > files.no AND newer.retried = 1))))";
/// The columns of a file, and what was rejected of it.
const LINE: &str = "no, path, digest, outcome, articles, received, original, notes";
const REJECTS: &str = "SELECT position, reason FROM rejects WHERE file = ?1 ORDER BY position";

fn line(r: &Row<'_>, rejects: &mut Statement<'_>) -> rusqlite::Result<FileLine> {
    let no: i64 = r.get(0)?;
    Ok(FileLine {
        path: r.get(1)?,
        digest: r.get::<_, Option<Vec<u8>>>(2)?.map(|d| d.iter().map(|b| format!("{b:02x}")).collect()),
        outcome: r.get(3)?,
        articles: r.get(4)?,
        rejects: rejects.query_map([no], |r| Ok(Reject { position: r.get(0)?, reason: r.get(1)? }))?.collect::<rusqlite::Result<_>>()?,
        received: Some(time(r.get(5)?)),
        original: r.get::<_, Option<Vec<u8>>>(6)?.map(|o| String::from_utf8_lossy(&o).into_owned()),
        notes: r.get::<_, Option<String>>(7)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
        taken_again: r.get(8)?,
        waits_for: None,
    })
}

impl Reader {
    /// Files of the ledger, newest first, and how many there are.
    pub fn files(&self, which: Files<'_>, limit: u32, offset: u32) -> Result<(Vec<FileLine>, u32)> {
        self.files_below(which, None, limit, offset).map(|(lines, total, _)| (lines, total))
    }

    /// As [`Reader::files`], from below a place in the ledger if one is given; and the place where the rest begins, if there is a rest.
    /// What comes in meanwhile moves no file to another page.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn files_below(&self, which: Files<'_>, below: Option<i64>, limit: u32, offset: u32) -> Result<(Vec<FileLine>, u32, Option<i64>)> {
        let (condition, outcome) = match which {
            Files::All => ("?1 IS NULL".to_owned(), None),
            Files::Outcome(outcome) => ("outcome = ?1".to_owned(), Some(outcome)),
            Files::WithRejects => (format!("?1 IS NULL AND EXISTS (SELECT 1 FROM rejects WHERE file = no) AND NOT {TAKEN_AGAIN}"), None),
        };
        let total = self.connection.query_row(&format!("SELECT count(*) FROM files WHERE {condition}"), [outcome], |r| r.get(0))?;
        let mut query = self.connection.prepare(&format!(
            "SELECT {LINE}, {TAKEN_AGAIN} FROM files WHERE {condition} AND no < ?4 ORDER BY no DESC LIMIT ?2 OFFSET ?3"
        ))?;
        let mut rejects = self.connection.prepare_cached(REJECTS)?;
        let mut lines = Vec::new();
        let mut last = None;
        let mut rows = query.query(params![outcome, i64::from(limit) + 1, offset, below.unwrap_or(i64::MAX)])?;
        while let Some(r) = rows.next()? {
            if lines.len() as u32 == limit {
                return Ok((lines, total, last));
            }
            last = Some(r.get(0)?);
            lines.push(line(r, &mut rejects)?);
        }
        Ok((lines, total, None))
    }

    /// Files with these bytes, newest first; of many the newest twenty.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn files_with(&self, digest: &FileDigest) -> Result<Vec<FileLine>> {
        let mut query =
            self.connection.prepare(&format!("SELECT {LINE}, {TAKEN_AGAIN} FROM files WHERE digest = ?1 ORDER BY no DESC LIMIT 20"))?;
        let mut rejects = self.connection.prepare_cached(REJECTS)?;
        let mut rows = query.query([&digest.0[..]])?;
        let mut lines = Vec::new();
        while let Some(r) = rows.next()? {
            lines.push(line(r, &mut rejects)?);
        }
        Ok(lines)
    }

    /// Events that were ever founded.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn founded(&self) -> Result<u32> {
        Ok(self.connection.query_row("SELECT count(*) FROM history WHERE kind = 'created'", [], |r| r.get(0))?)
    }

    /// Files that were received since a moment, and how many articles they held; of the newest [`LATELY`] files of the ledger.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn taken_since(&self, since: Timestamp) -> Result<(u32, u32)> {
        let sql = "SELECT count(*), coalesce(sum(articles), 0) FROM (SELECT received, articles FROM files ORDER BY no DESC LIMIT ?2)
             WHERE received >= ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([since.as_microsecond(), LATELY], |r| Ok((r.get(0)?, r.get(1)?)))?)
    }

    /// When the last files came into the inbox, by the clock of then: the latest of the newest [`LATELY`] files of the ledger.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn last_claimed(&self) -> Result<Option<Timestamp>> {
        let sql = "SELECT max(received) FROM (SELECT received, claim FROM files ORDER BY no DESC LIMIT ?1) WHERE claim IS NOT NULL";
        Ok(self.connection.query_row(sql, [LATELY], |r| r.get::<_, Option<i64>>(0))?.map(time))
    }

    /// Counts over the whole store.
    pub fn totals(&self) -> Result<Totals> {
        let one = |sql: &str| self.connection.query_row(sql, [], |r| r.get::<_, u32>(0));
        let moment = |sql: &str| self.connection.query_row(sql, [], |r| r.get::<_, Option<i64>>(0)).map(|at| at.map(time));
        let mut query = self.connection.prepare("SELECT outcome, count(*) FROM files GROUP BY outcome")?;
        Ok(Totals {
            files: query.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?,
            articles: one("SELECT count(*) FROM articles")?,
            further_versions: one("SELECT count(*) FROM articles WHERE version_of IS NOT NULL")?,
            events: one("SELECT count(*) FROM events WHERE merged_into IS NULL AND articles > 0")?,
            sources: one("SELECT count(*) FROM sources")?,
            rejects: one("SELECT count(*) FROM rejects")?,
            open_rejects: one(&format!("SELECT count(*) FROM rejects JOIN files ON files.no = rejects.file WHERE NOT {TAKEN_AGAIN}"))?,
            last_received: moment("SELECT max(received) FROM files")?,
            to_retire: one("SELECT count(*) FROM files WHERE archived = 0")?,
            // Bytes that another file of the ledger holds are not lost.
            original_missing: one("SELECT count(*) FROM files f WHERE archived = 2 AND NOT EXISTS
                (SELECT 1 FROM files g WHERE g.digest = f.digest AND g.archived = 1 AND g.original IS NOT NULL)")?,
            last_backup: moment("SELECT max(at) FROM backups WHERE rowid = (SELECT max(rowid) FROM backups)")?,
        })
    }
}
