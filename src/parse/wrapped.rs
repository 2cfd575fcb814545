//! Values that content systems and databases wrap in objects: WordPress (`{"rendered": "…"}`), MongoDB (`{"$date": "…"}`), XML turned into
//! JSON (`{"#text": "…"}`), and records around an article (`{"_source": {…}}`).

use serde_json::{Map, Value};

use super::{html, json};

/// Names under which a record holds the article itself.
const INSIDE: [&str; 3] = ["_source", "item", "article"];
/// Names of the text of an element of XML.
const TEXT_OF: [&str; 5] = ["#text", "$t", "_text", "__text", "__cdata"];

/// The object that says what an article says: the one inside of a record, or `map` itself.
pub fn inside(map: &Map<String, Value>) -> &Map<String, Value> {
    let is_article = |map: &&Map<String, Value>| json::has_text(map) || json::has_title(map);
    let inner = || INSIDE.iter().filter_map(|name| map.get(*name)?.as_object()).find(is_article);
    if is_article(&map) { map } else { inner().unwrap_or(map) }
}

/// The same article with plain values. What cannot be one stays as it is.
pub fn unwrap(map: &mut Map<String, Value>) {
    let inner = inside(map);
    if !std::ptr::eq(inner, map) {
        *map = inner.clone();
    }
    // The same moment as `date`, which names no zone.
    if let (Some(Value::Object(_)), Some(Value::String(utc))) = (map.get("title"), map.get("date_gmt")) {
        let utc = format!("{utc}Z");
        map.insert("date".to_owned(), utc.into());
    }
    map.values_mut().for_each(|value| {
        if let Some(plain) = value.as_object().and_then(plain) {
            *value = plain;
        }
    });
    for name in json::LANG {
        if let Some(first) = map.get(*name).and_then(Value::as_array).and_then(|all| all.first()).filter(|first| first.is_string()).cloned()
        {
            map.insert((*name).to_owned(), first);
        }
    }
}

/// The value that an object wraps.
fn plain(object: &Map<String, Value>) -> Option<Value> {
    if let Some(markup) = object.get("rendered").and_then(Value::as_str) {
        return Some(html::to_text(markup).into());
    }
    if let Some(date) = object.get("$date").filter(|_| object.len() == 1) {
        return Some(date.get("$numberLong").unwrap_or(date).clone());
    }
    TEXT_OF.iter().find_map(|name| object.get(*name)).filter(|text| text.is_string()).cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrapped_values_are_plain() {
        for (wrapped, plain) in [
            (json!({"title": {"rendered": "Wells &#8216;fill&#8217;"}}), json!({"title": "Wells ‘fill’"})),
            (json!({"date": {"$date": {"$numberLong": "1772619300000"}}}), json!({"date": "1772619300000"})),
            (json!({"date": {"$date": "2026-03-04T10:15:00Z"}}), json!({"date": "2026-03-04T10:15:00Z"})),
            (json!({"title": {"#text": "Wells", "@lang": "en"}}), json!({"title": "Wells"})),
            (json!({"_id": 1, "_source": {"headline": "Wells"}}), json!({"headline": "Wells"})),
            (json!({"title": "Wells", "item": {"title": "Other"}}), json!({"title": "Wells", "item": {"title": "Other"}})),
            (json!({"lang": ["ar", "en"], "x": {"y": 1}}), json!({"lang": "ar", "x": {"y": 1}})),
        ] {
            let Value::Object(mut map) = wrapped else { continue };
            unwrap(&mut map);
            assert_eq!(Value::from(map), plain);
        }
    }
}
