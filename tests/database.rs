//! What others do to the store: they keep it open, damage it, or wrote it with a newer program. Nothing is lost, and it is told.

mod rig;

use std::os::unix::fs::FileExt;
use std::process::Output;

use rig::{Rig, article, eventually, read};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Files with long articles, so that the store has many pages.
fn drop_files(rig: &Rig, numbers: std::ops::Range<usize>) {
    numbers.for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n).repeat(200)));
}

#[test]
fn a_reader_that_never_ends_holds_up_nobody() {
    let rig = Rig::with("batch_files = 10");
    let daemon = rig.start();
    drop_files(&rig, 0..10);
    eventually("the first are stored", || rig.stored() == 10);
    let reader = rig.sql();
    reader.execute_batch("BEGIN; SELECT count(*) FROM articles").unwrap();
    drop_files(&rig, 10..60);
    eventually("others are stored meanwhile", || rig.stored() == 60);
    let seen: u32 = reader.query_row("SELECT count(*) FROM articles", [], |r| r.get(0)).unwrap();
    assert_eq!(seen, 10, "it held its view all the time");
    // As it would be after a day. SQLite passes over what it did not write.
    let log = std::fs::File::options().write(true).open(rig.path("data/wirefold.db-wal")).unwrap();
    log.set_len(300 << 20).unwrap();
    drop_files(&rig, 60..62);
    eventually("and also then", || rig.stored() == 62);
    let told = || rig.log().matches("the log of the store has grown").count();
    eventually("it is told", || told() > 0);
    assert_eq!(told(), 1, "{}", rig.log());
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_damaged_store_is_left_alone_and_told_of() {
    let rig = Rig::new();
    drop_files(&rig, 0..20);
    rig.once();
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    let path = rig.path("data/wirefold.db");
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let length = file.metadata().unwrap().len();
    for page in 1..length / 16384 {
        file.write_all_at(&[0xff; 4096], page * 16384).unwrap();
    }
    let damaged = read(&path);
    drop_files(&rig, 20..21);
    let refused = rig.wirefold(&["run"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("wirefold restore BACKUP"), "{}", said(&refused));
    assert!(read(&path) == damaged, "the file was left as it was");
    assert!(rig.path("inbox/20.txt").exists(), "nothing was taken");
    assert!(rig.wirefold(&["restore", "copy.db"]).status.success());
    rig.once();
    assert_eq!((rig.stored(), rig.files("data/archive").len()), (21, 21));
}

#[test]
fn a_store_that_is_damaged_while_the_daemon_runs_ends_it() {
    let rig = Rig::new();
    drop_files(&rig, 0..20);
    rig.once();
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    let mut daemon = rig.start();
    let path = rig.path("data/wirefold.db");
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    for page in 1..file.metadata().unwrap().len() / 16384 {
        file.write_all_at(&[0xff; 16384], page * 16384).unwrap();
    }
    drop_files(&rig, 20..21);
    eventually("the daemon ends", || daemon.ended().is_some());
    assert_eq!(daemon.ended(), Some(3), "{}", rig.log());
    assert!(rig.log().contains("wirefold restore BACKUP"), "{}", rig.log());
    assert!(rig.wirefold(&["restore", "copy.db"]).status.success());
    rig.once();
    assert_eq!((rig.stored(), rig.files("data/archive").len()), (21, 21), "{}", rig.log());
}

#[test]
fn a_store_of_a_newer_program_is_left_alone() {
    let rig = Rig::new();
    drop_files(&rig, 0..1);
    rig.once();
    rig.sql().pragma_update(None, "user_version", 999).unwrap();
    let before = read(&rig.path("data/wirefold.db"));
    drop_files(&rig, 1..2);
    let refused = rig.wirefold(&["run"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("schema version 999"), "{}", said(&refused));
    assert!(read(&rig.path("data/wirefold.db")) == before && rig.path("inbox/1.txt").exists());
}

#[test]
fn the_shared_memory_that_a_killed_daemon_left_may_be_lost() {
    let rig = Rig::new();
    let mut daemon = rig.start();
    drop_files(&rig, 0..20);
    eventually("all are stored", || rig.stored() == 20 && rig.files("data/work").is_empty());
    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    assert!(rig.path("data/wirefold.db-wal").metadata().unwrap().len() > 0);
    std::fs::remove_file(rig.path("data/wirefold.db-shm")).unwrap();
    drop_files(&rig, 20..21);
    rig.once();
    assert_eq!((rig.stored(), rig.files("data/archive").len()), (21, 21));
    let verdict: String = rig.sql().query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

/// Flips a bit of a file, in so many hundredths of its length.
fn flip(path: &std::path::Path, hundredths: u64) {
    let file = std::fs::File::options().read(true).write(true).open(path).unwrap();
    let (at, mut byte) = (file.metadata().unwrap().len() * hundredths / 100, [0]);
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 16], at).unwrap();
}

#[test]
fn what_a_damaged_log_lost_is_taken_again_from_the_archive() {
    for hundredths in [10, 45, 70, 99] {
        let rig = Rig::new();
        let mut daemon = rig.start();
        for part in 0..3 {
            drop_files(&rig, part * 4..part * 4 + 4);
            eventually("they are kept", || rig.files("data/archive").len() == part * 4 + 4 && rig.stored() as usize == part * 4 + 4);
        }
        daemon.0.kill().unwrap();
        daemon.0.wait().unwrap();
        flip(&rig.path("data/wirefold.db-wal"), hundredths);
        let daemon = rig.start();
        eventually("all is stored", || rig.stored() == 12);
        eventually("all is kept", || rig.files("data/archive").len() == 12 && rig.files("inbox").is_empty());
        assert_eq!(daemon.stop(), 0);
        assert_eq!(rig.log().matches("the log of the store was damaged").count(), 1, "at {hundredths}: {}", rig.log());
    }
}

#[test]
fn whoever_cannot_take_again_what_a_damaged_log_lost_is_refused() {
    let rig = Rig::new();
    let mut daemon = rig.start();
    for part in 0..3 {
        drop_files(&rig, part * 4..part * 4 + 4);
        eventually("they are stored", || rig.stored() as usize == part * 4 + 4);
    }
    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    flip(&rig.path("data/wirefold.db-wal"), 99);
    let log = read(&rig.path("data/wirefold.db-wal"));
    assert!(rig.wirefold(&["events"]).status.success(), "as after a crash");
    assert!(read(&rig.path("data/wirefold.db-wal")) == log, "who reads leaves what the next daemon takes again");
    flip(&rig.path("data/wirefold.db-wal"), 20);
    for args in [&["events"][..], &["ingest", "inbox"], &["rebuild"], &["backup", "copy.db"], &["check", "--store"]] {
        let refused = rig.wirefold(args);
        assert_eq!(refused.status.code(), Some(3), "{args:?}: {}", said(&refused));
        assert!(said(&refused).contains("`wirefold run` takes it again"), "{args:?}: {}", said(&refused));
    }
}

#[test]
fn an_altered_article_is_named_and_not_shown() {
    let rig = Rig::new();
    drop_files(&rig, 0..3);
    rig.once();
    let whole = rig.wirefold(&["check", "--store"]);
    assert!(whole.status.success() && String::from_utf8_lossy(&whole.stdout).contains("as it was written"), "{}", said(&whole));
    let lines = rig.json(&["export", "articles"]);
    let id = |title: &str| {
        let line = lines.iter().find(|line| line["title"].as_str().unwrap().starts_with(title)).unwrap();
        (line["article"].as_str().unwrap().to_owned(), line["event"].as_str().unwrap().to_owned())
    };
    let ((altered, event), (other, _)) = (id("Bulletin 0"), id("نشرة"));
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    let mut bytes = read(&rig.path("data/wirefold.db"));
    let at = bytes.windows(10).position(|w| w == b"Bulletin 0").unwrap();
    bytes[at + 9] = b'7';
    std::fs::write(rig.path("data/wirefold.db"), bytes).unwrap();
    let ask: [&[&str]; 7] = [
        &["article", &altered],
        &["show", &event],
        &["events"],
        &["export", "articles"],
        &["check", "--store"],
        &["backup", "other.db"],
        &["rebuild"],
    ];
    for args in ask {
        let refused = rig.wirefold(args);
        assert_eq!(refused.status.code(), Some(3), "{args:?}: {}", said(&refused));
        assert!(said(&refused).contains(&format!("article {altered} is not what was stored")), "{args:?}: {}", said(&refused));
        assert!(
            said(&refused).contains("restore BACKUP") && said(&refused).contains("rebuild --from-archive"),
            "{args:?}: {}",
            said(&refused)
        );
        assert!(!String::from_utf8_lossy(&refused.stdout).contains("Bulletin 7"), "{args:?}");
    }
    assert!(rig.wirefold(&["article", &other]).status.success(), "what is told of others does not need it");
    assert!(rig.wirefold(&["restore", "copy.db"]).status.success());
    assert!(rig.wirefold(&["article", &altered]).status.success());
}
