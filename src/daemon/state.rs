//! What the daemon says about itself to other processes: a small file beside the store, replaced by a rename and never synced. It is
//! news, not truth: whether a daemon runs is told by its lock, and what waits by looking into the folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Waiting files that are named with their reason; the rest are waiting like these.
pub(super) const NAMED: usize = 1000;

/// What the daemon says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Why intake is paused; `None` while it works.
    pub paused: Option<String>,
    /// Why the inbox is only looked at from time to time; `None` while the file system sends notices.
    pub polling: Option<String>,
    /// Times that the watcher of the inbox was found dead or at a limit.
    pub watchers_lost: u32,
    /// Why files wait, by path, for the first thousand.
    pub waiting: BTreeMap<String, String>,
    /// Since when all this holds.
    pub since: Option<Timestamp>,
}

impl State {
    /// The file beside a store.
    pub fn path(store: &Path) -> PathBuf {
        PathBuf::from(format!("{}.state", store.display()))
    }

    /// What the daemon of a store said last, if anything.
    pub fn read(store: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(Self::path(store)).ok()?).ok()
    }

    /// Names waiting files.
    pub fn name_waiting(&mut self, files: impl Iterator<Item = (PathBuf, String)>) {
        self.waiting = files.map(|(path, why)| (path.to_string_lossy().into_owned(), why)).collect();
    }

    /// Writes it. That this fails is no reason to stop: a full disk is just when people look.
    pub fn write(&self, store: &Path) {
        let (path, part) = (Self::path(store), PathBuf::from(format!("{}.state.tmp", store.display())));
        let written = serde_json::to_vec(self).map_err(std::io::Error::other).and_then(|json| std::fs::write(&part, json));
        if let Err(error) = written.and_then(|()| std::fs::rename(&part, &path)) {
            tracing::warn!(%error, file = %path.display(), "cannot say how things stand");
        }
    }
}
