//! A batch is stored whole or not at all.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use wirefold::article::Outcome;
use wirefold::config::Config;
use wirefold::inbox::Found;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::store::{FileRecord, Reader, Store, StoreError};

fn record(articles: u32) -> FileRecord {
    FileRecord {
        digest: None,
        path: b"a.jsonl".to_vec(),
        size: 1,
        received: Timestamp::UNIX_EPOCH,
        outcome: Outcome::Stored,
        format: "json".into(),
        encoding: "utf-8".into(),
        articles,
        rejects: Vec::new(),
        notes: Vec::new(),
        owed: None,
    }
}

#[test]
fn a_batch_that_ends_early_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wirefold.db");
    let mut store = Store::open(&path).unwrap();
    let ended = store.commit(&[record(2)], std::iter::empty());
    assert!(matches!(ended, Err(StoreError::Incomplete { missing: 2 })), "{ended:?}");
    let failed = store.commit(&[record(1)], [Err(StoreError::Unreadable("planted".into()))]);
    assert!(failed.is_err());
    let count = |sql: &str| -> i64 { rusqlite::Connection::open(&path).unwrap().query_row(sql, [], |r| r.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM files"), 0, "the ledger has no line of a batch that was not stored");
}

#[test]
fn the_log_is_emptied_where_readers_come_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wirefold.db");
    let mut store = Store::open(&path).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // There is never a moment without one of them.
        for reader in 0..3 {
            let (path, done) = (&path, &done);
            scope.spawn(move || {
                let connection = rusqlite::Connection::open(path).unwrap();
                std::thread::sleep(Duration::from_millis(20 * reader));
                while !done.load(Ordering::Relaxed) {
                    connection.execute_batch("BEGIN; SELECT count(*) FROM files").unwrap();
                    std::thread::sleep(Duration::from_millis(60));
                    connection.execute_batch("COMMIT").unwrap();
                }
            });
        }
        let much = FileRecord { notes: vec!["noted ".repeat(1 << 20)], ..record(0) };
        for _ in 0..24 {
            store.commit(std::slice::from_ref(&much), std::iter::empty()).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    let log = std::fs::metadata(folder.path().join("wirefold.db-wal")).unwrap().len();
    assert!(log < 100 << 20, "144 MB were written, and the log has {} MB", log >> 20);
}

#[test]
fn after_a_failed_commit_the_detector_is_as_the_store_is() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("wirefold.db"), ..Config::default() };
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("Title: {name}\nSource: {name}\nDate: 2026-03-03T10:00:00Z\n\n{text}")).unwrap();
        vec![Found { path, folder: None }]
    };
    let text = "The old lighthouse of Cape Ambrose was lit again on Tuesday after nineteen dark years, its keeper Hanna Mbeki said.";
    let mut ingest = Ingest::open(&config).unwrap();
    let now = Received::At("2026-03-03T12:00:00Z".parse().unwrap());
    let blocker = rusqlite::Connection::open(&config.store).unwrap();
    blocker.execute_batch("CREATE TRIGGER planted BEFORE INSERT ON placements BEGIN SELECT RAISE(ABORT, 'planted'); END").unwrap();
    assert!(ingest.take(file("one", text), now, &mut Tally::default()).is_err());
    blocker.execute_batch("DROP TRIGGER planted").unwrap();
    // Had the detector kept the lost article, this one would join an event that the store does not have.
    let mut tally = Tally::default();
    ingest.take(file("two", text), now, &mut tally).unwrap();
    assert_eq!((tally.articles, tally.events, tally.joined), (1, 1, 0));
    let total = Reader::open(&config.store).unwrap().events(&Default::default()).unwrap().total;
    assert_eq!(total, 1);
}

#[test]
fn events_are_summed_up_alike_in_one_batch_and_in_many() {
    let folder = tempfile::tempdir().unwrap();
    let config = |name: &str| Config { store: folder.path().join(name), ..Config::default() };
    // A happening is told at the begin, in the midst and at the end; four hundred others, each in words of its own, come between.
    let told = |n: u32| match n {
        0 | 200 | 401 => "The ferry Marigold struck a reef off Gull Island and sank, harbour master Selim Orun said.".to_owned(),
        n => format!("Mayor Name{n} of Town{n} opens bridge{n} over river{n} with guest{n} and choir{n} before crowd{n} on quay{n}."),
    };
    let files: Vec<Found> = (0..402)
        .map(|n| {
            let path = folder.path().join(format!("{n:03}.txt"));
            let date = format!("2026-03-03T{:02}:{:02}:00Z", n / 60, n % 60);
            std::fs::write(&path, format!("Title: Report {n}\nSource: Outlet {n}\nDate: {date}\n\n{}", told(n))).unwrap();
            Found { path, folder: None }
        })
        .collect();
    let events = |name: &str, at_a_time: usize| -> Vec<String> {
        let config = config(name);
        let mut ingest = Ingest::open(&config).unwrap();
        let now = Received::At("2026-03-04T12:00:00Z".parse().unwrap());
        files.chunks(at_a_time).for_each(|files| drop(ingest.take(files.to_vec(), now, &mut Tally::default()).unwrap()));
        let store = rusqlite::Connection::open(&config.store).unwrap();
        let sql = "SELECT hex(e.id) || ' ' || e.headline || e.first || e.last || e.lang || ' ' || e.articles || ' ' || e.source_count || ' ' || c.sum || ' '
            || (SELECT group_concat(s.source || ':' || s.of || ':' || s.articles || ':' || s.first || ':' || coalesce(s.delay, ''))
                FROM event_sources s WHERE s.event = e.id)
            FROM events e JOIN event_sums c ON c.event = e.id ORDER BY e.articles DESC, e.id";
        store.prepare(sql).unwrap().query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let (whole, parts) = (events("whole.db", files.len()), events("parts.db", 7));
    assert_eq!(whole.len(), 400, "{:?}", &whole[..2]);
    assert!(whole[0].contains(" 3 3 "), "{}", whole[0]);
    assert_eq!(whole, parts);
}
