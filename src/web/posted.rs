//! Articles that programs post. They are written as a file into the inbox, whole or not at all, so that the same ledger counts them;
//! taking them is the affair of whoever watches the inbox. The name of the file is made of its digest: what was posted twice is one file.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::post;
use serde_json::json;

use super::{Answer, Ask, Problem, Site};
use crate::article::FileDigest;
use crate::config::Config;
use crate::daemon;
use crate::inbox::{self, Found, durable};
use crate::store::Reader;
use crate::store::rows::FileLine;

/// The address that takes articles.
pub const ARTICLES: &str = "/api/v1/articles";
/// Bytes that are taken at once; larger files are dropped into the inbox.
pub const POST_BYTES: u64 = 1 << 20;
/// What the files are called before and behind their digest, and what they are called while they are written, which no scan looks at.
const NAME: (&str, &str) = ("post-", ".json");
const UNFINISHED: (&str, &str) = (".post-", ".tmp");
/// Age from which an unfinished file is one that a crash has left.
const LEFT: Duration = Duration::from_secs(3600);

/// The address, where something is taken.
pub fn routes(router: Router<Arc<Site>>) -> Router<Arc<Site>> {
    router.route(ARTICLES, post(take))
}

fn name(digest: &FileDigest) -> String {
    format!("{}{}{}", NAME.0, digest.hex(), NAME.1)
}

async fn take(State(site): State<Arc<Site>>, request: Request) -> Response<Body> {
    let answer = async {
        let cut = |_| Problem::wrong("what was posted did not come whole", "post it again");
        let bytes = to_bytes(request.into_body(), POST_BYTES as usize).await.map_err(cut)?;
        refuse(&bytes).map_err(|what| Problem::wrong(what, "post an article, an array of them, or one a line"))?;
        let taken = site.blocking(move |site, reader| accept(&site.config, &reader, &bytes)).await?;
        accepted(&taken)
    };
    answer.await.unwrap_or_else(|problem| problem.response(ARTICLES))
}

/// Refuses what is not JSON, all of it: in a file it would be read as plain text. Says what is wrong, and in which line and column.
fn refuse(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "this is not JSON in UTF-8".to_owned())?.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with(['{', '[']) {
        return Err("this is not JSON in UTF-8".to_owned());
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    values.try_for_each(|value| value.map(drop)).map_err(|e| format!("this is not JSON: {e}"))
}

/// What was posted, and what became of it so far.
struct Posted {
    digest: FileDigest,
    outcome: String,
}

/// Sees to it that the bytes are in the ledger or in the inbox.
fn accept(config: &Config, reader: &Reader, bytes: &[u8]) -> Result<Posted, Problem> {
    let digest = FileDigest::of(bytes);
    let outcome = match outcome(&reader.files_with(&digest)?) {
        Some(known) => known,
        None => {
            put(&config.inbox, &digest, bytes).map_err(|error| {
                tracing::error!(%error, "what was posted cannot be written into the inbox");
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the inbox cannot be written to", "nothing was taken; try again later")
            })?;
            "waiting".to_owned()
        }
    };
    Ok(Posted { digest, outcome })
}

/// Writes a file into the inbox: under another name and synced first, then under its own, and that name synced.
fn put(inbox: &Path, digest: &FileDigest, bytes: &[u8]) -> io::Result<()> {
    durable::make_folder(inbox)?;
    let readable = Permissions::from_mode(0o640);
    let mut file = tempfile::Builder::new().prefix(UNFINISHED.0).suffix(UNFINISHED.1).permissions(readable).tempfile_in(inbox)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let path = inbox.join(name(digest));
    if let Err(refused) = file.persist_noclobber(&path) {
        // Posted before and not yet taken, most likely; whatever else has this name must not be taken for it.
        let there = inbox::read(Found { path, folder: None }, POST_BYTES).content;
        if refused.error.kind() != ErrorKind::AlreadyExists || !there.is_ok_and(|(_, there)| there == *digest) {
            return Err(refused.error);
        }
    }
    durable::sync_folder(inbox)
}

/// Deletes what a crash has left unfinished.
pub fn sweep(inbox: &Path) {
    let Ok(entries) = fs::read_dir(inbox) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1));
        let age = entry.metadata().ok().filter(fs::Metadata::is_file).and_then(|meta| meta.modified().ok()?.elapsed().ok());
        if ours && age.is_some_and(|age| age > LEFT) {
            // What cannot be deleted is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn accepted(posted: &Posted) -> Result<Response<Body>, Problem> {
    let digest = posted.digest.hex();
    let status = format!("/api/v1/files/{digest}");
    let mut response = Answer::json(&json!({ "digest": digest, "outcome": posted.outcome, "status": status }))?.response(&<_>::default());
    *response.status_mut() = StatusCode::ACCEPTED;
    response.headers_mut().extend(HeaderValue::from_str(&status).map(|status| (header::LOCATION, status)));
    Ok(response)
}

/// The outcome of bytes that the ledger knows: that of the newest file with them that was not merely sent again.
fn outcome(files: &[FileLine]) -> Option<String> {
    files.iter().find(|f| f.outcome != "resent").or(files.first()).map(|f| f.outcome.clone())
}

/// What the ledger says of the bytes with a digest.
pub fn file(ask: &Ask) -> Result<Answer, Problem> {
    let unknown = || Problem::not_found("no file with this digest; it is 64 hexadecimal digits");
    let digest = FileDigest::from_hex(&ask.id).ok_or_else(unknown)?;
    let mut files = ask.reader.files_with(&digest)?;
    if files.is_empty() {
        let name = name(&digest);
        let has_name = |path: &Path| path.file_name().is_some_and(|n| n == &*name);
        files.extend(daemon::waiting(ask.config(), &ask.reader, 1, has_name)?.files);
        files.iter_mut().for_each(|f| f.digest = Some(digest.hex()));
    }
    let outcome = outcome(&files).ok_or_else(unknown)?;
    Answer::json(&json!({ "digest": digest.hex(), "outcome": outcome, "files": files }))
}
