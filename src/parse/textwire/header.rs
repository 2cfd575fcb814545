//! The header of a text wire's message, and the date-time group behind its text.

use serde_json::{Map, Value};

use super::super::amendment;
use crate::takes::added_to;

/// Lines above a headline in a header, and words of the shortest.
const TITLE_BELOW: usize = 2;
const TITLE_WORDS: usize = 3;

/// What a header says. Senders agree on the fields and their order, less on line breaks and separators.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Service and number of the message, such as `nor0123`.
    pub number: Option<String>,
    priority: Option<String>,
    pub category: Option<String>,
    words: Option<String>,
    /// Keywords that name the story in all its takes.
    pub slug: Option<String>,
    /// The headline, which some senders put below the slug.
    pub title: Option<String>,
    /// Service that is named in words, such as `dpa` in `dpa 1888`.
    service: Option<String>,
}

impl Header {
    /// Reads the header between SOH and STX: `number [info] | priority category words slug` (IPTC 7901 §3.2), or
    /// `number US selector | priority category format slug month-day words` (ANPA 1312).
    pub fn read(head: &str) -> Self {
        let (head, title) = part_title(head);
        let mut header = Self { title, ..Self::default() };
        let is_gap = |c: char| c.is_whitespace() || c.is_control();
        let mut words = head.split(is_gap).filter(|w| !w.is_empty()).peekable();
        header.number = words.next_if(|w| w.contains(|c: char| c.is_ascii_digit())).map(str::to_owned);
        let rest: Vec<&str> = words.collect();
        // What stands before priority and category is optional information or a selector.
        let at = (0..rest.len()).position(|at| is_priority_and_category(&rest[at..]));
        let (before, after) = at.map_or((&[][..], &rest[..]), |at| (&rest[..at], &rest[at..]));
        let mut after = after.iter().copied();
        if at.is_some() {
            header.priority = after.next().map(str::to_owned);
            header.category = after.next().map(str::to_owned);
        }
        let mut slug: Vec<&str> = Vec::new();
        for word in after {
            if header.words.is_none() && word.len() <= 5 && word.bytes().all(|b| b.is_ascii_digit()) {
                header.words = Some(word.to_owned());
            } else if !is_month_day(word) {
                slug.push(word);
            }
        }
        if let [service, number] = slug.as_slice()
            && header.words.is_some()
            && (2..=5).contains(&service.len())
            && service.bytes().all(|b| b.is_ascii_alphabetic())
            && is_digits(number)
        {
            header.service = Some((*service).to_owned());
            slug.clear();
        }
        if slug.is_empty() {
            slug = before.to_vec();
        }
        header.slug = Some(slug.join(" ")).filter(|s| !s.is_empty());
        header
    }

    /// Whether a line has everything that a header has: a number of letters and digits, priority, category and words.
    pub fn is_whole(&self) -> bool {
        let is_number = |number: &String| {
            let number = number.replacen('-', "", 1);
            let letters = number.bytes().take_while(u8::is_ascii_alphabetic).count();
            (2..=5).contains(&letters) && (3..=5).contains(&(number.len() - letters)) && is_digits(&number[letters..])
        };
        self.number.as_ref().is_some_and(is_number) && self.priority.is_some() && self.category.is_some() && self.words.is_some()
    }

    /// The service that is named, or else that which a number begins with (IPTC 7901, §3.2: three letters that identify the source): `nor` of `nor0123`. The one or two
    /// letters of American wires name a circuit.
    pub fn service(&self) -> Option<String> {
        if self.service.is_some() {
            return self.service.clone();
        }
        let number = self.number.as_deref()?;
        let letters = number.find(|c: char| !c.is_ascii_alphabetic())?;
        (3..=5).contains(&letters).then(|| number[..letters].to_owned())
    }

    /// Takes the slug that is repeated above the text, with the number of words behind it, where it alone says that this is an addition or
    /// a kill.
    pub fn complete(&mut self, repeated: Option<&str>) {
        let repeated = repeated.and_then(|line| line.trim().rsplit_once(',')).map(|(slug, _)| slug.trim());
        let says_more = |slug: &str| added_to(slug).is_some() || amendment::of_slug(slug).is_some();
        if self.slug.as_deref().is_none_or(|slug| !says_more(slug))
            && let Some(slug) = repeated.filter(|slug| says_more(slug))
        {
            self.slug = Some(slug.to_owned());
        }
    }

    /// Puts what has no field of its own into `extra`.
    pub fn extra_into(self, extra: &mut Map<String, Value>) {
        let named = [("priority", self.priority), ("slug", self.slug), ("words", self.words)];
        extra.extend(named.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?)))));
    }
}

/// A header without its last line, where that is below the slug and reads as a headline, and that line.
fn part_title(head: &str) -> (&str, Option<String>) {
    let lines = || head.lines().map(str::trim).filter(|line| line.contains(char::is_alphanumeric));
    let Some((last, above)) = lines().next_back().zip(lines().count().checked_sub(1)) else { return (head, None) };
    let is_title = above >= TITLE_BELOW && last.split_whitespace().count() >= TITLE_WORDS && !last.contains(char::is_control);
    if !is_title {
        return (head, None);
    }
    let at = head.rfind(last).unwrap_or(head.len());
    (&head[..at], Some(last.to_owned()))
}

/// Whether `words` begin with a priority and a category: single characters side by side, or a figure, two or three letters and the number
/// of words.
fn is_priority_and_category(words: &[&str]) -> bool {
    let is_single = |w: &str| w.chars().count() == 1;
    match words {
        [priority, category, ..] if is_single(priority) && is_single(category) => true,
        [priority, category, count, ..] => {
            is_single(priority)
                && is_digits(priority)
                && (2..=3).contains(&category.len())
                && category.bytes().all(|b| b.is_ascii_alphabetic())
                && is_digits(count)
        }
        _ => false,
    }
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// `03-04`, the date without a year that ANPA 1312 has in its header.
fn is_month_day(word: &str) -> bool {
    word.split_once('-').is_some_and(|(m, d)| [m, d].iter().all(|n| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit())))
}

/// The date-time group behind the text, as a date that the date reader knows: `041530 GMT mar 26` or `041530 mar 26` (IPTC 7901 §3.4),
/// and `AP-NY-03-04-26 1530GMT` (ANPA 1312). Without a zone it is said to be none.
pub fn date_time(after: &str) -> Option<String> {
    let words: Vec<&str> = after.split(|c: char| c.is_whitespace() || c.is_control() || c == '<').filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().find_map(|(i, word)| day_first(word, &words[i + 1..]).or_else(|| month_first(word, words.get(i + 1)?)))
}

/// The service that a date-time group begins with: `AP` in `AP-NY-03-04-26 1530GMT`.
pub fn service_of(group: &str) -> Option<String> {
    let (service, rest) = group.trim_matches(|c: char| c.is_whitespace() || c.is_control()).split_once('-')?;
    let is_service = (2..=5).contains(&service.len()) && service.bytes().all(|b| b.is_ascii_alphabetic());
    (is_service && rest.matches('-').count() == 3).then(|| service.to_owned())
}

fn day_first(group: &str, rest: &[&str]) -> Option<String> {
    let digits = &group[..group.bytes().take_while(u8::is_ascii_digit).count()];
    if digits.len() != 6 {
        return None;
    }
    let attached = &group[6..];
    let mut rest = rest.iter().copied().peekable();
    let zone = if attached.is_empty() { rest.next_if(|w| is_zone(w)).unwrap_or("") } else { attached };
    let (month, year) = (rest.next()?, rest.next()?);
    let (day, time) = digits.split_at(2);
    let zone = if zone.eq_ignore_ascii_case("z") || is_zone(zone) { zone } else { "" };
    Some(format!("{day} {month} {} {}:{} {zone}", full_year(year)?, &time[..2], &time[2..]).trim_end().to_owned())
}

fn month_first(group: &str, time: &str) -> Option<String> {
    let parts: Vec<&str> = group.rsplitn(4, '-').collect();
    let &[year, day, month, ..] = parts.as_slice() else { return None };
    let digits = &time[..time.bytes().take_while(u8::is_ascii_digit).count()];
    if digits.len() != 4 || ![day, month].iter().all(|n| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let zone = &time[4..];
    let zone = if is_zone(zone) { zone } else { "" };
    Some(format!("{}-{month:0>2}-{day:0>2} {}:{} {zone}", full_year(year)?, &digits[..2], &digits[2..]).trim_end().to_owned())
}

fn is_zone(word: &str) -> bool {
    ["GMT", "UTC", "EST", "EDT", "CET", "CEST", "جمت"].iter().any(|zone| word.eq_ignore_ascii_case(zone))
}

/// A year of two digits is of the years 1970 to 2069: no wire is older than its standard.
fn full_year(year: &str) -> Option<u16> {
    let number: u16 = year.parse().ok()?;
    match year.len() {
        4 => Some(number),
        2 => Some(if number >= 70 { 1900 + number } else { 2000 + number }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_both_standards_are_read() {
        let read = |head: &str| {
            let h = Header::read(head);
            [h.number, h.priority, h.category, h.words, h.slug].map(|f| f.unwrap_or_default()).join("|")
        };
        assert_eq!(read("nor0123\r\n3 i 75 BC-Wells\r\n"), "nor0123|3|i|75|BC-Wells");
        assert_eq!(read("nor0123 3 i 75 wells reopen"), "nor0123|3|i|75|wells reopen");
        assert_eq!(read("a0042\u{1f}czcyw-\r\nr i\u{13}bc-wells 1stadd 03-04 0123\r\n"), "a0042|r|i|0123|bc-wells 1stadd");
        assert_eq!(read("nor7 info 2 p 1200\nآبار"), "nor7|2|p|1200|آبار");
        assert_eq!(read("nor7 flash"), "nor7||||flash");
        assert_eq!(read("nor0124 3 pl 93  nord 1888"), "nor0124|3|pl|93|");
        assert_eq!(read("nor0124 3 POL 60 orun-wells addition two last"), "nor0124|3|POL|60|orun-wells addition two last");
        assert_eq!(Header::read("bdt0124 3 pl 93  dpa 1888").service().as_deref(), Some("dpa"));
        assert_eq!(service_of("AP-WF-11-05-26 1509GMT").as_deref(), Some("AP"));
        assert_eq!(service_of("051509 GMT nov 26"), None);
        assert_eq!(read(""), "||||");
    }

    #[test]
    fn date_time_groups_become_dates() {
        for (after, date) in [
            ("\r\n041530 mar 26\r\n", Some("04 mar 2026 15:30")),
            ("041530 GMT MAR 26", Some("04 MAR 2026 15:30 GMT")),
            ("041530Z MAR 2026", Some("04 MAR 2026 15:30 Z")),
            ("\r\nAP-NY-03-04-26 1530GMT<", Some("2026-03-04 15:30 GMT")),
            ("041530 mar 70", Some("04 mar 1970 15:30")),
            ("0415 mar 26", None),
            ("é12345 1", None),
            ("", None),
        ] {
            assert_eq!(date_time(after).as_deref(), date, "{after}");
        }
    }
}
