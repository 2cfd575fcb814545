//! The ledger: what came in, what was no article, what waits.

use super::weight::{LINE, cut};
use super::{Answer, Ask, Problem};
use crate::daemon;
use crate::store::rows::FileLine;
use crate::view::print::TAKEN_AGAIN;
use crate::view::{counted, ledger, minute};
use crate::web::api::{ledger_of, taken};
use crate::web::list::Lines;
use crate::web::originals;

/// Files of a page.
const LINES: Lines = Lines { usual: 40, most: 40 };
/// Reasons shown of one file, and notes on it.
const REASONS: usize = 5;

struct Row {
    received: String,
    outcome: String,
    articles: u32,
    path: String,
    reasons: Vec<String>,
    rest: usize,
    taken_again: Option<&'static str>,
    notes: Vec<String>,
    original: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "inbox.html")]
struct Page {
    health: String,
    waiting: String,
    /// What was taken lately.
    taken: String,
    counts: Vec<(String, u32)>,
    rejects: u32,
    last: String,
    outcome: String,
    rows: Vec<Row>,
    total: String,
    next: Option<String>,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let ledger = ledger_of(ask, LINES)?;
    let totals = ask.reader.totals()?;
    Answer::page(&Page {
        health: ledger::health(ask.config(), None).said,
        waiting: counted(daemon::waiting(ask.config(), &ask.reader, 0, |_| true)?.total, "file"),
        taken: taken_lately(ask)?,
        counts: totals.files.into_iter().collect(),
        rejects: totals.open_rejects,
        last: totals.last_received.map_or_else(|| "never".to_owned(), minute),
        outcome: ask.given.text("outcome"),
        total: counted(ledger.total, "file"),
        next: ledger.next.map(|place| format!("/inbox{}", ask.given.with("after", Some(&place.to_string())))),
        rows: ledger.files.iter().map(row).collect(),
    })
}

/// How much was taken in the last hour and day.
fn taken_lately(ask: &Ask) -> Result<String, Problem> {
    let [hour, day] = taken(ask)?.map(|(files, articles)| format!("{}, {}", counted(files, "file"), counted(articles, "article")));
    Ok(format!("in the last hour {hour}; in the last day {day}"))
}

fn row(f: &FileLine) -> Row {
    let reason = |r: &crate::article::Reject| match r.position {
        Some(position) => format!("item {position}: {}", r.reason),
        None => r.reason.clone(),
    };
    Row {
        received: f.received.map_or_else(String::new, minute),
        outcome: f.outcome.clone(),
        articles: f.articles,
        path: cut(&crate::view::path(&f.path), LINE),
        reasons: f.rejects.iter().take(REASONS).map(|r| cut(&reason(r), LINE)).collect(),
        rest: f.rejects.len().saturating_sub(REASONS),
        taken_again: f.taken_again.then_some(TAKEN_AGAIN),
        notes: f.notes.iter().take(REASONS).map(|note| cut(note, LINE)).collect(),
        original: f.digest.as_deref().filter(|_| f.original.is_some()).map(originals::address),
    }
}
