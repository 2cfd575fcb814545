//! What an edit will change, worked out from what is asked for and from where the articles are.

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::edit::{leads_to, refused, short};
use super::edit_undo::undo;
use super::ids::id_range;
use super::{Result, StoreError};
use crate::article::{ArticleId, EventId};
use crate::edit::{Command, Kind, Part};

/// Longest headline, in characters.
const HEADLINE: usize = 500;

/// An article that goes from one event to another.
pub(super) struct Step {
    pub pos: u32,
    pub from: EventId,
    pub to: EventId,
}

/// An article that becomes a round-up, or none: what it reported, and what it reports now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Turned {
    pub pos: u32,
    pub was: Vec<u32>,
    pub now: Vec<u32>,
}

/// What an edit will change.
pub(super) struct Plan {
    pub kind: Kind,
    /// The event in which it leaves what it is about.
    pub event: EventId,
    pub other: Option<EventId>,
    pub articles: Vec<(Part, u32)>,
    pub moves: Vec<Step>,
    pub roundups: Vec<Turned>,
    pub text: Option<String>,
    pub undoes: Option<u32>,
}

impl Plan {
    pub fn new(kind: Kind, event: EventId) -> Self {
        Self { kind, event, other: None, articles: Vec::new(), moves: Vec::new(), roundups: Vec::new(), text: None, undoes: None }
    }

    pub fn with(mut self, part: Part, articles: &[u32]) -> Self {
        self.articles.extend(articles.iter().map(|pos| (part, *pos)));
        self
    }

    fn moving(mut self, articles: &[u32], from: EventId, to: EventId) -> Self {
        self.moves.extend(articles.iter().map(|pos| Step { pos: *pos, from, to }));
        self
    }
}

pub(super) fn plan(transaction: &Transaction<'_>, command: &Command) -> Result<Plan> {
    match command {
        Command::Merge { into, from } => merge(transaction, into, from),
        Command::Split { event, articles } => split(transaction, event, articles),
        Command::Move { article, event } => move_one(transaction, article, event),
        Command::Pin { a, b } => pin(transaction, a, b),
        Command::Unpin { a, b } => unpin(transaction, a, b),
        Command::MarkRoundup { article } => mark(transaction, article),
        Command::Headline { event, text } => headline(transaction, event, text),
        Command::Undo { edit } => undo(transaction, *edit),
    }
}

fn merge(transaction: &Transaction<'_>, into: &str, from: &str) -> Result<Plan> {
    let (to, gone) = (event(transaction, into)?, event(transaction, from)?);
    if to == gone {
        return refused(format!("{into} and {from} are one event already"), "`wirefold history EVENT` says since when");
    }
    let (there, come) = (members(transaction, to)?, members(transaction, gone)?);
    let plan = Plan::new(Kind::Merge, to).with(Part::There, &there).with(Part::Named, &come).moving(&come, gone, to);
    Ok(Plan { other: Some(gone), ..plan })
}

fn split(transaction: &Transaction<'_>, given: &str, articles: &[String]) -> Result<Plan> {
    let from = event(transaction, given)?;
    let mut leaving = Vec::new();
    for id in articles {
        let (pos, is_in) = article(transaction, id)?;
        if is_in != from {
            return refused(format!("article {id} is not in event {given}"), format!("it is in event {}", short(&is_in.0)));
        }
        leaving.push(pos);
    }
    leaving.sort_unstable();
    leaving.dedup();
    let left: Vec<u32> = members(transaction, from)?.into_iter().filter(|pos| !leaving.contains(pos)).collect();
    if left.is_empty() || leaving.is_empty() {
        return refused(format!("nothing would be left in event {given}"), "name the articles that are to leave it, and not all");
    }
    let new = found(transaction, &leaving)?;
    let plan = Plan::new(Kind::Split, new).with(Part::Named, &leaving).with(Part::Left, &left).moving(&leaving, from, new);
    Ok(Plan { other: Some(from), ..plan })
}

fn move_one(transaction: &Transaction<'_>, id: &str, given: &str) -> Result<Plan> {
    let ((pos, from), to) = (article(transaction, id)?, event(transaction, given)?);
    if from == to {
        return refused(format!("article {id} is in event {given} already"), "`wirefold pin` holds it there with another article");
    }
    let there = members(transaction, to)?;
    let left: Vec<u32> = members(transaction, from)?.into_iter().filter(|p| *p != pos).collect();
    let mut plan = Plan::new(Kind::Move, to).with(Part::There, &there).with(Part::Named, &[pos]).with(Part::Left, &left);
    let was = reported(transaction, pos)?;
    let mut others = there.iter().map(|p| reported(transaction, *p));
    if !was.is_empty() && others.any(|of| of.is_ok_and(|of| of.is_empty())) {
        plan.roundups.push(Turned { pos, was, now: Vec::new() });
    }
    Ok(Plan { other: Some(from), ..plan.moving(&[pos], from, to) })
}

fn pin(transaction: &Transaction<'_>, a: &str, b: &str) -> Result<Plan> {
    let ((one, event), (other, event_b)) = (article(transaction, a)?, article(transaction, b)?);
    if one == other {
        return refused("an article cannot be pinned to itself", "name two articles");
    }
    if event != event_b {
        return refused(
            format!("articles {a} and {b} are in two events"),
            format!(
                "`wirefold move {b} {}` brings one to the other and holds it there; `wirefold merge` makes the two events one",
                short(&event.0)
            ),
        );
    }
    if let Some(no) = pinned(transaction, one, other)? {
        return refused(format!("articles {a} and {b} are pinned already, by edit {no}"), "`wirefold edits` lists what holds");
    }
    Ok(Plan::new(Kind::Pin, event).with(Part::There, &[one]).with(Part::Named, &[other]))
}

fn unpin(transaction: &Transaction<'_>, a: &str, b: &str) -> Result<Plan> {
    let ((one, event), (other, _)) = (article(transaction, a)?, article(transaction, b)?);
    match pinned(transaction, one, other)? {
        None => refused(format!("articles {a} and {b} are not pinned"), "`wirefold edits` lists what holds"),
        no => Ok(Plan { undoes: no, ..Plan::new(Kind::Unpin, event).with(Part::There, &[one]).with(Part::Named, &[other]) }),
    }
}

fn mark(transaction: &Transaction<'_>, id: &str) -> Result<Plan> {
    let (pos, from) = article(transaction, id)?;
    if !reported(transaction, pos)?.is_empty() {
        return refused(
            format!("article {id} is a round-up already"),
            "`wirefold undo` takes a mark back, `wirefold move` brings it to an event",
        );
    }
    let left: Vec<u32> = members(transaction, from)?.into_iter().filter(|p| *p != pos).collect();
    let event = if left.is_empty() { from } else { found(transaction, &[pos])? };
    // One that stands alone reports itself, which says no more than that it is a round-up.
    let now = vec![left.first().copied().unwrap_or(pos)];
    let mut plan = Plan::new(Kind::Mark, event).with(Part::Named, &[pos]).with(Part::Left, &left);
    plan.roundups.push(Turned { pos, was: Vec::new(), now });
    if left.is_empty() { Ok(plan) } else { Ok(Plan { other: Some(from), ..plan.moving(&[pos], from, event) }) }
}

fn headline(transaction: &Transaction<'_>, given: &str, text: &str) -> Result<Plan> {
    let event = event(transaction, given)?;
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > HEADLINE {
        return refused(
            format!("a headline has 1 to {HEADLINE} characters"),
            "`wirefold undo` brings the headline of the first article back",
        );
    }
    let sql = "SELECT a.pos FROM placements p JOIN articles a USING(pos) WHERE p.event = ?1
               ORDER BY a.title = '', coalesce(a.published, a.received), a.pos LIMIT 1";
    let first: u32 = transaction.query_row(sql, [&event.0[..]], |r| r.get(0))?;
    Ok(Plan { text: Some(text), ..Plan::new(Kind::Headline, event).with(Part::There, &[first]) })
}

/// The event that an id, or the beginning of one, leads to.
fn event(transaction: &Transaction<'_>, given: &str) -> Result<EventId> {
    let Some((low, high)) = id_range(given, 10) else { return not_found("event", given) };
    let mut query = transaction.prepare_cached("SELECT id FROM events WHERE id BETWEEN ?1 AND ?2 LIMIT 50")?;
    let found: Vec<[u8; 10]> = query.query_map([low, high], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    match found[..] {
        [id] => leads_to(transaction, EventId(id)),
        [] => not_found("event", given),
        _ => several("event", given, found.len()),
    }
}

/// The article that an id, the beginning of one, or a sender's own id leads to, and its event.
fn article(transaction: &Transaction<'_>, given: &str) -> Result<(u32, EventId)> {
    let positions = |sql: &str, given: &[&dyn rusqlite::ToSql]| -> Result<Vec<u32>> {
        Ok(transaction.prepare_cached(sql)?.query_map(given, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
    };
    let mut found = match id_range(given, 16) {
        Some((low, high)) => positions("SELECT pos FROM articles WHERE id BETWEEN ?1 AND ?2 LIMIT 50", params![low, high])?,
        None => Vec::new(),
    };
    if found.is_empty() {
        found = positions("SELECT pos FROM articles WHERE sender_id = ?1 LIMIT 50", params![given])?;
    }
    match found[..] {
        [pos] => Ok((pos, event_of(transaction, pos)?)),
        [] => not_found("article", given),
        _ => several("article", given, found.len()),
    }
}

fn not_found<T>(what: &str, given: &str) -> Result<T> {
    let list = if what == "event" { "events" } else { "export articles" };
    Err(StoreError::Refused {
        message: format!("no {what} {given}"),
        hint: format!("`wirefold {list}` lists what there is"),
        missing: true,
    })
}

fn several<T>(what: &str, given: &str, n: usize) -> Result<T> {
    Err(StoreError::Refused { message: format!("{n} {what}s begin with {given}"), hint: "give more of the id".to_owned(), missing: true })
}

pub(super) fn event_of(transaction: &Transaction<'_>, pos: u32) -> Result<EventId> {
    Ok(EventId(transaction.prepare_cached("SELECT event FROM placements WHERE pos = ?1")?.query_row([pos], |r| r.get(0))?))
}

fn members(transaction: &Transaction<'_>, event: EventId) -> Result<Vec<u32>> {
    let mut query = transaction.prepare_cached("SELECT pos FROM placements WHERE event = ?1 ORDER BY pos")?;
    Ok(query.query_map([&event.0[..]], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// What a round-up reports; nothing for an article that is none.
pub(super) fn reported(transaction: &Transaction<'_>, pos: u32) -> Result<Vec<u32>> {
    let mut query = transaction.prepare_cached("SELECT other FROM roundups WHERE pos = ?1 ORDER BY other")?;
    Ok(query.query_map([pos], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The pin of two articles that counts.
fn pinned(transaction: &Transaction<'_>, a: u32, b: u32) -> Result<Option<u32>> {
    let sql = "SELECT max(no) FROM edits e WHERE kind = 'pin' AND active = 1 AND EXISTS (SELECT 1 FROM edit_articles WHERE edit = e.no AND pos = ?1)
               AND EXISTS (SELECT 1 FROM edit_articles WHERE edit = e.no AND pos = ?2)";
    Ok(transaction.query_row(sql, [a, b], |r| r.get(0))?)
}

/// A new event for articles: named after the first of them that has given its name to none.
fn found(transaction: &Transaction<'_>, articles: &[u32]) -> Result<EventId> {
    let mut id = transaction.prepare_cached("SELECT id FROM articles WHERE pos = ?1")?;
    let mut known = transaction.prepare_cached("SELECT 1 FROM events WHERE id = ?1")?;
    let ids = articles.iter().map(|pos| Ok(ArticleId(id.query_row([pos], |r| r.get(0))?))).collect::<Result<Vec<_>>>()?;
    let again = (1..).filter_map(|n| ids.first().map(|id| EventId::founded_again_by(id, n)));
    for event in ids.iter().map(EventId::founded_by).chain(again) {
        if !known.exists([&event.0[..]])? {
            return Ok(event);
        }
    }
    Err(StoreError::Unreadable("an event without articles".to_owned()))
}
