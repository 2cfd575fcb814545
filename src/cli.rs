//! Commands, flags and help. The text here is the reference; a test compares it with the README.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{Timestamp, Zoned};

use crate::store::read::Order;

/// wirefold: one event for every happening, with every source that reported it and the reason.
#[derive(Debug, Parser)]
#[command(name = "wirefold", version, about, propagate_version = true, max_term_width = 110)]
#[command(
    after_help = "Exit codes: 0 done; 1 done, but some input was rejected (see `wirefold rejects`); 2 usage or configuration; 3 the store or a folder is unusable; 4 not found; 74 the disk lost a write, start again; 75 locked by another instance, try again; 101 a part of the daemon broke, start again."
)]
pub struct Cli {
    /// Configuration file. Without this flag config/wirefold.toml is read if it exists.
    #[arg(long, global = true, value_name = "FILE", env = "WIREFOLD_CONFIG")]
    pub config: Option<PathBuf>,
    /// The store, one SQLite file [default: data/wirefold.db]
    #[arg(long, global = true, value_name = "FILE", env = "WIREFOLD_DB")]
    pub db: Option<PathBuf>,
    /// Print JSON, one object a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// Say less.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more; twice for debugging.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to colour the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The order in which right-to-left text is written to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Bidi {
    /// As it is read; the terminal reorders.
    Logical,
    /// As it is seen, from left to right.
    Visual,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ingest the sample dispatches that ship with the program; print the events and why they were merged
    Demo,
    /// The daemon: watch the inbox, place, store, archive, until a signal
    Run {
        /// Stop when the inbox is empty.
        #[arg(long)]
        once: bool,
        /// Watch this folder instead of the configured one.
        #[arg(long, value_name = "FOLDER")]
        inbox: Option<PathBuf>,
    },
    /// The web page, the JSON API and the feeds, for this machine only, until a signal
    Serve {
        /// Where: an address of this machine alone, and a port; 0 takes any that is free [default: 127.0.0.1:7311]
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
    },
    /// Read files or folders in place, once; they are not moved
    Ingest {
        /// Files or folders.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// List events, newest first
    Events(EventsArgs),
    /// One event: who was first, who copied how much from whom, its texts, timeline and versions
    Show {
        /// Id of the event, or its beginning.
        event: String,
    },
    /// One article: its text by passages with who published each first, its versions, how it was read
    Article {
        /// Id of the article, its beginning, or the sender's own id.
        article: String,
    },
    /// Compare two articles: relation, evidence, shared passages, and a copy word by word
    Compare(CompareArgs),
    /// Why an article is where it is, or why two articles are (not) one event
    Explain {
        /// Id of an article, its beginning, or the sender's own id.
        a: String,
        /// Another article.
        b: Option<String>,
    },
    /// What happened to an event, as a story: created, joined, merged, split
    History {
        /// Id of the event, or its beginning.
        event: String,
    },
    /// Find articles by their words, grouped by event, newest arrival first
    #[command(
        after_help = "All words must be there, in headline or text. \"two words\" stand side by side, ferr* begins a word, -fog must not be there; title:WORD, source:NAME, lang:ar, after:2026-03-01 and before:2026-03-05 narrow the search, agency:NAME, country:EG and sources:3 narrow it to events that credit the agency, were reported from there, or by so many sources. Letters are compared as the detector folds them: case, accents, Arabic diacritics, hamza, tatweel and forms of digits make no difference; an Arabic word outside quotation marks is also found with article, conjunction or preposition, and with a hamza on the other letter (مسؤول, مسئول). A search that begins with a minus needs -- before it."
    )]
    Search {
        /// Words, phrases and fields.
        #[arg(required = true, value_name = "QUERY")]
        query: Vec<String>,
        /// Most events to print; 0 for all [default: 20, with --json all]
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
        /// Where to go on, as printed under the page before.
        #[arg(long, value_name = "PLACE")]
        from: Option<u32>,
    },
    /// Make two events one: all of the second goes into the first, and stays together from now on
    Merge {
        /// The event that stays.
        into: String,
        /// The event whose id leads there from now on.
        from: String,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Take articles out of an event: they become one of their own and never go back by themselves
    Split {
        /// The event.
        event: String,
        /// The articles that leave it.
        #[arg(required = true, value_name = "ARTICLE")]
        articles: Vec<String>,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Bring an article to the event where it belongs; it stays there
    Move {
        /// The article.
        article: String,
        /// The event.
        event: String,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Hold two articles of one event together
    Pin {
        /// An article.
        a: String,
        /// Another one.
        b: String,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Hold them together no more
    Unpin {
        /// An article.
        a: String,
        /// Another one.
        b: String,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Say what an article is
    Mark {
        /// The article.
        article: String,
        /// As what: a round-up reports several happenings, and is an event of its own.
        #[arg(value_enum)]
        what: MarkedAs,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Give an event another headline
    Headline {
        /// The event.
        event: String,
        /// The headline.
        text: String,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Take an edit back: the last one that counts, or the one named
    Undo {
        /// Number of the edit, as `wirefold edits` lists it.
        edit: Option<u32>,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// What was edited, newest first: by whom, when and why, and whether it counts
    Edits {
        /// Only edits that changed this event or its articles.
        #[arg(long, value_name = "EVENT")]
        event: Option<String>,
        /// How many, and from where.
        #[command(flatten)]
        page: Page,
    },
    /// Compare articles that came long after their day with what the store has of that day, and move those that belong there
    Late,
    /// How often the detector agrees with what was edited, and how often it would with another threshold
    Evaluate,
    /// Each source: own texts and copies, whom it copies most, how late it is
    Sources {
        /// Only sources that are not known yet, each as an entry to paste into the file that `sources.file` names.
        #[arg(long)]
        unknown: bool,
    },
    /// The ledger: every file ever seen, with its outcome
    Files {
        /// Only files with this outcome: stored, partial, rejected, resent, waiting.
        #[arg(long)]
        outcome: Option<String>,
        /// How many, and from where.
        #[command(flatten)]
        page: Page,
    },
    /// Files that hold something that is not an article, and why, unless `retry` had them taken again since
    Rejects {
        /// How many, and from where.
        #[command(flatten)]
        page: Page,
    },
    /// Take a quarantined file again, for instance after an update that reads more
    Retry {
        /// Where the file lies, or the path it came in by.
        file: PathBuf,
    },
    /// Copy the store to a new file; the daemon may be at work
    Backup {
        /// The file to make.
        file: PathBuf,
    },
    /// Put a backup in the place of the store; what was archived since goes back into the inbox
    Restore {
        /// A file that `wirefold backup` made.
        file: PathBuf,
    },
    /// Place everything anew with the detector of this version; event ids survive where their members stay together
    Rebuild {
        /// Read the originals in archive and quarantine again, instead of placing the stored articles.
        #[arg(long)]
        from_archive: bool,
    },
    /// Browse events, articles and comparisons on the terminal, by keys or mouse; ? lists the keys
    Tui {
        /// Order of right-to-left text: logical if the terminal reorders, visual if it does not.
        #[arg(long, value_enum, default_value_t = Bidi::Logical)]
        bidi: Bidi,
        /// In whose name edits are made [default: the name of the user]
        #[arg(long, value_name = "NAME")]
        who: Option<String>,
    },
    /// Who is told of events by webhooks: what waits, was delivered or failed
    Hooks {
        /// Send this one a message that says nothing, now and once, and say what it answers.
        #[arg(long, value_name = "NAME", conflicts_with = "retry")]
        test: Option<String>,
        /// Send this one everything again that waits or was given up, also if it had been switched off.
        #[arg(long, value_name = "NAME")]
        retry: Option<String>,
    },
    /// What is stored, what waits, and whether all is well
    Status,
    /// Everything, for other programs
    Export {
        /// What to export.
        #[arg(value_enum)]
        what: What,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
    },
    /// Learn the weights of the score from labelled articles, and say how well they do
    Train {
        /// Files of labelled articles: JSON Lines with the event under `cluster` or `event`. Each is left out in turn to measure the rest.
        #[arg(long = "labels", required = true, num_args = 1.., value_name = "FILE")]
        labels: Vec<PathBuf>,
        /// Write the weights to this file; name it as `detect.weights` to use them.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Validate the configuration and print the effective one; or say how a file would be read
    Check {
        /// Say how this file would be read, of whatever format, without storing it.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["inbox", "store"])]
        explain: Option<PathBuf>,
        /// Also try the inbox, work, archive and quarantine folders: write, rename, sync.
        #[arg(long)]
        inbox: bool,
        /// Also read the whole store: every page and index, and whether every article and event is what was written.
        #[arg(long)]
        store: bool,
    },
    /// Parse a file and say nothing: the daemon asks whether this ends well. The configuration comes in by standard input
    #[command(hide = true)]
    TryParse {
        /// The file.
        file: PathBuf,
    },
    /// Parse what comes in by standard input, file after file: a process of `run` and `ingest`
    #[command(hide = true)]
    Parser,
    /// Print completions for a shell
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// By whom something is edited, and why.
#[derive(Debug, Clone, Args)]
pub struct By {
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub why: String,
    /// Who does it [default: the name of the user]
    #[arg(long, value_name = "NAME")]
    pub who: Option<String>,
}

/// The name of whoever edits: the given one, else that of the user.
pub fn editor(given: Option<&str>) -> String {
    let user = || ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|user| !user.is_empty());
    given.map(str::to_owned).or_else(user).unwrap_or_else(|| "somebody".to_owned())
}

/// What an article can be marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MarkedAs {
    /// It reports several happenings.
    RoundUp,
}

/// Filters of `events`.
#[derive(Debug, Args)]
pub struct EventsArgs {
    /// Only this event, by its id or the beginning of it; a merged id leads to the event that took it in.
    #[arg(long, value_name = "EVENT", conflicts_with_all = ["min_sources", "source", "agency", "country", "lang", "since", "until", "by_size", "by_growth", "as_of"])]
    pub event: Option<String>,
    /// Only events that at least N sources reported.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub min_sources: u32,
    /// Only events that this source reported (its name, a name or an id of sources.toml, or a host).
    #[arg(long)]
    pub source: Option<String>,
    /// Only events with an article that credits this agency (a name or an id of sources.toml).
    #[arg(long, value_name = "AGENCY")]
    pub agency: Option<String>,
    /// Only events that a source of this country reported (two letters; the country is that of sources.toml).
    #[arg(long, value_name = "CODE")]
    pub country: Option<String>,
    /// Only events with an article in this language.
    #[arg(long)]
    pub lang: Option<String>,
    /// Only events whose last article is not before this (a day, or RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub since: Option<Timestamp>,
    /// Only events whose first article is not after this (a day, which counts as a whole, or RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = last_moment)]
    pub until: Option<Timestamp>,
    /// Largest first instead of newest first.
    #[arg(long)]
    pub by_size: bool,
    /// Growing fastest first: by articles first published in the six hours before the newest article of the store; only events that have one.
    #[arg(long, conflicts_with = "by_size")]
    pub by_growth: bool,
    /// The events as they were known at this time: only what had been received, grouped as it was then.
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with_all = ["source", "agency", "country", "lang", "since", "until", "by_size", "by_growth"])]
    pub as_of: Option<Timestamp>,
    /// How many, and from where.
    #[command(flatten)]
    pub page: Page,
}

impl EventsArgs {
    /// What the list is ordered by.
    pub fn order(&self) -> Order {
        match (self.by_size, self.by_growth) {
            (true, _) => Order::Size,
            (_, true) => Order::Growth,
            _ => Order::Newest,
        }
    }
}

/// Paging of a list.
#[derive(Debug, Clone, Copy, Args)]
pub struct Page {
    /// Most lines to print; 0 for all [default: 20, with --json all]
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
    /// Lines to pass over.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u32,
}

impl Page {
    /// The limit in effect.
    pub fn limit(&self, json: bool) -> u32 {
        match self.limit {
            Some(0) => u32::MAX,
            Some(n) => n,
            None if json => u32::MAX,
            None => 20,
        }
    }
}

/// What to compare.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct CompareArgs {
    /// Id of an article, or a file.
    #[arg(requires = "b", conflicts_with = "pairs")]
    pub a: Option<String>,
    /// Another one.
    #[arg(requires = "a")]
    pub b: Option<String>,
    /// A file with one pair of articles a line, {"a":{..},"b":{..}}; prints one line each.
    #[arg(long, value_name = "FILE")]
    pub pairs: Option<PathBuf>,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// One line an article, with its place.
    Articles,
    /// One line an event, with every source.
    Events,
    /// One line an article, with the evidence for its place.
    Placements,
    /// One line a passage that was recorded with a placement: words that stand in an earlier article too.
    Passages,
}

/// Export formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header line (RFC 4180); of evidence the figures.
    Csv,
    /// IPTC News in JSON 3.0, one item a line; events only.
    Ninjs,
    /// An Atom feed (RFC 4287); events only.
    Atom,
    /// Apache Parquet; in builds with the feature `parquet`.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// A day, which means its beginning in UTC, or a time.
///
/// # Errors
/// What was expected.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    day_or_time(text, Ok)
}

/// The last moment that counts: of a day its end in UTC, or a time.
///
/// # Errors
/// What was expected.
pub fn last_moment(text: &str) -> Result<Timestamp, String> {
    day_or_time(text, |day| day.end_of_day())
}

/// A time, or a moment of the day that begins at the one that `of_day` is given.
fn day_or_time(text: &str, of_day: impl Fn(Zoned) -> Result<Zoned, jiff::Error>) -> Result<Timestamp, String> {
    let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).and_then(of_day).ok().map(|z| z.timestamp());
    text.parse().ok().or_else(day).ok_or_else(|| "expected a day such as 2026-03-04 or a time such as 2026-03-04T08:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_moment_is_a_day_or_a_time() {
        assert_eq!(moment("2026-03-04").unwrap().to_string(), "2026-03-04T00:00:00Z");
        assert_eq!(moment("2026-03-04T10:00:00+02:00").unwrap().to_string(), "2026-03-04T08:00:00Z");
        assert!(moment("yesterday").is_err());
        assert!(last_moment("2026-03-04").unwrap().to_string().starts_with("2026-03-04T23:59:59.9"));
        assert_eq!(last_moment("2026-03-04T10:00:00+02:00"), moment("2026-03-04T10:00:00+02:00"));
    }
}
