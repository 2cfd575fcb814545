//! Notices are a hint, the scan is the truth: whatever happens to the notices and to the inbox itself, files are found.

mod rig;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use rig::{Rig, article, eventually};
use serde_json::Value;

fn status(rig: &Rig) -> Value {
    rig.json(&["status"]).remove(0)
}

#[test]
fn the_inbox_may_be_deleted_renamed_and_made_again() {
    let rig = Rig::with("rescan_seconds = 0.5");
    let daemon = rig.start();
    rig.drop_file("a.txt", article(1));
    eventually("the first is stored", || rig.stored() == 1);
    std::fs::remove_dir_all(rig.path("inbox")).unwrap();
    eventually("the pause is told", || status(&rig)["health"].as_str().unwrap().contains("the inbox is gone"));
    rig.drop_file("وادي/b.txt", article(2));
    eventually("intake resumes in the new inbox", || rig.stored() == 2);
    assert!(!status(&rig)["health"].as_str().unwrap().contains("paused"));
    // Renamed, and another one put in its place before anybody looks.
    std::fs::rename(rig.path("inbox"), rig.path("inbox.old")).unwrap();
    std::fs::create_dir(rig.path("inbox")).unwrap();
    rig.drop_file("c.txt", article(3));
    eventually("the folder that has the name now is the inbox", || rig.stored() == 3);
    std::fs::write(rig.path("inbox.old/d.txt"), article(4)).unwrap();
    rig.drop_file("e.txt", article(5));
    eventually("later files come in", || rig.stored() == 4);
    assert!(rig.path("inbox.old/d.txt").exists(), "what was renamed away is no inbox");
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_pause_is_logged_once_and_in_one_line() {
    let rig = Rig::with("rescan_seconds = 0.5");
    let daemon = rig.start();
    std::fs::remove_dir_all(rig.path("inbox")).unwrap();
    eventually("the pause is told", || status(&rig)["health"].as_str().unwrap().contains("the inbox is gone"));
    std::thread::sleep(std::time::Duration::from_millis(3500));
    let log = rig.log();
    assert_eq!(log.matches("intake paused").count(), 1, "it is tried every second: {log}");
    assert!(log.lines().all(|line| line.contains("INFO") || line.contains("WARN") || line.contains("ERROR")), "{log}");
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_folder_that_cannot_be_read_is_told_of_once_and_an_inbox_that_cannot_pauses_intake() {
    let mode = |rig: &Rig, below: &str, mode: u32| {
        std::fs::set_permissions(rig.path(below), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    let rig = Rig::with("rescan_seconds = 0.5");
    std::fs::create_dir_all(rig.path("inbox/closed")).unwrap();
    let daemon = rig.start_as_nobody();
    mode(&rig, "inbox/closed", 0);
    eventually("status tells it", || {
        status(&rig)["hindered"].as_str().is_some_and(|what| what.contains("inbox/closed: Permission denied"))
    });
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(rig.log().matches("part of the inbox cannot be read").count(), 1, "{}", rig.log());
    mode(&rig, "inbox/closed", 0o755);
    eventually("it is over", || status(&rig)["hindered"].is_null());
    mode(&rig, "inbox", 0);
    eventually("the pause is told", || status(&rig)["health"].as_str().unwrap().contains("cannot look into the inbox inbox"));
    mode(&rig, "inbox", 0o777);
    rig.drop_file("a.txt", article(1));
    eventually("intake resumes", || rig.stored() == 1);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn intake_resumes_when_it_said_that_it_tries_again() {
    // However seldom it looks otherwise.
    let rig = Rig::with("rescan_seconds = 86400.0");
    let daemon = rig.start();
    std::fs::remove_dir_all(rig.path("inbox")).unwrap();
    eventually("it was tried again in vain", || rig.log().matches("retry_in").count() >= 2);
    rig.drop_file("a.txt", article(1));
    eventually("intake resumes in the new inbox", || rig.stored() == 1);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn without_notices_files_are_found_by_looking() {
    let rig = Rig::with("watch = \"poll\"\npoll_seconds = 0.1\nrescan_seconds = 3600.0");
    let daemon = rig.start();
    eventually("polling is told", || status(&rig)["polling"].as_str().is_some_and(|why| why.contains("inbox.watch")));
    rig.drop_file("deep/er/a.txt", article(1));
    eventually("the file is found", || rig.stored() == 1);
    drop(daemon);
}

#[test]
fn where_no_more_folders_can_be_watched_the_inbox_is_polled() {
    let rig = Rig::with("poll_seconds = 0.1\nrescan_seconds = 3600.0");
    // A limit of its own, for the daemon alone.
    let limited = "echo 8 > /proc/sys/user/max_inotify_watches && exec \"$0\" --config wirefold.toml run 2> log";
    let mut command = std::process::Command::new("unshare");
    command.args(["-Ur", "sh", "-c", limited]).arg(assert_cmd::cargo::cargo_bin("wirefold")).current_dir(rig.path(""));
    let mut daemon = rig::Daemon(command.spawn().unwrap());
    let mut ended = None;
    eventually("it is ready, or not allowed", || {
        ended = daemon.ended();
        ended.is_some() || rig.log().contains("ready")
    });
    if ended.is_some() {
        eprintln!("skipped: this process may not set a limit of its own");
        return;
    }
    assert_eq!(status(&rig)["polling"], Value::Null);
    for n in 0..20 {
        rig.drop_file(&format!("new-{n}/a.txt"), article(n));
    }
    eventually("polling is told", || status(&rig)["polling"].as_str().is_some_and(|why| why.contains("max_user_watches")));
    eventually("files in folders that nobody watches are found", || rig.stored() == 20);
    rig.drop_file("new-19/b.txt", article(20));
    eventually("also later", || rig.stored() == 21);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn with_notices_alone_files_are_found_too() {
    let rig = Rig::with("rescan_seconds = 86400.0");
    let daemon = rig.start();
    for n in 0..20 {
        rig.drop_file(&format!("new-{n}/deep/{n}.txt"), article(n));
    }
    eventually("files in new folders are found", || rig.stored() == 20);
    assert_eq!(status(&rig)["polling"], Value::Null);
    std::fs::remove_dir_all(rig.path("inbox")).unwrap();
    eventually("the pause is told", || status(&rig)["health"].as_str().unwrap().contains("the inbox is gone"));
    rig.drop_file("resumed.txt", article(20));
    eventually("a file in the new inbox is found", || rig.stored() == 21 && rig.files("data/work").is_empty());
    let quiet = rig.log().len();
    rig.drop_file("noticed.txt", article(21));
    eventually("the new inbox is watched", || rig.stored() == 22 && rig.log().len() > quiet);
    drop(daemon);
}

#[test]
fn a_watcher_that_reports_no_probe_is_replaced_by_polling_and_then_by_another() {
    let rig = Rig::with("rescan_seconds = 0.5\npoll_seconds = 0.1");
    let daemon = rig.start();
    eventually("the control folder is there", || rig.path("data/work").join(".notices/probe").exists());
    // The watch is on the folder that is renamed away here: probes go unreported, as with a watcher whose thread has died.
    std::fs::rename(rig.path("data/work").join(".notices"), rig.path("data/elsewhere")).unwrap();
    std::fs::create_dir(rig.path("data/work").join(".notices")).unwrap();
    eventually("the loss is noticed", || rig.log().contains("did not report a probe file"));
    rig.drop_file("a.txt", article(1));
    eventually("the file is found", || rig.stored() == 1);
    let state = || wirefold::daemon::State::read(&rig.path("data/wirefold.db")).unwrap_or_default();
    eventually("another watcher is at work", || state().watchers_lost > 0 && state().polling.is_none());
    drop(daemon);
}

#[test]
fn a_file_that_comes_while_others_are_taken_is_not_forgotten() {
    let rig = Rig::with("rescan_seconds = 86400.0\nbatch_files = 1\nafter = \"keep\"");
    (0..60).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    let daemon = rig.start();
    eventually("the first are stored", || rig.stored() >= 5);
    rig.drop_file("zz.txt", article(60));
    eventually("the last one is stored too", || rig.stored() == 61);
    drop(daemon);
}

#[test]
fn files_behind_more_than_are_looked_at_at_a_time_are_taken() {
    let rig = Rig::new();
    // Links are not followed; they stay where they are. So many that no part of the inbox has any file but these.
    for n in 0..10_050 {
        if n % 1000 == 0 {
            std::fs::create_dir_all(rig.path(&format!("inbox/وصلات/{}", n / 1000))).unwrap();
        }
        std::os::unix::fs::symlink("/nowhere", rig.path(&format!("inbox/وصلات/{}/{n:05}", n / 1000))).unwrap();
    }
    rig.drop_file("و.txt", article(0));
    rig.drop_file("ي/last.txt", article(1));
    rig.drop_file("first.txt", article(2));
    assert_eq!(rig.once(), 1, "links are rejected, and with them it ends");
    assert_eq!((rig.stored(), rig.outcomes()["rejected"]), (3, 10_050), "each link once");
    let daemon = rig.start();
    rig.drop_file("ي/later.txt", article(3));
    eventually("a later one at the end is taken", || rig.stored() == 4);
    rig.drop_file("earlier.txt", article(4));
    eventually("and one at the begin", || rig.stored() == 5);
    assert_eq!(daemon.stop(), 0);
    assert_eq!(rig.outcomes()["rejected"], 10_050);
}

/// When the inbox was last looked at, as `/health` says.
fn last_scan(rig: &Rig) -> Value {
    let mut stream = UnixStream::connect(rig.path("data/wirefold.db.health")).unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<Value>(body).unwrap()["last_scan"].take()
}

#[test]
fn where_nothing_of_more_than_is_looked_at_at_a_time_can_be_taken_the_daemon_rests() {
    let rig = Rig::new();
    for n in 0..10_050 {
        rig.drop_file(&format!("locked/{n}.txt"), "x");
    }
    let locked = |sign: &str| {
        let done = std::process::Command::new("chattr").arg(format!("{sign}a")).arg(rig.path("inbox/locked")).output();
        done.is_ok_and(|o| o.status.success())
    };
    if !locked("+") {
        eprintln!("skipped: chattr does not work here");
        return;
    }
    let daemon = rig.start();
    eventually("what cannot be taken is told", || rig.log().contains("stay in the inbox"));
    eventually("the inbox is left alone for three seconds", || {
        let before = last_scan(&rig);
        std::thread::sleep(std::time::Duration::from_secs(3));
        last_scan(&rig) == before
    });
    rig.drop_file("first.txt", article(0));
    rig.drop_file("z/last.txt", article(1));
    eventually("others are taken", || rig.stored() == 2);
    assert_eq!(rig.log().matches("stay in the inbox").count(), 1, "there may be a million, told once");
    assert!(locked("-"));
    assert_eq!(daemon.stop(), 0);
}
