//! Notifications that something happened below a folder. A hint only: the scan finds what they miss.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{ErrorKind, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// Name of the file by which a watcher shows that it is alive.
const PROBE: &str = "probe";

/// A running watcher; dropping it stops it.
pub struct Watch {
    _watcher: notify::RecommendedWatcher,
    control: PathBuf,
    asked: u64,
    answered: Arc<AtomicU64>,
    missed: Arc<AtomicBool>,
    refused: Arc<OnceLock<String>>,
}

/// Watches `root` and everything below it, and the folder `control` for probes. Each sign of life below `root` puts one unit into the
/// channel, which holds one: a second before the first was read adds nothing.
///
/// # Errors
/// If the system refuses, for instance at the limit of watches.
pub fn start(root: &Path, control: &Path) -> notify::Result<(Watch, mpsc::Receiver<()>)> {
    std::fs::create_dir_all(control)?;
    let (sender, receiver) = mpsc::channel(1);
    let answered = Arc::new(AtomicU64::new(0));
    let answers = Arc::clone(&answered);
    let missed = Arc::new(AtomicBool::new(false));
    let misses = Arc::clone(&missed);
    let refused = Arc::new(OnceLock::new());
    let refusal = Arc::clone(&refused);
    let mut watcher = notify::recommended_watcher(move |notice: notify::Result<notify::Event>| {
        if let Ok(n) = &notice
            && !n.need_rescan()
            && n.paths.iter().any(|p| p.ends_with(PROBE_BELOW))
        {
            answers.fetch_add(u64::from(n.kind == CLOSED), Ordering::SeqCst);
            return;
        }
        let overflowed = notice.as_ref().is_ok_and(notify::Event::need_rescan);
        if overflowed && crate::crash::planted("rescan_flag_ignored") {
            return;
        }
        if let Err(error) = &notice
            && matches!(error.kind, ErrorKind::MaxFilesWatch)
        {
            refusal.get_or_init(|| explained(error));
        }
        // An error or an overflow means that something was missed: look at everything.
        if overflowed || notice.map_or(true, |n| is_telling(&n.kind)) {
            misses.fetch_or(overflowed, Ordering::SeqCst);
            let _ = sender.try_send(());
        }
    })?;
    watcher.watch(root, RecursiveMode::Recursive)?;
    watcher.watch(control, RecursiveMode::NonRecursive)?;
    Ok((Watch { _watcher: watcher, control: control.to_owned(), asked: 0, answered, missed, refused }, receiver))
}

/// Name of the control folder, and of the probe in it.
pub const CONTROL: &str = ".notices";
const PROBE_BELOW: &str = ".notices/probe";
const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));

impl Watch {
    /// Whether every probe was answered. Ask some time after [`Watch::probe`].
    pub fn is_alive(&self) -> bool {
        self.answered.load(Ordering::SeqCst) >= self.asked
    }

    /// Whether notices were dropped: what is in a folder that was made meanwhile gives none.
    pub fn has_missed(&self) -> bool {
        self.missed.load(Ordering::SeqCst)
    }

    /// Why a folder that was made since the start is not watched, if one is not.
    pub fn refused(&self) -> Option<&str> {
        self.refused.get().map(String::as_str)
    }

    /// Writes a file that a living watcher reports.
    pub fn probe(&mut self) {
        if std::fs::write(self.control.join(PROBE), b"").is_ok() {
            self.asked += 1;
        }
    }
}

/// Why there is no watcher, and what can be done about it.
pub fn explained(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "the limit of watched folders is reached; raise sysctl fs.inotify.max_user_watches".to_owned(),
        ErrorKind::Io(e) if e.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()) => {
            "the limit of watchers is reached; raise sysctl fs.inotify.max_user_instances".to_owned()
        }
        _ => format!("the system sends no notices: {error}"),
    }
}

/// The kind of a file system whose files other machines change without a notice, if `folder` is on one.
pub fn network_kind(folder: &Path) -> Option<&'static str> {
    network_kind_of(rustix::fs::statfs(folder).ok()?.f_type as u64)
}

/// The same by the magic number of statfs(2), of which some machines extend the sign.
fn network_kind_of(magic: u64) -> Option<&'static str> {
    match magic & 0xffff_ffff {
        0x6969 => Some("NFS"),
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => Some("SMB"),
        0x6573_5546 => Some("FUSE"),
        0x0102_1997 => Some("9p"),
        0x00c3_6400 => Some("Ceph"),
        0x5346_414f | 0x6b41_4653 => Some("AFS"),
        0x7375_7245 => Some("Coda"),
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_systems_of_other_machines_are_known_by_their_numbers() {
        let of = |magic: i64| network_kind_of(magic as u64);
        assert_eq!(
            [of(0x6969), of(0xff53_4d42), of(i64::from(0xff53_4d42_u32 as i32)), of(0x6573_5546)],
            [Some("NFS"), Some("SMB"), Some("SMB"), Some("FUSE")]
        );
        assert_eq!([of(0xef53), of(0x0102_1994), of(0x5846_5342)], [None; 3], "ext4, tmpfs, XFS");
        assert_eq!(network_kind(Path::new("/nowhere")), None);
    }
}
