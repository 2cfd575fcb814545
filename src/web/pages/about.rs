//! What this is, what the words mean, and what is stored.

use super::{Answer, Ask, Problem};
use crate::daemon;
use crate::store::hooks::HookLine;
use crate::view::search::lag;
use crate::view::{counted, ledger, minute};

#[derive(askama::Template)]
#[template(path = "about.html")]
struct Page {
    version: &'static str,
    threshold: String,
    events: String,
    articles: String,
    sources: String,
    last: String,
    /// How it stands, each fact with its name.
    standing: Vec<(&'static str, String)>,
    /// The configuration in effect; webhooks have secrets and stand elsewhere.
    settings: String,
    hooks: Vec<HookLine>,
    /// Whether those who hold the token can edit.
    edited: bool,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let totals = ask.reader.totals()?;
    let health = ledger::health(ask.config(), Some(&ask.reader));
    let waiting = daemon::waiting(ask.config(), &ask.reader, 0, |_| true)?.total;
    let mut standing = vec![("health", health.said)];
    standing.extend(health.polling.map(|why| ("polling", why)));
    standing.extend(health.hindered.map(|what| ("hindered", what)));
    standing.extend(health.clock.map(|why| ("clock", why)));
    if totals.original_missing > 0 {
        standing.push(("alarm", format!("the original of {} is nowhere", counted(totals.original_missing, "stored file"))));
    }
    standing.push(("waiting", counted(waiting, "file")));
    standing.push(("further versions", format!("{} of the articles", totals.further_versions)));
    standing.push(("open rejects", totals.open_rejects.to_string()));
    standing.push(("last backup", totals.last_backup.map_or_else(|| "never".to_owned(), minute)));
    standing.extend(lag(&ask.reader.search_progress()?).map(|lag| ("search", lag)));
    Answer::page(&Page {
        version: env!("CARGO_PKG_VERSION"),
        threshold: format!("{:.2}", ask.config().detect.threshold),
        events: counted(totals.events, "event"),
        articles: counted(totals.articles, "article"),
        sources: counted(totals.sources, "source"),
        hooks: ask.reader.hooks()?,
        edited: ask.config().web.edit,
        standing,
        settings: ask.config().to_toml(),
        last: totals.last_received.map_or_else(|| "never".to_owned(), minute),
    })
}
