//! What an article brings to the counts that words and pairs of words are weighed by.

use super::bigrams::Bigrams;
use super::stories::relation_of;
use super::weights::ln_of_bigram_events;
use super::words::Words;
use super::{Detector, Live};

/// Members asked whether their event already holds a word: the first and the last of them.
const ASKED_FIRST: usize = 8;
const ASKED_LAST: usize = 8;
/// Independent texts of one outlet in an event from which a further one is taken for news of its own.
const RETOLD: usize = 2;

impl Detector {
    /// Whether the newcomer's outlet has told of its event in several texts already, each in words of its own as the newcomer is, and neither a
    /// part nor a version of the same item.
    pub(super) fn is_retold(&self, pos: u32) -> bool {
        let newcomer = &self.live[&pos];
        // A mere copy is spared the walk: its event may have thousands of members.
        if newcomer.shadow_of.is_some() || newcomer.source == u32::MAX {
            return false;
        }
        // What it shares with earlier texts stands first.
        let copies = |m: u32, text: &Live| text.copies.iter().take_while(|c| c.other < m).any(|c| relation_of(c).is_some());
        let is_own = |m: u32, text: &Live| text.bonds().parts.is_empty() && !copies(m, text);
        let is_version = |text: &Live| text.url != 0 && text.url == newcomer.url;
        let earlier = self.events[&newcomer.event].members.iter().filter(|m| **m != pos).map(|m| (*m, &self.live[m]));
        let of_outlet = earlier.filter(|(m, text)| text.source == newcomer.source && !is_version(text) && is_own(*m, text));
        is_own(pos, newcomer) && of_outlet.take(RETOLD).count() == RETOLD
    }

    /// Counts the words that the newcomer brings to its event. Tells whether it founded it.
    ///
    /// What one outlet tells again and again may be a topic and not a happening: all words of a text so `retold` count anew, as those of
    /// another event would. Otherwise the words of a topic once taken for one event would never become common, and draw in ever more of it.
    ///
    /// `known` is what its pairs weighed when it came, of an article that is restored; then they are counted only if that is asked for.
    pub(super) fn count(&mut self, pos: u32, retold: bool, known: Option<(f32, u32)>, with_pairs: bool) -> bool {
        let newcomer = &self.live[&pos];
        if newcomer.shadow_of.is_some() {
            return false;
        }
        let others: Vec<u32> =
            self.events[&newcomer.event].members.iter().copied().filter(|m| *m != pos && self.live[m].shadow_of.is_none()).collect();
        let last = others.len().saturating_sub(ASKED_LAST).max(ASKED_FIRST.min(others.len()));
        let founder = others.is_empty();
        let asked = others.iter().take(ASKED_FIRST).chain(&others[last..]);
        let asked: Vec<&Live> = asked.filter(|_| !retold).map(|m| &self.live[m]).collect();
        let with_pairs = with_pairs || known.is_none();
        let (held_terms, held_pairs) = self.held(&newcomer.words, &asked, with_pairs);
        if founder {
            self.counts.add_event(newcomer.language);
        }
        newcomer.words.numbers().zip(held_terms).filter(|(_, held)| !held).for_each(|(no, _)| self.counts.add_term(no));
        let ln = known.map_or_else(|| self.counts.ln_bigram_events(newcomer.language), |(_, events)| ln_of_bigram_events(events));
        let mut sum = 0.0;
        if with_pairs {
            let pairs = newcomer.words.word_pairs().into_iter().zip(held_pairs);
            sum = pairs.map(|(b, held)| if held { self.counts.bigram_weight(b, ln) } else { self.counts.add_bigram(b, ln) }).sum();
        }
        let newcomer = self.live.get_mut(&pos).expect("looked at above");
        newcomer.bigram_sum = (known.map_or(sum, |(sum, _)| sum), ln);
        newcomer.words.settle();
        founder
    }

    /// Which of a text's distinct words, and of its pairs if they are asked for, any of these articles has too.
    fn held(&self, words: &Words, asked: &[&Live], with_pairs: bool) -> (Vec<bool>, Vec<bool>) {
        let (mut terms, mut pairs) = (vec![false; words.len()], vec![false; words.pair_count()]);
        if asked.is_empty() {
            return (terms, pairs);
        }
        let mut bigrams = with_pairs.then(|| Bigrams::of(&words.pairs()));
        let mut own = Vec::new();
        self.with_places(words, |at| {
            for article in asked {
                own.clear();
                own.extend(article.words.numbers().map(|no| at[no as usize]));
                own.iter().filter_map(|place| place.checked_sub(1)).for_each(|place| terms[usize::from(place)] = true);
                own.resize(article.words.places(), 0);
                if let Some(bigrams) = &mut bigrams {
                    bigrams.shared(&article.words, &own, |number| pairs[number] = true);
                }
            }
        });
        (terms, pairs)
    }
}

#[cfg(test)]
mod tests {
    use crate::article::{ArticleId, EventId, FileDigest};
    use crate::detect::features::Features;
    use crate::detect::weights::COUNTED_EVENTS;
    use crate::detect::{Detector, Incoming, Settings, Stored, Trace};

    fn incoming(n: u32, source: &str, text: &str) -> Incoming {
        at_address(n, source, text, None)
    }

    fn at_address(n: u32, source: &str, text: &str, url: Option<&str>) -> Incoming {
        let id = ArticleId::new(&FileDigest::of(b"regroup"), n);
        let features = Features::of("", text, "en");
        Incoming { id, features, source: source.into(), url: url.map(str::to_owned), when: None, dated: false, order: f64::from(n) }
    }

    fn weight_of_kestria(mut detector: Detector) -> f32 {
        let kestria = detector.counts.number(crate::text::words::hash("kestria"), Default::default());
        detector.counts.weight(kestria, detector.counts.ln_events(crate::text::words::hash("en")))
    }

    /// Weight of a word that three texts of one event hold.
    fn told(texts: [Incoming; 3], trace: &Trace) -> f32 {
        let mut detector = Detector::new(Settings::default(), 0);
        for (pos, incoming) in (0..).zip(texts) {
            detector.restore(Stored { pos, incoming, trace: trace.clone(), moves: vec![(pos, EventId([1; 10]))] });
        }
        weight_of_kestria(detector)
    }

    fn told_by(sources: [&str; 3]) -> f32 {
        told(std::array::from_fn(|n| incoming(n as u32, sources[n], TEXTS[n])), &Trace::default())
    }

    const TEXTS: [&str; 3] = [
        "Kestria votes in a tight race between two candidates on a rainy morning",
        "Ballot papers run short in the northern lakes of Kestria as queues grow",
        "A court in Kestria refuses to lift the ban on messaging before the count",
    ];

    #[test]
    fn what_one_outlet_tells_again_and_again_becomes_common() {
        let once = told_by(["Herald", "Courier", "Ledger"]);
        assert_eq!(told_by(["Herald", "Courier", "Herald"]), once, "twice is no more than an update");
        assert_eq!(told_by(["unknown"; 3]), once);
        assert!(told_by(["Herald"; 3]) < once - 1.0);
    }

    #[test]
    fn versions_and_parts_of_one_item_are_told_once() {
        let once = told_by(["Herald", "Courier", "Ledger"]);
        let herald = |url| std::array::from_fn(|n| at_address(n as u32, "Herald", TEXTS[n], url));
        assert_eq!(told(herald(Some("https://herald.example/live")), &Trace::default()), once, "one address");
        assert_eq!(told(herald(None), &Trace { parts: vec![0], ..Trace::default() }), once, "takes of one item");
        assert!(told(herald(None), &Trace::default()) < once);
    }

    #[test]
    fn copies_are_told_once() {
        let placed = |sources: [&str; 3]| {
            let mut detector = Detector::new(Settings::default(), 0);
            (0..).zip(sources).for_each(|(n, source)| drop(detector.place(incoming(n, source, TEXTS[0]))));
            assert_eq!(detector.event_of(0), detector.event_of(2));
            weight_of_kestria(detector)
        };
        assert_eq!(placed(["Herald"; 3]), placed(["Herald", "Courier", "Ledger"]));
    }
    #[test]
    fn pairs_of_long_ago_need_not_be_counted_again() {
        // Every third article tells of the happening before it, so that two in three found an event.
        let text = |n: u32| {
            let happening = n - u32::from(n % 3 == 2);
            format!(
                "Ferry number{happening} struck rock{happening} off isle{happening} and captain{happening} swam to shore{happening} while it sank"
            )
        };
        let incoming = |n: u32| incoming(n, &format!("Paper {}", n % 5), &text(n));
        let mut placed = Detector::new(Settings::default(), 0);
        let count = 2 * COUNTED_EVENTS as u32;
        let decided: Vec<_> = (0..count).map(|n| placed.place(incoming(n))).map(|decision| (decision.trace, decision.moves)).collect();
        let founders: Vec<u32> = (0..).zip(&decided).filter(|(_, (trace, _))| trace.founder).map(|(pos, _)| pos).collect();
        assert!((COUNTED_EVENTS..decided.len()).contains(&founders.len()));
        let restored = |from: u32| {
            let mut detector = Detector::new(Settings::default(), 0);
            detector.count_pairs_from(from);
            for (pos, (trace, moves)) in (0..).zip(decided.clone()) {
                detector.restore(Stored { pos, incoming: incoming(pos), trace, moves });
            }
            detector
        };
        let counted = |detector: &Detector| -> Vec<u16> {
            (0..count).flat_map(|pos| detector.live[&pos].words.word_pairs()).map(|pair| detector.counts.bigram_events(pair)).collect()
        };
        let from = founders[founders.len() - COUNTED_EVENTS];
        let (whole, late) = (restored(from), restored(from + 700));
        assert_eq!(counted(&whole), counted(&placed));
        assert_ne!(counted(&late), counted(&placed));
        assert!((0..count).all(|pos| whole.live[&pos].bigram_sum == placed.live[&pos].bigram_sum));
    }
}
