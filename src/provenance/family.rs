//! The texts in which the passages of an event are looked for, in order of publication.

use jiff::Timestamp;
use serde::Serialize;

use super::{Lineage, Words};
use crate::store::rows::Kin;

/// An article, named in passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleRef {
    /// Its id.
    pub article: String,
    /// Who published it.
    pub source: String,
    /// Its story.
    pub story: String,
    /// Its event.
    pub event: String,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// How exact that is: `day`, `minute`, `second`.
    pub precision: Option<String>,
    /// When it was received, which orders it where no date is known.
    pub received: Timestamp,
}

/// Articles that may share passages, with their words.
pub struct Family {
    /// The articles, in order of publication, then arrival.
    pub kin: Vec<Kin>,
    pub(super) words: Vec<Words>,
    pub(super) lineage: Lineage,
}

impl Family {
    /// Puts articles in order and finds what they share.
    pub fn new(mut kin: Vec<Kin>) -> Self {
        kin.sort_by_key(Kin::order);
        let words: Vec<Words> = kin.iter().map(|k| Words::without(&k.title, &k.text, &k.lang, &k.asides, k.pos)).collect();
        let lineage = Lineage::new(words.iter().map(|w| &w.stems[..]));
        Self { kin, words, lineage }
    }

    /// The rank of an article, by its id.
    pub fn rank(&self, article: &str) -> Option<usize> {
        self.kin.iter().position(|k| k.article == article)
    }

    /// Number of words of title and text of the article of this rank.
    pub fn length(&self, rank: usize) -> u32 {
        self.words[rank].stems.len() as u32
    }

    /// What the article of this rank shares with others: first word, number of words, and the source that published them first.
    pub fn shared(&self, rank: usize) -> impl Iterator<Item = (u32, u32, &str)> {
        self.lineage.shared(rank).into_iter().map(|(first, words, origin)| (first, words, self.kin[origin].source.as_str()))
    }

    /// How an article is named in passing.
    pub fn named(&self, rank: usize) -> ArticleRef {
        let k = &self.kin[rank];
        ArticleRef {
            article: k.article.clone(),
            source: k.source.clone(),
            story: k.story.clone(),
            event: k.event.clone(),
            published: k.published,
            precision: k.precision.clone(),
            received: k.received,
        }
    }
}

impl Kin {
    /// What orders articles: publication, else receipt; then arrival.
    pub fn order(&self) -> (Timestamp, u32) {
        (self.published.unwrap_or(self.received), self.pos)
    }
}
