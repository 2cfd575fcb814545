//! Which part of the inbox is looked at: a bounded number of files, so that a million that wait take no more memory than some thousands.
//! Pure: told what was seen.
//!
//! A round goes through the inbox in order of path, from part to part. It stays with a part until each file that was there at the begin had
//! its chance to be complete, which takes finite time, and it waits for none that came later: whoever keeps adding files holds up nobody.
//! Those have their chance in the next round at the latest. An inbox that is no larger than a part is looked at whole, all the time.
//!
//! A round that leaves nothing but what cannot be taken is followed by a rest, unless something happened meanwhile.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::inbox::scan::{Part, may_share_across, shares_sidecar};

/// Fewest and most files of a part, if a batch is not larger.
const ROOM: (usize, usize) = (10_000, 250_000);
/// Files that can be taken in a second, at the very most: so many settle at a time for each second that they have to be quiet.
const A_SECOND: f64 = 2000.0;

/// Where the daemon is on its round through the inbox.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// The part lies behind this; `None` at the begin.
    after: Option<PathBuf>,
    /// Its last file; `None` while it reaches to the end of the inbox.
    to: Option<PathBuf>,
    /// The first file behind it; `None` if there is none.
    next: Option<PathBuf>,
    /// When it was looked at first; `None` before that, and while it is the whole inbox.
    since: Option<Duration>,
    /// Whether this round left files behind it that may still be taken, or took some.
    unsettled: bool,
    /// Whether the last whole round did not.
    settled: bool,
    /// Whether something happened in the inbox during this round.
    noticed: bool,
    /// Since when nothing has to be looked at.
    rests: Option<Duration>,
}

impl Window {
    /// How many files a part has at most, where so many make a batch, one of which can settle while another is taken, and files have to
    /// be quiet for so many seconds.
    pub(super) fn room(batch_files: usize, settle_seconds: f64) -> usize {
        ((A_SECOND * settle_seconds) as usize).clamp(ROOM.0, ROOM.1).max(2 * batch_files)
    }

    /// What the part lies behind.
    pub(super) fn after(&self) -> Option<&Path> {
        self.after.as_deref()
    }

    /// What the files lie behind that are not looked at now, if there are any behind the part.
    pub(super) fn beyond(&self) -> Option<&Path> {
        self.to.as_deref()
    }

    /// When the part was looked at first.
    pub(super) fn since(&self) -> Duration {
        self.since.unwrap_or_default()
    }

    /// Whether nothing waits but what cannot be taken; `others_are_tried` says this of the files of the part.
    pub(super) fn is_settled(&self, others_are_tried: bool) -> bool {
        self.settled || self.is_whole() && others_are_tried
    }

    fn is_whole(&self) -> bool {
        self.after.is_none() && self.next.is_none()
    }

    /// This is what was seen behind [`Window::after`] at monotonic time `now`; what is no part of the part is left out.
    pub(super) fn saw(&mut self, part: &mut Part, now: Duration) {
        self.rests = None;
        if let Some(to) = &self.to {
            let within = part.files.partition_point(|found| found.path <= *to);
            part.next = part.files.get(within).map(|found| found.path.clone()).or(part.next.take());
            part.files.truncate(within);
        }
        self.next.clone_from(&part.next);
        // It shrinks where files come into it; it does not grow, so that it ends.
        self.to = part.files.last().map(|found| found.path.clone()).or(self.to.take()).filter(|_| self.next.is_some());
        self.since = if self.is_whole() { None } else { self.since.or(Some(now)) };
    }

    /// Something was taken, or may be given back.
    pub(super) fn moves(&mut self) {
        self.unsettled = true;
        self.settled = false;
        self.rests = None;
    }

    /// Something happened in the inbox, in whatever part: there is another round at once.
    pub(super) fn notices(&mut self) {
        self.noticed = self.rests.take().is_none();
    }

    /// How long nothing has to be looked at, if what may come without a notice is looked for at this interval.
    pub(super) fn rest(&self, now: Duration, interval: Duration) -> Option<Duration> {
        self.rests.and_then(|since| (since + interval).checked_sub(now)).filter(|rest| !rest.is_zero())
    }

    /// Goes on to the next part, or to the first one in a new round: to be asked when no file of the part is waited for. Tells whether there
    /// is another part, to be looked at at once. `all_tried` says whether nothing is left in this one but what cannot be taken.
    pub(super) fn go_on(&mut self, all_tried: bool, now: Duration) -> bool {
        if self.is_whole() {
            return false;
        }
        self.unsettled |= !all_tried;
        match self.to.take() {
            Some(to) => (self.after, self.since) = (Some(to), None),
            None => {
                let rests = (!self.unsettled && !self.noticed).then_some(now);
                *self = Self { settled: !self.unsettled, rests, ..Self::default() };
            }
        }
        self.rests.is_none()
    }

    /// How many files of the part have the sidecar of this one, where `seen` were counted: `None` if it alone has it, 0 if others may
    /// have it behind a border of the part.
    pub(super) fn sharing(&self, path: &Path, seen: u32) -> Option<u32> {
        let at_border = || [&self.after, &self.next].into_iter().flatten().any(|border| may_share_across(path, border));
        match seen {
            1 if !at_border() => None,
            0 | 1 => Some(0),
            more => Some(more),
        }
    }
}

/// Whether other files of the inbox need the sidecar of this one, of which [`Window::sharing`] said this when it was queued.
pub(super) fn shares(path: &Path, seen: u32) -> bool {
    seen > 1 || shares_sidecar(path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::inbox::Found;
    use crate::inbox::settle::{Look, Settling};

    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Good,
        Empty,
        Refused,
        Restless,
    }

    /// An inbox of names, and what a daemon does with it that takes everything at once. Files settle in two looks, empty ones in twenty.
    struct Model {
        files: BTreeMap<PathBuf, Kind>,
        window: Window,
        settling: Settling<PathBuf>,
        looks: u64,
        /// Parts looked at.
        parts: u64,
    }

    const ROOM: usize = 4;
    const LOOK: Duration = Duration::from_secs(1);
    const REST: Duration = Duration::from_secs(9);

    impl Model {
        fn with(kinds: &[Kind]) -> Self {
            let files = kinds.iter().enumerate().map(|(n, kind)| (format!("{n:03}").into(), *kind)).collect();
            Self { files, window: Window::default(), settling: Settling::new(LOOK * 2), looks: 0, parts: 0 }
        }

        fn put(&mut self, name: &str, kind: Kind) {
            self.files.insert(name.into(), kind);
            self.window.notices();
        }

        fn kinds(&self, wanted: Kind) -> usize {
            self.files.values().filter(|kind| **kind == wanted).count()
        }

        /// As the daemon does it.
        fn look(&mut self) {
            self.looks += 1;
            let now = LOOK * self.looks as u32;
            while self.window.rest(now, REST).is_none() && self.look_at_part() {}
        }

        fn look_at_part(&mut self) -> bool {
            let now = LOOK * self.looks as u32;
            self.parts += 1;
            let mut behind = self.files.keys().filter(|path| self.window.after().is_none_or(|after| path.as_path() > after)).cloned();
            let files: Vec<_> = behind.by_ref().take(ROOM).map(|path| Found { path, folder: None }).collect();
            let mut part = Part { files, problems: vec![], next: behind.next() };
            drop(behind);
            self.window.saw(&mut part, now);
            assert!(part.files.len() <= ROOM);
            let looks = part.files.into_iter().map(|found| {
                let kind = self.files[&found.path];
                let changed = if kind == Kind::Restless { i128::from(self.looks) } else { 0 };
                (found.path, Look { size: u64::from(kind != Kind::Empty), changed: (changed, changed), inode: 1 })
            });
            let settled = self.settling.look(looks, now);
            for path in &settled {
                match self.files[path] {
                    Kind::Refused => drop(self.settling.later(path, now)),
                    _ => {
                        self.files.remove(path);
                        self.window.moves();
                    }
                }
            }
            let is_tried = |path: &PathBuf| self.files.get(path) == Some(&Kind::Refused);
            !self.settling.awaits(self.window.since(), now, |_| false) && self.window.go_on(self.settling.unsettled().all(is_tried), now)
        }

        fn is_settled(&self) -> bool {
            self.window.is_settled(self.settling.unsettled().all(|path| self.files[path] == Kind::Refused))
        }
    }

    #[test]
    fn all_are_taken_whatever_stays_before_them() {
        for stays in [Kind::Refused, Kind::Restless] {
            for before in [0, 3, 4, 5, 30] {
                let kinds = [vec![stays; before], vec![Kind::Good; 30], vec![Kind::Empty; 6], vec![stays; 3], vec![Kind::Good]].concat();
                let mut model = Model::with(&kinds);
                (0..300).for_each(|_| model.look());
                assert_eq!((model.kinds(Kind::Good), model.kinds(Kind::Empty)), (0, 0), "{before}");
                assert_eq!(model.is_settled(), stays == Kind::Refused, "{before}: who keeps changing is waited for");
            }
        }
    }

    #[test]
    fn who_keeps_adding_files_holds_up_nobody() {
        for stream in ["", "0", "002-", "009-", "zz"] {
            for ascending in [true, false] {
                let mut model = Model::with(&[vec![Kind::Refused; 9], vec![Kind::Good, Kind::Empty]].concat());
                for n in 0..400 {
                    let n = if ascending { n } else { 999 - n };
                    model.put(&format!("{stream}{n:03}-stream"), Kind::Good);
                    if n == 50 {
                        model.put("000-new", Kind::Good);
                        model.put("003-new", Kind::Empty);
                        model.put("zzz-new", Kind::Good);
                    }
                    model.look();
                }
                let left: Vec<_> = model.files.iter().filter(|(_, kind)| **kind != Kind::Refused).map(|(path, _)| path).collect();
                assert!(left.iter().all(|path| path.to_string_lossy().ends_with("-stream")), "{stream:?}: {left:?}");
                assert!(left.len() < 100, "{stream:?}: those that come are taken too, but for {}", left.len());
            }
        }
    }

    #[test]
    fn it_is_not_settled_while_files_are_left() {
        for after in [0, 9] {
            let mut model = Model::with(&[vec![Kind::Refused; 9], vec![Kind::Good; 9], vec![Kind::Refused; after]].concat());
            model.look();
            while !model.is_settled() {
                model.look();
            }
            assert_eq!(model.files.len(), 9 + after);
        }
    }

    #[test]
    fn it_is_not_settled_after_something_moved() {
        let mut model = Model::with(&[Kind::Refused; 9]);
        while !model.window.is_settled(false) {
            model.look();
        }
        model.window.moves();
        assert!(!model.window.is_settled(false), "it may have been given back");
    }

    #[test]
    fn who_can_take_nothing_rests_until_something_happens() {
        let mut model = Model::with(&[Kind::Refused; 30]);
        (0..1000).for_each(|_| model.look());
        assert!((800..1100).contains(&model.parts), "24 looks a round, which takes 16 and a rest of 9: {}", model.parts);
        for pause in 0..60 {
            model.put("0001", Kind::Good);
            let began = model.looks;
            while model.kinds(Kind::Good) > 0 {
                model.look();
            }
            assert!(model.looks - began <= 18, "what comes in a rest ends it, what comes in a round has the next one at once");
            (0..100 + pause).for_each(|_| model.look());
        }
    }

    #[test]
    fn a_small_inbox_is_looked_at_whole_all_the_time() {
        let mut model = Model::with(&[Kind::Refused, Kind::Restless, Kind::Good]);
        for _ in 0..9 {
            model.look();
            assert_eq!((model.window.after(), model.window.beyond()), (None, None));
        }
        assert_eq!(model.files.len(), 2);
    }
}
