//! System calls that are refused, slow, give less than was asked for, or are the last one: what comes of it is what is promised.

mod rig;

use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use rig::account::{self, Account, Random, Sent, run_for};
use rig::strace::{self, Traced, trace, traced};
use rig::{Rig, article, eventually, shim};
use rusqlite::Connection;

#[test]
fn where_no_watcher_can_be_had_the_inbox_is_polled() {
    let rig = Rig::with("poll_seconds = 0.1\nrescan_seconds = 3600.0");
    if !strace::is_here() {
        return;
    }
    let daemon = Traced::start(&rig, "inotify_init1", "error=EMFILE");
    assert!(trace(&rig).contains("EMFILE"), "{}", trace(&rig));
    let polling = || rig.json(&["status"])[0]["polling"].as_str().unwrap_or_default().to_owned();
    eventually("the sysctl is named", || polling().contains("raise sysctl fs.inotify.max_user_instances"));
    rig.drop_file("new/a.txt", article(1));
    eventually("the file is found", || rig.stored() == 1);
    assert_eq!(rig.log().matches("max_user_instances").count(), 1, "{}", rig.log());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn on_a_disk_that_takes_a_tenth_of_a_second_for_each_flush_files_wait_in_the_inbox() {
    const FILES: usize = 24;
    const BATCH: usize = 6;
    let rig = Rig::with(&format!("batch_files = {BATCH}"));
    if !strace::is_here() {
        return;
    }
    let daemon = Traced::start(&rig, "fsync,fdatasync", "delay_enter=100000");
    let before = daemon.peak();
    (0..FILES / 2).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    let mut most = 0;
    let mut taken = |rig: &Rig| most = most.max(rig.files("data/work").len());
    eventually("the first are stored", || {
        taken(&rig);
        rig.stored() >= BATCH as u32
    });
    (FILES / 2..FILES).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    eventually("all are stored and kept", || {
        taken(&rig);
        rig.stored() == FILES as u32 && rig.files("data/archive").len() == FILES
    });
    assert!((1..=BATCH).contains(&most), "{most} files were out of the inbox at a time");
    assert!(daemon.peak() - before < 64 << 10, "{} kB more", daemon.peak() - before);
    assert_eq!(daemon.stop(), 0);
    let calls = trace(&rig);
    assert!(calls.contains("(DELAYED)"), "{calls}");
    let of = |what: &str| calls.lines().filter(|line| line.contains(what) && line.contains("sync(")).count();
    assert!(of(".txt>") == FILES, "each file is flushed: {calls}");
    assert!(of("wirefold.db-wal") < FILES, "the store is flushed for each batch, not for each file: {calls}");
    assert_eq!(rig.outcomes(), [("stored".to_owned(), FILES as u32)].into());
}

#[test]
fn a_system_that_reads_and_writes_by_parts_and_is_interrupted_changes_nothing() {
    let rig = Rig::with("batch_files = 4");
    let Some(library) = shim::compiled("short", &rig.path("")) else { return };
    let mut sent = account::send(&rig);
    let long = format!("<html><body><article><h1>The long day of Orun</h1><p>{}</p></article></body></html>", article(900).repeat(300));
    sent.push(Sent::new(&rig, "long.html", long, &["stored"], 1));
    let ended = run_for(rig.command(&["run", "--once"]).env("LD_PRELOAD", &library).env("SHORT_COUNT", rig.path("count")));
    let mut account = Account::default();
    let cut = std::fs::metadata(rig.path("count")).map_or(0, |meta| meta.len());
    account.injected("reads and writes that were cut", cut >= 64, &format!("{cut}"));
    account.amiss(!rig.outcomes().contains_key("stored"), "nothing is stored");
    let text: String = rig.sql().query_row("SELECT text FROM articles ORDER BY length(text) DESC LIMIT 1", [], |r| r.get(0)).unwrap();
    account.amiss(text.matches("The council of Orun").count() != 300, "the long one is not whole");
    account.check(&rig, &sent, ended.and_then(|status| status.code()).is_some_and(|code| code <= 1), "short reads");
    account.settle();
}

/// The schemas, in order, as the program has them.
const SCHEMAS: &[&str] = &[
    include_str!("../src/store/schema.sql"),
    include_str!("../src/store/schema2.sql"),
    include_str!("../src/store/schema3.sql"),
    include_str!("../src/store/schema4.sql"),
    include_str!("../src/store/schema5.sql"),
    include_str!("../src/store/schema_edits.sql"),
    include_str!("../src/store/schema_notes.sql"),
    include_str!("../src/store/schema_hooks.sql"),
    include_str!("../src/store/schema_lists.sql"),
    include_str!("../src/store/schema_amended.sql"),
    include_str!("../src/store/schema_early.sql"),
    include_str!("../src/store/schema_items.sql"),
    include_str!("../src/store/schema_sums.sql"),
];

/// A store as the first program wrote it, or a later one.
fn store_of(path: &Path, version: usize) -> Connection {
    let store = Connection::open(path).unwrap();
    wirefold::store::sums::teach(&store).unwrap();
    store.execute_batch("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL").unwrap();
    SCHEMAS[..version].iter().for_each(|sql| store.execute_batch(sql).unwrap());
    store.pragma_update(None, "user_version", version as u32).unwrap();
    store
}

fn version_of(store: &Connection) -> usize {
    store.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0)).unwrap() as usize
}

/// What a store is made of.
fn made_of(store: &Connection) -> Vec<String> {
    let mut query = store.prepare("SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_master ORDER BY 1").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A rig with a store that the first program wrote, with a file in it.
fn old_store() -> Rig {
    let rig = Rig::new();
    std::fs::create_dir_all(rig.path("data")).unwrap();
    let old = store_of(&rig.path("data/wirefold.db"), 1);
    old.execute_batch(
        "INSERT INTO files (path, path_raw, size, received, outcome, archived) VALUES ('inbox/old.bin', x'6f6c64', 3, 1, 'rejected', 1);
         INSERT INTO rejects VALUES (1, NULL, 'is no text')",
    )
    .unwrap();
    rig
}

/// How often the first thread makes a call until the store is open: before the index of search is made, and before the log is written back, which
/// comes now sooner, now later.
fn calls_of_migration(call: &str) -> u64 {
    let rig = old_store();
    run_for(&mut traced(&rig, call, "", &["run", "--once"]));
    let trace = trace(&rig);
    let first = trace.split(' ').next().unwrap();
    let is_of_opening = |line: &&str| !line.contains(".search") && !line.contains("wirefold.db>");
    trace.lines().take_while(is_of_opening).filter(|line| line.starts_with(first)).count() as u64
}

/// Ends the program at the K-th call of a kind, while it opens an old store; the version that is left.
fn killed_in_migration(call: &str, k: u64) -> usize {
    let (rig, what) = (old_store(), format!("{call} {k}"));
    let ended = run_for(&mut traced(&rig, call, &format!("signal=SIGKILL:when={k}"), &["run", "--once"]));
    assert_eq!(ended.and_then(|status| status.signal()), Some(9), "{what}: it was not killed");
    let store = rig.sql();
    let version = version_of(&store);
    let verdict: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok", "{what}");
    assert!([1, SCHEMAS.len()].contains(&version), "{what}: neither old nor new, but version {version}");
    assert_eq!(made_of(&store), made_of(&store_of(&rig.path("whole.db"), version)), "{what}: version {version} is not whole");
    drop(store);
    rig.drop_file("new.txt", article(1));
    rig.once();
    assert_eq!((version_of(&rig.sql()), rig.stored(), rig.ledger().len()), (SCHEMAS.len(), 1, 2), "{what}: it opens, with what it held");
    version
}

#[test]
fn a_migration_that_is_killed_leaves_the_old_store_or_the_new_one() {
    if !strace::is_here() {
        return;
    }
    let (mut random, mut left) = (Random::seeded(), Vec::new());
    let (writes, syncs) = (calls_of_migration("pwrite64"), calls_of_migration("fsync"));
    for part in 0..5 {
        left.push(killed_in_migration("pwrite64", 1 + part * writes / 5 + random.below(writes / 5)));
    }
    left.extend([syncs - 1, syncs].map(|k| killed_in_migration("fsync", k)));
    println!("versions that were left: {left:?}, of {writes} writes and {syncs} syncs");
    assert!(left.iter().filter(|version| **version == 1).count() >= 3, "the migration was not met: {left:?}");
}
