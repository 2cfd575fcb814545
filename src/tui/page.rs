//! What a page holds: rows of cleaned text, some of which lead to other pages.

use crate::store::read::EventPlace;
use crate::text::clean::Safe;

/// What can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A list of events.
    Events {
        /// Largest first instead of newest first.
        by_size: bool,
        /// Only events of so many sources.
        min_sources: u32,
        /// From behind this place on.
        after: Option<EventPlace>,
    },
    /// An event.
    Event(String),
    /// An article.
    Article(String),
    /// Two articles.
    Compare(String, String),
    /// What a query finds.
    Search {
        /// The query.
        line: String,
        /// From below this order number on.
        below: Option<u32>,
    },
}

impl Address {
    /// Where everything begins: all events, newest first.
    pub fn start() -> Self {
        Self::Events { by_size: false, min_sources: 1, after: None }
    }

    /// Whether it may look different once something new is stored.
    pub fn changes(&self) -> bool {
        matches!(self, Self::Events { after: None, .. } | Self::Event(_) | Self::Search { below: None, .. })
    }
}

/// How a text looks, by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Like everything else.
    Plain,
    /// What a row is about.
    Strong,
    /// What matters less.
    Faint,
    /// An id.
    Id,
    /// What was looked for.
    Found,
    /// Words of the source with this number, from 1.
    Of(usize),
}

/// A text in one tone. Its type sees to it that nothing uncleaned reaches the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: Safe,
    /// How it looks.
    pub tone: Tone,
}

/// A row: a paragraph that is wrapped where the terminal ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its text.
    pub spans: Vec<Span>,
    /// Where it leads; rows without belong to the one above.
    pub target: Option<Address>,
    /// Columns left free before it.
    pub indent: u16,
    /// A text of its own direction, not a line of the program's.
    pub own_direction: bool,
}

impl Row {
    /// A row of the program's own, left to right.
    pub fn new(indent: u16) -> Self {
        Self { spans: Vec::new(), target: None, indent, own_direction: false }
    }

    /// A row of somebody's text, in the direction in which that begins.
    pub fn text(indent: u16) -> Self {
        Self { own_direction: true, ..Self::new(indent) }
    }

    /// With more text: one line.
    #[must_use]
    pub fn with(mut self, tone: Tone, text: &str) -> Self {
        self.spans.push(Span { text: Safe::line(text), tone });
        self
    }

    /// With more text, whose line breaks stay.
    #[must_use]
    pub fn with_block(mut self, tone: Tone, text: &str) -> Self {
        self.spans.push(Span { text: Safe::block(text), tone });
        self
    }

    /// That leads somewhere.
    #[must_use]
    pub fn to(self, target: Address) -> Self {
        Self { target: Some(target), ..self }
    }

    /// Nothing, to set parts apart.
    pub fn gap() -> Self {
        Self::new(0)
    }

    /// The heading of a part.
    pub fn heading(text: &str) -> Self {
        Self::new(0).with(Tone::Faint, text)
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What it shows.
    pub address: Address,
    /// What stands above it.
    pub title: Safe,
    /// What it holds.
    pub rows: Vec<Row>,
    /// Articles that were not searched since the index lacked them; 0 of a page that nothing was searched for.
    pub behind: u32,
}
