//! Small lines around a story: what counts its readers, finds it again, or names whose it is; and the signs before lines.

use crate::sources::key;

/// What is counted below an article, folded.
const COUNTED: &[&str] = &[
    "قراءه",
    "مشاهده",
    "مشاهدات",
    "زياره",
    "زيارات",
    "تعليق",
    "تعليقات",
    "مشاركه",
    "views",
    "reads",
    "shares",
    "comments",
    "hits",
    "vues",
    "aufrufe",
    "просмотров",
    "okunma",
    "بازديد",
];
/// What leads to the name of a source below a story, folded, and words of the longest one.
const SOURCES: &[&str] =
    &["المصدر", "مصدر", "المصادر", "source", "sources", "quelle", "quellen", "fuente", "fonte", "kaynak", "منبع", "источник"];
const SOURCE_WORDS: usize = 6;
/// Bytes in which the longest of these leads ends.
const LABEL: usize = 40;
/// Bytes of the longest line that counts.
const COUNTER: usize = 60;

/// The line without the pictures and arrows that messengers and pages set before it: `👈 اقرأ أيضا`, `>> Read also`.
pub fn without_signs(line: &str) -> &str {
    let is_sign = |c: char| matches!(c, '<' | '>' | '«' | '»' | '\u{2190}'..='\u{21ff}' | '\u{25a0}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
    let bare = line.trim_start_matches(|c: char| is_sign(c) || c == ' ');
    // What was opened is closed further on, and a quotation.
    if bare.is_empty() || line.starts_with('«') { line } else { bare }
}

/// Whether a line counts how often the article was read, shared or discussed, and says nothing else: «1234 قراءة».
pub fn is_counted(line: &str) -> bool {
    let Some((number, what)) = line.split_once(' ').filter(|_| line.len() <= COUNTER) else { return false };
    let is_number = number.chars().all(|c| c.is_numeric() || matches!(c, ',' | '.')) && number.starts_with(char::is_numeric);
    is_number && COUNTED.contains(&key(what).as_str())
}

/// Whether a line consists of marks to find it by: `#wells #orun`.
pub fn is_hashtags(line: &str) -> bool {
    let is_mark = |word: &str| word.strip_prefix('#').is_some_and(|mark| mark.starts_with(char::is_alphabetic));
    line.starts_with('#') && line.split_whitespace().all(is_mark)
}

/// Whether a line is an address of the web and nothing else.
pub fn is_address(line: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| line.starts_with(scheme)) && !line.contains(char::is_whitespace)
}

/// Whether a line below the story tells whose news it is: «المصدر: المنبر + وكالات».
pub fn names_source(line: &str) -> bool {
    let label_end = line.floor_char_boundary(LABEL);
    let Some(at) = line[..label_end].find([':', '：']).filter(|_| !line.ends_with(['.', '。', '۔', '।', '،', ','])) else {
        return false;
    };
    let (label, source) = (&line[..at], line[at..].trim_start_matches([':', '：']));
    (1..=SOURCE_WORDS).contains(&source.split_whitespace().take(SOURCE_WORDS + 1).count()) && SOURCES.contains(&key(label).as_str())
}
