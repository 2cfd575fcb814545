//! The power goes while the daemon is at work: a file system of its own drops all that was not synced, as after a pulled plug.
//! `cargo test --test powercut` cuts three times in each mode of mounting, `cargo test --test powercut -- --ignored --nocapture` 75 times.
//!
//! An ext4 image on a loop device is shut down by `EXT4_IOC_SHUTDOWN` without a flush of its journal; mounting it again replays what
//! the journal has. A file written just before and never synced shows that something was dropped indeed.

mod rig;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rig::account::{self, Account, Random, Sent, run_for};
use rig::{Rig, eventually};

/// How the file system is mounted: with the data mode that is usual, and with the least that ext4 promises. In both, nothing gets to the
/// disk by the mere passing of time.
const MODES: [&str; 2] = ["data=ordered,commit=300", "data=writeback,noauto_da_alloc,commit=300"];
const BATCHES: &str = "batch_files = 4";
/// Name of the file that is never synced.
const CANARY: &str = "unsynced";
/// Writes the canary on each disk and then shuts the disks down; 2 is EXT4_GOING_FLAGS_NOLOGFLUSH. The crate forbids unsafe code, which
/// an ioctl is; perl is part of every Debian.
const CUT: &str = r#"
for (@ARGV) { open(my $c, ">", "$_/unsynced") or die "$_: $!"; print $c "x" x 8192; close($c) }
my $flag = pack("L", 2);
for (@ARGV) { open(my $d, "<", $_) or die "$_: $!"; ioctl($d, 0x8004587D, $flag) or die "$_: $!" }
"#;

/// An ext4 file system in a file; unmounted when dropped.
struct Disk {
    image: tempfile::NamedTempFile,
    at: PathBuf,
    options: &'static str,
}

/// Runs a command that root may run; what it says if it fails.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim())) }
}

impl Disk {
    fn make(options: &'static str) -> Result<Self, String> {
        // In memory where that is possible: the file system decides what is lost, not the disk below it.
        let shared = Path::new("/dev/shm");
        let folder = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let image = tempfile::NamedTempFile::new_in(folder).map_err(|e| e.to_string())?;
        image.as_file().set_len(96 << 20).map_err(|e| e.to_string())?;
        run(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(image.path()))?;
        Ok(Self { image, at: PathBuf::new(), options })
    }

    fn mount(&mut self, at: &Path) -> Result<(), String> {
        fs::create_dir_all(at).map_err(|e| e.to_string())?;
        run(Command::new("mount").args(["-o", &format!("loop,{}", self.options)]).arg(self.image.path()).arg(at))?;
        self.at = at.to_owned();
        Ok(())
    }

    fn unmount(&mut self) {
        eventually("the disk is unmounted", || run(Command::new("umount").arg(&self.at)).is_ok());
        self.at = PathBuf::new();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if !self.at.as_os_str().is_empty() {
            let _ = Command::new("umount").arg("-l").arg(&self.at).status();
        }
    }
}

/// The disks of one mode: one for all, and one that the archive may be on.
struct Disks {
    all: Disk,
    archive: Disk,
    root: tempfile::TempDir,
}

impl Disks {
    fn make(options: &'static str) -> Result<Self, String> {
        let (all, archive) = (Disk::make(options)?, Disk::make(options)?);
        let root = tempfile::tempdir().map_err(|e| e.to_string())?;
        let mut disks = Self { all, archive, root };
        disks.all.mount(disks.root.path())?;
        Ok(disks)
    }

    /// Cuts the power of what is mounted.
    fn cut(&self) {
        let mounted: Vec<PathBuf> =
            [&self.archive, &self.all].iter().filter(|d| !d.at.as_os_str().is_empty()).map(|d| d.at.clone()).collect();
        run(Command::new("perl").args(["-e", CUT]).args(&mounted)).unwrap();
    }

    /// Mounts again what was cut; whoever had files open there has to have ended. Whether anything was dropped.
    fn restore(&mut self) -> bool {
        let archive = self.archive.at.clone();
        let apart = !archive.as_os_str().is_empty();
        if apart {
            self.archive.unmount();
        }
        self.all.unmount();
        self.all.mount(self.root.path()).unwrap();
        if apart {
            self.archive.mount(&archive).unwrap();
        }
        canary_is_gone(&self.all.at) && (!apart || canary_is_gone(&archive))
    }
}

fn canary_is_gone(at: &Path) -> bool {
    let gone = fs::metadata(at.join(CANARY)).map_or(true, |meta| meta.len() == 0);
    let _ = fs::remove_file(at.join(CANARY));
    gone
}

/// What a cut is like.
struct Cut<'a> {
    /// Files that have an outcome when it comes; one more than there are: all is done and noted.
    after: usize,
    /// Whether the archive is on a disk of its own.
    apart: bool,
    /// Whether it comes once more, during recovery, after so long.
    again: Option<Duration>,
    planted: &'a str,
}

/// One run of the daemon that ends with the power, and what recovery makes of it.
fn cut_once(disks: &mut Disks, cut: &Cut<'_>, account: &mut Account) {
    let rig = Rig::on(disks.root.path(), BATCHES);
    let mut sent = account::send(&rig);
    sent.extend((300..324).map(|n| Sent::article(&rig, &format!("نور/{n}.txt"), n)));
    if cut.apart {
        disks.archive.mount(&rig.path("data/archive")).unwrap();
    }
    // These files were complete: who put them there had synced them.
    rustix::fs::syncfs(File::open(rig.path("inbox")).unwrap()).unwrap();
    let mut daemon = rig.start_unready(cut.planted);
    let shown = shown_until(&rig, cut.after, sent.len());
    disks.cut();
    give_up(&mut daemon);
    let what = format!("{} with {} of {} files shown", disks.all.options, shown.len(), sent.len());
    account.injected("power cuts", disks.restore(), &what);
    look_at_store(&rig, &shown, account, &what);
    if let Some(after) = cut.again {
        let mut daemon = rig.start_unready(cut.planted);
        std::thread::sleep(after);
        let shown = paths(&rig);
        disks.cut();
        give_up(&mut daemon);
        account.injected("power cuts during recovery", disks.restore(), &what);
        look_at_store(&rig, &shown, account, &what);
    }
    let ended = run_for(rig.command(&["run", "--once"]).env("WIREFOLD_PLANTED", cut.planted));
    account.check(&rig, &sent, ended.and_then(|status| status.code()).is_some_and(|code| code <= 1), &what);
    if cut.apart {
        rig.files("data/archive").iter().for_each(|file| fs::remove_file(file).unwrap());
        disks.archive.unmount();
    }
}

fn paths(rig: &Rig) -> BTreeSet<String> {
    rig.ledger().into_iter().map(|line| line.path).collect()
}

/// Looks at the ledger, as anybody may, until so many files have an outcome; returns which were shown.
fn shown_until(rig: &Rig, after: usize, all: usize) -> BTreeSet<String> {
    let mut shown = paths(rig);
    let begun = Instant::now();
    while shown.len() < after.min(all) && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
        shown = paths(rig);
    }
    if after > all {
        let owed = || rig.sql().query_row("SELECT count(*) FROM files WHERE archived <> 1", [], |r| r.get(0)).unwrap_or(1);
        eventually("all is noted", || owed() == 0 && rig.files("data/work").is_empty());
    }
    shown
}

/// A daemon without its disk ends by itself or is ended.
fn give_up(daemon: &mut rig::Daemon) {
    let begun = Instant::now();
    while daemon.ended().is_none() && begun.elapsed() < Duration::from_secs(1) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = daemon.0.kill();
    daemon.0.wait().unwrap();
}

/// What was shown as stored is stored, and the store is whole.
fn look_at_store(rig: &Rig, shown: &BTreeSet<String>, account: &mut Account, what: &str) {
    if !rig.path("data/wirefold.db").exists() {
        return account.untold(shown.len() as u32, what);
    }
    let verdict: String = rig.sql().query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap_or_else(|e| e.to_string());
    account.amiss(verdict != "ok", format!("after {what}: {verdict}"));
    account.untold(shown.difference(&paths(rig)).count() as u32, what);
}

/// Cuts in each mode, at moments of chance; every other one with the archive on a disk of its own, every third again in recovery.
fn cuts(each: u32, account: &mut Account) {
    let mut random = Random::seeded();
    for mode in MODES {
        let mut disks = match Disks::make(mode) {
            Ok(disks) => disks,
            Err(why) => return skip(&why, account),
        };
        for n in 0..each {
            let again = (n % 3 == 1).then(|| Duration::from_millis(random.below(400)));
            let cut = Cut { after: random.below(43) as usize, apart: n % 2 == 1, again, planted: "" };
            cut_once(&mut disks, &cut, account);
            account.say_new_findings();
        }
        println!("{mode}: {account}");
    }
}

fn skip(why: &str, account: &mut Account) {
    println!("skipped, since it takes root, loop devices and ext4: {why}");
    account.skipped += 1;
}

#[test]
fn no_power_cut_loses_or_doubles_a_file() {
    let mut account = Account::default();
    cuts(3, &mut account);
    account.settle_unless_skipped();
}

#[test]
fn programs_that_do_not_sync_are_found() {
    for (planted, after, apart) in [("synchronous_normal", 20, false), ("no_folder_sync", 42, true)] {
        let mut account = Account::default();
        let mut disks = match Disks::make(MODES[0]) {
            Ok(disks) => disks,
            Err(why) => return skip(&why, &mut account),
        };
        // Another process may have had all disks synced just then.
        for _ in 0..3 {
            if !account.is_red() {
                cut_once(&mut disks, &Cut { after, apart, again: None, planted }, &mut account);
            }
        }
        println!("planted {planted}: {account}");
        account.say_new_findings();
        assert!(account.lost > 0, "{planted} went unnoticed: {account}");
        let mut without = Account::default();
        cut_once(&mut disks, &Cut { after, apart, again: None, planted: "" }, &mut without);
        without.settle();
    }
}

#[test]
#[ignore = "the long form, ten minutes: cargo test --test powercut -- --ignored --nocapture"]
fn long_form_of_power_cuts() {
    let mut account = Account::default();
    cuts(75, &mut account);
    account.settle_unless_skipped();
}
