//! Days of other calendars: the lunar one by the tables of Umm al-Qura, on which Saudi Arabia dates its documents and most Arab papers
//! their pages, and the solar one of Iran. Elsewhere a lunar month may begin a day earlier or later, when the moon is sighted.

use icu_calendar::cal::{Hijri, Iso, Persian};
use icu_calendar::{AsCalendar, Date as Day};
use jiff::civil::Date;

use super::on;

/// Years of the lunar calendar that lie between 1900 and the end of the tables.
const LUNAR_YEARS: std::ops::RangeInclusive<i64> = 1318..=1500;

/// The day of a date in the lunar calendar of Islam.
pub fn lunar(year: i64, month: i64, day: i64) -> Option<Date> {
    let year = i32::try_from(year).ok().filter(|y| LUNAR_YEARS.contains(&i64::from(*y)))?;
    gregorian(Day::try_new_hijri_with_calendar(year, month.try_into().ok()?, day.try_into().ok()?, Hijri::new_umm_al_qura()).ok()?)
}

/// The day of a date in the solar calendar of Iran and Afghanistan.
pub fn solar(year: i64, month: i64, day: i64) -> Option<Date> {
    gregorian(Day::<Persian>::try_new_persian(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?)
}

fn gregorian<C: AsCalendar>(day: Day<C>) -> Option<Date> {
    let day = day.to_calendar(Iso);
    on(day.year().extended_year().into(), day.month().number().into(), day.day_of_month().0.into())
}
