//! A site over the sample dispatches and a few articles that mean harm.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt;
use wirefold::config::Config;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::search::catch_up;
use wirefold::store::Reader;
use wirefold::web::{ARTICLES, Bounds, ROUTES, Site, router, token_file};
use wirefold::{demo, inbox};

/// Where the site believes to be.
pub const HOST: &str = "127.0.0.1:7311";

pub struct Desk {
    pub folder: tempfile::TempDir,
    pub config: Config,
}

/// An answer.
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

impl Desk {
    /// The sample dispatches, ingested.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, _) = demo::ingest(folder.path(), None).unwrap();
        catch_up(&config.store, || true).unwrap();
        Self { folder, config }
    }

    /// A store with nothing in it.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { inbox: folder.path().join("inbox"), store: folder.path().join("empty.db"), ..Config::default() };
        Ingest::open(&config).unwrap();
        Self { folder, config }
    }

    /// Ingests articles as one file.
    pub fn take(&self, name: &str, articles: &[Value]) {
        let file = self.folder.path().join(name);
        std::fs::write(&file, articles.iter().map(|a| format!("{a}\n")).collect::<String>()).unwrap();
        let (found, _) = inbox::scan(&file);
        let at = Received::At(Timestamp::from_second(1_900_000_000).unwrap());
        Ingest::open(&self.config).unwrap().take(found, at, &mut Tally::default()).unwrap();
        catch_up(&self.config.store, || true).unwrap();
    }

    /// An article whose every field tries something.
    pub fn take_hostile(&self) {
        let text = "</b><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} قال الوزير \u{202e}إن المرفأ مغلق\u{202c} حتى إشعار آخر & \u{2028}\u{1b}[31m";
        let article = |n: u32, url: &str| {
            json!({ "id": format!("\"><svg onload=alert({n})>"), "title": format!("! <b onmouseover=alert(3)>المرفأ {n}</b>"), "text": format!("{text} {n}"),
                "source": format!("'\"><iframe src=//evil.example>{n}"), "published": "2026-03-06T10:00:00Z", "url": url })
        };
        let articles = [article(1, "javascript:alert(4)"), article(2, "https://noor.example/a?b=\"onclick=alert(5)")];
        self.take("hostile.jsonl", &articles);
    }

    /// A store with nothing in it, whose site takes articles.
    pub fn posting() -> Self {
        let mut desk = Self::empty();
        desk.config.web.post = true;
        desk
    }

    /// The token, which the site makes when it is opened first.
    pub fn token(&self) -> String {
        self.get("/");
        std::fs::read_to_string(token_file(&self.config.store)).unwrap()
    }

    /// Posts articles as a program does.
    pub fn post(&self, body: &str) -> Got {
        self.post_with(body.as_bytes(), &[])
    }

    /// As [`Self::post`]; `headers` replace or, if empty, remove what a program sends.
    pub fn post_with(&self, body: &[u8], headers: &[(&str, &str)]) -> Got {
        let (bearer, length) = (format!("Bearer {}", self.token()), body.len().to_string());
        let usual = [("host", HOST), ("authorization", &bearer), ("content-type", "application/json"), ("content-length", &length)];
        let mut request = Request::post(ARTICLES);
        for (name, value) in usual.iter().filter(|(name, _)| !headers.iter().any(|(n, _)| n == name)).chain(headers) {
            if !value.is_empty() {
                request = request.header(*name, *value);
            }
        }
        self.ask(Bounds::default(), request.body(Body::from(body.to_vec())).unwrap())
    }

    pub fn reader(&self) -> Reader {
        Reader::open(&self.config.store).unwrap()
    }

    pub fn router(&self, bounds: Bounds) -> Router {
        let address: SocketAddr = HOST.parse().unwrap();
        let site: Arc<Site> = Site::new(self.config.clone(), bounds, address).unwrap();
        router(&site)
    }

    /// Asks for a path as a browser on this machine does.
    pub fn get(&self, path: &str) -> Got {
        self.ask(Bounds::default(), Request::get(path).header(header::HOST, HOST).body(Body::empty()).unwrap())
    }

    pub fn ask(&self, bounds: Bounds, request: Request<Body>) -> Got {
        run(async {
            let response = self.router(bounds).oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = if parts.headers.get(header::CONTENT_TYPE).is_some_and(|t| t == "text/event-stream") {
                String::new()
            } else {
                String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap()
            };
            Got { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Ids of the events, largest first, and of their first articles.
    pub fn events(&self) -> Vec<(String, String)> {
        let events = self.get("/api/v1/events?sort=size&limit=200").json();
        let id = |v: &Value| v.as_str().unwrap().to_owned();
        events["events"].as_array().unwrap().iter().map(|e| (id(&e["event"]), id(&e["sources"][0]["article"]))).collect()
    }

    /// Every address, with ids that are in the store.
    pub fn addresses(&self) -> Vec<String> {
        let events = self.events();
        let (event, article) = &events[0];
        let file = self.get("/api/v1/files?outcome=stored").json()["files"][0]["digest"].as_str().unwrap().to_owned();
        let address = |route: &wirefold::web::Route| {
            let id = if route.path.contains("/articles/") {
                article
            } else if route.path.contains("/files/") {
                &file
            } else {
                event
            };
            let query = match route.takes {
                ["a", "b", ..] => format!("?a={article}&b={}", events[1].1),
                ["q", ..] => "?q=fog".to_owned(),
                _ => String::new(),
            };
            route.path.replace("{id}", id) + &query
        };
        ROUTES.iter().map(address).collect()
    }
}

pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
