//! A clock that is wrong before the start: nothing is lost, deleted or held up, and people are told.

mod rig;

use std::path::{Path, PathBuf};
use std::process::Output;

use jiff::Timestamp;
use rig::{Rig, article};

/// A library that makes the clock of a process wrong; `None` where that cannot be had.
fn wrong_clock(folder: &Path) -> Option<PathBuf> {
    rig::shim::compiled("clock", folder)
}

/// Runs wirefold by a clock that says this at its start.
fn at(rig: &Rig, library: &Path, moment: &str, args: &[&str]) -> Output {
    let ahead = moment.parse::<Timestamp>().unwrap().duration_since(Timestamp::now()).as_secs();
    let output = rig.command(args).env("LD_PRELOAD", library).env("CLOCK_AHEAD", ahead.to_string()).output().unwrap();
    assert!(output.status.success(), "{moment} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn dated(n: usize, published: &str) -> String {
    article(n).replacen("\n\n", &format!("\nDate: {published}\n\n"), 1)
}

/// Title, dates and event of each article.
fn articles(rig: &Rig) -> Vec<String> {
    let line = |a: &serde_json::Value| format!("{} {} {} {}", a["title"], a["published"], a["received"], a["event"]);
    rig.json(&["export", "articles"]).iter().map(line).collect()
}

#[test]
fn a_clock_that_was_never_set_loses_no_file_and_no_date() {
    let rig = Rig::new();
    let Some(library) = wrong_clock(&rig.path("")) else { return };
    for (n, moment) in [(2, "1970-01-01T00:00:10Z"), (4, "2001-01-01T00:00:10Z")] {
        rig.drop_file(&format!("{n}.txt"), dated(n, "2026-03-04T10:00:00Z"));
        let run = said(&at(&rig, &library, moment, &["run", "--once"]));
        assert!(run.contains("the clock is probably wrong") && run.contains("before this program was made"), "{run}");
        assert!(rig.files(&format!("data/archive/{}", &moment[..4])).len() == 1, "{:?}", rig.files("data/archive"));
    }
    let status = said(&at(&rig, &library, "2001-01-01T00:00:10Z", &["status"]));
    assert!(status.contains("\nclock     the clock of this machine says 2001-01-01 00:00 UTC"), "{status}");
    assert!(!said(&rig.wirefold(&["status"])).contains("clock"), "it is right again");
    rig.drop_file("6.txt", dated(6, "2026-03-04T12:00:00Z"));
    rig.once();
    let stored = articles(&rig);
    assert_eq!(stored.iter().filter(|line| line.contains("2026-03-04T1")).count(), 3, "dates are believed: {stored:?}");
    assert!(rig.wirefold(&["rebuild", "--from-archive"]).status.success());
    assert_eq!(articles(&rig), stored, "and read so again");
}

#[test]
fn a_clock_that_is_far_ahead_deletes_no_original() {
    let rig = Rig::with("[archive]\nkeep_days = 30");
    let Some(library) = wrong_clock(&rig.path("")) else { return };
    rig.drop_file("1.txt", article(1));
    rig.once();
    assert!(rig.wirefold(&["backup", "copy.db"]).status.success());
    let far = "2099-01-01T00:00:10Z";
    let run = said(&at(&rig, &library, far, &["run", "--once"]));
    assert!(run.contains("the clock is probably wrong") && run.contains("days after the last file came"), "{run}");
    rig.drop_file("2.txt", article(2));
    at(&rig, &library, far, &["run", "--once"]);
    at(&rig, &library, "2099-01-20T00:00:10Z", &["run", "--once"]);
    assert_eq!((rig.files("data/archive").len(), rig.stored()), (2, 2));
    let status = said(&rig.wirefold(&["status"]));
    assert!(status.contains("but files were received at 2099-01-01 00:00 already"), "{status}");
    rig.drop_file("3.txt", article(3));
    rig.once();
    assert_eq!((rig.files("data/archive").len(), rig.stored()), (3, 3));
    let events = rig.json(&["events"]);
    assert_eq!(events.iter().map(|event| event["articles"].as_u64().unwrap()).sum::<u64>(), 3);
}
