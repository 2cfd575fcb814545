//! The outbox as its deliverers see it: who is told, what is due, and what became of it. A connection of its own, which writes for the
//! moment of a note.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use serde::Serialize;

use super::read::time;
use super::{Reader, Result, Store};
use crate::hooks::Target;

/// Messages that were given up and are kept of a target; the oldest make room.
pub const FAILED_KEPT: u32 = 1000;
/// Time to wait for a batch that is being stored.
const PATIENCE: Duration = Duration::from_secs(30);
/// Microseconds: longer than anything is put off after a refusal.
const LONGEST_WAIT: i64 = 2 * 3600 * 1_000_000;

/// A message that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number in the outbox.
    pub no: i64,
    /// Its id, the same at every attempt.
    pub id: String,
    /// What is sent.
    pub body: String,
    /// Attempts so far.
    pub tries: u32,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noted {
    /// It was taken.
    Delivered(i64),
    /// It was not.
    Refused {
        /// Its number.
        no: i64,
        /// Why.
        why: String,
        /// When it is due again.
        due: Timestamp,
        /// Until when its target is sent nothing.
        rests: Timestamp,
    },
}

/// What is sent to a target again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// Messages that will be sent.
    pub sent: u32,
    /// Messages that were given up and stay so, for want of room.
    pub left: u32,
    /// How many may wait.
    pub most: u32,
}

/// A target, and how it stands with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HookLine {
    /// Its name.
    pub name: String,
    /// Messages that are still to be delivered.
    pub waiting: u32,
    /// Messages that were delivered.
    pub delivered: u64,
    /// Messages that were given up and are kept.
    pub failed: u32,
    /// Messages that made room for newer ones.
    pub dropped: u64,
    /// When something was delivered last.
    pub last_delivered: Option<Timestamp>,
    /// The last error.
    pub error: Option<String>,
    /// When that was.
    pub error_at: Option<Timestamp>,
    /// Why nothing is sent any more; `null` while it is.
    pub off: Option<String>,
}

/// The outbox of a store.
pub struct Outbox {
    connection: Connection,
}

impl Outbox {
    /// Opens the outbox of the store at `store`, which is there and of this version.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open(store: &Path) -> Result<Self> {
        drop(Reader::open(store)?);
        let connection = Store::open(store)?.connection;
        connection.busy_timeout(PATIENCE)?;
        // Notes need no sync of their own: one that is lost in a power cut means that a message is sent once more.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "cache_size", -2048)?;
        Ok(Self { connection })
    }

    /// From now on these targets are told, and no others: what waits for those is dropped. Pages have addresses that begin with `base`.
    /// Returns how many messages were dropped.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn tell(&mut self, targets: &[Target], base: Option<&str>) -> Result<u32> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known = transaction
            .prepare_cached("SELECT name FROM hooks")?
            .query_map([], |r| r.get(0))?
            .collect::<rusqlite::Result<Vec<String>>>()?;
        let mut dropped = 0;
        for name in known.iter().filter(|name| targets.iter().all(|t| t.name != **name)) {
            dropped += transaction.execute("DELETE FROM outbox WHERE hook = ?1", [name])? as u32;
            transaction.execute("DELETE FROM hooks WHERE name = ?1", [name])?;
        }
        let mut put = transaction.prepare(
            "INSERT INTO hooks(name, min_sources, source, lang, since, until, base, most) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT(name) DO UPDATE SET min_sources = excluded.min_sources, source = excluded.source, lang = excluded.lang,
               since = excluded.since, until = excluded.until, base = excluded.base, most = excluded.most, rests = 0",
        )?;
        for Target { name, filter, max_waiting, .. } in targets {
            let [since, until] = [filter.since, filter.until].map(|at| at.map(|at| at.as_microsecond()));
            put.execute(params![name, filter.min_sources, filter.source, filter.lang, since, until, base, max_waiting])?;
        }
        drop(put);
        transaction.commit()?;
        Ok(dropped)
    }

    /// At most `most` messages for a target that are due, oldest first; never one while an earlier one of the same event waits. What would
    /// wait longer than anything does was put off by a clock that was ahead.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn due(&self, target: &str, now: Timestamp, most: u32) -> Result<Vec<Message>> {
        let mut query = self.connection.prepare_cached(
            "SELECT no, id, body, tries FROM outbox o JOIN hooks h ON h.name = o.hook
             WHERE o.hook = ?1 AND failed = 0 AND due NOT BETWEEN ?2 + 1 AND ?4 AND h.rests NOT BETWEEN ?2 + 1 AND ?4 AND h.off IS NULL AND NOT EXISTS
               (SELECT 1 FROM outbox e WHERE e.hook = o.hook AND e.event = o.event AND e.failed = 0 AND e.no < o.no)
             ORDER BY no LIMIT ?3",
        )?;
        let message = |r: &Row<'_>| Ok(Message { no: r.get(0)?, id: r.get(1)?, body: r.get(2)?, tries: r.get(3)? });
        let now = now.as_microsecond();
        Ok(query.query_map(params![target, now, most, now.saturating_add(LONGEST_WAIT)], message)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes what became of messages for a target, all at once.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn note(&mut self, target: &str, noted: &[Noted], now: Timestamp) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let at = now.as_microsecond();
        for noted in noted {
            match noted {
                Noted::Delivered(no) => {
                    transaction.execute("DELETE FROM outbox WHERE no = ?1", [no])?;
                    transaction.execute("UPDATE hooks SET delivered = delivered + 1, last = ?2 WHERE name = ?1", params![target, at])?;
                }
                Noted::Refused { no, why, due, rests } => {
                    let given = params![no, why, due.as_microsecond()];
                    transaction.execute("UPDATE outbox SET tries = tries + 1, error = ?2, due = ?3 WHERE no = ?1", given)?;
                    let given = params![target, why, at, rests.as_microsecond()];
                    transaction.execute("UPDATE hooks SET error = ?2, error_at = ?3, rests = ?4 WHERE name = ?1", given)?;
                }
            }
        }
        Ok(transaction.commit()?)
    }

    /// Gives up the messages for a target that were tried and have waited since before `before`; the newest [`FAILED_KEPT`] are kept as
    /// failed. Returns how many. What was not tried yet, since all before it failed, has its turn first.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn give_up(&mut self, target: &str, before: Timestamp) -> Result<u32> {
        let old = params![target, before.as_microsecond()];
        let any = "SELECT EXISTS (SELECT 1 FROM outbox WHERE hook = ?1 AND failed = 0 AND tries > 0 AND since < ?2)";
        if !self.connection.prepare_cached(any)?.query_row(old, |r| r.get(0))? {
            return Ok(0);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let given_up =
            transaction.execute("UPDATE outbox SET failed = 1 WHERE hook = ?1 AND failed = 0 AND tries > 0 AND since < ?2", old)?;
        let most =
            "DELETE FROM outbox WHERE no IN (SELECT no FROM outbox WHERE hook = ?1 AND failed = 1 ORDER BY no DESC LIMIT -1 OFFSET ?2)";
        let dropped = transaction.execute(most, params![target, FAILED_KEPT])?;
        transaction.execute("UPDATE hooks SET dropped = dropped + ?2 WHERE name = ?1", params![target, dropped as i64])?;
        transaction.commit()?;
        Ok(given_up as u32)
    }

    /// Sends a target nothing more, for this reason. What waits for it is kept.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn switch_off(&mut self, target: &str, why: &str, now: Timestamp) -> Result<()> {
        let given = params![target, why, now.as_microsecond()];
        self.connection.execute("UPDATE hooks SET off = ?2, error = ?2, error_at = ?3 WHERE name = ?1", given)?;
        Ok(())
    }

    /// Sends a target everything again that waits for it or was given up, now, also if it was switched off. Of what was given up, the oldest
    /// come back as far as no more waits then than may: the next commit would drop what is beyond that. `None` if no target is called so.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn again(&mut self, target: &str, now: Timestamp) -> Result<Option<Again>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let on = "UPDATE hooks SET off = NULL, rests = 0 WHERE name = ?1 RETURNING most";
        let Some(most) = transaction.query_row(on, [target], |r| r.get::<_, u32>(0)).optional()? else { return Ok(None) };
        let at_once = "UPDATE outbox SET failed = 0, tries = 0, due = 0, since = ?2";
        let waiting = transaction.execute(&format!("{at_once} WHERE hook = ?1 AND failed = 0"), params![target, now.as_microsecond()])?;
        let room = most.saturating_sub(waiting as u32);
        let oldest = format!("{at_once} WHERE no IN (SELECT no FROM outbox WHERE hook = ?1 AND failed = 1 ORDER BY no LIMIT ?3)");
        let back = transaction.execute(&oldest, params![target, now.as_microsecond(), room])?;
        let left = "SELECT count(*) FROM outbox WHERE hook = ?1 AND failed = 1";
        let again = Again { sent: (waiting + back) as u32, left: transaction.query_row(left, [target], |r| r.get(0))?, most };
        transaction.commit()?;
        Ok(Some(again))
    }
}

impl Reader {
    /// The targets by name, and how it stands with them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn hooks(&self) -> Result<Vec<HookLine>> {
        let mut query = self.connection.prepare_cached(
            "SELECT name, (SELECT count(*) FROM outbox WHERE hook = name AND failed = 0), delivered,
               (SELECT count(*) FROM outbox WHERE hook = name AND failed = 1), dropped, last, h.error, error_at, off
             FROM hooks h ORDER BY name",
        )?;
        let line = |r: &Row<'_>| {
            let moment = |at: usize| r.get::<_, Option<i64>>(at).map(|at| at.map(time));
            Ok(HookLine {
                name: r.get(0)?,
                waiting: r.get(1)?,
                delivered: r.get::<_, i64>(2)? as u64,
                failed: r.get(3)?,
                dropped: r.get::<_, i64>(4)? as u64,
                last_delivered: moment(5)?,
                error: r.get(6)?,
                error_at: moment(7)?,
                off: r.get(8)?,
            })
        };
        Ok(query.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
    }
}
