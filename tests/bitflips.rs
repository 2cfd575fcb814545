//! Bits of the store that flip on the disk: what is wrong is told, never shown as if it were right.

use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use wirefold::store::read::{EventFilter, Found};
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
        for kin in reader.kin(&event.event)? {
            said.insert(format!("text {} of {}", kin.article, event.event), format!("{} {} {}", kin.source, kin.title, kin.text));
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
    /// Something is wrong and nothing tells.
    wrong: Vec<String>,
}

/// A store and what it answers while it is whole.
struct Original {
    store: PathBuf,
    ids: Vec<String>,
    right: Answers,
}

impl Original {
    fn new(store: &Path) -> Self {
        let mut ids = Vec::new();
        let each = |line: wirefold::store::rows::ArticleLine| {
            ids.push(line.article);
            Ok(())
        };
        Reader::open(store).unwrap().each_article::<StoreError>(each).unwrap();
        Self { store: store.to_owned(), right: answers(store, &ids).unwrap(), ids }
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
        let asked = catch_unwind(AssertUnwindSafe(|| answers(copy, &self.ids)));
        match asked.unwrap_or_else(|_| panic!("panicked by bit {bit} of byte {at}")) {
            Err(_) => count.told += 1,
            Ok(said) if said == self.right => count.harmless += 1,
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

#[test]
fn what_the_disk_altered_is_told_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (config, _) = wirefold::demo::ingest(folder.path(), None).unwrap();
    let original = Original::new(&config.store);
    let copy = folder.path().join("copy.db");
    let (mut numbers, mut count) = (Numbers(given("WIREFOLD_SEED", 7)), Count::default());
    for _ in 0..given("WIREFOLD_FLIPS", 300) {
        store::discard(&copy);
        std::fs::copy(&original.store, &copy).unwrap();
        original.flip(&copy, "", &mut numbers, &mut count);
    }
    eprintln!("store: {count:?}");
    assert!(count.told > 0 && count.harmless > 0 && count.wrong.is_empty(), "{count:#?}");
}
