//! Labelled pairs: what `compare` says of two articles by themselves.

use std::path::Path;

use serde_json::{Value, json};
use wirefold::compare::{PairLine, pair};
use wirefold::detect::Settings;
use wirefold::detect::live::CopyLink;
use wirefold::detect::stories::relation_of;
use wirefold::sources::Sources;

/// Relations that readers gave to pairs of one labelled window, as they wrote them and as `relation_of` calls them.
const RELATIONS: [(&str, &str); 4] = [("copy", "copy"), ("edited copy", "edited"), ("rewrite", "rewrite"), ("independent", "independent")];

/// Prints the figures of every set of pairs that is found at `shared`.
pub fn print(shared: &Path) {
    let (settings, sources) = (Settings::default(), Sources::shipped());
    let said = |name: &str| -> Vec<(Value, PairLine)> {
        let lines = std::fs::read_to_string(shared.join("gold").join(name)).unwrap_or_default();
        let said = |line: &str| pair(line, &settings, sources).expect("a pair");
        lines.lines().map(|line| (serde_json::from_str(line).expect("JSON"), said(line))).collect()
    };
    let spa = said("spa-pairs.jsonl");
    if spa.is_empty() {
        return println!("skipped: no labelled pairs at {}", shared.display());
    }
    let is_derived = |label: &str| matches!(label, "copy" | "rewrite");
    let derived: Vec<(bool, bool)> =
        spa.iter().map(|(gold, p)| (is_derived(&gold["label"].to_string().replace('"', "")), is_derived(p.label))).collect();
    println!("spa: copy or rewrite against the rest      F1  {:.3}  {} pairs", f1(&derived, true), derived.len());
    let ranked = |pairs: &[(Value, PairLine)], positive: &str, lang: &str, by: fn(&PairLine) -> f32| {
        let of_lang = pairs.iter().filter(|(gold, _)| gold["a"]["lang"] == lang);
        let ranked: Vec<(bool, f32)> = of_lang.map(|(gold, p)| (gold["label"] == positive, by(p))).collect();
        format!("AUC {:.3}  {} pairs", auc(&ranked), ranked.len())
    };
    println!("counter: wholly derived, by copied share   {}", ranked(&said("counter-pairs.jsonl"), "WD", "ur", |p| p.copied_share));
    let telegram = said("telegram-pairs.jsonl");
    for lang in ["en", "ru"] {
        println!("telegram {lang}: one event, by probability     {}", ranked(&telegram, "OK", lang, |p| p.score));
    }
    let relations = relations(&shared.join("gold/saudi-2015-08-11.jsonl"), &settings);
    let macro_f1: f32 = RELATIONS.iter().map(|(_, relation)| f1(&relations, *relation)).sum::<f32>() / RELATIONS.len() as f32;
    println!("relations in saudi-2015-08-11   macro      F1  {macro_f1:.3}  {} pairs", relations.len());
    for (_, relation) in RELATIONS {
        println!("    {relation:<38} F1  {:.3}", f1(&relations, relation));
    }
}

/// For each article whose relation to another was labelled: the label, and what is found.
fn relations(window: &Path, settings: &Settings) -> Vec<(&'static str, &'static str)> {
    let text = std::fs::read_to_string(window).unwrap_or_default();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let bare = |row: &Value| json!({"title": row["title"], "text": row["text"], "source": row["source"], "published": row["published"], "lang": row["lang"]});
    let labelled = rows.iter().filter_map(|row| {
        let label = RELATIONS.iter().find(|(written, _)| row["relation"] == *written)?.1;
        let other = rows.iter().find(|other| other["id"] == row["relation_to"])?;
        let line = json!({"a": bare(other), "b": bare(row)}).to_string();
        let (a, b) = wirefold::compare::read_pair(&line, Sources::shipped()).expect("a pair");
        let overlap = wirefold::compare::articles(&a, &b, settings).overlap;
        let found = relation_of(&CopyLink::of(0, &overlap)).map_or("independent", |r| {
            RELATIONS.iter().map(|(_, name)| *name).find(|name| *name == r.to_string()).unwrap_or("independent")
        });
        Some((label, found))
    });
    labelled.collect()
}

/// F1 of one label against all others; pairs of what is true and what was said.
fn f1<T: PartialEq>(pairs: &[(T, T)], label: T) -> f32 {
    let count = |gold: bool, said: bool| pairs.iter().filter(|(g, s)| (*g == label) == gold && (*s == label) == said).count() as f32;
    let (hit, wrong, missed) = (count(true, true), count(false, true), count(true, false));
    if hit == 0.0 { 0.0 } else { 2.0 * hit / (2.0 * hit + wrong + missed) }
}

/// Probability that a positive is ranked before a negative, ties counting half (Hanley and McNeil 1982).
fn auc(ranked: &[(bool, f32)]) -> f32 {
    let of = |positive: bool| ranked.iter().filter(move |r| r.0 == positive).map(|r| r.1);
    let wins: f32 = of(true)
        .flat_map(|p| {
            of(false).map(move |n| {
                if p > n {
                    1.0
                } else if p == n {
                    0.5
                } else {
                    0.0
                }
            })
        })
        .sum();
    wins / (of(true).count() * of(false).count()).max(1) as f32
}
