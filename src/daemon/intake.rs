//! Intake: claim → read → parse → commit → retire, and the way back to it from wherever a crash left the files.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use rayon::prelude::*;
use tokio::sync::Notify;

use super::folders::Kept;
use super::retention::Clock;
use super::told::{Before, Told};
use super::{folders, retention, supervisor, trial};
use crate::article::FileDigest;
use crate::config::{After, Config};
use crate::crash;
use crate::failure::Failure;
use crate::inbox::claim::{Claim, Claimed, Unread, is_systemic};
use crate::inbox::retire::{self, Owed, Retired};
use crate::inbox::settle::Look;
use crate::inbox::work::Work;
use crate::inbox::{Found, InboxFile, durable, look_at};
use crate::ingest::{Ingest, ParsedBatch, Received, Spent, Tally};
use crate::parsers::Counts;
use crate::store::originals;

/// Bytes after which a batch is full, whatever the number of its files: all of it is in memory at a time.
const BATCH_BYTES: u64 = 64 << 20;

/// Takes settled files out of the inbox and into the store.
pub(super) struct Intake {
    config: Arc<Config>,
    ingest: Ingest,
    work: Work,
    /// Device and inode of the store: writing goes on into a file that was deleted, and nobody would know.
    store_id: (u64, u64),
    pub(super) tally: Tally,
    /// Files that could not be taken just now, and why.
    pub(super) waits: BTreeMap<PathBuf, String>,
    /// What was logged.
    told: Told,
    /// Whether files were claimed, or were found changed, since this was asked last.
    moved: bool,
    /// When something was last committed.
    pub(super) last_commit: Option<Timestamp>,
    /// Time of whole batches.
    pub(super) batches: Spent,
    clock: Clock,
    kept: Kept,
}

impl Intake {
    pub(super) fn new(config: Arc<Config>, ingest: Ingest) -> Result<Self, Failure> {
        let store_id = super::identity(&config.store).map_err(|e| Failure::io("cannot look at the store", &config.store, &e))?;
        let (work, kept) = (Work::new(&config.work, &config.inbox), Kept::new(&config));
        Ok(Self {
            config,
            ingest,
            work,
            store_id,
            tally: Tally::default(),
            waits: BTreeMap::new(),
            told: Told::default(),
            moved: false,
            last_commit: None,
            batches: Spent::default(),
            clock: Clock::new(),
            kept,
        })
    }

    /// Another configuration of the same folders and store from now on.
    pub(super) fn adopt(&mut self, config: &Arc<Config>) {
        self.config = config.clone();
        self.ingest.adopt(config);
    }

    /// Time spent on parsing, and on placing and storing.
    pub(super) fn spent(&self) -> [Spent; 2] {
        self.ingest.spent()
    }

    /// Rings when a file was read aside.
    pub(super) fn aside_bell(&self) -> Arc<Notify> {
        self.ingest.aside_bell()
    }

    /// What became of the parsers.
    pub(super) fn parsers(&self) -> Counts {
        self.ingest.parsers()
    }

    /// Takes a batch of settled files. `shared` says whether other files of the inbox need the sidecar of this one.
    pub(super) fn take(&mut self, batch: &[(Found, Look)], shared: impl Fn(&Found) -> bool) -> Result<(), Failure> {
        let (begun, before) = (Instant::now(), Before::of(&self.tally));
        let in_place = self.config.after == After::Keep || crash::planted("no_claim");
        if in_place {
            self.take_in_place(batch)?
        } else {
            self.take_claimed(batch, &shared)?
        }
        self.batches.add(begun.elapsed());
        before.tell(&self.tally);
        self.told.log_of(&self.config.store);
        Ok(())
    }

    /// Whether files were claimed, or were found changed, since this was asked last: not all are such as cannot be taken.
    pub(super) fn moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    /// Of other files than these it need not be known any more why they wait: they are gone, or looked at later.
    pub(super) fn forget_waits<'f>(&mut self, files: impl Iterator<Item = &'f Found>) {
        if !self.waits.is_empty() {
            let files: HashSet<&Path> = files.map(|found| found.path.as_path()).collect();
            self.waits.retain(|path, _| files.contains(path.as_path()));
        }
    }

    /// How many of the settled files make a batch.
    pub(super) fn full_batch(&self, settled: &VecDeque<(Found, Look)>) -> usize {
        let mut bytes = 0;
        let fits = |(_, look): &&(Found, Look)| {
            let before = bytes;
            bytes += look.size.min(self.config.limits.file_bytes);
            before < BATCH_BYTES
        };
        settled.iter().take(self.config.batch_files).take_while(fits).count()
    }

    /// Files that stay where they are; the ledger remembers their digests.
    fn take_in_place(&mut self, batch: &[(Found, Look)]) -> Result<(), Failure> {
        self.check_store()?;
        let files: Vec<Found> = batch.iter().map(|(found, _)| found.clone()).collect();
        self.ingest.take(files, Received::At(Timestamp::now()), &mut self.tally)?;
        self.last_commit = Some(Timestamp::now());
        if crash::planted("no_claim") {
            for (found, _) in batch {
                let name = found.path.file_name().unwrap_or_default();
                std::fs::rename(&found.path, self.config.archive.join(name)).map_err(|e| disk("cannot archive", &found.path, &e))?;
            }
        }
        Ok(())
    }

    fn take_claimed(&mut self, batch: &[(Found, Look)], shared: impl Fn(&Found) -> bool) -> Result<(), Failure> {
        // Nothing is claimed into folders that would be made anew where the store was taken away.
        self.check_store()?;
        folders::apart(&self.config)?;
        let now = Timestamp::now();
        let name = self.work.begin(now).map_err(|e| disk("cannot claim files into", self.work.root(), &e))?;
        let (mut claims, mut unreadable, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        let tried: Vec<_> = batch.iter().map(|(found, _)| self.waits.remove_entry(&found.path)).collect();
        for (found, look) in batch {
            let claimed = self.work.claim(&name, found, look, self.config.limits.file_bytes, shared(found));
            match claimed.map_err(|e| disk("cannot claim", &found.path, &e))? {
                Claimed::Ours(claim) => {
                    self.moved = true;
                    claims.push((claim, Some(*look)));
                }
                Claimed::Unreadable => unreadable.push(found.clone()),
                Claimed::NotNow(why) => refused.push((found.path.clone(), why)),
                Claimed::Gone => self.moved = true,
            }
        }
        self.wait_with(refused, &tried.into_iter().flatten().collect());
        if !unreadable.is_empty() {
            self.check_store()?;
            self.ingest.take(unreadable, Received::At(now), &mut self.tally)?;
            self.last_commit = Some(Timestamp::now());
        }
        self.take_batch(&name, claims)
    }

    /// Remembers why files cannot be taken now, and logs what was not said of them `before`.
    fn wait_with(&mut self, refused: Vec<(PathBuf, String)>, before: &BTreeMap<PathBuf, String>) {
        self.told.refused(&refused, before, self.config.rescan_seconds);
        self.waits.extend(refused);
    }

    /// Takes the claimed files of one batch, which all lie in its folder for files that ended no process.
    fn take_batch(&mut self, name: &str, mut claims: Vec<(Claim, Option<Look>)>) -> Result<(), Failure> {
        if claims.len() == 1 {
            let (claim, seen) = claims.remove(0);
            self.take_alone(claim, seen)?;
            return self.work.clear(name).map_err(|e| disk("cannot clear", self.work.root(), &e));
        }
        let received = claims.first().map_or_else(|| Received::At(Timestamp::now()), |(claim, _)| received(claim));
        let files = self.read(&claims)?;
        if files.is_empty() {
            return self.work.clear(name).map_err(|e| disk("cannot clear", self.work.root(), &e));
        }
        let sorted = self.ingest.sort_out(files)?;
        self.work.parsing(name).map_err(|e| disk("cannot rename in", self.work.root(), &e))?;
        crash::point("in_parsing");
        let parsed = self.ingest.parse_in_time(sorted, received)?;
        self.work.parsed(name).map_err(|e| disk("cannot rename in", self.work.root(), &e))?;
        self.store_and_retire(parsed, received)
    }

    /// Takes one file by itself. One under suspicion is parsed by another process first, which may end in its stead.
    fn take_alone(&mut self, claim: Claim, seen: Option<Look>) -> Result<(), Failure> {
        supervisor::still_alive();
        let renamed = |e: io::Error| disk("cannot rename in", Path::new(&claim.batch), &e);
        let received = received(&claim);
        let mut files = self.read(&[(claim.clone(), seen)])?;
        let condemned = if claim.suspicion > 0 { trial::condemned(&self.config, &self.work.path(&claim)) } else { None };
        let cleared = Claim { suspicion: 0, ..claim.clone() };
        for file in &mut files {
            file.claim = file.claim.take().map(|(_, look)| (cleared.clone(), look));
            file.condemned.clone_from(&condemned);
        }
        if files.is_empty() {
            return Ok(());
        }
        let sorted = self.ingest.sort_out(files)?;
        let suspect = if claim.suspicion > 0 { claim.clone() } else { self.work.suspect(&claim, 1).map_err(renamed)? };
        crash::point("in_parsing");
        let parsed = self.ingest.parse_in_time(sorted, received)?;
        self.work.suspect(&suspect, 0).map_err(renamed)?;
        self.store_and_retire(parsed, received)
    }

    /// Reads claimed files and makes them durable. What changed meanwhile goes back into the inbox.
    fn read(&mut self, claims: &[(Claim, Option<Look>)]) -> Result<Vec<InboxFile>, Failure> {
        let limit = self.config.limits.file_bytes;
        let read: Vec<_> = claims.par_iter().map(|(claim, seen)| self.work.read(claim, seen.as_ref(), limit)).collect();
        let mut files = Vec::with_capacity(read.len());
        for ((claim, _), read) in claims.iter().zip(read) {
            match read.map_err(|e| disk("cannot read and sync", &self.work.path(claim), &e))? {
                Ok(file) => files.push(file),
                Err(why) => {
                    self.work.give_back(claim).map_err(|e| disk("cannot give back", &self.work.path(claim), &e))?;
                    if let Unread::Refused(why) = why {
                        self.waits.insert(self.work.came_from(claim), why);
                    }
                }
            }
        }
        let ours = files.iter().filter_map(|f| f.claim.as_ref().map(|(claim, _)| claim));
        self.work.sync(ours).map_err(|e| disk("cannot sync", self.work.root(), &e))?;
        if crash::planted("unlink_before_commit") {
            claims.iter().for_each(|(claim, _)| drop(std::fs::remove_file(self.work.path(claim))));
        }
        Ok(files)
    }

    /// Stores the files that were read aside by now, as a batch of their own. True if there were any.
    pub(super) fn take_aside(&mut self) -> Result<bool, Failure> {
        let before = Before::of(&self.tally);
        let next = match self.ingest.read_aside() {
            Some(read) => {
                crash::point("read_aside");
                self.store_and_retire(read.batch, read.received)?;
                read.next
            }
            None => match self.ingest.next_put_off() {
                Some(put_off) => put_off,
                None => return Ok(false),
            },
        };
        for (claim, look) in next {
            let batch = claim.batch.clone();
            self.take_alone(claim, Some(look))?;
            self.work.clear(&batch).map_err(|e| disk("cannot clear", self.work.root(), &e))?;
        }
        // There may be more of either, of which nobody else rings.
        self.ingest.aside_bell().notify_one();
        before.tell(&self.tally);
        Ok(true)
    }

    /// Claimed files that are read aside, or wait for one that is.
    pub(super) fn count_aside(&self) -> usize {
        self.ingest.count_aside()
    }

    /// Why files wait that are read aside, by the path where they were found.
    pub(super) fn aside(&self) -> impl Iterator<Item = (PathBuf, String)> {
        self.ingest.aside().map(|path| (path.to_owned(), "its parser is still at it; others are taken meanwhile".to_owned()))
    }

    fn store_and_retire(&mut self, parsed: ParsedBatch, received: Received) -> Result<(), Failure> {
        if parsed.is_empty() {
            return Ok(());
        }
        self.check_store()?;
        let taken = self.ingest.place(parsed, received, &mut self.tally)?;
        self.last_commit = Some(Timestamp::now());
        // Before the only other copy of what was just stored leaves the work folder.
        self.check_store()?;
        let owed: Vec<Owed> = taken.into_iter().filter_map(|file| file.owed).collect();
        self.retire(&owed)
    }

    fn retire(&mut self, owed: &[Owed]) -> Result<(), Failure> {
        let (what, where_to) = match self.config.after {
            After::Archive => ("cannot put originals away in", &*self.config.archive),
            After::Delete | After::Keep => ("cannot remove originals from", self.work.root()),
        };
        self.kept.check()?;
        let retired = retire::retire(&self.work, owed).map_err(|e| disk(what, where_to, &e))?;
        self.ingest.store().remember(retired);
        Ok(())
    }

    /// Writes what is not written yet about files that were retired.
    pub(super) fn note(&mut self) -> Result<(), Failure> {
        self.check_store()?;
        Ok(self.ingest.store().note()?)
    }

    /// What can wait until nothing else is to be done.
    pub(super) fn idle(&mut self) -> Result<(), Failure> {
        self.note()?;
        retention::expire(&self.config, self.ingest.store(), &mut self.clock)
    }

    /// Finds what a crash or a failure left in the work folder and goes on with it: at the start, and whenever intake was paused.
    pub(super) fn recover(&mut self) -> Result<(), Failure> {
        let before = Before::of(&self.tally);
        // They are among those in the work folder, and where they lie there may have changed.
        self.ingest.forget_aside();
        let batches = self.work.batches().map_err(|e| disk("cannot look into", self.work.root(), &e))?;
        for batch in &batches {
            crash::point("in_recovery");
            supervisor::still_alive();
            self.recover_batch(batch)?;
        }
        self.find_originals()?;
        self.told.all_is_made_good();
        before.tell(&self.tally);
        Ok(())
    }

    fn recover_batch(&mut self, batch: &str) -> Result<(), Failure> {
        let (mut stored, mut rest) = (Vec::new(), Vec::new());
        for claim in self.work.claims(batch) {
            match self.ingest.store().claimed(&claim.key())? {
                Some(line) => stored.push((claim, line)),
                None => rest.push(claim),
            }
        }
        let owed = self.still_owed(stored)?;
        // Told once, however often it is tried.
        let is_news = self.told.is_news(batch, owed.len(), rest.len());
        if !owed.is_empty() {
            if is_news {
                tracing::info!(files = owed.len(), batch, "stored before the last end or pause; they are put away");
            }
            self.retire(&owed)?;
        }
        if rest.iter().any(|claim| claim.suspicion > 0) {
            tracing::warn!(files = rest.len(), batch, "the process ended while these were parsed; they are taken one by one");
            rest.into_iter().try_for_each(|claim| self.take_alone(claim, None))?;
        } else if !rest.is_empty() {
            if is_news {
                tracing::info!(files = rest.len(), batch, "claimed before the last end or pause; they are taken first");
            }
            self.take_batch(batch, rest.into_iter().map(|claim| (claim, None)).collect())?;
        }
        self.work.clear(batch).map_err(|e| disk("cannot clear", self.work.root(), &e))
    }

    /// Claimed files whose outcome is stored, if they are still what was stored; others go back into the inbox as other files.
    fn still_owed(&mut self, stored: Vec<(Claim, originals::Claimed)>) -> Result<Vec<Owed>, Failure> {
        let still = |(claim, line): &(Claim, originals::Claimed)| {
            let path = self.work.path(claim);
            let meta = std::fs::symlink_metadata(&path).map_err(|e| disk("cannot look at", &path, &e))?;
            // Its bytes were synced before its outcome was stored.
            if !meta.is_file() || meta.len() > self.config.limits.file_bytes {
                return Ok((false, look_at(&meta)));
            }
            match std::fs::read(&path) {
                Err(e) if is_systemic(&e) => Err(disk("cannot read", &path, &e)),
                bytes => Ok((bytes.is_ok_and(|bytes| FileDigest::of(&bytes) == line.digest), look_at(&meta))),
            }
        };
        let looks: Vec<Result<(bool, Look), Failure>> = stored.par_iter().map(still).collect();
        let mut owed = Vec::with_capacity(stored.len());
        for ((claim, line), looked) in stored.into_iter().zip(looks) {
            let (holds, read) = looked?;
            if holds {
                owed.push(Owed { claim, digest: line.digest, read, original: line.original });
                continue;
            }
            self.work.give_back(&claim).map_err(|e| disk("cannot give back", &self.work.path(&claim), &e))?;
            self.ingest.store().remember([Retired { claim: claim.key(), original: None }]);
        }
        Ok(owed)
    }

    /// Files of the ledger that were to be retired and are not in the work folder: they arrived, or they are lost.
    fn find_originals(&mut self) -> Result<(), Failure> {
        crash::point("in_recovery");
        self.note()?;
        for line in self.ingest.store().not_archived()? {
            let Some(wanted) = &line.original else {
                self.ingest.store().remember([Retired { claim: line.claim, original: None }]);
                continue;
            };
            match retire::find(wanted, &line.digest) {
                Some(original) => self.ingest.store().remember([Retired { claim: line.claim, original: Some(original) }]),
                None => {
                    tracing::error!(original = %wanted.display(), "the original of a stored file is missing; its articles are stored");
                    self.ingest.store().note_missing(&line.claim)?;
                }
            }
        }
        self.note()
    }

    /// The store must be the file that was opened.
    fn check_store(&self) -> Result<(), Failure> {
        match super::identity(&self.config.store) {
            Ok(id) if id == self.store_id => Ok(()),
            _ => Err(Failure::unusable(format!(
                "the store {} was removed or replaced while wirefold was running",
                self.config.store.display()
            ))
            .hint("put it back, or restore a backup with `wirefold restore FILE`, then start again; nothing more was taken")
            .lasting()),
        }
    }
}

/// A file counts as received when it was claimed, also if it takes a restart to read it.
fn received(claim: &Claim) -> Received {
    Received::At(claim.at().unwrap_or_else(Timestamp::now))
}

/// A failure of a disk or folder; after a lost write it is one that trying again would only hide.
fn disk(what: &str, path: &Path, error: &io::Error) -> Failure {
    if durable::is_fatal(error) { Failure::lost_write(what, path, error) } else { Failure::io(what, path, error) }
}
