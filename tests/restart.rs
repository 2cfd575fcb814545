//! What is decided depends on the articles and their order alone: not on batches, and not on when the process was started.

use std::path::{Path, PathBuf};

use wirefold::config::Config;
use wirefold::inbox::{self, Found};
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::store::rows::ArticleLine;
use wirefold::store::{Reader, StoreError};

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
