//! The daemon is ended at every step, again during recovery, and at random; afterwards every file that was sent is there once, with its
//! outcome. `cargo test --test crash` runs a short form, `cargo test --release --test crash -- --ignored --nocapture` the long one.

mod rig;

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use rig::Rig;
use rig::account::{self, Account, Random, Sent, run_for};

/// Points that a first run passes, each with how often it is passed with the files of [`account::send`] in batches of four.
const POINTS: &[(&str, u32)] =
    &[("after_claim", 16), ("in_parsing", 4), ("before_commit", 4), ("after_commit", 4), ("after_retire", 16), ("before_note", 3)];
/// Points that a run after a crash passes when a batch is left over.
const LATER: &[&str] = &["in_recovery", "before_commit", "after_commit", "after_retire"];
const BATCHES: &str = "batch_files = 4";
/// System calls by which a run leaves something behind.
const CALLS: &[&str] = &["renameat2", "rename", "fsync", "fdatasync", "pwrite64", "unlink", "mkdir", "rmdir", "openat", "write"];
/// What strace does at a system call to end the process there.
const KILL: &str = "signal=SIGKILL";

/// Ends runs at these points, one after the other, then lets one run to its end and checks what is there.
fn crash_at(points: &[String], planted: &str, account: &mut Account) {
    let rig = Rig::with(BATCHES);
    let sent = account::send(&rig);
    for (n, point) in points.iter().enumerate() {
        let ended = run_for(rig.command(&["run", "--once"]).env("WIREFOLD_CRASH_AT", point).env("WIREFOLD_PLANTED", planted));
        let fired = ended.is_some_and(|status| status.signal() == Some(6));
        account.injected(if n == 0 { "crashes at a step" } else { "crashes during recovery" }, fired, point);
    }
    finish(&rig, &sent, planted, account, &format!("{points:?}"));
}

fn finish(rig: &Rig, sent: &[Sent], planted: &str, account: &mut Account, what: &str) {
    let ended = run_for(rig.command(&["run", "--once"]).env("WIREFOLD_PLANTED", planted));
    account.check(rig, sent, ended.and_then(|status| status.code()).is_some_and(|code| code <= 1), what);
}

fn singles(all: bool) -> Vec<Vec<String>> {
    let mut cases = Vec::new();
    for (point, passed) in POINTS {
        let times: Vec<u32> = if all { (1..=*passed).collect() } else { vec![1, *passed] };
        cases.extend(times.into_iter().map(|n| vec![format!("{point}:{n}")]));
    }
    cases
}

fn chains(depth: usize) -> Vec<Vec<String>> {
    let mut cases: Vec<Vec<String>> =
        ["after_claim:3", "before_commit:2", "after_commit:2"].iter().map(|p| vec![(*p).to_owned()]).collect();
    for _ in 0..depth {
        let longer = |case: &Vec<String>| LATER.iter().map(|p| [&case[..], &[(*p).to_owned()]].concat()).collect::<Vec<_>>();
        cases = cases.iter().flat_map(longer).collect();
    }
    cases
}

/// Kills the daemon at random moments while files come in; a round is a start, some files and a kill.
fn random_kills(rounds: u32, random: &mut Random, account: &mut Account) {
    let rig = Rig::with(BATCHES);
    let mut sent = account::send(&rig);
    for round in 0..rounds {
        for n in 0..random.below(6) {
            sent.push(Sent::article(&rig, &format!("نور/{round}-{n}.txt"), 1000 + round as usize * 10 + n as usize));
        }
        let mut daemon = rig.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random.below(250_000)));
        daemon.kill().unwrap();
        let ended = daemon.wait().unwrap();
        account.injected("kills at random moments under load", ended.signal() == Some(9), &format!("{ended}"));
    }
    finish(&rig, &sent, "", account, &format!("{rounds} kills"));
}

/// What is done to a run at its system calls.
struct AtCalls {
    /// Name of what strace does there.
    fault: &'static str,
    /// The point at which an earlier run ended, whose files this one finds.
    after: Option<&'static str>,
    /// Name of this kind of faults.
    kind: &'static str,
}

impl AtCalls {
    /// Lets each call of these kinds kill the process or fail: the K-th, for K = 1, 2, 3 … until a run is unhurt.
    fn of(&self, calls: &[&str], account: &mut Account) {
        if !self.can_be(account) {
            return;
        }
        for call in calls {
            let _ = (1..400).find(|k| !self.at(call, *k, account));
            println!("with {} at {call}: {account}", self.fault);
        }
    }

    /// Whether system calls can be made to fail here.
    fn can_be(&self, account: &mut Account) -> bool {
        let can = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
        if !can {
            println!("skipped: {} at system calls, which needs strace", self.fault);
            account.skipped += 1;
        }
        can
    }

    /// The K-th call of one kind; whether there is one.
    fn at(&self, call: &str, k: u64, account: &mut Account) -> bool {
        let fault = self.fault;
        let rig = Rig::with(BATCHES);
        let sent = account::send(&rig);
        if let Some(point) = self.after {
            run_for(rig.command(&["run", "--once"]).env("WIREFOLD_CRASH_AT", point));
        }
        let mut traced = Command::new("strace");
        let inject = format!("inject={call}:{fault}:when={k}");
        traced.args(["-f", "-qq", "-o"]).arg(rig.path("calls")).args(["-e", &format!("trace={call}"), "-e", &inject]);
        traced.arg(assert_cmd::cargo::cargo_bin("wirefold")).args(["--config", "wirefold.toml", "run", "--once"]);
        run_for(traced.current_dir(rig.path("")));
        let calls = std::fs::read_to_string(rig.path("calls")).unwrap_or_default();
        let fired = calls.contains("(INJECTED)") || calls.contains("killed by SIGKILL");
        finish(&rig, &sent, "", account, &format!("{call} {k} {fault}"));
        account.say_new_findings();
        if fired {
            account.injected(self.kind, true, call);
        }
        fired
    }
}

#[test]
fn no_crash_loses_or_doubles_a_file() {
    let mut account = Account::default();
    for case in singles(false).into_iter().chain(chains(1)) {
        crash_at(&case, "", &mut account);
    }
    account.settle();
}

#[test]
fn no_kill_at_random_loses_or_doubles_a_file() {
    let mut account = Account::default();
    random_kills(12, &mut Random::seeded(), &mut account);
    account.settle();
}

#[test]
fn no_kill_at_a_system_call_loses_or_doubles_a_file() {
    let (mut account, mut random) = (Account::default(), Random::seeded());
    let kills = AtCalls { fault: KILL, after: None, kind: "kills at a system call" };
    if !kills.can_be(&mut account) {
        return account.settle_unless_skipped();
    }
    for call in CALLS {
        // There may be no more than one.
        let fired = kills.at(call, 2 + random.below(12), &mut account) || kills.at(call, 1, &mut account);
        assert!(fired, "no {call} was made");
    }
    account.settle();
}

#[test]
fn planted_faults_are_found() {
    for (planted, at) in [
        ("unlink_before_commit", &["before_commit:1".to_owned()][..]),
        ("no_claim", &["after_commit:1".to_owned()]),
        ("no_index", &["after_commit:1".to_owned()]),
        // The store refuses what has the key of another: this stops intake, with or without a crash.
        ("key_without_index", &[]),
    ] {
        let mut account = Account::default();
        crash_at(at, planted, &mut account);
        println!("planted {planted}: {account}");
        assert!(account.is_red(), "{planted} went unnoticed: {account}");
    }
}

#[test]
fn what_is_owed_to_a_file_is_known_until_it_is_done() {
    let rig = Rig::new();
    (0..3).for_each(|n| rig.drop_file(&format!("{n}.txt"), rig::article(n)));
    run_for(rig.command(&["run", "--once"]).env("WIREFOLD_CRASH_AT", "after_commit"));
    let owed = || rig.json(&["status"])[0]["totals"]["to_retire"].as_u64();
    let health = || rig.json(&["status"])[0]["health"].as_str().unwrap().to_owned();
    assert_eq!((rig.stored(), owed(), rig.files("data/work").len()), (3, Some(3), 3));
    assert!(health().starts_with("no wirefold is running; the last one was killed"), "{}", health());
    let again = rig.wirefold(&["run", "--once"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("the last wirefold was killed"));
    assert_eq!(health(), "no wirefold is running");
    assert_eq!((owed(), rig.files("data/archive").len()), (Some(0), 3));
}

#[test]
fn a_panic_of_any_thread_ends_the_process() {
    for thread in ["panic_of_writer", "panic_of_loop", "panic_of_search", "panic_of_health", "panic_of_web"] {
        let rig = Rig::with("[web]\nenabled = true\nlisten = \"127.0.0.1:0\"");
        rig.drop_file("a.txt", rig::article(1));
        let ended = run_for(rig.command(&["run"]).env("WIREFOLD_PLANTED", thread));
        assert_eq!(ended.and_then(|status| status.code()), Some(101), "{thread}: half alive");
        rig.once();
        assert_eq!(rig.stored(), 1);
    }
}

#[test]
#[ignore = "the long form, a quarter of an hour: cargo test --release --test crash -- --ignored --nocapture"]
fn long_form_of_crashes() {
    let mut account = Account::default();
    singles(true).into_iter().chain(chains(1)).chain(chains(2)).for_each(|case| crash_at(&case, "", &mut account));
    println!("points: {account}");
    let mut random = Random::seeded();
    (0..20).for_each(|_| random_kills(50, &mut random, &mut account));
    println!("with random kills: {account}");
    let kills = AtCalls { fault: KILL, after: None, kind: "kills at a system call, each another one" };
    kills.of(CALLS, &mut account);
    account.at_least("crashes at a step", 100);
    account.at_least("crashes during recovery", 100);
    account.at_least("kills at random moments under load", 1000);
    account.at_least(kills.kind, 400);
    account.settle();
}

#[test]
#[ignore = "the long form of kills during recovery, some minutes"]
fn long_form_of_kills_in_recovery() {
    let mut account = Account::default();
    let kills = AtCalls { fault: KILL, after: Some("after_commit:2"), kind: "kills at a system call during recovery, each another one" };
    kills.of(&["renameat2", "fsync", "pwrite64", "mkdir"], &mut account);
    account.at_least(kills.kind, 100);
    account.settle_unless_skipped();
}

#[test]
#[ignore = "the long form of errors, some minutes"]
fn long_form_of_errors() {
    let mut account = Account::default();
    let failing = |fault| AtCalls { fault, after: None, kind: "system calls that failed" };
    failing("error=EIO").of(&["fsync", "fdatasync"], &mut account);
    failing("error=ENOSPC").of(&["pwrite64", "renameat2", "mkdir"], &mut account);
    account.settle_unless_skipped();
}
