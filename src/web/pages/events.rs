//! The list of events.

use super::paint::Paint;
use super::spread::{Dot, Spread, spread};
use super::{Answer, Ask, Problem};
use crate::store::rows::EventSummary;
use crate::view::event::counts;
use crate::view::print::span;
use crate::view::{counted, field, moment, short};
use crate::web::list;

/// Sources named of an event.
const NAMED: usize = 8;

struct Row {
    id: String,
    short: String,
    headline: String,
    span: String,
    counts: String,
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
    newest: Option<String>,
    next: Option<String>,
    feeds: String,
    since: String,
    until: String,
    source: String,
    lang: String,
    min_sources: String,
    by_size: bool,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let page = list::events(ask)?;
    let given = &ask.given;
    let all = if page.events.len() as u32 == page.total { String::new() } else { format!("{} of ", page.events.len()) };
    let filters = ["since", "until", "source", "lang", "min_sources"];
    Answer::page(&Page {
        shown: format!("{all}{}", counted(page.total, "event")),
        filtered: filters.iter().any(|name| given.get(name).is_some()),
        newest: given.get("after").map(|_| format!("/{}", given.with("after", None))),
        next: page.next.map(|place| format!("/{}", given.with("after", Some(&place)))),
        feeds: given.with("after", None),
        since: given.text("since"),
        until: given.text("until"),
        source: given.text("source"),
        lang: given.text("lang"),
        min_sources: given.text("min_sources"),
        by_size: given.get("sort") == Some("size"),
        rows: page.events.iter().map(row).collect(),
    })
}

fn row(e: &EventSummary) -> Row {
    let mut paint = Paint::new(e.sources.iter().map(|s| s.source.as_str()));
    let dot = |s: &crate::store::rows::EventSource| Dot {
        at: s.published,
        relation: s.relation.clone(),
        class: paint.class(&s.source),
        says: format!("{}, {}", field(&s.source), moment(s.published, None, None)),
    };
    let dots = e.sources.iter().map(dot).collect();
    Row {
        id: e.event.clone(),
        short: short(&e.event).to_owned(),
        headline: if e.headline.is_empty() { "(no headline)".to_owned() } else { e.headline.clone() },
        span: span(e),
        counts: counts(e),
        sources: e.sources.iter().take(NAMED).map(|s| (s.source.clone(), s.relation.clone())).collect(),
        rest: e.sources.len().saturating_sub(NAMED),
        spread: spread(dots),
    }
}
