//! JSON-LD: what a page says about its article in a script block.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::draft::Draft;
use super::json::name_of;
use super::metadata::set;

/// Depth to which a JSON-LD document is searched; pages nest the article in a graph or a page, not deeper.
const DEPTH: usize = 6;

/// Reads the JSON-LD blocks of a page whose address is `canonical`: the article of that address, or else the first of each block, where one
/// fills what those before it left empty.
pub fn read(blocks: &[&str], canonical: Option<&str>) -> Draft {
    let mut draft = Draft::default();
    let documents: Vec<Value> = blocks.iter().filter_map(|json| parse(json)).collect();
    if documents.len() < blocks.iter().filter(|json| !json.trim().is_empty()).count() {
        draft.notes.push("JSON-LD of the page could not be read: not used".to_owned());
    }
    let articles = documents.iter().map(|document| {
        let mut found = Vec::new();
        find_articles(document, 0, &mut found);
        found
    });
    let articles: Vec<Vec<&Value>> = articles.collect();
    let is_of_page = |article: &&&Value| canonical.is_some_and(|url| addresses(article).any(|address| bare(address) == bare(url)));
    match articles.iter().flatten().find(is_of_page) {
        Some(article) => fill(&mut draft, article, &documents),
        None => articles.iter().filter_map(|found| found.first()).for_each(|article| fill(&mut draft, article, &documents)),
    }
    draft
}

/// Whether the JSON-LD blocks of a page tell of an article; if not, whether they say that the page lists things.
pub fn kind(blocks: &[&str]) -> (bool, bool) {
    let documents: Vec<Value> = blocks.iter().filter_map(|json| parse(json)).collect();
    let mut found = Vec::new();
    documents.iter().for_each(|document| find_articles(document, 0, &mut found));
    let lists = |json: &&str| LISTS.iter().any(|kind| json.contains(kind));
    (!found.is_empty(), found.is_empty() && blocks.iter().any(lists))
}

/// Types of pages and things that list others.
const LISTS: [&str; 3] = ["\"CollectionPage\"", "\"ItemList\"", "\"SearchResultsPage\""];

/// What an article says to be its address or that of its page.
fn addresses(article: &Value) -> impl Iterator<Item = &str> {
    ["mainEntityOfPage", "url", "@id"].into_iter().filter_map(|key| article.get(key)).filter_map(address)
}

/// The address that a value is, or the object that it is names.
fn address(value: &Value) -> Option<&str> {
    let named = || ["@id", "url"].into_iter().find_map(|key| value.get(key)?.as_str());
    value.as_str().or_else(named)
}

/// An address without what pages write in more than one way.
fn bare(url: &str) -> &str {
    let url = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
    url.split('#').next().unwrap_or_default().trim_end_matches('/')
}

/// The articles of a file of JSON-LD in which they stand beside or within other objects, with the names of those that they refer to; `None`
/// for any other file.
pub fn of_file(map: &Map<String, Value>) -> Option<Vec<Value>> {
    if !["@graph", "mainEntity", "mainEntityOfPage"].iter().any(|key| map.get(*key).is_some_and(|value| !value.is_string())) {
        return None;
    }
    let documents = [Value::Object(map.clone())];
    let mut found = Vec::new();
    find_articles(&documents[0], 0, &mut found);
    // One that stands alone is read as any other object.
    let is_whole = found.first().is_some_and(|article| std::ptr::eq(*article, &documents[0]));
    let complete = |article: &Value| {
        let mut article = article.clone();
        for key in ["publisher", "author", "creator", "provider"] {
            if let Some(name) = article.get(key).and_then(|value| named(value, &documents)) {
                article[key] = name.into();
            }
        }
        article
    };
    (!found.is_empty() && !is_whole).then(|| found.into_iter().map(complete).collect())
}

/// The name that a value says, or one of the objects of `documents` that it refers to by their `@id`.
fn named(value: &Value, documents: &[Value]) -> Option<String> {
    if let Value::Array(items) = value {
        return Some(items.iter().filter_map(|item| named(item, documents)).collect::<Vec<_>>().join(", ")).filter(|n| !n.is_empty());
    }
    name_of(value).or_else(|| {
        let id = value.get("@id")?.as_str()?;
        let objects = documents.iter().flat_map(|document| match document.get("@graph").unwrap_or(document) {
            Value::Array(items) => &items[..],
            object => std::slice::from_ref(object),
        });
        objects.filter(|object| object.get("@id").and_then(Value::as_str) == Some(id)).find_map(name_of)
    })
}

/// Takes what an article says into the fields of `draft` that are empty.
fn fill(draft: &mut Draft, article: &Value, documents: &[Value]) {
    let take = |field: &mut Option<String>, keys: &[&str]| {
        if let Some(value) = keys.iter().find_map(|k| article.get(*k)).and_then(|value| named(value, documents)) {
            set(field, &value);
        }
    };
    take(&mut draft.title, &["headline", "name"]);
    take(&mut draft.published, &["datePublished", "dateCreated"]);
    take(&mut draft.source, &["publisher", "provider"]);
    // On whose behalf the author wrote: with many papers the agency, not who publishes.
    take(&mut draft.service, &["sourceOrganization"]);
    let mut credit = None;
    take(&mut credit, &["creditText", "sourceOrganization"]);
    if let Some(credit) = credit {
        draft.extra.entry("credit").or_insert(credit.into());
    }
    let original = article.get("isBasedOn").and_then(|works| works.as_array().map_or(Some(works), |works| works.first()));
    if let Some(original) = original.and_then(|work| address(work).map(str::to_owned).or_else(|| named(work.get("publisher")?, documents)))
    {
        draft.extra.entry("isBasedOn").or_insert(original.into());
    }
    let mut holder = None;
    take(&mut holder, &["copyrightHolder"]);
    if let Some(holder) = holder.filter(|holder| draft.source.as_ref() != Some(holder)) {
        draft.extra.entry("copyrightHolder").or_insert(holder.into());
    }
    take(&mut draft.lang, &["inLanguage"]);
    take(&mut draft.url, &["url"]);
    take(&mut draft.byline, &["author", "creator"]);
    take(&mut draft.category, &["articleSection"]);
    take(&mut draft.text, &["articleBody"]);
}

/// Templates paste texts into JSON-LD as they are, line breaks included, and end lists with a comma. That is no JSON, but what is meant is
/// plain.
fn parse(json: &str) -> Option<Value> {
    let json = json.trim();
    let escaped = || with_controls_escaped(json);
    serde_json::from_str(json)
        .or_else(|_| serde_json::from_str(&escaped()))
        .or_else(|_| serde_json::from_str(&without_last_commas(&escaped())))
        .ok()
}

/// `json` without commas behind the last item of a list or object.
fn without_last_commas(json: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        if !in_string && matches!(c, '}' | ']') {
            let end = out.trim_end();
            out.truncate(end.strip_suffix(',').unwrap_or(end).len());
        }
        in_string ^= c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
        out.push(c);
    }
    out
}

/// `json` with the control characters inside its strings as escapes.
fn with_controls_escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(char::is_control) {
        return json.into();
    }
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(json.len() + 64), false, false);
    for c in json.chars() {
        if in_string && c.is_control() {
            // A backslash at the end of a line is a continuation of some other language: it and the break mean nothing.
            if escaped {
                out.pop();
            } else {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            escaped = false;
            continue;
        }
        in_string ^= c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
        out.push(c);
    }
    out.into()
}

/// Adds the outermost objects whose type is that of an article, in order.
fn find_articles<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    if depth > DEPTH {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|v| find_articles(v, depth + 1, found)),
        Value::Object(map) => {
            let is_article = |t: &Value| t.as_str().is_some_and(|t| t.ends_with("Article") || t.ends_with("BlogPosting"));
            let kind = map.get("@type");
            if kind.is_some_and(|t| is_article(t) || t.as_array().is_some_and(|ts| ts.iter().any(is_article))) {
                found.push(value);
                return;
            }
            let inside = ["@graph", "mainEntity", "mainEntityOfPage"].iter().filter_map(|k| map.get(*k));
            inside.for_each(|v| find_articles(v, depth + 1, found));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_those_of_other_objects() {
        let graph = r##"{"@graph":[{"@type":"Article","headline":"Wells open","author":[{"@id":"#ada"},{"name":"Ivo Marr"}],"publisher":{"@id":"#us"}},
          {"@type":"Organization","@id":"#us","name":"Orun Post"},{"@type":"Person","@id":"#ada","name":"Ada Quill"}]}"##;
        let draft = read(&[graph], None);
        assert_eq!((draft.source.as_deref(), draft.byline.as_deref()), (Some("Orun Post"), Some("Ada Quill, Ivo Marr")));
        let apart = [r##"{"@type":"Article","publisher":{"@id":"#us"}}"##, r##"[{"@id":"#us","name":"Orun Post"}]"##];
        assert_eq!(read(&apart, None).source.as_deref(), Some("Orun Post"));
        assert_eq!(read(&[r##"{"@type":"Article","publisher":{"@id":"#none"}}"##], None).source, None);
    }

    #[test]
    fn what_an_article_is_based_on_is_told() {
        for (said, expected) in [
            (r#""https://coast.example/a""#, "https://coast.example/a"),
            (r#"{"@type":"NewsArticle","url":"https://coast.example/a"}"#, "https://coast.example/a"),
            (r#"[{"@type":"NewsArticle","publisher":{"name":"Coast Wire"}}]"#, "Coast Wire"),
        ] {
            let article = format!(r#"{{"@type":"NewsArticle","headline":"Wells open","isBasedOn":{said}}}"#);
            assert_eq!(read(&[&article], None).extra["isBasedOn"], expected, "{said}");
        }
        let held = r#"{"@type":"Article","publisher":{"name":"Orun Post"},"copyrightHolder":{"name":"HOLDER"}}"#;
        assert_eq!(read(&[&held.replace("HOLDER", "Coast Wire")], None).extra["copyrightHolder"], "Coast Wire");
        assert!(read(&[&held.replace("HOLDER", "Orun Post")], None).extra.is_empty());
    }

    #[test]
    fn on_whose_behalf_it_was_written_is_no_publisher() {
        let article = r#"{"@type":"NewsArticle","headline":"Wells open","sourceOrganization":{"@type":"Organization","name":"AFP"}}"#;
        let draft = read(&[article], None);
        assert_eq!((draft.source.as_deref(), draft.service.as_deref()), (None, Some("AFP")));
        assert_eq!(draft.extra["credit"], "AFP");
    }

    #[test]
    fn raw_line_breaks_in_strings_are_forgiven() {
        for (json, headline) in [
            ("{\"@type\":\"NewsArticle\",\n\"headline\":\"One\ntwo\tthree\"}", Some("One\ntwo\tthree")),
            (r#"{"@type":"NewsArticle","headline":"Said \"no\""}"#, Some("Said \"no\"")),
            ("{\"@type\":\"NewsArticle\",\"headline\":\"a \\\"b\\\"\r\nc\"}", Some("a \"b\"\r\nc")),
            ("{\"@type\":\"NewsArticle\",\"headline\":\"one \\\ntwo\"}", Some("one two")),
            ("{\"@type\":\"NewsArticle\",\"headline\":\"cut\n", None),
            (r#"{"@type":["NewsArticle",],"headline":"One,} \"two\"", }"#, Some("One,} \"two\"")),
        ] {
            assert_eq!(read(&[json], None).title.as_deref(), headline, "{json:?}");
        }
    }
}
