//! Making the edits of another store again, in one that is filled with the same articles in the same order.

use jiff::Timestamp;
use rusqlite::Connection;

use super::read::time;
use super::{Reader, Result, Store, StoreError};
use crate::article::{ArticleId, EventId};
use crate::edit::{Asked, Command, Kind, Part};

/// An edit as it was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its number.
    pub no: u32,
    /// Order number of the article that came next.
    pub at_pos: u32,
    at: Timestamp,
    who: String,
    why: String,
    kind: Kind,
    text: Option<String>,
    undoes: Option<u32>,
    /// The articles that were there.
    there: Vec<ArticleId>,
    /// The articles that it is about.
    named: Vec<ArticleId>,
    /// The articles that it left behind.
    left: Vec<ArticleId>,
}

impl Reader {
    /// All edits, also those that do not count any more, in their order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn made(&self) -> Result<Vec<Made>> {
        let mut query = self.connection.prepare("SELECT no, at_pos, at, who, why, kind, text, undoes FROM edits ORDER BY no")?;
        let mut rows = query.query([])?;
        let mut edits = Vec::new();
        while let Some(r) = rows.next()? {
            let no = r.get(0)?;
            let [there, named, left] = parts(&self.connection, no)?;
            edits.push(Made {
                no,
                at_pos: r.get(1)?,
                at: time(r.get(2)?),
                who: r.get(3)?,
                why: r.get(4)?,
                kind: r.get::<_, String>(5)?.parse().map_err(StoreError::Unreadable)?,
                text: r.get(6)?,
                undoes: r.get(7)?,
                there,
                named,
                left,
            });
        }
        Ok(edits)
    }
}

impl Store {
    /// Makes an edit of another store again, by the articles that it spoke of.
    ///
    /// # Errors
    /// As [`Store::edit`]; `Refused` also if it gets another number, or speaks of other articles than it did.
    pub fn edit_again(&mut self, made: &Made) -> Result<()> {
        let command = self.command(made)?;
        let asked = Asked { command, who: made.who.clone(), why: made.why.clone(), at: made.at };
        let no = self.edit(&asked)?.edit;
        let parts = parts(&self.connection, no)?;
        if no == made.no && [&made.there, &made.named, &made.left] == [&parts[0], &parts[1], &parts[2]] {
            Ok(())
        } else {
            Err(refused(format!("edit {} would speak of other articles", made.no)))
        }
    }

    fn command(&self, made: &Made) -> Result<Command> {
        let first = |of: &[ArticleId]| of.first().copied().ok_or_else(|| refused(format!("edit {} speaks of no article", made.no)));
        let id = |of: &[ArticleId]| first(of).map(|id| id.to_string());
        let event = |of: &[ArticleId]| self.event_of(first(of)?);
        let (there, named) = (&made.there[..], &made.named[..]);
        Ok(match made.kind {
            Kind::Merge => Command::Merge { into: event(there)?, from: event(named)? },
            Kind::Split => Command::Split { event: event(named)?, articles: named.iter().map(ArticleId::to_string).collect() },
            Kind::Move => Command::Move { article: id(named)?, event: event(there)? },
            Kind::Pin => Command::Pin { a: id(there)?, b: id(named)? },
            Kind::Unpin => Command::Unpin { a: id(there)?, b: id(named)? },
            Kind::Mark => Command::MarkRoundup { article: id(named)? },
            Kind::Headline => Command::Headline { event: event(there)?, text: made.text.clone().unwrap_or_default() },
            Kind::Undo => Command::Undo { edit: made.undoes },
        })
    }

    fn event_of(&self, article: ArticleId) -> Result<String> {
        let sql = "SELECT p.event FROM articles a JOIN placements p USING(pos) WHERE a.id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([&article.0[..]], |r| Ok(EventId(r.get(0)?)))?.to_string())
    }
}

/// The articles of an edit: those that were there, are named, were left behind; each by its order number.
fn parts(connection: &Connection, edit: u32) -> Result<[Vec<ArticleId>; 3]> {
    let sql = "SELECT a.id FROM edit_articles n JOIN articles a USING(pos) WHERE n.edit = ?1 AND n.part = ?2 ORDER BY n.pos";
    let mut of = connection.prepare_cached(sql)?;
    let mut part = |part: Part| -> Result<Vec<ArticleId>> {
        Ok(of.query_map([edit, part as u32], |r| Ok(ArticleId(r.get(0)?)))?.collect::<rusqlite::Result<_>>()?)
    };
    Ok([part(Part::There)?, part(Part::Named)?, part(Part::Left)?])
}

fn refused(message: String) -> StoreError {
    StoreError::Refused { message, hint: String::new(), missing: false }
}
