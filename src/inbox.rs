//! The inbox folder: finding files, knowing when they are complete, claiming them and retiring them. The only module that touches the
//! folder.
//!
//! Notifications are a hint; the scan is the truth. A file is claimed when it has not changed for the settle time.

pub mod beneath;
pub mod claim;
pub mod durable;
pub mod retire;
pub mod scan;
pub mod settle;
pub mod watch;
pub mod work;

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use self::beneath::Folder;
use self::claim::Claim;
pub use self::scan::scan;
use self::settle::Look;
use crate::article::FileDigest;

/// A file found, before it is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// First folder below the root, which names the source.
    pub folder: Option<String>,
}

/// A file read: its bytes, or why there are none.
#[derive(Debug)]
pub struct InboxFile {
    /// Where it was found.
    pub found: Found,
    /// Its bytes with their digest, or why it cannot be read.
    pub content: Result<(Vec<u8>, FileDigest), String>,
    /// Content of `name.meta.json` beside it.
    pub sidecar: Option<Vec<u8>>,
    /// Size in bytes.
    pub size: u64,
    /// When it was last changed, if the file system says so.
    pub modified: Option<Timestamp>,
    /// The claim on it and what it looked like when it was read; `None` for a file that is read where it lies.
    pub claim: Option<(Claim, Look)>,
    /// Why it must not be parsed, if it must not.
    pub condemned: Option<String>,
}

/// Ending of the files that describe the file beside them.
const SIDECAR: &str = ".meta.json";

/// Whether a name is that of a file still being written, or of one that is not meant for us.
pub fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.as_bytes()).unwrap_or_default();
    let ends = |ending: &str| name.len() >= ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes());
    name.starts_with(b".") || [".tmp", ".part", ".partial", ".filepart", ".crdownload", "~", SIDECAR].iter().any(|e| ends(e))
}

/// Whether a name is that of a file that describes another.
fn is_sidecar(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_bytes().ends_with(SIDECAR.as_bytes()))
}

/// What shows whether a file changed.
pub fn look_at(meta: &fs::Metadata) -> Look {
    let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    let changed = (nanos(meta.mtime(), meta.mtime_nsec()), nanos(meta.ctime(), meta.ctime_nsec()));
    Look { size: meta.len(), changed, inode: meta.ino() }
}

/// Reads a file whole, up to `limit` bytes. Never blocks on a FIFO, never follows a link.
pub fn read(found: Found, limit: u64) -> InboxFile {
    let path = found.path.clone();
    read_at(&path, found, limit)
}

/// As [`read`], of a file below the inbox `root`, also without following a link that took the place of a folder there since it was found.
pub fn read_below(root: &Path, found: Found, limit: u64) -> InboxFile {
    let name = found.path.file_name().unwrap_or_default().to_owned();
    let Some(below) = found.path.strip_prefix(root).ok().and_then(Path::parent).map(Path::to_owned) else { return read(found, limit) };
    match Folder::open(root, &below) {
        Ok(folder) if folder.can_be_seen() => read_at(&folder.at(&name), found, limit),
        Ok(_) => read(found, limit),
        Err(e) => {
            let is_link = e.kind() == std::io::ErrorKind::NotADirectory;
            let why =
                if is_link { "its folder is a link by now; links are not followed".to_owned() } else { format!("cannot be read: {e}") };
            InboxFile { found, content: Err(why), sidecar: None, size: 0, modified: None, claim: None, condemned: None }
        }
    }
}

/// Reads a file that lies at `path`, by whatever way that leads there.
fn read_at(path: &Path, found: Found, limit: u64) -> InboxFile {
    let meta = fs::symlink_metadata(path);
    let modified = meta.as_ref().ok().and_then(|m| m.modified().ok()).and_then(|t| Timestamp::try_from(t).ok());
    let size = meta.as_ref().map_or(0, |m| m.len());
    let content = meta.map_err(|e| format!("cannot be read: {e}")).and_then(|meta| read_bytes(path, &meta, limit));
    let content = content.map(|bytes| {
        let digest = FileDigest::of(&bytes);
        (bytes, digest)
    });
    let sidecar = read_sidecar(&sidecar_of(path));
    InboxFile { found, content, sidecar, size, modified, claim: None, condemned: None }
}

/// The file that describes `path`: `name.meta.json` for `name.txt`.
pub fn sidecar_of(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(SIDECAR);
    path.with_file_name(name)
}

fn read_bytes(path: &Path, meta: &fs::Metadata, limit: u64) -> Result<Vec<u8>, String> {
    let kind = meta.file_type();
    if kind.is_symlink() {
        return Err("is a link; links are not followed".to_owned());
    }
    if !kind.is_file() {
        return Err("is not a regular file".to_owned());
    }
    if meta.len() > limit {
        return Err(format!("has {} bytes, more than limits.file_bytes = {limit}", meta.len()));
    }
    let file = open_regular(path).map_err(|e| format!("cannot be read: {e}"))?;
    read_whole(&file, meta.len(), limit).map_err(|e| e.to_string())
}

/// Why the bytes of a file were not read.
#[derive(Debug, thiserror::Error)]
enum Refused {
    /// The system says so.
    #[error("cannot be read: {0}")]
    System(std::io::Error),
    /// It became too long.
    #[error("grew beyond limits.file_bytes = {0} while it was read")]
    TooLong(u64),
}

fn read_whole(file: &File, size: u64, limit: u64) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::with_capacity(size.min(limit) as usize);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(Refused::System)?;
    if bytes.len() as u64 > limit { Err(Refused::TooLong(limit)) } else { Ok(bytes) }
}

/// Bytes of a sidecar from which on it is not read: what stands beside an article is short.
pub const SIDECAR_BYTES: u64 = 1 << 20;

/// What a sidecar holds, if there is one: of one that is too long, one byte more than may be read.
fn read_sidecar(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path).ok()?.take(SIDECAR_BYTES + 1).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Opens without following a link and without waiting for a writer, and looks again at what was opened.
fn open_regular(path: &Path) -> std::io::Result<File> {
    const O_NOFOLLOW: i32 = 0o400_000;
    const O_NONBLOCK: i32 = 0o4000;
    let file = OpenOptions::new().read(true).custom_flags(O_NOFOLLOW | O_NONBLOCK).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(std::io::Error::other("is not a regular file")) }
}
