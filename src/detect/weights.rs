//! How much a shared word says: little for a common one, little for one that today's events all hold, much for a rare one.
//!
//! Words are counted once per event, however many copies an event has, so that a story told by forty outlets does not make its own
//! words worthless; only what one outlet tells for the third time counts again, as if it were another event. The count runs over the last
//! 500 to 1,000 events: what is on everybody's lips today weighs less today.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::flat::Flat;
use crate::text::prior::Level;

/// Events after which the older generation of counts is dropped.
const GENERATION: u32 = 500;
/// Events after which nothing of an earlier one is in the counts.
pub const COUNTED_EVENTS: usize = 2 * GENERATION as usize;
/// Weight of the prior, in events. Larger: slower to learn that a word is today's topic; smaller: the first events decide too much.
const PRIOR_EVENTS: f32 = 60.0;
/// The same for pairs of words, and the share of events assumed to hold an unseen pair.
const PRIOR_EVENTS_BIGRAM: f32 = 50.0;
const RARE_BIGRAM: f32 = 5e-4;
/// Pairs below this weight are stock phrases.
const COMMON_BIGRAM: f32 = 2.0;

/// Number of a term in this process; never stored.
pub type TermNo = u32;
/// The numbers of two words that stand side by side.
pub type WordPair = [TermNo; 2];

/// A language, by the hash of its tag.
pub type LanguageNo = u32;

#[derive(Clone, Copy)]
struct Count {
    new: u16,
    old: u16,
    /// `PRIOR_EVENTS` times the prior share.
    prior: f32,
}

/// How many recent events hold each word and each pair of words.
#[derive(Default)]
pub struct Counts {
    /// The number of the term with each hash, plus 1.
    numbers: Flat<u32, TermNo>,
    hashes: Vec<u32>,
    terms: Vec<Count>,
    /// ln of the part of each term's probability that is its own; apart from `terms`, since it is read at random and often.
    ln: Vec<f32>,
    /// Terms counted in this generation and in the one before.
    counted: Vec<TermNo>,
    old_counted: Vec<TermNo>,
    /// Events of this generation and of the one before that hold each pair.
    bigrams: Flat<WordPair, [u16; 2]>,
    /// Events of this generation, in all languages.
    events: u32,
    /// Events of this generation and of the one before, by language.
    by_language: FxHashMap<LanguageNo, [u32; 2]>,
}

impl Counts {
    /// The number of the term with this hash, given out at first sight.
    pub fn number(&mut self, hash: u32, level: Level) -> TermNo {
        let next = self.terms.len() as TermNo;
        let no = self.numbers.change(hash, |known| if known == 0 { next + 1 } else { known }).1 - 1;
        let prior = PRIOR_EVENTS * level.share() as f32;
        if no == next {
            self.hashes.push(hash);
            self.terms.push(Count { new: 0, old: 0, prior });
            self.ln.push(prior.ln());
        } else if prior > self.terms[no as usize].prior {
            // Met before where it is foreign: a name in one language may be "at" in another.
            self.terms[no as usize].prior = prior;
            self.ln[no as usize] = ln_of(&self.terms[no as usize]);
        }
        no
    }

    /// Number of terms that have a number.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether no term has a number yet.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The hash behind a number.
    pub fn hash(&self, no: TermNo) -> u32 {
        self.hashes[no as usize]
    }

    /// Recent events in a language: where most of a store is in others, its "the" is not rare.
    pub fn events_in(&self, language: LanguageNo) -> f32 {
        self.by_language.get(&language).map_or(0.0, |[new, old]| (new + old) as f32)
    }

    /// ln of the number of events that the counts stand for in a language. What is common to all weights of a text of one moment.
    pub fn ln_events(&self, language: LanguageNo) -> f32 {
        (self.events_in(language) + PRIOR_EVENTS).ln()
    }

    /// Weight of a term, in nats: −ln of the share of *other* events that hold it. Never negative.
    #[inline]
    pub fn weight(&self, no: TermNo, ln_events: f32) -> f32 {
        (ln_events - self.ln[no as usize]).max(0.0)
    }

    /// The same, were these events not known that hold it.
    pub fn weight_before(&self, no: TermNo, ln_events: f32, later: u16) -> f32 {
        let Count { new, old, prior } = self.terms[no as usize];
        (ln_events - ln_of(&Count { new: (new + old).saturating_sub(later), old: 0, prior })).max(0.0)
    }

    /// Weight of a pair of neighbouring words, in nats above that of a stock phrase, by [`Counts::ln_bigram_events`] of its text.
    pub fn bigram_weight(&self, bigram: WordPair, ln_events: f32) -> f32 {
        weight_of_bigram_in(self.bigram_events(bigram), ln_events)
    }

    /// Recent events that hold the pair.
    pub fn bigram_events(&self, bigram: WordPair) -> u16 {
        let [new, old] = self.bigrams.get(bigram);
        new.saturating_add(old)
    }

    /// ln of the events behind the pair weights of a text in a language; also for carrying a sum of them from one moment to another.
    pub fn ln_bigram_events(&self, language: LanguageNo) -> f32 {
        ln_of_bigram_events(self.events_in(language) as u32)
    }

    /// Counts a new event, founded by a text in a language.
    pub fn add_event(&mut self, language: LanguageNo) {
        if self.events == GENERATION {
            self.next_generation();
            self.events = 0;
            self.by_language.retain(|_, [new, old]| {
                (*new, *old) = (0, *new);
                *old > 0
            });
            self.bigrams.change_all(|[new, _]| [0, new]);
        }
        self.events += 1;
        self.by_language.entry(language).or_default()[0] += 1;
    }

    /// Counts a term that its event did not hold before.
    pub fn add_term(&mut self, no: TermNo) {
        let count = &mut self.terms[no as usize];
        if count.new == 0 {
            self.counted.push(no);
        }
        count.new = count.new.saturating_add(1);
        self.ln[no as usize] = ln_of(count);
    }

    /// What was new becomes old, and what was old is forgotten.
    fn next_generation(&mut self) {
        for no in std::mem::take(&mut self.old_counted) {
            self.terms[no as usize].old = 0;
            self.ln[no as usize] = ln_of(&self.terms[no as usize]);
        }
        self.old_counted = std::mem::take(&mut self.counted);
        for &no in &self.old_counted {
            let count = &mut self.terms[no as usize];
            (count.old, count.new) = (count.new, 0);
            self.ln[no as usize] = ln_of(count);
        }
    }

    /// Counts a pair that its event did not hold before, and returns its weight with that.
    pub fn add_bigram(&mut self, bigram: WordPair, ln_events: f32) -> f32 {
        let (_, [new, old]) = self.bigrams.change(bigram, |[new, old]| [new.saturating_add(1), old]);
        weight_of_bigram_in(new.saturating_add(old), ln_events)
    }
}

/// [`Counts::ln_bigram_events`] where there were so many recent events.
pub fn ln_of_bigram_events(events: u32) -> f32 {
    (events as f32 + PRIOR_EVENTS_BIGRAM).ln()
}

fn weight_of_bigram_in(events: u16, ln_events: f32) -> f32 {
    // Nearly all pairs are in a few events: their logarithms are taken once.
    static LN: LazyLock<[f32; 64]> = LazyLock::new(|| std::array::from_fn(|events| ln_of_bigram(events as u16)));
    let ln = LN.get(usize::from(events)).copied().unwrap_or_else(|| ln_of_bigram(events));
    (ln_events - ln - COMMON_BIGRAM).max(0.0)
}

fn ln_of_bigram(events: u16) -> f32 {
    (f32::from(events) + PRIOR_EVENTS_BIGRAM * RARE_BIGRAM).ln()
}

/// The candidate's own event holds the word by construction, so one event is taken out.
fn ln_of(count: &Count) -> f32 {
    let others = (u32::from(count.new) + u32::from(count.old)).saturating_sub(1);
    (others as f32 + count.prior).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_day_loses_weight_and_wins_it_back() {
        let mut counts = Counts::default();
        let topic = counts.number(1, Level(0));
        let rare = counts.number(2, Level(0));
        for _ in 0..100 {
            counts.add_event(0);
            counts.add_term(topic);
        }
        let now = counts.ln_events(0);
        assert!(counts.weight(topic, now) < 0.5);
        assert!(counts.weight(rare, now) > 8.0);
        for _ in 0..2 * GENERATION {
            counts.add_event(0);
        }
        let later = counts.ln_events(0);
        assert!(counts.weight(topic, later) == counts.weight(rare, later), "forgotten after two generations");
    }

    #[test]
    fn a_word_weighs_by_the_events_of_its_own_language() {
        const FRENCH: LanguageNo = 1;
        let mut counts = Counts::default();
        let word = counts.number(1, Level(0));
        for _ in 0..20 {
            counts.add_event(FRENCH);
            counts.add_term(word);
        }
        let before = counts.weight(word, counts.ln_events(FRENCH));
        (0..GENERATION / 2).for_each(|_| counts.add_event(0));
        assert_eq!(counts.weight(word, counts.ln_events(FRENCH)), before, "news in other languages does not make it rare");
        let bigram = counts.ln_bigram_events(FRENCH);
        counts.add_event(0);
        assert_eq!(counts.ln_bigram_events(FRENCH), bigram);
    }

    #[test]
    fn the_own_event_does_not_count() {
        let mut counts = Counts::default();
        let (seen, unseen) = (counts.number(1, Level(0)), counts.number(2, Level(0)));
        counts.add_event(0);
        counts.add_term(seen);
        assert_eq!(counts.weight(seen, counts.ln_events(0)), counts.weight(unseen, counts.ln_events(0)));
    }
}
