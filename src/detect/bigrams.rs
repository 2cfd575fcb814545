//! What two texts have in common, in the innermost loops of measuring: a sieve, and the shared pairs of neighbouring words.

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

/// One text's pairs, laid out for comparison with many others.
pub struct Bigrams<'a> {
    sorted: &'a [u32],
    sieve: Sieve,
}

impl<'a> Bigrams<'a> {
    /// Lays out sorted pairs.
    pub fn of(sorted: &'a [u32]) -> Self {
        Self { sorted, sieve: Sieve::of(sorted.iter().copied()) }
    }

    /// Calls `each` with the place, in these pairs, of every pair that is among the others too; in the order of the others.
    pub fn shared(&self, others: &[u32], mut each: impl FnMut(usize)) {
        for other in others {
            if self.sieve.passes(*other)
                && let Ok(at) = self.sorted.binary_search(other)
            {
                each(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_in_both_and_nothing_else() {
        let own: Vec<u32> = (0..500).map(|n| n * 7919).collect();
        let others: Vec<u32> = (0..500).map(|n| n * 7919 * 3).collect();
        let mut found = Vec::new();
        Bigrams::of(&own).shared(&others, |at| found.push(own[at]));
        assert_eq!(found, others.iter().copied().filter(|o| own.contains(o)).collect::<Vec<_>>());
        assert_eq!(found.len(), 167);
    }
}
