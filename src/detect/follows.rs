//! Threads: what an article goes on from when it is a happening of its own.
//!
//! Days later the talks follow the battle: another event, told with the same names and places. Time speaks against one event and not
//! against one thread, so the same score without its time terms, and with a bar of its own, says what follows what.

use super::score::NAMES;
use super::{Detector, Scored};

/// Log odds, without what time and rules took away, from which an article goes on from another.
const FOLLOWS: f32 = -3.0;
/// Features that speak of time.
const OF_TIME: [&str; 4] = ["hours", "hours_low", "weekday_same", "weekday_other"];

impl Detector {
    /// The earlier article of another event that an article goes on from, if one is close enough.
    pub(super) fn follows(&self, pos: u32, scored: &[Scored]) -> Option<u32> {
        let newcomer = &self.live[&pos];
        let earlier = |s: &&Scored| {
            let other = &self.live[&s.pos];
            other.event != newcomer.event && other.bonds().roundup_of.is_empty() && other.order <= newcomer.order
        };
        let timeless = |s: &Scored| {
            let of_time = NAMES
                .iter()
                .zip(s.features.iter().zip(&self.settings.model.of(&s.pair).features))
                .filter(|(name, _)| OF_TIME.contains(*name));
            let rules: f32 = s.rules.iter().map(|r| r.1).sum();
            s.log_odds - rules - of_time.map(|(_, (value, weight))| value * weight).sum::<f32>()
        };
        let best = scored.iter().filter(earlier).map(|s| (timeless(s), s.pos)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        best.filter(|(log_odds, _)| newcomer.bonds().roundup_of.is_empty() && *log_odds >= FOLLOWS).map(|(_, pos)| pos)
    }
}
