//! The one place where the flow is read: files → articles → features → places → one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::article::{Article, ArticleId, EventId, FileDigest, Outcome, Parsed, Reject};
use crate::config::{After, Config};
use crate::detect::features::Features;
use crate::detect::live::{When, hours};
use crate::detect::{Change, Decision, Detector, Incoming, Settings};
use crate::inbox::{self, Found, InboxFile};
use crate::parse::{FileHints, Limits, parse};
use crate::store::{Batch, FileRecord, PlacedArticle, Store, StoreError};

/// Share of the text in both directions from which a source's article is a new version of its last one.
const SAME_ARTICLE: f32 = 0.8;
/// Hours within which a near-identical text of the same source is a new version.
const VERSION_HOURS: f32 = 72.0;
/// Articles restored at a time.
const RESTORE_STEP: u32 = 4096;

/// Takes files in, one batch at a time.
pub struct Ingest {
    store: Store,
    detector: Detector,
    settings: Settings,
    limits: Limits,
    /// Files stay in the inbox, so that seeing one again at its place is no second delivery.
    keeps: bool,
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
}

/// Counts over one or several batches.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Files by outcome.
    pub files: BTreeMap<&'static str, u32>,
    /// Articles stored.
    pub articles: u32,
    /// Events founded.
    pub events: u32,
    /// Articles that joined an event.
    pub joined: u32,
    /// Rejects recorded.
    pub rejects: u32,
}

/// A file on its way from bytes to articles.
struct Read {
    file: InboxFile,
    received: Timestamp,
    parsed: Parsed,
    features: Vec<Features>,
}

impl Ingest {
    /// Opens the store and restores the detector from it.
    ///
    /// # Errors
    /// If the store is unusable.
    pub fn open(config: &Config) -> Result<Self, StoreError> {
        let store = Store::open(&config.store)?;
        let detector = restored(&store, config.detect)?;
        Ok(Self { store, detector, settings: config.detect, limits: config.limits, keeps: config.after == After::Keep })
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Takes a batch of files: reads, parses, places and stores them. The files themselves are left alone.
    ///
    /// # Errors
    /// If the store fails; then nothing of the batch is stored, and the detector is as the store is.
    pub fn take(&mut self, files: Vec<Found>, received: Received, tally: &mut Tally) -> Result<Vec<Taken>, StoreError> {
        let limits = self.limits;
        let files: Vec<InboxFile> = files.into_par_iter().map(|found| inbox::read(found, limits.file_bytes)).collect();
        let (new, mut known) = self.split_known(files)?;
        if self.keeps && matches!(received, Received::At(_)) {
            known = self.moved(known)?;
        }
        let read: Vec<Read> = new.into_par_iter().map(|file| parse_file(file, received, &limits)).collect();
        let batch = self.place(read, &known, received)?;
        if let Err(failed) = self.store.commit(&batch.batch) {
            self.detector = restored(&self.store, self.settings)?;
            return Err(failed);
        }
        batch.taken.iter().for_each(|taken| tally.add(taken));
        batch.batch.articles.iter().for_each(|placed| tally.add_decision(&placed.decision));
        Ok(batch.taken)
    }

    /// Splits off the files whose bytes the ledger has, or that appear twice in this batch.
    fn split_known(&self, files: Vec<InboxFile>) -> Result<(Vec<InboxFile>, Vec<InboxFile>), StoreError> {
        let mut seen = HashSet::new();
        let (mut new, mut known) = (Vec::new(), Vec::new());
        for file in files {
            let is_known = match &file.content {
                Ok((_, digest)) => !seen.insert(*digest) || self.store.knows(digest)?,
                Err(_) => false,
            };
            if is_known { known.push(file) } else { new.push(file) }
        }
        Ok((new, known))
    }

    /// Without the known files that lie where they lay when they were stored.
    fn moved(&self, known: Vec<InboxFile>) -> Result<Vec<InboxFile>, StoreError> {
        let mut moved = Vec::new();
        for file in known {
            let at_its_place = match &file.content {
                Ok((_, digest)) => self.store.stored_at(digest, &path_bytes(&file))?,
                Err(_) => false,
            };
            if !at_its_place {
                moved.push(file);
            }
        }
        Ok(moved)
    }

    /// Places the articles in order and gathers what one transaction will write.
    fn place(&mut self, read: Vec<Read>, known: &[InboxFile], received: Received) -> Result<Gathered, StoreError> {
        let mut gathered = Gathered::default();
        let mut versions: HashMap<(String, String), (ArticleId, u32, EventId)> = HashMap::new();
        for Read { file, received, mut parsed, features } in read {
            let digest = file.content.as_ref().ok().map(|(_, digest)| *digest);
            if digest.is_none() && self.is_old_news(&file, &parsed)? {
                continue;
            }
            let at = gathered.batch.files.len();
            for (article, features) in std::mem::take(&mut parsed.articles).into_iter().zip(features) {
                let id = ArticleId::new(&digest.expect("only a file with bytes has articles"), article.position);
                let placed = self.place_article(id, at, article, features, received, &mut versions)?;
                gathered.batch.articles.push(placed);
            }
            let articles = (gathered.batch.articles.len() - gathered.articles_before()) as u32;
            gathered.record(file_record(&file, digest, received, outcome(articles, &parsed.rejects), articles, parsed), &file);
        }
        for file in known {
            let digest = file.content.as_ref().ok().map(|(_, digest)| *digest);
            let parsed = Parsed { format: "", encoding: "", ..Parsed::default() };
            gathered.record(file_record(file, digest, received.of(file), Outcome::Resent, 0, parsed), file);
        }
        Ok(gathered)
    }

    fn place_article(
        &mut self,
        id: ArticleId,
        file: usize,
        article: Article,
        features: Features,
        received: Timestamp,
        versions: &mut HashMap<(String, String), (ArticleId, u32, EventId)>,
    ) -> Result<PlacedArticle, StoreError> {
        let incoming = Incoming {
            id,
            features,
            source: article.source.clone(),
            url: article.url.clone(),
            when: article.published.map(|p| When::of(p.at, p.precision)),
            received: hours(received),
        };
        let mut decision = self.detector.place(incoming);
        decision.because.spell(&article.title, &article.text, &article.lang);
        let before = self.version_before(&article, &decision, versions)?;
        let (version_of, version) = before.map_or((None, 1), |(first, n)| (Some(first), n + 1));
        if let (Some(url), Some(event)) = (&article.url, decision.places.iter().find(|p| p.pos == decision.pos).map(|p| p.event)) {
            versions.insert((article.source.clone(), url.clone()), (version_of.unwrap_or(id), version, event));
        }
        Ok(PlacedArticle { id, file, article, version, version_of, decision })
    }

    /// The version that this article replaces: the same source published it at the same address, or in nearly the same words.
    ///
    /// An address alone proves nothing: a page that is written anew every day is not one article.
    fn version_before(
        &self,
        article: &Article,
        decision: &Decision,
        versions: &HashMap<(String, String), (ArticleId, u32, EventId)>,
    ) -> Result<Option<(ArticleId, u32)>, StoreError> {
        if article.source == "unknown" {
            return Ok(None);
        }
        let Some(event) = decision.places.iter().find(|p| p.pos == decision.pos).map(|p| p.event) else { return Ok(None) };
        if let Some(url) = &article.url {
            if let Some((first, version, its_event)) = versions.get(&(article.source.clone(), url.clone())) {
                return Ok((*its_event == event).then_some((*first, *version)));
            }
            if let Some((first, version, pos)) = self.store.last_version(&article.source, url)? {
                return Ok((self.detector.event_of(pos) == Some(event)).then_some((first, version)));
            }
        }
        let Some(matched) = &decision.because.matched else { return Ok(None) };
        let same_words = matched.copied.is_some_and(|c| c.of_this >= SAME_ARTICLE && c.of_other >= SAME_ARTICLE);
        let same_source = matched.contributions.iter().any(|c| c.feature == "same_source");
        if same_words && same_source && matched.hours.is_none_or(|h| h <= VERSION_HOURS) {
            return self.store.version_at(matched.other);
        }
        Ok(None)
    }

    /// Whether the ledger already says this of a file that cannot be read: it lies there and is seen at every scan.
    fn is_old_news(&self, file: &InboxFile, parsed: &Parsed) -> Result<bool, StoreError> {
        let reason = parsed.rejects.first().map_or("", |r| r.reason.as_str());
        self.store.knows_unreadable(&path_bytes(file), reason)
    }
}

/// The batch as it grows.
#[derive(Default)]
struct Gathered {
    batch: Batch,
    taken: Vec<Taken>,
}

impl Gathered {
    fn articles_before(&self) -> usize {
        self.batch.files.iter().map(|f| f.articles as usize).sum()
    }

    fn record(&mut self, record: FileRecord, file: &InboxFile) {
        self.taken.push(Taken {
            path: file.found.path.clone(),
            digest: record.digest,
            outcome: record.outcome,
            articles: record.articles,
            rejects: record.rejects.clone(),
        });
        self.batch.files.push(record);
    }
}

impl Received {
    fn of(self, file: &InboxFile) -> Timestamp {
        match self {
            Received::At(now) => now,
            Received::Changed(now) => file.modified.map_or(now, |changed| changed.min(now)),
        }
    }
}

impl Tally {
    fn add(&mut self, taken: &Taken) {
        *self.files.entry(taken.outcome.as_str()).or_default() += 1;
        self.articles += taken.articles;
        self.rejects += taken.rejects.len() as u32;
    }

    fn add_decision(&mut self, decision: &Decision) {
        for change in &decision.changes {
            match change {
                Change::Created { .. } => self.events += 1,
                Change::Joined { .. } => self.joined += 1,
                _ => {}
            }
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
    }
}

/// Bytes to articles to features. A panic while parsing one file becomes a reject of that file.
fn parse_file(file: InboxFile, received: Received, limits: &Limits) -> Read {
    let received = received.of(&file);
    let whole = |reason: String| Parsed { rejects: vec![Reject { position: None, reason }], format: "", encoding: "", ..Parsed::default() };
    let parsed = match &file.content {
        Err(reason) => whole(reason.clone()),
        Ok((bytes, _)) => {
            let name = file.found.path.file_name().unwrap_or_default().to_string_lossy();
            let hints = FileHints { name: &name, folder: file.found.folder.as_deref(), sidecar: file.sidecar.as_deref(), received };
            catch_unwind(AssertUnwindSafe(|| parse(bytes, &hints, limits)))
                .unwrap_or_else(|_| whole("the reader of this format failed on this file; please report it".to_owned()))
        }
    };
    let features = parsed.articles.par_iter().map(|a| Features::of(&a.title, &a.text, &a.lang)).collect();
    Read { file, received, parsed, features }
}

/// A detector that knows what the store knows.
fn restored(store: &Store, settings: Settings) -> Result<Detector, StoreError> {
    let next = store.next_pos()?;
    let mut detector = Detector::new(settings, next);
    let mut from = store.first_live(settings.keep_recent, settings.window_days)?;
    while from < next {
        store.load(from, RESTORE_STEP)?.into_iter().for_each(|stored| detector.restore(stored));
        from += RESTORE_STEP;
    }
    detector.restored(next);
    Ok(detector)
}
