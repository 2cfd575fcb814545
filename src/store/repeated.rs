//! Rebuilding what was learned of the lines that sources repeat.

use super::{Result, Store};
use crate::article::EventId;
use crate::repeated::{GENERATION, Repeated, lines};

impl Store {
    /// What the articles of the store teach: of each source those since the begin of its last whole generation, in their order, with
    /// the event that each came to when it was placed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn repeated(&self) -> Result<Repeated> {
        let sql = "WITH numbered AS (SELECT pos, row_number() OVER (PARTITION BY source ORDER BY pos) - 1 AS nth,
                     count(*) OVER (PARTITION BY source) AS of_source FROM articles)
                   SELECT s.name, a.text, m.event FROM numbered JOIN articles a USING(pos) JOIN sources s ON s.no = a.source
                   JOIN moves m ON m.at_pos = a.pos AND m.pos = a.pos WHERE nth >= (of_source / ?1 - 1) * ?1 ORDER BY a.pos";
        let mut repeated = Repeated::default();
        let mut query = self.connection.prepare(sql)?;
        let mut rows = query.query([GENERATION])?;
        while let Some(r) = rows.next()? {
            let (source, text): (String, String) = (r.get(0)?, r.get(1)?);
            repeated.learn(&source, &lines(&text), EventId(r.get(2)?));
        }
        Ok(repeated)
    }
}
