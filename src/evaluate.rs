//! Labelled news: how well the detector agrees with readers, and learning from what they say.
//!
//! A labelled file has one article a line, as JSON, with the reader's event in `cluster` or `event`. Beside `NAME.jsonl` there may be
//! `NAME.ambiguous.json`, a list of pairs of ids on which readers disagree: such a pair counts neither way.

pub mod decisions;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::article::{Article, ArticleId, EventId, FileDigest};
use crate::detect::features::Features;
use crate::detect::live::{When, hours};
use crate::detect::score::{Model, Weights};
use crate::detect::train::{BORROWED, Example, Labelled, PENALTY, PENALTY_OF_DIFFERENCE, examples, fit};
use crate::detect::{Detector, Incoming, Settings};
use crate::parse::{FileHints, Limits, parse};
use crate::repeated::{self, Repeated};
use crate::sources::Sources;

/// One labelled article.
#[derive(Clone)]
pub struct Row {
    /// The sender's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its event, as the reader named it.
    pub event: String,
    /// The article as the detector takes it.
    pub incoming: Incoming,
    /// The article as it was read.
    article: Article,
}

/// Labelled articles in the order of their arrival.
#[derive(Clone)]
pub struct Window {
    /// Name of the file.
    pub name: String,
    /// The articles.
    pub rows: Vec<Row>,
    /// Pairs of places in `rows` that count neither way; the smaller place first.
    pub unsure: FxHashSet<(usize, usize)>,
}

/// Agreement with the readers, each 0 to 1. BCubed: Bagga and Baldwin 1998; pairs: precision and recall over pairs of articles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Harmonic mean of BCubed precision and recall.
    pub bcubed_f1: f64,
    /// Share of the merged pairs that the readers merge.
    pub precision: f64,
    /// Share of the readers' pairs that are merged.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub pair_f1: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bcubed_f1, precision, recall, pair_f1 } = self;
        write!(f, "BCubed F1 {bcubed_f1:.3}   pairs P {precision:.3} R {recall:.3} F1 {pair_f1:.3}")
    }
}

fn harmonic(p: f64, r: f64) -> f64 {
    if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
}

impl Window {
    /// Reads a labelled file, and the pairs that are unsure if they lie beside it.
    ///
    /// # Errors
    /// If a file cannot be read, or a line is no labelled article; with the number of the line.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = |e: &dyn fmt::Display| format!("{}: {e}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| named(&e))?;
        let mut lines = Vec::new();
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let value: Value = serde_json::from_str(line).map_err(|e| named(&format!("line {}: {e}", n + 1)))?;
            let event = ["cluster", "event"].iter().find_map(|key| value[*key].as_str()).map(str::to_owned);
            lines.push((value, event.ok_or_else(|| named(&format!("line {}: no label under `cluster` or `event`", n + 1)))?));
        }
        let unsure = match std::fs::read_to_string(path.with_extension("ambiguous.json")) {
            Ok(json) => serde_json::from_str(&json).map_err(|e| named(&format!("the pairs beside it: {e}")))?,
            Err(_) => Vec::new(),
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::new(&name, lines, &unsure).map_err(|e| named(&e))
    }

    /// A window of articles with their events, and pairs of ids that count neither way.
    ///
    /// # Errors
    /// If an article cannot be read; with its number, from 1.
    pub fn new(name: &str, articles: Vec<(Value, String)>, unsure: &[(String, String)]) -> Result<Self, String> {
        let mut rows = Vec::with_capacity(articles.len());
        for (n, (value, event)) in articles.into_iter().enumerate() {
            let article = article(value).map_err(|reason| format!("article {}: {reason}", n + 1))?;
            let incoming = Incoming {
                id: ArticleId::new(&FileDigest::of(name.as_bytes()), n as u32),
                features: Features::of_article(&article),
                source: article.source.clone(),
                url: None,
                when: article.published.and_then(|p| When::stated(&p)),
                dated: article.published.is_some_and(|p| When::parts(&p)),
                order: article.published.map_or(n as f64, |p| hours(p.at)),
            };
            rows.push(Row { id: article.sender_id.clone().unwrap_or_default(), title: article.title.clone(), event, incoming, article });
        }
        let at: HashMap<&str, usize> = rows.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
        let places = unsure.iter().filter_map(|(a, b)| Some((*at.get(a.as_str())?, *at.get(b.as_str())?)));
        let unsure = places.map(|(a, b)| (a.min(b), a.max(b))).collect();
        Ok(Self { name: name.to_owned(), rows, unsure })
    }

    /// The same articles in another order of arrival: place `i` gets what was at `order[i]`.
    ///
    /// # Panics
    /// If `order` is not an order of all places.
    pub fn reordered(self, order: &[usize]) -> Self {
        let mut place = vec![usize::MAX; order.len()];
        order.iter().enumerate().for_each(|(to, from)| place[*from] = to);
        let mut rows: Vec<Option<Row>> = self.rows.into_iter().map(Some).collect();
        let rows = order.iter().map(|from| rows[*from].take().expect("every place once")).collect();
        let unsure = self.unsure.into_iter().map(|(a, b)| (place[a].min(place[b]), place[a].max(place[b]))).collect();
        Self { name: self.name, rows, unsure }
    }

    /// The event of every article, placed one after the other.
    pub fn place(&self, settings: &Settings) -> Vec<EventId> {
        let mut detector = Detector::new(settings.clone(), 0);
        let mut at: BTreeMap<u32, EventId> = BTreeMap::new();
        let mut repeated = Repeated::default();
        for row in &self.rows {
            let (mut incoming, mut article, lines) = (row.incoming.clone(), row.article.clone(), repeated::lines(&row.article.text));
            if repeated.mark(&mut article, &lines) {
                incoming.features = Features::of_article(&article);
            }
            let decision = detector.place(incoming);
            if let Some((_, event)) = decision.moves.iter().find(|(pos, _)| *pos == decision.pos) {
                repeated.learn(&article.source, &lines, *event);
            }
            at.extend(decision.places.iter().map(|p| (p.pos, p.event)));
        }
        at.into_values().collect()
    }

    /// How well events agree with the labels: BCubed over all articles, the rest over the pairs that readers agree on.
    pub fn figures(&self, found: &[EventId]) -> Figures {
        let n = self.rows.len().max(1) as f64;
        let (mut precision, mut recall) = (0.0, 0.0);
        let (mut both, mut merged, mut labelled) = (0, 0, 0);
        for (i, a) in self.rows.iter().enumerate() {
            let (mut same_found, mut same_label, mut same_both) = (0.0, 0.0, 0.0);
            for (j, b) in self.rows.iter().enumerate() {
                let (is_found, is_label) = (found[i] == found[j], a.event == b.event);
                same_found += f64::from(u8::from(is_found));
                same_label += f64::from(u8::from(is_label));
                same_both += f64::from(u8::from(is_found && is_label));
                if j > i && !self.unsure.contains(&(i, j)) {
                    merged += u32::from(is_found);
                    labelled += u32::from(is_label);
                    both += u32::from(is_found && is_label);
                }
            }
            precision += same_both / same_found;
            recall += same_both / same_label;
        }
        let (p, r) = (f64::from(both) / f64::from(merged.max(1)), f64::from(both) / f64::from(labelled.max(1)));
        Figures { bcubed_f1: harmonic(precision / n, recall / n), precision: p, recall: r, pair_f1: harmonic(p, r) }
    }

    /// What the window has to teach.
    pub fn learn(&self, settings: &Settings) -> Vec<Example> {
        let labelled = self.rows.iter().map(|r| Labelled { incoming: r.incoming.clone(), event: r.event.clone() }).collect();
        examples(labelled, &self.unsure, settings.clone())
    }
}

/// Weights fitted on the examples of all windows but one. Those for other scripts are fitted around the Arabic ones: there is less to
/// learn them from. Without examples in Arabic letters both come from all.
pub fn fitted(learned: &[Vec<Example>], without: Option<usize>, trained_on: &str) -> Arc<Model> {
    let used: Vec<Example> = learned.iter().enumerate().filter(|(i, _)| Some(*i) != without).flat_map(|(_, e)| e.iter().copied()).collect();
    let has_arabic = used.iter().any(|e| e.arabic);
    let arabic = fit(used.iter().filter(|e| e.arabic || !has_arabic), &Weights::default(), PENALTY);
    let other = fit(used.iter().filter(|e| !e.arabic), &arabic, PENALTY_OF_DIFFERENCE).towards(&arabic, BORROWED);
    Arc::new(Model::fitted(arabic, other, trained_on))
}

/// Reads a labelled article as if it had come in a file of its own; its date is not doubted, however long ago or ahead it is.
fn article(value: Value) -> Result<Article, String> {
    let hints = FileHints { name: "labelled.json", folder: None, sidecar: None, received: Timestamp::MAX, sources: Sources::shipped() };
    let mut parsed = parse(value.to_string().as_bytes(), &hints, &Limits::default());
    let reason = parsed.rejects.first().map_or("is no article", |r| r.reason.as_str()).to_owned();
    if parsed.articles.is_empty() { Err(reason) } else { Ok(parsed.articles.swap_remove(0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(events: &[&str], unsure: &[(String, String)]) -> Window {
        let article = |(n, event): (usize, &&str)| {
            let text = format!("Words enough to be an article about the matter called {event} and nothing else, number {n}.");
            (
                serde_json::json!({ "id": n.to_string(), "title": format!("About {event}"), "text": text, "source": "x" }),
                (*event).to_owned(),
            )
        };
        Window::new("test", events.iter().enumerate().map(article).collect(), unsure).unwrap()
    }

    fn found(groups: &[u8]) -> Vec<EventId> {
        groups.iter().map(|g| EventId([*g; 10])).collect()
    }

    #[test]
    fn figures_are_those_of_the_definition() {
        let labelled = window(&["a", "a", "b", "b"], &[]);
        let perfect = labelled.figures(&found(&[1, 1, 2, 2]));
        assert_eq!(perfect, Figures { bcubed_f1: 1.0, precision: 1.0, recall: 1.0, pair_f1: 1.0 });
        // All in one: of six merged pairs two are right; BCubed precision is one half.
        let lumped = labelled.figures(&found(&[1, 1, 1, 1]));
        assert!((lumped.precision - 2.0 / 6.0).abs() < 1e-9 && (lumped.recall - 1.0).abs() < 1e-9);
        assert!((lumped.bcubed_f1 - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn an_unsure_pair_counts_neither_way() {
        let unsure = window(&["a", "b", "c"], &[("1".to_owned(), "0".to_owned())]);
        let figures = unsure.figures(&found(&[1, 1, 3]));
        assert_eq!((figures.precision, figures.recall), (0.0, 0.0), "nothing merged that counts, nothing labelled");
        let turned = unsure.reordered(&[2, 1, 0]);
        assert_eq!(turned.rows[0].event, "c");
        assert!(turned.unsure.contains(&(1, 2)), "the pair went along");
    }
}
