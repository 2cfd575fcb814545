//! How well the detector agrees with what editors decided: their edits are labels of pairs of articles.
//!
//! The articles are placed anew without any edit, from some way before the first that an edit names, at the threshold in effect and at
//! others. The pairs are those that editors looked at, and they looked where something was wrong: the figures compare thresholds, and say
//! little about the stream as a whole, of which `cargo bench --bench quality` speaks.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::article::{Article, AsideKind, EventId};
use crate::detect::features::Features;
use crate::detect::live::{When, hours};
use crate::detect::{Detector, Incoming, Settings};
use crate::repeated::{self, Repeated};
use crate::store::edits::Decided;
use crate::store::rebuild::StoredArticle;
use crate::store::{self, Reader};

/// Thresholds that are tried besides the one in effect.
const OTHERS: [f32; 8] = [0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7];
/// Articles placed before the first that an edit names, so that words have their weights.
const BEFORE: u32 = 10_000;
/// Articles read at a time.
const STEP: u32 = 4096;
/// Pairs of one edit that count, the first: two large events that were merged are one decision, not ten thousand.
const PAIRS: usize = 200;

/// How often a detector agrees with editors on pairs of articles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Agreement {
    /// Average probability at which articles are one event.
    pub threshold: f32,
    /// Pairs that editors hold together, and the detector too.
    pub both: u32,
    /// Pairs that the detector alone puts together.
    pub wrong: u32,
    /// Pairs that editors hold together and the detector does not.
    pub missed: u32,
    /// Share of the pairs put together that editors hold together; `null` if none is put together.
    pub precision: Option<f64>,
    /// Share of the pairs that editors hold together that are put together; `null` if there are none.
    pub recall: Option<f64>,
}

/// What became of the evaluation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluated {
    /// Edits that say something about pairs.
    pub edits: u32,
    /// Pairs that editors hold together.
    pub together: u32,
    /// Pairs that they hold apart.
    pub apart: u32,
    /// Articles that were placed anew.
    pub articles: u32,
    /// With the threshold in effect.
    pub present: Agreement,
    /// With every threshold tried, lowest first.
    pub thresholds: Vec<Agreement>,
    /// Edits that the detector agrees with in every pair, and those that it does not, by number.
    pub agreed: Vec<u32>,
    /// See `agreed`.
    pub disagreed: Vec<u32>,
}

/// Two articles by order number, whether they are together, and the edit that says so.
type Label = (u32, u32, bool, u32);

/// The pairs that edits speak of; of two edits that speak of one pair the newer counts.
pub fn labels(decided: &[Decided]) -> Vec<Label> {
    let mut of: FxHashMap<(u32, u32), (bool, u32)> = FxHashMap::default();
    for d in decided {
        let pairs = |others: &[u32]| -> Vec<(u32, u32)> {
            let all = d.named.iter().flat_map(|a| others.iter().map(move |b| ((*a).min(*b), (*a).max(*b))));
            all.filter(|(a, b)| a != b).take(PAIRS).collect()
        };
        of.extend(pairs(&d.there).into_iter().map(|pair| (pair, (true, d.edit))));
        of.extend(pairs(&d.left).into_iter().map(|pair| (pair, (false, d.edit))));
    }
    let mut labels: Vec<Label> = of.into_iter().map(|((a, b), (together, edit))| (a, b, together, edit)).collect();
    labels.sort_unstable();
    labels
}

/// Places the articles anew and compares; `progress` is told how many articles of how many are read.
///
/// # Errors
/// If the store cannot be read.
pub fn evaluate(reader: &Reader, settings: &Settings, mut progress: impl FnMut(u64, u64)) -> store::Result<Evaluated> {
    let labels = labels(&reader.decisions()?);
    let ends = labels.iter().flat_map(|(a, b, ..)| [*a, *b]);
    let (first, last) = (ends.clone().min().unwrap_or(0), ends.max().unwrap_or(0));
    let all = if labels.is_empty() { 0 } else { reader.totals()?.articles };
    let from = first.saturating_sub(BEFORE).min(all);
    let mut at = from;
    let mut rows = Vec::new();
    while at < all {
        rows.extend(reader.stored_articles(at, STEP)?.into_par_iter().map(row).collect::<Vec<_>>());
        at = at.saturating_add(STEP).min(all);
        progress(u64::from(at - from), u64::from(all - from));
    }
    let mut tried: Vec<f32> = OTHERS.into_iter().filter(|t| (t - settings.threshold).abs() > 0.001).chain([settings.threshold]).collect();
    tried.sort_by(f32::total_cmp);
    let places: Vec<(f32, FxHashMap<u32, EventId>)> = tried
        .par_iter()
        .map(|threshold| (*threshold, place(&rows, from, &Settings { threshold: *threshold, ..settings.clone() }, (first, last))))
        .collect();
    let thresholds: Vec<Agreement> = places.iter().map(|(threshold, events)| agreement(*threshold, &labels, events)).collect();
    let at = tried.iter().position(|t| *t == settings.threshold).unwrap_or(0);
    let mut edits: Vec<u32> = labels.iter().map(|l| l.3).collect();
    edits.sort_unstable();
    edits.dedup();
    let agrees = |edit: &u32| labels.iter().filter(|l| l.3 == *edit).all(|(a, b, together, _)| same(&places[at].1, *a, *b) == *together);
    let (agreed, disagreed): (Vec<u32>, Vec<u32>) = edits.iter().partition(|edit| agrees(edit));
    Ok(Evaluated {
        edits: edits.len() as u32,
        together: labels.iter().filter(|l| l.2).count() as u32,
        apart: labels.iter().filter(|l| !l.2).count() as u32,
        articles: rows.len() as u32,
        present: thresholds[at],
        thresholds,
        agreed,
        disagreed,
    })
}

/// An article as it came in, without what was learned since.
struct Row {
    incoming: Incoming,
    article: Article,
    lines: Vec<repeated::Line>,
}

fn row(stored: StoredArticle) -> Row {
    let StoredArticle { id, received, mut article, .. } = stored;
    article.asides.retain(|aside| aside.kind != AsideKind::Repeated);
    let incoming = Incoming {
        id,
        features: Features::of_article(&article),
        source: article.source.clone(),
        url: article.url.clone(),
        when: article.published.and_then(|p| When::stated(&p)),
        dated: article.published.is_some_and(|p| When::parts(&p)),
        order: hours(article.published.map_or(received, |p| p.at)),
    };
    Row { lines: repeated::lines(&article.text), incoming, article }
}

/// The events of the articles between two order numbers, after all are placed without edits.
fn place(rows: &[Row], from: u32, settings: &Settings, (first, last): (u32, u32)) -> FxHashMap<u32, EventId> {
    let mut detector = Detector::new(settings.clone(), from);
    let mut repeated = Repeated::default();
    let mut events = FxHashMap::default();
    for row in rows {
        let (mut incoming, mut article) = (row.incoming.clone(), row.article.clone());
        if repeated.mark(&mut article, &row.lines) {
            incoming.features = Features::of_article(&article);
        }
        let decision = detector.place(incoming);
        if let Some((_, event)) = decision.moves.iter().find(|(pos, _)| *pos == decision.pos) {
            repeated.learn(&article.source, &row.lines, *event);
        }
        events.extend(decision.moves.iter().filter(|(pos, _)| (first..=last).contains(pos)).copied());
    }
    events
}

fn same(events: &FxHashMap<u32, EventId>, a: u32, b: u32) -> bool {
    events.get(&a).is_some_and(|event| events.get(&b) == Some(event))
}

fn agreement(threshold: f32, labels: &[Label], events: &FxHashMap<u32, EventId>) -> Agreement {
    let count = |wanted: bool, found: bool| {
        labels.iter().filter(|(a, b, together, _)| *together == wanted && same(events, *a, *b) == found).count() as u32
    };
    let (both, wrong, missed) = (count(true, true), count(false, true), count(true, false));
    let share = |of: u32| (of > 0).then(|| f64::from(both) / f64::from(of));
    Agreement { threshold, both, wrong, missed, precision: share(both + wrong), recall: share(both + missed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_edit_labels_a_pair() {
        let decided = |edit, there: &[u32], named: &[u32], left: &[u32]| Decided {
            edit,
            kind: String::new(),
            there: there.to_vec(),
            named: named.to_vec(),
            left: left.to_vec(),
        };
        let labels = labels(&[decided(1, &[], &[3], &[1, 2]), decided(2, &[3], &[2], &[1])]);
        assert_eq!(labels, [(1, 2, false, 2), (1, 3, false, 1), (2, 3, true, 2)]);
        let events = [(1, EventId([1; 10])), (2, EventId([1; 10])), (3, EventId([1; 10]))].into_iter().collect();
        let all_in_one = agreement(0.1, &labels, &events);
        assert_eq!((all_in_one.both, all_in_one.wrong, all_in_one.missed), (1, 2, 0));
        assert_eq!((all_in_one.precision, all_in_one.recall), (Some(1.0 / 3.0), Some(1.0)));
    }
}
