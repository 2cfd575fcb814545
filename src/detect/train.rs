//! Learning the weights of the score from labelled articles.
//!
//! Articles pass by in order, as in life, but each goes to the event that the labels give it; every candidate that the index finds is
//! an example. The fit is a logistic regression with an L2 penalty on standardised columns, by Newton's method.

use rustc_hash::FxHashSet;

use super::score::{FEATURES, PairFeatures, Weights};
use super::{Detector, Incoming, Settings, Trace};
use crate::article::EventId;

/// A pair of articles with what was measured and whether they report one event.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What was measured.
    pub features: PairFeatures,
    /// Whether either text is written in Arabic letters.
    pub arabic: bool,
    /// Whether the labels say that they report one event.
    pub same: bool,
    /// How much the example counts.
    pub weight: f64,
}

/// An article with its label.
pub struct Labelled {
    /// The article.
    pub incoming: Incoming,
    /// Its event, by name.
    pub event: String,
}

/// Pairs count less when their time is hidden: they teach the undated case and repeat the rest.
const HIDDEN_TIME: f64 = 0.25;
/// The same in other scripts, where the lessons are days of one topic and what comes undated is mostly not.
const HIDDEN_TIME_OTHER: f64 = 0.1;
/// Strength of the penalty on weights; scikit-learn's C = 1.
pub const PENALTY: f64 = 1.0;
/// Strength of the penalty on what differs between scripts: from a few hundred articles, only what is plain is learned.
pub const PENALTY_OF_DIFFERENCE: f64 = 100.0;
/// Share of the Arabic weights in those of other scripts. With less, articles that have but a topic in common merge while the topic is new.
pub const BORROWED: f32 = 0.2;
/// Steps of Newton's method; it converges in about ten.
const STEPS: usize = 40;

/// Measures all candidate pairs of a labelled window. `unsure` holds pairs of places in `articles` that count neither way.
pub fn examples(articles: Vec<Labelled>, unsure: &FxHashSet<(usize, usize)>, settings: Settings) -> Vec<Example> {
    let mut detector = Detector::new(settings, 0);
    let mut events: Vec<(String, EventId)> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut examples = Vec::new();
    for (pos, Labelled { incoming, event }) in articles.into_iter().enumerate() {
        let id = match events.iter().find(|(name, _)| *name == event) {
            Some((_, id)) => *id,
            None => EventId::founded_by(&incoming.id),
        };
        events.push((event.clone(), id));
        let scored = detector.teach(pos as u32, incoming, id);
        for (other, features, arabic) in scored {
            let other = other as usize;
            if unsure.contains(&(other, pos)) || unsure.contains(&(pos, other)) {
                continue;
            }
            let same = names[other] == event;
            examples.push(Example { features, arabic, same, weight: 1.0 });
            if let Some(hidden) = without_time(&features) {
                examples.push(Example { features: hidden, arabic, same, weight: if arabic { HIDDEN_TIME } else { HIDDEN_TIME_OTHER } });
            }
        }
        names.push(event);
    }
    examples
}

/// The same pair as if one of the two had no date; `None` for pairs of one source and for undated ones.
fn without_time(features: &PairFeatures) -> Option<PairFeatures> {
    let at = |name: &str| super::score::NAMES.iter().position(|n| *n == name).expect("a name of a feature");
    if features[at("same_source")] > 0.0 || features[at("undated")] > 0.0 {
        return None;
    }
    let mut hidden = *features;
    (hidden[at("hours")], hidden[at("hours_low")], hidden[at("undated")]) = (0.0, 0.0, 1.0);
    Some(hidden)
}

/// Weights that fit the examples, as near to `base` as they allow: what differs must pay (Chelba and Acero 2006).
pub fn fit<'e>(examples: impl Iterator<Item = &'e Example>, base: &Weights, penalty: f64) -> Weights {
    let examples: Vec<&Example> = examples.collect();
    let (mean, deviation) = moments(&examples);
    let row = |e: &Example| -> [f64; FEATURES + 1] {
        std::array::from_fn(|i| if i == FEATURES { 1.0 } else { (f64::from(e.features[i]) - mean[i]) / deviation[i] })
    };
    let log_odds = |e: &Example, weights: &[f64; FEATURES + 1]| {
        f64::from(base.log_odds(&e.features)) + row(e).iter().zip(weights).map(|(x, w)| x * w).sum::<f64>()
    };
    let loss = |weights: &[f64; FEATURES + 1]| -> f64 {
        let penalty: f64 = weights[..FEATURES].iter().map(|w| 0.5 * penalty * w * w).sum();
        let surprise = |e: &&Example| e.weight * softplus(if e.same { -log_odds(e, weights) } else { log_odds(e, weights) });
        penalty + examples.iter().map(surprise).sum::<f64>()
    };
    let mut weights = [0.0; FEATURES + 1];
    for _ in 0..STEPS {
        let mut gradient = [0.0; FEATURES + 1];
        let mut hessian = [[0.0; FEATURES + 1]; FEATURES + 1];
        for e in &examples {
            let x = row(e);
            let p = 1.0 / (1.0 + (-log_odds(e, &weights)).exp());
            let (slope, curve) = (e.weight * (p - f64::from(u8::from(e.same))), e.weight * p * (1.0 - p));
            for i in 0..=FEATURES {
                gradient[i] += slope * x[i];
                for j in 0..=i {
                    hessian[i][j] += curve * x[i] * x[j];
                }
            }
        }
        for i in 0..=FEATURES {
            // The constant term is not penalised.
            let penalty = if i == FEATURES { 1e-9 } else { penalty };
            gradient[i] += penalty * weights[i];
            hessian[i][i] += penalty;
        }
        let mut step = solve(&mut hessian, gradient);
        // Where the odds are long the curve is flat and a full step goes too far.
        let after = |step: &[f64; FEATURES + 1]| -> [f64; FEATURES + 1] { std::array::from_fn(|i| weights[i] - step[i]) };
        let before = loss(&weights);
        while loss(&after(&step)) > before && step.iter().any(|s| s.abs() > 1e-9) {
            step.iter_mut().for_each(|s| *s /= 2.0);
        }
        weights = after(&step);
        if step.iter().all(|s| s.abs() < 1e-9) {
            break;
        }
    }
    let plain: [f64; FEATURES] = std::array::from_fn(|i| weights[i] / deviation[i]);
    let bias = weights[FEATURES] - plain.iter().zip(&mean).map(|(w, m)| w * m).sum::<f64>();
    Weights { bias: base.bias + bias as f32, features: std::array::from_fn(|i| base.features[i] + plain[i] as f32) }
}

/// ln(1 + eˣ).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn moments(examples: &[&Example]) -> ([f64; FEATURES], [f64; FEATURES]) {
    let n = examples.len().max(1) as f64;
    let mean: [f64; FEATURES] = std::array::from_fn(|i| examples.iter().map(|e| f64::from(e.features[i])).sum::<f64>() / n);
    let deviation =
        std::array::from_fn(|i| (examples.iter().map(|e| (f64::from(e.features[i]) - mean[i]).powi(2)).sum::<f64>() / n).sqrt() + 1e-9);
    (mean, deviation)
}

/// Solves the symmetric positive system by Cholesky's method; only the lower half of `a` is read.
fn solve<const N: usize>(a: &mut [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            a[i][j] = if i == j { (a[i][i] - dot).max(1e-12).sqrt() } else { (a[i][j] - dot) / a[j][j] };
        }
    }
    for i in 0..N {
        b[i] = (b[i] - (0..i).map(|k| a[i][k] * b[k]).sum::<f64>()) / a[i][i];
    }
    for i in (0..N).rev() {
        b[i] = (b[i] - (i + 1..N).map(|k| a[k][i] * b[k]).sum::<f64>()) / a[i][i];
    }
    b
}

impl Detector {
    /// Measures an article against its candidates and puts it into the given event.
    fn teach(&mut self, pos: u32, incoming: Incoming, event: EventId) -> Vec<(u32, PairFeatures, bool)> {
        let (newcomer, keys) = self.admit(incoming);
        let candidates = self.index.find(&keys);
        let scored = self.score(&newcomer, &keys, &candidates, None);
        self.enrol(pos, newcomer, &Trace::default(), &keys);
        let moves = [(pos, self.event_number(event))];
        self.apply(pos, &moves);
        // The labels are right: what one outlet tells again is of this event, and no sign of a topic taken for one.
        self.count(pos, false, None, true);
        scored.into_iter().map(|s| (s.pos, s.features, s.pair.arabic)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_finds_the_direction() {
        let example = |x: f32, same| {
            let mut features = [0.0; FEATURES];
            features[0] = x;
            Example { features, arabic: true, same, weight: 1.0 }
        };
        let examples: Vec<Example> = (0..200).map(|i| example(i as f32 / 200.0, i % 7 != 0 && i > 100)).collect();
        let Weights { bias, features } = fit(examples.iter(), &Weights::default(), PENALTY);
        assert!(features[0] > 5.0 && bias < 0.0, "{bias} {features:?}");
        assert!(features[1..].iter().all(|w| w.abs() < 1e-6));
    }

    #[test]
    fn a_linear_system_is_solved() {
        let x = solve(&mut [[4.0, 0.0], [2.0, 3.0]], [10.0, 8.0]);
        assert!((x[0] - 1.75).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12, "{x:?}");
    }
}
