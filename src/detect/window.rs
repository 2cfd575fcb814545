//! What stays in memory to be compared with: the window of publication time, the newest articles whatever their date, and no more than the limit.

use rustc_hash::FxHashSet;

use super::Detector;

/// Order numbers between two sweeps of what left the window.
const SWEEP: u32 = 8192;

impl Detector {
    /// The order number before which a detector that goes on with `next_pos` swept last: what was live then is live now.
    pub fn swept_before(next_pos: u32) -> u32 {
        next_pos - next_pos % SWEEP
    }

    /// What left the window, and the earliest of what is beyond the limit.
    fn leaving(&self) -> FxHashSet<u32> {
        let recent = self.next_pos.saturating_sub(self.settings.keep_recent);
        let begin = self.newest - self.settings.window_days * 24.0;
        let mut gone: FxHashSet<u32> =
            self.live.iter().filter(|(pos, a)| *pos < recent && a.when.is_none_or(|w| w.from < begin)).map(|(pos, _)| pos).collect();
        let beyond = (self.live.len() - gone.len()).saturating_sub(self.settings.max_live as usize);
        if beyond > 0 {
            let earliest: Vec<u32> = self.live.iter().map(|(pos, _)| pos).filter(|pos| !gone.contains(pos)).take(beyond).collect();
            gone.extend(earliest);
        }
        gone
    }

    /// Drops what left the window, now and then.
    pub(super) fn sweep(&mut self) {
        if !self.next_pos.is_multiple_of(SWEEP) {
            return;
        }
        let gone = self.leaving();
        if gone.is_empty() {
            return;
        }
        self.keep_seats(&gone);
        self.live.retain(|pos| !gone.contains(&pos));
        self.events.retain(|_, event| {
            event.members.retain(|pos| !gone.contains(pos));
            if event.members.is_empty() {
                self.event_numbers.remove(&event.id);
            }
            !event.members.is_empty()
        });
        let base = self.live.first().unwrap_or(self.next_pos);
        self.index.retain(base, |pos| !gone.contains(&pos));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, FileDigest};
    use crate::detect::features::Features;
    use crate::detect::live::When;
    use crate::detect::{Incoming, Settings};

    /// Order numbers that leave of ten articles, one published each hour.
    fn leaving(window_days: f64, keep_recent: u32, max_live: u32) -> Vec<u32> {
        let mut detector = Detector::new(Settings { window_days, keep_recent, max_live, ..Settings::default() }, 0);
        for n in 0..10u32 {
            let hour = 1000.0 + f64::from(n);
            detector.place(Incoming {
                id: ArticleId::new(&FileDigest::of(b"window"), n),
                features: Features::of("", &format!("Notice {n} of harbour works at quay {}", n * 7919), "en"),
                source: format!("Outlet {n}"),
                url: None,
                when: Some(When { from: hour, span: 0.0 }),
                dated: true,
                order: hour,
            });
        }
        let mut gone: Vec<u32> = detector.leaving().into_iter().collect();
        gone.sort_unstable();
        gone
    }

    #[test]
    fn the_window_and_the_newest_stay() {
        assert_eq!(leaving(1.0, 1, 1000), [] as [u32; 0]);
        assert_eq!(leaving(3.0 / 24.0, 1, 1000), [0, 1, 2, 3, 4, 5], "three hours and what was published then");
        assert_eq!(leaving(3.0 / 24.0, 7, 1000), [0, 1, 2], "the newest seven, whatever their date");
    }

    #[test]
    fn the_limit_goes_before_both() {
        assert_eq!(leaving(1.0, 1, 4), [0, 1, 2, 3, 4, 5]);
        assert_eq!(leaving(3.0 / 24.0, 7, 2), [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
