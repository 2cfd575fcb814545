//! What happens, as it happens: the history of all events as server-sent events. The id of each is its number in the history, so that
//! whoever was cut off goes on where they were.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::given::Given;
use super::{Problem, STREAM, Site};
use crate::view::json_text;

/// Steps read at once.
const AT_ONCE: u32 = 200;
/// Seconds after which a silent stream says that it is there.
const ALIVE: Duration = Duration::from_secs(15);

/// Answers with everything that happens from now on, or from behind the step that `Last-Event-ID` or `after` names.
pub async fn stream(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    match open(&site, &uri, &headers).await {
        Ok(response) => response,
        Err(problem) => problem.response(STREAM),
    }
}

async fn open(site: &Arc<Site>, uri: &Uri, headers: &HeaderMap) -> Result<Response<Body>, Problem> {
    let given = Given::read(uri, &["after"])?;
    let asked = headers.get("last-event-id").and_then(|v| v.to_str().ok()).or(given.get("after"));
    let wrong = |_| Problem::wrong("the number to go on from is no number", "take it from the `id` of the last event that came");
    let asked = asked.map(str::parse::<i64>).transpose().map_err(wrong)?;
    let full = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many streams are open", "close one, or ask /api/v1/events");
    let slot = site.streams.clone().try_acquire_owned().map_err(full)?;
    let newest = site.blocking(|_, reader| Ok(reader.last_step()?)).await?;
    // A number that is not reached yet belongs to another store.
    let from = asked.unwrap_or(newest).clamp(0, newest);
    let (sender, receiver) = channel(16);
    let site = site.clone();
    tokio::spawn(async move {
        tell(&site, from, &sender).await;
        drop(slot);
    });
    let stream = ReceiverStream::new(receiver).map(Ok::<Event, Infallible>);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(ALIVE)).into_response())
}

/// Sends every step behind the given one, for as long as someone listens.
async fn tell(site: &Arc<Site>, mut seq: i64, sender: &Sender<Event>) {
    loop {
        // A store that cannot be read now is asked again after a while; the cause is in the log.
        let steps = site.blocking(move |_, reader| Ok(reader.steps_after(seq, AT_ONCE)?)).await.unwrap_or_default();
        let quiet = steps.len() < AT_ONCE as usize;
        for (number, step) in steps {
            seq = number;
            let Ok(data) = json_text(&step) else { continue };
            if sender.send(Event::default().id(number.to_string()).event(&step.kind).data(data)).await.is_err() {
                return;
            }
        }
        if quiet {
            tokio::select! {
                () = sender.closed() => return,
                () = tokio::time::sleep(site.bounds.look) => {}
            }
        }
    }
}
