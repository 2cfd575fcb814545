//! Factiva: an article ends with `Document` and its number; above the text stand its section, headline, author, count of words, date, hour,
//! newspaper, code, edition, page, language and rights, each on its line, or below labels of two letters.

use super::{claims_rights, counts_words, drafts, joined, language, without_bracket};
use crate::parse::date;
use crate::parse::draft::Draft;

/// Characters of the shortest number of a document.
const NUMBER: usize = 18;
/// Lines above the count of words, and below it, of the longest header.
const ABOVE: usize = 5;
const BELOW: usize = 10;
/// Words of the longest name of a section or of an author, where nothing says what a line is.
const NAME_WORDS: usize = 4;
/// Bytes of the longest line of rights that names a publisher.
const RIGHTS: usize = 400;
/// Letters of what may stand below the last document and is no article: when the search was made.
const REST: usize = 200;

/// The labels above and of the text, in the order in which they stand.
const LABELS: [&str; 16] = ["SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY", "LP", "TD"];
/// Those below it.
const TAIL: [&str; 8] = ["CT", "RF", "CO", "IN", "NS", "RE", "PUB", "AN"];
/// Those of codes with their names, `iwater : Water`; lines of the most of them.
const CODED: [&str; 4] = ["CO", "IN", "NS", "RE"];
const CODES: usize = 60;
/// Lines behind the other labels, and bytes of the longest.
const NAMES: usize = 3;
const NAME: usize = 80;

pub fn read(lines: &[&str]) -> Option<Vec<Draft>> {
    let (mut parts, mut begin) = (Vec::new(), 0);
    for end in (0..lines.len()).filter(|&at| document(lines[at]).is_some()) {
        let part = &lines[begin..=end];
        parts.push((part, labelled(part).or_else(|| by_order(part))));
        begin = end + 1;
    }
    // Below the last document stands when the search was made, and by whom.
    let rest = joined(&lines[begin..]);
    let is_summary = rest.starts_with("Search Summary") || rest.chars().count() <= REST && rest.contains("Factiva");
    if !(rest.is_empty() || is_summary) {
        parts.push((&lines[begin..], None));
    }
    drafts(parts)
}

/// The number in the last line of an article: `Document LBA0000020260304em34000xy`.
fn document(line: &str) -> Option<&str> {
    let number = line.trim().strip_prefix("Document ").or_else(|| line.trim().strip_prefix("AN Document "))?.trim();
    let is_number = number.len() >= NUMBER && number.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_number && number.bytes().filter(u8::is_ascii_digit).count() >= NUMBER / 2).then_some(number)
}

/// An article of which each part stands below or behind its label.
fn labelled(lines: &[&str]) -> Option<Draft> {
    // Labels stand in their order: a paragraph that begins with `IN` is no label.
    let mut found: [Option<Vec<&str>>; LABELS.len()] = Default::default();
    let mut at = None;
    for line in &lines[..tail(lines)] {
        let (first, rest) = label(line);
        let next = LABELS.iter().position(|label| *label == first).filter(|next| at.is_none_or(|at| *next > at));
        if let Some(next) = next {
            (at, found[next]) = (Some(next), Some(vec![rest.trim()]));
        } else if let Some(part) = at.and_then(|at| found[at].as_mut()) {
            part.push(line.trim_end());
        }
    }
    let of = |label: &str| {
        let at = LABELS.iter().position(|known| *known == label)?;
        found[at].as_ref().map(|lines| joined(lines)).filter(|said| !said.is_empty())
    };
    let one_line = |label: &str| of(label).map(|said| said.split_whitespace().collect::<Vec<_>>().join(" "));
    let text = [of("LP"), of("TD")].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let is_whole = of("HD").is_some() && of("SN").is_some() && !text.is_empty();
    let date = of("PD").map(|day| of("ET").map_or(day.clone(), |hour| format!("{day} {hour}")));
    is_whole.then(|| Draft {
        id: lines.iter().rev().find_map(|line| document(line)).map(str::to_owned),
        title: one_line("HD").map(|title| without_bracket(&title).to_owned()),
        text: Some(text),
        source: one_line("SN"),
        published: date,
        lang: of("LA").and_then(|named| language(&named)),
        byline: one_line("BY"),
        category: one_line("SE"),
        ..Draft::default()
    })
}

/// The first word of a line, and what follows it.
fn label(line: &str) -> (&str, &str) {
    line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""))
}

/// The line behind the text. Labels are looked for from the end, where each has a catalogue behind it: a paragraph that begins with `IN` is text.
fn tail(lines: &[&str]) -> usize {
    let (mut end, mut next) = (lines.len(), TAIL.len());
    for at in (0..lines.len()).rev() {
        let (first, rest) = label(lines[at]);
        let is_coded = CODED.contains(&first);
        let is_entry = |line: &str| line.trim().is_empty() || if is_coded { line.contains(" : ") } else { line.len() <= NAME };
        let is_short = end - at <= if is_coded { CODES } else { NAMES };
        let is_catalogue = || is_short && is_entry(rest) && lines[at + 1..end].iter().all(|line| is_entry(line));
        if let Some(found) = TAIL[..next].iter().position(|label| *label == first).filter(|_| is_catalogue()) {
            (end, next) = (at, found);
        }
    }
    end
}

/// An article of which each part is known by its place.
fn by_order(lines: &[&str]) -> Option<Draft> {
    let filled: Vec<usize> = (0..lines.len()).filter(|&at| !lines[at].trim().is_empty()).collect();
    let line = |n: usize| filled.get(n).map(|&at| lines[at].trim());
    let count = (1..=ABOVE).find(|&n| line(n).is_some_and(counts_words))?;
    let day = line(count + 1).filter(|day| date::read(day, "en").is_some())?;
    let hour = line(count + 2).filter(|hour| is_hour(hour));
    let name = count + 2 + usize::from(hour.is_some());
    let rights = (name + 1..name + BELOW).find(|&n| line(n).is_some_and(claims_rights));
    let named = |n: usize| line(n).and_then(language);
    let spoken = (name + 1..rights.unwrap_or(name + BELOW)).rev().find(|&n| named(n).is_some());
    let last = rights.or(spoken)?;
    let above: Vec<&str> = (0..count).filter_map(line).collect();
    let (section, title, byline, second) = parts_above(&above)?;
    let publisher = rights.and_then(line).unwrap_or_default();
    let text = text(lines.get(filled[last] + 1..)?, publisher);
    Some(Draft {
        id: lines.iter().rev().find_map(|line| document(line)).map(str::to_owned),
        title: Some(without_bracket(title).to_owned()),
        text: Some([second, text].join("\n\n").trim().to_owned()),
        source: line(name).map(str::to_owned),
        published: Some(hour.map_or(day.to_owned(), |hour| format!("{day} {hour}"))),
        lang: spoken.and_then(named),
        byline: byline.map(str::to_owned),
        category: section.map(str::to_owned),
        ..Draft::default()
    })
}

/// `22:13`, `22:13 GMT`.
fn is_hour(line: &str) -> bool {
    let hour = line.trim_end_matches(" GMT");
    hour.split_once(':').is_some_and(|(h, m)| h.len() <= 2 && m.len() == 2) && hour.bytes().all(|b| b.is_ascii_digit() || b == b':')
}

/// Section, headline, author and what else stands in the lines above the count of words.
#[allow(clippy::type_complexity)]
fn parts_above<'l>(above: &[&'l str]) -> Option<(Option<&'l str>, &'l str, Option<&'l str>, String)> {
    let words = |line: &str| line.split_whitespace().count();
    let has_lead = |line: &str| ["By ", "BY ", "by ", "بقلم ", "Par ", "Von ", "Por "].iter().any(|lead| line.starts_with(lead));
    let (last, before) = above.split_last()?;
    let is_longer = before.iter().any(|line| words(line) > words(last));
    // Where a script has capitals, names begin with them.
    let is_name = |line: &str| words(line) <= NAME_WORDS && !line.split_whitespace().any(|word| word.starts_with(char::is_lowercase));
    let is_byline = !before.is_empty() && (has_lead(last) || is_name(last) && is_longer);
    let (rest, byline) = if is_byline { (before, Some(*last)) } else { (above, None) };
    Some(match *rest {
        [title] => (None, title, byline, String::new()),
        [first, title] if words(first) <= NAME_WORDS => (Some(first), title, byline, String::new()),
        [title, second] => (None, title, byline, second.to_owned()),
        [section, title, ref more @ ..] => (Some(section), title, byline, more.join("\n")),
        [] => return None,
    })
}

/// The lines of the text without what stands below it: when it was released, who published it, its number.
fn text(lines: &[&str], rights: &str) -> String {
    let mut end = lines.len();
    while let Some(line) = end.checked_sub(1).map(|at| lines[at].trim()) {
        let is_publisher = !line.is_empty() && rights.len() <= RIGHTS && rights.contains(line) && end > 1;
        if !(line.is_empty() || document(line).is_some() || line.starts_with("Released: ") || is_publisher) {
            break;
        }
        end -= 1;
    }
    joined(&lines[..end])
}
