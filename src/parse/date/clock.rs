//! The time of day in a date, with its half of the day and its zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZoneDatabase;

use super::tokens::Token;
use super::words;

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

/// Which of the two hours of a number on the dial is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Before noon.
    Morning,
    /// After noon.
    Afternoon,
    /// About noon.
    Noon,
    /// From evening to dawn.
    Night,
}

/// What was read of a time of day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// As it is written.
    pub time: Option<Time>,
    /// The part of the day that it is said to be in.
    pub half: Option<Half>,
    /// Its zone.
    pub zone: Option<Zone>,
}

impl Clock {
    /// The hour of the day from one of the half day.
    pub fn hour(&self, hour: i64) -> Option<i64> {
        let Some(half) = self.half.filter(|_| hour <= 12) else { return Some(hour) };
        let is_late = match half {
            Half::Morning => false,
            // Midnight by a clock of 24 hours, noon by one that begins at nought: nobody can tell.
            _ if hour < 1 => return None,
            Half::Afternoon => true,
            Half::Noon => hour < 10 || hour == 12,
            Half::Night => (6..12).contains(&hour),
        };
        Some(hour % 12 + if is_late { 12 } else { 0 })
    }

    /// Takes a zone; `None` if another one was named before.
    pub fn set_zone(&mut self, zone: Zone, used: usize) -> Option<usize> {
        (*self.zone.get_or_insert(zone) == zone).then_some(used)
    }
}

/// Words before a time that may be an hour alone, or have its minutes behind a dot.
pub const BEFORE_HOUR: &[&str] =
    &["kl", "klo", "kello", "الساعه", "ساعت", "pukul", "jam", "saat", "godz", "hod", "ora", "ore", "lúc", "เวลา"];

/// Words behind the number of an hour.
pub const HOURS: &[&str] = &[
    "h",
    "hs",
    "hrs",
    "hours",
    "heures",
    "uhr",
    "uur",
    "u",
    "klo",
    "بجے",
    "बजे",
    "টা",
    "টায়",
    "时",
    "時",
    "點",
    "点",
    "시",
    "час",
    "часа",
    "часов",
    "giờ",
    "น",
];

/// The time that `tokens` begin with, and how many of them it is: `12:30`, `12:30:05.123`, `14h05`, `3 pm`, `kl. 8.12`, `8时12分`.
pub fn time(tokens: &[Token<'_>]) -> Option<(Time, usize)> {
    use Token::{Number, Sign, Word};
    Some(match *tokens {
        [Number { value: h, .. }, Sign(':'), Number { value: m, .. }, Sign(':'), Number { value: s, .. }, ref rest @ ..] => {
            let fraction = matches!(rest, [Sign('.' | ','), Number { .. }, ..]);
            ((h, m, Some(s)), if fraction { 7 } else { 5 })
        }
        [Number { value: h, digits: 1..=2 }, Sign(':') | Word("h" | "u" | "heures"), Number { value: m, digits: 2 }, ..] => {
            ((h, m, None), 3)
        }
        [Number { value: h, digits: 1..=2 }, Sign('.'), Number { value: m, digits: 2 }, Word("uhr" | "uur" | "น"), ..] => {
            ((h, m, None), 4)
        }
        [Word(word), ref rest @ ..] if BEFORE_HOUR.contains(&word) => {
            let sign = usize::from(matches!(rest, [Sign('.' | ':'), ..]));
            let (time, used) = behind_word(&rest[sign..])?;
            (time, 1 + sign + used)
        }
        [Number { value: h, digits: 1..=2 }, Word("时" | "時" | "點" | "点" | "시"), Number { value: m, .. }, Word("分" | "분"), ..] => {
            ((h, m, None), 4)
        }
        [Number { value: h, digits: 1..=2 }, Word("am" | "pm" | "a" | "p"), ..] => ((h, 0, None), 1),
        [Number { value: h, digits: 1..=2 }, Word(word), ..] if HOURS.contains(&word) => ((h, 0, None), 2),
        [Number { value: h, digits: 1..=2 }, ref rest @ ..] if words::is_named_half(rest) => ((h, 0, None), 1),
        // 20201001T1230Z.
        [Word("t"), Number { value, digits: 4 }, ..] => ((value / 100, value % 100, None), 2),
        _ => return None,
    })
}

/// The time behind a word for the hour: with a dot or a colon, or the hour alone where nothing follows that makes it a day.
fn behind_word(tokens: &[Token<'_>]) -> Option<(Time, usize)> {
    use Token::{Number, Sign, Word};
    match *tokens {
        [Number { .. }, Sign(':'), ..] => time(tokens),
        [Number { value: h, digits: 1..=2 }, Sign('.'), Number { value: m, digits: 2 }, ..] => Some(((h, m, None), 3)),
        [Number { value: h, digits: 1..=2 }, ref rest @ ..] => {
            let is_day = match *rest {
                [Sign(sign), ..] => matches!(sign, '/' | '-' | '.'),
                _ if words::before_place(rest) > 0 => false,
                [Word(word), ..] => matches!(words::meaning(word), Some(words::Word::Month(..)) | None) || HOURS.contains(&word),
                [Number { .. }, ..] => true,
                [] => false,
            };
            (!is_day).then_some(((h, 0, None), 1))
        }
        _ => None,
    }
}

/// `10.15` and, before a zone, `1015`: times where a day is known already.
pub fn behind_day(tokens: &[Token<'_>]) -> Option<(Time, usize)> {
    use Token::{Number, Sign, Word};
    match *tokens {
        [Number { value: h, digits: 1..=2 }, Sign('.'), Number { value: m, digits: 2 }, ref rest @ ..] => {
            let goes_on = matches!(rest, [Sign('.' | '/' | '-'), Number { .. }, ..]);
            (!goes_on).then_some(((h, m, None), 3))
        }
        [Number { value, digits: 4 }, Word(zone), ..]
            if matches!(words::meaning(zone), Some(words::Word::Zone(_))) || HOURS.contains(&zone) =>
        {
            Some(((value / 100, value % 100, None), 1))
        }
        _ => None,
    }
}
