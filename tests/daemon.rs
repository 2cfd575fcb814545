//! The daemon: what is dropped is taken, put away, and never taken twice.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wirefold::store::Reader;
use wirefold::store::read::Files;

fn start(folder: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("wirefold"));
    command.current_dir(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until something is true; a generous limit, since a busy machine is no failure.
fn eventually(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never happened: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn stored(folder: &Path) -> u32 {
    let reader = Reader::open(&folder.join("data/wirefold.db"));
    reader.and_then(|r| r.totals()).map_or(0, |t| t.articles)
}

fn article(n: usize) -> String {
    format!(
        "Title: Bulletin number {n} of the valley of Orun\n\nThe council of Orun met for the {n}th time and spoke of wells, roads and schools number {n}.\n"
    )
}

fn files_below(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    walk.filter(|e| e.file_type().is_file()).map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn serving_alone_makes_searchable_what_nobody_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("files")).unwrap();
    std::fs::write(folder.join("files/a.txt"), article(1)).unwrap();
    assert!(start(folder, &["ingest", "files"]).wait().unwrap().success());
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("data/wirefold.db.search{ending}")));
    }
    let progress = || Reader::open(&folder.join("data/wirefold.db")).unwrap().search_progress().unwrap();
    assert_eq!((progress().indexed, progress().behind), (0, 1));
    let mut serve = start(folder, &["serve", "--listen", "127.0.0.1:0"]);
    eventually("the article is in the index", || progress().indexed == 1);
    signal(&serve, "TERM");
    assert!(serve.wait().unwrap().success());
}

#[test]
fn takes_what_is_dropped_and_stops_on_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("inbox/orun-news")).unwrap();
    std::fs::write(folder.join("inbox/before.txt"), article(1)).unwrap();
    let mut daemon = start(folder, &["run"]);
    eventually("the file that lay there is stored", || stored(folder) == 1);
    std::fs::write(folder.join("inbox/orun-news/after.txt"), article(2)).unwrap();
    std::fs::write(folder.join("inbox/.hidden.tmp"), article(3)).unwrap();
    eventually("the file dropped later is stored", || stored(folder) == 2);
    std::fs::create_dir_all(folder.join("inbox/new/deep")).unwrap();
    std::fs::write(folder.join("inbox/new/deep/third.txt"), article(4)).unwrap();
    eventually("a file in a new folder is stored", || stored(folder) == 3);
    eventually("files are archived", || files_below(&folder.join("data/archive")).len() == 3);
    assert_eq!(files_below(&folder.join("inbox")), [".hidden.tmp"], "an unfinished file is left alone");
    signal(&daemon, "TERM");
    assert!(daemon.wait().unwrap().success());
    let (lines, _) = Reader::open(&folder.join("data/wirefold.db")).unwrap().files(Files::All, 10, 0).unwrap();
    assert!(lines.iter().all(|l| l.outcome == "stored"));
}

#[test]
fn once_empties_the_inbox_and_puts_rejects_into_quarantine() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("inbox")).unwrap();
    std::fs::write(folder.join("inbox/good.txt"), article(1)).unwrap();
    std::fs::write(folder.join("inbox/same.txt"), article(1)).unwrap();
    std::fs::write(folder.join("inbox/bad.bin"), [0u8, 159, 3, 7, 1, 0, 2].repeat(100)).unwrap();
    let status = start(folder, &["run", "--once"]).wait().unwrap();
    assert_eq!(status.code(), Some(1), "something was rejected");
    assert_eq!(stored(folder), 1);
    assert!(files_below(&folder.join("inbox")).is_empty());
    assert_eq!(files_below(&folder.join("data/archive")).len(), 2, "stored and resent");
    assert_eq!(files_below(&folder.join("data/quarantine")).len(), 1);
}

#[test]
fn a_killed_daemon_takes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("inbox")).unwrap();
    for n in 0..200 {
        std::fs::write(folder.join(format!("inbox/{n}.txt")), article(n)).unwrap();
    }
    for round in 0..8 {
        let mut daemon = start(folder, &["run"]);
        std::thread::sleep(Duration::from_millis(520 + 15 * round));
        signal(&daemon, "KILL");
        daemon.wait().unwrap();
        let everywhere = ["inbox", "data/work", "data/archive"].map(|f| files_below(&folder.join(f)));
        let there = everywhere.iter().flatten().filter(|name| name.ends_with(".txt")).count();
        assert_eq!(there, 200, "files are left");
    }
    start(folder, &["run", "--once"]).wait().unwrap();
    assert_eq!(stored(folder), 200);
    assert_eq!(files_below(&folder.join("data/archive")).len(), 200);
}

#[test]
fn with_keep_files_stay_and_are_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("inbox")).unwrap();
    std::fs::write(folder.join("keep.toml"), "[inbox]\nafter = \"keep\"\n").unwrap();
    std::fs::write(folder.join("inbox/a.txt"), article(1)).unwrap();
    for _ in 0..2 {
        start(folder, &["--config", "keep.toml", "run", "--once"]).wait().unwrap();
    }
    assert_eq!(stored(folder), 1);
    let (lines, _) = Reader::open(&folder.join("data/wirefold.db")).unwrap().files(Files::All, 10, 0).unwrap();
    assert_eq!(lines.len(), 1, "seeing a kept file again is no second delivery");
    assert!(folder.join("inbox/a.txt").exists());
}

#[test]
fn a_signal_is_heard_amid_a_backlog() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("inbox")).unwrap();
    std::fs::write(folder.join("small.toml"), "[inbox]\nbatch_files = 2\n").unwrap();
    for n in 0..1500 {
        std::fs::write(folder.join(format!("inbox/{n}.txt")), article(n)).unwrap();
    }
    let mut daemon = start(folder, &["--config", "small.toml", "run"]);
    eventually("some are stored", || stored(folder) > 0);
    signal(&daemon, "TERM");
    assert!(daemon.wait().unwrap().success());
    let archived = files_below(&folder.join("data/archive")).len();
    assert_eq!(archived as u32, stored(folder), "what was begun was finished");
    assert_eq!(archived + files_below(&folder.join("inbox")).len(), 1500, "the rest waits in the inbox");
    assert!(archived < 1500, "it did not wait for the end of the backlog");
}

#[test]
fn a_log_that_nobody_takes_ends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir(folder.join("inbox")).unwrap();
    std::fs::write(folder.join("inbox/a.txt"), article(1)).unwrap();
    let command = |args: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("wirefold"));
        command.current_dir(folder).args(args).stdout(Stdio::null());
        command
    };
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let run = |args: &[&str]| command(args).stderr(full()).status().unwrap().code();
    assert_eq!(run(&["run", "--once"]), Some(0));
    assert_eq!(stored(folder), 1);
    assert_eq!(run(&["show", "nothing"]), Some(4));
    let mut daemon = command(&["run"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(daemon.stderr.take());
    std::fs::write(folder.join("inbox/b.txt"), article(2)).unwrap();
    eventually("it is stored", || stored(folder) == 2);
    signal(&daemon, "TERM");
    assert_eq!(daemon.wait().unwrap().code(), Some(0));
}
