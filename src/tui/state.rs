//! What is shown and selected, and what an input does to it. Knows no terminal and no store.

mod desk;
mod typed;

use super::layout::{Line, lines};
use super::page::{Address, Page};
use crate::edit::Command;
use crate::text::clean::Safe;

pub use desk::Asking;
pub use typed::Typed;

/// Lines that are not of the page: the title above it, the message or the keys below it.
const FRAME: u16 = 2;
/// Lines that the wheel moves.
const WHEEL: usize = 3;
/// Longest query that can be typed, in characters.
const LONGEST: usize = 256;

/// What a person or the clock does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A character, or what stands for a key: see [`Key`].
    Key(Key),
    /// The wheel: down or up.
    Wheel(bool),
    /// A click: column and line, from 0.
    Click(u16, u16),
    /// The terminal has so many columns and lines.
    Size(u16, u16),
    /// Something was stored; the number of the newest step of the history.
    Changed(i64),
    /// The index that the page was searched in holds more by now.
    Indexed,
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "named like the keys")]
pub enum Key {
    Char(char),
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Left,
    Right,
    Escape,
    /// Deletes the character before.
    Backspace,
    /// Deletes the character behind.
    Delete,
    /// A letter with the control key held; those that a line knows, see [`Typed`].
    Control(char),
    /// Ends the program wherever it is.
    Quit,
}

/// What keys are taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Moving around.
    Browse,
    /// Typing a query.
    Typing(Typed),
    /// Typing what an edit needs.
    Asked(Asking, Typed),
    /// Reading the list of keys.
    Help,
}

/// The keys with what they do, as the help shows them.
pub const KEYS: &[(&str, &str)] = &[
    ("j k, arrows, wheel", "move"),
    ("Enter, click twice", "open what is selected"),
    ("Esc, Backspace, u", "back to the page before"),
    ("Space, PgDn, PgUp", "a page down, a page up"),
    ("g G, Home, End", "to the beginning, to the end"),
    ("/", "search: word \"phrase\" beg* title: source: lang: after:"),
    ("e", "all events"),
    ("o", "events: newest first, or largest first"),
    ("m", "events: of one, two or three sources at least"),
    ("c", "mark an article; on a second one: compare the two"),
    ("x", "mark what is selected with *, or take the mark away"),
    ("M", "on two events in turn: merge the first into the second"),
    ("S", "split the marked or selected articles off their event"),
    ("V", "mark an article; on another event: move it there"),
    ("P, U", "on two articles in turn: pin them together, unpin"),
    ("R", "mark the article as a round-up"),
    ("H", "give the event another headline"),
    ("Z", "undo an edit"),
    ("r", "load the page again"),
    ("while typing", "arrows, Home, End, Del, Ctrl-A, -E, -U, -K, -W"),
    ("?", "this list"),
    ("q, Ctrl-C", "quit"),
];

/// A page with what is selected in it.
#[derive(Debug, Clone)]
struct Shown {
    page: Page,
    /// The selected row.
    at: usize,
    /// The line that stands uppermost.
    top: usize,
    /// It may look different by now.
    stale: bool,
}

/// What is shown.
#[derive(Debug, Clone)]
pub struct State {
    /// Pages that were opened from one another; the last is shown.
    pages: Vec<Shown>,
    mode: Mode,
    message: Option<Safe>,
    columns: u16,
    rows: u16,
    /// Events and articles that the next action is about as well, in the order in which they were marked.
    marked: Vec<Address>,
    /// The edit that is to be made, and why.
    wanted: Option<(Command, String)>,
    /// The newest step of the history that is shown.
    step: i64,
    over: bool,
}

impl State {
    /// Nothing is shown yet; `step` is the newest step of the history.
    pub fn new(step: i64) -> Self {
        let (pages, marked) = (Vec::new(), Vec::new());
        Self { pages, mode: Mode::Browse, message: None, columns: 80, rows: 24, marked, wanted: None, step, over: false }
    }

    /// Whether the program is to end.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// What keys are taken for.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// What is to be said.
    pub fn message(&self) -> Option<&Safe> {
        self.message.as_ref()
    }

    /// The newest step of the history that is shown.
    pub fn step(&self) -> i64 {
        self.step
    }

    /// The page that is shown.
    pub fn page(&self) -> Option<&Page> {
        self.pages.last().map(|s| &s.page)
    }

    /// Where the selected row leads. An action on an event or an article is one on this.
    pub fn selected(&self) -> Option<&Address> {
        self.pages.last().and_then(|s| s.page.rows.get(s.at)).and_then(|row| row.target.as_ref())
    }

    /// Shows a page: instead of the same one, with what was selected in it, or on top of those before.
    pub fn show(&mut self, page: Page, again: bool) {
        let first = page.rows.iter().position(|r| r.target.is_some()).unwrap_or(0);
        match self.pages.last_mut().filter(|_| again) {
            Some(shown) => {
                let selected = shown.page.rows.get(shown.at).and_then(|r| r.target.clone());
                let same = selected.and_then(|target| page.rows.iter().position(|r| r.target.as_ref() == Some(&target)));
                let moved = same.map_or(0, |at| line_of(&lines(&page.rows, self.columns), at) as isize)
                    - line_of(&lines(&shown.page.rows, self.columns), shown.at) as isize;
                // What is looked at stays where it is on the screen, whatever came in above it; the beginning stays the beginning.
                if shown.top > 0 {
                    shown.top = shown.top.saturating_add_signed(if same.is_some() { moved } else { 0 });
                }
                shown.at = same.unwrap_or(first);
                shown.page = page;
                shown.stale = false;
            }
            None => self.pages.push(Shown { page, at: first, top: 0, stale: false }),
        }
        self.keep_within();
    }

    /// Says something below the page.
    pub fn say(&mut self, message: &str) {
        self.message = Some(Safe::block(message));
    }

    /// Takes an input. Returns what is to be loaded now, and whether it takes the place of the page that is shown.
    pub fn input(&mut self, input: Input) -> Option<(Address, bool)> {
        match input {
            Input::Size(columns, rows) => {
                (self.columns, self.rows) = (columns.max(1), rows);
                self.keep_within();
                None
            }
            Input::Changed(step) => {
                self.step = step;
                self.pages.iter_mut().for_each(|shown| shown.stale |= shown.page.address.changes());
                self.page().map(|p| p.address.clone()).filter(Address::changes).map(|address| (address, true))
            }
            Input::Indexed => self.page().map(|p| (p.address.clone(), true)),
            Input::Key(Key::Quit) => {
                self.over = true;
                None
            }
            Input::Key(key) => {
                self.message = None;
                match std::mem::replace(&mut self.mode, Mode::Browse) {
                    Mode::Browse => self.browse(key),
                    Mode::Typing(line) => self.typed(line, key),
                    Mode::Asked(asking, line) => {
                        self.answer(asking, line, key);
                        None
                    }
                    Mode::Help => None,
                }
            }
            Input::Wheel(down) => {
                self.scroll(if down { WHEEL as isize } else { -(WHEEL as isize) });
                None
            }
            Input::Click(_, row) => self.click(row),
        }
    }

    fn browse(&mut self, key: Key) -> Option<(Address, bool)> {
        let page = self.body() as isize;
        match key {
            Key::Char('q') => self.over = true,
            Key::Char('?') => self.mode = Mode::Help,
            Key::Char('/') => self.mode = Mode::Typing(Typed::default()),
            Key::Char('j') | Key::Down => self.step_to(true),
            Key::Char('k') | Key::Up => self.step_to(false),
            Key::Char(' ') | Key::PageDown => self.scroll(page - 1),
            Key::PageUp => self.scroll(1 - page),
            Key::Char('g') | Key::Home => self.scroll(isize::MIN / 2),
            Key::Char('G') | Key::End => self.scroll(isize::MAX / 2),
            Key::Enter | Key::Right | Key::Char('l') => return self.selected().cloned().map(|address| (address, false)),
            Key::Escape | Key::Left | Key::Backspace | Key::Char('u' | 'h') => return self.go_back(),
            Key::Char('e') => return Some((Address::start(), false)),
            Key::Char('r') => return self.page().map(|p| (p.address.clone(), true)),
            Key::Char('o' | 'm') => return self.sort(key == Key::Char('o')),
            Key::Char('c') => return self.compare(),
            Key::Char(key @ ('x' | 'M' | 'S' | 'V' | 'P' | 'U' | 'R' | 'H' | 'Z')) => self.edit_by(key),
            Key::Char(_) | Key::Control(_) | Key::Delete | Key::Quit => {}
        }
        None
    }

    fn typed(&mut self, mut line: Typed, key: Key) -> Option<(Address, bool)> {
        match key {
            Key::Escape => return None,
            Key::Enter if line.text().trim().is_empty() => return None,
            Key::Enter => return Some((Address::Search { line: line.text().to_owned(), below: None }, false)),
            key => line.take(key, LONGEST),
        }
        self.mode = Mode::Typing(line);
        None
    }

    /// To the page before, which is loaded again if it may look different by now.
    fn go_back(&mut self) -> Option<(Address, bool)> {
        if self.pages.len() > 1 {
            self.pages.pop();
            self.keep_within();
        }
        self.pages.last().filter(|shown| shown.stale).map(|shown| (shown.page.address.clone(), true))
    }

    fn sort(&mut self, order: bool) -> Option<(Address, bool)> {
        let Address::Events { by_size, min_sources, .. } = self.page()?.address else { return None };
        let (by_size, min_sources) = if order { (!by_size, min_sources) } else { (by_size, min_sources % 3 + 1) };
        Some((Address::Events { by_size, min_sources, after: None }, true))
    }

    /// The article that is selected, or shown, is compared with the one that was marked before.
    fn compare(&mut self) -> Option<(Address, bool)> {
        let Some(article) = self.article_here() else {
            self.say("c compares articles: select one");
            return None;
        };
        let marked = self.marked_articles().into_iter().rfind(|marked| *marked != article);
        self.marked.clear();
        match marked {
            Some(marked) => Some((Address::Compare(marked, article), false)),
            None => {
                self.say("marked; now c on another article compares the two");
                self.marked.push(Address::Article(article));
                None
            }
        }
    }

    /// Lines of the page that fit on the screen.
    pub fn body(&self) -> usize {
        usize::from(self.rows.saturating_sub(FRAME).max(1))
    }

    /// The lines on the screen, and the first and last row that are selected.
    pub fn visible(&self) -> (Vec<Line>, std::ops::Range<usize>) {
        let Some(shown) = self.pages.last() else { return (Vec::new(), 0..0) };
        let all = lines(&shown.page.rows, self.columns);
        let selected = group(&shown.page, shown.at);
        (all.into_iter().skip(shown.top).take(self.body()).collect(), selected)
    }

    /// How far down the page one is, in hundredths; nothing if all of it is seen.
    pub fn progress(&self) -> Option<usize> {
        let shown = self.pages.last()?;
        let rest = lines(&shown.page.rows, self.columns).len().saturating_sub(self.body());
        (rest > 0).then(|| shown.top * 100 / rest)
    }

    /// To the next or former row that leads somewhere, if it is near; else a line on.
    fn step_to(&mut self, down: bool) {
        let (body, columns) = (self.body(), self.columns);
        let Some(shown) = self.pages.last_mut() else { return };
        let rows = &shown.page.rows;
        let leads = |at: &usize| rows[*at].target.is_some();
        let next = if down { (shown.at + 1..rows.len()).find(leads) } else { (0..shown.at.min(rows.len())).rev().find(leads) };
        let all = lines(rows, columns);
        let near = |at: &usize| {
            let line = line_of(&all, *at);
            if down { line < shown.top + body + body / 2 } else { line + body / 2 >= shown.top }
        };
        match next.filter(near) {
            None => self.scroll(if down { 1 } else { -1 }),
            Some(at) => {
                shown.at = at;
                let group = group(&shown.page, at);
                let (line, end) = (line_of(&all, at), line_of(&all, group.end));
                // The first row brings what stands above it into view.
                let first = if (0..at).any(|before| shown.page.rows[before].target.is_some()) { line } else { 0 };
                shown.top = shown.top.min(first);
                shown.top = shown.top.max(end.saturating_sub(body)).min(line);
            }
        }
    }

    /// Moves the page; what is selected moves along once it would leave the screen.
    fn scroll(&mut self, by: isize) {
        let (body, columns) = (self.body(), self.columns);
        let Some(shown) = self.pages.last_mut() else { return };
        let all = lines(&shown.page.rows, columns);
        let last = all.len().saturating_sub(body);
        shown.top = shown.top.saturating_add_signed(by).min(last);
        let seen = shown.top..shown.top + body;
        let rows = &shown.page.rows;
        let mut leading = (0..rows.len()).filter(|at| rows[*at].target.is_some()).map(|at| (at, line_of(&all, at)));
        let at_end = by.unsigned_abs() > all.len();
        if at_end || !seen.contains(&line_of(&all, shown.at)) {
            let first = leading.clone().find(|(_, line)| seen.contains(line));
            let last = leading.rfind(|(_, line)| seen.contains(line));
            if let Some((at, _)) = if by > 0 && at_end { last } else { first } {
                shown.at = at;
            }
        }
    }

    fn click(&mut self, row: u16) -> Option<(Address, bool)> {
        if self.mode != Mode::Browse {
            self.mode = Mode::Browse;
            return None;
        }
        let (visible, selected) = self.visible();
        let line = visible.get(usize::from(row).checked_sub(1)?)?;
        if selected.contains(&line.row) {
            return self.selected().cloned().map(|address| (address, false));
        }
        let shown = self.pages.last_mut()?;
        let leads = |at: &usize| shown.page.rows[*at].target.is_some();
        if let Some(at) = (0..=line.row).rev().find(leads) {
            shown.at = at;
        }
        None
    }

    /// Sees to it that the page does not end above the end of the screen.
    fn keep_within(&mut self) {
        let (body, columns) = (self.body(), self.columns);
        if let Some(shown) = self.pages.last_mut() {
            shown.at = shown.at.min(shown.page.rows.len().saturating_sub(1));
            shown.top = shown.top.min(lines(&shown.page.rows, columns).len().saturating_sub(body));
        }
    }
}

/// The first line of a row; the number of lines behind the last row.
fn line_of(lines: &[Line], row: usize) -> usize {
    lines.iter().position(|l| l.row >= row).unwrap_or(lines.len())
}

/// The rows that belong to one that leads somewhere: up to the next such row, a gap, or a text of many lines.
fn group(page: &Page, at: usize) -> std::ops::Range<usize> {
    let Some(row) = page.rows.get(at).filter(|r| r.target.is_some()) else { return at..at };
    let belongs = |r: &&super::page::Row| r.target.is_none() && !r.spans.is_empty() && r.indent > row.indent;
    at..at + 1 + page.rows[at + 1..].iter().take_while(belongs).count()
}
