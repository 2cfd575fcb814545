//! Has this file stopped changing? Pure: told what was seen and when, by a clock that never jumps.

use std::collections::BTreeMap;
use std::time::Duration;

/// What shows that a file changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Size in bytes.
    pub size: u64,
    /// Nanoseconds of the last change of content and of the entry, as the file system gives them; compared, never interpreted.
    pub changed: (i128, i128),
    /// Inode number.
    pub inode: u64,
}

impl Look {
    /// Whether this is the same file with the same bytes. Unlike equality it passes over the change of the entry, which a rename makes.
    pub fn same_bytes(&self, other: &Look) -> bool {
        (self.size, self.changed.0, self.inode) == (other.size, other.changed.0, other.inode)
    }
}

/// Files on their way to being complete.
#[derive(Debug)]
pub struct Settling<K> {
    quiet: Duration,
    seen: BTreeMap<K, Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    look: Look,
    /// When it was first looked at, whatever it was like.
    met: Duration,
    since: Duration,
    /// It is not returned before this.
    not_before: Duration,
    taken: bool,
}

/// An empty file is given this many times longer: many writers create first and write later.
const EMPTY_WAITS: u32 = 10;

impl<K: Ord + Clone> Settling<K> {
    /// Files count as complete after `quiet` without a change.
    pub fn new(quiet: Duration) -> Self {
        Self { quiet, seen: BTreeMap::new() }
    }

    /// Another quiet time from now on, also for files that are seen already.
    pub fn set_quiet(&mut self, quiet: Duration) {
        self.quiet = quiet;
    }

    /// Takes note of a look at all files at monotonic time `now`; returns those that are complete and were not returned since they
    /// changed last. Files not looked at are forgotten.
    pub fn look(&mut self, files: impl IntoIterator<Item = (K, Look)>, now: Duration) -> Vec<K> {
        let mut still = BTreeMap::new();
        let mut complete = Vec::new();
        for (key, look) in files {
            let known = self.seen.remove(&key);
            let met = known.map_or(now, |seen| seen.met);
            let not_before = known.map_or(Duration::ZERO, |seen| seen.not_before);
            let mut seen = known.filter(|seen| seen.look == look).unwrap_or(Seen { look, met, since: now, not_before, taken: false });
            if !seen.taken && now >= self.due(&seen) {
                seen.taken = true;
                complete.push(key.clone());
            }
            still.insert(key, seen);
        }
        self.seen = still;
        complete
    }

    /// A file that was returned as complete could not be taken: it will be returned again.
    pub fn give_back(&mut self, key: &K) {
        if let Some(seen) = self.seen.get_mut(key) {
            seen.taken = false;
        }
    }

    /// A file that was returned as complete is to be returned again, but not before `until`, whether it changes or not. False if it is forgotten
    /// already.
    pub fn later(&mut self, key: &K, until: Duration) -> bool {
        let seen = self.seen.get_mut(key);
        seen.map(|seen| (seen.taken, seen.not_before) = (false, until)).is_some()
    }

    /// Files that were returned as complete, could not be read, and are there still are returned again, if this holds for them.
    pub fn again(&mut self, holds: impl Fn(&Look) -> bool) {
        self.seen.values_mut().filter(|seen| holds(&seen.look)).for_each(|seen| seen.taken = false);
    }

    /// Whether a file that was met at `since` or before may still become complete: it was not looked at for as long as it has to be quiet,
    /// changed or not. `given_up` says of which this does not matter.
    pub fn awaits(&self, since: Duration, now: Duration, given_up: impl Fn(&K) -> bool) -> bool {
        let awaited = |seen: &Seen| !seen.taken && seen.met <= since && now.saturating_sub(seen.met) < self.wait(&seen.look);
        self.seen.iter().any(|(key, seen)| awaited(seen) && !given_up(key))
    }

    /// What a file looked like at the last look.
    pub fn last_look(&self, key: &K) -> Option<Look> {
        self.seen.get(key).map(|seen| seen.look)
    }

    /// Files at the last look.
    pub fn seen(&self) -> impl Iterator<Item = &K> {
        self.seen.keys()
    }

    /// Files seen and not yet returned.
    pub fn unsettled(&self) -> impl Iterator<Item = &K> {
        self.seen.iter().filter(|(_, seen)| !seen.taken).map(|(key, _)| key)
    }

    /// Number of files seen and not yet returned.
    pub fn waiting(&self) -> usize {
        self.seen.values().filter(|seen| !seen.taken).count()
    }

    /// How long until the next file can be complete, if nothing changes; `None` if nothing waits.
    pub fn next(&self, now: Duration) -> Option<Duration> {
        self.seen.values().filter(|seen| !seen.taken).map(|seen| self.due(seen).saturating_sub(now)).min()
    }

    /// When a file is complete, if nothing changes.
    fn due(&self, seen: &Seen) -> Duration {
        (seen.since + self.wait(&seen.look)).max(seen.not_before)
    }

    fn wait(&self, look: &Look) -> Duration {
        match look.size {
            _ if crate::crash::planted("no_settling") => Duration::ZERO,
            0 => self.quiet * EMPTY_WAITS,
            _ => self.quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(size: u64, changed: i128) -> Look {
        Look { size, changed: (changed, changed), inode: 1 }
    }

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_growing_file_waits() {
        let mut s = Settling::new(MS(500));
        assert!(s.look([("a", at(1, 1))], MS(0)).is_empty());
        assert!(s.look([("a", at(2, 2))], MS(400)).is_empty(), "it grew");
        assert!(s.look([("a", at(2, 2))], MS(800)).is_empty(), "quiet for 400 ms only");
        assert_eq!(s.next(MS(800)), Some(MS(100)));
        assert_eq!(s.look([("a", at(2, 2))], MS(900)), ["a"]);
        assert!(s.look([("a", at(2, 2))], MS(1500)).is_empty(), "returned once");
        s.give_back(&"a");
        assert_eq!(s.look([("a", at(2, 2))], MS(1600)), ["a"]);
    }

    #[test]
    fn what_cannot_be_taken_is_left_alone_for_a_while_also_if_it_changes() {
        let mut s = Settling::new(MS(500));
        s.look([("a", at(5, 1))], MS(0));
        assert_eq!(s.look([("a", at(5, 1))], MS(500)), ["a"]);
        s.later(&"a", MS(9000));
        assert_eq!(s.next(MS(600)), Some(MS(8400)));
        assert!(s.look([("a", at(5, 2))], MS(600)).is_empty() && s.look([("a", at(5, 2))], MS(8900)).is_empty());
        assert_eq!(s.look([("a", at(5, 2))], MS(9000)), ["a"]);
    }

    #[test]
    fn a_rewrite_of_equal_size_is_noticed() {
        let mut s = Settling::new(MS(500));
        s.look([("a", at(5, 1))], MS(0));
        assert!(s.look([("a", at(5, 2))], MS(600)).is_empty());
    }

    #[test]
    fn a_file_is_awaited_as_long_as_it_has_to_be_quiet_whether_it_changes_or_not() {
        let mut s = Settling::new(MS(500));
        s.look([("a", at(1, 1))], MS(0));
        s.look([("a", at(2, 2)), ("b", at(0, 1))], MS(400));
        assert!(s.awaits(MS(0), MS(499), |_| false));
        assert!(!s.awaits(MS(0), MS(499), |key| *key == "a"));
        assert!(!s.awaits(MS(0), MS(500), |_| false), "it had its time; the other came later");
        assert!(s.awaits(MS(400), MS(5399), |_| false), "empty ones are given longer");
        assert!(!s.awaits(MS(400), MS(5400), |_| false));
        assert_eq!(s.look([("a", at(2, 2))], MS(900)), ["a"]);
        assert!(!s.awaits(MS(900), MS(900), |_| false), "what was returned is not awaited");
    }

    #[test]
    fn an_empty_file_waits_longer_and_a_vanished_one_is_forgotten() {
        let mut s = Settling::new(MS(500));
        s.look([("a", at(0, 1))], MS(0));
        assert!(s.look([("a", at(0, 1))], MS(600)).is_empty());
        assert_eq!(s.look([("a", at(0, 1))], MS(5000)), ["a"]);
        s.look([], MS(5100));
        assert!(s.look([("a", at(0, 1))], MS(9000)).is_empty());
        assert_eq!(s.waiting(), 1);
    }
}
