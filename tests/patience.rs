//! A file that keeps its parser long holds nobody up: others are stored meanwhile, and it gets its outcome all the same, whatever happens in
//! between.

mod rig;

use std::collections::BTreeMap;
use std::process::Stdio;

use rig::{Daemon, Rig, article, eventually};
use serde_json::Value;

/// Longer than twenty files take on a busy machine.
const SECONDS: u32 = 10;

fn page(what: &str) -> String {
    format!(
        "<html><head><title>نشرة أورون</title></head><body><p>اجتمع مجلس أورون وبحث في الآبار والطرق. {what}</p>\
         <p>The council of Orun spoke of wells and roads.</p></body></html>"
    )
}

fn start(rig: &Rig, crash_at: &str) -> Daemon {
    let log = std::fs::File::options().create(true).append(true).open(rig.path("log")).unwrap();
    let mut command = rig.command(&["run"]);
    command.env("WIREFOLD_PLANTED", "parser_faults").env("WIREFOLD_CRASH_AT", crash_at);
    let before = rig.log().matches("ready").count();
    let daemon = Daemon(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
    eventually("the daemon is ready", || rig.log().matches("ready").count() > before);
    daemon
}

/// A daemon whose parser is at a file that never ends, while twenty others are stored, and one with its bytes is claimed.
fn beside_a_slow_one(crash_at: &str) -> (Rig, Daemon) {
    let rig = Rig::with(&format!("[limits]\nparse_seconds = {SECONDS}"));
    let mut daemon = start(&rig, crash_at);
    rig.drop_file("slow.html", page("fault: loop"));
    eventually("the slow one is claimed", || rig.files("inbox").is_empty());
    // A page may be read aside too, on a busy machine, and the end is to come with the other.
    let pages = if crash_at.is_empty() { 2 } else { 0 };
    (0..pages).for_each(|n| rig.drop_file(&format!("{n}.html"), page(&article(n))));
    (pages..20).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    rig.drop_file("twin.html", page("fault: loop"));
    eventually("the others are stored, and only they", || {
        assert!(daemon.ended().is_none(), "{}", rig.log());
        rig.outcomes() == of(&[("stored", 20)])
    });
    eventually("only these two are claimed", || rig.files("inbox").is_empty() && rig.files("data/work").len() == 2);
    (rig, daemon)
}

fn of(outcomes: &[(&str, u32)]) -> BTreeMap<String, u32> {
    outcomes.iter().map(|(outcome, n)| ((*outcome).to_owned(), *n)).collect()
}

fn all_have_an_outcome(rig: &Rig) {
    eventually("all have their outcome", || rig.outcomes() == of(&[("rejected", 1), ("resent", 1), ("stored", 20)]));
    eventually("all are put away", || rig.files("data/work").is_empty());
    assert_eq!((rig.stored(), rig.files("data/archive").len() + rig.files("data/quarantine").len()), (20, 22));
    let rejects = rig.json(&["rejects"]);
    let why = rejects[0]["rejects"][0]["reason"].as_str().unwrap();
    assert!(why.starts_with(&format!("parser took more than {SECONDS} s")), "{why}");
}

fn is_read_aside(file: &Value) -> bool {
    file["waits_for"].as_str().is_some_and(|why| why.contains("its parser is still at it"))
}

#[test]
fn others_are_stored_meanwhile() {
    let (rig, daemon) = beside_a_slow_one("");
    let waiting = rig.json(&["files", "--outcome", "waiting"]);
    let aside: Vec<_> = waiting.iter().filter(|file| is_read_aside(file)).filter_map(|file| file["path"].as_str()).collect();
    assert_eq!((aside, waiting.len()), (vec!["inbox/slow.html"], 2), "{waiting:?}");
    all_have_an_outcome(&rig);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn others_are_stored_also_beside_more_than_are_read_at_a_time() {
    const MORE: usize = 6;
    let rig = Rig::with(&format!("[limits]\nparse_seconds = {SECONDS}"));
    let daemon = start(&rig, "");
    (0..MORE).for_each(|n| rig.drop_file(&format!("slow-{n}.html"), page(&format!("fault: loop {n}"))));
    rig.drop_file("twin.html", page(&format!("fault: loop {}", MORE - 1)));
    eventually("they are claimed", || rig.files("inbox").is_empty());
    (0..20).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    eventually("something has its outcome", || !rig.outcomes().is_empty());
    eventually("the others are stored, before any of these is given up", || {
        assert!(!rig.outcomes().contains_key("rejected"), "{:?}", rig.outcomes());
        rig.outcomes() == of(&[("stored", 20)])
    });
    assert_eq!(rig.json(&["files", "--outcome", "waiting"]).iter().filter(|file| is_read_aside(file)).count(), MORE);
    eventually("all have their outcome", || rig.outcomes() == of(&[("rejected", MORE as u32), ("resent", 1), ("stored", 20)]));
    eventually("all are put away", || rig.files("data/work").is_empty());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn once_waits_for_it() {
    let rig = Rig::with("[limits]\nparse_seconds = 2");
    (0..8).for_each(|n| rig.drop_file(&format!("slow-{n}.html"), page(&format!("fault: loop {n}"))));
    rig.drop_file("other.txt", article(1));
    let status = rig.command(&["run", "--once"]).env("WIREFOLD_PLANTED", "parser_faults").status().unwrap();
    assert_eq!((status.code(), rig.outcomes()), (Some(1), of(&[("rejected", 8), ("stored", 1)])), "more than are read aside at a time");
}

/// The daemon is killed, stopped, and pauses, after which it looks through the work folder itself; each time it is read anew.
#[test]
fn whatever_comes_before_it_is_read_it_gets_its_outcome_once() {
    let (rig, mut daemon) = beside_a_slow_one("");
    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    for _ in 0..2 {
        let daemon = start(&rig, "");
        eventually("it is claimed again", || rig.json(&["files", "--outcome", "waiting"]).iter().any(is_read_aside));
        assert_eq!((daemon.stop(), rig.outcomes()), (0, of(&[("stored", 20)])));
    }
    let daemon = start(&rig, "");
    std::fs::rename(rig.path("inbox"), rig.path("gone")).unwrap();
    eventually("intake is paused", || rig.log().contains("the inbox is gone"));
    std::fs::rename(rig.path("gone"), rig.path("inbox")).unwrap();
    all_have_an_outcome(&rig);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn an_end_between_reading_and_storing_loses_nothing() {
    let (rig, mut daemon) = beside_a_slow_one("read_aside");
    eventually("it ends when the file is read", || daemon.ended().is_some());
    let daemon = start(&rig, "");
    all_have_an_outcome(&rig);
    assert_eq!(daemon.stop(), 0);
}

/// What the others prove: with the fault planted, one that comes later waits for the slow one.
#[test]
fn without_an_end_of_patience_others_wait() {
    let rig = Rig::with("[limits]\nparse_seconds = 3");
    let _daemon = rig.start_unready("parser_faults endless_patience");
    rig.drop_file("slow.html", page("fault: loop"));
    eventually("the slow one is claimed", || rig.files("data/work").len() == 1);
    rig.drop_file("other.txt", article(1));
    eventually("something has its outcome", || !rig.outcomes().is_empty());
    assert_eq!(rig.outcomes().get("rejected"), Some(&1));
}
