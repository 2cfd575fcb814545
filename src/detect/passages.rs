//! Copied passages: exact runs of words that two texts share.

use serde::{Deserialize, Serialize};

use super::features::{GRAM, MASKED};
use super::flat::Flat;

/// A run of words that stands in both texts, in words from the start (title first).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// First word in the one text.
    pub a: u32,
    /// First word in the other text.
    pub b: u32,
    /// Number of words.
    pub words: u32,
}

/// What two texts share word for word.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Overlap {
    /// Share of the distinct 4-word runs of the shorter text that the longer one has, 0 to 1: the copied share.
    pub shorter: f32,
    /// The same share of the first text.
    pub of_a: f32,
    /// The same share of the second text.
    pub of_b: f32,
    /// Words in the longest shared run.
    pub longest: u32,
    /// Words in shared runs of at least [`PASSAGE`] words.
    pub in_passages: u32,
    /// The shared runs of at least [`GRAM`] words, in order of the first text.
    pub runs: Vec<Run>,
}

/// Shortest run that is shown as a passage. Below it, names with titles and stock phrases take over.
pub const PASSAGE: u32 = 8;
/// Places tried per 4-word run: a phrase repeated for ever must not cost for ever.
const PLACES: usize = 20;

/// One text made ready for comparison with several others.
pub struct Prepared<'t> {
    sequence: &'t [u32],
    /// The first place of each run, plus 1.
    first: Flat<u64, u32>,
    /// For each place the next one of the same run, [`NOWHERE`] behind the last.
    next: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl<'t> Prepared<'t> {
    /// Indexes the 4-word runs of a text.
    pub fn new(sequence: &'t [u32]) -> Self {
        let mut first = Flat::with_room(sequence.len());
        let mut next = vec![NOWHERE; sequence.len()];
        // From the end, so that each chain leads forwards.
        let grams: Vec<Option<u64>> = grams(sequence).collect();
        for (at, gram) in grams.into_iter().enumerate().rev().filter_map(|(at, gram)| Some((at, gram?))) {
            next[at] = first.set(gram, at as u32 + 1).wrapping_sub(1);
        }
        Self { sequence, first, next }
    }

    /// What this text (`a`) shares with `other` (`b`).
    pub fn overlap(&self, other: &[u32]) -> Overlap {
        if self.first.len() == 0 || other.len() < GRAM {
            return Overlap::default();
        }
        let mut theirs: Flat<u64, u8> = Flat::with_room(other.len());
        let mut shared = 0;
        for gram in grams(other).flatten() {
            if theirs.set(gram, 1) == 0 {
                shared += u32::from(self.first.get(gram) != 0);
            }
        }
        if theirs.len() == 0 {
            return Overlap::default();
        }
        let shared = shared as f32;
        let (of_a, of_b) = (shared / self.first.len() as f32, shared / theirs.len() as f32);
        let mut runs = if shared > 0.0 { self.runs(other) } else { Vec::new() };
        runs.sort_unstable_by_key(|r| (r.a, r.b));
        Overlap {
            shorter: of_a.max(of_b),
            of_a,
            of_b,
            longest: runs.iter().map(|r| r.words).max().unwrap_or(0),
            in_passages: runs.iter().map(|r| r.words).filter(|&w| w >= PASSAGE).sum(),
            runs,
        }
    }

    /// Longest runs, left to right through the other text; each of its words is in at most one run.
    fn runs(&self, other: &[u32]) -> Vec<Run> {
        let gram_at: Vec<Option<u64>> = grams(other).collect();
        let mut runs = Vec::new();
        let mut b = 0;
        while b < gram_at.len() {
            let longest = gram_at[b]
                .into_iter()
                .flat_map(|gram| self.places(gram))
                .map(|a| (self.run_length(a as usize, other, b), a))
                .max_by_key(|&(words, a)| (words, u32::MAX - a));
            match longest {
                Some((words, a)) if words >= GRAM => {
                    runs.push(Run { a, b: b as u32, words: words as u32 });
                    b += words;
                }
                _ => b += 1,
            }
        }
        runs
    }

    /// Where a run stands: its first [`PLACES`] places.
    fn places(&self, gram: u64) -> impl Iterator<Item = u32> {
        let is_somewhere = |at: &u32| *at != NOWHERE;
        let first = Some(self.first.get(gram).wrapping_sub(1)).filter(is_somewhere);
        std::iter::successors(first, move |at| Some(self.next[*at as usize]).filter(is_somewhere)).take(PLACES)
    }

    fn run_length(&self, a: usize, other: &[u32], b: usize) -> usize {
        self.sequence[a..].iter().zip(&other[b..]).take_while(|(x, y)| x == y && **x != MASKED).count()
    }
}

/// Hashes of the runs of [`GRAM`] words at each place of a sequence, so wide that no two runs of a day have one; `None` where a word of the run is not
/// compared.
fn grams(sequence: &[u32]) -> impl Iterator<Item = Option<u64>> + '_ {
    let hash = |w: &[u32]| w.iter().fold(0u64, |hash, &word| (hash.rotate_left(23) ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    sequence.windows(GRAM).map(move |w| (!w.contains(&MASKED)).then(|| hash(w)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(a: &[u32], b: &[u32]) -> Overlap {
        Prepared::new(a).overlap(b)
    }

    #[test]
    fn finds_runs_wherever_they_stand() {
        let a: Vec<u32> = (0..100).collect();
        let b: Vec<u32> = (200..210).chain(40..60).chain(300..310).chain(5..15).collect();
        let found = overlap(&a, &b);
        assert_eq!(found.runs, [Run { a: 5, b: 40, words: 10 }, Run { a: 40, b: 10, words: 20 }]);
        assert_eq!((found.longest, found.in_passages), (20, 30));
        assert!((found.of_a - 24.0 / 97.0).abs() < 1e-6);
        assert!((found.shorter - 24.0 / 47.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_compared_is_not_copied() {
        let a: Vec<u32> = (1..40).collect();
        let mut b = a.clone();
        b[10..20].fill(MASKED);
        let found = overlap(&b, &b);
        assert_eq!(found.runs, [Run { a: 0, b: 0, words: 10 }, Run { a: 20, b: 20, words: 19 }]);
        assert_eq!((found.shorter, found.of_a), (1.0, 1.0));
        assert_eq!(overlap(&a, &[MASKED; 50]), Overlap::default());
        assert_eq!(overlap(&[MASKED; 50], &[MASKED; 50]), Overlap::default());
    }

    #[test]
    fn a_cut_copy_is_wholly_copied() {
        let a: Vec<u32> = (0..100).collect();
        assert_eq!(overlap(&a, &a[..30]).shorter, 1.0);
        assert_eq!(overlap(&a, &a).of_a, 1.0);
        assert_eq!(overlap(&a, &[]), Overlap::default());
    }

    #[test]
    fn one_word_for_ever_ends() {
        let a = vec![7; 3000];
        assert_eq!(overlap(&a, &a).longest, 3000);
    }
}
