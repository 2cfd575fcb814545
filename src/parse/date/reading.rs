//! A date from its tokens: which number is the day, which the year, what is a time and what a zone.

use super::words::{self, Calendar, Word};
use super::{Dated, at, calendars, clock, on};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Number { value: i64, digits: usize },
    Word(&'a str),
    Sign(char),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let belongs: fn(char) -> bool = match c {
            '0'..='9' => |c| c.is_ascii_digit(),
            '年' | '月' | '日' => |c| matches!(c, '年' | '月' | '日'),
            _ if c.is_alphabetic() => |c| c.is_alphabetic() || matches!(c, '\'' | '’'),
            _ => |_| false,
        };
        let len = rest.find(|c| !belongs(c)).unwrap_or(rest.len()).max(c.len_utf8());
        let (piece, after) = rest.split_at(len);
        out.push(match c {
            '0'..='9' => Token::Number { value: piece.parse().unwrap_or(i64::MAX), digits: len },
            _ if c.is_alphabetic() => Token::Word(piece),
            _ => Token::Sign(c),
        });
        rest = after.trim_start();
    }
    out
}

/// What has been read of a date so far.
#[derive(Default)]
struct Reading {
    numbers: Vec<(i64, usize)>,
    /// Signs between numbers, which must agree: `1/10/2020`, not `1/10-2020`.
    signs: Vec<char>,
    month: Option<i64>,
    /// The calendar that a month, or a word of its own, belongs to.
    calendar: Option<Calendar>,
    time: Option<(i64, i64, Option<i64>)>,
    afternoon: Option<bool>,
    offset: Option<i32>,
}

/// The date that all of `text`, which is folded, makes up; of the Gregorian calendar, or of another one if that is `foreign`.
pub fn whole(text: &str, lang: &str, foreign: bool) -> Option<Dated> {
    let tokens = tokens(text);
    let mut reading = Reading::default();
    let mut i = 0;
    while i < tokens.len() {
        i += reading.take(&tokens[i..])?;
    }
    reading.finish(lang, foreign)
}

impl Reading {
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
            Token::Number { value, digits: 6 } if self.numbers.len() == 3 && self.time.is_none() => {
                self.time = Some((value / 10_000, value / 100 % 100, Some(value % 100)));
            }
            Token::Number { value, digits } if self.numbers.len() < 3 => self.numbers.push((value, digits)),
            Token::Number { .. } => return None,
            Token::Sign(c @ ('/' | '-' | '.')) => self.signs.push(c),
            Token::Sign(c) if ",،:()[]|–—•".contains(c) => {}
            Token::Sign(_) => return None,
            Token::Word(word) => return self.take_word(word, tokens),
        }
        Some(1)
    }

    fn take_word(&mut self, word: &str, tokens: &[Token<'_>]) -> Option<usize> {
        let pair = match tokens.get(1) {
            Some(Token::Word(second)) => words::month_of_two(word, second),
            _ => None,
        };
        if let Some((month, calendar)) = pair {
            return self.take_month(month, calendar, 2);
        }
        match words::meaning(word)? {
            Word::Month(month, calendar) => self.take_month(month, calendar, 1),
            Word::Of(calendar) => (*self.calendar.get_or_insert(calendar) == calendar).then_some(1),
            // The same zone may be named twice: `+0000 (UTC)`.
            Word::Offset(seconds) if self.time.is_some() => (*self.offset.get_or_insert(seconds) == seconds).then_some(1),
            // م is "of the common era" after a year and "p.m." after a time.
            Word::Half { afternoon } if self.time.is_some() && self.afternoon.is_none() => {
                self.afternoon = Some(afternoon);
                Some(1)
            }
            Word::Offset(_) | Word::Half { .. } | Word::Filler => Some(1),
        }
    }

    /// The same month may be named twice, as in `سبتمبر/أيلول`.
    fn take_month(&mut self, month: i64, calendar: Calendar, used: usize) -> Option<usize> {
        let is_same = *self.calendar.get_or_insert(calendar) == calendar && *self.month.get_or_insert(month) == month;
        is_same.then_some(used)
    }

    /// `12:30`, `12:30:05.123`, `14h05`, and `3 pm`.
    fn take_time(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        use Token::{Number, Sign, Word};
        if self.time.is_some() {
            return None;
        }
        match *tokens {
            [Number { value: h, .. }, Sign(':'), Number { value: m, .. }, Sign(':'), Number { value: s, .. }, ref rest @ ..] => {
                self.time = Some((h, m, Some(s)));
                let fraction = matches!(rest, [Sign('.' | ','), Number { .. }, ..]);
                Some(if fraction { 7 } else { 5 })
            }
            [Number { value: h, digits: 1..=2 }, Sign(':') | Word("h"), Number { value: m, digits: 2 }, ..] => {
                self.time = Some((h, m, None));
                Some(3)
            }
            [Number { value: h, digits: 1..=2 }, Word("am" | "pm" | "a" | "p"), ..] => {
                self.time = Some((h, 0, None));
                Some(1)
            }
            _ => None,
        }
    }

    /// `+03:00`, `+0300` or `+3` after a time.
    fn take_offset(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        use Token::{Number, Sign};
        // "UTC+3" has named its zone already; only the number counts then.
        if self.time.is_none() || self.offset.is_some_and(|o| o != 0) {
            return None;
        }
        let (sign, hours, minutes, used) = match *tokens {
            [Sign(sign @ ('+' | '-')), Number { value: h, digits: 1..=2 }, Sign(':'), Number { value: m, digits: 2 }, ..] => {
                (sign, h, m, 4)
            }
            [Sign(sign @ ('+' | '-')), Number { value, digits: 4 }, ..] if self.numbers.len() == 3 || self.month.is_some() => {
                (sign, value / 100, value % 100, 2)
            }
            [Sign(sign @ ('+' | '-')), Number { value, digits: 1..=2 }, ..] if self.numbers.len() == 3 => (sign, value, 0, 2),
            _ => return None,
        };
        if hours > 18 || minutes > 59 {
            return None;
        }
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        self.offset = Some(if sign == '-' { -seconds } else { seconds });
        Some(used)
    }

    fn finish(self, lang: &str, foreign: bool) -> Option<Dated> {
        let (year, month, day) = self.parts(lang)?;
        let is_solar_year = (1300..1450).contains(&year);
        // In Persian a year of the solar calendar needs no other mark.
        let persian = ["fa", "prs"].contains(&lang.split('-').next().unwrap_or_default()) && is_solar_year && self.month.is_none();
        let calendar = if persian { Calendar::Solar } else { self.calendar.unwrap_or(Calendar::Gregorian) };
        let date = match calendar {
            _ if foreign == (calendar == Calendar::Gregorian) => None,
            Calendar::Gregorian => on(year, month, day),
            Calendar::Lunar => calendars::lunar(year, month, day),
            Calendar::Solar => calendars::solar(year, month, day),
        }?;
        let time = match self.time {
            None => None,
            Some((hour, minute, second)) => Some(clock(self.hour(hour)?, minute, second)?),
        };
        at(date, time, self.offset)
    }

    /// The hour of the day from one of the half day.
    fn hour(&self, hour: i64) -> Option<i64> {
        match self.afternoon {
            None => Some(hour),
            Some(_) if hour > 12 => Some(hour),
            Some(_) if hour < 1 => None,
            Some(afternoon) => Some(hour % 12 + if afternoon { 12 } else { 0 }),
        }
    }

    /// Year, month and day.
    fn parts(&self, lang: &str) -> Option<(i64, i64, i64)> {
        let year = |n: (i64, usize)| (n.1 == 4).then_some(n.0);
        match (self.month, self.numbers.as_slice()) {
            (Some(month), &[first, second]) => match (year(first), year(second)) {
                (None, Some(y)) => Some((y, month, first.0)),
                (Some(y), None) => Some((y, month, second.0)),
                _ => None,
            },
            (None, &[first, second, third]) => {
                if self.signs.len() >= 2 && self.signs[0] != self.signs[1] {
                    return None;
                }
                let month_first = is_month_first(lang, first.0, second.0);
                match (year(first), year(third)) {
                    (Some(y), None) => Some((y, second.0, third.0)),
                    (None, Some(y)) if month_first => Some((y, first.0, second.0)),
                    (None, Some(y)) => Some((y, second.0, first.0)),
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
