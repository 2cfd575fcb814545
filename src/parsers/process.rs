//! One parser, from the side of whoever waits for it: started, asked, killed, and always waited for, so that no zombie stays.

use std::ffi::OsStr;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;
use rustix::process::Signal;

use super::answer::Answer;
use super::serve::{Request, Setup, length};
use crate::article::Parsed;
use crate::crash;

/// Bytes read at a time, those of a pipe.
const CHUNK: usize = 64 << 10;
/// Bytes looked at of what a parser said when it ended.
const LAST_WORDS: u64 = 4 << 10;

/// Why a parser gave no answer.
pub enum Failed {
    /// It could not be started, or not made ready to read: that is no file's fault.
    NotStarted(String),
    /// It took too long.
    Late,
    /// It ended, or answered nonsense.
    Ended(String),
}

/// A parser.
pub struct Process {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    said: ChildStderr,
    /// What it is told before its first file.
    setup: Option<Vec<u8>>,
    answer: Answer,
    memory_mb: u64,
}

impl Process {
    /// Starts one. It gets ready while others work.
    ///
    /// # Errors
    /// If no process can be started.
    pub fn start(program: &Path, setup: &Setup) -> io::Result<Self> {
        if crash::planted("no_parsers") {
            return Err(io::Error::other("planted"));
        }
        let mut command = Command::new(program);
        // A group of its own: Ctrl-C is for the one that waits, who ends them.
        command.arg0(OsStr::new("wirefold")).arg("parser").env_clear().current_dir("/").process_group(0);
        crash::hand_on(&mut command);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let (to, from) = (child.stdin.take().ok_or_else(missing)?, child.stdout.take().ok_or_else(missing)?);
        let said = child.stderr.take().ok_or_else(missing)?;
        for pipe in [to.as_fd(), from.as_fd(), said.as_fd()] {
            ioctl_fionbio(pipe, true)?;
        }
        let memory_mb = setup.limits.parse_memory_mb;
        Ok(Self { child, to, from, said, setup: Some(framed(&serde_json::to_vec(setup)?)), answer: Answer::default(), memory_mb })
    }

    /// Whether it still runs, as far as is known.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends a file and waits for what it holds, at most this long and of this many bytes. After a failure it is of no use any more.
    pub fn ask(&mut self, request: &Request, bytes: &[u8], time: Duration, most: u64) -> Result<Parsed, Failed> {
        let deadline = Instant::now() + time;
        let setup = self.setup.take().unwrap_or_default();
        let request = serde_json::to_vec(request).map_err(|e| Failed::NotStarted(e.to_string()))?;
        let head = [setup, framed(&request), length(bytes).to_vec()].concat();
        let mut unsent = [&head[..], bytes];
        let mut chunk = vec![0; CHUNK];
        loop {
            self.send(&mut unsent);
            match self.from.read(&mut chunk) {
                Ok(0) => return Err(self.ended()),
                Ok(n) => match self.answer.add(&chunk[..n], most) {
                    Ok(Some(parsed)) => return Ok(parsed),
                    Ok(None) => continue,
                    Err(()) if !self.answer.greeted => return Err(Failed::NotStarted("it does not answer as a parser does".to_owned())),
                    Err(()) => return Err(Failed::Ended("parser ended: its answer makes no sense".to_owned())),
                },
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Err(self.ended()),
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failed::Late);
            }
            self.wait(unsent.iter().any(|part| !part.is_empty()), left);
        }
    }

    /// Sends as much as the pipe takes now. A pipe that is closed takes all: the end is seen by reading.
    fn send(&mut self, unsent: &mut [&[u8]; 2]) {
        for part in unsent {
            while !part.is_empty() {
                match self.to.write(part) {
                    Ok(n) => *part = &part[n..],
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) if e.kind() == ErrorKind::WouldBlock => return,
                    Err(_) => *part = &[],
                }
            }
        }
    }

    /// Waits until there is something to read, or room to send. Whether there is shows when it is tried.
    fn wait(&self, sends: bool, longest: Duration) {
        let mut pipes = vec![PollFd::new(&self.from, PollFlags::IN)];
        pipes.extend(sends.then(|| PollFd::new(&self.to, PollFlags::OUT)));
        let timeout = Timespec::try_from(longest).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        let _ = poll(&mut pipes, Some(&timeout));
    }

    /// Why its pipe is closed.
    fn ended(&mut self) -> Failed {
        // One that ends already ends as it began to; this is for one that only closed its pipe.
        let _ = self.child.kill();
        let status = self.child.wait();
        let mut words = Vec::new();
        let _ = self.said.by_ref().take(LAST_WORDS).read_to_end(&mut words);
        let words = String::from_utf8_lossy(&words);
        if !self.answer.greeted {
            return Failed::NotStarted(words.lines().next().unwrap_or("it ended at once").to_owned());
        }
        if words.contains("memory allocation of") {
            return Failed::Ended(format!("parser took more than limits.parse_memory_mb = {} of memory", self.memory_mb));
        }
        if words.contains("overflowed its stack") {
            return Failed::Ended("parser ended: its stack overflowed".to_owned());
        }
        Failed::Ended(format!("parser ended: {}", status.map_or_else(|e| e.to_string(), how)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn framed(frame: &[u8]) -> Vec<u8> {
    [&length(frame)[..], frame].concat()
}

/// How it ended, in words.
fn how(status: ExitStatus) -> String {
    let Some(signal) = status.signal() else { return format!("exit code {}", status.code().unwrap_or(-1)) };
    let name = match Signal::from_named_raw(signal) {
        // Perhaps by us, for it gave no answer any more.
        Some(Signal::KILL) => return "it closed its pipe, or was killed".to_owned(),
        Some(Signal::ABORT) => "SIGABRT",
        Some(Signal::SEGV) => "SIGSEGV",
        Some(Signal::BUS) => "SIGBUS",
        Some(Signal::ILL) => "SIGILL",
        Some(Signal::FPE) => "SIGFPE",
        Some(Signal::XCPU) => "SIGXCPU",
        Some(Signal::TERM) => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    format!("signal {name}")
}
