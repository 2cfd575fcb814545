//! Notifications that something happened below a folder. A hint only: the scan finds what they miss.

use std::path::Path;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// A running watcher; dropping it stops it.
pub struct Watch {
    _watcher: notify::RecommendedWatcher,
}

/// Watches `root` and everything below it. Each sign of life puts one unit into the channel, which holds one: a second before the
/// first was read adds nothing.
///
/// # Errors
/// If the system refuses, for instance at the limit of watches.
pub fn start(root: &Path) -> notify::Result<(Watch, mpsc::Receiver<()>)> {
    let (sender, receiver) = mpsc::channel(1);
    let mut watcher = notify::recommended_watcher(move |notice: notify::Result<notify::Event>| {
        // An error or an overflow means that something was missed: look at everything.
        if notice.map_or(true, |n| is_telling(&n.kind) || n.need_rescan()) {
            let _ = sender.try_send(());
        }
    })?;
    watcher.watch(root, RecursiveMode::Recursive)?;
    Ok((Watch { _watcher: watcher }, receiver))
}

/// Our own reading opens and closes files; only what can mean a new or finished file counts.
fn is_telling(kind: &EventKind) -> bool {
    match kind {
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Other => true,
        EventKind::Access(access) => *access == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(what) => !matches!(what, ModifyKind::Metadata(_)),
        EventKind::Any => true,
    }
}
