//! Every address, with what it takes and which function answers it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use super::ask::Answering;
use super::given::Given;
use super::list::{FILTERS, WITH_WORDS};
use super::session::Editor;
use super::{Answer, OPENAPI, Problem, Site, api, desk, feeds, guard, originals, pages, posted, stream};

/// An address.
pub struct Route {
    /// Its path; `{id}` stands for an id or the beginning of one.
    pub path: &'static str,
    /// The names that its query may hold.
    pub takes: &'static [&'static str],
    answer: Answering,
}

const fn route(path: &'static str, takes: &'static [&'static str], answer: Answering) -> Route {
    Route { path, takes, answer }
}

/// The address of the stream, which is answered piece by piece.
pub const STREAM: &str = "/api/v1/stream";

/// Every other address that is read.
pub const ROUTES: &[Route] = &[
    route("/", WITH_WORDS, pages::events::page),
    route("/events/{id}", &["from"], pages::event::page),
    route("/articles/{id}", &["from"], pages::article::page),
    route("/compare", &["a", "b", "from"], pages::compare::page),
    route("/explain", &["a", "b"], pages::explain::page),
    route("/search", &["q", "after", "limit"], pages::search::page),
    route("/sources", &[], pages::sources::page),
    route("/inbox", &["outcome", "after", "limit"], pages::inbox::page),
    route("/edits", &["after", "limit"], pages::edits::page),
    route("/login", &["to"], pages::edits::login),
    route("/about", &[], pages::about::page),
    route("/feeds/atom.xml", FILTERS, feeds::atom),
    route("/feeds/events.json", FILTERS, feeds::json),
    route("/api/v1/events", WITH_WORDS, api::events),
    route("/api/v1/events/{id}", &[], api::event),
    route("/api/v1/articles/{id}", &[], api::article),
    route("/api/v1/articles/{id}/provenance", &[], api::provenance),
    route("/api/v1/compare", &["a", "b"], api::compare),
    route("/api/v1/explain", &["a", "b"], api::explain),
    route("/api/v1/history/{id}", &[], api::history),
    route("/api/v1/search", &["q", "after", "limit"], api::search),
    route("/api/v1/sources", &["after", "limit"], api::sources),
    route("/api/v1/sources/copying", &["after", "limit"], api::copying),
    route("/api/v1/edits", &["after", "limit"], api::edits),
    route("/api/v1/files", &["outcome", "after", "limit"], api::files),
    route("/api/v1/files/{id}", &[], posted::file),
    route("/api/v1/files/{id}/original", &[], originals::original),
    route("/api/v1/status", &[], api::status),
    route("/api/v1/openapi.json", &[], |_| Ok(Answer::text("application/json", OPENAPI))),
    route("/style.css", &[], |_| Ok(Answer::text("text/css; charset=utf-8", include_str!("style.css")))),
    route("/page.js", &[], |_| Ok(Answer::text("text/javascript; charset=utf-8", include_str!("page.js")))),
    route("/favicon.svg", &[], |_| Ok(Answer::text("image/svg+xml", include_str!("favicon.svg")))),
];

/// All of them behind the guard.
pub fn router(site: &Arc<Site>) -> Router {
    let mut router = Router::new().route(STREAM, get(stream::stream));
    for route in ROUTES {
        let answer = move |State(site): State<Arc<Site>>, Path(ids): Path<HashMap<String, String>>, uri: Uri, headers: HeaderMap| async move {
            let id = ids.get("id").cloned().unwrap_or_default();
            answer(&site, route, id, &uri, &headers).await
        };
        router = router.route(route.path, get(answer));
    }
    if site.sessions.is_some() {
        router = desk::routes(router);
    }
    if site.posts.is_some() {
        router = posted::routes(router);
    }
    let unknown = |request: Request| async move { Problem::not_found("no such page").response(request.uri().path()) };
    router.fallback(unknown).layer(from_fn_with_state(site.clone(), guard::guard)).with_state(site.clone())
}

async fn answer(site: &Arc<Site>, route: &Route, id: String, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    let asked = async {
        if id.chars().count() > 256 {
            return Err(Problem::new(StatusCode::NOT_FOUND, "no id is that long", "ids have up to 26 characters"));
        }
        let given = Given::read(uri, route.takes)?;
        let base = guard::host(headers).map(|host| site.base(host)).unwrap_or_default();
        let editor = site.sessions.as_ref().map_or(Editor::Closed, |sessions| sessions.editor(headers));
        let place = uri.path_and_query().map_or("/", |place| place.as_str()).to_owned();
        site.answer(route.answer, id, given, base, editor, place).await
    };
    match asked.await {
        Ok(answer) => answer.response(headers),
        Err(problem) => problem.response(uri.path()),
    }
}
