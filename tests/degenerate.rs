//! Texts that tempt a detector: without content, without end, stuffed with others' words, or in long rows of near-copies.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use jiff::Timestamp;
use serde_json::{Value, json};
use wirefold::config::Config;
use wirefold::inbox;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::store::rows::ArticleLine;
use wirefold::store::{Reader, StoreError};

/// A story with a cast of its own; of forty names, two numbers share some at most by chance, and no figure.
fn story(n: u32) -> String {
    const PARTS: [&str; 12] = ["ar", "bel", "cor", "dun", "fal", "gim", "hol", "jas", "kel", "lom", "nev", "sur"];
    let name = |k: u32| {
        let x = (n * 64 + k).wrapping_mul(2_654_435_761);
        (0..3).map(|i| PARTS[(x >> (7 * i)) as usize % PARTS.len()]).collect::<String>()
    };
    let mut text = String::new();
    for k in (0..40).step_by(4) {
        let (a, b, c, d) = (name(k), name(k + 1), name(k + 2), name(k + 3));
        write!(text, "The {a} of {b} said that {c} would not give the {d} back before {} days. ", n * 97 + k + 11).unwrap();
    }
    text
}

fn ingest(articles: &[Value]) -> Vec<ArticleLine> {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("store.db"), ..Config::default() };
    let file = folder.path().join("all.jsonl");
    fs::write(&file, articles.iter().map(|a| format!("{a}\n")).collect::<String>()).unwrap();
    let (found, _) = inbox::scan(&file);
    let received = Received::At("2026-03-10T00:00:00Z".parse::<Timestamp>().unwrap());
    Ingest::open(&config).unwrap().take(found, received, &mut Tally::default()).unwrap();
    let mut lines = Vec::new();
    let each = |line: ArticleLine| -> Result<(), StoreError> {
        lines.push(line);
        Ok(())
    };
    Reader::open(&config.store).unwrap().each_article(each).unwrap();
    assert_eq!(lines.len(), articles.len(), "all are stored");
    lines
}

fn article(source: &str, minute: u32, title: &str, text: &str) -> Value {
    let time = format!("2026-03-03T{:02}:{:02}:00Z", 6 + minute / 60, minute % 60);
    json!({ "source": source, "published": time, "title": title, "text": text })
}

fn events(lines: &[ArticleLine]) -> usize {
    lines.iter().map(|l| &l.event).collect::<BTreeSet<_>>().len()
}

#[test]
fn texts_that_say_nothing_join_nothing() {
    let stop_words = ["the of and to in that it was for on as with he be", "of the to and a in is that for it as was with be"];
    let arabic = ["من في على إلى عن أن هذا التي الذي كان قد ما لا", "في من إلى على أن عن التي هذا كان الذي لا قد ما"];
    let digits = ["1 22 333 4444 55555 17 2019 88", "9 72 512 4096 31 66 2020 7000"];
    let eight = ["Road works on the coast from next Monday morning", "Market day moves to the hall this coming Friday"];
    let texts = [stop_words, arabic, digits, eight];
    let articles: Vec<Value> =
        texts.iter().flatten().zip(0..).map(|(text, n): (&&str, u32)| article(&format!("Outlet {n}"), n, "", text)).collect();
    assert_eq!(events(&ingest(&articles)), articles.len());
}

#[test]
fn function_words_are_common_where_most_news_is_in_another_language() {
    const ENGLISH: [(&str, &str); 4] = [
        (
            "Council approves bus lanes",
            "The city council voted nine to four on Monday for new bus lanes along Mill Road after two years of talks, a spokeswoman said. Work is due to begin in September.",
        ),
        (
            "Trawler crew rescued",
            "Six men were taken off a trawler by helicopter on Monday after it lost its engine in heavy seas, the coastguard said. None of them was hurt, and the boat is to be towed to the port.",
        ),
        (
            "Museum buys a globe",
            "The museum of the city has bought a globe of 1712 at auction for the price of a small house, its director said on Monday. It is to be shown in the hall from the spring.",
        ),
        (
            "Factory to hire hundreds",
            "A maker of pumps said on Monday that it would hire three hundred people at its works by the end of the year, and train them in a school of its own on the same road.",
        ),
    ];
    let arabic = |n: u32| {
        let name = |k: u32| format!("قرية{}", (n * 7 + k) * 31);
        let text = format!(
            "افتتح عمدة {} مدرسة في {} وقال at said the on إن {} تنتظر الطريق منذ عام وإن العمل يبدأ في {}",
            name(0),
            name(1),
            name(2),
            name(3)
        );
        article(&format!("صحيفة {}", n % 50), n % 600, &format!("مدرسة في {}", name(1)), &text)
    };
    let mut articles: Vec<Value> = (0..600).map(arabic).collect();
    articles.extend(ENGLISH.iter().zip(0..).map(|((title, text), n)| article(&format!("Outlet {n}"), 590 + n, title, text)));
    let lines = ingest(&articles);
    assert_eq!(events(&lines[600..]), 4, "they share no more than said and at");
}

#[test]
fn one_word_for_ever_is_bounded_and_joins_no_story() {
    let for_ever = "بيان ".repeat(150_000);
    let with_story = format!("{} {}", "flood ".repeat(100_000), story(1));
    let lines = ingest(&[article("A", 0, "", &for_ever), article("B", 1, "", &with_story), article("C", 2, "", &story(2))]);
    assert_eq!(events(&lines), 3);
}

#[test]
fn texts_hidden_in_markup_do_not_count() {
    let hidden = format!(
        "<html><head><title>Own report</title></head><body><article><h1>Own report</h1><p>{}</p><div style=\"display:none\">{}</div>\
         <!-- {} --><script>var t = \"{}\";</script></article></body></html>",
        story(3),
        story(4),
        story(4),
        story(4)
    );
    let page = json!({ "source": "C", "published": "2026-03-03T08:00:00Z", "title": "Own report", "body_html": hidden });
    let lines = ingest(&[article("A", 0, "First", &story(4)), article("B", 1, "Copy", &story(4)), page]);
    assert_eq!(lines[0].event, lines[1].event);
    assert_ne!(lines[2].event, lines[0].event, "hidden words made it a copy");
}

#[test]
fn a_thousand_near_copies_are_one_event_and_hide_no_other() {
    let mut articles: Vec<Value> =
        (0..1000).map(|n| article(&format!("Outlet {n}"), n / 500, "Flood", &format!("{} Issue {n}.", story(5)))).collect();
    articles.push(article("Own", 2, "Fire", &story(6)));
    articles.push(article("Other", 3, "Fire again", &story(6)));
    articles.push(article("Late", 4, "Flood", &story(5)));
    let lines = ingest(&articles);
    let flood = &lines[0].event;
    assert!(lines[..1000].iter().all(|l| l.event == *flood));
    assert_eq!(lines[1002].event, *flood, "the last copy finds it still");
    assert_eq!(lines[1000].event, lines[1001].event);
    assert_ne!(lines[1000].event, *flood);
}

#[test]
fn a_flood_of_copies_each_edited_in_its_own_way_is_one_event() {
    let words: Vec<String> = story(1).split(' ').map(str::to_owned).collect();
    let edited = |n: u32| {
        let mut words = words.clone();
        for k in 0..6 {
            let at = (n.wrapping_mul(2_654_435_761) >> k) as usize % words.len();
            words[at] = format!("edit{n}x{k}");
        }
        words.join(" ")
    };
    let articles: Vec<Value> = (0..400).map(|n| article(&format!("outlet-{n}"), n / 20, "A story of the day", &edited(n))).collect();
    let lines = ingest(&articles);
    assert_eq!(events(&lines), 1, "{:?}", lines.iter().map(|l| &l.event).collect::<BTreeSet<_>>().len());
}

#[test]
fn a_chain_does_not_become_one_event() {
    // Each text takes its second half to the next: neighbours share half, the ends nothing.
    let half = |n: u32| story(100 + n);
    let articles: Vec<Value> =
        (0..12).map(|n| article(&format!("Outlet {n}"), n * 20, &format!("Part {n}"), &format!("{}{}", half(n), half(n + 1)))).collect();
    let lines = ingest(&articles);
    assert_ne!(lines[0].event, lines[11].event, "nothing is common to the first and the last");
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    lines.iter().for_each(|l| *sizes.entry(&l.event).or_default() += 1);
    assert!(sizes.values().all(|n| *n <= 4), "{sizes:?}");
}

#[test]
fn an_address_or_id_that_returns_with_other_text_joins_nothing() {
    let with = |source: &str, minute, n| {
        let mut value = article(source, minute, &format!("Report {n}"), &story(n));
        (value["url"], value["id"]) = (json!("https://news.example/latest"), json!("latest"));
        value
    };
    let lines = ingest(&[with("A", 0, 21), with("B", 1, 22), with("A", 2, 23)]);
    assert_eq!(events(&lines), 3);
    assert!(lines.iter().all(|l| l.url.as_deref() == Some("https://news.example/latest")));
}

#[test]
fn a_date_to_come_is_not_used() {
    let mut early = article("A", 0, "Vote", &story(31));
    early["published"] = json!("2031-01-01T00:00:00Z");
    let lines = ingest(&[early, article("B", 5, "Vote", &story(31)), article("C", 6, "Storm", &story(32))]);
    assert_eq!(lines[0].published, None, "five years ahead of its receipt");
    assert_eq!(lines[0].event, lines[1].event, "the text alone shows the copy");
    assert_eq!(events(&lines), 2);
}
