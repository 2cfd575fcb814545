//! Files that keep their parsers long: their batch goes on without them. Each is read on in a thread of its own, and makes a batch with those
//! that are read by then. Until it does it lies claimed in the work folder, where it is found should the process end. Where too many are read so
//! already, one leaves its batch without a thread, and is taken anew when another is done.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use tokio::sync::Notify;

use super::reading::{Read, read_by};
use super::{Ingest, ParsedBatch, Received, Sorted};
use crate::article::FileDigest;
use crate::crash;
use crate::inbox::InboxFile;
use crate::inbox::claim::Claim;
use crate::inbox::settle::Look;
use crate::parse::FileHints;
use crate::parsers::{Asked, Parsers};
use crate::store::StoreError;

/// How long a batch waits for the parser of a file; the more left it already the shorter, down to the shortest.
const PATIENCE: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(50)];
/// Files that are read aside at a time: each takes a parser with its memory, and the bytes of the file. Others wait in the work folder.
const MOST: usize = 4;

/// The files that are read aside.
pub(super) struct Aside {
    files: BTreeMap<FileDigest, Left>,
    /// Those of them that no thread reads yet, in the order in which they left.
    put_off: VecDeque<(FileDigest, Claim, Look)>,
    /// Where the threads say what they read. Of files that are forgotten nobody hears.
    read: (Sender<Said>, Receiver<Said>),
    places: Arc<AtomicUsize>,
    bell: Arc<Notify>,
}

/// What was read of which bytes, or how that panicked.
type Said = (FileDigest, thread::Result<Read>);

/// A file that left its batch.
struct Left {
    path: PathBuf,
    /// Claimed files with the same bytes.
    twins: Vec<(Claim, Look)>,
}

/// A place among the files that are read aside, as long as it lives.
struct Place(Arc<AtomicUsize>);

/// A file for which its batch waited long enough.
enum Begun {
    Read(Read),
    Leaves(Leaving),
    PutOff(InboxFile),
}

/// A file that leaves its batch.
struct Leaving {
    file: InboxFile,
    asked: Box<Asked>,
    place: Place,
}

/// Files that were read aside.
pub struct ReadAside {
    /// They alone.
    pub batch: ParsedBatch,
    /// When the first was received.
    pub received: Received,
    /// Claimed files with the same bytes; they are to be taken after these.
    pub next: Vec<(Claim, Look)>,
}

impl Aside {
    pub(super) fn new() -> Self {
        Self { files: BTreeMap::new(), put_off: VecDeque::new(), read: channel(), places: Arc::default(), bell: Arc::default() }
    }

    /// Whether a file of these bytes is read aside.
    pub(super) fn has(&self, digest: &FileDigest) -> bool {
        self.files.contains_key(digest)
    }

    /// Has a claimed file wait until another is read.
    fn put_off(&mut self, file: InboxFile) {
        if let (Ok((_, digest)), Some((claim, look))) = (file.content, file.claim) {
            self.files.insert(digest, Left { path: file.found.path, twins: Vec::new() });
            self.put_off.push_back((digest, claim, look));
        }
    }

    /// Has a file wait for the one with the same bytes, if that is read aside.
    fn has_twin(&mut self, file: &InboxFile) -> bool {
        let left = file.content.as_ref().ok().and_then(|(_, digest)| self.files.get_mut(digest));
        let twin = left.zip(file.claim.clone());
        twin.map(|(left, claim)| left.twins.push(claim)).is_some()
    }
}

impl Place {
    fn free(places: &Arc<AtomicUsize>) -> Option<Self> {
        let more = |taken| (taken < MOST).then_some(taken + 1);
        places.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Self(places.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ingest {
    /// As [`Ingest::parse`], but claimed files that keep their parsers long are left out, and so are those with the same bytes: they come later,
    /// by [`Ingest::read_aside`].
    ///
    /// # Errors
    /// If no thread can be started to wait for one of them.
    pub fn parse_in_time(&mut self, sorted: Sorted, received: Received) -> Result<ParsedBatch, StoreError> {
        let begun = Instant::now();
        let (parsers, places, left) = (&*self.parsers, &self.aside.places, AtomicUsize::new(0));
        let all: Vec<Begun> = sorted.new.into_par_iter().map(|file| begin(file, received, parsers, places, &left)).collect();
        let mut new = Vec::with_capacity(all.len());
        for read in all {
            match read {
                Begun::Read(read) => new.push(read),
                Begun::Leaves(leaving) => self.go_on_aside(leaving, received)?,
                Begun::PutOff(file) => self.aside.put_off(file),
            }
        }
        let known = sorted.known.into_iter().filter(|again| !self.aside.has_twin(&again.file)).collect();
        self.spent[0].add(begun.elapsed());
        Ok(ParsedBatch { new, known })
    }

    /// Has a thread wait for the parser of a file.
    fn go_on_aside(&mut self, leaving: Leaving, received: Received) -> Result<(), StoreError> {
        let Leaving { file, asked, place } = leaving;
        let Ok((_, digest)) = file.content else { return Ok(()) };
        let path = file.found.path.clone();
        let (parsers, to, bell) = (self.parsers.clone(), self.aside.read.0.clone(), self.aside.bell.clone());
        let wait = move || {
            let read = catch_unwind(AssertUnwindSafe(|| {
                let read = |bytes: &[u8], hints: &FileHints<'_>| Ok::<_, Infallible>(parsers.wait_for(asked, bytes, hints));
                let Ok(parsed) = read_by(&file, received, parsers.sources(), read);
                Read::new(file, received, parsed)
            }));
            drop(place);
            let _ = to.send((digest, read));
            bell.notify_one();
        };
        thread::Builder::new().spawn(wait).map_err(StoreError::Thread)?;
        self.aside.files.insert(digest, Left { path, twins: Vec::new() });
        Ok(())
    }

    /// The files that were read aside by now and are to be placed, if there are any.
    pub fn read_aside(&mut self) -> Option<ReadAside> {
        let Aside { read: (_, from), files, .. } = &mut self.aside;
        let (mut new, mut next) = (Vec::new(), Vec::new());
        for (digest, read) in from.try_iter() {
            new.push(read.unwrap_or_else(|panic| resume_unwind(panic)));
            next.extend(files.remove(&digest).map(|left| left.twins).unwrap_or_default());
        }
        let received = Received::At(new.first()?.received);
        Some(ReadAside { batch: ParsedBatch { new, known: Vec::new() }, received, next })
    }

    /// A claimed file that was put off and is to be taken now, with those that have the same bytes, if there is a place for it. It may need none:
    /// this is to be asked again after it.
    pub fn next_put_off(&mut self) -> Option<Vec<(Claim, Look)>> {
        if self.aside.places.load(Ordering::Relaxed) >= MOST {
            return None;
        }
        let (digest, claim, look) = self.aside.put_off.pop_front()?;
        let twins = self.aside.files.remove(&digest).map(|left| left.twins).unwrap_or_default();
        Some([vec![(claim, look)], twins].concat())
    }

    /// Where the files were found that are read aside.
    pub fn aside(&self) -> impl Iterator<Item = &Path> {
        self.aside.files.values().map(|left| left.path.as_path())
    }

    /// Files that were claimed and are not placed, because one with their bytes is read aside, or they are themselves.
    pub fn count_aside(&self) -> usize {
        self.aside.files.values().map(|left| 1 + left.twins.len()).sum()
    }

    /// Rings when a file was read aside.
    pub fn aside_bell(&self) -> Arc<Notify> {
        self.aside.bell.clone()
    }

    /// Forgets the files that are read aside: they are in the work folder.
    pub fn forget_aside(&mut self) {
        self.aside.files.clear();
        self.aside.put_off.clear();
        self.aside.read = channel();
    }
}

/// How long a batch that so many files `left` waits for the next one.
fn patience(left: usize) -> Duration {
    let [longest, shortest] = PATIENCE;
    u32::try_from(left).map_or(shortest, |left| (longest / left.saturating_add(1)).max(shortest))
}

/// Parses a file, if that does not take long. `left` counts the files of its batch that did.
fn begin(file: InboxFile, received: Received, parsers: &Parsers, places: &Arc<AtomicUsize>, left: &AtomicUsize) -> Begun {
    let is_claimed = file.claim.is_some() && !crash::planted("endless_patience");
    let patience = if is_claimed { patience(left.load(Ordering::Relaxed)) } else { Duration::MAX };
    let read = |bytes: &[u8], hints: &FileHints<'_>| parsers.parse_within(patience, bytes, hints);
    match read_by(&file, received, parsers.sources(), read) {
        Ok(parsed) => Begun::Read(Read::new(file, received, parsed)),
        Err(asked) => {
            left.fetch_add(1, Ordering::Relaxed);
            match Place::free(places) {
                Some(place) => Begun::Leaves(Leaving { file, asked, place }),
                None => Begun::PutOff(file),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_slow_files_take_little_more_patience_than_one() {
        assert_eq!(patience(0), PATIENCE[0]);
        assert_eq!([patience(9), patience(usize::MAX)], [PATIENCE[1]; 2]);
        assert!((0..100).map(patience).sum::<Duration>() < Duration::from_secs(7), "fifty seconds at half a second each");
    }
}
