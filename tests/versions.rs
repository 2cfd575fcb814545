//! The same source publishing again is a version of its article: it replaces the former in every count and is never a second source.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wirefold::config::Config;
use wirefold::inbox::Found;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::provenance::versions::{Change, versions};
use wirefold::store::read::EventFilter;
use wirefold::store::rows::{ArticleLine, EventSummary};
use wirefold::store::{Reader, StoreError};

/// A flood in a town, as first told and as told again with hardly a sentence left as it was.
const FIRST: &str = "أعلنت بلدية وادي الزعفران مساء الاثنين أن سيول وادي الحلفاء جرفت جسر الخشب القديم وحاصرت ثلاثين عائلة في حي المطاحن. وقال رئيس \
    البلدية سليم الأرقط إن فرق الإنقاذ أخرجت الأطفال أولا على متن زوارق مطاطية. وقطعت الكهرباء عن حي المطاحن خشية ماس في المحولات.";
const AGAIN: &str = "ارتفع إلى خمسين عدد العائلات التي حاصرتها سيول وادي الحلفاء في حي المطاحن بوادي الزعفران بعد انهيار جسر الخشب القديم، وفق رئيس \
    البلدية سليم الأرقط. وتواصل زوارق الإنقاذ المطاطية نقل المحاصرين من حي المطاحن فيما بقيت الكهرباء مقطوعة عن المحولات الغارقة.";
const TITLE: &str = "سيول وادي الحلفاء تحاصر عائلات في حي المطاحن";
const ELSEWHERE: &str = "Parliament in Veldania voted by 61 to 44 to raise the pension age to 66. Finance minister Odo Brandt called the vote a \
    victory of reason; unions announced a strike for next week and demanded a referendum on the law.";

fn article(source: &str, published: Option<&str>, text: &str, more: Value) -> Value {
    let mut article = json!({ "title": TITLE, "source": source, "text": text });
    if let Some(time) = published {
        article["published"] = json!(format!("2026-03-02T{time}:00Z"));
    }
    more.as_object().unwrap().iter().for_each(|(key, value)| article[key] = value.clone());
    article
}

/// The store after these articles came, in one batch or each in a process of its own.
fn store(folder: &Path, articles: &[Value], one_by_one: bool) -> Reader {
    let config = Config { store: folder.join(format!("{one_by_one}.db")), ..Config::default() };
    let file = |(n, article): (usize, &Value)| {
        let path: PathBuf = folder.join(format!("{n}.json"));
        std::fs::write(&path, article.to_string()).unwrap();
        Found { path, folder: None }
    };
    let files: Vec<Found> = articles.iter().enumerate().map(file).collect();
    for (n, batch) in files.chunks(if one_by_one { 1 } else { files.len() }).enumerate() {
        let received = Received::At(format!("2026-03-09T{n:02}:00:00Z").parse().unwrap());
        Ingest::open(&config).unwrap().take(batch.to_vec(), received, &mut Tally::default()).unwrap();
    }
    Reader::open(&config.store).unwrap()
}

fn lines(reader: &Reader) -> Vec<ArticleLine> {
    let mut lines = Vec::new();
    let each = |a: ArticleLine| -> Result<(), StoreError> {
        lines.push(a);
        Ok(())
    };
    reader.each_article(each).unwrap();
    lines
}

/// What must come of some articles: versions in the order given, and the counts of the event of the first.
fn expect(articles: &[Value], versions: &[u32], counts: (u32, u32, u32)) {
    for one_by_one in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let reader = store(folder.path(), articles, one_by_one);
        let lines = lines(&reader);
        let found: Vec<u32> = lines.iter().map(|l| l.version).collect();
        assert_eq!(found, versions, "one by one: {one_by_one}; {lines:#?}");
        let events = reader.events(&EventFilter { limit: 10, ..EventFilter::default() }).unwrap().events;
        let event: &EventSummary = events.iter().find(|e| e.event == lines[0].event).unwrap();
        assert_eq!((event.articles, event.source_count, event.lineage_count), counts, "articles, sources, independent texts: {event:#?}");
        assert_eq!(event.sources.len() as u32, event.source_count, "every source once");
        let totals = reader.totals().unwrap();
        let counted: u32 = events.iter().map(|e| e.articles).sum();
        assert_eq!(totals.articles - totals.further_versions, counted, "what `status` says are articles, and what lists count");
    }
}

const URL: &str = "https://anba.example/seyoul";

#[test]
fn one_address_and_other_text_is_a_version() {
    let url = || json!({ "url": URL });
    expect(
        &[article("أنباء الوادي", Some("18:00"), FIRST, url()), article("أنباء الوادي", Some("21:30"), AGAIN, url())],
        &[1, 2],
        (1, 1, 1),
    );
}

#[test]
fn one_id_of_the_sender_and_other_text_is_a_version() {
    let id = || json!({ "id": "wadi-17" });
    expect(&[article("أنباء الوادي", Some("18:00"), FIRST, id()), article("أنباء الوادي", Some("21:30"), AGAIN, id())], &[1, 2], (1, 1, 1));
}

#[test]
fn one_address_of_another_source_is_no_version() {
    let url = || json!({ "url": URL, "id": "wadi-17" });
    expect(&[article("أنباء الوادي", Some("18:00"), FIRST, url()), article("المجمع", Some("21:30"), FIRST, url())], &[1, 1], (2, 2, 1));
}

#[test]
fn one_address_and_another_happening_is_no_version() {
    let second = json!({ "title": "Veldania raises pension age", "source": "أنباء الوادي", "url": URL, "text": ELSEWHERE,
        "published": "2026-03-03T08:00:00Z" });
    expect(&[article("أنباء الوادي", Some("18:00"), FIRST, json!({ "url": URL })), second], &[1, 1], (1, 1, 1));
}

#[test]
fn without_dates_the_order_of_arrival_counts() {
    let url = || json!({ "url": URL });
    let edited = FIRST.replace("ثلاثين", "أربعين");
    expect(&[article("أنباء الوادي", None, FIRST, url()), article("أنباء الوادي", None, &edited, url())], &[1, 2], (1, 1, 1));
    expect(&[article("أنباء الوادي", None, FIRST, json!({})), article("أنباء الوادي", None, &edited, json!({}))], &[1, 2], (1, 1, 1));
}

#[test]
fn what_was_published_earlier_is_the_earlier_version_though_it_comes_later() {
    let url = || json!({ "url": URL });
    let late = [
        article("أنباء الوادي", Some("21:30"), AGAIN, url()),
        article("أنباء الوادي", Some("18:00"), FIRST, url()),
        article("أنباء الوادي", Some("19:45"), &FIRST.replace("ثلاثين", "أربعين"), url()),
    ];
    expect(&late, &[3, 1, 2], (1, 1, 1));
    let folder = tempfile::tempdir().unwrap();
    let reader = store(folder.path(), &late, true);
    let kin = reader.versions(0).unwrap();
    let versions = versions(kin.iter().collect());
    assert_eq!(versions.iter().map(|v| (v.version, v.hours_after)).collect::<Vec<_>>(), [(1, None), (2, Some(1.75)), (3, Some(1.75))]);
    let changed: Vec<&str> =
        versions[1].difference.as_ref().unwrap().pieces.iter().filter(|p| p.change != Change::Kept).map(|p| p.words.as_str()).collect();
    assert_eq!(changed, ["ثلاثين", "أربعين"]);
}

#[test]
fn nearly_the_same_words_are_a_version_also_where_another_outlet_is_closer() {
    let edited = FIRST.replace("ثلاثين", "أربعين");
    let own = article("أنباء الوادي", Some("18:00"), FIRST, json!({}));
    let copied = article("المجمع", Some("18:20"), &edited, json!({}));
    let again = article("أنباء الوادي", Some("19:00"), &edited, json!({}));
    expect(&[own, copied, again], &[1, 1, 2], (2, 2, 1));
}

#[test]
fn days_later_the_same_words_are_printed_again() {
    // Dates found in addresses separate no events, so that these two are one.
    let at = |day: u32| json!({ "url": format!("https://anba.example/2026/03/{day:02}/seyoul-{day}") });
    let edited = FIRST.replace("ثلاثين", "أربعين");
    expect(&[article("أنباء الوادي", None, FIRST, at(2)), article("أنباء الوادي", None, &edited, at(8))], &[1, 1], (2, 1, 1));
    expect(&[article("أنباء الوادي", None, FIRST, at(2)), article("أنباء الوادي", None, &edited, at(3))], &[1, 2], (1, 1, 1));
}
