//! Connections: how many, how long, and the thread that serves them.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::{Semaphore, oneshot};

use super::{Bounds, Site, router};
use crate::config::Config;
use crate::failure::Failure;

/// Bytes of the head of a request; hyper takes no less. A longer one is answered with 431.
const HEAD_BYTES: usize = 8192;

/// Time that running questions are given when the program ends.
const GRACE: Duration = Duration::from_secs(2);

/// A site that is being served; it ends when this is dropped.
pub struct Running {
    /// Where it is served.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Running {
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
        failure.hint("another program may have the port; choose another with web.listen or `serve --listen`")
    };
    let listener = TcpListener::bind(wanted).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let unable = |e: std::io::Error| Failure::unusable(format!("cannot start the web page: {e}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unable)?;
    let token = config.web.edit.then(|| super::token_file(&config.store));
    let (stop, stopped) = oneshot::channel();
    let site = Site::new(config, bounds, address)?;
    let serve = move || {
        runtime.block_on(async {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => {
                    tokio::select! { () = accept(&listener, &site) => {}, _ = stopped => {} }
                }
                Err(error) => tracing::error!(%error, "the web page cannot be served"),
            }
        });
        runtime.shutdown_timeout(GRACE);
    };
    let thread = std::thread::Builder::new().name("web".to_owned()).spawn(serve).map_err(unable)?;
    tracing::info!(address = %format_args!("http://{address}/"), "the web page is open");
    if let Some(token) = token {
        tracing::info!(login = %format_args!("http://{address}/login"), token = %token.display(), "it can be edited by whoever has this token");
    }
    Ok(Running { address, stop: Some(stop), thread: Some(thread) })
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
        let service = TowerToHyperService::new(router.clone());
        let mut connection = http1::Builder::new();
        connection.timer(TokioTimer::new()).header_read_timeout(site.bounds.head).max_buf_size(HEAD_BYTES);
        let connection = connection.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            // What goes wrong on a connection is the visitor's affair.
            connection.await.unwrap_or_else(|error| tracing::debug!(%error, "a connection to the web page broke"));
            drop(permit);
        });
    }
}
