//! What readers are given: one type a list, the same in JSON and on the screen.

use jiff::Timestamp;
use serde::Serialize;

use crate::article::{Aside, Credit, Reject};
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
    /// Number of articles; versions of one count once.
    pub articles: u32,
    /// `kill` if one of its articles was withdrawn or withdraws another, else `correction` if one was corrected or corrects another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendment: Option<String>,
    /// In a list and where programs are told of it, how its first report begins; see [`crate::text::lead`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// In a list by growth, how many of them were first published within the hours that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grown: Option<u32>,
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
    /// Number of this version among the source's versions of the article, by publication, from 1.
    pub version: u32,
    /// Probability against the closest article of its event.
    pub score: Option<f64>,
    /// What it does to an earlier one, if anything: `update`, `correction` or `kill`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendment: Option<String>,
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
    /// The name as it was found, where a known source is shown by another.
    pub source_found: Option<String>,
    /// The agencies it credits.
    pub credits: Vec<Credit>,
    /// The parts of its text that are not compared.
    pub asides: Vec<Aside>,
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

/// How an article stands to others: what of it can change after it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Order number.
    pub pos: u32,
    /// Its event.
    pub event: String,
    /// Its story.
    pub story: String,
    /// How it stands to them.
    pub relation: String,
    /// Number of this version, as in [`Kin`].
    pub version: u32,
}

/// An article whose text may share passages with another's.
#[derive(Debug, Clone, Default)]
pub struct Kin {
    /// Order number.
    pub pos: u32,
    /// Its id.
    pub article: String,
    /// Its event.
    pub event: String,
    /// Its story.
    pub story: String,
    /// How it stands to them.
    pub relation: String,
    /// Who published it.
    pub source: String,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// How exact that is.
    pub precision: Option<String>,
    /// When it was received.
    pub received: Timestamp,
    /// Number of this version among the source's versions of the article, by publication, from 1.
    pub version: u32,
    /// What its versions have in common: the id of the one that was received first.
    pub chain: String,
    /// Its headline.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Its language.
    pub lang: String,
    /// Parts of the text that are no part of the story.
    pub asides: Vec<Aside>,
}

impl Kin {
    /// How it stands to others.
    pub fn standing(&self) -> Standing {
        let Self { pos, event, story, relation, version, .. } = self;
        Standing { pos: *pos, event: event.clone(), story: story.clone(), relation: relation.clone(), version: *version }
    }
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
    /// What else is worth knowing about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Whether it was put back into the inbox by `retry` and has a newer line, which says how that ended, or was repaired before that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub taken_again: bool,
    /// Why it waits, for a file that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
}

/// What happened to an event.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    /// The id that was asked for.
    pub asked: String,
    /// The event that it leads to: itself, or what it was merged into.
    pub event: String,
    /// The headline of that.
    pub headline: String,
    /// What happened, oldest first.
    pub lines: Vec<HistoryLine>,
}

/// A step in the life of an event.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryLine {
    /// When it was decided.
    pub at: Timestamp,
    /// The event it happened to: the one asked for, or one that it was merged into.
    pub event: String,
    /// What: `created`, `joined`, `left`, `arrived`, `merged`, `absorbed`, `split`, `founded`, `corrected`, `killed`; by editors also
    /// `pinned`, `unpinned`, `marked`, `headlined`, `undone`.
    pub kind: String,
    /// Id of the other event.
    pub other: Option<String>,
    /// Id of the article.
    pub article: Option<String>,
    /// Who published the article.
    pub source: Option<String>,
    /// Its headline, or the beginning of its text.
    pub title: Option<String>,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// The other event.
    pub other_event: Option<EventRef>,
    /// The article whose arrival led to the step.
    pub caused_by: Option<ArticleName>,
    /// The edit that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<EditName>,
}

/// An edit, named in passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditName {
    /// Its number.
    pub edit: u32,
    /// Its kind.
    pub kind: String,
    /// Who made it.
    pub who: String,
    /// Why; may be empty.
    pub why: String,
    /// The headline that it gave.
    pub headline: Option<String>,
    /// The edit that it undid.
    pub undoes: Option<u32>,
}

/// An article, named in passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleName {
    /// Its id.
    pub article: String,
    /// Who published it.
    pub source: String,
    /// Its headline, or the beginning of its text.
    pub title: String,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
}

/// What one source did.
#[derive(Debug, Clone, Serialize)]
pub struct SourceLine {
    /// Its name.
    pub source: String,
    /// Articles it published; versions of one count once.
    pub articles: u32,
    /// Events it was first to report.
    pub first: u32,
    /// Articles in words of its own: the first of an event, or an independent report.
    pub originals: u32,
    /// Articles that copy, edit or rewrite an earlier text of another source.
    pub copies: u32,
    /// Articles that take up an earlier text of its own.
    pub again: u32,
    /// Articles that carry several happenings.
    pub roundups: u32,
    /// The source whose texts it copies most: the one that published the text first, whoever it was taken from.
    pub copies_most: Option<String>,
    /// How many of its articles copy that source.
    pub copies_most_articles: u32,
    /// Events that it and other sources reported.
    pub shared_events: u32,
    /// Their share of all events that several sources reported, 0 to 1.
    pub coverage: f64,
    /// Median of the hours by which it came after the first source, over the events in which it did; `null` if there are none with
    /// known hours.
    pub median_delay_hours: Option<f64>,
}

/// Counts over the whole store.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Totals {
    /// Files by outcome.
    pub files: std::collections::BTreeMap<String, u32>,
    /// Articles stored.
    pub articles: u32,
    /// How many of them are further versions of another one; lists count all versions of an article once.
    pub further_versions: u32,
    /// Events with members.
    pub events: u32,
    /// Sources seen.
    pub sources: u32,
    /// Rejects recorded.
    pub rejects: u32,
    /// Those of files that were not taken again since.
    pub open_rejects: u32,
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

/// A passage that was recorded with the placement of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassageLine {
    /// The article.
    pub article: String,
    /// Its event.
    pub event: String,
    /// Its source.
    pub source: String,
    /// Where the passage begins in it: words before it, from 0, the headline's first.
    pub start: u32,
    /// Number of words.
    pub words: u32,
    /// The earlier arrival that has it too.
    pub other: String,
    /// The event of that.
    pub other_event: String,
    /// The source of that.
    pub other_source: String,
    /// Where the passage begins there.
    pub other_start: u32,
    /// The words, as the article has them.
    pub text: String,
}

/// A correction or kill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AmendmentLine {
    /// The article that corrects or withdraws.
    pub article: String,
    /// Its source.
    pub source: String,
    /// `correction` or `kill`.
    pub amendment: String,
    /// When it was published, else received.
    pub at: Timestamp,
    /// The article that it amends, if that is known.
    pub amends: Option<String>,
    /// Outlets whose latest text still carries words that it took back.
    pub still_carried_by: Vec<Carrier>,
}

/// An outlet that carries what was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carrier {
    /// The outlet.
    pub source: String,
    /// Its latest article of the event.
    pub article: String,
}

/// An agency that sources of an event credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreditLine {
    /// The agency.
    pub agency: String,
    /// Sources that credit it.
    pub sources: u32,
}

/// A source and one that it copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyLine {
    /// Who copies.
    pub source: String,
    /// How many articles it has.
    pub source_articles: u32,
    /// Whom it copies.
    pub copies: String,
    /// How many articles that has.
    pub copies_articles: u32,
    /// How many articles of the first are copies, edited copies or rewrites of texts that the second was first with.
    pub articles: u32,
}

/// What stands beside the stories of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// The agencies that its sources credit, most credited first.
    pub credits: Vec<CreditLine>,
    /// Its corrections and kills, earliest first.
    pub amendments: Vec<AmendmentLine>,
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
