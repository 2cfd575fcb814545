//! What leads from one event to another: threads, round-ups, and what was known at an earlier time.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use rustc_hash::FxHashMap;

use super::read::{shown, time};
use super::rows::{EventRef, KnownEvent, Related};
use super::{Reader, Result};

type Id = Vec<u8>;

fn event_ref(row: &Row<'_>) -> rusqlite::Result<EventRef> {
    let id: Id = row.get(0)?;
    Ok(EventRef { event: shown(&id), headline: row.get(1)?, first: row.get::<_, Option<i64>>(2)?.map(time) })
}

/// Which event goes on from which: by its earliest article that goes on from an older event. An event's beginning is at `first`, so
/// that a thread always leads back in time.
const FOLLOWS: &str = "SELECT p.event, q.event FROM placements p JOIN articles a USING(pos) JOIN placements q ON q.pos = p.follows
   JOIN events e ON e.id = p.event JOIN events f ON f.id = q.event
   WHERE p.follows IS NOT NULL AND p.event <> q.event AND (f.first, f.id) < (e.first, e.id)";

impl Reader {
    /// The events that are connected with an event, given by its full id as it is shown.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn related(&self, event: &str) -> Result<Related> {
        let Some(id) = super::ids::id_bytes(event) else { return Ok(Related::default()) };
        let refs = |ids: &str| -> Result<Vec<EventRef>> {
            let sql = format!("SELECT e.id, e.headline, e.first FROM events e WHERE e.id IN ({ids}) ORDER BY e.first, e.id");
            Ok(self.connection.prepare_cached(&sql)?.query_map([&id], event_ref)?.collect::<rusqlite::Result<_>>()?)
        };
        Ok(Related {
            follows: self.followed(&id)?.map(|earlier| self.event_ref(&earlier)).transpose()?,
            followed_by: self.followed_by(&id)?,
            reported_in: refs(
                "SELECT r.event FROM placements m JOIN roundups ON other = m.pos JOIN placements r ON r.pos = roundups.pos WHERE m.event = ?1 AND r.event <> ?1",
            )?,
            reports: refs(
                "SELECT m.event FROM placements r JOIN roundups ON roundups.pos = r.pos JOIN placements m ON m.pos = roundups.other WHERE r.event = ?1 AND m.event <> ?1",
            )?,
        })
    }

    fn event_ref(&self, id: &Id) -> Result<EventRef> {
        Ok(self.connection.prepare_cached("SELECT id, headline, first FROM events WHERE id = ?1")?.query_row([id], event_ref)?)
    }

    /// The event that an event goes on from.
    fn followed(&self, id: &Id) -> Result<Option<Id>> {
        let sql = format!("SELECT q.event {} AND p.event = ?1 ORDER BY coalesce(a.published, a.received), a.pos LIMIT 1", from(FOLLOWS));
        Ok(self.connection.prepare_cached(&sql)?.query_row([id], |r| r.get(0)).optional()?)
    }

    /// The events that go on from an event.
    fn followed_by(&self, id: &Id) -> Result<Vec<EventRef>> {
        let candidates = format!("SELECT DISTINCT p.event {} AND q.event = ?1", from(FOLLOWS));
        let mut query = self.connection.prepare_cached(&candidates)?;
        let candidates: Vec<Id> = query.query_map([id], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut followers = Vec::new();
        for follower in candidates {
            if self.followed(&follower)?.as_ref() == Some(id) {
                followers.push(self.event_ref(&follower)?);
            }
        }
        followers.sort_by(|a, b| a.first.cmp(&b.first).then(a.event.cmp(&b.event)));
        Ok(followers)
    }

    /// The event that begins the thread of each event that goes on from another, by ids as they are shown.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn threads(&self) -> Result<FxHashMap<String, String>> {
        let mut query = self.connection.prepare(&format!("{FOLLOWS} ORDER BY coalesce(a.published, a.received), a.pos"))?;
        let mut follows: FxHashMap<Id, Id> = FxHashMap::default();
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            follows.entry(row.get(0)?).or_insert(row.get(1)?);
        }
        let root = |event: &Id| {
            let mut root = event;
            while let Some(earlier) = follows.get(root) {
                root = earlier;
            }
            shown(root)
        };
        Ok(follows.keys().map(|event| (shown(event), root(event))).collect())
    }

    /// The events as they were known at a time, newest first: what had been received by then, grouped as it was grouped then.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn known_at(&self, at: Timestamp, min_sources: u32, limit: u32, offset: u32) -> Result<(Vec<KnownEvent>, u32)> {
        // An edit comes before the article that came next: its moves count a little less than that one's.
        let sql = "WITH all_moves AS (SELECT pos, event, at_pos FROM moves
                       UNION ALL SELECT m.pos, m.event, e.at_pos - 1.0 / (e.no + 2) FROM edit_moves m JOIN edits e ON e.no = m.edit
                       WHERE e.from_start = 0 AND e.at <= ?1),
                     known AS (SELECT m.pos, m.event, max(m.at_pos) FROM all_moves m
                       WHERE m.at_pos < (SELECT coalesce(max(pos), -1) + 1 FROM articles WHERE received <= ?1) GROUP BY m.pos),
                     grouped AS (SELECT k.event, count(DISTINCT coalesce(a.version_of, a.id)) AS articles, count(DISTINCT a.source) AS sources,
                         min(coalesce(a.published, a.received)) AS first, max(coalesce(a.published, a.received)) AS last
                       FROM known k JOIN articles a USING(pos) GROUP BY k.event HAVING count(DISTINCT a.source) >= ?2)
                   SELECT g.event,
                     (SELECT CASE a.title WHEN '' THEN substr(a.text, 1, 120) ELSE a.title END FROM known k JOIN articles a USING(pos)
                      WHERE k.event = g.event ORDER BY a.title = '', coalesce(a.published, a.received), a.pos LIMIT 1),
                     g.first, g.last, g.articles, g.sources, count(*) OVER ()
                   FROM grouped g ORDER BY g.last DESC, g.event LIMIT ?3 OFFSET ?4";
        let mut total = 0;
        let mut query = self.connection.prepare_cached(sql)?;
        let known = |row: &Row<'_>| {
            total = row.get(6)?;
            let EventRef { event, headline, first } = event_ref(row)?;
            let last = row.get::<_, Option<i64>>(3)?.map(time);
            Ok(KnownEvent { event, headline, first, last, articles: row.get(4)?, source_count: row.get(5)? })
        };
        let events = query.query_map(params![at.as_microsecond(), min_sources, limit, offset], known)?.collect::<rusqlite::Result<_>>()?;
        Ok((events, total))
    }
}

/// A query without its list of columns.
fn from(sql: &str) -> &str {
    &sql[sql.find("FROM").unwrap_or(0)..]
}
