//! Candidate generation: which of the live articles can a newcomer possibly belong with? Never all of them.
//!
//! Postings lead from an article's heaviest words, from a sample of its 4-word runs and from pieces of its SimHash to the articles
//! that have them. Each posting keeps its first few and its newest entries, so that a flood of copies costs no more than a few.

use super::postings::{Posting, Sparse};
use super::weights::TermNo;

/// Heaviest words of an article that are indexed and looked up: enough to find 99.7 % of the true joins.
pub const HEAVY_TERMS: usize = 30;
/// Candidates whose shared words weigh less than this share of the newcomer's own are not measured: their cosine is near nothing.
pub const WORTH_MEASURING: f32 = 0.05;
/// SimHash is cut into this many pieces; texts that differ in fewer bits than that agree in one piece for sure.
const SIMHASH_PIECES: usize = 4;
/// Bits in which the SimHashes of two texts that begin alike may differ. Of those that agree in a piece by chance one in 500 differs in no more, and in a
/// large store nearly all agree by chance.
const SIMHASH_NEAR: u32 = 14;

/// The postings.
#[derive(Default)]
pub struct Index {
    terms: Vec<Posting>,
    grams: Sparse,
    simhash: Sparse,
    /// The SimHash of each article from `base` on; 0 for none.
    hashes: std::collections::VecDeque<u64>,
    /// The articles with entries have order numbers from `base` to before `end`.
    base: u32,
    end: u32,
    /// Room for finding, kept between articles; all zero.
    slots: std::cell::Cell<Vec<u32>>,
}

/// What an article is found by.
pub struct Keys {
    /// Heaviest terms with their squared weighted counts.
    pub terms: Vec<(TermNo, f32)>,
    /// Sampled 4-word runs.
    pub grams: Vec<u32>,
    /// SimHash of the words, 0 for none.
    pub simhash: u64,
}

impl Keys {
    /// Keys of an article: `weighted` are its terms with their weight times count factor, by the hash of their stems, `grams` its sampled runs of words.
    pub fn new(weighted: impl Iterator<Item = (TermNo, f32)>, grams: Vec<u32>, simhash: u64) -> Self {
        let mut weighted: Vec<(u32, (TermNo, f32))> = (0..).zip(weighted).collect();
        // Of words that weigh the same those with the lowest hashes are kept, whatever numbers they have since the last start.
        let heaviest = |a: &(u32, (TermNo, f32)), b: &(u32, (TermNo, f32))| b.1.1.total_cmp(&a.1.1).then(a.0.cmp(&b.0));
        if weighted.len() > HEAVY_TERMS {
            weighted.select_nth_unstable_by(HEAVY_TERMS, heaviest);
            weighted.truncate(HEAVY_TERMS);
        }
        weighted.sort_unstable_by(heaviest);
        Self { terms: weighted.into_iter().map(|(_, term)| term).collect(), grams, simhash }
    }
}

/// The pieces of a SimHash, each with its place.
fn pieces(simhash: u64) -> impl Iterator<Item = u32> {
    (0..SIMHASH_PIECES).filter(move |_| simhash != 0).map(move |i| (i as u32) << 16 | u32::from((simhash >> (16 * i)) as u16))
}

/// How well a live article answers to a newcomer's keys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Order number of the live article.
    pub pos: u32,
    /// Sum over the shared heavy terms of the newcomer's weight, squared.
    pub words: f32,
    /// Shared sampled 4-word runs.
    pub grams: u16,
    /// Has nearly the same SimHash.
    pub simhash: bool,
}

/// The articles that answer to any key so far.
struct Touched<'a> {
    found: Vec<Candidate>,
    /// The place of each article in `found`, plus 1, by its order number from `base` on; 0 for none.
    slots: &'a mut [u32],
    base: u32,
}

impl Touched<'_> {
    #[inline]
    fn article(&mut self, pos: u32) -> &mut Candidate {
        let slot = &mut self.slots[(pos - self.base) as usize];
        if *slot == 0 {
            self.found.push(Candidate { pos, words: 0.0, grams: 0, simhash: false });
            *slot = self.found.len() as u32;
        }
        &mut self.found[*slot as usize - 1]
    }
}

impl Index {
    /// Adds an article.
    pub fn add(&mut self, pos: u32, keys: &Keys) {
        if self.end == 0 {
            self.base = pos;
        }
        self.end = pos + 1;
        self.hashes.resize((pos - self.base) as usize, 0);
        self.hashes.push_back(keys.simhash);
        for &(term, _) in &keys.terms {
            let at = term as usize;
            if self.terms.len() <= at {
                self.terms.resize_with(at + 1, Posting::default);
            }
            self.terms[at].push(pos);
        }
        for &gram in &keys.grams {
            self.grams.push(gram, pos);
        }
        for piece in pieces(keys.simhash) {
            self.simhash.push(piece, pos);
        }
    }

    /// The articles that answer well enough to be worth a look, by order number.
    pub fn find(&self, keys: &Keys) -> Vec<Candidate> {
        // A table is much faster here than a map, and is cleaned after use.
        let mut slots = self.slots.take();
        slots.resize((self.end - self.base) as usize, 0);
        let mut touched = Touched { found: Vec::with_capacity(1024), slots: &mut slots, base: self.base };
        for &(term, weight) in &keys.terms {
            let posting = self.terms.get(term as usize).map_or(&[][..], Posting::all);
            posting.iter().for_each(|pos| touched.article(*pos).words += weight * weight);
        }
        for gram in &keys.grams {
            self.grams.for_each(*gram, |pos| {
                let grams = &mut touched.article(pos).grams;
                *grams = grams.saturating_add(1);
            });
        }
        for piece in pieces(keys.simhash) {
            self.simhash.for_each(piece, |pos| touched.article(pos).simhash = true);
        }
        let mut found = touched.found;
        let differ_in = |pos: u32| simhash::hamming_distance(self.hashes[(pos - self.base) as usize], keys.simhash);
        found.iter_mut().filter(|c| c.simhash).for_each(|c| c.simhash = differ_in(c.pos) <= SIMHASH_NEAR);
        found.iter().for_each(|c| slots[(c.pos - self.base) as usize] = 0);
        self.slots.set(slots);
        let own: f32 = keys.terms.iter().map(|(_, weight)| weight * weight).sum();
        found.retain(|c| c.words >= WORTH_MEASURING * own || c.simhash || c.grams > 1);
        found.sort_unstable_by_key(|c| c.pos);
        found
    }

    /// The articles that have a term among their heaviest, if those are fewer than `most` (at most 48, since no more are kept of any).
    pub fn all_with(&self, term: TermNo, most: usize) -> &[u32] {
        self.terms.get(term as usize).map_or(&[], |p| if p.all().len() < most { p.all() } else { &[] })
    }

    /// Drops entries that are no longer live, and postings that became empty. No article before `base` is live.
    pub fn retain(&mut self, base: u32, live: impl Fn(u32) -> bool) {
        let base = base.max(self.base).min(self.end);
        self.hashes.drain(..((base - self.base) as usize).min(self.hashes.len()));
        self.base = base;
        self.terms.iter_mut().for_each(|posting| posting.retain(&live));
        self.grams.retain(&live);
        self.simhash.retain(&live);
    }
}

#[cfg(test)]
mod tests {
    use super::super::postings::{FIRST, NEWEST};
    use super::*;

    fn keys(terms: &[TermNo]) -> Keys {
        Keys::new(terms.iter().map(|&t| (t, 1.0)), Vec::new(), 0)
    }

    #[test]
    fn a_flood_keeps_the_first_and_the_newest() {
        let mut index = Index::default();
        (0..1000).for_each(|pos| index.add(pos, &keys(&[7])));
        let found: Vec<u32> = index.find(&keys(&[7])).iter().map(|c| c.pos).collect();
        assert_eq!(found.len(), FIRST + NEWEST);
        assert_eq!((found[0], found[FIRST - 1], found[FIRST + NEWEST - 1]), (0, FIRST as u32 - 1, 999));
    }

    #[test]
    fn near_identical_texts_meet_by_simhash_alone() {
        let mut index = Index::default();
        let hash = 0x0123_4567_89ab_cdef;
        index.add(1, &Keys { terms: vec![], grams: vec![], simhash: hash });
        let off_by_three = Keys { terms: vec![], grams: vec![], simhash: hash ^ (1 | 1 << 20 | 1 << 40) };
        assert!(index.find(&off_by_three)[0].simhash);
        assert!(index.find(&Keys { terms: vec![], grams: vec![], simhash: 0 }).is_empty(), "texts without words are not alike");
        let by_chance = Keys { terms: vec![(1, 1.0)], grams: vec![], simhash: hash ^ 0x5a5a_5a5a_5a5a_0000 };
        assert!(index.find(&by_chance).is_empty(), "one piece is the same, half of all other bits are not");
    }

    #[test]
    fn a_simhash_stays_with_its_article_when_others_leave() {
        let mut index = Index::default();
        let hashes = [0x1111_2222_3333_4444, 0xeeee_dddd_cccc_bbbb, 0x5a5a_a5a5_3c3c_c3c3];
        let with = |simhash| Keys { terms: vec![], grams: vec![], simhash };
        // What has the numbers 3 and 5 is a mere copy, and not in the index.
        [2, 4, 6].into_iter().zip(hashes).for_each(|(pos, hash)| index.add(pos, &with(hash)));
        let asked = |simhash| Keys { terms: vec![(1, 1.0)], grams: vec![], simhash };
        let found = |index: &Index, hash| index.find(&asked(hash)).iter().map(|c| c.pos).collect::<Vec<_>>();
        assert_eq!(hashes.map(|hash| found(&index, hash)), [[2], [4], [6]]);
        index.retain(4, |pos| pos >= 4);
        index.add(8, &with(hashes[0]));
        assert_eq!(hashes.map(|hash| found(&index, hash)), [[8], [4], [6]]);
    }
}
