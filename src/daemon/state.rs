//! What the daemon says about itself to other processes: a small file beside the store, replaced by a rename and never synced. It is
//! news, not truth: whether a daemon runs is told by its lock, and what waits by looking into the folders.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Waiting files that are named with their reason; the rest are waiting like these.
pub(super) const NAMED: usize = 1000;

/// Length of the file in bytes, if it is not longer: room for the reason of a pause when nothing can be added to the disk.
const ROOM: usize = 4096;

/// What the daemon says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Why intake is paused; `None` while it works.
    pub paused: Option<String>,
    /// Why the inbox is only looked at from time to time; `None` while the file system sends notices.
    pub polling: Option<String>,
    /// What of the inbox cannot be taken while the rest is.
    pub hindered: Option<String>,
    /// Times that the watcher of the inbox was found dead or at a limit.
    pub watchers_lost: u32,
    /// Why files wait, by path, for the first thousand.
    pub waiting: BTreeMap<String, String>,
    /// Whether it said all it had to say: one that was killed did not.
    #[serde(default)]
    pub ended: bool,
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

    /// Writes it. That this fails is no reason to stop. On a full disk, which is just when people look, it is written over the last one,
    /// whose room it has.
    pub fn write(&self, store: &Path) {
        let path = Self::path(store);
        let written = self.padded(ROOM).and_then(|text| replace(&path, &text));
        if let Err(error) = written
            && self.write_over(&path).is_err()
        {
            tracing::warn!(%error, file = %path.display(), "cannot say how things stand");
        }
    }

    /// As text, filled up with line breaks to a length in bytes.
    fn padded(&self, length: usize) -> io::Result<Vec<u8>> {
        let mut text = serde_json::to_vec(self).map_err(io::Error::other)?;
        text.resize(text.len().max(length), b'\n');
        Ok(text)
    }

    /// Writes it into the file that is there, without the names of waiting files if they do not fit.
    fn write_over(&self, path: &Path) -> io::Result<()> {
        let file = fs::File::options().write(true).open(path)?;
        let length = file.metadata()?.len() as usize;
        let mut text = self.padded(length)?;
        if text.len() > length {
            text = Self { waiting: BTreeMap::new(), ..self.clone() }.padded(length)?;
        }
        if text.len() > length {
            return Err(io::Error::new(ErrorKind::StorageFull, "there is no room for it"));
        }
        file.write_all_at(&text, 0)
    }
}

/// Puts a file with this content in the place of the one that is there.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let part = path.with_extension("state.tmp");
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // An empty one would take the last room for a file.
        let _ = fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_room_the_last_one_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("s.db");
        let many: BTreeMap<String, String> = (0..200).map(|n| (format!("inbox/{n}.txt"), "is about to be taken".to_owned())).collect();
        let paused = |why: &str| State { paused: Some(why.to_owned()), waiting: many.clone(), ..State::default() };
        State::default().write(&store);
        // A folder in its place cannot be written, as nothing can on a full disk.
        fs::create_dir(folder.path().join("s.db.state.tmp")).unwrap();
        paused("full").write(&store);
        let read = State::read(&store).unwrap();
        assert_eq!((read.paused.as_deref(), read.waiting.len()), (Some("full"), 0), "why is told; which ones wait does not fit");
        assert!(paused(&"long ".repeat(ROOM)).write_over(&State::path(&store)).is_err());
        assert_eq!(State::read(&store), Some(read), "and then the last one stays");
        State::default().write(&store);
        assert_eq!(State::read(&store), Some(State::default()), "a shorter one leaves nothing of a longer one");
        fs::remove_dir(folder.path().join("s.db.state.tmp")).unwrap();
        paused("full").write(&store);
        assert_eq!(State::read(&store), Some(paused("full")));
    }
}
