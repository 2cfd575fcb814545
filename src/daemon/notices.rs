//! How the daemon learns that there is something to scan: notices of the file system where they come, else looking from time to time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Receiver;

use crate::config::{Config, Watching};
use crate::inbox::watch::{self, Watch};

/// Tells when to scan.
pub(super) struct Notices {
    inbox: PathBuf,
    control: PathBuf,
    watch: Option<(Watch, Receiver<()>)>,
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

    /// Starts a watcher on the folder that has the inbox's name now.
    pub(super) fn watch_anew(&mut self) {
        self.watch = None;
        self.checked = Instant::now();
        if self.by_choice {
            return;
        }
        match watch::start(&self.inbox, &self.control) {
            Ok((mut watch, receiver)) => {
                watch.probe();
                self.watch = Some((watch, receiver));
                self.polling = None;
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

    /// Once per rescan: is the watcher alive? One that did not report a probe is replaced; meanwhile the inbox is polled.
    pub(super) fn check(&mut self) {
        if self.by_choice || self.checked.elapsed() < self.rescan {
            return;
        }
        self.checked = Instant::now();
        match &mut self.watch {
            Some((watch, _)) if watch.is_alive() => watch.probe(),
            Some(_) => self.lose("the watcher of the inbox did not report a probe file; another one will be started".to_owned()),
            None => self.watch_anew(),
        }
    }

    /// Time after which a scan is due without any notice.
    pub(super) fn interval(&self) -> Duration {
        if self.watch.is_some() { self.rescan } else { self.poll }
    }

    /// Waits for a notice; for ever where nothing watches.
    pub(super) async fn next(&mut self) {
        let ended = match &mut self.watch {
            Some((_, receiver)) => receiver.recv().await.is_none(),
            None => std::future::pending().await,
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
