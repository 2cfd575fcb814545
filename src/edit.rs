//! What editors decide, and what holds because of it. The store keeps edits, the detector keeps to what they hold.
//!
//! An edit speaks of articles, not of events: events come and go as articles arrive. Of two edits that disagree about a pair of articles
//! the newer one counts, but for pins, which have to be taken back first. Nothing here reads a clock or the store.

pub mod holds;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// What kind of edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Two events are one; all their articles stay together.
    Merge,
    /// Articles leave their event and become one of their own; they stay together, and apart from those they left.
    Split,
    /// An article goes to another event; it stays with the first article there, and apart from those it left.
    Move,
    /// Two articles of one event stay together.
    Pin,
    /// They need not any more.
    Unpin,
    /// An article is a round-up: an event of its own that joins nothing.
    Mark,
    /// An event has another headline, for as long as its first article is in it.
    Headline,
    /// An edit does not count any more.
    Undo,
}

/// Every kind, with its word in the store, in JSON and on the screen.
const KINDS: [(Kind, &str); 8] = [
    (Kind::Merge, "merge"),
    (Kind::Split, "split"),
    (Kind::Move, "move"),
    (Kind::Pin, "pin"),
    (Kind::Unpin, "unpin"),
    (Kind::Mark, "mark"),
    (Kind::Headline, "headline"),
    (Kind::Undo, "undo"),
];

impl Kind {
    /// The word used in the store, in JSON and on the screen.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        KINDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind).ok_or_else(|| format!("unknown kind of edit: {word}"))
    }
}

/// What an editor asks for. Events and articles are given as everywhere: by their ids, or unique beginnings of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// All of the second event goes into the first.
    Merge {
        /// The event that stays.
        into: String,
        /// The event whose id leads there from now on.
        from: String,
    },
    /// Articles leave an event and become one of their own.
    Split {
        /// The event.
        event: String,
        /// Those that leave.
        articles: Vec<String>,
    },
    /// An article goes to an event.
    Move {
        /// The article.
        article: String,
        /// Where it belongs.
        event: String,
    },
    /// Two articles of one event stay together.
    Pin {
        /// One of them.
        a: String,
        /// The other.
        b: String,
    },
    /// They need not any more.
    Unpin {
        /// One of them.
        a: String,
        /// The other.
        b: String,
    },
    /// The article is a round-up.
    MarkRoundup {
        /// The article.
        article: String,
    },
    /// The event has this headline.
    Headline {
        /// The event.
        event: String,
        /// Its headline, in one line.
        text: String,
    },
    /// An edit does not count any more.
    Undo {
        /// Its number; `None` for the last one that counts and is no undo itself.
        edit: Option<u32>,
    },
}

/// What is asked for, by whom, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What.
    pub command: Command,
    /// Who; a name, not checked.
    pub who: String,
    /// Why, in the editor's words; may be empty.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// The part that an article has in an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It was there: in the event that stays, or that others come to. Of a pin, the one article; of a headline, the first of the event.
    There = 0,
    /// The edit is about it: it comes, leaves, or is marked. Of a pin, the other article.
    Named = 1,
    /// It is what the named ones leave behind.
    Left = 2,
}
