//! Taking an edit back: what it moved goes back to where it came from, with what followed it since.

use rusqlite::{OptionalExtension, Transaction, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::edit::{leads_to, refused};
use super::edit_plan::{Plan, Step, Turned, event_of, reported};
use super::edits::holds;
use super::{Result, StoreError, evidence};
use crate::article::EventId;
use crate::detect::evidence::Because;
use crate::edit::{Kind, Part};

/// An edit that is to be undone.
struct Target {
    no: u32,
    at_pos: u32,
    event: EventId,
    other: Option<EventId>,
    roundups: Option<String>,
    is_undo: bool,
}

pub(super) fn undo(transaction: &Transaction<'_>, edit: Option<u32>) -> Result<Plan> {
    let target = target(transaction, edit)?;
    let mut query = transaction.prepare_cached("SELECT pos, came_from, event FROM edit_moves WHERE edit = ?1 ORDER BY n")?;
    let step = |r: &rusqlite::Row<'_>| Ok(Step { pos: r.get(0)?, from: EventId(r.get(1)?), to: EventId(r.get(2)?) });
    let done: Vec<Step> = query.query_map([target.no], step)?.collect::<rusqlite::Result<_>>()?;
    let mut moves: Vec<Step> = Vec::new();
    for step in done {
        let now = event_of(transaction, step.pos)?;
        let came_from = if target.is_undo { step.from } else { before_undone(transaction, &step, target.no)? };
        let back = leads_to(transaction, came_from)?;
        // An id that leads to where the article is lost its articles by this edit, and gets them back.
        let back = if back == now { came_from } else { back };
        // What went on from there since was not moved by this edit alone.
        if leads_to(transaction, step.to)? == now && back != now {
            moves.push(Step { pos: step.pos, from: now, to: back });
        }
    }
    follow(transaction, target.at_pos, &mut moves)?;
    let mut plan = Plan::new(Kind::Undo, leads_to(transaction, target.event)?);
    plan.event = moves.first().map_or(plan.event, |step| step.to);
    plan.other = moves.first().map(|step| step.from).or(target.other.filter(|_| !moves.is_empty()));
    let named: Vec<u32> = match moves.is_empty() {
        true => articles_of(transaction, target.no)?,
        false => moves.iter().map(|step| step.pos).collect(),
    };
    if moves.is_empty()
        && let Some(pos) = named.first()
    {
        plan.event = event_of(transaction, *pos)?;
    }
    if let Some(json) = target.roundups {
        let turned: Vec<Turned> = serde_json::from_str(&json).map_err(|e| StoreError::Unreadable(e.to_string()))?;
        for Turned { pos, was, .. } in turned {
            plan.roundups.push(Turned { pos, was: reported(transaction, pos)?, now: was });
        }
    }
    Ok(Plan { undoes: Some(target.no), moves, ..plan.with(Part::Named, &named) })
}

/// Where an article comes from that an edit moved: if earlier edits had brought it there that count no more, where these took it from.
fn before_undone(transaction: &Transaction<'_>, step: &Step, edit: u32) -> Result<EventId> {
    let sql = "SELECT m.came_from, m.edit FROM edit_moves m JOIN edits e ON e.no = m.edit
               WHERE m.pos = ?1 AND m.event = ?2 AND m.edit < ?3 AND e.active = 0 AND e.kind <> 'undo' ORDER BY m.edit DESC LIMIT 1";
    let mut query = transaction.prepare_cached(sql)?;
    let (mut event, mut edit) = (step.from, edit);
    while let Some((from, by)) =
        query.query_row(params![step.pos, &event.0[..], edit], |r| Ok((EventId(r.get(0)?), r.get(1)?))).optional()?
    {
        (event, edit) = (from, by);
    }
    Ok(event)
}

fn target(transaction: &Transaction<'_>, edit: Option<u32>) -> Result<Target> {
    let sql = "SELECT no, at_pos, event, other, roundups, active, kind FROM edits
               WHERE CASE WHEN ?1 IS NULL THEN active = 1 AND kind <> 'undo' ELSE no = ?1 END ORDER BY no DESC LIMIT 1";
    let read = |r: &rusqlite::Row<'_>| {
        let other = r.get::<_, Option<[u8; 10]>>(3)?.map(EventId);
        let is_undo = r.get::<_, String>(6)? == Kind::Undo.as_str();
        let target = Target { no: r.get(0)?, at_pos: r.get(1)?, event: EventId(r.get(2)?), other, roundups: r.get(4)?, is_undo };
        Ok((target, r.get::<_, bool>(5)?))
    };
    match transaction.query_row(sql, [edit], read).optional()? {
        Some((target, true)) => Ok(target),
        Some((target, false)) => refused(
            format!("edit {} is undone already", target.no),
            "undo the edit that undid it to have it back; `wirefold edits` lists all",
        ),
        None => Err(StoreError::Refused {
            message: edit.map_or_else(|| "there is no edit to undo".to_owned(), |no| format!("there is no edit {no}")),
            hint: "`wirefold edits` lists what was edited".to_owned(),
            missing: true,
        }),
    }
}

/// What came since and was closest to an article that goes back goes with it, unless an editor holds it where it is.
fn follow(transaction: &Transaction<'_>, since: u32, moves: &mut Vec<Step>) -> Result<()> {
    let Some(from) = moves.first().map(|step| step.from) else { return Ok(()) };
    let held = holds(transaction)?;
    let mut going: FxHashMap<u32, EventId> = moves.iter().map(|step| (step.pos, step.to)).collect();
    let mut query = transaction.prepare_cached("SELECT pos, because FROM placements WHERE event = ?1 AND pos >= ?2 ORDER BY pos")?;
    let mut rows = query.query(params![&from.0[..], since])?;
    while let Some(r) = rows.next()? {
        let (pos, because): (u32, String) = (r.get(0)?, r.get(1)?);
        let because: Because = evidence::from_json(&because).unwrap_or_default();
        let closest = because.matched.and_then(|matched| going.get(&matched.other).copied());
        if let Some(to) = closest.filter(|_| !going.contains_key(&pos) && !held.accompanied(pos)) {
            going.insert(pos, to);
            moves.push(Step { pos, from, to });
        }
    }
    Ok(())
}

fn articles_of(transaction: &Transaction<'_>, edit: u32) -> Result<Vec<u32>> {
    let mut query = transaction.prepare_cached("SELECT pos FROM edit_articles WHERE edit = ?1 AND part < 2 ORDER BY part DESC, pos")?;
    let all: Vec<u32> = query.query_map([edit], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut seen = FxHashSet::default();
    Ok(all.into_iter().filter(|pos| seen.insert(*pos)).collect())
}
