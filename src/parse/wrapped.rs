//! Values that content systems and databases wrap in objects: WordPress (`{"rendered": "…"}`), MongoDB (`{"$date": "…"}`), XML turned into
//! JSON (`{"#text": "…"}`), fields of Drupal (`{"processed": "…"}`), records around an article (`{"_source": {…}}`) and parts of one (`{"webTitle": "…", "fields": {…}}`).

use serde_json::{Map, Value};

use super::{html, json};

/// Names under which a record holds the article itself.
const INSIDE: [&str; 12] = ["_source", "item", "article", "content", "story", "post", "node", "doc", "tweet", "response", "result", "data"];
/// Names under which an article holds a part of what it says.
const PARTS: [&str; 2] = ["fields", "attributes"];
/// Records within each other.
const DEEP: usize = 2;
/// Names of the text of an element of XML, and of the headline that is the main one of several.
const TEXT_OF: [&str; 7] = ["stringValue", "#text", "$t", "_text", "__text", "__cdata", "main"];

/// The object that says what an article says: the one inside of a record, or `map` itself.
pub fn inside(map: &Map<String, Value>) -> &Map<String, Value> {
    inside_of(map, DEEP).unwrap_or(map)
}

fn inside_of(map: &Map<String, Value>, deep: usize) -> Option<&Map<String, Value>> {
    let part = |name: &&str| map.get(*name).and_then(Value::as_object);
    if is_article(map) || PARTS.iter().filter_map(part).any(is_article) {
        return Some(map);
    }
    if deep == 0 { None } else { INSIDE.iter().filter_map(part).find_map(|inner| inside_of(inner, deep - 1)) }
}

/// Whether an object says something, itself or in its parts.
pub fn says_something(map: &Map<String, Value>, is_said: impl Fn(&Map<String, Value>) -> bool) -> bool {
    is_said(map) || PARTS.iter().filter_map(|name| map.get(*name)?.as_object()).any(is_said)
}

/// Whether an object, or one that it wraps, says anything under a name that is known.
pub fn is_known(map: &Map<String, Value>) -> bool {
    says_something(inside(map), is_article)
}

fn is_article(map: &Map<String, Value>) -> bool {
    json::has_text(map) || json::has_title(map)
}

/// The same article with plain values. What cannot be one stays as it is.
pub fn unwrap(map: &mut Map<String, Value>) {
    let inner = inside(map);
    if !std::ptr::eq(inner, map) {
        *map = inner.clone();
    }
    for name in PARTS {
        if let Some(Value::Object(part)) = map.get(name).filter(|part| part.as_object().is_some_and(is_article))
            && (json::has_text(part) || !is_article(map))
        {
            let Some(Value::Object(part)) = map.shift_remove(name) else { continue };
            part.into_iter().for_each(|(name, value)| _ = map.entry(name).or_insert(value));
        }
    }
    // The same moment as `date`, which names no zone.
    for (name, gmt) in [("date", "date_gmt"), ("post_date", "post_date_gmt")] {
        if let Some(Value::String(utc)) = map.get(gmt).filter(|_| name == "post_date" || map.get("title").is_some_and(Value::is_object)) {
            let utc = format!("{utc}Z");
            map.insert(name.to_owned(), utc.into());
        }
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
pub fn plain(object: &Map<String, Value>) -> Option<Value> {
    if let Some(markup) = object.get("rendered").and_then(Value::as_str) {
        return Some(html::to_text(markup).into());
    }
    // The moment that programs in PHP write, where its zone is no name of a town.
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    if let (Some(date), Some(zone), true) = (text("date"), text("timezone"), object.contains_key("timezone_type")) {
        return (zone == "UTC" || zone.starts_with(['+', '-'])).then(|| format!("{date} {zone}").into());
    }
    if let Some(date) = object.get("$date").filter(|_| object.len() == 1) {
        return Some(date.get("$numberLong").unwrap_or(date).clone());
    }
    // Drupal's: the field as it is shown, or as it was written.
    let field = || object.get("processed").or_else(|| object.get("value").filter(|_| object.contains_key("format")));
    TEXT_OF.iter().find_map(|name| object.get(*name)).or_else(field).filter(|text| text.is_string()).cloned()
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
            (
                json!({"date": {"date": "2026-03-04 10:15:00.000000", "timezone_type": 1, "timezone": "+01:00"}}),
                json!({"date": "2026-03-04 10:15:00.000000 +01:00"}),
            ),
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
