//! Names of agencies as they stand in credits, found word by word.

use crate::sources::{Source, Sources};
use crate::text::fold::{fold, is_alphanumeric};

/// Words of the longest credit: "وكالة أنباء الشرق الأوسط", with an initial or two.
const MARK_WORDS: usize = 5;
/// A line of nothing but credits has no more.
const LINE_WORDS: usize = 10;
/// Words of the longest line that lists sources.
const LIST_WORDS: usize = 3 * LINE_WORDS;

/// What stands in credits beside the names, folded.
const LEADS: &[&str] = &[
    "by",
    "with",
    "from",
    "via",
    "and",
    "input",
    "inputs",
    "source",
    "sources",
    "agency",
    "agencies",
    "staff",
    "writer",
    "writers",
    "correspondent",
    "reporter",
    "par",
    "avec",
    "et",
    "agences",
    "mit",
    "und",
    "von",
    "quelle",
    "agenturen",
    "con",
    "y",
    "e",
    "di",
    "fuente",
    "fonte",
    "agencias",
    "agenzie",
    "источник",
    "и",
    "с",
    "المصدر",
    "مصدر",
    "عن",
    "من",
    "مع",
    "نقلا",
    "و",
    "وكالات",
    "الوكالات",
    "وكاله",
    "c",
    "copyright",
];
/// What begins an author line.
const BYLINE_LEADS: &[&str] = &["by", "par", "von", "por", "di", "بقلم", "كتب", "كتبت", "اعداد"];

/// A word with its place.
#[derive(Debug, Clone)]
pub struct Word {
    /// Its folded form.
    pub folded: String,
    /// Byte offset in the text.
    pub start: usize,
    /// Byte offset behind it.
    pub end: usize,
}

/// A name of an agency.
#[derive(Debug, Clone)]
pub struct Mark<'s> {
    /// The agency.
    pub source: &'s Source,
    /// The name as it stands there.
    pub found: String,
    /// Byte offset in the text.
    pub start: usize,
    /// Byte offset behind it.
    pub end: usize,
    /// Number of words.
    pub words: usize,
}

/// The words of a text: runs of letters and digits, with the marks that Arabic puts on them.
pub fn words(text: &str) -> Vec<Word> {
    first_words(text, usize::MAX)
}

/// The first words of a text, at most `limit`: a paragraph is not read to its end to see that it is no credit.
fn first_words(text: &str, limit: usize) -> Vec<Word> {
    let is_part = |c: char| is_alphanumeric(c) || matches!(c, '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (is_part(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let folded = fold(&text[from..at]);
                // A tatweel by itself is written for a dash: «جدة ـ واس».
                if !folded.is_empty() {
                    found.push(Word { folded, start: from, end: at });
                }
                start = None;
                if found.len() == limit {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// The credit that begins with word `at`: the longest.
pub fn mark_at<'s>(text: &str, words: &[Word], at: usize, sources: &'s Sources) -> Option<Mark<'s>> {
    if !sources.begins_credit(&words[at].folded) {
        return None;
    }
    (1..=MARK_WORDS.min(words.len() - at)).rev().find_map(|n| {
        let part = &words[at..at + n];
        let is_joined =
            part.windows(2).all(|w| text[w[0].end..w[1].start].chars().all(|c| c.is_whitespace() || matches!(c, '.' | '-' | '\'' | '’')));
        let folded = part.iter().map(|w| w.folded.as_str()).collect::<Vec<_>>().join(" ");
        let source = sources.credited(&folded).filter(|_| is_joined)?;
        let (start, end) = (part[0].start, part[n - 1].end);
        let found = &text[start..end];
        is_spelled(found, source).then(|| Mark { source, found: found.to_owned(), start, end, words: n })
    })
}

/// `tap` and `map` are words; `TAP` and `MAP` are agencies. Scripts without cases have nothing to go by.
fn is_spelled(found: &str, source: &Source) -> bool {
    !found.chars().any(char::is_lowercase) || source.credits.iter().any(|c| c == found)
}

/// The agencies that a text names which does nothing else.
pub fn only<'s>(text: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let words = first_words(text, LINE_WORDS + 1);
    if words.len() > LINE_WORDS {
        return None;
    }
    let (mut marks, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let word = words[at].folded.as_str();
        if let Some(mark) = mark_at(text, &words, at, sources) {
            at += mark.words;
            marks.push(mark);
        } else if LEADS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit()) {
            at += 1;
        } else {
            // «والأناضول»: "and" is written with the name.
            let source = word.strip_prefix('و').and_then(|rest| sources.credited(rest))?;
            let Word { start, end, .. } = words[at];
            marks.push(Mark { source, found: text[start..end].chars().skip(1).collect(), start, end, words: 1 });
            at += 1;
        }
    }
    (!marks.is_empty()).then_some(marks)
}

/// The agencies that parts of a label name: `Ada Lorn, Reuters`.
pub fn in_parts<'s>(label: &str, sources: &'s Sources) -> Vec<Mark<'s>> {
    if let Some(marks) = only(label, sources) {
        return marks;
    }
    let parts = label.split([',', ';', '/', '|', '+', '&', '(', ')', '،', '؛']).flat_map(|p| p.split(" - ")).flat_map(|p| p.split(" – "));
    parts.filter_map(|part| only(part, sources)).flatten().collect()
}

/// The agencies that a line names which names sources and nothing else: «أ ف ب», «فرانس24/ أ ف ب».
pub fn whole_line<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    if first_words(line, LIST_WORDS + 1).len() > LIST_WORDS {
        return None;
    }
    only(line, sources).or_else(|| {
        let mut marks = Vec::new();
        for part in line.split(['/', '|', '+', '&', '،', ',']) {
            match only(part, sources) {
                Some(named) => marks.extend(named),
                None => drop(sources.named(part, None)?),
            }
        }
        (!marks.is_empty()).then_some(marks)
    })
}

/// The agencies of an author line above the text: `By Ada Lorn, Reuters`, or the name alone.
pub fn byline<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let words = first_words(line, LINE_WORDS + 1);
    let is_byline = words.len() <= LINE_WORDS && words.first().is_some_and(|w| BYLINE_LEADS.contains(&w.folded.as_str()));
    whole_line(line, sources).or_else(|| is_byline.then(|| in_parts(line, sources)).filter(|marks| !marks.is_empty()))
}
