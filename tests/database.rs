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
