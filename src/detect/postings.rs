//! Which articles have a key: lists that keep the first few and the newest, and a table of keys most of which only one article ever has.

use smallvec::{SmallVec, smallvec};

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

/// Postings of keys most of which only one article ever has: it stands in the place of a posting.
///
/// The table is our own, since a map that doubles is half empty on the average, and this is the largest part of the memory beside the words of
/// articles: it grows by a quarter, and keys stand in the order of their mixed bits, so that growing is one pass over both tables.
#[derive(Default)]
pub struct Sparse {
    slots: Vec<Slot>,
    /// Slots that are taken.
    taken: usize,
    lists: Vec<Posting>,
    /// Places in `lists` that are free.
    free: Vec<u32>,
}

/// A key, and its only article, or [`LISTED`] and the place of its posting.
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

impl Sparse {
    /// Adds an article to those of a key.
    pub fn push(&mut self, key: u32, pos: u32) {
        if pos & LISTED != 0 {
            return;
        }
        if self.taken * 5 >= self.slots.len() * 4 {
            self.resize(self.taken * 25 / 16);
        }
        let at = self.slot(key);
        let Slot { held, .. } = self.slots[at];
        if held == FREE.held {
            self.taken += 1;
            self.slots[at] = Slot { key, held: pos };
        } else if held & LISTED == 0 {
            let both = Posting(smallvec![held, pos]);
            let place = self.free.pop().unwrap_or(self.lists.len() as u32);
            match self.lists.get_mut(place as usize) {
                Some(list) => *list = both,
                None => self.lists.push(both),
            }
            self.slots[at].held = LISTED | place;
        } else {
            self.lists[(held & !LISTED) as usize].push(pos);
        }
    }

    /// The articles of a key.
    pub fn get(&self, key: u32) -> &[u32] {
        if self.slots.is_empty() {
            return &[];
        }
        match &self.slots[self.slot(key)].held {
            held if *held == FREE.held => &[],
            held if held & LISTED == 0 => std::slice::from_ref(held),
            held => self.lists[(held & !LISTED) as usize].all(),
        }
    }

    /// Drops the articles that are not live, and the keys that have no other.
    pub fn retain(&mut self, live: impl Fn(u32) -> bool) {
        let Self { slots, taken, lists, free } = self;
        for slot in slots.iter_mut().filter(|slot| slot.held != FREE.held) {
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
        self.resize(self.taken * 25 / 16);
    }

    /// Where a key stands, or would. There is always a free slot.
    fn slot(&self, key: u32) -> usize {
        // Some keys differ in their upper bits only, and others are small numbers: the product spreads both.
        let mixed = u64::from(key.wrapping_mul(0x9e37_79b1));
        let mut at = ((mixed * self.slots.len() as u64) >> 32) as usize;
        while self.slots[at].held != FREE.held && self.slots[at].key != key {
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
        at
    }

    fn resize(&mut self, size: usize) {
        let before = std::mem::replace(&mut self.slots, vec![FREE; size.max(FEWEST)]);
        for slot in before.into_iter().filter(|slot| slot.held != FREE.held) {
            let at = self.slot(slot.key);
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashMap;

    use super::*;

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
        assert!(sparse.get(1).is_empty() && sparse.taken == 0);
        [(3, 1001), (3, 1002)].into_iter().for_each(|(key, pos)| sparse.push(key, pos));
        assert_eq!((sparse.get(3), sparse.lists.len()), (&[1001, 1002][..], 1), "the place of the list that ended");
        sparse.push(4, u32::MAX);
        assert!(sparse.get(4).is_empty());
    }

    /// Keys of several kinds: few, in a row, differing in the upper bits, all over.
    fn key(n: u32) -> u32 {
        [n % 97, n, n << 16, n.wrapping_mul(0x85eb_ca6b)][n as usize % 4]
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
        }
        for n in 0..20_000 {
            let all = map.get(&key(n)).map_or(&[][..], |list| list);
            let newest = &all[all.len().saturating_sub(NEWEST)..];
            let found = sparse.get(key(n));
            assert!(found.ends_with(newest) && found.len() == all.len().min(FIRST + NEWEST), "{n}: {found:?} {all:?}");
        }
        assert!(sparse.slots.len() * 3 < sparse.taken * 5, "{} slots for {}", sparse.slots.len(), sparse.taken);
    }
}
