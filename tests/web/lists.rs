//! Lists by agency, country and growth: the same in pages, API and feeds; and who copies whom.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wirefold::sources::Sources;
use wirefold::tui;
use wirefold::tui::page::{Address, Page};

use crate::site::Desk;

const SOURCES: &str = r#"
[[source]]
id = "marfa-agency"
name = "وكالة المرفأ"
credits = ["المرفأ برس", "Marfa Press"]
country = "SA"
kind = "agency"
[[source]]
id = "delta-daily"
name = "جريدة الدلتا"
country = "EG"
[[source]]
id = "coast-radio"
name = "Coast Radio"
country = "EG"
"#;

/// Three events: one of the agency that a paper copies, one of the radio alone, one of a source that nobody knows, some days earlier.
fn desk() -> Desk {
    let mut desk = Desk::empty();
    desk.config.sources = Sources::shipped().extended(SOURCES).unwrap().into();
    let ferry = "أعلنت هيئة الموانئ أن العبارة الشمالية استأنفت رحلاتها بين جزيرة السرو ومرفأ الحجر بعد إصلاح محركها الثاني، وأن أول رحلة نقلت مئتي راكب وأربعين سيارة";
    let one = |source: &str, at: &str, title: &str, text: &str| json!({ "source": source, "published": at, "title": title, "text": text });
    desk.take(
        "a.jsonl",
        &[
            one(
                "موقع الجبل",
                "2026-03-01T08:00:00Z",
                "افتتاح مكتبة عامة في بلدة الصنوبر",
                "افتتح أهالي بلدة الصنوبر مكتبة عامة تضم عشرة آلاف كتاب تبرع بها مغتربون على مدى خمسة أعوام",
            ),
            one("وكالة المرفأ", "2026-03-06T08:00:00Z", "عودة العبارة الشمالية إلى الخدمة", ferry),
            one("جريدة الدلتا", "2026-03-06T09:30:00Z", "عودة العبارة الشمالية إلى الخدمة", &format!("مرفأ الحجر (المرفأ برس) - {ferry}")),
            one(
                "Coast Radio",
                "2026-03-06T10:00:00Z",
                "Hail flattens barley fields",
                "A hailstorm flattened barley fields along the eastern road on Friday and farmers asked the council for tents and seed",
            ),
        ],
    );
    desk
}

fn headlines(list: &Value) -> BTreeSet<String> {
    list["events"].as_array().unwrap().iter().map(|e| e["headline"].as_str().unwrap().to_owned()).collect()
}

/// The headlines of a list, which are the same wherever it is asked for.
fn listed(desk: &Desk, query: &str) -> BTreeSet<String> {
    let found = headlines(&desk.get(&format!("/api/v1/events?{query}")).json());
    let page = desk.get(&format!("/?{query}")).body;
    let feed = desk.get(&format!("/feeds/events.json?{query}")).json();
    let atom = desk.get(&format!("/feeds/atom.xml?{query}")).body;
    assert_eq!(page.matches("<li data-key").count(), found.len(), "{query}");
    assert!(found.iter().all(|h| page.contains(h.as_str()) && atom.contains(h.as_str())), "{query}");
    assert_eq!(atom.matches("<entry>").count(), found.len(), "{query}");
    assert_eq!(feed["items"].as_array().unwrap().iter().map(|i| i["title"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(), found);
    found
}

fn set(headlines: &[&str]) -> BTreeSet<String> {
    headlines.iter().map(|h| (*h).to_owned()).collect()
}

const FERRY: &str = "عودة العبارة الشمالية إلى الخدمة";
const HAIL: &str = "Hail flattens barley fields";

#[test]
fn words_go_together_with_the_filters_of_the_list() {
    let desk = desk();
    let found = |line: &str| -> BTreeSet<String> {
        let found = desk.get(&format!("/api/v1/search?q={}", line.replace(' ', "%20").replace('"', "%22"))).json();
        let articles: u64 = found["events"].as_array().unwrap().iter().map(|e| e["matching"].as_u64().unwrap()).sum();
        assert_eq!(found["articles"], articles, "{line}: as many as are shown");
        found["events"].as_array().unwrap().iter().map(|e| e["event"]["headline"].as_str().unwrap().to_owned()).collect()
    };
    let all = "-hailstone العبارة*";
    for (line, expected) in [
        ("agency:marfa-agency", &[FERRY][..]),
        ("agency:\"Marfa Press\" country:eg sources:2", &[FERRY]),
        ("agency:nobody", &[]),
        ("agency:marfa-agency agency:nobody", &[]),
        ("country:SA country:EG", &[FERRY]),
        ("country:ZZ", &[]),
        ("sources:2", &[FERRY]),
        ("sources:3", &[]),
    ] {
        assert_eq!(found(&format!("{all} {line}")), set(expected), "{line}");
    }
    assert_eq!((found("hail* country:EG"), found("hail* country:SA")), (set(&[HAIL]), set(&[])));
    assert_eq!(desk.get("/api/v1/search?q=hail%20country:EGY").status, 400);
    for path in ["", "api/v1/events"] {
        let search = if path.is_empty() { "/search" } else { "/api/v1/search" };
        let led = |query: &str| {
            let got = desk.get(&format!("/{path}?{query}"));
            assert!(got.status == 307 && got.header("location").starts_with(&format!("{search}?q=")), "{query}");
            desk.get(got.header("location")).body
        };
        assert!(
            led("q=hail*&country=EG&since=2026-03-06&until=2026-03-06&min_sources=1&lang=en&source=Coast%20Radio&limit=5").contains(HAIL)
        );
        for other in
            ["country=SA", "since=2026-03-07", "until=2026-03-05", "min_sources=2", "lang=ar", "source=%22x", "agency=marfa-agency"]
        {
            assert!(!led(&format!("q=hail*&{other}")).contains(HAIL), "{other}");
        }
        assert_eq!(desk.get(&format!("/{path}?q=")).status, 200, "an empty field asks for nothing");
    }
}

#[test]
fn events_are_found_by_who_is_credited_and_by_country() {
    let desk = desk();
    // By id, by name, and by the words of a credit.
    for agency in
        ["marfa-agency", "%D9%88%D9%83%D8%A7%D9%84%D8%A9%20%D8%A7%D9%84%D9%85%D8%B1%D9%81%D8%A3", "Marfa%20Press", "marfa%20press"]
    {
        assert_eq!(listed(&desk, &format!("agency={agency}")), set(&[FERRY]), "{agency}");
    }
    assert_eq!(listed(&desk, "agency=nobody"), set(&[]));
    assert_eq!(listed(&desk, "country=EG"), set(&[FERRY, HAIL]), "of an event, one source is enough");
    assert_eq!(listed(&desk, "country=sa"), set(&[FERRY]));
    assert_eq!(listed(&desk, "country=EG&lang=en"), set(&[HAIL]));
    assert_eq!(listed(&desk, "country=ZZ"), set(&[]), "a source of no known country is of none");
    for wrong in [
        "country=EGY",
        "country=%D9%85%D8%B5",
        "country=1",
        "sort=fastest",
        "sort=growth&after=1.0.0123456789abcdef",
        "after=1.0.0123456789abcdef.5",
    ] {
        assert_eq!(desk.get(&format!("/api/v1/events?{wrong}")).status.as_u16(), 400, "{wrong}");
    }
    let page = desk.get("/?agency=%3Cb%3E&country=EG&sort=growth").body;
    assert!(page.contains("value=\"&#60;b&#62;\"") && page.contains("value=\"EG\"") && page.contains("<option value=\"growth\" selected>"));
    assert!(page.contains("Show all events"));
}

#[test]
fn a_source_is_found_by_any_of_its_names() {
    let desk = desk();
    // By its name, by one without hamza or in other letters, and by its id.
    for source in
        ["%D9%85%D9%88%D9%82%D8%B9%20%D8%A7%D9%84%D8%AC%D8%A8%D9%84", "coast-radio", "COAST%20radio", "Coast-Radio", "marfa-agency"]
    {
        assert_eq!(listed(&desk, &format!("source={source}")).len(), 1, "{source}");
    }
    desk.take("b.jsonl", &[json!({ "source": "الأفق الأخضر", "title": "افتتاح سوق الزهور", "text": "افتتحت البلدية سوقا للزهور قرب المحطة القديمة صباح الأحد" })]);
    let without_hamza = "%D8%A7%D9%84%D8%A7%D9%81%D9%82%20%D8%A7%D9%84%D8%A7%D8%AE%D8%B6%D8%B1";
    assert_eq!(listed(&desk, &format!("source={without_hamza}")), set(&["افتتاح سوق الزهور"]), "a source that nobody knows");
    let known = desk.get("/api/v1/events?source=sana");
    assert_eq!((known.status.as_u16(), known.json()["total"].as_u64()), (200, Some(0)), "a source that has sent nothing yet");
    let nobody = desk.get("/api/v1/events?source=nobody");
    assert_eq!(nobody.status.as_u16(), 404);
    assert!(nobody.json()["error"]["hint"].as_str().unwrap().contains("/api/v1/sources"));
    for q in ["source:coast-radio", "source:%22coast%20radio%22"] {
        assert_eq!(desk.get(&format!("/api/v1/search?q={q}")).json()["articles"], 1, "{q}");
    }
    assert!(desk.get("/search?q=source:nobody").body.contains("<a href=\"/sources\">Sources</a> has the names"));
    assert!(!desk.get("/search?q=nobody").body.contains("has the names"));
    let by_id = desk.get("/api/v1/search?q=source:marfa-agency").json();
    assert_eq!(by_id["events"][0]["articles"][0]["source"], "وكالة المرفأ", "{by_id}");
}

#[test]
fn a_day_counts_as_a_whole() {
    let desk = desk();
    assert_eq!(listed(&desk, "since=2026-03-06&until=2026-03-06"), set(&[FERRY, HAIL]));
    assert_eq!(listed(&desk, "until=2026-03-05").len(), 1);
    let run = |until: &str| {
        let args = ["--db", desk.config.store.to_str().unwrap(), "events", "--until", until];
        let run = assert_cmd::Command::cargo_bin("wirefold").unwrap().args(args).output().unwrap();
        String::from_utf8(run.stdout).unwrap().contains(HAIL)
    };
    assert!(run("2026-03-06") && !run("2026-03-06T00:00:00Z"));
}

#[test]
fn growth_counts_the_hours_before_the_newest_article() {
    let desk = desk();
    let list = desk.get("/api/v1/events?sort=growth").json();
    let grown: Vec<(&str, u64)> =
        list["events"].as_array().unwrap().iter().map(|e| (e["headline"].as_str().unwrap(), e["grown"].as_u64().unwrap())).collect();
    assert_eq!(grown, [(FERRY, 2), (HAIL, 1)], "what nothing joined is not in the list");
    assert_eq!((list["total"].as_u64(), list["at_least"].as_bool()), (Some(2), Some(false)));
    assert!(desk.get("/?sort=growth").body.contains("+2 in 6 h"));
    assert!(desk.get("/api/v1/events").json()["events"][0].get("grown").is_none());
    let first = desk.get("/api/v1/events?sort=growth&limit=1").json();
    let next = first["next"].as_str().unwrap();
    assert_eq!(headlines(&desk.get(&format!("/api/v1/events?sort=growth&limit=1&after={next}")).json()), set(&[HAIL]));
    let earliest = desk.get("/?sort=growth&after=1.0.aaaaaaaaaaaaaaaa.-377705023201000000");
    assert_eq!(earliest.status.as_u16(), 200, "hours before the earliest moment there is");
}

#[test]
fn an_article_of_which_only_the_day_is_known_grows_its_event_when_it_comes() {
    let desk = Desk::empty();
    let text = "افتتح أهالي بلدة الصنوبر مكتبة عامة تضم عشرة آلاف كتاب تبرع بها مغتربون على مدى خمسة أعوام";
    let one = |source: &str, published: &str, text: &str| json!({ "source": source, "published": published, "title": text, "text": text });
    let hail = one(
        "Coast Radio",
        "2026-03-05T21:00:00Z",
        "Hail the size of eggs broke the windows of forty greenhouses near Anvil Bay on Thursday evening.",
    );
    desk.take(
        "a.jsonl",
        &[one("موقع الجبل", "2026-03-05", text), one("صدى السهل", "2026-03-05", text), one("جريدة الدلتا", "2026-03-04", text), hail],
    );
    // As if it had run then: those of the day came in the evening, the one of the day before a day late.
    let store = rusqlite::Connection::open(&desk.config.store).unwrap();
    wirefold::store::sums::teach(&store).unwrap();
    let evening: jiff::Timestamp = "2026-03-05T20:00:00Z".parse().unwrap();
    store.execute("UPDATE articles SET received = ?1", [evening.as_microsecond()]).unwrap();
    let list = desk.get("/api/v1/events?sort=growth").json();
    let grown: Vec<u64> = list["events"].as_array().unwrap().iter().map(|e| e["grown"].as_u64().unwrap()).collect();
    assert_eq!(grown, [2, 1], "of the library two of three; what came a day late counts on its day");
}

#[test]
fn who_copies_whom_is_drawn_and_said() {
    let desk = desk();
    let copying = desk.get("/api/v1/sources/copying").json();
    let expected = json!({ "source": "جريدة الدلتا", "source_articles": 1, "copies": "وكالة المرفأ", "copies_articles": 1, "articles": 1 });
    assert_eq!(copying, json!({ "copying": [expected], "total": 1, "next": null }));
    let page = desk.get("/sources").body;
    let drawing = page.split("<svg class=\"graph\"").nth(1).unwrap().split("</svg>").next().unwrap();
    assert_eq!((drawing.matches("<circle").count(), drawing.matches("<path").count()), (2, 1));
    assert!(drawing.contains("role=\"img\"") && drawing.contains("aria-labelledby=\"graph-title graph-says\""));
    assert!(
        drawing.contains("\u{2068}جريدة الدلتا\u{2069} copies \u{2068}وكالة المرفأ\u{2069}: 1 article"),
        "each name in its own direction"
    );
    assert!(!drawing.contains("style=") && !drawing.contains("http"));
    let table = page.split("The same as a table").nth(1).unwrap();
    assert!(table.contains(
        "<th scope=\"row\"><bdi>جريدة الدلتا</bdi></th><td class=\"named\"><bdi>وكالة المرفأ</bdi></td><td class=\"number\">1</td>"
    ));
    assert_eq!(desk.get("/sources").body, page, "the same store is drawn the same");
    let nobody = Desk::empty().get("/sources").body;
    assert!(!nobody.contains("<svg class=\"graph\""), "nothing is drawn of nothing");
}

#[test]
fn coverage_is_the_share_of_what_several_reported() {
    let desk = desk();
    let lines = desk.get("/api/v1/sources").json()["sources"].clone();
    let of = |name: &str| {
        let line = lines.as_array().unwrap().iter().find(|l| l["source"] == name).unwrap();
        (line["shared_events"].as_u64().unwrap(), line["coverage"].as_f64().unwrap())
    };
    assert_eq!((of("وكالة المرفأ"), of("جريدة الدلتا"), of("Coast Radio")), ((1, 1.0), (1, 1.0), (0, 0.0)));
    assert!(desk.get("/sources").body.contains("<td class=\"number\">100 %</td>"));
}

#[test]
fn names_that_mean_harm_are_words_in_the_drawing() {
    let desk = Desk::empty();
    let text = "The harbour council voted on Monday to rebuild the northern breakwater in stone after three winters of storm damage to moored boats";
    let one = |source: &str, hour: u32| json!({ "source": source, "title": "Council votes to rebuild breakwater", "text": text, "published": format!("2026-03-02T{hour:02}:00:00Z") });
    desk.take("a.jsonl", &[one("</text><script>alert(1)</script>", 8), one("\u{202e}Evil\" onload=\"alert(2)", 9)]);
    let page = desk.get("/sources").body;
    let drawing = page.split("<svg class=\"graph\"").nth(1).unwrap().split("</svg>").next().unwrap();
    assert!(!drawing.contains("<script") && !drawing.contains("\" onload=\"") && !drawing.contains('\u{202e}'), "{drawing}");
}

#[test]
fn every_list_says_what_was_taken_back() {
    let desk = desk();
    let tram = "خرج سائقو الترام في مدينة الورد من نوبات الليل احتجاجا على جداول العمل الجديدة، وقالت البلدية إنها ستستعين بحافلات من ثلاث مناطق مجاورة";
    let report = json!({ "id": "t-1", "source": "وكالة المرفأ", "published": "2026-03-06T11:00:00Z", "title": "إضراب سائقي الترام في مدينة الورد", "text": tram });
    let mut kill = report.clone();
    kill["pubstatus"] = "canceled".into();
    kill["published"] = "2026-03-06T12:00:00Z".into();
    desk.take("b.jsonl", &[report, kill]);
    const SAYS: &str = "an article was killed";
    let list = desk.get("/api/v1/events").json();
    let told: Vec<(&str, &Value)> =
        list["events"].as_array().unwrap().iter().map(|e| (e["headline"].as_str().unwrap(), &e["amendment"])).collect();
    assert_eq!(told[0], ("إضراب سائقي الترام في مدينة الورد", &json!("kill")), "{told:?}");
    assert!(told.len() == 4 && told[1..].iter().all(|(_, amendment)| amendment.is_null()), "{told:?}");
    for path in ["/", "/search?q=%D8%A7%D9%84%D8%AA%D8%B1%D8%A7%D9%85", "/feeds/atom.xml", "/feeds/events.json"] {
        assert_eq!(desk.get(path).body.matches(SAYS).count(), 1, "{path}");
    }
    let reader = desk.reader();
    let page = tui::load::page(&reader, &desk.config, &Address::start()).unwrap();
    let lines = |page: &Page| page.rows.iter().map(|r| r.spans.iter().map(|s| s.text.as_str()).collect::<String>()).collect::<Vec<_>>();
    let told = lines(&page);
    assert!(told[1].ends_with(&format!("; {SAYS}")) && told.iter().filter(|l| l.contains(SAYS)).count() == 1, "{told:#?}");
    let search = Address::Search { line: "الترام".to_owned(), below: None };
    assert!(lines(&tui::load::page(&reader, &desk.config, &search).unwrap()).iter().any(|l| l.contains(SAYS)));
    let db = desk.config.store.to_str().unwrap();
    for args in [&["events"][..], &["search", "الترام"]] {
        let run = assert_cmd::Command::cargo_bin("wirefold").unwrap().args(["--db", db]).args(args).output().unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        assert_eq!(printed.matches(SAYS).count(), 1, "{args:?}: {printed}");
    }
}
