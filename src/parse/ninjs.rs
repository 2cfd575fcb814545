//! ninjs 1.x to 3.x (IPTC News in JSON, schemas `ninjs-schema_1.4.json`, `_2.1`, `_3.0`; ninjs User Guide, "ninjs in Detail"): JSON with names
//! and lists of its own.
//!
//! Version 1 has one `headline` and `body_*` for each kind of body, version 2 lists `headlines` and `bodies` with a role each, version 3
//! writes the names in camel case. An object is brought to the names that other JSON has, and read as that.

mod package;

use serde_json::{Map, Value};

use super::json::name_of;
use super::{html, json};
pub use package::{articles, ids, is_package};

/// Names that no other JSON has beside a `uri`, in small letters.
const MARKS: &[&str] =
    &["body_text", "body_xhtml", "body_html", "headlines", "bodies", "versioncreated", "firstcreated", "pubstatus", "associations"];

/// Names that an item of Superdesk has beside a `guid`, which stands for the `uri`.
const SUPERDESK: [&str; 2] = ["versioncreated", "pubstatus"];

/// The parts of a name that ninjs 3 writes in camel case, as versions 1 and 2 write it.
const CAMEL: &[&str] =
    &["versionCreated", "firstCreated", "contentCreated", "pubStatus", "infoSources", "copyrightHolder", "copyrightNotice", "usageTerms"];

/// Types of items that are no texts.
const NO_TEXT: &[&str] = &["picture", "audio", "video", "graphic", "event", "planning"];

/// Roles of the headline and the body that are the article's, the best first.
const ROLES: &[&str] = &["main", "headline", "body", "text", "full", "web"];

/// Roles of what is less than the whole.
const PARTS: &[&str] = &["summary", "lead", "abstract", "teaser", "caption", "short", "sub"];

/// Whether a text that is JSON names what only ninjs has. Costs one search for each name.
pub fn is_likely(json: &str) -> bool {
    let names = |name: &str| json.contains(&format!("\"{name}\""));
    if names("uri") { MARKS.iter().chain(CAMEL).any(|mark| names(mark)) } else { names("guid") && SUPERDESK.iter().all(|mark| names(mark)) }
}

/// Whether an object is a ninjs item.
pub fn is_item(map: &Map<String, Value>) -> bool {
    let is_string = |name: &str| map.get(name).is_some_and(Value::is_string);
    let has = |mark: &&str| map.contains_key(*mark);
    is_string("uri") && MARKS.iter().chain(CAMEL).any(has) || is_string("guid") && SUPERDESK.iter().all(has)
}

/// Whether an item has a text.
pub fn has_body(map: &Map<String, Value>) -> bool {
    json::has_text(map)
        || map.get("bodies").and_then(|bodies| main_value(bodies, None)).is_some_and(|(text, _)| !text.trim().is_empty())
        || other_body(map).is_some()
}

/// The body of an item of version 1 that is of another kind than the usual ones (`body_richtext`): the longest.
fn other_body(map: &Map<String, Value>) -> Option<&String> {
    let length = |name: &&String| map[*name].as_str().map_or(0, |text| text.trim().len());
    map.keys().filter(|name| name.starts_with("body_")).max_by_key(length).filter(|name| length(name) > 0)
}

/// The longest text under a name that begins so.
fn longest<'m>(map: &'m Map<String, Value>, begin: &str) -> Option<&'m String> {
    let texts = map.iter().filter(|(name, _)| name.starts_with(begin));
    let texts = texts.filter_map(|(_, value)| if let Value::String(text) = value { Some(text) } else { None });
    texts.max_by_key(|text| text.trim().len())
}

/// An item under the names that other JSON has. What is not an article's own text keeps its name.
pub fn rename(map: &mut Map<String, Value>) {
    for camel in CAMEL {
        let plain = camel.to_lowercase();
        if let Some(value) = map.shift_remove(*camel) {
            map.entry(plain).or_insert(value);
        }
    }
    for name in ["headline", "body_text"] {
        if map.get(name).and_then(Value::as_str) == Some("") {
            map.shift_remove(name);
        }
    }
    let language = map.get("language").and_then(Value::as_str).map(str::to_owned);
    let main_value = |list: Option<Value>| main_value(&list?, language.as_deref());
    if let Some(headline) = main_value(map.shift_remove("headlines")) {
        map.entry("headline").or_insert(headline.0.into());
    }
    if let Some((text, kind)) = main_value(map.shift_remove("bodies")) {
        let text = if is_markup(&kind, &text) { html::to_text(&text) } else { text };
        map.entry("body_text").or_insert(text.into());
    }
    if !json::has_text(map)
        && let Some(Value::String(body)) = other_body(map).cloned().and_then(|name| map.shift_remove(&name))
    {
        let text = if is_markup("", &body) { html::to_text(&body) } else { body };
        map.insert("body_text".to_owned(), text.into());
    }
    if !json::has_text(map)
        && let Some(summary) =
            main_value(map.get("descriptions").cloned()).map(|(text, _)| text).or_else(|| longest(map, "description_").cloned())
    {
        map.entry("summary").or_insert(summary.into());
    }
    // A title is metadata there; what is published is the headline.
    if map.contains_key("headline")
        && let Some(title) = map.shift_remove("title").filter(|title| title != "")
    {
        map.entry("itemtitle").or_insert(title);
    }
    if !map.contains_key("source") {
        let first = map.get("infosources").or_else(|| map.get("infosource")).and_then(|sources| name_of(sources.get(0).unwrap_or(sources)));
        if let Some(source) = first.or_else(|| map.get("copyrightholder").and_then(name_of)) {
            map.insert("source".to_owned(), source.into());
        }
    }
    if let Some(by) = map.shift_remove("by") {
        map.entry("byline").or_insert(by);
    }
    let created = ["versioncreated", "firstcreated", "contentcreated"].into_iter().find_map(|name| map.get(name).cloned());
    if let Some(created) = created {
        map.entry("published").or_insert(created);
    }
    if let Some(subject) = map.get("subject").or_else(|| map.get("subjects")).and_then(name_of) {
        map.entry("category").or_insert(subject.into());
    }
}

/// Why an item without a text is no article: it is a picture or the like.
pub fn refusal(map: &Map<String, Value>) -> Option<String> {
    let kind = map.get("type").and_then(Value::as_str).filter(|kind| NO_TEXT.contains(kind))?;
    (is_item(map) && !json::has_text(map) && !map.contains_key("bodies")).then(|| format!("is of type {kind} and has no text"))
}

/// The value and the content type of the item of a list whose role says that it is the main one, else of the first that is no part; in the language
/// of the article, if there are several.
fn main_value(list: &Value, language: Option<&str>) -> Option<(String, String)> {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let of = |item: &Value| ["lang", "language"].into_iter().find_map(|name| Some(primary(item.get(name)?.as_str()?)));
    let all: Vec<&Value> = list.as_array()?.iter().collect();
    let spoken = language.map(primary);
    let items: Vec<&Value> = all.iter().copied().filter(|item| spoken.is_some() && of(item) == spoken).collect();
    let items = if items.is_empty() { all } else { items };
    let role = |item: &Value| item.get("role").and_then(Value::as_str).unwrap_or("").to_lowercase();
    let of_role = |wanted: &&str| items.iter().find(|item| role(item) == **wanted);
    let is_whole = |item: &&&Value| !PARTS.contains(&role(item).as_str());
    let item = ROLES.iter().find_map(of_role).or_else(|| items.iter().find(is_whole)).or(items.first())?;
    let kind = ["contenttype", "contentType"].into_iter().find_map(|name| item.get(name)).and_then(Value::as_str).unwrap_or("");
    let value = item.get("value").unwrap_or(item).as_str()?;
    Some((value.to_owned(), kind.to_owned()))
}

fn is_markup(kind: &str, text: &str) -> bool {
    kind.contains("html") || kind.contains("xml") || kind.is_empty() && text.trim_start().starts_with('<')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn renamed(value: Value) -> Option<Map<String, Value>> {
        let Value::Object(mut map) = value else { return None };
        is_item(&map).then(|| {
            rename(&mut map);
            map
        })
    }

    #[test]
    fn only_items_are_renamed() {
        for other in [json!({"uri": "u", "title": "t", "text": "x"}), json!({"headlines": []}), json!({"uri": 5, "body_text": "x"})] {
            assert_eq!(renamed(other.clone()), None, "{other}");
        }
        let map = renamed(
            json!({"uri": "u", "headline": "kept", "headlines": [{"value": "a"}], "bodies": [{"role": "Main", "value": "<p>b</p>"}],
            "infoSources": [{"name": "Courier"}], "firstCreated": "2026-03-03", "by": "A. B."}),
        )
        .unwrap();
        assert_eq!((&map["headline"], &map["body_text"]), (&json!("kept"), &json!("b")));
        assert_eq!((&map["source"], &map["published"], &map["byline"]), (&json!("Courier"), &json!("2026-03-03"), &json!("A. B.")));
        let several = renamed(
            json!({"uri": "u", "language": "en-GB", "headlines": [{"lang": "fr", "value": "Le puits"}, {"lang": "en", "value": "Wells"}],
            "bodies": [{"role": "summary", "value": "On wells."}, {"role": "article", "value": "The wells of Orun."}]}),
        )
        .unwrap();
        assert_eq!((&several["headline"], &several["body_text"]), (&json!("Wells"), &json!("The wells of Orun.")));
        let described = renamed(json!({"uri": "u", "versioncreated": "2026-03-03", "description_text": "On wells."})).unwrap();
        assert_eq!(described["summary"], "On wells.");
        let empty = renamed(json!({"uri": "u", "headline": "", "headlines": [{"role": "main", "value": "Wells"}]})).unwrap();
        assert_eq!(empty["headline"], "Wells");
        let picture = json!({"uri": "u", "type": "picture", "versioncreated": "2026-03-03", "headline": "Wells"});
        assert_eq!(refusal(picture.as_object().unwrap()).as_deref(), Some("is of type picture and has no text"));
        let odd = renamed(json!({"uri": "u", "bodies": "no list", "headlines": [5, {}], "pubstatus": "usable"})).unwrap();
        assert!(!odd.contains_key("body_text") && !odd.contains_key("headline"), "{odd:?}");
    }
}
