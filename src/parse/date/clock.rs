//! The time of day in a date, with its half of the day and its zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZoneDatabase;

use super::tokens::Token;

/// Hour, minute and second as they are written.
pub type Time = (i64, i64, Option<i64>);

/// The zone that a date names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Seconds east of Greenwich.
    East(i32),
    /// The zone of this IANA name.
    Of(&'static str),
    /// A name that several zones go by, or none that is known: RFC 5322, section 4.3, has such a date tell no zone.
    Unclear,
}

impl Zone {
    /// Seconds east of Greenwich at this time there.
    pub fn east(self, at: DateTime) -> Option<i32> {
        match self {
            Zone::East(seconds) => Some(seconds),
            Zone::Of(name) => {
                let zone = TimeZoneDatabase::bundled().get(name).ok()?;
                let instant = zone.to_ambiguous_timestamp(at).compatible().ok()?;
                Some(zone.to_offset(instant).seconds())
            }
            Zone::Unclear => None,
        }
    }
}

/// What was read of a time of day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// As it is written.
    pub time: Option<Time>,
    /// Whether it is said to be after noon, or before.
    pub afternoon: Option<bool>,
    /// Its zone.
    pub zone: Option<Zone>,
}

impl Clock {
    /// The hour of the day from one of the half day.
    pub fn hour(&self, hour: i64) -> Option<i64> {
        match self.afternoon {
            None => Some(hour),
            Some(_) if hour > 12 => Some(hour),
            Some(_) if hour < 1 => None,
            Some(afternoon) => Some(hour % 12 + if afternoon { 12 } else { 0 }),
        }
    }

    /// Takes a zone; `None` if another one was named before.
    pub fn set_zone(&mut self, zone: Zone, used: usize) -> Option<usize> {
        (*self.zone.get_or_insert(zone) == zone).then_some(used)
    }
}

/// The time that `tokens` begin with, and how many of them it is: `12:30`, `12:30:05.123`, `14h05`, `3 pm`, `kl. 8.12`, `8时12分`.
pub fn time(tokens: &[Token<'_>]) -> Option<(Time, usize)> {
    use Token::{Number, Sign, Word};
    Some(match *tokens {
        [Number { value: h, .. }, Sign(':'), Number { value: m, .. }, Sign(':'), Number { value: s, .. }, ref rest @ ..] => {
            let fraction = matches!(rest, [Sign('.' | ','), Number { .. }, ..]);
            ((h, m, Some(s)), if fraction { 7 } else { 5 })
        }
        [Number { value: h, digits: 1..=2 }, Sign(':') | Word("h"), Number { value: m, digits: 2 }, ..] => ((h, m, None), 3),
        [Number { value: h, digits: 1..=2 }, Sign('.'), Number { value: m, digits: 2 }, Word("uhr" | "uur"), ..] => ((h, m, None), 4),
        [Word("kl" | "klo"), Sign('.'), ref rest @ ..] => dotted(rest).map(|time| (time, 5))?,
        [Word("kl" | "klo"), ref rest @ ..] => dotted(rest).map(|time| (time, 4))?,
        [Number { value: h, digits: 1..=2 }, Word("时" | "時" | "點" | "点" | "시"), Number { value: m, .. }, Word("分" | "분"), ..] => {
            ((h, m, None), 4)
        }
        [Number { value: h, digits: 1..=2 }, Word("am" | "pm" | "a" | "p"), ..] => ((h, 0, None), 1),
        // 20201001T1230Z.
        [Word("t"), Number { value, digits: 4 }, ..] => ((value / 100, value % 100, None), 2),
        _ => return None,
    })
}

fn dotted(tokens: &[Token<'_>]) -> Option<Time> {
    match *tokens {
        [Token::Number { value: h, digits: 1..=2 }, Token::Sign('.' | ':'), Token::Number { value: m, digits: 2 }, ..] => {
            Some((h, m, None))
        }
        _ => None,
    }
}
