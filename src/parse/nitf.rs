//! NITF 3.x (IPTC News Industry Text Format 3.6, `nitf-3-6.dtd`: elements `docdata`, `body.head`, `body.content`).

use serde_json::Value;

use super::draft::{Draft, Origin};
use super::xml::{self, Element};
use super::{Item, Limits, numbered, prose};

/// Reads a document, which is one article, or several that follow each other, as some senders put them into one file.
///
/// # Errors
/// If it is no XML.
pub fn read(text: &str, limits: &Limits) -> Result<Vec<Item>, String> {
    let mut documents = text.split_inclusive("</nitf>").filter(|document| document.contains("<nitf"));
    let whole = documents.next().filter(|_| documents.clone().next().is_some());
    let Some(first) = whole else {
        let root = xml::document(text, &["nitf"], limits)?;
        return Ok(vec![(Some(0), article(&root))]);
    };
    let read = |document: &str| xml::document(document, &["nitf"], limits).and_then(|root| article(&root));
    Ok(numbered([first].into_iter().chain(documents).map(read), limits))
}

/// The article that a `nitf` element is.
///
/// # Errors
/// If it was cut off, or has no body.
pub fn article(nitf: &Element<'_>) -> Result<Draft, String> {
    if let Some(fault) = &nitf.fault {
        return Err(fault.to_string());
    }
    let body = nitf.child("body").ok_or("NITF without <body>")?;
    let head = body.child("body.head");
    let data = nitf.at_path(&["head", "docdata"]);
    let said = |path: &[&str], attribute: &str| data?.at_path(path)?.attribute(attribute).map(str::to_owned);
    let headline = head.and_then(|h| h.child("hedline")).and_then(|h| h.line_of("hl1").or_else(|| h.line()));
    let dateline = head.and_then(|h| h.child("dateline"));
    let story_date = dateline.and_then(|d| d.child("story.date")).and_then(|d| d.attribute("norm")).map(str::to_owned);
    let published = nitf.at_path(&["head", "pubdata"]);
    let mut draft = Draft {
        origin: Origin::Metadata,
        id: said(&["doc-id"], "id-string"),
        title: headline.or_else(|| nitf.child("head")?.line_of("title")),
        text: text(body),
        source: source(nitf, head),
        published: said(&["date.issue"], "norm")
            .or_else(|| data?.line_of("date.issue"))
            .or_else(|| published?.attribute("date.publication").map(str::to_owned))
            .or_else(|| said(&["date.release"], "norm"))
            .or(story_date),
        lang: [Some(nitf), Some(body), body.child("body.content")].into_iter().flatten().find_map(language).map(str::to_owned),
        url: published.and_then(|p| p.attribute("ex-ref")).map(str::to_owned),
        byline: head.and_then(byline),
        category: nitf.at_path(&["head", "tobject"]).and_then(|t| t.child("tobject.subject")).and_then(subject),
        version: said(&["du-key"], "version"),
        pubstatus: data.and_then(|d| d.attribute("management-status")).map(str::to_owned),
        ..Draft::default()
    };
    let keywords = data.and_then(|d| d.child("key-list")).map(|list| list.all("keyword").filter_map(|k| k.attribute("key")).collect());
    let extra = [
        ("urgency", said(&["urgency"], "ed-urg")),
        ("slug", said(&["fixture"], "fix-id").or_else(|| said(&["du-key"], "key"))),
        ("keywords", keywords.map(|k: Vec<&str>| k.join(", ")).filter(|k| !k.is_empty())),
        ("dateline", dateline.and_then(|d| d.line_of("location").or_else(|| d.line()))),
        ("amends", data.and_then(|d| d.attribute("management-doc-idref")).map(str::to_owned)),
        ("ednote", said(&["ed-msg"], "info")),
        ("copyrightholder", said(&["doc.copyright"], "holder")),
    ];
    draft.extra.extend(extra.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?)))));
    Ok(draft)
}

/// The abstract, where the content does not begin with it, and the content.
fn text(body: &Element<'_>) -> Option<String> {
    let content = body.child("body.content").map(content).unwrap_or_default();
    let lead = body.at_path(&["body.head", "abstract"]).map(prose::read).unwrap_or_default();
    let text = if lead.is_empty() || content.starts_with(&lead) { content } else { format!("{lead}\n{content}") };
    Some(text.trim().to_owned()).filter(|t| !t.is_empty())
}

/// The text of the content. Some senders put its markup there as text.
fn content(element: &Element<'_>) -> String {
    let is_escaped = || element.text().trim_start().starts_with("<p");
    let escaped = if element.elements().next().is_none() && is_escaped() { prose::of_escaped(element) } else { None };
    escaped.unwrap_or_else(|| prose::read(element))
}

/// Who published it: the publication, else the agency that distributed it, else who holds the rights or gave the document its id.
fn source(nitf: &Element<'_>, head: Option<&Element<'_>>) -> Option<String> {
    let named = |element: Option<&Element<'_>>, name: &str| element?.attribute(name).map(str::to_owned);
    named(nitf.at_path(&["head", "pubdata"]), "name")
        .or_else(|| head?.line_of("distributor"))
        .or_else(|| named(nitf.at_path(&["head", "docdata", "doc.copyright"]), "holder"))
        .or_else(|| head?.child("rights")?.line_of("rights.owner"))
        .or_else(|| named(nitf.at_path(&["head", "docdata", "doc-id"]), "regsrc"))
}

fn language<'e>(element: &'e Element<'_>) -> Option<&'e str> {
    element.attribute("xml:lang").or_else(|| element.attribute("lang"))
}

/// The names in the bylines: of a person without the title that stands beside it, else with it, which often is the agency.
fn byline(head: &Element<'_>) -> Option<String> {
    let titled = |line: &Element<'_>| {
        let (whole, title) = (line.line()?, line.line_of("byttl"));
        let parts = title.and_then(|title| Some(format!("{}, {title}", whole.strip_suffix(&title)?.trim_end().trim_end_matches(','))));
        Some(parts.filter(|parts| !parts.starts_with(',')).unwrap_or(whole))
    };
    let name = |line: &Element<'_>| line.line_of("person").or_else(|| titled(line));
    let names: Vec<String> = head.all("byline").filter_map(name).collect();
    Some(names.join(", ")).filter(|n| !n.is_empty())
}

fn subject(element: &Element<'_>) -> Option<String> {
    let name = ["tobject.subject.matter", "tobject.subject.type"].into_iter().find_map(|name| element.attribute(name));
    name.or_else(|| element.attribute("tobject.subject.refnum")).map(str::to_owned)
}
