//! How the daemon learns that there is something to scan: notices of the file system where they come, else looking from time to time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot::{self, error::TryRecvError};

use crate::config::{Config, Watching};
use crate::inbox::watch::{self, Watch};

/// After dropped notices the inbox is scanned at once, but watched anew no more often than this: in a flood, notices are dropped again and
/// again, also of our own looking at many folders.
const BETWEEN_WATCHES: Duration = Duration::from_secs(1);

/// Time after which files are taken while a watcher is still going through the folders of a large inbox.
const PATIENCE: Duration = Duration::from_secs(1);

type Started = notify::Result<(Watch, Receiver<()>)>;

/// Tells when to scan.
pub(super) struct Notices {
    inbox: PathBuf,
    control: PathBuf,
    watch: Option<(Watch, Receiver<()>)>,
    /// A watcher that is still going through the folders; until it is there the inbox is polled.
    starting: Option<oneshot::Receiver<Started>>,
    rescan: Duration,
    poll: Duration,
    /// Why the inbox is polled.
    pub(super) polling: Option<String>,
    /// Polling is meant to be: no watcher is tried.
    by_choice: bool,
    /// Watchers that were refused or died.
    pub(super) lost: u32,
    checked: Instant,
}

impl Notices {
    /// Begins to watch the inbox as configured.
    pub(super) fn new(config: &Config) -> Self {
        let network = watch::network_kind(&config.inbox).filter(|_| config.watching == Watching::Auto);
        let choice = match (config.watching, network) {
            (Watching::Poll, _) => Some("inbox.watch = \"poll\"".to_owned()),
            (_, Some(kind)) => Some(format!("the inbox is on {kind}, where other machines write without a notice")),
            _ => None,
        };
        let mut notices = Self {
            inbox: config.inbox.clone(),
            control: config.work.join(watch::CONTROL),
            watch: None,
            starting: None,
            rescan: Duration::from_secs_f64(config.rescan_seconds),
            poll: Duration::from_secs_f64(config.poll_seconds.min(config.rescan_seconds)),
            by_choice: choice.is_some(),
            polling: choice,
            lost: 0,
            checked: Instant::now(),
        };
        notices.watch_anew();
        notices
    }

    /// Other times between scans from now on.
    pub(super) fn set_times(&mut self, config: &Config) {
        self.rescan = Duration::from_secs_f64(config.rescan_seconds);
        self.poll = Duration::from_secs_f64(config.poll_seconds.min(config.rescan_seconds));
    }

    /// Starts a watcher on the folder that has the inbox's name now. One that takes long to go through a large inbox is not waited for.
    pub(super) fn watch_anew(&mut self) {
        (self.watch, self.starting) = (None, None);
        self.checked = Instant::now();
        if self.by_choice {
            return;
        }
        let (inbox, control) = (self.inbox.clone(), self.control.clone());
        let ((here, is_here), (sender, receiver)) = (std::sync::mpsc::channel(), oneshot::channel());
        let thread = std::thread::Builder::new().spawn(move || {
            // Whoever asked may have asked again: then nobody wants this one any more.
            let _ = sender.send(watch::start(&inbox, &control));
            let _ = here.send(());
        });
        if let Err(error) = thread {
            return self.lose(format!("no thread can be started that watches the inbox: {error}"));
        }
        let _ = is_here.recv_timeout(PATIENCE);
        self.starting = Some(receiver);
        self.take_over();
    }

    /// Takes a watcher over that has started, if it has.
    fn take_over(&mut self) {
        let Some(mut receiver) = self.starting.take() else { return };
        match receiver.try_recv() {
            Ok(started) => self.use_watcher(started),
            Err(TryRecvError::Empty) => self.starting = Some(receiver),
            Err(TryRecvError::Closed) => self.lose("the watcher of the inbox ended at its start; another one will be started".to_owned()),
        }
    }

    fn use_watcher(&mut self, started: Started) {
        match started {
            Ok((mut watch, receiver)) => {
                watch.probe();
                self.watch = Some((watch, receiver));
                self.polling = None;
                self.checked = Instant::now();
            }
            Err(error) => self.lose(watch::explained(&error)),
        }
    }

    fn lose(&mut self, why: String) {
        self.watch = None;
        self.lost += 1;
        if self.polling.as_ref() != Some(&why) {
            tracing::warn!(why, every = ?self.poll, "the inbox is scanned from time to time instead of on notice");
        }
        self.polling = Some(why);
    }

    /// Before a scan: is every folder watched, and was everything told? After dropped notices, the folders that were made meanwhile have to be watched too. Once per
    /// rescan: is the watcher alive? One that did not report a probe is replaced; meanwhile the inbox is polled.
    pub(super) fn check(&mut self) {
        if let Some(why) = self.watch.as_ref().and_then(|(watch, _)| watch.refused()).map(str::to_owned) {
            self.lose(why);
        }
        if self.has_missed() && self.checked.elapsed() >= BETWEEN_WATCHES {
            tracing::warn!("more happened in the inbox than the system has room to tell; it is watched anew and scanned");
            self.watch_anew();
        }
        if self.by_choice || self.starting.is_some() || self.checked.elapsed() < self.rescan {
            return;
        }
        self.checked = Instant::now();
        match &mut self.watch {
            Some((watch, _)) if watch.is_alive() => watch.probe(),
            Some(_) => self.lose("the watcher of the inbox did not report a probe file; another one will be started".to_owned()),
            None => self.watch_anew(),
        }
    }

    fn has_missed(&self) -> bool {
        self.watch.as_ref().is_some_and(|(watch, _)| watch.has_missed())
    }

    /// Time after which a scan is due without any notice.
    pub(super) fn interval(&self) -> Duration {
        match &self.watch {
            Some(_) if self.has_missed() => self.rescan.min(BETWEEN_WATCHES),
            Some(_) => self.rescan,
            None => self.poll,
        }
    }

    /// Waits for a notice, or for a watcher that starts: what came before it was there gives none. For ever where nothing watches.
    pub(super) async fn next(&mut self) {
        let ended = match (&mut self.starting, &mut self.watch) {
            (Some(starting), _) => {
                let started = starting.await;
                self.starting = None;
                started.map(|started| self.use_watcher(started)).is_err()
            }
            (None, Some((_, receiver))) => receiver.recv().await.is_none(),
            (None, None) => std::future::pending().await,
        };
        if ended {
            self.lose("the watcher of the inbox ended; another one will be started".to_owned());
        }
    }
}

/// Device and inode of the folder that has this path now.
///
/// # Errors
/// If there is none.
pub(super) fn folder_identity(folder: &Path) -> std::io::Result<(u64, u64)> {
    let id = super::identity(folder)?;
    if folder.is_dir() { Ok(id) } else { Err(std::io::Error::from(std::io::ErrorKind::NotADirectory)) }
}
