//! Corrections and kills: what they amend, the mark they leave on an event, and who still carries what they took back.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, Transaction, params};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::ids::id_bytes;
use super::read::{shown, time};
use super::restore::asides;
use super::rows::{AmendmentLine, Beside, Carrier};
use super::write::PlacedArticle;
use super::{Reader, Result};
use crate::article::{Amendment, EventId};
use crate::detect::features::Features;
use crate::detect::passages::{PASSAGE, Prepared};
use crate::takes::Take;

/// The article that a newly placed one amends: the take whose number its text names; the source's last one under the same id of its own or
/// address, or under the id that it names; else the take of its item that its slug or headline names; else the source's last version of it, or
/// last one in its event but a kill.
pub(super) fn amended(transaction: &Transaction<'_>, placed: &PlacedArticle, source: i64) -> Result<Option<u32>> {
    let a = &placed.article;
    // The number that a message bears itself was that of another one some days ago.
    if let Some(pos) = placed.part.filter(|_| Take::of(a).is_some_and(|take| !take.named.is_empty())) {
        return Ok(Some(pos));
    }
    let first = |sql: &str, given: &[&dyn ToSql]| transaction.prepare_cached(sql)?.query_row(given, |r| r.get(0)).optional();
    let sql = "SELECT pos FROM articles WHERE source = ?1 AND pos < ?2 AND (sender_id IN (?3, ?5) OR url = ?4) ORDER BY pos DESC LIMIT 1";
    let amends = a.extra.get("amends").and_then(Value::as_str);
    let named = first(sql, &[&source, &placed.decision.pos, &a.sender_id, &a.url, &amends])?;
    if let Some(pos) = named.or(placed.part) {
        return Ok(Some(pos));
    }
    let sql = "SELECT pos FROM articles WHERE source = ?1 AND pos < ?2 AND (id = ?3 OR version_of = ?3) ORDER BY pos DESC LIMIT 1";
    let version_of = placed.version_of.as_ref().map(|id| &id.0[..]);
    let named = first(sql, &[&source, &placed.decision.pos, &version_of])?;
    let Some(event) = event_of(placed).filter(|_| named.is_none()) else { return Ok(named) };
    let sql = "SELECT a.pos FROM placements p JOIN articles a USING(pos) WHERE p.event = ?3 AND a.source = ?1 AND a.pos < ?2
               AND a.amendment IS NOT 'kill' ORDER BY coalesce(a.published, a.received) DESC, a.pos DESC LIMIT 1";
    Ok(first(sql, &[&source, &placed.decision.pos, &&event.0[..]])?)
}

fn event_of(placed: &PlacedArticle) -> Option<EventId> {
    placed.decision.places.iter().find(|p| p.pos == placed.decision.pos).map(|p| p.event)
}

/// Corrections and kills that wait for what they amend, of one source and the newest first, that may amend a newly placed article: published no
/// earlier than it, under its id or address or in its event. One that names it as a take of its item needs no date.
const EARLY: &str = "SELECT a.pos, a.id FROM articles a INDEXED BY articles_early LEFT JOIN placements p USING(pos)
   WHERE a.source = (SELECT no FROM sources WHERE name = ?1) AND a.pos < ?2 AND a.amends IS NULL AND a.amendment IN ('correction', 'kill')
     AND (a.pos = ?7 OR coalesce(a.published, a.received) >= ?3 AND (a.sender_id = ?4 OR a.url = ?5 OR p.event = ?6))
   ORDER BY a.pos DESC LIMIT 8";

/// Marks the events of a newly placed correction or kill, and of what it amends; or, if a correction or kill of it came before it, joins
/// the two and marks its event.
pub(super) fn mark(transaction: &Transaction<'_>, placed: &PlacedArticle, at: Timestamp) -> Result<()> {
    match placed.article.amendment {
        Some(Amendment::Kill | Amendment::Correction) => say(transaction, placed, placed.decision.pos, &placed.id.0, event_of(placed), at),
        Some(Amendment::Update) | None => join_early(transaction, placed, at),
    }
}

/// Joins a newly placed article with the corrections and kills of it that came before it.
fn join_early(transaction: &Transaction<'_>, placed: &PlacedArticle, at: Timestamp) -> Result<()> {
    let a = &placed.article;
    let event = event_of(placed).map(|event| event.0);
    let given =
        params![a.source, placed.decision.pos, a.published.map_or(at, |p| p.at).as_microsecond(), a.sender_id, a.url, event, placed.part,];
    let mut query = transaction.prepare_cached(EARLY)?;
    let early: Vec<(u32, Vec<u8>)> = query.query_map(given, |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (pos, id) in early {
        transaction.prepare_cached("UPDATE articles SET amends = ?2 WHERE pos = ?1")?.execute([pos, placed.decision.pos])?;
        say(transaction, placed, pos, &id, None, at)?;
    }
    Ok(())
}

/// Says in the history of `own`, and of the event of what the amending article at `amending` amends, that this was corrected or killed, unless
/// the history says so.
fn say(transaction: &Transaction<'_>, placed: &PlacedArticle, amending: u32, id: &[u8], own: Option<EventId>, at: Timestamp) -> Result<()> {
    let sql = "SELECT CASE a.amendment WHEN 'kill' THEN 'killed' ELSE 'corrected' END, p.event FROM articles a
               LEFT JOIN placements p ON p.pos = a.amends WHERE a.pos = ?1";
    let said = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get::<_, Option<Vec<u8>>>(1)?));
    let (kind, of_amended) = transaction.prepare_cached(sql)?.query_row([amending], said)?;
    let own = own.map(|event| event.0.to_vec());
    let other = of_amended.filter(|event| own.as_ref() != Some(event));
    let mut insert = transaction.prepare_cached(
        "INSERT INTO history(at, at_pos, event, kind, article) SELECT ?1, ?2, ?3, ?4, ?5
         WHERE NOT EXISTS (SELECT 1 FROM history WHERE event = ?3 AND kind = ?4 AND article = ?5)",
    )?;
    for event in own.iter().chain(&other) {
        insert.execute(params![at.as_microsecond(), placed.decision.pos, event, kind, id])?;
    }
    Ok(())
}

/// The gravest amendment that an event shows, `kill` before `correction`: of an article of it, or by one. Both are looked up in indexes that
/// hold amendments only, and no article is read, since lists ask this of each of their events.
const GRAVEST: &str = "SELECT max(amendment) FROM (
   SELECT a.amendment FROM placements p CROSS JOIN articles a INDEXED BY articles_amending ON a.pos = p.pos
     WHERE p.event = ?1 AND a.amendment IN ('correction', 'kill')
   UNION ALL SELECT a.amendment FROM placements p CROSS JOIN articles a INDEXED BY articles_amended ON a.amends = p.pos
     WHERE p.event = ?1 AND a.amendment IN ('correction', 'kill'))";

/// `kill` or `correction`, if there is one in an event or of an article of it.
pub(super) fn gravest(connection: &Connection, event: &[u8]) -> Result<Option<String>> {
    Ok(connection.prepare_cached(GRAVEST)?.query_row([event], |r| r.get(0))?)
}

/// A text as it is compared.
struct Compared {
    pos: u32,
    source: String,
    article: String,
    sequence: Vec<u32>,
}

impl Reader {
    /// What stands beside the stories of an event, given by its full id as it is shown.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn beside(&self, event: &str) -> Result<Beside> {
        Ok(Beside { credits: self.credits(event)?, amendments: self.amendments(event)? })
    }

    /// The corrections and kills of an event, earliest first, each with the outlets whose latest text still carries words that it
    /// took back: a run of [`PASSAGE`] words or more of the amended text that holds one of them. A kill takes back every word.
    ///
    /// The texts are compared here, since what is stored of shared passages is that with the closest text only.
    fn amendments(&self, event: &str) -> Result<Vec<AmendmentLine>> {
        let Some(id) = id_bytes(event) else { return Ok(Vec::new()) };
        let sql = "SELECT a.pos, a.id, s.name, a.amendment, coalesce(a.published, a.received), a.amends, w.id FROM articles a
                   JOIN placements p USING(pos) JOIN sources s ON s.no = a.source
                   LEFT JOIN articles w ON w.pos = a.amends LEFT JOIN placements q ON q.pos = a.amends
                   WHERE a.amendment IN ('correction', 'kill') AND (p.event = ?1 OR q.event = ?1) ORDER BY 5, 1";
        let line = |r: &Row<'_>| {
            let id = |i: usize| r.get::<_, Option<Vec<u8>>>(i).map(|b| b.map(|b| shown(&b)));
            let line = AmendmentLine {
                article: id(1)?.unwrap_or_default(),
                source: r.get(2)?,
                amendment: r.get(3)?,
                at: time(r.get(4)?),
                amends: id(6)?,
                still_carried_by: Vec::new(),
            };
            Ok((r.get::<_, u32>(0)?, r.get::<_, Option<u32>>(5)?, line))
        };
        let mut query = self.connection.prepare_cached(sql)?;
        let found: Vec<(u32, Option<u32>, AmendmentLine)> = query.query_map([&id], line)?.collect::<rusqlite::Result<_>>()?;
        found.into_iter().map(|(pos, amends, line)| self.with_carriers(&id, pos, amends, line)).collect()
    }

    fn with_carriers(&self, event: &[u8], pos: u32, amends: Option<u32>, line: AmendmentLine) -> Result<AmendmentLine> {
        let Some(amends) = amends else { return Ok(line) };
        let amended = self.compared("a.pos = ?1", amends)?;
        let Some(amended) = amended.first() else { return Ok(line) };
        let prepared = Prepared::new(&amended.sequence);
        let mut taken_back = vec![true; amended.sequence.len()];
        if line.amendment != "kill" {
            for correction in self.compared("a.pos = ?1", pos)? {
                for run in prepared.overlap(&correction.sequence).runs {
                    taken_back[run.a as usize..(run.a + run.words) as usize].fill(false);
                }
            }
        }
        let mut latest: FxHashMap<String, Compared> = FxHashMap::default();
        for member in self.compared("p.event = ?1", event)? {
            latest.insert(member.source.clone(), member);
        }
        let carries = |member: &&Compared| {
            let runs = prepared.overlap(&member.sequence).runs;
            runs.iter().any(|r| r.words >= PASSAGE && taken_back[r.a as usize..(r.a + r.words) as usize].contains(&true))
        };
        latest.remove(&line.source);
        let mut carriers: Vec<&Compared> = latest.values().filter(carries).collect();
        carriers.sort_by_key(|c| c.pos);
        let still_carried_by = carriers.into_iter().map(|c| Carrier { source: c.source.clone(), article: c.article.clone() }).collect();
        Ok(AmendmentLine { still_carried_by, ..line })
    }

    /// The texts of some articles as they are compared, in the order in which they were published.
    fn compared(&self, condition: &str, given: impl rusqlite::ToSql) -> Result<Vec<Compared>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT a.pos, s.name, a.title, a.text, a.lang, a.asides, a.id FROM articles a JOIN placements p USING(pos)
             JOIN sources s ON s.no = a.source WHERE {condition} ORDER BY coalesce(a.published, a.received), a.pos"
        ))?;
        let mut rows = query.query([given])?;
        let mut texts = Vec::new();
        while let Some(r) = rows.next()? {
            let (pos, title, text, lang): (u32, String, String, String) = (r.get(0)?, r.get(2)?, r.get(3)?, r.get(4)?);
            let features = Features::without(&title, &text, &lang, &asides(pos, r.get(5)?)?);
            let article = shown(&r.get::<_, Vec<u8>>(6)?);
            texts.push(Compared { pos, source: r.get(1)?, article, sequence: features.sequence });
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema::migrate;

    #[test]
    fn lists_read_no_article_for_its_amendments() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::store::sums::teach(&connection).unwrap();
        migrate(&mut connection, std::path::Path::new("")).unwrap();
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {GRAVEST}")).unwrap();
        let steps: Vec<String> = plan.query_map([vec![1u8]], |r| r.get(3)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
        let on = |table: &str| steps.iter().filter(|s| s.starts_with(&format!("SEARCH {table} "))).cloned().collect::<Vec<_>>();
        assert_eq!((on("p").len(), on("a").len()), (2, 2), "{steps:#?}");
        assert!(on("a").iter().all(|s| s.contains("COVERING INDEX articles_amend")), "{steps:#?}");
        assert!(!steps.iter().any(|s| s.starts_with("SCAN a") || s.starts_with("SCAN p")), "{steps:#?}");
    }
}
