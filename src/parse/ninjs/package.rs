//! What a ninjs item holds besides itself (ninjs User Guide, "Associations"; schemas, property `associations`): an object of items by name in
//! version 1, a list of items with a `name` each in versions 2 and 3. Some senders call the list of a package `items`.
//!
//! A text in there is an article of its own, with the date, source and language of the package where it has none. Pictures and references
//! stay with the item that they belong to; of a package, which has no text itself, what is only referred to is a reject that names it.

use serde_json::{Map, Value};

use super::super::draft::Draft;
use super::super::json;
use super::super::lists::Around;
use super::{has_body, is_item, refusal, rename};

/// Where an item holds others.
const HOLDERS: [&str; 2] = ["associations", "items"];
/// Types of items that may be articles, or hold some. A component is a part of its text.
const TEXTS: [&str; 2] = ["text", "composite"];

/// Whether an object is an item that holds others.
pub fn is_package(map: &Map<String, Value>) -> bool {
    is_item(map) && HOLDERS.iter().any(|name| map.get(*name).is_some_and(|held| held.is_object() || held.is_array()))
}

/// The ids of the items in a list that has packages; nothing else is looked for there.
pub fn ids(list: &[Value]) -> Vec<String> {
    if !list.iter().any(|item| item.as_object().is_some_and(is_package)) {
        return Vec::new();
    }
    list.iter().filter_map(|item| id(item.as_object()?).map(str::to_owned)).collect()
}

/// The articles of a package: its own text, if it has one, and the texts in it. `here`: ids of what stands beside it in the file.
pub fn articles(mut map: Map<String, Value>, here: &[String]) -> Vec<Result<Draft, String>> {
    let mut held = Held::default();
    for name in HOLDERS {
        match map.get_mut(name) {
            Some(Value::Object(by_name)) => by_name.retain(|_, item| held.leaves(item)),
            Some(Value::Array(list)) => list.retain_mut(|item| held.leaves(item)),
            _ => {}
        }
    }
    rename(&mut map);
    let (around, published) = (Around::new(&map), map.get("published").and_then(Value::as_str).map(str::to_owned));
    let kind = map.get("type").and_then(Value::as_str).unwrap_or("");
    let is_article = has_body(&map) || kind == "text" || kind != "composite" && held.texts.is_empty() && held.references.is_empty();
    let missing: Vec<String> = held.references.into_iter().filter(|id| !here.contains(id)).collect();
    let own = if is_article {
        Some(json::article(Value::Object(map)))
    } else if !missing.is_empty() {
        Some(Err(format!("a package that refers to what is not in the file: {}", missing.join(", "))))
    } else if held.texts.is_empty() && held.all == 0 {
        Some(Err(refusal(&map).unwrap_or_else(|| "a package without a text".to_owned())))
    } else {
        None
    };
    let complete = |draft: Draft| {
        let draft = around.complete(draft);
        Draft { published: draft.published.clone().or_else(|| published.clone()), ..draft }
    };
    let inside = held.texts.into_iter().flat_map(|part| articles(part, here));
    own.into_iter().chain(inside.map(|item| item.map(complete))).collect()
}

/// What a package holds.
#[derive(Default)]
struct Held {
    /// Items with a text, or with others in them.
    texts: Vec<Map<String, Value>>,
    /// The ids of texts that are elsewhere.
    references: Vec<String>,
    /// References, those to what is here among them.
    all: usize,
}

impl Held {
    /// Whether an item stays where it is. What has a text is taken out.
    fn leaves(&mut self, item: &mut Value) -> bool {
        let Value::Object(map) = item else { return true };
        if !map.get("type").and_then(Value::as_str).is_none_or(|kind| TEXTS.contains(&kind)) {
            return true;
        }
        if has_body(map) || is_package(map) {
            let mut part = std::mem::take(map);
            // It says what the item is to the package.
            part.shift_remove("name");
            self.texts.push(part);
            return false;
        }
        if let Some(id) = id(map).filter(|_| map.contains_key("type")) {
            self.references.push(id.to_owned());
            self.all += 1;
        }
        true
    }
}

fn id(map: &Map<String, Value>) -> Option<&str> {
    ["uri", "guid"].into_iter().find_map(|name| map.get(name)?.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value, here: &[&str]) -> Vec<String> {
        let here: Vec<String> = here.iter().map(|id| (*id).to_owned()).collect();
        let Value::Object(map) = value else { return Vec::new() };
        let line = |item: Result<Draft, String>| {
            item.map_or_else(|e| format!("! {e}"), |d| format!("{} / {}", d.title.unwrap_or_default(), d.text.unwrap_or_default()))
        };
        articles(map, &here).into_iter().map(line).collect()
    }

    #[test]
    fn texts_in_packages_are_articles() {
        let text = |name: &str| json!({"name": name, "uri": name, "type": "text", "headline": format!("On {name}"), "body_text": name});
        let reference = json!({"uri": "far", "type": "text", "headline": "Elsewhere"});
        let picture = json!({"uri": "p", "type": "picture", "headline": "Pic"});
        let package =
            |kind: &str, held: Value| json!({"uri": "u", "type": kind, "headline": "Top", "versioncreated": "x", "associations": held});
        for (value, expected) in [
            (package("composite", json!({"a": text("a"), "b": text("b"), "p": picture})), &["On a / a", "On b / b"][..]),
            (package("composite", json!([text("a"), picture])), &["On a / a"]),
            (package("composite", json!([package("composite", json!([text("a")])), text("b")])), &["On a / a", "On b / b"]),
            (package("composite", json!([picture])), &["! a package without a text"]),
            (package("composite", json!([text("a"), reference])), &["! a package that refers to what is not in the file: far", "On a / a"]),
            (package("text", json!([text("a"), reference])), &["Top / ", "On a / a"]),
            (package("text", json!([5, null, {"x": 1}])), &["Top / "]),
            (package("picture", json!([picture])), &["! is of type picture and has no text"]),
        ] {
            assert_eq!(read(value.clone(), &[]), expected, "{value}");
        }
        assert_eq!(read(package("composite", json!([reference])), &["far"]), [""; 0]);
        let whole =
            json!({"uri": "u", "type": "composite", "headline": "Top", "body_text": "x", "associations": {"p": picture, "r": reference}});
        assert_eq!(read(whole, &[]), ["Top / x"]);
    }
}
