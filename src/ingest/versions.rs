//! Which article is another version of which: the same source publishing again.
//!
//! Here it is only said which articles are versions of one; the store counts them by publication, since the version that comes later
//! may have been published first.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::article::{Article, ArticleId, EventId};
use crate::detect::{Decision, Detector};
use crate::store::{Lookup, StoreError};

/// Share of the text in both directions from which two texts of a source are versions of one article.
const SAME_ARTICLE: f32 = 0.8;
/// Hours within which a near-identical text of the same source is a version; later, it is printed again.
const VERSION_HOURS: f64 = 72.0;
/// Articles under one address or sender's id that are looked at, newest first. A page that is written anew every day has thousands.
pub(crate) const UNDER_ONE_LABEL: usize = 50;

/// What must be known of an article to tell whether another is a version of it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The id that all versions of it have in common: that of the one received first.
    pub chain: ArticleId,
    /// Who published it.
    pub source: String,
    /// When, if known.
    pub published: Option<Timestamp>,
}

/// What a source calls an article by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Label {
    Address(String),
    SenderId(String),
}

/// The articles known: those of the store, and those of the batch that is being placed.
pub(super) struct Versions<'a> {
    store: &'a Lookup,
    /// Order numbers by source and label, oldest first.
    labelled: HashMap<(String, Label), Vec<u32>>,
    /// By order number: what the store will say once the batch is committed.
    placed: HashMap<u32, Known>,
}

impl<'a> Versions<'a> {
    pub(super) fn new(store: &'a Lookup) -> Self {
        Self { store, labelled: HashMap::new(), placed: HashMap::new() }
    }

    /// What the versions of a newly placed article have in common, if it is a version of one that is known. An addition to an item may
    /// come under the address and id of the item, and is no version of it.
    pub(super) fn of(
        &mut self,
        id: ArticleId,
        article: &Article,
        decision: &Decision,
        detector: &Detector,
        is_addition: bool,
    ) -> Result<Option<ArticleId>, StoreError> {
        let Some(event) = detector.event_of(decision.pos) else { return Ok(None) };
        // "unknown" stands for many outlets: none of them publishes again.
        let known = if article.source == "unknown" { None } else { self.known(article, decision, event, detector, is_addition)? };
        let chain = known.map(|k| k.chain);
        let entry = Known { chain: chain.unwrap_or(id), source: article.source.clone(), published: article.published.map(|p| p.at) };
        self.placed.insert(decision.pos, entry);
        for label in labels(article) {
            self.labelled.entry((article.source.clone(), label)).or_default().push(decision.pos);
        }
        Ok(chain)
    }

    /// An article of the same event that the same source published under the same address or id, or in nearly the same words.
    ///
    /// A label alone proves nothing: a page that is written anew every day is not one article.
    fn known(
        &self,
        article: &Article,
        decision: &Decision,
        event: EventId,
        detector: &Detector,
        is_addition: bool,
    ) -> Result<Option<Known>, StoreError> {
        for label in labels(article).filter(|_| !is_addition) {
            for pos in self.labelled(&article.source, &label)? {
                if detector.event_of(pos) == Some(event) {
                    return self.at(pos);
                }
            }
        }
        let mut alike: Vec<_> = decision.trace.copies.iter().filter(|c| c.of_this >= SAME_ARTICLE && c.of_other >= SAME_ARTICLE).collect();
        alike.sort_by(|a, b| b.shorter.total_cmp(&a.shorter).then(a.other.cmp(&b.other)));
        for copy in alike.iter().filter(|c| detector.event_of(c.other) == Some(event)) {
            if let Some(known) = self.at(copy.other)?
                && known.source == article.source
                && near(article.published.map(|p| p.at), known.published)
            {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The articles that a source published under a label, newest first.
    fn labelled(&self, source: &str, label: &Label) -> Result<Vec<u32>, StoreError> {
        let in_batch = self.labelled.get(&(source.to_owned(), label.clone()));
        let mut all: Vec<u32> = in_batch.into_iter().flatten().rev().copied().take(UNDER_ONE_LABEL).collect();
        all.extend(match label {
            Label::Address(url) => self.store.at_address(source, url)?,
            Label::SenderId(id) => self.store.under_sender_id(source, id)?,
        });
        Ok(all)
    }

    fn at(&self, pos: u32) -> Result<Option<Known>, StoreError> {
        self.placed.get(&pos).cloned().map_or_else(|| self.store.known(pos), |known| Ok(Some(known)))
    }
}

fn labels(article: &Article) -> impl Iterator<Item = Label> {
    let address = article.url.clone().map(Label::Address);
    address.into_iter().chain(article.sender_id.clone().map(Label::SenderId))
}

/// Whether two articles were published within hours of each other, as far as is known.
fn near(a: Option<Timestamp>, b: Option<Timestamp>) -> bool {
    a.zip(b).is_none_or(|(a, b)| (a.as_second() - b.as_second()).abs() as f64 / 3600.0 <= VERSION_HOURS)
}
