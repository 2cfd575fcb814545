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
