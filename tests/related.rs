//! What leads from one event to another: round-ups join nothing and are linked to what they report; a follow-up is an event of its own
//! and leads back; what was known at a time can be asked for.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use wirefold::config::Config;
use wirefold::inbox::Found;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::store::Reader;
use wirefold::store::rows::{ArticleLine, PlacementLine};
use wirefold::store::{StoreError, rows};

struct Label {
    event: String,
    relation: String,
    of: Vec<String>,
    follows: Option<String>,
}

fn labels() -> HashMap<String, Label> {
    let lines = include_str!("labels/fixture/labels.jsonl").lines();
    let label = |line| {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| v[key].as_str().map(str::to_owned);
        let of = v["of"].as_array().map(|of| of.iter().filter_map(|e| e.as_str().map(str::to_owned)).collect());
        (
            text("id").unwrap(),
            Label {
                event: text("event").unwrap(),
                relation: text("relation").unwrap(),
                of: of.unwrap_or_default(),
                follows: text("follows"),
            },
        )
    };
    lines.map(label).collect()
}

fn received(hour: i32) -> Received {
    Received::At(format!("2026-10-15T{hour:02}:00:00Z").parse().unwrap())
}

fn store(folder: &Path, files: &[&str]) -> PathBuf {
    let config = Config { store: folder.join("wirefold.db"), ..Config::default() };
    for (n, lines) in files.iter().enumerate() {
        let path = folder.join(format!("{n}.jsonl"));
        std::fs::write(&path, lines).unwrap();
        // A process of its own for each file, so that what is remembered is what the store gives back.
        let mut ingest = Ingest::open(&config).unwrap();
        ingest.take(vec![Found { path, folder: None }], received(n as i32), &mut Tally::default()).unwrap();
    }
    config.store
}

fn articles(store: &Path) -> Vec<ArticleLine> {
    let mut lines = Vec::new();
    Reader::open(store)
        .unwrap()
        .each_article(|a| -> Result<(), StoreError> {
            lines.push(a);
            Ok(())
        })
        .unwrap();
    lines
}

const STREAM: &str = include_str!("labels/fixture/stream.jsonl");

#[test]
fn round_ups_are_linked_and_never_join() {
    let (folder, labels) = (tempfile::tempdir().unwrap(), labels());
    let store = store(folder.path(), &[STREAM]);
    let reader = Reader::open(&store).unwrap();
    let articles = articles(&store);
    let label = |a: &ArticleLine| &labels[a.id.as_deref().unwrap()];
    let events: HashMap<&str, HashSet<&str>> = articles.iter().fold(HashMap::new(), |mut events, a| {
        events.entry(&a.event).or_default().insert(&label(a).event);
        events
    });
    let roundups: Vec<&ArticleLine> = articles.iter().filter(|a| a.relation == "roundup").collect();
    assert!(roundups.len() >= 4, "of the ten round-ups in the stream at least four are found, not {}", roundups.len());
    for roundup in roundups {
        assert_eq!(label(roundup).relation, "roundup", "{}", roundup.title);
        assert_eq!(events[roundup.event.as_str()].len(), 1, "{} stands alone", roundup.title);
        let related = reader.related(&roundup.event).unwrap();
        assert!(related.reports.len() >= 2, "{}: {related:?}", roundup.title);
        for reported in &related.reports {
            let of: Vec<&str> =
                events[reported.event.as_str()].iter().copied().filter(|e| label(roundup).of.iter().any(|o| o == e)).collect();
            assert!(!of.is_empty(), "{} does not report {}", roundup.title, reported.headline);
            let back = reader.related(&reported.event).unwrap().reported_in;
            assert!(back.iter().any(|b| b.event == roundup.event), "{} leads to its round-up", reported.headline);
        }
    }
}

#[test]
fn a_follow_up_leads_back_to_its_event() {
    let (folder, labels) = (tempfile::tempdir().unwrap(), labels());
    let store = store(folder.path(), &[STREAM]);
    let articles = articles(&store);
    let event_of = |id: &str| articles.iter().find(|a| a.id.as_deref() == Some(id)).map(|a| a.event.clone()).unwrap();
    let mut threads: HashMap<String, String> = HashMap::new();
    let each = |p: PlacementLine| -> Result<(), StoreError> {
        threads.insert(p.article.event, p.thread);
        Ok(())
    };
    Reader::open(&store).unwrap().each_placement(each).unwrap();
    let (mut right, mut all) = (0, 0);
    for (id, label) in labels.iter().filter(|(_, l)| l.follows.is_some()) {
        all += 1;
        let own = event_of(id);
        let of_parent = |a: &&ArticleLine| Some(&labels[a.id.as_deref().unwrap()].event) == label.follows.as_ref();
        let parents: HashSet<&str> = articles.iter().filter(of_parent).map(|a| threads[&a.event].as_str()).collect();
        assert!(!articles.iter().filter(of_parent).any(|a| a.event == own), "{id} is a happening of its own");
        right += usize::from(parents.contains(threads[&own].as_str()));
    }
    assert!(right * 2 > all, "{right} of {all} follow-ups are in the thread of what they follow");
}

#[test]
fn what_was_known_then_is_what_had_been_received() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<&str> = STREAM.lines().collect();
    let (first, second) = (lines[..150].join("\n"), lines[150..].join("\n"));
    let store_path = store(folder.path(), &[&first, &second]);
    let reader = Reader::open(&store_path).unwrap();
    let known = |time: &str| reader.known_at(time.parse().unwrap(), 1, u32::MAX, 0).unwrap();
    let other = tempfile::tempdir().unwrap();
    let then = Reader::open(&store(other.path(), &[&first])).unwrap();
    let mut was: Vec<(String, u32)> = then
        .known_at("2026-10-15T23:00:00Z".parse().unwrap(), 1, u32::MAX, 0)
        .unwrap()
        .0
        .into_iter()
        .map(|e| (e.event, e.articles))
        .collect();
    let mut is: Vec<(String, u32)> = known("2026-10-15T00:30:00Z").0.into_iter().map(|e: rows::KnownEvent| (e.event, e.articles)).collect();
    was.sort();
    is.sort();
    assert_eq!(is, was, "as it was before the second file came");
    assert_eq!(known("2026-10-14T00:00:00Z").1, 0);
    let all: u32 = known("2026-10-15T23:00:00Z").0.iter().map(|e| e.articles).sum();
    let first_versions = articles(&store_path).iter().filter(|a| a.version == 1).count();
    assert!(first_versions < lines.len(), "the stream has versions");
    assert_eq!(all as usize, first_versions, "versions of one article count once");
}
