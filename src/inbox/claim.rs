//! Claimed files: renamed out of the senders' reach before they are read.
//!
//! A claimed file is `work/BATCH/SUSPICION/path below the inbox`, so that its place alone says where it came from and whether parsing it
//! has ended the process. Nothing about a claim is kept elsewhere; what lies here after a crash is found by looking.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::beneath::Folder;
use super::durable::{copy_new, move_new, parent, sync_bytes};
use super::settle::Look;
use super::work::Work;
use super::{Found, InboxFile, Refused, look_at, open_regular, read_sidecar, read_whole, sidecar_of};
use crate::article::FileDigest;

/// The claims of one moment lie in one folder; its name is that moment.
pub(super) const BATCH_NAME: &str = "%Y%m%d-%H%M%S-%6f";

/// A claimed file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// Name of the batch: the UTC moment of claiming to the microsecond, and four digits of chance.
    pub batch: String,
    /// Path below the inbox.
    pub rel: PathBuf,
    /// 0: nothing is known against it; 1: it is being parsed, or the process ended while it was.
    pub suspicion: u8,
}

impl Claim {
    /// What the ledger knows the claim by; the same for as long as the file is claimed.
    pub fn key(&self) -> Vec<u8> {
        [self.batch.as_bytes(), b"/", self.rel.as_os_str().as_bytes()].concat()
    }

    /// When it was claimed.
    pub fn at(&self) -> Option<Timestamp> {
        let moment = self.batch.get(..22)?;
        Some(DateTime::strptime(BATCH_NAME, moment).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
    }

    /// The first folder below the inbox, which names the source.
    pub fn folder(&self) -> Option<String> {
        let first = self.rel.components().next().filter(|_| self.rel.components().nth(1).is_some());
        first.map(|f| f.as_os_str().to_string_lossy().into_owned())
    }
}

/// What came of trying to claim a file.
#[derive(Debug)]
pub enum Claimed {
    /// It is ours.
    Ours(Claim),
    /// It can never be read as it is: the ledger says so, and it stays.
    Unreadable,
    /// Not now, and why.
    NotNow(String),
    /// It is gone, or no longer what it was when it had settled.
    Gone,
}

/// Why a claimed file was not read; it goes back into the inbox.
#[derive(Debug)]
pub enum Unread {
    /// Its writer is not done with it: it has to settle again.
    Changed,
    /// The system refuses, and says why.
    Refused(String),
}

impl Work {
    /// Claims a file that looked like `seen` when it had settled. A sidecar that `shared` says other files need stays for them too.
    ///
    /// # Errors
    /// If the folders fail, not this file alone.
    pub fn claim(&self, batch: &str, found: &Found, seen: &Look, limit: u64, shared: bool) -> io::Result<Claimed> {
        let rel = found.path.strip_prefix(&self.inbox).unwrap_or(&found.path).to_owned();
        let folder = match Folder::open(&self.inbox, rel.parent().unwrap_or(&rel)) {
            Ok(folder) => folder,
            Err(e) if is_systemic(&e) => return Err(e),
            Err(_) => return Ok(Claimed::Gone),
        };
        // From here on nothing is reached by the names of folders, behind which there may be something else by now.
        let here = folder.at(rel.file_name().unwrap_or_default());
        let Ok(meta) = fs::symlink_metadata(&here) else { return Ok(gone_or_hidden()) };
        if !meta.is_file() || meta.len() > limit {
            return Ok(Claimed::Unreadable);
        }
        if !look_at(&meta).same_bytes(seen) {
            return Ok(Claimed::Gone);
        }
        match open_regular(&here) {
            Ok(_) => {}
            Err(e) if is_systemic(&e) => return Err(e),
            Err(_) => return Ok(Claimed::Unreadable),
        }
        let claim = Claim { batch: batch.to_owned(), rel, suspicion: 0 };
        let refused = |e: io::Error| {
            match e.kind() {
            ErrorKind::CrossesDevices if self.is_elsewhere(&claim.rel) => Ok(Claimed::NotNow(
                "is on another file system than the work folder, so that it cannot be moved there: have it dropped elsewhere in the inbox, or let \
                 another wirefold take that folder"
                    .to_owned(),
            )),
            _ if is_systemic(&e) => Err(e),
            ErrorKind::NotFound => Ok(Claimed::Gone),
            ErrorKind::InvalidFilename => Ok(Claimed::Unreadable),
            _ => Ok(Claimed::NotNow(format!("cannot be moved out of the inbox: {e}"))),
        }
        };
        let to = self.path(&claim);
        if let Err(e) = fs::create_dir_all(parent(&to)) {
            return refused(e);
        }
        let sidecar = sidecar_of(&here);
        let has_sidecar = fs::symlink_metadata(&sidecar).is_ok_and(|m| m.is_file());
        // The sidecar is there before its file: a crash in between leaves no file without what describes it.
        if has_sidecar && let Err(e) = also_at(&sidecar, &sidecar_of(&to)) {
            return refused(e);
        }
        if let Err(e) = move_new(&here, &to) {
            return refused(e);
        }
        if has_sidecar && !shared {
            fs::remove_file(&sidecar)?;
        }
        crate::crash::point("after_claim");
        Ok(Claimed::Ours(claim))
    }

    /// Whether a file that cannot be moved to the work folder by a rename is in a folder that was mounted into the inbox; the inbox as a whole
    /// is on the file system of the work folder.
    fn is_elsewhere(&self, rel: &Path) -> bool {
        let device = |folder: &Path| fs::metadata(folder).ok().map(|meta| meta.dev());
        let inbox = device(&self.inbox);
        rel.components().nth(1).is_some() && inbox.is_some() && inbox == device(self.root())
    }

    /// Reads a claimed file and makes its bytes durable. `Ok(Err(_))` says why it cannot be taken as it is now.
    ///
    /// # Errors
    /// If the bytes cannot be made durable, or the system has nothing left to read with.
    pub fn read(&self, claim: &Claim, seen: Option<&Look>, limit: u64) -> io::Result<Result<InboxFile, Unread>> {
        let path = self.path(claim);
        let file = match open_regular(&path) {
            Ok(file) => file,
            Err(e) if is_systemic(&e) => return Err(e),
            Err(e) => return Ok(Err(Unread::Refused(format!("cannot be read: {e}")))),
        };
        let before = look_at(&file.metadata()?);
        if seen.is_some_and(|seen| !seen.same_bytes(&before)) {
            return Ok(Err(Unread::Changed));
        }
        let bytes = match read_whole(&file, before.size, limit) {
            Ok(bytes) => bytes,
            Err(Refused::System(e)) if is_systemic(&e) => return Err(e),
            Err(Refused::TooLong(_)) => return Ok(Err(Unread::Changed)),
            Err(refused) => return Ok(Err(Unread::Refused(refused.to_string()))),
        };
        if look_at(&file.metadata()?) != before {
            return Ok(Err(Unread::Changed));
        }
        sync_bytes(&file)?;
        let sidecar = read_sidecar(&sidecar_of(&path));
        let digest = FileDigest::of(&bytes);
        Ok(Ok(InboxFile {
            found: Found { path: self.came_from(claim), folder: claim.folder() },
            content: Ok((bytes, digest)),
            sidecar,
            size: before.size,
            modified: file.metadata()?.modified().ok().and_then(|t| Timestamp::try_from(t).ok()),
            claim: Some((claim.clone(), before)),
            condemned: None,
        }))
    }

    /// Puts a claimed file back into the inbox: under its own name, or with the batch before it if that name was given anew; where
    /// something else has the name of its folder, into the inbox itself.
    ///
    /// # Errors
    /// If it cannot be moved.
    pub fn give_back(&self, claim: &Claim) -> io::Result<()> {
        let from = self.path(claim);
        let (folder, _) = Folder::to_return(&self.inbox, &claim.rel)?;
        let mut other = OsStr::new(&claim.batch).to_owned();
        other.push("-");
        other.push(super::retire::name_tail(&claim.rel));
        let targets = [claim.rel.file_name().unwrap_or_default(), &other].map(|name| folder.at(name));
        for target in &targets {
            if fs::symlink_metadata(sidecar_of(&from)).is_ok() {
                also_at(&sidecar_of(&from), &sidecar_of(target))?;
            }
            match move_new(&from, target) {
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                done => return done,
            }
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, "its name in the inbox was given to other files"))
    }
}

/// What has no name in its folder is gone, unless it cannot be seen.
fn gone_or_hidden() -> Claimed {
    if Path::new("/proc/self/fd").exists() {
        Claimed::Gone
    } else {
        Claimed::NotNow("cannot be moved: /proc is not mounted, by which no link is followed on the way".to_owned())
    }
}

/// Gives a small file a second name, by a link or a copy. Nothing happens if something has that name.
pub(super) fn also_at(file: &Path, other: &Path) -> io::Result<()> {
    match fs::hard_link(file, other) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) if e.kind() != ErrorKind::CrossesDevices && (is_systemic(&e) || e.kind() == ErrorKind::NotFound) => Err(e),
        // Another file system, or one without links. The copy gets its name when it is whole: half a one would be taken for it later.
        Err(_) => copied_to(file, other),
    }
}

/// Gives a regular file a copy under another name, unless something has that name. Whoever put a link in its place has nothing of it.
///
/// # Errors
/// If it is no regular file, or cannot be copied.
pub fn copied_to(file: &Path, other: &Path) -> io::Result<()> {
    let mut bytes = Vec::new();
    open_regular(file)?.read_to_end(&mut bytes)?;
    match copy_new(file, other, &FileDigest::of(&bytes)) {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        copied => copied,
    }
}

/// Whether an error is of the system or the disk, not of this file: trying the next file would meet it again.
pub fn is_systemic(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let systemic = [Errno::NOSPC, Errno::DQUOT, Errno::ROFS, Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::XDEV, Errno::FBIG];
    systemic.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox_with(names: &[&str]) -> (tempfile::TempDir, Work) {
        let folder = tempfile::tempdir().unwrap();
        let work = Work::new(&folder.path().join("work"), &folder.path().join("inbox"));
        for name in names {
            let path = folder.path().join("inbox").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("text of {name}")).unwrap();
        }
        (folder, work)
    }

    fn claim(work: &Work, batch: &str, name: &str, shared: bool) -> Claimed {
        let path = work.inbox.join(name);
        let seen = look_at(&fs::symlink_metadata(&path).unwrap());
        work.claim(batch, &Found { path, folder: None }, &seen, 1 << 20, shared).unwrap()
    }

    fn ours(claimed: Claimed) -> Claim {
        match claimed {
            Claimed::Ours(claim) => claim,
            other => panic!("not claimed: {other:?}"),
        }
    }

    #[test]
    fn the_place_of_a_claim_says_all_about_it() {
        let hostile = OsStr::from_bytes(b"a\n\xff\xe2\x80\xae.txt").to_owned();
        let (_folder, work) = inbox_with(&["وكالة نور/هدنة.txt"]);
        fs::write(work.inbox.join(&hostile), "x").unwrap();
        let now: Timestamp = "2026-03-04T10:15:00.123456Z".parse().unwrap();
        let batch = work.begin(now).unwrap();
        let found = super::super::scan(&work.inbox).0;
        let look = |found: &Found| look_at(&fs::symlink_metadata(&found.path).unwrap());
        let claimed: Vec<Claim> = found.iter().map(|f| ours(work.claim(&batch, f, &look(f), 1 << 20, false).unwrap())).collect();
        assert_eq!(work.batches().unwrap(), std::slice::from_ref(&batch));
        assert_eq!(work.claims(&batch), claimed, "what is found again is what was claimed, names to the byte");
        assert_eq!(claimed[0].rel.as_os_str(), hostile);
        assert_eq!((claimed[1].folder().as_deref(), claimed[1].at()), (Some("وكالة نور"), Some(now)));
    }

    #[test]
    fn what_changed_since_it_settled_is_not_claimed() {
        let (_folder, work) = inbox_with(&["a.txt"]);
        let batch = work.begin(Timestamp::UNIX_EPOCH).unwrap();
        let path = work.inbox.join("a.txt");
        let seen = look_at(&fs::symlink_metadata(&path).unwrap());
        fs::write(&path, "a longer text than before").unwrap();
        let claimed = work.claim(&batch, &Found { path: path.clone(), folder: None }, &seen, 1 << 20, false).unwrap();
        assert!(matches!(claimed, Claimed::Gone), "{claimed:?}");
        assert!(path.exists());
    }

    #[test]
    fn a_writer_that_goes_on_after_the_claim_is_noticed() {
        let (_folder, work) = inbox_with(&["a.txt"]);
        let batch = work.begin(Timestamp::UNIX_EPOCH).unwrap();
        let seen = look_at(&fs::symlink_metadata(work.inbox.join("a.txt")).unwrap());
        let claimed = ours(claim(&work, &batch, "a.txt", false));
        fs::OpenOptions::new()
            .append(true)
            .open(work.path(&claimed))
            .map(|mut f| io::Write::write_all(&mut f, b" and more"))
            .unwrap()
            .unwrap();
        assert!(matches!(work.read(&claimed, Some(&seen), 1 << 20).unwrap(), Err(Unread::Changed)));
        // Meanwhile its name was given to another file: both are in the inbox then.
        fs::write(work.inbox.join("a.txt"), "another").unwrap();
        work.give_back(&claimed).unwrap();
        let mut texts: Vec<String> = super::super::scan(&work.inbox).0.iter().map(|f| fs::read_to_string(&f.path).unwrap()).collect();
        texts.sort();
        assert_eq!(texts, ["another", "text of a.txt and more"]);
    }

    #[test]
    fn nothing_is_taken_from_or_put_behind_a_link() {
        let (folder, work) = inbox_with(&["sub/a.txt", "sub/b.txt"]);
        let batch = work.begin(Timestamp::UNIX_EPOCH).unwrap();
        let ours = ours(claim(&work, &batch, "sub/a.txt", false));
        let outside = folder.path().join("outside");
        fs::rename(work.inbox.join("sub"), &outside).unwrap();
        std::os::unix::fs::symlink(&outside, work.inbox.join("sub")).unwrap();
        let claimed = claim(&work, &batch, "sub/b.txt", false);
        assert!(matches!(claimed, Claimed::Gone) && outside.join("b.txt").exists(), "{claimed:?}");
        work.give_back(&ours).unwrap();
        let names = |folder: &Path| fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>();
        assert_eq!(names(&outside), ["b.txt"], "nothing was put there");
        assert_eq!(fs::read_to_string(work.inbox.join("a.txt")).unwrap(), "text of sub/a.txt");
        // The way of file systems without second names.
        std::os::unix::fs::symlink(outside.join("b.txt"), work.inbox.join("c.meta.json")).unwrap();
        assert!(copied_to(&work.inbox.join("c.meta.json"), &work.inbox.join("d.meta.json")).is_err());
        assert!(copied_to(&outside.join("b.txt"), &work.inbox.join("d.meta.json")).is_ok());
    }

    #[test]
    fn a_sidecar_goes_with_the_last_of_its_files() {
        let (_folder, work) = inbox_with(&["a.txt", "a.html", "a.meta.json"]);
        let batch = work.begin(Timestamp::UNIX_EPOCH).unwrap();
        let html = ours(claim(&work, &batch, "a.html", true));
        assert!(work.inbox.join("a.meta.json").exists(), "a.txt needs it");
        let txt = ours(claim(&work, &batch, "a.txt", false));
        assert!(!work.inbox.join("a.meta.json").exists());
        for claim in [html, txt] {
            assert_eq!(work.read(&claim, None, 1 << 20).unwrap().unwrap().sidecar.unwrap(), b"text of a.meta.json");
        }
    }

    #[test]
    fn a_batch_is_under_suspicion_only_while_it_is_parsed() {
        let (_folder, work) = inbox_with(&["sub/a.txt", "b.txt"]);
        let batch = work.begin(Timestamp::UNIX_EPOCH).unwrap();
        for name in ["sub/a.txt", "b.txt"] {
            ours(claim(&work, &batch, name, false));
        }
        let suspicions = || work.claims(&batch).iter().map(|c| c.suspicion).collect::<Vec<_>>();
        work.parsing(&batch).unwrap();
        assert_eq!(suspicions(), [1, 1]);
        for suspect in work.claims(&batch) {
            work.suspect(&suspect, 0).unwrap();
        }
        work.parsing(&batch).expect("what is left of the folder of suspects is in nobody's way");
        work.parsed(&batch).unwrap();
        assert_eq!(suspicions(), [0, 0]);
    }
}
