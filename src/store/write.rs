//! Writing: everything about a batch in one transaction.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use rustc_hash::FxHashMap;

use super::edits::{News, news};
use super::originals::write_retired;
use super::outbox::Telling;
use super::{BUSY, LOG_BYTES, READERS_END, Result, Store, StoreError, amend, busy_or, evidence, reporters, takes};
use crate::article::{Amendment, Article, ArticleId, EventId, FileDigest, Outcome, Reject};
use crate::detect::{Change, Decision, features, passages::Run};
use crate::takes::hours_of;

/// Articles after which an event that none of them changed is taken for quiet.
const QUIET: usize = 128;

/// A file with its outcome, for the ledger.
#[derive(Debug, Clone)]
pub struct FileRecord {
    /// SHA-256 of its bytes, `None` where they could not be read.
    pub digest: Option<FileDigest>,
    /// Its path as bytes.
    pub path: Vec<u8>,
    /// Size in bytes.
    pub size: u64,
    /// When it was taken in.
    pub received: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Name of the format it was read as.
    pub format: Cow<'static, str>,
    /// Name of the encoding it was read in.
    pub encoding: Cow<'static, str>,
    /// Number of articles stored.
    pub articles: u32,
    /// What was not an article.
    pub rejects: Vec<Reject>,
    /// What else is worth knowing about it.
    pub notes: Vec<String>,
    /// The claim on it and where its original will be kept, `None` for a file that stays where it was read.
    pub owed: Option<(Vec<u8>, Option<PathBuf>)>,
}

/// An article with the decision about it.
#[derive(Debug, Clone)]
pub struct PlacedArticle {
    /// Its key.
    pub id: ArticleId,
    /// Index of its file in the batch.
    pub file: usize,
    /// The article.
    pub article: Article,
    /// The id that the source's versions of it have in common: that of the one received first; `None` for that one itself.
    pub version_of: Option<ArticleId>,
    /// Under which names it begins an item of a wire, see [`crate::takes::Take::begins`].
    pub begins: Vec<u64>,
    /// The order number of the take of its item that it belongs to, which may be too old to be compared with.
    pub part: Option<u32>,
    /// The decision.
    pub decision: Decision,
}

impl Store {
    /// Commits a batch durably in one transaction: when this returns, it survives a power cut. The articles come as they are placed,
    /// in order; `PlacedArticle::file` is an index into `files`.
    ///
    /// # Errors
    /// If SQLite refuses, if an article is an error, or if they end before all that the files announce; then nothing is stored.
    pub fn commit(&mut self, files: &[FileRecord], articles: impl IntoIterator<Item = Result<PlacedArticle>>) -> Result<()> {
        self.commit_heeding(u32::MAX, |_| {}, files, articles)
    }

    /// As [`Store::commit`], for whoever places beside editors: `tell` hears what was edited after the edit `seen`, once nobody else can
    /// edit any more and before the first article is asked for.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn commit_heeding(
        &mut self,
        seen: u32,
        tell: impl FnOnce(Option<News>),
        files: &[FileRecord],
        articles: impl IntoIterator<Item = Result<PlacedArticle>>,
    ) -> Result<()> {
        let path = self.path.clone();
        let begin = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begin.map_err(|e| busy_or(&path, e, StoreError::Sqlite))?;
        tell(news(&transaction, seen)?);
        write_retired(&transaction, &self.retired)?;
        let numbers = write_files(&transaction, files)?;
        let lines: Vec<(i64, Timestamp)> = numbers.into_iter().zip(files.iter().map(|f| f.received)).collect();
        let telling = write_placed(&transaction, &lines, articles, files.iter().map(|f| f.articles).sum())?;
        let late = crate::crash::planted("outbox_after_commit");
        if !late {
            telling.iter().try_for_each(|telling| telling.write(&transaction))?;
        }
        assert!(!crate::crash::planted("panic_of_writer"), "planted");
        crate::crash::point("before_commit");
        transaction.commit().map_err(|e| busy_or(&path, e, StoreError::Sqlite))?;
        crate::crash::point("after_commit");
        if late {
            telling.iter().try_for_each(|telling| telling.write(&self.connection))?;
        }
        self.retired.clear();
        self.shorten_log();
        Ok(())
    }

    /// Empties a long log. SQLite does so by itself only when a commit meets no reader, and where search and pages read one after the other
    /// none does: the log grows for ever, and every reader has to look through it. What was committed is safe with or without.
    fn shorten_log(&mut self) {
        let length = std::fs::metadata(format!("{}-wal", self.path.display())).map_or(0, |meta| meta.len());
        if length < self.long_log {
            return;
        }
        let shorten = |c: &Connection| -> rusqlite::Result<bool> {
            c.busy_timeout(READERS_END)?;
            let busy = c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0));
            c.busy_timeout(BUSY)?;
            busy
        };
        // As at a commit of SQLite's own, a failure is none of what was committed; it comes again where it matters.
        let is_empty = matches!(shorten(&self.connection), Ok(false));
        self.long_log = if is_empty { LOG_BYTES } else { length + LOG_BYTES };
    }

    /// As [`Store::commit`], of articles whose files are in the ledger already: `PlacedArticle::file` is an index into `lines`, one
    /// for each article: the number of its file and when that was received.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn commit_again(&mut self, lines: &[(i64, Timestamp)], articles: impl IntoIterator<Item = Result<PlacedArticle>>) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let telling = write_placed(&transaction, lines, articles, lines.len() as u32)?;
        telling.iter().try_for_each(|telling| telling.write(&transaction))?;
        Ok(transaction.commit()?)
    }
}

/// Writes articles with their places, and the events that these change. `PlacedArticle::file` is an index into `lines`: the number of
/// a file and when it was received. Returns what is to be told of it, if anybody is.
fn write_placed(
    transaction: &Transaction<'_>,
    lines: &[(i64, Timestamp)],
    articles: impl IntoIterator<Item = Result<PlacedArticle>>,
    mut missing: u32,
) -> Result<Option<Telling>> {
    let mut telling = Telling::begin(transaction)?;
    let mut changed = Changed::default();
    for placed in articles {
        let mut placed = placed?;
        let a = &placed.article;
        placed.decision.because.spell(&a.title, &a.text, &a.lang);
        let (file, received) = lines[placed.file];
        write_article(transaction, &placed, file, received)?;
        write_decision(transaction, &placed, received)?;
        amend::mark(transaction, &placed, received)?;
        changed.add(placed.decision.places.iter().map(|p| p.event).chain(placed.decision.changes.iter().flat_map(events_of)));
        // Who is told looks back at the summaries as they were, when all is placed.
        if telling.is_none() {
            changed.quiet().try_for_each(|event| summarise(transaction, &event))?;
        }
        missing = missing.saturating_sub(1);
    }
    if missing > 0 {
        return Err(StoreError::Incomplete { missing });
    }
    telling.iter_mut().try_for_each(|telling| telling.look_back(transaction))?;
    changed.all().iter().try_for_each(|event| summarise(transaction, event))?;
    Ok(telling)
}

/// Events whose summaries are to be written anew. Those that no article has changed for a while are written while others are still being placed.
#[derive(Default)]
struct Changed {
    /// When each was changed last, in articles.
    last: FxHashMap<EventId, usize>,
    /// Every change, in order.
    changes: VecDeque<(usize, EventId)>,
    articles: usize,
}

impl Changed {
    /// Notes what the next article changed.
    fn add(&mut self, events: impl Iterator<Item = EventId>) {
        self.articles += 1;
        for event in events {
            if self.last.insert(event, self.articles) != Some(self.articles) {
                self.changes.push_back((self.articles, event));
            }
        }
    }

    /// Takes out those that the last [`QUIET`] articles did not change.
    fn quiet(&mut self) -> impl Iterator<Item = EventId> {
        let before = self.articles.saturating_sub(QUIET);
        std::iter::from_fn(move || self.changes.pop_front_if(|(at, _)| *at <= before).map(|(at, event)| self.take(at, event))).flatten()
    }

    fn take(&mut self, at: usize, event: EventId) -> Option<EventId> {
        (self.last.get(&event) == Some(&at)).then(|| self.last.remove(&event)).map(|_| event)
    }

    /// All that are left.
    fn all(self) -> Vec<EventId> {
        let mut left: Vec<EventId> = self.last.into_keys().collect();
        left.sort_unstable();
        left
    }
}

fn write_files(transaction: &Transaction<'_>, files: &[FileRecord]) -> Result<Vec<i64>> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO files(digest, path, path_raw, size, received, outcome, format, encoding, articles, archived, claim, original, notes)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    // What could not be read under this name can be now, or cannot for another reason.
    let mut superseded =
        transaction.prepare_cached("UPDATE files SET retried = 2 WHERE digest IS NULL AND path_raw = ?1 AND retried <> 2")?;
    let mut reject = transaction.prepare_cached("INSERT INTO rejects(file, position, reason) VALUES(?1, ?2, ?3)")?;
    let mut numbers = Vec::with_capacity(files.len());
    for f in files {
        let digest = f.digest.as_ref().map(|d| &d.0[..]);
        let path = String::from_utf8_lossy(&f.path);
        let received = f.received.as_microsecond();
        let (claim, original) = f.owed.as_ref().map_or((None, None), |(claim, original)| (Some(claim), original.as_ref()));
        superseded.execute([&f.path])?;
        insert.execute(params![
            digest,
            path,
            f.path,
            f.size as i64,
            received,
            f.outcome.as_str(),
            f.format,
            f.encoding,
            f.articles,
            claim.is_none(),
            claim,
            original.map(|o| o.as_os_str().as_bytes()),
            json(f.notes.is_empty(), serde_json::to_string(&f.notes))?,
        ])?;
        let no = transaction.last_insert_rowid();
        for r in &f.rejects {
            reject.execute(params![no, r.position, r.reason])?;
        }
        numbers.push(no);
    }
    Ok(numbers)
}

/// What is stored of a list or object: nothing if it is empty.
fn json(empty: bool, value: serde_json::Result<String>) -> Result<Option<String>> {
    if empty { Ok(None) } else { value.map(Some).map_err(|e| StoreError::Unreadable(e.to_string())) }
}

fn source_number(transaction: &Transaction<'_>, name: &str) -> Result<i64> {
    transaction.prepare_cached("INSERT INTO sources(name) VALUES(?1) ON CONFLICT DO NOTHING")?.execute([name])?;
    Ok(transaction.prepare_cached("SELECT no FROM sources WHERE name = ?1")?.query_row([name], |row| row.get(0))?)
}

fn write_article(transaction: &Transaction<'_>, placed: &PlacedArticle, file: i64, received: Timestamp) -> Result<()> {
    let a = &placed.article;
    let source = source_number(transaction, &a.source)?;
    let amends = a.amendment.map(|_| amend::amended(transaction, placed, source)).transpose()?.flatten();
    transaction
        .prepare_cached(
            "INSERT INTO articles(pos, id, file, position, sender_id, title, text, source, source_step, published, precision, date_step, received,
               lang, url, byline, category, label, pubstatus, notes, extra, version_of, source_found, credits, asides, amendment, amends)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26,
               ?27)",
        )?
        .execute(params![
            placed.decision.pos,
            &placed.id.0[..],
            file,
            a.position,
            a.sender_id,
            a.title,
            a.text,
            source,
            a.source_step.as_str(),
            a.published.map(|p| p.at.as_microsecond()),
            a.published.map(|p| p.precision.as_str()),
            a.published.map(|p| p.step.as_str()),
            received.as_microsecond(),
            a.lang,
            a.url,
            a.byline,
            a.category,
            a.version,
            a.pubstatus,
            json(a.notes.is_empty(), serde_json::to_string(&a.notes))?,
            json(a.extra.is_empty(), serde_json::to_string(&a.extra))?,
            placed.version_of.as_ref().map(|id| &id.0[..]),
            a.source_found,
            json(a.credits.is_empty(), serde_json::to_string(&a.credits))?,
            json(a.asides.is_empty(), serde_json::to_string(&a.asides))?,
            a.amendment.map(Amendment::as_str),
            amends,
        ])?;
    takes::write(transaction, placed.decision.pos, hours_of(a.published, received), &placed.begins)?;
    placed.version_of.as_ref().map_or(Ok(()), |chain| number_versions(transaction, chain))
}

/// Counts the versions of an article by publication: one that came late may be the first.
fn number_versions(transaction: &Transaction<'_>, chain: &ArticleId) -> Result<()> {
    transaction
        .prepare_cached(
            "UPDATE articles SET version = n FROM
               (SELECT pos AS at, row_number() OVER (ORDER BY coalesce(published, received), pos) AS n FROM articles WHERE id = ?1 OR version_of = ?1)
             WHERE pos = at AND version <> n",
        )?
        .execute([&chain.0[..]])?;
    Ok(())
}

fn write_decision(transaction: &Transaction<'_>, placed: &PlacedArticle, at: Timestamp) -> Result<()> {
    let Decision { pos, because, model, follows, places, moves, changes, trace } = &placed.decision;
    let json = |value: serde_json::Result<String>| value.map_err(|e| StoreError::Unreadable(e.to_string()));
    let (because_json, trace_json) = (json(evidence::to_json(because))?, json(serde_json::to_string(trace))?);
    let score = because.matched.as_ref().map(|m| m.probability);
    let mut insert = transaction.prepare_cached(
        "INSERT INTO placements(pos, event, story, relation, relation_to, score, because, trace, features, model, follows)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut update =
        transaction.prepare_cached("UPDATE placements SET event = ?2, story = ?3, relation = ?4, relation_to = ?5 WHERE pos = ?1")?;
    for place in places {
        let standing = &place.standing;
        let (event, story, to) = (&place.event.0[..], &standing.story.0[..], standing.relation_to.as_ref().map(|id| &id.0[..]));
        if place.pos == *pos {
            insert.execute(params![
                pos,
                event,
                story,
                standing.relation.as_str(),
                to,
                score,
                because_json,
                trace_json,
                features::VERSION,
                model,
                follows
            ])?;
        } else {
            update.execute(params![place.pos, event, story, standing.relation.as_str(), to])?;
        }
    }
    let mut insert = transaction.prepare_cached("INSERT INTO moves(at_pos, n, pos, event) VALUES(?1, ?2, ?3, ?4)")?;
    for (n, (moved, event)) in moves.iter().enumerate() {
        insert.execute(params![pos, n as i64, moved, &event.0[..]])?;
    }
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO roundups(pos, other) VALUES(?1, ?2)")?;
    for (roundup, other) in trace.roundups.iter().flat_map(|r| r.of.iter().map(move |other| (r.pos, *other))) {
        insert.execute([roundup, other])?;
    }
    for evidence in [&because.matched, &because.runner_up].into_iter().flatten() {
        write_passages(transaction, *pos, evidence.other, &evidence.passages)?;
    }
    changes.iter().try_for_each(|change| write_change(transaction, *pos, at, change, None))
}

fn write_passages(transaction: &Transaction<'_>, pos: u32, other: u32, runs: &[Run]) -> Result<()> {
    let mut insert =
        transaction.prepare_cached("INSERT INTO passages(pos, start, words, other, other_start) VALUES(?1, ?2, ?3, ?4, ?5)")?;
    for run in runs {
        insert.execute(params![pos, run.a, run.words, other, run.b])?;
    }
    Ok(())
}

fn events_of(change: &Change) -> [EventId; 2] {
    match change {
        Change::Created { event, .. } | Change::Joined { event, .. } => [*event, *event],
        Change::Moved { from, to, .. } => [*from, *to],
        Change::Merged { from, into } | Change::Split { from, into } => [*from, *into],
    }
}

/// Tells the history of a change, by the arrival of an article or by an edit, and lets the id of a merged event lead on.
pub(super) fn write_change(transaction: &Transaction<'_>, pos: u32, at: Timestamp, change: &Change, edit: Option<u32>) -> Result<()> {
    let mut insert = transaction
        .prepare_cached("INSERT INTO history(at, at_pos, event, kind, other, article, edit) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let mut say = |event: &EventId, kind: &str, other: Option<&EventId>, article: Option<&ArticleId>| {
        insert.execute(params![at.as_microsecond(), pos, &event.0[..], kind, other.map(|o| &o.0[..]), article.map(|a| &a.0[..]), edit])
    };
    match change {
        Change::Created { event, article } => say(event, "created", None, Some(article))?,
        Change::Joined { event, article } => say(event, "joined", None, Some(article))?,
        Change::Moved { from, to, article } => say(from, "left", Some(to), Some(article))? + say(to, "arrived", Some(from), Some(article))?,
        Change::Merged { from, into } => say(from, "merged", Some(into), None)? + say(into, "absorbed", Some(from), None)?,
        Change::Split { from, into } => say(from, "split", Some(into), None)? + say(into, "founded", Some(from), None)?,
    };
    let redirect = "INSERT INTO events(id, merged_into) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET merged_into = excluded.merged_into";
    if let Change::Merged { from, into } = change {
        transaction.prepare_cached(redirect)?.execute(params![&from.0[..], &into.0[..]])?;
    }
    Ok(())
}

/// Writes the summary of an event anew from its members. Its headline is that of its first article, in words that its source corrected if
/// there are such; one that an editor gave goes before it. Of an article that its source published in several versions, the newest counts.
/// An event without members keeps its row: its id resolves for ever. One that has members, perhaps again since a rebuild, is no redirect.
pub(super) fn summarise(transaction: &Transaction<'_>, event: &EventId) -> Result<()> {
    transaction
        .prepare_cached(
            "WITH member AS (SELECT a.source, p.story, coalesce(a.published, a.received) AS at,
               row_number() OVER (PARTITION BY coalesce(a.version_of, a.id) ORDER BY a.version DESC) = 1 AS counts
               FROM placements p JOIN articles a USING(pos) WHERE p.event = ?1)
             INSERT INTO events(id, headline, lang, first, last, articles, source_count, lineage_count)
             SELECT ?1,
               coalesce(CASE WHEN EXISTS (SELECT 1 FROM edits WHERE kind = 'headline' AND active = 1) THEN
                 (SELECT e.text FROM placements p CROSS JOIN edit_articles n ON n.pos = p.pos CROSS JOIN edits e ON e.no = n.edit
                  WHERE p.event = ?1 AND e.kind = 'headline' AND e.active = 1 ORDER BY e.no DESC LIMIT 1) END,
                 (SELECT CASE a.title WHEN '' THEN substr(a.text, 1, 120) ELSE
                           coalesce((SELECT c.title FROM articles c WHERE (c.version_of = coalesce(a.version_of, a.id) OR c.id = a.version_of)
                                     AND c.amendment = 'correction' AND c.title <> '' ORDER BY c.version DESC LIMIT 1), a.title) END
                         FROM placements p JOIN articles a USING(pos) WHERE p.event = ?1
                         ORDER BY a.title = '', coalesce(a.published, a.received), a.pos LIMIT 1), ''),
               (SELECT json_group_array(lang) FROM (SELECT DISTINCT a.lang FROM placements p JOIN articles a USING(pos) WHERE p.event = ?1 ORDER BY 1)),
               min(at), max(at), coalesce(sum(counts), 0), count(DISTINCT source), count(DISTINCT CASE WHEN counts THEN story END)
             FROM member WHERE true
             ON CONFLICT(id) DO UPDATE SET headline = excluded.headline, lang = excluded.lang, first = excluded.first, last = excluded.last,
               articles = excluded.articles, source_count = excluded.source_count, lineage_count = excluded.lineage_count,
               merged_into = CASE WHEN excluded.articles > 0 THEN NULL ELSE merged_into END",
        )?
        .execute([&event.0[..]])?;
    reporters::write(transaction, event)
}
