//! Credits after the last sentence, on its line.

use super::marks::{Mark, only};
use crate::sources::Sources;

/// Characters of the longest credit at the end of a line.
const TAIL_CHARS: usize = 60;

/// The agencies that the end of `line` credits, and the byte where that begins. Before it stands the end of a sentence: brackets
/// inside one explain a name.
pub fn find<'s>(line: &str, sources: &'s Sources) -> Option<(Vec<Mark<'s>>, usize)> {
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
    is_behind_sentence.then_some((marks, from + open))
}
