//! Which article is a new version of which: the same source publishing again.

use std::collections::HashMap;

use crate::article::{Article, ArticleId, EventId};
use crate::detect::{Decision, Detector};
use crate::store::{Lookup, StoreError};

/// Share of the text in both directions from which a source's article is a new version of its last one.
const SAME_ARTICLE: f32 = 0.8;
/// Hours within which a near-identical text of the same source is a new version.
const VERSION_HOURS: f32 = 72.0;

/// The versions known: those of the store, and those of the batch that is being placed.
pub(super) struct Versions<'a> {
    store: &'a Lookup,
    /// By source and address.
    batch: HashMap<(String, String), (ArticleId, u32, EventId)>,
    /// By order number: what the store will say once the batch is committed.
    numbered: HashMap<u32, (ArticleId, u32)>,
}

impl<'a> Versions<'a> {
    pub(super) fn new(store: &'a Lookup) -> Self {
        Self { store, batch: HashMap::new(), numbered: HashMap::new() }
    }

    /// The source's first version of a newly placed article, if this is a later one, and its version number.
    pub(super) fn number(
        &mut self,
        id: ArticleId,
        article: &Article,
        decision: &Decision,
        detector: &Detector,
    ) -> Result<(Option<ArticleId>, u32), StoreError> {
        let Some(event) = decision.places.iter().find(|p| p.pos == decision.pos).map(|p| p.event) else { return Ok((None, 1)) };
        let before = self.before(article, decision, event, detector)?;
        let (version_of, version) = before.map_or((None, 1), |(first, n)| (Some(first), n + 1));
        self.numbered.insert(decision.pos, (version_of.unwrap_or(id), version));
        if let Some(url) = &article.url {
            self.batch.insert((article.source.clone(), url.clone()), (version_of.unwrap_or(id), version, event));
        }
        Ok((version_of, version))
    }

    /// The version that this article replaces: the same source published it at the same address, or in nearly the same words.
    ///
    /// An address alone proves nothing: a page that is written anew every day is not one article.
    fn before(
        &self,
        article: &Article,
        decision: &Decision,
        event: EventId,
        detector: &Detector,
    ) -> Result<Option<(ArticleId, u32)>, StoreError> {
        if article.source == "unknown" {
            return Ok(None);
        }
        if let Some(url) = &article.url {
            if let Some((first, version, its_event)) = self.batch.get(&(article.source.clone(), url.clone())) {
                return Ok((*its_event == event).then_some((*first, *version)));
            }
            if let Some((first, version, pos)) = self.store.last_version(&article.source, url)? {
                return Ok((detector.event_of(pos) == Some(event)).then_some((first, version)));
            }
        }
        let Some(matched) = &decision.because.matched else { return Ok(None) };
        let same_words = matched.copied.is_some_and(|c| c.of_this >= SAME_ARTICLE && c.of_other >= SAME_ARTICLE);
        let same_source = matched.contributions.iter().any(|c| c.feature == "same_source");
        if same_words && same_source && matched.hours.is_none_or(|h| h <= VERSION_HOURS) {
            let in_batch = self.numbered.get(&matched.other).copied();
            return in_batch.map_or_else(|| self.store.version_at(matched.other), |known| Ok(Some(known)));
        }
        Ok(None)
    }
}
