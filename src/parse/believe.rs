//! Which of the dates that could be read are believed, seen from the time of receipt.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::date::{Dated, Precision};

/// How far a publication time may lie ahead of receipt before it is not believed: clocks differ.
const AHEAD: SignedDuration = SignedDuration::from_mins(15);

/// How far the clocks of Kiribati, the first to see a day, are ahead of Greenwich. A date without a zone may be theirs.
pub const EASTMOST: SignedDuration = SignedDuration::from_hours(14);

/// Instants that computers write when they know no date, in seconds since 1970: the zero of Unix, and that of spreadsheets.
const ZEROS: &[i64] = &[0, -2_208_988_800];

/// How near to such a zero a date is taken for it. Some programs add a few seconds; without a zone it is the zero of any zone.
const NEAR_ZONED: i64 = 60;
const NEAR_UNZONED: i64 = 24 * 60 * 60;

/// A time zone with its IANA name.
pub type Zone = (String, TimeZone);

/// The instant to use for a date `written` so and read as `dated`, with what must be said about it; or why none is used. A date that names no zone
/// is read in that of its source, else in UTC.
pub fn believe(written: &str, dated: Dated, zone: Option<&Zone>, received: Timestamp) -> Result<(Timestamp, Option<String>), String> {
    let near = if dated.zoned { NEAR_ZONED } else { NEAR_UNZONED };
    if ZEROS.iter().any(|zero| (dated.at.as_second() - zero).abs() <= near) {
        return Err(format!("published \"{written}\" is the zero of a computer's clock: not used"));
    }
    let (name, zone) = zone.filter(|_| !dated.zoned).map_or(("UTC", TimeZone::UTC), |(name, zone)| (name.as_str(), zone.clone()));
    let at = in_zone(dated.at, &zone);
    let ahead = at.duration_since(received);
    if ahead <= AHEAD {
        return Ok((at, None));
    }
    if dated.zoned || ahead > EASTMOST {
        return Err(format!("published \"{written}\" is in the future: not used"));
    }
    let (latest, what) = match dated.precision {
        Precision::Day => (day_of(received, &zone), "day"),
        Precision::Minute | Precision::Second => (received, "time"),
    };
    Ok((latest, Some(format!("published \"{written}\" names no zone and, in {name}, is ahead of receipt: the {what} of receipt is used"))))
}

/// The instant at which clocks in the zone show what those of Greenwich show at `at`; the earlier one where they show it twice.
fn in_zone(at: Timestamp, zone: &TimeZone) -> Timestamp {
    let shown = TimeZone::UTC.to_datetime(at);
    zone.to_ambiguous_zoned(shown).compatible().map_or(at, |zoned| zoned.timestamp())
}

/// The begin of the day in the zone.
fn day_of(at: Timestamp, zone: &TimeZone) -> Timestamp {
    at.to_zoned(zone.clone()).start_of_day().map_or(at, |day| day.timestamp())
}

#[cfg(test)]
mod tests {
    use super::super::date;
    use super::*;

    fn believed(written: &str, received: &str) -> String {
        believed_in(None, written, received)
    }

    fn believed_in(zone: Option<&str>, written: &str, received: &str) -> String {
        let zone = zone.map(|name| (name.to_owned(), TimeZone::get(name).unwrap()));
        match believe(written, date::read(written, "ar").unwrap(), zone.as_ref(), received.parse().unwrap()) {
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
    fn a_date_without_a_zone_is_read_in_that_of_its_source() {
        for (zone, written, expected) in [
            ("Asia/Riyadh", "2026-03-05 12:10", "2026-03-05T09:10:00Z"),
            ("Asia/Riyadh", "2026-03-05", "2026-03-04T21:00:00Z"),
            ("Asia/Riyadh", "2026-03-05T12:10:00Z", "2026-03-05T12:10:00Z"),
            ("Africa/Cairo", "2025-07-05 12:10", "2025-07-05T09:10:00Z"),
            ("Africa/Cairo", "2025-12-05 12:10", "2025-12-05T10:10:00Z"),
            ("America/New_York", "2026-03-05 12:00", "2026-03-05T12:30:00Z noted"),
            ("America/New_York", "2026-03-05", "2026-03-05T05:00:00Z"),
        ] {
            assert_eq!(believed_in(Some(zone), written, "2026-03-05T12:30:00Z"), expected, "{written} in {zone}");
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
