//! Parsers: processes of this program that read pages, XML and archives, so that a file can only harm the one that reads it.
//!
//! Plain text, JSON and JSON Lines are read in this process. Each thread that meets another file takes an idle parser, or starts one,
//! sends it the file and waits; one that does not answer in time is killed, and its successor started. What is read does not depend on
//! where. The parsers limit themselves (`confine.rs`): no files, no environment, bounded memory and time; they end with this process.

mod answer;
mod confine;
mod process;
mod serve;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
    warned: AtomicBool,
    started: AtomicU64,
    late: AtomicU64,
    ended: AtomicU64,
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
        let (started, late, ended) = Default::default();
        Self { program, limits, sources, idle: Mutex::default(), warned: AtomicBool::new(false), started, late, ended }
    }

    /// The limits and sources of another configuration from now on; who waits with the old ones is let go.
    pub fn adopt(&mut self, config: &Config) {
        (self.limits, self.sources) = (config.limits, config.sources.clone());
        self.idle().clear();
    }

    /// What became of them.
    pub fn counts(&self) -> Counts {
        let [started, late, ended] = [&self.started, &self.late, &self.ended].map(|n| n.load(Ordering::Relaxed));
        Counts { started, late, ended }
    }

    /// Who publishes.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Reads everything that `bytes` hold: as [`parse`], but what fails on the way, or takes too much, is rejected.
    pub fn parse(&self, bytes: &[u8], hints: &FileHints<'_>) -> Parsed {
        let Some(program) = &self.program else { return self.parse_here(bytes, hints) };
        if let Some(parsed) = caught(|| parse_own(bytes, hints, &self.limits)).unwrap_or_else(|reason| Some(Parsed::rejected(reason))) {
            crash::in_parser(bytes);
            return parsed;
        }
        let mut reason = String::new();
        for _ in 0..TIMES {
            match self.ask(program, bytes, hints) {
                Ok(parsed) => return parsed,
                Err(Failed::Late) => return Parsed::rejected(self.late(bytes.len())),
                Err(Failed::Ended(why)) => reason = why,
                Err(Failed::NotStarted(why)) => {
                    self.warn(&why);
                    return self.parse_here(bytes, hints);
                }
            }
        }
        Parsed::rejected(reason)
    }

    fn parse_here(&self, bytes: &[u8], hints: &FileHints<'_>) -> Parsed {
        crash::in_parser(bytes);
        caught(|| parse(bytes, hints, &self.limits)).unwrap_or_else(Parsed::rejected)
    }

    /// Lets a parser read the file. One that fails is followed by another, which has started when the next file comes.
    fn ask(&self, program: &Path, bytes: &[u8], hints: &FileHints<'_>) -> Result<Parsed, Failed> {
        let waiting = std::iter::from_fn(|| self.idle().pop()).find_map(|mut process| process.is_alive().then_some(process));
        let mut process = match waiting {
            Some(process) => process,
            None => self.start(program)?,
        };
        let request = Request::new(hints, self.time(bytes.len()));
        let answer = process.ask(&request, bytes, request.time, self.limits.parse_memory_mb << 20);
        match &answer {
            Err(Failed::Late) => drop(self.late.fetch_add(1, Ordering::Relaxed)),
            Err(Failed::Ended(_)) => drop(self.ended.fetch_add(1, Ordering::Relaxed)),
            _ => {}
        }
        // One that failed is of no use; one that read a large file would keep the memory that this took.
        let next = if answer.is_ok() && bytes.len() <= PIECE {
            Some(process)
        } else {
            drop(process);
            self.start(program).ok()
        };
        self.idle().extend(next);
        answer
    }

    fn start(&self, program: &Path) -> Result<Process, Failed> {
        let setup = Setup { limits: self.limits, added: self.sources.added().to_vec() };
        let process = Process::start(program, &setup).map_err(|e| Failed::NotStarted(e.to_string()))?;
        self.started.fetch_add(1, Ordering::Relaxed);
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
        if !self.warned.swap(true, Ordering::Relaxed) {
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
