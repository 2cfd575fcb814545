//! Entries that came before: a feed that is polled every hour sends most of what it sent the hour before.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use crate::article::Article;
use crate::store::{Store, StoreError};

/// What sources sent last under each of their ids and addresses.
pub(super) struct Known<'a> {
    store: &'a Store,
    /// What this batch brought: by source and label, the content.
    batch: HashMap<(String, String), u128>,
}

impl<'a> Known<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, batch: HashMap::new() }
    }

    /// Whether the last thing that the article's source sent under its id, or else its address, is the same: headline, text, date and
    /// status. Anything else is another version of it.
    pub(super) fn has(&mut self, article: &Article) -> Result<bool, StoreError> {
        let Some(label) = article.sender_id.as_ref().or(article.url.as_ref()).filter(|_| article.source != "unknown") else {
            return Ok(false);
        };
        let published = article.published.map(|p| p.at.as_microsecond());
        let own = content(&article.title, &article.text, published, article.pubstatus.as_deref());
        if let Some(before) = self.batch.insert((article.source.clone(), label.clone()), own) {
            return Ok(before == own);
        }
        let last = match &article.sender_id {
            Some(id) => self.store.last_under_id(&article.source, id)?,
            None => self.store.last_at_address(&article.source, label)?,
        };
        Ok(last.is_some_and(|last| content(&last.title, &last.text, last.published, last.pubstatus.as_deref()) == own))
    }
}

fn content(title: &str, text: &str, published: Option<i64>, status: Option<&str>) -> u128 {
    xxh3_128(format!("{title}\0{text}\0{published:?}\0{status:?}").as_bytes())
}
