//! The store: one SQLite file that holds the truth. All SQL of the program is below this module.
//!
//! One [`Store`] writes, in one transaction per batch with `synchronous=FULL`; any number of [`Reader`]s look on.

mod all;
mod amend;
pub mod backup;
mod copying;
pub mod edit;
pub mod edit_again;
mod edit_plan;
mod edit_undo;
pub mod edits;
mod evidence;
mod history;
pub mod hooks;
mod ids;
mod kin;
mod known;
mod ledger;
mod list;
pub mod originals;
pub mod outbox;
pub mod read;
pub mod rebuild;
mod related;
mod repeated;
mod reporters;
pub mod reread;
mod restore;
pub mod rows;
mod schema;
pub mod search;
mod sources;
pub mod sums;
mod takes;
pub mod wal;
mod write;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{StatVfsMountFlags, statvfs};

use crate::inbox::retire::Retired;
pub use read::Reader;
use wal::End;
pub use write::{FileRecord, PlacedArticle};

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or made.
    #[error("cannot open the store {path}: {cause}")]
    Open {
        /// The store.
        path: PathBuf,
        /// What SQLite or the system says.
        cause: String,
    },
    /// It was written by a newer program.
    #[error("the store {path} has schema version {found}, this program knows up to {known}")]
    Newer {
        /// The store.
        path: PathBuf,
        /// Version found.
        found: i64,
        /// Version known.
        known: i64,
    },
    /// There is none yet.
    #[error("there is no store at {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Another process holds the write lock.
    #[error("the store {path} is locked by another process")]
    Locked {
        /// The store.
        path: PathBuf,
    },
    /// Not all articles of a batch were placed.
    #[error("the batch was not stored: {missing} of its articles were not placed")]
    Incomplete {
        /// How many.
        missing: u32,
    },
    /// A backup is to go where something is.
    #[error("there is something at {path} already, and a backup is never written over anything")]
    Taken {
        /// Where.
        path: PathBuf,
    },
    /// A backup cannot be written.
    #[error("cannot write the backup {path}: {cause}")]
    Backup {
        /// Where it was to be.
        path: PathBuf,
        /// What SQLite or the system says.
        cause: String,
    },
    /// An edit cannot be made.
    #[error("{message}")]
    Refused {
        /// Why.
        message: String,
        /// The next step.
        hint: String,
        /// What it names is not there.
        missing: bool,
    },
    /// It is damaged, or no store.
    #[error("the store {path} is damaged: {cause}")]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What SQLite says.
        cause: String,
    },
    /// SQLite refused an operation.
    #[error("the store failed: {0}")]
    Sqlite(rusqlite::Error),
    /// The disk gave something else back than was written.
    #[error("the store is damaged: {0}")]
    Altered(String),
    /// The system starts no thread that would write.
    #[error("no thread can be started: {0}")]
    Thread(std::io::Error),
    /// Something stored cannot be read back.
    #[error("the store holds something unreadable: {0}")]
    Unreadable(String),
}

/// What an error means for going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// It may pass: a full disk, a lock, a lack of file handles.
    Passing,
    /// The disk failed while writing or syncing: what was written may be gone, and a second try could look like success.
    LostWrite,
    /// The file is no store, or a damaged one.
    Damaged,
}

impl StoreError {
    /// What this means for going on.
    pub fn harm(&self) -> Harm {
        match self {
            StoreError::Sqlite(error) => harm(error),
            StoreError::Unreadable(_) | StoreError::Altered(_) | StoreError::Damaged { .. } => Harm::Damaged,
            _ => Harm::Passing,
        }
    }

    /// Whether it is a read of the file that failed.
    pub fn is_of_a_read(&self) -> bool {
        use rusqlite::{Error, ffi};
        matches!(self, Self::Sqlite(Error::SqliteFailure(failure, _)) if failure.extended_code == ffi::SQLITE_IOERR_READ)
    }

    /// Whether it is a write to the file that failed, not a sync.
    pub fn is_of_a_write(&self) -> bool {
        use rusqlite::{Error, ffi};
        matches!(self, Self::Sqlite(Error::SqliteFailure(failure, _)) if failure.extended_code == ffi::SQLITE_IOERR_WRITE)
    }

    /// Whether a disk without room is what failed.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Sqlite(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull))
    }

    /// Whether a question was given up because its time was over.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Sqlite(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted))
    }
}

/// Result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The oldest SQLite without the bug that lets two connections corrupt the WAL when both reset it.
const SQLITE_AT_LEAST: i32 = 3_051_003;

/// Bytes of a page of a new store. Articles and evidence are rows of one to four kilobytes: pages of 4 kB stay a quarter empty.
const PAGE_BYTES: i64 = 16 * 1024;
/// Pages kept in memory by the writer, in KiB: a batch is written once, not again whenever the cache is full.
const CACHE_KIB: i64 = 64 * 1024;

/// Statements that the writer keeps prepared: all that a batch needs, by turns. With the usual 16 each was compiled anew for every article.
const STATEMENTS: usize = 64;

/// Bytes of the store's own log (the WAL) from which it is emptied by force, and to which it is cut when SQLite begins it anew.
const LOG_BYTES: u64 = 64 << 20;
/// Longest wait for another writer.
const BUSY: Duration = Duration::from_secs(5);
/// Longest wait for readers that the log is in use by. They begin and end all the time; one that never ends holds up a commit for no longer.
const READERS_END: Duration = Duration::from_millis(500);

/// Longest time between two looks at the clock that counts as work of SQLite: a slow read from disk counts with no more.
const PAUSE: Duration = Duration::from_millis(10);

/// Questions about what is committed, while the writer is busy with what is not.
pub struct Lookup {
    connection: Connection,
}

/// The one writer.
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// What was retired since the last transaction.
    retired: Vec<Retired>,
    /// Bytes of the log from which it is tried next to empty it.
    long_log: u64,
}

impl Store {
    /// Opens the store at `path`, making or migrating it as needed.
    ///
    /// # Errors
    /// If the file cannot be opened, is no store, is newer than this program, or is locked.
    pub fn open(path: &Path) -> Result<Self> {
        let open_error = |cause: String| StoreError::Open { path: path.to_owned(), cause };
        if rusqlite::version_number() < SQLITE_AT_LEAST {
            return Err(open_error(format!("SQLite {} is too old", rusqlite::version())));
        }
        if path.to_string_lossy().contains("://") {
            return Err(open_error("a database address is not in this build; give a file".to_owned()));
        }
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| open_error(e.to_string()))?;
        }
        wal::refuse_cut_off_at_rest(path)?;
        let mut connection = Connection::open(path).map_err(|e| open_error(e.to_string()))?;
        // Looked at before anything is written: a newer or foreign file is left as it is.
        schema::refuse_newer(&connection, path)?;
        let prepare = |c: &Connection| {
            c.busy_timeout(BUSY)?;
            c.set_prepared_statement_cache_capacity(STATEMENTS);
            sums::teach(c)?;
            // Of a new store; one that is there keeps its pages.
            c.pragma_update(None, "page_size", PAGE_BYTES)?;
            // SQLite answers with the mode that is in effect, and is silent about why it is another one.
            let mode: String = c.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            let synchronous = if crate::crash::planted("synchronous_normal") { "NORMAL" } else { "FULL" };
            c.pragma_update(None, "synchronous", synchronous)?;
            c.pragma_update(None, "foreign_keys", "ON")?;
            c.pragma_update(None, "trusted_schema", "OFF")?;
            c.pragma_update(None, "cache_size", -CACHE_KIB)?;
            c.pragma_update(None, "journal_size_limit", LOG_BYTES as i64)?;
            Ok(mode)
        };
        let mode = prepare(&connection).map_err(|e| busy_or(path, e, |e| open_error(e.to_string())))?;
        if mode != "wal" {
            return Err(open_error(format!(
                "it keeps its journal in mode {mode} instead of WAL; is its disk full, or another process at it?"
            )));
        }
        schema::migrate(&mut connection, path)?;
        // What a statement may have to take back, and each that fires a trigger may, is kept in memory and not written to a file. Only now: a migration
        // may sort more than fits there.
        connection.pragma_update(None, "temp_store", "MEMORY").map_err(|e| open_error(e.to_string()))?;
        Ok(Self { connection, path: path.to_owned(), retired: Vec::new(), long_log: LOG_BYTES })
    }

    /// Where the store is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A second connection, for questions during a commit.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn lookup(&self) -> Result<Lookup> {
        Ok(Lookup { connection: Reader::open(&self.path)?.connection })
    }

    /// A reader on the same file.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn reader(&self) -> Result<Reader> {
        Reader::open(&self.path)
    }
}

impl Reader {
    /// Opens the store at `path` for reading only.
    ///
    /// # Errors
    /// If there is none, or it cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let open_error = |e: rusqlite::Error| StoreError::Open { path: path.to_owned(), cause: e.to_string() };
        let log = wal::refuse_cut_off_at_rest(path)?;
        // Read-write only so that SQLite may make the shared-memory file of a store nobody has open; `query_only` forbids writes.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .or_else(|_| Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX))
            .map_err(open_error)?;
        connection.busy_timeout(BUSY).and_then(|()| sums::teach(&connection)).map_err(open_error)?;
        connection.pragma_update(None, "query_only", "ON").map_err(open_error)?;
        if log == End::Within {
            // What a killed writer left in the log is looked at by the next one: whoever closes last would remove it.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(open_error)?;
        }
        schema::check(&connection, path).map_err(|error| match error {
            StoreError::Open { path, cause } if is_read_only(&path) => {
                let more = "its disk is read-only, where a store is read only while a program has it open; copy it elsewhere and name the copy with --db";
                StoreError::Open { path, cause: format!("{cause}; {more}") }
            }
            error => error,
        })?;
        Ok(Self { connection })
    }
}

impl Reader {
    /// Looks again whether the store, which lies at `path`, is one of this version.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn check(&self, path: &Path) -> Result<()> {
        schema::check(&self.connection, path)
    }

    /// Gives up the question that is being answered once SQLite has worked for so long in all, so that none holds a page up.
    ///
    /// # Errors
    /// If the connection refuses.
    pub fn stop_after(&self, limit: Duration) -> Result<()> {
        let (mut last, mut worked) = (Instant::now(), Duration::ZERO);
        let over = move || {
            // Asked every few microseconds of work; a longer pause is ours, between two questions.
            let now = Instant::now();
            worked += now.duration_since(last).min(PAUSE);
            last = now;
            worked >= limit
        };
        Ok(self.connection.progress_handler(200, Some(over))?)
    }
}

/// Removes a store that was never finished, with its journals. What cannot be removed is met again by what follows.
pub fn discard(store: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        drop(std::fs::remove_file(format!("{}{ending}", store.display())));
    }
}

/// Whether the disk of a store cannot be written.
pub fn is_read_only(store: &Path) -> bool {
    statvfs(store).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY))
}

fn harm(error: &rusqlite::Error) -> Harm {
    use rusqlite::{Error, ErrorCode, ffi};
    let failure = match error {
        Error::SqliteFailure(failure, _) => failure,
        // What was written had the types of its columns.
        Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::IntegralValueOutOfRange(..) | Error::Utf8Error(..) => {
            return Harm::Damaged;
        }
        _ => return Harm::Passing,
    };
    match (failure.code, failure.extended_code) {
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => Harm::Damaged,
        // A full disk shows itself so when the file of shared memory cannot grow.
        (_, ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_SHMOPEN | ffi::SQLITE_IOERR_SHMMAP | ffi::SQLITE_IOERR_NOMEM) => Harm::Passing,
        (ErrorCode::SystemIoFailure, _) => Harm::LostWrite,
        _ => Harm::Passing,
    }
}

fn busy_or(path: &Path, error: rusqlite::Error, other: impl FnOnce(rusqlite::Error) -> StoreError) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => StoreError::Locked { path: path.to_owned() },
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
            StoreError::Damaged { path: path.to_owned(), cause: error.to_string() }
        }
        _ if harm(&error) == Harm::LostWrite => StoreError::Sqlite(error),
        _ => other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_cannot_write_and_gives_up_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        Store::open(&path).unwrap();
        let reader = Reader::open(&path).unwrap();
        let refused = reader.connection.execute("INSERT INTO sources(name) VALUES('x')", []).unwrap_err();
        assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::ReadOnly));
        reader.stop_after(Duration::from_millis(1)).unwrap();
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let stopped = StoreError::from(reader.connection.query_row(endless, [], |r| r.get::<_, i64>(0)).unwrap_err());
        assert!(stopped.is_timeout(), "{stopped}");
    }
}
