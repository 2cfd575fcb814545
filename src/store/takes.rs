//! Takes of wire items in the store: what is remembered of those that came last, and the names under which all of them are found.

use std::ops::RangeInclusive;

use rusqlite::{Connection, Transaction, params};

use super::{Lookup, Result, Store};
use crate::detect::live::hours;
use crate::ingest::versions::UNDER_ONE_LABEL;
use crate::store::read::time;
use crate::takes::{Said, Take, Takes};

/// [`crate::takes::hours_of`], in µs since 1970.
const AT: &str =
    "CASE WHEN a.precision = 'day' AND a.date_step IN ('dateline', 'dateline_day', 'url') THEN min(a.received, a.published + 86400000000)
   ELSE coalesce(a.published, a.received) END";

/// Hours of a day, the unit by which names are kept together: what comes today is written in one place.
const DAY: f64 = 24.0;

impl Store {
    /// The takes among the last articles, in their order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn takes(&self) -> Result<Takes> {
        let mut takes = Takes::default();
        each(&self.connection, Takes::remembered_from(self.next_pos()?), |pos, at, source, take| {
            let is_remembered = takes.spoken_of(take, at).or_else(|| takes.of_item(take, at)).is_some();
            let belongs = is_remembered || came_before(&self.connection, pos, at, source, take)?;
            takes.add(take, at, pos, belongs);
            Ok(())
        })?;
        Ok(takes)
    }
}

/// Whether what `take` of a source, at order number `pos` and `at` in hours since 1970, goes on with was known when it came: it is no more
/// remembered, but `take` did not wait for it.
fn came_before(connection: &Connection, pos: u32, at: f64, source: &str, take: &Take) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM articles WHERE sender_id IN (?2, upper(?2)) AND pos < ?3
                 AND source = (SELECT no FROM sources WHERE name = ?1))";
    for number in &take.named {
        if connection.prepare_cached(sql)?.query_row(params![source, number, pos], |r| r.get(0))? {
            return Ok(true);
        }
    }
    let Some((names, of)) = take.goes_on_from(at) else { return Ok(false) };
    Ok(!items(connection, names, &of, pos)?.is_empty())
}

impl Lookup {
    /// Articles that begin an item with one of these names, with the hours since 1970 at which they were published, else received; of those
    /// hours, and for each name the newest fifty of a day.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn items(&self, names: &[u64], of: &RangeInclusive<f64>) -> Result<Vec<(u32, f64)>> {
        items(&self.connection, names, of, u32::MAX)
    }
}

/// As [`Lookup::items`], of the articles below an order number.
fn items(connection: &Connection, names: &[u64], of: &RangeInclusive<f64>, below: u32) -> Result<Vec<(u32, f64)>> {
    // A limit that is a parameter would have SQLite plan the statement anew each time.
    let mut query = connection.prepare_cached(&format!(
        "SELECT a.pos, {AT} FROM
           (SELECT pos FROM item_names WHERE day = ?1 AND name = ?2 AND pos < ?3 ORDER BY pos DESC LIMIT {UNDER_ONE_LABEL})
         JOIN articles a USING(pos)"
    ))?;
    let mut found = Vec::new();
    for (day, name) in (day(*of.start())..=day(*of.end())).flat_map(|day| names.iter().map(move |name| (day, *name))) {
        let mut rows = query.query(params![day, name.cast_signed(), below])?;
        while let Some(r) = rows.next()? {
            found.push((r.get(0)?, hours(time(r.get(1)?))));
        }
    }
    found.retain(|(_, at)| of.contains(at));
    Ok(found)
}

fn day(hours: f64) -> i64 {
    (hours / DAY).floor() as i64
}

/// Writes under which names an article, published or else received at `at` in hours since 1970, begins an item.
pub(super) fn write(transaction: &Transaction<'_>, pos: u32, at: f64, names: &[u64]) -> Result<()> {
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO item_names(day, name, pos) VALUES(?1, ?2, ?3)")?;
    names.iter().try_for_each(|name| insert.execute(params![day(at), name.cast_signed(), pos]).map(drop))?;
    Ok(())
}

/// Writes that of all articles of a store in which it is not written.
pub(super) fn write_all(transaction: &Transaction<'_>) -> Result<()> {
    each(transaction, 0, |pos, at, _, take| write(transaction, pos, at, take.begins()))
}

/// Calls `heard` with every article from an order number on that may be a take, its time in hours since 1970, its source and
/// what it says.
fn each(connection: &Connection, from: u32, mut heard: impl FnMut(u32, f64, &str, &Take) -> Result<()>) -> Result<()> {
    let mut query = connection.prepare(&format!(
        "SELECT a.pos, s.name, a.extra, a.title, a.sender_id, CASE WHEN a.amendment IS NULL THEN '' ELSE a.text END, a.amendment, {AT}
         FROM articles a JOIN sources s ON s.no = a.source WHERE a.pos >= ?1 ORDER BY a.pos"
    ))?;
    let mut rows = query.query([from])?;
    while let Some(r) = rows.next()? {
        let (pos, source, extra): (u32, String, Option<String>) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let (title, number, text): (String, Option<String>, String) = (r.get(3)?, r.get(4)?, r.get(5)?);
        let amendment = r.get::<_, Option<String>>(6)?.and_then(|word| word.parse().ok());
        let said = Said { slug: None, title: &title, number: number.as_deref(), text: &text, amendment };
        if let Some(take) = Take::stored(&source, extra.as_deref(), &said) {
            heard(pos, hours(time(r.get(7)?)), &source, &take)?;
        }
    }
    Ok(())
}
