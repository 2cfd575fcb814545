//! Credits before the first sentence.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::east;
use super::marks::{Mark, Word, Words, mark_at, only};
use super::signoff::EXPLAINED;
use crate::parse::date;
use crate::sources::{Sources, key};
use crate::text::DASHES;

/// Characters from the start of a line in which a dateline ends.
const HEAD_CHARS: usize = 140;
/// Words before the credit, without and with a date among them: "Rio de Janeiro", "صنعاء في 3 آذار/مارس 2026", which may
/// stand behind the day of the other calendar.
const PLACE_WORDS: usize = 5;
const DATED_WORDS: usize = 12;
/// Words before the name where a reporter of the agency is named first.
const REPORTER_WORDS: usize = 5;
/// Letters from which an Arabic abbreviation is no ordinary word: "معا" is "together", "قنا" a town.
const CLEAR_LETTERS: usize = 5;
/// Words of a place with nothing behind it but the brackets.
const BARE_WORDS: usize = 3;
/// Letters of the office of an agency, as in `dpa/bb`.
const OFFICE_LETTERS: std::ops::RangeInclusive<usize> = 2..=4;
/// Words that make a sentence of what stands before a credit, folded.
const SAYING: &[&str] = &[
    "وكاله",
    "لوكاله",
    "الوكاله",
    "قال",
    "قالت",
    "ذكر",
    "ذكرت",
    "افاد",
    "افادت",
    "نقل",
    "نقلت",
    "اعلن",
    "اعلنت",
    "اكد",
    "اكدت",
    "كشف",
    "كشفت",
    "اضاف",
    "اضافت",
    "صرح",
    "بحسب",
    "حسب",
    "وفق",
    "وفقا",
    "ان",
    "عن",
    "التي",
    "الذي",
    "said",
    "says",
    "told",
    "agency",
    "the",
];
/// Arabic abbreviations that are a town, a people or a word, folded: an author or a place behind one says nothing.
const ORDINARY: [&str; 4] = ["قنا", "سبا", "معا", "بنا"];
/// Words behind a name that go on to speak of it.
const ABOUT: &[&str] = &["وكاله", "الوكاله", "وهي", "هي", "التي"];

/// The agencies of the dateline that `line` begins with, and the byte behind it.
pub fn find<'s>(line: &str, sources: &'s Sources) -> Option<(Vec<Mark<'s>>, usize)> {
    let end = line.char_indices().nth(HEAD_CHARS).map_or(line.len(), |(at, _)| at);
    let mut words = Words::new(&line[..end]);
    if let Some(found) = east::find(line, &mut words, sources) {
        return Some(found);
    }
    if let Some(found) = reported(line, &mut words, sources) {
        return Some(found);
    }
    let mut place = Before::default();
    for at in 0..=DATED_WORDS {
        let word = words.get(at)?;
        if let Some(mark) = mark_at(line, &mut words, at, sources).filter(|_| place.is_place()) {
            let before = &line[at.checked_sub(1).map_or(0, |i| words.first(at)[i].end)..mark.start];
            if let Some(found) = credited(line, &mut words, at, mark, before, place.is_dated, sources) {
                return Some(found);
            }
        }
        let written = &line[word.start..word.end];
        place.add(words.folded(at), written.starts_with(char::is_lowercase) && !date::is_month(written));
        if place.is_sentence() {
            return None;
        }
    }
    None
}

/// What the agency that `mark` names credits, and the byte behind the dateline, if the mark stands as credits do.
fn credited<'s>(
    line: &str,
    words: &mut Words<'_>,
    at: usize,
    mark: Mark<'s>,
    before: &str,
    is_dated: bool,
    sources: &'s Sources,
) -> Option<(Vec<Mark<'s>>, usize)> {
    let (marks, after) = if before.contains(['(', '[', '（']) {
        let is_apart = before.starts_with(',') || before.trim_start().starts_with(DASHES) || at == 0;
        let is_apart = is_apart || is_bare_place(&line[..mark.start], &mark);
        bracketed(line, &mark, is_dated || is_apart, sources)?
    } else {
        let is_ordinary = ORDINARY.contains(&key(&mark.found).as_str());
        let behind = if at == 0 && !is_ordinary {
            behind_place(line, &mark).or_else(|| behind_day(line, &mark))
        } else {
            quoted(line, before, &mark)
        };
        let is_set_off = behind.is_some() || is_set_off(line, words, at, &mark, before, is_dated);
        let behind = behind.unwrap_or(mark.end);
        is_set_off.then(|| (vec![mark], behind))?
    };
    Some((marks, after + separators(&line[after..])))
}

/// «به گزارش ایسنا، »: with these words papers in Persian begin what they took from an agency.
fn reported<'s>(line: &str, words: &mut Words<'_>, sources: &'s Sources) -> Option<(Vec<Mark<'s>>, usize)> {
    line.strip_prefix("به گزارش ")?;
    let mark = (2..=REPORTER_WORDS).find_map(|at| words.get(at).and_then(|_| mark_at(line, words, at, sources)))?;
    let comma = line[mark.end..].chars().next().filter(|c| matches!(c, '،' | ',' | '؛' | ':'))?;
    let after = mark.end + comma.len_utf8();
    Some((vec![mark], after + separators(&line[after..])))
}

/// The words before a credit, which may be place, author and date.
#[derive(Default)]
struct Before {
    words: usize,
    /// Words of four letters and more in small ones, but months.
    small: usize,
    is_dated: bool,
    says: bool,
}

impl Before {
    fn add(&mut self, folded: &str, is_small: bool) {
        self.words += 1;
        self.small += usize::from(is_small && folded.chars().count() > 3);
        self.is_dated |= folded.bytes().any(|b| b.is_ascii_digit());
        static SET: LazyLock<FxHashSet<&str>> = LazyLock::new(|| SAYING.iter().copied().collect());
        self.says |= SET.contains(folded);
    }

    /// Whether they may be no sentence. One such word is the weekday of a language that writes it small.
    fn is_place(&self) -> bool {
        let most = if self.is_dated { DATED_WORDS } else { PLACE_WORDS };
        self.words <= most && !self.says && self.small <= usize::from(self.is_dated)
    }

    /// Whether they are a sentence, however it goes on.
    fn is_sentence(&self) -> bool {
        self.says || self.small > 1
    }
}

/// Bytes of dashes, colons and space that end a dateline.
pub fn separators(rest: &str) -> usize {
    rest.len()
        - rest
            .trim_start_matches(|c: char| c.is_whitespace() || DASHES.contains(&c) || matches!(c, ':' | '|' | '/' | '.' | ')' | '•'))
            .len()
}

/// `(AFP) -`, `(رويترز، أ ف ب) –`, `((شينخوا))`: nothing but agencies in the brackets, and a mark or nothing behind them;
/// behind a day or a comma, as in `New Delhi, March 3 (PTI) The`, a sentence may follow at once.
fn bracketed<'s>(line: &str, mark: &Mark<'_>, is_clear: bool, sources: &'s Sources) -> Option<(Vec<Mark<'s>>, usize)> {
    let close = mark.start + line[mark.start..].find([')', ']', '）'])?;
    let named = &line[mark.start..close];
    let marks = only(named, sources).or_else(|| only(without_office(named)?, sources))?;
    let after = close + line[close..].chars().next().map_or(0, char::len_utf8);
    let rest = line[after..].trim_start_matches([' ', '\u{a0}', '.', ')']);
    // Papers in Urdu set no dash.
    let begins = |c: char| c.is_alphabetic() && !c.is_lowercase();
    let begins_sentence = is_clear && rest.starts_with(begins) || mark.found.contains('ے');
    (rest.is_empty() || rest.starts_with(DASHES) || rest.starts_with([':', '/']) || begins_sentence).then_some((marks, after))
}

/// `dpa` of `dpa/bb`, which names the office too.
fn without_office(named: &str) -> Option<&str> {
    let (agency, office) = named.rsplit_once('/')?;
    (OFFICE_LETTERS.contains(&office.len()) && office.bytes().all(|b| b.is_ascii_lowercase())).then_some(agency)
}

/// Whether what stands `before` a name in brackets is a place: few words in capitals, which the name does not abbreviate. In
/// `Palestinian Authority (PA)` it does.
fn is_bare_place(before: &str, mark: &Mark<'_>) -> bool {
    let place = before.trim_end_matches(['(', '[', '（', ' ']);
    let words: Vec<&str> = place.split([' ', '-', '/']).filter(|word| !word.is_empty()).collect();
    let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
    let is_name = |word: &&str| word.starts_with(char::is_uppercase) && !EXPLAINED.contains(&key(word).as_str());
    words.len() <= BARE_WORDS && words.iter().all(is_name) && !initials.eq_ignore_ascii_case(&mark.found.replace(['.', ' '], ""))
}

/// `ТАСС, 4 мая. `: the byte behind the day that follows the name.
fn behind_day(line: &str, mark: &Mark<'_>) -> Option<usize> {
    let rest = line[mark.end..].strip_prefix(", ").filter(|_| mark.start == 0)?;
    let end = rest.find(". ")?;
    let is_day = date::read_in_year(&rest[..end], 2000, "").or_else(|| date::read(&rest[..end], "")).is_some();
    is_day.then_some(line.len() - rest.len() + end + 1)
}

/// `واس- الرياض:`: the place behind the name that opens the line, in two words at most; the byte behind it.
fn behind_place(line: &str, mark: &Mark<'_>) -> Option<usize> {
    let rest = line[mark.end..].trim_start();
    let place = rest.strip_prefix(DASHES)?;
    let place = &place[..place.find(':')?];
    let is_place = (1..=2).contains(&Words::new(place).first(3).len()) && !place.contains(DASHES);
    (line[..mark.start].is_empty() && is_place).then(|| line.len() - rest.len() + rest.find(':').unwrap_or(0) + 1)
}

/// `القاهرة: «رويترز»` on a line of its own, `بيروت ـ «أ.ف.ب» وقع`: the byte behind the quotation marks. A name of one word before a text
/// may be what it is about.
fn quoted(line: &str, before: &str, mark: &Mark<'_>) -> Option<usize> {
    let opens = before.trim().strip_suffix(['«', '"', '“'])?.trim();
    let rest = line[mark.end..].strip_prefix(['»', '"', '”'])?;
    let is_opened = !opens.is_empty() && opens.chars().all(|c| DASHES.contains(&c) || c == ':');
    let is_closed = mark.words > 1 || rest.is_empty() || rest.trim_start().starts_with(DASHES) || rest.starts_with([':', '.']);
    (is_opened && is_closed).then_some(line.len() - rest.len())
}

/// Whether a name without brackets stands apart: between slashes, dashes or at the end of the line.
fn is_set_off(line: &str, words: &mut Words<'_>, at: usize, mark: &Mark<'_>, before: &str, is_dated: bool) -> bool {
    let (opens, rest) = (before.trim(), &line[mark.end..]);
    let after = rest.trim_start();
    if opens.ends_with('/') && (after.starts_with('/') || after.is_empty()) {
        return true;
    }
    let is_arabic = !mark.found.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    if at == 0 {
        let is_clear = !is_arabic || mark.words > 1 || mark.found.chars().count() >= CLEAR_LETTERS;
        let next = words.get(mark.words);
        // `AFP - The ferry sailed` begins a text; `Reuters - the agency - is to leave` and «رويترز - وكالة» go on to speak of it.
        let speaks_of = |w: Word| match line[w.start..].chars().next() {
            Some(c) if c.is_uppercase() => false,
            Some(c) => c.is_lowercase() || ABOUT.contains(&words.folded(mark.words)),
            None => true,
        };
        let goes_on = next.is_none_or(speaks_of);
        return opens.is_empty() && is_clear && !goes_on && after.trim_start_matches('.').starts_with(DASHES);
    }
    // «الرملة 3-3-2026 وفا- », «الرملة 11 أغسطس 2015 م واس».
    if is_dated && matches!(opens, "" | ".") && (after.starts_with(DASHES) || after.is_empty()) {
        return true;
    }
    // «القاهرة: رويترز» on a line of its own.
    if opens == ":" && after.is_empty() {
        return true;
    }
    let is_opened = opens.chars().all(|c| DASHES.contains(&c) || matches!(c, '|' | '/' | ',' | '،' | '•' | '.')) && !opens.is_empty();
    let is_closed = after.is_empty()
        || after.starts_with(DASHES)
        || after.starts_with([':', '|', '/'])
        || (after.starts_with('.') && (is_dated || (at <= 2 && (opens.ends_with(DASHES) || opens == ",") && after.starts_with(". "))));
    // «دمشق-سانا أكد»: the Syrian agency writes no second dash.
    let is_tight = is_arabic && at <= 2 && (before == "-" || before == "–") && rest.starts_with(' ');
    is_opened && (is_closed || is_tight)
}
