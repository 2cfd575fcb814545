//! Lists of events by filter, page by page. A page begins behind a place in the list, so that what comes in meanwhile moves nothing.

use jiff::Timestamp;

use super::given::encoded;
use super::{Ask, Problem};
use crate::cli::{last_moment, moment};
use crate::store::read::{EventFilter, EventPlace, Listed, Order};

/// What filters events, and where a page begins.
pub const FILTERS: &[&str] = &["since", "until", "source", "agency", "country", "lang", "min_sources", "sort", "after", "limit"];

/// The same where words can be given besides: they lead to the search.
pub const WITH_WORDS: &[&str] = &["since", "until", "source", "agency", "country", "lang", "min_sources", "sort", "after", "limit", "q"];

/// Most lines on a page, and how many if nothing is said.
pub const MOST: u32 = 200;
pub const USUAL: u32 = 50;

/// A page of events.
pub struct Events {
    /// The events, and how many pass the filter in all.
    pub listed: Listed,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
    /// Whether nobody goes by the name of the source that was asked for.
    pub nobody: bool,
}

/// How many lines an answer holds: if nothing is said, and at most. A page holds fewer than may be asked for, so that it stays light.
#[derive(Debug, Clone, Copy)]
pub struct Lines {
    pub usual: u32,
    pub most: u32,
}

/// Of answers to programs.
pub const FOR_PROGRAMS: Lines = Lines { usual: USUAL, most: MOST };

/// The length of an answer to a program.
pub fn limit(ask: &Ask) -> Result<u32, Problem> {
    limit_of(ask, FOR_PROGRAMS)
}

/// The address at `path` that looks for the words of the query, with the filters of the list as fields; `None` where it has no words.
///
/// # Errors
/// If a time is none.
pub fn search_for(ask: &Ask, path: &str) -> Result<Option<String>, Problem> {
    let given = &ask.given;
    let Some(words) = given.get("q") else { return Ok(None) };
    let mut line = words.to_owned();
    for (name, field) in [("source", "source"), ("agency", "agency"), ("country", "country"), ("lang", "lang"), ("min_sources", "sources")]
    {
        let value = given.get(name).map(|value| format!(" {field}:\"{}\"", value.replace('"', " ")));
        line.extend(value);
    }
    let times = [("after", given.moment("since", moment)?), ("before", given.moment("until", last_moment)?)];
    times.into_iter().for_each(|(field, at)| line.extend(at.map(|at| format!(" {field}:{at}"))));
    let limit = given.get("limit").map_or_else(String::new, |limit| format!("&limit={}", encoded(limit)));
    Ok(Some(format!("{path}?q={}{limit}", encoded(&line))))
}

/// How many lines an answer is to hold.
pub fn limit_of(ask: &Ask, lines: Lines) -> Result<u32, Problem> {
    Ok(ask.given.number("limit", lines.usual, 1, MOST)?.min(lines.most))
}

/// The events that the query asks for.
pub fn events(ask: &Ask, lines: Lines) -> Result<Events, Problem> {
    let given = &ask.given;
    let order = match given.get("sort") {
        None | Some("newest") => Order::Newest,
        Some("size") => Order::Size,
        Some("growth") => Order::Growth,
        Some(_) => return Err(Problem::wrong("unknown order under `sort`", "`newest`, `size` or `growth`")),
    };
    let limit = limit_of(ask, lines)?;
    let source = given.get("source").map(|name| ask.reader.names_of_source(name, &ask.config().sources)).transpose()?;
    let nobody = source == Some(None);
    let mut filter = EventFilter {
        min_sources: given.number("min_sources", 0, 0, 1_000_000)?,
        source: source.map(Option::unwrap_or_default),
        lang: given.get("lang").map(str::to_ascii_lowercase),
        since: given.moment("since", moment)?,
        until: given.moment("until", last_moment)?,
        limit: limit + 1,
        order,
        after: given.get("after").map(|text| place(text, order)).transpose()?,
        ..EventFilter::default()
    };
    if let Some(agency) = given.get("agency") {
        filter = filter.crediting(agency, &ask.config().sources);
    }
    if let Some(code) = given.get("country") {
        let wrong = |expected| Problem::wrong(format!("`country`: {expected}"), "change it");
        filter = filter.from_country(code, &ask.config().sources).map_err(wrong)?;
    }
    let mut listed = ask.reader.events(&filter)?;
    let next = listed.cut(limit).map(|place| shown(&place));
    Ok(Events { listed, next, nobody })
}

/// A place in the list as it stands in addresses.
fn shown(place: &EventPlace) -> String {
    let upto = place.upto.map_or_else(String::new, |upto| format!(".{}", upto.as_microsecond()));
    format!("{}.{}.{}{upto}", place.articles, place.last.as_microsecond(), place.event)
}

fn place(text: &str, order: Order) -> Result<EventPlace, Problem> {
    let moment = |text: &str| Timestamp::from_microsecond(text.parse().ok()?).ok();
    let read = || {
        let mut parts = text.splitn(4, '.');
        let articles = parts.next()?.parse().ok()?;
        let last = moment(parts.next()?)?;
        let event = parts.next().filter(|id| id.len() == 16 && id.chars().all(|c| c.is_ascii_alphanumeric()))?;
        let upto = match parts.next() {
            None => None,
            Some(text) => Some(moment(text)?),
        };
        // A place in a list of another order would begin somewhere.
        ((order == Order::Growth) == upto.is_some()).then(|| EventPlace { articles, last, event: event.to_owned(), upto })
    };
    read().ok_or_else(|| Problem::wrong("`after` is no place in this list", "take it from `next` of the page before"))
}
