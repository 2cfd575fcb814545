//! Many files at once: how long a restart takes that finds them claimed, and what it costs that they wait.
//!
//! `cargo bench --bench backlog [-- FILES]` (default 10,000) ends the daemon with so many files in the work folder, before and after the
//! commit that stores them, and prints how long the next start takes until all of them are stored and retired; then it lets ten times as
//! many wait in the inbox and prints the memory that the daemon takes, and when the first of them has its outcome. Figures are of this machine.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wirefold::store::Reader;

/// A small bulletin that no other is like.
fn bulletin(n: usize) -> String {
    let words = ["بئر", "طريق", "مدرسة", "جسر", "سوق", "ميناء", "حقل", "مطحنة", "سد", "مكتبة"];
    let named: Vec<&str> = (0..24).map(|i| words[n.wrapping_mul(2_654_435_761).rotate_left(i * 5) % words.len()]).collect();
    format!("العنوان: نشرة {n} من وادي أورون\n\nبحث المجلس رقم {n} في {} {n}.\n", named.join(" "))
}

/// A folder with files in its inbox, a thousand to a folder.
fn filled(files: usize, config: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("wirefold.toml"), format!("[inbox]\n{config}\n")).unwrap();
    for n in 0..files {
        let folder = root.path().join(format!("inbox/{}", n / 1000));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{n}.txt")), bulletin(n)).unwrap();
    }
    root
}

fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirefold"));
    command.current_dir(root).args(["--config", "wirefold.toml"]).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A line of a process's status, in MB.
fn megabytes(process: &Child, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix(line)).unwrap_or("0");
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn stored(root: &Path) -> u32 {
    Reader::open(&root.join("data/wirefold.db")).and_then(|r| r.totals()).map_or(0, |t| t.articles)
}

/// Ends the daemon at `point` with all files claimed; then the time and the memory of the next start.
fn restart(files: usize, point: &str, label: &str) {
    let root = filled(files, &format!("settle_seconds = 0.05\nbatch_files = {files}"));
    let crashed = command(root.path(), &["run", "--once"]).env("WIREFOLD_CRASH_AT", point).status().unwrap();
    assert_eq!(crashed.signal(), Some(6), "it ended at {point}");
    let begun = Instant::now();
    let mut daemon = command(root.path(), &["run", "--once"]).spawn().unwrap();
    let mut peak = 0.0f64;
    while daemon.try_wait().unwrap().is_none() {
        peak = peak.max(megabytes(&daemon, "VmHWM:"));
        std::thread::sleep(Duration::from_millis(10));
    }
    let took = begun.elapsed();
    assert_eq!(stored(root.path()) as usize, files, "every file is stored");
    println!("{label:<44} {:>8.2} s   {peak:>6.0} MB", took.as_secs_f64());
}

/// The memory of a daemon that does nothing but know of files that wait, once it knows all.
fn memory(files: usize) -> f64 {
    let root = filled(files, "settle_seconds = 3600.0");
    let mut daemon = command(root.path(), &["run"]).spawn().unwrap();
    let (mut last, mut same) = (0.0, 0);
    while same < 6 || last == 0.0 {
        std::thread::sleep(Duration::from_millis(500));
        assert!(daemon.try_wait().unwrap().is_none(), "the daemon lives");
        let now = megabytes(&daemon, "VmRSS:");
        same = if now == last { same + 1 } else { 0 };
        last = now;
    }
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    last
}

/// From the start of a daemon to the first outcome, with so many files in its inbox.
fn first_outcome(files: usize) -> Duration {
    let root = filled(files, "settle_seconds = 0.5");
    let begun = Instant::now();
    let mut daemon = command(root.path(), &["run"]).spawn().unwrap();
    while stored(root.path()) == 0 {
        assert!(daemon.try_wait().unwrap().is_none(), "the daemon lives");
        std::thread::sleep(Duration::from_millis(10));
    }
    let took = begun.elapsed();
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    took
}

fn main() {
    let files = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(10_000usize);
    println!("{files} files in the work folder at a restart");
    restart(files, "before_commit", "claimed, nothing stored: all are taken");
    restart(files, "after_commit", "stored: all are put away");
    println!("files that wait in the inbox");
    for waiting in [files / 10, files, files * 10] {
        let (mb, first) = (memory(waiting), first_outcome(waiting));
        println!("{waiting:>8} files   {mb:>6.1} MB   first outcome after {:.2} s, of which it settles for 0.5", first.as_secs_f64());
    }
}
