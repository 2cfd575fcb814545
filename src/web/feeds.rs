//! Feeds of events by filter: Atom (RFC 4287) and JSON Feed 1.1.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Ask, Problem, list};
use crate::store::rows::EventSummary;
use crate::text::clean::Safe;
use crate::view::event::counts;
use crate::view::print::span;

/// What a reader of feeds shows of an event.
struct Entry {
    id: String,
    title: String,
    link: String,
    first: Timestamp,
    last: Timestamp,
    sources: Vec<String>,
    summary: String,
}

#[derive(askama::Template)]
#[template(path = "atom.xml")]
struct Atom<'a> {
    base: &'a str,
    query: &'a str,
    updated: Timestamp,
    entries: &'a [Entry],
}

fn entries(ask: &Ask) -> Result<Vec<Entry>, Problem> {
    let entry = |e: &EventSummary| {
        let names: Vec<String> = e.sources.iter().map(|s| format!("{} ({})", s.source, s.relation)).collect();
        Entry {
            id: format!("urn:wirefold:event:{}", e.event),
            title: Safe::line(&e.headline).to_string(),
            link: format!("{}/events/{}", ask.base, e.event),
            first: e.first.unwrap_or(Timestamp::UNIX_EPOCH),
            last: e.last.unwrap_or(Timestamp::UNIX_EPOCH),
            sources: e.sources.iter().map(|s| Safe::line(&s.source).to_string()).collect(),
            summary: Safe::line(&format!("{}: {}. {}", span(e), counts(e), names.join(", "))).to_string(),
        }
    };
    Ok(list::events(ask)?.events.iter().map(entry).collect())
}

pub fn atom(ask: &Ask) -> Result<Answer, Problem> {
    let entries = entries(ask)?;
    let updated = entries.iter().map(|e| e.last).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let feed = Atom { base: &ask.base, query: &ask.given.with("after", None), updated, entries: &entries };
    let xml = askama::Template::render(&feed).map_err(|e| Problem::internal(&e))?;
    Ok(Answer::text("application/atom+xml; charset=utf-8", xml))
}

pub fn json(ask: &Ask) -> Result<Answer, Problem> {
    let item = |e: &Entry| -> Value {
        let authors: Vec<Value> = e.sources.iter().map(|name| json!({ "name": name })).collect();
        json!({ "id": e.id, "url": e.link, "title": e.title, "content_text": e.summary, "date_published": e.first, "date_modified": e.last, "authors": authors })
    };
    let query = ask.given.with("after", None);
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "wirefold events",
        "home_page_url": format!("{}/{query}", ask.base),
        "feed_url": format!("{}/feeds/events.json{query}", ask.base),
        "items": entries(ask)?.iter().map(item).collect::<Vec<_>>(),
    });
    Answer::json_as("application/feed+json", &feed)
}
