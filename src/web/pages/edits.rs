//! What was edited, and the way in for who wants to.

use super::weight::{LINE, cut};
use super::{Answer, Ask, Problem};
use crate::store::edits::EditLine;
use crate::view::{edits, minute};
use crate::web::api::edits_of;
use crate::web::list::Lines;
use crate::web::session::Editor;
use crate::web::way_back;

/// Edits of a page.
const LINES: Lines = Lines { usual: 50, most: 50 };

/// An edit as pages show it.
pub struct Edit {
    pub no: u32,
    pub at: String,
    pub who: String,
    pub says: String,
    pub why: String,
    pub event: String,
    pub state: &'static str,
    /// Whether it can be undone by a button.
    pub active: bool,
}

#[derive(askama::Template)]
#[template(path = "edits.html")]
struct Page {
    edits: Vec<Edit>,
    total: u32,
    next: Option<u32>,
    editor: Editor,
    login: String,
}

#[derive(askama::Template)]
#[template(path = "login.html")]
struct Login {
    editor: Editor,
    /// The page to lead back to, if it is one of ours.
    to: Option<String>,
}

/// Edits as pages show them.
pub fn lines(lines: &[EditLine]) -> Vec<Edit> {
    let line = |l: &EditLine| Edit {
        no: l.edit,
        at: minute(l.at),
        who: l.who.clone(),
        says: cut(&edits::says(l), LINE),
        why: cut(&l.why, LINE),
        event: l.event.clone(),
        state: if l.active { "" } else { "undone" },
        active: l.active,
    };
    lines.iter().map(line).collect()
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let found = edits_of(ask, LINES)?;
    Answer::page(&Page { edits: lines(&found.lines), total: found.total, next: found.next, editor: ask.editor.clone(), login: ask.login() })
}

pub fn login(ask: &Ask) -> Result<Answer, Problem> {
    let to = ask.given.get("to").and_then(way_back::back).map(str::to_owned);
    Answer::page(&Login { editor: ask.editor.clone(), to })
}
