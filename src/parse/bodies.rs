//! Texts of JSON that are no plain string: lists of paragraphs, blocks of editors (Arc, Editor.js, Strapi), trees of rich text (ProseMirror,
//! Contentful, Portable Text), and prose under a name that is not known for a text.

use serde_json::{Map, Value};

use super::html;

/// Names of the text of a paragraph that is an object, and of the parts of one that has several.
const TEXT: &[&str] = &["text", "html", "content", "value", "paragraph", "bodyHtml", "body", "insert"];
const PARTS: &[&str] = &["content", "children", "data", "body", "blocks", "nodes", "ops", "items", "content_elements"];

/// What objects are called that are part of a line.
const INLINE: &[&str] = &[
    "bold",
    "italic",
    "strong",
    "em",
    "underline",
    "strikethrough",
    "code",
    "spoiler",
    "plain",
    "link",
    "a",
    "hyperlink",
    "text_link",
    "mention",
    "mention_name",
    "hashtag",
    "cashtag",
    "custom_emoji",
    "phone",
    "email",
    "bot_command",
];

/// What objects are called that are no text of the article.
const BESIDE: &[&str] = &[
    "image",
    "photo",
    "picture",
    "gallery",
    "video",
    "audio",
    "media",
    "embed",
    "iframe",
    "ad",
    "advertisement",
    "interstitial_link",
    "related",
    "related_content",
    "newsletter",
    "raw_html",
    "oembed_response",
    "social",
    "poll",
];

/// Objects within each other that are looked into.
const DEEP: usize = 8;

/// Where the lists of lines begin: in a list of blocks, or in the list of a document.
const IN_BLOCK: usize = 2;

/// Characters of the shortest prose that is looked for under unknown names, and of the shortest for which an article is refused.
const PROSE: usize = 200;
const LONG: usize = 400;

/// Words of the shortest prose in scripts that part words.
const WORDS: usize = 25;

/// What is in the name of a text, and what in that of prose that is none of the article.
const OF_TEXT: &[&str] =
    &["text", "body", "content", "html", "story", "article", "paragraph", "markdown", "full", "message", "post", "prose", "copy", "detail"];
const OF_OTHER: &[&str] = &[
    "author",
    "bio",
    "about",
    "comment",
    "copyright",
    "related",
    "caption",
    "credit",
    "right",
    "legal",
    "licen",
    "terms",
    "disclaim",
    "meta",
    "seo",
    "schema",
    "summary",
    "descri",
    "teaser",
    "excerpt",
    "abstract",
    "prompt",
    "script",
    "style",
    "css",
    "embed",
    "image",
    "photo",
    "video",
    "audio",
    "newsletter",
    "footer",
    "sidebar",
    "reply",
    "replies",
    "translat",
    "note",
    "url",
    "cookie",
    "usage",
    "source",
];

/// The text that a value other than a string makes up; `None` if there is none in it.
pub fn text_of(value: &Value) -> Option<String> {
    let mut lines = Lines { out: String::new() };
    lines.add(value, 0);
    Some(lines.out.trim().to_owned()).filter(|text| !text.is_empty())
}

struct Lines {
    out: String,
}

impl Lines {
    fn add(&mut self, value: &Value, depth: usize) {
        match value {
            _ if depth > DEEP => {}
            Value::String(text) => self.out.push_str(&plain(text)),
            Value::Array(parts) => {
                let is_line = parts.iter().any(|part| is_inline(part, depth));
                for part in parts {
                    self.add(part, depth + 1);
                    if !is_line && !self.out.ends_with('\n') {
                        self.out.push('\n');
                    }
                }
            }
            Value::Object(block) if !is_beside(block) => {
                let text = TEXT.iter().find_map(|name| block.get(*name).filter(|text| text.is_string()));
                let part = || PARTS.iter().find_map(|name| block.get(*name).filter(|part| part.is_array() || part.is_object()));
                if let Some(inner) = text.or_else(part) {
                    self.add(inner, depth + 1);
                }
            }
            _ => {}
        }
    }
}

/// Text without markup.
fn plain(text: &str) -> String {
    if text.trim_start().starts_with('<') || text.contains("</") { html::to_text(text) } else { text.to_owned() }
}

fn kind(block: &Map<String, Value>) -> Option<&str> {
    ["type", "_type", "nodeType", "object"].into_iter().find_map(|name| block.get(name)?.as_str())
}

/// Whether a part of a list at this depth is a part of a line; `insert` is what Quill calls one. A list of nothing but texts is one inside
/// of a block only: as a whole body it has paragraphs.
fn is_inline(part: &Value, depth: usize) -> bool {
    let Value::Object(part) = part else { return false };
    part.get("insert").is_some_and(Value::is_string)
        || match kind(part) {
            None | Some("text" | "span") => depth >= IN_BLOCK && part.get("text").or(part.get("value")).is_some_and(Value::is_string),
            Some(kind) => INLINE.contains(&kind),
        }
}

fn is_beside(block: &Map<String, Value>) -> bool {
    kind(block).is_some_and(|kind| BESIDE.contains(&kind.to_ascii_lowercase().as_str()))
}

/// Prose under a name that is not known for a text.
pub struct Prose {
    /// Its name, with those around it: `data.storyText`.
    pub name: String,
    /// It.
    pub text: String,
    /// Whether the name is that of a text.
    pub is_text: bool,
}

/// The longest prose in an object that has no text under the names known for one; that under the name of a text comes first.
pub fn prose(map: &Map<String, Value>) -> Option<Prose> {
    let mut found = Vec::new();
    look_through(map, "", &mut found, 0);
    found.into_iter().max_by_key(|prose| (prose.is_text, prose.text.len()))
}

/// Whether an article without text is refused for this prose.
pub fn is_telling(prose: &Prose) -> bool {
    prose.text.chars().count() >= LONG
}

fn look_through(map: &Map<String, Value>, around: &str, found: &mut Vec<Prose>, depth: usize) {
    for (name, value) in map {
        let folded = name.to_lowercase();
        if OF_OTHER.iter().any(|part| folded.contains(part)) {
            continue;
        }
        let text = match value {
            Value::String(text) => Some(plain(text)),
            Value::Array(_) => text_of(value),
            Value::Object(inner) if depth < 3 => {
                look_through(inner, &format!("{around}{name}."), found, depth + 1);
                text_of(value)
            }
            _ => None,
        };
        if let Some(text) = text.filter(|text| is_prose(text)) {
            let is_text = OF_TEXT.iter().any(|part| folded.contains(part));
            found.push(Prose { name: format!("{around}{name}"), text, is_text });
        }
    }
}

fn is_prose(text: &str) -> bool {
    let is_address = text.starts_with("http") || text.starts_with("data:");
    let dense = || text.chars().filter(|c| ('\u{e00}'..='\u{17ff}').contains(c) || ('\u{3040}'..='\u{9fff}').contains(c)).count() * 2;
    let is_long = text.chars().nth(PROSE).is_some() || dense() >= PROSE;
    !is_address && is_long && (text.split_whitespace().nth(WORDS).is_some() || dense() >= PROSE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_trees_are_read_line_by_line() {
        for (value, expected) in [
            (json!(["One.", "Two."]), Some("One.\nTwo.")),
            (json!([{"type": "bold", "text": "Wells"}, " | ", {"type": "link", "text": "open"}, " today"]), Some("Wells | open today")),
            (
                json!([{"type": "p", "text": "One."}, {"type": "image", "text": "x"}, {"type": "p", "html": "<p>Two.</p>"}]),
                Some("One.\nTwo."),
            ),
            (
                json!([{"type": "text", "content": "<b>One.</b>"}, {"type": "interstitial_link", "content": "Read"}, {"type": "text", "content": "Two."}]),
                Some("One.\nTwo."),
            ),
            (
                json!({"blocks": [{"type": "paragraph", "data": {"text": "One."}}, {"type": "paragraph", "data": {"text": "Two."}}]}),
                Some("One.\nTwo."),
            ),
            (
                json!({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "One "}, {"type": "text", "text": "well."}]},
                    {"type": "paragraph", "content": [{"type": "text", "text": "Two."}]}]}),
                Some("One well.\nTwo."),
            ),
            (
                json!([{"_type": "block", "children": [{"_type": "span", "text": "One "}, {"_type": "span", "text": "well."}]},
                    {"_type": "block", "children": [{"_type": "span", "text": "Two."}]}]),
                Some("One well.\nTwo."),
            ),
            (
                json!({"nodeType": "document", "content": [{"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "One."}]}]}),
                Some("One."),
            ),
            (
                json!([{"type": "text", "content": "One."}, {"type": "list", "items": [{"type": "text", "content": "Two."}, {"type": "text", "content": "Three."}]},
                    {"type": "quote", "content_elements": [{"type": "text", "content": "Four."}]}]),
                Some("One.\nTwo.\nThree.\nFour."),
            ),
            (json!({"ops": [{"insert": "One "}, {"insert": "well.\n"}]}), Some("One well.")),
            (json!({"direction": "ltr", "content": "<p>One.</p>"}), Some("One.")),
            (json!([{"type": "image", "url": "x"}, 5]), None),
            (json!({}), None),
        ] {
            assert_eq!(text_of(&value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn prose_is_found_by_its_length_and_named() {
        let long = "The wells of the valley opened on the third day of the week. ".repeat(8);
        let of = |value: Value| prose(value.as_object().unwrap()).map(|prose| (prose.name, prose.is_text));
        for (value, expected) in [
            (json!({"storyBody": long}), Some(("storyBody", true))),
            (json!({"a": {"b": {"text_raw": long}}, "zone": format!("{long}{long}")}), Some(("a.b.text_raw", true))),
            (json!({"zone": long}), Some(("zone", false))),
            (json!({"author_bio": long, "copyright": long, "k": "x".repeat(900), "u": format!("https://{long}")}), None),
            (json!({"zone": "A short line."}), None),
        ] {
            assert_eq!(of(value.clone()), expected.map(|(name, is_text)| (name.to_owned(), is_text)), "{value}");
        }
    }
}
