//! What readers are given: one type a list, the same in JSON and on the screen.

use jiff::Timestamp;
use serde::Serialize;

use crate::article::Reject;
use crate::detect::evidence::Because;
use crate::detect::passages::Run;

/// An event in a list.
#[derive(Debug, Clone, Serialize)]
pub struct EventSummary {
    /// Its id.
    pub event: String,
    /// Headline of its earliest article that has one.
    pub headline: String,
    /// Languages of its articles.
    pub lang: Vec<String>,
    /// Earliest publication, or receipt where none is known.
    pub first: Option<Timestamp>,
    /// Latest publication.
    pub last: Option<Timestamp>,
    /// Number of articles.
    pub articles: u32,
    /// Every source that reported it, once each, earliest first.
    pub sources: Vec<EventSource>,
    /// Number of sources.
    pub source_count: u32,
    /// Number of independent texts.
    pub lineage_count: u32,
    /// Its stories, earliest first.
    pub stories: Vec<EventStory>,
}

/// A source of an event, with its earliest article there.
#[derive(Debug, Clone, Serialize)]
pub struct EventSource {
    /// Name of the source.
    pub source: String,
    /// Its earliest article of the event.
    pub article: String,
    /// When that was published, if known.
    pub published: Option<Timestamp>,
    /// How that stands to the event.
    pub relation: String,
}

/// A story of an event: one text lineage.
#[derive(Debug, Clone, Serialize)]
pub struct EventStory {
    /// Its id.
    pub story: String,
    /// Its articles, earliest first.
    pub articles: Vec<String>,
}

/// An article as one line of `export articles`.
#[derive(Debug, Clone, Serialize)]
pub struct ArticleLine {
    /// The sender's own id.
    pub id: Option<String>,
    /// Our id.
    pub article: String,
    /// Its event.
    pub event: String,
    /// Its story.
    pub story: String,
    /// How it stands to them.
    pub relation: String,
    /// The article it copies or rewrites.
    pub relation_to: Option<String>,
    /// Who published it.
    pub source: String,
    /// Its headline.
    pub title: String,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// When it was received.
    pub received: Timestamp,
    /// Its language.
    pub lang: String,
    /// Its address.
    pub url: Option<String>,
    /// The file it came in.
    pub file: String,
    /// Version number of the source's article.
    pub version: u32,
    /// Probability against the closest article of its event.
    pub score: Option<f64>,
}

/// An article with everything known about it.
#[derive(Debug, Clone, Serialize)]
pub struct ArticleDetail {
    /// The line of the export.
    #[serde(flatten)]
    pub line: ArticleLine,
    /// Order number.
    pub pos: u32,
    /// Its text.
    pub text: String,
    /// Author line.
    pub byline: Option<String>,
    /// Step of the source chain that decided.
    pub source_step: String,
    /// Step of the date chain that decided.
    pub date_step: Option<String>,
    /// Precision of the date.
    pub precision: Option<String>,
    /// Things to know about how it was read.
    pub notes: Vec<String>,
    /// Format and encoding it was read in.
    pub read_as: String,
    /// Why it is where it is.
    pub because: Because,
    /// Runs of words shared with an earlier article.
    pub passages: Vec<SharedPassage>,
}

/// A run of words of an article that stands in an earlier one.
#[derive(Debug, Clone, Serialize)]
pub struct SharedPassage {
    /// The run; `a` is this article.
    #[serde(flatten)]
    pub run: Run,
    /// Order number of the other article.
    pub other: u32,
}

/// A file of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct FileLine {
    /// Its path.
    pub path: String,
    /// SHA-256 of its bytes in hexadecimal, if they could be read.
    pub digest: Option<String>,
    /// How it ended.
    pub outcome: String,
    /// Articles stored.
    pub articles: u32,
    /// What was not an article, and why.
    pub rejects: Vec<Reject>,
    /// When it was taken in; `null` for a file that waits.
    pub received: Option<Timestamp>,
    /// Where its bytes are kept, if wirefold keeps them.
    pub original: Option<String>,
    /// Why it waits, for a file that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
}

/// A step in the life of an event.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// What: `created`, `joined`, `left`, `arrived`, `merged`, `absorbed`, `split`, `founded`.
    pub kind: String,
    /// The other event.
    pub other: Option<String>,
    /// The article.
    pub article: Option<String>,
}

/// What one source did.
#[derive(Debug, Clone, Serialize)]
pub struct SourceLine {
    /// Its name.
    pub source: String,
    /// Articles it published.
    pub articles: u32,
    /// Events it was first to report.
    pub first: u32,
    /// Articles that copy, edit or rewrite an earlier text.
    pub copies: u32,
    /// The source it copies most.
    pub copies_most: Option<String>,
}

/// Counts over the whole store.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Totals {
    /// Files by outcome.
    pub files: std::collections::BTreeMap<String, u32>,
    /// Articles stored.
    pub articles: u32,
    /// Events with members.
    pub events: u32,
    /// Sources seen.
    pub sources: u32,
    /// Rejects recorded.
    pub rejects: u32,
    /// When the last file came.
    pub last_received: Option<Timestamp>,
    /// Files whose outcome is stored and that are not yet where they stay.
    pub to_retire: u32,
    /// Files whose original is nowhere. Anything but 0 is a loss.
    pub original_missing: u32,
    /// When the last backup was made.
    pub last_backup: Option<Timestamp>,
}

/// An article with the evidence for its place.
#[derive(Debug, Clone, Serialize)]
pub struct PlacementLine {
    /// The line of the export.
    #[serde(flatten)]
    pub article: ArticleLine,
    /// The event that begins its event's thread: what goes on from one another is one thread.
    pub thread: String,
    /// The evidence.
    pub because: Because,
    /// Version of the features that decided.
    pub features: u32,
    /// Version of the weights that decided.
    pub model: u32,
}

/// An event, named in passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventRef {
    /// Its id.
    pub event: String,
    /// Its headline.
    pub headline: String,
    /// When it was first reported.
    pub first: Option<Timestamp>,
}

/// The events that are connected with an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Related {
    /// The earlier event that it goes on from.
    pub follows: Option<EventRef>,
    /// Later events that go on from it, earliest first.
    pub followed_by: Vec<EventRef>,
    /// Round-ups that report it among others.
    pub reported_in: Vec<EventRef>,
    /// What it reports, if it is a round-up.
    pub reports: Vec<EventRef>,
}

/// An event as it was known at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownEvent {
    /// Its id; it still resolves, also where the event was merged since.
    pub event: String,
    /// Title of its earliest article known then.
    pub headline: String,
    /// Publication, else receipt, of the earliest article known then.
    pub first: Option<Timestamp>,
    /// The same of the latest.
    pub last: Option<Timestamp>,
    /// Articles known then.
    pub articles: u32,
    /// Sources known then.
    pub source_count: u32,
}
