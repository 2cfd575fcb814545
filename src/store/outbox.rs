//! What targets are to be told of a transaction, written in that same transaction: whatever ends the process, both are there or neither.
//!
//! The facts are those of the history. One message tells one target of one event: what happened to it in the transaction, and how it
//! stands afterwards. Its bytes are made here, once, so that every attempt to deliver it sends the same.

use rusqlite::{Connection, OptionalExtension, Row, params};
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::history::steps_of;
use super::read::{event_and_members, shown, with_lead};
use super::rebuild::Succession;
use super::rows::{EventSummary, HistoryLine};
use super::{Result, StoreError};
use crate::article::base32;
use crate::text::clean::escaped;

/// Longest `data` of a message, in bytes, unless headlines alone are longer.
const LONGEST: usize = 64 << 10;
/// How many entries its lists may have, by turns until it is short enough.
const LISTED: [usize; 4] = [1000, 100, 10, 0];

/// What stood before a transaction, for whoever is told of it.
pub(super) struct Telling {
    /// The newest step of the history before.
    after: i64,
    /// The events that changed, each with the targets whose filter it passed.
    was: Vec<(Vec<u8>, FxHashSet<String>)>,
}

/// A target as a transaction knows it.
struct Hook {
    name: String,
    base: Option<String>,
    most: u32,
}

impl Telling {
    /// At the begin of a transaction; nothing where nobody is to be told.
    pub(super) fn begin(connection: &Connection) -> Result<Option<Self>> {
        if hooks(connection)?.is_empty() {
            return Ok(None);
        }
        let after = connection.query_row("SELECT coalesce(max(seq), 0) FROM history", [], |r| r.get(0))?;
        Ok(Some(Self { after, was: Vec::new() }))
    }

    /// When everything is written but the summaries of events, which still say how things stood.
    pub(super) fn look_back(&mut self, connection: &Connection) -> Result<()> {
        let mut changed = connection.prepare_cached("SELECT event FROM history WHERE seq > ?1 GROUP BY event ORDER BY min(seq)")?;
        let changed: Vec<Vec<u8>> = changed.query_map([self.after], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        // The articles have moved already. What was there: those that did not come in this transaction, and those that left it.
        let came = "FROM history u WHERE u.event = ?1 AND u.seq > ?2 AND u.kind IN ('created', 'joined', 'arrived')";
        let had_source = format!(
            "(h.source IS NULL
             OR EXISTS (SELECT 1 FROM placements p JOIN articles a USING(pos) JOIN sources s ON s.no = a.source
                        WHERE p.event = ?1 AND s.name = h.source AND NOT EXISTS (SELECT 1 {came} AND u.article = a.id))
             OR EXISTS (SELECT 1 FROM history t JOIN articles a ON a.id = t.article JOIN sources s ON s.no = a.source
                        WHERE t.event = ?1 AND t.seq > ?2 AND t.kind = 'left' AND s.name = h.source
                          AND NOT EXISTS (SELECT 1 {came} AND u.article = a.id AND u.seq < t.seq)))"
        );
        let passed = passes(["h.min_sources", "NULL", "h.lang", "h.since", "h.until"]);
        let mut query = connection.prepare_cached(&format!(
            "SELECT h.name FROM hooks h JOIN events e ON e.id = ?1 WHERE h.off IS NULL AND {passed} AND {had_source}"
        ))?;
        for event in changed {
            let names = query.query_map(params![event, self.after], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            self.was.push((event, names));
        }
        Ok(())
    }

    /// When the summaries are written too: the messages, and room for them.
    pub(super) fn write(&self, connection: &Connection) -> Result<()> {
        let hooks = hooks(connection)?;
        let passed = passes(["h.min_sources", "h.source", "h.lang", "h.since", "h.until"]);
        let mut passing = connection.prepare_cached(&format!(
            "SELECT h.name FROM hooks h JOIN events e ON e.id = ?1 WHERE h.off IS NULL AND e.merged_into IS NULL AND {passed}"
        ))?;
        for (event, was) in &self.was {
            let is: FxHashSet<String> = passing.query_map([event], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            if was.is_empty() && is.is_empty() {
                continue;
            }
            let told = Told::of(connection, event, self.after)?;
            for hook in &hooks {
                let kind = match (was.contains(&hook.name), is.contains(&hook.name)) {
                    (false, false) => continue,
                    (false, true) => "event.new",
                    (true, true) => "event.changed",
                    (true, false) => "event.gone",
                };
                let data = told.data(hook.base.as_deref());
                put(connection, hook, Some(event), kind, &told.at, &data)?;
            }
        }
        hooks.iter().try_for_each(|hook| make_room(connection, hook))
    }
}

/// Tells every target that all articles were placed anew, so that what it knows of events may be out of date.
pub(super) fn tell_rebuilt(connection: &Connection, at: jiff::Timestamp, done: &Succession) -> Result<()> {
    let data = serde_json::to_value(done).map_err(unreadable)?;
    for hook in hooks(connection)? {
        put(connection, &hook, None, "store.rebuilt", &at.to_string(), &data)?;
    }
    Ok(())
}

fn hooks(connection: &Connection) -> Result<Vec<Hook>> {
    let mut query = connection.prepare_cached("SELECT name, base, most FROM hooks WHERE off IS NULL ORDER BY name")?;
    let hook = |r: &Row<'_>| Ok(Hook { name: r.get(0)?, base: r.get(1)?, most: r.get(2)? });
    Ok(query.query_map([], hook)?.collect::<rusqlite::Result<_>>()?)
}

/// Whether an event `e` passes a filter, of which these are the least number of sources, the source, the language, the earliest and the
/// latest moment.
fn passes([min_sources, source, lang, since, until]: [&str; 5]) -> String {
    format!(
        "e.articles > 0 AND e.source_count >= {min_sources}
            AND ({source} IS NULL OR EXISTS (SELECT 1 FROM placements p JOIN articles a USING(pos) JOIN sources s ON s.no = a.source WHERE p.event = e.id AND s.name = {source}))
            AND ({lang} IS NULL OR EXISTS (SELECT 1 FROM json_each(e.lang) WHERE value = {lang}))
            AND ({since} IS NULL OR e.last >= {since}) AND ({until} IS NULL OR e.first <= {until})"
    )
}

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

/// What is to be told of an event, by whatever target.
struct Told {
    /// When it was decided.
    at: String,
    summary: EventSummary,
    changes: Vec<HistoryLine>,
    merged_into: Option<String>,
}

impl Told {
    fn of(connection: &Connection, event: &[u8], after: i64) -> Result<Self> {
        let changes = steps_of(connection, event, after)?;
        let sql = "SELECT merged_into FROM events WHERE id = ?1";
        let merged: Option<Vec<u8>> = connection.prepare_cached(sql)?.query_row([event], |r| r.get(0)).optional()?.flatten();
        Ok(Self {
            at: changes.iter().map(|step| step.at).max().unwrap_or_default().to_string(),
            summary: with_lead(connection, event_and_members(connection, event)?.0)?,
            changes,
            merged_into: merged.map(|id| shown(&id)),
        })
    }

    /// The `data` of its messages; lists that would make it too long are cut, the counts beside them are whole.
    fn data(&self, base: Option<&str>) -> Value {
        let mut data = Value::Null;
        for most in LISTED {
            data = self.listing(most, base);
            if data.to_string().len() <= LONGEST {
                break;
            }
        }
        data
    }

    fn listing(&self, most: usize, base: Option<&str>) -> Value {
        let mut summary = self.summary.clone();
        summary.sources.truncate(most);
        let mut articles = 0;
        summary.stories.retain_mut(|story| {
            story.articles.truncate(most - articles.min(most));
            articles += story.articles.len();
            !story.articles.is_empty()
        });
        let changes = &self.changes[..self.changes.len().min(most)];
        json!({
            "event": summary,
            "changes": changes,
            "change_count": self.changes.len(),
            "merged_into": self.merged_into,
            "link": base.map(|base| format!("{base}/events/{}", self.summary.event)),
        })
    }
}

/// A message as it is sent, but for its id, which is that of these bytes.
#[derive(Serialize)]
struct Envelope<'a> {
    r#type: &'a str,
    timestamp: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    sequence: i64,
    data: &'a Value,
}

/// Puts a message into the outbox. Its id is a hash of all that it says and of whom it is for.
fn put(connection: &Connection, hook: &Hook, event: Option<&[u8]>, kind: &str, at: &str, data: &Value) -> Result<()> {
    let sql = "SELECT max(CAST(unixepoch('subsec') * 1000000 AS INTEGER), coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0) + 1)";
    let sequence = connection.prepare_cached(sql)?.query_row([], |r| r.get(0))?;
    let mut envelope = Envelope { r#type: kind, timestamp: at, id: "", sequence, data };
    let id = message_id(&hook.name, &serde_json::to_string(&envelope).map_err(unreadable)?);
    envelope.id = &id;
    let body = escaped(&serde_json::to_string(&envelope).map_err(unreadable)?);
    connection
        .prepare_cached("INSERT INTO outbox(no, hook, event, id, body) VALUES(?1, ?2, ?3, ?4, ?5)")?
        .execute(params![sequence, hook.name, event, id, body])?;
    Ok(())
}

/// The id of a message to a target: 26 characters of base 32 behind `msg_`.
pub fn message_id(target: &str, says: &str) -> String {
    let digest = Sha256::new().chain_update(target).chain_update([0]).chain_update(says).finalize();
    format!("msg_{}", base32(&digest[..16]))
}

/// Drops the oldest messages of a target for which more wait than may: what is said of an event later holds, and intake never waits.
fn make_room(connection: &Connection, hook: &Hook) -> Result<()> {
    let waiting: u32 =
        connection.prepare_cached("SELECT count(*) FROM outbox WHERE hook = ?1 AND failed = 0")?.query_row([&hook.name], |r| r.get(0))?;
    let dropped = waiting.saturating_sub(hook.most);
    if dropped > 0 {
        let oldest = "DELETE FROM outbox WHERE no IN (SELECT no FROM outbox WHERE hook = ?1 AND failed = 0 ORDER BY no LIMIT ?2)";
        connection.prepare_cached(oldest)?.execute(params![hook.name, dropped])?;
        connection.prepare_cached("UPDATE hooks SET dropped = dropped + ?2 WHERE name = ?1")?.execute(params![hook.name, dropped])?;
    }
    Ok(())
}
