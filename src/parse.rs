//! Bytes to articles: pure, without I/O or a clock, and without a panic on any input that this code could foresee.
//!
//! unpack → (members of an archive, records of a crawl) → decode → sniff → the format's reader → finish. What a file is, is decided by its content; its name is only a tie-breaker.
//! The one guest that may panic is the readability crate behind `html`; the caller guards each file against that.

mod amendment;
mod archive;
mod aside;
mod atom;
mod believe;
mod body;
mod credits;
mod dateline;
mod decode;
mod depth;
mod draft;
mod entities;
mod finish;
mod html;
mod json;
mod linked;
mod lists;
mod metadata;
mod microdata;
mod newsml_1;
mod newsml_g2;
mod ninjs;
mod nitf;
mod plain;
mod prose;
mod rss;
mod sniff;
mod tags;
mod textwire;
mod unpack;
mod warc;
mod xml;

pub mod date;

use std::borrow::Cow;

use jiff::Timestamp;

use crate::article::{Parsed, Reject};
use crate::sources::Sources;
use draft::Draft;
use finish::Finisher;
use sniff::Format;

pub use html::to_text;

/// How much one file may ask of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of a file as it lies on disk.
    pub file_bytes: u64,
    /// Size of a file after decompression.
    pub decoded_bytes: usize,
    /// How many times larger decompression may make a file; below 1 MB the ratio does not matter.
    pub ratio: usize,
    /// Size of one article's text; a longer one is rejected.
    pub text_bytes: usize,
    /// Size of a title; a longer one is cut.
    pub title_bytes: usize,
    /// Articles in one file; the rest is not read.
    pub articles: usize,
    /// Nesting of JSON. serde_json itself stops at 128.
    pub json_depth: usize,
    /// Nesting of HTML. Tree builders and readability are slow, or run out of stack, on much deeper pages.
    pub html_depth: usize,
    /// Attributes of one HTML tag.
    pub html_attributes: usize,
    /// Nesting of XML.
    pub xml_depth: usize,
    /// Attributes of one XML tag.
    pub xml_attributes: usize,
    /// Members of one archive.
    pub members: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            decoded_bytes: 256 << 20,
            ratio: 200,
            text_bytes: 2 << 20,
            title_bytes: 2 << 10,
            articles: 100_000,
            json_depth: 64,
            html_depth: 512,
            html_attributes: 256,
            xml_depth: 256,
            xml_attributes: 256,
            members: 10_000,
        }
    }
}

/// What is known about a file besides its bytes.
#[derive(Debug, Clone, Copy)]
pub struct FileHints<'a> {
    /// File name, made readable if it was not UTF-8.
    pub name: &'a str,
    /// First folder below the inbox, which names the source.
    pub folder: Option<&'a str>,
    /// Content of `name.meta.json` beside the file.
    pub sidecar: Option<&'a [u8]>,
    /// When the file was taken; later dates are not believed.
    pub received: Timestamp,
    /// Who publishes.
    pub sources: &'a Sources,
}

/// An article as its format gave it, or why there is none, at its place in the file (`None`: the file as a whole).
type Item = (Option<u32>, Result<Draft, String>);

/// Reads everything that `bytes` hold.
pub fn parse(bytes: &[u8], hints: &FileHints<'_>, limits: &Limits) -> Parsed {
    let mut parsed = Parsed { format: "unknown", encoding: "unknown", ..Parsed::default() };
    let items = match read_items(bytes, hints, limits, &mut parsed) {
        Ok(items) => items,
        Err(reason) => vec![(None, Err(reason))],
    };
    let finisher = Finisher::new(hints, limits, items.len());
    for (position, item) in items {
        match item.and_then(|draft| finisher.finish(draft, position.unwrap_or(0))) {
            Ok(article) => parsed.articles.push(article),
            Err(reason) => parsed.rejects.push(Reject { position, reason }),
        }
    }
    if parsed.articles.is_empty() && parsed.rejects.is_empty() {
        parsed.rejects.push(Reject { position: None, reason: "holds no article".to_owned() });
    }
    parsed
}

fn read_items(bytes: &[u8], hints: &FileHints<'_>, limits: &Limits, parsed: &mut Parsed) -> Result<Vec<Item>, String> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(format!("file of {} bytes is larger than the limit of {}", bytes.len(), limits.file_bytes));
    }
    if bytes.is_empty() {
        return Err("empty file".into());
    }
    let content = unpack::unpack(bytes, limits)?;
    if !archive::begins(&content) {
        return read_content(&content, hints, limits, parsed);
    }
    if matches!(content, Cow::Owned(_)) {
        return Err("is an archive inside a compressed file: not opened".into());
    }
    parsed.format = "zip";
    archive::read(bytes, hints, limits, parsed)
}

/// Reads what is neither compressed nor a zip archive.
fn read_content(bytes: &[u8], hints: &FileHints<'_>, limits: &Limits, parsed: &mut Parsed) -> Result<Vec<Item>, String> {
    if warc::begins(bytes) {
        (parsed.format, parsed.encoding) = ("warc", "several");
        return Ok(warc::read(bytes, limits, &mut parsed.notes));
    }
    let (text, encoding) = decode::decode(bytes, sniff::declared_encoding(bytes))?;
    parsed.encoding = encoding;
    if text.trim().is_empty() {
        return Err("only white space".into());
    }
    let format = sniff::format(&text, hints.name)?;
    parsed.format = format.name();
    Ok(match format {
        Format::Plain => vec![(Some(0), Ok(plain::read(&text)))],
        Format::Json | Format::Ninjs => json::read(&text, limits),
        Format::JsonLines => json::read_lines(&text, limits),
        Format::Html => vec![(Some(0), html::read(&text, limits))],
        Format::Rss => rss::read(&text, limits)?,
        Format::Atom => atom::read(&text, limits)?,
        Format::Nitf => nitf::read(&text, limits)?,
        Format::NewsMlG2 => newsml_g2::read(&text, limits)?,
        Format::NewsMl1 => newsml_1::read(&text, limits)?,
        Format::TextWire => textwire::read(&text, limits),
    })
}

/// What stands in a list, with its place there, up to the limit of articles in one file.
fn numbered(items: impl Iterator<Item = Result<Draft, String>>, limits: &Limits) -> Vec<Item> {
    let mut items = (0..).zip(items);
    let mut read: Vec<Item> = items.by_ref().take(limits.articles).map(|(i, item)| (Some(i), item)).collect();
    let rest = items.count();
    if rest > 0 {
        read.push((None, Err(format!("{rest} more articles than limits.articles = {} were not read", limits.articles))));
    }
    read
}
