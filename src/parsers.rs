//! Parsers: processes of this program that read pages, XML and archives, so that a file can only harm the one that reads it.
//!
//! Plain text, JSON and JSON Lines are read in this process. Each thread that meets another file takes an idle parser, or starts one,
//! sends it the file and waits; one that does not answer in time is killed, and its successor started. Who cannot wait so long is handed the
//! parser as it is ([`Asked`]), for another thread to wait for. What is read does not depend on where. The parsers limit themselves (`confine.rs`): no files, no environment, bounded memory and time; they end with this process.

mod answer;
mod confine;
mod process;
mod serve;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::article::Parsed;
use crate::config::Config;
use crate::crash;
use crate::parse::{FileHints, Limits, parse, parse_own};
use crate::sources::Sources;
use process::{Failed, Process};
use serve::{Request, Setup};

pub use serve::serve;

/// The program that runs, whatever has been put in its place on disk since it was started.
pub const THIS_PROGRAM: &str = "/proc/self/exe";

/// Bytes of a file for which a parser gets the whole time limit once more: a large archive takes longer than a page.
const PIECE: usize = 4 << 20;

/// Times that a file must end its parser to be rejected: the first may have been another's fault, such as a lack of memory.
const TIMES: u32 = 2;

/// Reads files, each where it can do no harm.
pub struct Parsers {
    program: Option<PathBuf>,
    limits: Limits,
    sources: Arc<Sources>,
    /// Parsers that wait for work; never more than threads have asked for at a time.
    idle: Mutex<Vec<Process>>,
    known: Arc<Known>,
}

/// What is known of all parsers, whatever the configuration that they were started with.
#[derive(Default)]
struct Known {
    warned: AtomicBool,
    started: AtomicU64,
    late: AtomicU64,
    ended: AtomicU64,
}

/// A file on which a parser is at work.
pub struct Asked {
    process: Process,
    /// When it is late.
    deadline: Instant,
    /// Parsers that the file ended before.
    ended: u32,
    /// Whether another thread than that of its asker waits for it.
    is_handed_on: bool,
}

/// What became of the parsers so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Parsers started.
    pub started: u64,
    /// Parsers killed because a file took too long.
    pub late: u64,
    /// Parsers that ended, or answered nonsense, while they read a file.
    pub ended: u64,
}

impl Parsers {
    /// Parsers with the limits and sources of a configuration. None is started before a file needs it.
    pub fn new(config: &Config) -> Self {
        let Config { program, limits, sources, .. } = config.clone();
        Self { program, limits, sources, idle: Mutex::default(), known: Arc::default() }
    }

    /// These parsers with the limits and sources of another configuration. Who waits with the old ones is let go with them.
    pub fn adopting(&self, config: &Config) -> Self {
        Self { program: self.program.clone(), known: self.known.clone(), ..Self::new(config) }
    }

    /// What became of them.
    pub fn counts(&self) -> Counts {
        let Known { started, late, ended, .. } = &*self.known;
        let [started, late, ended] = [started, late, ended].map(|n| n.load(Ordering::Relaxed));
        Counts { started, late, ended }
    }

    /// Who publishes.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Reads everything that `bytes` hold: as [`parse`], but what fails on the way, or takes too much, is rejected.
    pub fn parse(&self, bytes: &[u8], hints: &FileHints<'_>) -> Parsed {
        self.parse_within(Duration::MAX, bytes, hints).unwrap_or_else(|asked| self.wait_for(asked, bytes, hints))
    }

    /// As [`Parsers::parse`], but a parser that takes longer than `patience` is handed back as it is, for [`Parsers::wait_for`].
    ///
    /// # Errors
    /// The parser that is still at work.
    pub fn parse_within(&self, patience: Duration, bytes: &[u8], hints: &FileHints<'_>) -> Result<Parsed, Box<Asked>> {
        if self.program.is_none() {
            return Ok(self.parse_here(bytes, hints));
        }
        if let Some(parsed) = caught(|| parse_own(bytes, hints, &self.limits)).unwrap_or_else(|reason| Some(Parsed::rejected(reason))) {
            crash::in_parser(bytes);
            return Ok(parsed);
        }
        match self.ask(bytes, hints) {
            Ok(asked) => self.answer(Box::new(asked), patience, bytes, hints),
            Err(why) => Ok(self.parse_without(&why, bytes, hints)),
        }
    }

    /// Waits for a parser that was handed back, with the same bytes and hints, until it answers or is late.
    pub fn wait_for(&self, mut asked: Box<Asked>, bytes: &[u8], hints: &FileHints<'_>) -> Parsed {
        loop {
            match self.answer(asked, Duration::MAX, bytes, hints) {
                Ok(parsed) => return parsed,
                Err(still) => asked = still,
            }
        }
    }

    /// Waits for an answer. One that ended is followed by another, since a lack of memory may have ended it.
    fn answer(&self, mut asked: Box<Asked>, patience: Duration, bytes: &[u8], hints: &FileHints<'_>) -> Result<Parsed, Box<Asked>> {
        let begun = Instant::now();
        loop {
            let patience = patience.saturating_sub(begun.elapsed());
            let time = asked.deadline.saturating_duration_since(Instant::now());
            let answer = asked.process.answer(bytes, time.min(patience), self.limits.parse_memory_mb << 20);
            if matches!(answer, Err(Failed::Late)) && patience < time {
                asked.is_handed_on = true;
                return Err(asked);
            }
            let Asked { process, ended, is_handed_on, .. } = *asked;
            if !is_handed_on {
                self.succeed(process, answer.is_ok() && bytes.len() <= PIECE);
            }
            match answer {
                Ok(parsed) => return Ok(parsed),
                Err(Failed::Late) => {
                    self.known.late.fetch_add(1, Ordering::Relaxed);
                    return Ok(Parsed::rejected(self.late(bytes.len())));
                }
                Err(Failed::NotStarted(why)) => return Ok(self.parse_without(&why, bytes, hints)),
                Err(Failed::Ended(why)) => {
                    self.known.ended.fetch_add(1, Ordering::Relaxed);
                    if ended + 1 == TIMES {
                        return Ok(Parsed::rejected(why));
                    }
                }
            }
            asked = match self.ask(bytes, hints) {
                Ok(next) => Box::new(Asked { ended: ended + 1, is_handed_on, ..next }),
                Err(why) => return Ok(self.parse_without(&why, bytes, hints)),
            };
        }
    }

    /// One that failed is of no use, and one that read a large file would keep the memory that this took: another has started when the next
    /// file comes. None that is handed on comes here: what a thread starts ends with it (prctl(2), death of the parent).
    fn succeed(&self, process: Process, is_of_use: bool) {
        let next = if is_of_use {
            Some(process)
        } else {
            drop(process);
            self.start().ok()
        };
        self.idle().extend(next);
    }

    fn parse_here(&self, bytes: &[u8], hints: &FileHints<'_>) -> Parsed {
        crash::in_parser(bytes);
        caught(|| parse(bytes, hints, &self.limits)).unwrap_or_else(Parsed::rejected)
    }

    fn parse_without(&self, why: &str, bytes: &[u8], hints: &FileHints<'_>) -> Parsed {
        self.warn(why);
        self.parse_here(bytes, hints)
    }

    /// A parser that is about to read the file.
    fn ask(&self, bytes: &[u8], hints: &FileHints<'_>) -> Result<Asked, String> {
        let waiting = std::iter::from_fn(|| self.idle().pop()).find_map(|mut process| process.is_alive().then_some(process));
        let mut process = match waiting {
            Some(process) => process,
            None => self.start()?,
        };
        let time = self.time(bytes.len());
        process.ask(&Request::new(hints, time), bytes).map_err(|e| e.to_string())?;
        Ok(Asked { process, deadline: Instant::now() + time, ended: 0, is_handed_on: false })
    }

    fn start(&self) -> Result<Process, String> {
        let Some(program) = &self.program else { return Err("no program is known".to_owned()) };
        let setup = Setup { limits: self.limits, added: self.sources.added().to_vec() };
        let process = Process::start(program, &setup).map_err(|e| e.to_string())?;
        self.known.started.fetch_add(1, Ordering::Relaxed);
        Ok(process)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time for a file of this size.
    fn time(&self, bytes: usize) -> Duration {
        self.limits.parse_time * u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX).max(1)
    }

    fn late(&self, bytes: usize) -> String {
        let (time, each) = (self.time(bytes).as_secs_f64(), self.limits.parse_time.as_secs_f64());
        format!("parser took more than {time} s: limits.parse_seconds = {each} for each 4 MB")
    }

    fn warn(&self, why: &str) {
        if !self.known.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                why,
                "no process can be started to read pages, XML and archives; this one reads them, without limits of time and memory"
            );
        }
    }
}

/// What `read` returns; a panic in it becomes the reason for a reject.
fn caught<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| "the reader of this format failed on this file; please report it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_file_gets_more_time_piece_by_piece() {
        let parsers = Parsers::new(&Config::default());
        let each = parsers.limits.parse_time;
        for (bytes, times) in [(0, 1), (PIECE - 1, 1), (PIECE, 1), (PIECE + 1, 2), (PIECE * 2, 2), (PIECE * 16, 16)] {
            assert_eq!(parsers.time(bytes), each * times, "{bytes} bytes");
        }
    }
}
