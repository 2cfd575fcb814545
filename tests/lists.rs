//! Lists of events hold what the filter says in the order asked for, page by page, in a store so large that nothing is gathered whole.

mod desk;

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use wirefold::edit::Command;
use wirefold::ingest::Ingest;
use wirefold::store::read::{COUNTED, EventFilter, GROWTH, Order};
use wirefold::store::{Reader, sums};

use desk::{Desk, stream};

/// Events of the large store: more than are counted, and more than a filter may leave to be gathered.
const EVENTS: u32 = 16_000;
const NAMES: [&str; 4] = ["نور", "صدى الميناء", "Harbour Post", "الواحة"];

/// An event as the test knows it.
struct Known {
    id: String,
    articles: u32,
    times: Vec<i64>,
    sources: BTreeSet<usize>,
    agency: Option<&'static str>,
    lang: &'static str,
}

impl Known {
    fn last(&self) -> i64 {
        self.times.iter().copied().max().unwrap()
    }

    fn first(&self) -> i64 {
        self.times.iter().copied().min().unwrap()
    }
}

/// A store of invented events, written as the writer leaves them.
fn large() -> (Desk, Vec<Known>) {
    let mut desk = Desk::new();
    desk.ingest = None;
    let mut store = Connection::open(&desk.config.store).unwrap();
    sums::teach(&store).unwrap();
    let mut state = 9u64;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let write = store.transaction().unwrap();
    write
        .execute("INSERT INTO files(no, path, path_raw, size, received, outcome, archived) VALUES(1, 'f', x'66', 1, 0, 'stored', 1)", [])
        .unwrap();
    for (no, name) in NAMES.iter().enumerate() {
        write.execute("INSERT INTO sources(no, name) VALUES(?1, ?2)", params![no as i64 + 1, name]).unwrap();
    }
    let (mut pos, mut all) = (0u32, Vec::new());
    for n in 0..EVENTS {
        let id = [&n.wrapping_mul(2_654_435_761).to_be_bytes()[..], &[7; 6]].concat();
        // Few events are large, and one source in fifty reports little.
        let articles = if below(40) == 0 { 2 + below(30) as u32 } else { 1 };
        let (lang, agency) = (if below(3) == 0 { "en" } else { "ar" }, (below(8) == 0).then_some("noor-agency"));
        let mut known = Known { id: String::new(), articles, times: Vec::new(), sources: BTreeSet::new(), agency, lang };
        for _ in 0..articles {
            let source = match below(50) {
                0 => 3,
                n => (n % 3) as usize,
            };
            // Many share a second, so that ids must decide.
            let at = (1_770_000_000 + below(200_000) as i64) * 1_000_000;
            let credits = agency.map(|id| format!(r#"[{{"id":"{id}","name":"x","place":"dateline","found":"x"}}]"#));
            write
                .prepare_cached(
                    "INSERT INTO articles(pos, id, file, position, title, text, source, source_step, published, received, lang, credits)
                     VALUES(?1, ?2, 1, ?1, 't', 'x', ?3, 'given', ?4, ?4, ?5, ?6)",
                )
                .unwrap()
                .execute(params![pos, [&[1; 12][..], &pos.to_be_bytes()].concat(), source as i64 + 1, at, lang, credits])
                .unwrap();
            write
                .prepare_cached("INSERT INTO placements(pos, event, story, relation, because, trace, features, model) VALUES(?1, ?2, ?2, 'first', '{}', '{}', 1, 1)")
                .unwrap()
                .execute(params![pos, id])
                .unwrap();
            known.times.push(at);
            known.sources.insert(source);
            pos += 1;
        }
        let last = known.last();
        write
            .prepare_cached("INSERT INTO events(id, headline, lang, first, last, articles, source_count, lineage_count) VALUES(?1, 'h', ?2, ?3, ?4, ?5, ?6, 1)")
            .unwrap()
            .execute(params![id, format!("[\"{lang}\"]"), known.first(), last, articles, known.sources.len() as i64])
            .unwrap();
        all.push(Known { id: wirefold::article::EventId(id.try_into().unwrap()).to_string(), ..known });
    }
    write.execute_batch(&filled()).unwrap();
    write.commit().unwrap();
    (desk, all)
}

/// What the migration fills the tables with, for a store that has these articles.
fn filled() -> String {
    let sql = include_str!("../src/store/schema_lists.sql");
    sql.split(';').filter(|s| s.contains("INSERT INTO")).map(|s| s[s.find("INSERT").unwrap()..].to_owned() + ";").collect()
}

/// The events in the order of the list, with the number they are ordered by.
fn expected(all: &[Known], filter: &EventFilter, among: Option<&[usize]>) -> Vec<(u32, i64, String)> {
    let newest = all.iter().map(Known::last).max().unwrap();
    let from = newest - GROWTH.as_micros() as i64;
    let passes = |k: &&Known| {
        k.sources.len() as u32 >= filter.min_sources
            && filter.source.as_ref().is_none_or(|names| k.sources.iter().any(|s| names.iter().any(|name| NAMES[*s] == name)))
            && among.is_none_or(|them| k.sources.iter().any(|s| them.contains(s)))
            && filter.agency.as_ref().is_none_or(|agency| k.agency == Some(agency.as_str()))
            && filter.lang.as_ref().is_none_or(|lang| k.lang == lang)
            && filter.since.is_none_or(|t| k.last() >= t.as_microsecond())
            && filter.until.is_none_or(|t| k.first() <= t.as_microsecond())
    };
    let number = |k: &Known| match filter.order {
        Order::Newest => 0,
        Order::Size => k.articles,
        Order::Growth => k.times.iter().filter(|t| **t > from).count() as u32,
    };
    let mut list: Vec<_> = all.iter().filter(passes).map(|k| (number(k), k.last(), k.id.clone())).collect();
    list.retain(|(n, ..)| filter.order != Order::Growth || *n > 0);
    list.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then(a.2.cmp(&b.2)));
    list
}

fn filters() -> Vec<(EventFilter, Option<Vec<usize>>)> {
    let usual = EventFilter::default;
    let at = |seconds: i64| Some(Timestamp::from_second(1_770_000_000 + seconds).unwrap());
    let name = |n: usize| Some(vec![NAMES[n].to_owned()]);
    let among = |them: &[usize]| EventFilter { among: Some(them.iter().map(|n| NAMES[*n].to_owned()).collect()), ..usual() };
    vec![
        (usual(), None),
        (EventFilter { min_sources: 2, ..usual() }, None),
        (EventFilter { min_sources: 4, ..usual() }, None),
        (EventFilter { source: name(0), ..usual() }, None),
        (EventFilter { source: name(3), ..usual() }, None),
        (EventFilter { source: Some(Vec::new()), ..usual() }, None),
        (among(&[0, 3]), Some(vec![0, 3])),
        (among(&[]), Some(vec![])),
        (EventFilter { source: name(3), ..among(&[1, 2]) }, Some(vec![1, 2])),
        (EventFilter { agency: Some("noor-agency".to_owned()), ..usual() }, None),
        (EventFilter { agency: Some("noor-agency".to_owned()), source: name(3), lang: Some("en".to_owned()), ..usual() }, None),
        (EventFilter { lang: Some("en".to_owned()), ..usual() }, None),
        (EventFilter { lang: Some("en\",\"ar".to_owned()), ..usual() }, None),
        (EventFilter { since: at(199_000), ..usual() }, None),
        (EventFilter { since: at(10_000), until: at(190_000), source: name(1), ..usual() }, None),
        (EventFilter { until: at(3_000), ..usual() }, None),
    ]
}

#[test]
fn every_list_holds_what_it_should_in_its_order() {
    let (desk, all) = large();
    let reader = desk.reader();
    for (filter, among) in filters() {
        for order in [Order::Newest, Order::Size, Order::Growth] {
            let filter = EventFilter { order, limit: 80, ..filter.clone() };
            let expected = expected(&all, &filter, among.as_deref());
            let listed = reader.events(&filter).unwrap();
            let found: Vec<String> = listed.events.iter().map(|e| e.event.clone()).collect();
            let wanted: Vec<String> = expected.iter().take(80).map(|(_, _, id)| id.clone()).collect();
            assert_eq!(found, wanted, "{filter:?}");
            let grown: Vec<Option<u32>> = listed.events.iter().map(|e| e.grown).collect();
            let counts = expected.iter().take(80).map(|(n, ..)| (order == Order::Growth).then_some(*n));
            assert_eq!(grown, counts.collect::<Vec<_>>(), "{filter:?}");
            match listed.at_least {
                false => assert_eq!(listed.total as usize, expected.len(), "{filter:?}"),
                true => assert!(
                    listed.total as usize <= expected.len() && expected.len() >= 80 && listed.total >= 80,
                    "{filter:?}: {}",
                    listed.total
                ),
            }
        }
    }
    let listed = reader.events(&EventFilter { limit: 1, ..EventFilter::default() }).unwrap();
    assert_eq!((listed.total, listed.at_least), (COUNTED, true), "of all there are, so many are counted");
}

#[test]
fn pages_follow_one_another_in_every_order() {
    let (desk, all) = large();
    let reader = desk.reader();
    for (order, source) in
        [Order::Newest, Order::Size, Order::Growth].into_iter().flat_map(|o| [(o, None), (o, Some(vec![NAMES[3].to_owned()]))])
    {
        let filter = EventFilter { order, source, limit: 8, ..EventFilter::default() };
        let (mut found, mut after) = (Vec::new(), None);
        for _ in 0..40 {
            let mut page = reader.events(&EventFilter { after: after.take(), ..filter.clone() }).unwrap();
            after = page.cut(7);
            found.extend(page.events.into_iter().map(|e| e.event));
            if after.is_none() {
                break;
            }
        }
        let wanted = expected(&all, &filter, None).into_iter().take(found.len()).map(|(_, _, id)| id);
        assert!(found.len() > 100, "{order:?}");
        assert_eq!(found, wanted.collect::<Vec<_>>(), "{order:?}");
    }
}

#[test]
fn growth_is_counted_up_to_the_moment_of_the_first_page() {
    let (desk, all) = large();
    let filter = EventFilter { order: Order::Growth, limit: 6, ..EventFilter::default() };
    let mut page = desk.reader().events(&filter).unwrap();
    let after = page.cut(5);
    let wanted = expected(&all, &filter, None);
    // An hour later something comes in that would move everything.
    let store = Connection::open(&desk.config.store).unwrap();
    sums::teach(&store).unwrap();
    let pos: i64 = store.query_row("SELECT max(pos) + 1 FROM articles", [], |r| r.get(0)).unwrap();
    store
        .execute(
            "INSERT INTO articles(pos, id, file, position, title, text, source, source_step, published, received, lang)
             SELECT ?1, x'ff', 1, 0, 't', 'x', 1, 'given', max(last) + 3600000000, 0, 'ar' FROM events",
            [pos],
        )
        .unwrap();
    store.execute("INSERT INTO placements(pos, event, story, relation, because, trace, features, model) SELECT ?1, event, event, 'first', '{}', '{}', 1, 1 FROM placements WHERE pos = 0", [pos]).unwrap();
    store.execute("UPDATE events SET last = (SELECT published FROM articles WHERE pos = ?1) WHERE id = (SELECT event FROM placements WHERE pos = ?1)", [pos]).unwrap();
    let second = desk.reader().events(&EventFilter { after, ..filter.clone() }).unwrap();
    let found: Vec<String> = second.events.into_iter().take(5).map(|e| e.event).collect();
    assert_eq!(found, wanted[5..10].iter().map(|(_, _, id)| id.clone()).collect::<Vec<_>>());
}

/// Every row of a table, in order.
fn rows(store: &Connection, table: &str) -> Vec<String> {
    let mut query = store.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
    let columns = query.column_count();
    let row = |r: &rusqlite::Row<'_>| (0..columns).map(|n| Ok(format!("{:?}", r.get_ref(n)?))).collect::<rusqlite::Result<Vec<_>>>();
    query.query_map([], |r| Ok(row(r)?.join(" "))).unwrap().map(Result::unwrap).collect()
}

/// What lists are filtered by is what the articles say now.
fn kept(desk: &Desk) -> usize {
    let store = Connection::open(&desk.config.store).unwrap();
    let before = ["event_sources", "event_agencies"].map(|table| rows(&store, table));
    store.execute_batch(&format!("BEGIN; DELETE FROM event_sources; DELETE FROM event_agencies; {}", filled())).unwrap();
    let after = ["event_sources", "event_agencies"].map(|table| rows(&store, table));
    store.execute_batch("ROLLBACK").unwrap();
    assert_eq!(before, after);
    before[1].len()
}

#[test]
fn what_lists_are_filtered_by_follows_merges_splits_and_rebuilds() {
    let mut desk = Desk::with(&stream()[..150]);
    kept(&desk);
    let mut events: Vec<_> = desk.events().into_iter().collect();
    events.sort_by_key(|(id, all)| (std::cmp::Reverse(all.len()), id.clone()));
    let (into, from) = (events[0].0.clone(), events[1].0.clone());
    desk.edit(Command::Merge { into: into.clone(), from });
    kept(&desk);
    desk.edit(Command::Split { event: into, articles: events[1].1[..1].to_vec() });
    kept(&desk);
    desk.take(&stream()[150..200]);
    kept(&desk);
    desk.take(&[
        r#"{"title":"ميناء الرياح يستأنف العمل","source":"صدى الميناء","published":"2026-03-04T09:00:00Z","text":"ميناء الرياح (رويترز) - استأنف ميناء الرياح استقبال السفن صباح الأربعاء بعد إغلاق دام يومين بسبب العاصفة التي ضربت الساحل الغربي."}"#,
    ]);
    assert!(kept(&desk) > 0, "an agency is credited");
    desk.rebuild();
    assert!(kept(&desk) > 0);
}

#[test]
fn a_store_from_before_is_filled_when_it_is_migrated() {
    let mut desk = Desk::with(&stream()[..60]);
    desk.ingest = None;
    let store = Connection::open(&desk.config.store).unwrap();
    store
        .execute_batch(
            "DROP TABLE sums; DROP TABLE event_sums; DROP TRIGGER placed; DROP TRIGGER placed_anew; DROP TRIGGER moved; DROP TRIGGER amended;
             DROP TRIGGER passed; DROP TRIGGER explained_anew; DROP TRIGGER reworded; DROP TRIGGER summarised; DROP TRIGGER summarised_anew; DROP TABLE event_sources; DROP TABLE event_agencies; DROP INDEX events_by_last; DROP INDEX events_by_size; DROP INDEX articles_by_time; DROP INDEX articles_amended; DROP INDEX articles_early; DROP INDEX files_retried; DROP TABLE item_names;
             CREATE INDEX events_by_last ON events(last DESC, id) WHERE merged_into IS NULL; PRAGMA user_version = 8;",
        )
        .unwrap();
    assert!(Reader::open(&desk.config.store).is_err(), "it is older");
    Ingest::open(&desk.config).unwrap();
    kept(&desk);
    wirefold::store::backup::examine(&desk.config.store).unwrap();
    assert!(desk.reader().events(&EventFilter { limit: 5, ..EventFilter::default() }).unwrap().events.len() == 5);
}
