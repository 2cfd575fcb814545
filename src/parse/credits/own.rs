//! Datelines that name the outlet itself: `دبي (CNN)-- `, `سامي رضا- سبق- جدة: `. They credit nobody, and are no part of the story.

use super::dateline::separators;
use crate::sources::{Source, key};
use crate::text::DASHES;

/// Characters from the start of a line in which such a dateline ends.
const HEAD_CHARS: usize = 90;
/// Words between two of its marks: a place with its country, an author.
const PART_WORDS: usize = 5;

/// The byte behind the dateline that `line` begins with, if it names `own`.
pub fn find(line: &str, own: &Source) -> Option<usize> {
    let end = line.char_indices().nth(HEAD_CHARS).map_or(line.len(), |(at, _)| at);
    let head = &line[..end];
    let behind = bracketed(head, own).or_else(|| set_off(head, own))?;
    Some(behind + separators(&line[behind..]))
}

/// `دبي، الإمارات العربية المتحدة (CNN)--`: the byte behind the bracket, where a dash follows.
fn bracketed(head: &str, own: &Source) -> Option<usize> {
    let (open, close) = (head.find('(')?, head.find(')')?);
    let is_place = words(&head[..open]) <= PART_WORDS && !head[..open].contains(['.', ':', '"', '«']);
    let is_closed = head[close + 1..].trim_start().starts_with(DASHES);
    (is_place && is_closed && open < close && names(own, &head[open + 1..close])).then_some(close + 1)
}

/// `سبق- جدة:`, `عين اليوم – مكة /`: parts between dashes, one of them the name; the byte of the mark that ends them, before a space.
fn set_off(head: &str, own: &Source) -> Option<usize> {
    let end = head.find([':', '/']).filter(|end| head[end + 1..].starts_with(char::is_whitespace))?;
    // A tatweel is no dash here: «قال لـ سبق:» is a sentence.
    let parts: Vec<&str> = head[..end].split(|c| DASHES.contains(&c) && c != 'ـ').map(str::trim).collect();
    let is_part = |part: &&str| (1..=PART_WORDS).contains(&words(part)) && !part.contains(char::is_numeric);
    let are_parts = parts.len() > 1 && parts.iter().all(is_part);
    (are_parts && parts.iter().any(|part| names(own, part))).then_some(end)
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Whether this is a name of the source, or the capital letters that one begins with.
fn names(own: &Source, text: &str) -> bool {
    let is_short = text.trim().len() > 1 && text.trim().bytes().all(|b| b.is_ascii_uppercase());
    let text = key(text);
    let known = std::iter::once(&own.name).chain(&own.aliases).map(|name| key(name));
    let is_named = |name: String| name == text || (is_short && name.strip_prefix(&text).is_some_and(|rest| rest.starts_with(' ')));
    !text.is_empty() && known.into_iter().any(is_named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Sources;

    /// What is left of a line of the outlet `own`.
    fn left<'t>(own: &str, line: &'t str) -> &'t str {
        let own = Sources::shipped().named(own, None, None).expect(own);
        find(line, own).map_or(line, |end| &line[end..])
    }

    #[test]
    fn the_outlets_own_datelines() {
        for (own, dateline) in [
            ("CNN بالعربية", "الرملة، ساحل النورس (CNN)-- "),
            ("CNN بالعربية", "(CNN) -- "),
            ("CNN", "Port Mallory (CNN) — "),
            ("سبق", "سامي رضا- سبق- الرملة: "),
            ("سبق", "سبق- الرملة: "),
            ("عاليوم", "عين اليوم – الرملة / "),
        ] {
            assert_eq!(left(own, &format!("{dateline}أبحرت العبارة ظهرا.")), "أبحرت العبارة ظهرا.", "{dateline}");
        }
    }

    #[test]
    fn a_sentence_that_names_the_outlet_is_none() {
        for (own, line) in [
            ("سبق", "سبق أن أبحرت العبارة - كما قال الربان: ظهرا."),
            ("سبق", "قال مدير الميناء لـ سبق: أبحرت العبارة."),
            ("CNN", "The captain told (CNN) that the ferry sailed."),
            ("CNN", "The ferry - a new one - sailed: CNN was there."),
            ("CNN", "Port Mallory (AFP) - The ferry sailed."),
            ("CNN", "CNN - https://cnn.example/ferry"),
            ("CNN", "CNN- 24/7 news from Port Mallory."),
            ("CNN", "10 million - CNN/ORC poll on ferries"),
            ("CNN", ") ("),
        ] {
            assert_eq!(left(own, line), line);
        }
    }
}
