//! Files that no outcome is stored for yet: found by looking into the folders, with the reason that the daemon gives.

use std::path::Path;

use super::{Lock, State};
use crate::config::{After, Config};
use crate::inbox::scan;
use crate::inbox::work::Work;
use crate::store::{Reader, StoreError, rows::FileLine};

/// Names of files that are in memory at a time.
const AT_A_TIME: usize = 10_000;

/// Files that wait.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The first of them, those of the inbox in order of path, then the claimed ones.
    pub files: Vec<FileLine>,
    /// How many there are.
    pub total: u32,
}

/// The files that wait, in the inbox and claimed, each with its reason: all are counted whose path is `wanted`, the first `most` are named.
/// Kept files wait for nothing; neither does what was seen and cannot be read, which has its line in the ledger.
///
/// # Errors
/// If the store cannot be read.
pub fn waiting(config: &Config, reader: &Reader, most: usize, wanted: impl Fn(&Path) -> bool) -> Result<Waiting, StoreError> {
    if config.after == After::Keep || !config.inbox.exists() {
        return Ok(Waiting::default());
    }
    let running = Lock::is_held(&config.store);
    let state = State::read(&config.store).unwrap_or_default();
    let general = if running { state.paused.as_deref().unwrap_or("is about to be taken") } else { "no wirefold is running" };
    let claimed = if running { "is being taken" } else { "was being taken; the next start goes on with it" };
    let is_waiting = |path: &Path| Ok::<_, StoreError>(wanted(path) && !reader.knows_unread(&path.to_string_lossy())?);
    let mut waiting = Waiting::default();
    for path in scan::each(&config.inbox) {
        waiting.total += u32::from(is_waiting(&path)?);
    }
    let mut after = None;
    while waiting.files.len() < most.min(waiting.total as usize) {
        let part = scan::part(&config.inbox, after.as_deref(), AT_A_TIME.max(most));
        for found in &part.files {
            if waiting.files.len() < most && is_waiting(&found.path)? {
                let why = state.waiting.get(&*found.path.to_string_lossy()).filter(|_| running);
                waiting.files.push(line(&found.path, why.map_or(general, String::as_str)));
            }
        }
        after = part.files.into_iter().next_back().map(|found| found.path);
        if part.next.is_none() {
            // Some were taken since they were counted.
            break;
        }
    }
    let work = Work::new(&config.work, &config.inbox);
    for claim in work.batches().unwrap_or_default().iter().flat_map(|batch| work.claims(batch)) {
        let from = work.came_from(&claim);
        if wanted(&from) && !reader.knows_claim(&claim.key())? {
            waiting.total += 1;
            if waiting.files.len() < most {
                let why = state.waiting.get(&*from.to_string_lossy()).filter(|_| running);
                waiting.files.push(line(&from, why.map_or(claimed, String::as_str)));
            }
        }
    }
    Ok(waiting)
}

fn line(path: &Path, why: &str) -> FileLine {
    FileLine {
        path: path.to_string_lossy().into_owned(),
        digest: None,
        outcome: "waiting".to_owned(),
        articles: 0,
        rejects: Vec::new(),
        taken_again: false,
        received: None,
        original: None,
        notes: Vec::new(),
        waits_for: Some(why.to_owned()),
    }
}
