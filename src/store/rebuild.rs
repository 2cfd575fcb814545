//! What a rebuild asks of the store: the articles as they were read, a ledger to go on with, and that every id once shown still leads
//! somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::edit_plan::Turned;
use super::outbox::tell_rebuilt;
use super::read::time;
use super::write::summarise;
use super::{Reader, Result, Store, StoreError, backup};
use crate::article::{Article, ArticleId, EventId, Published};
use crate::inbox::durable::{move_new, parent, sync_folder};

/// An article of the store as it was read, with the line of the ledger that it came by.
#[derive(Debug, Clone)]
pub struct StoredArticle {
    /// Its key.
    pub id: ArticleId,
    /// Number of its file in the ledger.
    pub file: i64,
    /// When that was taken in.
    pub received: Timestamp,
    /// The article.
    pub article: Article,
}

/// What became of the articles and events of the old store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Succession {
    /// Articles in the new store.
    pub articles: u32,
    /// Events in the new store.
    pub events: u32,
    /// Articles that are in another event than before.
    pub moved: u32,
    /// Events of the old store that are no more; their ids lead to where most of their members went.
    pub gone: u32,
    /// Articles of the old store that this version does not read any more.
    pub unread: u32,
}

/// The event of the old store, and the event of the new one that most of its members went to.
const HEIRS: &str = "CREATE TEMP TABLE heirs AS SELECT event, heir FROM
    (SELECT p.event AS event, n.event AS heir, row_number() OVER (PARTITION BY p.event ORDER BY count(*) DESC, n.event) AS rank
     FROM old.placements p JOIN old.articles o USING(pos) JOIN main.articles a ON a.id = o.id JOIN main.placements n ON n.pos = a.pos
     GROUP BY p.event, n.event) WHERE rank = 1";
const GONE: &str = "CREATE TEMP TABLE gone AS SELECT e.id, e.merged_into, h.heir,
      NOT EXISTS (SELECT 1 FROM main.events m WHERE m.id = e.id) AS unknown
    FROM old.events e LEFT JOIN heirs h ON h.event = e.id
    WHERE NOT EXISTS (SELECT 1 FROM main.events m WHERE m.id = e.id AND m.articles > 0)";
/// An event that lost its members leads to its heir; one that had none before goes on leading to where it led.
const REDIRECTS: &str = "INSERT INTO main.events(id, merged_into) SELECT id, coalesce(heir, merged_into) FROM gone
    WHERE heir IS NOT NULL OR unknown ON CONFLICT(id) DO UPDATE SET merged_into = excluded.merged_into";
/// What is told of ids that the new detector never gave, and of rebuilds before this one, stays told.
const OLD_STEPS: &str = "INSERT INTO main.history(at, at_pos, event, kind, other, article, edit)
    SELECT h.at, coalesce(a.pos, h.at_pos), h.event, h.kind, h.other, h.article, h.edit FROM old.history h
      LEFT JOIN old.articles o ON o.pos = h.at_pos LEFT JOIN main.articles a ON a.id = o.id
    WHERE (h.edit IS NULL OR NOT EXISTS (SELECT 1 FROM main.edits))
      AND (h.kind = 'rebuilt' OR h.edit IS NOT NULL OR h.event IN (SELECT id FROM gone WHERE unknown)) ORDER BY h.seq";
/// Where they were not made again: edits as they were, from now on holding from the first article on; they speak of the same articles by their new numbers.
const EDITS: [&str; 3] = [
    "INSERT INTO main.edits(no, at, at_pos, who, why, kind, text, undoes, active, event, other, roundups, from_start)
       SELECT no, at, at_pos, who, why, kind, text, undoes, active, event, other, roundups, 1 FROM old.edits ORDER BY no",
    "INSERT OR IGNORE INTO main.edit_articles(edit, part, pos) SELECT n.edit, n.part, a.pos FROM old.edit_articles n
       JOIN old.articles o USING(pos) JOIN main.articles a ON a.id = o.id",
    "INSERT INTO main.edit_moves(edit, n, pos, came_from, event) SELECT m.edit, m.n, a.pos, m.came_from, m.event FROM old.edit_moves m
       JOIN old.articles o USING(pos) JOIN main.articles a ON a.id = o.id",
];
/// Who is told, and what they are still to be told. Copied when all is placed: nobody is told anew of every article.
const HOOKS: [&str; 4] = [
    "INSERT INTO main.hooks SELECT * FROM old.hooks",
    "INSERT INTO main.outbox SELECT * FROM old.outbox",
    "DELETE FROM main.sqlite_sequence WHERE name = 'outbox'",
    "INSERT INTO main.sqlite_sequence(name, seq) SELECT name, seq FROM old.sqlite_sequence WHERE name = 'outbox'",
];
const MOVED: &str = "CREATE TEMP TABLE moved AS SELECT p.event AS event, n.event AS other, a.id AS article, a.pos AS pos
    FROM old.placements p JOIN old.articles o USING(pos) JOIN main.articles a ON a.id = o.id JOIN main.placements n ON n.pos = a.pos
    WHERE n.event <> p.event";
/// Of each article what moved it, of each id that ended where it leads, of each event that is there that all was placed anew.
const NEW_STEPS: &str = "INSERT INTO main.history(at, at_pos, event, kind, other, article)
    SELECT ?1, (SELECT coalesce(max(pos), 0) FROM main.articles), event, 'rebuilt', other, article FROM
      (SELECT 1 AS part, event, other, article, pos FROM moved
       UNION ALL SELECT 2, id, heir, NULL, 0 FROM gone WHERE heir IS NOT NULL
       UNION ALL SELECT 3, id, NULL, NULL, 0 FROM main.events WHERE articles > 0)
    ORDER BY part, pos, event";

impl Reader {
    /// Articles from order number `from` on, at most `count`, as they were read.
    ///
    /// # Errors
    /// If the store cannot be read, or holds what no version wrote.
    pub fn stored_articles(&self, from: u32, count: u32) -> Result<Vec<StoredArticle>> {
        let mut query = self.connection.prepare_cached(
            "SELECT a.pos, a.id, a.file, a.received, a.position, a.sender_id, a.title, a.text, s.name, a.source_step, a.source_found, a.credits,
               a.amendment, a.asides, a.published, a.precision, a.date_step, a.lang, a.url, a.byline, a.category, a.label, a.pubstatus, a.notes,
               a.extra
             FROM articles a JOIN sources s ON s.no = a.source WHERE a.pos >= ?1 AND a.pos < ?2 ORDER BY a.pos",
        )?;
        let mut rows = query.query([from, from.saturating_add(count)])?;
        let mut articles = Vec::new();
        while let Some(row) = rows.next()? {
            articles.push(stored_article(row)?);
        }
        Ok(articles)
    }
}

fn stored_article(r: &Row<'_>) -> Result<StoredArticle> {
    let pos: u32 = r.get(0)?;
    let unreadable = |what: &str, why: &str| StoreError::Unreadable(format!("{what} of article {pos}: {why}"));
    fn list<T: serde::de::DeserializeOwned + Default>(r: &Row<'_>, at: usize) -> std::result::Result<T, String> {
        let json = r.get::<_, Option<String>>(at).map_err(|e| e.to_string())?;
        json.map_or(Ok(T::default()), |json| serde_json::from_str(&json).map_err(|e| e.to_string()))
    }
    let word = |at: usize| r.get::<_, Option<String>>(at);
    let (published, precision, step) = (r.get::<_, Option<i64>>(14)?.map(time), word(15)?, word(16)?);
    let published = match published.zip(precision).zip(step) {
        None => None,
        Some(((at, precision), step)) => Some(Published {
            at,
            precision: precision.parse().map_err(|e: String| unreadable("date", &e))?,
            step: step.parse().map_err(|e: String| unreadable("date", &e))?,
        }),
    };
    let article = Article {
        position: r.get(4)?,
        sender_id: r.get(5)?,
        title: r.get(6)?,
        text: r.get(7)?,
        source: r.get(8)?,
        source_step: r.get::<_, String>(9)?.parse().map_err(|e: String| unreadable("source", &e))?,
        source_found: r.get(10)?,
        credits: list(r, 11).map_err(|e| unreadable("credits", &e))?,
        amendment: word(12)?.map(|a| a.parse()).transpose().map_err(|e: String| unreadable("amendment", &e))?,
        asides: list(r, 13).map_err(|e| unreadable("asides", &e))?,
        published,
        lang: r.get(17)?,
        url: r.get(18)?,
        byline: r.get(19)?,
        category: r.get(20)?,
        version: r.get(21)?,
        pubstatus: r.get(22)?,
        notes: list(r, 23).map_err(|e| unreadable("notes", &e))?,
        extra: list(r, 24).map_err(|e| unreadable("other keys", &e))?,
    };
    Ok(StoredArticle { id: ArticleId(r.get(1)?), file: r.get(2)?, received: time(r.get(3)?), article })
}

impl Store {
    /// Takes over the ledger, the numbers of sources and the list of backups of `old`; this store is empty.
    ///
    /// # Errors
    /// If one of the two cannot be used.
    pub fn copy_ledger(&mut self, old: &Path) -> Result<()> {
        self.beside(old, |connection| {
            let transaction = connection.transaction()?;
            for table in ["sources", "files", "rejects", "backups"] {
                transaction.execute(&format!("INSERT INTO main.{table} SELECT * FROM old.{table}"), [])?;
            }
            Ok(transaction.commit()?)
        })
    }

    /// Sees to it that every event id of `old` leads to where most of its members are now, and writes into the history what the rebuild
    /// did. What was placed in this store is complete.
    ///
    /// # Errors
    /// If one of the two cannot be used, or an id would lead nowhere; then nothing is written.
    pub fn succeed(&mut self, old: &Path, now: Timestamp) -> Result<Succession> {
        self.beside(old, |connection| {
            let transaction = connection.transaction()?;
            let edits = if transaction.prepare("SELECT 1 FROM main.edits")?.exists([])? { &[][..] } else { &EDITS[..] };
            for sql in [HEIRS, GONE, REDIRECTS, OLD_STEPS, MOVED].iter().chain(edits).chain(&HOOKS) {
                transaction.execute(sql, [])?;
            }
            if !edits.is_empty() {
                renumber_roundups(&transaction)?;
            }
            let headed = "SELECT DISTINCT p.event FROM edits e JOIN edit_articles n ON n.edit = e.no JOIN placements p USING(pos) WHERE e.kind = 'headline'";
            let headed: Vec<EventId> =
                transaction.prepare(headed)?.query_map([], |r| Ok(EventId(r.get(0)?)))?.collect::<rusqlite::Result<_>>()?;
            headed.iter().try_for_each(|event| summarise(&transaction, event))?;
            transaction.execute(NEW_STEPS, [now.as_microsecond()])?;
            let one = |sql: &str| transaction.query_row(sql, [], |r| r.get::<_, u32>(0));
            let lost = one("SELECT count(*) FROM old.events WHERE id NOT IN (SELECT id FROM main.events)")?;
            if lost > 0 {
                return Err(StoreError::Unreadable(format!("{lost} event ids that would lead nowhere after the rebuild")));
            }
            let done = Succession {
                moved: one("SELECT count(*) FROM moved")?,
                gone: one("SELECT count(*) FROM gone WHERE heir IS NOT NULL")?,
                unread: one("SELECT count(*) FROM old.articles WHERE id NOT IN (SELECT id FROM main.articles)")?,
                ..count(&transaction)?
            };
            tell_rebuilt(&transaction, now, &done)?;
            ["heirs", "gone", "moved"].iter().try_for_each(|t| transaction.execute(&format!("DROP TABLE temp.{t}"), []).map(drop))?;
            transaction.commit()?;
            Ok(done)
        })
    }

    /// What there is, where nothing was before.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn begun_anew(&self) -> Result<Succession> {
        count(&self.connection)
    }

    /// Does something with another store attached as `old`.
    pub(super) fn beside<T>(&mut self, old: &Path, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let name = old.to_str().ok_or_else(|| StoreError::Open { path: old.to_owned(), cause: "its name is not UTF-8".to_owned() })?;
        self.connection.execute("ATTACH ?1 AS old", [name])?;
        let done = work(&mut self.connection);
        self.connection.execute("DETACH old", [])?;
        done
    }

    /// Brings all of the journal into the store, so that the file alone is the store.
    ///
    /// # Errors
    /// `Locked` if somebody is reading it.
    pub fn into_one_file(self) -> Result<()> {
        let busy: bool = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", params![], |r| r.get(0))?;
        if busy { Err(StoreError::Locked { path: self.path }) } else { Ok(()) }
    }
}

/// The round-ups of edits, by the new numbers of their articles; those that are not read any more are left out.
fn renumber_roundups(transaction: &Transaction<'_>) -> Result<()> {
    let mut number = transaction.prepare("SELECT a.pos FROM old.articles o JOIN main.articles a ON a.id = o.id WHERE o.pos = ?1")?;
    let mut new = |pos: &u32| number.query_row([pos], |r| r.get::<_, u32>(0)).optional();
    let mut query = transaction.prepare("SELECT no, roundups FROM main.edits WHERE roundups IS NOT NULL")?;
    let edits: Vec<(u32, String)> = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (no, json) in edits {
        let unreadable = |e: serde_json::Error| StoreError::Unreadable(format!("round-ups of edit {no}: {e}"));
        let mut turned = Vec::new();
        for old in serde_json::from_str::<Vec<Turned>>(&json).map_err(unreadable)? {
            let mut all = |of: &[u32]| of.iter().filter_map(|pos| new(pos).transpose()).collect::<rusqlite::Result<Vec<u32>>>();
            let (was, now) = (all(&old.was)?, all(&old.now)?);
            if let Some(pos) = new(&old.pos)? {
                turned.push(Turned { pos, was, now });
            }
        }
        let json = serde_json::to_string(&turned).map_err(unreadable)?;
        transaction.execute("UPDATE main.edits SET roundups = ?2 WHERE no = ?1", params![no, json])?;
    }
    Ok(())
}

fn count(connection: &Connection) -> Result<Succession> {
    let one = |sql: &str| connection.query_row(sql, [], |r| r.get::<_, u32>(0));
    let events = one("SELECT count(*) FROM events WHERE merged_into IS NULL AND articles > 0")?;
    Ok(Succession { articles: one("SELECT count(*) FROM articles")?, events, ..Succession::default() })
}

/// Where the store that a rebuild replaced is kept.
pub fn kept_as(store: &Path) -> PathBuf {
    PathBuf::from(format!("{}.before-rebuild", store.display()))
}

/// Puts the checked store `new` in the place of `store`, which is kept as [`kept_as`] says. At every moment the name of the store
/// belongs to one of the two. The journals of both are empty: see [`Store::into_one_file`].
///
/// # Errors
/// If `new` is not whole, or the system refuses; then the old store is still in its place.
pub fn swap(new: &Path, store: &Path) -> Result<()> {
    let failed = |e: std::io::Error| StoreError::Open { path: store.to_owned(), cause: e.to_string() };
    backup::examine(new)?;
    fs::File::open(new).and_then(|file| file.sync_all()).map_err(failed)?;
    let kept = kept_as(store);
    if store.exists() {
        fs::hard_link(store, &kept).or_else(|_| fs::copy(store, &kept).and_then(|_| fs::File::open(&kept)?.sync_all())).map_err(failed)?;
        // A reader that still has the old store open keeps these two; the new one must not meet them.
        for ending in ["-wal", "-shm"] {
            let (from, to) = (format!("{}{ending}", store.display()), format!("{}{ending}", kept.display()));
            match move_new(Path::new(&from), Path::new(&to)) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
                _ => {}
            }
        }
        sync_folder(parent(store)).map_err(failed)?;
    }
    fs::rename(new, store).and_then(|()| sync_folder(parent(store))).map_err(failed)
}
