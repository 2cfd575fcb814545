//! Atom (The Atom Syndication Format, RFC 4287, §4.1.2 `atom:entry`).
//!
//! The content goes before the summary; content that is elsewhere (§4.1.3.2 `src`) cannot be read, then the summary has to do.

use super::draft::{Draft, Origin};
use super::xml::{self, Element};
use super::{Item, Limits, html, nitf, numbered, prose, rss};

/// Reads a feed, or a document that is a single entry.
///
/// # Errors
/// If it is no XML, or holds no entry at all.
pub fn read(text: &str, limits: &Limits) -> Result<Vec<Item>, String> {
    let root = xml::document(text, &["entry"], limits)?;
    if root.name == "entry" {
        return Ok(vec![(Some(0), article(&root, &root))]);
    }
    let entries: Vec<&Element<'_>> = root.elements().filter(|e| e.name == "entry").collect();
    if entries.is_empty() {
        return Err(root.fault.map_or_else(|| "a feed without entries".to_owned(), Into::into));
    }
    let mut items = numbered(entries.into_iter().map(|entry| article(entry, &root)), limits);
    items.extend(root.fault.as_deref().map(|fault| (None, Err(format!("the rest of the feed was not read: {fault}")))));
    Ok(items)
}

fn article(entry: &Element<'_>, feed: &Element<'_>) -> Result<Draft, String> {
    if let Some(fault) = &entry.fault {
        return Err(fault.to_string());
    }
    let (content, summary) = (entry.child("content"), entry.child("summary"));
    let text = content.and_then(text).or_else(|| summary.and_then(text)).or_else(|| rss::media(entry));
    let elsewhere = content.and_then(|c| c.attribute("src"));
    if let (None, Some(src)) = (&text, elsewhere) {
        return Err(format!("its content is at {src}, which is not fetched"));
    }
    let (authors, categories) = (names(entry, "author"), entry.all("category"));
    let categories: Vec<&str> = categories.filter_map(|c| c.attribute("label").or_else(|| c.attribute("term"))).collect();
    Ok(Draft {
        origin: Origin::Metadata,
        id: entry.line_of("id"),
        title: entry.child("title").and_then(text_line),
        text,
        // §4.2.11: of an entry copied from another feed, `source` keeps what that feed said of itself.
        source: entry.child("source").and_then(|s| s.child("title")).and_then(text_line),
        list_source: feed.child("title").filter(|_| feed.name == "feed").and_then(text_line),
        list_url: link(feed).map(str::to_owned),
        published: entry.line_of("published").or_else(|| entry.line_of("issued")).or_else(|| entry.line_of("updated")),
        lang: [content, Some(entry), Some(feed)].into_iter().flatten().find_map(|e| e.attribute("xml:lang")).map(str::to_owned),
        url: link(entry).map(|url| absolute(url, [entry, feed], link(feed))),
        byline: authors.or_else(|| names(feed, "author")),
        category: Some(categories.join(", ")).filter(|c| !c.is_empty()),
        notes: elsewhere.map(|src| format!("the content is at {src}, which is not fetched: the summary is used")).into_iter().collect(),
        ..Draft::default()
    })
}

/// The text of a text construct or of content (§3.1.1, §4.1.3.3), by its type.
fn text(element: &Element<'_>) -> Option<String> {
    let text = match element.attribute("type").unwrap_or("text") {
        _ if element.elements().any(|e| e.name == "nitf") => {
            element.elements().find(|e| e.name == "nitf").and_then(|document| nitf::article(document).ok()?.text).unwrap_or_default()
        }
        "xhtml" | "application/xhtml+xml" => prose::read(element),
        "html" | "text/html" => return prose::of_escaped(element),
        // §4.1.3.3: what is neither text nor XML is written in base 64.
        kind if kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("+xml") && !kind.ends_with("/xml") => return None,
        // Atom 0.3 and careless feeds put markup here without saying so.
        _ if element.elements().next().is_some() => prose::read(element),
        _ => {
            let text = element.text();
            if text.trim_start().starts_with('<') { html::to_text(&text) } else { text.trim().to_owned() }
        }
    };
    Some(text).filter(|t| !t.is_empty())
}

fn text_line(element: &Element<'_>) -> Option<String> {
    text(element).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The address of the entry itself: the link without `rel`, or with `alternate`, which is the same (§4.2.7.2).
fn link<'e>(entry: &'e Element<'_>) -> Option<&'e str> {
    let is_own = |link: &&Element<'_>| link.attribute("rel").is_none_or(|rel| rel == "alternate");
    entry.all("link").find(is_own).and_then(|link| link.attribute("href"))
}

/// An address that is written relative to the `xml:base` of its element (§2), which may be relative to that of the feed, or else to the `link` of
/// the feed.
pub fn absolute(url: &str, [entry, feed]: [&Element<'_>; 2], link: Option<&str>) -> String {
    let of_feed = feed.attribute("xml:base").filter(|base| base.contains("://")).or(link).unwrap_or_default();
    let base = entry.attribute("xml:base").map_or(of_feed.to_owned(), |base| resolved(base, of_feed));
    resolved(url, &base)
}

/// `url` as seen from `base`, as it is if that is no address (RFC 3986, §5.2).
fn resolved(url: &str, base: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://").filter(|_| !url.contains(':')) else { return url.to_owned() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let path = rest[host.len()..].split(['?', '#']).next().unwrap_or_default();
    let folder = path.rfind('/').map_or("", |end| &path[..end]);
    match url {
        _ if url.starts_with("//") => format!("{scheme}:{url}"),
        _ if url.starts_with('/') => format!("{scheme}://{host}{url}"),
        _ => format!("{scheme}://{host}{folder}/{url}"),
    }
}

fn names(element: &Element<'_>, role: &str) -> Option<String> {
    let names: Vec<String> = element.all(role).filter_map(|person| person.line_of("name")).collect();
    Some(names.join(", ")).filter(|n| !n.is_empty())
}
