//! What is sent back: an answer, or a problem that says what failed and what to do, never where on the disk or in which query.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::given::encoded;
use crate::failure::Failure;
use crate::store::StoreError;
use crate::text::clean::Safe;
use crate::view::json_text;

/// Something that was found.
pub struct Answer {
    content_type: &'static str,
    body: Vec<u8>,
    /// The name under which it is to be saved instead of shown.
    save_as: Option<String>,
    /// Another address: where the browser is sent, or where the thing has its own.
    location: Option<(StatusCode, String)>,
}

impl Answer {
    /// A page. The whole of it is cleaned here, so that no text can be shown without.
    pub fn page(page: &impl askama::Template) -> Result<Self, Problem> {
        let html = page.render().map_err(|e| Problem::internal(&e))?;
        Ok(Self::text("text/html; charset=utf-8", Safe::markup(&html).as_str().to_owned()))
    }

    /// JSON for programs.
    pub fn json(value: &impl Serialize) -> Result<Self, Problem> {
        Self::json_as("application/json", value)
    }

    /// JSON of a kind of its own.
    pub fn json_as(content_type: &'static str, value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::text(content_type, json_text(value).map_err(|e| Problem::internal(&e))?))
    }

    /// A text of some type, as it is.
    pub fn text(content_type: &'static str, body: impl Into<String>) -> Self {
        Self { content_type, body: body.into().into_bytes(), save_as: None, location: None }
    }

    /// Bytes that a browser saves under a name and never shows.
    pub fn attachment(bytes: Vec<u8>, name: &str) -> Self {
        Self { content_type: "application/octet-stream", body: bytes, save_as: Some(name.to_owned()), location: None }
    }

    /// Sends the browser to another of our own addresses.
    pub fn see(path: String) -> Self {
        Self { location: Some((StatusCode::TEMPORARY_REDIRECT, path)), ..Self::text("text/plain; charset=utf-8", "") }
    }

    /// Says at which of our own addresses the thing is found for ever.
    pub fn found_at(mut self, path: String) -> Self {
        self.location = Some((StatusCode::OK, path));
        self
    }

    /// As it is sent; nothing but a note that nothing changed to whoever has it already.
    pub fn response(self, asked: &HeaderMap) -> Response<Body> {
        let tag = format!("\"{:032x}\"", xxhash_rust::xxh3::xxh3_128(&self.body));
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
        let known = known.map(|t| t.trim().trim_start_matches("W/")).any(|t| t == tag || t == "*");
        let mut response = Response::new(if known { Body::empty() } else { Body::from(self.body) });
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.extend(HeaderValue::from_str(&tag).map(|tag| (header::ETAG, tag)));
        if let Some(name) = self.save_as {
            let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
            let saved = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", encoded(&name));
            headers.extend(HeaderValue::from_str(&saved).map(|saved| (header::CONTENT_DISPOSITION, saved)));
        }
        if let Some((status, location)) = self.location
            && let Ok(location) = HeaderValue::from_str(&location)
        {
            let own = status == StatusCode::OK;
            headers.insert(if own { header::CONTENT_LOCATION } else { header::LOCATION }, location);
            if !own {
                *response.status_mut() = status;
            }
        }
        response
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    message: String,
    hint: &'static str,
}

#[derive(askama::Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    status: &'a str,
    message: &'a str,
    hint: &'a str,
}

/// Counts what is only told in the log, so that it can be looked up there.
static LOGGED: AtomicU32 = AtomicU32::new(1);

impl Problem {
    /// A problem with the next step.
    pub fn new(status: StatusCode, message: impl Into<String>, hint: &'static str) -> Self {
        Self { status, message: message.into(), hint }
    }

    /// The request is wrong.
    pub fn wrong(message: impl Into<String>, hint: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, hint)
    }

    /// Nothing by that name.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message, "the list of events shows what there is")
    }

    /// Something that only whoever runs the program can put right: the cause goes to the log.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        let number = LOGGED.fetch_add(1, Ordering::Relaxed);
        tracing::error!(number, %cause, "a page could not be made");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "this could not be read", "the log of the program has the cause").numbered(number)
    }

    fn numbered(mut self, number: u32) -> Self {
        self.message = format!("{} (web-{number})", self.message);
        self
    }

    /// As it is sent: JSON below `/api`, else a page.
    pub fn response(&self, path: &str) -> Response<Body> {
        let (message, status) = (Safe::line(&self.message), self.status.as_str());
        let json = serde_json::json!({ "error": { "status": self.status.as_u16(), "message": message.as_str(), "hint": self.hint } });
        let page = ProblemPage { status, message: message.as_str(), hint: self.hint };
        let (content_type, body) = match path.starts_with("/api/") {
            true => ("application/json", json_text(&json).unwrap_or_default()),
            false => ("text/html; charset=utf-8", askama::Template::render(&page).unwrap_or_default()),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "there is no store yet", "drop files into the inbox of `wirefold run`")
            }
            StoreError::Refused { message, hint, missing } => {
                let status = if missing { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
                Self::new(status, format!("{message}. {hint}"), "go back and change it; nothing was edited")
            }
            StoreError::Locked { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "a large batch is being stored", "try again in a moment")
            }
            e if e.is_timeout() => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "the store took too long to answer", "narrow the filters, or try again")
            }
            StoreError::Altered(what) => {
                let told = Self::internal(&format!("the store is damaged: {what}"));
                let message = format!("this is not shown, since the disk altered it: {what} ({})", told.message);
                Self { message, hint: "whoever runs the program can restore a backup, or rebuild the store from the archive", ..told }
            }
            e => Self::internal(&e),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if failure.code == 4 { Self::not_found("the articles are no longer in the store") } else { Self::internal(&failure) }
    }
}
