//! Placing everything anew with the detector of this version: from the stored articles, or from the originals in the archive.
//!
//! The new store grows beside the old one and takes its place only when it is whole. An event is named after its founding article, so an
//! id survives where its members stay together; the id of an event that is no more leads to where most of its members went. What editors
//! decided is taken over from the old store.

mod originals;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::config::Config;
use crate::daemon::Lock;
use crate::failure::Failure;
use crate::ingest::Ingest;
use crate::store::edit::Turn;
use crate::store::rebuild::{Succession, kept_as, swap};
use crate::store::{Harm, Reader, Store, StoreError, backup, discard, wal};
use crate::text::clean::Safe;

/// Articles placed in one transaction.
const STEP: u32 = 4096;

/// What a rebuild did.
#[derive(Debug)]
pub struct Rebuilt {
    /// What became of articles and events.
    pub succession: Succession,
    /// Where the old store is kept, if there was one.
    pub kept: Option<PathBuf>,
    /// What cannot be read of the old store: its ids and its ledger were not taken over.
    pub unusable: Option<String>,
}

/// Rebuilds the store; `progress` is told from time to time how many articles, or files, of how many are placed.
///
/// # Errors
/// If a daemon is at work, a former rebuild's store is still kept, an original is missing, or the disk refuses; then the store is as it
/// was.
pub fn rebuild(config: &Config, from_archive: bool, mut progress: impl FnMut(u64, u64)) -> Result<Rebuilt, Failure> {
    let _lock = Lock::take(&config.store)?;
    let _work_lock = Lock::take_work(&config.work)?;
    let _turn = Turn::replacing(&config.store)?;
    let kept = kept_as(&config.store);
    if kept.exists() {
        return Err(Failure::unusable(format!("{} is there already, kept by a former rebuild", Safe::path(&kept)))
            .hint("look whether all is well, then delete it or move it away, and give the command again"));
    }
    let (old, unusable) = look_at(&config.store, from_archive)?;
    let new = PathBuf::from(format!("{}.rebuilding", config.store.display()));
    discard(&new);
    let grown = match grow(config, &new, old.as_deref(), from_archive, Edits::AsMade, &mut progress) {
        // Another detector may have put the articles of an edit where it cannot be made.
        Ok(None) => {
            discard(&new);
            grow(config, &new, old.as_deref(), from_archive, Edits::FromStart, &mut progress)
        }
        grown => grown,
    };
    let done = grown.and_then(|succession| {
        if let Some(old) = &old {
            Store::open(old)?.into_one_file()?;
        }
        swap(&new, &config.store)?;
        Ok(succession.unwrap_or_default())
    });
    let refused = "the old store is as it was; give the command again when the new one can be written";
    let succession = done.map_err(|failure| failure.unless_forbidden(&new, refused)).inspect_err(|_| discard(&new))?;
    Ok(Rebuilt { succession, kept: Some(kept).filter(|kept| kept.exists()), unusable })
}

/// The old store if it can be used, or why not. Originals can be read without it, stored articles cannot.
fn look_at(store: &Path, from_archive: bool) -> Result<(Option<PathBuf>, Option<String>), Failure> {
    if !store.exists() {
        return if from_archive { Ok((None, None)) } else { Err(StoreError::Missing { path: store.to_owned() }.into()) };
    }
    // Opened for writing: a store of an older version is brought up to date, as by any writing command.
    match wal::refuse_cut_off(store).and_then(|_| Store::open(store)).and_then(|_| backup::examine(store)) {
        Ok(_) => Ok((Some(store.to_owned()), None)),
        Err(error) if from_archive && error.harm() == Harm::Damaged => Ok((None, Some(error.to_string()))),
        Err(error) if error.harm() == Harm::Damaged => Err(Failure::unusable(error.to_string())
            .hint("`wirefold rebuild --from-archive` reads the originals again; `wirefold restore BACKUP` puts a backup in its place")),
        Err(error) => Err(error.into()),
    }
}

/// When edits take effect in a rebuild.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edits {
    /// When they were made: each is made again behind the same article, so that the same detector comes to the same events.
    AsMade,
    /// From the first article on.
    FromStart,
}

/// Fills the new store, which ends as one file; `None` if an edit cannot be made again.
fn grow(
    config: &Config,
    new: &Path,
    old: Option<&Path>,
    from_archive: bool,
    edits: Edits,
    progress: &mut impl FnMut(u64, u64),
) -> Result<Option<Succession>, Failure> {
    let there = Config { store: new.to_owned(), ..config.clone() };
    let mut ingest = Ingest::open(&there)?;
    // Originals that are read again may come in another order, or hold other articles.
    let as_made = edits == Edits::AsMade && !from_archive;
    if let Some(old) = old.filter(|_| !as_made) {
        ingest.hold(Reader::open(old)?.held()?.from_start());
    }
    match old {
        Some(old) if !from_archive => {
            if !place_stored(&mut ingest, old, as_made, progress)? {
                return Ok(None);
            }
        }
        old => originals::read_again(config, &mut ingest, old, progress)?,
    }
    let succession = match old {
        Some(old) => ingest.store().succeed(old, Timestamp::now())?,
        None => ingest.store().begun_anew()?,
    };
    ingest.into_store().into_one_file()?;
    Ok(Some(succession))
}

/// Places the stored articles in their order, and makes the edits again between them if they are to be made so; whether all could be.
fn place_stored(ingest: &mut Ingest, old: &Path, as_made: bool, progress: &mut impl FnMut(u64, u64)) -> Result<bool, Failure> {
    ingest.store().copy_ledger(old)?;
    let reader = Reader::open(old)?;
    let all = reader.totals()?.articles;
    let made = if as_made { reader.made()? } else { Vec::new() };
    let mut edits = made.iter().peekable();
    let mut from = 0;
    loop {
        while let Some(edit) = edits.next_if(|edit| edit.at_pos <= from || from >= all) {
            match ingest.edit_again(edit) {
                Err(StoreError::Refused { .. }) => return Ok(false),
                done => done?,
            }
        }
        if from >= all {
            return Ok(true);
        }
        let count = edits.peek().map_or(STEP, |edit| STEP.min(edit.at_pos - from));
        ingest.place_again(reader.stored_articles(from, count)?)?;
        from += count;
        progress(u64::from(from.min(all)), u64::from(all));
    }
}
