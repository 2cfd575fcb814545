//! Lists of articles inside an object: JSON Feed, and what APIs and exports wrap around their articles.

use serde_json::{Map, Value};

use super::draft::Draft;
use super::json::names::translate;
use super::{json, languages, linked, ninjs, wrapped};

/// Names under which a list of articles is found, the most telling first.
const LISTS: &[&str] = &[
    "articles",
    "items",
    "_items",
    "results",
    "entries",
    "stories",
    "posts",
    "documents",
    "docs",
    "news",
    "messages",
    "data",
    "hits",
    "value",
    "records",
    "rows",
    "edges",
    "nodes",
    "children",
    "content",
    "result",
    "item",
    "entry",
];

/// Names of an object that stands between the outermost one and the list: `{"response": {"results": […]}}`.
const AROUND: &[&str] = &["response", "data", "result", "feed", "channel", "hits", "articles", "posts", "payload", "rss"];

/// Objects that may stand there within each other: `{"data": {"articles": {"edges": […]}}}`.
const DEEP: usize = 2;

/// The articles of one JSON value: those of the list that it is a wrapper of, or itself. `here`: ids of the items beside it, if there are
/// packages among them.
pub fn articles(value: Value, here: &[String]) -> Vec<Result<Draft, String>> {
    let Value::Object(mut map) = value else { return vec![json::article(value)] };
    if ninjs::is_package(&map) {
        return ninjs::articles(map, here);
    }
    if is_of_program(&map) {
        return Vec::new();
    }
    if let Some(graph) = linked::of_file(&map) {
        return graph.into_iter().map(json::article).collect();
    }
    let mut list = take_list(&mut map, DEEP, false);
    if list.is_none() && !wrapped::is_known(&map) && !ninjs::is_item(&map) {
        let mut value = Value::Object(map);
        translate(&mut value);
        let Value::Object(translated) = value else { return Vec::new() };
        map = translated;
        list = take_list(&mut map, DEEP, false);
    }
    let Some(list) = list else { return json::articles(Value::Object(map)) };
    if list.is_empty() {
        return vec![Err("an empty list of articles".to_owned())];
    }
    let (around, here) = (Around::new(&map), ninjs::ids(&list));
    let read = |item: Value| match item {
        Value::Object(item) if ninjs::is_package(&item) => ninjs::articles(item, &here),
        Value::Object(item) if is_of_program(&item) => Vec::new(),
        item => json::articles(item),
    };
    list.into_iter().flat_map(read).map(|item| item.map(|draft| around.complete(draft))).collect()
}

/// Whether an object is an instruction to the program that reads a list, or a notice of it: a line of a bulk request to Elasticsearch, what
/// Telegram exports beside messages. There is nothing to read in it.
fn is_of_program(map: &Map<String, Value>) -> bool {
    let is_action = |(name, value): (&String, &Value)| {
        let names_document =
            value.as_object().is_some_and(|of| !of.is_empty() && of.keys().all(|key| key.starts_with('_') || key == "routing"));
        ["index", "create", "update", "delete"].contains(&name.as_str()) && names_document
    };
    let is_notice = || map.get("type").and_then(Value::as_str) == Some("service") && map.contains_key("action");
    map.len() == 1 && map.iter().all(is_action) || is_notice()
}

/// The list of articles in an object that is no article itself. `deep`: within how many objects in that object it may stand; `is_channel`: the
/// object is that of a feed, with a title of its own.
fn take_list(map: &mut Map<String, Value>, deep: usize, is_channel: bool) -> Option<Vec<Value>> {
    if json::has_text(map) {
        return None;
    }
    let is_bare = is_channel || is_feed(map) || !json::has_title(map);
    let name = LISTS.iter().find(|name| map.get(**name).is_some_and(|value| is_list(value, is_bare, **name == LISTS[0])));
    if let Some(Value::Array(list)) = name.and_then(|name| map.shift_remove(*name)) {
        return Some(list);
    }
    if deep == 0 || !is_bare {
        return None;
    }
    AROUND.iter().find_map(|name| take_list(map.get_mut(*name)?.as_object_mut()?, deep - 1, *name == "channel"))
}

/// Whether `value` is a list that holds articles. An article may have pictures, links or tags as its `items`, which have no text.
/// `is_bare`: nothing else in the object could make it an article, so a list of titles, or of nothing, is meant as one; `is_telling`: its
/// name says so.
fn is_list(value: &Value, is_bare: bool, is_telling: bool) -> bool {
    let Value::Array(list) = value else { return false };
    let is_article = |item: &Value| {
        let Value::Object(item) = item else { return false };
        let item = wrapped::inside(item);
        wrapped::says_something(item, json::has_text)
            || (is_bare || is_telling) && wrapped::says_something(item, json::has_title)
            || languages::are_said(item)
    };
    list.is_empty() && is_bare || list.iter().any(is_article)
}

/// Whether this is a JSON Feed, whose own `title` is the name of the publisher.
fn is_feed(map: &Map<String, Value>) -> bool {
    map.get("version").and_then(Value::as_str).is_some_and(|version| version.contains("jsonfeed.org"))
}

/// What the object around a list says of every article in it.
pub struct Around {
    source: Option<String>,
    url: Option<String>,
    lang: Option<String>,
    byline: Option<String>,
}

impl Around {
    /// What the object says.
    pub fn new(map: &Map<String, Value>) -> Self {
        let named = |name: &str| map.get(name).and_then(json::name_of).filter(|n| !n.trim().is_empty());
        let is_channel = map.get("type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("_channel"));
        // A feed beside its items, as rss2json answers, or around them, as XML becomes JSON.
        let feed = [Some(map), map.get("rss").and_then(Value::as_object)].into_iter().flatten().find_map(|around| {
            let feed = ["channel", "feed"].iter().find_map(|name| around.get(*name)?.as_object())?;
            feed.get("title").and_then(json::name_of).filter(|title| !title.trim().is_empty())
        });
        let own_name = || named("title").filter(|_| is_feed(map)).or_else(|| named("name").filter(|_| is_channel)).or(feed);
        Self {
            source: json::SOURCE.iter().find_map(|name| named(name)).or_else(own_name),
            url: map.get("home_page_url").and_then(Value::as_str).map(str::to_owned),
            lang: json::LANG.iter().find_map(|name| map.get(*name)?.as_str().map(str::to_owned)),
            byline: named("authors").or_else(|| named("author")).filter(|_| is_feed(map)),
        }
    }

    /// The draft with what it did not say itself.
    pub fn complete(&self, mut draft: Draft) -> Draft {
        // Of lists within each other, the inner one knows better.
        draft.list_source = draft.list_source.or_else(|| self.source.clone());
        draft.list_url = draft.list_url.or_else(|| self.url.clone());
        draft.lang = draft.lang.or_else(|| self.lang.clone());
        draft.byline = draft.byline.or_else(|| self.byline.clone());
        draft
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(json: &str) -> Vec<String> {
        let title = |item: Result<Draft, String>| item.map_or_else(|e| format!("! {e}"), |draft| draft.title.unwrap_or_default());
        articles(serde_json::from_str(json).unwrap(), &[]).into_iter().map(title).collect()
    }

    #[test]
    fn wrappers_are_opened_and_articles_are_not() {
        for (json, expected) in [
            (r#"{"articles":[{"title":"a"},{"title":"b"}]}"#, &["a", "b"][..]),
            (r#"{"status":"ok","results":[{"title":"a","text":"x"},5]}"#, &["a", "! holds a JSON number, expected an object"]),
            (r#"{"response":{"total":1,"docs":[{"headline":"a","body":"x"}]}}"#, &["a"]),
            (r#"{"data":[{"title":"a"}]}"#, &["a"]),
            (r#"{"name":"Export","articles":[{"title":"a"}]}"#, &["a"]),
            (r#"{"version":"https://jsonfeed.org/version/1.1","title":"Feed","items":[]}"#, &["! an empty list of articles"]),
            (r#"{"articles":[]}"#, &["! an empty list of articles"]),
            (r#"{"title":"a","text":"x","articles":[{"title":"related","text":"y"}]}"#, &["a"]),
            (r#"{"title":"a","items":[{"url":"https://a.example/1.jpg","name":"picture"}]}"#, &["a"]),
            (r#"{"title":"a","items":[]}"#, &["a"]),
            (r#"{"title":"Export of Monday","items":[{"title":"a","text":"x"}]}"#, &["a"]),
            (r#"{"text":"only","results":["x"]}"#, &[""]),
        ] {
            assert_eq!(titles(json), expected, "{json}");
        }
    }
}
