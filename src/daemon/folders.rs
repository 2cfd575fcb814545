//! Are the folders fit for what will be done with them? Tried at the start, with a file of our own.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::article::FileDigest;
use crate::config::{After, Config};
use crate::failure::Failure;
use crate::inbox::durable::{copy_new, make_folder, move_new, parent, sync_folder};
use crate::text::clean::Safe;

/// Begin of the name of a trial file.
const TRIAL: &str = ".wirefold-trial-";
/// Begin of the name of one that tells whether there is room.
pub(super) const ROOM_TRIAL: &str = ".wirefold-room-";
/// Age of a trial file that nobody is at any more.
const OLD: Duration = Duration::from_secs(60);

/// Makes the folders as needed and takes a file of our own through them as intake does.
///
/// # Errors
/// If a step fails, with the folder and what to do about it.
pub fn try_all(config: &Config) -> Result<(), Failure> {
    apart(config)?;
    if config.after == After::Keep {
        make_folder(&config.inbox).map_err(|e| Failure::io("cannot use the inbox", &config.inbox, &e))?;
        return fs::read_dir(&config.inbox).map(drop).map_err(|e| Failure::io("cannot look into the inbox", &config.inbox, &e));
    }
    for folder in [&config.inbox, &config.work, &config.archive, &config.quarantine] {
        let hint = "check its owner, its permissions and the space on its disk, or name another folder in the configuration";
        make_folder(folder).map_err(|e| Failure::io("cannot make the folder", folder, &e).hint(hint))?;
    }
    [&config.inbox, &config.work, &config.archive, &config.quarantine].into_iter().for_each(|folder| remove_old_trials(folder));
    let name = format!("{TRIAL}{}.tmp", std::process::id());
    let mut at = config.inbox.join(&name);
    let written = write_trial(&at, b"trial").map_err(|e| refused(&config.inbox, &config.inbox, &e));
    let tried = written.and_then(|()| {
        [&config.work, &config.archive, &config.quarantine].into_iter().try_for_each(|folder| {
            let to = folder.join(&name);
            move_along(&at, &to, folder == &config.work).map_err(|e| refused(folder, &config.inbox, &e))?;
            at = to;
            Ok(())
        })
    });
    let removed = fs::remove_file(&at);
    tried?;
    removed.map_err(|e| Failure::io("cannot remove", &at, &e))
}

/// Removes trial files that a process left which was killed: they are older than any trial takes.
fn remove_old_trials(folder: &Path) {
    let is_ours = |name: &str| [TRIAL, ROOM_TRIAL].iter().any(|begin| name.starts_with(begin)) && name.ends_with(".tmp");
    let is_old = |meta: fs::Metadata| meta.is_file() && meta.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > OLD));
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        if entry.file_name().to_str().is_some_and(is_ours) && entry.metadata().is_ok_and(is_old) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Sees to it that the inbox and our own folders are not within each other, by whatever links: what is ours would be taken for what was sent.
/// Folders within the inbox whose names begin with a dot are not looked into, so they may be ours.
///
/// # Errors
/// If they are.
pub(super) fn apart(config: &Config) -> Result<(), Failure> {
    let inbox = whole(&config.inbox);
    for (what, path, is_folder) in [
        ("the store", &config.store, false),
        ("inbox.work", &config.work, true),
        ("inbox.archive", &config.archive, true),
        ("inbox.quarantine", &config.quarantine, true),
    ] {
        let own = whole(path);
        let within =
            own.strip_prefix(&inbox).is_ok_and(|rel| !rel.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b".")));
        if within || is_folder && inbox.starts_with(&own) {
            return Err(Failure::unusable(format!(
                "the inbox {} and {what}, {}, are one within the other",
                config.inbox.display(),
                path.display()
            ))
            .hint("what wirefold keeps would be taken for what was sent: name folders apart from each other in the configuration"));
        }
    }
    Ok(())
}

/// A path without links and dots, as far as it exists.
fn whole(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|there| Some((there, fs::canonicalize(there).ok()?)));
    there.map_or_else(
        || absolute.clone(),
        |(there, real)| absolute.strip_prefix(there).map_or_else(|_| real.clone(), |rest| real.join(rest)),
    )
}

/// Where originals are kept, as it was when it was looked at last: each folder with its device and inode.
pub(super) struct Kept(Vec<(PathBuf, Option<(u64, u64)>)>);

impl Kept {
    pub(super) fn new(config: &Config) -> Self {
        // Of what is deleted nothing comes into the archive.
        let archive = (config.after != After::Delete).then_some(&config.archive);
        let folders = archive.into_iter().chain([&config.quarantine]);
        Self(folders.map(|folder| (folder.clone(), super::identity(folder).ok())).collect())
    }

    /// Sees to it that originals go where they went before. A folder that was removed is made anew, which is logged.
    ///
    /// # Errors
    /// If a folder is on another file system than before, as it is when its disk was unmounted.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        for (folder, known) in &mut self.0 {
            let now = super::identity(folder).ok();
            if now.is_some() && now == *known {
                continue;
            }
            let made_in = folder.ancestors().find_map(|there| super::identity(there).ok());
            if let (Some((before, _)), Some((device, _))) = (*known, made_in)
                && before != device
            {
                let message = format!("{} is on another file system than before: is its disk mounted?", Safe::path(folder));
                return Err(Failure::unusable(message)
                    .hint("mount it again, and intake resumes by itself; to keep originals in what is there now, start wirefold again"));
            }
            if known.is_some() {
                tracing::warn!(folder = %Safe::path(folder), "this folder was removed or replaced; originals are kept in a new one");
            }
            make_folder(folder).map_err(|e| Failure::io("cannot make the folder", folder, &e))?;
            *known = super::identity(folder).ok();
        }
        Ok(())
    }
}

/// Warns where other users may write into the work folder or to the store: they could change what was taken. Modes are left as they are.
pub(super) fn tell_of_writers(config: &Config) {
    const OTHERS: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    for path in [config.work.as_path(), parent(&config.store), &config.store] {
        let mode = fs::metadata(path).map_or(0, |meta| meta.mode());
        if mode & OTHERS != 0 && mode & STICKY == 0 {
            tracing::warn!(path = %Safe::path(path), "other users may write here and change what was taken; `chmod o-w` keeps them out");
        }
    }
}

/// Warns where a new store is about to be begun although there are originals of an old one: it may lie elsewhere, or on a disk that is not there.
pub(super) fn tell_of_originals(config: &Config) {
    let holds_days = |folder: &Path| {
        let is_year =
            |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|e| e.file_name().to_str().is_some_and(|name| name.parse::<u16>().is_ok()));
        fs::read_dir(folder).is_ok_and(|mut entries| entries.any(is_year))
    };
    let is_new = fs::metadata(&config.store).map_or(true, |store| store.len() == 0);
    if is_new && (holds_days(&config.archive) || holds_days(&config.quarantine)) {
        let (store, archive) = (Safe::path(&config.store), Safe::path(&config.archive));
        tracing::warn!(
            %store,
            %archive,
            "a new store begins, though there are originals of an old one: if that is not elsewhere, end this, and `wirefold restore BACKUP` or \
             `wirefold rebuild --from-archive` brings it back"
        );
    }
}

/// Writes a file that was not there before: whoever may write into the inbox must not make us write into another one by a link.
///
/// # Errors
/// If there is anything under this name, or it cannot be written.
pub(super) fn write_trial(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// Moves the trial file on; only into the work folder it has to be a rename.
fn move_along(from: &Path, to: &Path, rename_only: bool) -> io::Result<()> {
    match move_new(from, to) {
        Err(e) if e.kind() == ErrorKind::CrossesDevices && !rename_only => {
            copy_new(from, to, &FileDigest::of(b"trial"))?;
            fs::remove_file(from)?;
        }
        done => done?,
    }
    sync_folder(parent(to))
}

fn refused(folder: &Path, inbox: &Path, error: &io::Error) -> Failure {
    let failure = Failure::io("cannot move files into", folder, error);
    match error.kind() {
        ErrorKind::CrossesDevices => failure.hint(format!(
            "the work folder must be on the file system of the inbox: set inbox.work, for instance to \"{}\"",
            inbox.join(".work").display()
        )),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem if folder == inbox => {
            failure.hint("wirefold moves files out of the inbox; where it may not, set inbox.after = \"keep\"")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failure.hint("free some space; nothing is lost"),
        _ => failure.hint("check the owner and the permissions of the folder, or name another one in the configuration"),
    }
}
