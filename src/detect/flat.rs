//! A map from numbers to small values, all in one table: a look is one line of memory, where a general map asks for two. What is looked up here lies
//! all over many megabytes, and waiting for memory is most of what that takes.

/// What a [`Flat`] is asked by.
pub trait Key: Copy + Eq + Default {
    /// Its bits, so that those on top depend on all.
    fn mixed(self) -> u64;
}

impl Key for u32 {
    #[inline]
    fn mixed(self) -> u64 {
        u64::from(self).mixed()
    }
}

impl Key for [u32; 2] {
    #[inline]
    fn mixed(self) -> u64 {
        (u64::from(self[0]) << 32 | u64::from(self[1])).mixed()
    }
}

impl Key for u64 {
    #[inline]
    fn mixed(self) -> u64 {
        // Multiplicative hashing, by 2^64 over the golden ratio (Knuth, The Art of Computer Programming, volume 3, 6.4).
        self.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Such a map; what it holds of a key that is not there is the default value, so that this is not stored.
pub struct Flat<K, V> {
    /// Keys with their values, each behind the place that its bits say, the default value where none is.
    slots: Vec<(K, V)>,
    taken: usize,
    shift: u32,
}

/// Slots of the smallest table.
const FEWEST: usize = 16;

impl<K: Key, V: Copy + Eq + Default> Default for Flat<K, V> {
    fn default() -> Self {
        Self::with_room(0)
    }
}

impl<K: Key, V: Copy + Eq + Default> Flat<K, V> {
    /// A map that takes so many keys without being laid out anew.
    pub fn with_room(keys: usize) -> Self {
        // A third of the slots are free.
        let size = (keys * 3 / 2 + 1).next_power_of_two().max(FEWEST);
        Self { slots: vec![Default::default(); size], taken: 0, shift: u64::BITS - size.ilog2() }
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.taken
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: K) -> V {
        self.slots[self.slot(key)].1
    }

    /// Gives a key another value, which is not the default; returns what it had.
    #[inline]
    pub fn set(&mut self, key: K, value: V) -> V {
        self.change(key, |_| value).0
    }

    /// Makes of the value of a key another one, which is not the default; returns both.
    #[inline]
    pub fn change(&mut self, key: K, make: impl FnOnce(V) -> V) -> (V, V) {
        if (self.taken + 1) * 3 > self.slots.len() * 2 {
            self.keep(self.taken + 1, |value| value);
        }
        let slot = self.slot(key);
        let before = self.slots[slot].1;
        let value = make(before);
        debug_assert!(value != V::default(), "the default value is that of keys that are not there");
        self.taken += usize::from(before == V::default());
        self.slots[slot] = (key, value);
        (before, value)
    }

    /// Makes of all values others, and drops the keys for which that is the default value.
    pub fn change_all(&mut self, make: impl Fn(V) -> V) {
        self.keep(self.taken, make);
    }

    /// Lays all out anew, with room for so many keys.
    fn keep(&mut self, room: usize, make: impl Fn(V) -> V) {
        let before = std::mem::replace(self, Self::with_room(room));
        for (key, value) in before.slots {
            let value = if value == V::default() { value } else { make(value) };
            if value != V::default() {
                let slot = self.slot(key);
                self.slots[slot] = (key, value);
                self.taken += 1;
            }
        }
    }

    /// Where a key stands, or would. There is always a free slot.
    #[inline]
    fn slot(&self, key: K) -> usize {
        let mut slot = (key.mixed() >> self.shift) as usize;
        while self.slots[slot].0 != key && self.slots[slot].1 != V::default() {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn it_holds_what_a_sorted_map_holds() {
        let (mut flat, mut map) = (Flat::<u64, u32>::default(), BTreeMap::<u64, u32>::new());
        // Keys that differ in upper bits only, in lower bits only, and 0; most come again.
        let keys: Vec<u64> = (0..3000_u64).map(|n| (n * 389 % 700) << if n % 2 == 0 { 32 } else { 0 }).collect();
        for (n, &key) in (1..).zip(&keys) {
            if n % 3 == 0 {
                assert_eq!(flat.set(key, n), map.insert(key, n).unwrap_or_default());
            } else {
                let value = map.entry(key).or_default();
                assert_eq!(flat.change(key, |before| before + n), (*value, *value + n));
                *value += n;
            }
            if n % 400 == 7 {
                flat.change_all(|value| if value % 3 == 0 { 0 } else { value / 2 });
                map.values_mut().for_each(|value| *value = if *value % 3 == 0 { 0 } else { *value / 2 });
                map.retain(|_, value| *value > 0);
            }
            assert_eq!(flat.len(), map.len());
        }
        assert!(map.len() > 300);
        let asked = keys.iter().chain(&[1, u64::MAX, 1 << 63]);
        asked.for_each(|key| assert_eq!(flat.get(*key), map.get(key).copied().unwrap_or_default(), "{key}"));
    }

    #[test]
    fn what_has_room_is_not_laid_out_anew() {
        for keys in [0, 1, 10, 11, 63, 64, 1000] {
            let mut flat = Flat::<u32, u8>::with_room(keys as usize);
            let size = flat.slots.len();
            (0..keys).for_each(|key| assert_eq!(flat.set(key, 1), 0));
            assert_eq!((flat.slots.len(), flat.len()), (size, keys as usize));
            (0..size as u32).for_each(|key| assert_eq!(flat.set(key, 1), u8::from(key < keys)));
            assert!(flat.slots.len() > size && (0..size as u32).all(|key| flat.get(key) == 1));
        }
    }
}
