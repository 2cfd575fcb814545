//! The ledger as it is shown: the files that have an outcome, and before them those that still wait in the inbox.

use rustc_hash::FxHashSet;

use crate::config::{After, Config};
use crate::inbox::{self, Found};
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

/// Files in the inbox that no outcome is stored for yet.
pub fn waiting(config: &Config) -> Vec<FileLine> {
    if config.after == After::Keep || !config.inbox.exists() {
        return Vec::new();
    }
    let line = |found: Found| FileLine {
        path: found.path.to_string_lossy().into_owned(),
        digest: None,
        outcome: "waiting".to_owned(),
        articles: 0,
        rejects: Vec::new(),
        received: None,
    };
    inbox::scan(&config.inbox).0.into_iter().map(line).collect()
}

/// Files of the ledger after the place `below` and `offset` more; the first stretch begins with those that wait.
///
/// # Errors
/// If the store cannot be read.
pub fn files(reader: &Reader, config: &Config, which: Files<'_>, below: Option<i64>, limit: u32, offset: u32) -> store::Result<Ledger> {
    let (mut files, mut total, next) = reader.files_below(which, below, limit, offset)?;
    let with_waiting = matches!(which, Files::All | Files::Outcome("waiting"));
    if with_waiting && below.is_none() && offset == 0 {
        let known: FxHashSet<String> = files.iter().filter(|l| l.digest.is_none()).map(|l| l.path.clone()).collect();
        let waiting = waiting(config).into_iter().filter(|w| !known.contains(&w.path));
        files.splice(0..0, waiting.inspect(|_| total += 1).collect::<Vec<_>>());
    }
    Ok(Ledger { files, total, next })
}
