//! More happens in the inbox than the system has room to tell: no file is missed. `cargo test --test overflow` runs a short form,
//! `cargo test --test overflow -- --ignored --nocapture` the long one, of 10,000 files.

mod rig;

use std::fs::{self, File};
use std::time::{Duration, Instant};

use rig::account::{self, Account, Sent};
use rig::{Daemon, Rig, eventually};

/// Notices that wait in the kernel for a watcher; what comes beyond that is dropped, and one notice says that this happened.
const SETTING: &str = "/proc/sys/fs/inotify/max_queued_events";
const ROOM: &str = "16";
/// Nothing but the notices themselves tells of a file here.
const NO_RESCAN: &str = "rescan_seconds = 86400.0";
/// How the daemon says that notices were dropped.
const SAID: &str = "more happened in the inbox than the system has room to tell";

/// The little room that watchers get while this lives; the setting is put back also when a test fails. A test that is killed leaves it:
/// `sysctl fs.inotify.max_queued_events=16384` is what Linux begins with.
struct LittleRoom {
    before: String,
    _alone: File,
}

impl LittleRoom {
    fn make() -> Result<Self, String> {
        // One at a time: the second would find what the first had set, and put that back.
        let alone = File::create(std::env::temp_dir().join("wirefold-little-room.lock")).and_then(|f| f.lock().map(|()| f));
        let alone = alone.map_err(|e| format!("no lock: {e}"))?;
        let before = fs::read_to_string(SETTING).map_err(|e| format!("{SETTING}: {e}"))?;
        fs::write(SETTING, ROOM).map_err(|e| format!("{SETTING}, which takes root: {e}"))?;
        Ok(Self { before, _alone: alone })
    }
}

impl Drop for LittleRoom {
    fn drop(&mut self) {
        fs::write(SETTING, &self.before).expect("the setting is put back");
    }
}

/// Writes files into folders of which most are new, by four writers at once.
fn burst(rig: &Rig, name: &str, files: usize, sent: &mut Vec<Sent>) {
    let from = sent.len() + 1000;
    let one = |n: usize| Sent::article(rig, &format!("{name}-{}/{n}.txt", n % 40), n);
    let parts: Vec<Vec<Sent>> = std::thread::scope(|scope| {
        let writer = |w| scope.spawn(move || (0..files).filter(|n| n % 4 == w).map(|n| one(from + n)).collect());
        let writers: Vec<_> = (0..4).map(writer).collect();
        writers.into_iter().map(|w| w.join().unwrap()).collect()
    });
    sent.extend(parts.into_iter().flatten());
}

/// Fills the room for notices with such that mean nothing, while nobody reads them, and then writes the files.
fn burst_unheard(rig: &Rig, daemon: &Daemon, files: usize, sent: &mut Vec<Sent>) {
    daemon.signal("STOP");
    let stat = format!("/proc/{}/stat", daemon.0.id());
    eventually("it is stopped", || fs::read_to_string(&stat).unwrap().contains(") T "));
    for n in 0..64 {
        drop(File::open(rig.path(if n % 2 == 0 { "inbox/.a" } else { "inbox/.b" })).unwrap());
    }
    burst(rig, "unheard", files, sent);
    daemon.signal("CONT");
}

/// Waits until so many files have an outcome, or for so long nothing more gets one.
fn wait_for(rig: &Rig, files: usize, patience: Duration) {
    let (mut last, mut since) = (0, Instant::now());
    loop {
        let outcomes: u32 = rig.sql().query_row("SELECT count(*) FROM files", [], |r| r.get(0)).unwrap();
        if outcomes > last {
            (last, since) = (outcomes, Instant::now());
        }
        if outcomes as usize >= files && rig.files("data/work").is_empty() || since.elapsed() > patience {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A rig, and the daemon at work in it with little room for notices.
fn start(planted: &str) -> (Rig, Daemon, Vec<Sent>) {
    let rig = Rig::with(NO_RESCAN);
    [".a", ".b"].iter().for_each(|name| rig.drop_file(name, ""));
    let sent = account::send(&rig);
    let daemon = rig.start_unready(planted);
    eventually("it is ready", || rig.log().contains("ready"));
    wait_for(&rig, sent.len(), Duration::from_secs(60));
    // It looks once more when things are quiet; from then on, nothing but a notice makes it look.
    std::thread::sleep(Duration::from_secs(1));
    (rig, daemon, sent)
}

fn overflowed(rig: &Rig) -> usize {
    rig.log().matches(SAID).count()
}

/// Bursts that are heard in part, and one that is not heard at all; then files in the folders that nobody told of.
fn bursts(files: usize, account: &mut Account) {
    let room = match LittleRoom::make() {
        Ok(room) => room,
        Err(why) => return skip(&why, account),
    };
    let (rig, daemon, mut sent) = start("");
    burst(&rig, "heard", files / 2, &mut sent);
    wait_for(&rig, sent.len(), Duration::from_secs(60));
    let while_listening = overflowed(&rig);
    (0..while_listening.max(1)).for_each(|n| account.injected("overflows while the daemon listens", n < while_listening, "none"));
    std::thread::sleep(Duration::from_secs(1));
    burst_unheard(&rig, &daemon, files - files / 2, &mut sent);
    wait_for(&rig, sent.len(), Duration::from_secs(60));
    account.injected("overflows of which nothing else tells", overflowed(&rig) > while_listening, &rig.log());
    drop(room);
    (0..40).for_each(|n| sent.push(Sent::article(&rig, &format!("unheard-{n}/later.txt"), 90_000 + n)));
    wait_for(&rig, sent.len(), Duration::from_secs(60));
    println!("{} files, {} overflows told", sent.len(), overflowed(&rig));
    account.check(&rig, &sent, daemon.stop() == 0, "the bursts");
}

fn skip(why: &str, account: &mut Account) {
    println!("skipped: {why}");
    account.skipped += 1;
}

#[test]
fn no_file_is_missed_when_notices_are_dropped() {
    let mut account = Account::default();
    bursts(800, &mut account);
    account.settle_unless_skipped();
}

#[test]
fn a_program_that_ignores_the_flag_is_found() {
    let mut account = Account::default();
    let room = match LittleRoom::make() {
        Ok(room) => room,
        Err(why) => return skip(&why, &mut account),
    };
    let (rig, daemon, mut sent) = start("rescan_flag_ignored");
    burst_unheard(&rig, &daemon, 40, &mut sent);
    wait_for(&rig, sent.len(), Duration::from_secs(3));
    account.check(&rig, &sent, true, "a burst");
    println!("planted rescan_flag_ignored: {account}");
    assert!(account.lost > 0, "rescan_flag_ignored went unnoticed: {account}");
    drop(room);
    // It was the notice that was missing, nothing else.
    sent.push(Sent::article(&rig, "nudge.txt", 90_000));
    wait_for(&rig, sent.len(), Duration::from_secs(60));
    let mut nudged = Account::default();
    nudged.check(&rig, &sent, daemon.stop() == 0, "a nudge");
    assert!(!nudged.is_red(), "{nudged}");
}

#[test]
#[ignore = "the long form, a minute or more: cargo test --release --test overflow -- --ignored --nocapture"]
fn long_form_of_overflows() {
    let mut account = Account::default();
    bursts(10_000, &mut account);
    account.settle_unless_skipped();
}
