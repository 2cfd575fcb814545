//! Credits after the last sentence, on its line.

use super::marks::{Mark, Words, only};
use crate::sources::Sources;

/// Characters of the longest credit at the end of a line.
const TAIL_CHARS: usize = 60;
/// Words of a sentence before a credit that stands within it, and how many of them are looked at.
const SENTENCE_WORDS: usize = 5;
/// Words of the longest name of who wrote a story, letters of initials, words of a day.
const NAME_WORDS: usize = 3;
/// Bytes of the longest line of an agency and those who wrote for it.
const SIGNED_BYTES: usize = 300;
/// Words of which brackets say what is meant, folded.
pub const EXPLAINED: &[&str] = &[
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
    if let Some(found) = unmarked(line, sources).filter(|_| is_last) {
        return Some(found);
    }
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

/// The agencies of a line below the story that also names who wrote it, or when: «وام/سالم الكعبي», «(ومع 3 مارس 2026)».
pub fn signed<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    if let Some(marks) = behind_initials(line, sources).or_else(|| behind_name(line, sources)) {
        return Some(marks);
    }
    if let Some(marks) = before_initials(line, sources) {
        return Some(marks);
    }
    if line.len() > SIGNED_BYTES {
        return None;
    }
    let bare = line.trim_matches(['(', ')', '[', ']', '-', '–', ' ']);
    let is_name = |part: &str| {
        (1..=NAME_WORDS).contains(&part.split_whitespace().count())
            && part.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-'))
    };
    let (agency, writers) = bare.split_once(['/', '|']).unwrap_or((bare, ""));
    if !writers.trim().is_empty() && writers.split(['/', '|']).map(str::trim).all(is_name) {
        return only(agency, sources);
    }
    let (agency, day) = bare.split_once(char::is_whitespace).filter(|_| bare.len() < line.len())?;
    let is_day = day.split_whitespace().count() <= NAME_WORDS && day.starts_with(|c: char| c.is_ascii_digit());
    only(agency, sources).filter(|_| is_day)
}

/// The agencies in the brackets behind the initials of desks: «ن ب/ ر س (سانا)».
fn behind_initials<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let (initials, agency) = line.strip_suffix(')')?.split_once('(')?;
    let is_initial = |part: &str| part.chars().count() <= 2 && part.chars().all(char::is_alphabetic);
    (initials.contains('/') && initials.split(['/', ' ']).all(is_initial)).then(|| only(agency, sources)).flatten()
}

/// The agencies in the brackets behind a name, where a word leads to them: `Huyền Lê (Theo Reuters)`.
fn behind_name<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let (who, agency) = line.strip_suffix(')')?.split_once('(')?;
    let is_name = |word: &str| word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-'));
    let are_names = who.split_whitespace().all(is_name) && (1..=NAME_WORDS).contains(&who.split_whitespace().count());
    only(agency, sources).filter(|marks| are_names && marks.iter().all(|mark| mark.start > 0))
}

/// The agencies named behind the last sentence of a text without a mark, maybe with the initials of those who wrote it, and the byte where that
/// begins: `… on Sunday. PTI AQ BK`.
fn unmarked<'s>(line: &str, sources: &'s Sources) -> Option<(Vec<Mark<'s>>, usize)> {
    // A line may be a whole text, of which only the end can be a signature.
    let text = line.trim_end_matches(['.', ' ']);
    let tail = text.floor_char_boundary(text.len().saturating_sub(TAIL_CHARS + ". ".len()));
    let at = tail + text[tail..].rfind(". ")? + ". ".len();
    Some((before_initials(&line[at..], sources)?, at))
}

/// The agencies of `PTI AQ BK`, with or without the initials.
fn before_initials<'s>(text: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let text = text.trim_end_matches(['.', ' ']);
    let is_capital = |word: &str| word.chars().count() <= NAME_WORDS && word.chars().all(char::is_uppercase);
    if text.len() > TAIL_CHARS {
        return None;
    }
    let (agency, initials) = text.split_once(' ').unwrap_or((text, ""));
    let is_signed = initials.split_whitespace().all(is_capital) && agency.chars().all(|c| c.is_uppercase());
    is_signed.then(|| only(agency, sources)).flatten()
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
