//! What monitoring asks: `/health`, `/ready` and `/metrics`, on a Unix socket or an address of this machine alone.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use serde::Serialize;
use serde_json::json;
use tokio::sync::Semaphore;

use super::metrics;
use super::vitals::Vitals;
use crate::config::{Config, HealthAt};
use crate::failure::Failure;
use crate::store::Reader;
use crate::view::json_text;
use crate::web;

/// Connections open at once; more wait.
const CONNECTIONS: usize = 16;
/// Time to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);

/// The socket beside a store.
pub(super) fn socket_of(store: &Path) -> PathBuf {
    PathBuf::from(format!("{}.health", store.display()))
}

/// Monitoring that is being answered; it ends when this is dropped.
pub(super) struct Answering {
    _thread: web::Thread,
    socket: Option<PathBuf>,
}

impl Drop for Answering {
    fn drop(&mut self) {
        // One that stays is removed by the next start.
        self.socket.take().map(std::fs::remove_file);
    }
}

/// Begins to answer where the configuration says, in a thread of its own: the loop over the inbox may be busy for minutes.
///
/// # Errors
/// If the socket or address cannot be listened on. Where nobody named one, that is only a warning.
pub(super) fn start(config: &Arc<Config>, vitals: &Vitals) -> Result<Option<Answering>, Failure> {
    let (config, vitals) = (config.clone(), vitals.clone());
    let started = match &config.health {
        HealthAt::Off => return Ok(None),
        HealthAt::Beside => on_socket(socket_of(&config.store), config.clone(), vitals),
        HealthAt::Socket(path) => on_socket(path.clone(), config.clone(), vitals),
        HealthAt::Address(address) => on_address(*address, config.clone(), vitals),
    };
    match started {
        Err(failure) if config.health == HealthAt::Beside => {
            tracing::warn!(failure = failure.in_one_line(), "nobody can ask how the daemon is");
            Ok(None)
        }
        started => started.map(Some),
    }
}

fn on_socket(path: PathBuf, config: Arc<Config>, vitals: Vitals) -> Result<Answering, Failure> {
    let refused = |e: std::io::Error| {
        let hint = "give it a shorter path or another folder with health.listen, or \"\" for none";
        Failure::io("cannot listen for monitoring on", &path, &e).hint(hint)
    };
    // A socket that nobody listens on was left by a process that was killed. Anything else is not ours.
    let kind = std::fs::symlink_metadata(&path).map(|meta| meta.file_type());
    if kind.as_ref().is_ok_and(|kind| !kind.is_socket()) {
        let taken = std::io::Error::new(ErrorKind::AlreadyExists, "what lies there is no socket, and is left alone");
        return Err(refused(taken).hint("remove or rename it, or name another place with health.listen, or \"\" for none"));
    }
    if kind.is_ok() && std::os::unix::net::UnixStream::connect(&path).is_err() {
        std::fs::remove_file(&path).map_err(refused)?;
    }
    let listener = std::os::unix::net::UnixListener::bind(&path).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    tracing::info!(socket = %path.display(), "monitoring is answered");
    let thread = web::Thread::start("health", move || async move {
        let Ok(listener) = tokio::net::UnixListener::from_std(listener).inspect_err(unserved) else { return };
        let (router, room) = (router(config, vitals, None), Arc::new(Semaphore::new(CONNECTIONS)));
        while let Ok(permit) = room.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, _)) => web::converse(stream, router.clone(), HEAD, permit),
                Err(error) => lost(&error).await,
            }
        }
    });
    Ok(Answering { _thread: thread.map_err(refused)?, socket: Some(path.clone()) })
}

fn on_address(address: SocketAddr, config: Arc<Config>, vitals: Vitals) -> Result<Answering, Failure> {
    let refused = |e: std::io::Error| {
        let failure = Failure::unusable(format!("cannot listen for monitoring on {address}: {e}"));
        failure.hint("another program may have the port; choose another with health.listen, or \"\" for none")
    };
    let listener = std::net::TcpListener::bind(address).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    tracing::info!(address = %format_args!("http://{address}/"), "monitoring is answered");
    let thread = web::Thread::start("health", move || async move {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener).inspect_err(unserved) else { return };
        let (router, room) = (router(config, vitals, Some(address)), Arc::new(Semaphore::new(CONNECTIONS)));
        while let Ok(permit) = room.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, _)) => web::converse(stream, router.clone(), HEAD, permit),
                Err(error) => lost(&error).await,
            }
        }
    });
    Ok(Answering { _thread: thread.map_err(refused)?, socket: None })
}

fn unserved(error: &std::io::Error) {
    tracing::error!(%error, "monitoring cannot be answered");
}

/// Out of file handles, most likely: those in use will end.
async fn lost(error: &std::io::Error) {
    tracing::warn!(%error, "a connection of monitoring was lost");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

type Reply = Response<String>;

/// The three addresses. On a network address only names of this machine are answered: a page that its user visits elsewhere could
/// otherwise ask here under a foreign name.
fn router(config: Arc<Config>, vitals: Vitals, address: Option<SocketAddr>) -> Router {
    let ready = vitals.clone();
    let (measured, numbers) = (config.clone(), vitals.clone());
    let guard = move |request: Request, next: Next| async move {
        let hosts = address.map(|a| ["127.0.0.1", "[::1]", "localhost"].map(|name| format!("{name}:{}", a.port())));
        let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let ours = hosts.is_none_or(|hosts| hosts.iter().any(|host| host == asked));
        let mut response = if ours {
            next.run(request).await
        } else {
            Response::builder().status(StatusCode::MISDIRECTED_REQUEST).body("no such host here\n".into()).unwrap_or_default()
        };
        let fixed = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::CACHE_CONTROL, "no-store")];
        fixed
            .into_iter()
            .for_each(|(name, value): (HeaderName, _)| drop(response.headers_mut().insert(name, HeaderValue::from_static(value))));
        response
    };
    Router::new()
        .route("/health", get(move || async move { health(&config, &vitals) }))
        .route("/ready", get(move || async move { self::ready(&ready) }))
        .route("/metrics", get(move || async move { numbers_of(&measured, &numbers) }))
        .layer(from_fn(guard))
}

fn reply(well: bool, content_type: &'static str, body: String) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// 200 if all is well, else 503, with the reason and all there is to know.
fn health(config: &Config, vitals: &Vitals) -> Reply {
    let (look, now, disks) = (vitals.look(), Instant::now(), Disks::of(config));
    let (wrong, signs) = (look.wrong(now), &look.signs);
    let health = json!({
        "ok": wrong.is_none(),
        "why": wrong,
        "ready": look.not_ready(now).is_none(),
        "paused": signs.paused,
        "hindered": signs.hindered,
        "clock": signs.clock,
        "watcher": { "alive": signs.polling.is_none() && signs.last_scan.is_some(), "polling": signs.polling, "lost": signs.watchers_lost },
        "last_scan": signs.last_scan,
        "last_commit": signs.last_commit,
        "turn_seconds": look.at_work(now).unwrap_or_default().as_secs_f64(),
        "waiting": signs.waiting,
        "queued": signs.queued,
        "store_bytes": disks.store_bytes,
        "disk": disks,
        "version": env!("CARGO_PKG_VERSION"),
    });
    reply(wrong.is_none(), "application/json", json_text(&health).unwrap_or_default() + "\n")
}

/// 200 if files are taken, else 503 and why not.
fn ready(vitals: &Vitals) -> Reply {
    let not = vitals.look().not_ready(Instant::now());
    let body = json!({ "ready": not.is_none(), "why": not });
    reply(not.is_none(), "application/json", json_text(&body).unwrap_or_default() + "\n")
}

fn numbers_of(config: &Config, vitals: &Vitals) -> Reply {
    // A store that cannot be read now is told by the other numbers.
    let told = || Reader::open(&config.store).and_then(|reader| reader.hooks()).unwrap_or_default();
    let hooks = if config.webhooks.is_empty() { Vec::new() } else { told() };
    reply(true, "text/plain; version=0.0.4; charset=utf-8", metrics::text(&vitals.look(), &Disks::of(config), &hooks, Instant::now()))
}

/// The room on a file system.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Disk {
    /// Bytes that the daemon may still write.
    pub free_bytes: u64,
    pub total_bytes: u64,
}

/// The room where the daemon writes; nothing for a folder that cannot be looked at.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Disks {
    #[serde(skip)]
    pub store_bytes: u64,
    store: Option<Disk>,
    inbox: Option<Disk>,
    archive: Option<Disk>,
}

impl Disks {
    /// As they are now.
    pub(super) fn of(config: &Config) -> Self {
        let size = |end: &str| std::fs::metadata(format!("{}{end}", config.store.display())).map_or(0, |meta| meta.len());
        let folder = config.store.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { store_bytes: size("") + size("-wal"), store: room(folder), inbox: room(&config.inbox), archive: room(&config.archive) }
    }

    /// Each by the folder that it is of.
    pub(super) fn by_folder(&self) -> [(&'static str, Option<Disk>); 3] {
        [("store", self.store), ("inbox", self.inbox), ("archive", self.archive)]
    }
}

fn room(folder: &Path) -> Option<Disk> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(Disk { free_bytes: told.f_bavail * told.f_frsize, total_bytes: told.f_blocks * told.f_frsize })
}
