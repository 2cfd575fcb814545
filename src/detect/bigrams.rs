//! Which of a text's pairs of neighbouring words other texts hold too: the innermost loop of measuring.

/// Words of 64 bits in the sieve: at 240 pairs, one foreign pair in 17 passes it in vain.
const SIEVE: usize = 64;

/// One text's pairs, laid out for comparison with many others.
pub struct Bigrams<'a> {
    sorted: &'a [u32],
    /// A bit for each pair's lowest bits: most foreign pairs are refused here, without a branch that depends on their order.
    sieve: [u64; SIEVE],
}

fn bit(bigram: u32) -> (usize, u64) {
    ((bigram >> 6) as usize % SIEVE, 1 << (bigram % 64))
}

impl<'a> Bigrams<'a> {
    /// Lays out sorted pairs.
    pub fn of(sorted: &'a [u32]) -> Self {
        let mut sieve = [0; SIEVE];
        for &bigram in sorted {
            let (word, mask) = bit(bigram);
            sieve[word] |= mask;
        }
        Self { sorted, sieve }
    }

    /// Calls `each` with the place, in these pairs, of every pair that is among the others too; in the order of the others.
    pub fn shared(&self, others: &[u32], mut each: impl FnMut(usize)) {
        for other in others {
            let (word, mask) = bit(*other);
            if self.sieve[word] & mask != 0
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
