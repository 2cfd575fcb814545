//! NewsML-G2 (IPTC NewsML-G2 Implementation Guide, "News Items", "Packages", "Exchanging News: News Messages").
//!
//! A `newsItem` with text in it is an article. Pictures, and texts that are only referred to, are rejects which name the reference; so are
//! the references of a package to items that are not in the file.

use serde_json::Value;

use super::draft::{Draft, Origin};
use super::xml::{self, Element};
use super::{Item, Limits, amendment, html, nitf, numbered, prose};
use crate::article::Amendment;

/// The items of a message. Concepts and planning are no news, and no fault either.
const ITEMS: &[&str] = &["newsItem", "packageItem"];

/// Reads a news item, a package, or a message with several of them.
///
/// # Errors
/// If it is no XML, or holds neither news nor packages.
pub fn read(text: &str, limits: &Limits) -> Result<Vec<Item>, String> {
    let root = xml::document(text, ITEMS, limits)?;
    let items: Vec<&Element<'_>> = match root.name {
        "newsMessage" => root.all("itemSet").flat_map(Element::elements).filter(|e| ITEMS.contains(&e.name)).collect(),
        _ => vec![&root].into_iter().filter(|e| ITEMS.contains(&e.name)).collect(),
    };
    if items.is_empty() {
        return Err(root.fault.map_or_else(|| format!("<{}> without a news item", root.name), Into::into));
    }
    let sender = root.child("header").and_then(|h| h.line_of("sender"));
    let here: Vec<&str> = items.iter().filter_map(|item| item.attribute("guid")).collect();
    let mut read: Vec<Item> = numbered(items.iter().filter_map(|item| article(item, sender.as_deref(), &here)), limits);
    read.extend(root.fault.as_deref().map(|fault| (None, Err(format!("the rest of the message was not read: {fault}")))));
    Ok(read)
}

/// The article that an item is; nothing for a package of items that are all `here`.
fn article(item: &Element<'_>, sender: Option<&str>, here: &[&str]) -> Option<Result<Draft, String>> {
    if let Some(fault) = &item.fault {
        return Some(Err(fault.to_string()));
    }
    if item.name == "packageItem" {
        let refs: Vec<&str> = item.below("itemRef").into_iter().filter_map(address).collect();
        if refs.is_empty() {
            return Some(Err("a package without items".to_owned()));
        }
        let missing: Vec<&str> = refs.into_iter().filter(|r| !here.contains(r)).collect();
        return (!missing.is_empty()).then(|| Err(format!("a package that refers to what is not in the file: {}", missing.join(", "))));
    }
    Some(news(item, sender))
}

/// What a reference leads to.
fn address<'e>(element: &'e Element<'_>) -> Option<&'e str> {
    ["residref", "guidref", "href"].into_iter().find_map(|name| element.attribute(name))
}

fn news(item: &Element<'_>, sender: Option<&str>) -> Result<Draft, String> {
    let (item_meta, meta) = (item.child("itemMeta"), item.child("contentMeta"));
    let of_item = |name: &str| item_meta.and_then(|m| m.child(name));
    let is_text = of_item("itemClass").and_then(code).is_none_or(|class| class == "text");
    let status = of_item("pubStatus").and_then(code);
    let content = match content(item) {
        // What is withdrawn need not be sent along.
        Err(_) if is_text && status.and_then(amendment::status) == Some(Amendment::Kill) => Draft::default(),
        content => content?,
    };
    let of_content = |name: &str| meta.and_then(|m| m.child(name));
    let rights = item.child("rightsInfo");
    let lang = of_content("language").and_then(|l| l.attribute("tag")).or_else(|| item.attribute("xml:lang"));
    let mut draft = Draft {
        origin: Origin::Metadata,
        id: item.attribute("guid").map(str::to_owned),
        title: meta.and_then(|m| headline(m, lang)).and_then(Element::line).or(content.title).or_else(|| of_item("title")?.line()),
        text: content.text,
        source: of_item("provider").and_then(name).or_else(|| rights?.child("copyrightHolder").and_then(name)),
        list_source: sender.map(str::to_owned),
        published: of_item("versionCreated").and_then(Element::line).or_else(|| of_content("contentCreated")?.line()),
        lang: lang.map(str::to_owned),
        byline: of_content("by").and_then(Element::line).or_else(|| of_content("creator").and_then(name)).or(content.byline),
        category: of_content("subject").and_then(name),
        version: item.attribute("version").map(str::to_owned),
        pubstatus: status.map(str::to_owned),
        ..Draft::default()
    };
    let extra = [
        ("slug", of_content("slugline").and_then(Element::line)),
        ("urgency", of_content("urgency").and_then(Element::line)),
        ("creditline", of_content("creditline").and_then(Element::line)),
        ("infosource", of_content("infoSource").and_then(name)),
        ("usageterms", rights.and_then(|r| r.line_of("usageTerms"))),
        ("ednote", of_item("edNote").or_else(|| of_content("edNote")).and_then(Element::line)),
        ("signal", of_item("signal").and_then(|s| s.attribute("qcode")).map(str::to_owned)),
    ];
    draft.extra.extend(extra.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?)))));
    draft.text = draft.text.map(|text| below_headline(text, draft.title.as_deref().unwrap_or_default()));
    Ok(draft)
}

/// The text without the headline, where that is its first line too, as in XHTML that is a whole page.
fn below_headline(text: String, title: &str) -> String {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    match text.split_once('\n') {
        Some((first, rest)) if !title.is_empty() && letters(first) == letters(title) => rest.trim_start().to_owned(),
        _ => text,
    }
}

/// The name of a party or subject: in words, else as its code without the scheme.
fn name(element: &Element<'_>) -> Option<String> {
    let literal = || element.attribute("literal").map(str::to_owned);
    element.line_of("name").or_else(literal).or_else(|| element.line()).or_else(|| code(element).map(str::to_owned))
}

/// The code of a party, subject or status, without the scheme: that of its qcode, or what its uri ends with.
fn code<'e>(element: &'e Element<'_>) -> Option<&'e str> {
    let of_uri = || element.attribute("uri")?.rsplit(['/', '#']).find(|part| !part.is_empty());
    element.attribute("qcode").map(local).or_else(of_uri)
}

/// The headline in the language of the item, else the first; one that is said to be another than the main one (role `hldrole:sub` or the like)
/// only where there is no other.
fn headline<'e, 't>(meta: &'e Element<'t>, lang: Option<&str>) -> Option<&'e Element<'t>> {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let is_of = |h: &&Element<'_>| h.attribute("xml:lang").zip(lang).is_some_and(|(tag, lang)| primary(tag) == primary(lang));
    let is_main = |h: &&Element<'_>| h.attribute("role").is_none_or(|role| local(role).to_lowercase().contains("main"));
    let of_language = || meta.all("headline").filter(is_of);
    of_language()
        .find(is_main)
        .or_else(|| of_language().next())
        .or_else(|| meta.all("headline").find(is_main))
        .or_else(|| meta.child("headline"))
}

fn local(qcode: &str) -> &str {
    qcode.split_once(':').map_or(qcode, |(_, code)| code)
}

/// The text in the item; or, as an error, where it is. An item of headlines alone is an article.
fn content(item: &Element<'_>) -> Result<Draft, String> {
    let Some(set) = item.child("contentSet").filter(|set| set.elements().next().is_some()) else { return Ok(Draft::default()) };
    let inline = set.elements().filter(|e| matches!(e.name, "inlineXML" | "inlineData"));
    let read = inline.filter_map(inline_text).collect::<Result<Vec<Draft>, String>>()?;
    if let Some(content) = read.into_iter().max_by_key(|c| c.text.as_ref().map_or(0, String::len)) {
        return Ok(content);
    }
    let remote: Vec<&str> = set.all("remoteContent").filter_map(|r| r.attribute("href").or_else(|| address(r))).collect();
    if remote.is_empty() {
        return Err("its content is neither text nor a reference".to_owned());
    }
    let class = item.at_path(&["itemMeta", "itemClass"]).and_then(|c| c.attribute("qcode")).map_or("text", local);
    Err(format!("its content ({class}) is not in the file but at {}, which is not fetched", remote.join(", ")))
}

fn inline_text(content: &Element<'_>) -> Option<Result<Draft, String>> {
    if content.name == "inlineXML" {
        let document = content.elements().next()?;
        if document.name == "nitf" {
            return Some(nitf::article(document));
        }
        // XHTML: the title in its head repeats the headline, and is passed over.
        let text = prose::read(content);
        let title = content.below("h1").first().and_then(|h1| h1.line());
        return (!text.is_empty()).then(|| Ok(Draft { title, text: Some(text), ..Draft::default() }));
    }
    let kind = content.attribute("contenttype").unwrap_or("text/plain");
    if !kind.starts_with("text/") || content.attribute("encoding").is_some() {
        return None;
    }
    let text = content.text();
    let text = if kind == "text/plain" { text.trim().to_owned() } else { html::to_text(&text) };
    (!text.is_empty()).then(|| Ok(Draft { text: Some(text), ..Draft::default() }))
}
