//! What the tests of the daemon share: a folder of its own, a daemon in it, and what it left.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod account;
pub mod disk;
pub mod shim;
pub mod strace;

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use wirefold::store::Reader;
use wirefold::store::read::Files;
use wirefold::store::rows::FileLine;

/// A folder with an inbox; files settle at once.
pub struct Rig {
    folder: tempfile::TempDir,
    /// Where the log goes: for a rig on a disk that fails, elsewhere.
    beside: Option<tempfile::TempDir>,
}

impl Rig {
    pub fn new() -> Self {
        Self::with("")
    }

    /// With more keys of `[inbox]`, or sections after it.
    pub fn with(more: &str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), beside: None }.furnished(more)
    }

    /// On a disk of its own, with its log elsewhere: the disk may fail.
    pub fn on(disk: &Path, more: &str) -> Self {
        Self { folder: tempfile::tempdir_in(disk).unwrap(), beside: tempfile::tempdir().ok() }.furnished(more)
    }

    fn furnished(self, more: &str) -> Self {
        let rig = self;
        rig.configure(more);
        std::fs::create_dir_all(rig.path("inbox")).unwrap();
        rig
    }

    pub fn configure(&self, more: &str) {
        std::fs::write(self.path("wirefold.toml"), format!("[inbox]\nsettle_seconds = 0.05\n{more}\n")).unwrap();
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub fn drop_file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path("inbox").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("wirefold"));
        command.current_dir(self.folder.path()).args(["--config", "wirefold.toml"]).args(args);
        for name in ["WIREFOLD_DB", "WIREFOLD_CONFIG", "WIREFOLD_LOG", "WIREFOLD_CRASH_AT", "WIREFOLD_PLANTED", "WIREFOLD_DEADLY"] {
            command.env_remove(name);
        }
        command
    }

    /// Starts the daemon and waits until it is ready; its log goes to `log`.
    pub fn start(&self) -> Daemon {
        let ready = || self.log().matches("ready").count();
        let before = ready();
        let daemon = self.start_unready("");
        eventually("the daemon is ready", || ready() > before);
        daemon
    }

    /// Starts the daemon, with a fault planted if one is named.
    pub fn start_unready(&self, planted: &str) -> Daemon {
        let log = std::fs::File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = self.command(&["run"]);
        if !planted.is_empty() {
            command.env("WIREFOLD_PLANTED", planted);
        }
        Daemon(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    /// Starts the daemon as a user who may not do everything.
    pub fn start_as_nobody(&self) -> Daemon {
        let log = std::fs::File::options().create(true).append(true).open(self.log_path()).unwrap();
        let daemon = Daemon(self.as_nobody(&mut self.command(&["run"])).stdout(Stdio::null()).stderr(log).spawn().unwrap());
        eventually("the daemon is ready", || self.log().contains("ready"));
        daemon
    }

    /// A command that a user runs who may not do everything, and to whom the folder is given; whoever runs the test, if that is not root.
    pub fn as_nobody<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        const NOBODY: u32 = 65534;
        if is_root() {
            for entry in walkdir::WalkDir::new(self.path("")).into_iter().filter_map(Result::ok) {
                std::os::unix::fs::lchown(entry.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            }
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn log_path(&self) -> PathBuf {
        self.beside.as_ref().map_or_else(|| self.path("log"), |beside| beside.path().join("log"))
    }

    pub fn wirefold(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs until the inbox is empty; says what it said if that ends in failure.
    pub fn once(&self) -> i32 {
        let output = self.wirefold(&["run", "--once"]);
        let code = output.status.code().unwrap_or(-1);
        assert!(code <= 1, "run --once ended with {code}: {}", String::from_utf8_lossy(&output.stderr));
        code
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    pub fn json(&self, args: &[&str]) -> Vec<Value> {
        let output = self.wirefold(&[args, &["--json"]].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    pub fn ledger(&self) -> Vec<FileLine> {
        let reader = Reader::open(&self.path("data/wirefold.db"));
        reader.and_then(|r| r.files(Files::All, u32::MAX, 0)).map_or(Vec::new(), |(lines, _)| lines)
    }

    pub fn stored(&self) -> u32 {
        Reader::open(&self.path("data/wirefold.db")).and_then(|r| r.totals()).map_or(0, |t| t.articles)
    }

    /// Outcomes and how many files have them.
    pub fn outcomes(&self) -> BTreeMap<String, u32> {
        let mut outcomes = BTreeMap::new();
        self.ledger().into_iter().for_each(|line| *outcomes.entry(line.outcome).or_default() += 1);
        outcomes
    }

    /// Files below a folder, without what is hidden.
    pub fn files(&self, below: &str) -> Vec<PathBuf> {
        let hidden = |e: &walkdir::DirEntry| e.depth() > 0 && e.file_name().to_string_lossy().starts_with('.');
        let walk = walkdir::WalkDir::new(self.path(below)).sort_by_file_name().into_iter().filter_entry(|e| !hidden(e));
        walk.filter_map(Result::ok).filter(|e| !e.file_type().is_dir()).map(walkdir::DirEntry::into_path).collect()
    }

    pub fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path("data/wirefold.db")).unwrap()
    }
}

/// A running daemon; killed when the test ends.
pub struct Daemon(pub Child);

impl Daemon {
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([&format!("-{name}"), &self.0.id().to_string()]).status().unwrap().success());
    }

    pub fn stop(mut self) -> i32 {
        self.signal("TERM");
        self.0.wait().unwrap().code().unwrap_or(-1)
    }

    pub fn ended(&mut self) -> Option<i32> {
        self.0.try_wait().unwrap().map(|status| status.code().unwrap_or(-1))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something is true; a generous limit, since a busy machine is no failure.
pub fn eventually(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never happened: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// An article that no other is like, in Arabic for odd numbers.
pub fn article(n: usize) -> String {
    if n % 2 == 1 {
        format!("العنوان: نشرة وادي أورون رقم {n}\n\nاجتمع مجلس وادي أورون للمرة {n} وبحث في الآبار والطرق والمدارس رقم {n}.\n")
    } else {
        format!(
            "Title: Bulletin {n} of the valley of Orun\n\nThe council of Orun met for the {n}th time and spoke of wells and roads {n}.\n"
        )
    }
}

pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0)
}

pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}
