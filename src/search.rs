//! Search: words, phrases and fields over all articles, folded as the detector folds, grouped by event.
//!
//! ```text
//! committed articles → Filler (a thread of its own) → index beside the store      line → Query → matches → events with excerpts
//! ```

mod excerpt;
mod filler;
mod of_event;
mod query;

use jiff::Timestamp;
use serde::Serialize;

use crate::store::rows::{ArticleLine, EventSummary};
use crate::store::search::{COUNTED, Match, Progress, Wanted};
use crate::store::{self, Reader};

pub use excerpt::Piece;
pub use filler::{Filler, catch_up};
pub use of_event::OfEvent;
pub use query::{Query, QueryError};

/// Articles shown of an event.
const SHOWN: usize = 3;

/// What a query found.
#[derive(Debug, Clone, Serialize)]
pub struct Results {
    /// Events, by the newest arrival that matches.
    pub events: Vec<EventResult>,
    /// Articles that match.
    pub articles: u32,
    /// Whether there are more than were counted.
    pub at_least: bool,
    /// Where the next page begins; `null` on the last.
    pub next: Option<String>,
    /// How far the index is.
    pub index: Progress,
}

/// An event with what matches in it.
#[derive(Debug, Clone, Serialize)]
pub struct EventResult {
    /// The event.
    pub event: EventSummary,
    /// How many of its articles match, versions counted each.
    pub matching: u32,
    /// The newest of them.
    pub articles: Vec<ArticleResult>,
}

/// An article that matches.
#[derive(Debug, Clone, Serialize)]
pub struct ArticleResult {
    /// The line of the export.
    #[serde(flatten)]
    pub line: ArticleLine,
    /// Where it matches: a stretch of its text, or of its headline where only that does.
    pub excerpt: Vec<Piece>,
}

/// Looks for a query; `below` is the `next` of the page before.
///
/// # Errors
/// If store or index cannot be read.
pub fn search(reader: &Reader, query: &Query, below: Option<u32>, limit: u32) -> store::Result<Results> {
    let index = reader.search_progress()?;
    let found = reader.matches(&wanted(query), below, limit)?;
    let result = |m: Match| -> store::Result<EventResult> {
        let article = |pos: &u32| {
            let (line, text) = reader.line_and_text(*pos)?;
            let excerpt = excerpt::excerpt(&line.title, &text, query);
            Ok(ArticleResult { line, excerpt })
        };
        let articles = m.articles.iter().take(SHOWN).map(article).collect::<store::Result<_>>()?;
        Ok(EventResult { matching: m.articles.len() as u32, articles, event: m.event })
    };
    Ok(Results {
        events: found.events.into_iter().map(result).collect::<store::Result<_>>()?,
        articles: found.articles,
        at_least: found.articles >= COUNTED,
        next: found.next.map(|pos| pos.to_string()),
        index,
    })
}

fn wanted(query: &Query) -> Wanted {
    let at = |time: Option<Timestamp>, else_at| time.map_or(else_at, Timestamp::as_microsecond);
    let OfEvent { agencies, among, min_sources, .. } = query.of_event.clone();
    Wanted { expression: query.expression(), times: [at(query.after, i64::MIN), at(query.before, i64::MAX)], agencies, among, min_sources }
}
