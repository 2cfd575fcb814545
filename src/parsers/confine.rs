//! What a parser takes from itself before it reads anything: setrlimit(2), prctl(2).

use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit};
use rustix::time::{ClockId, clock_gettime};

/// Standard input, output and error, which are pipes: with these open, nothing more can be opened.
const PIPES: u64 = 3;

/// Seconds that a parser may work beyond the time after which it is killed. They only matter if nobody is there to kill it.
const GRACE: u64 = 2;

/// No files, no traces, no life after the parent's; at most this much memory.
///
/// # Errors
/// If the system refuses.
pub fn confine(memory_mb: u64) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    for (resource, most) in [(Resource::Nofile, PIPES), (Resource::Fsize, 0), (Resource::Core, 0), (Resource::As, memory_mb << 20)] {
        let most = getrlimit(resource).maximum.map_or(most, |allowed| most.min(allowed));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Processor time for the next file. The limit counts from the start of the process, so it is moved on.
///
/// # Errors
/// If the system refuses.
pub fn allow(time: Duration) -> io::Result<()> {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let until = used + time.as_secs() + 1 + GRACE;
    let current = maximum.map_or(until, |allowed| until.min(allowed));
    setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?;
    Ok(())
}
