//! The ledger as it is shown: the files that have an outcome, and before them those that still wait in the inbox.

use jiff::Timestamp;

use crate::clock;
use crate::config::Config;
use crate::daemon::{self, Lock, State};
use crate::store::read::Files;
use crate::store::rows::FileLine;
use crate::store::{self, Reader};

/// A stretch of the ledger.
pub struct Ledger {
    /// The files, newest first.
    pub files: Vec<FileLine>,
    /// How many there are in all.
    pub total: u32,
    /// Where the next stretch begins; `None` at the end.
    pub next: Option<i64>,
}

/// Whether files are taken into a store, in words.
pub struct Health {
    /// What is at work, or why nothing is.
    pub said: String,
    /// Why the inbox is looked at from time to time, where no notices come.
    pub polling: Option<String>,
    /// What of the inbox cannot be taken while the rest is.
    pub hindered: Option<String>,
    /// Why the clock is probably wrong.
    pub clock: Option<String>,
}

/// Whether a wirefold takes files into this store. Without a reader, nothing is known of the store itself.
pub fn health(config: &Config, reader: Option<&Reader>) -> Health {
    let running = Lock::is_held(&config.store);
    let state = State::read(&config.store).unwrap_or(State { ended: true, ..State::default() });
    let said = match (running, &state.paused) {
        (true, Some(why)) => format!("intake is paused: {why}"),
        // It has no place to say so itself.
        (true, None) if store::is_read_only(&config.store) => {
            "a wirefold is at work on this store, whose disk is read-only: nothing is taken".to_owned()
        }
        (true, None) => "a wirefold is at work on this store".to_owned(),
        (false, _) if !state.ended => {
            "no wirefold is running; the last one was killed, or the machine went down: start it again, nothing is lost".to_owned()
        }
        (false, Some(why)) => format!("no wirefold is running; the last one ended: {why}"),
        (false, None) => "no wirefold is running".to_owned(),
    };
    let clock = clock::doubt(Timestamp::now(), reader.and_then(|reader| reader.last_claimed().ok().flatten()));
    Health { said, polling: state.polling.filter(|_| running), hindered: state.hindered.filter(|_| running), clock }
}

/// Files of the ledger after the place `below` and `offset` more; the first stretch begins with those that wait.
///
/// # Errors
/// If the store cannot be read.
pub fn files(reader: &Reader, config: &Config, which: Files<'_>, below: Option<i64>, limit: u32, offset: u32) -> store::Result<Ledger> {
    let (mut files, mut total, next) = reader.files_below(which, below, limit, offset)?;
    let with_waiting = matches!(which, Files::All | Files::Outcome("waiting"));
    if with_waiting && below.is_none() && offset == 0 {
        let waiting = daemon::waiting(config, reader, limit as usize, |_| true)?;
        total += waiting.total;
        files.splice(0..0, waiting.files);
    }
    Ok(Ledger { files, total, next })
}
