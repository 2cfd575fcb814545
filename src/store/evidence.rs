//! Evidence as it is stored: JSON that wastes no byte, since it would otherwise be a third of a store.
//!
//! `[threshold, matched, runner-up]`, where what was measured is
//! `[other, probability, hours, [[feature, value, adds]…], [[word, weight, stem]…], copied, [[a, b, words]…]]` and what was copied is
//! `[other, shorter, of_this, of_other, longest, in_passages]`, all as in [`Evidence`]; `null` for what is not there.
//! Probabilities and shares have six digits, however small they are; all else, which is measured and adds up, has four decimals.
//! Older lines are objects with these names.

use std::borrow::Cow;

use serde::Deserialize;

use crate::detect::evidence::{Because, Evidence, SharedWord};
use crate::detect::live::CopyLink;
use crate::detect::passages::Run;
use crate::detect::score::Contribution;

/// Digits of a probability, of the seven that it has.
const DIGITS: i32 = 6;
/// Decimals of all else, as a power of ten.
const DECIMALS: f64 = 1e4;

type Short<'a> = (f64, Option<Measured<'a>>, Option<Measured<'a>>);
type Measured<'a> = (u32, f64, Option<f64>, Vec<Named<'a>>, Vec<Word<'a>>, Option<Copied>, Vec<(u32, u32, u32)>);
type Named<'a> = (Cow<'a, str>, f64, f64);
type Word<'a> = (Cow<'a, str>, f64, u32);
type Copied = (u32, f64, f64, f64, u32, u32);

/// What is stored of the evidence behind a placement.
pub(super) fn to_json(because: &Because) -> serde_json::Result<String> {
    let short: Short<'_> = (rounded(because.threshold), because.matched.as_ref().map(measured), because.runner_up.as_ref().map(measured));
    serde_json::to_string(&short)
}

/// The evidence that was stored so, or by an older version.
pub(super) fn from_json(json: &str) -> serde_json::Result<Because> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either<'a> {
        #[serde(borrow)]
        Short(Short<'a>),
        Long(Because),
    }
    Ok(match serde_json::from_str(json)? {
        Either::Long(because) => because,
        Either::Short((threshold, matched, runner_up)) => {
            Because { threshold: threshold as f32, matched: matched.map(evidence), runner_up: runner_up.map(evidence) }
        }
    })
}

fn measured(e: &Evidence) -> Measured<'_> {
    let copied = |c: &CopyLink| (c.other, rounded(c.shorter), rounded(c.of_this), rounded(c.of_other), c.longest, c.in_passages);
    (
        e.other,
        rounded(e.probability),
        e.hours.map(with_decimals),
        e.contributions.iter().map(|c| (Cow::Borrowed(&*c.feature), with_decimals(c.value), with_decimals(c.adds))).collect(),
        e.words.iter().map(|w| (Cow::Borrowed(w.word.as_str()), with_decimals(w.weight), w.stem)).collect(),
        e.copied.as_ref().map(copied),
        e.passages.iter().map(|run| (run.a, run.b, run.words)).collect(),
    )
}

fn evidence((other, probability, hours, contributions, words, copied, passages): Measured<'_>) -> Evidence {
    let contribution = |(feature, value, adds): Named<'_>| Contribution {
        feature: Cow::Owned(feature.into_owned()),
        value: value as f32,
        adds: adds as f32,
    };
    let copy_link = |(other, shorter, of_this, of_other, longest, in_passages): Copied| {
        let [shorter, of_this, of_other] = [shorter, of_this, of_other].map(|share| share as f32);
        CopyLink { other, shorter, of_this, of_other, longest, in_passages }
    };
    Evidence {
        other,
        probability: probability as f32,
        hours: hours.map(|h| h as f32),
        contributions: contributions.into_iter().map(contribution).collect(),
        words: words
            .into_iter()
            .map(|(word, weight, stem)| SharedWord { stem, at: 0, weight: weight as f32, word: word.into_owned() })
            .collect(),
        copied: copied.map(copy_link),
        passages: passages.into_iter().map(|(a, b, words)| Run { a, b, words }).collect(),
    }
}

/// To [`DIGITS`] digits: the nearest number that is short when it is written.
fn rounded(number: f32) -> f64 {
    let number = f64::from(number);
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let places = DIGITS - 1 - number.abs().log10().floor() as i32;
    // Both ways by a power that is exact, so that what comes out is what is written.
    if places >= 0 { (number * 10f64.powi(places)).round() / 10f64.powi(places) } else { number.round() }
}

/// To [`DECIMALS`].
fn with_decimals(number: f32) -> f64 {
    let number = f64::from(number);
    if number.is_finite() { (number * DECIMALS).round() / DECIMALS } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn because() -> Because {
        let contribution = |feature: &str, value, adds| Contribution { feature: Cow::Owned(feature.to_owned()), value, adds };
        let evidence = Evidence {
            other: 29_653,
            probability: 0.000_754_708,
            contributions: vec![contribution("base", 1.0, -9.9749), contribution("cos_body", 0.098_740_17, -0.389_006_6)],
            hours: Some(1.933_333_3),
            words: vec![SharedWord { stem: 3_606_927_462, at: 0, weight: 5.693_93, word: "«روسوشا\"".to_owned() }],
            copied: Some(CopyLink { other: 29_653, shorter: 0.5, of_this: 0.25, of_other: 1.0, longest: 90, in_passages: 120 }),
            passages: vec![Run { a: 0, b: 7, words: 90 }],
        };
        Because { matched: None, runner_up: Some(evidence), threshold: 0.35 }
    }

    #[test]
    fn what_is_stored_is_short_and_comes_back() {
        let because = because();
        let json = to_json(&because).unwrap();
        assert_eq!(
            json,
            "[0.35,null,[29653,0.000754708,1.9333,[[\"base\",1.0,-9.9749],[\"cos_body\",0.0987,-0.389]],\
             [[\"«روسوشا\\\"\",5.6939,3606927462]],[29653,0.5,0.25,1.0,90,120],[[0,7,90]]]]"
        );
        let back = from_json(&json).unwrap();
        assert_eq!((back.matched.as_ref(), back.threshold), (None, 0.35));
        assert_eq!(to_json(&back).unwrap(), json, "nothing is lost by storing it again");
        let (before, after) = (because.runner_up.unwrap(), back.runner_up.unwrap());
        // No number is further off than half of its last decimal.
        let is_near = |a: f32, b: f32| (a - b).abs() <= 0.500_1 / DECIMALS as f32;
        assert_eq!((before.contributions.len(), before.words.len()), (after.contributions.len(), after.words.len()));
        for (a, b) in before.contributions.iter().zip(&after.contributions) {
            assert!(a.feature == b.feature && is_near(a.value, b.value) && is_near(a.adds, b.adds), "{a:?} {b:?}");
        }
        for (a, b) in before.words.iter().zip(&after.words) {
            assert!((&a.word, a.stem, a.at) == (&b.word, b.stem, b.at) && is_near(a.weight, b.weight), "{a:?} {b:?}");
        }
        assert!((before.probability - after.probability).abs() < 1e-9 && is_near(before.hours.unwrap(), after.hours.unwrap()));
        assert_eq!((before.copied, before.passages), (after.copied, after.passages));
    }

    #[test]
    fn older_lines_are_read() {
        let because = because();
        assert_eq!(from_json(&serde_json::to_string(&because).unwrap()).unwrap(), because);
        assert!(from_json("[1,2]").is_err() && from_json("").is_err());
    }
}
