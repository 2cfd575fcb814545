//! The main text of web pages of many makes, by the words that it shares with what a reader would call the article.
//!
//! Each page of `tests/pages` has its main text beside it. `cargo test --test pages -- --nocapture` prints the table; with `SHOW=name` also
//! the words of that page that were missed and those that were too many.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::sources::Sources;

/// The mean over all pages may not fall below this.
const MEAN: f64 = 0.97;
/// Nor any page below this.
const FLOOR: f64 = 0.90;
/// Fewer pages would say little.
const PAGES: usize = 20;

/// How well a text was found: shares of its words that are right, and of the right ones that are there.
struct Found {
    precision: f64,
    recall: f64,
    f1: f64,
}

#[test]
fn the_main_text_of_pages_of_every_make_is_found() {
    let mut table = format!("{:<28} {:>9} {:>9} {:>9}\n", "page", "precision", "recall", "F1");
    let (mut sum, mut low) = (0.0, Vec::new());
    let pages = pages();
    assert!(pages.len() >= PAGES, "{} pages", pages.len());
    for (name, html, expected) in &pages {
        let text = main_text(name, html);
        let found = compare(&words(expected), &words(&text));
        table += &format!("{name:<28} {:>9.3} {:>9.3} {:>9.3}\n", found.precision, found.recall, found.f1);
        sum += found.f1;
        if found.f1 < FLOOR {
            low.push(name.as_str());
        }
        if std::env::var("SHOW").is_ok_and(|wanted| wanted == *name) {
            println!("{text}\n");
            show_difference(&words(expected), &words(&text));
        }
    }
    let mean = sum / pages.len() as f64;
    table += &format!("{:<28} {:>9} {:>9} {mean:>9.3}\n", format!("mean of {}", pages.len()), "", "");
    println!("{table}");
    assert!(mean >= MEAN && low.is_empty(), "mean {mean:.3}, expected {MEAN} at least; below {FLOOR}: {low:?}\n{table}");
}

/// The measure itself: it must tell a missed paragraph and one too many.
#[test]
fn a_word_too_many_and_a_word_missed_count() {
    let f1 = |expected: &str, found: &str| compare(&words(expected), &words(found)).f1;
    assert_eq!(f1("one two three", "three two, one."), 1.0);
    assert_eq!(f1("one two three four", "one two"), 2.0 / 3.0);
    assert_eq!(f1("one one", "one"), 2.0 / 3.0, "each as often as it stands there");
    assert_eq!(f1("one", ""), 0.0);
    assert_eq!(words("松江市2026年").len(), 5);
}

/// Name, bytes and main text of each page, in name order.
fn pages() -> Vec<(String, Vec<u8>, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut pages: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap(), fs::read_to_string(path.with_extension("txt")).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

fn main_text(name: &str, html: &[u8]) -> String {
    let hints = FileHints {
        name: "page.html",
        folder: None,
        sidecar: None,
        received: "2026-03-20T12:00:00Z".parse::<Timestamp>().unwrap(),
        sources: Sources::shipped(),
    };
    let parsed = parse(html, &hints, &Limits::default());
    assert_eq!((parsed.format.as_ref(), parsed.articles.len()), ("html", 1), "{name}: {:?}", parsed.rejects);
    parsed.articles.into_iter().next().map(|article| article.text).unwrap_or_default()
}

/// The words of a text with how often each stands in it; of scripts without spaces the characters.
fn words(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    let is_alone = |c: char| ('\u{3040}'..='\u{9fff}').contains(&c);
    for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let end = if is_alone(first) { first.len_utf8() } else { rest.find(is_alone).unwrap_or(rest.len()) };
            let (word, after) = rest.split_at(end);
            *words.entry(word.to_lowercase()).or_insert(0) += 1;
            rest = after;
        }
    }
    words
}

fn compare(expected: &BTreeMap<String, usize>, found: &BTreeMap<String, usize>) -> Found {
    let count = |words: &BTreeMap<String, usize>| words.values().sum::<usize>() as f64;
    let shared: usize = expected.iter().map(|(word, n)| *n.min(found.get(word).unwrap_or(&0))).sum();
    let share = |of: f64| if of == 0.0 { 0.0 } else { shared as f64 / of };
    let (precision, recall) = (share(count(found)), share(count(expected)));
    let f1 = if shared == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    Found { precision, recall, f1 }
}

fn show_difference(expected: &BTreeMap<String, usize>, found: &BTreeMap<String, usize>) {
    let more = |a: &BTreeMap<String, usize>, b: &BTreeMap<String, usize>| {
        let extra = a.iter().filter(|(word, n)| **n > *b.get(*word).unwrap_or(&0)).map(|(word, _)| word.clone());
        extra.collect::<Vec<_>>().join(" ")
    };
    println!("missed: {}\ntoo many: {}\n", more(expected, found), more(found, expected));
}
