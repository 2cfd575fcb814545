//! JSON-LD: what a page says about its article in a script block.

use std::borrow::Cow;

use serde_json::Value;

use super::draft::Draft;
use super::json::name_of;
use super::metadata::set;

/// Depth to which a JSON-LD document is searched; pages nest the article in a graph or a page, not deeper.
const DEPTH: usize = 6;

/// Reads the article of one JSON-LD block into the fields of `draft` that are empty.
pub fn read(json: &str, draft: &mut Draft) {
    let Some(document) = parse(json) else { return };
    let Some(article) = find_article(&document, 0) else { return };
    let take = |field: &mut Option<String>, keys: &[&str]| {
        if let Some(value) = keys.iter().find_map(|k| article.get(*k)).and_then(name_of) {
            set(field, &value);
        }
    };
    take(&mut draft.title, &["headline", "name"]);
    take(&mut draft.published, &["datePublished", "dateCreated"]);
    take(&mut draft.source, &["publisher", "provider", "sourceOrganization"]);
    take(&mut draft.lang, &["inLanguage"]);
    take(&mut draft.url, &["url"]);
    take(&mut draft.byline, &["author", "creator"]);
    take(&mut draft.category, &["articleSection"]);
    take(&mut draft.text, &["articleBody"]);
}

/// Templates paste texts into JSON-LD as they are, line breaks included. That is no JSON, but what is meant is plain.
fn parse(json: &str) -> Option<Value> {
    let json = json.trim();
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&with_controls_escaped(json))).ok()
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

/// The first object whose type is that of an article.
fn find_article(value: &Value, depth: usize) -> Option<&Value> {
    if depth > DEPTH {
        return None;
    }
    match value {
        Value::Array(items) => items.iter().find_map(|v| find_article(v, depth + 1)),
        Value::Object(map) => {
            let is_article = |t: &Value| t.as_str().is_some_and(|t| t.ends_with("Article") || t.ends_with("BlogPosting"));
            let kind = map.get("@type");
            if kind.is_some_and(|t| is_article(t) || t.as_array().is_some_and(|ts| ts.iter().any(is_article))) {
                return Some(value);
            }
            ["@graph", "mainEntity", "mainEntityOfPage"].iter().filter_map(|k| map.get(*k)).find_map(|v| find_article(v, depth + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_line_breaks_in_strings_are_forgiven() {
        for (json, headline) in [
            ("{\"@type\":\"NewsArticle\",\n\"headline\":\"One\ntwo\tthree\"}", Some("One\ntwo\tthree")),
            (r#"{"@type":"NewsArticle","headline":"Said \"no\""}"#, Some("Said \"no\"")),
            ("{\"@type\":\"NewsArticle\",\"headline\":\"a \\\"b\\\"\r\nc\"}", Some("a \"b\"\r\nc")),
            ("{\"@type\":\"NewsArticle\",\"headline\":\"one \\\ntwo\"}", Some("one two")),
            ("{\"@type\":\"NewsArticle\",\"headline\":\"cut\n", None),
        ] {
            let mut draft = Draft::default();
            read(json, &mut draft);
            assert_eq!(draft.title.as_deref(), headline, "{json:?}");
        }
    }
}
