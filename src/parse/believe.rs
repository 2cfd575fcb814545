//! Which of the dates that could be read are believed, seen from the time of receipt.

use jiff::{SignedDuration, Timestamp};

use super::date::{Dated, Precision};

/// How far a publication time may lie ahead of receipt before it is not believed: clocks differ.
const AHEAD: SignedDuration = SignedDuration::from_mins(15);

/// How far the clocks of Kiribati, the first to see a day, are ahead of Greenwich. A date without a zone may be theirs.
const EASTMOST: SignedDuration = SignedDuration::from_hours(14);

/// Instants that computers write when they know no date, in seconds since 1970: the zero of Unix, and that of spreadsheets.
const ZEROS: &[i64] = &[0, -2_208_988_800];

/// How near to such a zero a date is taken for it. Some programs add a few seconds; without a zone it is the zero of any zone.
const NEAR_ZONED: i64 = 60;
const NEAR_UNZONED: i64 = 24 * 60 * 60;

/// The instant to use for a date `written` so and read as `dated`, with what must be said about it; or why none is used.
pub fn believe(written: &str, dated: Dated, received: Timestamp) -> Result<(Timestamp, Option<String>), String> {
    let near = if dated.zoned { NEAR_ZONED } else { NEAR_UNZONED };
    if ZEROS.iter().any(|zero| (dated.at.as_second() - zero).abs() <= near) {
        return Err(format!("published \"{written}\" is the zero of a computer's clock: not used"));
    }
    let ahead = dated.at.duration_since(received);
    if ahead <= AHEAD {
        return Ok((dated.at, None));
    }
    if dated.zoned || ahead > EASTMOST {
        return Err(format!("published \"{written}\" is in the future: not used"));
    }
    let (latest, what) = match dated.precision {
        Precision::Day => (day_of(received), "day"),
        Precision::Minute | Precision::Second => (received, "time"),
    };
    Ok((latest, Some(format!("published \"{written}\" names no zone and, in UTC, is ahead of receipt: the {what} of receipt is used"))))
}

/// The begin of the day, in UTC.
fn day_of(at: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 60 * 60;
    Timestamp::from_second(at.as_second().div_euclid(DAY) * DAY).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::super::date;
    use super::*;

    fn believed(written: &str, received: &str) -> String {
        match believe(written, date::read(written, "ar").unwrap(), received.parse().unwrap()) {
            Ok((at, note)) => format!("{at}{}", if note.is_some() { " noted" } else { "" }),
            Err(reason) => reason.rsplit(" is ").next().unwrap().to_owned(),
        }
    }

    #[test]
    fn a_date_without_a_zone_may_be_that_of_the_east() {
        for (written, expected) in [
            ("2026-03-05 12:10", "2026-03-05T12:10:00Z"),
            ("2026-03-05 15:00", "2026-03-05T12:00:00Z noted"),
            ("2026-03-06 02:00", "2026-03-05T12:00:00Z noted"),
            ("2026-03-06 02:01", "in the future: not used"),
            ("2026-03-06", "2026-03-05T00:00:00Z noted"),
            ("2026-03-07", "in the future: not used"),
            ("2026-03-05T15:00:00Z", "in the future: not used"),
            ("2026-03-05T15:00:00+03:00", "2026-03-05T12:00:00Z"),
            ("1772719200", "in the future: not used"),
        ] {
            assert_eq!(believed(written, "2026-03-05T12:00:00Z"), expected, "{written}");
        }
    }

    #[test]
    fn the_zero_of_a_clock_is_no_date() {
        for written in ["1970-01-01", "1970-01-01T00:00:07Z", "1970-01-01T03:00:00+03:00", "1969-12-31 19:00", "000000000", "1900-01-01"] {
            assert_eq!(believed(written, "2026-03-05T12:00:00Z"), "the zero of a computer's clock: not used", "{written}");
        }
        assert_eq!(believed("1970-01-01T09:30:00Z", "2026-03-05T12:00:00Z"), "1970-01-01T09:30:00Z");
        assert_eq!(believed("1970-01-03", "2026-03-05T12:00:00Z"), "1970-01-03T00:00:00Z");
    }
}
