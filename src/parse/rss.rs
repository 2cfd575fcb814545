//! RSS 0.9x to 2.0 (RSS 2.0.11 of the RSS Advisory Board, "Elements of <item>") and RSS 1.0 (RDF Site Summary, §5.5 `<item>`).
//!
//! Each entry is an article or a reject of its own. The full text of the module `content` goes before the description.

use serde_json::Value;

use super::draft::{Draft, Origin};
use super::xml::{self, CONTENT, DUBLIN_CORE, Element, MEDIA};
use super::{Item, Limits, atom, numbered, prose};

/// Names of a full text that is none of the module `content`.
const FULL: [&str; 4] = ["full-text", "fulltext", "content", "body"];

/// Names of dates that are none of RSS, the best first.
const DATES: [&str; 7] = ["pubdate", "published", "issued", "created", "date", "updated", "modified"];

/// Reads a feed. In RSS 1.0 the entries stand beside the channel, in the others inside it.
///
/// # Errors
/// If it is no XML, or holds no entry at all.
pub fn read(text: &str, limits: &Limits) -> Result<Vec<Item>, String> {
    let root = xml::document(text, &["item"], limits)?;
    let channel = root.elements().find(|e| e.name == "channel").unwrap_or(&root);
    let fault = [channel, &root].into_iter().find_map(|e| e.fault.as_deref());
    let entries: Vec<&Element<'_>> = root.below("item").into_iter().filter(|e| &*e.space != CONTENT).collect();
    if entries.is_empty() {
        return Err(fault.map_or_else(|| "a feed without entries".to_owned(), str::to_owned));
    }
    let mut items = numbered(entries.into_iter().map(|entry| article(entry, channel)), limits);
    items.extend(fault.map(|fault| (None, Err(format!("the rest of the feed was not read: {fault}")))));
    Ok(items)
}

fn article(entry: &Element<'_>, channel: &Element<'_>) -> Result<Draft, String> {
    if let Some(fault) = &entry.fault {
        return Err(fault.to_string());
    }
    let dublin = |name: &str| entry.child_in(DUBLIN_CORE, name).and_then(Element::line);
    // RSS 1.0 knew an older form of the module: `content:items`.
    let full = entry.child_in(CONTENT, "encoded").and_then(prose::of_escaped);
    let full = full.or_else(|| entry.child_in(CONTENT, "items")?.below("value").into_iter().find_map(prose::of_escaped));
    let own_link = channel.all("link").find_map(Element::line);
    let mut draft = Draft {
        origin: Origin::Metadata,
        id: entry.line_of("guid").or_else(|| dublin("identifier")).or_else(|| entry.attribute("rdf:about").map(str::to_owned)),
        title: entry.child("title").and_then(prose::of_escaped).or_else(|| dublin("title")),
        text: full
            // Feeds of content systems that know no namespaces; Yandex has `full-text` in its own.
            .or_else(|| entry.elements().find(|e| FULL.contains(&e.name)).and_then(prose::of_escaped))
            .or_else(|| entry.child("description").and_then(prose::of_escaped))
            .or_else(|| dublin("description"))
            .or_else(|| media(entry))
            // Podcasts have one in the namespace of iTunes.
            .or_else(|| entry.elements().find(|e| e.name == "summary").and_then(prose::of_escaped)),
        source: entry.line_of("source").or_else(|| dublin("publisher")),
        list_source: channel.child_in(DUBLIN_CORE, "publisher").and_then(Element::line).or_else(|| channel.line_of("title")),
        list_url: own_link.clone(),
        published: entry.line_of("pubDate").or_else(|| dublin("date")).or_else(|| dated(entry)),
        lang: dublin("language").or_else(|| channel.line_of("language")).or_else(|| channel.child_in(DUBLIN_CORE, "language")?.line()),
        url: link(entry).map(|url| atom::absolute(&url, [entry, channel], own_link.as_deref())),
        byline: dublin("creator").or_else(|| entry.line_of("author").map(|author| name_of(&author).to_owned())),
        ..Draft::default()
    };
    // Aggregators that have no text repeat the headline there, with the source behind it.
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let title = draft.title.as_deref().unwrap_or_default();
    draft.text = draft.text.filter(|text| draft.source.is_none() || letters(text) != letters(title));
    let categories: Vec<String> = entry.all("category").filter_map(Element::line).collect();
    draft.category = if categories.is_empty() { dublin("subject") } else { Some(categories.join(", ")) };
    if let Some(rights) = dublin("rights") {
        draft.extra.insert("rights".to_owned(), Value::from(rights));
    }
    Ok(draft)
}

/// The date under the name that another format has for it, or with small letters.
fn dated(entry: &Element<'_>) -> Option<String> {
    DATES.iter().find_map(|name| entry.elements().find(|e| e.name == *name)).and_then(Element::line)
}

/// The description of Media RSS (version 1.5.1, "media:description"), of the entry or of the group in it.
pub fn media(entry: &Element<'_>) -> Option<String> {
    let group = entry.child_in(MEDIA, "group");
    [Some(entry), group].into_iter().flatten().find_map(|e| e.child_in(MEDIA, "description").and_then(prose::of_escaped))
}

/// The address: `link`, or a `guid` that is said to be one, as it is unless denied.
fn link(entry: &Element<'_>) -> Option<String> {
    let permanent = || {
        let guid = entry.child("guid").filter(|g| g.attribute("isPermaLink") != Some("false"))?.line()?;
        guid.contains("://").then_some(guid)
    };
    entry.line_of("link").or_else(permanent).or_else(|| entry.attribute("rdf:about").map(str::to_owned))
}

/// The name in `mail@address (Name)`, which RSS prescribes and few write.
fn name_of(author: &str) -> &str {
    let named = author.split_once(" (").and_then(|(mail, name)| name.strip_suffix(')').filter(|_| mail.contains('@')));
    named.unwrap_or(author)
}
