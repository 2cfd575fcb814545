//! Editing: the one path on which an editor's decision goes into the store, whole, in one transaction, beside whoever else writes.
//!
//! What holds is worked out anew from all edits that count, and compared with where the articles are: an edit that another one stands
//! against is refused, and the store stays as it was.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use rustc_hash::FxHashMap;

use super::edit_plan::{Plan, plan};
use super::edits::{EditLine, holds, line};
use super::outbox::Telling;
use super::read::shown;
use super::restore::{order, trace};
use super::write::{summarise, write_change};
use super::{Reader, Result, Store, StoreError, busy_or};
use crate::article::{ArticleId, EventId};
use crate::detect::Change;
use crate::detect::retell::{Member, retell};
use crate::edit::{Asked, Kind, Part};

/// Longest name of an editor, and longest reason, in characters.
const WHO: usize = 80;
const WHY: usize = 500;
/// Time to wait for a batch that is being stored.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// An edit that cannot be made, with the next step.
pub(super) fn refused<T>(message: impl Into<String>, hint: impl Into<String>) -> Result<T> {
    Err(StoreError::Refused { message: message.into(), hint: hint.into(), missing: false })
}

/// The beginning of an id, as lists show it.
pub(super) fn short(id: &[u8]) -> String {
    shown(id)[..8].to_owned()
}

/// A turn at the store as a file: many may edit it at a time, and nobody while another store is put in its place, by `rebuild` or
/// `restore`, which would lose the edit. It ends when this is dropped, or with the process.
pub struct Turn(#[allow(dead_code, reason = "held, never read")] File);

impl Turn {
    /// For an edit.
    ///
    /// # Errors
    /// `Locked` while the store is replaced; if the lock file cannot be made.
    pub fn editing(store: &Path) -> Result<Self> {
        Self::take(store, File::try_lock_shared)
    }

    /// For putting another store in its place.
    ///
    /// # Errors
    /// `Locked` while somebody edits; if the lock file cannot be made.
    pub fn replacing(store: &Path) -> Result<Self> {
        Self::take(store, File::try_lock)
    }

    fn take(store: &Path, lock: fn(&File) -> std::result::Result<(), TryLockError>) -> Result<Self> {
        let path = PathBuf::from(format!("{}.edit.lock", store.display()));
        let failed = |e: std::io::Error| StoreError::Open { path: path.clone(), cause: e.to_string() };
        let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
        match lock(&file) {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: store.to_owned() }),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }
}

/// Makes an edit in the store at `store`, beside whoever else has it open.
///
/// # Errors
/// As [`Reader::open`], which needs a store of this version, and [`Store::edit`]; `Locked` while the store is replaced.
pub fn edit(store: &Path, asked: &Asked) -> Result<EditLine> {
    // Looked at first: a daemon of an older version may be at work on it, and must not find it brought up to date.
    drop(Reader::open(store)?);
    let _turn = Turn::editing(store)?;
    Store::open(store)?.edit(asked)
}

impl Store {
    /// Makes an edit: all of it, or nothing.
    ///
    /// # Errors
    /// `Refused` if something it names is not there, if it says nothing new, or if another edit stands against it; `Locked` if a batch
    /// is being stored for long; if SQLite fails.
    pub fn edit(&mut self, asked: &Asked) -> Result<EditLine> {
        let one_line =
            |text: &str, most: usize| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect::<String>();
        let (who, why) = (one_line(&asked.who, WHO), one_line(&asked.why, WHY));
        if who.is_empty() {
            return refused("an edit needs the name of who makes it", "give it with --who NAME");
        }
        let path = self.path.clone();
        self.connection.busy_timeout(PATIENCE)?;
        let begin = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begin.map_err(|e| busy_or(&path, e, StoreError::Sqlite))?;
        let mut telling = Telling::begin(&transaction)?;
        let plan = plan(&transaction, &asked.command)?;
        let no = write(&transaction, asked, (&who, &why), &plan)?;
        let changed = carry_out(&transaction, asked, no, &plan)?;
        check(&transaction, no)?;
        tell(&transaction, &changed)?;
        telling.iter_mut().try_for_each(|telling| telling.look_back(&transaction))?;
        changed.iter().try_for_each(|event| summarise(&transaction, event))?;
        telling.iter().try_for_each(|telling| telling.write(&transaction))?;
        let line = line(&transaction, no)?;
        crate::crash::point("before_edit");
        transaction.commit().map_err(|e| busy_or(&path, e, StoreError::Sqlite))?;
        Ok(line)
    }
}

/// Writes the edit itself.
fn write(transaction: &Transaction<'_>, asked: &Asked, (who, why): (&str, &str), plan: &Plan) -> Result<u32> {
    let roundups = match plan.roundups.is_empty() {
        true => None,
        false => Some(serde_json::to_string(&plan.roundups).map_err(|e| StoreError::Unreadable(e.to_string()))?),
    };
    transaction.execute(
        "INSERT INTO edits(at, at_pos, who, why, kind, text, undoes, event, other, roundups)
         VALUES(?1, (SELECT coalesce(max(pos) + 1, 0) FROM articles), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            asked.at.as_microsecond(),
            who,
            why,
            plan.kind.as_str(),
            plan.text,
            plan.undoes,
            &plan.event.0[..],
            plan.other.as_ref().map(|o| &o.0[..]),
            roundups
        ],
    )?;
    let no = transaction.last_insert_rowid() as u32;
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO edit_articles(edit, part, pos) VALUES(?1, ?2, ?3)")?;
    for (part, pos) in &plan.articles {
        insert.execute(params![no, *part as u32, pos])?;
    }
    let mut insert = transaction.prepare_cached("INSERT INTO edit_moves(edit, n, pos, came_from, event) VALUES(?1, ?2, ?3, ?4, ?5)")?;
    for (n, step) in plan.moves.iter().enumerate() {
        insert.execute(params![no, n as i64, step.pos, &step.from.0[..], &step.to.0[..]])?;
    }
    if let Some(undone) = plan.undoes {
        set_active(transaction, undone, false)?;
    }
    Ok(no)
}

/// Whether an edit counts. One that was undone by this one counts the other way.
fn set_active(transaction: &Transaction<'_>, mut no: u32, mut active: bool) -> Result<()> {
    loop {
        transaction.execute("UPDATE edits SET active = ?2 WHERE no = ?1", params![no, active])?;
        let undoes = transaction.query_row("SELECT undoes FROM edits WHERE no = ?1", [no], |r| r.get::<_, Option<u32>>(0))?;
        let Some(undone) = undoes else { return Ok(()) };
        (no, active) = (undone, !active);
    }
}

/// Moves articles, and tells the history of it. Returns the events that changed.
fn carry_out(transaction: &Transaction<'_>, asked: &Asked, no: u32, plan: &Plan) -> Result<Vec<EventId>> {
    let at_pos: u32 = transaction.query_row("SELECT at_pos FROM edits WHERE no = ?1", [no], |r| r.get(0))?;
    let is_empty = |event: &EventId| -> Result<bool> {
        Ok(!transaction.prepare_cached("SELECT 1 FROM placements WHERE event = ?1")?.exists([&event.0[..]])?)
    };
    let mut changed = vec![plan.event];
    let mut put = transaction.prepare_cached("UPDATE placements SET event = ?2 WHERE pos = ?1")?;
    let mut id = transaction.prepare_cached("SELECT id FROM articles WHERE pos = ?1")?;
    for step in &plan.moves {
        let article = ArticleId(id.query_row([step.pos], |r| r.get(0))?);
        if is_empty(&step.to)? {
            write_change(transaction, at_pos, asked.at, &Change::Split { from: step.from, into: step.to }, Some(no))?;
        }
        put.execute(params![step.pos, &step.to.0[..]])?;
        write_change(transaction, at_pos, asked.at, &Change::Moved { from: step.from, to: step.to, article }, Some(no))?;
        if is_empty(&step.from)? {
            write_change(transaction, at_pos, asked.at, &Change::Merged { from: step.from, into: step.to }, Some(no))?;
        }
        changed.extend([step.from, step.to]);
    }
    for turned in &plan.roundups {
        transaction.execute("DELETE FROM roundups WHERE pos = ?1", [turned.pos])?;
        for other in &turned.now {
            transaction.execute("INSERT INTO roundups(pos, other) VALUES(?1, ?2)", [turned.pos, *other])?;
        }
    }
    let said = match plan.kind {
        Kind::Pin => "pinned",
        Kind::Unpin => "unpinned",
        Kind::Mark => "marked",
        Kind::Headline => "headlined",
        Kind::Undo => "undone",
        Kind::Merge | Kind::Split | Kind::Move => "",
    };
    if !said.is_empty() {
        let named = plan.articles.iter().find(|(part, _)| *part == Part::Named).or(plan.articles.first());
        let article = named.map(|(_, pos)| id.query_row([pos], |r| r.get::<_, Vec<u8>>(0))).transpose()?;
        transaction.execute(
            "INSERT INTO history(at, at_pos, event, kind, article, edit) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
            params![asked.at.as_microsecond(), at_pos, &plan.event.0[..], said, article, no],
        )?;
    }
    changed.sort_unstable();
    changed.dedup();
    Ok(changed)
}

/// Compares where the articles are with what all edits hold.
fn check(transaction: &Transaction<'_>, no: u32) -> Result<()> {
    let holds = holds(transaction)?;
    let mut pins = transaction.prepare_cached(
        "SELECT e.no, min(a.pos), max(a.pos) FROM edits e JOIN edit_articles a ON a.edit = e.no WHERE e.kind = 'pin' AND e.active = 1 GROUP BY e.no",
    )?;
    let mut rows = pins.query([])?;
    while let Some(r) = rows.next()? {
        let (pin, a, b): (u32, u32, u32) = (r.get(0)?, r.get(1)?, r.get(2)?);
        if !holds.together(a, b) {
            let (a, b) = (article_id(transaction, a)?, article_id(transaction, b)?);
            return refused(
                format!("edit {pin} pins articles {a} and {b} together"),
                format!("`wirefold unpin {a} {b}` takes the pin out first"),
            );
        }
    }
    let (blocks, apart) = holds.standing();
    let mut event = transaction.prepare_cached("SELECT event FROM placements WHERE pos = ?1")?;
    let mut event_of = |pos: u32| -> Result<EventId> { Ok(EventId(event.query_row([pos], |r| r.get(0))?)) };
    let mut home = Vec::with_capacity(blocks.len());
    for block in &blocks {
        let first = event_of(block[0])?;
        for pos in &block[1..] {
            if event_of(*pos)? != first {
                return stands_against(transaction, no, block[0], *pos, "together");
            }
        }
        home.push(first);
    }
    match apart.iter().find(|(a, b)| home[*a] == home[*b]) {
        None => Ok(()),
        Some((a, b)) => stands_against(transaction, no, blocks[*a][0], blocks[*b][0], "apart"),
    }
}

fn article_id(transaction: &Transaction<'_>, pos: u32) -> Result<String> {
    Ok(transaction.query_row("SELECT id FROM articles WHERE pos = ?1", [pos], |r| r.get::<_, Vec<u8>>(0)).map(|id| short(&id))?)
}

/// Names the newest other edit that speaks of two articles.
fn stands_against(transaction: &Transaction<'_>, no: u32, a: u32, b: u32, how: &str) -> Result<()> {
    let sql =
        "SELECT max(no) FROM edits e WHERE active = 1 AND no <> ?1 AND EXISTS (SELECT 1 FROM edit_articles WHERE edit = e.no AND pos = ?2)
               AND EXISTS (SELECT 1 FROM edit_articles WHERE edit = e.no AND pos = ?3)";
    let edit: Option<u32> = transaction.query_row(sql, [no, a, b], |r| r.get(0))?;
    let (a, b) = (article_id(transaction, a)?, article_id(transaction, b)?);
    let hint = "`wirefold edits` lists what holds";
    match edit {
        Some(edit) => {
            refused(format!("edit {edit} holds articles {a} and {b} {how}"), format!("`wirefold undo {edit}` takes it back first; {hint}"))
        }
        None => refused(format!("several edits hold articles {a} and {b} {how}"), hint),
    }
}

/// Works out stories and relations in the events that changed.
fn tell(transaction: &Transaction<'_>, changed: &[EventId]) -> Result<()> {
    let mut query = transaction.prepare_cached(
        "SELECT a.pos, a.id, a.published, a.received, p.trace, EXISTS (SELECT 1 FROM roundups r WHERE r.pos = a.pos)
         FROM placements p JOIN articles a USING(pos) WHERE p.event = ?1",
    )?;
    let mut members = Vec::new();
    for event in changed {
        let mut rows = query.query([&event.0[..]])?;
        while let Some(r) = rows.next()? {
            let (pos, json): (u32, String) = (r.get(0)?, r.get(4)?);
            let trace = trace(pos, &json)?;
            let order = order(r.get(2)?, r.get(3)?);
            members.push(Member { pos, id: ArticleId(r.get(1)?), order, copies: trace.copies, roundup: r.get(5)?, event: *event });
        }
    }
    members.sort_unstable_by_key(|m| m.pos);
    let mut update = transaction.prepare_cached("UPDATE placements SET story = ?2, relation = ?3, relation_to = ?4 WHERE pos = ?1")?;
    for place in retell(&members) {
        let standing = place.standing;
        update.execute(params![
            place.pos,
            &standing.story.0[..],
            standing.relation.as_str(),
            standing.relation_to.as_ref().map(|id| &id.0[..])
        ])?;
    }
    Ok(())
}

/// Where an event's id leads.
pub(super) fn leads_to(transaction: &Transaction<'_>, event: EventId) -> Result<EventId> {
    let mut seen: FxHashMap<EventId, ()> = FxHashMap::default();
    let mut at = event;
    let mut next = transaction.prepare_cached("SELECT merged_into FROM events WHERE id = ?1")?;
    while seen.insert(at, ()).is_none()
        && let Some(into) = next.query_row([&at.0[..]], |r| r.get::<_, Option<[u8; 10]>>(0)).optional()?.flatten()
    {
        at = EventId(into);
    }
    Ok(at)
}
