//! Whether what a disk gave back is what was written. `schema_sums.sql` keeps a sum of every article with its place and of every event with
//! its members; whoever reads one compares. Which rows there are at all is a matter of [`super::backup::examine`].

use std::sync::LazyLock;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};
use xxhash_rust::xxh3::Xxh3;

use super::read::shown;
use super::{Result, StoreError};

/// Bits of a digest: sums of millions of them stay numbers of SQLite.
const BITS: u64 = (1 << 40) - 1;

/// Whether the article `a` with its placement `p`, source `s` and file `f` is what was written, but for its text and its evidence; the order of the
/// columns is that of the triggers.
pub(super) const LINE_AS_WRITTEN: &str = "(SELECT row FROM sums c WHERE c.pos = a.pos) IS
  digest(a.pos, a.id, a.file, a.position, a.sender_id, a.title, a.source, a.source_step, a.published, a.precision,
    a.date_step, a.received, a.lang, a.url, a.byline, a.category, a.label, a.pubstatus, a.notes, a.extra, a.version, a.version_of, a.lane,
    a.source_found, a.credits, a.asides, a.amendment, a.amends)
  + digest(p.event, p.story, p.relation, p.relation_to, p.score, p.features, p.model, p.follows)
  + digest(s.name, f.path, f.format, f.encoding)";
/// The same of all of it.
pub(super) static AS_WRITTEN: LazyLock<String> = LazyLock::new(|| {
    format!("({LINE_AS_WRITTEN}) AND (SELECT long FROM sums c WHERE c.pos = a.pos) IS digest(a.text) + digest(p.because, p.trace)")
});
/// The same of its passages.
pub(super) const PASSAGES_AS_WRITTEN: &str = "(SELECT passages FROM sums c WHERE c.pos = a.pos) IS
  (SELECT coalesce(sum(digest(q.start, q.words, q.other, q.other_start)), 0) FROM passages q WHERE q.pos = a.pos)";
/// The same of the event `e`, also of which articles are in it.
const EVENT_AS_WRITTEN: &str = "(SELECT sum FROM event_sums c WHERE c.event = e.id) IS
  digest(e.id, e.headline, e.lang, e.first, e.last, e.articles, e.source_count, e.lineage_count, e.merged_into)
  + (SELECT coalesce(sum(digest(p.pos)), 0) FROM placements p WHERE p.event = e.id)";

/// What was read is not what was written.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not what was stored")]
pub struct Altered(String);

/// Teaches a connection the function that the sums are made with. Without it nothing can be placed.
pub fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("digest", -1, flags, |given| Ok(digest(given)))
}

fn digest(given: &Context<'_>) -> i64 {
    let mut hash = Xxh3::new();
    let mut add = |kind: u8, bytes: &[u8]| {
        hash.update(&[kind]);
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    for at in 0..given.len() {
        match given.get_raw(at) {
            ValueRef::Null => add(0, &[]),
            ValueRef::Integer(n) => add(1, &n.to_le_bytes()),
            ValueRef::Real(x) => add(2, &x.to_bits().to_le_bytes()),
            ValueRef::Text(text) => add(3, text),
            ValueRef::Blob(bytes) => add(4, bytes),
        }
    }
    (hash.digest() & BITS) as i64
}

/// Heeds the answer to [`AS_WRITTEN`] in column `at` of a row that has the id of its article in column `id`.
pub(super) fn heed(row: &Row<'_>, at: usize, id: usize) -> rusqlite::Result<()> {
    if row.get(at)? {
        return Ok(());
    }
    let article = row.get_ref(id)?.as_blob().map(shown).unwrap_or_default();
    Err(altered(format!("article {article}")))
}

/// That something is not what was written.
pub(super) fn altered(what: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Null, Box::new(Altered(what)))
}

/// Whether an article is what was written, all of it.
///
/// # Errors
/// If it is not, or the store cannot be read.
pub(super) fn heed_article(connection: &Connection, pos: u32) -> Result<()> {
    let sql = format!(
        "SELECT {}, a.id FROM articles a JOIN placements p USING(pos) JOIN sources s ON s.no = a.source JOIN files f ON f.no = a.file
         WHERE a.pos = ?1",
        *AS_WRITTEN
    );
    Ok(connection.prepare_cached(&sql)?.query_row([pos], |row| heed(row, 0, 1))?)
}

/// Whether the passages of an article are what was written.
///
/// # Errors
/// If they are not, or the store cannot be read.
pub(super) fn heed_passages(connection: &Connection, pos: u32) -> Result<()> {
    let sql = format!("SELECT {PASSAGES_AS_WRITTEN}, a.id FROM articles a WHERE a.pos = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([pos], |row| heed(row, 0, 1))?)
}

/// Whether an event is what was written, and how many articles are in it.
///
/// # Errors
/// If they are not, or the store cannot be read.
pub(super) fn heed_event(connection: &Connection, id: &[u8]) -> Result<u32> {
    let sql = format!("SELECT {EVENT_AS_WRITTEN}, (SELECT count(*) FROM placements p WHERE p.event = e.id) FROM events e WHERE e.id = ?1");
    // An id comes here out of another row: there is an event to it, or one of the two rows was altered.
    let found = connection.prepare_cached(&sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found
        .filter(|(is_as_written, _)| *is_as_written)
        .map(|(_, members)| members)
        .ok_or_else(|| altered(format!("event {}", shown(id))).into())
}

/// Looks for an article or event that is not what was written.
///
/// # Errors
/// If there is one, or the store cannot be read.
pub(super) fn heed_all(connection: &Connection) -> Result<()> {
    let articles = format!(
        "SELECT 'article', a.id FROM articles a LEFT JOIN placements p USING(pos) LEFT JOIN sources s ON s.no = a.source
         LEFT JOIN files f ON f.no = a.file WHERE NOT ({}) OR NOT ({PASSAGES_AS_WRITTEN}) LIMIT 1",
        *AS_WRITTEN
    );
    let events = format!("SELECT 'event', e.id FROM events e WHERE NOT ({EVENT_AS_WRITTEN}) LIMIT 1");
    let missing = "SELECT 'number', CAST(c.pos AS BLOB) FROM sums c LEFT JOIN articles a USING(pos) WHERE a.pos IS NULL LIMIT 1";
    let gone = "SELECT 'event', c.event FROM event_sums c LEFT JOIN events e ON e.id = c.event WHERE e.id IS NULL LIMIT 1";
    for sql in [articles.as_str(), events.as_str(), missing, gone] {
        let mut query = connection.prepare(sql)?;
        let found = query.query_map([], |r| Ok(format!("{} {}", r.get::<_, String>(0)?, shown(&r.get::<_, Vec<u8>>(1)?))))?.next();
        if let Some(what) = found.transpose()? {
            return Err(altered(what).into());
        }
    }
    Ok(())
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::FromSqlConversionFailure(_, _, why) if why.is::<Altered>() => Self::Altered(why.to_string()),
            // What may be missing is asked for otherwise.
            rusqlite::Error::QueryReturnedNoRows => Self::Altered("what another row refers to is missing".to_owned()),
            error => Self::Sqlite(error),
        }
    }
}
