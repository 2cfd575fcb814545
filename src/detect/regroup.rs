//! From probabilities to events: the cut around a newcomer, who keeps which id, and what counts as seen.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::held::Naming;
use super::join::Pool;
use super::roundup::Roundup;
use super::{Change, Detector, EventState, Scored};
use crate::article::EventId;

/// Probability from which an event is touched, and how many are at most.
pub(super) const NEAR: f32 = 0.2;
const TOUCHED: usize = 4;
/// Members of the touched events that are cut anew: the newest.
const POOL: usize = 80;

impl Detector {
    /// Cuts the events that the newcomer touches anew. Returns every article whose event changes, with the number of its new event.
    ///
    /// An earlier article that the newcomer `revealed` as a round-up leaves its event.
    pub(super) fn recut(&mut self, pos: u32, scored: &[Scored], revealed: &[Roundup]) -> Vec<(u32, u32)> {
        if let Some(copied) = self.live[&pos].shadow_of {
            return vec![(pos, self.live[&copied].event)];
        }
        let mut touched = self.touched(pos, scored);
        for event in self.held_events(pos) {
            touched.retain(|t| *t != event);
            touched.push(event);
        }
        let pool = self.pool(pos, &touched);
        let binding = self.binding(&pool, &touched);
        let anchors = if binding.must.is_empty() && binding.cannot.is_empty() { 0 } else { touched.len() };
        let at: FxHashMap<u32, usize> = pool.iter().enumerate().map(|(i, pos)| (*pos, i)).collect();
        let n = pool.len() + anchors;
        let mut probabilities = vec![0.0; n * n];
        let mut must_link = Vec::new();
        for (i, pos) in pool.iter().enumerate() {
            let article = &self.live[pos];
            for (j, p) in article.links.iter().filter_map(|(other, p)| at.get(other).map(|j| (*j, *p))) {
                probabilities[i * n + j] = p;
                probabilities[j * n + i] = p;
            }
            must_link.extend(article.bonds().must_links.iter().filter_map(|other| at.get(other).map(|j| (i, *j))));
        }
        let mut weights: Vec<f32> = pool.iter().map(|pos| 1.0 + self.live[pos].shadows as f32).collect();
        weights.resize(n, 1.0);
        let bound = (&binding.must[..], &binding.cannot[..]);
        let mut groups = Pool { weights, probabilities, must_link }.cut_bound(self.settings.threshold, bound.0, bound.1);
        let mut naming = Self::unbind(&mut groups, pool.len(), &touched, &binding);
        let mut groups: Vec<Vec<u32>> = groups.into_iter().map(|g| g.into_iter().map(|i| pool[i]).collect()).collect();
        let leaving = revealed.iter().map(|r| r.pos).filter(|r| *r != pos && touched.contains(&self.live[r].event));
        groups.extend(leaving.map(|r| vec![r]));
        naming.resize(groups.len(), Naming::default());
        self.name(&groups, &naming)
    }

    /// Events with a member that the newcomer is near to, nearest first.
    pub(super) fn touched(&self, pos: u32, scored: &[Scored]) -> Vec<u32> {
        let mut near: FxHashMap<u32, f32> = FxHashMap::default();
        for s in scored.iter().filter(|s| s.probability >= NEAR && (self.is_roundup(s.pos) || !self.is_roundup(pos))) {
            let p = near.entry(self.live[&s.pos].event).or_default();
            *p = p.max(s.probability);
        }
        let mut near: Vec<(u32, f32)> = near.into_iter().collect();
        near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.into_iter().take(TOUCHED).map(|(event, _)| event).collect()
    }

    fn is_roundup(&self, pos: u32) -> bool {
        !self.live[&pos].bonds().roundup_of.is_empty()
    }

    /// The newest members of the events that are compared one by one, and the newcomer, in order.
    pub(super) fn pool(&self, pos: u32, touched: &[u32]) -> Vec<u32> {
        let alike = self.is_roundup(pos);
        let compared = |pos: &u32| self.live[pos].shadow_of.is_none() && self.is_roundup(*pos) == alike;
        let mut pool: Vec<u32> = touched.iter().flat_map(|event| self.events[event].members.iter().copied().filter(compared)).collect();
        pool.sort_unstable();
        pool.drain(..pool.len().saturating_sub(POOL));
        pool.push(pos);
        pool
    }

    /// Gives each group the event it overlaps most, the largest group first, and a new one where none is left.
    ///
    /// What editors hold comes before that: see [`Naming`].
    fn name(&mut self, groups: &[Vec<u32>], naming: &[Naming]) -> Vec<(u32, u32)> {
        let mut used: Vec<u32> = naming.iter().filter_map(|n| n.keeps).collect();
        let mut moves = Vec::new();
        for (group, named) in groups.iter().zip(naming) {
            let mut overlap: FxHashMap<u32, u32> = FxHashMap::default();
            let free = |e: &u32| *e != u32::MAX && !used.contains(e) && !named.never.contains(e);
            for event in group.iter().map(|pos| self.live[pos].event).filter(free) {
                *overlap.entry(event).or_default() += 1;
            }
            let most = overlap.into_iter().max_by_key(|&(event, n)| (n, std::cmp::Reverse(event)));
            let most = named.keeps.or(most.map(|(event, _)| event));
            let event = most.unwrap_or_else(|| self.found(group));
            used.push(event);
            moves.extend(group.iter().filter(|pos| self.live[pos].event != event).map(|pos| (*pos, event)));
        }
        let shadows = moves.iter().flat_map(|&(pos, event)| self.shadows_of(pos).into_iter().map(move |s| (s, event))).collect::<Vec<_>>();
        moves.extend(shadows);
        moves
    }

    fn shadows_of(&self, pos: u32) -> Vec<u32> {
        let article = &self.live[&pos];
        let Some(event) = self.events.get(&article.event).filter(|_| article.shadows > 0) else { return Vec::new() };
        event.members.iter().copied().filter(|m| self.live[m].shadow_of == Some(pos)).collect()
    }

    /// A new event for a group: founded by its earliest member that has not founded one before.
    fn found(&mut self, group: &[u32]) -> u32 {
        let ids = group.iter().map(|pos| EventId::founded_by(&self.live[pos].id));
        let again = (1..).map(|n| EventId::founded_again_by(&self.live[&group[0]].id, n));
        let id = ids.chain(again).find(|id| !self.event_numbers.contains_key(id)).expect("the second series does not end");
        self.event_number(id)
    }

    /// The number of an event in this process.
    pub(super) fn event_number(&mut self, id: EventId) -> u32 {
        let next = self.next_event;
        let number = *self.event_numbers.entry(id).or_insert(next);
        self.next_event = next.max(number + 1);
        // Where only the end of a store is restored, an event that had lost its last known member may be joined again.
        self.events.entry(number).or_insert_with(|| EventState { id, members: SmallVec::new() });
        number
    }

    /// Moves articles to their new events and tells what that means for the events.
    pub(super) fn apply(&mut self, newcomer: u32, moves: &[(u32, u32)]) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut left: Vec<(u32, u32)> = Vec::new();
        for &(pos, to) in moves {
            let Some(article) = self.live.get_mut(&pos) else { continue };
            let (id, from) = (article.id, std::mem::replace(&mut article.event, to));
            let fresh = self.events[&to].members.is_empty();
            let target = self.events.get_mut(&to).expect("moves name existing events");
            let place = target.members.partition_point(|m| *m < pos);
            target.members.insert(place, pos);
            let to_id = target.id;
            let Some(from_id) = self.events.get_mut(&from).map(|e| {
                e.members.retain(|m| *m != pos);
                e.id
            }) else {
                changes.push(if fresh {
                    Change::Created { event: to_id, article: id }
                } else {
                    Change::Joined { event: to_id, article: id }
                });
                continue;
            };
            if fresh {
                changes.push(Change::Split { from: from_id, into: to_id });
            }
            changes.push(Change::Moved { from: from_id, to: to_id, article: id });
            left.push((from, to));
        }
        debug_assert!(self.live[&newcomer].event != u32::MAX, "the newcomer has an event");
        self.close_empty(&left, &mut changes);
        changes
    }

    /// An event that lost all members leads to where the last of them went.
    fn close_empty(&mut self, left: &[(u32, u32)], changes: &mut Vec<Change>) {
        for &(from, to) in left.iter().rev() {
            if self.events.get(&from).is_some_and(|e| e.members.is_empty()) {
                let closed = self.events.remove(&from).expect("just looked at");
                changes.push(Change::Merged { from: closed.id, into: self.events[&to].id });
            }
        }
    }
}
