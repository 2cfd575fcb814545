//! Process life: the lock, the loop over the inbox, signals.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc::Receiver;

use crate::article::Outcome;
use crate::config::{After, Config};
use crate::failure::Failure;
use crate::inbox::settle::{Look, Settling};
use crate::inbox::{self, Found, watch};
use crate::ingest::{Ingest, Received, Taken, Tally};
use crate::web;

/// Longest pause before trying again after the store or a folder failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The lock that one instance holds on a store; released when dropped, or when the process ends however it ends.
pub struct Lock(#[allow(dead_code, reason = "held, never read")] File);

impl Lock {
    /// Takes the lock beside the store.
    ///
    /// # Errors
    /// If another instance holds it, or the file cannot be made.
    pub fn take(store: &Path) -> Result<Self, Failure> {
        let path = PathBuf::from(format!("{}.lock", store.display()));
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| Failure::io("cannot make the folder", folder, &e))?;
        }
        let file =
            File::options().create(true).append(true).open(&path).map_err(|e| Failure::io("cannot open the lock file", &path, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(std::fs::TryLockError::WouldBlock) => Err(Failure::locked(format!("another wirefold is at work on {}", store.display()))
                .hint("wait for it, stop it, or name another store with --db")),
            Err(std::fs::TryLockError::Error(e)) => Err(Failure::io("cannot lock", &path, &e)),
        }
    }
}

/// Runs until a signal; with `once`, until the inbox is empty. Returns what was taken.
///
/// # Errors
/// If the store or the inbox cannot be used at the start.
pub fn run(config: &Config, once: bool) -> Result<Tally, Failure> {
    let _lock = Lock::take(&config.store)?;
    std::fs::create_dir_all(&config.inbox).map_err(|e| Failure::io("cannot use the inbox", &config.inbox, &e))?;
    let ingest = Ingest::open(config)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| Failure::unusable(format!("cannot start: {e}")))?;
    let mut daemon = Daemon {
        config,
        ingest,
        settling: Settling::new(Duration::from_secs_f64(config.settle_seconds)),
        begun: Instant::now(),
        tally: Tally::default(),
    };
    let _web = config.web.enabled.then(|| web::start(config.clone())).transpose()?;
    runtime.block_on(daemon.live(once))?;
    Ok(daemon.tally)
}

struct Daemon<'c> {
    config: &'c Config,
    ingest: Ingest,
    settling: Settling<Found>,
    begun: Instant,
    tally: Tally,
}

impl Daemon<'_> {
    async fn live(&mut self, once: bool) -> Result<(), Failure> {
        let mut signals = Signals::new()?;
        // Watch first, then scan: what comes in between is seen twice, not never.
        let mut notices = self.watch();
        tracing::info!(inbox = %self.config.inbox.display(), store = %self.config.store.display(), "ready");
        let mut pause = Duration::ZERO;
        loop {
            let complete = self.complete();
            match self.take(&complete) {
                Ok(()) => pause = Duration::ZERO,
                Err(failure) => {
                    complete.iter().for_each(|found| self.settling.give_back(found));
                    pause = (pause * 2).clamp(Duration::from_secs(1), LONGEST_PAUSE);
                    tracing::error!(%failure, retry_in = ?pause, "intake paused, nothing is lost");
                }
            }
            if once && self.settling.waiting() == 0 && pause.is_zero() {
                return Ok(());
            }
            let rescan = Duration::from_secs_f64(self.config.rescan_seconds);
            let due = self.settling.next(self.begun.elapsed()).unwrap_or(rescan).min(rescan).max(pause);
            tokio::select! {
                biased;
                name = signals.next() => {
                    tracing::info!(signal = name, articles = self.tally.articles, "stopped");
                    return Ok(());
                }
                () = notice(&mut notices), if pause.is_zero() => {}
                () = tokio::time::sleep(due) => {}
            }
            if notices.is_none() {
                notices = self.watch();
            }
        }
    }

    fn watch(&self) -> Option<(watch::Watch, Receiver<()>)> {
        watch::start(&self.config.inbox)
            .inspect_err(|error| {
                tracing::warn!(%error, "no notifications for the inbox; it is scanned every {} s. At a limit, raise sysctl fs.inotify.max_user_watches", self.config.rescan_seconds);
            })
            .ok()
    }

    /// Scans the inbox; returns the files that have stopped changing.
    fn complete(&mut self) -> Vec<Found> {
        let (files, problems) = inbox::scan(&self.config.inbox);
        for problem in problems {
            tracing::warn!(problem, "part of the inbox cannot be read");
        }
        let look = |found: Found| {
            let meta = std::fs::symlink_metadata(&found.path).ok()?;
            let changed = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
            let changed = (changed(meta.mtime(), meta.mtime_nsec()), changed(meta.ctime(), meta.ctime_nsec()));
            Some((found, Look { size: meta.len(), changed, inode: meta.ino() }))
        };
        self.settling.look(files.into_iter().filter_map(look), self.begun.elapsed())
    }

    /// Takes complete files, batch by batch, and puts them away.
    fn take(&mut self, complete: &[Found]) -> Result<(), Failure> {
        for batch in complete.chunks(self.config.batch_files) {
            let begun = Instant::now();
            let before = self.tally.articles;
            let now = Timestamp::now();
            let taken = self.ingest.take(batch.to_vec(), Received::At(now), &mut self.tally)?;
            for file in &taken {
                retire(self.config, file, now)?;
            }
            if !taken.is_empty() {
                tracing::info!(
                    files = taken.len(),
                    articles = self.tally.articles - before,
                    ms = begun.elapsed().as_millis() as u64,
                    "stored"
                );
            }
        }
        Ok(())
    }
}

/// Puts a file away whose outcome is stored.
fn retire(config: &Config, taken: &Taken, now: Timestamp) -> Result<(), Failure> {
    if taken.digest.is_none() {
        // It was never read: a link, a FIFO, something without permission. It stays for a person to look at.
        return Ok(());
    }
    let folder = if taken.outcome == Outcome::Rejected { &config.quarantine } else { &config.archive };
    let sidecar = inbox::sidecar_of(&taken.path);
    let files = [taken.path.as_path()].into_iter().chain(sidecar.exists().then_some(sidecar.as_path()));
    for file in files {
        let done = match config.after {
            After::Keep => Ok(()),
            After::Delete if taken.outcome != Outcome::Rejected => std::fs::remove_file(file),
            After::Archive | After::Delete => inbox::put_away(file, folder, taken.digest.as_ref(), now).map(|_| ()),
        };
        match done {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Failure::io("cannot put away", file, &e)),
            _ => {}
        }
    }
    Ok(())
}

/// Waits for a notice; for ever where nothing watches.
async fn notice(notices: &mut Option<(watch::Watch, Receiver<()>)>) {
    match notices {
        Some((_, receiver)) => {
            if receiver.recv().await.is_none() {
                tracing::warn!("the watcher of the inbox ended; starting another");
                *notices = None;
            }
        }
        None => std::future::pending().await,
    }
}

/// The signals that end the daemon.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(|e| Failure::unusable(format!("cannot listen for signals: {e}")));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}
