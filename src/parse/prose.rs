//! The text of XML that is marked up as prose: NITF and XHTML, and fragments of HTML that stand in XML as text.

use super::html::{BLOCKS, tidy, to_text};
use super::xml::{Element, Node};

/// Elements of NITF 3 that end a line, besides those it shares with HTML.
const NITF_BLOCKS: &[&str] = &["block", "hl1", "hl2", "bq", "abstract", "note", "fn", "nitf-table", "custom-table", "tagline"];

/// Elements whose text is not part of the story: pictures with their captions, scripts.
const ASIDE: &[&str] = &["media", "figcaption", "script", "style", "head"];

/// The text of `element` with a line for each paragraph.
pub fn read(element: &Element<'_>) -> String {
    let mut out = String::new();
    push(element, &mut out);
    tidy(&out)
}

fn push(element: &Element<'_>, out: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(text) => {
                for (n, line) in text.split('\n').enumerate() {
                    out.push_str(if n > 0 { " " } else { "" });
                    out.push_str(line);
                }
            }
            Node::Element(e) if ASIDE.contains(&e.name) => {}
            Node::Element(e) => {
                let is_block = BLOCKS.contains(&e.name) || NITF_BLOCKS.contains(&e.name);
                let edge = if is_block {
                    "\n"
                } else if matches!(e.name, "td" | "th") {
                    " "
                } else {
                    ""
                };
                out.push_str(edge);
                push(e, out);
                out.push_str(edge);
            }
        }
    }
}

/// The text of an element that holds markup of HTML as text, as escaped or as CDATA; or, against its format, as elements.
pub fn of_escaped(element: &Element<'_>) -> Option<String> {
    let text = if element.elements().next().is_some() { read(element) } else { to_text(&element.text()) };
    Some(text).filter(|t| !t.is_empty())
}
