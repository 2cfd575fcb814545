//! Credits after the last sentence, on its line.

use super::marks::{Mark, Words, only};
use crate::sources::Sources;

/// Characters of the longest credit at the end of a line.
const TAIL_CHARS: usize = 60;
/// Words of a sentence before a credit that stands within it, and how many of them are looked at.
const SENTENCE_WORDS: usize = 5;
/// Words of which brackets say what is meant, folded.
const EXPLAINED: &[&str] = &[
    "agency",
    "agencies",
    "press",
    "presse",
    "service",
    "news",
    "site",
    "agence",
    "agencia",
    "agenzia",
    "agentur",
    "агентство",
    "агентства",
    "وكاله",
    "لوكاله",
    "الوكاله",
    "برس",
    "موقع",
    "للانباء",
    "الانباء",
];

/// The agencies that the end of `line` credits, and the byte where that begins. Before it stands the end of a sentence: brackets
/// inside one explain a name, unless they end the text and no name stands before them.
pub fn find<'s>(line: &str, is_last: bool, sources: &'s Sources) -> Option<(Vec<Mark<'s>>, usize)> {
    let trimmed = line.trim_end_matches(['.', ' ']);
    let from = trimmed.char_indices().rev().nth(TAIL_CHARS).map_or(0, |(at, _)| at);
    let tail = &trimmed[from..];
    let open = match tail.chars().next_back()? {
        ')' => tail.rfind('('),
        ']' => tail.rfind('['),
        '）' => tail.rfind('（'),
        '/' => tail[..tail.len() - 1].rfind('/'),
        _ => tail.rfind(['-', '–', '—', '©']),
    }?;
    let marks = only(&tail[open..], sources)?;
    let ends_sentence = |c: char| matches!(c, '.' | '!' | '?' | '؟' | '»' | '”' | '"' | '。' | '…' | '۔' | '।');
    let is_behind_sentence = line[..from + open].trim_end().ends_with(ends_sentence);
    let is_within = || is_last && tail.ends_with(')') && explains_nothing(&line[..from + open], sources);
    (is_behind_sentence || is_within()).then_some((marks, from + open))
}

/// Whether a sentence stands here at whose end brackets explain no name of an agency.
fn explains_nothing(sentence: &str, sources: &Sources) -> bool {
    let last: Vec<&str> = sentence.split_whitespace().rev().take(SENTENCE_WORDS).collect();
    let names = |word: &&str| {
        let mut words = Words::new(word);
        words.get(0).is_some() && (EXPLAINED.contains(&words.folded(0)) || sources.begins_credit(words.folded(0)))
    };
    last.len() == SENTENCE_WORDS && !last.iter().any(names)
}
