//! The ledger of files after their outcome is stored: what is still owed to them, and where their originals are.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Reader, Result, Store};
use crate::article::FileDigest;
use crate::inbox::retire::Retired;

/// A file of the ledger that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Key of the claim.
    pub claim: Vec<u8>,
    /// Digest of its bytes.
    pub digest: FileDigest,
    /// Where its original is or will be kept.
    pub original: Option<PathBuf>,
}

/// A quarantined file that is to be taken again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its number.
    pub no: i64,
    /// Digest of its bytes when it was read.
    pub digest: Option<FileDigest>,
    /// The path it came in by, as bytes.
    pub path: Vec<u8>,
    /// Where its original is kept.
    pub original: PathBuf,
}

fn path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&bytes))
}

fn claimed(row: &Row<'_>) -> rusqlite::Result<Claimed> {
    Ok(Claimed { claim: row.get(0)?, digest: FileDigest(row.get(1)?), original: row.get::<_, Option<Vec<u8>>>(2)?.map(path) })
}

impl Store {
    /// The ledger's line of a claim, if its outcome is stored.
    pub fn claimed(&self, claim: &[u8]) -> Result<Option<Claimed>> {
        let sql = "SELECT claim, digest, original FROM files WHERE claim = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([claim], claimed).optional()?)
    }

    /// Claimed files whose outcome is stored and that are not known to have arrived where they stay.
    pub fn not_archived(&self) -> Result<Vec<Claimed>> {
        let mut query =
            self.connection.prepare("SELECT claim, digest, original FROM files WHERE archived <> 1 AND claim IS NOT NULL ORDER BY no")?;
        Ok(query.query_map([], claimed)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Remembers what was retired; it is written with the next transaction.
    pub fn remember(&mut self, retired: impl IntoIterator<Item = Retired>) {
        self.retired.extend(retired);
    }

    /// Writes what [`Store::remember`] was told since the last transaction.
    ///
    /// # Errors
    /// If SQLite refuses; then it is still remembered.
    pub fn note(&mut self) -> Result<()> {
        if self.retired.is_empty() { Ok(()) } else { self.commit(&[], std::iter::empty()) }
    }

    /// Notes that the original of a claim is nowhere.
    pub fn note_missing(&mut self, claim: &[u8]) -> Result<()> {
        self.connection.prepare_cached("UPDATE files SET archived = 2 WHERE claim = ?1")?.execute([claim])?;
        Ok(())
    }

    /// When the last original was received of those from before `before`, and the first one of those from then to `now`.
    pub fn kept_around(&self, before: Timestamp, now: Timestamp) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
        let mut query = self.connection.prepare_cached(
            "SELECT (SELECT max(received) FROM files WHERE original IS NOT NULL AND received < ?1),
                    (SELECT min(received) FROM files WHERE original IS NOT NULL AND received >= ?1 AND received <= ?2)",
        )?;
        let at = |at: Option<i64>| at.map(super::read::time);
        Ok(query.query_row([before.as_microsecond(), now.as_microsecond()], |r| Ok((at(r.get(0)?), at(r.get(1)?))))?)
    }

    /// Originals received before `before`, the file numbered `last_file` or an earlier one, at most `limit`: number and path. None that came
    /// behind one that is younger at `now`: the clock was put back meanwhile.
    pub fn expired(&self, before: Timestamp, now: Timestamp, last_file: i64, limit: u32) -> Result<Vec<(i64, PathBuf)>> {
        let mut query = self.connection.prepare_cached(
            "SELECT no, original FROM files WHERE archived = 1 AND original IS NOT NULL AND outcome <> 'rejected' AND received < ?1 AND no <= ?2
             AND no < coalesce((SELECT min(no) FROM files WHERE original IS NOT NULL AND received >= ?1 AND received <= ?4), no + 1)
             ORDER BY no LIMIT ?3",
        )?;
        let row = |r: &Row<'_>| Ok((r.get(0)?, path(r.get(1)?)));
        let given = params![before.as_microsecond(), last_file, limit, now.as_microsecond()];
        Ok(query.query_map(given, row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes that these originals are no longer kept.
    pub fn note_deleted(&mut self, numbers: &[i64]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for no in numbers {
            transaction.prepare_cached("UPDATE files SET original = NULL WHERE no = ?1")?.execute([no])?;
        }
        Ok(transaction.commit()?)
    }

    /// Files in the quarantine with these bytes, or from this path, or kept at it; newest first.
    pub fn quarantined(&self, digest: Option<&FileDigest>, at: &Path) -> Result<Vec<Quarantined>> {
        let mut query = self.connection.prepare(
            "SELECT no, path_raw, original, digest FROM files WHERE outcome = 'rejected' AND original IS NOT NULL
             AND (digest = ?1 OR path_raw = ?2 OR original = ?2) ORDER BY no DESC",
        )?;
        let row = |r: &Row<'_>| {
            let digest = r.get::<_, Option<[u8; 32]>>(3)?.map(FileDigest);
            Ok(Quarantined { no: r.get(0)?, path: r.get(1)?, original: path(r.get(2)?), digest })
        };
        let given = params![digest.map(|d| &d.0[..]), at.as_os_str().as_bytes()];
        Ok(query.query_map(given, row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes that a quarantined file may be taken again: its bytes count as not known. If somebody `repaired` it there, it has other bytes
    /// now, and what was wrong with these is over.
    pub fn note_retried(&mut self, no: i64, repaired: bool) -> Result<()> {
        self.connection.execute("UPDATE files SET retried = ?2 WHERE no = ?1", params![no, if repaired { 2 } else { 1 }])?;
        Ok(())
    }
}

impl Reader {
    /// The digest of the file that an article came in.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn digest_of(&self, pos: u32) -> Result<Option<FileDigest>> {
        let sql = "SELECT f.digest FROM articles a JOIN files f ON f.no = a.file WHERE a.pos = ?1";
        let digest = self.connection.prepare_cached(sql)?.query_row([pos], |r| r.get::<_, Option<[u8; 32]>>(0)).optional()?;
        Ok(digest.flatten().map(FileDigest))
    }

    /// Where bytes with this digest should be: as originals, or where they were read in place. Of many places the newest twenty.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn kept_at(&self, digest: &FileDigest) -> Result<Vec<PathBuf>> {
        let mut query = self.connection.prepare_cached(
            "SELECT coalesce(original, CASE WHEN claim IS NULL THEN path_raw END) AS at FROM files WHERE digest = ?1 AND at IS NOT NULL
             ORDER BY no DESC LIMIT 20",
        )?;
        Ok(query.query_map([&digest.0[..]], |r| r.get(0).map(path))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether the outcome of a claim is stored.
    pub fn knows_claim(&self, claim: &[u8]) -> Result<bool> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM files WHERE claim = ?1")?.exists([claim])?)
    }

    /// Whether the ledger has a line of a file at this path that could not be read, and none since of one that was.
    pub fn knows_unread(&self, path: &str) -> Result<bool> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM files WHERE digest IS NULL AND path = ?1 AND retried <> 2")?.exists([path])?)
    }
}

/// Writes what was retired.
pub(super) fn write_retired(transaction: &Transaction<'_>, retired: &[Retired]) -> Result<()> {
    if !retired.is_empty() {
        crate::crash::point("before_note");
    }
    let mut note = transaction.prepare_cached("UPDATE files SET archived = 1, original = ?2 WHERE claim = ?1")?;
    for r in retired {
        note.execute(params![r.claim, r.original.as_ref().map(|o| o.as_os_str().as_bytes())])?;
    }
    Ok(())
}
