//! The editor's desk: what forms send. Every edit takes the one path of the store, as on the command line.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use axum::routing::post;
use jiff::Timestamp;

use super::session::{Editor, Refused, Sessions};
use super::{Problem, Site, way_back};
use crate::edit::{Asked, Command};
use crate::store;

/// The addresses that take forms.
pub const FORMS: [&str; 3] = ["/edit", "/login", "/logout"];
/// Bytes of a form: some hundred articles that leave an event.
pub const FORM_BYTES: usize = 16 * 1024;
/// Characters of a field.
const FIELD: usize = 1000;
/// What forms may hold; `article` any number of times.
const FIELDS: [&str; 11] = ["secret", "token", "who", "to", "do", "event", "other", "article", "text", "edit", "why"];

/// The addresses of forms, where there is somebody who may send them.
pub fn routes(router: Router<Arc<Site>>) -> Router<Arc<Site>> {
    router.route("/edit", post(edit)).route("/login", post(login)).route("/logout", post(logout))
}

/// What a form holds.
struct Form(Vec<(String, String)>);

impl Form {
    async fn read(request: Request) -> Result<Self, Problem> {
        let unreadable = |_| Problem::wrong("this form cannot be read", "send it from the page");
        let bytes =
            to_bytes(request.into_body(), FORM_BYTES).await.map_err(|_| Problem::wrong("this form is too long", "name fewer articles"))?;
        let uri: Uri = format!("/?{}", std::str::from_utf8(&bytes).unwrap_or("\u{0}"))
            .parse()
            .map_err(|_| Problem::wrong("this form cannot be read", "send it from the page"))?;
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(unreadable)?;
        for (n, (name, value)) in pairs.iter().enumerate() {
            let twice = name != "article" && pairs[..n].iter().any(|(other, _)| other == name);
            if !FIELDS.contains(&name.as_str()) || twice || value.chars().count() > FIELD || value.contains('\u{fffd}') {
                return Err(Problem::wrong("this form holds what no form of ours sends", "send it from the page"));
            }
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn needed(&self, name: &str) -> Result<String, Problem> {
        self.get(name).map(str::to_owned).ok_or_else(|| Problem::wrong(format!("`{name}` is missing"), "go back and fill it in"))
    }

    /// What is asked for.
    fn command(&self) -> Result<Command, Problem> {
        let articles = || self.0.iter().filter(|(n, _)| n == "article").map(|(_, id)| id.trim().to_owned()).collect();
        Ok(match self.needed("do")?.as_str() {
            "merge" => Command::Merge { into: self.needed("event")?, from: self.needed("other")? },
            "split" => {
                self.needed("article")?;
                Command::Split { event: self.needed("event")?, articles: articles() }
            }
            "move" => Command::Move { article: self.needed("article")?, event: self.needed("event")? },
            "pin" => Command::Pin { a: self.needed("article")?, b: self.needed("other")? },
            "unpin" => Command::Unpin { a: self.needed("article")?, b: self.needed("other")? },
            "mark" => Command::MarkRoundup { article: self.needed("article")? },
            "headline" => Command::Headline { event: self.needed("event")?, text: self.needed("text")? },
            "undo" => {
                let no = self.needed("edit")?;
                let no = no.parse().map_err(|_| Problem::wrong("that is no number of an edit", "the list of edits has them"))?;
                Command::Undo { edit: Some(no) }
            }
            _ => return Err(Problem::wrong("no such edit", "send it from the page")),
        })
    }
}

fn sessions(site: &Site) -> Result<&Sessions, Problem> {
    site.sessions.as_ref().ok_or_else(|| Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this page only reads", "set web.edit to edit here"))
}

/// Sends the browser on, by GET.
fn then(path: &str, cookie: Option<String>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().extend(HeaderValue::from_str(path).map(|path| (header::LOCATION, path)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().extend(cookie.and_then(|c| HeaderValue::from_str(&c).ok()).map(|c| (header::SET_COOKIE, c)));
    response
}

fn answered(answer: Result<Response<Body>, Problem>, path: &str) -> Response<Body> {
    answer.unwrap_or_else(|problem| problem.response(path))
}

async fn login(State(site): State<Arc<Site>>, request: Request) -> Response<Body> {
    let answer = async {
        let form = Form::read(request).await?;
        let cookie = sessions(&site)?.login(form.get("token").unwrap_or_default(), &form.needed("who")?, Instant::now());
        let cookie = cookie.map_err(refused)?;
        let to = form.get("to").and_then(way_back::back).unwrap_or("/edits");
        Ok(then(to, Some(cookie)))
    };
    answered(answer.await, "/login")
}

fn refused(why: Refused) -> Problem {
    match why {
        Refused::Wrong => Problem::new(
            StatusCode::UNAUTHORIZED,
            "that is not the token",
            "it lies in the file beside the store whose name ends in .token",
        ),
        Refused::Wait => Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many wrong tokens were tried", "wait a minute"),
    }
}

async fn logout(State(site): State<Arc<Site>>, headers: HeaderMap, request: Request) -> Response<Body> {
    let answer = async {
        let form = Form::read(request).await?;
        named(&site, &headers, &form)?;
        Ok(then("/", Some(sessions(&site)?.logout(&headers))))
    };
    answered(answer.await, "/logout")
}

async fn edit(State(site): State<Arc<Site>>, headers: HeaderMap, request: Request) -> Response<Body> {
    let answer = async {
        let form = Form::read(request).await?;
        let who = named(&site, &headers, &form)?;
        let asked = Asked { command: form.command()?, who, why: form.get("why").unwrap_or_default().to_owned(), at: Timestamp::now() };
        let made = site.blocking(move |site, _| Ok(store::edit::edit(&site.config.store, &asked)?)).await?;
        tracing::info!(edit = made.edit, kind = made.kind, who = made.who, "edited by the page");
        Ok(then(&format!("/events/{}", made.event), None))
    };
    answered(answer.await, "/edit")
}

/// Who sent a form; only somebody whose secret it holds.
fn named(site: &Site, headers: &HeaderMap, form: &Form) -> Result<String, Problem> {
    match sessions(site)?.editor(headers) {
        editor @ Editor::Named { .. } if !editor.sent(form.get("secret")) => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "this form was not sent from our page, or is an old one",
            "open the page again and send it from there",
        )),
        Editor::Named { who, .. } => Ok(who),
        Editor::Visitor | Editor::Closed => {
            Err(Problem::new(StatusCode::UNAUTHORIZED, "only who is logged in may edit", "log in first: /login"))
        }
    }
}
