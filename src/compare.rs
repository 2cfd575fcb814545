//! Comparing two articles that need not be stored.

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::article::{Article, ArticleId, FileDigest};
use crate::detect::evidence::Comparison;
use crate::detect::features::Features;
use crate::detect::live::{When, hours};
use crate::detect::{Detector, Incoming, Settings};
use crate::failure::Failure;
use crate::inbox::{self, Found};
use crate::parse::{FileHints, Limits, parse};
use crate::sources::Sources;
use crate::store::Reader;
use crate::text::clean::Safe;
use crate::view::explain::label;

/// Articles before the later one that give the words their weight.
const CONTEXT: u32 = 2000;

/// One line of `compare --pairs`.
#[derive(Debug, Serialize)]
pub struct PairLine {
    /// `copy`, `rewrite`, `same_event` or `different`.
    pub label: &'static str,
    /// Whether the two report one event.
    pub same_event: bool,
    /// Probability of that, 0 to 1.
    pub score: f32,
    /// Share of the shorter text that the other has word for word, 0 to 1.
    pub copied_share: f32,
    /// Words in the longest shared run.
    pub longest_run_words: u32,
}

impl PairLine {
    /// The line for a comparison.
    pub fn of(c: &Comparison) -> Self {
        let score = c.evidence.probability;
        let label = label(c.evidence.copied.as_ref(), score, c.threshold);
        Self { label, same_event: label != "different", score, copied_share: c.overlap.shorter, longest_run_words: c.overlap.longest }
    }
}

/// Reads the only article of a file, or the first of several.
///
/// # Errors
/// If the file cannot be read or holds no article.
pub fn article_of(path: &Path, sources: &Sources) -> Result<Article, Failure> {
    let limits = Limits::default();
    let file = inbox::read(Found { path: path.to_owned(), folder: None }, limits.file_bytes);
    let refused = |reason: &str| Failure::unusable(format!("{}: {reason}", Safe::path(path)));
    let (bytes, _) = file.content.as_ref().map_err(|reason| refused(reason))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hints = FileHints { name: &name, folder: None, sidecar: file.sidecar.as_deref(), received: Timestamp::now(), sources };
    let mut parsed = parse(bytes, &hints, &limits);
    let reason = parsed.rejects.first().map_or("holds no article", |r| r.reason.as_str()).to_owned();
    if parsed.articles.is_empty() { Err(refused(&reason)) } else { Ok(parsed.articles.swap_remove(0)) }
}

/// Compares one line of a file of pairs.
///
/// # Errors
/// If it is not an object with an article under `a` and one under `b`.
pub fn pair(line: &str, settings: &Settings, sources: &Sources) -> Result<PairLine, String> {
    let (a, b) = read_pair(line, sources)?;
    Ok(PairLine::of(&articles(&a, &b, settings)))
}

/// The two articles of one line of a file of pairs.
///
/// # Errors
/// As [`pair`].
pub fn read_pair(line: &str, sources: &Sources) -> Result<(Article, Article), String> {
    let mut pair: Value = serde_json::from_str(line).map_err(|e| format!("not JSON: {e}"))?;
    let mut side = |key: &str| -> Result<Article, String> {
        let value = pair.get_mut(key).map(Value::take).filter(Value::is_object).ok_or_else(|| format!("no article under `{key}`"))?;
        let hints = FileHints { name: "pair.json", folder: None, sidecar: None, received: Timestamp::now(), sources };
        let mut parsed = parse(value.to_string().as_bytes(), &hints, &Limits::default());
        let reason = parsed.rejects.first().map_or("is no article", |r| r.reason.as_str()).to_owned();
        if parsed.articles.is_empty() { Err(format!("`{key}`: {reason}")) } else { Ok(parsed.articles.swap_remove(0)) }
    };
    Ok((side("a")?, side("b")?))
}

/// Compares two articles by themselves, with no stream around them.
pub fn articles(a: &Article, b: &Article, settings: &Settings) -> Comparison {
    let incoming = |article: &Article, which: u32| Incoming {
        id: ArticleId::new(&FileDigest::of(b"compare"), which),
        features: Features::of_article(article),
        source: article.source.clone(),
        url: article.url.clone(),
        when: article.published.and_then(|p| When::stated(&p)),
        dated: article.published.is_some_and(|p| When::parts(&p)),
        order: hours(article.published.map_or(Timestamp::UNIX_EPOCH, |p| p.at)),
    };
    Detector::new(settings.clone(), 0).compare(incoming(a, 0), incoming(b, 1))
}

/// Compares two stored articles amid what was known when the later one came.
///
/// # Errors
/// If the store cannot be read.
pub fn stored(reader: &Reader, a: u32, b: u32, settings: &Settings) -> Result<Comparison, Failure> {
    let (first, second) = (a.min(b), a.max(b));
    let mut detector = Detector::new(settings.clone(), 0);
    let mut pair = reader.load(first, 1)?;
    for stored in reader.load(second.saturating_sub(CONTEXT), CONTEXT.min(second) + 1)? {
        match stored.pos {
            pos if pos == second => pair.push(stored),
            pos if pos == first => {}
            _ => detector.restore(stored),
        }
    }
    detector.restored(second);
    let mut pair = pair.into_iter();
    match (pair.next(), pair.next()) {
        (Some(first), Some(second)) => Ok(detector.compare(first.incoming, second.incoming)),
        _ => Err(Failure::not_found("the two articles are no longer in the store")),
    }
}
