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
    /// What it is told before the bytes of its file.
    head: Vec<u8>,
    /// How much of these and of the bytes of the file is sent.
    sent: usize,
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
        let setup = Some(framed(&serde_json::to_vec(setup)?));
        Ok(Self { child, to, from, said, setup, head: Vec::new(), sent: 0, answer: Answer::default(), memory_mb })
    }

    /// Whether it still runs, as far as is known.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What it is to be asked next, of a file of these bytes.
    ///
    /// # Errors
    /// If the request cannot be written down.
    pub fn ask(&mut self, request: &Request, bytes: &[u8]) -> serde_json::Result<()> {
        let request = serde_json::to_vec(request)?;
        let setup = self.setup.take().unwrap_or_default();
        (self.head, self.sent) = ([setup, framed(&request), length(bytes).to_vec()].concat(), 0);
        Ok(())
    }

    /// Sends the file that it was asked about and waits for what it holds, at most this long and of this many bytes. One that is late may be
    /// waited for again, with the same bytes; after another failure it is of no use any more.
    pub fn answer(&mut self, bytes: &[u8], time: Duration, most: u64) -> Result<Parsed, Failed> {
        let deadline = Instant::now() + time;
        let mut chunk = vec![0; CHUNK];
        loop {
            self.send(bytes);
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
            self.wait(self.sent < self.head.len() + bytes.len(), left);
        }
    }

    /// Sends as much as the pipe takes now. A pipe that is closed takes all: the end is seen by reading.
    fn send(&mut self, bytes: &[u8]) {
        let all = self.head.len() + bytes.len();
        while self.sent < all {
            let unsent =
                self.head.get(self.sent..).filter(|head| !head.is_empty()).unwrap_or_else(|| &bytes[self.sent - self.head.len()..]);
            match self.to.write(unsent) {
                Ok(n) => self.sent += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.sent = all,
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
