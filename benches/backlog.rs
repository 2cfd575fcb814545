//! Many files at once: how long a restart takes that finds them claimed, and what it costs that they wait.
//!
//! `cargo bench --bench backlog [-- FILES [WAITING...]]` (default 10,000) ends the daemon with so many files in the work folder, before and
//! after the commit that stores them, and prints how long the next start takes until all of them are stored and retired; 0 leaves that out.
//! Then it lets a tenth, as many and ten times as many wait in the inbox, or the numbers that are given, in folders of a thousand and in a
//! single one, and prints when the first of them has its outcome, and the most memory that the daemon took until then, and until a thousand
//! had theirs. Figures are of this machine.

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

/// A folder with files in its inbox, so many to a folder.
fn filled(files: usize, to_a_folder: usize, config: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    configure(root.path(), config);
    for n in 0..files {
        let folder = root.path().join(format!("inbox/{}", n / to_a_folder));
        if n % to_a_folder == 0 {
            std::fs::create_dir_all(&folder).unwrap();
        }
        std::fs::write(folder.join(format!("{n}.txt")), bulletin(n)).unwrap();
    }
    root
}

fn configure(root: &Path, config: &str) {
    std::fs::write(root.join("wirefold.toml"), format!("[inbox]\n{config}\n")).unwrap();
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
    let root = filled(files, 1000, &format!("settle_seconds = 0.05\nbatch_files = {files}"));
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

/// From the start of a daemon to the first outcome, the most memory that it took until then, and until a thousand had theirs.
fn first_outcome(root: &Path, files: usize) -> (Duration, f64, f64) {
    let begun = Instant::now();
    let mut daemon = command(root, &["run"]).spawn().unwrap();
    let mut until = |count: usize| {
        while (stored(root) as usize) < count {
            assert!(daemon.try_wait().unwrap().is_none(), "the daemon lives");
            std::thread::sleep(Duration::from_millis(10));
        }
        (begun.elapsed(), megabytes(&daemon, "VmHWM:"))
    };
    let ((took, waiting), (_, taking)) = (until(1), until(files.min(1000)));
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    (took, waiting, taking)
}

fn main() {
    let given: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let files = given.first().copied().unwrap_or(10_000);
    if files > 0 {
        println!("{files} files in the work folder at a restart");
        restart(files, "before_commit", "claimed, nothing stored: all are taken");
        restart(files, "after_commit", "stored: all are put away");
    }
    println!("files that wait in the inbox        first outcome   memory until then   until a thousand are stored");
    let waiting = if given.len() > 1 { given[1..].to_vec() } else { vec![files / 10, files, files * 10] };
    for (waiting, to_a_folder) in waiting.into_iter().flat_map(|n| [(n, 1000), (n, n)]) {
        let root = filled(waiting, to_a_folder, "");
        let (first, before, taking) = first_outcome(root.path(), waiting);
        let first = first.as_secs_f64();
        println!("{waiting:>8}, {to_a_folder:>8} to a folder   {first:>11.2} s   {before:>14.1} MB   {taking:>24.1} MB");
    }
}
