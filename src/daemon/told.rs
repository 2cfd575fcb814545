//! What intake logs, and what it logged before: the same is not said again and again, however often it is met.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::ingest::Tally;
use crate::text::clean::Safe;

/// Why files stay in the inbox is logged again after this time, if more come for the same reason.
const AGAIN: Duration = Duration::from_secs(600);
/// Bytes from which on the log of the store is longer than any batch makes it.
const LONG_LOG: u64 = 256 << 20;

/// What was logged.
#[derive(Default)]
pub(super) struct Told {
    /// Why files could not be taken, and when that was logged.
    refused: HashMap<String, Instant>,
    /// Batches that a crash or a pause left: their names, files that are stored and that are not.
    left: HashSet<(String, usize, usize)>,
    /// Length of the log of the store.
    store_log: u64,
}

impl Told {
    /// Files cannot be taken now. What was not said of them `before` is logged, in one line for all; the same of others not again and again,
    /// since there may be a million. They are tried again every so many seconds.
    pub(super) fn refused(&mut self, refused: &[(PathBuf, String)], before: &BTreeMap<PathBuf, String>, every: f64) {
        self.refused.retain(|_, at| at.elapsed() < AGAIN);
        let told = &self.refused;
        let mut news = refused.iter().filter(|(path, why)| before.get(path) != Some(why) && !told.contains_key(why));
        if let Some((file, why)) = news.next() {
            tracing::warn!(
                files = 1 + news.count(),
                first = %Safe::path(file),
                why,
                "these files stay in the inbox and are tried again every {every} s; `wirefold files --outcome waiting` lists them"
            );
            self.refused.insert(why.clone(), Instant::now());
        }
    }

    /// Whether it was not logged yet that a crash or a pause left this batch, with so many files that are stored and so many that are not.
    pub(super) fn is_news(&mut self, batch: &str, stored: usize, rest: usize) -> bool {
        self.left.insert((batch.to_owned(), stored, rest))
    }

    /// Nothing is left of what a crash or a pause left.
    pub(super) fn all_is_made_good(&mut self) {
        self.left.clear();
    }

    /// Logs that the log of the store grows, which it does as long as somebody reads what was stored before.
    pub(super) fn log_of(&mut self, store: &Path) {
        let length = std::fs::metadata(format!("{}-wal", store.display())).map_or(0, |meta| meta.len());
        if length < LONG_LOG {
            self.store_log = 0;
        } else if length >= 2 * self.store_log {
            let megabytes = length >> 20;
            tracing::warn!(
                megabytes,
                "the log of the store has grown: a program keeps the store open that read it long ago; end it, and the log shrinks"
            );
            self.store_log = length;
        }
    }
}

/// What was taken up to a moment.
pub(super) struct Before {
    at: Instant,
    files: BTreeMap<&'static str, u32>,
    articles: u32,
}

impl Before {
    /// Up to now.
    pub(super) fn of(tally: &Tally) -> Self {
        Self { at: Instant::now(), files: tally.files.clone(), articles: tally.articles }
    }

    /// Logs what was taken since.
    pub(super) fn tell(&self, tally: &Tally) {
        let since = |outcome: &str| tally.files.get(outcome).unwrap_or(&0) - self.files.get(outcome).unwrap_or(&0);
        let [stored, partial, rejected, resent] = ["stored", "partial", "rejected", "resent"].map(since);
        let (articles, ms) = (tally.articles - self.articles, self.at.elapsed().as_millis() as u64);
        if partial + rejected > 0 {
            tracing::warn!(stored, partial, rejected, resent, articles, ms, "files taken; `wirefold rejects` says what was wrong");
        } else if stored + resent > 0 {
            tracing::info!(stored, resent, articles, ms, "files taken");
        }
    }
}
