//! The index of words beside the store: which articles hold which words. It is a cache of its own file, so that filling it never holds
//! up who writes the store; whatever is wrong with it, it is made anew from the store.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, ParamsFromIter, TransactionBehavior, params, params_from_iter};
use xxhash_rust::xxh3::xxh3_64;

use super::rows::{ArticleLine, EventSummary};
use super::{Reader, Result, StoreError};
use crate::detect::features;
use crate::text::words::for_each_form;

/// Articles whose matches are counted; beyond that it is "at least so many".
pub const COUNTED: u32 = 2_000;
/// How the index is made, and what cuts texts into words here: this number of thousands, and the version of folding.
const WORDS: i64 = 2_000 + features::VERSION as i64;

/// The index of a store, to be filled.
pub struct SearchIndex {
    connection: Connection,
}

/// Articles of a store that the index holds, and those that it does not hold yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// In the index.
    pub indexed: u32,
    /// Not yet.
    pub behind: u32,
}

/// An event with articles that match.
#[derive(Debug, Clone)]
pub struct Match {
    /// The event.
    pub event: EventSummary,
    /// Order numbers of its articles that match, newest arrival first.
    pub articles: Vec<u32>,
}

/// A page of matches.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// By the newest arrival that matches.
    pub events: Vec<Match>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<u32>,
    /// Articles that match, counted up to [`COUNTED`].
    pub articles: u32,
}

/// What is looked for, as the index and the store are asked.
pub(crate) struct Wanted {
    /// An expression of FTS5.
    pub expression: String,
    /// Published, else received, from then on and before then, in microseconds since 1970.
    pub times: [i64; 2],
    /// Agencies, by id, each of which the event credits.
    pub agencies: Vec<String>,
    /// Names of sources, of each list of which one reported the event.
    pub among: Vec<Vec<String>>,
    /// Sources that the event has at least.
    pub min_sources: u32,
}

impl Wanted {
    /// Whether it says anything of the event.
    fn is_of_event(&self) -> bool {
        self.min_sources > 0 || !self.agencies.is_empty() || !self.among.is_empty()
    }

    /// What must hold of words `w`, docs `d` and, where something is said of the event, placements `p`.
    fn holds(&self) -> String {
        let of_article = "w.words MATCH ?1 AND d.at >= ?2 AND d.at < ?3";
        let of_event = "(SELECT e.source_count FROM main.events e WHERE e.id = p.event) >= ?5
             AND NOT EXISTS (SELECT 1 FROM json_each(?6) g WHERE NOT EXISTS
               (SELECT 1 FROM main.event_agencies x WHERE x.event = p.event AND x.agency = g.value))
             AND NOT EXISTS (SELECT 1 FROM json_each(?7) g WHERE NOT EXISTS
               (SELECT 1 FROM main.event_sources x JOIN main.sources s ON s.no = x.source
                WHERE x.event = p.event AND s.name IN (SELECT n.value FROM json_each(g.value) n)))";
        if self.is_of_event() { format!("{of_article} AND {of_event}") } else { of_article.to_owned() }
    }

    /// The first so many values of a question, of which the fourth is its own.
    fn values(&self, fourth: Value, count: usize) -> ParamsFromIter<impl Iterator<Item = Value>> {
        let json = |list: serde_json::Value| Value::Text(list.to_string());
        let all = [
            Value::Text(self.expression.clone()),
            self.times[0].into(),
            self.times[1].into(),
            fourth,
            i64::from(self.min_sources).into(),
            json(self.agencies.clone().into()),
            json(self.among.clone().into()),
        ];
        params_from_iter(all.into_iter().take(count))
    }
}

/// Where the index of a store is; of one that is reached by a link, beside the store itself.
pub fn index_path(store: &Path) -> PathBuf {
    PathBuf::from(format!("{}.search", store.display()))
}

impl SearchIndex {
    /// Opens the index of the store that `reader` reads, making it where there is none. One that is damaged, was made by other rules, or of
    /// another store is emptied.
    ///
    /// # Errors
    /// If it cannot be opened or written.
    pub fn open(reader: &Reader) -> Result<Self> {
        let path = reader.index_path();
        match Self::prepared(&path, reader) {
            Err(e) if e.harm() == super::Harm::Damaged => {
                // The journal goes last: without its file it is nothing.
                for ending in ["", "-shm", "-wal"] {
                    let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
                }
                Self::prepared(&path, reader)
            }
            done => done,
        }
    }

    fn prepared(path: &Path, reader: &Reader) -> Result<Self> {
        let mut connection = Connection::open(path).map_err(|e| StoreError::Open { path: path.to_owned(), cause: e.to_string() })?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        // A power cut may take the newest entries, which are then made again; it damages nothing.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !Self::is_of(&transaction, reader)? {
            transaction.execute_batch("DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS docs; DROP TABLE IF EXISTS progress;")?;
            transaction.execute_batch(include_str!("search.sql"))?;
            transaction.execute("INSERT INTO progress VALUES(0, ?1, 0, 0)", [WORDS])?;
        }
        transaction.commit()?;
        Ok(Self { connection })
    }

    /// Whether the index was made by these rules, and of this store.
    fn is_of(index: &Connection, reader: &Reader) -> Result<bool> {
        if !index.table_exists(None, "progress")? {
            return Ok(false);
        }
        let progress = |r: &rusqlite::Row<'_>| Ok((r.get::<_, i64>(0)?, r.get::<_, u32>(1)?, r.get::<_, i64>(2)?));
        let (words, next, digest) = index.query_row("SELECT words, next, digest FROM progress", [], progress)?;
        Ok(words == WORDS && reader.digest_below(next)? == digest)
    }

    /// Takes up to `most` more articles into the index, in one transaction; several may do so at once. Returns how many there were.
    ///
    /// # Errors
    /// If the store cannot be read or the index not written; then none was taken.
    pub fn fill(&mut self, reader: &Reader, most: u32) -> Result<u32> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (from, mut digest): (u32, i64) =
            transaction.query_row("SELECT next, digest FROM progress", [], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let mut taken = 0;
        {
            let mut texts = reader.connection.prepare_cached(
                "SELECT a.pos, a.id, a.title, a.text, s.name, a.lang, coalesce(a.published, a.received), a.version_of
                 FROM articles a JOIN sources s ON s.no = a.source WHERE a.pos >= ?1 ORDER BY a.pos LIMIT ?2",
            )?;
            let mut words = transaction.prepare_cached("INSERT INTO words(rowid, title, text, source, lang) VALUES(?1, ?2, ?3, ?4, ?5)")?;
            let mut docs = transaction.prepare_cached("INSERT INTO docs(pos, at, article, chain) VALUES(?1, ?2, ?3, ?4)")?;
            let mut rows = texts.query([from, most])?;
            while let Some(r) = rows.next()? {
                let (pos, id): (u32, Vec<u8>) = (r.get(0)?, r.get(1)?);
                let cut = |at: usize| -> Result<String> { Ok(cut(r.get_ref(at)?.as_str().map_err(rusqlite::Error::from)?)) };
                words.execute(params![pos, cut(2)?, cut(3)?, cut(4)?, cut(5)?])?;
                docs.execute(params![pos, r.get::<_, i64>(6)?, id, r.get::<_, Option<Vec<u8>>>(7)?])?;
                digest = digest.wrapping_add(share(pos, &id));
                taken += 1;
            }
        }
        transaction.execute("UPDATE progress SET next = ?1, digest = ?2", params![from + taken, digest])?;
        transaction.commit()?;
        Ok(taken)
    }
}

/// What an article adds to the digest of those that are indexed.
fn share(pos: u32, id: &[u8]) -> i64 {
    xxh3_64(&[&pos.to_le_bytes()[..], id].concat()).cast_signed()
}

/// A text as the index takes it: its folded words with a space between.
fn cut(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for_each_form(text, usize::MAX, |_, folded| {
        out.push_str(folded);
        out.push(' ');
    });
    out
}

impl Reader {
    /// The digest of the articles before order number `next`.
    fn digest_below(&self, next: u32) -> Result<i64> {
        // The plus keeps SQLite off the table itself: the index of ids has both and is a hundredth as large.
        let mut query = self.connection.prepare("SELECT pos, id FROM articles WHERE +pos < ?1")?;
        let mut rows = query.query([next])?;
        let mut digest = 0i64;
        while let Some(r) = rows.next()? {
            digest = digest.wrapping_add(share(r.get(0)?, r.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?));
        }
        Ok(digest)
    }

    /// Where the index is for whoever fills it and whoever reads it: SQLite names the store as it is called without links.
    fn index_path(&self) -> PathBuf {
        index_path(Path::new(self.connection.path().unwrap_or_default()))
    }

    /// Puts the index of the store beside it; `false` if there is none that can be used yet.
    fn attach_index(&self) -> Result<bool> {
        if self.connection.query_row("SELECT count(*) FROM pragma_database_list WHERE name = 'search'", [], |r| r.get::<_, bool>(0))? {
            return Ok(true);
        }
        let path = self.index_path();
        // Looked at alone first: a missing file must not be made, and a damaged one not be in the way of other questions.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let usable = Connection::open_with_flags(&path, flags).and_then(|c| {
            c.busy_timeout(Duration::from_secs(1))?;
            c.query_row("SELECT words FROM progress", [], |r| r.get::<_, i64>(0))
        });
        if usable.ok() != Some(WORDS) {
            return Ok(false);
        }
        self.connection.execute("ATTACH ?1 AS search", [path.to_string_lossy()])?;
        Ok(true)
    }

    /// How far the index is.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn search_progress(&self) -> Result<Progress> {
        let all: u32 = self.connection.query_row("SELECT coalesce(max(pos) + 1, 0) FROM articles", [], |r| r.get(0))?;
        if !self.attach_index()? {
            return Ok(Progress { indexed: 0, behind: all });
        }
        let next: u32 = self.connection.query_row("SELECT next FROM search.progress", [], |r| r.get(0))?;
        Ok(Progress { indexed: next.min(all), behind: all.saturating_sub(next) })
    }

    /// Events with articles that are wanted, by newest arrival, from below the order number `below`, at most `limit`.
    ///
    /// # Errors
    /// If store or index cannot be read.
    pub(crate) fn matches(&self, wanted: &Wanted, below: Option<u32>, limit: u32) -> Result<Matches> {
        if !self.attach_index()? {
            return Ok(Matches::default());
        }
        // The plus keeps SQLite to the index of ids, which alone says whether the article is still the one of this number.
        let found = "FROM search.words w CROSS JOIN search.docs d ON d.pos = w.rowid CROSS JOIN main.articles a ON a.id = d.article AND +a.pos = d.pos";
        let placed = "CROSS JOIN main.placements p ON p.pos = d.pos";
        let holds = wanted.holds();
        // Versions of one article are one, as in every list.
        let of_event = if wanted.is_of_event() { placed } else { "" };
        let count = format!(
            "SELECT count(DISTINCT chain) FROM (SELECT coalesce(d.chain, d.article) AS chain {found} {of_event} WHERE {holds} LIMIT {COUNTED})"
        );
        let mut count = self.connection.prepare_cached(&count)?;
        let takes = count.parameter_count();
        let articles = count.query_row(wanted.values(Value::Null, takes), |r| r.get(0))?;
        let mut matches = Matches { articles, ..Matches::default() };
        let below = Value::Integer(below.map_or(i64::MAX, i64::from));
        let sql = format!("SELECT w.rowid, p.event {found} {placed} WHERE {holds} AND w.rowid < ?4 ORDER BY w.rowid DESC");
        let mut query = self.connection.prepare_cached(&sql)?;
        let takes = query.parameter_count();
        let mut rows = query.query(wanted.values(below, takes))?;
        let mut seen = std::collections::HashSet::new();
        let mut last = None;
        while let Some(r) = rows.next()? {
            let (pos, event): (u32, Vec<u8>) = (r.get(0)?, r.get(1)?);
            if seen.contains(&event) {
                continue;
            }
            if matches.events.len() as u32 == limit {
                matches.next = last;
                break;
            }
            let articles = self.matching_of(&event, wanted)?;
            // An event whose newest match lies above the place of this page stands on an earlier one.
            if articles.first() == Some(&pos) {
                matches.events.push(Match { event: self.event(&event)?, articles });
                last = Some(pos);
            }
            seen.insert(event);
        }
        Ok(matches)
    }

    /// The articles of an event that match, newest arrival first; of versions the newest that does.
    fn matching_of(&self, event: &[u8], wanted: &Wanted) -> Result<Vec<u32>> {
        let mut query = self.connection.prepare_cached(
            "SELECT max(w.rowid) FROM main.placements p CROSS JOIN search.docs d ON d.pos = p.pos CROSS JOIN main.articles a ON a.id = d.article AND +a.pos = d.pos
             CROSS JOIN search.words w ON w.rowid = p.pos
             WHERE w.words MATCH ?1 AND d.at >= ?2 AND d.at < ?3 AND p.event = ?4
             GROUP BY coalesce(d.chain, d.article) ORDER BY 1 DESC",
        )?;
        Ok(query.query_map(wanted.values(Value::Blob(event.to_vec()), 4), |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// An article as a line of the export, and its text.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn line_and_text(&self, pos: u32) -> Result<(ArticleLine, String)> {
        let line = self.line(pos)?;
        let text = self.connection.prepare_cached("SELECT text FROM articles WHERE pos = ?1")?.query_row([pos], |r| r.get(0))?;
        Ok((line, text))
    }
}
