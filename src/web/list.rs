//! Lists of events by filter, page by page. A page begins behind a place in the list, so that what comes in meanwhile moves nothing.

use jiff::Timestamp;

use super::{Ask, Problem};
use crate::store::read::{EventFilter, EventPlace};
use crate::store::rows::EventSummary;

/// What filters events, and where a page begins.
pub const FILTERS: &[&str] = &["since", "until", "source", "lang", "min_sources", "sort", "after", "limit"];

/// Most lines on a page, and how many if nothing is said.
pub const MOST: u32 = 200;
const USUAL: u32 = 50;

/// A page of events.
pub struct Events {
    /// The events.
    pub events: Vec<EventSummary>,
    /// How many pass the filter in all.
    pub total: u32,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
}

/// The length of a page.
pub fn limit(ask: &Ask) -> Result<u32, Problem> {
    ask.given.number("limit", USUAL, 1, MOST)
}

/// The events that the query asks for.
pub fn events(ask: &Ask) -> Result<Events, Problem> {
    let given = &ask.given;
    let by_size = match given.get("sort") {
        None | Some("newest") => false,
        Some("size") => true,
        Some(_) => return Err(Problem::wrong("unknown order under `sort`", "`newest` or `size`")),
    };
    let limit = limit(ask)?;
    let filter = EventFilter {
        min_sources: given.number("min_sources", 0, 0, 1_000_000)?,
        source: given.get("source").map(str::to_owned),
        lang: given.get("lang").map(str::to_ascii_lowercase),
        since: given.moment("since")?,
        until: given.moment("until")?,
        limit: limit + 1,
        offset: 0,
        by_size,
        after: given.get("after").map(place).transpose()?,
    };
    let (mut events, total) = ask.reader.events(&filter)?;
    let more = events.len() as u32 > limit;
    events.truncate(limit as usize);
    let next = events.last().filter(|_| more).map(|e| shown(&e.place()));
    Ok(Events { events, total, next })
}

/// A place in the list as it stands in addresses.
fn shown(place: &EventPlace) -> String {
    format!("{}.{}.{}", place.articles, place.last.as_microsecond(), place.event)
}

fn place(text: &str) -> Result<EventPlace, Problem> {
    let read = || {
        let mut parts = text.splitn(3, '.');
        let articles = parts.next()?.parse().ok()?;
        let last = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
        let event = parts.next().filter(|id| id.len() == 16 && id.chars().all(|c| c.is_ascii_alphanumeric()))?;
        Some(EventPlace { articles, last, event: event.to_owned() })
    };
    read().ok_or_else(|| Problem::wrong("`after` is no place in this list", "take it from `next` of the page before"))
}
