//! Fills the index of a store behind whoever writes the store: a thread of its own with connections of its own, woken after commits.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::failure::part_of_process;
use crate::store::search::SearchIndex;
use crate::store::{Reader, Result};

/// Articles of one transaction: a few tens of milliseconds, after which it is looked whether to stop.
const STEP: u32 = 256;
/// How much the thread stands back when others have work to do; of 0 to 19.
const NICE: i32 = 10;
/// Longest time between two looks.
const PAUSE: Duration = Duration::from_secs(30);

/// The thread that fills the index of one store.
pub struct Filler {
    /// Rung after commits; `None` once it ends.
    bell: Option<SyncSender<()>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Filler {
    /// Starts to fill the index of the store at `store` with what it lacks, and then with what comes.
    pub fn start(store: &Path) -> Self {
        let (bell, rung) = sync_channel(1);
        let stop = Arc::new(AtomicBool::new(false));
        let (path, stopped) = (store.to_owned(), stop.clone());
        let run = move || part_of_process("the thread that fills the index of search", || live(&path, &rung, &stopped));
        let thread = std::thread::Builder::new().name("search".to_owned()).spawn(run);
        let thread = thread.inspect_err(|error| tracing::warn!(%error, "the index of search is not filled: no thread")).ok();
        let filler = Self { bell: Some(bell), stop, thread };
        filler.ring();
        filler
    }

    /// Says that something was committed. Never waits.
    pub fn ring(&self) {
        // A full channel means that it is about to look anyway.
        let _ = self.bell.as_ref().map(|bell| bell.try_send(()));
    }

    /// Waits until everything that is committed is in the index.
    pub fn finish(mut self) {
        self.ring();
        self.end();
    }

    fn end(&mut self) {
        self.bell = None;
        self.thread.take().map(JoinHandle::join);
    }
}

impl Drop for Filler {
    /// Stops after the step at hand; the rest is done at the next start.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.end();
    }
}

fn live(store: &Path, rung: &Receiver<()>, stop: &AtomicBool) {
    // On Linux this is of the thread, not of the process. That it is refused is no harm.
    let _ = rustix::process::nice(NICE);
    assert!(!crate::crash::planted("panic_of_search"), "planted");
    let (mut open, mut failed) = (None, false);
    loop {
        // Looked at now and then without being rung: after a failure, and for what others stored.
        let last = matches!(rung.recv_timeout(PAUSE), Err(RecvTimeoutError::Disconnected));
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match fill(store, &mut open, &mut || !stop.load(Ordering::Relaxed)) {
            Ok(()) => failed = false,
            Err(error) => {
                open = None;
                if !std::mem::replace(&mut failed, true) {
                    tracing::warn!(%error, "the index of search lags behind; the store is whole, and it is tried again");
                }
            }
        }
        if last {
            return;
        }
    }
}

/// Fills the index of the store at `store` with what it lacks, step by step as long as `go_on` says so.
///
/// # Errors
/// If the store cannot be read or the index not written.
pub fn catch_up(store: &Path, mut go_on: impl FnMut() -> bool) -> Result<()> {
    fill(store, &mut None, &mut go_on)
}

fn fill(store: &Path, open: &mut Option<(Reader, SearchIndex)>, go_on: &mut impl FnMut() -> bool) -> Result<()> {
    if open.is_none() {
        let reader = Reader::open(store)?;
        let index = SearchIndex::open(&reader)?;
        *open = Some((reader, index));
    }
    let Some((reader, index)) = open else { return Ok(()) };
    while go_on() && index.fill(reader, STEP)? == STEP {}
    Ok(())
}
