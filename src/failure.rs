//! How a command can fail, and the exit code that says so.

use std::fmt;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rustix::process::{Resource, getrlimit};

use crate::store::{Harm, StoreError, is_read_only};
use crate::text::clean::Safe;

/// Bytes below the limit of the length of a file from which on it counts as reached: no single write to the store is longer.
const LIMIT_NEAR: u64 = 1 << 20;

/// Whether a disk without room is why something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// It is not.
    No,
    /// It may be: whoever failed does not say.
    Maybe,
    /// It is.
    Yes,
}

impl Full {
    /// What the system says.
    pub fn of(error: &std::io::Error) -> Self {
        if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge) {
            Self::Yes
        } else {
            Self::No
        }
    }
}

/// A failure that ends a command: one line that says what failed and where, and one that says what to do next.
#[derive(Debug)]
pub struct Failure {
    /// Exit code: 0 whoever read the output closed it, 2 usage or configuration, 3 store or folder unusable, 4 not found, 74 the disk lost
    /// a write, 75 try again, 101 a thread panicked.
    pub code: u8,
    /// Trying again cannot help: the daemon ends instead of waiting.
    pub lasts: bool,
    /// Whether a disk without room is why.
    pub full: Full,
    /// It is a write to the store that the system may have refused before it began.
    refused: bool,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// Wrong usage or configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, lasts: false, full: Full::No, refused: false, message: message.into(), hint: None }
    }

    /// The store or a folder cannot be used.
    pub fn unusable(message: impl Into<String>) -> Self {
        Self { code: 3, lasts: false, full: Full::No, refused: false, message: message.into(), hint: None }
    }

    /// Nothing by that name.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { code: 4, lasts: false, full: Full::No, refused: false, message: message.into(), hint: None }
    }

    /// Another instance is at work.
    pub fn locked(message: impl Into<String>) -> Self {
        Self { code: 75, lasts: false, full: Full::No, refused: false, message: message.into(), hint: None }
    }

    /// A write that the disk lost: the kernel may have dropped it and would report success next time. Nothing is tried again in this
    /// process; the next one begins with what the disk really holds.
    pub fn lost_write(what: &str, path: &Path, error: &std::io::Error) -> Self {
        let failure = Self { code: 74, ..Self::io(what, path, error) }.lasting();
        failure.hint("look at the disk (`dmesg`), then start again: files that were being taken are taken up again, none is lost")
    }

    /// A thread panicked. The code is the one that a panic of the main thread gives; the process does not go on without a part of itself.
    pub fn panicked(thread: &str) -> Self {
        Self { code: 101, ..Self::unusable(format!("{thread} panicked, which is a bug; the log has it")) }.lasting()
    }

    /// The system starts no thread.
    pub fn no_thread(error: impl fmt::Display) -> Self {
        let failure = Self { code: 75, ..Self::unusable(format!("no thread can be started: {error}")) };
        failure.hint("raise the limit of processes and threads (`ulimit -u`, `TasksMax=` of the unit), or try again when fewer run")
    }

    /// A write that the system refuses before it begins, since the disk of the store is read-only or its file as long as this process may
    /// make one, is not lost: it can be tried again, and `hint` says how.
    pub fn unless_forbidden(self, store: &Path, hint: &str) -> Self {
        let Some((why, full)) = forbidden(store).filter(|_| self.refused) else { return self };
        Self { code: 3, lasts: false, full, refused: false, ..self }.and(why).hint(hint)
    }

    /// The disk of this folder has no room, which is why.
    pub fn of_full_disk(self, folder: &Path) -> Self {
        let message = format!("the disk of {} is full: {}", Safe::path(folder), self.message);
        Self { message, ..self }.hint("make room there; intake then resumes by itself")
    }

    /// Trying again cannot help.
    pub fn lasting(self) -> Self {
        Self { lasts: true, ..self }
    }

    /// With the next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With something else that is known.
    pub fn and(mut self, known: &str) -> Self {
        self.message = format!("{}; {known}", self.message);
        self
    }

    /// A folder or file that the system refuses.
    pub fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self { full: Full::of(error), ..Self::unusable(format!("{what} {}: {error}", Safe::path(path))) }
    }

    /// What happened and what to do, in one line, for logs.
    pub fn in_one_line(&self) -> String {
        self.to_string().replace("\nhint: ", "; ").replace('\n', " ")
    }
}

/// Runs what has a thread of its own for as long as the process lives. If it panics, the process ends at once, as by a crash: it does not go on
/// without one of its parts.
pub(crate) fn part_of_process<T>(name: &str, run: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let failure = Failure::panicked(name);
        tracing::error!("{}", failure.in_one_line());
        std::process::exit(failure.code.into())
    })
}

/// Why the store cannot be written at all, if so; and whether that is for want of room.
fn forbidden(store: &Path) -> Option<(&'static str, Full)> {
    if is_read_only(store) {
        return Some(("its disk is read-only", Full::No));
    }
    let length = |ending: &str| std::fs::metadata(format!("{}{ending}", store.display())).map_or(0, |meta| meta.len());
    let longest = getrlimit(Resource::Fsize).current?;
    (length("").max(length("-wal")) + LIMIT_NEAR > longest)
        .then_some(("the store is as long as this process may make a file (`ulimit -f`)", Full::Yes))
}

/// What else a file may have had no room by.
fn room() -> String {
    match getrlimit(Resource::Fsize).current {
        None => "and the space on its disk".to_owned(),
        Some(longest) => {
            format!("the space on its disk, and the limit of the length of files, which is {longest} bytes here (`ulimit -f`)")
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Safe::block(&self.message).fmt(f)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {}", Safe::block(hint)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    /// The output could not be written; whoever closed the pipe has had enough, which is no failure.
    fn from(error: std::io::Error) -> Self {
        let code = if error.kind() == ErrorKind::BrokenPipe { 0 } else { 3 };
        Self { code, lasts: false, full: Full::No, refused: false, message: format!("cannot write the output: {error}"), hint: None }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        let (harm, is_full, refused) = (error.harm(), error.is_full(), error.is_of_a_write());
        match error {
            StoreError::Locked { .. } => Self::locked(message).hint("wait for the other process, or stop it"),
            StoreError::Missing { .. } => {
                Self::unusable(message).hint("run `wirefold ingest PATH` or `wirefold run` first, or name another store with --db")
            }
            StoreError::Thread(error) => Self::no_thread(error),
            StoreError::Taken { .. } => {
                Self::unusable(message).hint("give the backup another name, such as one with the day in it, or remove what is there first")
            }
            StoreError::Backup { .. } => {
                Self::unusable(message).hint(format!("nothing has its name; check its folder, its permissions, {}", room()))
            }
            StoreError::Refused { message, hint, missing } => Self { code: if missing { 4 } else { 2 }, ..Self::usage(message) }.hint(hint),
            StoreError::Newer { .. } => {
                Self::unusable(message).hint("use the newer wirefold that wrote it, or name another store with --db").lasting()
            }
            _ if harm == Harm::Damaged => Self::unusable(message)
                .hint(
                    "the file was left as it is; `wirefold restore BACKUP` puts a backup in its place and takes the archived files again; \
                     without one `wirefold rebuild --from-archive` reads the originals anew",
                )
                .lasting(),
            _ if harm == Harm::LostWrite => Self { code: 74, refused, ..Self::unusable(message) }
                .hint(
                    "look at the disk (`dmesg`), then start again: files that were being taken are taken up again, none is lost; if the store \
                     cannot be read any more, `wirefold restore BACKUP`",
                )
                .lasting(),
            // SQLite does not always say why.
            _ => Self { full: if is_full { Full::Yes } else { Full::Maybe }, ..Self::unusable(message) }
                .hint(format!("check the file with --db, its folder, its permissions, {}", room())),
        }
    }
}
