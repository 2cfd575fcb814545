//! What is decided depends on the articles and their order alone: not on batches, and not on when the process was started.

use std::path::{Path, PathBuf};

use wirefold::article::{ArticleId, EventId, FileDigest};
use wirefold::config::Config;
use wirefold::detect::features::Features;
use wirefold::detect::{Detector, Incoming, Settings, Stored, Trace};
use wirefold::inbox::{self, Found};
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::store::rows::ArticleLine;
use wirefold::store::{Reader, Store, StoreError};

fn received() -> Received {
    Received::At("2026-10-15T12:00:00Z".parse().unwrap())
}

/// Everything that was decided, a line per article.
fn decided(store: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let each = |a: ArticleLine| -> Result<(), StoreError> {
        let (score, to) = (a.score, a.relation_to);
        lines.push(format!("{} {} {} {} {to:?} v{} {score:?}", a.title, a.event, a.story, a.relation, a.version));
        Ok(())
    };
    Reader::open(store).unwrap().each_article(each).unwrap();
    lines
}

/// Ingests files at once, or each by a process of its own; returns what was decided.
fn ingest(files: &[Found], one_by_one: bool) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("wirefold.db"), ..Config::default() };
    for batch in files.chunks(if one_by_one { 1 } else { files.len() }) {
        let mut ingest = Ingest::open(&config).unwrap();
        ingest.take(batch.to_vec(), received(), &mut Tally::default()).unwrap();
    }
    decided(&config.store)
}

#[test]
fn restarting_after_every_file_decides_the_same() {
    let dispatches = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/dispatches/received");
    let (files, problems) = inbox::scan(&dispatches);
    assert!(files.len() > 30 && problems.is_empty());
    let at_once = ingest(&files, false);
    assert_eq!(at_once, ingest(&files, true));
    assert!(at_once.iter().any(|line| line.contains(" rewrite ")));
}

#[test]
fn restarting_amid_a_stream_decides_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<&str> = include_str!("labels/fixture/stream.jsonl").lines().collect();
    let file = |(n, lines): (usize, &[&str])| {
        let path: PathBuf = folder.path().join(format!("{n:02}.jsonl"));
        std::fs::write(&path, lines.join("\n")).unwrap();
        Found { path, folder: None }
    };
    let files: Vec<Found> = lines.chunks(40).enumerate().map(file).collect();
    let at_once = ingest(&files, false);
    assert_eq!(at_once, ingest(&files, true));
    assert!(at_once.iter().any(|line| line.contains(" roundup ")), "round-ups are remembered");
}

#[test]
fn a_version_is_a_version_in_one_batch_and_in_two() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, end: &str| -> Found {
        let path: PathBuf = folder.path().join(name);
        let text = format!(
            "Title: Old lighthouse of Cape Ambrose lit again\nSource: Ambrose Gazette\nDate: 2026-03-03T10:00:00Z\n\nThe old lighthouse of Cape \
             Ambrose was lit again on Tuesday after nineteen dark years, its keeper Hanna Mbeki said. Fishermen from Tolland and Quarrel Bay \
             had collected the money for a new lamp. The harbour council will decide in June who pays for the oil{end}"
        );
        std::fs::write(&path, text).unwrap();
        Found { path, folder: None }
    };
    let files = [file("a.txt", "."), file("b.txt", " and repairs.")];
    for one_by_one in [false, true] {
        let decided = ingest(&files, one_by_one);
        assert!(decided[0].contains(" v1 ") && decided[1].contains(" v2 "), "{decided:#?}");
    }
}

/// An article that says nothing, placed as `moves` say.
fn placed(pos: u32, moves: &[(u32, EventId)]) -> Stored {
    let incoming = Incoming {
        id: ArticleId::new(&FileDigest::of(b"restart"), pos),
        features: Features::of("", "", "en"),
        source: format!("outlet {pos}"),
        url: None,
        when: None,
        dated: false,
        order: f64::from(pos),
    };
    Stored { pos, incoming, trace: Trace::default(), moves: moves.to_vec() }
}

#[test]
fn an_event_that_lived_on_in_what_is_not_restored_is_joined_again() {
    let event = |n: u8| EventId([n; 10]);
    let mut detector = Detector::new(Settings::default(), 5);
    // The first event was founded before; 5 joined it and went to the second with 6, and 7 joined those who stayed.
    detector.restore(placed(5, &[(5, event(1))]));
    detector.restore(placed(6, &[(6, event(2)), (5, event(2))]));
    detector.restore(placed(7, &[(7, event(1))]));
    detector.restored(8);
    assert_eq!([5, 6, 7].map(|pos| detector.event_of(pos)), [Some(event(2)), Some(event(2)), Some(event(1))]);
}

#[test]
fn any_end_of_a_store_can_be_restored() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("wirefold.db"), ..Config::default() };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labels/fixture/stream.jsonl");
    Ingest::open(&config).unwrap().take(vec![Found { path, folder: None }], received(), &mut Tally::default()).unwrap();
    let reader = Reader::open(&config.store).unwrap();
    let count = u32::try_from(decided(&config.store).len()).unwrap();
    for from in 0..count {
        let mut detector = Detector::new(Settings::default(), count);
        reader.load(from, count).unwrap().into_iter().for_each(|stored| detector.restore(stored));
        detector.restored(count);
        assert_eq!(detector.live(), (count - from) as usize, "from article {from}");
    }
}

#[test]
fn founders_are_counted_from_the_end_of_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("wirefold.db"), ..Config::default() };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labels/fixture/stream.jsonl");
    Ingest::open(&config).unwrap().take(vec![Found { path, folder: None }], received(), &mut Tally::default()).unwrap();
    let placed = Reader::open(&config.store).unwrap().load(0, u32::MAX).unwrap();
    let founders: Vec<u32> = placed.iter().filter(|stored| stored.trace.founder).map(|stored| stored.pos).collect();
    assert!(founders.len() > 50 && founders.len() < placed.len() && founders[0] == 0);
    let store = Store::open(&config.store).unwrap();
    for (n, from) in (1..).zip(founders.iter().rev()) {
        assert_eq!(store.founders_back(n, 0).unwrap(), Some(*from), "{n} back");
        assert_eq!(store.founders_back(n, from + 1).unwrap(), None);
    }
    assert_eq!(store.founders_back(founders.len() + 1, 0).unwrap(), None);
}
