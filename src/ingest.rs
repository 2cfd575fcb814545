//! The one place where the flow is read: files → articles → features → places → one transaction.

mod again;
mod ahead;
mod aside;
mod elsewhere;
mod known;
mod reading;
mod tally;
pub(crate) mod versions;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::article::{Article, ArticleId, FileDigest, Outcome, Parsed, Reject};
use crate::clock;
use crate::config::{After, Config};
use crate::crash;
use crate::detect::features::Features;
use crate::detect::held::Held;
use crate::detect::live::{When, hours};
use crate::detect::weights::COUNTED_EVENTS;
use crate::detect::{Detector, Incoming, Settings, Ties};
use crate::inbox::retire::{Keeping, Owed};
use crate::inbox::{self, Found, InboxFile};
use crate::parsers::{self, Parsers};
use crate::repeated::Repeated;
use crate::store::edit_again::Made;
use crate::store::edits::News;
use crate::store::{FileRecord, PlacedArticle, Store, StoreError};
use crate::takes::{Takes, hours_of};
use ahead::Ready;
use aside::Aside;
use known::Known;
use reading::{Read, parse_file};
use versions::Versions;

pub use aside::ReadAside;
pub use reading::try_parse;
pub use tally::{Spent, Tally};

/// Placed articles that may wait for the writer.
const WAITING: usize = 256;
/// Articles restored at a time.
const RESTORE_STEP: u32 = 4096;

/// Takes files in, one batch at a time.
pub struct Ingest {
    store: Store,
    detector: Detector,
    repeated: Repeated,
    takes: Takes,
    settings: Settings,
    file_bytes: u64,
    parsers: Arc<Parsers>,
    aside: Aside,
    /// Files stay in the inbox, so that seeing one again at its place is no second delivery.
    keeps: bool,
    inbox: PathBuf,
    keeping: Keeping,
    spent: [Spent; 2],
    /// Number of the last edit that the detector follows.
    edits: u32,
}

/// When a file counts as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Now: it was dropped into the inbox.
    At(Timestamp),
    /// When it was last changed, but not later than this: it has been lying where it was read.
    Changed(Timestamp),
}

/// What became of one file.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Where it was found.
    pub path: PathBuf,
    /// Its digest, if it could be read.
    pub digest: Option<FileDigest>,
    /// How it ended.
    pub outcome: Outcome,
    /// Articles stored.
    pub articles: u32,
    /// What was not an article, and why.
    pub rejects: Vec<Reject>,
    /// What is to be done with the file now, if it was claimed.
    pub owed: Option<Owed>,
}

/// A batch with what the ledger knows split off.
pub struct Sorted {
    new: Vec<InboxFile>,
    known: Vec<Again>,
}

/// A file whose bytes the ledger has.
struct Again {
    file: InboxFile,
    /// What is worth knowing of that.
    note: Option<String>,
}

/// A batch whose new files are parsed.
pub struct ParsedBatch {
    new: Vec<Read>,
    known: Vec<Again>,
}

impl Ingest {
    /// Opens the store and restores the detector from it.
    ///
    /// # Errors
    /// If the store is unusable.
    pub fn open(config: &Config) -> Result<Self, StoreError> {
        let store = Store::open(&config.store)?;
        let ((detector, edits), repeated, takes) = (restored(&store, &config.detect)?, store.repeated()?, store.takes()?);
        Ok(Self {
            store,
            detector,
            repeated,
            takes,
            settings: config.detect.clone(),
            file_bytes: config.limits.file_bytes,
            parsers: Arc::new(Parsers::new(config)),
            aside: Aside::new(),
            keeps: config.after == After::Keep,
            inbox: config.inbox.clone(),
            keeping: Keeping::new(config),
            spent: Default::default(),
            edits,
        })
    }

    /// The store.
    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// What editors hold of articles that are still to come.
    pub fn hold(&mut self, held: Held) {
        self.detector.hold(held);
    }

    /// Makes an edit of another store again, and follows it.
    ///
    /// # Errors
    /// As [`Store::edit_again`].
    pub fn edit_again(&mut self, made: &Made) -> Result<(), StoreError> {
        self.store.edit_again(made)?;
        if let Some(news) = self.store.news_since(self.edits)? {
            self.edits = follow(&mut self.detector, news);
        }
        Ok(())
    }

    /// What can change of the configuration between two batches: limits, sources, threshold.
    pub fn adopt(&mut self, config: &Config) {
        self.file_bytes = config.limits.file_bytes;
        self.parsers = Arc::new(self.parsers.adopting(config));
        self.settings.threshold = config.detect.threshold;
        self.detector.set_threshold(config.detect.threshold);
    }

    /// Time spent on parsing batches, and on placing and storing them.
    pub fn spent(&self) -> [Spent; 2] {
        self.spent
    }

    /// What became of the parsers.
    pub fn parsers(&self) -> parsers::Counts {
        self.parsers.counts()
    }

    /// The store alone, where nothing more is to be taken.
    pub fn into_store(self) -> Store {
        self.store
    }

    /// Takes a batch of files where they lie: reads, parses, places and stores them.
    ///
    /// # Errors
    /// If the store fails; then nothing of the batch is stored, and the detector is as the store is.
    pub fn take(&mut self, files: Vec<Found>, received: Received, tally: &mut Tally) -> Result<Vec<Taken>, StoreError> {
        let limit = self.file_bytes;
        // What somebody names by hand is read as it is named; what lies in the inbox may be swapped by whoever writes there.
        let read = |found| match received {
            Received::At(_) => inbox::read_below(&self.inbox, found, limit),
            Received::Changed(_) => inbox::read(found, limit),
        };
        let files: Vec<InboxFile> = files.into_par_iter().map(read).collect();
        let mut sorted = self.sort_out(files)?;
        if self.keeps && matches!(received, Received::At(_)) {
            sorted.known = self.moved(sorted.known)?;
        }
        let parsed = self.parse(sorted, received);
        self.place(parsed, received, tally)
    }

    /// Parses what is new. Pure, but for what a file may do to its parser.
    pub fn parse(&mut self, sorted: Sorted, received: Received) -> ParsedBatch {
        let (parsers, begun) = (&*self.parsers, Instant::now());
        let new = sorted.new.into_par_iter().map(|file| parse_file(file, received, parsers)).collect();
        self.spent[0].add(begun.elapsed());
        ParsedBatch { new, known: sorted.known }
    }

    /// Places and stores a parsed batch: the point of no return.
    ///
    /// # Errors
    /// As [`Ingest::take`].
    pub fn place(&mut self, parsed: ParsedBatch, received: Received, tally: &mut Tally) -> Result<Vec<Taken>, StoreError> {
        let (mut done, begun) = (Tally::default(), Instant::now());
        let batch = self.records(parsed, received)?;
        let seen = self.edits;
        self.place_and_commit(batch.articles, &mut done, |store, news, placed| {
            store.commit_heeding(seen, |edited| drop(news.send(edited)), &batch.files, placed)
        })?;
        batch.taken.iter().for_each(|taken| done.add(taken));
        tally.merge(done);
        self.spent[1].add(begun.elapsed());
        Ok(batch.taken)
    }

    /// Places the articles in order while the writer commits those already placed. If that fails, the detector is as the store is.
    fn place_and_commit(
        &mut self,
        articles: Vec<Arrived>,
        done: &mut Tally,
        commit: impl FnOnce(&mut Store, SyncSender<Option<News>>, PlacedArticles) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let Self { store, detector, repeated, takes, edits, .. } = self;
        let lookup = store.lookup()?;
        let committed = std::thread::scope(|scope| {
            let ready = ahead::ready(scope, articles)?;
            let (to_writer, placed) = sync_channel(WAITING);
            let (to_detector, news) = sync_channel(1);
            let writer = std::thread::Builder::new().spawn_scoped(scope, move || commit(store, to_detector, placed));
            let writer = writer.map_err(StoreError::Thread)?;
            // Editors work beside us: from here on they wait, and what they did before comes first.
            if let Ok(Some(news)) = news.recv() {
                *edits = follow(detector, news);
            }
            let memory = Memory { detector, repeated, takes, versions: Versions::new(&lookup) };
            place(ready, memory, &to_writer, done);
            drop(to_writer);
            writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        if committed.is_err() {
            (self.detector, self.edits) = restored(&self.store, &self.settings)?;
            self.repeated = self.store.repeated()?;
            self.takes = self.store.takes()?;
        }
        committed
    }

    /// Splits off the files whose bytes the ledger has, or that appear twice in this batch.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn sort_out(&self, files: Vec<InboxFile>) -> Result<Sorted, StoreError> {
        let mut seen: HashMap<FileDigest, PathBuf> = HashMap::new();
        let mut sorted = Sorted { new: Vec::new(), known: Vec::new() };
        for file in files {
            let Ok((_, digest)) = &file.content else {
                sorted.new.push(file);
                continue;
            };
            if self.aside.has(digest) {
                sorted.known.push(Again { note: None, file });
                continue;
            }
            let in_batch = seen.get(digest).map(|path| (path.clone(), true));
            match in_batch.map_or_else(|| self.store.known(digest), |earlier| Ok(Some(earlier)))? {
                None => {
                    seen.insert(*digest, file.found.path.clone());
                    sorted.new.push(file);
                }
                Some((path, has_articles)) => {
                    let note = elsewhere::note(&file.found, &path).filter(|_| has_articles);
                    sorted.known.push(Again { note, file });
                }
            }
        }
        Ok(sorted)
    }

    /// Without the known files that lie where they lay when they were stored.
    fn moved(&self, known: Vec<Again>) -> Result<Vec<Again>, StoreError> {
        let mut moved = Vec::new();
        for again in known {
            let at_its_place = match &again.file.content {
                Ok((_, digest)) => self.store.stored_at(digest, &path_bytes(&again.file))?,
                Err(_) => false,
            };
            if !at_its_place {
                moved.push(again);
            }
        }
        Ok(moved)
    }

    /// The ledger's lines of the batch, and the articles of its files in the order in which they will be placed.
    fn records(&self, batch: ParsedBatch, received: Received) -> Result<Gathered, StoreError> {
        let mut gathered = Gathered::default();
        let mut known_entries = Known::new(&self.store);
        for Read { file, received, mut parsed } in batch.new {
            let digest = file.content.as_ref().ok().map(|(_, digest)| *digest);
            if digest.is_none() && self.is_old_news(&file, &parsed)? {
                continue;
            }
            let at = gathered.files.len();
            let articles = std::mem::take(&mut parsed.articles);
            let (mut count, mut known_before) = (0, 0);
            for article in articles {
                if known_entries.has(&article)? {
                    known_before += 1;
                    continue;
                }
                count += 1;
                let index = if crash::planted("key_without_index") { 0 } else { article.position };
                let id = ArticleId::new(&digest.expect("only a file with bytes has articles"), index);
                gathered.articles.push(Arrived { id, file: at, article, received });
            }
            if known_before > 0 {
                parsed
                    .notes
                    .push(format!("{known_before} articles are stored already as they are, sent before under the same id or address"));
            }
            let outcome = outcome(count + known_before, &parsed.rejects);
            gathered.record(file_record(&file, digest, received, outcome, count, parsed), &file, &self.keeping);
        }
        for Again { file, note } in &batch.known {
            let digest = file.content.as_ref().ok().map(|(_, digest)| *digest);
            // The first with these bytes may be of this batch, and hold no article.
            let holds_none = |f: &FileRecord| f.digest == digest && f.outcome == Outcome::Rejected;
            let note = note.iter().filter(|_| !gathered.files.iter().any(holds_none));
            let parsed = Parsed { notes: note.cloned().collect(), ..Parsed::default() };
            gathered.record(file_record(file, digest, received.of(file), Outcome::Resent, 0, parsed), file, &self.keeping);
        }
        Ok(gathered)
    }

    /// Whether the ledger already says this of a file that cannot be read: it lies there and is seen at every scan.
    fn is_old_news(&self, file: &InboxFile, parsed: &Parsed) -> Result<bool, StoreError> {
        let reason = parsed.rejects.first().map_or("", |r| r.reason.as_str());
        self.store.knows_unreadable(&path_bytes(file), reason)
    }
}

/// An article on its way to its place.
struct Arrived {
    id: ArticleId,
    /// Index of its file in the batch.
    file: usize,
    article: Article,
    received: Timestamp,
}

/// Placed articles on their way to the writer.
type PlacedArticles = Receiver<Result<PlacedArticle, StoreError>>;

/// What is remembered of the articles that came before.
struct Memory<'a> {
    detector: &'a mut Detector,
    repeated: &'a mut Repeated,
    takes: &'a mut Takes,
    versions: Versions<'a>,
}

/// Places articles one after the other and hands them to the writer. Ends early if the writer did; it says why.
fn place(
    articles: impl Iterator<Item = Ready>,
    memory: Memory<'_>,
    to_writer: &SyncSender<Result<PlacedArticle, StoreError>>,
    done: &mut Tally,
) {
    let Memory { detector, repeated, takes, mut versions } = memory;
    for Ready { arrived: Arrived { id, file, mut article, received }, mut features, lines, take } in articles {
        if repeated.mark(&mut article, &lines) {
            features = Features::of_article(&article);
        }
        let incoming = Incoming {
            id,
            features,
            source: article.source.clone(),
            url: article.url.clone(),
            when: article.published.and_then(|p| When::stated(&p)),
            dated: article.published.is_some_and(|p| When::parts(&p)),
            order: hours(article.published.map_or(received, |p| p.at)),
        };
        let at = hours_of(article.published, received);
        let (part, labelled) = match versions.ties(&article, take.as_ref(), at, takes) {
            Ok(ties) => ties,
            Err(error) => return drop(to_writer.send(Err(error))),
        };
        let is_notice = take.as_ref().is_some_and(|take| take.is_notice);
        let decision = detector.place_tied(incoming, &Ties { part, labelled: labelled.of_item().to_vec(), is_notice });
        if let Some(take) = &take {
            takes.add(take, at, decision.pos, part.is_some());
            versions.add(take, at, decision.pos);
        }
        if let Some((_, event)) = decision.moves.iter().find(|(pos, _)| *pos == decision.pos) {
            repeated.learn(&article.source, &lines, *event);
        }
        done.add_decision(&decision);
        let is_addition = part.is_some() && take.as_ref().is_some_and(|take| take.is_addition);
        let version_of = versions.of(id, &article, &decision, detector, &labelled, is_addition);
        let begins = take.map_or_else(Vec::new, |take| take.begins().to_vec());
        let placed = version_of.map(|version_of| PlacedArticle { id, file, article, version_of, begins, part, decision });
        if to_writer.send(placed).is_err() {
            return;
        }
    }
}

/// The batch as it grows.
#[derive(Default)]
struct Gathered {
    files: Vec<FileRecord>,
    articles: Vec<Arrived>,
    taken: Vec<Taken>,
}

impl Gathered {
    fn record(&mut self, mut record: FileRecord, file: &InboxFile, keeping: &Keeping) {
        let owed = file.claim.as_ref().zip(record.digest).map(|((claim, read), digest)| {
            let original = keeping.original(claim, record.outcome);
            Owed { claim: claim.clone(), digest, read: *read, original }
        });
        record.owed = owed.as_ref().map(|owed| (owed.claim.key(), owed.original.clone()));
        self.taken.push(Taken {
            path: file.found.path.clone(),
            digest: record.digest,
            outcome: record.outcome,
            articles: record.articles,
            rejects: record.rejects.clone(),
            owed,
        });
        self.files.push(record);
    }
}

impl Received {
    fn of(self, file: &InboxFile) -> Timestamp {
        match self {
            Received::At(now) => now,
            Received::Changed(now) => file.modified.map_or(now, |changed| changed.min(now)),
        }
    }

    /// The latest date that is believed: any, if the clock was never set.
    fn latest(self, file: &InboxFile) -> Timestamp {
        match self {
            Received::At(now) | Received::Changed(now) if clock::is_unset(now) => Timestamp::MAX,
            _ => self.of(file),
        }
    }
}

fn outcome(articles: u32, rejects: &[Reject]) -> Outcome {
    match (articles, rejects.is_empty()) {
        (0, _) => Outcome::Rejected,
        (_, true) => Outcome::Stored,
        (_, false) => Outcome::Partial,
    }
}

fn path_bytes(file: &InboxFile) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    file.found.path.as_os_str().as_bytes().to_vec()
}

fn file_record(
    file: &InboxFile,
    digest: Option<FileDigest>,
    received: Timestamp,
    outcome: Outcome,
    articles: u32,
    parsed: Parsed,
) -> FileRecord {
    FileRecord {
        digest,
        path: path_bytes(file),
        size: file.size,
        received,
        outcome,
        format: parsed.format,
        encoding: parsed.encoding,
        articles,
        rejects: parsed.rejects,
        notes: parsed.notes,
        owed: None,
    }
}

impl ParsedBatch {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.known.is_empty()
    }
}

/// Has the detector follow what was edited; the number of the last edit.
fn follow(detector: &mut Detector, news: News) -> u32 {
    news.edits.iter().for_each(|edit| detector.edit(edit));
    detector.hold(news.held);
    news.last
}

/// A detector that knows what the store knows, and the number of the last edit that it follows.
fn restored(store: &Store, settings: &Settings) -> Result<(Detector, u32), StoreError> {
    let next = store.next_pos()?;
    let mut detector = Detector::new(settings.clone(), next);
    let from = store.first_live(Detector::swept_before(next), settings.keep_recent, settings.window_days)?;
    if let Some(from) = store.founders_back(COUNTED_EVENTS, from)? {
        detector.count_pairs_from(from);
    }
    let news = store.news()?;
    let mut edits = news.edits.iter().peekable();
    let reader = store.reader()?;
    std::thread::scope(|scope| {
        // The next articles are read while these take their places.
        let (read, ahead) = sync_channel(1);
        scope.spawn(move || {
            let steps = (from..next).step_by(RESTORE_STEP as usize);
            steps.map(|from| reader.load(from, RESTORE_STEP)).try_for_each(|articles| read.send(articles))
        });
        for articles in ahead {
            for stored in articles? {
                while let Some(edit) = edits.next_if(|edit| edit.at_pos <= stored.pos) {
                    detector.edit(edit);
                }
                detector.restore(stored);
            }
        }
        Ok::<(), StoreError>(())
    })?;
    edits.for_each(|edit| detector.edit(edit));
    detector.restored(next);
    detector.hold(news.held);
    Ok((detector, news.last))
}
