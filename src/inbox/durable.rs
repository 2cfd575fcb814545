//! Moves that replace nothing, and the syncs that let them survive a power cut.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::article::FileDigest;

/// Renames without ever replacing a file: `renameat2` with `RENAME_NOREPLACE`, or a link where the file system lacks it.
///
/// # Errors
/// `AlreadyExists` if something has that name, `CrossesDevices` for another file system, and as the system says.
pub fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        done => Ok(done?),
    }
}

/// Copies to another file system. The copy has its name, is durable and was read back before this returns; the original stays.
///
/// # Errors
/// If the copy cannot be made, or reads back with another digest; then nothing has the name `to`.
pub fn copy_new(from: &Path, to: &Path, digest: &FileDigest) -> io::Result<()> {
    let part = to.with_file_name(format!(".{}.tmp", digest.hex()));
    // What a crash left, or a link that somebody put there: never written into.
    match fs::remove_file(&part) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut copy = File::create_new(&part)?;
    io::copy(&mut super::open_regular(from)?, &mut copy)?;
    copy.flush()?;
    copy.sync_all()?;
    drop(copy);
    if FileDigest::of(&fs::read(&part)?) != *digest {
        fs::remove_file(&part)?;
        return Err(io::Error::new(ErrorKind::InvalidData, "the copy is not what was read; the original stays"));
    }
    move_new(&part, to)?;
    sync_folder(parent(to))
}

/// Makes a folder with those above it; their names survive a power cut.
///
/// # Errors
/// As the system says.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let missing = folder.ancestors().take_while(|f| !f.as_os_str().is_empty() && !f.exists()).count();
    fs::create_dir_all(folder)?;
    folder.ancestors().take(missing).try_for_each(|made| sync_folder(parent(made)))
}

/// Makes the names in a folder durable. A file system that has no such thing is left at that.
///
/// # Errors
/// As the system says; after an `EIO` nothing may be assumed, see [`is_fatal`].
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if crate::crash::planted("no_folder_sync") {
        return Ok(());
    }
    match rustix::fs::fsync(File::open(folder)?) {
        Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
        done => Ok(done?),
    }
}

/// Makes the bytes of an open file durable: whoever wrote it may never have done so.
///
/// # Errors
/// As [`sync_folder`].
pub fn sync_bytes(file: &File) -> io::Result<()> {
    Ok(rustix::fs::fdatasync(file)?)
}

/// Whether an error means that the kernel may have thrown away what was written: trying again would look like success.
pub fn is_fatal(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::IO.raw_os_error())
}

/// The folder that a path is in.
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "one").unwrap();
        fs::write(&b, "two").unwrap();
        assert_eq!(move_new(&a, &b).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&b).unwrap(), b"two");
        fs::remove_file(&b).unwrap();
        move_new(&a, &b).unwrap();
        assert_eq!(fs::read(&b).unwrap(), b"one");
    }

    #[test]
    fn a_copy_that_differs_gets_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "one").unwrap();
        let refused = copy_new(&a, &b, &FileDigest::of(b"other")).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the original is there");
        copy_new(&a, &b, &FileDigest::of(b"one")).unwrap();
        assert_eq!(fs::read(&b).unwrap(), b"one");
    }

    #[test]
    fn folders_are_made_with_those_above_them() {
        let folder = tempfile::tempdir().unwrap();
        make_folder(&folder.path().join("2026/03/04")).unwrap();
        make_folder(&folder.path().join("2026/03/04")).unwrap();
        assert!(folder.path().join("2026/03/04").is_dir());
    }
}
