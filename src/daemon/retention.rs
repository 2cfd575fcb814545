//! Originals are deleted when they are older than asked for, archived, and their articles are in a backup. Never before.

use std::io::ErrorKind;

use jiff::{SignedDuration, Timestamp};

use crate::config::Config;
use crate::failure::Failure;
use crate::store::Store;

/// Originals deleted in one transaction.
const AT_A_TIME: u32 = 500;

/// Deletes expired originals, if `archive.keep_days` says that any expire. Without a backup none does.
pub(super) fn expire(config: &Config, store: &mut Store, now: Timestamp) -> Result<(), Failure> {
    let (1.., Some(last_file)) = (config.keep_days, store.last_file_in_backup()?) else { return Ok(()) };
    let before = now - SignedDuration::from_hours(24 * i64::from(config.keep_days));
    let expired = store.expired(before, last_file, AT_A_TIME)?;
    if expired.is_empty() {
        return Ok(());
    }
    for (_, original) in &expired {
        match std::fs::remove_file(original) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(Failure::io("cannot delete the expired original", original, &e)),
            _ => {}
        }
    }
    let numbers: Vec<i64> = expired.iter().map(|(no, _)| *no).collect();
    store.note_deleted(&numbers)?;
    tracing::info!(files = numbers.len(), days = config.keep_days, "expired originals deleted");
    Ok(())
}
