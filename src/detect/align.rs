//! Comparing the closest texts word for word, and what is remembered of it.

use super::index::Candidate;
use super::live::{CopyLink, Live};
use super::passages::{Overlap, PASSAGE, Prepared, Run};
use super::regroup::NEAR;
use super::rules::{HOPELESS, RARE_LONGEST, RARE_WORDS};
use super::{Detector, Scored, Trace};

/// Probability below which a link is not kept.
const MIN_LINK: f32 = 0.01;
/// Probability from which on all digits are kept.
const SURE: f32 = 0.99;
/// What two texts of one form and other places count in the cut: less than nothing, so that a report of both does not bring them together.
const OTHER_PLACES: f32 = -0.5;
/// Texts compared word for word: the best by shared passages, and the most probable.
const ALIGNED_COPIES: usize = 5;
const ALIGNED_PROBABLE: usize = 4;
/// Texts of one kind that are compared one by one; a near-identical text beyond them counts with the one it copies.
const TEXTS_PER_STORY: usize = 8;
/// Share in both directions from which a text is near-identical: two short copies share it in each of which six words were changed. Were
/// it higher, each of thousands of such copies would be compared with the newest few, and the average over all would part them.
const NEAR_IDENTICAL: f32 = 0.6;
/// Copied share from which two texts are remembered as sharing text.
const SHARES_TEXT: f32 = 0.1;

impl Detector {
    /// Compares the closest texts word for word, and lets what they share speak: a rare passage where time cannot, and whose words they are.
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
        let sequence = newcomer.words.sequence();
        let prepared = Prepared::new(&sequence);
        for i in by_copy.into_iter().chain(probable) {
            self.align_pair(newcomer, &prepared, &mut scored[i]);
        }
        self.trace_back(newcomer, scored);
    }

    /// Compares one text word for word, whatever it promises.
    pub(super) fn align_one(&self, newcomer: &Live, scored: &mut [Scored], pos: u32) {
        if let Some(s) = scored.iter_mut().find(|s| s.pos == pos) {
            self.align_pair(newcomer, &Prepared::new(&newcomer.words.sequence()), s);
        }
    }

    fn align_pair(&self, newcomer: &Live, prepared: &Prepared<'_>, s: &mut Scored) {
        let overlap = prepared.overlap(&self.live[&s.pos].words.sequence());
        self.apply_passage_rules(newcomer, s, &overlap);
        s.overlap = Some(overlap);
    }

    /// What must be remembered of the measuring.
    pub(super) fn trace(&self, newcomer: &Live, scored: &[Scored]) -> Trace {
        let shares_text = |o: &Overlap| o.shorter >= SHARES_TEXT || (o.longest >= RARE_LONGEST && o.in_passages >= RARE_WORDS);
        let must = |s: &Scored, o: &Overlap| match s.pair.hours {
            None => s.log_odds > HOPELESS && self.is_rare(newcomer, o),
            Some(_) => s.is_reprint() && s.probability >= self.settings.threshold,
        };
        let overlaps = || scored.iter().filter_map(|s| s.overlap.as_ref().map(|o| (s, o)));
        Trace {
            links: scored.iter().map(|s| (s.pos, short(link(s)))).filter(|(_, p)| p.abs() >= MIN_LINK).collect(),
            copies: overlaps().filter(|(_, o)| shares_text(o)).map(|(s, o)| CopyLink::of(s.pos, o)).collect(),
            must_links: overlaps().filter(|(s, o)| must(s, o)).map(|(s, _)| s.pos).collect(),
            shadow_of: overlaps().filter(|(s, o)| self.is_shadow(s, o)).map(|(s, _)| s.pos).next(),
            parts: Vec::new(),
            retold: scored.iter().filter(|s| s.pair.retold && s.probability >= MIN_LINK).map(|s| s.pos).collect(),
            marked: Vec::new(),
            founder: false,
            pairs: None,
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
        // Counted no further than it matters: a text may have thousands of copies.
        copied.copies.iter().filter(|c| near_identical(c.of_this, c.of_other)).take(TEXTS_PER_STORY).count() + 1 >= TEXTS_PER_STORY
    }
}

/// What a pair counts in the cut: its probability, unless the two are known to be apart.
fn link(s: &Scored) -> f32 {
    if s.probability < NEAR && s.is_of_other_places() { OTHER_PLACES } else { s.probability }
}

/// A probability with as many digits as its store is worth; near one the odds need them all.
fn short(p: f32) -> f32 {
    if p < SURE { (p * 1e4).round() / 1e4 } else { p }
}

/// Shared runs long enough to show, longest first.
pub(super) fn passages(overlap: &Overlap) -> Vec<Run> {
    let mut runs: Vec<_> = overlap.runs.iter().filter(|r| r.words >= PASSAGE).copied().collect();
    runs.sort_by_key(|r| (std::cmp::Reverse(r.words), r.a));
    runs
}
