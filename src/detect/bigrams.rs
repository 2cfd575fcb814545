//! What two texts have in common, in the innermost loops of measuring: a sieve, and the shared pairs of neighbouring words.

use super::words::{Words, pair};

/// Words of 64 bits in a sieve: at 240 keys, one foreign key in 17 passes it in vain.
const SIEVE: usize = 64;

/// A bit for each key's lowest bits: most foreign keys are refused here, in the nearest cache and without a branch that depends on their order.
pub struct Sieve([u64; SIEVE]);

impl Sieve {
    /// A sieve that lets these keys pass.
    pub fn of(keys: impl Iterator<Item = u32>) -> Self {
        let mut sieve = [0; SIEVE];
        keys.map(bit).for_each(|(word, mask)| sieve[word] |= mask);
        Self(sieve)
    }

    /// Whether the key may be one of those.
    #[inline]
    pub fn passes(&self, key: u32) -> bool {
        let (word, mask) = bit(key);
        self.0[word] & mask != 0
    }
}

fn bit(key: u32) -> (usize, u64) {
    ((key >> 6) as usize % SIEVE, 1 << (key % 64))
}

/// One text's distinct pairs, laid out for comparison with many others: a table with a free slot beside every other on the average.
pub struct Bigrams {
    /// A pair and its number, [`FREE`] for none.
    slots: Vec<(u32, u16)>,
    shift: u32,
    /// In which round a pair was seen last.
    seen: Vec<u32>,
    round: u32,
}

/// No text has so many words that this could be a pair.
const FREE: u32 = u32::MAX;

impl Bigrams {
    /// Lays out pairs of places.
    pub fn of(pairs: &[u32]) -> Self {
        let size = (2 * pairs.len()).next_power_of_two().max(2);
        let mut laid = Self { slots: vec![(FREE, 0); size], shift: u32::BITS - size.ilog2(), seen: vec![0; pairs.len()], round: 0 };
        for (number, &pair) in pairs.iter().enumerate() {
            let slot = laid.slot(pair);
            laid.slots[slot] = (pair, number as u16);
        }
        laid
    }

    /// Where a pair stands, or would.
    fn slot(&self, pair: u32) -> usize {
        let mut slot = (pair.wrapping_mul(0x9e37_79b1) >> self.shift) as usize;
        while self.slots[slot].0 != pair && self.slots[slot].0 != FREE {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }

    /// Calls `each` once with the number of every pair that the other text has too, in the order of that text. `own` has, for each distinct word of the
    /// other, its place among the words of this one plus 1; 0 for the words that are not there and for what is not compared.
    pub fn shared(&mut self, other: &Words, own: &[u16], mut each: impl FnMut(usize)) {
        self.round += 1;
        other.for_each_neighbours(own, |first, second| {
            if first == 0 || second == 0 {
                return;
            }
            let (found, number) = self.slots[self.slot(pair(first - 1, second - 1))];
            let number = usize::from(number);
            if found != FREE && self.seen[number] != self.round {
                self.seen[number] = self.round;
                each(number);
            }
        });
    }
}
