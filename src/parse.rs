//! Bytes to articles: pure, without I/O or a clock, and without a panic on any input that this code could foresee.
//!
//! unpack → (members of an archive, records of a crawl) → decode → sniff → the format's reader → finish. What a file is, is decided by its content; its name is only a tie-breaker.
//! The one guest that may panic is the readability crate behind `html`; the caller guards each file against that.

mod amendment;
mod archive;
mod aside;
mod atom;
mod believe;
mod bodies;
mod body;
mod credits;
mod dateline;
mod decode;
mod depth;
mod draft;
mod embedded;
mod entities;
mod exports;
mod finish;
mod frame;
mod headline;
mod html;
mod json;
mod languages;
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
mod site;
mod sniff;
mod tags;
mod textwire;
mod unpack;
mod visible;
mod wall;
mod warc;
mod wrapped;
mod xml;

pub mod date;

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::article::{Parsed, Reject};
use crate::sources::Sources;
use draft::Draft;
use finish::Finisher;
use sniff::Format;

pub use html::to_text;

/// How much one file may ask of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Time that a process of its own gets for a page, XML or an archive, for each 4 MB of it or part of them.
    pub parse_time: Duration,
    /// Memory of such a process, in MB of address space.
    pub parse_memory_mb: u64,
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
            parse_time: Duration::from_secs(5),
            parse_memory_mb: 512,
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
    let mut parsed = unknown();
    let items = read_items(bytes, hints, limits, &mut parsed);
    finished(items, hints, limits, parsed)
}

/// As [`parse`], for what is read without guests: plain text, JSON, JSON Lines, text wires, and these compressed. `None` if `bytes` hold a
/// page, XML or an archive, or seem to: crates that others wrote take part in reading these, and their cost is not linear.
pub fn parse_own(bytes: &[u8], hints: &FileHints<'_>, limits: &Limits) -> Option<Parsed> {
    let mut parsed = unknown();
    let items = read_own(bytes, hints, limits, &mut parsed)?;
    Some(finished(items, hints, limits, parsed))
}

fn unknown() -> Parsed {
    Parsed { format: "unknown".into(), encoding: "unknown".into(), ..Parsed::default() }
}

fn finished(items: Result<Vec<Item>, String>, hints: &FileHints<'_>, limits: &Limits, mut parsed: Parsed) -> Parsed {
    let items = items.unwrap_or_else(|reason| vec![(None, Err(reason))]);
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
    check_size(bytes, limits)?;
    let content = match unpack::unpack(bytes, limits) {
        Ok(content) => content,
        Err(fault) => return read_sound_part(bytes, fault, limits, parsed),
    };
    if !archive::begins(&content) {
        return read_content(&content, hints, limits, parsed);
    }
    if matches!(content, Cow::Owned(_)) {
        return Err("is an archive inside a compressed file: not opened".into());
    }
    parsed.format = "zip".into();
    archive::read(bytes, hints, limits, parsed)
}

/// The whole records of a WARC file whose compression has a `fault`: crawls end in the middle of one. Of other files nothing is read.
fn read_sound_part(bytes: &[u8], fault: String, limits: &Limits, parsed: &mut Parsed) -> Result<Vec<Item>, String> {
    let Some(part) = unpack::sound_part(bytes, limits).filter(|part| warc::begins(part)) else { return Err(fault) };
    let mut notes = Vec::new();
    let mut items = warc::read(&part, limits, &mut notes);
    if items.iter().all(|(_, item)| item.is_err()) {
        return Err(fault);
    }
    (parsed.format, parsed.encoding) = ("warc".into(), "several".into());
    parsed.notes = notes;
    items.push((None, Err(fault)));
    Ok(items)
}

/// As [`read_items`]; `None` at the first sign of what needs a guest.
fn read_own(bytes: &[u8], hints: &FileHints<'_>, limits: &Limits, parsed: &mut Parsed) -> Option<Result<Vec<Item>, String>> {
    if let Err(reason) = check_size(bytes, limits) {
        return Some(Err(reason));
    }
    // A look at the beginning spares decompressing and decoding what is not read here. It may be missed, so the whole is looked at too.
    if is_for_guests(bytes) || unpack::beginning(bytes).is_some_and(|beginning| is_for_guests(&beginning)) {
        return None;
    }
    let content = match unpack::unpack(bytes, limits) {
        Ok(content) if is_for_guests(&content) => return None,
        Ok(content) => content,
        Err(reason) => return Some(Err(reason)),
    };
    match recognise(&content, hints, parsed) {
        Ok((format, _)) if format.is_markup() => None,
        Ok((format, text)) => Some(read_format(format, &text, limits)),
        Err(reason) => Some(Err(reason)),
    }
}

/// Whether `bytes` begin as an archive, an archive of a crawl, or markup.
fn is_for_guests(bytes: &[u8]) -> bool {
    archive::begins(bytes) || warc::begins(bytes) || bytes.trim_ascii_start().starts_with(b"<")
}

fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), String> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(format!("file of {} bytes is larger than the limit of {}", bytes.len(), limits.file_bytes));
    }
    if bytes.is_empty() { Err("empty file".into()) } else { Ok(()) }
}

/// Reads what is neither compressed nor a zip archive.
fn read_content(bytes: &[u8], hints: &FileHints<'_>, limits: &Limits, parsed: &mut Parsed) -> Result<Vec<Item>, String> {
    if warc::begins(bytes) {
        (parsed.format, parsed.encoding) = ("warc".into(), "several".into());
        return Ok(warc::read(bytes, limits, &mut parsed.notes));
    }
    let (format, text) = recognise(bytes, hints, parsed)?;
    read_format(format, &text, limits)
}

/// The format of what is neither compressed nor an archive, and its text.
fn recognise(bytes: &[u8], hints: &FileHints<'_>, parsed: &mut Parsed) -> Result<(Format, String), String> {
    let (text, encoding) = decode::decode(bytes, sniff::declared_encoding(bytes))?;
    parsed.encoding = encoding.into();
    if text.trim().is_empty() {
        return Err("only white space".into());
    }
    let format = sniff::format(&text, hints.name)?;
    parsed.format = format.name().into();
    Ok((format, text))
}

fn read_format(format: Format, text: &str, limits: &Limits) -> Result<Vec<Item>, String> {
    Ok(match format {
        Format::Plain => numbered(plain::read(text).into_iter().map(Ok), limits),
        Format::Json | Format::Ninjs => json::read(text, limits),
        Format::JsonLines => json::read_lines(text, limits),
        Format::Html => match html::json_in(text) {
            Some(json) => json::read(&json, limits),
            None => vec![(Some(0), html::read(text, limits))],
        },
        Format::Rss => rss::read(text, limits)?,
        Format::Atom => atom::read(text, limits)?,
        Format::Nitf => nitf::read(text, limits)?,
        Format::NewsMlG2 => newsml_g2::read(text, limits)?,
        Format::NewsMl1 => newsml_1::read(text, limits)?,
        Format::TextWire => textwire::read(text, limits),
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
