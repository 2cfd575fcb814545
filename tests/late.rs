//! An article that comes long after its day finds the event of that day, also when that has left memory.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wirefold::config::Config;
use wirefold::detect::Settings;
use wirefold::inbox;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::late::rejoin;
use wirefold::store::read::Found;
use wirefold::store::rows::ArticleDetail;
use wirefold::store::{Reader, edits::LATE};

const FLOOD: &str = "A flood carried away the wooden bridge of Wadi Zafaran on Monday and cut off thirty families in the mill quarter. Mayor Salim \
    Arqat said that rubber boats took the children out first, and that power was cut for fear of the transformers.";
const AGAIN: &str = "Thirty families were cut off in the mill quarter when a flood carried away the wooden bridge of Wadi Zafaran, mayor Salim Arqat \
    said on Monday. Rubber boats took out the children first; power in the quarter was cut because of the transformers.";
const VOTE: &str = "Parliament in Veldania voted by 61 to 44 to raise the pension age to 66. Finance minister Odo Brandt called the vote a victory \
    of reason; unions announced a strike for next week and demanded a referendum on the law.";

/// Other news, after which what came before is not compared any more: the detector sweeps every 8,192 articles.
const BETWEEN: usize = 8_200;

fn config(folder: &Path) -> Config {
    let detect = Settings { keep_recent: 100, ..Settings::default() };
    Config { store: folder.join("store.db"), detect, ..Config::default() }
}

fn article(id: &str, source: &str, day: i64, title: &str, text: &str) -> String {
    let begin: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let at = begin + SignedDuration::from_hours(24 * day);
    json!({ "id": id, "source": source, "published": at.to_string(), "title": title, "text": text }).to_string()
}

fn take(config: &Config, folder: &Path, name: &str, lines: &[String]) {
    let file = folder.join(name);
    std::fs::write(&file, lines.join("\n")).unwrap();
    let (found, _) = inbox::scan(&file);
    Ingest::open(config).unwrap().take(found, Received::At("2026-04-20T00:00:00Z".parse().unwrap()), &mut Tally::default()).unwrap();
}

fn detail(config: &Config, id: &str) -> ArticleDetail {
    match Reader::open(&config.store).unwrap().find_article(id).unwrap() {
        Found::One(detail) => detail,
        other => panic!("{id}: {other:?}"),
    }
}

#[test]
fn late_articles_join_the_events_of_their_days() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    take(&config, folder.path(), "first.jsonl", &[article("flood", "Coast Wire", 0, "Flood takes bridge of Wadi Zafaran", FLOOD)]);
    let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
    let word = |n: usize| format!("{}{}{}{}o", letter(n), letter(n / 26), letter(n / 676), letter(n * 7));
    let other = |n: usize| article(&format!("n{n}"), "Daily Notes", 20, &format!("{} {} {}", word(n), word(n * 3), word(n * 5)), "");
    take(&config, folder.path(), "between.jsonl", &(0..BETWEEN).map(other).collect::<Vec<_>>());
    let late = [
        article("again", "Gull Island Echo", 0, "Bridge lost to flood in Wadi Zafaran", AGAIN),
        article("copy", "Northern Post", 0, "Flood takes bridge of Wadi Zafaran", FLOOD),
        article("vote", "Northern Post", 0, "Veldania raises pension age", VOTE),
    ];
    take(&config, folder.path(), "late.jsonl", &late);
    let event = |id: &str| detail(&config, id).line.event;
    assert_ne!(event("again"), event("flood"), "nobody of its day is live");

    let done = rejoin(&config, |_, _| ()).unwrap();
    assert_eq!((done.compared, done.moved.len(), done.refused.len()), (3, 2, 0), "{done:#?}");
    assert_eq!([event("again"), event("copy")], [event("flood"), event("flood")]);
    assert_ne!(event("vote"), event("flood"));
    assert!(done.moved.iter().all(|line| line.who == LATE && line.why.starts_with("came late; with article ")), "{done:#?}");
    assert_eq!(Reader::open(&config.store).unwrap().decisions().unwrap().len(), 0, "they are no labels of an editor");

    let again = rejoin(&config, |_, _| ()).unwrap();
    assert_eq!((again.compared, again.moved.len()), (1, 0), "only what is alone still is looked at again: {again:#?}");
}
