//! Feeds of events by filter: Atom (RFC 4287) and JSON Feed 1.1.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Ask, Problem, list};
use crate::store;
use crate::view::export::Entry;

#[derive(askama::Template)]
#[template(path = "atom.xml")]
struct Atom<'a> {
    base: &'a str,
    query: &'a str,
    updated: Timestamp,
    entries: &'a [Entry],
}

fn entries(ask: &Ask) -> Result<Vec<Entry>, Problem> {
    let listed = list::events(ask, list::FOR_PROGRAMS)?.listed;
    Ok(listed.events.iter().map(|e| Entry::of(&ask.reader, e, Some(&ask.base))).collect::<store::Result<_>>()?)
}

pub fn atom(ask: &Ask) -> Result<Answer, Problem> {
    let entries = entries(ask)?;
    let updated = entries.iter().map(|e| e.updated).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let feed = Atom { base: &ask.base, query: &ask.given.with("after", None), updated, entries: &entries };
    let xml = askama::Template::render(&feed).map_err(|e| Problem::internal(&e))?;
    Ok(Answer::text("application/atom+xml; charset=utf-8", xml))
}

pub fn json(ask: &Ask) -> Result<Answer, Problem> {
    let item = |e: &Entry| -> Value {
        let authors: Vec<Value> = e.sources.iter().map(|name| json!({ "name": name })).collect();
        json!({ "id": e.id, "url": e.link, "title": e.title, "content_text": e.summary, "date_published": e.first, "date_modified": e.updated, "authors": authors })
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
