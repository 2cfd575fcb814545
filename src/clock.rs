//! Can the clock of this machine be right? Told what it says; it is never corrected.

use jiff::{SignedDuration, Timestamp};

use crate::view::minute;

/// A moment before this program was made: a clock that says less was never set.
const MADE: Timestamp = Timestamp::constant(1_767_225_600, 0);
/// So far clocks are corrected in the ordinary course of things.
const CORRECTED: SignedDuration = SignedDuration::from_hours(1);
/// After so long without any file it is more likely that the clock was put forward.
const LONG: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Whether the clock that said this was never set.
pub fn is_unset(now: Timestamp) -> bool {
    now < MADE
}

/// Why the clock is probably wrong, if it is; `newest` is when the last files were received that it can be compared with.
pub fn doubt(now: Timestamp, newest: Option<Timestamp>) -> Option<String> {
    let says = format!("the clock of this machine says {} UTC", minute(now));
    if is_unset(now) {
        return Some(format!(
            "{says}, which is before this program was made: set it. Files that come meanwhile are taken and count as received then"
        ));
    }
    // What a clock that was not set said before says nothing.
    let newest = newest.filter(|at| !is_unset(*at))?;
    let since = now.duration_since(newest);
    if since < -CORRECTED {
        Some(format!("{says}, but files were received at {} already: it is wrong, or was then", minute(newest)))
    } else if since > LONG {
        Some(format!("{says}, {} days after the last file came: set it if that is wrong", since.as_hours() / 24))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_doubted_by_what_is_known() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let known = Some(at("2026-11-21T12:00:00Z"));
        for (now, newest, says) in [
            ("1970-01-01T00:00:09Z", None, Some("before this program was made")),
            ("2001-01-01T00:00:00Z", known, Some("before this program was made")),
            ("2026-11-21T10:59:00Z", known, Some("received at 2026-11-21 12:00 already")),
            ("2026-11-21T11:01:00Z", known, None),
            ("2027-11-20T12:00:00Z", known, None),
            ("2099-01-01T00:00:00Z", known, Some("26338 days after")),
            ("2099-01-01T00:00:00Z", None, None),
            ("2026-11-21T12:00:00Z", Some(at("2001-01-01T00:00:00Z")), None),
        ] {
            let doubt = doubt(at(now), newest);
            assert_eq!(doubt.is_some(), says.is_some(), "{now}: {doubt:?}");
            assert!(says.is_none_or(|says| doubt.unwrap().contains(says)), "{now}");
        }
    }
}
