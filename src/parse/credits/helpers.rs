//! Lines below a text that tell of who wrote it and of who helped.

use super::Line;
use super::writers::{ENDS, SHORT, has_words};
use crate::sources::key;
use crate::text::fold::fold;

/// What leads to names below a text.
const LEADS_BELOW: &[&str] = &[
    "Additional reporting by",
    "Reporting by",
    "Writing by",
    "Editing by",
    "Edited by",
    "Compiled by",
    "Translated by",
    "Reported by",
    "Written by",
    "With additional reporting by",
    "With reporting by",
    "With files from",
    "Photographs by",
    "Photos by",
    "Research by",
    "Graphics by",
    "Produced by",
    "Avec",
];
/// What is said of those who helped, behind their names.
const HELPED: &[&str] =
    &[" contributed reporting", " contributed to this ", " contributed research", " contributed from ", " assisted with this "];
/// Words of the longest line about those who helped.
const HELPED_WORDS: usize = 40;
/// What is said of who wrote a text behind their name, folded.
const IS: &[&str] = &[
    "is",
    "are",
    "has",
    "have",
    "covers",
    "writes",
    "reports",
    "contributed",
    "joined",
    "leads",
    "edits",
    "works",
    "lives",
    "produces",
    "oversees",
    "صحفي",
    "صحفيه",
    "صحافي",
    "صحافيه",
    "كاتب",
    "كاتبه",
    "مراسل",
    "مراسله",
    "باحث",
    "باحثه",
];

/// Whether a line below a text tells who helped with it: `Additional reporting by Ivo Marr; editing by Bodo Kreil`, `Ivo Marr contributed
/// reporting from Tern.`
pub fn is_below(line: &str) -> bool {
    let line = line.trim_start_matches(['(', '—', '–', '-', '_', ' ']);
    let behind = |lead: &&str| line.strip_prefix(*lead).and_then(|rest| rest.strip_prefix([' ', ':']));
    let is_led = || LEADS_BELOW.iter().find_map(behind).is_some_and(|rest| begins_with_name(rest.trim()));
    let is_helper = || HELPED.iter().any(|helped| line.contains(helped)) && begins_with_name(line);
    (is_led() || is_helper()) && has_words(line, 0..=HELPED_WORDS)
}

/// Whether a line below a text tells of someone whom `byline` names as its author: `Ada Quill is a reporter covering rivers.`
pub fn tells_of(line: &str, byline: &str) -> bool {
    let mut words = [""; SHORT + 1];
    words.iter_mut().zip(line.split_whitespace()).for_each(|(place, word)| *place = word);
    let is_near = |name: usize| IS.contains(&&*fold(words[name]));
    let is_author = |name: usize| format!(" {} ", key(byline)).contains(&format!(" {} ", key(&words[..name].join(" "))));
    // What an agency says of itself is news: `The Associated Press has not seen the letter.`
    !line.starts_with("The ") && (2..=SHORT).any(|name| is_near(name) && is_author(name))
}

/// Whether a line is a name that the lines `below` it tell of, as under the picture of who wrote a text.
pub fn is_name_above(line: &str, below: &[Line<'_>]) -> bool {
    let is_name = || !line.ends_with(ENDS) && has_words(line, 2..=SHORT) && line.split_whitespace().all(begins_with_capital);
    is_name() && below.iter().any(|(_, below)| tells_of(below, line))
}

pub fn begins_with_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Whether two words with capital letters stand at the begin.
fn begins_with_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_name = |word: &str| begins_with_capital(word) && word.chars().nth(1).is_some_and(char::is_alphabetic);
    words.next().is_some_and(is_name) && words.next().is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_below_a_text_tell_of_its_writers() {
        for (line, is) in [
            ("Additional reporting by Ivo Marr; editing by Bodo Kreil", true),
            ("Reporting by Ada Quill in Orun, Writing by Nadia Sorel", true),
            ("With files from Ivo Marr and The Canadian Press", true),
            ("Ivo Marr contributed reporting from Tern.", true),
            ("Ivo Marr and Bodo Kreil contributed to this article.", true),
            ("Reporting by the paper showed that two wells were dry.", false),
            ("Editing by hand is slow, she said.", false),
            ("The board contributed to this fund.", false),
        ] {
            assert_eq!(is_below(line), is, "{line}");
        }
        for (line, is) in [
            ("Ada Quill is a reporter covering rivers.", true),
            ("Ada Quill has covered the valley since 2014. She lives in Orun.", true),
            ("Ivo J. Marr writes about water.", true),
            ("سالم الكعبي صحفي من أورون.", true),
            ("Ada Quill, who fell into a well, is well.", false),
            ("Bodo Kreil is a member of the council.", false),
            ("Ada is well.", false),
            ("The Associated Press has not seen the letter.", false),
        ] {
            assert_eq!(tells_of(line, "By Ada Quill and Ivo J. Marr, سالم الكعبي, The Associated Press"), is, "{line}");
        }
    }
}
