//! A backup is whole whatever the daemon does, and the way back from it loses nothing.

mod rig;

use rig::{Rig, article, eventually};

/// Titles of the articles of a store, and the ids that were given.
fn articles(rig: &Rig) -> Vec<String> {
    let mut articles: Vec<String> =
        rig.json(&["export", "articles"]).iter().map(|a| format!("{} {} {}", a["title"], a["article"], a["source"])).collect();
    articles.sort();
    articles
}

#[test]
fn a_backup_is_made_while_the_daemon_writes() {
    let rig = Rig::new();
    let daemon = rig.start();
    for n in 0..120 {
        rig.drop_file(&format!("وادي/{n}.txt"), article(n));
        if n == 60 {
            eventually("some are stored", || rig.stored() > 0);
            let done = rig.wirefold(&["backup", "copy.db"]);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
    }
    eventually("all are stored", || rig.stored() == 120);
    assert_eq!(daemon.stop(), 0);
    let copied = wirefold::store::backup::examine(&rig.path("copy.db")).unwrap();
    assert!((1..=120).contains(&copied.articles), "{copied:?}");
    assert!(!rig.json(&["status"])[0]["totals"]["last_backup"].is_null(), "the store knows of it");
    let again = rig.wirefold(&["backup", "copy.db"]);
    assert_eq!(again.status.code(), Some(3), "a backup is never written over");
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(said.contains("copy.db already") && said.contains("hint: give the backup another name"), "{said}");
    assert!(said.contains("or remove what is there first") && !said.contains("--db"), "{said}");
}

#[test]
fn after_a_restore_what_came_since_is_taken_again() {
    let rig = Rig::new();
    (0..10).for_each(|n| rig.drop_file(&format!("وكالة نور/{n}.txt"), article(n)));
    rig.once();
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    (10..20).for_each(|n| rig.drop_file(&format!("وكالة نور/{n}.txt"), article(n)));
    rig.drop_file("b.txt", "no header here\n");
    rig.drop_file("b.meta.json", "{\"source\": \"Orun Post\"}");
    rig.once();
    let before = articles(&rig);
    assert!(before.iter().any(|a| a.ends_with("\"Orun Post\"")), "{before:?}");
    std::fs::write(rig.path("data/wirefold.db"), "a disk that forgot".repeat(1000)).unwrap();
    let broken = rig.wirefold(&["run", "--once"]);
    assert_eq!(broken.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("wirefold restore"), "{}", String::from_utf8_lossy(&broken.stderr));
    let restored = rig.wirefold(&["restore", "copy.db"]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    assert!(String::from_utf8_lossy(&restored.stdout).contains("11 newer originals"), "{}", String::from_utf8_lossy(&restored.stdout));
    rig.once();
    assert_eq!(articles(&rig), before, "the same articles under the same ids, from the same sources");
    assert_eq!(rig.outcomes(), [("stored".to_owned(), 21)].into(), "none is a second delivery");
}

#[test]
fn a_restore_that_is_killed_forgets_nothing_and_can_be_given_again() {
    let rig = Rig::new();
    (0..10).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    rig.once();
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    (10..20).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    rig.once();
    let before = articles(&rig);
    let killed = rig.command(&["restore", "copy.db"]).env("WIREFOLD_CRASH_AT", "restore_returned").output().unwrap();
    assert!(!killed.status.success());
    rig.once();
    assert_eq!(articles(&rig), before, "the store that is there still knows all");
    for _ in 0..2 {
        let again = rig.wirefold(&["restore", "copy.db"]);
        assert!(again.status.success(), "within a second too: {}", String::from_utf8_lossy(&again.stderr));
    }
    assert_eq!(articles(&rig).len(), 10);
    rig.once();
    assert_eq!(articles(&rig), before);
}

#[test]
fn a_journal_that_a_killed_restore_left_changes_nothing() {
    let rig = Rig::new();
    (0..5).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    rig.once();
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    let before = articles(&rig);
    let (part, journal) = (rig.path("data/wirefold.db.restoring"), rig.path("data/wirefold.db.restoring-wal"));
    std::fs::copy(rig.path("copy.db"), &part).unwrap();
    let store = rusqlite::Connection::open(&part).unwrap();
    store.pragma_update(None, "journal_mode", "WAL").unwrap();
    wirefold::store::sums::teach(&store).unwrap();
    store.execute("UPDATE articles SET title = 'of another copy'", []).unwrap();
    let left = std::fs::read(&journal).unwrap();
    drop(store);
    std::fs::write(&journal, left).unwrap();
    assert!(rig.wirefold(&["restore", "copy.db"]).status.success());
    assert_eq!(articles(&rig), before);
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let rig = Rig::new();
    (0..20).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    rig.once();
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    let mut bytes = rig::read(&rig.path("copy.db"));
    // A page is 16 kB, and not all of it may be in use.
    let (from, to) = (bytes.len() / 2, bytes.len() / 2 + 65_536);
    bytes[from..to].fill(0x5a);
    std::fs::write(rig.path("copy.db"), bytes).unwrap();
    let refused = rig.wirefold(&["restore", "copy.db"]);
    assert_eq!(refused.status.code(), Some(3), "{}", String::from_utf8_lossy(&refused.stdout));
    assert_eq!(rig.stored(), 20, "the store was left alone");
}

#[test]
fn originals_expire_only_when_old_archived_and_in_a_backup() {
    let rig = Rig::with("[archive]\nkeep_days = 30");
    rig.drop_file("old.txt", article(1));
    rig.drop_file("noise.txt", [0u8, 1, 2, 3, 0, 255, 0, 0, 7]);
    rig.once();
    let age = || rig.sql().execute("UPDATE files SET received = received - 20 * 86400000000", []).unwrap();
    age();
    rig.drop_file("between.txt", article(3));
    rig.once();
    age();
    rig.once();
    let kept = || {
        let name = |path: &std::path::PathBuf| path.to_string_lossy().rsplit('-').next().unwrap().to_owned();
        rig.files("data/archive").iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(kept().len(), 2, "no backup has it");
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    rig.drop_file("young.txt", article(2));
    rig.once();
    assert_eq!(kept().len(), 2, "the old one is gone, the younger ones stay: {:?}", kept());
    age();
    rig.drop_file("late.txt", article(4));
    rig.once();
    age();
    rig.once();
    assert_eq!(kept(), ["young.txt", "late.txt"], "old by now, but the backup is older");
    assert_eq!(rig.files("data/quarantine").len(), 1, "what was refused is kept");
    assert_eq!((rig.stored(), &rig.json(&["status"])[0]["totals"]["original_missing"]), (4, &0.into()));
}

#[test]
fn an_original_that_is_nowhere_raises_an_alarm() {
    let rig = Rig::new();
    rig.drop_file("a.txt", article(1));
    rig.once();
    let archived = rig.files("data/archive").remove(0);
    rig.sql().execute("UPDATE files SET archived = 0", []).unwrap();
    rig.once();
    let missing = || rig.json(&["status"])[0]["totals"]["original_missing"].as_u64();
    assert_eq!(missing(), Some(0), "found in the archive, and noted");
    rig.sql().execute("UPDATE files SET archived = 0", []).unwrap();
    std::fs::rename(&archived, rig.path("away")).unwrap();
    rig.once();
    assert_eq!(missing(), Some(1));
    assert!(String::from_utf8_lossy(&rig.wirefold(&["status"]).stdout).contains("ALARM"));
    std::fs::rename(rig.path("away"), &archived).unwrap();
    rig.once();
    assert_eq!(missing(), Some(0), "put back by hand, it is found");
}
