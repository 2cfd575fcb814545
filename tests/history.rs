//! An event's history reads as a story, and an id that was once shown leads somewhere for ever.
//!
//! The decisions are written by hand, so that what is told does not hang on what the detector decides today.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use jiff::Timestamp;
use serde_json::Value;
use wirefold::article::{Article, ArticleId, EventId, FileDigest, Outcome, Relation, SourceStep, StoryId};
use wirefold::detect::stories::Standing;
use wirefold::detect::{Change, Decision, Place, Trace};
use wirefold::store::{FileRecord, PlacedArticle, Store};

fn id(n: u32) -> ArticleId {
    ArticleId::new(&FileDigest::of(b"history"), n)
}

fn event(n: u32) -> EventId {
    EventId::founded_by(&id(n))
}

fn article(n: u32, source: &str, title: &str) -> Article {
    Article {
        position: n,
        sender_id: None,
        title: title.to_owned(),
        text: format!("نص الخبر رقم {n}"),
        source: source.to_owned(),
        source_step: SourceStep::Given,
        source_found: None,
        credits: Vec::new(),
        amendment: None,
        asides: Vec::new(),
        published: None,
        lang: "ar".to_owned(),
        url: None,
        byline: None,
        category: None,
        version: None,
        pubstatus: None,
        notes: Vec::new(),
        extra: serde_json::Map::new(),
    }
}

fn placed(n: u32, source: &str, title: &str, places: &[(u32, EventId)], changes: Vec<Change>) -> PlacedArticle {
    let place = |&(pos, event): &(u32, EventId)| Place {
        pos,
        article: id(pos),
        event,
        standing: Standing { story: StoryId::founded_by(&id(pos)), relation: Relation::Report, relation_to: None },
    };
    let decision = Decision {
        moves: places.to_vec(),
        pos: n,
        because: Default::default(),
        model: 1,
        follows: None,
        places: places.iter().map(place).collect(),
        changes,
        trace: Trace::default(),
    };
    PlacedArticle { id: id(n), file: 0, article: article(n, source, title), version_of: None, begins: Vec::new(), part: None, decision }
}

/// Two events are founded, the third article merges the second into the first, the fourth splits a part off again.
fn store(folder: &Path) -> PathBuf {
    let (one, two, three) = (event(0), event(1), event(3));
    let moved = |from, to, n| Change::Moved { from, to, article: id(n) };
    let articles = [
        placed(0, "وكالة الرصيف", "انقطاع الماء عن حي السدرة", &[(0, one)], vec![Change::Created { event: one, article: id(0) }]),
        placed(1, "جريدة الحي", "عطل في محطة الضخ", &[(1, two)], vec![Change::Created { event: two, article: id(1) }]),
        placed(
            2,
            "إذاعة الوادي",
            "محطة الضخ تقطع الماء عن السدرة",
            &[(1, one), (2, one)],
            vec![moved(two, one, 1), Change::Joined { event: one, article: id(2) }, Change::Merged { from: two, into: one }],
        ),
        placed(
            3,
            "جريدة الحي",
            "استقالة مدير محطة الضخ",
            &[(1, three), (3, three)],
            vec![Change::Split { from: one, into: three }, moved(one, three, 1), Change::Joined { event: three, article: id(3) }],
        ),
    ];
    let file = FileRecord {
        digest: None,
        path: b"a.jsonl".to_vec(),
        size: 1,
        received: "2026-03-05T07:00:00Z".parse::<Timestamp>().unwrap(),
        outcome: Outcome::Stored,
        format: "jsonl".into(),
        encoding: "UTF-8".into(),
        articles: 4,
        rejects: Vec::new(),
        notes: Vec::new(),
        owed: None,
    };
    let path = folder.join("wirefold.db");
    Store::open(&path).unwrap().commit(&[file], articles.into_iter().map(Ok)).unwrap();
    path
}

fn wirefold(store: &Path, args: &[&str]) -> String {
    let output = Command::cargo_bin("wirefold").unwrap().arg("--db").arg(store).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_merged_id_leads_to_the_event_that_took_it_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let (merged, into) = (event(1).to_string(), event(0).to_string());
    let shown: Value = serde_json::from_str(&wirefold(&store, &["show", &merged[..8], "--json"])).unwrap();
    assert_eq!(shown["event"]["event"], into.as_str());
    let listed: Value = serde_json::from_str(&wirefold(&store, &["events", "--event", &merged, "--json"])).unwrap();
    assert_eq!(listed["event"], into.as_str());
    let told = wirefold(&store, &["history", &merged]);
    assert!(told.starts_with(&format!("event {}", &into[..8])) && told.contains("was merged into it"), "{told}");
    let steps: Vec<(String, String)> = wirefold(&store, &["history", &merged, "--json"])
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap())
        .map(|l| (l["event"].as_str().unwrap()[..8].to_owned(), l["kind"].as_str().unwrap().to_owned()))
        .collect();
    let of = |event: &str, kinds: &[&str]| kinds.iter().map(|k| (event[..8].to_owned(), (*k).to_owned())).collect::<Vec<_>>();
    let expected = [of(&merged, &["created", "left", "merged"]), of(&into, &["arrived", "joined", "absorbed", "split", "left"])].concat();
    assert_eq!(steps, expected, "its own steps, then those of the event that took it in");
}

#[test]
fn history_names_sources_headlines_and_causes() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let told = wirefold(&store, &["history", &event(0).to_string()]);
    for says in [
        "created by \u{2068}وكالة الرصيف\u{2069}",
        "«\u{2068}انقطاع الماء عن حي السدرة\u{2069}»",
        "\u{2068}جريدة الحي\u{2069} moved here",
        "joined by \u{2068}إذاعة الوادي\u{2069}",
        // The merged event has no members and so no headline of its own any more: it is called by its founder's.
        &format!(
            "took in event {} «\u{2068}عطل في محطة الضخ\u{2069}», when this came: \u{2068}إذاعة الوادي\u{2069}",
            &event(1).to_string()[..8]
        ),
        "split off, when this came: \u{2068}جريدة الحي\u{2069}",
    ] {
        assert!(told.contains(says), "history does not say {says:?}:\n{told}");
    }
    assert!(wirefold(&store, &["history", &event(3).to_string()]).contains("split off from event"));
}

#[test]
fn an_unknown_id_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let failed = |args: &[&str]| {
        let output = Command::cargo_bin("wirefold").unwrap().arg("--db").arg(&store).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(4));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(failed(&["history", "zzzzzzzzzz"]).contains("hint: "));
    assert!(failed(&["events", "--event", "zzzzzzzzzz"]).contains("no event zzzzzzzzzz"));
}
