//! Bits of the store that flip on the disk: what is wrong is told, never shown as if it were right.

use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::provenance::Family;
use wirefold::provenance::article::Provenance;
use wirefold::provenance::event::Shares;
use wirefold::store::read::{EventFilter, Found};
use wirefold::store::wal::{self, End};
use wirefold::store::{self, Reader, StoreError, backup};

/// Numbers that look random, the same for the same seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }
}

/// A number from the environment.
fn given(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// What `events`, `show` and `article` say: by what was asked, in the order of the answers.
#[derive(PartialEq)]
struct Answers {
    listed: Vec<String>,
    said: BTreeMap<String, String>,
}

fn answers(store: &Path, ids: &[String]) -> Result<Answers, StoreError> {
    let reader = Reader::open(store)?;
    let listed = reader.events(&EventFilter { limit: u32::MAX, ..EventFilter::default() })?;
    let mut said = BTreeMap::new();
    for event in &listed.events {
        said.insert(format!("listed {}", event.event), serde_json::to_string(event).unwrap());
        if let Found::One(found) = reader.find_event(&event.event)? {
            said.insert(format!("shown {}", event.event), serde_json::to_string(&found).unwrap());
        }
        // Texts of other events only serve to find out where these have their words from.
        let family = Family::new(reader.kin(&event.event)?);
        said.insert(format!("shares of {}", event.event), format!("{:?}", Shares::of(&family, &event.event)));
        for (rank, kin) in family.kin.iter().enumerate().filter(|(_, kin)| kin.event == event.event) {
            let text = format!("{} {} {}", kin.source, kin.title, kin.text);
            let origins = serde_json::to_string(&Provenance::of(&family, rank)).unwrap();
            said.insert(format!("text {} of {}", kin.article, event.event), format!("{text} {origins}"));
        }
    }
    for id in ids {
        if let Found::One(detail) = reader.find_article(id)? {
            said.insert(format!("article {id}"), format!("{detail:?}"));
        }
    }
    Ok(Answers { listed: listed.events.into_iter().map(|e| e.event).collect(), said })
}

/// What became of flips.
#[derive(Debug, Default)]
struct Count {
    /// Told by what was asked.
    told: u32,
    /// All answers are as before.
    harmless: u32,
    /// Something is missing or elsewhere in a list, nothing that is shown is wrong, and the check of the whole store tells.
    told_by_check: u32,
    /// The store is as it was before its last transaction, as after a crash within that: what was in it is taken again.
    before: u32,
    /// Something is wrong and nothing tells.
    wrong: Vec<String>,
}

/// A store and what it answers while it is whole.
struct Original {
    store: PathBuf,
    ids: Vec<String>,
    right: Answers,
    /// What it answered before its last transaction.
    before: Option<Answers>,
}

impl Original {
    fn new(store: &Path, before: Option<&Path>) -> Self {
        let mut ids = Vec::new();
        let each = |line: wirefold::store::rows::ArticleLine| {
            ids.push(line.article);
            Ok(())
        };
        Reader::open(store).unwrap().each_article::<StoreError>(each).unwrap();
        let before = before.map(|store| answers(store, &ids).unwrap());
        Self { store: store.to_owned(), right: answers(store, &ids).unwrap(), ids, before }
    }

    /// Flips a bit of the file of `copy` with this ending, asks, and counts.
    fn flip(&self, copy: &Path, ending: &str, numbers: &mut Numbers, count: &mut Count) {
        let file = std::fs::File::options().read(true).write(true).open(format!("{}{ending}", copy.display())).unwrap();
        let length = file.metadata().unwrap().len();
        let (mut at, mut byte) = (0, [0]);
        // Much of a small store is empty, where nothing depends on a bit: another byte is taken, up to three times.
        for _ in 0..4 {
            at = numbers.below(length);
            file.read_exact_at(&mut byte, at).unwrap();
            if byte[0] != 0 {
                break;
            }
        }
        let bit = numbers.below(8);
        file.write_all_at(&[byte[0] ^ 1 << bit], at).unwrap();
        let lost = wal::end(copy).unwrap();
        let asked = catch_unwind(AssertUnwindSafe(|| answers(copy, &self.ids)));
        match asked.unwrap_or_else(|_| panic!("panicked by bit {bit} of byte {at}")) {
            Err(_) => count.told += 1,
            Ok(said) if said == self.right => count.harmless += 1,
            Ok(said) if lost == End::Within && self.before.as_ref() == Some(&said) => count.before += 1,
            Ok(said) => {
                let altered = said.said.iter().find(|(asked, answer)| self.right.said.get(*asked) != Some(answer));
                match altered {
                    None if backup::examine(copy).is_err() => count.told_by_check += 1,
                    _ => count.wrong.push(format!("bit {bit} of byte {at}{ending}: {altered:?}")),
                }
            }
        }
    }
}

/// Flips that many bits, each in a fresh copy.
fn flips(original: &Original, ending: &str, most: u64) -> Count {
    let seed = given("WIREFOLD_SEED", 7);
    let copy = original.store.with_file_name("copy.db");
    let (mut numbers, mut count) = (Numbers(seed), Count::default());
    for _ in 0..given("WIREFOLD_FLIPS", most) {
        store::discard(&copy);
        copy_of(&original.store, &copy);
        original.flip(&copy, ending, &mut numbers, &mut count);
    }
    eprintln!("seed {seed}, bits of the {}: {count:?}", if ending.is_empty() { "store" } else { "log" });
    count
}

fn copy_of(store: &Path, to: &Path) {
    for ending in ["", "-wal"] {
        let from = format!("{}{ending}", store.display());
        if Path::new(&from).exists() {
            std::fs::copy(from, format!("{}{ending}", to.display())).unwrap();
        }
    }
}

#[test]
fn what_the_disk_altered_is_told_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (config, _) = wirefold::demo::ingest(folder.path(), None).unwrap();
    let count = flips(&Original::new(&config.store, None), "", 200);
    assert!(count.told > 0 && count.harmless > 0 && count.before == 0 && count.wrong.is_empty(), "{count:#?}");
}

#[test]
fn what_the_disk_altered_in_the_log_is_told_or_taken_for_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let (config, _) = wirefold::demo::ingest(folder.path(), None).unwrap();
    let mut files = wirefold::inbox::scan(&config.inbox).0;
    store::discard(&config.store);
    let mut ingest = Ingest::open(&config).unwrap();
    let [last, before, at] = ["last.db", "before.db", "at.db"].map(|name| folder.path().join(name));
    // As it lies on the disk while the store is open: four transactions in the log.
    while !files.is_empty() {
        copy_of(&config.store, &before);
        let batch = files.drain(..files.len().min(9)).collect();
        ingest.take(batch, Received::At(jiff::Timestamp::now()), &mut Tally::default()).unwrap();
    }
    copy_of(&config.store, &last);
    copy_of(&last, &at);
    let original = Original::new(&at, Some(&before));
    store::discard(&at);
    let count = flips(&Original { store: last, ..original }, "-wal", 80);
    assert!(count.told > 0 && count.before > 0 && count.told_by_check == 0 && count.wrong.is_empty(), "{count:#?}");
}
