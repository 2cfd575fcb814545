//! Stories inside an event: which texts descend from one another, and how each article stands to the rest.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::live::CopyLink;
use super::roundup::Roundup;
use super::{Change, Detector, Place};
use crate::article::{ArticleId, Relation, StoryId};

/// Copied share from which two texts are one story.
pub const STORY: f32 = 0.15;
/// Copied share from which a text is a copy or an edited copy, not a rewrite.
pub const COPIED: f32 = 0.5;
/// Copied share from which nothing was changed that matters: a copy, perhaps cut, or with something added before or after it.
pub const VERBATIM: f32 = 0.85;
/// Passages that make a story where the share is small: a long text that quotes a wire item at length.
const PASSAGE_LONGEST: u32 = 12;
const PASSAGE_WORDS: u32 = 40;

/// How an article stands in its event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// Its story.
    pub story: StoryId,
    /// Its relation to story and event.
    pub relation: Relation,
    /// The article it copies or rewrites.
    pub relation_to: Option<ArticleId>,
}

/// How a text that shares this much stands to an earlier one, `None` where the two are independent.
pub fn relation_of(link: &CopyLink) -> Option<Relation> {
    if link.shorter >= VERBATIM {
        Some(Relation::Copy)
    } else if link.shorter >= COPIED {
        Some(Relation::Edited)
    } else if link.shorter >= STORY || (link.longest >= PASSAGE_LONGEST && link.in_passages >= PASSAGE_WORDS) {
        Some(Relation::Rewrite)
    } else {
        None
    }
}

impl Detector {
    /// Describes the events that changed; returns the places that differ from what was said before, the newcomer's among them.
    pub(super) fn describe(&mut self, newcomer: u32, moves: &[(u32, u32)], changes: &[Change], revealed: &[Roundup]) -> Vec<Place> {
        let article = &self.live[&newcomer];
        let event = article.event;
        if let (Some(copied), [Change::Joined { .. }]) = (article.shadow_of, changes) {
            let standing = self.shadow_standing(newcomer, copied);
            return vec![self.stand(newcomer, standing)];
        }
        let mut events = vec![event];
        events.extend(revealed.iter().filter_map(|r| self.live.get(&r.pos)).map(|a| a.event));
        for change in changes {
            let ids = match change {
                Change::Created { event, .. } | Change::Joined { event, .. } => [*event, *event],
                Change::Moved { from, to, .. } => [*from, *to],
                Change::Merged { from, into } | Change::Split { from, into } => [*from, *into],
            };
            events.extend(ids.iter().filter_map(|id| self.event_numbers.get(id)));
        }
        events.sort_unstable();
        events.dedup();
        let mut places: Vec<Place> = events.into_iter().flat_map(|event| self.redescribe(event)).collect();
        // An article that only changed its event keeps its standing, but its place is another.
        for &(moved, _) in moves {
            if !places.iter().any(|p| p.pos == moved)
                && let Some(standing) = self.live.get(&moved).and_then(|a| a.standing.clone())
            {
                places.push(self.place_of(moved, standing));
            }
        }
        places.sort_unstable_by_key(|p| p.pos);
        places
    }

    fn place_of(&self, pos: u32, standing: Standing) -> Place {
        let article = &self.live[&pos];
        Place { pos, article: article.id, event: self.events[&article.event].id, standing }
    }

    /// Notes how an article stands; returns its place.
    fn stand(&mut self, pos: u32, standing: Standing) -> Place {
        self.live.get_mut(&pos).expect("the article is live").standing = Some(standing.clone());
        self.place_of(pos, standing)
    }

    /// A mere copy stands where the text it copies stands.
    fn shadow_standing(&self, pos: u32, copied: u32) -> Standing {
        let link = self.live[&pos].copies.iter().find(|c| c.other == copied);
        let relation = link.and_then(relation_of).unwrap_or(Relation::Copy);
        let copied = &self.live[&copied];
        let story = copied.standing.as_ref().expect("the copied text came before").story;
        Standing { story, relation, relation_to: Some(copied.id) }
    }

    /// Works out the stories of an event; returns the places that are new.
    pub(super) fn redescribe(&mut self, event: u32) -> Vec<Place> {
        let Some(state) = self.events.get(&event) else { return Vec::new() };
        let mut members = state.members.to_vec();
        members.sort_by(|a, b| self.live[a].order.total_cmp(&self.live[b].order).then(a.cmp(b)));
        let ranks: FxHashMap<u32, usize> = members.iter().enumerate().map(|(rank, pos)| (*pos, rank)).collect();
        let roots = self.roots(&members, &ranks);
        let mut places = Vec::new();
        for (rank, &pos) in members.iter().enumerate() {
            let founder = members[roots[rank]];
            let standing = self.standing(pos, founder, &ranks);
            if self.live[&pos].standing.as_ref() != Some(&standing) {
                places.push(self.stand(pos, standing));
            }
        }
        places
    }

    /// For each member, in order of time, the rank of the earliest text of its story.
    fn roots(&self, members: &[u32], ranks: &FxHashMap<u32, usize>) -> Vec<usize> {
        let mut root: Vec<usize> = (0..members.len()).collect();
        fn find(root: &mut [usize], mut x: usize) -> usize {
            while root[x] != x {
                root[x] = root[root[x]];
                x = root[x];
            }
            x
        }
        for (a, pos) in members.iter().enumerate() {
            for link in self.live[pos].copies.iter().filter(|c| relation_of(c).is_some()) {
                if let Some(&b) = ranks.get(&link.other) {
                    let (x, y) = (find(&mut root, a), find(&mut root, b));
                    root[x.max(y)] = x.min(y);
                }
            }
            for &b in self.live[pos].bonds().parts.iter().filter_map(|part| ranks.get(part)) {
                let (x, y) = (find(&mut root, a), find(&mut root, b));
                root[x.max(y)] = x.min(y);
            }
        }
        (0..members.len()).map(|x| find(&mut root, x)).collect()
    }

    fn standing(&self, pos: u32, founder: u32, ranks: &FxHashMap<u32, usize>) -> Standing {
        let rank = ranks[&pos];
        let story = StoryId::founded_by(&self.live[&founder].id);
        if founder == pos {
            let relation = if !self.live[&pos].bonds().roundup_of.is_empty() {
                Relation::Roundup
            } else if rank == 0 {
                Relation::First
            } else {
                Relation::Report
            };
            return Standing { story, relation, relation_to: None };
        }
        // The closest earlier text; where only later ones are close, the story's first.
        let earlier = |other: u32| ranks.get(&other).is_some_and(|r| *r < rank);
        let closest = self.live[&pos].copies.iter().filter(|c| relation_of(c).is_some() && earlier(c.other));
        let closest = closest.max_by(|a, b| a.shorter.total_cmp(&b.shorter).then(b.other.cmp(&a.other)));
        // A take that shares no words with the others is an addition to them.
        let parts = &self.live[&pos].bonds().parts;
        let unlike = if parts.is_empty() { Relation::Rewrite } else { Relation::Edited };
        let unlike = (unlike, parts.iter().copied().find(|part| earlier(*part)).unwrap_or(founder));
        let (relation, to) = closest.map_or(unlike, |c| (relation_of(c).unwrap_or(Relation::Rewrite), c.other));
        Standing { story, relation, relation_to: Some(self.live[&to].id) }
    }
}
