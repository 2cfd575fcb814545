//! Articles in the data of scripts: pages that are filled by scripts bring what to fill in as JSON, as the whole content of a script
//! (`<script type="application/json">`, such as `__NEXT_DATA__`) or behind an assignment (`window.__PRELOADED_STATE__ = {…}`).
//!
//! Used only where a page has no text to be seen. An object counts that names a headline and a text in plain words, and is the article of the
//! page by its headline or as the only one.

use serde_json::{Deserializer, Map, Value};

use super::draft::Draft;
use super::json;
use super::tags::{Token, tokens};
use crate::text::fold::fold;

/// Bytes of the longest script that is looked into.
const LONGEST: usize = 4 << 20;
/// Assignments of one script that are tried.
const TRIES: usize = 20;
/// Articles of one page that are looked at.
const ARTICLES: usize = 50;
/// Characters of the shortest text that is taken for an article.
const SHORT: usize = 200;
/// Letters of the shortest headline that may be a part of another.
const HEADLINE: usize = 12;

/// Names that sites have for what others call a body: by their names in other JSON.
const NAMES: [(&str, &str); 4] =
    [("content_elements", "body"), ("bodyHtml", "body_html"), ("contentHtml", "content_html"), ("body_text_html", "body_html")];

/// The article that the data of a page hold under `title`; else, if the page has no text at all (`alone`), their only one.
pub fn article(html: &str, title: Option<&str>, alone: bool) -> Option<Draft> {
    let mut found = Vec::new();
    data(html, |value| collect(value, &mut found));
    let is_titled = |draft: &&Draft| title.zip(draft.title.as_deref()).is_some_and(|(page, own)| is_same(page, own));
    let longest = found.iter().filter(is_titled).max_by_key(|draft| draft.text.as_ref().map_or(0, String::len));
    longest.or_else(|| found.first().filter(|first| alone && found.iter().all(|other| other.text == first.text))).cloned()
}

fn is_same(page: &str, own: &str) -> bool {
    let letters = |text: &str| fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (page, own) = (letters(page), letters(own));
    page == own || own.chars().count() >= HEADLINE && page.contains(&own)
}

/// Calls `read` with the JSON in the scripts of a page, one after the other.
fn data(html: &str, mut read: impl FnMut(&Value)) {
    let mut is_json = false;
    for token in tokens(html) {
        match token {
            Token::Open(tag) => is_json = tag.name() == "script" && tag.attribute("type").is_some_and(|kind| kind.contains("/json")),
            Token::Raw(script) if script.len() > LONGEST => {}
            Token::Raw(script) if is_json => _ = serde_json::from_str(script).map(|value| read(&value)),
            Token::Raw(script) => assigned(script, &mut read),
            _ => {}
        }
    }
}

/// The same of the objects that a script assigns.
fn assigned(script: &str, read: &mut impl FnMut(&Value)) {
    let mut rest = script;
    for _ in 0..TRIES {
        let Some(at) = rest.match_indices('=').map(|(at, _)| at + 1).find(|at| is_assigned(&rest[*at..])) else { return };
        rest = rest[at..].trim_start();
        let json = rest.strip_prefix(PARSE).unwrap_or(rest);
        let mut reader = Deserializer::from_str(json).into_iter::<Value>();
        match reader.next() {
            Some(Ok(Value::String(inner))) => _ = serde_json::from_str(&inner).map(|value| read(&value)),
            Some(Ok(value)) => read(&value),
            _ => {}
        }
        rest = json.get(reader.byte_offset()..).unwrap_or_default();
    }
}

/// How scripts say that a string is to be read as JSON.
const PARSE: &str = "JSON.parse(";

fn is_assigned(value: &str) -> bool {
    let value = value.trim_start();
    value.starts_with("{\"") || value.strip_prefix(PARSE).is_some_and(|text| text.starts_with('"'))
}

/// Adds the articles in a value, however deep.
fn collect(value: &Value, found: &mut Vec<Draft>) {
    let mut open = vec![value];
    while let Some(value) = open.pop().filter(|_| found.len() < ARTICLES) {
        match value {
            Value::Object(map) => {
                found.extend(read(map));
                open.extend(map.values().rev());
            }
            Value::Array(items) => open.extend(items.iter().rev()),
            _ => {}
        }
    }
}

/// The article that an object is, if it names a headline and a text that is long enough.
fn read(map: &Map<String, Value>) -> Option<Draft> {
    let has_body = json::has_text(map)
        || ["body", "content"].iter().chain(NAMES.iter().map(|(name, _)| name)).any(|name| map.get(*name).is_some_and(is_long));
    if !has_body || !json::has_title(map) {
        return None;
    }
    let mut map = map.clone();
    for (name, plain) in NAMES {
        if let Some(body) = map.shift_remove(name) {
            map.entry(plain).or_insert(body);
        }
    }
    json::article(Value::Object(map)).ok().filter(|draft| draft.text.as_ref().is_some_and(|text| text.chars().nth(SHORT).is_some()))
}

fn is_long(body: &Value) -> bool {
    body.as_array().is_some_and(|parts| !parts.is_empty()) || body.as_str().is_some_and(|text| text.len() > SHORT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Four wells that had been dry since the spring filled overnight in the upper quarter of Orun, the mayor, Teresa Valcourt, said on \
        Wednesday. Engineers found that the spring under the saltworks had taken a new way, and let the sluices be opened before dawn.";

    fn found(script: &str, title: &str, alone: bool) -> Option<String> {
        let page = format!("<body><div id=root></div>{}</body>", script.replace("TEXT", TEXT));
        article(&page, Some(title), alone).map(|draft| draft.text.unwrap())
    }

    #[test]
    fn data_of_scripts_are_read_where_they_name_the_article() {
        let one = r#"{"props":{"page":{"title":"Wells of Orun fill","body":"<p>TEXT</p>"}}}"#;
        let quoted = one.replace('"', "\\\"");
        for script in [
            format!("<script id=__NEXT_DATA__ type='application/json'>{one}</script>"),
            format!("<script>window.__PRELOADED_STATE__ = {one};window.x=1</script>"),
            format!("<script>var a={{b:1}};a.c={{\"d\":2}};a.state={one};</script>"),
            format!("<script>window.S=JSON.parse(\"{quoted}\");</script>"),
            r#"<script>F.globalContent={"headlines":{"basic":"Wells of Orun fill"},"content_elements":[{"type":"text","content":"TEXT"},{"type":"image"}]}</script>"#.to_owned(),
        ] {
            assert_eq!(found(&script, "Wells of Orun fill | Orun Post", false).as_deref(), Some(TEXT), "{script}");
            assert_eq!(found(&script, "Orun Post", true).as_deref(), Some(TEXT), "{script}");
            assert_eq!(found(&script, "Orun Post", false), None, "{script}");
        }
        let two = r#"<script>window.s={"a":{"title":"Wells of Orun fill","body":"TEXT"},"b":{"title":"Choir of Tern wins","body":"TEXT And more."}}</script>"#;
        assert_eq!(found(two, "Orun Post", true), None, "which of them?");
        assert_eq!(found(two, "Wells of Orun fill", true).as_deref(), Some(TEXT));
        for script in [
            r#"<script>window.s={"title":"Wells of Orun fill","body":"Too short."}</script>"#,
            r#"<script>window.s={"privacy":{"content":"TEXT"}}</script>"#,
            r#"<script>window.s={"title":"Wells of Orun fill","body":"TEXT"</script>"#,
            "<script type=application/json>nothing</script>",
        ] {
            assert_eq!(found(script, "Wells of Orun fill", true), None, "{script}");
        }
    }
}
