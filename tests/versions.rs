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

/// Another outlet's reports of a fire, so that the cut has more to go by than the two texts in question.
const FIRE: &str = "Fire destroyed the Marigold rope works in Tarnmouth on Monday evening, killing two night watchmen and forcing forty families \
    in Capstan Street from their homes. Fire chief Ilse Maarten said sparks from a faulty winch set light to drums of tar on the ground floor. \
    The roof fell in shortly after nine; crews from three towns pumped water from the harbour until midnight. The works had employed two hundred \
    people since 1911, and its owner, Bastian Kroll, said he would rebuild.";
const FIRE_ELSEWHERE: &str = "Two night watchmen died when the Marigold rope works in Tarnmouth burned down on Monday evening. Drums of tar on the \
    ground floor caught sparks from a winch, fire chief Ilse Maarten said, and forty families had to leave Capstan Street. The owner, Bastian \
    Kroll, spoke of rebuilding the works, where two hundred people are employed.";
const FLASH: &str = "BREAKING: Large blaze at Tarnmouth rope works";

fn flash(text: &str, title: &str, time: &str, more: Value) -> Value {
    let mut article = article("Coast Wire", Some(time), text, json!({ "title": title }));
    more.as_object().unwrap().iter().for_each(|(key, value)| article[key] = value.clone());
    article
}

#[test]
fn a_flash_and_the_report_in_its_place_are_versions() {
    let elsewhere = article("Harbour Times", Some("20:30"), FIRE_ELSEWHERE, json!({ "title": "Watchmen die as rope works burns" }));
    let labels = [json!({ "id": "cst-881" }), json!({ "url": "https://coast.example/2026/tarnmouth-rope-works-blaze" })];
    for label in labels {
        let first = flash("", FLASH, "19:10", label.clone());
        let report = flash(FIRE, "Two dead in Marigold fire", "21:40", label.clone());
        expect(&[first.clone(), report.clone()], &[1, 2], (1, 1, 1));
        expect(&[first.clone(), elsewhere.clone(), report.clone()], &[1, 1, 2], (2, 2, 1));
        expect(&[report, elsewhere.clone(), first], &[2, 1, 1], (2, 2, 1));
    }
}

#[test]
fn a_page_that_keeps_its_address_is_no_version_of_what_it_told_before() {
    let page = |text: &str, time: &str, url: &str| flash(text, "Latest news from the coast", time, json!({ "url": url }));
    let vote = "Parliament in Veldania voted by 61 to 44 to raise the pension age to 66 on Monday evening.";
    let aground = "A ferry with ninety people on board has run aground off Gull Island";
    for url in ["https://coast.example/latest", "https://coast.example/page-1001"] {
        for (first, second) in [(FIRE, vote), (aground, FIRE), (aground, vote)] {
            expect(&[page(first, "09:10", url), page(second, "16:40", url)], &[1, 1], (1, 1, 1));
        }
    }
    // A page of many articles shows nothing, though two of its texts have words in common.
    let blaze = |text: &str, time: &str| flash(text, "Latest news", time, json!({ "url": "https://coast.example/latest" }));
    expect(&[blaze("Large blaze at Tarnmouth rope works", "09:10"), blaze(FIRE, "21:40")], &[1, 1], (1, 1, 1));
}

#[test]
fn a_bulletin_that_keeps_its_id_is_no_version_of_the_last_one() {
    let bulletin = |day: &str, text: &str| {
        json!({ "title": format!("Shipping forecast for {day}"), "source": "Coast Wire", "id": "forecast", "text": text,
            "published": if day == "Monday" { "2026-03-02T06:00:00Z" } else { "2026-03-03T01:30:00Z" } })
    };
    let monday = "Gull Island: south-west 5 to 7, rain, visibility 4 miles. Tarnmouth: west 4, showers, 6 miles. Orun: calm, fog, 1 mile.";
    let tuesday = "Gull Island: north 3 to 4, fair, visibility 9 miles. Tarnmouth: north 2, fair, 10 miles. Orun: east 5, rain, 3 miles.";
    expect(&[bulletin("Monday", monday), bulletin("Tuesday", tuesday)], &[1, 1], (1, 1, 1));
}

#[test]
fn a_correction_days_later_joins_what_it_corrects_and_tells_who_still_carries_it() {
    let label = || json!({ "id": "cst-881", "title": "Two dead in Marigold fire" });
    let first = flash(FIRE, "", "19:10", label());
    let copied = article("Harbour Times", Some("20:30"), FIRE, json!({ "title": "Two dead in Marigold fire" }));
    let mut correction = flash("The name of the owner was given wrongly.", "", "09:00", label());
    (correction["title"], correction["published"]) = (json!("Correction: Kroll"), json!("2026-03-06T09:00:00Z"));
    for one_by_one in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let reader = store(folder.path(), &[first.clone(), copied.clone(), correction.clone()], one_by_one);
        let lines = lines(&reader);
        assert_eq!((&lines[1].event, &lines[2].event), (&lines[0].event, &lines[0].event), "{one_by_one}");
        let amendments = reader.beside(&lines[0].event).unwrap().amendments;
        assert_eq!(
            amendments[0].still_carried_by.iter().map(|c| c.source.as_str()).collect::<Vec<_>>(),
            ["Harbour Times"],
            "{amendments:?}"
        );
    }
}
