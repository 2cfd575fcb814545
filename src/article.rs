//! The vocabulary: what a file holds, what an article is, and how ids are made.
//!
//! Nothing here reads a file, a clock or the store.

mod beside;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use beside::{Amendment, Aside, AsideKind, Credit, CreditPlace, asides_of};

/// One item of news as one source published it, as read from a file.
///
/// Fields hold what the file said, decoded and reduced to plain text, not yet judged: the text may contain anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Place of the article in its file, counted from 0.
    pub position: u32,
    /// The sender's own id: a label, kept and exported, never trusted as identity.
    pub sender_id: Option<String>,
    /// Headline, possibly empty.
    pub title: String,
    /// Body as plain text with paragraphs on lines of their own, possibly empty.
    pub text: String,
    /// Who published it; `"unknown"` if no step of the chain knew.
    pub source: String,
    /// Which step of the chain decided `source`.
    pub source_step: SourceStep,
    /// The name as it was found, where a known source is shown by another.
    pub source_found: Option<String>,
    /// The agencies it names as the origin of its text.
    pub credits: Vec<Credit>,
    /// Whether it updates, corrects or withdraws something published before.
    pub amendment: Option<Amendment>,
    /// Parts of the text that are no part of the story: kept and shown, not compared. In order, apart from each other.
    pub asides: Vec<Aside>,
    /// When it was published, if that is known and plausible.
    pub published: Option<Published>,
    /// BCP 47 tag: given, else detected, else `"und"`.
    pub lang: String,
    /// Address of the article, as given.
    pub url: Option<String>,
    /// Author line, as given.
    pub byline: Option<String>,
    /// Desk or section, as given.
    pub category: Option<String>,
    /// The sender's version label, as given.
    pub version: Option<String>,
    /// Publication status as given (`usable`, `canceled`, …).
    pub pubstatus: Option<String>,
    /// Things a reader should know about how it was read, such as a date that was not used.
    pub notes: Vec<String>,
    /// Keys of the input that have no field here, as they came.
    #[serde(with = "as_text")]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Sent as a text of its own: it may be nested as deep as JSON is read at all, which leaves no room for what it stands in.
mod as_text {
    use serde::de::{Deserialize, Deserializer, Error as _};
    use serde::ser::{Error as _, Serializer};
    use serde_json::{Map, Value};

    pub fn serialize<S: Serializer>(extra: &Map<String, Value>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&serde_json::to_string(extra).map_err(S::Error::custom)?)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Map<String, Value>, D::Error> {
        serde_json::from_str(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A publication time with the precision it was given in and the step that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The instant; for a whole day, its beginning in the zone it was read in.
    pub at: Timestamp,
    /// How exact `at` is.
    pub precision: Precision,
    /// Where it was found.
    pub step: DateStep,
}

/// How exact a publication time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Only the day is known.
    Day,
    /// Hour and minute are known.
    Minute,
    /// Second or better.
    Second,
}

/// The step of the source chain that decided, in the order tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceStep {
    /// A header line of a plain text, or a key of the article's JSON.
    Given,
    /// Metadata of the format (JSON-LD, OpenGraph …).
    Metadata,
    /// The `.meta.json` file beside it.
    Sidecar,
    /// The first folder below the inbox.
    Folder,
    /// The host of its URL.
    Host,
    /// A line of the text that only this source writes.
    Signature,
    /// Nothing was found.
    Unknown,
}

/// The step of the date chain that decided, in the order tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateStep {
    /// A header line of a plain text, or a key of the article's JSON.
    Given,
    /// Metadata of the format.
    Metadata,
    /// The `.meta.json` file beside it.
    Sidecar,
    /// A dated line at the top of the text.
    Dateline,
    /// A date in the path of the URL.
    Url,
    /// The day in a dateline that leaves out the year, as it was last before receipt.
    DatelineDay,
}

/// Something in a file that is not an article, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Place in the file, counted from 0; `None` for the file as a whole.
    pub position: Option<u32>,
    /// What is wrong, in words a sender understands.
    pub reason: String,
}

/// Everything that one file turned out to hold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Parsed {
    /// The articles in file order.
    pub articles: Vec<Article>,
    /// What could not be read as an article.
    pub rejects: Vec<Reject>,
    /// What else is worth knowing about the file, such as what was passed over in it.
    pub notes: Vec<String>,
    /// Name of the format it was read as: `plain`, `json`, `jsonl`, `html`, `rss`, `zip` …
    pub format: Cow<'static, str>,
    /// Name of the character encoding it was read in, such as `UTF-8` or `windows-1256`; `several` for what holds files or pages.
    pub encoding: Cow<'static, str>,
}

impl Parsed {
    /// Nothing: the file as a whole is rejected.
    pub fn rejected(reason: String) -> Self {
        Self { rejects: vec![Reject { position: None, reason }], ..Self::default() }
    }
}

/// How a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every article in it was stored.
    Stored,
    /// Some articles were stored and some parts rejected.
    Partial,
    /// Nothing in it was an article.
    Rejected,
    /// The same bytes were ingested before.
    Resent,
    /// Seen, but not settled or not yet taken.
    Waiting,
}

/// How an article stands to its story and event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The earliest article of its event.
    First,
    /// The same text.
    Copy,
    /// The same text with light changes, cuts or additions.
    Edited,
    /// Text that descends from the same wire copy, in good part in other words.
    Rewrite,
    /// An independent report of the happening.
    Report,
    /// Carries several happenings.
    Roundup,
}

macro_rules! text_enum {
    ($t:ty { $($v:ident => $s:literal),+ $(,)? }) => {
        impl $t {
            /// The word used in the store, in JSON and on the screen.
            pub fn as_str(self) -> &'static str { match self { $(Self::$v => $s),+ } }
        }
        impl fmt::Display for $t {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.as_str()) }
        }
        impl FromStr for $t {
            type Err = String;
            fn from_str(s: &str) -> Result<Self, String> {
                match s { $($s => Ok(Self::$v),)+ _ => Err(format!("unknown {}: {s}", stringify!($t))) }
            }
        }
    };
}
text_enum!(Outcome { Stored => "stored", Partial => "partial", Rejected => "rejected", Resent => "resent", Waiting => "waiting" });
text_enum!(Relation { First => "first", Copy => "copy", Edited => "edited", Rewrite => "rewrite", Report => "report", Roundup => "roundup" });
text_enum!(SourceStep { Given => "given", Metadata => "metadata", Sidecar => "sidecar", Folder => "folder", Host => "host", Signature => "signature", Unknown => "unknown" });
text_enum!(DateStep { Given => "given", Metadata => "metadata", Sidecar => "sidecar", Dateline => "dateline", Url => "url", DatelineDay => "dateline_day" });
text_enum!(Amendment { Update => "update", Correction => "correction", Kill => "kill" });
text_enum!(Precision { Day => "day", Minute => "minute", Second => "second" });

/// SHA-256 of a file's bytes: the identity of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileDigest(pub [u8; 32]);

impl FileDigest {
    /// Digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads what [`FileDigest::hex`] writes.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut digest = [0; 32];
        let pairs = text.as_bytes().chunks(2);
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, pair) in digest.iter_mut().zip(pairs) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(digest))
    }

    /// Lower-case hexadecimal, 64 characters.
    pub fn hex(&self) -> String {
        self.0.iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Key of an article: the first 128 bits of SHA-256(file digest ‖ position), so that the same file gives the same key anywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleId(pub [u8; 16]);

impl ArticleId {
    /// The id of the article at `position` of the file with this digest.
    pub fn new(file: &FileDigest, position: u32) -> Self {
        let hash = Sha256::new().chain_update(file.0).chain_update(position.to_be_bytes()).finalize();
        Self(first_bytes(&hash))
    }
}

/// Id of an event: the first 80 bits of SHA-256("event" ‖ key of the founding article). It never changes and is never used again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub [u8; 10]);

/// Id of a story: the first 80 bits of SHA-256("story" ‖ key of the founding article).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoryId(pub [u8; 10]);

impl EventId {
    /// The id of the event that `article` founds.
    pub fn founded_by(article: &ArticleId) -> Self {
        Self(founding_hash(b"event", article))
    }

    /// The id of the `n`-th further event of an article that has founded one before.
    pub fn founded_again_by(article: &ArticleId, n: u32) -> Self {
        let again = Sha256::new().chain_update(b"event").chain_update(article.0).chain_update(n.to_be_bytes());
        Self(first_bytes(&again.finalize()))
    }
}

impl StoryId {
    /// The id of the story that `article` founds.
    pub fn founded_by(article: &ArticleId) -> Self {
        Self(founding_hash(b"story", article))
    }
}

fn founding_hash(kind: &[u8], article: &ArticleId) -> [u8; 10] {
    first_bytes(&Sha256::new().chain_update(kind).chain_update(article.0).finalize())
}

fn first_bytes<const N: usize>(hash: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&hash[..N]);
    out
}

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`, so an id can be read out and typed.
const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// `bytes` in base 32, most significant bits first.
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity((bytes.len() * 8).div_ceil(5));
    let (mut acc, mut bits) = (0u32, 0);
    for &b in bytes {
        acc = (acc << 8) | u32::from(b);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(BASE32[(acc >> bits) as usize & 31] as char);
        }
    }
    if bits > 0 {
        out.push(BASE32[(acc << (5 - bits)) as usize & 31] as char);
    }
    out
}

macro_rules! shown_id {
    ($t:ty) => {
        impl fmt::Display for $t {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&base32(&self.0))
            }
        }
        impl fmt::Debug for $t {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($t), base32(&self.0))
            }
        }
        impl Serialize for $t {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
    };
}
shown_id!(ArticleId);
shown_id!(EventId);
shown_id!(StoryId);

impl fmt::Debug for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileDigest({})", self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_pure_functions_of_content() {
        let file = FileDigest::of(b"abc");
        assert_eq!(file.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let a = ArticleId::new(&file, 0);
        assert_ne!(a, ArticleId::new(&file, 1));
        assert_eq!(EventId::founded_by(&a), EventId::founded_by(&a));
        assert_eq!(EventId::founded_by(&a).to_string().len(), 16);
        assert_ne!(EventId::founded_by(&a).0, StoryId::founded_by(&a).0);
    }

    #[test]
    fn base32_uses_every_bit() {
        assert_eq!(base32(&[0xff]), "zw");
        assert_eq!(base32(&[0, 0, 0, 0, 0]), "00000000");
        assert_eq!(base32(&[0xff; 5]), "zzzzzzzz");
    }
}
