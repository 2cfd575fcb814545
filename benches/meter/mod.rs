//! What work costs: time of the processor, which other users of a machine move little, beside time on the wall; and memory.

#![allow(dead_code, reason = "every bench uses a part of it")]

use std::process::Child;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

/// Time spent, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    pub cpu: f64,
    pub wall: f64,
}

impl Spent {
    pub fn add(&mut self, other: Spent) {
        self.cpu += other.cpu;
        self.wall += other.wall;
    }

    /// Microseconds of the processor for each of so many.
    pub fn each(&self, count: usize) -> f64 {
        self.cpu * 1e6 / count.max(1) as f64
    }
}

fn seconds(clock: ClockId) -> f64 {
    let now = clock_gettime(clock);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn measured<T>(clock: ClockId, work: impl FnOnce() -> T) -> (T, Spent) {
    let (cpu, wall) = (seconds(clock), Instant::now());
    let done = work();
    (done, Spent { cpu: seconds(clock) - cpu, wall: wall.elapsed().as_secs_f64() })
}

/// Does work that stays in this thread.
pub fn in_thread<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    measured(ClockId::ThreadCPUTime, work)
}

/// Does work that may use every core.
pub fn in_process<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    measured(ClockId::ProcessCPUTime, work)
}

/// Ticks a second in which Linux tells the time of a process, whatever its own clock.
const TICKS: f64 = 100.0;

/// CPU seconds that a process took so far, without those that it started.
pub fn of(process: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap_or_default();
    // The name, in parentheses, may hold anything; user and system time are the 12th and 13th field behind it.
    let behind = stat.rsplit(')').next().unwrap_or_default();
    behind.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// Memory of this process that is in RAM now, in bytes; 0 where the system does not tell.
pub fn resident() -> u64 {
    status("VmRSS:")
}

/// Most memory that this process ever had in RAM, in bytes; 0 where the system does not tell.
pub fn most_resident() -> u64 {
    status("VmHWM:")
}

fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = text.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// The numbers that follow the name of a bench on the command line, or these.
pub fn numbers<const N: usize>(default: [usize; N]) -> [usize; N] {
    let mut given = std::env::args().skip(1).filter_map(|a| a.parse().ok());
    default.map(|d| given.next().unwrap_or(d))
}
