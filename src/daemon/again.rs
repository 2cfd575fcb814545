//! Originals that go back into the inbox: one that was quarantined, and all that a restored backup does not know.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Lock;
use crate::article::FileDigest;
use crate::config::Config;
use crate::crash;
use crate::failure::Failure;
use crate::inbox::beneath::Folder;
use crate::inbox::claim::copied_to;
use crate::inbox::durable::{copy_new, move_new, sync_folder};
use crate::inbox::{scan, sidecar_of};
use crate::store::edit::Turn;
use crate::store::{Store, backup};
use crate::text::clean::Safe;

/// Length of what goes before the name of an original: `HHMMSS-micros-chance-`.
const PREFIX: usize = 19;

/// Puts a quarantined file back into the inbox and lets its bytes count as unknown. `file` is where it lies, or the path it came in by.
/// A daemon may be at work. Returns where it is now.
///
/// # Errors
/// If no quarantined file is meant, or it cannot be moved.
pub fn retry(config: &Config, file: &Path) -> Result<PathBuf, Failure> {
    let digest = fs::read(file).ok().map(|bytes| FileDigest::of(&bytes));
    let mut store = Store::open(&config.store)?;
    let found = store.quarantined(digest.as_ref(), file)?.into_iter().find(|q| q.original.exists());
    let Some(quarantined) = found else {
        return Err(Failure::not_found(format!("no quarantined file is, or came in as, {}", Safe::path(file)))
            .hint(
                "`wirefold rejects` lists them; one that is partial is not in quarantine, since part of it is stored: drop the rest as a new file; \
                 a file that was never moved is read again when it changes, and one that was too large when limits.file_bytes is raised and the daemon \
                 told of it by SIGHUP",
            ));
    };
    let path = PathBuf::from(OsString::from_vec(quarantined.path));
    let rel = path.strip_prefix(&config.inbox).map_or_else(|_| path.file_name().map(PathBuf::from).unwrap_or_default(), Path::to_owned);
    // Noted first: should we end in between, the file is still in quarantine and the command can be given again.
    let bytes_now = fs::read(&quarantined.original).ok().map(|bytes| FileDigest::of(&bytes));
    store.note_retried(quarantined.no, bytes_now.is_some() && bytes_now != quarantined.digest)?;
    into_inbox(&quarantined.original, &config.inbox, &rel).map_err(|e| {
        Failure::io("cannot put back into the inbox", &quarantined.original, &e).hint("give the command again; nothing is lost")
    })
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// Articles in the store now.
    pub articles: u32,
    /// The store that was there before, if there was one.
    pub aside: Option<PathBuf>,
    /// Originals that the backup does not know; they are in the inbox again.
    pub returned: usize,
}

/// Puts a backup in the place of the store, and what was archived since then back into the inbox.
///
/// # Errors
/// If a daemon is at work, the backup is not whole, or a file cannot be moved; it may be given again.
pub fn restore(config: &Config, backup_file: &Path) -> Result<Restored, Failure> {
    let _lock = Lock::take(&config.store)?;
    let _work_lock = Lock::take_work(&config.work)?;
    let _turn = Turn::replacing(&config.store)?;
    let articles = backup::examine(backup_file)?.articles;
    let part = backup::prepare(backup_file, &config.store)?;
    let copy = Store::open(&part)?;
    let known = copy.originals()?;
    copy.into_one_file()?;
    // Before the store is replaced: should we end in between, the present one knows what was returned, and all can be done again.
    let returned = take_back(config, &known, None)?;
    crash::point("restore_returned");
    let aside = backup::restore(&part, &config.store, Timestamp::now())?;
    Ok(Restored { articles, aside, returned })
}

/// Puts originals that a store does not know back into the inbox; only those of `since` or a later day, if that is given. Says how many.
///
/// # Errors
/// If one cannot be moved.
pub(super) fn take_back(config: &Config, known: &HashSet<PathBuf>, since: Option<Timestamp>) -> Result<usize, Failure> {
    let first = since.map(|at| at.strftime("%Y/%m/%d").to_string()).unwrap_or_default();
    let mut returned = 0;
    for root in [&config.archive, &config.quarantine].into_iter().filter(|root| root.is_dir()) {
        for found in scan(root).0 {
            let Some(rel) = came_from(&found.path, root).filter(|_| !known.contains(&found.path)) else { continue };
            if found.path.strip_prefix(root).is_ok_and(|day| day < Path::new(&first)) {
                continue;
            }
            into_inbox(&found.path, &config.inbox, &rel).map_err(|e| Failure::io("cannot put back into the inbox", &found.path, &e))?;
            returned += 1;
        }
    }
    Ok(returned)
}

/// The path below the inbox that an original came from: its place without day and prefix; `None` if wirefold did not put it there.
pub fn came_from(original: &Path, root: &Path) -> Option<PathBuf> {
    let rel: PathBuf = original.strip_prefix(root).ok()?.components().skip(3).collect();
    let (prefix, name) = rel.file_name()?.as_bytes().split_at_checked(PREFIX)?;
    let is_ours = prefix[..6].iter().chain(&prefix[7..13]).all(u8::is_ascii_digit) && [6, 13, 18].iter().all(|at| prefix[*at] == b'-');
    (is_ours && !name.is_empty()).then(|| rel.with_file_name(OsStr::from_bytes(name)))
}

/// Moves an original with its sidecar into the inbox: to `rel` below it, or beside that if the name is taken. Says where it is now.
fn into_inbox(original: &Path, inbox: &Path, rel: &Path) -> io::Result<PathBuf> {
    // Whoever writes into the inbox may have put a link where the folder was.
    let (folder, path) = Folder::to_return(inbox, rel)?;
    let names = [rel, original].map(|path| path.file_name().unwrap_or_default());
    for name in names {
        let to = folder.at(name);
        if sidecar_of(original).exists() {
            copied_to(&sidecar_of(original), &sidecar_of(&to))?;
        }
        let moved = match move_new(original, &to) {
            Err(e) if e.kind() == ErrorKind::CrossesDevices => {
                copy_new(original, &to, &FileDigest::of(&fs::read(original)?)).and_then(|()| fs::remove_file(original))
            }
            moved => moved,
        };
        match moved {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            moved => {
                moved?;
                sync_folder(&folder.at(OsStr::new("")))?;
                return Ok(path.join(name));
            }
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "its names in the inbox are taken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_tells_where_it_came_from() {
        let from = |path: &str| came_from(&Path::new("archive/2026/03/04").join(path), Path::new("archive"));
        assert_eq!(from("نور/101500-123456-ab12-هدنة.txt"), Some("نور/هدنة.txt".into()));
        assert_eq!(from("101500-123456-ab12-a.txt"), Some("a.txt".into()));
        assert_eq!(from("0123456789ab-a.txt"), None, "not named by this version");
        assert_eq!(from("101500-123456-ab12-"), None);
    }

    #[test]
    fn nothing_goes_back_behind_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for below in ["inbox", "outside", "archive"] {
            fs::create_dir(at(below)).unwrap();
        }
        fs::write(at("outside/secret"), "as it was").unwrap();
        std::os::unix::fs::symlink(at("outside"), at("inbox/sub")).unwrap();
        std::os::unix::fs::symlink(at("outside/new"), at("inbox/a.meta.json")).unwrap();
        // The name that a copy has before it is whole.
        let part = format!("inbox/.{}.tmp", FileDigest::of(b"{}").hex());
        std::os::unix::fs::symlink(at("outside/secret"), at(&part)).unwrap();
        for (name, bytes) in
            [("archive/a.txt", "text"), ("archive/a.meta.json", "{}"), ("archive/b.txt", "more"), ("archive/b.meta.json", "{}")]
        {
            fs::write(at(name), bytes).unwrap();
        }
        let back = |name: &str, rel: &str| into_inbox(&at(name), &at("inbox"), Path::new(rel)).unwrap();
        assert_eq!([back("archive/a.txt", "sub/a.txt"), back("archive/b.txt", "b.txt")], [at("inbox/a.txt"), at("inbox/b.txt")]);
        assert_eq!(fs::read_to_string(at("inbox/b.meta.json")).unwrap(), "{}");
        assert_eq!(
            (fs::read_to_string(at("outside/secret")).unwrap().as_str(), fs::read_dir(at("outside")).unwrap().count()),
            ("as it was", 1)
        );
    }
}
