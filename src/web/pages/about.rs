//! What this is, what the words mean, and what is stored.

use super::{Answer, Ask, Problem};
use crate::store::hooks::HookLine;
use crate::view::{counted, minute};

#[derive(askama::Template)]
#[template(path = "about.html")]
struct Page {
    version: &'static str,
    threshold: String,
    events: String,
    articles: String,
    sources: String,
    last: String,
    hooks: Vec<HookLine>,
    /// Whether those who hold the token can edit.
    edited: bool,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let totals = ask.reader.totals()?;
    Answer::page(&Page {
        version: env!("CARGO_PKG_VERSION"),
        threshold: format!("{:.2}", ask.config().detect.threshold),
        events: counted(totals.events, "event"),
        articles: counted(totals.articles, "article"),
        sources: counted(totals.sources, "source"),
        hooks: ask.reader.hooks()?,
        edited: ask.config().web.edit,
        last: totals.last_received.map_or_else(|| "never".to_owned(), minute),
    })
}
