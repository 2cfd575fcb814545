//! NewsML 1.2 (IPTC NewsML 1.2 Functional Specification: §5 News Items, §6 News Components, §7 Content Items).
//!
//! A `NewsItem` is one article as a rule: the first text in its components, with the news lines nearest to it; further texts with headlines of
//! their own are articles too. Components may be nested as deep as one likes; pictures and their captions are components beside the text.

use serde_json::Value;

use super::draft::{Draft, Origin};
use super::xml::{self, Element};
use super::{Item, Limits, amendment, nitf, numbered, prose};
use crate::article::Amendment;

/// What roles of components name that are pictures or belong to some, in small letters.
const PICTURES: [&str; 8] = ["caption", "picture", "photo", "graphic", "image", "thumbnail", "preview", "video"];

/// Reads a document with any number of news items.
///
/// # Errors
/// If it is no XML, or holds no news item.
pub fn read(text: &str, limits: &Limits) -> Result<Vec<Item>, String> {
    let root = xml::document(text, &["NewsItem"], limits)?;
    let envelope = root.child("NewsEnvelope");
    let items: Vec<&Element<'_>> = root.all("NewsItem").collect();
    if items.is_empty() {
        return Err(root.fault.map_or_else(|| "NewsML without a NewsItem".to_owned(), Into::into));
    }
    let mut read = numbered(items.iter().flat_map(|item| articles(item, envelope)), limits);
    read.extend(root.fault.as_deref().map(|fault| (None, Err(format!("the rest of the file was not read: {fault}")))));
    Ok(read)
}

/// A text with the components around it, the outermost first.
struct Text<'e, 'a> {
    components: Vec<&'e Element<'a>>,
    content: Draft,
}

/// The articles of an item: its first text, and those with headlines of their own that are no other form of it.
fn articles(item: &Element<'_>, envelope: Option<&Element<'_>>) -> Vec<Result<Draft, String>> {
    if let Some(fault) = &item.fault {
        return vec![Err(fault.to_string())];
    }
    let mut texts = Vec::new();
    find_texts(item, &mut Vec::new(), &mut texts);
    let mut texts = texts.into_iter();
    let Some(first) = texts.next() else { return vec![headline_alone(item).map(|text| article(item, envelope, text))] };
    let others = texts.filter(|text| text.as_ref().is_ok_and(Text::stands_alone));
    let articles = std::iter::once(first).chain(others).map(|text| text.map(|text| article(item, envelope, text)));
    // One id is that of one article.
    let numbered = |(n, read): (usize, Result<Draft, String>)| {
        read.map(|draft| Draft { id: draft.id.map(|id| if n > 0 { format!("{id}#{}", n + 1) } else { id }), ..draft })
    };
    articles.enumerate().map(numbered).collect()
}

impl Text<'_, '_> {
    /// Whether its component has a headline, and is not one of several that say the same.
    fn stands_alone(&self) -> bool {
        let is_equivalent = |component: &&Element<'_>| component.attribute("EquivalentsList").is_some_and(|is| is == "yes");
        let own = self.components.last().is_some_and(|component| component.at_path(&["NewsLines", "HeadLine"]).is_some());
        own && !self.components.iter().any(is_equivalent)
    }
}

fn article(item: &Element<'_>, envelope: Option<&Element<'_>>, text: Text<'_, '_>) -> Draft {
    let Text { components, content } = text;
    let id = item.at_path(&["Identification", "NewsIdentifier"]);
    let management = item.child("NewsManagement");
    let line = |name: &str| nearest(item, &components, "NewsLines", name).and_then(Element::line);
    let party = |name: &str| nearest(item, &components, "AdministrativeMetadata", name).and_then(party_name);
    let described = |name: &str| nearest(item, &components, "DescriptiveMetadata", name);
    let managed = |name: &str| management.and_then(|m| m.child(name));
    let mut draft = Draft {
        origin: Origin::Metadata,
        id: id.and_then(|i| i.line_of("PublicIdentifier").or_else(|| i.line_of("NewsItemId"))),
        title: line("HeadLine").or(content.title),
        text: content.text,
        source: party("Provider").or_else(|| party("Source")).or_else(|| id?.line_of("ProviderId")),
        list_source: envelope.and_then(|e| e.child("SentFrom")).and_then(party_name),
        published: ["ThisRevisionCreated", "FirstCreated"].into_iter().find_map(|name| managed(name)?.line()).or_else(|| line("DateLine")),
        lang: described("Language").and_then(formal_name).or_else(|| item.attribute("xml:lang").map(str::to_owned)),
        byline: line("ByLine").or(content.byline),
        category: described("SubjectCode").and_then(|s| s.elements().find_map(formal_name)),
        version: id.and_then(|i| i.line_of("RevisionId")),
        pubstatus: managed("Status").and_then(formal_name),
        ..Draft::default()
    };
    let extra = [
        ("slug", line("SlugLine")),
        ("keywords", line("KeywordLine")),
        ("urgency", managed("Urgency").and_then(formal_name)),
        ("instruction", managed("Instruction").and_then(formal_name)),
        ("creditline", line("CreditLine")),
        ("copyrightholder", line("CopyrightLine")),
    ];
    draft.extra.extend(extra.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?)))));
    draft
}

/// What the innermost component that has a `group` with this element in it says there, else any component of the item.
fn nearest<'e, 'a>(item: &'e Element<'a>, components: &[&'e Element<'a>], group: &str, name: &str) -> Option<&'e Element<'a>> {
    let inner = components.iter().rev().copied().find_map(|component| component.at_path(&[group, name]));
    inner.or_else(|| item.below(group).into_iter().find_map(|g| g.child(name)))
}

fn formal_name(element: &Element<'_>) -> Option<String> {
    element.attribute("FormalName").map(str::to_owned)
}

fn party_name(element: &Element<'_>) -> Option<String> {
    element.all("Party").find_map(formal_name)
}

/// The texts below `around`, each with the components that lead to it. Those of pictures are captions.
fn find_texts<'e, 'a>(around: &'e Element<'a>, components: &mut Vec<&'e Element<'a>>, found: &mut Vec<Result<Text<'e, 'a>, String>>) {
    let role = |component: &Element<'_>| component.child("Role").and_then(formal_name).unwrap_or_default().to_lowercase();
    for component in around.all("NewsComponent").filter(|component| !PICTURES.iter().any(|picture| role(component).contains(picture))) {
        components.push(component);
        match component.all("ContentItem").find_map(content) {
            Some(own) => found.push(own.map(|content| Text { components: components.clone(), content })),
            None => find_texts(component, components, found),
        }
        components.pop();
    }
}

/// The text of a content item, unless it is of another medium or elsewhere.
fn content(item: &Element<'_>) -> Option<Result<Draft, String>> {
    let medium = item.child("MediaType").and_then(formal_name).unwrap_or_else(|| "Text".to_owned());
    let data = item.child("DataContent").or_else(|| item.at_path(&["Encoding", "DataContent"]))?;
    let is_plain = item.child("Encoding").and_then(|e| e.attribute("Notation")).is_none_or(|n| !n.to_lowercase().contains("base64"));
    if !medium.eq_ignore_ascii_case("text") && !medium.eq_ignore_ascii_case("complextext") || !is_plain {
        return None;
    }
    if let Some(document) = data.elements().find(|e| e.name == "nitf") {
        return Some(nitf::article(document));
    }
    let text = if data.elements().next().is_some() {
        // `<body.content>` of NITF, XHTML, or paragraphs without anything around them.
        prose::read(data)
    } else {
        let text = data.text();
        if text.trim_start().starts_with('<') { prose::of_escaped(data)? } else { text.trim().to_owned() }
    };
    (!text.is_empty()).then(|| Ok(Draft { text: Some(text), ..Draft::default() }))
}

/// An item without text is an article if it has a headline and nothing elsewhere, as alerts have.
fn headline_alone<'e, 'a>(item: &'e Element<'a>) -> Result<Text<'e, 'a>, String> {
    if item.child("Update").is_some() {
        return Err("<Update> changes an earlier item and is no article itself".to_owned());
    }
    let alone = Text { components: item.child("NewsComponent").into_iter().collect(), content: Draft::default() };
    // What is withdrawn need not be sent along.
    let status = item.at_path(&["NewsManagement", "Status"]).and_then(formal_name);
    if status.is_some_and(|status| amendment::status(&status) == Some(Amendment::Kill)) {
        return Ok(alone);
    }
    let elsewhere = |element: &Element<'_>| element.attribute("Href").or_else(|| element.attribute("NewsItem")).map(str::to_owned);
    let refs: Vec<String> = ["ContentItem", "NewsItemRef"].iter().flat_map(|name| item.below(name)).filter_map(elsewhere).collect();
    let is_encoded = |encoding: &&Element<'_>| encoding.attribute("Notation").is_some();
    if item.below("Encoding").iter().any(is_encoded) {
        return Err("its content is encoded, which is not read".to_owned());
    }
    if !refs.is_empty() {
        return Err(format!("its content is not in the file but at {}, which is not fetched", refs.join(", ")));
    }
    Ok(alone)
}
