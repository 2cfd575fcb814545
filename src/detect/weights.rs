//! How much a shared word says: little for a common one, little for one that today's events all hold, much for a rare one.
//!
//! Words are counted once per event, however many copies an event has, so that a story told by forty outlets does not make its own
//! words worthless; only what one outlet tells for the third time counts again, as if it were another event. The count runs over the last 500 to 1,000 events: what is on everybody's lips today weighs less today.

use rustc_hash::FxHashMap;

use crate::text::prior::Level;

/// Events after which the older generation of counts is dropped.
const GENERATION: u32 = 500;
/// Weight of the prior, in events. Larger: slower to learn that a word is today's topic; smaller: the first events decide too much.
const PRIOR_EVENTS: f32 = 60.0;
/// The same for pairs of words, and the share of events assumed to hold an unseen pair.
const PRIOR_EVENTS_BIGRAM: f32 = 50.0;
const RARE_BIGRAM: f32 = 5e-4;
/// Pairs below this weight are stock phrases.
const COMMON_BIGRAM: f32 = 2.0;

/// Number of a term in this process; never stored.
pub type TermNo = u32;

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
    numbers: FxHashMap<u32, TermNo>,
    hashes: Vec<u32>,
    terms: Vec<Count>,
    /// ln of the part of each term's probability that is its own; apart from `terms`, since it is read at random and often.
    ln: Vec<f32>,
    /// Terms counted in this generation and in the one before.
    counted: Vec<TermNo>,
    old_counted: Vec<TermNo>,
    /// Events of this generation and of the one before that hold each pair.
    bigrams: FxHashMap<u32, [u16; 2]>,
    events: u32,
    old_events: u32,
}

impl Counts {
    /// The number of the term with this hash, given out at first sight.
    pub fn number(&mut self, hash: u32, level: Level) -> TermNo {
        let next = self.terms.len() as TermNo;
        let no = *self.numbers.entry(hash).or_insert(next);
        if no == next {
            let prior = PRIOR_EVENTS * level.share() as f32;
            self.hashes.push(hash);
            self.terms.push(Count { new: 0, old: 0, prior });
            self.ln.push(prior.ln());
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

    /// ln of the number of events that the counts stand for. What is common to all weights of one moment.
    pub fn ln_events(&self) -> f32 {
        ((self.events + self.old_events) as f32 + PRIOR_EVENTS).ln()
    }

    /// Weight of a term, in nats: −ln of the share of *other* events that hold it. Never negative.
    #[inline]
    pub fn weight(&self, no: TermNo, ln_events: f32) -> f32 {
        (ln_events - self.ln[no as usize]).max(0.0)
    }

    /// Weight of a pair of neighbouring words, in nats above that of a stock phrase.
    pub fn bigram_weight(&self, bigram: u32) -> f32 {
        self.weight_of_bigram_in(self.bigram_events(bigram))
    }

    fn weight_of_bigram_in(&self, events: u16) -> f32 {
        let share =
            (f32::from(events) + PRIOR_EVENTS_BIGRAM * RARE_BIGRAM) / ((self.events + self.old_events) as f32 + PRIOR_EVENTS_BIGRAM);
        (-share.ln() - COMMON_BIGRAM).max(0.0)
    }

    /// Recent events that hold the pair.
    pub fn bigram_events(&self, bigram: u32) -> u16 {
        self.bigrams.get(&bigram).map_or(0, |[new, old]| new.saturating_add(*old))
    }

    /// ln of the events behind pair weights, for carrying a sum of weights from one moment to another.
    pub fn ln_bigram_events(&self) -> f32 {
        ((self.events + self.old_events) as f32 + PRIOR_EVENTS_BIGRAM).ln()
    }

    /// Counts a new event.
    pub fn add_event(&mut self) {
        if self.events == GENERATION {
            self.next_generation();
            self.old_events = std::mem::take(&mut self.events);
            self.bigrams.retain(|_, [new, old]| {
                (*new, *old) = (0, *new);
                *old > 0
            });
        }
        self.events += 1;
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
    pub fn add_bigram(&mut self, bigram: u32) -> f32 {
        let [new, old] = self.bigrams.entry(bigram).or_default();
        *new = new.saturating_add(1);
        let events = new.saturating_add(*old);
        self.weight_of_bigram_in(events)
    }
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
            counts.add_event();
            counts.add_term(topic);
        }
        let now = counts.ln_events();
        assert!(counts.weight(topic, now) < 0.5);
        assert!(counts.weight(rare, now) > 8.0);
        for _ in 0..2 * GENERATION {
            counts.add_event();
        }
        let later = counts.ln_events();
        assert!(counts.weight(topic, later) == counts.weight(rare, later), "forgotten after two generations");
    }

    #[test]
    fn the_own_event_does_not_count() {
        let mut counts = Counts::default();
        let (seen, unseen) = (counts.number(1, Level(0)), counts.number(2, Level(0)));
        counts.add_event();
        counts.add_term(seen);
        assert_eq!(counts.weight(seen, counts.ln_events()), counts.weight(unseen, counts.ln_events()));
    }
}
