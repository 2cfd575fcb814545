//! A date from its tokens: which number is the day, which the year, what is a time and what a zone.

use jiff::civil::{Date, Weekday};

use super::clock::{self, Clock, Half, Zone};
use super::tokens::{Token, tokens};
use super::words::{self, Calendar, Word};
use super::{Dated, at, calendars, on};

/// Years of the Buddhist era that are of our time, and far ahead in any other.
const BUDDHIST: std::ops::RangeInclusive<i64> = 2443..=2700;

/// Years of the lunar calendar that are of our time, and in no other calendar: in Arabic they need no mark.
const LUNAR_NOW: std::ops::RangeInclusive<i64> = 1425..=1500;

/// Languages in which figures between points are a day, a month and a year, in this order, even where the year has two: `04.03.26`.
const POINTED: &[&str] = &[
    "de", "he", "ru", "uk", "be", "bg", "pl", "cs", "sk", "tr", "az", "fi", "no", "nb", "nn", "da", "is", "et", "ro", "el", "sr", "hr",
    "bs", "sl", "mk", "sq", "ka", "hy", "kk", "lv",
];

/// What has been read of a date so far.
#[derive(Default)]
struct Reading<'l> {
    lang: &'l str,
    numbers: Vec<(i64, usize)>,
    /// Signs between numbers, which must agree: `1/10/2020`, not `1/10-2020`.
    signs: Vec<char>,
    month: Option<i64>,
    /// The calendar that a month, or a word of its own, belongs to.
    calendar: Option<Calendar>,
    /// Whether the month is `listopada`.
    is_listopad: bool,
    /// The day of the week, if it is named in English.
    weekday: Option<Weekday>,
    clock: Clock,
    /// Whether a number of the day has been read since the time: «10:13 - 4 مارس 2026 م».
    is_day_last: bool,
    /// The time before that, where the same instant is told in two zones.
    earlier: Option<Clock>,
}

/// The date that all of `text`, which is folded, makes up; of the Gregorian calendar, or of another one if that is `foreign`.
pub fn whole(text: &str, lang: &str, foreign: bool) -> Option<Dated> {
    let tokens = tokens(text);
    let mut reading = Reading { lang, ..Reading::default() };
    let mut i = 0;
    while i < tokens.len() {
        i += reading.take(&tokens[i..])?;
    }
    reading.finish(foreign)
}

impl Reading<'_> {
    /// Takes the first thing from `tokens` and says how many tokens it took; `None` if it cannot be part of a date.
    fn take(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        if let Some(used) = self.take_time(tokens).or_else(|| self.take_offset(tokens)) {
            return Some(used);
        }
        match *tokens.first()? {
            // 20201001T120000Z, as news agencies' NewsML has it.
            Token::Number { value, digits: 8 } if self.numbers.is_empty() => {
                self.numbers = vec![(value / 10_000, 4), (value / 100 % 100, 2), (value % 100, 2)];
                self.signs = vec!['-', '-'];
            }
            Token::Number { value, digits: 6 } if self.numbers.len() == 3 && self.clock.time.is_none() => {
                self.clock.time = Some((value / 10_000, value / 100 % 100, Some(value % 100)));
            }
            Token::Number { value, digits } if self.numbers.len() < 3 => {
                self.numbers.push((value, digits));
                self.is_day_last = true;
            }
            Token::Number { .. } => return None,
            Token::Sign(c @ ('/' | '-' | '.')) => self.signs.push(c),
            Token::Sign('(') => return Some(self.take_bracket(tokens)),
            Token::Sign(c) if ",،؛:：()[]|–—•·°º׳".contains(c) => {}
            Token::Sign(_) => return None,
            Token::Word(word) => return self.take_word(word, tokens),
        }
        Some(1)
    }

    fn take_word(&mut self, word: &str, tokens: &[Token<'_>]) -> Option<usize> {
        self.weekday = self.weekday.or_else(|| words::weekday(word));
        let is_timed = self.clock.time.is_some();
        // 令和元年: the first year of an era has a name.
        if let Some(before) = word.strip_suffix("元年").and_then(words::era) {
            self.numbers.push((before + 1, 4));
            return Some(1);
        }
        // «مهرماه»: the month of Mehr.
        let word = word.strip_suffix("ماه").filter(|name| matches!(words::meaning(name), Some(Word::Month(..)))).unwrap_or(word);
        match *tokens {
            [_, Token::Word(second), ..] if words::month_of_two(word, second).is_some() => {
                let (month, calendar) = words::month_of_two(word, second)?;
                return self.take_month(month, calendar, 2);
            }
            [_, Token::Number { value, digits: 1 }, ..] if words::numbered_month(word, value).is_some() => {
                return self.take_month(words::numbered_month(word, value)?, Calendar::Gregorian, 2);
            }
            [Token::Word("a" | "p"), Token::Sign('.'), Token::Word("m"), ..] if is_timed && self.clock.half.is_none() => {
                self.clock.half = Some(if word == "p" { Half::Afternoon } else { Half::Morning });
                return Some(3);
            }
            [Token::Word("π" | "μ"), Token::Sign('.'), Token::Word("μ"), ..] if is_timed && self.clock.half.is_none() => {
                self.clock.half = Some(if word == "μ" { Half::Afternoon } else { Half::Morning });
                return Some(3);
            }
            _ if words::long_half(tokens).is_some() && self.clock.half.is_none() => {
                let (half, used) = words::long_half(tokens)?;
                self.clock.half = Some(half);
                return Some(used);
            }
            [_, Token::Sign('.'), Token::Word(second), ..] if words::month_of_letters(word, second).is_some() => {
                return self.take_month(words::month_of_letters(word, second)?, Calendar::Gregorian, 3);
            }
            [_, Token::Number { value, digits: 1..=3 }, ..] if words::era(word).is_some() => {
                self.numbers.push((value + words::era(word)?, 4));
                return Some(2);
            }
            [Token::Word("ت"), Token::Word("غ"), ..] => return Some(1),
            [Token::Word("ت"), Token::Sign('.'), Token::Word("غ"), ..] => return Some(2),
            _ if is_timed && words::before_place(tokens) > 0 => {
                let said = words::before_place(tokens);
                let Some((zone, used)) = words::zone_of_place(&tokens[said..]) else { return Some(said) };
                return self.clock.set_zone(zone, used + said);
            }
            _ => {}
        }
        match words::meaning(word) {
            Some(Word::Month(month, calendar)) => {
                self.is_listopad |= word == "listopada";
                self.take_month(month, calendar, 1)
            }
            Some(Word::Of(calendar)) => (*self.calendar.get_or_insert(calendar) == calendar).then_some(1),
            // The same zone may be named twice: `+0000 (UTC)`.
            Some(Word::Zone(zone)) if is_timed => self.clock.set_zone(words::local_zone(self.lang, word).unwrap_or(zone), 1),
            // م is "of the common era" after a year and "p.m." after a time.
            Some(Word::Half(half, leads)) if (is_timed && !self.is_day_last || leads) && self.clock.half.is_none() => {
                self.clock.half = Some(half);
                Some(1)
            }
            Some(Word::Zone(_) | Word::Half(..) | Word::Filler) => Some(1),
            None => self.take_unknown_zone(word, tokens),
        }
    }

    /// The last word of a date as mail and feeds write it, with a month's name and seconds, is the name of a zone.
    fn take_unknown_zone(&mut self, word: &str, tokens: &[Token<'_>]) -> Option<usize> {
        let has_seconds = self.clock.time.is_some_and(|(_, _, second)| second.is_some());
        let is_zone = tokens.len() == 1 && word.len() <= 5 && word.is_ascii() && has_seconds && self.month.is_some();
        if is_zone { self.clock.set_zone(Zone::Unclear, 1) } else { None }
    }

    /// `(مكة المكرمة)` behind a time names its zone; behind a zone, `(Arabia Standard Time)` is a comment. Other brackets stand around parts
    /// of the date.
    fn take_bracket(&mut self, tokens: &[Token<'_>]) -> usize {
        let within = tokens[1..].iter().take_while(|token| matches!(token, Token::Word(_))).count();
        let is_closed = tokens.get(within + 1) == Some(&Token::Sign(')'));
        if !is_closed || self.clock.time.is_none() {
            return 1;
        }
        match (self.clock.zone, words::zone_of_place(&tokens[1..])) {
            (None, Some((zone, used))) if used == within => {
                self.clock.zone = Some(zone);
                within + 2
            }
            (Some(_), _) if within > 1 => within + 2,
            _ => 1,
        }
    }

    /// The same month may be named twice, as in `سبتمبر/أيلول`.
    fn take_month(&mut self, month: i64, calendar: Calendar, used: usize) -> Option<usize> {
        let is_same = *self.calendar.get_or_insert(calendar) == calendar && *self.month.get_or_insert(month) == month;
        is_same.then_some(used)
    }

    /// Whether year, month and day are known.
    fn has_day(&self) -> bool {
        self.numbers.len() == if self.month.is_some() { 2 } else { 3 }
    }

    /// A time of day. A second one tells the same instant in another zone.
    fn take_time(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        let (time, used) = clock::time(tokens).or_else(|| clock::behind_day(tokens).filter(|_| self.has_day()))?;
        if self.clock.time.is_some() {
            if self.earlier.is_some() || self.clock.zone.is_none() {
                return None;
            }
            self.earlier = Some(std::mem::take(&mut self.clock));
        }
        self.clock.time = Some(time);
        self.is_day_last = false;
        Some(used)
    }

    /// `+03:00`, `+0300` or `+3` after a time.
    fn take_offset(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        use Token::{Number, Sign};
        // "UTC+3" has named its zone already; only the number counts then.
        if self.clock.time.is_none() || self.clock.zone.is_some_and(|zone| zone != Zone::East(0)) {
            return None;
        }
        let (sign, hours, minutes, used) = match *tokens {
            [Sign(sign @ ('+' | '-')), Number { value: h, digits: 1..=2 }, Sign(':'), Number { value: m, digits: 2 }, ..] => {
                (sign, h, m, 4)
            }
            [Sign(sign @ ('+' | '-')), Number { value, digits: 4 }, ..] if self.numbers.len() == 3 || self.month.is_some() => {
                (sign, value / 100, value % 100, 2)
            }
            [Sign(sign @ ('+' | '-')), Number { value, digits: 1..=2 }, ..] if self.has_day() => (sign, value, 0, 2),
            _ => return None,
        };
        if hours > 18 || minutes > 59 {
            return None;
        }
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        self.clock.zone = Some(Zone::East(if sign == '-' { -seconds } else { seconds }));
        Some(used)
    }

    fn finish(self, foreign: bool) -> Option<Dated> {
        let lang = self.lang;
        let (year, month, day) = self.parts(lang)?;
        // In Croatian it is October.
        if self.is_listopad && lang.starts_with("hr") {
            return None;
        }
        let is_solar_year = (1300..1450).contains(&year);
        // In Persian a year of the solar calendar needs no other mark.
        let persian = ["fa", "prs"].contains(&lang.split('-').next().unwrap_or_default()) && is_solar_year && self.month.is_none();
        let is_lunar = lang.starts_with("ar") && LUNAR_NOW.contains(&year) && self.month.is_none();
        let calendar = match self.calendar {
            _ if persian => Calendar::Solar,
            None if is_lunar => Calendar::Lunar,
            calendar => calendar.unwrap_or(Calendar::Gregorian),
        };
        let date = match calendar {
            _ if foreign == (calendar == Calendar::Gregorian) => None,
            Calendar::Gregorian => on(year, month, day),
            Calendar::Lunar => calendars::lunar(year, month, day),
            Calendar::Solar => calendars::solar(year, month, day),
        }?;
        let dated = self.dated(date, &self.clock)?;
        let Some(earlier) = self.earlier else { return Some(dated) };
        let first = self.dated(date, &earlier)?;
        // One of the two may be a day ahead of the other.
        let apart = first.at.duration_since(dated.at).as_secs() % (24 * 60 * 60);
        (first.zoned && dated.zoned && apart == 0).then_some(first)
    }

    fn dated(&self, date: Date, clock: &Clock) -> Option<Dated> {
        let time = match clock.time {
            None => None,
            Some((hour, minute, second)) => Some(super::clock(clock.hour(hour)?, minute, second)?),
        };
        at(date, time, clock.zone)
    }

    /// Whether points stand between the figures, in a language where that leaves no doubt about their order.
    fn is_pointed(&self) -> bool {
        self.signs.starts_with(&['.', '.']) && POINTED.contains(&self.lang.split('-').next().unwrap_or_default())
    }

    /// Whether the month stands first, where the weekday fits only one order of day and month.
    fn fits_month_first(&self, year: i64, first: i64, second: i64) -> Option<bool> {
        let weekday = self.weekday?;
        let fits = |month, day| on(year, month, day).is_some_and(|date| date.weekday() == weekday);
        let (month_first, day_first) = (fits(first, second), fits(second, first));
        (month_first != day_first).then_some(month_first)
    }

    /// Year, month and day.
    fn parts(&self, lang: &str) -> Option<(i64, i64, i64)> {
        // Thailand counts years from the death of the Buddha.
        let year = |n: (i64, usize)| (n.1 == 4).then_some(if BUDDHIST.contains(&n.0) { n.0 - 543 } else { n.0 });
        match (self.month, self.numbers.as_slice()) {
            (Some(month), &[first, second]) => match (year(first), year(second)) {
                (None, Some(y)) => Some((y, month, first.0)),
                (Some(y), None) => Some((y, month, second.0)),
                // Mail once wrote years of two digits (RFC 5322, section 4.3); a zone tells such a date from others.
                (None, None) if second.1 == 2 && self.clock.zone.is_some() => {
                    Some((second.0 + if second.0 < 50 { 2000 } else { 1900 }, month, first.0))
                }
                _ => None,
            },
            (None, &[first, second, third]) => {
                if self.signs.len() >= 2 && self.signs[0] != self.signs[1] {
                    return None;
                }
                let month_first =
                    |year| self.fits_month_first(year, first.0, second.0).unwrap_or_else(|| is_month_first(lang, first.0, second.0));
                match (year(first), year(third)) {
                    (Some(y), None) => Some((y, second.0, third.0)),
                    (None, Some(y)) if month_first(y) => Some((y, first.0, second.0)),
                    (None, Some(y)) => Some((y, second.0, first.0)),
                    (None, None) if third.1 == 2 && first.1 <= 2 && self.is_pointed() => {
                        Some((third.0 + if third.0 < 50 { 2000 } else { 1900 }, second.0, first.0))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Only the English of the United States and the Philippines puts the month first; other English does so where nothing else can be meant.
fn is_month_first(lang: &str, first: i64, second: i64) -> bool {
    let lang = lang.to_ascii_lowercase();
    matches!(lang.as_str(), "en-us" | "en-ph" | "fil" | "fil-ph") || lang.starts_with("en") && first <= 12 && second > 12
}
