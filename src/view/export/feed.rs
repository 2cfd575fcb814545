//! Events as a feed of Atom (RFC 4287).

use jiff::Timestamp;

use crate::failure::Failure;
use crate::store::rows::EventSummary;
use crate::store::{self, Reader};
use crate::text::clean::Safe;
use crate::view::Screen;
use crate::view::beside::taken_back;
use crate::view::event::counts;
use crate::view::print::span;

/// What a reader of feeds shows of an event.
pub struct Entry {
    /// Its id as an address.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// Its page, where there is one.
    pub link: Option<String>,
    /// When it was first reported.
    pub first: Timestamp,
    /// When it was changed last: by a report, a merge, a split or an edit.
    pub updated: Timestamp,
    /// Its sources.
    pub sources: Vec<String>,
    /// How the first report begins, if that is known; then times, counts and sources in a line.
    pub summary: String,
}

/// An entry as XML.
#[derive(askama::Template)]
#[template(path = "atom_entry.xml")]
pub struct Atom<'a> {
    /// The entry.
    pub e: &'a Entry,
}

impl Entry {
    /// The entry of an event; `base` begins the addresses of pages, where there are any.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn of(reader: &Reader, e: &EventSummary, base: Option<&str>) -> store::Result<Self> {
        let names: Vec<String> = e.sources.iter().map(|s| format!("{} ({})", s.source, s.relation)).collect();
        let taken_back = taken_back(e).map_or_else(String::new, |says| format!("; {says}"));
        let lead = e.lead.as_ref().map_or_else(String::new, |lead| format!("{lead} "));
        Ok(Self {
            id: format!("urn:wirefold:event:{}", e.event),
            title: Safe::line(&e.headline).to_string(),
            link: base.map(|base| format!("{base}/events/{}", e.event)),
            first: e.first.unwrap_or(Timestamp::UNIX_EPOCH),
            updated: reader.changed(Some(&e.event))?.unwrap_or(Timestamp::UNIX_EPOCH),
            sources: e.sources.iter().map(|s| Safe::line(&s.source).to_string()).collect(),
            summary: Safe::line(&format!("{lead}{}: {}{taken_back}. {}", span(e), counts(e), names.join(", "))).to_string(),
        })
    }
}

/// Writes all events as one feed, entry by entry.
pub(super) fn atom(screen: &mut Screen, reader: &Reader) -> Result<(), Failure> {
    let updated = reader.changed(None)?.unwrap_or(Timestamp::UNIX_EPOCH);
    screen
        .line("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>wirefold events</title>")?;
    screen.line(format!("<id>urn:wirefold:events</id>\n<updated>{updated}</updated>"))?;
    reader.each_event::<Failure>(|e, _| {
        let xml = askama::Template::render(&Atom { e: &Entry::of(reader, &e, None)? }).map_err(|e| Failure::unusable(e.to_string()))?;
        Ok(screen.line(xml.trim_end())?)
    })?;
    Ok(screen.line("</feed>")?)
}
