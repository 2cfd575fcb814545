//! What a parser takes from itself before it reads anything: setrlimit(2), prctl(2), landlock(7).

use std::io;
use std::time::Duration;

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetError, Scope};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::crash;

/// Standard input, output and error, which are pipes: with these open, nothing more can be opened.
const PIPES: u64 = 3;

/// Seconds that a parser may work beyond the time after which it is killed. They only matter if nobody is there to kill it.
const GRACE: u64 = 2;

/// No files, no folders, no network, no traces, no life after the parent's; at most this much memory.
///
/// # Errors
/// If the system refuses.
pub fn confine(memory_mb: u64) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // Before the limit of open files: the rules are one. Where the system knows no such rules, the limits have to do.
    if !crash::planted("no_rules") {
        drop(give_up_paths());
    }
    for (resource, most) in [(Resource::Nofile, PIPES), (Resource::Fsize, 0), (Resource::Core, 0), (Resource::As, memory_mb << 20)] {
        let most = getrlimit(resource).maximum.map_or(most, |allowed| most.min(allowed));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Nothing that has a path can be opened, made, renamed or removed any more, no port be reached, and no process outside be signalled, as far
/// as the system has rules for these (landlock(7), Linux 5.13 to 6.12).
fn give_up_paths() -> Result<(), RulesetError> {
    let rules = Ruleset::default().handle_access(AccessFs::from_all(ABI::V6))?.handle_access(AccessNet::from_all(ABI::V6))?;
    rules.scope(Scope::from_all(ABI::V6))?.create()?.restrict_self()?;
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
