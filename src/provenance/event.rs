//! Who took how much from whom in an event, and what only one source has.

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::family::ArticleRef;
use super::versions::Version;
use super::{Family, PASSAGE, Part};
use crate::store::rows::Kin;

/// Who took what from whom in an event.
#[derive(Debug, Clone)]
pub struct Shares {
    /// What each source did, earliest first.
    pub sources: Vec<SourceShare>,
    /// The longest passages that one source alone has.
    pub only_one_source: Vec<OnlyHere>,
    /// Its articles in order of publication.
    pub timeline: Vec<Moment>,
    /// Articles with more than one version, each with what changed.
    pub versions: Vec<Vec<Version>>,
}

impl Shares {
    /// Finds it out from the family of an event.
    pub fn of(family: &Family, event: &str) -> Self {
        Self {
            sources: sources(family, event),
            only_one_source: only_one_source(family, event),
            timeline: timeline(family, event),
            versions: versions(family, event),
        }
    }
}

/// A source's part in an event.
#[derive(Debug, Clone, Serialize)]
pub struct SourceShare {
    /// The source.
    pub source: String,
    /// Its earliest article of the event: what its time and relation are of.
    pub first: ArticleRef,
    /// How that stands to the event.
    pub relation: String,
    /// Hours after the first report of the event; `null` where either has no hour.
    pub delay_hours: Option<f64>,
    /// The version of its text that counts: the newest.
    pub current: ArticleRef,
    /// Versions of it.
    pub versions: u32,
    /// Share of the words that other sources published first, 0 to 1.
    pub copied: f32,
    /// The source that published most of them.
    pub copied_from: Option<String>,
    /// That source's share of the words.
    pub copied_from_share: f32,
}

/// A passage that one source alone has.
#[derive(Debug, Clone, Serialize)]
pub struct OnlyHere {
    /// The article.
    pub article: ArticleRef,
    /// Number of words.
    pub words: u32,
    /// The words.
    pub text: String,
}

/// Passages shown that only one source has.
const SHOWN: usize = 3;

/// What each source of an event did, earliest first.
fn sources(family: &Family, event: &str) -> Vec<SourceShare> {
    let first = family.kin.iter().find(|k| k.event == event).and_then(exact);
    by_source(family, event).into_iter().map(|ranks| share(family, &ranks, first)).collect()
}

/// The longest passages of an event that stand in the texts of one source only; with one source there is nothing to tell apart.
fn only_one_source(family: &Family, event: &str) -> Vec<OnlyHere> {
    let by_source = by_source(family, event);
    if by_source.len() < 2 {
        return Vec::new();
    }
    let mut runs: Vec<(u32, usize, u32)> = Vec::new();
    for rank in by_source.iter().flat_map(|ranks| newest(family, ranks)) {
        let own = |other: usize| family.kin[other].source == family.kin[rank].source;
        let words = &family.words[rank];
        for (first, count) in family.lineage.only_in(rank, own) {
            // A passage of title and text would read as a sentence that nobody wrote.
            let end = first + count;
            let told = words.told_runs(first.max(words.title).min(end), end).into_iter();
            runs.extend(told.filter(|(first, end)| first + PASSAGE <= *end).map(|(first, end)| (end - first, rank, first)));
        }
    }
    runs.sort_by_key(|&(words, rank, first)| (std::cmp::Reverse(words), rank, first));
    let shown = runs.into_iter().take(SHOWN);
    shown
        .map(|(words, rank, first)| OnlyHere { article: family.named(rank), words, text: family.text(rank, first, first + words) })
        .collect()
}

/// One article in the course of an event.
#[derive(Debug, Clone, Serialize)]
pub struct Moment {
    /// The article.
    #[serde(flatten)]
    pub article: ArticleRef,
    /// Hours after the first report; `null` where either has no hour.
    pub delay_hours: Option<f64>,
    /// How it stands to the event.
    pub relation: String,
    /// Its number among the source's versions.
    pub version: u32,
    /// Its headline.
    pub title: String,
}

/// The articles of an event in order of publication.
fn timeline(family: &Family, event: &str) -> Vec<Moment> {
    let of_event = || family.kin.iter().enumerate().filter(|(_, k)| k.event == event);
    let first = of_event().next().and_then(|(_, k)| exact(k));
    let moment = |(rank, k): (usize, &Kin)| Moment {
        article: family.named(rank),
        delay_hours: delay(first, exact(k)),
        relation: k.relation.clone(),
        version: k.version,
        title: k.title.clone(),
    };
    of_event().map(moment).collect()
}

/// The articles of an event that a source published in several versions, each with what changed.
fn versions(family: &Family, event: &str) -> Vec<Vec<Version>> {
    let mut chains: Vec<Vec<&Kin>> = Vec::new();
    let mut at: FxHashMap<&str, usize> = FxHashMap::default();
    for kin in family.kin.iter().filter(|k| k.event == event) {
        let at = *at.entry(&kin.chain).or_insert(chains.len());
        if at == chains.len() {
            chains.push(Vec::new());
        }
        chains[at].push(kin);
    }
    chains.into_iter().filter(|kin| kin.len() > 1).map(super::versions::versions).collect()
}

/// Hours between a report and the first of the event, where both times are known to the minute.
pub fn delay(first: Option<Timestamp>, then: Option<Timestamp>) -> Option<f64> {
    first.zip(then).map(|(first, then)| (then.as_second() - first.as_second()) as f64 / 3600.0)
}

/// The publication time of an article, if its hour is known.
pub fn exact(kin: &Kin) -> Option<Timestamp> {
    kin.published.filter(|_| kin.precision.as_deref() != Some("day"))
}

/// Ranks of the articles of an event by source, the earliest source first.
fn by_source(family: &Family, event: &str) -> Vec<Vec<usize>> {
    let mut at: FxHashMap<&str, usize> = FxHashMap::default();
    let mut ranks: Vec<Vec<usize>> = Vec::new();
    for (rank, kin) in family.kin.iter().enumerate().filter(|(_, k)| k.event == event) {
        let at = *at.entry(&kin.source).or_insert(ranks.len());
        if at == ranks.len() {
            ranks.push(Vec::new());
        }
        ranks[at].push(rank);
    }
    ranks
}

/// The article that stands for a source: the newest version of its first article.
fn current(family: &Family, ranks: &[usize]) -> usize {
    let chain = &family.kin[ranks[0]].chain;
    newest(family, ranks).into_iter().find(|&r| family.kin[r].chain == *chain).unwrap_or(ranks[0])
}

/// The articles of a source without those that a newer version replaced.
fn newest(family: &Family, ranks: &[usize]) -> Vec<usize> {
    let mut newest: FxHashMap<&str, usize> = FxHashMap::default();
    for &rank in ranks {
        let kin = &family.kin[rank];
        let known = newest.entry(&kin.chain).or_insert(rank);
        if family.kin[*known].version < kin.version {
            *known = rank;
        }
    }
    let mut newest: Vec<usize> = newest.into_values().collect();
    newest.sort_unstable();
    newest
}

fn share(family: &Family, ranks: &[usize], first_report: Option<Timestamp>) -> SourceShare {
    let (earliest, current) = (ranks[0], current(family, ranks));
    let kin = &family.kin[earliest];
    let words = (family.words[current].told() as f32).max(1.0);
    let mut from: Vec<(&str, u32)> = Vec::new();
    for (origin, words) in family.lineage.origins(current) {
        let source = family.kin[origin].source.as_str();
        match from.iter_mut().find(|(known, _)| *known == source) {
            _ if source == kin.source => {}
            Some((_, sum)) => *sum += words,
            None => from.push((source, words)),
        }
    }
    let most = from.iter().copied().reduce(|most, next| if next.1 > most.1 { next } else { most });
    SourceShare {
        source: kin.source.clone(),
        first: family.named(earliest),
        relation: kin.relation.clone(),
        delay_hours: delay(first_report, exact(kin)),
        current: family.named(current),
        versions: ranks.iter().filter(|&&r| family.kin[r].chain == kin.chain).count() as u32,
        copied: from.iter().map(|f| f.1).sum::<u32>() as f32 / words,
        copied_from: most.map(|(source, _)| source.to_owned()),
        copied_from_share: most.map_or(0.0, |(_, of_source)| of_source as f32 / words),
    }
}

impl Family {
    fn text(&self, rank: usize, first: u32, end: u32) -> String {
        let words = &self.words[rank];
        let kin = &self.kin[rank];
        let whole = if words.part(first) == Part::Title { &kin.title } else { &kin.text };
        let (from, to) = words.stretch(whole, first, end).bytes;
        whole[from..to].trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(pos: u32, source: &str, hour: u32, text: &str) -> Kin {
        let at: Timestamp = format!("2026-03-04T{hour:02}:00:00Z").parse().unwrap();
        Kin {
            pos,
            article: format!("a{pos}"),
            event: "e".to_owned(),
            story: "s".to_owned(),
            relation: "report".to_owned(),
            source: source.to_owned(),
            published: Some(at),
            precision: Some("minute".to_owned()),
            received: at,
            version: 1,
            chain: format!("a{pos}"),
            title: String::new(),
            text: text.to_owned(),
            lang: "ar".to_owned(),
            asides: Vec::new(),
        }
    }

    #[test]
    fn a_day_has_no_hour_to_be_late_by() {
        let mut day = kin(1, "المرصد", 0, "");
        day.precision = Some("day".to_owned());
        let family = Family::new(vec![kin(0, "الموجز", 9, ""), kin(2, "البريد", 12, ""), day]);
        let late: Vec<Option<f64>> = sources(&family, "e").iter().map(|s| s.delay_hours).collect();
        assert_eq!(late, [None, None, None], "the first of the event has no hour, so nobody's delay is known");
        let family = Family::new(vec![kin(0, "الموجز", 9, ""), kin(2, "البريد", 12, "")]);
        assert_eq!(timeline(&family, "e").iter().map(|m| m.delay_hours).collect::<Vec<_>>(), [Some(0.0), Some(3.0)]);
    }

    #[test]
    fn every_article_of_a_source_may_have_what_no_other_source_has() {
        let (first, second) =
            ("أضرب عمال المخابز في المدينة القديمة احتجاجا على غلاء الطحين", "وزع متطوعون خبزا مجانيا على بيوت الحي طوال ليلة أمس كلها");
        let family = Family::new(vec![kin(0, "الموجز", 9, first), kin(1, "الموجز", 10, second), kin(2, "البريد", 12, first)]);
        let only: Vec<(String, String)> = only_one_source(&family, "e").into_iter().map(|o| (o.article.article, o.text)).collect();
        assert_eq!(only, [("a1".to_owned(), second.to_owned())]);
    }
}
