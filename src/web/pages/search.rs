//! What a search found, by event.

use super::weight::{HEADLINE, cut};
use super::{Answer, Ask, Problem, direction};
use crate::search::{EventResult, Piece, Query};
use crate::view::beside::taken_back;
use crate::view::print::span;
use crate::view::search::{lag, summary};
use crate::view::{minute, short};
use crate::web::api;
use crate::web::list::Lines;

/// Events of a page: each has several excerpts.
const LINES: Lines = Lines { usual: 20, most: 30 };

struct Row {
    id: String,
    short: String,
    headline: String,
    span: String,
    taken_back: Option<&'static str>,
    articles: Vec<Article>,
    rest: usize,
}

struct Article {
    id: String,
    source: String,
    at: String,
    title: String,
    excerpt: Vec<Piece>,
    /// An excerpt begins anywhere, with a foreign name too: its language says where it begins, not its first word.
    direction: &'static str,
}

#[derive(askama::Template)]
#[template(path = "search.html")]
struct Page {
    q: String,
    asked: bool,
    /// Whether only articles of some source are looked for.
    by_source: bool,
    shown: String,
    lag: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
    json: String,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let found = api::found(ask, LINES)?;
    let given = &ask.given;
    Answer::page(&Page {
        q: given.text("q"),
        asked: found.is_some(),
        by_source: given.get("q").is_some_and(|q| Query::read(q).is_ok_and(|q| q.names_source())),
        shown: found.as_ref().map(summary).unwrap_or_default(),
        lag: found.as_ref().and_then(|f| lag(&f.index)),
        next: found.as_ref().and_then(|f| f.next.as_ref()).map(|place| format!("/search{}", given.with("after", Some(place)))),
        json: format!("/api/v1/search{}", given.with("after", None)),
        rows: found.into_iter().flat_map(|f| f.events).map(row).collect(),
    })
}

fn row(e: EventResult) -> Row {
    let rest = e.matching as usize - e.articles.len();
    let article = |a: crate::search::ArticleResult| Article {
        at: a.line.published.map_or_else(|| "no date".to_owned(), minute),
        direction: direction(&a.line.lang),
        id: a.line.article,
        source: a.line.source,
        title: cut(&a.line.title, HEADLINE),
        excerpt: a.excerpt,
    };
    Row {
        short: short(&e.event.event).to_owned(),
        span: span(&e.event),
        taken_back: taken_back(&e.event),
        headline: if e.event.headline.is_empty() { "(no headline)".to_owned() } else { cut(&e.event.headline, HEADLINE) },
        id: e.event.event,
        articles: e.articles.into_iter().map(article).collect(),
        rest,
    }
}
