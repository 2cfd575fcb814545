//! Originals are deleted when they are older than asked for, archived, and their articles are in a backup. Never before.

use std::io::ErrorKind;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};

use crate::config::Config;
use crate::failure::Failure;
use crate::store::Store;

/// Originals deleted in one transaction.
const AT_A_TIME: u32 = 500;
/// So far the clock may be put forward while the daemon runs: more than it is ever corrected by, too little to matter to an age in days.
const AHEAD: Duration = Duration::from_secs(3600);

/// What the clock said when the daemon began: one that was put forward since makes young originals look old.
pub(super) struct Clock {
    began: Timestamp,
    /// Time since the machine was started, its sleep included, at that moment.
    at: Duration,
    /// Whether it was logged that nothing expires.
    told: bool,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { began: Timestamp::now(), at: since_boot(), told: false }
    }

    /// Whether the clock went on by more than the daemon ran; that is logged when it begins.
    fn is_ahead(&mut self, now: Timestamp, since_boot: Duration) -> bool {
        let ran = since_boot.saturating_sub(self.at) + AHEAD;
        let ahead = SignedDuration::try_from(ran).is_ok_and(|ran| now.duration_since(self.began) > ran);
        if ahead && !self.told {
            tracing::warn!(
                "the clock was put forward since the start: no original expires until it is put back, or wirefold started again"
            );
        }
        self.told = ahead;
        ahead
    }
}

fn since_boot() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Deletes expired originals, if `archive.keep_days` says that any expire. Without a backup none does, nor by a clock that was put forward.
pub(super) fn expire(config: &Config, store: &mut Store, clock: &mut Clock) -> Result<(), Failure> {
    let (1.., Some(last_file)) = (config.keep_days, store.last_file_in_backup()?) else { return Ok(()) };
    let now = Timestamp::now();
    if clock.is_ahead(now, since_boot()) {
        return Ok(());
    }
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const DAY: u64 = 86_400;

    #[test]
    fn a_clock_that_was_put_forward_is_not_believed_until_it_is_put_back() {
        let mut clock = Clock::new();
        let after = |wall: u64, clock: &Clock| clock.began + SignedDuration::from_secs(wall as i64);
        let mut ahead = |wall: u64, ran: u64| clock.is_ahead(after(wall, &clock), clock.at + Duration::from_secs(ran));
        assert!(!ahead(40 * DAY, 40 * DAY), "it ran so long, or slept");
        assert!(!ahead(DAY + 3600, DAY), "corrected a little");
        assert!(ahead(DAY + 3601, DAY));
        assert!(!ahead(2 * DAY, 2 * DAY), "put back");
        assert!(!ahead(0, 2 * DAY));
    }

    #[test]
    fn nothing_expires_by_a_clock_that_was_put_forward() {
        let folder = tempfile::tempdir().unwrap();
        let (path, original) = (folder.path().join("s.db"), folder.path().join("original.txt"));
        let mut store = Store::open(&path).unwrap();
        std::fs::write(&original, "kept").unwrap();
        let sql = rusqlite::Connection::open(&path).unwrap();
        sql.execute_batch("INSERT INTO backups(at, path, last_file) VALUES(1, 'b', 1)").unwrap();
        let line = "INSERT INTO files(no, path, path_raw, size, received, outcome, archived, original) VALUES(1, 'a', x'61', 4, 0, 'stored', 1, CAST(?1 AS BLOB))";
        sql.execute(line, [original.to_str().unwrap()]).unwrap();
        let config = Config { keep_days: 30, ..Config::default() };
        let mut clock = Clock::new();
        clock.began -= SignedDuration::from_hours(2);
        expire(&config, &mut store, &mut clock).unwrap();
        assert!(original.exists());
        expire(&config, &mut store, &mut Clock::new()).unwrap();
        assert_eq!((original.exists(), store.expired(Timestamp::now(), 1, 9).unwrap()), (false, Vec::<(i64, PathBuf)>::new()));
    }
}
