//! The ledger where originals are read again: what to read in which order, and what of its lines goes on.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::read::time;
use super::{Reader, Result, Store};
use crate::article::FileDigest;

/// A line of the ledger whose bytes were read.
#[derive(Debug, Clone)]
pub struct LedgerLine {
    /// Its number.
    pub no: i64,
    /// Digest of the bytes.
    pub digest: FileDigest,
    /// The path it came in by.
    pub came_by: PathBuf,
    /// When it was taken in.
    pub received: Timestamp,
    /// Where the original is kept, if it is.
    pub original: Option<PathBuf>,
    /// Key of the claim, `None` for a file that was read where it lay.
    pub claim: Option<Vec<u8>>,
    /// Articles in it.
    pub articles: u32,
    /// Its bytes were in the ledger before.
    pub resent: bool,
    /// The folder that named the source of its articles, as far as they tell.
    pub folder: Option<String>,
}

fn path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes))
}

fn line(r: &Row<'_>) -> rusqlite::Result<LedgerLine> {
    Ok(LedgerLine {
        no: r.get(0)?,
        digest: FileDigest(r.get(1)?),
        came_by: path(r.get(2)?),
        received: time(r.get(3)?),
        original: r.get::<_, Option<Vec<u8>>>(4)?.map(path),
        claim: r.get(5)?,
        articles: r.get(6)?,
        resent: r.get(7)?,
        folder: r.get(8)?,
    })
}

impl Reader {
    /// The files whose bytes were read and that were not taken again since, in the order of the ledger.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn ledger_lines(&self) -> Result<Vec<LedgerLine>> {
        let mut query = self.connection.prepare(
            "SELECT no, digest, path_raw, received, original, claim, articles, outcome = 'resent',
               (SELECT coalesce(a.source_found, s.name) FROM articles a JOIN sources s ON s.no = a.source
                WHERE a.file = f.no AND a.source_step = 'folder' LIMIT 1)
             FROM files f WHERE digest IS NOT NULL AND retried = 0 ORDER BY no",
        )?;
        Ok(query.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
    }
}

impl Store {
    /// Notes where the original of a file is that was read again, and by which claim it came in first.
    ///
    /// # Errors
    /// If SQLite refuses.
    pub fn note_original(
        &mut self,
        digest: &FileDigest,
        came_by: &Path,
        received: Timestamp,
        original: Option<&Path>,
        claim: Option<&[u8]>,
    ) -> Result<()> {
        let sql = "UPDATE files SET original = ?4, claim = ?5 WHERE digest = ?1 AND path_raw = ?2 AND received = ?3";
        let original = original.map(|o| o.as_os_str().as_bytes());
        let given = params![&digest.0[..], came_by.as_os_str().as_bytes(), received.as_microsecond(), original, claim];
        self.connection.prepare_cached(sql)?.execute(given)?;
        Ok(())
    }

    /// Copies the lines of `old` that were not read again: files that could not be read, those that were taken again since, and those
    /// of `numbers`, which held no article.
    ///
    /// # Errors
    /// If one of the two stores cannot be used.
    pub fn copy_unread(&mut self, old: &Path, numbers: &[i64]) -> Result<()> {
        self.beside(old, |connection| {
            let transaction = connection.transaction()?;
            let mut of_no_use: Vec<i64> = transaction
                .prepare("SELECT no FROM old.files WHERE digest IS NULL OR retried <> 0")?
                .query_map([], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            of_no_use.extend(numbers);
            for no in of_no_use {
                let columns =
                    "digest, path, path_raw, size, received, outcome, format, encoding, articles, archived, site, claim, original, retried, notes";
                transaction.execute(&format!("INSERT INTO main.files({columns}) SELECT {columns} FROM old.files WHERE no = ?1"), [no])?;
                let copied = transaction.last_insert_rowid();
                let sql = "INSERT INTO main.rejects(file, position, reason) SELECT ?2, position, reason FROM old.rejects WHERE file = ?1";
                transaction.execute(sql, [no, copied])?;
            }
            Ok(transaction.commit()?)
        })
    }
}
