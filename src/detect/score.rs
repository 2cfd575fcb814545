//! From what two articles share to the probability that they report one event.
//!
//! A logistic regression over a few features, each of which can be shown and understood; the weights are in `weights.json`, with
//! what they were trained on.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::features::TODAY;

/// Number of features of a pair.
pub const FEATURES: usize = 16;

/// Their names, in the order used everywhere.
pub const NAMES: [&str; FEATURES] = [
    "cos_body",
    "cos_lead",
    "cos_lead_low",
    "same_source",
    "hours",
    "hours_low",
    "neighbourhood",
    "bigrams",
    "source_cos",
    "cos_title",
    "contained",
    "undated",
    "weekday_same",
    "weekday_other",
    "title_covered",
    "title_covered_best",
];

/// The features of a pair of articles, in the order of [`NAMES`].
pub type PairFeatures = [f32; FEATURES];

/// Beyond this many hours a larger gap says nothing more.
pub const FAR_HOURS: f32 = 72.0;

/// What it counts against one source that the other text is not its own, but made of its words: others may have added more.
const RETOLD: f32 = 0.75;

/// What is measured between two articles; [`Pair::features`] makes the regression's input of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pair {
    /// Cosine of the weighted words of title (twice) and body, 0 to 1.
    pub cos_body: f32,
    /// Cosine of the weighted words of title and lead.
    pub cos_lead: f32,
    /// Cosine of the weighted title words.
    pub cos_title: f32,
    /// Weight of the shared words against that of the article with less.
    pub contained: f32,
    /// Weight of the shared word pairs against that of the article with less.
    pub bigrams: f32,
    /// Shared word pairs, common ones too, against those of the article with fewer.
    pub same_pairs: f32,
    /// `cos_body` above the mean of the ten best other events.
    pub neighbourhood: f32,
    /// One source published both.
    pub same_source: bool,
    /// One source published the one, and what the other is made of or tells again.
    pub retold: bool,
    /// Hours between the two, if both are dated.
    pub hours: Option<f32>,
    /// Either is written in Arabic letters.
    pub arabic: bool,
    /// Weekdays named near the start, a bit each.
    pub weekdays: (u8, u8),
    /// Weight of either's title words that the other has anywhere, against all of them.
    pub titles_covered: (f32, f32),
    /// Rare words that only one of them has, of the one with fewer.
    pub own_words: u16,
    /// Numbers that both give, and those of the text that gives fewer.
    pub numbers: (u16, u16),
}

impl Pair {
    /// Weekdays that the two name near the start, without what they call today.
    pub fn named_weekdays(&self) -> (u8, u8) {
        (self.weekdays.0 & !TODAY, self.weekdays.1 & !TODAY)
    }

    /// Whether both are in the words of one source.
    pub fn is_in_words_of_one(&self) -> bool {
        self.same_source || self.retold
    }

    /// The regression's input.
    pub fn features(&self) -> PairFeatures {
        let source = if self.same_source { 1.0 } else { RETOLD * f32::from(self.retold) };
        let hours = self.hours.map_or(0.0, |h| h.min(FAR_HOURS));
        let (a, b) = self.named_weekdays();
        [
            self.cos_body,
            self.cos_lead,
            self.cos_lead.min(0.3),
            source,
            hours,
            hours.min(12.0),
            self.neighbourhood,
            self.bigrams,
            source * self.cos_body,
            self.cos_title,
            self.contained.min(0.25),
            f32::from(self.hours.is_none()),
            f32::from(a & b != 0),
            f32::from(a != 0 && b != 0 && a & b == 0),
            self.titles_covered.0.min(self.titles_covered.1),
            self.titles_covered.0.max(self.titles_covered.1),
        ]
    }
}

/// Trained weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Version, stored with each placement.
    pub version: u32,
    /// What the weights come from, in words.
    pub trained_on: String,
    /// For pairs of which either text is written in Arabic letters.
    pub arabic: Weights,
    /// For pairs in other scripts.
    pub other: Weights,
}

/// Weights of one regression.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Weights {
    /// Constant term.
    pub bias: f32,
    /// One weight per feature.
    #[serde(serialize_with = "by_name", deserialize_with = "named")]
    pub features: PairFeatures,
}

impl Weights {
    /// Weights between these and others, of which `share` is taken.
    pub fn towards(&self, other: &Weights, share: f32) -> Weights {
        let between = |a: f32, b: f32| a + share * (b - a);
        Weights { bias: between(self.bias, other.bias), features: std::array::from_fn(|i| between(self.features[i], other.features[i])) }
    }

    /// Log odds that the pair reports one event.
    pub fn log_odds(&self, features: &PairFeatures) -> f32 {
        self.bias + features.iter().zip(&self.features).map(|(x, w)| x * w).sum::<f32>()
    }
}

impl Model {
    /// The weights the program ships with.
    pub fn shipped() -> Arc<Model> {
        static MODEL: LazyLock<Arc<Model>> =
            LazyLock::new(|| Arc::new(serde_json::from_str(include_str!("weights.json")).expect("the shipped weights are read by a test")));
        MODEL.clone()
    }

    /// A model from fitted weights, rounded to four decimals. Its version is a hash of them, so that a placement tells what decided.
    pub fn fitted(arabic: Weights, other: Weights, trained_on: &str) -> Model {
        let rounded = |w: f32| (f64::from(w) * 1e4).round() as f32 / 1e4;
        let [arabic, other] = [arabic, other].map(|w| Weights { bias: rounded(w.bias), features: w.features.map(rounded) });
        let bytes = |w: &Weights| w.features.iter().chain([&w.bias]).flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>();
        let version = xxh3_64(&[bytes(&arabic), bytes(&other)].concat()) as u32;
        Model { version, trained_on: trained_on.to_owned(), arabic, other }
    }

    /// A model from the JSON that `wirefold train` writes.
    ///
    /// # Errors
    /// If it is no such JSON, or has weights for other features.
    pub fn parse(json: &str) -> Result<Model, String> {
        serde_json::from_str(json).map_err(|e| e.to_string())
    }

    /// The weights for a pair.
    pub fn of(&self, pair: &Pair) -> &Weights {
        if pair.arabic { &self.arabic } else { &self.other }
    }
}

fn by_name<S: serde::Serializer>(weights: &PairFeatures, s: S) -> Result<S::Ok, S::Error> {
    // Four decimals: what a weight says, without the noise of its binary form.
    s.collect_map(NAMES.iter().zip(weights.iter().map(|w| (f64::from(*w) * 1e4).round() / 1e4)))
}

/// Reads the weights by name, so that a renamed or missing feature is noticed.
fn named<'de, D: serde::Deserializer<'de>>(d: D) -> Result<PairFeatures, D::Error> {
    let mut by_name = std::collections::BTreeMap::<String, f32>::deserialize(d)?;
    let mut weights = [0.0; FEATURES];
    for (weight, name) in weights.iter_mut().zip(NAMES) {
        *weight = by_name.remove(name).ok_or_else(|| serde::de::Error::custom(format!("no weight for {name}")))?;
    }
    match by_name.keys().next() {
        Some(unknown) => Err(serde::de::Error::custom(format!("unknown feature {unknown}"))),
        None => Ok(weights),
    }
}

/// Probability for log odds.
pub fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// One line of evidence: a feature or rule, its value and what it added to the log odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Name from [`NAMES`], `base` for the constant term, or the name of a rule.
    pub feature: Cow<'static, str>,
    /// Its value.
    pub value: f32,
    /// Value times weight.
    pub adds: f32,
}

impl Weights {
    /// What the constant term, each feature that is not zero, and the rules beside the weights added.
    pub fn contributions(&self, features: &PairFeatures, rules: &[(&'static str, f32)]) -> Vec<Contribution> {
        let part = |name: &'static str, value: f32, adds: f32| Contribution { feature: Cow::Borrowed(name), value, adds };
        let weighted = NAMES.iter().zip(features.iter().zip(&self.features)).filter(|(_, (value, _))| **value != 0.0);
        std::iter::once(part("base", 1.0, self.bias))
            .chain(weighted.map(|(name, (value, weight))| part(name, *value, value * weight)))
            .chain(rules.iter().map(|(name, adds)| part(name, 1.0, *adds)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_complete() {
        let model = Model::shipped();
        assert!(!model.trained_on.is_empty());
        for weights in [model.arabic, model.other] {
            assert!(probability(weights.log_odds(&Pair::default().features())) < 0.05, "nothing in common");
        }
    }

    #[test]
    fn a_copy_within_the_hour_is_the_same_event() {
        let pair = Pair {
            cos_body: 0.9,
            cos_lead: 0.9,
            cos_title: 0.8,
            contained: 0.8,
            bigrams: 0.8,
            neighbourhood: 0.8,
            hours: Some(1.0),
            ..Pair::default()
        };
        for arabic in [true, false] {
            let pair = Pair { arabic, ..pair };
            assert!(probability(Model::shipped().of(&pair).log_odds(&pair.features())) > 0.95, "{arabic}");
        }
    }
}
