//! The same source publishing again under one id or address: a flash and the report that takes its place, or an item written anew.
//!
//! Their words may be too few, or too different, to show that they are one. But a page of the latest news or a bulletin keeps its address
//! too, and sends another happening under it. So the two must be of one day and kin by their words, and nothing may speak for two issues
//! of one form; and all that is known under the label must be of one event, as it is where the label is that of an item.

use super::live::LiveTerm;
use super::measure::ratio;
use super::rules::{TELLING, other_numbers, other_weekday};
use super::{Detector, Live, Scored, Ties, Trace};

/// Hours within which it is: less than a day, so that a daily bulletin is none.
const HOURS: f64 = 20.0;
/// Share of the weight of the shorter text's telling words that the other has, and how many words that must be.
const KIN: f32 = 0.3;
const KIN_WORDS: usize = 2;
/// Count of a word that stands in the headline once and nowhere else.
const IN_HEADLINE: u8 = 2;

impl Detector {
    /// The newest article with a label of a newcomer, ordered at `order`, that it may be another version or a notice of.
    pub(super) fn earlier_version(&self, ties: &Ties, order: f64) -> Option<u32> {
        let mut live = ties.labelled.iter().filter_map(|pos| Some((*pos, self.live.get(pos)?)));
        let (newest, first) = live.next()?;
        let is_one = live.all(|(_, other)| other.event == first.event) && first.bonds().roundup_of.is_empty();
        // A mere copy is not compared: the text that it copies stands for it.
        (is_one && (ties.is_notice || (first.order - order).abs() <= HOURS)).then(|| first.shadow_of.unwrap_or(newest))
    }

    /// Keeps the newcomer with `earlier`, if it is a notice or another version of that. What the pair counts in the cut stays: the newcomer is
    /// measured against what it is like, and takes the earlier version with it.
    pub(super) fn keep_with_version(&self, newcomer: &Live, earlier: Option<(u32, bool)>, scored: &mut [Scored], trace: &mut Trace) {
        let Some((earlier, is_notice)) = earlier.filter(|_| trace.roundups.is_empty()) else { return };
        let Some(s) = scored.iter_mut().find(|s| s.pos == earlier) else { return };
        if s.overlap.is_none() {
            let pos = s.pos;
            self.align_one(newcomer, std::slice::from_mut(s), pos);
        }
        if !is_notice && !self.is_version(newcomer, s) {
            return;
        }
        Self::apply_label(s);
        trace.must_links.push(s.pos);
        let copied = trace.shadow_of.and_then(|copied| self.live.get(&copied));
        if copied.is_some_and(|copied| copied.event != self.live[&s.pos].event) {
            trace.shadow_of = None;
        }
    }

    /// Whether the newcomer is another version of what `s` measures, which has its label.
    fn is_version(&self, newcomer: &Live, s: &Scored) -> bool {
        let is_other = s.rules.iter().any(|(rule, _)| rule.starts_with("other_")) || other_numbers(&s.pair) || other_weekday(&s.pair);
        !is_other && self.are_kin(newcomer, &self.live[&s.pos])
    }

    /// Whether the text with fewer words has enough of its words in common with the other. What stands in both headlines and in neither
    /// text is the name of a page.
    fn are_kin(&self, a: &Live, b: &Live) -> bool {
        let (fewer, more) = if a.words.len() <= b.words.len() { (a, b) } else { (b, a) };
        let ln_events = self.counts.ln_events(fewer.language);
        let (mut shared, mut all, mut words) = (0.0, 0.0, 0);
        for term in fewer.words.terms() {
            let weight = self.counts.weight(term.no, ln_events);
            let other = more.words.terms().find(|t| t.no == term.no);
            let in_headlines_only = |t: &LiveTerm| t.title && t.count <= IN_HEADLINE;
            if weight < TELLING || (in_headlines_only(&term) && other.as_ref().is_some_and(in_headlines_only)) {
                continue;
            }
            all += weight;
            if other.is_some() {
                shared += weight;
                words += 1;
            }
        }
        words >= KIN_WORDS && ratio(shared, all) >= KIN
    }
}
