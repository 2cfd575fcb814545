//! Measuring a newcomer against its candidates: shared words, shared passages, and the probability that follows.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::bigrams::Bigrams;
use super::index::{Candidate, Keys, WORTH_MEASURING};
use super::live::{CopyLink, Live, LiveTerm};
use super::passages::{Overlap, PASSAGE, Prepared};
use super::score::{FAR_HOURS, Pair, probability};
use super::{Detector, Incoming, Scored, Trace, features};

/// Candidates measured in full, best first by shared rare words.
const MEASURED: usize = 16;
/// Further candidates measured because they share passages or a SimHash piece.
const MEASURED_COPIES: usize = 12;
/// Cosine below which a candidate is not worth a thought; every true pair of the labelled days lies above.
const MIN_COS: f32 = 0.03;
/// Other events over which the neighbourhood is averaged.
const NEIGHBOURS: usize = 10;
/// Probability below which a link is not kept.
const MIN_LINK: f32 = 0.01;
/// Texts compared word for word: the best by shared passages, and the most probable.
const ALIGNED_COPIES: usize = 5;
const ALIGNED_PROBABLE: usize = 4;
/// Texts of one kind that are compared one by one; a near-identical text beyond them counts with the one it copies.
const TEXTS_PER_STORY: usize = 8;
/// Share in both directions from which a text is near-identical.
const NEAR_IDENTICAL: f32 = 0.9;
/// Copied share from which two texts are remembered as sharing text.
const SHARES_TEXT: f32 = 0.1;
/// Two texts of which only one is dated: an undated text must not fall into an old event on words alone.
const ONE_SIDED: f32 = -1.5;
/// Undated texts that share a rare passage.
const RARE_PASSAGE: f32 = 3.5;
/// Distinct words below which a text, such as the bare label of a picture, says nothing of what happened.
const TOO_FEW: usize = 4;
const TOO_FEW_WORDS: f32 = -12.0;
/// One source's items under one title within hours: parts of one item, or a version of it.
const SAME_TITLE: f32 = 5.0;
const SAME_TITLE_COS: f32 = 0.8;
const SAME_TITLE_HOURS: f32 = 6.0;
/// Weight, in nats, from which a word is rare.
const RARE: f32 = 5.0;
/// A formula filled in anew: much copied, and each text with rare words that the other has not.
const FILLED_ANEW: f32 = -5.0;
const FORMULA: f32 = 0.15;
/// How many such words speak where one outlet issued both, and where half a day lies between the two.
const OTHER_SLOTS: u16 = 4;
const OTHER_SLOTS_LATER: u16 = 2;
const LATER: f32 = 10.0;
/// Two issues of one bulletin: the same words, other numbers.
const OTHER_ISSUE: f32 = -6.0;
/// Numbers that both must give, the share of them that may be common, and the shared word pairs that make a template.
const ISSUE_NUMBERS: u16 = 4;
const ISSUE_COMMON: f32 = 0.34;
const ISSUE_BIGRAMS: f32 = 0.45;
/// Words of most weight that name what an article is about, and the share of their weight that the other must have too.
const NAMES: usize = 10;
const NAMES_COMMON: f32 = 0.4;
/// Log odds below which an undated pair is not searched for passages.
const HOPELESS: f32 = -4.0;
/// What makes a passage rare: its longest run, the words in runs of eight and more, and 4-word runs weighted by rarity.
const RARE_LONGEST: u32 = 12;
const RARE_WORDS: u32 = 20;
const RARE_WEIGHT: f32 = 5.0;

/// The newcomer's weighted words, laid out for many comparisons.
struct Probe<'a> {
    ln_events: f32,
    /// Place of each term in `terms` plus 1, by number; 0 for the terms that the newcomer does not have.
    at: Vec<u16>,
    /// Weight, and the parts of body, lead and title vectors.
    terms: Vec<Parts>,
    norms: Parts,
    /// Number of rare terms.
    rare: u16,
    /// Weight of the title words.
    title: f32,
    bigrams: Bigrams<'a>,
    bigram_weights: Vec<f32>,
    bigram_sum: f32,
}

/// Weight of title words: of the newcomer's that the other has, of the other's that the newcomer has, and of all of the other's.
#[derive(Default)]
struct Titles {
    own: f32,
    others: f32,
    all: f32,
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
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
fn damped(count: u8) -> f32 {
    static TABLE: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|n| if n == 0 { 0.0 } else { 1.0 + (n as f32).ln() }));
    TABLE[usize::from(count)]
}

impl Parts {
    fn of(term: &LiveTerm, weight: f32) -> Self {
        Self { weight, body: damped(term.count) * weight, lead: damped(term.lead) * weight, title: if term.title { weight } else { 0.0 } }
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
    /// Makes a live article of an incoming one, and the keys that it is found by.
    pub(super) fn admit(&mut self, incoming: Incoming) -> (Live, Keys) {
        let Incoming { id, features, source, url, when, dated, order } = incoming;
        let next = self.sources.len() as u32;
        let source = if source == "unknown" { u32::MAX } else { *self.sources.entry(source).or_insert(next) };
        let number =
            |t: &features::Term| LiveTerm { no: self.counts.number(t.hash, t.level), count: t.count, lead: t.lead, title: t.title };
        let terms: Box<[LiveTerm]> = features.terms.iter().map(number).collect();
        let ln_events = self.counts.ln_events();
        let weighted = terms.iter().map(|t| (t.no, damped(t.count) * self.counts.weight(t.no, ln_events))).collect();
        let keys = Keys::new(weighted, features.grams(), features.simhash);
        let live = Live {
            id,
            source,
            url: url.map_or(0, |u| xxh3_64(u.as_bytes())),
            when,
            dated,
            order,
            terms,
            bigrams: features.bigrams.into(),
            sequence: features.sequence.into(),
            numbers: features.numbers.into(),
            weekdays: features.weekdays,
            bigram_sum: (0.0, 0.0),
            links: Vec::new(),
            copies: Vec::new(),
            must_links: Vec::new(),
            event: u32::MAX,
            shadows: 0,
            roundup_of: Vec::new(),
            shadow_of: None,
        };
        (live, keys)
    }

    fn probe<'a>(&self, newcomer: &'a Live) -> Probe<'a> {
        let ln_events = self.counts.ln_events();
        let terms: Vec<Parts> = newcomer.terms.iter().map(|t| Parts::of(t, self.counts.weight(t.no, ln_events))).collect();
        let mut norms = Parts::default();
        terms.iter().for_each(|p| norms.add_squares(p));
        let mut at = self.scratch.take();
        at.resize(self.counts.len(), 0);
        newcomer.terms.iter().enumerate().for_each(|(i, t)| at[t.no as usize] = i as u16 + 1);
        let bigram_weights: Vec<f32> = newcomer.bigrams.iter().map(|&b| self.counts.bigram_weight(b)).collect();
        let bigram_sum = bigram_weights.iter().sum();
        let title = terms.iter().map(|p| p.title).sum();
        let rare = terms.iter().filter(|p| p.weight >= RARE).count() as u16;
        Probe { ln_events, at, terms, norms, rare, title, bigrams: Bigrams::of(&newcomer.bigrams), bigram_weights, bigram_sum }
    }

    /// Measures the most promising candidates in full; in order of their numbers.
    pub(super) fn score(&self, newcomer: &Live, keys: &Keys, candidates: &[Candidate]) -> Vec<Scored> {
        let measured = self.measure_all(newcomer, &chosen(keys, candidates));
        self.judge(newcomer, measured.into_iter().filter(|s| s.pair.cos_body >= MIN_COS).collect())
    }

    /// As [`Detector::score`], with one article measured whether the index found it or not.
    pub(super) fn score_with(&self, newcomer: &Live, keys: &Keys, candidates: &[Candidate], other: u32) -> Vec<Scored> {
        let mut measured = chosen(keys, candidates);
        measured.push(other);
        self.judge(newcomer, self.measure_all(newcomer, &measured))
    }

    fn measure_all(&self, newcomer: &Live, others: &[u32]) -> Vec<Scored> {
        let probe = self.probe(newcomer);
        let scored = |pair, pos: &u32| Scored {
            pos: *pos,
            pair,
            features: Default::default(),
            log_odds: 0.0,
            probability: 0.0,
            rules: Vec::new(),
            overlap: None,
        };
        let all =
            others.iter().filter_map(|pos| self.live.get(pos).map(|other| scored(self.measure(newcomer, &probe, other), pos))).collect();
        // The table is as large as the vocabulary: it is cleaned and kept, not made anew for each article.
        let mut at = probe.at;
        newcomer.terms.iter().for_each(|t| at[t.no as usize] = 0);
        self.scratch.set(at);
        all
    }

    fn judge(&self, newcomer: &Live, mut scored: Vec<Scored>) -> Vec<Scored> {
        self.neighbourhood(&mut scored);
        for s in &mut scored {
            s.features = s.pair.features();
            s.log_odds = self.settings.model.log_odds(&s.features);
            s.probability = probability(s.log_odds);
            let other = &self.live[&s.pos];
            if newcomer.dated != other.dated {
                s.add("one_dated", ONE_SIDED);
            }
            if newcomer.terms.len().min(other.terms.len()) < TOO_FEW {
                s.add("too_few_words", TOO_FEW_WORDS);
            }
            if same_title(&s.pair) {
                s.add("same_title", SAME_TITLE);
            }
            if s.pair.bigrams >= ISSUE_BIGRAMS && (other_numbers(&s.pair) || self.other_names(newcomer, other)) {
                s.add("other_issue", OTHER_ISSUE);
            }
        }
        scored
    }

    /// Whether two texts that share a template have hardly any of each other's names: two issues of one formula.
    fn other_names(&self, a: &Live, b: &Live) -> bool {
        let ln_events = self.counts.ln_events();
        let heaviest = |article: &Live| {
            let weighted = article.terms.iter().map(|t| (t.no, damped(t.count) * self.counts.weight(t.no, ln_events)));
            let mut weighted: Vec<(u32, f32)> = weighted.collect();
            weighted.sort_by(|x, y| y.1.total_cmp(&x.1));
            weighted.truncate(NAMES);
            weighted
        };
        let covered = |names: Vec<(u32, f32)>, by: &Live| {
            let all: f32 = names.iter().map(|n| n.1).sum();
            let common: f32 = names.iter().filter(|n| by.terms.iter().any(|t| t.no == n.0)).map(|n| n.1).sum();
            ratio(common, all)
        };
        covered(heaviest(a), b).max(covered(heaviest(b), a)) < NAMES_COMMON
    }

    fn measure(&self, newcomer: &Live, probe: &Probe<'_>, other: &Live) -> Pair {
        let (mut norms, mut shared) = (Parts::default(), Parts::default());
        let mut titles = Titles::default();
        let (mut rare, mut rare_shared) = (0, 0);
        for term in &other.terms {
            let parts = Parts::of(term, self.counts.weight(term.no, probe.ln_events));
            norms.add_squares(&parts);
            titles.all += parts.title;
            rare += u16::from(parts.weight >= RARE);
            if let Some(at) = probe.at[term.no as usize].checked_sub(1) {
                let own = &probe.terms[usize::from(at)];
                shared.add_products(&parts, own);
                rare_shared += u16::from(parts.weight >= RARE);
                titles.own += own.title;
                titles.others += parts.title;
            }
        }
        let smaller = norms.weight.min(probe.norms.weight);
        Pair {
            cos_body: cosine(shared.body, norms.body, probe.norms.body),
            cos_lead: cosine(shared.lead, norms.lead, probe.norms.lead),
            cos_title: cosine(shared.title, norms.title, probe.norms.title),
            contained: if smaller > 0.0 { shared.weight / smaller } else { 0.0 },
            bigrams: self.shared_bigrams(probe, other),
            neighbourhood: 0.0,
            same_source: newcomer.source == other.source && newcomer.source != u32::MAX,
            hours: newcomer.when.zip(other.when).map(|(a, b)| a.gap(&b)),
            weekdays: (newcomer.weekdays, other.weekdays),
            titles_covered: (ratio(titles.own, probe.title), ratio(titles.others, titles.all)),
            own_words: probe.rare.min(rare) - rare_shared,
            numbers: (common(&newcomer.numbers, &other.numbers) as u16, newcomer.numbers.len().min(other.numbers.len()) as u16),
        }
    }

    fn shared_bigrams(&self, probe: &Probe<'_>, other: &Live) -> f32 {
        let mut shared = 0.0;
        probe.bigrams.shared(&other.bigrams, |at| shared += probe.bigram_weights[at]);
        // The other's sum was taken when it came; the growth of the stream since then lifted all its weights alike.
        let (sum, ln_then) = other.bigram_sum;
        let sum = sum + other.bigrams.len() as f32 * (self.counts.ln_bigram_events() - ln_then);
        (shared / (probe.bigram_sum.min(sum.max(0.0)) + 5.0)).sqrt()
    }

    /// Sets the neighbourhood: how far the cosine stands above the mean of the ten best other events.
    fn neighbourhood(&self, scored: &mut [Scored]) {
        let mut best: FxHashMap<u32, f32> = FxHashMap::default();
        // What lies days apart is no neighbour: it does not compete for being the same happening.
        for s in scored.iter().filter(|s| s.pair.hours.is_none_or(|h| h <= FAR_HOURS)) {
            let of_event = best.entry(self.live[&s.pos].event).or_default();
            *of_event = of_event.max(s.pair.cos_body);
        }
        let mut best: Vec<(u32, f32)> = best.into_iter().collect();
        best.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.truncate(NEIGHBOURS + 1);
        let total: f32 = best.iter().take(NEIGHBOURS).map(|b| b.1).sum();
        let eleventh = best.get(NEIGHBOURS).map_or(0.0, |b| b.1);
        for s in scored {
            let own = best.iter().take(NEIGHBOURS).find(|b| b.0 == self.live[&s.pos].event);
            let others = own.map_or(total, |own| total - own.1 + eleventh);
            s.pair.neighbourhood = s.pair.cos_body - others / NEIGHBOURS as f32;
        }
    }

    /// Compares the closest texts word for word, and lets a rare shared passage speak where time cannot.
    pub(super) fn align(&self, newcomer: &Live, scored: &mut [Scored], candidates: &[Candidate]) {
        let grams_of = |pos: u32| {
            candidates.binary_search_by_key(&pos, |c| c.pos).map_or(0, |at| candidates[at].grams + 3 * u16::from(candidates[at].simhash))
        };
        let mut by_copy: Vec<usize> = (0..scored.len()).filter(|&i| grams_of(scored[i].pos) > 0).collect();
        by_copy.sort_by_key(|&i| (std::cmp::Reverse(grams_of(scored[i].pos)), scored[i].pos));
        by_copy.truncate(ALIGNED_COPIES);
        let mut probable: Vec<usize> = (0..scored.len()).filter(|&i| scored[i].log_odds > HOPELESS && !by_copy.contains(&i)).collect();
        probable.sort_by(|&a, &b| scored[b].log_odds.total_cmp(&scored[a].log_odds));
        probable.truncate(ALIGNED_PROBABLE);
        if by_copy.is_empty() && probable.is_empty() {
            return;
        }
        let prepared = Prepared::new(&newcomer.sequence);
        for i in by_copy.into_iter().chain(probable) {
            self.align_pair(newcomer, &prepared, &mut scored[i]);
        }
    }

    /// Compares one text word for word, whatever it promises.
    pub(super) fn align_one(&self, newcomer: &Live, scored: &mut [Scored], pos: u32) {
        if let Some(s) = scored.iter_mut().find(|s| s.pos == pos) {
            self.align_pair(newcomer, &Prepared::new(&newcomer.sequence), s);
        }
    }

    fn align_pair(&self, newcomer: &Live, prepared: &Prepared<'_>, s: &mut Scored) {
        let overlap = prepared.overlap(&self.live[&s.pos].sequence);
        if s.pair.hours.is_none() && s.log_odds > HOPELESS && self.is_rare(newcomer, &overlap) {
            s.add("rare_passage", RARE_PASSAGE);
        }
        if overlap.shorter >= FORMULA && other_slots(&s.pair) && !same_title(&s.pair) {
            s.add("other_slots", FILLED_ANEW);
        }
        s.overlap = Some(overlap);
    }

    /// Whether the shared passages are long and are not what many events say.
    fn is_rare(&self, newcomer: &Live, overlap: &Overlap) -> bool {
        overlap.longest >= RARE_LONGEST && overlap.in_passages >= RARE_WORDS && self.rarity(newcomer, overlap) >= RARE_WEIGHT
    }

    /// Shared 4-word runs, each divided by the number of events that may hold it: no more than hold its rarest pair of words.
    fn rarity(&self, newcomer: &Live, overlap: &Overlap) -> f32 {
        let events = |pair: &[u32]| self.counts.bigram_events(features::bigram(pair[0], pair[1])).max(1);
        let of_run = |words: &[u32]| -> f32 {
            let pairs: Vec<u16> = words.windows(2).map(events).collect();
            pairs.windows(features::GRAM - 1).map(|w| 1.0 / f32::from(*w.iter().min().unwrap_or(&1))).sum()
        };
        overlap.runs.iter().map(|r| of_run(&newcomer.sequence[r.a as usize..(r.a + r.words) as usize])).sum()
    }

    /// What must be remembered of the measuring.
    pub(super) fn trace(&self, newcomer: &Live, scored: &[Scored]) -> Trace {
        let shares_text = |o: &Overlap| o.shorter >= SHARES_TEXT || (o.longest >= RARE_LONGEST && o.in_passages >= RARE_WORDS);
        let overlaps = || scored.iter().filter_map(|s| s.overlap.as_ref().map(|o| (s, o)));
        Trace {
            links: scored.iter().filter(|s| s.probability >= MIN_LINK).map(|s| (s.pos, s.probability)).collect(),
            copies: overlaps().filter(|(_, o)| shares_text(o)).map(|(s, o)| CopyLink::of(s.pos, o)).collect(),
            must_links: overlaps()
                .filter(|(s, o)| s.pair.hours.is_none() && s.log_odds > HOPELESS && self.is_rare(newcomer, o))
                .map(|(s, _)| s.pos)
                .collect(),
            shadow_of: overlaps().filter(|(s, o)| self.is_shadow(s, o)).map(|(s, _)| s.pos).next(),
            founder: false,
            roundups: Vec::new(),
        }
    }

    /// Whether the newcomer is one more near-identical text where enough of them are compared already.
    fn is_shadow(&self, scored: &Scored, overlap: &Overlap) -> bool {
        let near_identical = |a: f32, b: f32| a >= NEAR_IDENTICAL && b >= NEAR_IDENTICAL;
        if !near_identical(overlap.of_a, overlap.of_b) || scored.probability < self.settings.threshold {
            return false;
        }
        let copied = &self.live[&scored.pos];
        copied.copies.iter().filter(|c| near_identical(c.of_this, c.of_other)).count() + 1 >= TEXTS_PER_STORY
    }

    /// Makes the newcomer one of the live articles.
    pub(super) fn enrol(&mut self, pos: u32, mut newcomer: Live, trace: &Trace, keys: &Keys) {
        self.next_pos = pos + 1;
        if let Some(when) = newcomer.when {
            self.newest = self.newest.max(when.from);
        }
        newcomer.links.clone_from(&trace.links);
        newcomer.copies.clone_from(&trace.copies);
        newcomer.must_links.clone_from(&trace.must_links);
        for link in &trace.copies {
            if let Some(other) = self.live.get_mut(&link.other) {
                other.copies.push(link.seen_from(pos));
            }
        }
        newcomer.shadow_of = trace.shadow_of.filter(|pos| self.live.contains_key(pos));
        match newcomer.shadow_of {
            Some(copied) => {
                self.live.get_mut(&copied).expect("checked above").shadows += 1;
                (newcomer.terms, newcomer.bigrams, newcomer.sequence) = Default::default();
            }
            None => self.index.add(pos, keys),
        }
        self.live.insert(pos, newcomer);
        for roundup in &trace.roundups {
            if let Some(article) = self.live.get_mut(&roundup.pos) {
                article.roundup_of.clone_from(&roundup.of);
            }
        }
    }
}

/// Numbers that both texts give.
fn common(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|n| b.binary_search(n).is_ok()).count()
}

/// Whether one source published both under one title, but for words such as "second part", within hours.
fn same_title(pair: &Pair) -> bool {
    let covered = pair.titles_covered.0.max(pair.titles_covered.1);
    pair.same_source && pair.cos_title >= SAME_TITLE_COS && covered > 0.99 && pair.hours.is_some_and(|h| h <= SAME_TITLE_HOURS)
}

/// Whether each text has so many rare words of its own that a formula was filled in anew.
fn other_slots(pair: &Pair) -> bool {
    let later = pair.hours.is_some_and(|h| h >= LATER);
    (pair.same_source && pair.own_words >= OTHER_SLOTS) || (later && pair.own_words >= OTHER_SLOTS_LATER)
}

/// Whether two texts give many numbers and hardly the same.
fn other_numbers(pair: &Pair) -> bool {
    let (same, fewer) = pair.numbers;
    fewer >= ISSUE_NUMBERS && f32::from(same) < ISSUE_COMMON * f32::from(fewer)
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

/// Shared runs long enough to show, longest first.
pub(super) fn passages(overlap: &Overlap) -> Vec<super::passages::Run> {
    let mut runs: Vec<_> = overlap.runs.iter().filter(|r| r.words >= PASSAGE).copied().collect();
    runs.sort_by_key(|r| (std::cmp::Reverse(r.words), r.a));
    runs
}
