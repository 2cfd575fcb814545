//! WARC 1.0 and 1.1 (ISO 28500:2017, §4 "File and record model", §6 "WARC record types"): archives of web crawls.
//!
//! Each answer with status 200 and a page in it (§6.3 "response") is an article, read as HTML; so is what was saved without its answer (§6.4
//! "resource"), if it is a page, a text or JSON of an address of the web, and the text that was made of a page (§6.8 "conversion", as WET files have
//! it). The page's address is that of the record; when it was crawled says nothing about when it was published, and is kept beside it.

mod http;

use std::collections::BTreeMap;

use super::draft::Draft;
use super::{Item, Limits, decode, html, json, numbered, plain, sniff};

const MAGIC: &[u8] = b"WARC/1.";

/// Longest header of one record or of one HTTP answer, in bytes.
const LONGEST_HEADER: usize = 64 << 10;

/// Types of records that hold no answer (ISO 28500:2017, §6).
const OTHER_TYPES: &[&str] = &["warcinfo", "request", "metadata"];

/// Files for programs that lie beside the pages of a site.
const FOR_PROGRAMS: &[&str] = &["/robots.txt", "/ads.txt", "/app-ads.txt", "/humans.txt", "/security.txt", "/llms.txt"];

/// Whether `bytes` are such an archive.
pub fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// What was passed over, with how many there were of it.
#[derive(Default)]
struct Passed {
    other_answers: usize,
    other_media: usize,
    revisits: usize,
    continuations: usize,
    /// Records of other types by type: requests, metadata, what describes the crawl.
    others: BTreeMap<String, usize>,
}

/// Reads the pages of an archive, already unpacked; `notes` tells what was passed over.
pub fn read(bytes: &[u8], limits: &Limits, notes: &mut Vec<String>) -> Vec<Item> {
    let mut passed = Passed::default();
    let mut pages = Vec::new();
    let mut rest = bytes;
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            break;
        }
        match record(rest) {
            Ok((record, after)) => {
                rest = after;
                pages.extend(articles(&record, limits, &mut passed));
            }
            Err(reason) => {
                let at = bytes.len() - rest.len();
                pages.push(Err(format!("the WARC record at byte {at} {reason}; the rest of the file was not read")));
                break;
            }
        }
        if pages.len() > limits.articles {
            notes.push(format!("reading ended at limits.articles = {} pages", limits.articles));
            break;
        }
    }
    passed.note(notes);
    if pages.is_empty() {
        return vec![(None, Err("no page with status 200 in the archive".to_owned()))];
    }
    numbered(pages.into_iter(), limits)
}

impl Passed {
    fn note(&self, notes: &mut Vec<String>) {
        let kinds = [
            (self.other_answers, "answers with another status than 200"),
            (self.other_media, "answers that are no HTML"),
            (self.revisits, "revisits of an unchanged page"),
            (self.continuations, "records that go on with another one"),
        ];
        notes.extend(kinds.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("passed over: {n} {what}")));
        notes.extend(self.others.iter().map(|(kind, n)| format!("passed over: {n} records of type {kind}")));
    }
}

/// A record: its header fields and its block.
struct Record<'a> {
    fields: http::Fields,
    block: &'a [u8],
}

/// The record at the start of `bytes`, and what follows it.
fn record(bytes: &[u8]) -> Result<(Record<'_>, &[u8]), String> {
    if !begins(bytes) {
        return Err("does not begin with WARC/1.0 or WARC/1.1".to_owned());
    }
    let (_, fields, rest) = http::head(bytes, LONGEST_HEADER).ok_or("has no end of its header")?;
    let length: usize = fields.get("content-length").and_then(|n| n.parse().ok()).ok_or("has no Content-Length")?;
    let block = rest.get(..length).ok_or_else(|| format!("is cut off: {} bytes of {length}", rest.len()))?;
    Ok((Record { fields, block }, &rest[length..]))
}

/// The articles of a record: one if it is a page, as many as are in JSON; an error if it is one that cannot be read.
fn articles(record: &Record<'_>, limits: &Limits, passed: &mut Passed) -> Vec<Result<Draft, String>> {
    match record.fields.get("warc-type").unwrap_or_default() {
        "response" => return page(record, limits, passed).into_iter().collect(),
        "resource" | "conversion" => return saved(record, limits, passed),
        "revisit" => passed.revisits += 1,
        "continuation" => passed.continuations += 1,
        other => {
            // Seven types are known to the standard; a file could name thousands.
            let kind = if OTHER_TYPES.contains(&other) { other } else { "unknown" };
            *passed.others.entry(kind.to_owned()).or_default() += 1;
        }
    }
    Vec::new()
}

/// What was saved without the answer that it came with, or made of one: a page, a text, or JSON.
fn saved(record: &Record<'_>, limits: &Limits, passed: &mut Passed) -> Vec<Result<Draft, String>> {
    let address = address(record);
    let medium = record.fields.get("content-type").unwrap_or_default().to_ascii_lowercase();
    let is_of_web = ["http://", "https://", "ftp://", "file:"].iter().any(|scheme| address.starts_with(scheme));
    let kind = medium.split(';').next().unwrap_or_default().trim();
    let is_for_program = FOR_PROGRAMS.iter().any(|name| address.ends_with(name));
    if !is_of_web || is_for_program || !["text/html", "application/xhtml+xml", "text/plain", "application/json"].contains(&kind) {
        *passed.others.entry(record.fields.get("warc-type").unwrap_or_default().to_owned()).or_default() += 1;
        return Vec::new();
    }
    let text = text(record.block, charset(&medium).as_deref());
    let read = match (text, kind) {
        (Err(reason), _) => vec![Err(reason)],
        (Ok(text), "text/plain") => vec![Ok(plain::read_one(&text))],
        (Ok(text), "application/json") => json::read(&text, limits).into_iter().map(|(_, item)| item).collect(),
        (Ok(text), _) => vec![html::read(&text, limits)],
    };
    let done = |item: Result<Draft, String>| item.map(|draft| complete(draft, record, address)).map_err(|reason| named(address, &reason));
    read.into_iter().map(done).collect()
}

/// The article of an answer, if it is a page.
fn page(record: &Record<'_>, limits: &Limits, passed: &mut Passed) -> Option<Result<Draft, String>> {
    if !record.fields.get("content-type").is_some_and(|t| t.starts_with("application/http")) {
        passed.other_media += 1;
        return None;
    }
    let address = address(record);
    let Some((status, fields, body)) = http::head(record.block, LONGEST_HEADER) else {
        return Some(Err(named(address, "the HTTP answer has no end of its header")));
    };
    if status.split_ascii_whitespace().nth(1) != Some("200") {
        passed.other_answers += 1;
        return None;
    }
    let medium = fields.get("content-type").unwrap_or("text/html").to_ascii_lowercase();
    if !medium.contains("html") {
        passed.other_media += 1;
        return None;
    }
    let text = http::body(body, &fields, limits).and_then(|body| text(&body, charset(&medium).as_deref()));
    let read = text.and_then(|text| html::read(&text, limits));
    Some(read.map(|draft| complete(draft, record, address)).map_err(|reason| named(address, &reason)))
}

fn address<'r>(record: &'r Record<'_>) -> &'r str {
    record.fields.get("warc-target-uri").unwrap_or("unknown").trim_matches(['<', '>'])
}

fn named(address: &str, reason: &str) -> String {
    format!("page {address}: {reason}")
}

/// The encoding that a content type in small letters names.
fn charset(medium: &str) -> Option<String> {
    medium.split("charset=").nth(1).map(|c| c.trim_matches(['"', '\'', ' ', ';']).to_owned())
}

fn text(body: &[u8], charset: Option<&str>) -> Result<String, String> {
    if body.trim_ascii().is_empty() {
        return Err("empty".to_owned());
    }
    // The server knows what it sends better than a page that was converted on its way.
    decode::decode(body, charset.or_else(|| sniff::declared_encoding(body))).map(|(text, _)| text)
}

fn complete(mut draft: Draft, record: &Record<'_>, address: &str) -> Draft {
    draft.url = draft.url.or_else(|| Some(address.to_owned()));
    if let Some(date) = record.fields.get("warc-date") {
        draft.extra.insert("crawled".to_owned(), date.into());
    }
    if let Some(why) = record.fields.get("warc-truncated") {
        draft.notes.push(format!("the crawler cut the page off ({why})"));
    }
    draft
}
