//! What is known of a late text's words only by what happened after it.
//!
//! A name that nobody knew becomes common by what is told of it afterwards. Were two reports of the first happening measured by that, because
//! one of them came last, they would be less alike than if both had come in time. So events that began later than both do not count.

use super::Detector;
use super::live::Live;
use super::weights::TermNo;

/// Hours from which a newcomer came late: to be minutes behind others is usual, and changes next to nothing.
const LATE: f64 = 1.0;
/// Articles that have a word among their heaviest, up to which it is asked who told it when. It takes time, and common words hardly change.
const LISTED: usize = 24;

/// The words of a newcomer with the begins, in hours, of the events that told them after it was published.
#[derive(Default)]
pub(super) struct Afterwards(Vec<(TermNo, Vec<f64>)>);

impl Afterwards {
    /// The words that events told which began after this hour, and how many.
    pub(super) fn than(&self, end: f64) -> impl Iterator<Item = (TermNo, u16)> + '_ {
        let after = move |begins: &[f64]| begins.iter().filter(|begin| **begin > end).count() as u16;
        self.0.iter().map(move |(no, begins)| (*no, after(begins))).filter(|(_, events)| *events > 0)
    }
}

impl Detector {
    /// What was told of the newcomer's words after it was published, but for common ones.
    pub(super) fn afterwards(&self, newcomer: &Live) -> Afterwards {
        let Some(end) = newcomer.when.map(|w| w.end()).filter(|end| *end + LATE < self.newest) else {
            return Afterwards::default();
        };
        let begins = |no: TermNo| -> Vec<f64> {
            let mut begins: Vec<(u32, f64)> = Vec::new();
            for text in self.index.all_with(no, LISTED).iter().filter_map(|pos| self.live.get(pos)) {
                let at = text.when.map_or(f64::NEG_INFINITY, |w| w.from);
                match begins.iter_mut().find(|(event, _)| *event == text.event) {
                    Some((_, begin)) => *begin = begin.min(at),
                    None => begins.push((text.event, at)),
                }
            }
            begins.into_iter().map(|(_, begin)| begin).filter(|begin| *begin > end).collect()
        };
        let told = newcomer.words.numbers().map(|no| (no, begins(no)));
        Afterwards(told.filter(|(_, begins)| !begins.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::article::{ArticleId, FileDigest};
    use crate::detect::features::Features;
    use crate::detect::live::{Live, When};
    use crate::detect::{Detector, Incoming, Settings};

    const FIRST: (f64, &str) = (1000.0, "A dredger named Ulvane ran onto the Sker bank off Tarnmouth at dawn and was towed free by noon.");
    const AGAIN: (f64, &str) =
        (1002.0, "Ulvane, a dredger of Tarnmouth, was pulled from the Sker bank by two tugs; its crew stayed aboard.");
    const AFTER: [(f64, &str); 4] = [
        (1011.0, "Owners of Ulvane sue a pilot over charts of Sker that were drawn before the war."),
        (1012.0, "Tarnmouth council wants buoys at Sker, and asks what Ulvane had cost the harbour."),
        (1013.0, "An insurer refuses to pay for Ulvane, whose papers had run out in spring."),
        (1014.0, "Divers near Sker bring up a bell; some in Tarnmouth say it is older than Ulvane."),
    ];

    /// The last text, where the others came before it.
    fn last_of(texts: &[(f64, &str)]) -> (Detector, Live) {
        let mut detector = Detector::new(Settings::default(), 0);
        let incoming = |n: usize| {
            let (from, text) = texts[n];
            Incoming {
                id: ArticleId::new(&FileDigest::of(b"afterwards"), n as u32),
                features: Features::of("", text, "en"),
                source: n.to_string(),
                url: None,
                when: Some(When { from, span: 0.0 }),
                dated: true,
                order: from,
            }
        };
        (0..texts.len() - 1).for_each(|n| drop(detector.place(incoming(n))));
        let (newcomer, _) = detector.admit(incoming(texts.len() - 1));
        (detector, newcomer)
    }

    /// How alike the last text is to the first.
    fn likeness(texts: &[(f64, &str)]) -> f32 {
        let (detector, newcomer) = last_of(texts);
        detector.measure_all(&newcomer, &[0])[0].pair.contained
    }

    #[test]
    fn what_is_told_afterwards_makes_no_earlier_word_common() {
        let in_time = likeness(&[FIRST, AGAIN]);
        let [a, b, c, d] = AFTER;
        let late = likeness(&[FIRST, a, b, c, d, AGAIN]);
        assert!((late - in_time).abs() < 0.005, "{late} is not {in_time}");
        let before = AFTER.map(|(hour, text)| (hour - 100.0, text));
        let told_before = likeness(&[FIRST, before[0], before[1], before[2], before[3], AGAIN]);
        assert!(told_before < in_time - 0.02, "{told_before}: what was told before them does");
    }

    #[test]
    fn minutes_are_not_late() {
        let words = |hours: f64| {
            let [.., divers] = AFTER;
            let (detector, newcomer) = last_of(&[(FIRST.0 - 48.0, FIRST.1), (AGAIN.0 + hours, divers.1), AGAIN]);
            detector.afterwards(&newcomer).0.len()
        };
        assert_eq!(words(0.9), 0);
        assert!(words(1.1) > 1, "the names of ship and bank");
    }
}
