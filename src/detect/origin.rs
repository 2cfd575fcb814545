//! Whose words a text is in: its outlet's, and those of every outlet whose text it is made of or tells again.
//!
//! One outlet seldom tells one happening twice in other words. What it issues of the next happening is often more like what others made of
//! its first report than like that report itself, and would come in by them: so what others made of an outlet's texts counts as its own, though less.

use super::live::Live;
use super::regroup::NEAR;
use super::score::{Pair, probability};
use super::{Detector, Scored};

/// Share of a text from which it is made of what it copies.
const MADE_OF: f32 = 0.2;
/// Share of the shorter text from which the one copies the other.
const COPIED: f32 = 0.5;
/// Probability from which a text tells again what another tells.
const TELLS_AGAIN: f32 = 0.7;

impl Detector {
    /// Marks what others made of the texts of the newcomer's outlet.
    pub(super) fn claim_own(&self, newcomer: &Live, scored: &mut [Scored]) {
        let told_before = self.told_before(scored, &[]);
        for s in scored.iter_mut().filter(|s| !s.pair.same_source) {
            s.pair.retold = told_before.contains(&s.pos) || self.is_in_words_of(newcomer.source, &self.live[&s.pos], &[]);
        }
    }

    /// Marks what else is in the words of the outlets whose texts the newcomer, now compared with the closest, is made of or tells again; and
    /// takes the mark from what it copies, and from what tells again the very text that the newcomer tells again: those three are one report.
    pub(super) fn trace_back(&self, newcomer: &Live, scored: &mut [Scored]) {
        let is_origin = |s: &Scored| s.probability >= TELLS_AGAIN || s.overlap.as_ref().is_some_and(|o| o.of_a >= MADE_OF);
        let (origins, sources): (Vec<u32>, Vec<u32>) =
            scored.iter().filter(|s| is_origin(s)).map(|s| (s.pos, self.live[&s.pos].source)).unzip();
        let told_before = self.told_before(scored, &origins);
        for s in scored.iter_mut().filter(|s| s.pair.retold) {
            // What it copies for the most part is no next item, whoever else tells that.
            let is_copied = s.overlap.as_ref().is_some_and(|o| o.shorter >= COPIED);
            let text = &self.live[&s.pos];
            if is_copied || !(told_before.contains(&s.pos) || self.is_in_words_of(newcomer.source, text, &origins)) {
                s.pair.retold = false;
                self.weigh(s);
            }
        }
        for s in scored.iter_mut().filter(|s| !s.pair.is_in_words_of_one() && !is_origin(s)) {
            if sources.iter().any(|source| self.is_in_words_of(*source, &self.live[&s.pos], &origins)) {
                s.pair.retold = true;
                self.weigh(s);
            }
        }
    }

    /// What the outlet's own texts, but for those at `except`, tell again: it came before them.
    fn told_before(&self, scored: &[Scored], except: &[u32]) -> Vec<u32> {
        let own = scored.iter().filter(|s| s.pair.same_source && !except.contains(&s.pos)).flat_map(|s| &self.live[&s.pos].links);
        own.filter(|(_, p)| *p >= TELLS_AGAIN).map(|(pos, _)| *pos).collect()
    }

    /// Whether this source published a text, or an earlier one that it is made of or tells again and that is not among `except`.
    fn is_in_words_of(&self, source: u32, text: &Live, except: &[u32]) -> bool {
        let made_of = text.copies.iter().filter(|c| c.of_this >= MADE_OF).map(|c| c.other);
        let tells_again = text.links.iter().filter(|(_, p)| *p >= TELLS_AGAIN).map(|(pos, _)| *pos);
        let by_source = |text: &Live| text.source == source;
        let mut others = made_of.chain(tells_again).filter(|pos| !except.contains(pos));
        source != u32::MAX && (by_source(text) || others.any(|pos| self.live.get(&pos).is_some_and(&by_source)))
    }

    /// The probabilities that change between texts that came before the newcomer and were published after it: whether both are in the words
    /// of one outlet may be known only now.
    pub(super) fn marked_late(&self, pos: u32, scored: &[Scored]) -> Vec<(u32, u32, f32)> {
        let newcomer = &self.live[&pos];
        let is_late = |other: &u32| self.live[other].order > newcomer.order;
        if newcomer.shadow_of.is_some() || !scored.iter().any(|s| s.probability >= NEAR && is_late(&s.pos)) {
            return Vec::new();
        }
        let touched = self.touched(pos, scored);
        let pool = self.pool(pos, &touched);
        let made: Vec<Made> = pool.iter().map(|text| self.made(*text, &pool)).collect();
        let mut changed = Vec::new();
        for (i, a) in made.iter().enumerate().filter(|(_, a)| a.pos != pos) {
            for b in made[..i].iter().filter(|b| b.pos != pos && (is_late(&a.pos) || is_late(&b.pos))) {
                changed.extend(self.marked(a.pos, b.pos, self.are_in_words_of_one(a, b)));
            }
        }
        changed
    }

    /// The earlier published of what a text is made of or tells again, as far as the articles in question know.
    fn made(&self, pos: u32, pool: &[u32]) -> Made {
        let text = &self.live[&pos];
        let tells_again = |links: &[(u32, f32)], other: u32| links.iter().any(|(to, p)| *to == other && *p >= TELLS_AGAIN);
        let copied = text.copies.iter().filter(|c| c.of_this >= MADE_OF).map(|c| c.other);
        let told = text.links.iter().filter(|(_, p)| *p >= TELLS_AGAIN).map(|(other, _)| *other);
        let told_since = pool.iter().copied().filter(|other| tells_again(&self.live[other].links, pos));
        let is_earlier = |other: &u32| self.live.get(other).is_some_and(|other| other.order <= text.order);
        Made { pos, of: copied.chain(told).chain(told_since).filter(is_earlier).collect() }
    }

    /// Whether two texts of different outlets are in the words of one: in those of either's own, or both in those of a third where neither tells
    /// the other again. What copies the other, or is made of the very same text, is no next item.
    fn are_in_words_of_one(&self, a: &Made, b: &Made) -> bool {
        let [own_a, own_b] = [a.pos, b.pos].map(|pos| self.live[&pos].source);
        if own_a == own_b || self.live[&a.pos].copies.iter().any(|c| c.other == b.pos && c.shorter >= COPIED) {
            return false;
        }
        let words_of = |made: &Made, other: &Made| -> Vec<u32> {
            let of = made.of.iter().filter(|of| **of != other.pos && !other.of.contains(of));
            of.map(|of| self.live[of].source).filter(|source| *source != u32::MAX).collect()
        };
        let (of_a, of_b) = (words_of(a, b), words_of(b, a));
        let tells_again = a.of.contains(&b.pos) || b.of.contains(&a.pos);
        of_a.contains(&own_b) || of_b.contains(&own_a) || !tells_again && of_a.iter().any(|source| of_b.contains(source))
    }

    /// The pair with its probability once it is marked, or no longer; none if it is so already, or nothing is kept of it.
    fn marked(&self, a: u32, b: u32, retold: bool) -> Option<(u32, u32, f32)> {
        let (first, last) = (a.min(b), a.max(b));
        if self.live[&last].bonds().retold.contains(&first) == retold {
            return None;
        }
        let p = self.live[&last].links.iter().find(|(other, p)| *other == first && *p > 0.0)?.1;
        let pair = self.measure_all(&self.live[&last], &[first]).first()?.pair;
        let weights = self.settings.model.of(&pair);
        let log_odds = |retold| weights.log_odds(&Pair { retold, ..pair }.features());
        let odds = (f64::from(p) / (1.0 - f64::from(p)).max(1e-6)).ln() as f32;
        Some((first, last, probability(odds + log_odds(retold) - log_odds(!retold))))
    }

    /// Keeps what became known of pairs of earlier texts.
    pub(super) fn mark(&mut self, marked: &[(u32, u32, f32)]) {
        for (first, last, p) in marked {
            let Some(text) = self.live.get_mut(last) else { continue };
            text.links.iter_mut().filter(|(other, _)| other == first).for_each(|(_, link)| *link = *p);
            let retold = &mut text.bonds_mut().retold;
            match retold.iter().position(|other| other == first) {
                Some(at) => drop(retold.remove(at)),
                None => retold.push(*first),
            }
        }
    }
}

/// A text, and what it is made of or tells again.
struct Made {
    pos: u32,
    of: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, FileDigest};
    use crate::detect::features::Features;
    use crate::detect::live::When;
    use crate::detect::{Incoming, Settings};

    const WIRE: &str = "Two miners died when a gallery of the Korvath pit fell in on Monday morning, the rescue service of Dellin said. \
                        Eleven others walked out by themselves before noon, and the owner stopped all work below the third level.";
    const PAPER: &str = "Two miners died when a gallery of the Korvath pit fell in on Monday morning, the rescue service of Dellin said. \
                         Their names were not given; the mayor spoke of a black day for a town that lives on coal.";
    const NEXT: &str = "Smoke filled the Sorrin colliery after a conveyor burned on Monday evening; nobody was hurt, firemen of Hallow said, \
                        and miners are to go down again within a week, once inspectors have looked at the cables.";
    const POST: &str = "Eleven others walked out by themselves before noon, and the owner stopped all work below the third level. Families \
                        stood at the gate of Korvath until the names of both dead were read to them in the evening.";
    const ELSEWHERE: &str = "Coal prices rose for the fourth week as ships waited off the harbour of Hallow, brokers said on Monday, while \
                             inspectors of the ministry counted stocks.";

    fn incoming(n: u32, source: &str, text: &str) -> Incoming {
        let hour = f64::from(n);
        Incoming {
            id: ArticleId::new(&FileDigest::of(b"origin"), n),
            features: Features::of("", text, "en"),
            source: source.to_owned(),
            url: None,
            when: Some(When { from: hour, span: 0.0 }),
            dated: true,
            order: hour,
        }
    }

    /// Whether each text that came before is in the words of the source of the last.
    fn retold(texts: &[(&str, &str)]) -> Vec<bool> {
        let mut detector = Detector::new(Settings::default(), 0);
        let ((last_source, last), before) = texts.split_last().unwrap();
        for (n, (source, text)) in (0..).zip(before) {
            detector.place(incoming(n, source, text));
        }
        let (newcomer, keys) = detector.admit(incoming(before.len() as u32, last_source, last));
        let candidates = detector.index.find(&keys);
        let mut scored = detector.score(&newcomer, &keys, &candidates, None);
        detector.align(&newcomer, &mut scored, &candidates);
        (0..before.len()).map(|n| scored.iter().any(|s| s.pos == n as u32 && s.pair.retold)).collect()
    }

    #[test]
    fn what_others_made_of_an_outlets_text_is_in_its_words() {
        let texts = [("Wire", WIRE), ("Paper", PAPER), ("Post", ELSEWHERE), ("Wire", NEXT)];
        assert_eq!(retold(&texts), [false, true, false], "the first is its own, the second made of it, the third of neither");
        assert_eq!(retold(&[("Paper", PAPER), ("Wire", WIRE), ("Wire", NEXT)]), [true, false], "also where the outlet's own came later");
    }

    #[test]
    fn what_is_made_of_an_outlets_text_is_as_far_from_its_next() {
        let texts = [("Wire", NEXT), ("Post", ELSEWHERE), ("Wire", WIRE), ("Paper", PAPER)];
        assert_eq!(retold(&texts), [true, false, false], "the third is what it is made of");
    }

    #[test]
    fn two_texts_made_of_one_are_no_next_items_of_each_other() {
        assert_eq!(retold(&[("Wire", WIRE), ("Paper", PAPER), ("Post", POST)]), [false, false]);
        assert_eq!(retold(&[("Wire", WIRE), ("Paper", PAPER), ("Wire", POST)]), [false, false], "also where the outlet itself goes on");
    }

    #[test]
    fn a_copy_is_no_next_item_of_the_outlet_whose_words_it_is_in() {
        assert_eq!(retold(&[("Wire", WIRE), ("Paper", PAPER), ("Wire", PAPER)]), [false, false]);
    }

    #[test]
    fn what_came_before_its_origin_is_marked_with_that() {
        // The next item of the wire, in many words of what the paper made of its first.
        const LIKE_PAPER: &str = "Again a gallery of a pit near Dellin buried miners: rescue men said on Tuesday that two had died at Sorrin. \
                                  Nobody gave a name. For coal, and the town that lives on it, the mayor said, every day is black now.";
        let placed = |texts: &[(u32, &str, &str)]| {
            let mut detector = Detector::new(Settings::default(), 0);
            texts.iter().for_each(|(hour, source, text)| drop(detector.place(incoming(*hour, source, text))));
            let [paper, next] = [1, 2].map(|hour| detector.live.iter().find(|(_, t)| t.order == f64::from(hour)).unwrap().0);
            let (first, last) = (paper.min(next), paper.max(next));
            let text = &detector.live[&last];
            let p = text.links.iter().find(|(other, _)| *other == first).unwrap().1;
            (text.bonds().retold.contains(&first), p)
        };
        let (wire, paper, next) = ((0, "Wire", WIRE), (1, "Paper", PAPER), (2, "Wire", LIKE_PAPER));
        let (is_marked, unknown) = placed(&[paper, next]);
        assert!(!is_marked);
        for order in [[wire, paper, next], [paper, next, wire], [next, paper, wire]] {
            let (is_marked, p) = placed(&order);
            assert!(is_marked && p < unknown, "{:?}: {p} is no less than {unknown}", order.map(|(hour, ..)| hour));
        }
    }
}
