//! Lines above a text that name who wrote it, told by their form: `By Ada Quill and Ivo Marr`, «بقلم سالم الكعبي», `Orun Courier Staff Writer`.
//! They stand above the text wherever it is printed with them, and say nothing of what happened.

use super::Line;
use super::dateline;
use crate::sources::{Sources, key};
use crate::text::fold::fold;

/// Lines above a text among which one may name who wrote it.
const ABOVE: usize = 3;
/// Words of the longest such line, and of the longest one below it that says what they are.
const WORDS: usize = 14;
const ROLE_WORDS: usize = 6;
/// Words of the longest such line in scripts without capital letters, and behind a word that begins sentences too.
const NAME_WORDS: usize = 7;
const SHORT: usize = 4;
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
const ENDS: &[char] = &['.', '!', '?', '؟', '…', '۔', ':', '»', '”', '"'];

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
    words(line) <= HELPED_WORDS && (is_led() || is_helper())
}

/// Whether a line below a text tells of someone whom `byline` names as its author: `Ada Quill is a reporter covering rivers.`
pub fn tells_of(line: &str, byline: &str) -> bool {
    let is_near = |name: usize| words(line) > name && IS.contains(&&*fold(line.split_whitespace().nth(name).unwrap_or_default()));
    let name = |words: usize| line.split_whitespace().take(words).collect::<Vec<_>>().join(" ");
    let byline = format!(" {} ", key(byline));
    (2..=SHORT).any(|words| is_near(words) && byline.contains(&format!(" {} ", key(&name(words)))))
}

/// Whether a line is a name that the lines `below` it tell of, as under the picture of who wrote a text.
pub fn is_name_above(line: &str, below: &[Line<'_>]) -> bool {
    let is_name =
        || (2..=SHORT).contains(&words(line)) && !line.ends_with(ENDS) && line.split_whitespace().all(|word| begins_with_capital(word));
    is_name() && below.iter().any(|(_, below)| tells_of(below, line))
}

fn begins_with_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Whether two words with capital letters stand at the begin.
fn begins_with_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_name = |word: &str| begins_with_capital(word) && word.chars().nth(1).is_some_and(char::is_alphabetic);
    words.next().is_some_and(is_name) && words.next().is_some_and(is_name)
}

/// Where the line stands that names who wrote the text, and the one below it that says what they are, if a text follows.
pub fn find(lines: &[Line<'_>], sources: &Sources) -> Option<(usize, usize)> {
    let is_writer = |&n: &usize| is_writer(lines[n].1) || is_of_wire(&lines[n..], sources);
    let at = (0..lines.len().min(ABOVE)).find(is_writer)?;
    let below = &lines[at + 1..];
    let role = below.first().filter(|(_, line)| is_role(line)).is_some();
    let last = if role { lines[at + 1] } else { lines[at] };
    let follows = below.iter().any(|(_, line)| words(line) >= SENTENCE);
    follows.then_some((lines[at].0, last.0 + last.1.len()))
}

fn words(line: &str) -> usize {
    line.split_whitespace().count()
}

/// Whether a line names who wrote a text, and nothing else.
pub fn is_writer(line: &str) -> bool {
    // «كتب - سالم الكعبي:».
    let line = line.trim_end_matches([':', ' ']);
    is_sender(line) || words(line) <= WORDS && !line.ends_with(ENDS) && (is_named(line) || is_named_in_east(line))
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
    let named = |leads: &[&str], most: usize| leads.iter().find_map(behind).is_some_and(|rest| (1..=most).contains(&words(rest)));
    named(LEADS_OF_EAST, NAME_WORDS) || named(LEADS_ALONE, SHORT - 1)
}

/// «أورون – مراسل المنبر»: two parts, one of which says who sent it.
fn is_sender(line: &str) -> bool {
    let is_sender = |part: &str| part.split_whitespace().next().is_some_and(|word| SENDERS.contains(&&*fold(word)));
    let parts = || line.split([':', '–', '—', '/', '|', '-']).map(str::trim);
    words(line) <= NAME_WORDS && parts().count() == 2 && parts().all(|part| (1..=SHORT).contains(&words(part))) && parts().any(is_sender)
}

/// «من سالم الكعبي» above the dateline of an agency.
fn is_of_wire(lines: &[Line<'_>], sources: &Sources) -> bool {
    let is_name = |line: &str| line.strip_prefix("من ").is_some_and(|name| (2..=SHORT).contains(&words(name)) && !line.ends_with(ENDS));
    matches!(lines, [(_, line), (_, below), ..] if is_name(line) && dateline::find(below, sources).is_some())
}

/// `Associated Press Writer`, `Orun Courier`: a line in capitals below the names.
fn is_role(line: &str) -> bool {
    let is_capital = |word: &str| begins_with_capital(word) || SMALL.contains(&word);
    (1..=ROLE_WORDS).contains(&words(line)) && !line.ends_with(ENDS) && line.split_whitespace().all(is_capital)
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
        ] {
            assert_eq!(tells_of(line, "By Ada Quill and Ivo J. Marr, سالم الكعبي"), is, "{line}");
        }
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
            "Orun Courier Staff Writer",
            "Ada Quill",
        ] {
            assert_eq!(found(&format!("{line}\n{STORY}")), "", "{line}");
        }
        assert_eq!(found("By Ada Quill\nWells"), "");
        assert_eq!(found(&format!("By Ada Quill\nThe wells are open.\n{STORY}")), "By Ada Quill");
    }
}
