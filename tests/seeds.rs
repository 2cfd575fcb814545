//! The five articles that the product was conceived from: two events, in whatever order they come.
//!
//! They belong to their outlets and are not part of the project; the test runs where they are found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use wirefold::config::Config;
use wirefold::inbox::Found;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::store::Reader;

fn seeds() -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    if !folder.exists() {
        eprintln!("skipped: no ../shared");
        return None;
    }
    Some((0..5).map(|n| folder.join(format!("seed-{n:03}.txt"))).collect())
}

/// Ingests the seeds in an order, in one batch or file by file; returns the groups of file numbers.
fn groups(seeds: &[PathBuf], order: &[usize], one_by_one: bool) -> BTreeSet<BTreeSet<usize>> {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("seeds.db"), ..Config::default() };
    let mut ingest = Ingest::open(&config).unwrap();
    let files: Vec<Found> = order.iter().map(|&n| Found { path: seeds[n].clone(), folder: None }).collect();
    let received = Received::At(Timestamp::now());
    for batch in files.chunks(if one_by_one { 1 } else { 5 }) {
        ingest.take(batch.to_vec(), received, &mut Tally::default()).unwrap();
    }
    let mut events: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let number = |file: &str| file[file.len() - 5..file.len() - 4].parse().unwrap();
    let each = |a: wirefold::store::rows::ArticleLine| -> Result<(), wirefold::store::StoreError> {
        events.entry(a.event).or_default().insert(number(&a.file));
        Ok(())
    };
    Reader::open(&config.store).unwrap().each_article(each).unwrap();
    events.into_values().collect()
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let shorter = permutations(n - 1);
    shorter.iter().flat_map(|p| (0..n).map(move |at| [&p[..at], &[n - 1], &p[at..]].concat())).collect()
}

#[test]
fn two_events_in_any_order() {
    let Some(seeds) = seeds() else { return };
    let expected = BTreeSet::from([BTreeSet::from([0, 1, 3, 4]), BTreeSet::from([2])]);
    let orders = permutations(5);
    assert_eq!(orders.len(), 120);
    let wrong: Vec<_> = orders.iter().filter(|order| groups(&seeds, order, false) != expected).collect();
    assert!(wrong.is_empty(), "{} of 120 orders give other events: {wrong:?}", wrong.len());
    assert_eq!(groups(&seeds, &[4, 2, 0, 3, 1], true), expected, "file by file");
}

#[test]
fn the_evidence_names_the_shared_passages() {
    let Some(seeds) = seeds() else { return };
    let passages = |a: usize, b: usize| {
        let known = wirefold::sources::Sources::shipped();
        let (first, second) =
            (wirefold::compare::article_of(&seeds[a], known).unwrap(), wirefold::compare::article_of(&seeds[b], known).unwrap());
        let compared = wirefold::compare::articles(&first, &second, &Config::default().detect);
        let excerpt = |run: &wirefold::detect::passages::Run| {
            wirefold::text::words::excerpt(&second.title, &second.text, &second.lang, run.a, run.words)
        };
        compared.evidence.passages.iter().map(excerpt).collect::<Vec<_>>().join("\n")
    };
    assert!(passages(0, 3).contains("هشة"), "the quote from the Élysée");
    assert!(passages(1, 3).contains("مجموعة مينسك"), "the quote of Pashinyan");
    assert!(passages(0, 4).contains("ديرمايان"), "the officers of the regiment");
}
