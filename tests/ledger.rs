//! Every file ever seen ends in the ledger with an outcome and a reason, and the sums add up.

mod rig;

use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use rig::{Rig, article, eventually};

/// Rejected as binary data.
const NOISE: &[u8] = &[0, 159, 3, 7, 1, 0, 2, 0, 255, 0, 9, 0, 0, 1];

#[test]
fn seen_is_the_sum_of_the_outcomes() {
    let rig = Rig::new();
    for n in 0..5 {
        rig.drop_file(&format!("مجلس/{n}.txt"), article(n));
    }
    rig.drop_file("again.txt", article(0));
    rig.drop_file("noise.txt", NOISE);
    rig.drop_file("two.jsonl", "{\"title\":\"خط واحد\",\"text\":\"النص سليم هنا\"}\n{\"title\": broken\n");
    assert_eq!(rig.once(), 1);
    rig.drop_file("later.txt", article(9));
    let outcomes = rig.outcomes();
    let expected = [("partial", 1), ("rejected", 1), ("resent", 1), ("stored", 5)].map(|(outcome, n)| (outcome.to_owned(), n));
    assert_eq!(outcomes, expected.into());
    let files = rig.json(&["files"]);
    assert_eq!(files.len(), 9, "eight taken, one waiting");
    let waiting: Vec<_> = files.iter().filter(|f| f["outcome"] == "waiting").collect();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0]["path"].as_str(), waiting[0]["waits_for"].as_str()), (Some("inbox/later.txt"), Some("no wirefold is running")));
    let status = &rig.json(&["status"])[0];
    let sum: u64 = status["totals"]["files"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(sum + status["waiting"].as_u64().unwrap(), 9);
    assert_eq!((&status["totals"]["to_retire"], &status["totals"]["original_missing"]), (&0.into(), &0.into()));
    for line in rig.ledger() {
        assert_eq!(line.rejects.is_empty(), line.outcome != "rejected" && line.outcome != "partial", "{line:?}");
        let original = line.original.unwrap_or_else(|| panic!("{} is kept nowhere", line.path));
        assert!(rig.path(&original).exists() && original.contains(if line.outcome == "rejected" { "quarantine" } else { "archive" }));
    }
    let partial = rig.ledger().into_iter().find(|l| l.outcome == "partial").unwrap();
    assert_eq!(partial.rejects[0].position, Some(1), "a reject says where in the file it is");
}

#[test]
fn a_name_is_kept_to_the_byte() {
    let rig = Rig::new();
    let name = OsStr::from_bytes(b"sub\n\xff/\xd9\x87\x1b[31m\xe2\x80\xae\xfe.txt");
    std::fs::create_dir_all(rig.path("inbox").join(name).parent().unwrap()).unwrap();
    std::fs::write(rig.path("inbox").join(name), article(1)).unwrap();
    rig.once();
    let (raw, original): (Vec<u8>, Vec<u8>) =
        rig.sql().query_row("SELECT path_raw, original FROM files", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    assert_eq!(raw, [b"inbox/", name.as_bytes()].concat());
    let original = rig.path("").join(std::ffi::OsString::from_vec(original));
    assert_eq!(rig::read(&original), article(1).as_bytes());
    assert!(original.as_os_str().as_bytes().ends_with(b"\xd9\x87\x1b[31m\xe2\x80\xae\xfe.txt"));
}

#[test]
fn names_that_clash_are_two_files() {
    let rig = Rig::new();
    for n in 0..3 {
        rig.drop_file("same.txt", article(n));
        rig.once();
    }
    rig.drop_file("a/same.txt", article(3));
    rig.drop_file("b/same.txt", article(4));
    rig.once();
    let mut kept: Vec<Vec<u8>> = rig.files("data/archive").iter().map(|f| rig::read(f)).collect();
    kept.sort();
    let mut sent: Vec<Vec<u8>> = (0..5).map(|n| article(n).into_bytes()).collect();
    sent.sort();
    assert_eq!(kept, sent);
}

#[test]
fn one_text_in_the_folders_of_two_outlets_is_told_of() {
    let text = "Ferry aground off Gull Island\n\nThe ferry Marigold ran aground on a sandbank off Gull Island before dawn on Tuesday.\n";
    let rig = Rig::new();
    for name in ["herald/a.txt", "ساحل/b.txt", "herald/again.txt", "root.txt"] {
        rig.drop_file(name, text);
        rig.once();
    }
    assert_eq!((rig.stored(), rig.outcomes()["resent"]), (1, 3), "bytes that came before bring no article");
    let told: Vec<_> = rig.ledger().into_iter().filter(|l| !l.notes.is_empty()).collect();
    assert!(told.len() == 1 && told[0].path.ends_with("ساحل/b.txt") && told[0].notes[0].contains("inbox/herald/a.txt"), "{told:#?}");
    assert!(String::from_utf8_lossy(&rig.wirefold(&["files"]).stdout).contains("by another folder"));
    for name in ["herald/noise.txt", "ساحل/noise.txt"] {
        rig.drop_file(name, NOISE);
        rig.once();
    }
    let other: Vec<u8> = NOISE.iter().rev().copied().collect();
    ["herald/other.txt", "ساحل/other.txt"].iter().for_each(|name| rig.drop_file(name, &other));
    rig.once();
    assert_eq!(rig.ledger().iter().filter(|l| !l.notes.is_empty()).count(), 1, "what held no article counts for nobody");
}

#[test]
fn a_quarantined_file_is_taken_again_on_demand() {
    let rig = Rig::new();
    rig.drop_file("وكالة/noise.txt", NOISE);
    assert_eq!(rig.once(), 1);
    let nothing = rig.wirefold(&["retry", "inbox/other.txt"]);
    assert_eq!(nothing.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("hint: "));
    // By the path it came in by, and by where it lies.
    for how in ["inbox/وكالة/noise.txt", ""] {
        let lies = rig.ledger()[0].original.clone().unwrap();
        assert!(rig.wirefold(&["retry", if how.is_empty() { &lies } else { how }]).status.success());
        assert!(rig.path("inbox/وكالة/noise.txt").exists(), "under its own name, in its own folder");
        assert_eq!(open(&rig), 1, "as long as it only waits to be taken, its reject is open");
        assert_eq!(rig.once(), 1, "it was read again, not answered `resent`");
        assert_eq!(open(&rig), 1, "the newer reject stands for it");
    }
    assert_eq!(rig.outcomes()["rejected"], 3, "every time that it was taken has its line");
    assert_eq!(rig.files("data/quarantine").len(), 1);
}

#[test]
fn a_file_that_was_repaired_in_the_quarantine_is_no_reject_any_more() {
    let rig = Rig::new();
    rig.drop_file("وكالة/broken.json", "{\"title\": broken");
    assert_eq!(rig.once(), 1);
    let lies = rig.path(&rig.ledger()[0].original.clone().unwrap());
    std::fs::write(&lies, r#"{"title": "Quay repaired", "text": "The quay at Orun is open again after two weeks of works."}"#).unwrap();
    assert!(rig.wirefold(&["retry", "inbox/وكالة/broken.json"]).status.success());
    assert_eq!((rig.once(), rig.stored()), (0, 1));
    assert_eq!((rig.json(&["rejects"]).len(), rig.json(&["files"]).len()), (0, 2));
}

#[test]
fn a_file_that_kills_its_parser_is_quarantined() {
    let rig = Rig::new();
    for n in 0..4 {
        rig.drop_file(&format!("{n}.txt"), article(n));
    }
    rig.drop_file("deadly.txt", "Title: Deadly\n\nA text with hemlock in it.\n");
    let run = || rig.command(&["run", "--once"]).env("WIREFOLD_DEADLY", "hemlock").output().unwrap().status.code();
    assert_eq!([run(), run()], [None, Some(1)], "it ends one daemon, then two processes that stand in for it");
    assert_eq!(rig.stored(), 4, "the others are stored");
    let rejected = rig.ledger().into_iter().find(|l| l.outcome == "rejected").unwrap();
    assert!(rejected.path.ends_with("deadly.txt") && rejected.rejects[0].reason.starts_with("killed_parser"), "{rejected:?}");
    assert_eq!(rig.files("data/quarantine").len(), 1);
    // An update of the parser may read it.
    assert!(rig.wirefold(&["retry", "inbox/deadly.txt"]).status.success());
    assert_eq!(open(&rig), 1);
    assert_eq!((rig.once(), rig.stored()), (0, 5));
    assert_eq!(open(&rig), 0, "stored by now");
    let ledger = rig.json(&["files"]);
    let taken_again: Vec<&str> = ledger.iter().filter(|l| l["taken_again"] == true).map(|l| l["outcome"].as_str().unwrap()).collect();
    assert_eq!((ledger.len(), taken_again), (6, vec!["rejected"]), "the ledger keeps its history");
    let told = |args: &[&str]| String::from_utf8(rig.wirefold(args).stdout).unwrap();
    assert_eq!(told(&["files"]).matches("taken again since").count(), 1);
    assert!(told(&["rejects"]).contains("nothing was rejected"), "{}", told(&["rejects"]));
    assert!(told(&["status"]).contains("rejects   0, besides 1 of files that were taken again since"), "{}", told(&["status"]));
}

/// How many files `rejects` lists; the ledger as a whole is never less.
fn open(rig: &Rig) -> usize {
    let listed = rig.json(&["rejects"]);
    assert!(listed.iter().all(|l| l["outcome"] == "rejected" && l.get("taken_again").is_none()), "{listed:?}");
    listed.len()
}

#[test]
fn a_file_that_was_only_near_is_not_condemned() {
    let rig = Rig::new();
    rig.drop_file("وادي/alone.txt", article(1));
    for _ in 0..5 {
        let ended = rig.command(&["run", "--once"]).env("WIREFOLD_CRASH_AT", "in_parsing").output().unwrap();
        assert_eq!(ended.status.code(), None, "killed while it was parsed");
    }
    assert_eq!((rig.once(), rig.stored()), (0, 1));
}

#[test]
fn deleted_are_only_files_whose_articles_are_stored() {
    let rig = Rig::with("after = \"delete\"");
    rig.drop_file("good.txt", article(1));
    rig.drop_file("again.txt", article(1));
    rig.drop_file("noise.txt", NOISE);
    rig.once();
    assert!(rig.files("inbox").is_empty() && rig.files("data/work").is_empty() && rig.files("data/archive").is_empty());
    assert_eq!(rig.files("data/quarantine").len(), 1, "what could not be read is kept");
    assert_eq!(rig.json(&["status"])[0]["totals"]["to_retire"], 0);
    rig.once();
    assert_eq!(rig.json(&["status"])[0]["totals"]["original_missing"], 0, "deleted is not missing");
}

#[test]
fn kept_files_are_taken_once_and_read_once() {
    let rig = Rig::with("after = \"keep\"\nrescan_seconds = 0.5");
    rig.drop_file("a.txt", article(1));
    let daemon = rig.start();
    eventually("the file is stored", || rig.stored() == 1);
    rig.drop_file("b.txt", article(1));
    eventually("a copy elsewhere is a delivery", || rig.outcomes().get("resent") == Some(&1));
    assert_eq!(daemon.stop(), 0);
    for _ in 0..2 {
        rig.once();
    }
    assert_eq!(rig.ledger().len(), 2, "seeing a kept file again is none");
    assert_eq!(rig.files("inbox").len(), 2);
    rig.drop_file("a.txt", article(2));
    rig.once();
    assert_eq!(rig.stored(), 2, "what was written anew is another file");
}

#[test]
fn a_file_that_nobody_may_move_waits_with_its_reason() {
    let rig = Rig::with("rescan_seconds = 0.5");
    rig.drop_file("locked/a.txt", article(1));
    let immutable = |sign: &str| {
        let done = std::process::Command::new("chattr").arg(format!("{sign}a")).arg(rig.path("inbox/locked")).output();
        done.is_ok_and(|o| o.status.success())
    };
    if !immutable("+") {
        eprintln!("skipped: chattr does not work here");
        return;
    }
    let daemon = rig.start();
    let reason = || rig.json(&["files", "--outcome", "waiting"]).first().and_then(|f| f["waits_for"].as_str().map(str::to_owned));
    let mut said = String::new();
    eventually("the reason is told", || {
        said = reason().unwrap_or_default();
        said.contains("cannot be moved out of the inbox")
    });
    eventually("status tells it", || {
        rig.json(&["status"])[0]["hindered"].as_str().is_some_and(|what| what.contains("locked/a.txt cannot be moved"))
    });
    rig.drop_file("b.txt", article(2));
    eventually("others are taken", || rig.stored() == 1);
    std::thread::sleep(std::time::Duration::from_millis(2000));
    let log = rig.log();
    assert_eq!(log.matches("stay in the inbox").count(), 1, "it is tried again and again and told once: {log}");
    assert!(immutable("-"));
    eventually("it is taken when it may be moved", || rig.stored() == 2);
    eventually("nothing is hindered any more", || rig.json(&["status"])[0]["hindered"].is_null());
    drop(daemon);
}

#[test]
fn a_sidecar_without_end_harms_nothing() {
    let rig = Rig::new();
    let sidecar = std::fs::File::create(rig.path("inbox/a.meta.json")).unwrap();
    sidecar.set_len(3 << 30).unwrap();
    rig.drop_file("a.txt", rig::article(1));
    rig.drop_file("b.txt", rig::article(2));
    assert_eq!(rig.once(), 0);
    assert_eq!(rig.stored(), 2);
    let ids = rig.json(&["export", "articles"]);
    let told: String = ids.iter().map(|a| rig.json(&["article", a["article"].as_str().unwrap()])[0]["notes"].to_string()).collect();
    assert!(told.contains("longer than 1048576 bytes: not used"), "{told}");
}

#[test]
fn the_inbox_holds_no_folder_of_ours() {
    for (lines, what) in [
        ("path = \".\"", "the store"),
        ("path = \"data\"", "the store"),
        ("archive = \"inbox/archive\"", "inbox.archive"),
        ("path = \"data/archive/in\"", "inbox.archive"),
        ("path = \"link\"", "the store"),
    ] {
        let rig = Rig::with(lines);
        std::os::unix::fs::symlink("data", rig.path("link")).unwrap();
        // One that begins would feed on what it writes, for ever.
        let (mut daemon, mut code) = (rig.start_unready(""), None);
        eventually("the daemon ends", || {
            code = daemon.ended();
            code.is_some()
        });
        let said = rig.log();
        assert_eq!(code, Some(3), "{lines}: {said}");
        assert!(said.contains(what) && said.contains("one within the other"), "{lines}: {said}");
    }
    let rig = Rig::with("work = \"inbox/.work\"");
    rig.drop_file("a.txt", rig::article(1));
    let ended = rig.command(&["run", "--once"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn nothing_is_claimed_where_the_store_was_taken_away() {
    let rig = Rig::new();
    std::fs::write(rig.path("wirefold.toml"), "[inbox]\nsettle_seconds = 2.0\n").unwrap();
    let mut daemon = rig.start();
    rig.drop_file("a.txt", rig::article(1));
    rig::eventually("it is stored", || rig.stored() == 1);
    // It is seen before the store goes and has settled after that: nothing but its claim looks at the store in between.
    rig.drop_file("b.txt", rig::article(2));
    std::thread::sleep(std::time::Duration::from_millis(500));
    std::fs::rename(rig.path("data"), rig.path("away")).unwrap();
    rig::eventually("the daemon ends", || daemon.ended() == Some(3));
    assert!(rig.path("inbox/b.txt").exists(), "it was not claimed");
}

#[test]
fn a_new_store_beside_old_originals_is_told_of() {
    let rig = Rig::new();
    rig.drop_file("a.txt", rig::article(1));
    let said = || {
        let ended = rig.command(&["run", "--once"]).output().unwrap();
        String::from_utf8_lossy(&ended.stderr).contains("a new store begins, though")
    };
    assert!(!said() && !said());
    for name in ["wirefold.db", "wirefold.db-wal", "wirefold.db-shm"] {
        let _ = std::fs::remove_file(rig.path("data").join(name));
    }
    assert!(said());
}
