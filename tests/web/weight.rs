//! No page is heavier than 100 kB, however large an event and however long a list.

use serde_json::{Value, json};

use crate::site::Desk;

/// Bytes of a page at most.
const MOST: usize = 100_000;
/// Copies of the large event.
const COPIES: usize = 320;
/// Events of the list, and sources of each: more than are named and drawn.
const EVENTS: usize = 40;
const SOURCES: usize = 17;

/// So many invented words, of which each number has its own.
fn words(seed: usize, count: usize) -> Vec<String> {
    let letters: Vec<char> = "بتجحدرسشصعفقكلمنهو".chars().collect();
    let mut state = seed as u64 * 7919 + 13;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        letters[(state >> 33) as usize % letters.len()]
    };
    (0..count).map(|n| (0..4 + n % 4).map(|_| letter()).collect()).collect()
}

/// An article in words that few others have; `n` tells its copies apart.
fn article(seed: usize, n: usize, minutes: usize, length: usize) -> Value {
    let mut text = words(seed, length);
    let changed = 7 + n % (length - 8);
    text[changed].clone_from(&words(90_000 + n, 1)[0]);
    let at = format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + minutes / 1440, minutes / 60 % 24, minutes % 60);
    let title = words(seed, 8).join(" ");
    json!({ "title": title, "source": format!("صحيفة {} {n}", words(500 + n, 2).join(" ")), "published": at, "text": text.join(" ") })
}

#[test]
fn pages_of_large_events_and_long_lists_stay_light() {
    let desk = Desk::empty();
    let copies: Vec<Value> = (0..COPIES).map(|n| article(1, n, n, 160)).collect();
    desk.take("large.jsonl", &copies);
    let events: Vec<Value> = (0..EVENTS * SOURCES).map(|n| article(10 + n / SOURCES, n % SOURCES, 1500 + n, 60)).collect();
    desk.take("list.jsonl", &events);
    let (large, first) = desk.events().swap_remove(0);
    let largest = desk.get(&format!("/api/v1/events/{large}")).json();
    assert!(
        largest["articles"].as_array().unwrap().len() > COPIES * 9 / 10,
        "the copies are one event: {}",
        largest["articles"].as_array().unwrap().len()
    );
    let listed = desk.get("/?sort=size").body;
    assert_eq!(listed.matches("<li data-key").count(), EVENTS, "the list is full");
    assert!(listed.matches("and 11 more").count() > EVENTS / 2, "of events of many sources");

    let mut asked = vec!["/".to_owned(), "/?sort=size".to_owned(), "/?sort=growth".to_owned(), "/sources".to_owned(), "/inbox".to_owned()];
    asked.extend(["/about".to_owned(), format!("/articles/{first}"), "/search?q=lang:ar".to_owned()]);
    let mut next = Some(format!("/events/{large}"));
    let mut articles = std::collections::BTreeSet::new();
    while let Some(path) = next {
        let page = desk.get(&path).body;
        assert!(page.len() < MOST, "{path}: {} bytes", page.len());
        articles.extend(page.split("href=\"/articles/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        next = page.split("rel=\"next\" href=\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    }
    for article in largest["articles"].as_array().unwrap() {
        assert!(articles.contains(article["article"].as_str().unwrap()), "every article stands on one of the pages");
    }
    for path in asked {
        let page = desk.get(&path);
        assert!(page.status.is_success() && page.body.len() < MOST, "{path}: {} bytes", page.body.len());
    }
    let beyond = desk.get(&format!("/events/{large}?from=100000"));
    assert!(beyond.status.is_success() && beyond.body.contains("earlier ones"));
}

/// Every page that `next` leads to, the first one included.
fn pages(desk: &Desk, first: String) -> Vec<String> {
    let (mut pages, mut next) = (Vec::new(), Some(first));
    while let Some(path) = next {
        let got = desk.get(&path);
        assert!(got.status.is_success() && got.body.len() < MOST, "{path}: {} bytes", got.body.len());
        next = got
            .body
            .split("rel=\"next\" href=\"")
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"));
        assert!(pages.len() < 100, "{path} leads nowhere");
        pages.push(got.body);
    }
    pages
}

#[test]
fn long_texts_are_shown_a_part_at_a_time() {
    let desk = Desk::empty();
    let long = |n: usize, first: usize| {
        let mut article = article(1, n, n, 20_000);
        // What follows the first words is of its own, but for the end.
        let mut text = words(300 + n, 30_000);
        text[..first].clone_from_slice(&words(1, first));
        text[29_000..].clone_from_slice(&words(2, 1000));
        article["text"] = text.chunks(60).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n").into();
        article["id"] = format!("long-{n}").into();
        article
    };
    desk.take("long.jsonl", &[long(0, 20_000), long(1, 18_000)]);
    let again = json!({ "id": "long-1", "source": long(1, 0)["source"], "title": long(1, 0)["title"], "published": "2026-03-02T00:00:00Z", "text": long(9, 12_000)["text"] });
    desk.take("again.jsonl", &[again]);
    let (event, first) = desk.events().swap_remove(0);
    let detail = desk.get(&format!("/api/v1/events/{event}")).json();
    let second =
        detail["articles"].as_array().unwrap().iter().find(|a| a["article"] != first.as_str()).unwrap()["article"].as_str().unwrap();
    let only = detail["only_one_source"].as_array().unwrap();
    assert!(only.iter().any(|o| o["text"].as_str().unwrap().len() > MOST), "what only one source has is long");
    pages(&desk, format!("/events/{event}"));
    let text = |page: &str| page.split("<p class=\"text\">").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    let read: String = pages(&desk, format!("/articles/{first}")).iter().map(|page| text(page)).collect();
    let plain: String =
        read.split('<').map(|tag| tag.split_once('>').map_or(tag, |(name, text)| if name == "sup" { "" } else { text })).collect();
    let stored = desk.get(&format!("/api/v1/articles/{first}")).json()["text"].as_str().unwrap().to_owned();
    assert_eq!(
        plain.split_whitespace().collect::<Vec<_>>(),
        stored.split_whitespace().collect::<Vec<_>>(),
        "every word on one of the pages"
    );
    assert!(desk.get(&format!("/articles/{first}?from=99999999")).status.is_success());
    let compared = pages(&desk, format!("/compare?a={first}&b={second}"));
    assert!(compared.len() > 2, "{}", compared.len());
    pages(&desk, format!("/explain?a={first}&b={second}"));
}

#[test]
fn the_largest_limit_keeps_pages_light() {
    let desk = Desk::empty();
    let text = |n: usize| words(1000 + n, 40).join(" ") + " ferry " + &words(5000 + n, 40).join(" ");
    let one = |n: usize| {
        let title = words(1000 + n, 12).join(" ");
        json!({ "title": title, "source": format!("صحيفة {}", n % 9), "published": format!("2026-03-{:02}T08:00:00Z", 1 + n % 28), "text": text(n) })
    };
    desk.take("many.jsonl", &(0..200).map(one).collect::<Vec<_>>());
    let broken: Vec<Value> = (0..100).map(|n| json!({ "source": words(n, 60).join(" ") })).collect();
    for n in 0..45 {
        desk.take(&format!("{}-{n}.jsonl", words(n, 12).join("-")), &[&broken[..], &[json!({ "id": n })]].concat());
    }
    for path in
        ["/?limit=200", "/?limit=200&sort=size", "/search?q=ferry&limit=200", "/inbox?limit=200", "/inbox?limit=200&outcome=rejects"]
    {
        let page = desk.get(path);
        assert!(page.status.is_success() && page.body.len() < MOST, "{path}: {} bytes", page.body.len());
        assert!(page.body.contains("rel=\"next\""), "{path}: the rest is on the next page");
    }
    assert_eq!(desk.get("/api/v1/events?limit=200").json()["events"].as_array().unwrap().len(), 200, "programs have all they ask for");
}
