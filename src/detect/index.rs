//! Candidate generation: which of the live articles can a newcomer possibly belong with? Never all of them.
//!
//! Postings lead from an article's heaviest words, from a sample of its 4-word runs and from pieces of its SimHash to the articles
//! that have them. Each posting keeps its first few and its newest entries, so that a flood of copies costs no more than a few.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

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

/// A list of articles that keeps the first `FIRST` and the newest `NEWEST`.
#[derive(Debug, Clone, Default)]
struct Posting(Vec<u32>);

/// Kept so that a story's earliest texts stay reachable for its latest copies.
const FIRST: usize = 8;
/// Newest entries kept. More costs time on common words, fewer loses joins on busy topics.
const NEWEST: usize = 40;

impl Posting {
    fn push(&mut self, pos: u32) {
        if self.0.len() == FIRST + NEWEST {
            self.0.remove(FIRST);
        }
        self.0.push(pos);
    }
}

/// Postings of keys most of which only one article ever has: it stands in the place of a posting.
#[derive(Default)]
struct Sparse {
    /// The only article of a key, or [`LISTED`] and the place of its posting.
    held: FxHashMap<u32, u32>,
    lists: Vec<Posting>,
    /// Places in `lists` that are free.
    free: Vec<u32>,
}

/// The bit that tells a place among the postings from the order number of an article. Articles beyond two thousand million are found by
/// their words only.
const LISTED: u32 = 1 << 31;

impl Sparse {
    fn push(&mut self, key: u32, pos: u32) {
        if pos & LISTED != 0 {
            return;
        }
        let held = match self.held.entry(key) {
            Entry::Vacant(none) => {
                none.insert(pos);
                return;
            }
            Entry::Occupied(held) => held.into_mut(),
        };
        if *held & LISTED == 0 {
            let both = Posting(vec![*held, pos]);
            let at = self.free.pop().unwrap_or(self.lists.len() as u32);
            match self.lists.get_mut(at as usize) {
                Some(list) => *list = both,
                None => self.lists.push(both),
            }
            *held = LISTED | at;
        } else {
            self.lists[(*held & !LISTED) as usize].push(pos);
        }
    }

    fn get(&self, key: u32) -> &[u32] {
        match self.held.get(&key) {
            None => &[],
            Some(held) if held & LISTED == 0 => std::slice::from_ref(held),
            Some(held) => &self.lists[(held & !LISTED) as usize].0,
        }
    }

    fn retain(&mut self, live: impl Fn(u32) -> bool) {
        let (lists, free) = (&mut self.lists, &mut self.free);
        self.held.retain(|_, held| {
            if *held & LISTED == 0 {
                return live(*held);
            }
            let at = *held & !LISTED;
            let list = &mut lists[at as usize].0;
            list.retain(|&pos| live(pos));
            if list.is_empty() {
                *list = Vec::new();
                free.push(at);
            }
            !lists[at as usize].0.is_empty()
        });
    }
}

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
    /// Keys of an article: `weighted` are its terms with their weight times count factor, `grams` its sampled runs of words.
    pub fn new(mut weighted: Vec<(TermNo, f32)>, grams: Vec<u32>, simhash: u64) -> Self {
        weighted.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        weighted.truncate(HEAVY_TERMS);
        Self { terms: weighted, grams, simhash }
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
        let mut found: Vec<Candidate> = Vec::with_capacity(1024);
        // The place of each article in `found`, plus 1: a table is much faster here than a map, and is cleaned after use.
        let mut slots = self.slots.take();
        slots.resize((self.end - self.base) as usize, 0);
        let mut touch = |posting: &[u32], mark: &dyn Fn(&mut Candidate)| {
            for &pos in posting {
                let slot = &mut slots[(pos - self.base) as usize];
                if *slot == 0 {
                    found.push(Candidate { pos, words: 0.0, grams: 0, simhash: false });
                    *slot = found.len() as u32;
                }
                mark(&mut found[*slot as usize - 1]);
            }
        };
        for &(term, weight) in &keys.terms {
            touch(self.terms.get(term as usize).map_or(&[], |p| &p.0), &|c| c.words += weight * weight);
        }
        for gram in &keys.grams {
            touch(self.grams.get(*gram), &|c| c.grams = c.grams.saturating_add(1));
        }
        for piece in pieces(keys.simhash) {
            touch(self.simhash.get(piece), &|c| c.simhash = true);
        }
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
        self.terms.get(term as usize).map_or(&[], |p| if p.0.len() < most { &p.0 } else { &[] })
    }

    /// Drops entries that are no longer live, and postings that became empty. No article before `base` is live.
    pub fn retain(&mut self, base: u32, live: impl Fn(u32) -> bool) {
        let base = base.max(self.base).min(self.end);
        self.hashes.drain(..((base - self.base) as usize).min(self.hashes.len()));
        self.base = base;
        self.terms.iter_mut().for_each(|posting| posting.0.retain(|&pos| live(pos)));
        self.grams.retain(&live);
        self.simhash.retain(&live);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(terms: &[TermNo]) -> Keys {
        Keys::new(terms.iter().map(|&t| (t, 1.0)).collect(), Vec::new(), 0)
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
    fn a_sparse_posting_grows_is_bounded_and_gives_its_place_back() {
        let mut sparse = Sparse::default();
        sparse.push(1, 10);
        assert_eq!((sparse.get(1), sparse.get(2), sparse.lists.len()), (&[10][..], &[][..], 0), "one article needs no list");
        (11..1000).for_each(|pos| sparse.push(1, pos));
        assert_eq!((sparse.get(1).len(), sparse.get(1)[0], sparse.get(1).last()), (FIRST + NEWEST, 10, Some(&999)));
        sparse.push(2, 999);
        sparse.retain(|pos| pos == 999);
        assert_eq!((sparse.get(1), sparse.get(2)), (&[999][..], &[999][..]));
        sparse.push(1, 1000);
        assert_eq!(sparse.get(1), [999, 1000]);
        sparse.retain(|_| false);
        assert!(sparse.get(1).is_empty() && sparse.held.is_empty());
        [(3, 1001), (3, 1002)].into_iter().for_each(|(key, pos)| sparse.push(key, pos));
        assert_eq!((sparse.get(3), sparse.lists.len()), (&[1001, 1002][..], 1), "the place of the list that ended");
        sparse.push(4, u32::MAX);
        assert!(sparse.get(4).is_empty());
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
