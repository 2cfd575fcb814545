//! What stands beside the story itself: credits, asides, amendments.

use serde::{Deserialize, Serialize};

/// An agency that an article names as the origin of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Id of the agency among the known sources.
    pub id: String,
    /// Its name as it is shown.
    pub name: String,
    /// Where it is credited.
    pub place: CreditPlace,
    /// As it stands there.
    pub found: String,
}

/// Where a credit stands. Elsewhere, an agency is only mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CreditPlace {
    /// Before the first sentence, with or without place and date.
    Dateline,
    /// In the author line, given or on a line of its own above the text.
    Byline,
    /// After the last sentence.
    Signoff,
    /// Under a key of the metadata made for it.
    Metadata,
}

/// A part of a text that is no part of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Byte offset in the text.
    pub start: u32,
    /// Byte offset behind it.
    pub end: u32,
    /// What it is.
    pub kind: AsideKind,
}

/// What an aside is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AsideKind {
    /// Place, date and agency before the first sentence.
    Dateline,
    /// An author line above the text.
    Byline,
    /// A credit after the last sentence.
    Signoff,
    /// A line that a pattern of the known sources names.
    Boilerplate,
    /// A line that its source puts under articles of many events.
    Repeated,
}

impl AsideKind {
    /// The word used on the screen and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dateline => "dateline",
            Self::Byline => "byline",
            Self::Signoff => "signoff",
            Self::Boilerplate => "boilerplate",
            Self::Repeated => "repeated",
        }
    }
}

/// What an article does to an earlier one, if its headline or metadata says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amendment {
    /// Adds to it.
    Update,
    /// Says that something in it was wrong.
    Correction,
    /// Withdraws it.
    Kill,
}

/// The parts of `text` that are asides, with what they are; those that lie outside of it or cut a letter are left out.
pub fn asides_of<'t>(text: &'t str, asides: &'t [Aside]) -> impl Iterator<Item = (AsideKind, &'t str)> {
    asides.iter().filter_map(|a| Some((a.kind, text.get(a.start as usize..a.end as usize)?)))
}
