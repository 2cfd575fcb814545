//! What the ingest loop asks of the store: what it knows already, and what restores the detector.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use jiff::Timestamp;
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use rustc_hash::FxHashMap;

use super::sums::{AS_WRITTEN, heed};
use super::{Lookup, Reader, Result, Store, StoreError};
use crate::article::{ArticleId, Aside, DateStep, EventId, FileDigest, Precision, Published};
use crate::detect::features::Features;
use crate::detect::live::{When, hours};
use crate::detect::{Incoming, Stored, Trace};
use crate::ingest::versions::{Known, UNDER_ONE_LABEL};

impl Store {
    /// The order number of the next article.
    pub fn next_pos(&self) -> Result<u32> {
        Ok(self.connection.query_row("SELECT coalesce(max(pos) + 1, 0) FROM articles", [], |r| r.get(0))?)
    }

    /// The path by which a file with these bytes came first, and whether it held articles, if one is in the ledger.
    pub fn known(&self, digest: &FileDigest) -> Result<Option<(PathBuf, bool)>> {
        if crate::crash::planted("no_index") {
            return Ok(None);
        }
        let sql = "SELECT path_raw, articles > 0 FROM files WHERE digest = ?1 AND outcome <> 'resent' AND retried = 0";
        let path = |r: &Row<'_>| Ok((PathBuf::from(OsString::from_vec(r.get(0)?)), r.get(1)?));
        Ok(self.connection.prepare_cached(sql)?.query_row([&digest.0[..]], path).optional()?)
    }

    /// Whether a file with these bytes was ingested from this very path.
    pub fn stored_at(&self, digest: &FileDigest, path: &[u8]) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached("SELECT 1 FROM files WHERE digest = ?1 AND path_raw = ?2")?
            .exists(params![&digest.0[..], path])?)
    }

    /// Whether the ledger already says of this path that it cannot be read, for this reason.
    pub fn knows_unreadable(&self, path: &[u8], reason: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM files f JOIN rejects r ON r.file = f.no WHERE f.digest IS NULL AND f.path_raw = ?1 AND f.retried <> 2 AND r.reason = ?2";
        Ok(self.connection.prepare_cached(sql)?.exists(params![path, reason])?)
    }

    /// Order number from which on this many articles founded an event; none if fewer of those from `from` on did.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn founders_back(&self, count: usize, from: u32) -> Result<Option<u32>> {
        let mut query = self.connection.prepare("SELECT pos, trace FROM placements WHERE pos >= ?1 ORDER BY pos DESC")?;
        let mut rows = query.query([from])?;
        let mut left = count;
        while let Some(r) = rows.next()? {
            let (pos, json): (u32, String) = (r.get(0)?, r.get(1)?);
            left -= usize::from(trace(pos, &json)?.founder);
            if left == 0 {
                return Ok(Some(pos));
            }
        }
        Ok(None)
    }

    /// Order number from which on articles may be live, for a detector that swept last before `swept`.
    pub fn first_live(&self, swept: u32, keep_recent: u32, window_days: f64) -> Result<u32> {
        let sql = "SELECT coalesce(min(pos), 0) FROM articles
                   WHERE pos + ?2 >= ?1 OR published >= (SELECT max(published) FROM articles WHERE pos < ?1) - ?3";
        Ok(self.connection.query_row(sql, params![swept, keep_recent, (window_days * 86_400e6) as i64], |r| r.get(0))?)
    }
}

impl Lookup {
    /// Order numbers of what a source published at an address, newest first; the newest fifty.
    pub fn at_address(&self, source: &str, url: &str) -> Result<Vec<u32>> {
        self.published_under("url = ?2", source, url)
    }

    /// Order numbers of what a source published under an id of its own, newest first; the newest fifty.
    pub fn under_sender_id(&self, source: &str, id: &str) -> Result<Vec<u32>> {
        self.published_under("sender_id = ?2", source, id)
    }

    fn published_under(&self, condition: &str, source: &str, label: &str) -> Result<Vec<u32>> {
        // A limit that is a parameter would have SQLite plan the statement anew each time.
        let sql = format!(
            "SELECT pos FROM articles WHERE {condition} AND source = (SELECT no FROM sources WHERE name = ?1)
             ORDER BY pos DESC LIMIT {UNDER_ONE_LABEL}"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        Ok(query.query_map(params![source, label], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// What tells whether another article is a version of the one with this order number.
    pub fn known(&self, pos: u32) -> Result<Option<Known>> {
        let sql =
            "SELECT coalesce(a.version_of, a.id), s.name, a.published FROM articles a JOIN sources s ON s.no = a.source WHERE a.pos = ?1";
        let known = |r: &Row<'_>| {
            let published = r.get::<_, Option<i64>>(2)?.map(time);
            Ok(Known { chain: ArticleId(r.get(0)?), source: r.get(1)?, published })
        };
        Ok(self.connection.prepare_cached(sql)?.query_row([pos], known).optional()?)
    }
}

impl Reader {
    /// Everything from order number `from` on, for restoring a detector. At most `count` articles; features are made in parallel.
    pub fn load(&self, from: u32, count: u32) -> Result<Vec<Stored>> {
        load(&self.connection, from, count)
    }

    /// These articles, each as if it had come straight to where it is now; by order number.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn load_seated(&self, positions: &[u32]) -> Result<Vec<Stored>> {
        let wanted = serde_json::to_string(positions).map_err(|e| StoreError::Unreadable(e.to_string()))?;
        let mut query =
            self.connection.prepare_cached("SELECT pos, event FROM placements WHERE pos IN (SELECT value FROM json_each(?1))")?;
        let seat = |r: &Row<'_>| Ok((r.get(0)?, vec![(r.get(0)?, EventId(r.get(1)?))]));
        let seats = query.query_map([&wanted], seat)?.collect::<rusqlite::Result<_>>()?;
        read(&self.connection, "a.pos IN (SELECT value FROM json_each(?1))", &[&wanted], seats)
    }

    /// Order number and time, in µs since 1970, of every article that is no later version of another, by order number.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn times(&self) -> Result<Vec<(u32, i64)>> {
        let sql = format!("SELECT pos, {AT} FROM articles INDEXED BY articles_by_time WHERE version = 1");
        let mut query = self.connection.prepare(&sql)?;
        let mut times: Vec<(u32, i64)> = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        times.sort_unstable();
        Ok(times)
    }

    /// Order numbers of the articles that are in one event with this one, itself among them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn company(&self, pos: u32) -> Result<Vec<u32>> {
        let sql = "SELECT q.pos FROM placements p JOIN placements q ON q.event = p.event WHERE p.pos = ?1 ORDER BY q.pos";
        Ok(self.connection.prepare_cached(sql)?.query_map([pos], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
    }
}

/// The time of an article, as the index of times has it.
const AT: &str = "CASE WHEN precision = 'day' THEN min(received, published + 86400000000) ELSE coalesce(published, received) END";

fn load(connection: &Connection, from: u32, count: u32) -> Result<Vec<Stored>> {
    let mut moves: FxHashMap<u32, Vec<(u32, EventId)>> = FxHashMap::default();
    let mut query =
        connection.prepare_cached("SELECT at_pos, pos, event FROM moves WHERE at_pos >= ?1 AND at_pos < ?2 ORDER BY at_pos, n")?;
    let mut rows = query.query([from, from.saturating_add(count)])?;
    while let Some(r) = rows.next()? {
        moves.entry(r.get(0)?).or_default().push((r.get(1)?, EventId(r.get(2)?)));
    }
    read(connection, "a.pos >= ?1 AND a.pos < ?2", &[&from, &from.saturating_add(count)], moves)
}

/// The articles for which `condition` holds, with what moved when each of them came.
fn read(
    connection: &Connection,
    condition: &str,
    given: &[&dyn ToSql],
    mut moves: FxHashMap<u32, Vec<(u32, EventId)>>,
) -> Result<Vec<Stored>> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT a.pos, a.id, a.title, a.text, a.lang, s.name, a.url, a.published, a.precision, a.received, p.trace, a.date_step, a.asides, {}
         FROM articles a JOIN placements p USING(pos) JOIN sources s ON s.no = a.source JOIN files f ON f.no = a.file WHERE {condition} ORDER BY a.pos",
        *AS_WRITTEN
    ))?;
    let mut rows = query.query(given)?;
    let mut raw = Vec::new();
    while let Some(r) = rows.next()? {
        heed(r, 13, 1)?;
        let (pos, json): (u32, String) = (r.get(0)?, r.get(10)?);
        let trace = trace(pos, &json)?;
        let texts: (String, String, String) = (r.get(2)?, r.get(3)?, r.get(4)?);
        let asides = asides(pos, r.get(12)?)?;
        let precision = r.get::<_, Option<String>>(8)?.and_then(|p| p.parse::<Precision>().ok());
        let step = r.get::<_, Option<String>>(11)?.and_then(|s| s.parse::<DateStep>().ok());
        let published = r.get::<_, Option<i64>>(7)?.map(time);
        let whole = published.zip(precision).zip(step).map(|((at, precision), step)| Published { at, precision, step });
        let incoming = Incoming {
            id: ArticleId(r.get(1)?),
            features: Features::default(),
            source: r.get(5)?,
            url: r.get(6)?,
            when: whole.and_then(|p| When::stated(&p)),
            dated: whole.is_some_and(|p| When::parts(&p)),
            order: order(r.get(7)?, r.get(9)?),
        };
        raw.push((texts, asides, Stored { pos, incoming, trace, moves: moves.remove(&pos).unwrap_or_default() }));
    }
    Ok(raw
        .into_par_iter()
        .map(|((title, text, lang), asides, mut stored)| {
            stored.incoming.features = Features::without(&title, &text, &lang, &asides);
            stored
        })
        .collect())
}

/// What was measured about an article, as it is stored.
pub(super) fn trace(pos: u32, json: &str) -> Result<Trace> {
    serde_json::from_str(json).map_err(|e| StoreError::Unreadable(format!("trace of article {pos}: {e}")))
}

/// What orders an article, in hours since 1970: its publication, else its receipt.
pub(super) fn order(published: Option<i64>, received: i64) -> f64 {
    hours(time(published.unwrap_or(received)))
}

/// The asides of an article as they are stored.
pub(super) fn asides(pos: u32, json: Option<String>) -> Result<Vec<Aside>> {
    let read = json.map(|json| serde_json::from_str(&json)).transpose();
    read.map(Option::unwrap_or_default).map_err(|e| StoreError::Unreadable(format!("asides of article {pos}: {e}")))
}

fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
