//! Dates that nobody labelled: a dated line at the top of a text, or the path of an address.

use super::date::{self, Dated};
use crate::article::{Aside, AsideKind, asides_of};

/// How far into the text a dateline may stand; further down, dates are part of the story.
const TOP_CHARS: usize = 400;

/// A line with more is a sentence. `باريس | الخميس 1 تشرين الأول/أكتوبر 2020 - 14:05 بتوقيت غرينتش` has 62.
const LINE_CHARS: usize = 90;

/// The date of `title` or of the first line at the top of `text` that is a dated line, and that line.
///
/// A title counts only if it is a date and nothing else, thus no title: of a headline that ends in a date nobody knows what it dates.
/// For the same reason the title is passed over where the text repeats it.
pub fn find<'a>(title: &'a str, text: &'a str, lang: &str) -> Option<(&'a str, Dated)> {
    let end = text.char_indices().nth(TOP_CHARS).map_or(text.len(), |(i, _)| i);
    let of_title = date::read_alone(title, lang).map(|dated| (title, dated));
    let mut lines = text[..end].lines().map(str::trim).filter(|line| may_be_date(line) && *line != title.trim());
    of_title.or_else(|| lines.find_map(|line| Some((line, date::read_line(line, lang)?))))
}

/// The date in the datelines among these asides of `text`, and the dateline: `DUNMARLE, November 6, 2026 (AFP) - `.
pub fn in_asides<'a>(text: &'a str, asides: &'a [Aside], lang: &str) -> Option<(&'a str, Dated)> {
    let datelines = asides_of(text, asides).filter(|(kind, _)| *kind == AsideKind::Dateline).map(|(_, dateline)| dateline.trim());
    datelines.filter(|dateline| may_be_date(dateline)).find_map(|dateline| Some((dateline, within(dateline, lang)?)))
}

/// The date that the longest run of words is.
fn within(dateline: &str, lang: &str) -> Option<Dated> {
    let offset = |word: &str| word.as_ptr() as usize - dateline.as_ptr() as usize;
    let words: Vec<&str> = dateline.split_whitespace().collect();
    (1..=words.len()).rev().find_map(|run| {
        words.windows(run).find_map(|run| {
            let (first, last) = (run.first()?, run.last()?);
            let run = &dateline[offset(first)..offset(last) + last.len()];
            date::read(run.trim_matches([',', '.', ':', '،', '-', '(', ')', '/']), lang).filter(|_| may_be_date(run))
        })
    })
}

/// Cheap test before the reader: short, and with the digits of a year.
fn may_be_date(line: &str) -> bool {
    line.len() <= LINE_CHARS * 2 && line.chars().filter(|c| c.is_numeric()).count() >= 5 && line.chars().count() <= LINE_CHARS
}

/// The day in the path of `url`: `/2020/10/01/`, `/2020-10-01-…`.
pub fn in_url(url: &str) -> Option<Dated> {
    let path = url.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    path.match_indices('/').find_map(|(i, _)| day_at(&path[i + 1..]))
}

/// Months as some addresses name them.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn day_at(path: &str) -> Option<Dated> {
    let mut parts = path.splitn(4, ['/', '-']);
    let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let named = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month)).map(|at| (at + 1).to_string());
    let month = named.as_deref().unwrap_or(month);
    let day = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
    let after = rest[day.len()..].chars().next();
    let is_day = year.len() == 4
        && matches!(month.len(), 1..=2)
        && matches!(day.len(), 1..=2)
        && matches!(after, None | Some('/' | '-' | '_' | '.'));
    let is_number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !is_day || !is_number(year) || !is_number(month) {
        return None;
    }
    date::read(&format!("{year}-{month}-{day}"), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_of_its_own_is_a_dateline() {
        for (title, text, expected) in [
            ("t", "الخميس 2020/10/01\nنص", Some("2020-10-01")),
            ("t", "lead line\n\n2020-10-01\nmore", Some("2020-10-01")),
            ("t", "باريس – 1 أكتوبر 2020\nنص", Some("2020-10-01")),
            ("t", "بيروت في 1/10/2020\nنص", Some("2020-10-01")),
            ("t", "Port Mallory, October 1, 2020\nText", Some("2020-10-01")),
            ("t", "The wells of Orun open in valley, October 1, 2020\nText", None),
            ("1 October 2020", "text", Some("2020-10-01")),
            ("Wells open - 1 October 2020", "text", None),
            ("Wells open - 1 October 2020", "Wells open - 1 October 2020\nText", None),
            ("t", "The valley and its four wells | 1 October 2020\nText", None),
            ("t", "They met on 2020-10-01 in town.", None),
            ("t", "وقف القتال الذي بدأ في 27 أيلول/سبتمبر.", None),
            ("t", &format!("{}\n2020-10-01", "x".repeat(400)), None),
        ] {
            let found = find(title, text, "ar").map(|(_, dated)| dated.at.to_string()[..10].to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_dateline_may_name_the_day() {
        for (dateline, expected) in [
            ("DUNMARLE, October 1, 2020 (AFP) - ", Some("2020-10-01")),
            ("الرملة 14 جمادى الأولى 1448 هـ الموافق 25 أكتوبر 2026 م واس", Some("2026-10-25")),
            ("الرملة 14 صفر 1442 هـ واس", Some("2020-10-01")),
            ("الرملة 1-10-2020 وفا- ", Some("2020-10-01")),
            ("الرملة في 01/10/2020 /قنا/ ", Some("2020-10-01")),
            ("DUNMARLE, October 1 (AFP) - ", None),
            ("DUNMARLE (AFP) - ", None),
        ] {
            let asides = [Aside { start: 0, end: dateline.len() as u32, kind: AsideKind::Dateline }];
            let found = in_asides(dateline, &asides, "ar").map(|(_, dated)| dated.at.to_string()[..10].to_string());
            assert_eq!(found.as_deref(), expected, "{dateline}");
        }
    }

    #[test]
    fn paths_carry_days() {
        for (url, expected) in [
            ("https://a.example/2020/10/01/slug", true),
            ("https://a.example/news/2020/10/1", true),
            ("/news/2020-10-01-slug.html", true),
            ("https://a.example/2020/13/01/", false),
            ("https://a.example/2020/10/", false),
            ("https://a.example/x?d=/2020/10/01/", false),
            ("https://a.example/1234/56/78901", false),
            ("é/2020/10/é", false),
            ("https://a.example/world/2020/oct/08/talks", true),
            ("https://a.example/world/2020/oct/talks", false),
        ] {
            assert_eq!(in_url(url).is_some(), expected, "{url}");
        }
    }
}
