//! Retiring: a claimed file whose outcome is stored goes where it stays, by a rename that replaces nothing.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::claim::{Claim, also_at};
use super::durable::{copy_new, make_folder, move_new, parent, sync_folder};
use super::settle::Look;
use super::work::Work;
use super::{look_at, sidecar_of};
use crate::article::{FileDigest, Outcome};
use crate::config::{After, Config};

/// Longest name of an original before its prefix; 255 bytes is the longest that common file systems take.
const NAME_BYTES: usize = 200;
/// Length of a path below the inbox up to which the archive repeats its folders; beyond, only the first, which names the source.
const FOLDERS_BYTES: usize = 2000;

/// Names tried for an original where another file has its name, which takes a clock that ran backwards.
const NAMES: usize = 10;

/// Where originals are kept.
#[derive(Debug, Clone)]
pub struct Keeping {
    archive: PathBuf,
    quarantine: PathBuf,
    after: After,
}

/// A claimed file whose outcome is stored and that is still in the work folder.
#[derive(Debug, Clone)]
pub struct Owed {
    /// The claim.
    pub claim: Claim,
    /// Digest of the bytes that were stored.
    pub digest: FileDigest,
    /// What the file looked like when these were read.
    pub read: Look,
    /// Where it will be kept; `None` if it is to be deleted.
    pub original: Option<PathBuf>,
}

/// What became of a retired file, for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// Key of the claim.
    pub claim: Vec<u8>,
    /// Where the original is kept; `None` if nowhere.
    pub original: Option<PathBuf>,
}

impl Keeping {
    /// As configured.
    pub fn new(config: &Config) -> Self {
        Self { archive: config.archive.clone(), quarantine: config.quarantine.clone(), after: config.after }
    }

    /// Where the original of a claimed file with this outcome is kept: `archive/YYYY/MM/DD/folder/TIME-name`. `None`: it is deleted.
    pub fn original(&self, claim: &Claim, outcome: Outcome) -> Option<PathBuf> {
        let root = match outcome {
            Outcome::Rejected => &self.quarantine,
            _ if self.after == After::Delete => return None,
            _ => &self.archive,
        };
        let (day, time) = claim.batch.split_at_checked(8).unwrap_or(("00000000", &claim.batch));
        let day: PathBuf = [day.get(..4), day.get(4..6), day.get(6..)].into_iter().flatten().collect();
        let folders = claim.rel.parent().unwrap_or(Path::new(""));
        let folders = if folders.as_os_str().len() > FOLDERS_BYTES { first_folder(folders) } else { folders.to_owned() };
        let mut name = std::ffi::OsString::from(time.trim_start_matches('-'));
        name.push("-");
        name.push(name_tail(&claim.rel));
        Some(root.join(day).join(folders).join(name))
    }
}

fn first_folder(folders: &Path) -> PathBuf {
    folders.components().take(1).collect()
}

/// The end of a file's name, so short that something can go before it, and not cut within a character.
pub(super) fn name_tail(path: &Path) -> &std::ffi::OsStr {
    let name = path.file_name().unwrap_or_default().as_bytes();
    let within_character = |byte: &&u8| (**byte & 0b1100_0000) == 0b1000_0000;
    let tail = &name[name.len().saturating_sub(NAME_BYTES)..];
    let cut = if tail.len() < name.len() { tail.iter().take(3).take_while(within_character).count() } else { 0 };
    std::ffi::OsStr::from_bytes(&tail[cut..])
}

/// Moves files whose outcome is stored out of the work folder and makes that durable. A file that its sender changed after it was read
/// goes back into the inbox: it is another one now.
///
/// # Errors
/// If a file cannot be moved or a folder not be synced. What was moved until then is found again by [`find`].
pub fn retire(work: &Work, owed: &[Owed]) -> io::Result<Vec<Retired>> {
    let mut retired = Vec::with_capacity(owed.len());
    let mut folders: Vec<PathBuf> = Vec::new();
    for file in owed {
        let original = retire_one(work, file)?;
        crate::crash::point("after_retire");
        folders.extend(original.iter().map(|o| parent(o).to_owned()));
        folders.push(parent(&work.path(&file.claim)).to_owned());
        retired.push(Retired { claim: file.claim.key(), original });
    }
    folders.sort();
    folders.dedup();
    folders.iter().try_for_each(|folder| sync_folder(folder))?;
    let mut batches: Vec<&str> = owed.iter().map(|o| o.claim.batch.as_str()).collect();
    batches.dedup();
    batches.into_iter().try_for_each(|batch| work.clear(batch))?;
    sync_folder(work.root())?;
    Ok(retired)
}

fn retire_one(work: &Work, file: &Owed) -> io::Result<Option<PathBuf>> {
    let path = work.path(&file.claim);
    if !look_at(&fs::symlink_metadata(&path)?).same_bytes(&file.read) {
        work.give_back(&file.claim)?;
        return Ok(None);
    }
    let Some(wanted) = &file.original else {
        fs::remove_file(&path)?;
        return Ok(None);
    };
    make_folder(parent(wanted))?;
    for n in 1..NAMES {
        let original = if n == 1 { wanted.clone() } else { numbered(wanted, n) };
        if fs::symlink_metadata(sidecar_of(&path)).is_ok() {
            also_at(&sidecar_of(&path), &sidecar_of(&original))?;
        }
        match move_over(&path, &original, &file.digest) {
            Ok(()) => return Ok(Some(original)),
            // What lies there is this file if a copy to another file system was cut off before its end.
            Err(e) if e.kind() == ErrorKind::AlreadyExists && holds(&original, &file.digest) => {
                fs::remove_file(&path)?;
                return Ok(Some(original));
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, format!("{} and its like hold other files", wanted.display())))
}

/// Moves, or copies to another file system and then deletes.
fn move_over(path: &Path, original: &Path, digest: &FileDigest) -> io::Result<()> {
    match move_new(path, original) {
        Err(e) if e.kind() == ErrorKind::CrossesDevices => {
            copy_new(path, original, digest)?;
            crate::crash::point("after_copy");
            fs::remove_file(path)
        }
        done => done,
    }
}

fn numbered(wanted: &Path, n: usize) -> PathBuf {
    let mut name = std::ffi::OsString::from(format!("{n}-"));
    name.push(wanted.file_name().unwrap_or_default());
    wanted.with_file_name(name)
}

/// Whether a file has these bytes.
fn holds(path: &Path, digest: &FileDigest) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_file()) && fs::read(path).is_ok_and(|bytes| FileDigest::of(&bytes) == *digest)
}

/// Where an original is that was to go to `wanted`, if it got there.
pub fn find(wanted: &Path, digest: &FileDigest) -> Option<PathBuf> {
    let numbered = (2..NAMES).map(|n| numbered(wanted, n));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|path| holds(path, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeping(after: After) -> Keeping {
        Keeping { archive: "archive".into(), quarantine: "quarantine".into(), after }
    }

    fn claim(rel: &str) -> Claim {
        Claim { batch: "20260304-101500-123456-ab12".into(), rel: rel.into(), suspicion: 0 }
    }

    #[test]
    fn an_original_keeps_its_day_its_folders_and_its_name() {
        let at = |after, outcome| keeping(after).original(&claim("وكالة نور/هدنة.txt"), outcome);
        let kept = "2026/03/04/وكالة نور/101500-123456-ab12-هدنة.txt";
        assert_eq!(at(After::Archive, Outcome::Stored), Some(Path::new("archive").join(kept)));
        assert_eq!(at(After::Archive, Outcome::Rejected), Some(Path::new("quarantine").join(kept)));
        assert_eq!(at(After::Delete, Outcome::Resent), None);
        assert_eq!(at(After::Delete, Outcome::Rejected), Some(Path::new("quarantine").join(kept)), "what was refused is kept");
    }

    #[test]
    fn a_long_name_loses_its_beginning_but_no_half_character() {
        let long = format!("{}.txt", "ب".repeat(125));
        let name = name_tail(Path::new(&long)).to_str().unwrap();
        assert!(name.len() <= NAME_BYTES && name.ends_with("ب.txt"));
        let original = keeping(After::Archive).original(&claim(&long), Outcome::Stored).unwrap();
        assert!(original.file_name().unwrap().len() <= 255);
    }

    /// A claimed file of `bytes` whose outcome is stored, in folders of its own.
    fn owed_in(folder: &Path, bytes: &str) -> (Work, Owed) {
        let (inbox, work) = (folder.join("inbox"), folder.join("work"));
        let claim = claim("نور/a.txt");
        let work = Work::new(&work, &inbox);
        let path = work.path(&claim);
        fs::create_dir_all(parent(&path)).unwrap();
        fs::write(&path, bytes).unwrap();
        let read = look_at(&fs::symlink_metadata(&path).unwrap());
        (work, Owed { claim, digest: FileDigest::of(bytes.as_bytes()), read, original: Some(folder.join("archive/2026/a.txt")) })
    }

    #[test]
    fn what_was_written_to_after_it_was_read_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let (work, owed) = owed_in(folder.path(), "read");
        fs::write(work.path(&owed.claim), "and written to").unwrap();
        let retired = retire(&work, std::slice::from_ref(&owed)).unwrap();
        assert_eq!(retired[0].original, None);
        assert_eq!(fs::read(work.came_from(&owed.claim)).unwrap(), b"and written to");
        assert!(work.batches().unwrap().is_empty(), "nothing is left in the work folder");
    }

    #[test]
    fn an_original_replaces_no_other_and_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let (work, owed) = owed_in(folder.path(), "mine");
        let wanted = owed.original.clone().unwrap();
        fs::create_dir_all(parent(&wanted)).unwrap();
        fs::write(&wanted, "another's").unwrap();
        let retired = retire(&work, std::slice::from_ref(&owed)).unwrap();
        let original = retired[0].original.clone().unwrap();
        assert_eq!((fs::read(&wanted).unwrap(), fs::read(&original).unwrap()), (b"another's".to_vec(), b"mine".to_vec()));
        assert_eq!(find(&wanted, &owed.digest), Some(original));
    }

    #[test]
    fn a_copy_that_was_complete_when_the_process_ended_is_not_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let (work, owed) = owed_in(folder.path(), "mine");
        let wanted = owed.original.clone().unwrap();
        fs::create_dir_all(parent(&wanted)).unwrap();
        fs::write(&wanted, "mine").unwrap();
        assert_eq!(retire(&work, std::slice::from_ref(&owed)).unwrap()[0].original, Some(wanted.clone()));
        assert_eq!(fs::read_dir(parent(&wanted)).unwrap().count(), 1);
    }
}
