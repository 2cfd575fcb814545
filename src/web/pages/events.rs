//! The list of events.

use super::paint::Paint;
use super::spread::{Dot, LISTED, Spread, spread};
use super::weight::{HEADLINE, LINE, cut};
use super::{Answer, Ask, Problem};
use crate::store::read::GROWTH;
use crate::store::rows::EventSummary;
use crate::view::beside::taken_back;
use crate::view::event::counts;
use crate::view::print::span;
use crate::view::{counted_so_far, short};
use crate::web::list::{self, FILTERS, Lines};

/// Sources named of an event.
const NAMED: usize = 6;

/// Events of a page.
const LINES: Lines = Lines { usual: 40, most: 40 };
/// Values of `sort`, the usual one first.
const ORDERS: [(&str, &str); 3] = [("newest", "newest first"), ("size", "largest first"), ("growth", "growing fastest")];

struct Row {
    id: String,
    short: String,
    headline: String,
    lead: Option<String>,
    span: String,
    counts: String,
    grown: Option<String>,
    taken_back: Option<&'static str>,
    sources: Vec<(String, String)>,
    rest: usize,
    spread: Option<Spread>,
}

#[derive(askama::Template)]
#[template(path = "events.html")]
struct Page {
    rows: Vec<Row>,
    shown: String,
    filtered: bool,
    nobody: bool,
    newest: Option<String>,
    next: Option<String>,
    feeds: String,
    since: String,
    until: String,
    source: String,
    lang: String,
    min_sources: String,
    agency: String,
    country: String,
    /// Value, words, and whether it is the one in effect.
    orders: [(&'static str, &'static str, bool); 3],
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    if let Some(search) = list::search_for(ask, "/search")? {
        return Ok(Answer::see(search));
    }
    let page = list::events(ask, LINES)?;
    let given = &ask.given;
    let listed = page.listed;
    let all = if listed.events.len() as u32 == listed.total { String::new() } else { format!("{} of ", listed.events.len()) };
    let filters = FILTERS.iter().filter(|name| !["sort", "after", "limit"].contains(name));
    Answer::page(&Page {
        shown: format!("{all}{}", counted_so_far(listed.total, listed.at_least, "event")),
        filtered: filters.into_iter().any(|name| given.get(name).is_some()),
        nobody: page.nobody,
        newest: given.get("after").map(|_| format!("/{}", given.with("after", None))),
        next: page.next.map(|place| format!("/{}", given.with("after", Some(&place)))),
        feeds: given.with("after", None),
        since: given.text("since"),
        until: given.text("until"),
        source: given.text("source"),
        lang: given.text("lang"),
        min_sources: given.text("min_sources"),
        agency: given.text("agency"),
        country: given.text("country"),
        orders: ORDERS.map(|(sort, says)| (sort, says, given.get("sort").unwrap_or(ORDERS[0].0) == sort)),
        rows: listed.events.iter().map(row).collect(),
    })
}

fn row(e: &EventSummary) -> Row {
    let mut paint = Paint::new(e.sources.iter().map(|s| s.source.as_str()));
    let dot = |s: &crate::store::rows::EventSource| Dot {
        at: s.published,
        relation: s.relation.clone(),
        class: paint.class(&s.source),
        says: String::new(),
    };
    let dots = e.sources.iter().map(dot).collect();
    Row {
        id: e.event.clone(),
        short: short(&e.event).to_owned(),
        headline: if e.headline.is_empty() { "(no headline)".to_owned() } else { cut(&e.headline, HEADLINE) },
        lead: e.lead.as_deref().map(|lead| cut(lead, LINE)),
        span: span(e),
        counts: counts(e),
        taken_back: taken_back(e),
        grown: e.grown.map(|n| format!("{n} in {} h", GROWTH.as_hours())),
        sources: e.sources.iter().take(NAMED).map(|s| (s.source.clone(), s.relation.clone())).collect(),
        rest: e.sources.len().saturating_sub(NAMED),
        spread: spread(dots, LISTED),
    }
}
