//! Dates as news sources write them, in several languages and digits.
//!
//! A date is read as a whole or not at all: one unknown word and the answer is `None`, since a wrong time is worse than none.
//! Day-first, except in English of the United States; a day in the calendars of Islam and Iran is read where ours is not beside it; a year
//! has four digits, two only beside a zone as in mail, and between points in languages that put the year last; without a zone it is read as UTC and said to have none.

mod calendars;
mod clock;
mod reading;
mod tokens;
mod words;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

pub use crate::article::Precision;
use clock::Zone;
use reading::whole;
pub use tokens::is_part_of_letter;

/// Characters of the longest written date; whatever is longer is prose.
const LONGEST: usize = 120;

/// What stands between the parts of a line that carries a place and a date, or a date in two calendars.
const SEPARATORS: &[&str] = &[" | ", "|", " - ", " – ", " — ", " / ", "الموافق", "برابر با", "•", "·", "،", "来源", "來源"];

/// What stands before the date of the last change, where that follows the date of publication; folded.
const CHANGED: &[&str] = &[
    "mis a jour",
    "mis à jour",
    "modifié",
    "dernière mise",
    "güncelleme",
    "son güncelle",
    "last updated",
    "last modified",
    "ultima modifica",
    "ultimo aggiornamento",
    "última actualización",
    "diperbarui",
    "diupdate",
    "cập nhật",
    "zuletzt",
    "redigerad",
    "به روز",
    "अपडेट",
    "atualizado",
    "actualizado",
    "aggiornato",
    "aktualisiert",
    "uppdaterad",
    "oppdatert",
    "opdateret",
    "updated",
    "обновлено",
    "اخر تحديث",
    "تحديث",
    "更新",
    "수정",
];

/// Words of the longest place or agency on a dated line: "Rio de Janeiro", "أ ف ب". Headlines have more.
const PLACE_WORDS: usize = 3;

/// Words before that of the last change: «تم ال».
const CHANGE_WORDS: usize = 2;

/// Parts of one date between separators: weekday, day and time.
const DATE_PARTS: usize = 3;

/// Words of a weekday with a day of the Hijri calendar: "الخميس 14 صفر 1442 هـ", "14 ربيع الأول 1442 هـ".
const HIJRI_WORDS: usize = 6;

/// Nothing in a news feed is older, and years of other calendars (1399, 1442) fall below it.
const FIRST_YEAR: i16 = 1900;

/// A date as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// The instant; the begin of the day if only that is known.
    pub at: Timestamp,
    /// How exact it is.
    pub precision: Precision,
    /// Whether the date named its zone. If not, the instant is that of Greenwich, and the true one up to half a day away.
    pub zoned: bool,
}

/// The instant that `written`, which is said to be a date, names. `lang` is the language tag as given, for the order of day and month.
pub fn read(written: &str, lang: &str) -> Option<Dated> {
    timestamp(written.trim()).or_else(|| {
        let alone = |text: &str| by_calendar(|foreign| alone(text, lang, foreign));
        let read = |text: &str| alone(text).or_else(|| by_calendar(|foreign| in_part(text, lang, foreign, |_| true)));
        let exact = |text: &str| wrapped(text).or_else(|| read(before_comment(text)?));
        let any = |text: &str| {
            let read_exact = || read(text).or_else(|| exact(text));
            read_exact().or_else(|| read(behind_place(text)?)).or_else(|| read(behind_label(text)?))
        };
        // Parts of a line may be those of the change: what stands before it goes first.
        let whole = |text: &str| before_change(text).and_then(any).or_else(|| alone(text)).or_else(|| any(text));
        folded(written, |text| whole(text).or_else(|| any(behind_change(text)?)))
    })
}

/// What stands before the comment behind an offset, which says nothing (RFC 5322, section 3.2.2): `10:15:00 +0300 (AST)`; so does the name of
/// the zone in other brackets.
fn before_comment(text: &str) -> Option<&str> {
    let open = if text.ends_with(')') { '(' } else { '[' };
    let exact = text.strip_suffix([')', ']'])?.rsplit_once(open)?.0.trim_end();
    let offset = exact.rsplit_once(['+', '-'])?.1;
    (offset.len() >= 4 && offset.chars().all(|c| c.is_ascii_digit() || c == ':')).then_some(exact)
}

/// What stands before the date of the last change: `04/03/2026 à 10:15, mis à jour le …`.
fn before_change(text: &str) -> Option<&str> {
    CHANGED.iter().filter_map(|word| text.find(word)).min().map(|at| text[..at].trim_end_matches([' ', ',', '،', '-', '–', '|', '(']))
}

/// What follows the word for the last change, where that is all that is dated: `Actualizado el 4 mar 2026`, «تم التحديث 4/3/2026».
fn behind_change(text: &str) -> Option<&str> {
    let (at, word) = CHANGED.iter().filter_map(|word| Some((text.find(word)?, word))).min()?;
    let (before, after) = (&text[..at], &text[at + word.len()..]);
    (words_of(before) <= CHANGE_WORDS && !before.contains(char::is_numeric)).then_some(after.trim_start())
}

/// The dates that programs write: `/Date(1772619300000+0200)/` of .NET, and RFC 9557 with the name of the zone behind the offset.
fn wrapped(text: &str) -> Option<Dated> {
    if let Some(number) = text.strip_prefix("/date(") {
        return digits_only(&number[..number.find(|c: char| !c.is_ascii_digit())?]);
    }
    let (exact, zone) = text.strip_suffix(']')?.rsplit_once('[')?;
    timestamp(exact).filter(|dated| dated.zoned && zone.contains('/'))
}

/// The form of RFC 3339, section 5.6, that nearly all metadata has, with or without seconds and offset. It would be read as any other date
/// is, only slower.
fn timestamp(text: &str) -> Option<Dated> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        let digits = bytes.get(from..to)?;
        digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    };
    let is = |at: usize, sign: &[u8]| bytes.get(at).is_some_and(|b| sign.contains(b));
    if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":")) {
        return None;
    }
    let date = on(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    let (second, mut rest) = if is(16, b":") { (Some(number(17, 19)?), 19) } else { (None, 16) };
    if second.is_some() && is(rest, b".") {
        rest += 1 + bytes[rest + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        number(rest - 1, rest)?;
    }
    let offset = match bytes.get(rest..)? {
        [] => None,
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (number(rest + 1, rest + 3)?, number(rest + 4, rest + 6)?);
            let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|_| hours <= 18 && minutes <= 59)?;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    at(date, Some(clock(number(11, 13)?, number(14, 16)?, second)?), offset.map(Zone::East))
}

/// As [`read`], where nothing but the date may be written.
pub fn read_alone(written: &str, lang: &str) -> Option<Dated> {
    folded(written, |text| by_calendar(|foreign| alone(text, lang, foreign)))
}

/// As [`read`], for a line that nobody said is a date. Beside the date there may be a place, an agency or the day in another calendar.
/// More is a headline that ends in a date, and that is what the article is about rather than when it appeared.
pub fn read_line(line: &str, lang: &str) -> Option<Dated> {
    let beside = |part: &str| words_of(part) <= PLACE_WORDS || is_hijri(part);
    let read = |text: &str, foreign| alone(text, lang, foreign).or_else(|| in_part(text, lang, foreign, beside));
    let first = |text: &str, foreign| read(text, foreign).or_else(|| alone(behind_place(text)?, lang, foreign));
    let any =
        |text: &str, foreign| alone(text, lang, foreign).or_else(|| first(before_change(text)?, foreign)).or_else(|| first(text, foreign));
    folded(line, |text| by_calendar(|foreign| any(text, foreign)))
}

/// The day of a `year` that `written` names without it: `March 4`, «4 آذار/مارس», `3月4日`. The month must be a word, since figures alone may be
/// anything, but in Arabic and Vietnamese: «4-3».
pub fn read_in_year(written: &str, year: i16, lang: &str) -> Option<Dated> {
    if ["ar", "vi"].contains(&lang.split('-').next().unwrap_or_default())
        && let Some((day, month)) = written.split_once(['-', '/']).map(|(day, month)| (day.trim(), month.trim()))
        && [day, month].iter().all(|number| !number.is_empty() && number.chars().all(char::is_numeric))
    {
        return read(&format!("{day}-{month}-{year}"), lang);
    }
    let numbers = written.split(|c: char| !c.is_numeric()).filter(|number| !number.is_empty()).count();
    let (most, mark) = if written.contains('月') { (2, "年") } else { (1, " ") };
    (numbers == most).then(|| read(&format!("{year}{mark}{written}"), lang))?
}

/// What follows the place in «بيروت في 6/11/2026» and `Dunmarle, November 6, 2026`.
fn behind_place(text: &str) -> Option<&str> {
    let (place, date) = text.split_once(" في ").or_else(|| text.split_once(", "))?;
    let is_place = words_of(place) <= PLACE_WORDS && !place.contains(char::is_numeric);
    is_place.then_some(date)
}

/// What follows the label in `Data pubblicazione: 3 maggio 2026`, whatever its words.
fn behind_label(text: &str) -> Option<&str> {
    let (label, date) = text.split_once(':')?;
    let is_label = words_of(label) <= PLACE_WORDS && !label.contains(char::is_numeric);
    is_label.then_some(date.trim())
}

/// Whether this is the name of a month of our calendar.
pub fn is_month(word: &str) -> bool {
    matches!(words::meaning(&fold(word)), Some(words::Word::Month(_, words::Calendar::Gregorian)))
}

fn folded(written: &str, read: impl FnOnce(&str) -> Option<Dated>) -> Option<Dated> {
    // A line between two letters joins them; one that stands alone is a dash.
    let dashed = written.replace(" ـ ", " - ");
    if written.chars().nth(LONGEST).is_some() { None } else { read(fold(&dashed).trim()) }
}

/// A day that is written in two calendars is read in ours, which is exact.
fn by_calendar(read: impl Fn(bool) -> Option<Dated>) -> Option<Dated> {
    read(false).or_else(|| read(true))
}

fn alone(text: &str, lang: &str, foreign: bool) -> Option<Dated> {
    match text.bytes().all(|b| b.is_ascii_digit()) {
        true if foreign => None,
        true => digits_only(text),
        false => fraction_of_epoch(text).filter(|_| !foreign).or_else(|| whole(text, lang, foreign)),
    }
}

/// The date that is one part of `text`, or several that follow each other, if what stands `beside` them is as it should be.
fn in_part(text: &str, lang: &str, foreign: bool, beside: impl Fn(&str) -> bool) -> Option<Dated> {
    SEPARATORS.iter().filter(|s| text.contains(**s)).find_map(|separator| {
        let parts: Vec<&str> = text.split(separator).collect();
        let read = |from: usize, to: usize| whole(parts[from..to].join(separator).trim(), lang, foreign);
        let from = (0..parts.len()).find(|i| read(*i, i + 1).is_some())?;
        let longest = parts.len().min(from + DATE_PARTS);
        let (to, dated) = (from + 1..=longest).rev().find_map(|to| Some((to, read(from, to)?)))?;
        parts.iter().enumerate().all(|(i, part)| (from..to).contains(&i) || beside(part)).then_some(dated)
    })
}

fn words_of(part: &str) -> usize {
    part.split_whitespace().count()
}

/// A day of the other calendar of Arab countries, as far as this needs to be known: few words, one of them a year of our time there.
fn is_hijri(part: &str) -> bool {
    words_of(part) <= HIJRI_WORDS && part.split_whitespace().any(|word| word.parse().is_ok_and(|year| (1300..1500).contains(&year)))
}

/// European digits, one spelling of Arabic letters, lower case; without marks of direction.
fn fold(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10),
            '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10),
            '\u{966}'..='\u{96f}' => char::from_digit(c as u32 - 0x966, 10),
            '\u{9e6}'..='\u{9ef}' => char::from_digit(c as u32 - 0x9e6, 10),
            '\u{e50}'..='\u{e59}' => char::from_digit(c as u32 - 0xe50, 10),
            '\u{1040}'..='\u{1049}' => char::from_digit(c as u32 - 0x1040, 10),
            '\u{ff10}'..='\u{ff19}' => char::from_digit(c as u32 - 0xff10, 10),
            // Wide, as Chinese and Japanese set them: 「（水）」.
            '（' => Some('('),
            '）' => Some(')'),
            '／' => Some('/'),
            '：' => Some(':'),
            '\u{17e0}'..='\u{17e9}' => char::from_digit(c as u32 - 0x17e0, 10),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}' => None,
            '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{307}' => None,
            'أ' | 'إ' | 'آ' => Some('ا'),
            'ى' | 'ی' => Some('ي'),
            'ة' => Some('ه'),
            'ک' => Some('ك'),
            'İ' | 'ı' => Some('i'),
            '\u{2010}' | '\u{2011}' | '\u{2212}' => Some('-'),
            _ => Some(c.to_lowercase().next().unwrap_or(c)),
        })
        .collect()
}

/// Seconds since 1970 with a fraction.
fn fraction_of_epoch(text: &str) -> Option<Dated> {
    let (seconds, fraction) = text.split_once('.')?;
    let is_number = [seconds, fraction].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if is_number && seconds.len() == 10 { digits_only(seconds) } else { None }
}

/// Seconds, milliseconds or microseconds since 1970, or a date without separators.
fn digits_only(text: &str) -> Option<Dated> {
    let number: i64 = text.parse().ok()?;
    let counted = |at: Result<Timestamp, jiff::Error>| Some(Dated { at: at.ok()?, precision: Precision::Second, zoned: true });
    match text.len() {
        9 | 10 => counted(Timestamp::from_second(number)),
        12 | 13 => counted(Timestamp::from_millisecond(number)),
        // Those of our time begin with 1, and dates without separators with 2.
        16 if text.starts_with('1') => counted(Timestamp::from_microsecond(number)),
        8 => on(number / 10_000, number / 100 % 100, number % 100).and_then(|d| at(d, None, None)),
        14 => {
            let (day, time) = (number / 1_000_000, number % 1_000_000);
            let time = clock(time / 10_000, time / 100 % 100, Some(time % 100))?;
            at(on(day / 10_000, day / 100 % 100, day % 100)?, Some(time), None)
        }
        _ => None,
    }
}

fn on(year: i64, month: i64, day: i64) -> Option<Date> {
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    (date.year() >= FIRST_YEAR).then_some(date)
}

fn clock(hour: i64, minute: i64, second: Option<i64>) -> Option<(Time, Precision)> {
    // A leap second is not worth refusing a date for.
    let time = Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.unwrap_or(0).min(59).try_into().ok()?, 0).ok()?;
    (second.unwrap_or(0) <= 60).then_some((time, if second.is_some() { Precision::Second } else { Precision::Minute }))
}

fn at(date: Date, time: Option<(Time, Precision)>, zone: Option<Zone>) -> Option<Dated> {
    let (time, precision) = time.unwrap_or((Time::midnight(), Precision::Day));
    let there = DateTime::from_parts(date, time);
    let east = zone.and_then(|zone| zone.east(there));
    let instant = Offset::from_seconds(east.unwrap_or(0)).ok()?.to_timestamp(there).ok()?;
    Some(Dated { at: instant, precision, zoned: east.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &str, lang: &str) -> String {
        read(written, lang).map_or("none".into(), |dated| format!("{} {}", dated.at, dated.precision))
    }

    #[test]
    fn reads_what_sources_write() {
        for (written, expected) in [
            ("2020-10-01T12:30:05Z", "2020-10-01T12:30:05Z second"),
            ("2020-10-01T12:30:05.123+03:00", "2020-10-01T09:30:05Z second"),
            ("2020-10-01 12:30", "2020-10-01T12:30:00Z minute"),
            ("2020-10-01T12:30+0300", "2020-10-01T09:30:00Z minute"),
            ("Thu, 01 Oct 2020 12:30:05 -0400", "2020-10-01T16:30:05Z second"),
            ("1 Oct 2020 12:30 GMT", "2020-10-01T12:30:00Z minute"),
            ("20201001", "2020-10-01T00:00:00Z day"),
            ("20201001T123005Z", "2020-10-01T12:30:05Z second"),
            ("1601555405", "2020-10-01T12:30:05Z second"),
            ("1601555405000", "2020-10-01T12:30:05Z second"),
            ("2020/10/1", "2020-10-01T00:00:00Z day"),
            ("01/10/2020", "2020-10-01T00:00:00Z day"),
            ("1.10.2020, 14:05", "2020-10-01T14:05:00Z minute"),
            ("الخميس 2020/10/01", "2020-10-01T00:00:00Z day"),
            ("الأحد، 27 سبتمبر/أيلول 2020", "2020-09-27T00:00:00Z day"),
            ("٢٧ أيلول ٢٠٢٠", "2020-09-27T00:00:00Z day"),
            ("27 كانون الثاني 2020 - 14:05", "2020-01-27T14:05:00Z minute"),
            ("5 تشرين الأول/أكتوبر 2020 الساعة 3:15 م", "2020-10-05T15:15:00Z minute"),
            ("3 جويلية 2020", "2020-07-03T00:00:00Z day"),
            ("12 غشت 2020", "2020-08-12T00:00:00Z day"),
            ("14 صفر 1442 هـ الموافق 1 أكتوبر 2020 م", "2020-10-01T00:00:00Z day"),
            ("نشر في: 01/10/2020 - 14:05 بتوقيت غرينتش", "2020-10-01T14:05:00Z minute"),
            ("۲۷ سپتامبر ۲۰۲۰", "2020-09-27T00:00:00Z day"),
            ("October 1st, 2020 at 3 pm", "2020-10-01T15:00:00Z minute"),
            ("Oct. 1, 2020 12:05 AM EDT", "2020-10-01T04:05:00Z minute"),
            ("1er août 2020 à 14h05", "2020-08-01T14:05:00Z minute"),
            ("27 de septiembre de 2020", "2020-09-27T00:00:00Z day"),
            ("27 сентября 2020 г., 14:05", "2020-09-27T14:05:00Z minute"),
            ("27 Eylül 2020 Pazar", "2020-09-27T00:00:00Z day"),
            ("2020年10月1日", "2020-10-01T00:00:00Z day"),
            ("2020-10-01 15:00 UTC+3", "2020-10-01T12:00:00Z minute"),
        ] {
            assert_eq!(shown(written, "ar"), expected, "{written}");
        }
    }

    #[test]
    fn timestamps_are_read_as_other_dates() {
        let slowly = |written: &str| folded(written, |text| by_calendar(|foreign| alone(text, "fa", foreign)));
        let days = ["2026-03-03", "2026-02-30", "1899-12-31", "1900-01-01", "1404-12-12", "9999-12-31", "2026-3-03", "20x6-03-03"];
        let times = ["09:15", "09:15:07", "23:59:60", "23:59:61", "24:00", "09:60", "09:15:07.25", "09:15:07.", "9:15", "09:15.5"];
        let zones = ["", "Z", "z", "+03:00", "-18:59", "+19:00", "-00:00", "+03:60", "+0300", "+03", " +03:00", " UTC", "Zx", "٣"];
        let mut read = 0;
        for day in days {
            for (time, between) in times.iter().flat_map(|time| ["T", "t", " ", "  "].map(|between| (time, between))) {
                for written in zones.map(|zone| format!("{day}{between}{time}{zone}")) {
                    let fast = timestamp(&written);
                    assert!(fast.is_none() || fast == slowly(&written), "{written}: {fast:?} and {:?}", slowly(&written));
                    read += usize::from(fast.is_some());
                }
            }
        }
        assert!(read > 100, "{read} are read");
    }

    #[test]
    fn refuses_what_is_impossible_or_open() {
        for written in [
            "",
            "yesterday",
            "2020",
            "10/2020",
            "31/02/2020",
            "10/27/2020",
            "01/10/20",
            "1/10-2020",
            "0000-01-01",
            "1399/07/10",
            "1899-12-31",
            "2020-13-01",
            "2020-10-01 25:00",
            "2020-10-01 12:61",
            "12:30",
            "27 سبتمبر",
            "27 سبتمبر/اكتوبر 2020",
            "42",
            "99999999999999999999",
            "--",
            "2020-10-01 nonsense",
            "2020-10-01 12:00 XYZ",
            "1 2 3 4 2020",
            "٢",
            "+",
            "2020-10-01T12:00:00+99:00",
        ] {
            assert_eq!(shown(written, "ar"), "none", "{written}");
        }
    }

    #[test]
    fn a_zone_is_named_or_not() {
        let zoned = |written: &str| read(written, "ar").unwrap().zoned;
        for written in ["2020-10-01T12:30:05Z", "2020-10-01T12:30+0300", "1601555405", "1 Oct 2020 12:30 GMT", "2020-10-01 15:00 UTC+3"] {
            assert!(zoned(written), "{written}");
        }
        for written in ["2020-10-01", "20201001123005", "1.10.2020, 14:05", "5 تشرين الأول/أكتوبر 2020 الساعة 3:15 م"]
        {
            assert!(!zoned(written), "{written}");
        }
    }

    #[test]
    fn a_headline_that_ends_in_a_date_is_no_date() {
        for line in ["2020-10-01", "باريس | الخميس 1 أكتوبر 2020 - 14:05 بتوقيت غرينتش", "Rio de Janeiro - 1 October 2020"]
        {
            assert!(read_line(line, "ar").is_some(), "{line}");
        }
        assert!(read_line("الخميس 14 ربيع الأول 1442 هـ الموافق 1 أكتوبر 2020 م", "ar").is_some());
        for line in ["The week of the great ferries - 1 October 2020", "حصاد أخبار الأسبوع الماضي – 1 أكتوبر 2020"]
        {
            assert_eq!(read_line(line, "ar"), None, "{line}");
        }
        assert_eq!(read_alone("Paris - 1 October 2020", "en"), None);
    }

    #[test]
    fn only_american_english_is_month_first() {
        assert_eq!(shown("10/01/2020", "en-US"), "2020-10-01T00:00:00Z day");
        assert_eq!(shown("10/01/2020", "en"), "2020-01-10T00:00:00Z day");
        assert_eq!(shown("27/10/2020", "en-US"), "none");
    }
}
