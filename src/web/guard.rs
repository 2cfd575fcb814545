//! What stands before every page: who may ask, how, and what every answer carries.
//!
//! A page on this machine is reached by every page that its user visits elsewhere; the list of hosts is what keeps a foreign name that
//! was bound to 127.0.0.1 (DNS rebinding) from reading it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;

use super::desk::{FORM_BYTES, FORMS};
use super::posted::{ARTICLES, POST_BYTES};
use super::session::Token;
use super::{Problem, Site};

/// What every answer carries: nothing runs, loads or is sent that is not ours, and no other page may show or read it.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    // Nothing is shown from a cache without asking; whoever asks with the tag of what it has gets only a note that it still holds.
    (header::CACHE_CONTROL, "private, no-cache"),
];

/// Checks a request, passes it on for a bounded time, and gives every answer its headers.
pub async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match checked(&site, &request) {
        Err(problem) => {
            let mut response = problem.response(&path);
            // What follows on this connection may be the body of what was refused.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
        Ok(()) => match tokio::time::timeout(site.bounds.request, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "this took too long", "try again later").response(&path),
        },
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && !reads {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    if response.status() == StatusCode::UNAUTHORIZED && path == ARTICLES {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if response.headers().contains_key(header::CONTENT_DISPOSITION) {
        // Somebody else's bytes: should a browser show them after all, they may do nothing.
        response.headers_mut().append(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    }
    response
}

fn checked(site: &Site, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let asked = host(headers).filter(|host| allowed(site, host));
    let absolute = request.uri().authority().map(axum::http::uri::Authority::as_str);
    if asked.is_none() || absolute.is_some_and(|authority| !allowed(site, authority)) {
        let hint = "open it as 127.0.0.1 with its port; a proxy's host belongs into web.hosts of the configuration";
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "this host is not served here", hint));
    }
    let editing = site.sessions.is_some() && FORMS.contains(&request.uri().path());
    if editing && *request.method() == Method::POST {
        return checked_form(site, headers);
    }
    if let Some(token) = site.posts.as_ref().filter(|_| *request.method() == Method::POST && request.uri().path() == ARTICLES) {
        return checked_post(site, token, headers);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this page only reads", "use GET or HEAD"));
    }
    let length = headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0");
    if length || headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a request has no body here", "leave it out"));
    }
    // A link on another page may lead here; a script or picture of another page may not.
    let fetched = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let foreign = fetched("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    // Browsers that do not say the site say the origin, where it is another one.
    let base = asked.map(|host| site.base(host)).unwrap_or_default();
    let foreign = foreign || one(headers, "origin").is_some_and(|origin| !origin.eq_ignore_ascii_case(&base));
    if foreign && fetched("sec-fetch-mode") != Some("navigate") {
        return Err(Problem::new(StatusCode::FORBIDDEN, "other sites may not read this", "open the page itself"));
    }
    Ok(())
}

/// A form must be one of our own pages', as the browser says, and short. The browser's word is `Sec-Fetch-Site`, which no page can forge;
/// browsers that do not give it give the origin, which is `null` where a page sends no referrer, as ours, and then proves nothing.
fn checked_form(site: &Site, headers: &HeaderMap) -> Result<(), Problem> {
    let one = |name: &str| one(headers, name);
    let base = host(headers).map(|host| site.base(host)).unwrap_or_default();
    let origin = one("origin").filter(|origin| *origin != "null");
    let ours = match one("sec-fetch-site") {
        Some(site) => site == "same-origin" && origin.is_none_or(|o| o.eq_ignore_ascii_case(&base)),
        None => origin.is_some_and(|o| o.eq_ignore_ascii_case(&base)),
    };
    if !ours {
        return Err(Problem::new(StatusCode::FORBIDDEN, "this form was not sent from our page", "open the page and send it from there"));
    }
    let kind = one("content-type").and_then(|kind| kind.split(';').next()).map(str::trim);
    if kind != Some("application/x-www-form-urlencoded") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "only forms are taken here", "send it from the page"));
    }
    let length = one("content-length").and_then(|length| length.parse::<usize>().ok());
    if headers.contains_key(header::TRANSFER_ENCODING) || length.is_none_or(|length| length > FORM_BYTES) {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a form says its length, which has a limit", "name fewer articles"));
    }
    Ok(())
}

/// What is posted must come from a program that has the token, which no page of another site can know, be JSON as it is, and short.
fn checked_post(site: &Site, token: &Token, headers: &HeaderMap) -> Result<(), Problem> {
    let given = one(headers, "authorization").and_then(|given| given.split_once(' '));
    if !given.is_some_and(|(scheme, given)| scheme.eq_ignore_ascii_case("bearer") && token.is(given)) {
        let hint = "send `Authorization: Bearer TOKEN`; the token lies in the file beside the store whose name ends in .token";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "only who has the token may post articles", hint));
    }
    if one(headers, "sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "other sites may not post here", "post from a program"));
    }
    let kind = one(headers, "content-type").and_then(|kind| kind.split(';').next()).map(|kind| kind.trim().to_ascii_lowercase());
    let json = kind.is_some_and(|kind| ["application/json", "application/jsonl", "application/x-ndjson"].contains(&&*kind));
    if !json || headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "only JSON is taken here, not compressed", "say application/json"));
    }
    let length = one(headers, "content-length").and_then(|length| length.parse::<u64>().ok());
    let most = POST_BYTES.min(site.config.limits.file_bytes);
    if headers.contains_key(header::TRANSFER_ENCODING) || length.is_none_or(|length| length > most) {
        let hint = "post fewer articles at once, with Content-Length, or drop the file into the inbox";
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("at most {most} bytes are taken here"), hint));
    }
    Ok(())
}

/// The one value of a header, or `?` where there are several or one that is no text.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter().map(|v| v.to_str().unwrap_or("?"));
    let first = all.next();
    if all.next().is_some() { Some("?") } else { first }
}

/// The one host that a request names.
pub fn host(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    hosts.next().is_none().then_some(host)
}

fn allowed(site: &Site, host: &str) -> bool {
    site.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
}
