//! How long after a file is closed its event is in the store, at 200 files a second.
//!
//! `cargo bench --bench latency [-- FILES RATE]` (default 4,000 and 200) starts the daemon as it is shipped, writes one article to a file into its
//! inbox, in place, so many a second, and asks the store for each of them: an article is committed together with its event. Asked is every
//! 10 ms, which is part of the figure. Once with the shortest quiet time after which a file counts as complete, once with the usual one.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use wirefold::article::{ArticleId, FileDigest};
use wirefold::store::read::{Found, Reader};

use corpus::Corpus;

/// Time between two looks at the store.
const LOOK: Duration = Duration::from_millis(10);
/// After so long without a new article something is wrong.
const STUCK: Duration = Duration::from_secs(120);

/// A file that was closed.
struct Closed {
    article: String,
    at: Instant,
}

fn daemon(root: &Path, settle: f64) -> Child {
    std::fs::create_dir_all(root.join("inbox")).unwrap();
    std::fs::write(root.join("wirefold.toml"), format!("[inbox]\nsettle_seconds = {settle}\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirefold"));
    command.current_dir(root).args(["--config", "wirefold.toml", "run"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Writes the files at their times, and tells of each when it is closed.
fn write(inbox: &Path, files: &[String], rate: usize, closed: &mpsc::Sender<Closed>) {
    let begun = Instant::now();
    for (n, line) in files.iter().enumerate() {
        let due = Duration::from_secs_f64(n as f64 / rate as f64);
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
        std::fs::write(inbox.join(format!("{n:06}.json")), line).unwrap();
        let article = ArticleId::new(&FileDigest::of(line.as_bytes()), 0).to_string();
        closed.send(Closed { article, at: Instant::now() }).expect("the one that looks waits for all files");
    }
}

/// Looks at the store until it has all files; milliseconds from each file's end to its event, sorted.
fn wait(store: &Reader, files: usize, closed: &mpsc::Receiver<Closed>, daemon: &mut Child) -> Vec<f64> {
    let (mut pending, mut took, mut stored, mut changed) = (Vec::new(), Vec::new(), 0, Instant::now());
    while took.len() < files {
        std::thread::sleep(LOOK);
        assert!(daemon.try_wait().unwrap().is_none(), "the daemon lives");
        assert!(changed.elapsed() < STUCK, "{} of {files} files are in the store, and none came for long", took.len());
        pending.extend(closed.try_iter());
        let now = store.totals().unwrap().articles;
        if now == stored {
            continue;
        }
        let seen = Instant::now();
        (stored, changed) = (now, seen);
        pending.retain(|file: &Closed| {
            let is_there = matches!(store.find_article(&file.article).unwrap(), Found::One(_));
            if is_there {
                took.push(seen.saturating_duration_since(file.at).as_secs_f64() * 1e3);
            }
            !is_there
        });
    }
    took.sort_unstable_by(f64::total_cmp);
    took
}

fn run(files: &[String], rate: usize, settle: f64) {
    let root = tempfile::tempdir().unwrap();
    let mut daemon = daemon(root.path(), settle);
    let store = loop {
        match Reader::open(&root.path().join("data/wirefold.db")) {
            Ok(store) => break store,
            Err(_) => std::thread::sleep(LOOK),
        }
        assert!(daemon.try_wait().unwrap().is_none(), "the daemon lives");
    };
    let (inbox, (to_look, closed)) = (root.path().join("inbox"), mpsc::channel());
    let before = meter::of(&daemon);
    let took = std::thread::scope(|scope| {
        scope.spawn(move || write(&inbox, files, rate, &to_look));
        wait(&store, files.len(), &closed, &mut daemon)
    });
    let each = (meter::of(&daemon) - before) * 1e6 / files.len() as f64;
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!("{settle:>14.2} {:>8.0} {:>8.0} {:>8.0} {:>18.0}", at(0.5), at(0.99), at(1.0), each);
}

fn main() {
    let [count, rate] = meter::numbers([4_000, 200]).map(|n| n.max(1));
    let mut corpus = Corpus::new(7);
    let files: Vec<String> = (0..count).map(|n| corpus.article(n).json()).collect();
    println!("{count} files at {rate} a second: ms from the end of a file to its event in the store; CPU µs of the daemon a file");
    println!("{:>14} {:>8} {:>8} {:>8} {:>18}", "quiet time s", "p50", "p99", "longest", "CPU µs of daemon");
    for settle in [0.05, 0.5] {
        run(&files, rate, settle);
    }
}
