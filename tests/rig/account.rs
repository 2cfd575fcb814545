//! What was sent, what is there afterwards, and the difference.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{Rig, article};

/// Longest that a run may take; far more than it needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A generator of fixed sequences (SplitMix64, Steele et al. 2014).
pub struct Random(pub u64);

impl Random {
    /// With the seed of `WIREFOLD_SEED`, else one of chance; it is printed.
    pub fn seeded() -> Self {
        let seed = std::env::var("WIREFOLD_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(u64::from(std::process::id()));
        println!("seed {seed} (WIREFOLD_SEED={seed} repeats it)");
        Self(seed)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }

    /// A place in a list of so many.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }
}

/// A file that was sent, with how it must end.
pub struct Sent {
    path: String,
    bytes: Vec<u8>,
    /// Outcomes that are right: of two files with the same bytes either may come first.
    outcomes: &'static [&'static str],
    articles: u32,
}

impl Sent {
    pub fn new(rig: &Rig, name: &str, bytes: impl Into<Vec<u8>>, outcomes: &'static [&'static str], articles: u32) -> Self {
        let bytes = bytes.into();
        rig.drop_file(name, &bytes);
        Self { path: format!("inbox/{name}"), bytes, outcomes, articles }
    }

    pub fn article(rig: &Rig, name: &str, n: usize) -> Self {
        Self::new(rig, name, article(n), &["stored"], 1)
    }
}

/// Drops sixteen files of all kinds into the inbox.
pub fn send(rig: &Rig) -> Vec<Sent> {
    let mut sent: Vec<Sent> = (0..10).map(|n| Sent::article(rig, &format!("وكالة نور/{n}.txt"), n)).collect();
    rig.drop_file("beside.meta.json", "{\"source\": \"Orun Post\"}");
    let two = "{\"title\":\"خط واحد\",\"text\":\"النص سليم هنا\"}\n{\"title\": broken\n";
    sent.push(Sent::new(
        rig,
        "beside.txt",
        "A text without a header\n\nbut with a file beside it that names the source.\n",
        &["stored"],
        1,
    ));
    sent.push(Sent::new(rig, "noise.txt", [0u8, 1, 2, 3, 0, 255, 0, 0, 7], &["rejected"], 0));
    sent.push(Sent::new(rig, "two.jsonl", two, &["partial"], 1));
    let three = (200..203).map(|n| serde_json::json!({"title": format!("Bulletin {n}"), "text": article(n)}).to_string() + "\n");
    sent.push(Sent::new(rig, "three.jsonl", three.collect::<String>(), &["stored"], 3));
    sent.push(Sent::new(rig, "copy/a.txt", article(77), &["stored", "resent"], 1));
    sent.push(Sent::new(rig, "zcopy/b.txt", article(77), &["stored", "resent"], 0));
    sent
}

/// Runs a command to its end; `None` if it does not come to one.
pub fn run_for(command: &mut Command) -> Option<ExitStatus> {
    let mut child = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    // With all that it started: a process that was traced lives on when only its tracer is killed.
    assert!(Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status().unwrap().success());
    child.wait().unwrap();
    None
}

/// The sums.
#[derive(Default)]
pub struct Account {
    /// Faults by their kind.
    injected: BTreeMap<&'static str, u32>,
    pub lost: u32,
    pub doubled: u32,
    pub wrong: u32,
    pub skipped: u32,
    never: Vec<String>,
    findings: Vec<String>,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, doubled, wrong, skipped, .. } = self;
        let injected: u32 = self.injected.values().sum();
        write!(f, "{injected} faults injected / {lost} lost / {doubled} doubled / {wrong} wrong outcome / {skipped} skipped")
    }
}

impl Account {
    /// A fault was to be injected. One that never fired proves nothing and is a failure.
    pub fn injected(&mut self, kind: &'static str, fired: bool, what: &str) {
        *self.injected.entry(kind).or_default() += u32::from(fired);
        if !fired {
            self.never.push(format!("{kind}: {what}"));
        }
    }

    /// There have to be so many faults of a kind, unless some were skipped.
    pub fn at_least(&mut self, kind: &str, least: u32) {
        let fired = self.injected.get(kind).copied().unwrap_or(0);
        if fired < least && self.skipped == 0 {
            self.never.push(format!("{} of {least} {kind}", least - fired));
        }
    }

    /// Whether something is amiss.
    pub fn is_red(&self) -> bool {
        self.lost + self.doubled + self.wrong > 0
    }

    /// Something is lost that no folder shows: what was told to be stored, and is not.
    pub fn untold(&mut self, lost: u32, what: &str) {
        self.lost += lost;
        if lost > 0 {
            self.findings.push(format!("after {what}: {lost} lines of the ledger are gone that were shown before"));
        }
    }

    /// Something ended as it must not.
    pub fn amiss(&mut self, wrong: bool, what: impl Into<String>) {
        self.wrong += u32::from(wrong);
        if wrong {
            self.findings.push(what.into());
        }
    }

    /// Compares what is there with what was sent.
    pub fn check(&mut self, rig: &Rig, sent: &[Sent], ended_well: bool, what: &str) {
        let before = (self.lost, self.doubled, self.wrong);
        self.wrong += u32::from(!ended_well);
        let mut kept: BTreeMap<Vec<u8>, i32> = BTreeMap::new();
        let originals = [rig.files("data/archive"), rig.files("data/quarantine")].concat();
        for original in originals.iter().filter(|o| !o.to_string_lossy().ends_with(".meta.json")) {
            *kept.entry(std::fs::read(original).unwrap()).or_default() += 1;
        }
        let mut lines: BTreeMap<String, Vec<_>> = BTreeMap::new();
        rig.ledger().into_iter().for_each(|line| lines.entry(line.path.clone()).or_default().push(line));
        for file in sent {
            match kept.get_mut(&file.bytes) {
                Some(n) if *n > 0 => *n -= 1,
                _ => self.lost += 1,
            }
            match lines.get(&file.path).map_or(&[][..], Vec::as_slice) {
                [] => self.lost += 1,
                [line] => {
                    let kept_right = line.original.as_ref().is_some_and(|o| rig.path(o).exists());
                    self.wrong += u32::from(!file.outcomes.contains(&line.outcome.as_str()) || !kept_right);
                }
                several => self.doubled += several.len() as u32 - 1,
            }
        }
        self.doubled += kept.values().filter(|n| **n > 0).count() as u32;
        self.check_sums(rig, sent);
        if before != (self.lost, self.doubled, self.wrong) {
            self.findings.push(format!("after {what}: {:?} {:?}", rig.outcomes(), rig.log().lines().last()));
        }
    }

    fn check_sums(&mut self, rig: &Rig, sent: &[Sent]) {
        let expected: u32 = sent.iter().map(|file| file.articles).sum();
        let stored = rig.stored();
        self.lost += expected.saturating_sub(stored);
        self.doubled += stored.saturating_sub(expected);
        let totals = wirefold::store::Reader::open(&rig.path("data/wirefold.db")).and_then(|r| r.totals()).unwrap_or_default();
        self.wrong += u32::from(totals.to_retire + totals.original_missing > 0) + rig.files("data/work").len() as u32;
        let sources: u32 =
            rig.sql().query_row("SELECT count(*) FROM sources WHERE name IN ('وكالة نور', 'Orun Post')", [], |r| r.get(0)).unwrap_or(0);
        self.wrong += u32::from(sources != 2);
    }

    /// Prints the last finding, once.
    pub fn say_new_findings(&mut self) {
        self.findings.drain(..).for_each(|finding| println!("{finding}"));
    }

    /// As [`Account::settle`], where all of it may have been skipped.
    pub fn settle_unless_skipped(self) {
        if self.skipped > 0 && self.injected.is_empty() { println!("{self}") } else { self.settle() }
    }

    /// Prints the sums and fails if anything is amiss.
    pub fn settle(self) {
        println!("{self}");
        self.injected.iter().for_each(|(kind, n)| println!("  {n:>6} {kind}"));
        assert!(self.never.is_empty(), "faults that never fired: {:?}", self.never);
        assert!(self.injected.values().sum::<u32>() > 0, "no fault was injected");
        assert!(!self.is_red(), "{self}\n{}", self.findings.join("\n"));
    }
}
