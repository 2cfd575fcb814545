//! Round-ups and live blogs: one text that reports several happenings, linked to each and merging none.
//!
//! A text is a round-up of two articles if each of them shares rare words with it that the other has not, if these words stand in
//! different parts of it, and if the two have little to do with each other. What it reports at length counts, not what it recalls: the
//! parts must be of like weight, and the articles of about its own day.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::regroup::NEAR;
use super::{Detector, Live, Scored};

/// Probability from which an article may be what a part of a text reports.
const REPORTED: f32 = 0.01;
/// The same once two parts are found.
const ALSO_REPORTED: f32 = 0.001;
/// Probability below which two articles have little to do with each other.
const APART: f32 = 0.1;
/// Hours within which a round-up reports.
const SAME_DAY: f32 = 36.0;
/// Weight, in nats, from which a shared word is rare, how many of them a part must have, and their weight together.
const RARE: f32 = 4.0;
const RARE_WORDS: usize = 5;
const PART: f32 = 25.0;
/// Weight of the smaller part against the larger one: below it, the smaller part is background.
const BALANCE: f32 = 0.4;
/// Share of the word pairs, one of either part, that stand in the same order.
const ORDERED: f32 = 0.85;
/// Share of the rarer words that two articles may have in common and still be of different happenings.
const IN_COMMON: f32 = 0.1;
/// Members of an event that are asked whether they are the other part of a round-up.
const ASKED: usize = 6;
/// Share in both directions from which a text is another edition of a round-up.
const SAME_ROUNDUP: f32 = 0.5;

/// An article that reports several happenings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roundup {
    /// Its order number.
    pub pos: u32,
    /// An article of each happening it reports.
    pub of: Vec<u32>,
}

impl Detector {
    /// The round-ups that a newcomer reveals: itself, or an earlier text of which it reports but a part. A mere copy reveals no more than
    /// what it copies did, and its event may have thousands of members to ask.
    pub(super) fn roundups(&self, pos: u32, newcomer: &Live, scored: &[Scored], is_copy: bool) -> Vec<Roundup> {
        let itself = self.edition(scored).unwrap_or_else(|| self.parts(newcomer, scored));
        if itself.len() > 1 {
            return vec![Roundup { pos, of: itself }];
        }
        if is_copy {
            return Vec::new();
        }
        let near = scored.iter().filter(|s| s.probability >= NEAR && self.live[&s.pos].bonds().roundup_of.is_empty());
        near.filter_map(|s| {
            let other = self.other_part(pos, newcomer, s.pos, scored)?;
            Some(Roundup { pos: s.pos, of: vec![other, pos] })
        })
        .collect()
    }

    /// What the round-up reports of which the newcomer is another edition.
    fn edition(&self, scored: &[Scored]) -> Option<Vec<u32>> {
        let same = |s: &&Scored| s.overlap.as_ref().is_some_and(|o| o.of_a >= SAME_ROUNDUP && o.of_b >= SAME_ROUNDUP);
        scored.iter().filter(same).map(|s| &self.live[&s.pos].bonds().roundup_of).find(|of| !of.is_empty()).map(|of| of.to_vec())
    }

    /// The closest articles of different events that the newcomer reports in different parts.
    fn parts(&self, newcomer: &Live, scored: &[Scored]) -> Vec<u32> {
        let mut reported: Vec<&Scored> =
            scored.iter().filter(|s| s.probability >= ALSO_REPORTED && self.live[&s.pos].bonds().roundup_of.is_empty()).collect();
        reported.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.pos.cmp(&b.pos)));
        let mut parts: Vec<u32> = Vec::new();
        for s in reported {
            let candidate = &self.live[&s.pos];
            let apart = |part: &u32| self.linked(*part, s.pos) < APART && self.live[part].event != candidate.event;
            let enough = s.probability >= if parts.len() < 2 { REPORTED } else { ALSO_REPORTED };
            if enough && parts.iter().all(apart) && parts.iter().all(|part| self.reports_both(newcomer, &self.live[part], candidate)) {
                parts.push(s.pos);
            }
        }
        parts
    }

    /// The member of an earlier text's event that, with the newcomer, makes that text a round-up.
    fn other_part(&self, pos: u32, newcomer: &Live, text: u32, scored: &[Scored]) -> Option<u32> {
        let text_live = &self.live[&text];
        let measured = |other: u32| scored.iter().find(|s| s.pos == other).map_or(0.0, |s| s.probability);
        let members = self.events.get(&text_live.event)?.members.iter().copied().filter(|m| *m != text && *m != pos);
        members
            .filter(|m| self.live[m].shadow_of.is_none() && self.linked(*m, text) >= REPORTED && measured(*m) < APART)
            .take(ASKED)
            .find(|m| self.reports_both(text_live, &self.live[m], newcomer))
    }

    /// Probability found between two live articles; 0 if they were not compared.
    fn linked(&self, a: u32, b: u32) -> f32 {
        let (later, earlier) = (a.max(b), a.min(b));
        self.live[&later].links.iter().find(|(other, _)| *other == earlier).map_or(0.0, |(_, p)| *p)
    }

    /// Whether a text reports two articles in different parts, both of about its day and at like length.
    fn reports_both(&self, text: &Live, a: &Live, b: &Live) -> bool {
        let same_day = |other: &Live| text.when.zip(other.when).is_some_and(|(x, y)| x.gap(&y) <= SAME_DAY);
        if !same_day(a) || !same_day(b) || self.in_common(a, b) > IN_COMMON {
            return false;
        }
        let [of_a, of_b] = self.only_in_one(text, a, b);
        let weight = |words: &[(u32, f32)]| words.iter().map(|w| w.1).sum::<f32>();
        let (weight_a, weight_b) = (weight(&of_a), weight(&of_b));
        of_a.len().min(of_b.len()) >= RARE_WORDS
            && weight_a.min(weight_b) >= PART.max(BALANCE * weight_a.max(weight_b))
            && in_different_parts(&self.places(text, &of_a), &self.places(text, &of_b))
    }

    /// Weight of the rare words that two articles share, against that of the article with less.
    fn in_common(&self, a: &Live, b: &Live) -> f32 {
        let ln_events = self.counts.ln_events(a.language);
        let rare = |article: &Live| -> Vec<(u32, f32)> {
            let weighted = article.words.numbers().map(|no| (no, self.counts.weight(no, ln_events)));
            weighted.filter(|w| w.1 >= RARE).collect()
        };
        let (rare_a, rare_b) = (rare(a), rare(b));
        let sum = |words: &[(u32, f32)]| words.iter().map(|w| w.1).sum::<f32>();
        let shared: f32 = self.with_places(&b.words, |at| rare_a.iter().filter(|w| at[w.0 as usize] > 0).map(|w| w.1).sum());
        shared / sum(&rare_a).min(sum(&rare_b)).max(1.0)
    }

    /// Rare words that a text shares with the first of two articles and not with the second, and the other way, with their weights.
    fn only_in_one(&self, text: &Live, a: &Live, b: &Live) -> [Vec<(u32, f32)>; 2] {
        let ln_events = self.counts.ln_events(text.language);
        let weighted = text.words.numbers().map(|no| (no, self.counts.weight(no, ln_events)));
        let rare: Vec<(u32, f32)> = weighted.filter(|w| w.1 >= RARE).collect();
        let [in_a, in_b] = [a, b].map(|article| self.with_places(&article.words, |at| rare.iter().map(|w| at[w.0 as usize] > 0).collect()));
        let only = |with: &Vec<bool>, without: &Vec<bool>| {
            let words = rare.iter().zip(with.iter().zip(without));
            words.filter(|(_, (with, without))| **with && !**without).map(|(word, _)| *word).collect()
        };
        [only(&in_a, &in_b), only(&in_b, &in_a)]
    }

    /// Where words stand in a text, by the number of the word.
    fn places(&self, text: &Live, words: &[(u32, f32)]) -> Vec<usize> {
        let wanted: FxHashSet<u32> = words.iter().map(|w| w.0).collect();
        text.words.sequence().iter().enumerate().filter(|(_, no)| wanted.contains(no)).map(|(at, _)| at).collect()
    }
}

/// Whether nearly all of one list stands before nearly all of the other. Both are sorted.
fn in_different_parts(a: &[usize], b: &[usize]) -> bool {
    let before: usize = a.iter().map(|x| b.len() - b.partition_point(|y| y <= x)).sum();
    let share = before as f32 / (a.len() * b.len()).max(1) as f32;
    !a.is_empty() && !b.is_empty() && share.max(1.0 - share) >= ORDERED
}

#[cfg(test)]
mod tests {
    use super::in_different_parts;

    #[test]
    fn parts_are_told_from_a_mixture() {
        assert!(in_different_parts(&[1, 2, 3, 9], &[10, 12, 40]));
        assert!(in_different_parts(&[50, 60], &[1, 2, 3]));
        assert!(!in_different_parts(&[1, 20, 3], &[2, 10, 40]));
        assert!(!in_different_parts(&[], &[1]));
    }
}
