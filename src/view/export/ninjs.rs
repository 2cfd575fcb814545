//! An event as an item of ninjs 3.0 (IPTC News in JSON, `ninjs-schema_3.0.json`): a composite, with its articles as associations.

use serde_json::{Value, json};

use crate::store::rows::{ArticleLine, EventSummary};

/// The schema that an item keeps to.
const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json";

/// An event with its articles.
pub(super) fn item(e: &EventSummary, members: &[ArticleLine]) -> Value {
    let sources: Vec<Value> = e.sources.iter().map(|s| party(&s.source, &s.relation)).collect();
    let mut item = json!({
        "uri": format!("urn:wirefold:event:{}", e.event),
        "type": "composite",
        "representationType": "partial",
        // What one of its articles took back is not to be published before somebody has looked at it.
        "pubStatus": if e.amendment.as_deref() == Some("kill") { "withheld" } else { "usable" },
        "headlines": [headline(&e.headline)],
        "infoSources": sources,
        "associations": members.iter().map(association).collect::<Vec<_>>(),
        "altIds": [{ "role": "event", "value": e.event }],
        "standard": { "name": "ninjs", "version": "3.0", "schema": SCHEMA },
    });
    for (name, time) in [("firstCreated", e.first), ("versionCreated", e.last)] {
        if let Some(time) = time {
            item[name] = json!(time);
        }
    }
    // An item is in one language; what is reported in several names them with its articles.
    if let [lang] = &e.lang[..] {
        item["language"] = json!(lang);
    }
    item
}

fn association(a: &ArticleLine) -> Value {
    json!({
        "name": a.source,
        "uri": format!("urn:wirefold:article:{}", a.article),
        "type": "text",
        "representationType": "partial",
        "version": a.version.to_string(),
        "versionCreated": a.published.unwrap_or(a.received),
        "language": a.lang,
        "headlines": [headline(&a.title)],
        "infoSources": [party(&a.source, &a.relation)],
    })
}

fn headline(text: &str) -> Value {
    json!({ "role": "main", "contentType": "text/plain", "value": text })
}

fn party(source: &str, relation: &str) -> Value {
    json!({ "name": source, "role": format!("urn:wirefold:relation:{relation}") })
}
