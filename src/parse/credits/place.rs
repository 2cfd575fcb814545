//! Datelines of agencies that nobody knows: `PORT MALLORY, March 3 (VPA) -- `, `PORT MALLORY, Nov 5 - `, `PORT MALLORY — `. They are told by
//! the capitals of the place, so only scripts that have them have these.

use crate::parse::date::is_month;
use crate::text::DASHES;

/// Characters from the start of a line in which such a dateline ends.
const HEAD_CHARS: usize = 90;
/// Words of the longest place, and of the region behind it: `RIO DE JANEIRO, Guanabara Bay`.
const PLACE_WORDS: usize = 4;
/// Words of a place with its day and month, and the year of another calendar.
const DATED_WORDS: usize = 9;
/// Words of the longest name in brackets: more explain what stands before them.
const NAME_WORDS: usize = 3;
/// Characters behind the dateline among which a small letter is: a line of capitals is a sentence, or a headline.
const NEXT_CHARS: usize = 40;

/// A dateline by its form.
pub struct Place {
    /// The byte behind it, where the sentence begins.
    pub end: usize,
    /// Whether it names a day.
    pub is_dated: bool,
}

/// The dateline that `line` begins with.
pub fn find(line: &str) -> Option<Place> {
    in_capitals(line).or_else(|| bracketed(line))
}

/// «الرملة في 3 آذار (وكالة الساحل) - »: in Arabic no capitals tell the place, but a name in brackets and a dash behind so few words do.
fn bracketed(line: &str) -> Option<Place> {
    let (before, rest) = line.split_once('(')?;
    let (name, rest) = rest.split_once(')')?;
    let sentence = rest.trim_start().trim_start_matches(|c| DASHES.contains(&c));
    let is_closed = sentence.len() < rest.trim_start().len() && sentence.starts_with(char::is_whitespace);
    let is_arabic = |text: &str| text.chars().all(|c| !c.is_alphabetic() || ('\u{620}'..='\u{6ff}').contains(&c));
    let is_dated = before.contains(char::is_numeric);
    let most = if is_dated { DATED_WORDS } else { PLACE_WORDS - 1 };
    let words = |text: &str| text.split_whitespace().count();
    let is_place = (1..=most).contains(&words(before)) && !before.contains(['.', ':', '،', '«', '"']);
    let is_name = (1..=NAME_WORDS).contains(&words(name)) && !name.contains(char::is_numeric) && is_arabic(name);
    (is_closed && is_place && is_name && is_arabic(before) && words(sentence) > NAME_WORDS)
        .then(|| Place { end: line.len() - sentence.trim_start().len(), is_dated })
}

/// The dateline that begins with a place in capitals.
fn in_capitals(line: &str) -> Option<Place> {
    let limit = line.char_indices().nth(HEAD_CHARS).map_or(line.len(), |(at, _)| at);
    let is_dash = |c: char| DASHES.contains(&c) || c == '_';
    // A hyphen within a word closes nothing: `BADEN-BADEN`.
    let (at, _) = line[..limit].match_indices(is_dash).find(|(at, _)| line[..*at].ends_with([' ', '\u{a0}', ')', '.']))?;
    let rest = line[at..].trim_start_matches(is_dash);
    let sentence = rest.trim_start();
    if sentence.len() == rest.len() || !begins_sentence(sentence) {
        return None;
    }
    let dashes = &line[at..line.len() - rest.len()];
    let head = line[..at].trim_end().trim_end_matches('.');
    let (before, is_bracketed) = match head.strip_suffix(')').and_then(|head| head.rsplit_once('(')) {
        Some((before, name)) if is_name(name) => (before, true),
        Some(_) => return None,
        None => (head, false),
    };
    let is_dated = is_place(before)?;
    // A hyphen or a dash of half the length stands behind other words in capitals too.
    let is_long = dashes.contains('—') || dashes.chars().count() > 1;
    (is_dated || is_bracketed || is_long).then_some(Place { end: line.len() - sentence.len(), is_dated })
}

/// Whether a place in capitals, a region and a day are all that `text` is made of, and then whether the day is there.
fn is_place(text: &str) -> Option<bool> {
    let (mut capitals, mut region, mut months, mut days) = (0, 0, 0, 0);
    for word in text.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()) {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_year = digits == 4 && months > 0;
        match word {
            _ if is_month(word.trim_end_matches('.')) && capitals > 0 => months += 1,
            _ if digits > 0 && digits == word.len() && (digits <= 2 || is_year) => days += usize::from(!is_year),
            _ if !word.starts_with(char::is_uppercase) || digits > 0 => return None,
            _ if region == 0 && months + days == 0 && !word.contains(char::is_lowercase) => capitals += 1,
            _ => region += 1,
        }
    }
    let is_dated = (months, days) == (1, 1);
    let is_whole = (1..=PLACE_WORDS).contains(&capitals) && region <= PLACE_WORDS && (is_dated || (months, days) == (0, 0));
    // Fewer letters are an item of a list.
    (is_whole && text.chars().filter(|c| c.is_alphabetic()).count() > 2).then_some(is_dated)
}

/// `VPA`, `Coast Wire`: few words, each with a capital.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..=NAME_WORDS).contains(&words.len()) && words.iter().all(|word| word.starts_with(char::is_uppercase))
}

/// Whether this begins as sentences do, and goes on in small letters.
fn begins_sentence(text: &str) -> bool {
    let first = text.chars().find(|c| c.is_alphanumeric());
    first.is_some_and(|c| c.is_uppercase() || c.is_numeric()) && text.chars().take(NEXT_CHARS).any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_by_their_form() {
        for (dateline, is_dated) in [
            ("PORT MALLORY, March 3 (VPA) -- ", true),
            ("PORT MALLORY, Nov 5 -- ", true),
            ("PORT MALLORY, Nov. 5 - ", true),
            ("PORT MALLORY, November 5, 2026 (VPA) — ", true),
            ("PORT MALLORY, 5 Nov 2026 (VPA) – ", true),
            ("BADEN-BADEN (Coast Wire) - ", false),
            ("PORT MALLORY, Veldany (VPA) _ ", false),
            ("ST. ORUN, Veldany — ", false),
            ("PORT MALLORY — ", false),
            ("PORT MALLORY -- ", false),
            ("ROMA, 06 NOV - ", true),
            ("ОРУН, 3 марта (ВПА) - ", true),
        ] {
            let place = find(&format!("{dateline}The ferry sailed at noon.")).unwrap_or_else(|| panic!("{dateline}"));
            assert_eq!((place.end, place.is_dated), (dateline.len(), is_dated), "{dateline}");
        }
    }

    #[test]
    fn arabic_datelines_by_their_brackets() {
        for dateline in ["الرملة في 3 آذار (وكالة الساحل) - ", "وادي الزعتر (شام) – ", "الرملة 3 مارس 2026 (الساحل)- "]
        {
            let place = find(&format!("{dateline}أبحرت العبارة ظهر الأحد")).unwrap_or_else(|| panic!("{dateline}"));
            assert_eq!(place.end, dateline.len(), "{dateline}");
        }
        for line in [
            "قال مدير ميناء الرملة (الجديد) - أبحرت العبارة ظهر الأحد",
            "الرملة: العبارة (القديمة) - أبحرت ظهر الأحد من الميناء",
            "العبارة (17) - أبحرت ظهر الأحد من الميناء",
            "العبارة (القديمة) أبحرت ظهر الأحد من الميناء",
            "العبارة (القديمة) - أبحرت",
        ] {
            assert!(find(line).is_none(), "{line}");
        }
    }

    #[test]
    fn first_sentences_are_none() {
        for line in [
            "ORUN - The map of the harbour was drawn anew.",
            "NATO — the alliance of the north — will meet.",
            "THE FERRY SAILED -- THE OPERATOR GAVE NO REASON",
            "Port Mallory — The ferry sailed at noon.",
            "Nov 5 - The ferry sailed at noon.",
            "A - The ferry sailed at noon.",
            "A — The ferry sailed at noon.",
            "UPDATE 2 - The ferry sailed at noon.",
            "FERRY 17 -- The crew left it at noon.",
            "NATO (the northern alliance) - The ministers met.",
            "NATO (Alliance of the North) - The ministers met.",
            "PORT MALLORY, March -- The ferry sailed at noon.",
            "PORT MALLORY -- ",
            "PORT MALLORY —",
            "10 - 12 The ferry",
            "—",
            "",
        ] {
            assert!(find(line).is_none(), "{line}");
        }
    }
}
