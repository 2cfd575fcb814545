//! What all edits that count hold together and apart, worked out by going through them in order.
//!
//! Articles that stay together are one block. Two blocks may have to stay apart. An article that no edit names is in no block.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Kind, Part};

/// Articles, by order number, that stay together and apart.
#[derive(Debug, Clone, Default)]
pub struct Holds {
    of: FxHashMap<u32, usize>,
    /// A block that went into another is empty.
    blocks: Vec<BTreeSet<u32>>,
    /// Pairs of blocks, the smaller number first.
    apart: FxHashSet<(usize, usize)>,
}

fn pair(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

impl Holds {
    /// Heeds one more edit, newer than all before: its kind, and the articles that it speaks of, earliest first in each part.
    pub fn heed(&mut self, kind: Kind, articles: &[(Part, u32)]) {
        let of = |part: Part| articles.iter().filter(move |(p, _)| *p == part).map(|(_, pos)| *pos).collect::<Vec<u32>>();
        let (there, named, left) = (of(Part::There), of(Part::Named), of(Part::Left));
        match kind {
            Kind::Merge | Kind::Pin => self.unite(&[there, named].concat()),
            Kind::Split => {
                self.cut(&named);
                self.unite(&named);
                self.leave(&named, &left);
            }
            Kind::Move => {
                self.cut(&named);
                self.allow(&named, &there);
                self.unite(&[&named, &there[..there.len().min(1)]].concat());
                self.leave(&named, &left);
            }
            Kind::Mark => self.cut(&named),
            Kind::Unpin | Kind::Headline | Kind::Undo => {}
        }
    }

    /// The blocks of two articles and more, or that have to stay apart from others, and these pairs by their places in the list.
    pub fn standing(&self) -> (Vec<Vec<u32>>, Vec<(usize, usize)>) {
        let parted: FxHashSet<usize> = self.apart.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let kept: Vec<usize> = (0..self.blocks.len()).filter(|b| self.blocks[*b].len() > 1 || parted.contains(b)).collect();
        let at: FxHashMap<usize, usize> = kept.iter().enumerate().map(|(at, block)| (*block, at)).collect();
        let mut apart: Vec<(usize, usize)> = self.apart.iter().map(|(a, b)| (at[a], at[b])).collect();
        apart.sort_unstable();
        (kept.iter().map(|b| self.blocks[*b].iter().copied().collect()).collect(), apart)
    }

    /// Whether two articles stay together.
    pub fn together(&self, a: u32, b: u32) -> bool {
        self.of.get(&a).is_some_and(|block| self.blocks[*block].contains(&b))
    }

    /// Whether an article stays with others.
    pub fn accompanied(&self, article: u32) -> bool {
        self.of.get(&article).is_some_and(|block| self.blocks[*block].len() > 1)
    }

    fn block(&mut self, article: u32) -> usize {
        let (next, blocks) = (self.blocks.len(), &mut self.blocks);
        *self.of.entry(article).or_insert_with(|| {
            blocks.push(BTreeSet::from([article]));
            next
        })
    }

    fn unite(&mut self, articles: &[u32]) {
        let Some(first) = articles.first().map(|a| self.block(*a)) else { return };
        for article in articles {
            let other = self.block(*article);
            if other == first {
                continue;
            }
            let moved = std::mem::take(&mut self.blocks[other]);
            self.of.extend(moved.iter().map(|a| (*a, first)));
            self.blocks[first].extend(moved);
            for (a, b) in self.edges(other) {
                self.apart.remove(&pair(a, b));
                let neighbour = if a == other { b } else { a };
                // What the newer edit joins is apart no more.
                if neighbour != first {
                    self.apart.insert(pair(first, neighbour));
                }
            }
        }
    }

    /// Takes articles out of the blocks that they are in; those that go on being apart from others are so in both halves.
    fn cut(&mut self, articles: &[u32]) {
        for article in articles {
            let old = self.block(*article);
            if self.blocks[old].len() == 1 {
                continue;
            }
            self.blocks[old].remove(article);
            self.of.remove(article);
            let new = self.block(*article);
            for (a, b) in self.edges(old) {
                self.apart.insert(pair(new, if a == old { b } else { a }));
            }
        }
    }

    /// What is left behind stays together too: whoever took the wrong ones out has looked at the others, and those that went may have been what
    /// they had in common. (A round-up that goes is expected to have joined what does not belong together.)
    fn leave(&mut self, ones: &[u32], left: &[u32]) {
        self.unite(left);
        self.part(ones, left);
    }

    fn part(&mut self, ones: &[u32], others: &[u32]) {
        for one in ones {
            let one = self.block(*one);
            for other in others {
                let other = self.block(*other);
                if one != other {
                    self.apart.insert(pair(one, other));
                }
            }
        }
    }

    fn allow(&mut self, ones: &[u32], others: &[u32]) {
        for one in ones {
            let one = self.block(*one);
            for other in others {
                let other = self.block(*other);
                self.apart.remove(&pair(one, other));
            }
        }
    }

    fn edges(&self, block: usize) -> Vec<(usize, usize)> {
        self.apart.iter().filter(|(a, b)| *a == block || *b == block).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn articles(there: &[u32], named: &[u32], left: &[u32]) -> Vec<(Part, u32)> {
        let part = |part: Part, of: &[u32]| of.iter().map(|pos| (part, *pos)).collect::<Vec<_>>();
        [part(Part::There, there), part(Part::Named, named), part(Part::Left, left)].concat()
    }

    fn parted(holds: &Holds, a: u32, b: u32) -> bool {
        let (blocks, apart) = holds.standing();
        let at = |article: u32| blocks.iter().position(|b| b.contains(&article));
        at(a).zip(at(b)).is_some_and(|(a, b)| apart.contains(&(a, b)) || apart.contains(&(b, a)))
    }

    #[test]
    fn the_newer_edit_counts_pair_by_pair() {
        let mut holds = Holds::default();
        holds.heed(Kind::Split, &articles(&[], &[3], &[1, 2, 4]));
        assert!(parted(&holds, 3, 4) && parted(&holds, 1, 3) && holds.together(1, 2));
        holds.heed(Kind::Move, &articles(&[3], &[4], &[1, 2]));
        assert!(holds.together(3, 4) && !parted(&holds, 3, 4), "the move takes back what the split said of this pair");
        assert!(parted(&holds, 4, 1) && parted(&holds, 3, 2), "and nothing else");
        holds.heed(Kind::Merge, &articles(&[3, 4], &[1, 2], &[]));
        assert!(holds.together(1, 4) && !parted(&holds, 3, 1));
        assert_eq!(holds.standing(), (vec![vec![1, 2, 3, 4]], vec![]));
    }

    #[test]
    fn what_is_cut_out_of_a_block_stays_apart_from_what_the_block_was_apart_from() {
        let mut holds = Holds::default();
        holds.heed(Kind::Merge, &articles(&[1, 2], &[3], &[]));
        holds.heed(Kind::Split, &articles(&[], &[9], &[1, 2, 3]));
        holds.heed(Kind::Mark, &articles(&[], &[2], &[]));
        assert!(holds.together(1, 3) && !holds.accompanied(2));
        assert!(parted(&holds, 9, 2) && parted(&holds, 9, 3));
    }
}
