//! From probabilities to events: the cut around a newcomer, who keeps which id, and what counts as seen.

use rustc_hash::FxHashMap;

use super::bigrams::Bigrams;
use super::held::Naming;
use super::join::Pool;
use super::roundup::Roundup;
use super::stories::relation_of;
use super::words::Words;
use super::{Change, Detector, EventState, Live, Scored};
use crate::article::EventId;

/// Probability from which an event is touched, and how many are at most.
pub(super) const NEAR: f32 = 0.2;
const TOUCHED: usize = 4;
/// Members of the touched events that are cut anew: the newest.
const POOL: usize = 80;
/// Members asked whether their event already holds a word: the first and the last of them.
const ASKED_FIRST: usize = 8;
const ASKED_LAST: usize = 8;
/// Independent texts of one outlet in an event from which a further one is taken for news of its own.
const RETOLD: usize = 2;

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
            must_link.extend(article.must_links.iter().filter_map(|other| at.get(other).map(|j| (i, *j))));
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
        !self.live[&pos].roundup_of.is_empty()
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
        self.events.entry(number).or_insert_with(|| EventState { id, members: Vec::new() });
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

    /// Whether the newcomer's outlet has told of its event in several texts already, each in words of its own as the newcomer is, and neither a
    /// part nor a version of the same item.
    pub(super) fn is_retold(&self, pos: u32) -> bool {
        let newcomer = &self.live[&pos];
        // A mere copy is spared the walk: its event may have thousands of members.
        if newcomer.shadow_of.is_some() || newcomer.source == u32::MAX {
            return false;
        }
        // What it shares with earlier texts stands first.
        let copies = |m: u32, text: &Live| text.copies.iter().take_while(|c| c.other < m).any(|c| relation_of(c).is_some());
        let is_own = |m: u32, text: &Live| text.parts.is_empty() && !copies(m, text);
        let is_version = |text: &Live| text.url != 0 && text.url == newcomer.url;
        let earlier = self.events[&newcomer.event].members.iter().filter(|m| **m != pos).map(|m| (*m, &self.live[m]));
        let of_outlet = earlier.filter(|(m, text)| text.source == newcomer.source && !is_version(text) && is_own(*m, text));
        is_own(pos, newcomer) && of_outlet.take(RETOLD).count() == RETOLD
    }

    /// Counts the words that the newcomer brings to its event. Tells whether it founded it.
    ///
    /// What one outlet tells again and again may be a topic and not a happening: all words of a text so `retold` count anew, as those of
    /// another event would. Otherwise the words of a topic once taken for one event would never become common, and draw in ever more of it.
    pub(super) fn count(&mut self, pos: u32, retold: bool) -> bool {
        let newcomer = &self.live[&pos];
        if newcomer.shadow_of.is_some() {
            return false;
        }
        let others: Vec<u32> =
            self.events[&newcomer.event].members.iter().copied().filter(|m| *m != pos && self.live[m].shadow_of.is_none()).collect();
        let last = others.len().saturating_sub(ASKED_LAST).max(ASKED_FIRST.min(others.len()));
        let founder = others.is_empty();
        let asked = others.iter().take(ASKED_FIRST).chain(&others[last..]);
        let asked: Vec<&Live> = asked.filter(|_| !retold).map(|m| &self.live[m]).collect();
        let (held_terms, held_pairs) = self.held(&newcomer.words, &asked);
        if founder {
            self.counts.add_event(newcomer.language);
        }
        newcomer.words.terms().zip(held_terms).filter(|(_, held)| !held).for_each(|(t, _)| self.counts.add_term(t.no));
        let ln = self.counts.ln_bigram_events(newcomer.language);
        let pairs = newcomer.words.pairs();
        let pairs = pairs.iter().map(|&pair| newcomer.words.numbers(pair)).zip(held_pairs);
        let sum = pairs.map(|(b, held)| if held { self.counts.bigram_weight(b, ln) } else { self.counts.add_bigram(b, ln) }).sum();
        let newcomer = self.live.get_mut(&pos).expect("looked at above");
        newcomer.bigram_sum = (sum, ln);
        newcomer.words.settle();
        founder
    }

    /// Which of a text's distinct words, and of its pairs, any of these articles has too.
    fn held(&self, words: &Words, asked: &[&Live]) -> (Vec<bool>, Vec<bool>) {
        let (mut terms, mut pairs) = (vec![false; words.len()], vec![false; words.pair_count()]);
        let mut bigrams = Bigrams::of(&words.pairs());
        let mut own = Vec::new();
        self.with_places(words, |at| {
            for article in asked {
                own.clear();
                own.extend(article.words.terms().map(|t| at[t.no as usize]));
                own.iter().filter_map(|place| place.checked_sub(1)).for_each(|place| terms[usize::from(place)] = true);
                own.resize(article.words.places(), 0);
                bigrams.shared(&article.words, &own, |number| pairs[number] = true);
            }
        });
        (terms, pairs)
    }
}

#[cfg(test)]
mod tests {
    use crate::article::{ArticleId, EventId, FileDigest};
    use crate::detect::features::Features;
    use crate::detect::{Detector, Incoming, Settings, Stored, Trace};

    fn incoming(n: u32, source: &str, text: &str) -> Incoming {
        at_address(n, source, text, None)
    }

    fn at_address(n: u32, source: &str, text: &str, url: Option<&str>) -> Incoming {
        let id = ArticleId::new(&FileDigest::of(b"regroup"), n);
        let features = Features::of("", text, "en");
        Incoming { id, features, source: source.into(), url: url.map(str::to_owned), when: None, dated: false, order: f64::from(n) }
    }

    fn weight_of_kestria(mut detector: Detector) -> f32 {
        let kestria = detector.counts.number(crate::text::words::hash("kestria"), Default::default());
        detector.counts.weight(kestria, detector.counts.ln_events(crate::text::words::hash("en")))
    }

    /// Weight of a word that three texts of one event hold.
    fn told(texts: [Incoming; 3], trace: &Trace) -> f32 {
        let mut detector = Detector::new(Settings::default(), 0);
        for (pos, incoming) in (0..).zip(texts) {
            detector.restore(Stored { pos, incoming, trace: trace.clone(), moves: vec![(pos, EventId([1; 10]))] });
        }
        weight_of_kestria(detector)
    }

    fn told_by(sources: [&str; 3]) -> f32 {
        told(std::array::from_fn(|n| incoming(n as u32, sources[n], TEXTS[n])), &Trace::default())
    }

    const TEXTS: [&str; 3] = [
        "Kestria votes in a tight race between two candidates on a rainy morning",
        "Ballot papers run short in the northern lakes of Kestria as queues grow",
        "A court in Kestria refuses to lift the ban on messaging before the count",
    ];

    #[test]
    fn what_one_outlet_tells_again_and_again_becomes_common() {
        let once = told_by(["Herald", "Courier", "Ledger"]);
        assert_eq!(told_by(["Herald", "Courier", "Herald"]), once, "twice is no more than an update");
        assert_eq!(told_by(["unknown"; 3]), once);
        assert!(told_by(["Herald"; 3]) < once - 1.0);
    }

    #[test]
    fn versions_and_parts_of_one_item_are_told_once() {
        let once = told_by(["Herald", "Courier", "Ledger"]);
        let herald = |url| std::array::from_fn(|n| at_address(n as u32, "Herald", TEXTS[n], url));
        assert_eq!(told(herald(Some("https://herald.example/live")), &Trace::default()), once, "one address");
        assert_eq!(told(herald(None), &Trace { parts: vec![0], ..Trace::default() }), once, "takes of one item");
        assert!(told(herald(None), &Trace::default()) < once);
    }

    #[test]
    fn copies_are_told_once() {
        let placed = |sources: [&str; 3]| {
            let mut detector = Detector::new(Settings::default(), 0);
            (0..).zip(sources).for_each(|(n, source)| drop(detector.place(incoming(n, source, TEXTS[0]))));
            assert_eq!(detector.event_of(0), detector.event_of(2));
            weight_of_kestria(detector)
        };
        assert_eq!(placed(["Herald"; 3]), placed(["Herald", "Courier", "Ledger"]));
    }
}
