//! Originals are deleted when they are older than asked for, archived, and their articles are in a backup. Never before.

use std::io::ErrorKind;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};

use crate::config::Config;
use crate::failure::Failure;
use crate::store::Store;
use crate::view::minute;

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
    /// Whether it was logged that what came before a gap does not.
    gap_told: bool,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { began: Timestamp::now(), at: since_boot(), told: false, gap_told: false }
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

    /// Whether more time than anything is kept lies between the last file that would expire by its age, and the first one since or the begin of
    /// the daemon. Then nothing came for so long, or the clock was wrong on one side of the gap: which of the two, nobody knows. What
    /// is before it expires when what is behind it does.
    fn is_behind_gap(&mut self, last: Timestamp, first: Option<Timestamp>, before: Timestamp, keep: SignedDuration) -> bool {
        let since = first.into_iter().chain((self.began >= before).then_some(self.began)).min();
        let gap = since.is_some_and(|since| since.duration_since(last) > keep);
        if gap && !self.gap_told {
            let (from, to) = (minute(last), since.map(minute));
            tracing::warn!(
                from,
                to,
                "no file came for longer than originals are kept, or the clock was wrong: those from before are kept as long again"
            );
        }
        self.gap_told = gap;
        gap
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
    let keep = SignedDuration::from_hours(24 * i64::from(config.keep_days));
    let before = now - keep;
    let (Some(last), first) = store.kept_around(before, now)? else { return Ok(()) };
    if clock.is_behind_gap(last, first, before, keep) {
        return Ok(());
    }
    let expired = store.expired(before, now, last_file, AT_A_TIME)?;
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

    /// Kept originals of these ages in days, in this order; the ages of those that are left by a daemon that began now, by a clock that was
    /// put forward by so many hours since.
    fn left_of(ages: &[i64], put_forward: i64) -> Vec<i64> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.db");
        let (mut store, now) = (Store::open(&path).unwrap(), Timestamp::now());
        let sql = rusqlite::Connection::open(&path).unwrap();
        sql.execute("INSERT INTO backups(at, path, last_file) VALUES(1, 'b', 99)", []).unwrap();
        let original = |n: usize| folder.path().join(n.to_string());
        for (n, days) in ages.iter().enumerate() {
            std::fs::write(original(n), "kept").unwrap();
            let line = "INSERT INTO files(path, path_raw, size, received, outcome, archived, original) VALUES('a', x'61', 4, ?2, 'stored', 1, CAST(?1 AS BLOB))";
            let received = (now - SignedDuration::from_hours(24 * days)).as_microsecond();
            sql.execute(line, rusqlite::params![original(n).to_str().unwrap(), received]).unwrap();
        }
        let mut clock = Clock::new();
        clock.began -= SignedDuration::from_hours(put_forward);
        expire(&Config { keep_days: 30, ..Config::default() }, &mut store, &mut clock).unwrap();
        let left: Vec<usize> = (0..ages.len()).filter(|n| original(*n).exists()).collect();
        let known = sql.query_row("SELECT count(*) FROM files WHERE original IS NOT NULL", [], |r| r.get::<_, u32>(0)).unwrap() as usize;
        assert_eq!(left.len(), known, "the ledger knows");
        left.into_iter().map(|n| ages[n]).collect()
    }

    #[test]
    fn nothing_expires_by_a_clock_that_was_put_forward() {
        assert_eq!(left_of(&[40, 20, 1], 2), [40, 20, 1]);
        assert_eq!(left_of(&[40, 20, 1], 0), [20, 1]);
    }

    #[test]
    fn what_is_old_expires_unless_a_gap_that_may_be_of_the_clock_is_behind_it() {
        assert_eq!(left_of(&[50, 40, 9], 0), [50, 40, 9], "nothing came for 31 days");
        assert_eq!(left_of(&[50, 40, 11], 0), [11]);
        assert_eq!(left_of(&[50, 40], 0), [50, 40], "nor until the daemon began");
        let never_set = 20_000;
        assert_eq!(left_of(&[never_set, never_set, 20, 1], 0), [never_set, never_set, 20, 1], "the clock was set after the first files");
        assert_eq!(left_of(&[50, 40, 20, never_set, 1], 0), [20, never_set, 1], "it was wrong for a while");
        assert_eq!(left_of(&[50, 40, 20, -10_000, 1], 0), [20, -10_000, 1], "it was ahead for a while");
    }

    #[test]
    fn a_daemon_that_ran_all_the_time_knows_that_it_was_no_gap() {
        let (mut clock, keep) = (Clock::new(), SignedDuration::from_hours(24 * 30));
        let old = clock.began - keep;
        assert!(clock.is_behind_gap(old, None, clock.began, keep + SignedDuration::from_hours(-1)));
        assert!(!clock.is_behind_gap(old, None, clock.began + SignedDuration::from_secs(1), SignedDuration::from_hours(1)));
    }
}
