//! What a source sent last under a label of its own.

use rusqlite::{OptionalExtension, params};

use super::{Result, Store};

/// The content of an article.
pub struct Content {
    /// Headline.
    pub title: String,
    /// Body.
    pub text: String,
    /// When it was published, in microseconds since 1970, if known.
    pub published: Option<i64>,
    /// Publication status as given.
    pub pubstatus: Option<String>,
}

impl Store {
    /// The last article that a source sent under an id of its own.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn last_under_id(&self, source: &str, id: &str) -> Result<Option<Content>> {
        self.last("sender_id = ?2", source, id)
    }

    /// The last article that a source published at an address.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn last_at_address(&self, source: &str, url: &str) -> Result<Option<Content>> {
        self.last("url = ?2", source, url)
    }

    fn last(&self, condition: &str, source: &str, label: &str) -> Result<Option<Content>> {
        let sql = format!(
            "SELECT title, text, published, pubstatus FROM articles
             WHERE {condition} AND source = (SELECT no FROM sources WHERE name = ?1) ORDER BY pos DESC LIMIT 1"
        );
        let content = |r: &rusqlite::Row<'_>| Ok(Content { title: r.get(0)?, text: r.get(1)?, published: r.get(2)?, pubstatus: r.get(3)? });
        Ok(self.connection.prepare_cached(&sql)?.query_row(params![source, label], content).optional()?)
    }
}
