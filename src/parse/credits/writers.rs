//! Lines above a text that name who wrote it, told by their form: `By Ada Quill and Ivo Marr`, «بقلم سالم الكعبي», `Orun Courier Staff Writer`.
//! They stand above the text wherever it is printed with them, and say nothing of what happened.

use std::ops::RangeInclusive;

use super::Line;
use super::dateline;
use super::helpers::begins_with_capital;
use crate::sources::Sources;
use crate::text::fold::fold;

/// Lines above a text among which one may name who wrote it.
const ABOVE: usize = 3;
/// Words of the longest such line, and of the longest one below it that says what they are.
const WORDS: usize = 14;
const ROLE_WORDS: usize = 6;
/// Words of the longest such line in scripts without capital letters, and behind a word that begins sentences too.
const NAME_WORDS: usize = 7;
pub const SHORT: usize = 4;
/// Words of the shortest line that shows that a text follows.
const SENTENCE: usize = 10;
/// What leads to names with capital letters.
const LEADS: &[&str] = &[
    "By",
    "BY",
    "Story by",
    "Written by",
    "Reported by",
    "Par",
    "PAR",
    "Von",
    "Por",
    "POR",
    "Di",
    "Door",
    "Oleh",
    "Autor:",
    "Author:",
    "Autore:",
    "Автор:",
    "Yazan:",
];
/// What leads to names in scripts that have none.
const LEADS_OF_EAST: &[&str] = &[
    "بقلم",
    "بقلم:",
    "كتب:",
    "كتبت:",
    "كتب/",
    "كتبت/",
    "كتب :",
    "كتب -",
    "كتبت -",
    "كتب –",
    "كتبت –",
    "إعداد:",
    "اعداد:",
    "من مراسلنا",
    "من مراسلتنا",
    "مراسلنا",
    "مراسلتنا",
    "نویسنده:",
    "رپورٹ:",
    "تحریر:",
];
/// The same, where nothing but a name may follow.
const LEADS_ALONE: &[&str] = &["كتب", "كتبت"];
/// Who sent a text, beside a place or the name of an outlet: «أورون – مراسل المنبر», «المنبر - خاص».
const SENDERS: &[&str] = &["مراسل", "مراسله", "مراسلنا", "مراسلتنا", "خاص", "متابعات", "متابعه"];
/// Words that names of people and outlets have in small letters.
const SMALL: &[&str] = &[
    "and", "et", "und", "y", "e", "en", "in", "for", "of", "the", "at", "de", "da", "del", "di", "la", "van", "von", "der", "bin", "al",
    "dan",
];
/// What a sentence ends with.
pub const ENDS: &[char] = &['.', '!', '?', '؟', '…', '۔', ':', '»', '”', '"'];

/// Where the line stands that names who wrote the text, and the one below it that says what they are, if a text follows.
pub fn find(lines: &[Line<'_>], sources: &Sources) -> Option<(usize, usize)> {
    let is_writer = |&n: &usize| is_writer(lines[n].1) || is_of_wire(&lines[n..], sources);
    let at = (0..lines.len().min(ABOVE)).find(is_writer)?;
    let below = &lines[at + 1..];
    let role = below.first().filter(|(_, line)| is_role(line)).is_some();
    let last = if role { lines[at + 1] } else { lines[at] };
    let follows = below.iter().any(|(_, line)| line.split_whitespace().nth(SENTENCE - 1).is_some());
    follows.then_some((lines[at].0, last.0 + last.1.len()))
}

/// Whether a line has so many words; no more of it is read than tells.
pub fn has_words(line: &str, words: RangeInclusive<usize>) -> bool {
    words.contains(&line.split_whitespace().take(words.end() + 1).count())
}

/// Whether a line names who wrote a text, and nothing else.
pub fn is_writer(line: &str) -> bool {
    // «كتب - سالم الكعبي:».
    let line = line.trim_end_matches([':', ' ']);
    is_sender(line) || !line.ends_with(ENDS) && has_words(line, 0..=WORDS) && (is_named(line) || is_named_in_east(line))
}

/// `By Ada Quill, Staff Writer`: behind the lead two words of a name, and nothing else in small letters up to a comma or bar.
fn is_named(line: &str) -> bool {
    let behind = |lead: &&str| line.strip_prefix(*lead).and_then(|rest| rest.strip_prefix(' '));
    let Some(names) = LEADS.iter().find_map(behind) else { return false };
    let names = names.split([',', '|', '–', '—', '(']).next().unwrap_or(names);
    let is_name = |word: &str| begins_with_capital(word) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'));
    let mut begin = names.split_whitespace();
    let is_begun = begin.next().is_some_and(is_name) && begin.next().is_some_and(|word| is_name(word) || SMALL.contains(&word));
    is_begun && names.split_whitespace().all(|word| is_name(word) || SMALL.contains(&word) || word == "&")
}

fn is_named_in_east(line: &str) -> bool {
    let behind = |lead: &&str| line.strip_prefix(*lead).filter(|rest| lead.ends_with([':', '/']) || rest.starts_with(' '));
    let named = |leads: &[&str], most: usize| leads.iter().find_map(behind).is_some_and(|rest| has_words(rest, 1..=most));
    named(LEADS_OF_EAST, NAME_WORDS) || named(LEADS_ALONE, SHORT - 1)
}

/// «أورون – مراسل المنبر»: two parts, the latter of which says who sent it. The former is a label of headlines, too: «خاص: …».
fn is_sender(line: &str) -> bool {
    let is_sender = |part: &str| part.split_whitespace().next().is_some_and(|word| SENDERS.contains(&&*fold(word)));
    let parts = || line.split([':', '–', '—', '/', '|', '-']).map(str::trim);
    has_words(line, 0..=NAME_WORDS)
        && parts().count() == 2
        && parts().all(|part| has_words(part, 1..=SHORT))
        && parts().nth(1).is_some_and(is_sender)
}

/// «من سالم الكعبي» above the dateline of an agency.
fn is_of_wire(lines: &[Line<'_>], sources: &Sources) -> bool {
    let is_name = |line: &str| line.strip_prefix("من ").is_some_and(|name| has_words(name, 2..=SHORT) && !line.ends_with(ENDS));
    matches!(lines, [(_, line), (_, below), ..] if is_name(line) && dateline::find(below, sources).is_some())
}

/// `Associated Press Writer`, `Orun Courier`: a line in capitals below the names.
fn is_role(line: &str) -> bool {
    let is_capital = |word: &str| begins_with_capital(word) || SMALL.contains(&word);
    !line.ends_with(ENDS) && has_words(line, 1..=ROLE_WORDS) && line.split_whitespace().all(is_capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "Four wells in the town of Orun were reopened on Wednesday after nine dry months, the water board said.";
    const ARABIC: &str = "أعيد فتح أربع آبار في بلدة أورون يوم الأربعاء بعد تسعة أشهر من الجفاف، بحسب ما أعلنت هيئة المياه.";

    fn found(text: &str) -> &str {
        let lines = super::super::lines(text);
        find(&lines, Sources::shipped()).map_or("", |(start, end)| &text[start..end])
    }

    #[test]
    fn lines_that_name_who_wrote_a_text_are_told_by_their_form() {
        for line in [
            "By ADA QUILL",
            "By ADA QUILL\nAssociated Press Writer",
            "By Ada Quill and Ivo Marr\nOrun Courier",
            "By Ada Quill, Staff Writer in Orun",
            "By Ada Quill | Orun Courier | March 4, 2026",
            "By Ada de la Quill",
            "Par Ada Quill, envoyée spéciale à Orun",
            "Von Ada Quill",
            "بقلم سالم الكعبي",
            "كتب: سالم الكعبي",
            "كتب سالم الكعبي",
            "من مراسلنا سالم الكعبي",
            "أورون – مراسل المنبر",
            "أورون - خاص",
            "أورون – مراسل «المنبر»",
        ] {
            assert_eq!(found(&format!("{line}\n{STORY}")), line);
            assert_eq!(found(&format!("Second headline of the story\n{line}\n\n{ARABIC}")), line);
        }
        assert_eq!(found(&format!("من سالم الكعبي\nأورون (رويترز) - {ARABIC}")), "من سالم الكعبي");
    }

    #[test]
    fn sentences_and_headings_name_nobody() {
        for line in [
            "By Friday, the wells were dry again.",
            "By noon on Friday the wells were dry",
            "By the river",
            "كتب الوزير في حسابه أن الآبار ستفتح قريبا",
            "من سالم الكعبي",
            "أورون - آبار تعود إلى العمل",
            "خاص: آبار تعود إلى العمل",
            "خاص | آبار أورون",
            "Orun Courier Staff Writer",
            "Ada Quill",
        ] {
            assert_eq!(found(&format!("{line}\n{STORY}")), "", "{line}");
        }
        assert_eq!(found("By Ada Quill\nWells"), "");
        assert_eq!(found(&format!("By Ada Quill\nThe wells are open.\n{STORY}")), "By Ada Quill");
    }
}
