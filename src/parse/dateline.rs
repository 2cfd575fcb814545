//! Dates that nobody labelled: a dated line at the top of a text, or the path of an address.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::believe::EASTMOST;
use super::date::{self, Dated};
use crate::article::{Aside, AsideKind, asides_of};

/// How far into the text a dateline may stand; further down, dates are part of the story.
const TOP_CHARS: usize = 400;

/// A line with more is a sentence. `باريس | الخميس 1 تشرين الأول/أكتوبر 2020 - 14:05 بتوقيت غرينتش` has 62.
const LINE_CHARS: usize = 90;

/// Days that a day without a year may lie before receipt: further back, a day of last year is as near as one of the next weeks.
const OLDEST_DAYS: i64 = 300;

/// Years by which the calendar of Iran is behind from March on.
const SOLAR: i16 = 621;

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
    datelines(text, asides)
        .filter(|line| may_be_date(line))
        .find_map(|line| Some((line, within(line, |run| date::read(run, lang).filter(|_| may_be_date(run)))?)))
}

/// The day that these datelines name without its year, `DUNMARLE, November 6 (AFP) - `, as it was last when the file was `received`. Editors of
/// wires leave the year out since what they send is news.
pub fn without_year<'a>(text: &'a str, asides: &'a [Aside], lang: &str, received: Timestamp) -> Option<(&'a str, Dated)> {
    let latest = received.checked_add(EASTMOST).ok()?;
    let this_year = latest.to_zoned(TimeZone::UTC).year();
    let recent = |dated: &Dated| dated.at <= latest && received.duration_since(dated.at).as_hours() <= OLDEST_DAYS * 24;
    let years = [this_year, this_year - 1, this_year - SOLAR, this_year - SOLAR - 1];
    let day = |run: &str| years.iter().find_map(|year| date::read_in_year(run, *year, lang).filter(recent));
    datelines(text, asides).find_map(|line| Some((line, wired(line).and_then(day).or_else(|| within(line, day))?)))
}

fn datelines<'a>(text: &'a str, asides: &'a [Aside]) -> impl Iterator<Item = &'a str> {
    asides_of(text, asides).filter(|(kind, _)| *kind == AsideKind::Dateline).map(|(_, dateline)| dateline.trim())
}

/// `3月4日` in `新华社奥伦3月4日电`, where nothing parts the words.
fn wired(dateline: &str) -> Option<&str> {
    let (before, _) = dateline.split_once('月')?;
    let start = before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let end = start + dateline[start..].find('日')?;
    Some(&dateline[start..end + '日'.len_utf8()])
}

/// What is read of the longest run of words of which anything is.
fn within(dateline: &str, read: impl Fn(&str) -> Option<Dated>) -> Option<Dated> {
    let offset = |word: &str| word.as_ptr() as usize - dateline.as_ptr() as usize;
    // In Urdu a full stop may stand between the place and the day, without a space.
    let words: Vec<&str> = dateline.split(|c: char| c.is_whitespace() || c == '۔').filter(|word| !word.is_empty()).collect();
    (1..=words.len()).rev().find_map(|run| {
        words.windows(run).find_map(|run| {
            let (first, last) = (run.first()?, run.last()?);
            let run = &dateline[offset(first)..offset(last) + last.len()];
            read(run.trim_matches([',', '.', ':', '،', '-', '(', ')', '/']))
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
    fn a_dateline_may_leave_out_the_year() {
        for (dateline, received, expected) in [
            ("DUNMARLE, March 4 (AFP) - ", "2026-03-05", Some("2026-03-04")),
            ("DUNMARLE, March 4, 14:30 (AFP) - ", "2026-03-05", Some("2026-03-04")),
            ("DUNMARLE, Nov. 30 (AFP) - ", "2026-03-05", Some("2025-11-30")),
            ("DUNMARLE, 29 fév (AFP) - ", "2024-03-05", Some("2024-02-29")),
            ("DUNMARLE, Feb 29 (AFP) - ", "2026-03-05", None),
            ("الرملة 4 مارس (رويترز) - ", "2026-03-05", Some("2026-03-04")),
            ("الرملة في 4 آذار/مارس (أ ف ب) - ", "2026-03-05", Some("2026-03-04")),
            ("الرملة 20 تشرين الثاني (بترا) - ", "2026-03-05", Some("2025-11-20")),
            ("ДУНМАРЛ, 4 марта. /ТАСС/. ", "2026-03-05", Some("2026-03-04")),
            ("الرملة - 4 - 3 (كونا) -- ", "2026-03-05", Some("2026-03-04")),
            ("الرملة 4-3 وفا- ", "2026-03-05", Some("2026-03-04")),
            ("الرملة 4-30 وفا- ", "2026-03-05", None),
            ("رملہ، ۱۳ اسفند (ایرنا) - ", "2026-03-05", Some("2026-03-04")),
            ("رملہ۔4 مارچ (اے پی پی):", "2026-03-05", Some("2026-03-04")),
            ("新华社杜恩3月4日电 ", "2026-03-05", Some("2026-03-04")),
            ("DUNMARLE, March 6 (AFP) - ", "2026-03-05", Some("2026-03-06")),
            ("DUNMARLE, March 7 (AFP) - ", "2026-03-05", None),
            ("DUNMARLE, March 20 (AFP) - ", "2026-03-05", None),
            ("DUNMARLE, March 4 (AFP) - ", "9999-12-30", None),
            ("الرملة 14 صفر (واس) - ", "2026-03-05", None),
            ("DUNMARLE 24 (AFP) - ", "2026-03-05", None),
            ("DUNMARLE (AFP) - ", "2026-03-05", None),
        ] {
            let asides = [Aside { start: 0, end: dateline.len() as u32, kind: AsideKind::Dateline }];
            let received = format!("{received}T12:00:00Z").parse().unwrap();
            let found = without_year(dateline, &asides, "ar", received).map(|(_, dated)| dated.at.to_string()[..10].to_string());
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
