//! What a file is, by its content.

use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

use super::ninjs;
use super::tags::{self, Token};
use super::textwire;

/// The formats this layer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Plain,
    Json,
    JsonLines,
    Ninjs,
    Html,
    Rss,
    Atom,
    Nitf,
    NewsMlG2,
    NewsMl1,
    TextWire,
}

impl Format {
    /// Whether it is read by the tree builders of pages and XML.
    pub fn is_markup(self) -> bool {
        match self {
            Self::Html | Self::Rss | Self::Atom | Self::Nitf | Self::NewsMlG2 | Self::NewsMl1 => true,
            Self::Plain | Self::Json | Self::JsonLines | Self::Ninjs | Self::TextWire => false,
        }
    }

    /// The name kept in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Html => "html",
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Ninjs => "ninjs",
            Self::Nitf => "nitf",
            Self::NewsMlG2 => "newsml-g2",
            Self::NewsMl1 => "newsml-1",
            Self::TextWire => "textwire",
        }
    }
}

/// Tags that begin a page or a fragment of one. Plain text that begins with some other `<word>` stays plain text.
const HTML_TAGS: &[&str] = &[
    "html",
    "head",
    "body",
    "meta",
    "title",
    "link",
    "script",
    "style",
    "base",
    "header",
    "main",
    "article",
    "section",
    "nav",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "table",
    "span",
    "center",
    "font",
    "ul",
    "ol",
    "figure",
    "img",
    "br",
    "blockquote",
    "time",
    "aside",
];

/// Root elements of lists of addresses, and what these are.
const LISTS: &[(&str, &str)] = &[("urlset", "a sitemap"), ("sitemapindex", "a list of sitemaps"), ("opml", "OPML, a list of feeds")];

/// Lines of a header that only mail has, and how many lines are looked at for them.
const MAIL: &[&str] = &["MIME-Version", "Message-ID", "Received", "Return-Path", "Content-Transfer-Encoding"];
const HEADER_LINES: usize = 60;

/// A declaration stands this early in a page, as the HTML standard wants it within the first 1024 bytes and pages are sloppy.
const DECLARATION_BYTES: usize = 2 << 10;

/// Lines looked at to tell JSON Lines: enough to survive a broken first line.
const LINES: usize = 8;

/// The encoding that an XML prolog or a `<meta>` declares, as it is written there.
pub fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    if !head.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let is_prolog = head.trim_ascii_start().starts_with(b"<?xml");
    let prolog = if is_prolog { &head[..find(head, b"?>").unwrap_or(head.len())] } else { &head[..0] };
    label_after(prolog, b"encoding=").or_else(|| label_after(head, b"charset="))
}

fn label_after<'a>(bytes: &'a [u8], key: &[u8]) -> Option<&'a str> {
    let value = bytes[find(bytes, key)? + key.len()..].trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_:. ".contains(b))).unwrap_or(value.len());
    std::str::from_utf8(&value[..end]).ok().map(str::trim).filter(|label| !label.is_empty())
}

fn find(bytes: &[u8], key: &[u8]) -> Option<usize> {
    // The last byte of a key is a rare one, and has no case.
    let last = key.last()?;
    let mut ends = bytes.iter().enumerate().skip(key.len() - 1).filter(|(_, b)| *b == last).map(|(at, _)| at + 1);
    ends.find(|end| bytes[end - key.len()..*end].eq_ignore_ascii_case(key)).map(|end| end - key.len())
}

/// The format of `text`, which is not blank; an error names content that is recognised but not read.
pub fn format(text: &str, name: &str) -> Result<Format, String> {
    if textwire::begins(text.as_bytes()) || textwire::begins_bare(text) {
        return Ok(Format::TextWire);
    }
    let start = text.trim_start();
    if start.starts_with('<') {
        return format_of_markup(start);
    }
    if start.starts_with("{\\rtf") {
        return Err("RTF, a format of word processors that is not read: export it as plain text or HTML".into());
    }
    if is_json_lines(start) {
        return Ok(Format::JsonLines);
    }
    if is_json_container(start) {
        return Ok(if ninjs::is_likely(start) { Format::Ninjs } else { Format::Json });
    }
    if let Some(what) = unread(start) {
        return Err(what.to_owned());
    }
    if let Some(kind) = json_scalar(start, name) {
        return Err(format!("holds only a JSON {kind}, expected an object or an array of objects"));
    }
    Ok(Format::Plain)
}

/// Why a text that is no prose is not read; nothing about others.
fn unread(text: &str) -> Option<&'static str> {
    let first = text.lines().next().unwrap_or_default();
    let is_mail = || {
        let head = text.lines().take_while(|line| !line.trim().is_empty()).take(HEADER_LINES);
        head.filter_map(|line| line.split_once(':')).any(|(name, _)| MAIL.iter().any(|mail| name.eq_ignore_ascii_case(mail)))
    };
    match first.trim_end() {
        "BEGIN:VCALENDAR" => Some("a calendar, which holds no article"),
        "BEGIN:VCARD" => Some("a card with an address, which holds no article"),
        first if is_head_of_table(first) => Some("a table (CSV), which is not read: export it as JSON or JSON Lines"),
        first if begins_mail(first) && is_mail() => Some("e-mail, which is not read: save its text alone"),
        _ => None,
    }
}

/// Whether a line names the columns of a table of articles.
fn is_head_of_table(line: &str) -> bool {
    let columns = |mark| line.split(mark).map(|name: &str| name.trim().trim_matches('"').to_ascii_lowercase()).collect::<Vec<_>>();
    line.len() < 400
        && [',', ';', '\t'].iter().filter(|mark| line.contains(**mark)).map(|mark| columns(*mark)).any(|columns| {
            let has = |names: &[&str]| columns.iter().any(|column| names.contains(&column.as_str()));
            has(&["title", "headline"]) && has(&["text", "body", "content", "url", "link", "date", "published", "source", "description"])
        })
}

/// Whether a line is the first of a mail: a line of its header, or the mark before a mail in a mailbox.
fn begins_mail(line: &str) -> bool {
    let name = line.split_once(':').map_or("", |(name, _)| name);
    line.starts_with("From ") || (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))
}

fn format_of_markup(text: &str) -> Result<Format, String> {
    let is_xml = text.starts_with("<?xml");
    let is_declared = text.get(..9).is_some_and(|t| t.eq_ignore_ascii_case("<!doctype"));
    let root = root(text);
    if let Some(format) = root.and_then(format_of_root) {
        return Ok(format);
    }
    if let Some((_, kind)) = LISTS.iter().find(|(name, _)| root == Some(*name)) {
        return Err(format!("{kind}, which holds no article"));
    }
    for token in tags::tokens(text) {
        match token {
            Token::Text(t) if t.trim().is_empty() => {}
            Token::Other => {}
            Token::Open(tag) if HTML_TAGS.contains(&tag.name()) => return Ok(Format::Html),
            // Without a prolog, a namespace says so.
            Token::Open(tag) if is_xml || tag.attribute("xmlns").is_some() => {
                return Err(format!("XML (<{}>) of a kind that is not read; `inbox/README.md` lists what is", tag.name()));
            }
            _ => break,
        }
    }
    Ok(if is_declared { Format::Html } else { Format::Plain })
}

/// The format whose documents have this root element, by its name without prefix.
fn format_of_root(name: &str) -> Option<Format> {
    let name = name.rsplit(':').next()?;
    Some(match name {
        _ if name.eq_ignore_ascii_case("rss") || name.eq_ignore_ascii_case("rdf") => Format::Rss,
        "feed" | "entry" => Format::Atom,
        "nitf" => Format::Nitf,
        "newsItem" | "packageItem" | "newsMessage" => Format::NewsMlG2,
        "NewsML" => Format::NewsMl1,
        _ => return None,
    })
}

/// The name of the first element, behind prolog, comments and document type.
fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            rest.find("?>")? + 2
        } else if rest.starts_with("<!--") {
            rest.find("-->")? + 3
        } else if rest.starts_with("<!") {
            // Declarations inside the document type are full of `>`.
            let close = rest.find('>')?;
            if rest[..close].contains('[') { rest.find("]>")? + 2 } else { close + 1 }
        } else {
            break;
        };
        rest = rest[end..].trim_start();
    }
    let name = rest.strip_prefix('<')?;
    Some(&name[..name.find(|c: char| c == '>' || c == '/' || c.is_whitespace())?])
}

/// Begins as JSON does, whether or not it ends well: a truncated file must be rejected, not taken for prose.
/// Prose does begin with brackets, `[agency] town - …` or `{note}`, but not with these pairs.
fn is_json_container(text: &str) -> bool {
    let text = behind_comments(text);
    let mut chars = text.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some('\'')) => is_named(text),
        (Some('{'), second) => matches!(second, Some('"' | '}') | None),
        (Some('['), Some('{' | ']')) => true,
        (Some('['), _) => serde_json::from_str::<IgnoredAny>(text).is_ok(),
        _ => false,
    }
}

/// `text` behind the comments that it begins with: they make no prose of what is JSON otherwise.
fn behind_comments(text: &str) -> &str {
    let behind = |text: &str| match text {
        _ if text.starts_with("//") || text.starts_with('#') => text.find('\n').map(|end| end + 1),
        _ if text.starts_with("/*") => text.find("*/").map(|end| end + 2),
        _ => None,
    };
    let mut rest = text;
    while let Some(end) = behind(rest) {
        rest = rest[end..].trim_start();
    }
    if rest.starts_with(['{', '[']) { rest } else { text }
}

/// Whether an object begins with a name and a colon, between quotation marks that are not those of JSON.
fn is_named(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c == '{' || c.is_whitespace()).strip_prefix('\'');
    name.and_then(|name| name.split_once('\'')).is_some_and(|(name, rest)| !name.contains('\n') && rest.trim_start().starts_with(':'))
}

/// Several lines, and most of the first ones are an object each.
fn is_json_lines(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(LINES).collect();
    if lines.len() < 2 || text.starts_with('[') || !lines.iter().any(|l| l.trim_start().starts_with("{\"")) {
        return false;
    }
    let objects = lines.iter().filter(|l| l.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(l).is_ok()).count();
    objects > 0 && objects * 2 >= lines.len()
}

/// Name of the type if the whole text is one JSON scalar. A quoted paragraph is one by accident, so strings need the file name to agree.
fn json_scalar(text: &str, name: &str) -> Option<&'static str> {
    let is_string = text.starts_with('"');
    if text.len() > 1 << 10 && !is_string || is_string && !name.contains(".json") {
        return None;
    }
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    values.next().is_none().then(|| super::json::kind(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (text, expected) in [
            ("Talks resume in the capital\n\nMore.", Format::Plain),
            ("[Reuters] Talks resume", Format::Plain),
            ("{note} Talks resume", Format::Plain),
            ("<agency> Talks resume", Format::Plain),
            ("\"We will talk,\" he said.", Format::Plain),
            ("2020 was a year", Format::Plain),
            ("Title: Wells, text and source\n\nMore.", Format::Plain),
            ("From the wells, text and title came\n\nMIME-Version: 1.0", Format::Plain),
            ("Subject: Wells\nFrom: the desk\n\nThey open.", Format::Plain),
            ("{\"title\": \"x\"", Format::Json),
            ("[\n {\"title\": 1}", Format::Json),
            ("[1, 2]", Format::Json),
            ("{'note'} Talks resume", Format::Plain),
            ("# Talks resume\n\n[Reuters] More.", Format::Plain),
            ("// export\n/* of\nMonday */ {\"title\": \"x\"}", Format::Json),
            ("{'title': 'x'}", Format::Json),
            ("{\n\"title\": \"x\",\n\"text\": \"y\"\n}", Format::Json),
            ("{\"a\":1}\n{\"a\":2}", Format::JsonLines),
            ("{\"a\":1\n{\"a\":2}\n", Format::JsonLines),
            ("oops\n{\"a\":2}\n{\"a\":3}", Format::JsonLines),
            ("<!-- x --><!DOCTYPE html><html>", Format::Html),
            ("<?xml version='1.0'?><html xmlns=''>", Format::Html),
            ("<P>fragment", Format::Html),
            ("<!doctype html>", Format::Html),
            ("<?xml version='1.0'?>\n<!-- x > --><rss version='2.0'>", Format::Rss),
            ("<rdf:RDF xmlns=''>", Format::Rss),
            ("<!DOCTYPE feed [<!ENTITY a '<html>'>]><feed>", Format::Atom),
            ("<rss", Format::Plain),
            ("<n:newsMessage xmlns:n=''>", Format::NewsMlG2),
            ("{\"uri\": \"urn:x\", \"body_text\": \"y\"}", Format::Ninjs),
        ] {
            assert_eq!(format(text, "a.txt"), Ok(expected), "{text}");
        }
        for (text, reason) in [
            ("42", "number"),
            (" true ", "boolean"),
            ("<?xml version='1.0'?><invoice>", "XML (<invoice>)"),
            ("<urlset xmlns='x'><url>", "sitemap"),
            ("<opml version='2.0'>", "OPML"),
            ("<svg xmlns='x'><title>Wells", "XML (<svg>)"),
            ("{\\rtf1\\ansi Wells", "RTF"),
            ("title,text,source\nWells,They open.,Post", "CSV"),
            ("\"Source\";\"Title\";\"URL\"\n", "CSV"),
            ("From: a@b.example\nSubject: Wells\nMIME-Version: 1.0\n\nThey open.", "e-mail"),
            ("From a@b Wed Mar 4 10:15:00 2026\nMessage-ID: <x>\n\nThey open.", "e-mail"),
            ("BEGIN:VCALENDAR\nVERSION:2.0", "calendar"),
        ] {
            assert!(format(text, "a.txt").unwrap_err().contains(reason), "{text}");
        }
        assert!(format("\"quoted\"", "a.json").is_err());
    }

    #[test]
    fn declarations_are_found() {
        for (head, label) in [
            ("<meta charset=windows-1256>", Some("windows-1256")),
            ("<META content='text/html; CHARSET=koi8-r'>", Some("koi8-r")),
            ("<?xml version=\"1.0\" encoding='iso-8859-6'?>", Some("iso-8859-6")),
            ("<p>no", None),
            ("prose about charset=utf-8", None),
        ] {
            assert_eq!(declared_encoding(head.as_bytes()), label, "{head}");
        }
    }
}
