//! Lists of events: which, in which order, and how many. What a filter names is looked up from its narrowest side, so that a list is as
//! quick in a store of years as in one of days; what would have to be counted for long is counted up to a bound.

use jiff::{SignedDuration, Timestamp};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use super::read::{Reader, time, with_lead};
use super::rows::EventSummary;
use super::{Result, ids};
use crate::sources::Sources;

/// Entries that are looked through to count; beyond that it is "at least so many".
pub const COUNTED: u32 = 10_000;
/// A filter that no more entries pass is looked up first, and what it leaves is sorted.
const NARROW: u32 = 2_000;
/// Growth is counted over so long before the newest article of the store.
pub const GROWTH: SignedDuration = SignedDuration::from_hours(6);

/// What a list of events is ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Latest article, newest first.
    #[default]
    Newest,
    /// Number of articles, largest first.
    Size,
    /// Number of articles first published within [`GROWTH`] before the newest article of the store, most first. Where only the day of
    /// publication is known, an article counts when it came, within that day. Events that none joined are not in the list.
    Growth,
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only events with at least this many sources.
    pub min_sources: u32,
    /// Only events that one of these reported: the names of a source, see [`Reader::names_of_source`].
    pub source: Option<Vec<String>>,
    /// Only events with an article that credits the agency of this id.
    pub agency: Option<String>,
    /// Only events that one of these sources reported: those of a country.
    pub among: Option<Vec<String>>,
    /// Only events with an article in this language.
    pub lang: Option<String>,
    /// Only events whose last article is not before this.
    pub since: Option<Timestamp>,
    /// Only events whose first article is not after this.
    pub until: Option<Timestamp>,
    /// Most events to give.
    pub limit: u32,
    /// Events to pass over.
    pub offset: u32,
    /// What comes first.
    pub order: Order,
    /// Only what comes behind this place in the list.
    pub after: Option<EventPlace>,
}

impl EventFilter {
    /// Only events with an article that credits this agency, by its id or any name under which `sources` know it.
    pub fn crediting(self, agency: &str, sources: &Sources) -> Self {
        let known = sources.named(agency, None, None).or_else(|| sources.credited(&crate::sources::key(agency)));
        Self { agency: Some(known.map_or_else(|| agency.to_owned(), |s| s.id.clone())), ..self }
    }

    /// A code of a country, if it is one by its form.
    pub(crate) fn country(code: &str) -> std::result::Result<&str, String> {
        let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic());
        if is_code { Ok(code) } else { Err("expected two letters, such as SA or EG (ISO 3166-1)".to_owned()) }
    }

    /// Only events that a source of this country reported, as `sources` say where they are.
    ///
    /// # Errors
    /// What is expected, if it is no code of a country.
    pub fn from_country(self, code: &str, sources: &Sources) -> std::result::Result<Self, String> {
        let code = Self::country(code)?;
        let there = sources.iter().filter(|s| s.country.as_deref().is_some_and(|c| c.eq_ignore_ascii_case(code)));
        Ok(Self { among: Some(there.map(|s| s.name.clone()).collect()), ..self })
    }
}

/// The place of an event in a list: what the list is ordered by. It stays where it is when events before it come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPlace {
    /// Number of articles; in a list by growth, of those that count for it.
    pub articles: u32,
    /// Latest publication.
    pub last: Timestamp,
    /// Full id.
    pub event: String,
    /// In a list by growth, the newest article when its first page was made: the next pages count up to the same moment.
    pub upto: Option<Timestamp>,
}

/// A part of a list of events.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The events.
    pub events: Vec<EventSummary>,
    /// How many pass the filter in all, as far as they were counted.
    pub total: u32,
    /// Whether there may be more than were counted.
    pub at_least: bool,
    /// In a list by growth, the moment up to which it was counted.
    pub upto: Option<Timestamp>,
}

impl Listed {
    /// Leaves so many of the events. Where the next page begins, if there were more.
    pub fn cut(&mut self, limit: u32) -> Option<EventPlace> {
        let more = self.events.len() > limit as usize;
        self.events.truncate(limit as usize);
        let place = |e: &EventSummary| EventPlace {
            articles: e.grown.unwrap_or(e.articles),
            last: e.last.unwrap_or(Timestamp::UNIX_EPOCH),
            event: e.event.clone(),
            upto: self.upto,
        };
        self.events.last().filter(|_| more).map(place)
    }
}

/// A question about events as it is put together. Values are bound by number.
struct Question {
    values: Vec<Value>,
    /// What holds of `events e`.
    conditions: Vec<String>,
    /// Questions for ids of events, each of which every event of the list is in.
    sets: Vec<String>,
    /// Events that are looked through to count where no set is small, the likeliest first.
    sample: String,
}

/// When an article `a` counts for growth, as `articles_by_time` has it.
const COUNTS_AT: &str =
    "CASE WHEN a.precision = 'day' THEN min(a.received, a.published + 86400000000) ELSE coalesce(a.published, a.received) END";
/// What an index of lists holds of an event.
const LISTED: &str = "SELECT id, articles, source_count, first, last, lang, merged_into FROM events";

impl Question {
    fn new(filter: &EventFilter) -> Self {
        let conditions = vec!["e.merged_into IS NULL AND e.articles > 0".to_owned()];
        let listed = "WHERE merged_into IS NULL AND articles > 0";
        let sample = format!("{LISTED} INDEXED BY events_by_last {listed}");
        let mut question = Self { values: Vec::new(), conditions, sets: Vec::new(), sample };
        if let Some(names) = &filter.source {
            question.reported_by(names);
        }
        if let Some(names) = &filter.among {
            question.reported_by(names);
        }
        if let Some(agency) = &filter.agency {
            let agency = question.bind(agency.clone());
            question.sets.push(format!("SELECT event FROM event_agencies WHERE agency = {agency}"));
            question.conditions.push(format!("EXISTS (SELECT 1 FROM event_agencies x WHERE x.event = e.id AND x.agency = {agency})"));
        }
        if let Some(since) = filter.since {
            let since = question.bind(since.as_microsecond());
            question.sets.push(format!("SELECT id AS event FROM events INDEXED BY events_by_last {listed} AND last >= {since}"));
            question.sample += &format!(" AND last >= {since}");
            question.conditions.push(format!("e.last >= {since}"));
        }
        if let Some(until) = filter.until {
            let until = question.bind(until.as_microsecond());
            question.conditions.push(format!("e.first <= {until}"));
        }
        if let Some(lang) = &filter.lang {
            // As it stands in the list that is stored as JSON.
            let lang = question.bind(serde_json::Value::from(lang.as_str()).to_string());
            question.conditions.push(format!("instr(e.lang, {lang}) > 0"));
        }
        let least = question.bind(i64::from(filter.min_sources.max(1)));
        if filter.min_sources > 1 {
            question.conditions.push(format!("e.source_count >= {least}"));
            // No source reports without an article.
            question.sample = format!("{LISTED} INDEXED BY events_by_size {listed} AND articles >= {least}");
        }
        question.sets.push(format!("SELECT id AS event FROM events INDEXED BY events_by_size {listed} AND articles >= {least}"));
        question
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn reported_by(&mut self, names: &[String]) {
        let names = self.bind(serde_json::Value::from(names).to_string());
        let them = format!("(SELECT no FROM sources WHERE name IN (SELECT value FROM json_each({names})))");
        self.sets.push(format!("SELECT DISTINCT event FROM event_sources WHERE source IN {them}"));
        self.conditions.push(format!("EXISTS (SELECT 1 FROM event_sources x WHERE x.event = e.id AND x.source IN {them})"));
    }

    /// Events with the number of articles that count for their growth, as a set that has `grown` besides.
    fn grown(&mut self, upto: Timestamp) {
        // The moment may come from an address that somebody wrote.
        let from = self.bind(upto.checked_sub(GROWTH).unwrap_or(Timestamp::MIN).as_microsecond());
        let upto = self.bind(upto.as_microsecond());
        self.sets = vec![format!(
            "SELECT p.event, count(*) AS grown FROM articles a INDEXED BY articles_by_time CROSS JOIN placements p ON p.pos = a.pos
             WHERE a.version = 1 AND {COUNTS_AT} > {from} AND {COUNTS_AT} <= {upto} GROUP BY 1"
        )];
    }

    /// The order, and what stands behind a place in it.
    fn order(&mut self, order: Order, after: Option<&EventPlace>) -> (&'static str, String) {
        let by = match order {
            Order::Newest => "e.last DESC, e.id",
            Order::Size => "e.articles DESC, e.last DESC, e.id",
            Order::Growth => "c.grown DESC, e.last DESC, e.id",
        };
        let Some(place) = after else { return (by, "true".to_owned()) };
        let (last, id) = (self.bind(place.last.as_microsecond()), self.bind(ids::id_bytes(&place.event)));
        let later = format!("e.last <= {last} AND (e.last < {last} OR e.id > {id})");
        let number = match order {
            Order::Newest => return (by, later),
            Order::Size => "e.articles",
            Order::Growth => "c.grown",
        };
        let articles = self.bind(i64::from(place.articles));
        (by, format!("{number} <= {articles} AND ({number} < {articles} OR ({later}))"))
    }

    fn conditions(&self) -> String {
        self.conditions.join(" AND ")
    }
}

impl Reader {
    /// When the newest article of the store counts for growth.
    fn last_counted(&self) -> Result<Timestamp> {
        let sql =
            format!("SELECT {COUNTS_AT} AS at FROM articles a INDEXED BY articles_by_time WHERE a.version = 1 ORDER BY at DESC LIMIT 1");
        Ok(self.connection.query_row(&sql, [], |r| r.get(0)).optional()?.map_or(Timestamp::UNIX_EPOCH, time))
    }

    /// The events that pass the filter, and how many do in all.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn events(&self, filter: &EventFilter) -> Result<Listed> {
        let mut question = Question::new(filter);
        let upto = match (filter.order, filter.after.as_ref().and_then(|a| a.upto)) {
            (Order::Growth, None) => Some(self.last_counted()?),
            (Order::Growth, upto) => upto,
            _ => None,
        };
        if let Some(upto) = upto {
            question.grown(upto);
        }
        let narrow = if upto.is_some() { Some(question.sets[0].clone()) } else { self.narrowest(&question)? };
        let counted = self.total(&question, narrow.as_deref())?;
        let from = match (&narrow, filter.order) {
            (Some(set), _) => format!("({set}) c CROSS JOIN events e ON e.id = c.event"),
            (None, Order::Newest) => "events e INDEXED BY events_by_last".to_owned(),
            (None, _) => "events e INDEXED BY events_by_size".to_owned(),
        };
        let conditions = question.conditions();
        let (order, behind) = question.order(filter.order, filter.after.as_ref());
        let grown = if upto.is_some() { "c.grown" } else { "NULL" };
        let (limit, offset) = (filter.limit, filter.offset);
        let sql =
            format!("SELECT e.id, {grown} FROM {from} WHERE {conditions} AND {behind} ORDER BY {order} LIMIT {limit} OFFSET {offset}");
        let ids = self.answers(&sql, &question, |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get::<_, Option<u32>>(1)?)))?;
        let event =
            |(id, grown): &(Vec<u8>, Option<u32>)| Ok(EventSummary { grown: *grown, ..with_lead(&self.connection, self.event(id)?)? });
        let events: Vec<EventSummary> = ids.iter().map(event).collect::<Result<_>>()?;
        // A page shows more than counting may have come upon, and all there are where it is not full.
        let shown = events.len() as u32;
        let (total, at_least) = match filter.after.is_none() && offset == 0 && shown < limit {
            true => (shown, false),
            false => (counted.0.max(shown), counted.1),
        };
        Ok(Listed { events, total, at_least, upto })
    }

    /// The first set that is small enough to be gathered and sorted.
    fn narrowest(&self, question: &Question) -> Result<Option<String>> {
        for set in &question.sets {
            let sql = format!("SELECT count(*) FROM (SELECT 1 FROM ({set}) LIMIT {})", NARROW + 1);
            if self.number(&sql, question)? <= NARROW {
                return Ok(Some(set.clone()));
            }
        }
        Ok(None)
    }

    /// How many events pass, and whether there may be more.
    fn total(&self, question: &Question, narrow: Option<&str>) -> Result<(u32, bool)> {
        let conditions = question.conditions();
        if let Some(set) = narrow {
            let sql = format!("SELECT count(*) FROM ({set}) c CROSS JOIN events e ON e.id = c.event WHERE {conditions}");
            return Ok((self.number(&sql, question)?, false));
        }
        // A set of its own for all that is asked, and the last one where nothing is.
        if question.conditions.len() == question.sets.len() && question.sets.len() <= 2 {
            let sql = format!("SELECT count(*) FROM (SELECT 1 FROM ({}) LIMIT {})", question.sets[0], COUNTED + 1);
            let all = self.number(&sql, question)?;
            return Ok((all.min(COUNTED), all > COUNTED));
        }
        let sql = format!("SELECT count(*) FROM ({} LIMIT {COUNTED}) e WHERE {conditions}", question.sample);
        Ok((self.number(&sql, question)?, true))
    }

    fn number(&self, sql: &str, question: &Question) -> Result<u32> {
        Ok(self.answers(sql, question, |r| r.get(0))?.first().copied().unwrap_or(0))
    }

    /// Every answer; the values that the question does not name are left out.
    fn answers<T>(&self, sql: &str, question: &Question, each: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
        let mut asked = self.connection.prepare_cached(sql)?;
        let takes = asked.parameter_count();
        for (n, value) in question.values.iter().take(takes).enumerate() {
            asked.raw_bind_parameter(n + 1, value)?;
        }
        Ok(asked.raw_query().mapped(each).collect::<rusqlite::Result<_>>()?)
    }
}
