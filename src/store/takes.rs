//! Rebuilding what is remembered of the takes that came last.

use super::{Result, Store};
use crate::detect::live::hours;
use crate::store::read::time;
use crate::takes::{Said, Take, Takes};

impl Store {
    /// The takes among the last articles, in their order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn takes(&self) -> Result<Takes> {
        let sql = "SELECT a.pos, s.name, a.extra, a.title, a.sender_id, CASE WHEN a.amendment IS NULL THEN '' ELSE a.text END, a.amendment,
                     coalesce(a.published, a.received)
                   FROM articles a JOIN sources s ON s.no = a.source WHERE a.pos >= ?1 ORDER BY a.pos";
        let mut takes = Takes::default();
        let mut query = self.connection.prepare(sql)?;
        let mut rows = query.query([Takes::remembered_from(self.next_pos()?)])?;
        while let Some(r) = rows.next()? {
            let (pos, source, extra): (u32, String, Option<String>) = (r.get(0)?, r.get(1)?, r.get(2)?);
            let (title, number, text): (String, Option<String>, String) = (r.get(3)?, r.get(4)?, r.get(5)?);
            let amendment = r.get::<_, Option<String>>(6)?.and_then(|word| word.parse().ok());
            let said = Said { slug: None, title: &title, number: number.as_deref(), text: &text, amendment };
            if let Some(take) = Take::stored(&source, extra.as_deref(), &said) {
                let at = hours(time(r.get(7)?));
                let belongs_to = takes.belongs_to(&take, at);
                takes.add(&take, at, pos, belongs_to);
            }
        }
        Ok(takes)
    }
}
