//! How the daemon is: the numbers that it writes down at every turn, and what they mean. Pure, but for the lock between its threads.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::ingest::{Spent, Tally};
use crate::parsers::Counts;

/// Time after which a turn of the loop counts as one that hangs: that of `WatchdogSec` in `config/wirefold.service`.
pub(super) const HANGS: Duration = Duration::from_secs(600);

/// Counts since the store was made: what the ledger held at the start, and what was added since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Files by outcome.
    pub files: BTreeMap<String, u64>,
    pub articles: u64,
    pub rejects: u64,
    /// Events founded.
    pub events: u64,
}

impl Counted {
    /// With what a run did.
    pub(super) fn with(&self, tally: &Tally) -> Self {
        let mut files = self.files.clone();
        tally.files.iter().for_each(|(outcome, n)| *files.entry((*outcome).to_owned()).or_default() += u64::from(*n));
        let Tally { articles, rejects, events, .. } = tally;
        Self {
            files,
            articles: self.articles + u64::from(*articles),
            rejects: self.rejects + u64::from(*rejects),
            events: self.events + u64::from(*events),
        }
    }
}

/// What the loop writes down when it has turned once more.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    /// Why intake is paused; `None` while it works.
    pub paused: Option<String>,
    /// Why the inbox is polled; `None` while the watcher lives.
    pub polling: Option<String>,
    /// What of the inbox cannot be taken while the rest is.
    pub hindered: Option<String>,
    /// Why the clock is probably wrong.
    pub clock: Option<String>,
    pub watchers_lost: u32,
    /// When the inbox was last scanned whole.
    pub last_scan: Option<Timestamp>,
    /// When something was last committed.
    pub last_commit: Option<Timestamp>,
    /// Files seen in the inbox and not yet taken.
    pub waiting: usize,
    /// Those of them that are complete.
    pub queued: usize,
    pub counted: Counted,
    pub parsers: Counts,
    pub scans: Spent,
    pub parsing: Spent,
    pub storing: Spent,
    pub batches: Spent,
}

/// Where the daemon is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// What it does before it looks at its inbox.
    Starting(String),
    Running,
}

/// What one looks at.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub phase: Phase,
    pub signs: Signs,
    /// When the turn began that the loop is at, if it is at one.
    pub at_work_since: Option<Instant>,
}

impl Look {
    /// What is wrong, if anything is.
    pub(super) fn wrong(&self, now: Instant) -> Option<String> {
        if let Some(why) = &self.signs.paused {
            return Some(format!("intake is paused: {why}"));
        }
        let long = self.at_work(now).filter(|long| *long > HANGS)?;
        Some(format!("the loop has been at one turn for {} s", long.as_secs()))
    }

    /// Why no file is taken just now, if none is.
    pub(super) fn not_ready(&self, now: Instant) -> Option<String> {
        match &self.phase {
            Phase::Starting(what) => Some(what.clone()),
            Phase::Running => self.wrong(now),
        }
    }

    /// How long the loop has been at the turn that it is at.
    pub(super) fn at_work(&self, now: Instant) -> Option<Duration> {
        self.at_work_since.map(|since| now.saturating_duration_since(since))
    }
}

/// The numbers, between the loop that writes them and whoever asks.
#[derive(Clone)]
pub(super) struct Vitals(Arc<Mutex<Look>>);

impl Vitals {
    /// Of a daemon that is still doing this.
    pub(super) fn starting(what: String) -> Self {
        Self(Arc::new(Mutex::new(Look { phase: Phase::Starting(what), signs: Signs::default(), at_work_since: None })))
    }

    /// This is what is done before the loop begins.
    pub(super) fn starts(&self, what: String) {
        *self.look_in() = Look { phase: Phase::Starting(what), signs: Signs::default(), at_work_since: None };
    }

    /// The loop cannot begin before there is room on a disk.
    pub(super) fn waits_for_room(&self, why: &str) {
        self.look_in().signs.paused = Some(why.to_owned());
    }

    /// The loop begins a turn.
    pub(super) fn turns(&self) {
        self.look_in().at_work_since = Some(Instant::now());
    }

    /// The loop has turned: this is how things stand.
    pub(super) fn turned(&self, signs: Signs) {
        *self.look_in() = Look { phase: Phase::Running, signs, at_work_since: None };
    }

    /// How things stand.
    pub(super) fn look(&self) -> Look {
        self.look_in().clone()
    }

    fn look_in(&self) -> MutexGuard<'_, Look> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_hangs_is_not_well() {
        let now = Instant::now();
        let at_work = |since: Option<Instant>| Look { phase: Phase::Running, signs: Signs::default(), at_work_since: since };
        assert_eq!(at_work(None).wrong(now + HANGS * 9), None, "waiting for files is no work");
        assert_eq!(at_work(Some(now)).wrong(now + HANGS), None);
        let wrong = at_work(Some(now)).wrong(now + HANGS + Duration::from_secs(1));
        assert_eq!(wrong.as_deref(), Some("the loop has been at one turn for 601 s"));
    }

    #[test]
    fn the_limit_is_that_of_the_unit() {
        let unit = include_str!("../../config/wirefold.service");
        assert!(unit.lines().any(|line| line == format!("WatchdogSec={}min", HANGS.as_secs() / 60)));
    }

    #[test]
    fn who_starts_is_well_and_not_ready() {
        let (vitals, now) = (Vitals::starting("restoring".to_owned()), Instant::now());
        assert_eq!((vitals.look().wrong(now), vitals.look().not_ready(now).as_deref()), (None, Some("restoring")));
        vitals.waits_for_room("no room");
        assert_eq!(vitals.look().not_ready(now).as_deref(), Some("restoring"));
        assert_eq!(vitals.look().wrong(now).as_deref(), Some("intake is paused: no room"));
        vitals.turned(Signs { paused: Some("no space".to_owned()), ..Signs::default() });
        assert_eq!(vitals.look().not_ready(now).as_deref(), Some("intake is paused: no space"));
        vitals.turned(Signs::default());
        assert_eq!(vitals.look().not_ready(now), None);
    }

    #[test]
    fn counts_go_on_from_the_ledger() {
        let ledger = Counted { files: [("stored".to_owned(), 3)].into(), articles: 3, rejects: 1, events: 2 };
        let tally = Tally { files: [("stored", 2), ("rejected", 1)].into(), articles: 4, events: 1, joined: 3, rejects: 1 };
        let files = [("stored".to_owned(), 5), ("rejected".to_owned(), 1)].into();
        assert_eq!(ledger.with(&tally), Counted { files, articles: 7, rejects: 2, events: 3 });
    }
}
