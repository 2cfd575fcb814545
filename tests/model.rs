//! Any sequence of what senders and machines do, against a small model: files are written, renamed and deleted, the daemon is ended at its steps, killed,
//! started again, and its disk fills up. In the end every file has the outcome that the model says, once, and its bytes are kept.
//! The seed is printed; `WIREFOLD_SEED` runs it again, `WIREFOLD_SEQUENCES` asks for more.

mod rig;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rig::Rig;
use rig::account::{Random, run_for};

/// Sequences of the short form.
const SEQUENCES: u64 = 6;
/// What is done in one sequence.
const STEPS: u64 = 14;
const NAMES: [&str; 5] = ["a.txt", "b.txt", "c.jsonl", "وكالة نور/d.txt", "وكالة نور/e.html"];
/// What comes while the disk is full.
const FULL: &str = "full.txt";
const POINTS: [&str; 7] = ["after_claim", "in_parsing", "before_commit", "after_commit", "after_retire", "before_note", "in_recovery"];

/// What a file with these bytes must end as when it is seen first, and how many articles it holds.
#[derive(Clone, Copy)]
struct Kind {
    outcome: &'static str,
    articles: u32,
}

/// The model: what lies in the inbox, and what was taken out of it under which name.
#[derive(Default)]
struct Model {
    inbox: BTreeMap<&'static str, Vec<u8>>,
    taken: Vec<(&'static str, Vec<u8>)>,
    kinds: BTreeMap<Vec<u8>, Kind>,
    done: Vec<String>,
}

impl Model {
    /// Files that the daemon took are gone from the inbox; nothing else may be.
    fn look(&mut self, rig: &Rig) {
        let taken: Vec<&str> = self.inbox.keys().copied().filter(|name| !rig.path("inbox").join(name).exists()).collect();
        for name in taken {
            let bytes = self.inbox.remove(name).expect("it was there");
            self.taken.push((name, bytes));
        }
    }

    fn content(&mut self, random: &mut Random) -> Vec<u8> {
        let n = random.below(12) as usize;
        let (bytes, outcome, articles) = match random.below(6) {
            0 => (vec![0u8, 1, 2, 3, 0, 255, 0, 0, n as u8], "rejected", 0),
            1 => (format!("{{\"title\":\"خط {n}\",\"text\":\"النص سليم هنا {n}\"}}\n{{\"title\": broken\n").into_bytes(), "partial", 1),
            2 => (format!("<html><body><p>اجتمع مجلس أورون للمرة {n} وبحث في الآبار والطرق.</p></body></html>").into_bytes(), "stored", 1),
            _ => (rig::article(n).into_bytes(), "stored", 1),
        };
        self.kinds.insert(bytes.clone(), Kind { outcome, articles });
        bytes
    }

    /// Does something by chance, and what follows from it in the model.
    fn step(&mut self, rig: &Rig, disk: Option<&Disk>, random: &mut Random, sums: &mut Sums) {
        self.look(rig);
        let name = NAMES[random.below(NAMES.len() as u64) as usize];
        let path = rig.path("inbox").join(name);
        let done = match random.below(10) {
            0..=3 => {
                // What is overwritten before it is taken is its sender's loss.
                let bytes = self.content(random);
                rig.drop_file(&format!("{name}.tmp"), &bytes);
                std::fs::rename(rig.path("inbox").join(format!("{name}.tmp")), &path).unwrap();
                self.inbox.insert(name, bytes);
                format!("write {name}")
            }
            4 => {
                let to = NAMES[random.below(NAMES.len() as u64) as usize];
                if let Some(bytes) = self.inbox.remove(name) {
                    std::fs::create_dir_all(rig.path("inbox").join(to).parent().unwrap()).unwrap();
                    std::fs::rename(&path, rig.path("inbox").join(to)).unwrap();
                    self.inbox.insert(to, bytes);
                }
                format!("rename {name} to {to}")
            }
            5 => {
                if self.inbox.remove(name).is_some() {
                    std::fs::remove_file(&path).unwrap();
                }
                format!("delete {name}")
            }
            6 | 7 => {
                let at = format!("{}:{}", POINTS[random.below(POINTS.len() as u64) as usize], 1 + random.below(3));
                let ended = run_for(rig.command(&["run", "--once"]).env("WIREFOLD_CRASH_AT", &at));
                let fired = ended.is_some_and(|status| status.code().is_none());
                sums.crashed += u32::from(fired);
                format!("{} at {at}", if fired { "crash" } else { "run, no crash" })
            }
            8 => {
                let mut daemon = rig.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                std::thread::sleep(std::time::Duration::from_micros(random.below(200_000)));
                daemon.kill().unwrap();
                daemon.wait().unwrap();
                "kill".to_owned()
            }
            _ => match disk {
                Some(disk) => {
                    self.kinds.insert(rig::article(99).into_bytes(), Kind { outcome: "stored", articles: 1 });
                    let killed = random.below(2) == 0;
                    if self.inbox.remove(FULL).is_some() {
                        std::fs::remove_file(rig.path("inbox").join(FULL)).unwrap();
                    }
                    // What is there is as likely taken before the disk is full as after it.
                    self.inbox.insert(FULL, rig::article(99).into_bytes());
                    full(rig, disk, killed);
                    sums.full += 1;
                    format!("full disk{}", if killed { ", then kill" } else { "" })
                }
                None => {
                    sums.skipped += 1;
                    "skipped: this process may not mount a disk to fill".to_owned()
                }
            },
        };
        self.look(rig);
        self.done.push(done);
    }

    /// What is not as the model says.
    fn differences(&mut self, rig: &Rig) -> Vec<String> {
        let ended = run_for(&mut rig.command(&["run", "--once"]));
        self.look(rig);
        let mut differences = Vec::new();
        let mut differ = |what: &str, is: String, should: String| {
            if is != should {
                differences.push(format!("{what}: is {is}, should be {should}"));
            }
        };
        differ("well ended", format!("{}", ended.and_then(|s| s.code()).is_some_and(|code| code <= 1)), "true".to_owned());
        differ("left in the inbox", format!("{:?}", self.inbox.keys()), "[]".to_owned());
        let mut lines: Vec<(String, String)> = rig.ledger().into_iter().map(|l| (l.path, l.outcome)).collect();
        let (mut first, mut names) = (BTreeMap::<&[u8], Vec<&str>>::new(), Vec::new());
        for (name, bytes) in &self.taken {
            first.entry(bytes).or_default().push(name);
            names.push(format!("inbox/{name}"));
        }
        names.sort();
        lines.sort();
        differ("names in the ledger", format!("{:?}", lines.iter().map(|(path, _)| path).collect::<Vec<_>>()), format!("{names:?}"));
        let mut outcomes: BTreeMap<String, u32> = BTreeMap::new();
        for (bytes, names) in &first {
            *outcomes.entry(self.kinds[*bytes].outcome.to_owned()).or_default() += 1;
            if names.len() > 1 {
                *outcomes.entry("resent".to_owned()).or_default() += names.len() as u32 - 1;
            }
        }
        differ("outcomes", format!("{:?}", rig.outcomes()), format!("{outcomes:?}"));
        let articles: u32 = first.keys().map(|bytes| self.kinds[*bytes].articles).sum();
        differ("articles", rig.stored().to_string(), articles.to_string());
        let mut kept: Vec<Vec<u8>> =
            [rig.files("data/archive"), rig.files("data/quarantine")].concat().iter().map(|f| rig::read(f)).collect();
        let mut sent: Vec<Vec<u8>> = self.taken.iter().map(|(_, bytes)| bytes.clone()).collect();
        kept.sort();
        sent.sort();
        differ("originals", format!("{} of {}", kept.len(), kept == sent), format!("{} of true", sent.len()));
        differ("files in work", rig.files("work").len().to_string(), "0".to_owned());
        let owed: u32 = rig.sql().query_row("SELECT count(*) FROM files WHERE archived <> 1", [], |r| r.get(0)).unwrap_or(0);
        differ("originals owed or missing", owed.to_string(), "0".to_owned());
        differences
    }
}

/// A small file system for the store and the archive; unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    /// `None` where this process may not mount.
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "none"]).arg(at).output();
        done.is_ok_and(|o| o.status.success()).then(|| Self(at.to_owned()))
    }

    /// Takes all room until what is returned is deleted.
    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let mut file = std::fs::File::create(&filler).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
        filler
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The disk is full while a file comes; the daemon says so, and goes on by itself, or is killed first.
fn full(rig: &Rig, disk: &Disk, killed: bool) {
    let pauses = || rig.log().matches("intake paused").count();
    let (mut daemon, before) = (rig.start(), pauses());
    let filler = disk.fill();
    rig.drop_file(FULL, rig::article(99));
    let begun = std::time::Instant::now();
    while pauses() == before {
        let log = rig.log();
        assert!(daemon.ended().is_none() && begun.elapsed().as_secs() < 60, "no pause on a full disk: {:?}\n{log}", daemon.ended());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    if killed {
        drop(daemon);
        std::fs::remove_file(&filler).unwrap();
        return;
    }
    std::fs::remove_file(&filler).unwrap();
    rig::eventually("it goes on by itself", || !rig.path("inbox").join(FULL).exists() && rig.files("work").is_empty());
    assert_eq!(daemon.stop(), 0);
}

/// What came of all sequences.
#[derive(Default)]
struct Sums {
    crashed: u32,
    full: u32,
    skipped: u32,
}

fn sequence(seed: u64, sums: &mut Sums) -> Result<(), String> {
    let mut random = Random(seed);
    let rig = Rig::with("work = \"work\"\nbatch_files = 2");
    let disk = Disk::mount(&rig.path("data"));
    let mut model = Model::default();
    for _ in 0..STEPS {
        model.step(&rig, disk.as_ref(), &mut random, sums);
    }
    let differences = model.differences(&rig);
    let told = format!("seed {seed}:\n{}\nafter: {}", differences.join("\n"), model.done.join("; "));
    if differences.is_empty() { Ok(()) } else { Err(told) }
}

fn sequences(count: u64) {
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let (seed, count) = (number("WIREFOLD_SEED", u64::from(std::process::id()) << 20), number("WIREFOLD_SEQUENCES", count));
    println!("seed {seed}");
    let mut sums = Sums::default();
    let wrong: Vec<String> = (0..count).filter_map(|n| sequence(seed + n, &mut sums).err()).collect();
    let Sums { crashed, full, skipped } = sums;
    println!(
        "seed {seed}: {count} sequences of {STEPS} steps, {crashed} crashes, {full} full disks, {} wrong, {skipped} steps skipped",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(crashed > 0 && (full > 0 || skipped > 0 || count < SEQUENCES), "a fault that never fires proves nothing");
}

#[test]
fn every_sequence_ends_as_the_model_says() {
    sequences(SEQUENCES);
}

#[test]
#[ignore = "the long form: cargo test --release --test model -- --ignored --nocapture"]
fn long_form_of_sequences() {
    sequences(300);
}
