//! A disk that is full stops intake, not the daemon; once there is room it goes on by itself, and nothing is lost.

mod rig;

use std::fs::{self, File};
use std::io::Write;

use rig::account::{self, Account, Random, Sent};
use rig::disk::{Disk, on_disk};
use rig::{Rig, article, eventually};

fn health(rig: &Rig) -> String {
    rig.json(&["status"])[0]["health"].as_str().unwrap().to_owned()
}

/// What `wirefold status` prints, also where it has no store to read.
fn status(rig: &Rig) -> String {
    let output = rig.wirefold(&["status"]);
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn a_full_disk_under_the_store() {
    let rig = Rig::new();
    on_disk(&rig, "db", "size=2m", |disk| {
        let command = || rig.command(&["--db", "db/wirefold.db", "run"]);
        let log = std::fs::File::create(rig.path("log")).unwrap();
        let mut daemon = rig::Daemon(command().stderr(log).spawn().unwrap());
        eventually("it is ready", || rig.log().contains("ready"));
        for n in 0..400 {
            rig.drop_file(&format!("{n}.txt"), article(n).repeat(8));
        }
        let status = || String::from_utf8(rig.wirefold(&["--db", "db/wirefold.db", "status"]).stdout).unwrap();
        let told = ["intake is paused: the disk of db is full: ", "; make room there; intake then resumes by itself"];
        eventually("intake is paused, and it is told why", || told.iter().all(|part| status().contains(part)));
        assert_eq!(daemon.ended(), None, "the daemon lives: {}", rig.log());
        disk.remount("size=64m");
        let stored = || wirefold::store::Reader::open(&rig.path("db/wirefold.db")).and_then(|r| r.totals()).map_or(0, |t| t.articles);
        eventually("it goes on by itself", || stored() == 400);
        eventually("all are put away", || rig.files("data/archive").len() == 400);
        eventually("that it goes on is logged", || rig.log().contains("intake goes on"));
        let logged = || rig.log().split(" stored=").skip(1).filter_map(|rest| rest.split(' ').next()?.parse::<u32>().ok()).sum::<u32>();
        eventually("what was taken up after the pause is logged too", || logged() == 400);
        drop(daemon);
        let sql = rusqlite::Connection::open(rig.path("db/wirefold.db")).unwrap();
        let verdict: String = sql.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
        assert_eq!(verdict, "ok");
    });
}

#[test]
fn a_limit_of_the_length_of_files_is_waited_for_like_a_full_disk() {
    let rig = Rig::new();
    // In units of 512 bytes: room for a new store, and not for much more.
    let limited = "ulimit -S -f 4096; exec \"$0\" --config wirefold.toml run 2> log";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", limited]).arg(assert_cmd::cargo::cargo_bin("wirefold")).current_dir(rig.path(""));
    let mut daemon = rig::Daemon(command.spawn().unwrap());
    eventually("it is ready", || rig.log().contains("ready"));
    for n in 0..400 {
        rig.drop_file(&format!("{n}.txt"), article(n).repeat(60));
    }
    eventually("intake is paused", || rig.log().contains("ulimit -f") || daemon.ended().is_some());
    assert_eq!(daemon.ended(), None, "the daemon lives: {}", rig.log());
    let unlimited = std::process::Command::new("prlimit").args(["--fsize=unlimited", "--pid", &daemon.0.id().to_string()]).status();
    assert!(unlimited.unwrap().success());
    eventually("it goes on by itself", || rig.stored() == 400 && rig.files("data/archive").len() == 400);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn commands_that_write_end_at_the_limit_of_the_length_of_files_and_say_so() {
    let rig = Rig::new();
    for n in 0..100 {
        rig.drop_file(&format!("{n}.txt"), article(n).repeat(60));
    }
    let limited = |limit: u32, command: &str| {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("ulimit -S -f {limit}; exec \"$0\" --config wirefold.toml {command}")]);
        let output = shell.arg(assert_cmd::cargo::cargo_bin("wirefold")).current_dir(rig.path("")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(3) && said.contains("ulimit -f"), "{command}: {:?} {said}", output.status);
    };
    limited(2048, "ingest inbox");
    assert_eq!(rig.wirefold(&["ingest", "inbox"]).status.code(), Some(0));
    assert_eq!(rig.stored(), 100, "what was not taken is taken now");
    limited(64, "backup copy.db");
    limited(64, "rebuild");
    assert_eq!((rig.path("copy.db").exists(), rig.stored()), (false, 100));
}

#[test]
fn a_full_disk_under_the_archive_which_is_another_file_system() {
    let rig = Rig::new();
    on_disk(&rig, "data/archive", "size=64k", |disk| {
        let mut daemon = rig.start();
        for n in 0..40 {
            rig.drop_file(&format!("نور/{n}.txt"), article(n));
        }
        // Its sidecar has to change the disk too.
        rig.drop_file("نور/39.meta.json", "{\"source\": \"وكالة نور\"}");
        eventually("intake is paused", || health(&rig).contains("No space left"));
        assert_eq!(daemon.ended(), None);
        disk.remount("size=8m");
        eventually("all are put away", || rig.stored() == 40 && rig.files("data/work").is_empty());
        assert_eq!(daemon.stop(), 0);
        let (sidecars, files): (Vec<_>, Vec<_>) =
            rig.files("data/archive").into_iter().partition(|f| f.to_string_lossy().ends_with(".meta.json"));
        assert_eq!(sidecars.len(), 1);
        let mut kept: Vec<Vec<u8>> = files.iter().map(|f| rig::read(f)).collect();
        let mut sent: Vec<Vec<u8>> = (0..40).map(|n| article(n).into_bytes()).collect();
        kept.sort();
        sent.sort();
        assert_eq!(kept, sent, "copies are what was sent, to the byte, and once each");
    });
}

/// A daemon that is started where nothing can be made; in the end there is room.
fn start_without_room(below: &str, size: &str, told: &str) {
    let rig = Rig::with("work = \"work\"");
    on_disk(&rig, below, size, |disk| {
        let full = fs::write(rig.path(below).join("ballast"), vec![1; 4 << 20]);
        assert!(full.is_err(), "the disk is larger than the ballast");
        rig.drop_file("نور/1.txt", article(1));
        let once = rig.wirefold(&["run", "--once"]);
        assert_eq!(once.status.code(), Some(3), "who waits for the end of a command is told at once");
        let mut daemon = rig.start_unready("");
        eventually("the pause is told", || rig.log().contains(told));
        if below != "data" {
            assert!(status(&rig).contains(told), "{}", status(&rig));
        }
        assert_eq!(daemon.ended(), None, "the daemon lives: {}", rig.log());
        disk.remount("size=64m,nr_inodes=1000");
        eventually("it begins by itself", || rig.stored() == 1 && rig.files("inbox").is_empty());
        assert!(!health(&rig).contains("paused"), "{}", health(&rig));
        assert_eq!(daemon.stop(), 0);
    });
}

#[test]
fn a_store_that_cannot_be_made_at_the_start() {
    start_without_room("data", "size=64k,nr_inodes=1000", "the disk of data is full");
    // Room for no file: not even for the lock.
    start_without_room("data", "size=1m,nr_inodes=2", "the disk of data is full");
}

#[test]
fn an_archive_without_room_at_the_start() {
    start_without_room("data/archive", "size=64k,nr_inodes=2", "the disk of data/archive is full");
}

#[test]
fn what_a_person_has_to_mend_is_not_waited_for_on_a_full_disk() {
    // The work folder is on another file system than the inbox.
    let rig = Rig::new();
    on_disk(&rig, "data", "size=64k", |_| {
        assert!(fs::write(rig.path("data/ballast"), vec![1; 1 << 20]).is_err());
        let ended = rig.wirefold(&["run"]);
        assert_eq!(ended.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&ended.stderr).contains("set inbox.work"));
    });
}

#[test]
fn a_store_whose_disk_is_full_at_the_next_start() {
    let rig = Rig::with("work = \"work\"");
    on_disk(&rig, "data", "size=4m", |disk| {
        rig.drop_file("نور/0.txt", article(0));
        assert_eq!(rig.once(), 0);
        rig.drop_file("نور/1.txt", article(1));
        let mut ballast = File::create(rig.path("data/ballast")).unwrap();
        while ballast.write_all(&[1; 4096]).is_ok() {}
        let mut daemon = rig.start_unready("");
        eventually("status says why", || status(&rig).contains("intake is paused: the disk of data is full"));
        assert_eq!(daemon.ended(), None, "the daemon lives: {}", rig.log());
        disk.remount("size=64m");
        eventually("it goes on by itself", || rig.stored() == 2 && rig.files("inbox").is_empty());
        assert_eq!(daemon.stop(), 0);
    });
}

#[test]
fn a_daemon_that_waits_for_room_can_be_stopped() {
    let rig = Rig::with("work = \"work\"");
    on_disk(&rig, "data", "size=64k", |_| {
        assert!(fs::write(rig.path("data/ballast"), vec![1; 1 << 20]).is_err());
        let daemon = rig.start_unready("");
        eventually("the pause is told", || rig.log().contains("is full"));
        assert_eq!(daemon.stop(), 0);
    });
}

/// Fills the disk that the inbox, the store and all folders are on: with bytes, but for a little, or with files.
fn fill(rig: &Rig, by_files: bool, random: &mut Random) {
    fs::create_dir(rig.path("ballast")).unwrap();
    if by_files {
        let made = (0..100_000).take_while(|n| File::create(rig.path(&format!("ballast/{n}"))).is_ok()).count();
        assert!(made < 100_000, "the disk has no limit of files");
        return;
    }
    let mut ballast = File::create(rig.path("ballast/bytes")).unwrap();
    while ballast.write_all(&[1; 4096]).is_ok() {}
    let full = ballast.metadata().unwrap().len();
    ballast.set_len(full.saturating_sub(random.below(48 << 10))).unwrap();
}

/// The disk is full with files in the inbox that must be taken; in the end there is room again, after a kill in some.
fn episode(n: usize, rig: &Rig, daemon: &mut rig::Daemon, sent: &mut Vec<Sent>, random: &mut Random, account: &mut Account) {
    let (by_files, killed) = (n % 2 == 1, n % 5 >= 3);
    let pauses = || rig.log().matches("intake paused").count();
    let before = pauses();
    // Without room in its journal that the store has already.
    rig.sql().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    daemon.signal("STOP");
    (0..30).for_each(|m| sent.push(Sent::article(rig, &format!("نور/{n}-{m}.txt"), 1000 + n * 100 + m)));
    fill(rig, by_files, random);
    daemon.signal("CONT");
    eventually("intake is paused", || pauses() > before || daemon.ended().is_some());
    account.amiss(daemon.ended().is_some(), format!("a full disk ended the daemon: {}", rig.log()));
    account.injected("disks full", rig.log().contains(if by_files { "No space left" } else { "full" }), &rig.log());
    if killed {
        daemon.0.kill().unwrap();
        daemon.0.wait().unwrap();
    }
    fs::remove_dir_all(rig.path("ballast")).unwrap();
    if killed {
        account.injected("kills while the disk is full", true, "kill -9");
        *daemon = rig.start();
    }
    eventually("it goes on by itself", || rig.files("inbox").is_empty() && rig.files("data/work").is_empty());
}

fn episodes(episodes: usize, account: &mut Account) {
    let mut random = Random::seeded();
    let root = tempfile::tempdir().unwrap();
    let Some(_disk) = Disk::mount(root.path(), "size=24m,nr_inodes=4000") else {
        println!("skipped: this process may not mount a file system");
        account.skipped += 1;
        return;
    };
    let rig = Rig::on(root.path(), "batch_files = 4");
    let mut sent = account::send(&rig);
    let mut daemon = rig.start();
    (0..episodes).for_each(|n| episode(n, &rig, &mut daemon, &mut sent, &mut random, account));
    account.check(&rig, &sent, daemon.stop() == 0, "full disks");
}

#[test]
fn full_disks_lose_and_double_nothing() {
    let mut account = Account::default();
    episodes(5, &mut account);
    account.settle_unless_skipped();
}
