//! Two articles side by side.

use super::explain::{Head, head};
use super::paint::lines;
use super::weight::weight;
use super::{Answer, Ask, Problem};
use crate::view::aligned;
use crate::view::explain::StoredPair;

/// Words of a row, so that a page can end behind it.
const ROW: u32 = 150;
/// Bytes of the rows of a page; the next page has those that follow.
const ROWS: usize = 70_000;
/// Bytes of the tags around a row, and around words in it.
const TAGS: (usize, usize) = (120, 80);

/// A row: what the one has, and what the other has, of which both or one may be nothing.
struct Row {
    left: Vec<Piece>,
    right: Vec<Piece>,
}

impl Row {
    fn weight(&self) -> usize {
        TAGS.0 + self.left.iter().chain(&self.right).map(Piece::weight).sum::<usize>()
    }
}

/// Words of one article, with the number of the run if the other has them too.
struct Piece {
    number: Option<usize>,
    begins: bool,
    changed: bool,
    lines: Vec<(String, String)>,
}

impl Piece {
    fn weight(&self) -> usize {
        self.lines.iter().map(|(words, behind)| weight(words) + behind.len() + TAGS.1).sum()
    }

    /// The spaces behind changed words are not marked with them.
    fn of(p: aligned::Piece) -> Self {
        let mut lines = lines(&p.text);
        for (words, behind) in lines.iter_mut().filter(|_| p.changed) {
            let space = words.split_off(words.trim_end().len());
            behind.insert_str(0, &space);
        }
        Self { number: p.number, begins: p.begins, changed: p.changed, lines }
    }
}

#[derive(askama::Template)]
#[template(path = "compare.html")]
struct Page {
    left: Head,
    right: Head,
    one_event: bool,
    standing: String,
    verdict: String,
    measured: Vec<String>,
    rows: Vec<Row>,
    runs: usize,
    /// Rows before those that are shown, and before those of the next page, of a pair that is too long for one.
    before: usize,
    next: Option<usize>,
    a: String,
    b: String,
}

#[derive(askama::Template)]
#[template(path = "compare_form.html")]
struct Form<'a> {
    a: &'a str,
    b: &'a str,
    compare: bool,
}

/// Asks for two articles to compare, or for those to explain.
pub fn form(ask: &Ask, compare: bool) -> Result<Answer, Problem> {
    let given = |name| ask.given.get(name).unwrap_or_default();
    Answer::page(&Form { a: given("a"), b: given("b"), compare })
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let (Some(a), Some(b)) = (ask.given.get("a"), ask.given.get("b")) else {
        return form(ask, true);
    };
    let from = ask.given.number("from", 0, 0, 1_000_000)? as usize;
    let (a, b) = (ask.article(a)?, ask.article(b)?);
    ask.pair((&a, &b), |pair| Answer::page(&drawn(pair, from)))
}

fn drawn(pair: &StoredPair<'_>, from: usize) -> Page {
    let (e, threshold) = pair.evidence();
    let aligned = aligned::rows(pair, ROW);
    let drawn = |pieces: Vec<aligned::Piece>| -> Vec<Piece> { pieces.into_iter().map(Piece::of).collect() };
    let before = from.min(aligned.rows.len().saturating_sub(1));
    let (all, mut room) = (aligned.rows.len(), ROWS);
    let rows = aligned.rows.into_iter().skip(before).map(|(l, r)| Row { left: drawn(l), right: drawn(r) });
    let fits = |row: &Row| {
        let fits = room > 0;
        room = room.saturating_sub(row.weight());
        fits
    };
    let rows: Vec<Row> = rows.take_while(fits).collect();
    let next = Some(before + rows.len()).filter(|next| *next < all);
    Page {
        left: head(&pair.earlier.line),
        right: head(&pair.later.line),
        one_event: pair.one_event(),
        standing: pair.standing(),
        verdict: pair.verdict(),
        measured: crate::view::reasons::measured(e, threshold),
        rows,
        runs: aligned.runs,
        before,
        next,
        a: pair.earlier.line.article.clone(),
        b: pair.later.line.article.clone(),
    }
}
