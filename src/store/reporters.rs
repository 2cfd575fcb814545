//! Who reports an event, in whose words, how late, and which agencies are credited: what lists are filtered by and sources are told from.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Transaction, params};
use rustc_hash::FxHashMap;

use super::Result;
use crate::article::{Credit, EventId};

/// An article of an event.
struct Member {
    source: i64,
    story: Vec<u8>,
    relation: String,
    /// Later versions of an article count for nothing.
    counts: bool,
    /// When it was published, if the hour is known.
    known: Option<i64>,
}

/// What a source has of one other, or of its own, in an event.
#[derive(Default)]
struct Reported {
    articles: u32,
    first: u32,
    roundups: u32,
}

/// Writes anew who reports an event and whom its articles credit. What the migration says once of all events, this says of one.
pub(super) fn write(transaction: &Transaction<'_>, event: &EventId) -> Result<()> {
    let mut query = transaction.prepare_cached(
        "SELECT a.source, p.story, p.relation, a.version = 1, CASE WHEN a.precision <> 'day' THEN a.published END, a.credits
         FROM placements p JOIN articles a USING(pos) WHERE p.event = ?1 ORDER BY coalesce(a.published, a.received), a.pos",
    )?;
    let mut members: Vec<Member> = Vec::new();
    let mut agencies: BTreeSet<String> = BTreeSet::new();
    let mut rows = query.query([&event.0[..]])?;
    while let Some(r) = rows.next()? {
        members.push(Member { source: r.get(0)?, story: r.get(1)?, relation: r.get(2)?, counts: r.get(3)?, known: r.get(4)? });
        if let Some(credits) = r.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)? {
            agencies.extend(serde_json::from_str::<Vec<Credit>>(credits).unwrap_or_default().into_iter().map(|c| c.id));
        }
    }
    transaction.prepare_cached("DELETE FROM event_sources WHERE event = ?1")?.execute([&event.0[..]])?;
    let mut earliest_of: FxHashMap<i64, i64> = FxHashMap::default();
    for (source, known) in members.iter().filter_map(|m| Some((m.source, m.known?))) {
        earliest_of.entry(source).and_modify(|earliest| *earliest = known.min(*earliest)).or_insert(known);
    }
    let earliest = earliest_of.values().min().copied();
    let mut insert = transaction.prepare_cached(
        "INSERT INTO event_sources(event, source, of, articles, first, roundups, delay) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for ((source, of), n) in reported(&members) {
        let delay = earliest_of.get(&source).zip(earliest).map(|(own, earliest)| own - earliest).filter(|delay| *delay > 0);
        insert.execute(params![&event.0[..], source, of, n.articles, n.first, n.roundups, delay])?;
    }
    transaction.prepare_cached("DELETE FROM event_agencies WHERE event = ?1")?.execute([&event.0[..]])?;
    let mut insert = transaction.prepare_cached("INSERT INTO event_agencies(event, agency) VALUES(?1, ?2)")?;
    agencies.iter().try_for_each(|agency| insert.execute(params![&event.0[..], agency]).map(drop))?;
    Ok(())
}

/// What each source has, by whose words it is; 0 stands for words that are nobody else's. Members come earliest first.
fn reported(members: &[Member]) -> BTreeMap<(i64, i64), Reported> {
    let mut origins: FxHashMap<&[u8], i64> = FxHashMap::default();
    let mut all: BTreeMap<(i64, i64), Reported> = BTreeMap::new();
    for m in members {
        let origin = *origins.entry(&m.story).or_insert(m.source);
        let is_copy = matches!(m.relation.as_str(), "copy" | "edited" | "rewrite");
        let n = all.entry((m.source, if is_copy { origin } else { 0 })).or_default();
        n.articles += u32::from(m.counts);
        n.first += u32::from(m.counts && m.relation == "first");
        n.roundups += u32::from(m.counts && m.relation == "roundup");
    }
    all
}
