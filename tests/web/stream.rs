//! The stream tells everything once, in order, and goes on where a visitor was cut off.

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_stream::StreamExt;
use tower::ServiceExt;
use wirefold::web::Bounds;

use crate::site::{Desk, HOST, run};

fn bounds() -> Bounds {
    Bounds { look: Duration::from_millis(5), ..Bounds::default() }
}

async fn open(desk: &Desk, last: Option<i64>) -> Pieces {
    let mut request = Request::get("/api/v1/stream").header("host", HOST);
    if let Some(last) = last {
        request = request.header("last-event-id", last.to_string());
    }
    let response = desk.router(bounds()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    Pieces { body: response.into_body().into_data_stream(), text: String::new() }
}

struct Pieces {
    body: BodyDataStream,
    text: String,
}

impl Pieces {
    /// The next event: its number, kind and data.
    async fn next(&mut self) -> (i64, String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().trim().to_owned();
                let found = (field("id:").parse().unwrap(), field("event:"), serde_json::from_str(&field("data:")).unwrap());
                self.text = rest.to_owned();
                return found;
            }
            let piece = self.body.next().await.unwrap().unwrap();
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }
}

fn news(n: u32) -> Value {
    json!({ "title": format!("افتتاح الجسر رقم {n}"), "source": "المنارة", "published": "2026-03-07T08:00:00Z",
        "text": format!("افتتح محافظ مدينة السرو صباح السبت الجسر الجديد رقم {n} فوق وادي الصفصاف بعد عامين من العمل المتواصل") })
}

#[test]
fn it_resumes_and_goes_on() {
    let desk = Desk::new();
    run(async {
        let mut all = open(&desk, Some(0)).await;
        let mut kinds = Vec::new();
        for expected in 1..=20 {
            let (number, kind, data) = all.next().await;
            assert_eq!(number, expected, "nothing is left out, nothing told twice");
            assert_eq!(data["kind"], kind.as_str());
            assert!(data["event"].is_string());
            kinds.push(kind);
        }
        assert!(kinds.contains(&"created".to_owned()) && kinds.contains(&"joined".to_owned()), "{kinds:?}");
        assert_eq!(open(&desk, Some(17)).await.next().await.0, 18, "it goes on behind the one that was last seen");
    });
}

#[test]
fn it_tells_what_happens_later() {
    let desk = Desk::new();
    let last = desk.reader().last_step().unwrap();
    run(async {
        let mut fresh = open(&desk, None).await;
        let mut foreign = open(&desk, Some(last + 1000)).await;
        desk.take("bridge.jsonl", &[news(4711)]);
        let (number, kind, data) = fresh.next().await;
        assert_eq!((number, kind.as_str()), (last + 1, "created"), "only what is new");
        assert_eq!(data["source"], "المنارة");
        assert_eq!(foreign.next().await.0, last + 1, "a number of another store is no reason to be silent for ever");
    });
}

#[test]
fn the_page_listens_to_every_kind_of_step() {
    let described: Value = serde_json::from_str(wirefold::web::OPENAPI).unwrap();
    let script = Desk::empty().get("/page.js").body;
    let kinds = described["components"]["schemas"]["Step"]["properties"]["kind"]["enum"].as_array().unwrap();
    assert!(kinds.len() > 10);
    for kind in kinds {
        assert!(script.contains(&kind.to_string()), "{kind}");
    }
}

#[test]
fn there_are_only_so_many() {
    let desk = Desk::new();
    run(async {
        let router = desk.router(Bounds { streams: 2, ..bounds() });
        let ask = || router.clone().oneshot(Request::get("/api/v1/stream").header("host", HOST).body(Body::empty()).unwrap());
        let (first, second) = (ask().await.unwrap(), ask().await.unwrap());
        assert_eq!((first.status(), second.status()), (StatusCode::OK, StatusCode::OK));
        assert_eq!(ask().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        drop(first);
        // The place is free once the writer of the stream has noticed; each question gives it the time to.
        for _ in 0..1000 {
            if ask().await.unwrap().status() == StatusCode::OK {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("a stream that nobody reads any more keeps its place");
    });
}
