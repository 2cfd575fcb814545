//! Articles of the store on their way to a place once more.

use super::{Arrived, Ingest, Tally};
use crate::article::AsideKind;
use crate::store::StoreError;
use crate::store::rebuild::StoredArticle;

impl Ingest {
    /// Places articles whose files are in the ledger of this store already, in the order given, and stores them in one transaction. Their
    /// sources go by the names that are known today.
    ///
    /// # Errors
    /// If the store fails; then nothing of these is stored.
    pub fn place_again(&mut self, stored: Vec<StoredArticle>) -> Result<(), StoreError> {
        let lines: Vec<_> = stored.iter().map(|s| (s.file, s.received)).collect();
        let articles = stored.into_iter().enumerate().map(|(file, stored)| {
            let StoredArticle { id, received, mut article, .. } = stored;
            self.parsers.sources().name_again(&mut article);
            // What a source repeats is learned again, by the articles that came before.
            article.asides.retain(|aside| aside.kind != AsideKind::Repeated);
            Arrived { id, file, article, received }
        });
        self.place_and_commit(articles.collect(), &mut Tally::default(), |store, news, placed| {
            // Nobody else edits a store that is being rebuilt.
            drop(news);
            store.commit_again(&lines, placed)
        })
    }
}
