//! A copy of the store that is consistent whatever the daemon is doing, and the way back from it.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::{Harm, Result, Store, StoreError, discard, schema, sums, wal};
use crate::inbox::durable::{move_new, parent, sync_folder};

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Articles in the copy.
    pub articles: u32,
    /// The newest file of the ledger in it, 0 if there is none.
    pub last_file: i64,
}

/// Copies the store at `store` to a new file `to`: one read transaction, written to a temporary name, synced, checked, renamed. A writer
/// may be at work. The store is told of the backup at the end.
///
/// # Errors
/// If something is at `to`, if the copy cannot be made or is not whole; then nothing has the name `to`.
pub fn back_up(store: &Path, to: &Path) -> Result<Copied> {
    let failed = |cause: String| StoreError::Backup { path: to.to_owned(), cause };
    let taken = || StoreError::Taken { path: to.to_owned() };
    if fs::symlink_metadata(to).is_ok() {
        return Err(taken());
    }
    let part = PathBuf::from(format!("{}.wirefold-part", to.display()));
    let _ = fs::remove_file(&part);
    let source = open(store, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let done = copy(&source, &part).and_then(|copied| {
        let file = File::open(&part).and_then(|file| file.sync_all());
        // Something may have come there meanwhile.
        let moved = file.and_then(|()| move_new(&part, to)).and_then(|()| sync_folder(parent(to)));
        moved.map_err(|e| if e.kind() == ErrorKind::AlreadyExists { taken() } else { failed(e.to_string()) })?;
        Ok(copied)
    });
    let copied = done.inspect_err(|_| drop(fs::remove_file(&part)))?;
    let now = Timestamp::now().as_microsecond();
    source.execute("INSERT INTO backups(at, path, last_file) VALUES(?1, ?2, ?3)", params![now, to.to_string_lossy(), copied.last_file])?;
    Ok(copied)
}

fn copy(source: &Connection, part: &Path) -> Result<Copied> {
    let name = part.to_str().ok_or_else(|| StoreError::Open { path: part.to_owned(), cause: "its name is not UTF-8".to_owned() })?;
    source.execute("VACUUM INTO ?1", [name]).map_err(StoreError::from).map_err(|error| match error {
        error if error.harm() == Harm::Damaged || error.is_of_a_read() => error,
        // What was written to is the copy.
        error => StoreError::Backup { path: part.to_owned(), cause: error.to_string() },
    })?;
    examine(part)
}

fn open(store: &Path, flags: OpenFlags) -> Result<Connection> {
    if !store.exists() {
        return Err(StoreError::Missing { path: store.to_owned() });
    }
    wal::refuse_cut_off_at_rest(store)?;
    let connection = Connection::open_with_flags(store, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|e| StoreError::Open { path: store.to_owned(), cause: e.to_string() })?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    sums::teach(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    schema::check(&connection, store)?;
    Ok(connection)
}

/// Checks that a file is a whole store of this version: every page, every index, every reference.
///
/// # Errors
/// If it is not, with what SQLite found.
pub fn examine(store: &Path) -> Result<Copied> {
    let connection = open(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let damaged = |cause: String| StoreError::Damaged { path: store.to_owned(), cause };
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0)).map_err(|e| damaged(e.to_string()))?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    if let Some(table) = connection.query_row("PRAGMA foreign_key_check", [], |r| r.get::<_, String>(0)).optional()? {
        return Err(damaged(format!("a row of {table} refers to nothing")));
    }
    sums::heed_all(&connection)?;
    let last_file = connection.query_row("SELECT coalesce(max(no), 0) FROM files", [], |r| r.get(0))?;
    Ok(Copied { articles: connection.query_row("SELECT count(*) FROM articles", [], |r| r.get(0))?, last_file })
}

/// Copies a backup to the side of the store, whose place it is to take.
///
/// # Errors
/// If the backup is not whole, or cannot be copied. The caller holds the lock.
pub fn prepare(backup: &Path, store: &Path) -> Result<PathBuf> {
    let failed = |e: std::io::Error| StoreError::Open { path: store.to_owned(), cause: e.to_string() };
    examine(backup)?;
    fs::create_dir_all(parent(store)).map_err(failed)?;
    let part = PathBuf::from(format!("{}.restoring", store.display()));
    // A journal that an interrupted restore left would be taken for this copy's.
    discard(&part);
    fs::copy(backup, &part).and_then(|_| File::open(&part)?.sync_all()).map_err(failed)?;
    examine(&part)?;
    Ok(part)
}

/// Puts a copy that was prepared in the place of the store. The store that was there is renamed, with its journal, to a name that is returned.
///
/// # Errors
/// If a file cannot be renamed. The caller holds the lock.
pub fn restore(part: &Path, store: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
    let failed = |e: std::io::Error| StoreError::Open { path: store.to_owned(), cause: e.to_string() };
    let first = format!("{}.before-{}", store.display(), now.strftime("%Y%m%d-%H%M%S"));
    let mut aside = PathBuf::from(&first);
    for n in 2.. {
        if fs::symlink_metadata(&aside).is_err() {
            break;
        }
        aside = PathBuf::from(format!("{first}-{n}"));
    }
    let was_there = fs::symlink_metadata(store).is_ok();
    // The journal goes first: it must never meet a store that it does not belong to.
    for ending in ["-wal", "-shm", ""] {
        let (from, to) = (format!("{}{ending}", store.display()), format!("{}{ending}", aside.display()));
        match move_new(Path::new(&from), Path::new(&to)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
            _ => {}
        }
    }
    move_new(part, store).and_then(|()| sync_folder(parent(store))).map_err(failed)?;
    Ok(was_there.then_some(aside))
}

impl Store {
    /// The newest file of the ledger that the last backup holds.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn last_file_in_backup(&self) -> Result<Option<i64>> {
        let sql = "SELECT last_file FROM backups ORDER BY rowid DESC LIMIT 1";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |r| r.get(0)).optional()?)
    }

    /// Every original that the ledger knows.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn originals(&self) -> Result<HashSet<PathBuf>> {
        use std::os::unix::ffi::OsStringExt;
        let mut query = self.connection.prepare("SELECT original FROM files WHERE original IS NOT NULL")?;
        let path = |r: &rusqlite::Row<'_>| Ok(PathBuf::from(std::ffi::OsString::from_vec(r.get(0)?)));
        Ok(query.query_map([], path)?.collect::<rusqlite::Result<_>>()?)
    }
}
