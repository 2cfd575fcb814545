//! Connections: how many, how long, and the thread that serves them.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{Bounds, Site, router};
use crate::config::Config;
use crate::failure::{Failure, part_of_process};

/// Bytes of the head of a request; hyper takes no less. A longer one is answered with 431.
const HEAD_BYTES: usize = 8192;

/// Time that running questions are given when the program ends.
const GRACE: Duration = Duration::from_secs(2);

/// A site that is being served; it ends when this is dropped.
pub struct Running {
    /// Where it is served.
    pub address: SocketAddr,
    _thread: Thread,
}

/// A thread that serves; it ends when this is dropped.
pub(crate) struct Thread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Thread {
    /// Runs what serves in a thread and a runtime of its own, until the thread is dropped.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(crate) fn start<S: Future>(name: &str, serve: impl FnOnce() -> S + Send + 'static) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let run = move || {
            runtime.block_on(async {
                tokio::select! { _ = serve() => {}, _ = stopped => {} }
            });
            runtime.shutdown_timeout(GRACE);
        };
        let name = name.to_owned();
        let part = move |name: &str| {
            part_of_process(&format!("the thread that serves {name}"), || {
                assert!(!crate::crash::planted(&format!("panic_of_{name}")), "planted");
                run();
            });
        };
        let thread = std::thread::Builder::new().name(name.clone()).spawn(move || part(&name))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().map(std::thread::JoinHandle::join);
    }
}

/// Serves the site in a thread of its own, so that the loop over the inbox never waits for a visitor nor a visitor for it.
///
/// # Errors
/// If the address cannot be listened on.
pub fn start(config: Config) -> Result<Running, Failure> {
    start_with(config, Bounds::default())
}

/// As [`start`], with bounds of one's own.
///
/// # Errors
/// As [`start`].
pub fn start_with(config: Config, bounds: Bounds) -> Result<Running, Failure> {
    let wanted = config.web.listen;
    let refused = |e: std::io::Error| {
        let failure = Failure::unusable(format!("cannot listen on {wanted}: {e}"));
        match e.raw_os_error().map(rustix::io::Errno::from_raw_os_error) {
            Some(rustix::io::Errno::AFNOSUPPORT) => {
                failure.hint("the service manager forbids it: the unit says which lines allow the web page")
            }
            _ => failure.hint("another program may have the port; choose another with web.listen or `serve --listen`"),
        }
    };
    let listener = TcpListener::bind(wanted).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let unable = |e: std::io::Error| Failure::unusable(format!("cannot start the web page: {e}"));
    let (edit, post, token) = (config.web.edit, config.web.post, super::token_file(&config.store));
    let site = Site::new(config, bounds, address)?;
    let serve = move || async move {
        match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => accept(&listener, &site).await,
            Err(error) => tracing::error!(%error, "the web page cannot be served"),
        }
    };
    let thread = Thread::start("web", serve).map_err(unable)?;
    tracing::info!(address = %format_args!("http://{address}/"), "the web page is open");
    if edit {
        tracing::info!(login = %format_args!("http://{address}/login"), token = %token.display(), "it can be edited by whoever has this token");
    }
    if post {
        tracing::info!(at = super::ARTICLES, token = %token.display(), "articles can be posted by whoever has this token");
    }
    Ok(Running { address, _thread: thread })
}

/// Serves the site until a signal ends the program.
///
/// # Errors
/// As [`start`], or if signals cannot be listened for.
pub fn serve(config: Config) -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let unable = |e: std::io::Error| Failure::unusable(format!("cannot listen for signals: {e}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unable)?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt()).map_err(unable)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(unable)?;
        let _running = start(config)?;
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        Ok(())
    })
}

/// Takes connections for ever, never more at once than the bounds say.
async fn accept(listener: &tokio::net::TcpListener, site: &Arc<Site>) {
    let router = router(site);
    let room = Arc::new(Semaphore::new(site.bounds.connections));
    while let Ok(permit) = room.clone().acquire_owned().await {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file handles, most likely: those in use will end.
                tracing::warn!(%error, "a connection to the web page was lost");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        converse(stream, router.clone(), site.bounds.head, permit);
    }
}

/// Answers what comes on one connection, in a task of its own; the permit is given back when it ends.
pub(crate) fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: axum::Router,
    head: Duration,
    permit: OwnedSemaphorePermit,
) {
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(HEAD_BYTES);
    let connection = connection.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::spawn(async move {
        // What goes wrong on a connection is the visitor's affair.
        connection.await.unwrap_or_else(|error| tracing::debug!(%error, "a connection broke"));
        drop(permit);
    });
}
