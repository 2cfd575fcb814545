//! What editors decided, as the detector keeps to it: articles that stay together, apart, or are round-ups.
//!
//! The cut takes what is held as pairs that must be, or cannot be, in one group. A held article that is not compared just now, since it
//! is too old, a mere copy or a round-up, stays where it is: its event takes part in the cut as an anchor, a node that is like nothing and
//! that the groups of its fellows have to be with.

use rustc_hash::{FxHashMap, FxHashSet};

use super::roundup::Roundup;
use super::{Detector, Trace};
use crate::article::{ArticleId, EventId};

/// What is held of articles, stored or still to come.
#[derive(Debug, Clone, Default)]
pub struct Held {
    blocks: Vec<Vec<ArticleId>>,
    block_of: FxHashMap<ArticleId, usize>,
    apart: FxHashMap<usize, Vec<usize>>,
    roundups: FxHashMap<ArticleId, Vec<ArticleId>>,
    /// Order number and event of the articles that came; of live ones the detector knows the event better.
    seats: FxHashMap<ArticleId, (u32, EventId)>,
}

impl Held {
    /// Blocks of articles that stay together, some of one article; pairs of blocks that stay apart; round-ups with an article of each
    /// happening that they report; order numbers and events of what is stored.
    pub fn new(
        blocks: Vec<Vec<ArticleId>>,
        pairs: &[(usize, usize)],
        roundups: FxHashMap<ArticleId, Vec<ArticleId>>,
        seats: FxHashMap<ArticleId, (u32, EventId)>,
    ) -> Self {
        let block_of = blocks.iter().enumerate().flat_map(|(at, block)| block.iter().map(move |id| (*id, at))).collect();
        let mut apart: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for &(a, b) in pairs {
            apart.entry(a).or_default().push(b);
            apart.entry(b).or_default().push(a);
        }
        Self { blocks, block_of, apart, roundups, seats }
    }

    /// The same before the first article came.
    pub fn from_start(self) -> Self {
        Self { seats: FxHashMap::default(), ..self }
    }

    fn knows(&self, id: &ArticleId) -> bool {
        self.block_of.contains_key(id) || self.roundups.contains_key(id)
    }

    /// Whether an article stays with others.
    fn accompanied(&self, id: &ArticleId) -> bool {
        self.block_of.get(id).is_some_and(|block| self.blocks[*block].len() > 1)
    }
}

/// What an edit changed, in the order numbers of the store.
#[derive(Debug, Clone, Default)]
pub struct Edited {
    /// Number of the edit.
    pub no: u32,
    /// Order number of the article that came next.
    pub at_pos: u32,
    /// Articles and the events they went to.
    pub moves: Vec<(u32, EventId)>,
    /// Articles that are about themselves from now on, even if they were mere copies.
    pub named: Vec<u32>,
    /// Articles that are round-ups from now on; of nothing: that are none any more.
    pub roundups: Vec<Roundup>,
}

/// Where anchors stand in a pool, and the pairs that bind.
#[derive(Debug, Default)]
pub(super) struct Binding {
    /// Pairs of nodes that must be in one group.
    pub must: Vec<(usize, usize)>,
    /// Pairs that cannot.
    pub cannot: Vec<(usize, usize)>,
}

/// What a group may be called.
#[derive(Debug, Clone, Default)]
pub(super) struct Naming {
    /// The event that it has to be, since fellows of its articles are there that do not move.
    pub keeps: Option<u32>,
    /// Events that it cannot be.
    pub never: Vec<u32>,
}

impl Detector {
    /// What is held from now on, in place of what was.
    pub fn hold(&mut self, held: Held) {
        self.held = held;
    }

    /// Follows an edit that the store holds already.
    pub fn edit(&mut self, edited: &Edited) {
        edited.named.iter().for_each(|pos| self.release(*pos));
        for roundup in &edited.roundups {
            if let Some(article) = self.live.get_mut(&roundup.pos) {
                article.bonds_mut().roundup_of = roundup.of.as_slice().into();
            }
        }
        let mut moves: Vec<(u32, u32)> = Vec::new();
        let mut changed: Vec<u32> = edited.roundups.iter().filter_map(|r| self.live.get(&r.pos)).map(|a| a.event).collect();
        for (pos, event) in &edited.moves {
            let Some(from) = self.live.get(pos).map(|a| a.event) else { continue };
            let to = self.event_number(*event);
            if from != to {
                moves.push((*pos, to));
                changed.extend([from, to]);
            }
        }
        if let Some((pos, _)) = moves.first() {
            self.apply(*pos, &moves);
        }
        changed.sort_unstable();
        changed.dedup();
        changed.into_iter().for_each(|event| drop(self.redescribe(event)));
    }

    /// A mere copy that an editor names does not follow the text it copies any more.
    fn release(&mut self, pos: u32) {
        let Some(copied) = self.live.get_mut(&pos).and_then(|a| a.shadow_of.take()) else { return };
        if let Some(copied) = self.live.get_mut(&copied) {
            copied.shadows -= 1;
        }
    }

    /// Before a newcomer is made one of the live articles: what editors hold of it, and of what it seems to reveal.
    pub(super) fn heed(&self, pos: u32, id: &ArticleId, trace: &mut Trace) {
        if self.held.block_of.is_empty() && self.held.roundups.is_empty() {
            return;
        }
        if self.held.knows(id) {
            trace.shadow_of = None;
        }
        let kept = |r: &Roundup| match self.live.get(&r.pos) {
            Some(earlier) => !self.held.accompanied(&earlier.id),
            None => !self.held.accompanied(id) && !self.held.roundups.contains_key(id),
        };
        trace.roundups.retain(kept);
        if let Some(of) = self.held.roundups.get(id) {
            let mut of: Vec<u32> = of.iter().filter_map(|o| self.held.seats.get(o)).map(|seat| seat.0).collect();
            if of.is_empty() {
                of.push(pos);
            }
            trace.roundups.push(Roundup { pos, of });
        }
    }

    /// Notes where the newcomer sits, if anything is held of it or of the texts it reports.
    pub(super) fn seat(&mut self, pos: u32) {
        let article = &self.live[&pos];
        if self.held.knows(&article.id) || self.held.roundups.values().any(|of| of.contains(&article.id)) {
            self.held.seats.insert(article.id, (pos, self.events[&article.event].id));
        }
    }

    /// Notes the events of held articles that leave the window: from then on only edits move them.
    pub(super) fn keep_seats(&mut self, gone: &FxHashSet<u32>) {
        if self.held.seats.is_empty() {
            return;
        }
        for article in gone.iter().filter_map(|pos| self.live.get(pos)) {
            if let Some(seat) = self.held.seats.get_mut(&article.id) {
                seat.1 = self.events[&article.event].id;
            }
        }
    }

    /// The events in which fellows of a newcomer are.
    pub(super) fn held_events(&mut self, pos: u32) -> Vec<u32> {
        let id = self.live[&pos].id;
        let Some(block) = self.held.block_of.get(&id) else { return Vec::new() };
        let fellows = self.held.blocks[*block].iter().filter(|fellow| **fellow != id);
        let mut events: Vec<EventId> = fellows.filter_map(|fellow| self.event_of_held(fellow)).collect();
        events.sort_unstable();
        events.dedup();
        events.into_iter().map(|event| self.event_number(event)).collect()
    }

    fn event_of_held(&self, id: &ArticleId) -> Option<EventId> {
        let (pos, event) = self.held.seats.get(id)?;
        Some(self.event_of(*pos).unwrap_or(*event))
    }

    /// What binds the nodes of a pool; node `pool.len() + i` is the anchor of event `touched[i]`.
    pub(super) fn binding(&self, pool: &[u32], touched: &[u32]) -> Binding {
        let mut binding = Binding::default();
        if self.held.block_of.is_empty() {
            return binding;
        }
        let node: FxHashMap<ArticleId, usize> = pool.iter().enumerate().map(|(i, pos)| (self.live[pos].id, i)).collect();
        let mut present: Vec<usize> = pool.iter().filter_map(|pos| self.held.block_of.get(&self.live[pos].id)).copied().collect();
        present.sort_unstable();
        present.dedup();
        let mut anchors: Vec<usize> = Vec::new();
        for block in present {
            let spots = self.spots(block, &node, touched);
            binding.must.extend(spots.windows(2).map(|w| (w[0], w[1])));
            anchors.extend(spots.iter().filter(|s| **s >= pool.len()));
            for other in self.held.apart.get(&block).into_iter().flatten() {
                binding.cannot.extend(self.spots(*other, &node, touched).iter().map(|other| (spots[0], *other)));
            }
        }
        anchors.sort_unstable();
        anchors.dedup();
        binding.cannot.extend(anchors.iter().enumerate().flat_map(|(i, a)| anchors[i + 1..].iter().map(move |b| (*a, *b))));
        binding
    }

    /// The nodes at which a block stands: its articles in the pool, then the anchors of the events where others of it are.
    fn spots(&self, block: usize, node: &FxHashMap<ArticleId, usize>, touched: &[u32]) -> Vec<usize> {
        let anchor = |id: &ArticleId| {
            let event = self.event_of_held(id)?;
            touched.iter().position(|t| self.events[t].id == event).map(|at| node.len() + at)
        };
        let mut spots: Vec<usize> = self.held.blocks[block].iter().filter_map(|id| node.get(id).copied().or_else(|| anchor(id))).collect();
        spots.sort_unstable();
        spots.dedup();
        spots
    }

    /// Takes the anchors out of the groups of a cut; says of each group that is left what it may be called.
    pub(super) fn unbind(groups: &mut Vec<Vec<usize>>, nodes: usize, touched: &[u32], binding: &Binding) -> Vec<Naming> {
        let home = |x: usize, groups: &[Vec<usize>]| groups.iter().position(|g| g.contains(&x));
        let mut naming = vec![Naming::default(); groups.len()];
        for (a, b) in &binding.cannot {
            for (one, other) in [(*a, *b), (*b, *a)].into_iter().filter(|(_, other)| *other >= nodes) {
                if let Some(group) = home(one, groups) {
                    naming[group].never.push(touched[other - nodes]);
                }
            }
        }
        for (group, naming) in groups.iter_mut().zip(&mut naming) {
            naming.keeps = group.iter().find(|x| **x >= nodes).map(|x| touched[x - nodes]);
            group.retain(|x| *x < nodes);
        }
        let mut left = groups.iter().map(|g| !g.is_empty());
        naming.retain(|_| left.next().unwrap_or(false));
        groups.retain(|g| !g.is_empty());
        naming
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::FileDigest;
    use crate::detect::features::Features;
    use crate::detect::{Incoming, Settings, Stored};

    const TEXT: &str =
        "غرقت عبارة الأمراء قبالة رأس النورس فجر الثلاثاء وقال مدير الميناء سليم القاضي إن الركاب جميعا بخير وإن القاطرات في الطريق";
    const EVENT: EventId = EventId([7; 10]);

    fn id(n: u32) -> ArticleId {
        ArticleId::new(&FileDigest::of(b"held"), n)
    }

    fn incoming(n: u32) -> Incoming {
        let features = Features::of("غرق عبارة الأمراء", TEXT, "ar");
        Incoming { id: id(n), features, source: format!("صحيفة {n}"), url: None, when: None, dated: false, order: f64::from(n) }
    }

    /// Of a detector that knows the articles from 10 on; article 3, of before, is in [`EVENT`].
    fn held(blocks: &[&[u32]], apart: &[(usize, usize)]) -> Held {
        let blocks = blocks.iter().map(|block| block.iter().map(|n| id(*n)).collect()).collect();
        Held::new(blocks, apart, FxHashMap::default(), [(id(3), (3, EVENT))].into_iter().collect())
    }

    #[test]
    fn an_article_comes_to_its_fellow_that_is_too_old_to_be_compared() {
        let mut detector = Detector::new(Settings::default(), 10);
        detector.hold(held(&[&[3, 10]], &[]));
        let decision = detector.place(incoming(10));
        assert_eq!((detector.event_of(10), decision.moves), (Some(EVENT), vec![(10, EVENT)]));
        // And stays there, whatever it is like.
        for n in 11..24 {
            detector.place(incoming(n));
            assert_eq!(detector.event_of(10), Some(EVENT), "when {n} came");
        }
    }

    #[test]
    fn an_article_does_not_come_to_one_that_is_too_old_to_be_compared_and_apart_from_it() {
        let with = |apart: &[(usize, usize)]| {
            let mut detector = Detector::new(Settings::default(), 10);
            detector.restore(Stored { pos: 10, incoming: incoming(10), trace: Trace::default(), moves: vec![(10, EVENT)] });
            detector.restored(11);
            detector.hold(held(&[&[3], &[11]], apart));
            detector.place(incoming(11));
            detector.event_of(11)
        };
        assert_eq!(with(&[]), Some(EVENT), "the same words");
        assert_ne!(with(&[(0, 1)]), Some(EVENT));
    }

    #[test]
    fn what_comes_is_a_round_up_only_if_nobody_holds_it_with_others() {
        let detector = |held: Held| {
            let mut detector = Detector::new(Settings::default(), 10);
            detector.hold(held);
            detector
        };
        let found = || Trace { roundups: vec![Roundup { pos: 10, of: vec![1, 2] }], shadow_of: Some(4), ..Trace::default() };
        let mut trace = found();
        detector(held(&[&[3, 10]], &[])).heed(10, &id(10), &mut trace);
        assert_eq!((trace.roundups.len(), trace.shadow_of), (0, None));
        let mut trace = found();
        detector(held(&[&[3], &[9]], &[(0, 1)])).heed(10, &id(10), &mut trace);
        assert_eq!(trace, found(), "nothing is held of it");
        let marked = Held { roundups: [(id(10), vec![id(3)])].into_iter().collect(), ..held(&[], &[]) };
        let mut trace = Trace::default();
        detector(marked).heed(10, &id(10), &mut trace);
        assert_eq!(trace.roundups, [Roundup { pos: 10, of: vec![3] }]);
    }
}
