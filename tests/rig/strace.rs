//! System calls of the daemon that fail, are slow, or kill it: strace does it.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{Daemon, Rig, eventually};

/// Whether strace may trace here; the log says where it may not.
pub fn is_here() -> bool {
    let can = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
    if !can {
        eprintln!("skipped: strace is not here");
    }
    can
}

/// A command of wirefold, at whose system calls `calls` something is done, as strace says it: `error=EMFILE`, `signal=SIGKILL:when=3`.
/// Each of them is a line in `trace`, with the paths of its files.
pub fn traced(rig: &Rig, calls: &str, done: &str, args: &[&str]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-y", "-o"]).arg(rig.path("trace")).args(["-e", &format!("trace={calls}")]);
    if !done.is_empty() {
        command.args(["-e", &format!("inject={calls}:{done}")]);
    }
    command.arg(assert_cmd::cargo::cargo_bin("wirefold")).args(["--config", "wirefold.toml"]).args(args);
    command.current_dir(rig.path("")).env_remove("WIREFOLD_DB").env_remove("WIREFOLD_LOG").env_remove("WIREFOLD_CONFIG");
    command
}

/// The lines of the calls that were traced.
pub fn trace(rig: &Rig) -> String {
    std::fs::read_to_string(rig.path("trace")).unwrap_or_default()
}

/// A daemon that is traced; it and its tracer are killed when the test ends.
pub struct Traced {
    tracer: Daemon,
    pid: u32,
}

impl Traced {
    /// Starts it and waits until it is ready.
    pub fn start(rig: &Rig, calls: &str, done: &str) -> Self {
        let log = std::fs::File::create(rig.path("log")).unwrap();
        let tracer = Daemon(traced(rig, calls, done, &["run"]).stdout(Stdio::null()).stderr(log).spawn().unwrap());
        eventually("the daemon is ready", || rig.log().contains("ready"));
        let children = format!("/proc/{0}/task/{0}/children", tracer.0.id());
        let children = std::fs::read_to_string(Path::new(&children)).unwrap();
        Self { tracer, pid: children.split_whitespace().next().unwrap().parse().unwrap() }
    }

    /// Most memory that it had, in kB.
    pub fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap()
    }

    /// Ends it as a supervisor does; gives its exit code.
    pub fn stop(mut self) -> i32 {
        self.signal("TERM");
        self.tracer.0.wait().unwrap().code().unwrap_or(-1)
    }

    fn signal(&self, name: &str) {
        let _ = Command::new("kill").args([&format!("-{name}"), &self.pid.to_string()]).stderr(Stdio::null()).status();
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        // Whoever was traced lives on when only its tracer is killed.
        if self.tracer.ended().is_none() {
            self.signal("KILL");
        }
    }
}
