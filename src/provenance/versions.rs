//! The versions of an article, and which words changed from one to the next.

use jiff::Timestamp;
use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::event::{delay, exact};
use crate::store::rows::Kin;

/// Words of each version that are compared. Telling two long, wholly different texts apart costs the product of their lengths.
const COMPARED: usize = 3000;

/// A version of an article, with what changed since the version before.
#[derive(Debug, Clone, Serialize)]
pub struct Version {
    /// Its number, by publication, from 1.
    pub version: u32,
    /// The article.
    pub article: String,
    /// Who published it.
    pub source: String,
    /// Its headline.
    pub title: String,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// When it was received.
    pub received: Timestamp,
    /// Hours since the version before; `null` for the first, or where either has no hour.
    pub hours_after: Option<f64>,
    /// Headline and text against the version before, word by word; `null` for the first.
    pub difference: Option<Difference>,
}

/// Two texts, word by word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What stayed, went and came, in order.
    pub pieces: Vec<Piece>,
    /// Whether only the first 3,000 words of each were compared.
    pub cut: bool,
}

/// Words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of them.
    pub change: Change,
    /// The words, one space between two.
    pub words: String,
}

/// What became of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// In both versions.
    Kept,
    /// Only in the version before.
    Removed,
    /// Only in this version.
    Added,
}

/// The versions of one article, in order, each against the one before.
pub fn versions(mut kin: Vec<&Kin>) -> Vec<Version> {
    kin.sort_by_key(|k| (k.version, k.pos));
    let before = std::iter::once(None).chain(kin.iter().map(|k| Some(*k)));
    let version = |(k, before): (&&Kin, Option<&Kin>)| Version {
        version: k.version,
        article: k.article.clone(),
        source: k.source.clone(),
        title: k.title.clone(),
        published: k.published,
        received: k.received,
        hours_after: before.and_then(|b| delay(exact(b), exact(k))),
        difference: before.map(|b| Difference::between((&b.title, &b.text), (&k.title, &k.text))),
    };
    kin.iter().zip(before).map(version).collect()
}

impl Difference {
    /// What changed between two articles, each given as title and text. Line breaks and other white space do not count.
    pub fn between(before: (&str, &str), after: (&str, &str)) -> Self {
        let words = |(title, text): (&'_ str, &'_ str)| -> Vec<String> {
            title.split_whitespace().chain(text.split_whitespace()).map(str::to_owned).collect()
        };
        let (mut old, mut new) = (words(before), words(after));
        let cut = old.len() > COMPARED || new.len() > COMPARED;
        old.truncate(COMPARED);
        new.truncate(COMPARED);
        let mut pieces = Vec::new();
        let mut add = |change, words: &[String]| {
            if !words.is_empty() {
                pieces.push(Piece { change, words: words.join(" ") });
            }
        };
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            match op.tag() {
                DiffTag::Equal => add(Change::Kept, &new[op.new_range()]),
                DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => {
                    add(Change::Removed, &old[op.old_range()]);
                    add(Change::Added, &new[op.new_range()]);
                }
            }
        }
        Self { pieces, cut }
    }

    /// Whether no word changed.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|p| p.change == Change::Kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_words_went_and_came() {
        let found = Difference::between(("Ferry hits barge", "37 people\nwere hurt."), ("Ferry hits barge", "41 people were badly hurt."));
        let pieces: Vec<(Change, &str)> = found.pieces.iter().map(|p| (p.change, p.words.as_str())).collect();
        use Change::*;
        let expected =
            [(Kept, "Ferry hits barge"), (Removed, "37"), (Added, "41"), (Kept, "people were"), (Added, "badly"), (Kept, "hurt.")];
        assert_eq!(pieces, expected);
        assert!(Difference::between(("", "a  b\nc"), ("", "a b c")).is_empty(), "white space is no change");
    }

    #[test]
    fn long_texts_end() {
        let (old, new) = ("old ".repeat(100_000), (0..100_000).map(|n| format!("{n} ")).collect::<String>());
        assert!(Difference::between(("", &old), ("", &new)).cut);
    }
}
