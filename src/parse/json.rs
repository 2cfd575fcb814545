//! JSON: an object, a list of objects, or one object a line, with the keys and aliases that README lists.

pub mod names;

use serde_json::{Map, Value};

use super::decode::count;
use super::draft::Draft;
use super::entities::decode;
use super::{Item, Limits, bodies, html, languages, lists, ninjs, numbered, wrapped};
use names::{BLOCKS, BYLINE, FEED, HTML, ID, PUBLISHED, TEASER, TEXT, TITLE, URL, by_known_names};
pub use names::{LANG, SOURCE};

/// Why an article with nothing but its page is refused.
const WHOLE_PAGE: &str = "holds a whole page instead of a text: give the page as a file of its own";

/// Reads one object, an array of objects, or an object around such an array.
pub fn read(text: &str, limits: &Limits) -> Vec<Item> {
    if let Some(at) = too_deep(text, limits.json_depth) {
        return vec![(None, Err(format!("JSON is nested more than {} deep at byte {at}", limits.json_depth)))];
    }
    match serde_json::from_str::<Value>(text) {
        Err(e) => match several(&e, text) {
            Some(values) => all(values, limits),
            None => vec![(None, Err(format!("not valid JSON: {e}{}", remedy(&e, text))))],
        },
        Ok(Value::Array(items)) if items.is_empty() => vec![(None, Err("an empty JSON array".to_owned()))],
        Ok(Value::Array(items)) => all(items, limits),
        Ok(value) => numbered(lists::articles(value, &[]).into_iter(), limits),
    }
}

fn all(values: Vec<Value>, limits: &Limits) -> Vec<Item> {
    let here = ninjs::ids(&values);
    numbered(values.into_iter().flat_map(|value| lists::articles(value, &here)), limits)
}

/// The values of a text that is several of them, each on lines of its own, as filters of JSON print them: where `error` was found, the second
/// begins. Nothing if any is broken.
fn several(error: &serde_json::Error, text: &str) -> Option<Vec<Value>> {
    let before = text.lines().nth(error.line().checked_sub(1)?)?.get(..error.column().checked_sub(1)?)?;
    let is_next = error.to_string().starts_with("trailing characters") && error.line() > 1 && before.trim().is_empty();
    is_next.then(|| serde_json::Deserializer::from_str(text).into_iter::<Value>().collect::<Result<_, _>>().ok()).flatten()
}

/// Reads one object a line; a bad line is a reject of its own.
pub fn read_lines(text: &str, limits: &Limits) -> Vec<Item> {
    let line = |line: &str| {
        if let Some(at) = too_deep(line, limits.json_depth) {
            return vec![Err(format!("JSON is nested more than {} deep at byte {at} of the line", limits.json_depth))];
        }
        // The line is the first one only for the reader of JSON.
        let named = |e: serde_json::Error| format!("not valid JSON: {e}").replace(" at line 1 column ", " at column ") + remedy(&e, line);
        serde_json::from_str::<Value>(line).map_or_else(|e| vec![Err(named(e))], |value| lists::articles(value, &[]))
    };
    numbered(text.lines().filter(|l| !l.trim().is_empty()).flat_map(line), limits)
}

/// What to do about a mistake that JSON written by hand or by a program of one's own has.
fn remedy(error: &serde_json::Error, text: &str) -> &'static str {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default().as_bytes();
    let rest = line.get(error.column().saturating_sub(1)..).unwrap_or_default();
    match rest {
        _ if error.to_string().starts_with("trailing characters") => ": write one object a line, or a list of them",
        _ if error.to_string().starts_with("trailing comma") => ": take out the comma before it",
        [b'/', b'/' | b'*', ..] | [b'#', ..] => ": JSON has no comments, take them out",
        [b'\'', ..] => ": JSON has its names and texts between double quotation marks (\")",
        _ if [&b"NaN"[..], b"None", b"undefined", b"Infinity"].iter().any(|word| rest.starts_with(word)) => ": write null for it",
        _ => "",
    }
}

/// Position where brackets are nested deeper than `limit`, found without recursion.
fn too_deep(text: &str, limit: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if count(bytes, |b| (b == b'{') | (b == b'[')) <= limit {
        return None;
    }
    let (mut depth, mut at) = (0usize, 0);
    while let Some(b) = bytes.get(at) {
        match b {
            b'"' => at = end_of_string(bytes, at + 1),
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return Some(at);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The place of the quotation mark that ends the string of which `from` is the first byte.
fn end_of_string(bytes: &[u8], mut from: usize) -> usize {
    while let Some(at) = bytes.get(from..).and_then(|rest| rest.iter().position(|b| matches!(b, b'"' | b'\\'))) {
        if bytes[from + at] == b'"' {
            return from + at;
        }
        from += at + 2;
    }
    bytes.len()
}

/// What a value is called in messages.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether an object says something under a name of a text.
pub fn has_text(map: &Map<String, Value>) -> bool {
    TEXT.iter().chain(HTML).any(|name| is_written(map, name))
}

/// Whether an object says something under a name of a title.
pub fn has_title(map: &Map<String, Value>) -> bool {
    TITLE.iter().any(|name| is_written(map, name)) || basic_headline(map).is_some()
}

/// The usual one of several headlines, as Arc has them: `{"headlines": {"basic": "…"}}`.
fn basic_headline(map: &Map<String, Value>) -> Option<&str> {
    map.get("headlines")?.get("basic")?.as_str().filter(|headline| !headline.trim().is_empty())
}

fn is_written(map: &Map<String, Value>, name: &str) -> bool {
    let text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    // A list of articles is no text.
    let is_body = |value: &Value| {
        let is_article = |part: &Value| part.as_object().is_some_and(has_title);
        value.as_array().is_some_and(|parts| !parts.iter().any(is_article)) && bodies::text_of(value).is_some()
    };
    let is_wrapped = |value: &Value| value.as_object().and_then(wrapped::plain).is_some_and(|plain| text(&plain));
    map.get(name).is_some_and(|value| text(value) || is_wrapped(value) || is_body(value) || languages::is_by_language(value))
}

/// The articles that one object is: as many as it has languages.
pub fn articles(value: Value) -> Vec<Result<Draft, String>> {
    let read = |(map, note): (Map<String, Value>, Option<String>)| {
        article_of(map).map(|mut draft| {
            draft.notes.extend(note);
            draft
        })
    };
    opened(value).map_or_else(|reason| vec![Err(reason)], |map| languages::apart(map).into_iter().map(read).collect())
}

/// The article that one object is.
pub fn article(value: Value) -> Result<Draft, String> {
    article_of(opened(value)?)
}

/// What an object says under the names known here.
fn opened(value: Value) -> Result<Map<String, Value>, String> {
    let Value::Object(mut map) = value else { return Err(format!("holds a JSON {}, expected an object", kind(&value))) };
    wrapped::unwrap(&mut map);
    by_known_names(&mut map);
    Ok(map)
}

fn article_of(mut map: Map<String, Value>) -> Result<Draft, String> {
    if let Some(reason) = ninjs::refusal(&map) {
        return Err(reason);
    }
    if ninjs::is_item(&map) {
        ninjs::rename(&mut map);
    }
    let mut notes = Vec::new();
    // A title is plain text, but many a sender takes it from a page.
    let title = string(&mut map, TITLE, &mut notes)?.or_else(|| basic_headline(&map).map(str::to_owned)).map(|title| {
        if title.trim_start().starts_with('<') && title.contains("</") { html::to_text(&title) } else { decode(&title).into_owned() }
    });
    let mut text = string(&mut map, TEXT, &mut notes)?;
    // Under `html` alone crawlers keep the page as it came; the other names are of the article's own markup, whatever is around it.
    let is_crawled =
        map.get("html").and_then(Value::as_str).is_some_and(is_page) && HTML.iter().filter(|name| map.contains_key(**name)).count() == 1;
    let html = string(&mut map, HTML, &mut notes)?;
    if text.as_deref().is_none_or(|t| t.trim().is_empty()) {
        text = match html {
            Some(_) if is_crawled => Some(other_text(&mut map, title.as_deref(), &mut notes)?.ok_or(WHOLE_PAGE)?),
            Some(html) => Some(html::to_text(&html)),
            None => other_text(&mut map, title.as_deref(), &mut notes)?,
        };
    }
    let text = text.map(|text| if is_markup(&text) { html::to_text(&text) } else { text }).map(|text| shortened(text, &mut notes));
    let mut draft = Draft {
        title,
        text,
        source: named(&mut map, SOURCE, &mut notes).or_else(|| feed_of(&map)),
        published: scalar(&mut map, PUBLISHED, &mut notes),
        lang: scalar(&mut map, LANG, &mut notes),
        url: scalar(&mut map, URL, &mut notes),
        id: scalar(&mut map, ID, &mut notes),
        byline: named(&mut map, BYLINE, &mut notes),
        category: named(&mut map, &["category"], &mut notes),
        version: scalar(&mut map, &["version"], &mut notes),
        pubstatus: scalar(&mut map, &["pubstatus"], &mut notes),
        ..Draft::default()
    };
    // Extractors of pages call the address of the page its source, and name the site elsewhere.
    if draft.url.is_none() && draft.source.as_deref().is_some_and(|source| source.starts_with("http")) {
        draft.url = draft.source.take();
        draft.source = named(&mut map, SOURCE, &mut notes).or_else(|| feed_of(&map));
    }
    Ok(Draft { notes, extra: map, ..draft })
}

/// The name of the feed or account that an article came from, unless it is an address.
fn feed_of(map: &Map<String, Value>) -> Option<String> {
    let name = |value: &Value| value.get("display_name").map_or_else(|| name_of(value), name_of);
    let named = |key: &&str| map.get(*key).filter(|value| value.is_object() || key.starts_with("feed_")).and_then(name);
    FEED.iter().find_map(named).filter(|name| !name.trim().is_empty() && !name.contains("://"))
}

/// The address in `[{"href": "…"}]` and the like.
fn address_of(value: &Value) -> Option<String> {
    match value {
        Value::String(address) => Some(address.clone()),
        Value::Array(all) => all.first().and_then(address_of),
        Value::Object(link) => ["href", "url", "@id"].into_iter().find_map(|name| link.get(name)).and_then(address_of),
        _ => None,
    }
}

/// Takes the first of the names that is there and says something.
fn take(map: &mut Map<String, Value>, names: &[&'static str]) -> Option<(&'static str, Value)> {
    names
        .iter()
        .find_map(|name| map.shift_remove(*name).filter(|v| !v.is_null() && !v.as_str().is_some_and(is_nothing)).map(|v| (*name, v)))
}

/// Whether a value says only that it is not there, in the words of those who sell it.
fn is_nothing(value: &str) -> bool {
    value.is_empty() || value == "[Removed]" || value.starts_with("ONLY AVAILABLE IN ")
}

/// The text of an article that has none under a name for one: a body in blocks, prose under the name of a text, or a summary. Other prose is
/// refused rather than lost.
fn other_text(map: &mut Map<String, Value>, title: Option<&str>, notes: &mut Vec<String>) -> Result<Option<String>, String> {
    // The paragraphs of AFP's own service.
    let is_paragraphs = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    if let Some(paragraphs) = map.get("news").filter(|news| is_paragraphs(news)).and_then(bodies::text_of) {
        map.shift_remove("news");
        return Ok(Some(paragraphs));
    }
    if let Some(text) = string(map, BLOCKS, notes).ok().flatten() {
        return Ok(Some(text));
    }
    let prose = bodies::prose(map).filter(|prose| Some(prose.text.trim()) != title.map(str::trim));
    if let Some(prose) = prose.as_ref().filter(|prose| prose.is_text) {
        notes.push(format!("the text is that of `{}`: none is under a name that is known for one", prose.name));
        map.shift_remove(&prose.name);
        return Ok(Some(prose.text.clone()));
    }
    let teaser = string(map, TEASER, notes).ok().flatten().map(|teaser| html::to_text(&teaser));
    match prose.filter(|prose| bodies::is_telling(prose) && teaser.is_none()) {
        Some(prose) => Err(format!("no text: that of `{}` is under no name that is known for one, such as `text` or `body`", prose.name)),
        None => Ok(teaser),
    }
}

/// Whether markup is a whole page rather than the text of an article.
fn is_page(markup: &str) -> bool {
    let begin: String = markup.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    begin.starts_with("<!doctype html") || begin.starts_with("<html")
}

/// Whether a text is that of a page, with its paragraphs or line breaks marked.
fn is_markup(text: &str) -> bool {
    text.contains('<') && ["</p>", "</P>", "</div>", "<br>", "<br/>", "<br />", "<BR>"].iter().any(|mark| text.contains(mark))
}

/// The text without the number of characters that an answer left out of it, such as `… [+1234 chars]`; that it is an excerpt is noted.
fn shortened(mut text: String, notes: &mut Vec<String>) -> String {
    let Some((rest, count)) = text.trim_end().strip_suffix(" chars]").and_then(|rest| rest.rsplit_once('[')) else { return text };
    let digits = count.strip_prefix('+').unwrap_or(count);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        notes.push(format!("an excerpt: the sender left out characters behind it ([{count} chars])"));
        text.truncate(rest.trim_end().len());
    }
    text
}

/// A string; anything else under a text's name means that the sender means something else.
fn string(map: &mut Map<String, Value>, names: &[&'static str], notes: &mut [String]) -> Result<Option<String>, String> {
    let _ = notes;
    match take(map, names) {
        None => Ok(None),
        Some((_, Value::String(s))) => Ok(Some(s)),
        Some((name, other)) => {
            let text = bodies::text_of(&other);
            text.map(Some).ok_or_else(|| format!("`{name}` is of type {}, expected a string", kind(&other)))
        }
    }
}

/// A string, number or boolean, as text.
fn scalar(map: &mut Map<String, Value>, names: &[&'static str], notes: &mut Vec<String>) -> Option<String> {
    let (name, value) = take(map, names)?;
    match value {
        Value::String(s) => Some(s),
        Value::Number(n) => Some(n.to_string()),
        other if let Some(address) = address_of(&other).filter(|_| URL.contains(&name)) => Some(address),
        other => {
            notes.push(format!("`{name}` is of type {}, expected a string: not used", kind(&other)));
            None
        }
    }
}

/// A string, an object with a `name`, or a list of these.
fn named(map: &mut Map<String, Value>, names: &[&'static str], notes: &mut Vec<String>) -> Option<String> {
    let (key, value) = take(map, names)?;
    let found = name_of(&value);
    if found.is_none() {
        notes.push(format!("`{key}` holds no name: not used"));
    }
    found
}

/// The name that a value holds: itself, its `name`, or the names of its items.
pub fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Object(o) => ["name", "title", "original"].into_iter().find_map(|name| o.get(name)).and_then(name_of),
        Value::Array(items) => Some(items.iter().filter_map(name_of).collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_and_unknown_keys() {
        let items = read(
            r#"{"headline":"T","articleBody":"B","publisher":{"name":"P"},"datePublished":"2026-03-04","guid":7,"authors":["A",{"name":"C"}],"x":[1]}"#,
            &Limits::default(),
        );
        let draft = items[0].1.as_ref().unwrap();
        assert_eq!((draft.title.as_deref(), draft.text.as_deref(), draft.source.as_deref()), (Some("T"), Some("B"), Some("P")));
        assert_eq!((draft.id.as_deref(), draft.byline.as_deref()), (Some("7"), Some("A, C")));
        assert_eq!(Value::from(draft.extra.clone()), serde_json::json!({"x": [1]}));
    }

    #[test]
    fn bodies_may_be_lists_and_objects_may_follow_each_other() {
        let text = |json: &str| read(json, &Limits::default())[0].1.as_ref().unwrap().text.clone().unwrap();
        assert_eq!(text(r#"{"text":["One.","Two."]}"#), "One.\nTwo.");
        assert_eq!(
            text(r#"{"body":[{"type":"p","text":"One."},{"type":"image","url":"x"},{"type":"p","html":"<p>Two.</p>"}]}"#),
            "One.\nTwo."
        );
        let all = |json: &str| read(json, &Limits::default()).iter().map(|(_, item)| item.is_ok()).collect::<Vec<_>>();
        assert_eq!(all("{\n\"title\":\"A\"\n}\n{\n\"title\":\"B\"\n}\n"), [true, true]);
        for broken in ["{\n\"title\":\"A\"\n}\n{ broken", "{\"title\":\"A\"}{\"title\":\"B\"}", "{\n\"title\":\"A\"\n} tail"] {
            assert_eq!(all(broken), [false], "{broken}");
        }
    }

    #[test]
    fn brackets_in_strings_do_not_nest() {
        let many = r#"{"a{":"[[[[\\\"[[[","b":["x\\","[["],"c":[["""#;
        for (text, limit, at) in [(many, 4, None), (many, 2, many.rfind('[')), ("[[[", 2, Some(2)), ("[][][]", 1, None), ("\"[[", 1, None)]
        {
            assert_eq!(too_deep(text, limit), at, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let reason = |text: &str| read(text, &Limits::default())[0].1.clone().unwrap_err();
        assert!(reason(r#"{"text": 5}"#).contains("`text` is of type number"));
        assert!(reason(r#"{"text": "#).contains("not valid JSON"));
        assert!(reason("[]").contains("empty JSON array"));
        assert!(reason(&format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100))).contains("nested more than 64"));
        let items = read_lines("{\"text\":\"a\"}\nnonsense\n\n{\"text\":\"b\"}", &Limits::default());
        assert_eq!(items.iter().map(|(at, item)| (at.unwrap(), item.is_ok())).collect::<Vec<_>>(), [(0, true), (1, false), (2, true)]);
        assert!(items[1].1.as_ref().unwrap_err().ends_with("at column 2"), "{:?}", items[1]);
        let few = Limits { articles: 1, ..Limits::default() };
        assert!(read_lines("{\"text\":\"a\"}\n{\"text\":\"b\"}", &few)[1].1.as_ref().unwrap_err().contains("1 more"));
    }
}
