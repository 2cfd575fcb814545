//! Process life: the lock, the loop over the inbox, signals.

mod again;
mod folders;
mod health;
mod intake;
mod lock;
mod metrics;
mod notices;
mod reload;
mod report;
mod retention;
mod signals;
mod start;
mod state;
mod supervisor;
mod told;
mod trial;
mod vitals;
mod waiting;
mod window;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rustix::fs::Access;

use crate::config::{After, Config};
use crate::failure::{Failure, Full};
use crate::hooks::Deliverers;
use crate::inbox::settle::{Look, Settling};
use crate::inbox::{self, Found};
use crate::ingest::{Spent, Tally};
use crate::search::Filler;
use crate::web;
use intake::Intake;
use notices::{Notices, folder_identity};
use signals::{Heard, Signals};
use start::{Start, Started};
use supervisor::Supervisor;
use vitals::{Counted, Vitals};
use window::Window;

pub use again::{Restored, came_from, restore, retry};
pub use folders::try_all as try_folders;
pub use lock::Lock;
pub use reload::Reload;
pub use state::State;
pub use trial::stand_in;
pub use waiting::{Waiting, waiting};

/// Longest pause before trying again after the store or a folder failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Of so much that cannot be looked into it is remembered that it was logged; more is not.
const UNSEEN: usize = inbox::scan::PROBLEMS;

/// What happens when the store cannot be written at all.
const RESUMES: &str = "nothing is lost; intake resumes by itself when the store can be written";

/// Runs until a signal; with `once`, until the inbox is empty. Returns what was taken. SIGHUP reads the configuration again by `reload`.
///
/// # Errors
/// If the store or a folder cannot be used at the start, or fails so that trying again would only hide it.
pub fn run(config: Config, once: bool, reload: Reload<'_>) -> Result<Tally, Failure> {
    let config = Arc::new(config);
    let (mut supervisor, mut start) = (Supervisor::new(), Start::default());
    let vitals = Vitals::starting("starting".to_owned());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| Failure::unusable(format!("cannot start: {e}")))?;
    start_threads()?;
    let started = start.go_on(&config, &vitals, &mut supervisor);
    runtime.block_on(async {
        let mut signals = Signals::new()?;
        let Started { intake, counted, last_claimed, hooks } = match started {
            Err(failure) if !once => match start.when_there_is_room(&config, &vitals, &mut supervisor, &mut signals, failure).await? {
                Some(started) => started,
                None => return Ok(Tally::default()),
            },
            started => started?,
        };
        let filler = Filler::start(&config.store);
        let _web = config.web.enabled.then(|| web::start((*config).clone())).transpose()?;
        // Watch first, then scan: what comes in between is seen twice, not never.
        let notices = Notices::new(&config);
        let mut daemon = Daemon {
            settling: Settling::new(Duration::from_secs_f64(config.settle_seconds)),
            inbox_id: folder_identity(&config.inbox).ok(),
            unseen: BTreeSet::new(),
            told: None,
            pause_is_told: false,
            config,
            intake,
            filler,
            hooks,
            notices,
            window: Window::default(),
            passed: 0,
            beyond: 0,
            counted_beyond: Instant::now(),
            queue: VecDeque::new(),
            look_at: 0,
            sharing: HashMap::new(),
            begun: Instant::now(),
            state: State::default(),
            supervisor,
            vitals,
            counted,
            scans: Spent::default(),
            last_scan: None,
            last_claimed,
            doubted: false,
            reload,
        };
        let mut lived = daemon.live(&mut signals, once).await;
        if let (true, Ok(()), Some(hooks)) = (once, &lived, &mut daemon.hooks) {
            lived = hooks.finish(async { while matches!(signals.next().await, Heard::Reload) {} }).await;
        }
        daemon.end(&lived);
        lived.map(|()| daemon.intake.tally)
    })
}

/// Starts the threads that read files; the first use of them would panic where the system allows none.
fn start_threads() -> Result<(), Failure> {
    let started = rayon::ThreadPoolBuilder::new().build_global();
    // Without a source it says that they are there already.
    match started.as_ref().err().and_then(std::error::Error::source) {
        Some(error) => Err(Failure::no_thread(error)),
        None => Ok(()),
    }
}

/// Device and inode of what has this path now.
fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|meta| (meta.dev(), meta.ino()))
}

struct Daemon<'r> {
    config: Arc<Config>,
    intake: Intake,
    /// Takes what is committed into the index of search.
    filler: Filler,
    /// Delivers messages of webhooks, if anybody is told of events.
    hooks: Option<Deliverers>,
    notices: Notices,
    /// Which part of the inbox is looked at: what settles and what is queued is of this part.
    window: Window,
    settling: Settling<Found>,
    /// Files of the parts before it that could not be taken in this round.
    passed: usize,
    /// Files behind it, when they were last counted.
    beyond: usize,
    counted_beyond: Instant,
    /// Settled files that are not taken yet: one batch a turn, so that a signal is heard between batches.
    queue: VecDeque<(Found, Look)>,
    /// The inbox is looked at again when no more files than these are queued: where there are more than one looks at, the next have to
    /// settle meanwhile.
    look_at: usize,
    /// Files in the queue whose sidecar others may need, as [`Window::sharing`] says.
    sharing: HashMap<PathBuf, u32>,
    begun: Instant,
    /// Device and inode of the inbox that is watched; `None` while there is none.
    inbox_id: Option<(u64, u64)>,
    /// What cannot be looked into, as it was logged.
    unseen: BTreeSet<String>,
    /// Why intake was paused when that was last logged, and when.
    told: Option<(String, Instant)>,
    /// Whether it is to be logged that intake goes on.
    pause_is_told: bool,
    state: State,
    supervisor: Supervisor,
    vitals: Vitals,
    /// What the ledger counted at the start.
    counted: Counted,
    scans: Spent,
    last_scan: Option<Timestamp>,
    /// When the last files had come at the start.
    last_claimed: Option<Timestamp>,
    /// Whether it was logged that the clock is doubted.
    doubted: bool,
    reload: Reload<'r>,
}

impl Daemon<'_> {
    async fn live(&mut self, signals: &mut Signals, once: bool) -> Result<(), Failure> {
        self.supervisor.ready();
        tracing::info!(inbox = %self.config.inbox.display(), store = %self.config.store.display(), "ready");
        let (mut pause, mut noticed) = (Duration::ZERO, false);
        let aside = self.intake.aside_bell();
        // Whatever lies in the work folder was left there by a crash or a failure.
        let mut unclean = true;
        loop {
            self.vitals.turns();
            let busy = !self.queue.is_empty();
            let failed = match self.turn(unclean, noticed) {
                Err(failure) if failure.lasts => return Err(failure),
                turned => turned.err().map(|failure| self.named(failure)),
            };
            unclean = failed.is_some();
            pause = self.pause_after(failed.as_ref(), pause);
            self.count_beyond();
            self.report(failed.map(|f| f.in_one_line()));
            if once && pause.is_zero() && self.is_done() {
                return self.intake.note();
            }
            let settles = self.settling.next(self.begun.elapsed()).unwrap_or(Duration::MAX);
            let mut due = self.rest().unwrap_or(settles).min(self.notices.interval());
            if !self.queue.is_empty() {
                due = Duration::ZERO;
                // Signals are delivered while the loop yields.
                tokio::task::yield_now().await;
            } else if noticed || busy {
                // Once more when things are quiet: a file made in a new folder before that was watched gives no notice, and nobody
                // looked while batches were taken.
                due = due.min(Duration::from_secs_f64(self.config.settle_seconds));
            }
            noticed = tokio::select! {
                biased;
                heard = signals.next() => match heard {
                    Heard::Reload => {
                        self.reload();
                        true
                    }
                    Heard::End(signal) => {
                        self.supervisor.stopping(&format!("stopping after {signal}"));
                        tracing::info!(signal, articles = self.intake.tally.articles, "stopped");
                        return self.intake.note();
                    }
                },
                () = self.notices.next(), if pause.is_zero() => true,
                () = aside.notified(), if pause.is_zero() => false,
                () = tokio::time::sleep(if pause.is_zero() { due } else { pause }.min(self.supervisor.longest_wait())) => false,
            };
        }
    }

    /// One look at the inbox, and the intake of what has settled.
    fn turn(&mut self, unclean: bool, noticed: bool) -> Result<(), Failure> {
        assert!(!crate::crash::planted("panic_of_loop"), "planted");
        self.hooks.iter().try_for_each(Deliverers::check)?;
        self.find_inbox()?;
        let config = self.config.clone();
        let forbidden = |failure: Failure| failure.unless_forbidden(&config.store, RESUMES);
        if unclean {
            self.intake.recover().map_err(forbidden)?;
        }
        if self.intake.take_aside().map_err(forbidden)? {
            self.ring();
        }
        if noticed {
            self.window.notices();
        }
        if self.queue.len() <= self.look_at && self.rest().is_none() {
            // Watch first, then scan.
            self.notices.check();
            self.look();
        }
        if self.queue.is_empty() {
            return if noticed { Ok(()) } else { self.intake.idle().map_err(forbidden) };
        }
        let batch: Vec<_> = self.queue.drain(..self.intake.full_batch(&self.queue)).collect();
        let sharing: HashMap<PathBuf, u32> = batch.iter().filter_map(|(found, _)| self.sharing.remove_entry(&found.path)).collect();
        let taken = self.intake.take(&batch, |found| sharing.get(&found.path).is_some_and(|seen| window::shares(&found.path, *seen)));
        self.ring();
        let again = self.begun.elapsed() + Duration::from_secs_f64(self.config.rescan_seconds);
        for (found, _) in &batch {
            match &taken {
                Err(_) => self.settling.give_back(found),
                Ok(()) if self.intake.waits.contains_key(&found.path) => {
                    let is_passed = !self.settling.later(found, again);
                    self.passed += usize::from(is_passed);
                }
                Ok(()) => {}
            }
        }
        if taken.is_err() {
            self.queue.drain(..).for_each(|(found, _)| self.settling.give_back(&found));
            self.sharing.clear();
            // Those of the parts before are to be found again.
            self.window = Window::default();
        } else if self.intake.moved() {
            self.window.moves();
        }
        taken.map_err(forbidden)
    }

    /// Tells those who wait for it that something was committed.
    fn ring(&self) {
        self.filler.ring();
        self.hooks.iter().for_each(Deliverers::ring);
    }

    /// The inbox may be deleted, renamed and made again under us; what is watched must be what has its name.
    fn find_inbox(&mut self) -> Result<(), Failure> {
        let id = folder_identity(&self.config.inbox);
        if id.as_ref().ok() == self.inbox_id.as_ref() && self.inbox_id.is_some() {
            return rustix::fs::access(&self.config.inbox, Access::READ_OK | Access::EXEC_OK).map_err(|e| {
                Failure::io("cannot look into the inbox", &self.config.inbox, &e.into())
                    .hint("give wirefold's user the right to read it; intake then resumes by itself")
            });
        }
        self.inbox_id = id.as_ref().ok().copied();
        if let Err(e) = id {
            return Err(
                Failure::io("the inbox is gone:", &self.config.inbox, &e).hint("make the folder again; intake then resumes by itself")
            );
        }
        tracing::warn!(inbox = %self.config.inbox.display(), "the inbox is another folder than before; it is watched and scanned anew");
        self.notices.watch_anew();
        Ok(())
    }

    /// Says how it ended.
    fn end(&mut self, lived: &Result<(), Failure>) {
        let state = State { ended: true, since: Some(Timestamp::now()), ..std::mem::take(&mut self.state) };
        let Err(failure) = lived else { return state.write(&self.config.store) };
        self.supervisor.stopping(&failure.to_string());
        State { paused: Some(failure.in_one_line()), ..state }.write(&self.config.store);
    }

    /// A failure with the disk that is full, if that is why.
    fn named(&self, failure: Failure) -> Failure {
        match (failure.full, start::without_room(&self.config)) {
            (Full::Yes, Some(folder)) => failure.of_full_disk(&folder),
            _ => failure,
        }
    }

    fn pause_after(&mut self, failed: Option<&Failure>, last: Duration) -> Duration {
        let Some(failure) = failed else {
            if std::mem::take(&mut self.pause_is_told) {
                tracing::info!("intake goes on");
            }
            return Duration::ZERO;
        };
        let longest = if self.inbox_id.is_none() { Duration::from_secs(1) } else { LONGEST_PAUSE };
        let pause = (last * 2).clamp(Duration::from_secs(1), longest);
        let failure = failure.in_one_line();
        // Tried every second, told as often as other pauses are.
        if self.told.as_ref().is_none_or(|(told, at)| *told != failure || at.elapsed() >= LONGEST_PAUSE) {
            tracing::error!(failure, retry_in = ?pause, "intake paused, nothing is lost");
            (self.told, self.pause_is_told) = (Some((failure, Instant::now())), true);
        }
        pause
    }

    /// Scans the inbox, or as much of it as is looked at at a time; queues the files that have stopped changing.
    fn look(&mut self) {
        while self.look_at_part() {}
        // Where there are more files than one looks at, the next ones settle while these are taken.
        let has_more = self.window.beyond().is_some();
        self.look_at = if has_more { self.queue.len().min(self.room()) / 2 } else { 0 };
    }

    /// True if nothing of this part is waited for, and there is another one to be looked at.
    fn look_at_part(&mut self) -> bool {
        let (begun, now) = (Instant::now(), self.begun.elapsed());
        if self.window.after().is_none() {
            self.passed = 0;
        }
        let mut part = inbox::scan::part(&self.config.inbox, self.window.after(), self.room());
        self.window.saw(&mut part, now);
        self.scans.add(begun.elapsed());
        self.last_scan = Some(Timestamp::now());
        self.tell_unseen(part.problems);
        let mut sidecars: HashMap<PathBuf, u32> = HashMap::new();
        part.files.iter().for_each(|found| *sidecars.entry(inbox::sidecar_of(&found.path)).or_default() += 1);
        let look = |found: Found| {
            let meta = std::fs::symlink_metadata(&found.path).ok()?;
            Some((found, inbox::look_at(&meta)))
        };
        for found in self.settling.look(part.files.into_iter().filter_map(look), now) {
            let Some(look) = self.settling.last_look(&found) else { continue };
            let seen = sidecars.get(&inbox::sidecar_of(&found.path)).copied().unwrap_or(0);
            match self.window.sharing(&found.path, seen) {
                Some(seen) => self.sharing.insert(found.path.clone(), seen),
                None => self.sharing.remove(&found.path),
            };
            self.queue.push_back((found, look));
        }
        self.intake.forget_waits(self.settling.seen());
        let is_tried = |found: &Found| self.intake.waits.contains_key(&found.path);
        !self.settling.awaits(self.window.since(), now, is_tried) && self.go_on(now)
    }

    /// Goes on to the next part of the inbox, or to a rest.
    fn go_on(&mut self, now: Duration) -> bool {
        let is_tried = |found: &Found| self.intake.waits.contains_key(&found.path);
        let goes_on = self.window.go_on(self.settling.unsettled().all(is_tried), now);
        if self.window.after().is_some() {
            self.passed += self.settling.waiting();
        }
        goes_on
    }

    /// How long the inbox is not looked at, unless something happens.
    fn rest(&self) -> Option<Duration> {
        self.window.rest(self.begun.elapsed(), self.notices.interval())
    }

    /// Logs what cannot be looked into, once: it is met at every look.
    fn tell_unseen(&mut self, problems: Vec<String>) {
        let room = UNSEEN.saturating_sub(self.unseen.len());
        for problem in problems.iter().filter(|problem| !self.unseen.contains(*problem)).take(room) {
            tracing::warn!(problem, "part of the inbox cannot be read");
        }
        // Of other parts of the inbox this look says nothing.
        if self.window.after().is_none() && self.window.beyond().is_none() {
            self.unseen.clear();
        }
        let room = UNSEEN.saturating_sub(self.unseen.len());
        self.unseen.extend(problems.into_iter().take(room));
    }

    /// How many files are looked at at a time.
    fn room(&self) -> usize {
        match self.config.after {
            // What is kept has to be remembered, or it would be read again and again.
            After::Keep => usize::MAX,
            _ => Window::room(self.config.batch_files, self.config.settle_seconds),
        }
    }

    /// Counts the files behind the part that is looked at, but not before the first ones are taken, and from time to time: it looks at each.
    fn count_beyond(&mut self) {
        const BETWEEN: Duration = Duration::from_secs(30);
        match self.window.beyond() {
            None => (self.beyond, self.counted_beyond) = (0, Instant::now()),
            Some(_) if self.counted_beyond.elapsed() < BETWEEN => {}
            Some(part) => {
                self.beyond = inbox::scan::count(&self.config.inbox, Some(part));
                self.counted_beyond = Instant::now();
            }
        }
    }

    /// Files that are not taken, in the inbox or read aside; those behind the part that is looked at as they were counted last.
    fn waiting(&self) -> usize {
        self.settling.waiting() + self.queue.len() + self.passed + self.beyond + self.intake.count_aside()
    }

    /// Whether nothing waits but what cannot be taken.
    fn is_done(&self) -> bool {
        let is_tried = |found: &Found| self.intake.waits.contains_key(&found.path);
        self.queue.is_empty() && self.intake.count_aside() == 0 && self.window.is_settled(self.settling.unsettled().all(is_tried))
    }
}
