//! The JSON API keeps to its description, and the feeds can be read.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use wirefold::edit::{Asked, Command};
use wirefold::hooks::target;
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::sources::Sources;
use wirefold::store::edit::edit;
use wirefold::store::hooks::Outbox;
use wirefold::web::{ARTICLES, Bounds, OPENAPI, ROUTES, STREAM};

use crate::site::{Desk, HOST};

fn described() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

#[test]
fn the_description_is_of_the_routes() {
    let described = described();
    let paths: BTreeSet<&str> = described["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let routes: BTreeSet<&str> = ROUTES.iter().map(|r| r.path).filter(|p| p.starts_with("/api/")).chain([STREAM, ARTICLES]).collect();
    assert_eq!(paths, routes);
    for route in ROUTES.iter().filter(|r| r.path.starts_with("/api/")) {
        let parameters = described["paths"][route.path]["get"]["parameters"].as_array().unwrap();
        let of_kind =
            |kind: &str| -> BTreeSet<&str> { parameters.iter().filter(|p| p["in"] == kind).map(|p| p["name"].as_str().unwrap()).collect() };
        assert_eq!(of_kind("query"), route.takes.iter().copied().collect(), "{}", route.path);
        assert_eq!(of_kind("path").contains("id"), route.path.contains("{id}"), "{}", route.path);
    }
    assert_eq!(described["openapi"], "3.1.0");
    for (path, methods) in described["paths"].as_object().unwrap() {
        let methods: Vec<&str> = methods.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(methods, [if path == ARTICLES { "post" } else { "get" }], "{path}");
    }
}

#[test]
fn answers_are_what_the_description_says() {
    let desk = Desk::new();
    desk.take("bad.json", &[json!({ "source": "فارغ" })]);
    // Steps that editors make say more than others; those of the largest event are asked for.
    let [(event, _), (other, _), ..] = &desk.events()[..] else { panic!("two events") };
    let merge = Command::Merge { into: event.clone(), from: other.clone() };
    let asked = Asked { command: merge, who: "sara".to_owned(), why: String::new(), at: jiff::Timestamp::UNIX_EPOCH };
    wirefold::store::edit::edit(&desk.config.store, &asked).unwrap();
    let described = described();
    for (route, address) in ROUTES.iter().zip(desk.addresses()).filter(|(r, _)| r.path.starts_with("/api/")) {
        let got = desk.get(&address);
        let content = described["paths"][route.path]["get"]["responses"]["200"]["content"].as_object().unwrap();
        assert!(content.len() == 1 && content.contains_key(got.header("content-type")), "{address}: {}", got.header("content-type"));
        if !content.contains_key("application/json") {
            continue;
        }
        let schema = &described["paths"][route.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        conforms(&described, schema, &got.json(), &address);
    }
    let posted = Desk::posting().post(r#"{"title": "x"}"#);
    let answers = &described["paths"][ARTICLES]["post"]["responses"];
    assert!(answers[posted.status.as_str()].is_object(), "{}", posted.status);
    conforms(&described, &answers["202"]["content"]["application/json"]["schema"], &posted.json(), ARTICLES);
    let error = desk.get("/api/v1/events/zzzz").json();
    conforms(&described, &json!({ "$ref": "#/components/schemas/Error" }), &error, "an error");
}

#[test]
fn messages_of_webhooks_are_what_the_description_says() {
    let (desk, described) = (Desk::new(), described());
    let entry = "[[webhook]]\nname = \"desk\"\nurl = \"https://news.example/hook\"\nsecret_file = \"none\"";
    let targets = target::read(&entry.parse::<toml::Table>().unwrap()["webhook"]).unwrap();
    Outbox::open(&desk.config.store).unwrap().tell(&targets, None).unwrap();
    desk.take_hostile();
    let events: Vec<String> =
        desk.get("/api/v1/events").json()["events"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap().to_owned()).collect();
    let merge = Command::Merge { into: events[0].clone(), from: events[1].clone() };
    let asked = Asked { command: merge, who: "sara".to_owned(), why: String::new(), at: jiff::Timestamp::UNIX_EPOCH };
    wirefold::store::edit::edit(&desk.config.store, &asked).unwrap();
    let mut kinds = BTreeSet::new();
    let sql = rusqlite::Connection::open(&desk.config.store).unwrap();
    let bodies = |sql: &rusqlite::Connection| -> Vec<String> {
        let mut query = sql.prepare("SELECT body FROM outbox ORDER BY no").unwrap();
        query.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    for body in bodies(&sql) {
        assert!(!body.contains(['\u{202e}', '\u{2028}', '\u{1b}', '\n']), "{body}");
        let message: Value = serde_json::from_str(&body).unwrap();
        let kind = message["type"].as_str().unwrap().to_owned();
        let schema = &described["webhooks"][&kind]["post"]["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{kind} is not described");
        conforms(&described, schema, &message, &kind);
        kinds.insert(kind);
    }
    assert_eq!(kinds, ["event.changed", "event.gone", "event.new"].map(str::to_owned).into());
    let status = desk.get("/api/v1/status").json();
    assert_eq!(status["webhooks"][0]["waiting"], bodies(&sql).len());
    let about = desk.get("/about").body;
    assert!(about.contains("<dt>desk</dt>") && !about.contains("nothing is sent anywhere"), "{about}");
    assert!(Desk::empty().get("/about").body.contains("nothing is sent anywhere"));
}

/// The keys that an object may have, where the description says any.
fn keys_of<'d>(root: &'d Value, schema: &'d Value) -> BTreeSet<&'d str> {
    let target = schema["$ref"].as_str().map(|name| root.pointer(name.trim_start_matches('#')).unwrap());
    let parts = schema["allOf"].as_array().into_iter().flatten().chain(target);
    let own = schema["properties"].as_object().into_iter().flat_map(|all| all.keys().map(String::as_str));
    own.chain(parts.flat_map(|part| keys_of(root, part))).collect()
}

/// Of several forms, the one whose keys are there.
fn meant<'d>(root: &'d Value, schema: &'d Value, value: &Value) -> &'d Value {
    let target = |part: &'d Value| root.pointer(part["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
    let has = |part: &&Value| part["required"].as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some());
    schema["anyOf"].as_array().map_or(schema, |several| several.iter().map(target).find(has).expect("one of several forms"))
}

/// Checks that a value is what the description says, and holds no key that it does not name.
fn conforms(root: &Value, schema: &Value, value: &Value, at: &str) {
    let schema = meant(root, schema, value);
    let known = keys_of(root, schema);
    let sent = value.as_object().into_iter().flat_map(|all| all.keys());
    let unknown: Vec<&String> = sent.filter(|key| !known.is_empty() && !known.contains(key.as_str())).collect();
    assert!(unknown.is_empty(), "{at} has keys that are not described: {unknown:?}");
    has_form(root, schema, value, at);
}

/// Checks what the description uses of JSON Schema.
fn has_form(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is not described"));
        return has_form(root, target, value, at);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        has_form(root, part, value, at);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![kind],
    };
    assert!(allowed.contains(&kind) || (kind == "integer" && allowed.contains(&"number")), "{at} is {kind}, described as {allowed:?}");
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at} is {value}, described as one of {words:?}");
    }
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).filter(|_| value.is_object()) {
        assert!(value.get(key).is_some(), "{at} has no {key}");
    }
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        value.get(key).into_iter().for_each(|value| conforms(root, schema, value, &format!("{at}.{key}")));
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        conforms(root, &schema["items"], item, &format!("{at}[{n}]"));
    }
}

#[test]
fn pages_of_every_list_hold_everything_once() {
    let desk = Desk::new();
    for (path, list, key) in [("events", "events", "event"), ("sources", "sources", "source"), ("files", "files", "path")] {
        let all = desk.get(&format!("/api/v1/{path}?limit=200")).json();
        let names =
            |page: &Value| -> Vec<String> { page[list].as_array().unwrap().iter().map(|l| l[key].as_str().unwrap().to_owned()).collect() };
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = desk.get(&format!("/api/v1/{path}?limit=5{after}")).json();
            assert!(names(&page).len() <= 5);
            found.extend(names(&page));
            let Some(next) = page["next"].as_str() else { break };
            let encoded: String = next.bytes().map(|b| format!("%{b:02X}")).collect();
            after = format!("&after={encoded}");
        }
        assert_eq!(found, names(&all), "{path}");
        assert_eq!(all["total"], found.len(), "{path}");
        assert!(found.len() > 5, "{path}");
    }
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    let desk = Desk::new();
    let with = |path: &str, tag: &str| {
        desk.ask(Bounds::default(), Request::get(path).header("host", HOST).header("if-none-match", tag).body(Body::empty()).unwrap())
    };
    for path in ["/api/v1/events", "/", "/feeds/atom.xml", "/style.css"] {
        let tag = desk.get(path).header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 20, "{path}: {tag}");
        for asked in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let again = with(path, &asked);
            assert_eq!((again.status.as_u16(), again.body.as_str(), again.header("etag")), (304, "", tag.as_str()), "{path} {asked}");
        }
        assert_eq!(with(path, "\"other\"").status.as_u16(), 200, "{path}");
    }
    let tag = desk.get("/api/v1/events").header("etag").to_owned();
    desk.take("new.jsonl", &[json!({ "title": "Tram line opens in Veldany", "text": "The first tram ran through Veldany on Friday.", "source": "Coast Wire" })]);
    assert_eq!(with("/api/v1/events", &tag).status.as_u16(), 200, "a new event changes the list");
}

#[test]
fn feeds_are_read_back() {
    let desk = Desk::new();
    for query in ["", "?lang=ar", "?min_sources=2&sort=size", "?limit=3"] {
        let events = desk.get(&format!("/api/v1/events{query}")).json();
        let headlines: Vec<&str> = events["events"].as_array().unwrap().iter().map(|e| e["headline"].as_str().unwrap()).collect();
        for path in ["/feeds/atom.xml", "/feeds/events.json"] {
            let got = desk.get(&format!("{path}{query}"));
            let hints = FileHints {
                name: path,
                folder: None,
                sidecar: None,
                received: "2026-04-01T00:00:00Z".parse().unwrap(),
                sources: Sources::shipped(),
            };
            let read = parse(got.body.as_bytes(), &hints, &Limits::default());
            assert!(read.rejects.is_empty(), "{path}{query}: {:?}", read.rejects);
            assert_eq!(read.articles.iter().map(|a| a.title.as_str()).collect::<Vec<_>>(), headlines, "{path}{query}");
            assert!(
                read.articles
                    .iter()
                    .all(|a| a.published.is_some() && a.url.as_ref().is_some_and(|u| u.starts_with("http://127.0.0.1:7311/events/"))),
                "{path}{query}"
            );
        }
    }
    assert_eq!(desk.get("/feeds/atom.xml").header("content-type"), "application/atom+xml; charset=utf-8");
    assert_eq!(desk.get("/feeds/events.json").json()["version"], "https://jsonfeed.org/version/1.1");
}

#[test]
fn feeds_say_when_an_event_was_changed_last() {
    let desk = Desk::new();
    let (event, _) = desk.events().swap_remove(0);
    let dates = || {
        let feed = desk.get("/feeds/events.json?limit=200").json();
        let id = format!("urn:wirefold:event:{event}");
        let item = feed["items"].as_array().unwrap().iter().find(|i| i["id"] == id.as_str()).unwrap().clone();
        (item["date_published"].clone(), item["date_modified"].as_str().unwrap().to_owned())
    };
    let (published, before) = dates();
    let at: Timestamp = "2031-02-03T04:05:06Z".parse().unwrap();
    let command = Command::Headline { event: event.clone(), text: "عنوان آخر".to_owned() };
    edit(&desk.config.store, &Asked { command, who: "سارة".to_owned(), why: String::new(), at }).unwrap();
    assert_eq!(dates(), (published, at.to_string()));
    assert!(before.as_str() < "2031");
    let atom = desk.get("/feeds/atom.xml?limit=200").body;
    assert_eq!(atom.matches("<updated>2031-02-03T04:05:06Z</updated>").count(), 2, "the event, and the feed as a whole");
}

#[test]
fn programs_are_told_what_pages_show() {
    let desk = Desk::new();
    let status = desk.get("/api/v1/status").json();
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(status["settings"]["detect"]["threshold"].as_f64().unwrap() as f32, desk.config.detect.threshold);
    assert!(status["settings"]["web"].is_object() && status["settings"].get("webhook").is_none());
    let inbox = desk.get("/inbox").body;
    let day = &status["received"]["last_day"];
    assert!(
        inbox.contains(&format!("in the last day {} file", day["files"])) && inbox.contains(&format!(", {} article", day["articles"])),
        "{day}"
    );
    let [(_, a), (_, b), ..] = &desk.events()[..] else { panic!("two events") };
    let of_pair = desk.get(&format!("/api/v1/explain?a={a}&b={b}"));
    assert_eq!(of_pair.json(), desk.get(&format!("/api/v1/compare?a={a}&b={b}")).json());
    assert!(desk.get(&format!("/api/v1/explain?a={a}")).json()["because"].is_object());
}

#[test]
fn edits_are_listed_page_by_page() {
    let desk = Desk::new();
    let (event, _) = desk.events().swap_remove(0);
    for n in 1..=7 {
        let command = Command::Headline { event: event.clone(), text: format!("عنوان {n}") };
        edit(&desk.config.store, &Asked { command, who: "سارة".to_owned(), why: String::new(), at: Timestamp::UNIX_EPOCH }).unwrap();
    }
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&format!("/api/v1/edits?limit=3{after}")).json();
        conforms(&described(), &json!({ "$ref": "#/components/schemas/Edits" }), &page, "edits");
        assert_eq!(page["total"], 7);
        found.extend(page["edits"].as_array().unwrap().iter().map(|e| e["headline"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(found, (1..=7).rev().map(|n| format!("عنوان {n}")).collect::<Vec<_>>());
    let page = desk.get("/edits?limit=3").body;
    assert!(page.contains("href=\"/edits?after=5\"") && desk.get("/edits?after=5").body.contains("عنوان 4"), "{page}");
    assert_eq!(desk.get("/api/v1/edits?after=x").status, 400);
}
