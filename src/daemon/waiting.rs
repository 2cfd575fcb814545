//! Files that no outcome is stored for yet: found by looking into the folders, with the reason that the daemon gives.

use std::path::Path;

use super::{Lock, State};
use crate::config::{After, Config};
use crate::inbox::{self, work::Work};
use crate::store::{Reader, StoreError, rows::FileLine};

/// The files that wait, in the inbox and claimed, each with its reason. Kept files wait for nothing; neither does what was seen and cannot
/// be read, which has its line in the ledger.
///
/// # Errors
/// If the store cannot be read.
pub fn waiting(config: &Config, reader: &Reader) -> Result<Vec<FileLine>, StoreError> {
    if config.after == After::Keep || !config.inbox.exists() {
        return Ok(Vec::new());
    }
    let running = Lock::is_held(&config.store);
    let state = State::read(&config.store).unwrap_or_default();
    let general = if running { state.paused.as_deref().unwrap_or("is about to be taken") } else { "no wirefold is running" };
    let claimed = if running { "is being taken" } else { "was being taken; the next start goes on with it" };
    let mut lines = Vec::new();
    for found in inbox::scan(&config.inbox).0 {
        let path = found.path.to_string_lossy();
        if !reader.knows_unread(&path)? {
            let why = state.waiting.get(path.as_ref()).filter(|_| running);
            lines.push(line(&found.path, why.map_or(general, String::as_str)));
        }
    }
    let work = Work::new(&config.work, &config.inbox);
    for claim in work.batches().unwrap_or_default().iter().flat_map(|batch| work.claims(batch)) {
        if !reader.knows_claim(&claim.key())? {
            lines.push(line(&work.came_from(&claim), claimed));
        }
    }
    Ok(lines)
}

fn line(path: &Path, why: &str) -> FileLine {
    FileLine {
        path: path.to_string_lossy().into_owned(),
        digest: None,
        outcome: "waiting".to_owned(),
        articles: 0,
        rejects: Vec::new(),
        received: None,
        original: None,
        notes: Vec::new(),
        waits_for: Some(why.to_owned()),
    }
}
