//! Lines that say when an article was published or changed, and little else.

use crate::parse::date::{self, Dated, Precision};
use crate::parse::tags::Tag;

/// Characters of the longest such line.
const LONGEST: usize = 120;
/// Words of the longest one.
const WORDS: usize = 16;
/// Pieces of the longest one, of which each run may be the date.
const PIECES: usize = 10;
/// Words that may stand before a date without being a label: the name of a paper, a town.
const BEFORE: usize = 3;

/// Words that say that a date is that of a change; in lower case.
const CHANGED: &[&str] = &[
    "updat",
    "modif",
    "amended",
    "edited",
    "mis à jour",
    "mise à jour",
    "aktualis",
    "actualiz",
    "atualiz",
    "aggiorn",
    "gewijzigd",
    "güncelle",
    "обновл",
    "تحديث",
    "تعديل",
    "بروزرسانی",
    "به‌روزرسانی",
    "更新",
    "수정",
];

/// The date that a line of these pieces holds beside little else, and how exact it is: the longest run of pieces that can be read.
pub fn date(pieces: &[String], lang: &str) -> Option<(String, Precision)> {
    let whole = pieces.join(" ");
    let is_line = whole.chars().count() <= LONGEST && whole.split(' ').count() <= WORDS && pieces.len() <= PIECES;
    if !is_line || whole.chars().filter(|c| c.is_numeric()).count() < 5 {
        return None;
    }
    // Day and time may be parted by what parts other things.
    let spaced = before_change(&whole).replace(['|', '•', '·'], " ");
    let spaced = spaced.trim();
    if let Some(dated) = date::read_alone(spaced, lang).filter(|dated| dated.precision != Precision::Day) {
        return Some((spaced.to_owned(), dated.precision));
    }
    let runs = (1..=pieces.len()).rev().flat_map(|length| pieces.windows(length));
    runs.map(|run| run.join(" ")).find_map(|run| {
        let (written, dated) = within(&run, lang)?;
        Some((written.to_owned(), dated.precision))
    })
}

/// The date that a line is, alone, behind a label or behind a few words set off from it.
fn within<'l>(line: &'l str, lang: &str) -> Option<(&'l str, Dated)> {
    let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '-' | '–' | '—' | '•' | '·' | ',' | '،' | '(' | ')'));
    let read = |part: &'l str| date::read(part, lang).map(|dated| (part, dated));
    let behind_label =
        || line.split_once([':', '：']).map(|(label, rest)| (label, rest.trim())).filter(|(label, _)| !label.contains(char::is_numeric));
    let behind_words = || {
        let ends = line.match_indices(' ').map(|(at, _)| at).take(BEFORE);
        ends.take_while(|at| !line[..*at].contains(char::is_numeric)).find_map(|at| {
            let is_apart = line[..at].ends_with([',', '،', ':', '|']);
            read(line[at..].trim()).filter(|(_, dated)| is_apart || dated.precision != Precision::Day)
        })
    };
    behind_label().and_then(|(_, rest)| read(rest)).or_else(|| read(line)).or_else(behind_words)
}

/// The instant in an attribute of an element: of `<time datetime>`, `<abbr title>`, or what says of itself when it was published.
pub fn instant(tag: &Tag<'_>) -> Option<String> {
    // WordPress calls it `updated` where it was published and never changed.
    let is_first = tag.attribute("class").is_some_and(|names| names.contains("publish") || names.contains("entry-date"));
    let is_change = !is_first && ["class", "itemprop"].iter().any(|name| tag.attribute(name).is_some_and(says_changed));
    let called = says_published(tag);
    let is_one = matches!(tag.name(), "time" | "abbr") || called;
    let written = ["datetime", "content", "title"].iter().find_map(|name| tag.attribute(name)).map(str::trim);
    written.filter(|written| is_one && !is_change && date::read_alone(written, "").is_some()).map(str::to_owned)
}

/// Whether an element says of itself that it holds when the article was published: in microdata, or in RDFa as Drupal writes it.
pub fn says_published(tag: &Tag<'_>) -> bool {
    let is = |at: &str, known: &[&str]| {
        let names = tag.attribute(at).unwrap_or_default().split_ascii_whitespace();
        names.into_iter().any(|name| known.iter().any(|known| name.eq_ignore_ascii_case(known)))
    };
    is("itemprop", &["datePublished"]) || is("property", &["dc:date", "dc:created", "schema:datePublished", "schema:dateCreated"])
}

/// What stands before the words that say that a change follows; all, if nothing stands there.
fn before_change(line: &str) -> &str {
    let change = CHANGED.iter().filter_map(|word| line.char_indices().map(|(at, _)| at).find(|at| begins(&line[*at..], word))).min();
    change.map(|at| &line[..at]).filter(|before| before.contains(char::is_numeric)).unwrap_or(line)
}

fn begins(text: &str, word: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    word.chars().all(|c| letters.next() == Some(c))
}

/// Whether a line, or the name of an element, says that something was changed.
pub fn says_changed(line: &str) -> bool {
    let line = line.to_lowercase();
    CHANGED.iter().any(|word| line.contains(word))
}
