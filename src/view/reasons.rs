//! Evidence in words that a journalist follows; the names of the features stand beside them for whoever tunes the score.

use std::io;

use serde::Serialize;

use super::{Screen, Style, field, field_cut, hours};
use crate::detect::evidence::Evidence;
use crate::detect::passages::{PASSAGE, Run};
use crate::detect::score::Contribution;
use crate::text::words::excerpt;

/// Passages quoted.
const QUOTED: usize = 5;

/// Points below which a reason is not shown, since it would read as 0.0.
const SHOWN: f32 = 0.05;

/// What a feature of the score, or a rule beside it, says. A test fails if one has no phrase.
const PHRASES: [(&str, &str); 31] = [
    ("base", "where every pair begins: most pairs of articles are not one event"),
    ("cos_body", "the whole texts share words, common ones too"),
    ("cos_lead", "headlines and leads share words"),
    ("cos_lead_low", "leads share rare words"),
    ("same_source", "both are by one outlet, or in its words"),
    ("hours", "time lies between them"),
    ("hours_low", "hours of the same half day lie between them"),
    ("neighbourhood", "they are closer to each other than to other news of the time"),
    ("bigrams", "the same words stand side by side"),
    ("source_cos", "one outlet repeats its usual words"),
    ("cos_title", "headlines share words"),
    ("contained", "rare words of the one are in the other"),
    ("undated", "at least one has no date"),
    ("weekday_same", "both name the same weekday"),
    ("weekday_other", "they name different weekdays"),
    ("title_covered", "the words of each headline are in the other article"),
    ("title_covered_best", "the words of one headline are in the other article"),
    ("words_known", "enough news in this language has been read to know its usual words"),
    ("one_dated", "only one of the two has a date"),
    ("rare_passage", "they share a long passage that hardly any other event has"),
    ("rare_copy", "much of one is copied word for word, in passages that hardly any other event has"),
    ("reprint", "two outlets have most of one text"),
    ("too_few_words", "one is too short to say what happened"),
    ("same_title", "one outlet, one headline, within hours: parts or versions of one item"),
    ("one_item", "both are takes of one item, by slug, headline or number"),
    ("same_label", "one outlet published both under one id or address"),
    ("other_issue", "the same form with other numbers or names: another issue of it"),
    ("other_day", "the same form for another day of the week"),
    ("other_country", "the same form for another country"),
    ("other_region", "the same form for another town or region"),
    ("other_slots", "a set form filled in anew: each has rare words that the other lacks"),
];

/// A reason for or against one event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// What it is, in words.
    pub says: String,
    /// Name of the feature or rule.
    pub feature: String,
    /// Points it adds: the log odds of the score.
    pub points: f32,
}

/// The reasons of some evidence, strongest first.
pub fn reasons(e: &Evidence) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = e
        .contributions
        .iter()
        .map(|c| Reason { says: phrase(c, &e.contributions), feature: c.feature.to_string(), points: c.adds })
        .collect();
    reasons.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()));
    reasons
}

/// What a feature says amid all of them; its bare name in words where evidence was stored by another version of the program.
fn phrase(of: &Contribution, all: &[Contribution]) -> String {
    let beside = |feature: &str| all.iter().any(|c| c.feature == feature);
    match PHRASES.iter().find(|(name, _)| *name == of.feature) {
        Some(("neighbourhood", _)) if of.adds < 0.0 => "other news of the time is closer to one of them".to_owned(),
        // Where no two weekdays differ, the rule goes by the word "today" in both, and a weekday may well be named in both besides.
        Some(("other_day", _)) if !beside("weekday_other") => "the same form, many hours apart: each speaks of its own “today”".to_owned(),
        Some(("weekday_same", _)) if beside("other_day") => "both name the same weekday, each beside its own “today”".to_owned(),
        Some((_, says)) => (*says).to_owned(),
        None => of.feature.replace('_', " "),
    }
}

/// What two articles of one event often have in common, and these have not.
pub fn missing(e: &Evidence) -> Vec<&'static str> {
    let has = |feature: &str| e.contributions.iter().any(|c| c.feature == feature);
    let checks = [
        (!e.words.is_empty(), "a rare word"),
        (has("cos_lead"), "a word of headline and lead"),
        (has("cos_title"), "a headline word"),
        (has("bigrams"), "two words side by side"),
        (!e.passages.is_empty() || e.copied.is_some_and(|c| c.longest >= PASSAGE), "a passage of eight words"),
        (e.hours.is_some(), "a date that both senders state"),
    ];
    checks.into_iter().filter(|(found, _)| !found).map(|(_, what)| what).collect()
}

/// Points of all reasons together, and the points from which a pair is one event.
pub fn points(e: &Evidence, threshold: f32) -> (f32, f32) {
    (e.contributions.iter().map(|c| c.adds).sum(), (threshold / (1.0 - threshold)).ln())
}

/// Score, time, words, copied share and reasons.
pub fn evidence(screen: &mut Screen, e: &Evidence, threshold: f32) -> io::Result<()> {
    measured(e, threshold).iter().try_for_each(|line| screen.line(format!("  {line}")))?;
    all_reasons(screen, e, threshold)
}

/// Score against threshold, time, shared words and copied share, each in a line.
pub fn measured(e: &Evidence, threshold: f32) -> Vec<String> {
    let verdict = if e.probability >= threshold { "at or above" } else { "below" };
    let time = e.hours.map_or_else(
        || "one of the two has no date that its sender states, so time says nothing".to_owned(),
        |h| format!("published {} apart", hours(f64::from(h))),
    );
    let mut lines = vec![format!("same event with probability {:.2}, {verdict} the threshold {threshold:.2}", e.probability), time];
    if !e.words.is_empty() {
        let words: Vec<String> =
            e.words.iter().filter(|w| !w.word.is_empty()).map(|w| format!("{} {:.1}", field(&w.word), w.weight)).collect();
        lines.push(format!("shared words that say most: {}", words.join(", ")));
    }
    if let Some(c) = &e.copied {
        lines.push(format!("copied: {:.0} % of the shorter text word for word, longest run {} words", c.shorter * 100.0, c.longest));
    }
    lines
}

/// The reasons worth showing: those that speak for one event, and those against.
pub fn sides(e: &Evidence) -> (Vec<Reason>, Vec<Reason>) {
    reasons(e).into_iter().filter(|r| r.points.abs() >= SHOWN).partition(|r| r.points > 0.0)
}

fn all_reasons(screen: &mut Screen, e: &Evidence, threshold: f32) -> io::Result<()> {
    let (sum, needed) = points(e, threshold);
    let (speak_for, against) = sides(e);
    for (what, reasons) in [("for one event", speak_for), ("against", against)] {
        for (n, reason) in reasons.iter().enumerate() {
            let what = if n == 0 { what } else { "" };
            let feature = screen.style(Style::Faint, &format!("({})", reason.feature));
            screen.line(format!("  {what:<13} {:+5.1}  {} {feature}", reason.points, reason.says))?;
        }
    }
    let missing = missing(e);
    if !missing.is_empty() {
        screen.line(format!("  missing       {}", missing.join(", ")))?;
    }
    screen.line(format!("  together      {sum:+5.1}, and {needed:+.1} is enough"))
}

/// The shared passages, longest first, as the article with this text has them.
pub fn passages(screen: &mut Screen, e: &Evidence, title: &str, text: &str, lang: &str) -> io::Result<()> {
    quotes(e, title, text, lang).iter().try_for_each(|quote| screen.line(format!("  {quote}")))
}

/// The shared passages, each with its length.
pub fn quotes(e: &Evidence, title: &str, text: &str, lang: &str) -> Vec<String> {
    let quote = |run: &Run| format!("{} words: «{}»", run.words, field_cut(&excerpt(title, text, lang, run.a, run.words), 400));
    e.passages.iter().take(QUOTED).map(quote).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::score::NAMES;

    #[test]
    fn every_feature_and_rule_has_a_phrase() {
        let rules = include_str!("../detect/rules.rs");
        let rules = rules.split(".add(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let names: Vec<&str> = NAMES.into_iter().chain(["base"]).chain(rules).collect();
        assert!(names.len() > NAMES.len() + 3, "the rules were found: {names:?}");
        for name in names {
            assert!(PHRASES.iter().any(|(known, _)| *known == name), "{name} has no phrase in src/view/reasons.rs");
        }
    }

    #[test]
    fn what_is_missing_is_what_was_not_found() {
        let nothing = Evidence { contributions: vec![part("base")], ..Evidence::default() };
        assert_eq!(missing(&nothing).len(), 6);
        let some = Evidence { contributions: vec![part("base"), part("cos_title"), part("bigrams")], hours: Some(1.0), ..nothing };
        assert_eq!(missing(&some), ["a rare word", "a word of headline and lead", "a passage of eight words"]);
        assert!((points(&some, 0.5).0 - 3.0).abs() < 1e-6 && points(&some, 0.5).1.abs() < 1e-6);
    }

    #[test]
    fn evidence_of_another_version_is_still_told() {
        assert_eq!(phrase(&part("some_new_rule"), &[]), "some new rule");
    }

    fn part(feature: &str) -> Contribution {
        Contribution { feature: feature.to_owned().into(), value: 1.0, adds: 1.0 }
    }

    #[test]
    fn reasons_about_the_day_do_not_contradict_one_another() {
        let says = |features: &[&str]| {
            let e = Evidence { contributions: features.iter().map(|f| part(f)).collect(), ..Evidence::default() };
            reasons(&e).into_iter().map(|r| r.says).collect::<Vec<_>>()
        };
        assert_eq!(says(&["weekday_same"]), ["both name the same weekday"]);
        let other = says(&["weekday_other", "other_day"]);
        assert_eq!(other, ["they name different weekdays", "the same form for another day of the week"]);
        let today = says(&["weekday_same", "other_day"]);
        assert!(today.iter().all(|says| says.contains("its own “today”") && !says.contains("another day of the week")), "{today:?}");
        assert!(says(&["other_day"])[0].contains("today"), "no weekday is named: that is not what the rule went by");
    }
}
