//! Which articles have a key: lists that keep the first few and the newest, and a table of keys most of which only a few articles ever have.

use smallvec::SmallVec;

/// Kept so that a story's earliest texts stay reachable for its latest copies.
pub const FIRST: usize = 8;
/// Newest entries kept. More costs time on common words, fewer loses joins on busy topics.
pub const NEWEST: usize = 40;

/// A list of articles that keeps the first `FIRST` and the newest `NEWEST`. Most have two or three, which take no room beside the list.
#[derive(Debug, Clone, Default)]
pub struct Posting(SmallVec<[u32; 4]>);

impl Posting {
    /// Adds an article, in the place of the oldest but the first few where the list is full.
    pub fn push(&mut self, pos: u32) {
        if self.0.len() == FIRST + NEWEST {
            self.0.remove(FIRST);
        }
        self.0.push(pos);
    }

    /// The articles, in the order in which they were added.
    pub fn all(&self) -> &[u32] {
        &self.0
    }

    /// Drops the others.
    pub fn retain(&mut self, live: impl Fn(u32) -> bool) {
        self.0.retain(|pos| live(*pos));
    }
}

/// Postings of keys most of which only one article ever has, and nearly all but a few: these stand in the table itself, an entry for each.
///
/// The table is our own, since a map that doubles is half empty on the average, and this is the largest part of the memory beside the words of
/// articles: it grows by little, and entries stand in the order of their keys' mixed bits, so that growing is one pass over both tables.
#[derive(Default)]
pub struct Sparse {
    slots: Vec<Slot>,
    /// Slots that are taken.
    taken: usize,
    lists: Vec<Posting>,
    /// Places in `lists` that are free.
    free: Vec<u32>,
}

/// A key, and one of its articles, or [`LISTED`] and the place of its posting.
#[derive(Clone, Copy)]
struct Slot {
    key: u32,
    held: u32,
}

/// The bit that tells a place among the postings from the order number of an article. Articles beyond two thousand million are found by
/// their words only.
const LISTED: u32 = 1 << 31;
/// A slot that no key has.
const FREE: Slot = Slot { key: 0, held: u32::MAX };
/// Slots of the smallest table.
const FEWEST: usize = 64;
/// Taken slots, as a fraction of all, at which a larger table is made. It is made with far more free, so that entries move seldom.
const FULL: (usize, usize) = (41, 50);
/// The same fraction in a new table.
const ROOMY: (usize, usize) = (7, 10);
/// Articles of a key that stand in the table; where there are more, all are in a list.
const IN_TABLE: usize = 3;

impl Sparse {
    /// Adds an article to those of a key.
    pub fn push(&mut self, key: u32, pos: u32) {
        if pos & LISTED != 0 {
            return;
        }
        if self.taken * FULL.1 >= self.slots.len() * FULL.0 {
            self.lay_out();
        }
        let (mut own, mut count, mut at) = ([0; IN_TABLE], 0, self.home(key));
        while count < IN_TABLE {
            let slot = self.slots[at];
            if slot.is_free() {
                self.slots[at] = Slot { key, held: pos };
                self.taken += 1;
                return;
            }
            if slot.key == key {
                if slot.held & LISTED != 0 {
                    return self.lists[(slot.held & !LISTED) as usize].push(pos);
                }
                own[count] = at;
                count += 1;
            }
            at = self.next(at);
        }
        let mut all: SmallVec<_> = own.iter().map(|&at| self.slots[at].held).chain([pos]).collect();
        all.sort_unstable();
        self.slots[own[0]].held = LISTED | self.list(Posting(all));
        // From the last on, since what stands behind one that is taken out may move up.
        own[1..].iter().rev().for_each(|&at| self.take_out(at));
    }

    /// Calls `each` with the articles of a key.
    #[inline]
    pub fn for_each(&self, key: u32, mut each: impl FnMut(u32)) {
        let mut at = self.home(key);
        while let Some(slot) = self.slots.get(at).filter(|slot| !slot.is_free()) {
            if slot.key == key {
                match slot.held & LISTED {
                    0 => each(slot.held),
                    _ => return self.lists[(slot.held & !LISTED) as usize].all().iter().for_each(|pos| each(*pos)),
                }
            }
            at = self.next(at);
        }
    }

    /// Drops the articles that are not live, and the keys that have no other.
    pub fn retain(&mut self, live: impl Fn(u32) -> bool) {
        let Self { slots, taken, lists, free } = self;
        for slot in slots.iter_mut().filter(|slot| !slot.is_free()) {
            let stays = if slot.held & LISTED == 0 {
                live(slot.held)
            } else {
                let place = slot.held & !LISTED;
                let list = &mut lists[place as usize];
                list.retain(&live);
                if list.all().is_empty() {
                    *list = Posting::default();
                    free.push(place);
                }
                !list.all().is_empty()
            };
            if !stays {
                *slot = FREE;
                *taken -= 1;
            }
        }
        // What stays may stand behind a slot that is free now: all are laid out anew.
        self.lay_out();
    }

    /// Where the first entry of a key stands, or entries of others that had to make way before it.
    fn home(&self, key: u32) -> usize {
        // Some keys differ in their upper bits only, and others are small numbers: the product spreads both.
        let mixed = u64::from(key.wrapping_mul(0x9e37_79b1));
        ((mixed * self.slots.len() as u64) >> 32) as usize
    }

    fn next(&self, at: usize) -> usize {
        if at + 1 == self.slots.len() { 0 } else { at + 1 }
    }

    /// A place for a list.
    fn list(&mut self, posting: Posting) -> u32 {
        let place = self.free.pop().unwrap_or(self.lists.len() as u32);
        match self.lists.get_mut(place as usize) {
            Some(list) => *list = posting,
            None => self.lists.push(posting),
        }
        place
    }

    /// Frees a slot. What stands behind it and is not at home moves up, so that no search ends before it (Knuth, The Art of Computer Programming,
    /// volume 3, 6.4, algorithm R).
    fn take_out(&mut self, mut hole: usize) {
        let mut at = self.next(hole);
        while !self.slots[at].is_free() {
            let home = self.home(self.slots[at].key);
            let is_between = if hole < at { hole < home && home <= at } else { hole < home || home <= at };
            if !is_between {
                self.slots[hole] = self.slots[at];
                hole = at;
            }
            at = self.next(at);
        }
        self.slots[hole] = FREE;
        self.taken -= 1;
    }

    /// Makes a table with room for more than there is.
    fn lay_out(&mut self) {
        let size = FEWEST.max(self.taken * ROOMY.1 / ROOMY.0);
        let before = std::mem::replace(&mut self.slots, vec![FREE; size]);
        for slot in before.into_iter().filter(|slot| !slot.is_free()) {
            let mut at = self.home(slot.key);
            while !self.slots[at].is_free() {
                at = self.next(at);
            }
            self.slots[at] = slot;
        }
    }
}

impl Slot {
    fn is_free(self) -> bool {
        self.held == FREE.held
    }
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashMap;

    use super::*;

    fn all(sparse: &Sparse, key: u32) -> Vec<u32> {
        let mut all = Vec::new();
        sparse.for_each(key, |pos| all.push(pos));
        all
    }

    #[test]
    fn a_sparse_posting_grows_is_bounded_and_gives_its_place_back() {
        let mut sparse = Sparse::default();
        assert_eq!(all(&sparse, 1), [] as [u32; 0]);
        (10..13).for_each(|pos| sparse.push(1, pos));
        assert_eq!((all(&sparse, 1), all(&sparse, 2), sparse.lists.len()), (vec![10, 11, 12], vec![], 0), "a few articles need no list");
        sparse.push(1, 13);
        assert_eq!((all(&sparse, 1), sparse.lists.len(), sparse.taken), (vec![10, 11, 12, 13], 1, 1));
        (14..1000).for_each(|pos| sparse.push(1, pos));
        let found = all(&sparse, 1);
        assert_eq!((found.len(), found[0], found.last()), (FIRST + NEWEST, 10, Some(&999)));
        sparse.push(2, 999);
        sparse.retain(|pos| pos == 999);
        assert_eq!((all(&sparse, 1), all(&sparse, 2)), (vec![999], vec![999]));
        sparse.push(1, 1000);
        assert_eq!(all(&sparse, 1), [999, 1000]);
        sparse.retain(|_| false);
        assert!(all(&sparse, 1).is_empty() && sparse.taken == 0);
        (1001..1005).for_each(|pos| sparse.push(3, pos));
        assert_eq!((all(&sparse, 3).len(), sparse.lists.len()), (4, 1), "the place of the list that ended");
        sparse.push(4, u32::MAX);
        assert!(all(&sparse, 4).is_empty());
    }

    /// Keys of several kinds: few, in a row, differing in the upper bits, all over.
    fn key(n: u32) -> u32 {
        [n % 97, n % 3_001, n << 16, n.wrapping_mul(0x85eb_ca6b)][n as usize % 4]
    }

    fn assert_same(sparse: &Sparse, map: &FxHashMap<u32, Vec<u32>>) {
        for (key, expected) in map {
            let newest = &expected[expected.len().saturating_sub(NEWEST)..];
            let mut found = all(sparse, *key);
            found.sort_unstable();
            assert!(found.ends_with(newest) && found.len() == expected.len().min(FIRST + NEWEST), "{key}: {found:?} {expected:?}");
        }
    }

    #[test]
    fn a_table_holds_what_a_map_of_lists_holds() {
        let (mut sparse, mut map) = (Sparse::default(), FxHashMap::<u32, Vec<u32>>::default());
        for pos in 0..20_000 {
            sparse.push(key(pos), pos);
            map.entry(key(pos)).or_default().push(pos);
            if pos % 7_000 == 6_999 {
                let live = |at: u32| at + 3_000 > pos && !at.is_multiple_of(3);
                sparse.retain(live);
                map.values_mut().for_each(|list| list.retain(|at| live(*at)));
            }
            assert!(sparse.taken < sparse.slots.len(), "a search for what is not there ends");
            if pos % 500 == 499 {
                assert_same(&sparse, &map);
            }
        }
        assert!(sparse.lists.len() > 50, "some have lists");
        let taken = sparse.slots.iter().filter(|slot| !slot.is_free()).count();
        assert_eq!(sparse.taken, taken);
        assert!(sparse.slots.len() * 3 < sparse.taken * 5, "{} slots for {}", sparse.slots.len(), sparse.taken);
    }
}
