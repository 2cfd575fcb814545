//! The originals of a store, read again in the order in which they came.
//!
//! The ledger of the old store says which they are. Without one, their places in archive and quarantine say when and by which path they
//! came; what was read in place is not there.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::article::FileDigest;
use crate::clock;
use crate::config::Config;
use crate::daemon::came_from;
use crate::failure::Failure;
use crate::inbox::{self, Found, InboxFile};
use crate::ingest::{Ingest, Received, Tally};
use crate::store::reread::LedgerLine;
use crate::store::{Reader, StoreError};
use crate::text::clean::Safe;

/// Files, and their bytes, after which a batch is full.
const BATCH: usize = 256;
const BATCH_BYTES: u64 = 64 << 20;

/// An original with what is known of how it came.
struct Original {
    /// Where its bytes are.
    at: PathBuf,
    /// Its digest, where a ledger says so.
    digest: Option<FileDigest>,
    came_by: PathBuf,
    folder: Option<String>,
    received: Timestamp,
    claim: Option<Vec<u8>>,
    /// It is kept in archive or quarantine.
    kept: bool,
    /// Its bytes came before.
    resent: bool,
}

/// Reads all originals into an empty store.
pub(super) fn read_again(
    config: &Config,
    ingest: &mut Ingest,
    old: Option<&Path>,
    progress: &mut impl FnMut(u64, u64),
) -> Result<(), Failure> {
    let (originals, left) = match old {
        Some(old) => of_ledger(config, Reader::open(old)?.ledger_lines()?)?,
        None => (of_folders(config), Vec::new()),
    };
    let all = originals.len();
    let mut rest = &originals[..];
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(full_batch(rest));
        take(config, ingest, batch)?;
        rest = later;
        progress((all - rest.len()) as u64, all as u64);
    }
    if let Some(old) = old {
        ingest.store().copy_unread(old, &left)?;
    }
    Ok(())
}

/// The originals that a ledger names, and the lines that held no article and whose bytes are nowhere.
fn of_ledger(config: &Config, lines: Vec<LedgerLine>) -> Result<(Vec<Original>, Vec<i64>), Failure> {
    let (mut originals, mut left, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        let kept = line.original.clone().filter(|at| at.is_file());
        match kept.clone().or_else(|| Some(line.came_by.clone()).filter(|at| line.claim.is_none() && at.is_file())) {
            Some(at) => originals.push(Original {
                at,
                digest: Some(line.digest),
                folder: line.folder.or_else(|| first_folder(&line.came_by, &config.inbox)),
                came_by: line.came_by,
                received: line.received,
                claim: line.claim,
                kept: kept.is_some(),
                resent: line.resent,
            }),
            None if line.articles == 0 => left.push(line.no),
            None => missing.push(line.came_by),
        }
    }
    match missing.first() {
        None => Ok((originals, left)),
        Some(first) => Err(Failure::unusable(format!(
            "the bytes of {} files with articles are not there any more, among them those of {}",
            missing.len(),
            Safe::path(first)
        ))
        .hint("`wirefold rebuild` places the stored articles, which are all there; claimed files are put away by `wirefold run --once`")),
    }
}

/// The originals in archive and quarantine, by the moment they were claimed and their path.
fn of_folders(config: &Config) -> Vec<Original> {
    let mut originals = Vec::new();
    for root in [&config.archive, &config.quarantine].into_iter().filter(|root| root.is_dir()) {
        for Found { path: at, .. } in inbox::scan(root).0 {
            let Some((rel, received)) = came_from(&at, root).zip(claimed_at(&at, root)) else { continue };
            let came_by = config.inbox.join(rel);
            let folder = first_folder(&came_by, &config.inbox);
            originals.push(Original { at, digest: None, folder, came_by, received, claim: None, kept: true, resent: false });
        }
    }
    originals.sort_by(|a, b| (a.received, &a.came_by).cmp(&(b.received, &b.came_by)));
    originals
}

/// The moment at which an original was claimed: its folders are the day, its name begins with the time.
fn claimed_at(original: &Path, root: &Path) -> Option<Timestamp> {
    let below = original.strip_prefix(root).ok()?;
    let day: Vec<_> = below.iter().take(3).map(|part| part.to_string_lossy()).collect();
    let time = original.file_name()?.to_string_lossy().get(..13)?.to_owned();
    let moment = DateTime::strptime("%Y%m%d-%H%M%S-%6f", format!("{}-{time}", day.concat())).ok()?;
    Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn first_folder(came_by: &Path, inbox: &Path) -> Option<String> {
    let mut below = came_by.strip_prefix(inbox).ok()?.iter();
    below.next().filter(|_| below.next().is_some()).map(|folder| folder.to_string_lossy().into_owned())
}

/// Number of originals that fill a batch. One that was resent is a batch of its own: in a batch, what is known gets its line last.
/// So is one that came while the clock was not set.
fn full_batch(originals: &[Original]) -> usize {
    let mut bytes = 0;
    let fits = |o: &&Original| {
        let before = bytes;
        bytes += std::fs::symlink_metadata(&o.at).map_or(0, |meta| meta.len());
        before < BATCH_BYTES
    };
    originals.iter().take(BATCH).take_while(|o| !o.resent && !came_unset(o)).take_while(fits).count().max(1)
}

/// Whether the clock was not set when it came; of what was read in place, the moment is that of its last change.
fn came_unset(original: &Original) -> bool {
    original.kept && clock::is_unset(original.received)
}

/// Reads, parses and places a batch; then notes where its originals are.
fn take(config: &Config, ingest: &mut Ingest, batch: &[Original]) -> Result<(), Failure> {
    let mut files = Vec::with_capacity(batch.len());
    for original in batch {
        files.push(read(original, config.limits.file_bytes)?);
    }
    let digests: Vec<Option<FileDigest>> = files.iter().map(|f| f.content.as_ref().ok().map(|(_, digest)| *digest)).collect();
    // Each file has the moment at which it was received as that of its last change.
    let received = match batch {
        [alone] if came_unset(alone) => Received::At(alone.received),
        _ => Received::Changed(Timestamp::MAX),
    };
    let parsed = ingest.parse(ingest.sort_out(files)?, received);
    ingest.place(parsed, received, &mut Tally::default())?;
    for (original, digest) in batch.iter().zip(digests) {
        let Some(digest) = digest else { continue };
        let at = Some(original.at.as_path()).filter(|_| original.kept);
        ingest.store().note_original(&digest, &original.came_by, original.received, at, original.claim.as_deref())?;
    }
    Ok(())
}

/// The file as it was when it came in.
fn read(original: &Original, limit: u64) -> Result<InboxFile, Failure> {
    let mut file = inbox::read(Found { path: original.at.clone(), folder: original.folder.clone() }, limit);
    if let (Ok((_, read)), Some(known)) = (&file.content, &original.digest)
        && read != known
    {
        return Err(StoreError::Unreadable(format!("{} is not what the ledger says was read", original.at.display())).into());
    }
    file.found.path.clone_from(&original.came_by);
    file.modified = Some(original.received);
    Ok(file)
}
