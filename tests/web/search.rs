//! Search by page and by API.

use crate::site::Desk;

/// `المرفأ`, and `حريق`, percent-encoded.
const HARBOUR: &str = "%D8%A7%D9%84%D9%85%D8%B1%D9%81%D8%A3";
const FIRE: &str = "%D8%AD%D8%B1%D9%8A%D9%82";

#[test]
fn what_was_found_is_marked_and_leads_on() {
    let desk = Desk::new();
    let page = desk.get(&format!("/search?q={FIRE}"));
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.body.contains("<mark>حريق</mark>") && page.body.contains("href=\"/articles/") && page.body.contains("href=\"/events/"));
    assert!(page.body.contains("value=\"حريق\""), "what was asked for stays in the form");
    let found = desk.get(&format!("/api/v1/search?q={FIRE}")).json();
    assert_eq!(found["index"]["behind"], 0);
    for event in found["events"].as_array().unwrap() {
        assert!(page.body.contains(event["event"]["headline"].as_str().unwrap()));
        assert!(event["articles"].as_array().unwrap().iter().all(|a| a["excerpt"].as_array().unwrap().iter().any(|p| p["found"] == true)));
    }
    assert!(desk.get("/").body.contains("action=\"/search\""), "the list of events has the words to search for");
}

#[test]
fn markup_of_an_article_stays_text() {
    let desk = Desk::new();
    desk.take_hostile();
    let page = desk.get(&format!("/search?q={HARBOUR}")).body;
    assert!(page.contains("<mark>المرفأ</mark>") && page.contains("&#60;"), "{page}");
    for tag in ["<script>alert", "<img", "<iframe", "<b ", "<svg o", "\u{202e}"] {
        assert!(!page.contains(tag), "{tag} in {page}");
    }
    let echoed = desk.get("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").body;
    assert!(!echoed.contains("<script>alert"), "{echoed}");
}

#[test]
fn pages_of_what_was_found_hold_every_event_once() {
    let desk = Desk::new();
    let events = |page: &serde_json::Value| -> Vec<String> {
        page["events"].as_array().unwrap().iter().map(|e| e["event"]["event"].as_str().unwrap().to_owned()).collect()
    };
    let all = desk.get("/api/v1/search?q=lang:ar&limit=200").json();
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&format!("/api/v1/search?q=lang:ar&limit=2{after}")).json();
        found.extend(events(&page));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert!(found.len() > 4);
    assert_eq!(found, events(&all));
}

#[test]
fn what_is_no_query_is_refused_with_a_reason() {
    let desk = Desk::new();
    for query in ["", "?q=", "?q=*", "?q=a*", "?q=fog%20after:soon", "?q=fog&after=x"] {
        let refused = desk.get(&format!("/api/v1/search{query}"));
        assert_eq!(refused.status.as_u16(), 400, "{query}");
        assert!(!refused.json()["error"]["hint"].as_str().unwrap().is_empty());
    }
    assert_eq!(desk.get("/search").status.as_u16(), 200, "the page without words is a form");
    for query in ["%22", "NEAR(fog)", "fog%20AND", "title:", "%28fog", "fog%00", "-fog%20%5E"] {
        let status = desk.get(&format!("/api/v1/search?q={query}")).status.as_u16();
        assert!(status == 200 || status == 400, "{query}: {status}");
    }
    assert_eq!(Desk::empty().get("/api/v1/search?q=fog").json()["articles"], 0);
}
