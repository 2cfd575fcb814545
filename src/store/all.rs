//! Everything of a kind, one after the other, for exports: nothing is gathered, and all of it is of one moment.

use rusqlite::Row;

use super::read::{ARTICLE_LINE, article_line, shown};
use super::rows::{ArticleLine, EventSummary, PassageLine, PlacementLine};
use super::{Reader, Result, StoreError, evidence};
use crate::text::words::excerpt;

impl Reader {
    /// Calls `each` with every article, in the order of placing.
    ///
    /// # Errors
    /// If the store cannot be read, or `each` fails.
    pub fn each_article<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(ArticleLine) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut query = self.connection.prepare(&format!("{} ORDER BY a.pos", *ARTICLE_LINE)).map_err(StoreError::from)?;
        let mut rows = query.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(article_line(row).map_err(StoreError::from)?)?;
        }
        Ok(())
    }

    /// Calls `each` with every article and the evidence for its place, in the order of placing.
    ///
    /// # Errors
    /// As [`Reader::each_article`].
    pub fn each_placement<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(PlacementLine) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut because =
            self.connection.prepare("SELECT because, features, model FROM placements WHERE pos = ?1").map_err(StoreError::from)?;
        let threads = self.threads().map_err(E::from)?;
        let mut pos = 0u32;
        self.each_article(|article| {
            let row = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?));
            let (json, features, model) = because.query_row([pos], row).map_err(StoreError::from)?;
            let because = evidence::from_json(&json).map_err(|e| StoreError::Unreadable(e.to_string()))?;
            pos += 1;
            let thread = threads.get(&article.event).unwrap_or(&article.event).clone();
            each(PlacementLine { article, thread, because, features, model })
        })
    }

    /// Calls `each` with every event that has articles, newest first, and with its articles, earliest first.
    ///
    /// # Errors
    /// As [`Reader::each_article`].
    pub fn each_event<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(EventSummary, Vec<ArticleLine>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let sql = "SELECT id FROM events WHERE merged_into IS NULL AND articles > 0 ORDER BY last DESC, id";
        let mut query = self.connection.prepare(sql).map_err(StoreError::from)?;
        // As long as this goes on, the connection sees one state of the store, also in the questions about each event.
        let mut rows = query.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let id: Vec<u8> = row.get(0).map_err(StoreError::from)?;
            let (event, members) = self.event_and_members(&id)?;
            each(event, members)?;
        }
        Ok(())
    }

    /// Calls `each` with every passage that was recorded with a placement, in the order of placing and of the text.
    ///
    /// # Errors
    /// As [`Reader::each_article`].
    pub fn each_passage<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(PassageLine) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let sql = "SELECT q.pos, a.id, p.event, s.name, q.start, q.words, b.id, r.event, t.name, q.other_start FROM passages q
             CROSS JOIN articles a ON a.pos = q.pos CROSS JOIN placements p ON p.pos = q.pos CROSS JOIN sources s ON s.no = a.source
             CROSS JOIN articles b ON b.pos = q.other CROSS JOIN placements r ON r.pos = q.other CROSS JOIN sources t ON t.no = b.source
             ORDER BY q.pos, q.start, q.other, q.other_start";
        let mut query = self.connection.prepare(sql).map_err(StoreError::from)?;
        let mut texts = self.connection.prepare("SELECT title, text, lang FROM articles WHERE pos = ?1").map_err(StoreError::from)?;
        let mut rows = query.query([]).map_err(StoreError::from)?;
        let mut of: Option<(u32, [String; 3])> = None;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let (pos, mut line) = passage_line(row).map_err(StoreError::from)?;
            if of.as_ref().is_none_or(|(known, _)| *known != pos) {
                self.line(pos).map_err(E::from)?;
                let text = texts.query_row([pos], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?])).map_err(StoreError::from)?;
                of = Some((pos, text));
            }
            if let Some((_, [title, text, lang])) = &of {
                line.text = excerpt(title, text, lang, line.start, line.words);
            }
            each(line)?;
        }
        Ok(())
    }

    /// The id of the article with this order number.
    ///
    /// # Errors
    /// If there is none, or the store cannot be read.
    pub fn article_id(&self, pos: u32) -> Result<String> {
        let mut query = self.connection.prepare_cached("SELECT id FROM articles WHERE pos = ?1")?;
        Ok(shown(&query.query_row([pos], |r| r.get::<_, Vec<u8>>(0))?))
    }
}

/// A passage without its words, and the order number of its article.
fn passage_line(r: &Row<'_>) -> rusqlite::Result<(u32, PassageLine)> {
    let id = |at: usize| r.get::<_, Vec<u8>>(at).map(|id| shown(&id));
    let line = PassageLine {
        article: id(1)?,
        event: id(2)?,
        source: r.get(3)?,
        start: r.get(4)?,
        words: r.get(5)?,
        other: id(6)?,
        other_event: id(7)?,
        other_source: r.get(8)?,
        other_start: r.get(9)?,
        text: String::new(),
    };
    Ok((r.get(0)?, line))
}
