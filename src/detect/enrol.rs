//! The way of an article into the detector's memory.

use thin_vec::ThinVec;
use xxhash_rust::xxh3::xxh3_64;

use super::index::Keys;
use super::live::{Live, LiveTerm};
use super::measure::damped;
use super::weights::TermNo;
use super::words::Words;
use super::{Detector, Incoming, Trace, features};
use crate::text::prior::Level;

impl Detector {
    /// Makes a live article of an incoming one, and the keys that it is found by.
    pub(super) fn admit(&mut self, incoming: Incoming) -> (Live, Keys) {
        let Incoming { id, features, source, url, when, dated, order } = incoming;
        let next = self.sources.len() as u32;
        let source = if source == "unknown" { u32::MAX } else { *self.sources.entry(source).or_insert(next) };
        let number =
            |t: &features::Term| LiveTerm { no: self.counts.number(t.hash, t.level), count: t.count, lead: t.lead, title: t.title };
        let terms: Vec<LiveTerm> = features.terms.iter().map(number).collect();
        let later: Vec<TermNo> = features.later.iter().map(|&hash| self.counts.number(hash, Level::default())).collect();
        let ln_events = self.counts.ln_events(features.language);
        let weighted = terms.iter().map(|t| (t.no, damped(t.count) * self.counts.weight(t.no, ln_events)));
        let keys = Keys::new(weighted, features.grams, features.simhash);
        let live = Live {
            id,
            source,
            url: url.map_or(0, |u| xxh3_64(u.as_bytes())),
            when,
            dated,
            order,
            words: Words::new(terms, &later, &features.order, features.extent, features.pairs),
            numbers: features.numbers.into(),
            weekdays: features.weekdays,
            countries: features.countries,
            regions: features.regions,
            language: features.language,
            arabic: features.arabic,
            bigram_sum: (0.0, 0.0),
            links: ThinVec::new(),
            copies: ThinVec::new(),
            bonds: None,
            event: u32::MAX,
            standing: None,
            shadows: 0,
            shadow_of: None,
        };
        (live, keys)
    }

    /// Makes the newcomer one of the live articles.
    pub(super) fn enrol(&mut self, pos: u32, mut newcomer: Live, trace: &Trace, keys: &Keys) {
        self.next_pos = pos + 1;
        if let Some(when) = newcomer.when {
            self.newest = self.newest.max(when.from);
        }
        newcomer.links = trace.links.as_slice().into();
        newcomer.copies = trace.copies.as_slice().into();
        if !(trace.retold.is_empty() && trace.must_links.is_empty() && trace.parts.is_empty()) {
            let bonds = newcomer.bonds_mut();
            bonds.retold = trace.retold.as_slice().into();
            bonds.must_links = trace.must_links.as_slice().into();
            bonds.parts = trace.parts.as_slice().into();
        }
        for part in &trace.parts {
            if let Some(other) = self.live.get_mut(part) {
                other.bonds_mut().parts.push(pos);
            }
        }
        for link in &trace.copies {
            if let Some(other) = self.live.get_mut(&link.other) {
                other.copies.push(link.seen_from(pos));
            }
        }
        newcomer.shadow_of = trace.shadow_of.filter(|pos| self.live.contains(pos));
        match newcomer.shadow_of {
            Some(copied) => {
                self.live.get_mut(&copied).expect("checked above").shadows += 1;
                newcomer.words = Words::default();
            }
            None => self.index.add(pos, keys),
        }
        self.live.push(pos, newcomer);
        for roundup in &trace.roundups {
            if let Some(article) = self.live.get_mut(&roundup.pos) {
                article.bonds_mut().roundup_of = roundup.of.as_slice().into();
            }
        }
    }
}
