//! The JSON API: the same objects as `--json` prints, a page at a time.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::ask::{Told, one};
use super::list::{self, Lines};
use super::{Answer, Ask, Problem, originals};
use crate::article::Outcome;
use crate::daemon;
use crate::search::{self, Query, Results};
use crate::store::edits::EditLine;
use crate::store::read::Files;
use crate::view::event::EventDetail;
use crate::view::{self, explain, ledger};

pub fn events(ask: &Ask) -> Result<Answer, Problem> {
    if let Some(search) = list::search_for(ask, "/api/v1/search")? {
        return Ok(Answer::see(search));
    }
    let page = list::events(ask, list::FOR_PROGRAMS)?;
    if page.nobody {
        let message = format!("no source goes by the name {}", ask.given.text("source"));
        return Err(Problem::new(StatusCode::NOT_FOUND, message, "/api/v1/sources lists them"));
    }
    let listed = page.listed;
    Answer::json(&json!({ "events": listed.events, "total": listed.total, "at_least": listed.at_least, "next": page.next }))
}

pub fn event(ask: &Ask) -> Result<Answer, Problem> {
    let (summary, members) = ask.event()?;
    let at = format!("/api/v1/events/{}", summary.event);
    let shares = ask.traced(&summary.event)?.shares(&summary.event).clone();
    Ok(Answer::json(&EventDetail::read(&ask.reader, summary, members, shares)?.json())?.found_at(at))
}

pub fn article(ask: &Ask) -> Result<Answer, Problem> {
    let Told { detail, provenance, versions } = ask.told()?;
    let mut value = view::article::json(&detail, &provenance, &versions).map_err(|e| Problem::internal(&e))?;
    value["download"] = originals::address_of(&ask.reader, detail.pos)?.into();
    Ok(Answer::json(&value)?.found_at(format!("/api/v1/articles/{}", detail.line.article)))
}

pub fn provenance(ask: &Ask) -> Result<Answer, Problem> {
    let told = ask.told()?;
    Answer::json(&json!({ "article": told.detail.line, "provenance": told.provenance }))
}

pub fn compare(ask: &Ask) -> Result<Answer, Problem> {
    let (a, b) = (ask.article(ask.given.needed("a")?)?, ask.article(ask.given.needed("b")?)?);
    let told = |pair: &explain::StoredPair<'_>| -> Result<Value, Problem> {
        Ok(json!({ "earlier": pair.earlier.line, "later": pair.later.line, "compared": pair.json(&mut |pos| line(ask, pos)) }))
    };
    Answer::json(&ask.pair((&a, &b), told)?)
}

fn line(ask: &Ask, pos: u32) -> Option<crate::store::rows::ArticleLine> {
    ask.reader.article(pos).ok().map(|a| a.line)
}

/// Of two articles what [`compare`] says, of one where it is.
pub fn explain(ask: &Ask) -> Result<Answer, Problem> {
    if ask.given.get("b").is_some() {
        return compare(ask);
    }
    Answer::json(&explain::placement_json(&ask.article(ask.given.needed("a")?)?))
}

pub fn history(ask: &Ask) -> Result<Answer, Problem> {
    let history = one(ask.reader.history(&ask.id)?, "event", &ask.id)?;
    let at = format!("/api/v1/history/{}", history.event);
    Ok(Answer::json(&history)?.found_at(at))
}

/// A stretch of what editors decided.
pub struct Edits {
    /// The edits, newest first.
    pub lines: Vec<EditLine>,
    /// How many there are in all.
    pub total: u32,
    /// Where the next stretch begins; `None` at the end.
    pub next: Option<u32>,
}

/// The edits that a query asks for.
pub fn edits_of(ask: &Ask, lines: Lines) -> Result<Edits, Problem> {
    let below = ask.given.get("after").map(str::parse).transpose();
    let below = below.map_err(|_| Problem::wrong("`after` is no number of an edit", "take it from `next` of the page before"))?;
    let limit = list::limit_of(ask, lines)?;
    let (mut lines, total) = ask.reader.edits_below(below, limit + 1)?;
    let more = lines.len() > limit as usize;
    lines.truncate(limit as usize);
    let next = lines.last().filter(|_| more).map(|line| line.edit);
    Ok(Edits { lines, total, next })
}

pub fn edits(ask: &Ask) -> Result<Answer, Problem> {
    let edits = edits_of(ask, list::FOR_PROGRAMS)?;
    Answer::json(&json!({ "edits": edits.lines, "total": edits.total, "next": edits.next.map(|no| no.to_string()) }))
}

pub fn sources(ask: &Ask) -> Result<Answer, Problem> {
    let limit = list::limit(ask)? as usize;
    let lines = &ask.sources()?.lines;
    let from = match ask.given.get("after") {
        None => 0,
        Some(name) => {
            let at = lines.iter().position(|l| l.source == name);
            at.ok_or_else(|| Problem::wrong("`after` is no source in this list", "take it from `next` of the page before"))? + 1
        }
    };
    let page = &lines[from..lines.len().min(from + limit)];
    let next = page.last().filter(|_| from + limit < lines.len()).map(|l| &l.source);
    Answer::json(&json!({ "sources": page, "total": lines.len(), "next": next }))
}

/// Who copies whom, most copied articles first.
pub fn copying(ask: &Ask) -> Result<Answer, Problem> {
    let limit = list::limit(ask)? as usize;
    let lines = &ask.sources()?.copying;
    // Pairs may move while pages are asked for; the number of those that were seen is where the next one begins.
    let from: usize = ask.given.number("after", 0, 0, u32::MAX)? as usize;
    let page = lines.iter().skip(from).take(limit);
    let next = (from + limit < lines.len()).then(|| (from + limit).to_string());
    Answer::json(&json!({ "copying": page.collect::<Vec<_>>(), "total": lines.len(), "next": next }))
}

/// What a query finds; nothing where no query is given.
pub fn found(ask: &Ask, lines: Lines) -> Result<Option<Results>, Problem> {
    let Some(line) = ask.given.get("q") else { return Ok(None) };
    let hint = "for example: title:ferry \"moored barge\" after:2026-03-01";
    let query = Query::read(line).map_err(|e| Problem::wrong(format!("cannot search for this: {e}"), hint))?.knowing(&ask.config().sources);
    let below = ask.given.get("after").map(str::parse).transpose();
    let below = below.map_err(|_| Problem::wrong("`after` is no place in what was found", "take it from `next` of the page before"))?;
    Ok(Some(search::search(&ask.reader, &query, below, list::limit_of(ask, lines)?)?))
}

pub fn search(ask: &Ask) -> Result<Answer, Problem> {
    let found = found(ask, list::FOR_PROGRAMS)?;
    Answer::json(&found.ok_or_else(|| Problem::wrong("`q` is missing", "give words to look for"))?)
}

/// The stretch of the ledger that a query asks for.
pub fn ledger_of(ask: &Ask, lines: Lines) -> Result<ledger::Ledger, Problem> {
    let which = match ask.given.get("outcome") {
        None => Files::All,
        Some("rejects") => Files::WithRejects,
        Some(outcome) if outcome.parse::<Outcome>().is_ok() => Files::Outcome(outcome),
        Some(_) => return Err(Problem::wrong("unknown outcome", "stored, partial, rejected, resent, waiting or rejects")),
    };
    let below = ask.given.get("after").map(str::parse).transpose();
    let below = below.map_err(|_| Problem::wrong("`after` is no place in the ledger", "take it from `next` of the page before"))?;
    let limit = list::limit_of(ask, lines)?;
    if matches!(which, Files::Outcome("waiting")) {
        // They are no part of the ledger yet and have no place in it: the first ones are shown, and how many there are.
        let mut ledger = ledger::files(&ask.reader, ask.config(), which, below, limit, 0)?;
        ledger.files.truncate(limit as usize);
        return Ok(ledger);
    }
    let (files, total, next) = ask.reader.files_below(which, below, limit, 0)?;
    Ok(ledger::Ledger { files, total, next })
}

pub fn files(ask: &Ask) -> Result<Answer, Problem> {
    let ledger = ledger_of(ask, list::FOR_PROGRAMS)?;
    Answer::json(&json!({ "files": ledger.files, "total": ledger.total, "next": ledger.next.map(|n| n.to_string()) }))
}

pub fn status(ask: &Ask) -> Result<Answer, Problem> {
    let health = ledger::health(ask.config(), Some(&ask.reader));
    let waiting = daemon::waiting(ask.config(), &ask.reader, 0, |_| true)?.total;
    let settings: toml::Table = ask.config().to_toml().parse().map_err(|e: toml::de::Error| Problem::internal(&e))?;
    let [hour, day] = taken(ask)?.map(|(files, articles)| json!({ "files": files, "articles": articles }));
    Answer::json(&json!({
        "health": health.said,
        "polling": health.polling,
        "hindered": health.hindered,
        "clock": health.clock,
        "waiting": waiting,
        "received": { "last_hour": hour, "last_day": day },
        "totals": ask.reader.totals()?,
        "search": ask.reader.search_progress()?,
        "webhooks": ask.reader.hooks()?,
        "version": env!("CARGO_PKG_VERSION"),
        "settings": settings,
    }))
}

/// How many files, and articles in them, were taken in the last hour and day.
pub fn taken(ask: &Ask) -> Result<[(u32, u32); 2], Problem> {
    let now = Timestamp::now();
    let since = |hours| now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
    Ok([ask.reader.taken_since(since(1))?, ask.reader.taken_since(since(24))?])
}
