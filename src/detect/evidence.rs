//! The evidence behind a placement, in a form that can be stored and read aloud.

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::held::Held;
use super::live::CopyLink;
use super::passages::{Overlap, Run};
use super::score::Contribution;
use super::weights::TermNo;
use super::{Detector, Incoming, Live, Scored, align};
use crate::text::words::for_each_span;

/// Shared words named in evidence.
const WORDS: usize = 8;
/// Shared passages shown in evidence.
const PASSAGES: usize = 12;

/// Why an article is where it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Because {
    /// The closest article of the event it is in; `None` for one that stands alone.
    pub matched: Option<Evidence>,
    /// The closest article of another event, and why that is another.
    pub runner_up: Option<Evidence>,
    /// Average probability at which articles are one event.
    pub threshold: f32,
}

/// What was measured between an article and another.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Order number of the other article.
    pub other: u32,
    /// Probability that the two report one event.
    pub probability: f32,
    /// What the constant term, each feature and each rule added to the log odds; they sum up to those of `probability`.
    pub contributions: Vec<Contribution>,
    /// Hours between the two, if both are dated.
    pub hours: Option<f32>,
    /// The shared words that say most, best first.
    pub words: Vec<SharedWord>,
    /// What the texts share word for word, if they were compared so.
    pub copied: Option<CopyLink>,
    /// The longest shared runs of words, longest first.
    pub passages: Vec<Run>,
}

/// A word that two articles share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedWord {
    /// Hash of its stem.
    pub stem: u32,
    /// Which word of the article it is first, counted through title and text; known while it is placed only.
    #[serde(skip)]
    pub at: u32,
    /// How much it says, in nats.
    pub weight: f32,
    /// As the article spells it, once [`Because::spell`] has looked.
    pub word: String,
}

impl Detector {
    /// The evidence for the newcomer's place.
    pub(super) fn because(&self, pos: u32, scored: &[Scored]) -> Because {
        let newcomer = &self.live[&pos];
        let best = |same: bool| {
            let of_kind = scored.iter().filter(|s| (self.live[&s.pos].event == newcomer.event) == same);
            of_kind.max_by(|a, b| a.probability.total_cmp(&b.probability).then(b.pos.cmp(&a.pos))).map(|s| self.evidence(newcomer, s))
        };
        Because { matched: best(true), runner_up: best(false), threshold: self.settings.threshold }
    }

    fn evidence(&self, newcomer: &Live, scored: &Scored) -> Evidence {
        let passages = scored.overlap.as_ref().map(align::passages).unwrap_or_default();
        Evidence {
            other: scored.pos,
            probability: scored.probability,
            contributions: self.settings.model.of(&scored.pair).contributions(&scored.features, &scored.rules),
            hours: scored.pair.hours,
            words: self.shared_words(newcomer, &self.live[&scored.pos]),
            copied: scored.overlap.as_ref().map(|o: &Overlap| CopyLink::of(scored.pos, o)),
            passages: passages.into_iter().take(PASSAGES).collect(),
        }
    }

    fn shared_words(&self, a: &Live, b: &Live) -> Vec<SharedWord> {
        let ln_events = self.counts.ln_events(a.language);
        let weighed = |place: usize, no: TermNo| (self.counts.weight(no, ln_events), self.counts.hash(no), place);
        let own = || a.words.numbers().enumerate();
        let in_both = |at: &[u16]| own().filter(|(_, no)| at[*no as usize] > 0).map(|(place, no)| weighed(place, no)).collect();
        let mut shared: Vec<(f32, u32, usize)> = self.with_places(&b.words, in_both);
        let heaviest = |x: &(f32, u32, usize), y: &(f32, u32, usize)| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1));
        if shared.len() > WORDS {
            shared.select_nth_unstable_by(WORDS, heaviest);
            shared.truncate(WORDS);
        }
        shared.sort_unstable_by(heaviest);
        let first = |place| a.words.first_at(place).map_or(u32::MAX, |at| at as u32);
        shared.into_iter().map(|(weight, stem, place)| SharedWord { stem, at: first(place), weight, word: String::new() }).collect()
    }

    /// Measures two articles against each other with what the detector knows now, and remembers neither.
    ///
    /// `first` takes part as if it had just arrived before `second`.
    pub fn compare(mut self, first: Incoming, second: Incoming) -> Comparison {
        // Held by itself, it keeps its words even where it is one more of many copies.
        self.hold(Held::new(vec![vec![first.id]], &[], FxHashMap::default(), FxHashMap::default()));
        self.place(first);
        let pos = self.next_pos - 1;
        let (newcomer, keys) = self.admit(second);
        let mut candidates = self.index.find(&keys);
        candidates.retain(|c| c.pos != pos);
        let mut scored = self.score_with(&newcomer, &keys, &candidates, pos);
        self.align_one(&newcomer, &mut scored, pos);
        let Some(of_pair) = scored.iter().find(|s| s.pos == pos) else { return Comparison::default() };
        Comparison {
            evidence: self.evidence(&newcomer, of_pair),
            overlap: of_pair.overlap.clone().unwrap_or_default(),
            threshold: self.settings.threshold,
        }
    }
}

/// Two articles measured against each other.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Comparison {
    /// The evidence, seen from the second article.
    pub evidence: Evidence,
    /// All that they share word for word; `a` is the second article.
    pub overlap: Overlap,
    /// Probability from which a pair is one event.
    pub threshold: f32,
}

impl Because {
    /// Fills in how the article with this text spells the shared words.
    pub fn spell(&mut self, title: &str, text: &str, lang: &str) {
        spell([&mut self.matched, &mut self.runner_up].into_iter().flatten().flat_map(|e| &mut e.words), title, text, lang);
    }
}

impl Evidence {
    /// Fills in how the article with this text spells the shared words.
    pub fn spell(&mut self, title: &str, text: &str, lang: &str) {
        spell(self.words.iter_mut(), title, text, lang);
    }
}

fn spell<'w>(words: impl Iterator<Item = &'w mut SharedWord>, title: &str, text: &str, lang: &str) {
    let mut wanted: Vec<&mut SharedWord> = words.collect();
    wanted.sort_unstable_by_key(|word| word.at);
    let mut wanted = wanted.into_iter().peekable();
    let mut at = 0;
    for part in [title, text] {
        for_each_span(part, lang, |span| {
            while let Some(word) = wanted.next_if(|word| word.at == at) {
                word.word.push_str(&part[span.clone()]);
            }
            at += 1;
            if wanted.peek().is_none() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, Aside, AsideKind, FileDigest};
    use crate::detect::Settings;
    use crate::detect::features::Features;

    fn incoming(n: u32, title: &str, text: &str, asides: &[Aside]) -> Incoming {
        Incoming {
            id: ArticleId::new(&FileDigest::of(b"evidence"), n),
            features: Features::without(title, text, "en", asides),
            source: format!("Outlet {n}"),
            url: None,
            when: None,
            dated: false,
            order: f64::from(n),
        }
    }

    #[test]
    fn shared_words_are_spelled_as_the_article_first_spells_them() {
        let mut detector = Detector::new(Settings::default(), 0);
        detector.place(incoming(0, "Ferry sinks off Gull Island", "The ferry Marigold struck a reef off Gull Island and sank", &[]));
        let (title, text) = ("SINKING off Gull Island", "GULL RADIO: The “Márigold” struck a reef; 3.000 marigolds float, ferries sink");
        let outlet = Aside { start: 0, end: 10, kind: AsideKind::Boilerplate };
        let mut because = detector.place(incoming(1, title, text, &[outlet])).because;
        because.spell(title, text, "en");
        let words: Vec<String> = because.matched.unwrap().words.into_iter().map(|w| w.word).collect();
        for (spelled, is_said) in
            [("Márigold", true), ("SINKING", true), ("Gull", true), ("GULL", false), ("marigolds", false), ("", false)]
        {
            assert_eq!(words.iter().any(|w| w == spelled), is_said, "{spelled} in {words:?}");
        }
    }

    #[test]
    fn two_of_many_copies_are_copies_of_each_other() {
        let text = "The ferry Marigold struck a reef off Gull Island before dawn on Tuesday and sank in forty minutes, harbour master Selim Orun said";
        let copy = |n: u32| incoming(n, "Ferry sinks off Gull Island", text, &[]);
        let mut detector = Detector::new(Settings::default(), 0);
        (0..20).for_each(|n| drop(detector.place(copy(n))));
        assert!(detector.live[&19].shadow_of.is_some(), "the last is a mere copy");
        let compared = detector.compare(copy(20), copy(21));
        assert!(compared.overlap.of_a == 1.0 && compared.evidence.probability > 0.9, "{compared:?}");
    }
}
