//! Measuring a newcomer against its candidates: shared words, and the probability that follows.

use std::sync::LazyLock;

use super::afterwards::Afterwards;
use super::bigrams::{Bigrams, Sieve};
use super::index::{Candidate, Keys, WORTH_MEASURING};
use super::live::{Live, LiveTerm};
use super::score::{FAR_HOURS, Pair, probability};
use super::words::Words;
use super::{Detector, Scored};

/// Candidates measured in full, best first by shared rare words.
const MEASURED: usize = 16;
/// Further candidates measured because they share passages or a SimHash piece.
const MEASURED_COPIES: usize = 12;
/// Cosine below which a candidate is not worth a thought; every true pair of the labelled days lies above.
const MIN_COS: f32 = 0.03;
/// Other events over which the neighbourhood is averaged.
const NEIGHBOURS: usize = 10;
/// Weight, in nats, from which a word is rare.
const RARE: f32 = 5.0;

/// The newcomer's words, laid out for many comparisons.
struct Probe<'a> {
    ln_events: f32,
    /// Place of each of its terms, as [`Detector::with_places`] gives it.
    at: &'a [u16],
    sieve: Sieve,
    words: Weighted,
    bigrams: Bigrams,
    bigram_weights: Vec<f32>,
    bigram_sum: f32,
    /// Room for the place, among these words, of each of another text's.
    own: Vec<u16>,
}

/// The newcomer's words with their weights.
#[derive(Clone)]
struct Weighted {
    /// Weight, and the parts of body, lead and title vectors.
    terms: Vec<Parts>,
    norms: Parts,
    /// Number of rare terms.
    rare: u16,
    /// Weight of the title words.
    title: f32,
}

impl Weighted {
    fn of(terms: Vec<Parts>) -> Self {
        let mut norms = Parts::default();
        terms.iter().for_each(|p| norms.add_squares(p));
        let rare = terms.iter().filter(|p| p.weight >= RARE).count() as u16;
        let title = terms.iter().map(|p| p.title).sum();
        Self { terms, norms, rare, title }
    }
}

/// Weight of title words: of the newcomer's that the other has, of the other's that the newcomer has, and of all of the other's.
#[derive(Default)]
struct Titles {
    own: f32,
    others: f32,
    all: f32,
}

pub(super) fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// What the counts of a term make of its weight in each of the vectors.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Factors {
    body: f32,
    lead: f32,
    title: f32,
}

impl Factors {
    /// Those of a term.
    pub(super) fn of(term: LiveTerm) -> Self {
        Self { body: damped(term.count), lead: damped(term.lead), title: if term.title { 1.0 } else { 0.0 } }
    }
}

/// What a term adds to each of the vectors; as a sum, of squares but for the plain weight.
#[derive(Clone, Copy, Default)]
struct Parts {
    weight: f32,
    body: f32,
    lead: f32,
    title: f32,
}

/// 1 + ln(count), 0 for none: the tenth mention of a word says less than the second.
pub(super) fn damped(count: u8) -> f32 {
    static TABLE: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|n| if n == 0 { 0.0 } else { 1.0 + (n as f32).ln() }));
    TABLE[usize::from(count)]
}

impl Parts {
    fn of(factors: Factors, weight: f32) -> Self {
        Self { weight, body: factors.body * weight, lead: factors.lead * weight, title: factors.title * weight }
    }

    fn add_squares(&mut self, p: &Parts) {
        self.weight += p.weight;
        self.body += p.body * p.body;
        self.lead += p.lead * p.lead;
        self.title += p.title * p.title;
    }

    fn add_products(&mut self, p: &Parts, q: &Parts) {
        self.weight += p.weight;
        self.body += p.body * q.body;
        self.lead += p.lead * q.lead;
        self.title += p.title * q.title;
    }
}

fn cosine(product: f32, square_a: f32, square_b: f32) -> f32 {
    if product == 0.0 { 0.0 } else { product / (square_a * square_b).sqrt() }
}

impl Detector {
    /// Lets `look` see where each term stands among `words`: its place plus 1 by its number, 0 for the terms that are not there.
    ///
    /// The table is as large as the vocabulary: it is cleaned and kept, not made anew for each article.
    pub(super) fn with_places<T>(&self, words: &Words, look: impl FnOnce(&[u16]) -> T) -> T {
        let mut at = self.scratch.take();
        at.resize(self.counts.len(), 0);
        words.numbers().zip(1..).for_each(|(no, place)| at[no as usize] = place);
        let seen = look(&at);
        words.numbers().for_each(|no| at[no as usize] = 0);
        self.scratch.set(at);
        seen
    }

    fn probe<'a>(&self, newcomer: &Live, at: &'a [u16]) -> Probe<'a> {
        let ln_events = self.counts.ln_events(newcomer.language);
        let ln_bigram_events = self.counts.ln_bigram_events(newcomer.language);
        let words = &newcomer.words;
        let terms: Vec<Parts> = words.factors().map(|(no, factors)| Parts::of(factors, self.counts.weight(no, ln_events))).collect();
        let bigram_weights: Vec<f32> = words.word_pairs().into_iter().map(|b| self.counts.bigram_weight(b, ln_bigram_events)).collect();
        Probe {
            ln_events,
            at,
            sieve: Sieve::of(words.numbers()),
            words: Weighted::of(terms),
            bigrams: Bigrams::of(&words.pairs()),
            bigram_sum: bigram_weights.iter().sum(),
            bigram_weights,
            own: Vec::new(),
        }
    }

    /// The newcomer's words as they were known when the later of the two was published, if that was less.
    fn known_then(&self, newcomer: &Live, probe: &Probe<'_>, afterwards: &Afterwards, other: &Live) -> Option<Weighted> {
        let end = newcomer.when.zip(other.when).map(|(a, b)| a.end().max(b.end()))?;
        let mut later = afterwards.than(end).peekable();
        later.peek()?;
        let mut terms = probe.words.terms.clone();
        for (no, events) in later {
            let at = usize::from(probe.at[no as usize] - 1);
            terms[at] = Parts::of(Factors::of(newcomer.words.term(at)), self.counts.weight_before(no, probe.ln_events, events));
        }
        Some(Weighted::of(terms))
    }

    /// Measures the most promising candidates in full, and `named`, an earlier article that the newcomer belongs to by its name; in order of
    /// their numbers.
    pub(super) fn score(&self, newcomer: &Live, keys: &Keys, candidates: &[Candidate], named: Option<u32>) -> Vec<Scored> {
        let mut chosen = chosen(keys, candidates);
        if let Some(Err(at)) = named.map(|named| chosen.binary_search(&named)) {
            chosen.splice(at..at, named);
        }
        let measured = self.measure_all(newcomer, &chosen);
        let is_worth_it = |s: &Scored| s.pair.cos_body >= MIN_COS || Some(s.pos) == named;
        self.judge(newcomer, measured.into_iter().filter(is_worth_it).collect())
    }

    /// As [`Detector::score`], with one article measured whether the index found it or not.
    pub(super) fn score_with(&self, newcomer: &Live, keys: &Keys, candidates: &[Candidate], other: u32) -> Vec<Scored> {
        let mut measured = chosen(keys, candidates);
        measured.push(other);
        self.judge(newcomer, self.measure_all(newcomer, &measured))
    }

    pub(super) fn measure_all(&self, newcomer: &Live, others: &[u32]) -> Vec<Scored> {
        let scored = |pair, pos: &u32| Scored {
            pos: *pos,
            pair,
            features: Default::default(),
            log_odds: 0.0,
            probability: 0.0,
            rules: Vec::new(),
            overlap: None,
        };
        let afterwards = self.afterwards(newcomer);
        self.with_places(&newcomer.words, |at| {
            let mut probe = self.probe(newcomer, at);
            let mut measured = |other: &Live| {
                let then = self.known_then(newcomer, &probe, &afterwards, other);
                self.measure(newcomer, &mut probe, then.as_ref(), other)
            };
            others.iter().filter_map(|pos| self.live.get(pos).map(|other| scored(measured(other), pos))).collect()
        })
    }

    fn judge(&self, newcomer: &Live, mut scored: Vec<Scored>) -> Vec<Scored> {
        self.neighbourhood(newcomer, &mut scored);
        self.claim_own(newcomer, &mut scored);
        for s in &mut scored {
            self.weigh(s);
            self.apply_rules(newcomer, s);
        }
        scored
    }

    /// What the weights say to what was measured, and the rules that have spoken so far.
    pub(super) fn weigh(&self, s: &mut Scored) {
        s.features = s.pair.features();
        s.log_odds = self.settings.model.of(&s.pair).log_odds(&s.features) + s.rules.iter().map(|(_, adds)| adds).sum::<f32>();
        s.probability = probability(s.log_odds);
    }

    fn measure(&self, newcomer: &Live, probe: &mut Probe<'_>, then: Option<&Weighted>, other: &Live) -> Pair {
        let words = then.unwrap_or(&probe.words);
        let (mut norms, mut shared) = (Parts::default(), Parts::default());
        let mut titles = Titles::default();
        let (mut rare, mut rare_shared) = (0, 0);
        probe.own.clear();
        for (no, factors) in other.words.factors() {
            let place = if probe.sieve.passes(no) { probe.at[no as usize] } else { 0 };
            probe.own.push(place);
            let own = place.checked_sub(1).map(|at| &words.terms[usize::from(at)]);
            let parts = Parts::of(factors, own.map_or_else(|| self.counts.weight(no, probe.ln_events), |own| own.weight));
            norms.add_squares(&parts);
            titles.all += parts.title;
            rare += u16::from(parts.weight >= RARE);
            if let Some(own) = own {
                shared.add_products(&parts, own);
                rare_shared += u16::from(parts.weight >= RARE);
                titles.own += own.title;
                titles.others += parts.title;
            }
        }
        let smaller = norms.weight.min(words.norms.weight);
        let (rare_own, title_own, norms_own) = (words.rare, words.title, words.norms);
        let (bigrams, same_pairs) = self.shared_bigrams(newcomer, probe, other);
        Pair {
            cos_body: cosine(shared.body, norms.body, norms_own.body),
            cos_lead: cosine(shared.lead, norms.lead, norms_own.lead),
            cos_title: cosine(shared.title, norms.title, norms_own.title),
            contained: if smaller > 0.0 { shared.weight / smaller } else { 0.0 },
            bigrams,
            same_pairs,
            neighbourhood: 0.0,
            same_source: newcomer.source == other.source && newcomer.source != u32::MAX,
            retold: false,
            hours: newcomer.when.zip(other.when).map(|(a, b)| a.gap(&b)),
            arabic: newcomer.arabic || other.arabic,
            weekdays: (newcomer.weekdays, other.weekdays),
            titles_covered: (ratio(titles.own, title_own), ratio(titles.others, titles.all)),
            own_words: rare_own.min(rare) - rare_shared,
            numbers: (common(&newcomer.numbers, &other.numbers) as u16, newcomer.numbers.len().min(other.numbers.len()) as u16),
        }
    }

    /// The word pairs that both have, by weight and by number, against those of the text with less.
    fn shared_bigrams(&self, newcomer: &Live, probe: &mut Probe<'_>, other: &Live) -> (f32, f32) {
        let (mut shared, mut count) = (0.0, 0.0);
        probe.own.resize(other.words.places(), 0);
        probe.bigrams.shared(&other.words, &probe.own, |at| {
            shared += probe.bigram_weights[at];
            count += 1.0;
        });
        // The other's sum was taken when it came; the growth of the stream since then lifted all its weights alike.
        let (sum, ln_then) = other.bigram_sum;
        let sum = sum + other.words.pair_count() as f32 * (self.counts.ln_bigram_events(other.language) - ln_then);
        let fewer = newcomer.words.pair_count().min(other.words.pair_count());
        ((shared / (probe.bigram_sum.min(sum.max(0.0)) + 5.0)).sqrt(), ratio(count, fewer as f32))
    }

    /// Sets the neighbourhood: how far the cosine stands above the mean of the ten best other events.
    ///
    /// What was published after both texts is no neighbour, as if each had come when it was published: the follow-ups of a happening do not
    /// stand between two reports of it that come late. What bears no date may be of any time.
    fn neighbourhood(&self, newcomer: &Live, scored: &mut [Scored]) {
        // What lies days apart is no neighbour: it does not compete for being the same happening.
        let near = scored.iter().filter(|s| s.pair.hours.is_none_or(|h| h <= FAR_HOURS));
        let mut near: Vec<(f32, &Live)> = near.map(|s| (s.pair.cos_body, &self.live[&s.pos])).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.event.cmp(&b.1.event)));
        for s in scored {
            let own = &self.live[&s.pos];
            let end = newcomer.when.zip(own.when).map_or(f64::INFINITY, |(a, b)| a.end().max(b.end()));
            let mut seen: Vec<u32> = Vec::with_capacity(NEIGHBOURS);
            let mut sum = 0.0;
            for &(cos, other) in &near {
                let came = other.when.is_none_or(|when| when.from <= end);
                if seen.len() < NEIGHBOURS && came && other.event != own.event && !seen.contains(&other.event) {
                    seen.push(other.event);
                    sum += cos;
                }
            }
            s.pair.neighbourhood = s.pair.cos_body - sum / NEIGHBOURS as f32;
        }
    }
}

/// Numbers that both texts give.
fn common(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|n| b.binary_search(n).is_ok()).count()
}

/// The candidates to measure: most shared weight, and most shared passages; in order of their numbers.
fn chosen(keys: &Keys, candidates: &[Candidate]) -> Vec<u32> {
    let own: f32 = keys.terms.iter().map(|(_, weight)| weight * weight).sum();
    let (mut by_words, mut light): (Vec<&Candidate>, Vec<&Candidate>) = candidates.iter().partition(|c| c.words >= WORTH_MEASURING * own);
    by_words.sort_unstable_by(|a, b| b.words.total_cmp(&a.words).then(b.pos.cmp(&a.pos)));
    light.extend(by_words.split_off(MEASURED.min(by_words.len())));
    let mut by_copy: Vec<&Candidate> = light.into_iter().filter(|c| c.simhash || c.grams > 1).collect();
    by_copy.sort_unstable_by_key(|c| (std::cmp::Reverse((c.simhash, c.grams)), c.pos));
    by_copy.truncate(MEASURED_COPIES);
    let mut chosen: Vec<u32> = by_words.into_iter().chain(by_copy).map(|c| c.pos).collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use crate::article::{ArticleId, FileDigest};
    use crate::detect::features::Features;
    use crate::detect::live::When;
    use crate::detect::{Detector, Incoming, Settings};

    /// The neighbourhood of a newcomer of hour 2 to a text of hour 0 that has this cosine, beside another event told at this hour, if it is known.
    fn neighbourhood(cos: f32, other: f32, hour: Option<When>) -> f32 {
        let mut detector = Detector::new(Settings::default(), 0);
        let texts = ["Ferry sinks off Gull Island", "Honey harvest begins in Tarnmouth", "Marigold strikes a reef"];
        for ((n, text), when) in (0..).zip(texts).zip([Some(When { from: 0.0, span: 0.0 }), hour, Some(When { from: 2.0, span: 0.0 })]) {
            detector.place(Incoming {
                id: ArticleId::new(&FileDigest::of(b"measure"), n),
                features: Features::of(text, text, "en"),
                source: n.to_string(),
                url: None,
                when,
                dated: when.is_some(),
                order: f64::from(n),
            });
        }
        assert_ne!(detector.event_of(0), detector.event_of(1));
        let newcomer = &detector.live[&2];
        let mut scored = detector.measure_all(newcomer, &[0, 1]);
        (scored[0].pair.cos_body, scored[1].pair.cos_body) = (cos, other);
        detector.neighbourhood(newcomer, &mut scored);
        scored[0].pair.neighbourhood
    }

    #[test]
    fn what_was_published_after_two_texts_does_not_stand_between_them() {
        let at = |from, span| Some(When { from, span });
        let (alone, beside) = (0.5, 0.5 - 0.4 / super::NEIGHBOURS as f32);
        assert_eq!(neighbourhood(0.5, 0.4, at(1.0, 0.0)), beside);
        assert_eq!(neighbourhood(0.5, 0.4, at(2.0, 0.0)), beside);
        assert_eq!(neighbourhood(0.5, 0.4, at(3.0, 0.0)), alone, "a follow-up");
        assert_eq!(neighbourhood(0.5, 0.4, None), beside, "it may be of any time");
        assert_eq!(neighbourhood(0.5, 0.4, at(1.0, 24.0)), beside, "the day began before");
    }
}
