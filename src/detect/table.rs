//! The live articles by order number. The numbers are dense, so that a number leads to its article without a hash: newcomers ask for hundreds each.

use std::collections::VecDeque;
use std::ops::Index;

/// Articles by order number.
pub struct Table<T> {
    /// The article with each order number from `base` on, if it is live; the first and the last are.
    slots: VecDeque<Option<Box<T>>>,
    base: u32,
    /// How many are live.
    len: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { slots: VecDeque::new(), base: 0, len: 0 }
    }
}

impl<T> Table<T> {
    /// Number of live articles.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The article with this order number, if it is live.
    #[inline]
    pub fn get(&self, pos: &u32) -> Option<&T> {
        self.slots.get(pos.wrapping_sub(self.base) as usize)?.as_deref()
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, pos: &u32) -> Option<&mut T> {
        self.slots.get_mut(pos.wrapping_sub(self.base) as usize)?.as_deref_mut()
    }

    /// Whether the article with this order number is live.
    pub fn contains(&self, pos: &u32) -> bool {
        self.get(pos).is_some()
    }

    /// Adds an article, which has a higher number than all others.
    ///
    /// # Panics
    /// If its number is not the highest: then articles were given out of order.
    pub fn push(&mut self, pos: u32, article: T) {
        if self.slots.is_empty() {
            self.base = pos;
        }
        let at = pos.checked_sub(self.base).expect("articles come in the order of their numbers") as usize;
        assert!(at >= self.slots.len(), "articles come in the order of their numbers");
        self.slots.resize_with(at, || None);
        self.slots.push_back(Some(Box::new(article)));
        self.len += 1;
    }

    /// Drops the articles for which `stays` does not hold.
    pub fn retain(&mut self, stays: impl Fn(u32) -> bool) {
        for (pos, slot) in (self.base..).zip(&mut self.slots) {
            if slot.is_some() && !stays(pos) {
                *slot = None;
                self.len -= 1;
            }
        }
        let gone = self.slots.iter().take_while(|slot| slot.is_none()).count();
        self.slots.drain(..gone);
        self.base += gone as u32;
        while self.slots.pop_back_if(|slot| slot.is_none()).is_some() {}
    }

    /// All articles with their numbers, in the order of these.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> + '_ {
        (self.base..).zip(&self.slots).filter_map(|(pos, slot)| Some((pos, slot.as_deref()?)))
    }

    /// The lowest number of a live article.
    pub fn first(&self) -> Option<u32> {
        (self.len > 0).then_some(self.base)
    }
}

impl<T> Index<&u32> for Table<T> {
    type Output = T;

    #[inline]
    fn index(&self, pos: &u32) -> &T {
        self.get(pos).expect("the article is live")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_table_holds_what_a_sorted_map_holds() {
        let (mut table, mut map) = (Table::default(), BTreeMap::new());
        let mut pos = 1_000;
        for round in 0..200_u32 {
            for step in [1, 1, 3, 1 + round % 40] {
                pos += step;
                table.push(pos, pos * 2);
                map.insert(pos, pos * 2);
            }
            if round % 7 == 6 {
                // All but the newest of a few goes, as when nothing came for longer than the window is.
                let stays = |at: u32| if round % 49 == 48 { at + 2 > pos + round % 2 } else { at + 90 > pos && at % 5 != round % 5 };
                table.retain(stays);
                map.retain(|at, _| stays(*at));
            }
            assert_eq!(table.iter().map(|(at, v)| (at, *v)).collect::<Vec<_>>(), map.clone().into_iter().collect::<Vec<_>>());
            assert_eq!((table.len(), table.first()), (map.len(), map.keys().next().copied()));
            assert!((900..pos + 100).all(|at| table.get(&at) == map.get(&at) && table.contains(&at) == map.contains_key(&at)));
        }
        assert!(table.get_mut(&pos).is_none_or(|value| *value == pos * 2));
    }

    #[test]
    #[should_panic(expected = "in the order of their numbers")]
    fn articles_come_in_order() {
        let mut table = Table::default();
        table.push(7, ());
        table.push(6, ());
    }
}
