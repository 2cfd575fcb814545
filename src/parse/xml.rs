//! XML as a tree (Extensible Markup Language 1.0, fifth edition; Namespaces in XML 1.0), for the formats that are XML.
//!
//! Nothing is expanded: a document type with declarations of its own is refused, references to unknown entities stay as written. Senders
//! are forgiven what does not hide what they mean: HTML entities, a bare `&`, prefixes that are never declared. A fault inside one of the
//! parts that stand for an article ends that part only; reading goes on with the next one.

mod builder;

use std::borrow::Cow;
use std::rc::Rc;

pub use builder::document;

/// RSS 1.0 modules: content.
pub const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
/// Dublin Core Metadata Element Set 1.1.
pub const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
/// Media RSS 1.5.1.
pub const MEDIA: &str = "http://search.yahoo.com/mrss/";
/// XHTML 1.0.
pub const XHTML: &str = "http://www.w3.org/1999/xhtml";
/// Atom, RFC 4287.
pub const ATOM: &str = "http://www.w3.org/2005/Atom";

/// An element with what is in it.
#[derive(Debug)]
pub struct Element<'a> {
    /// Name without prefix.
    pub name: &'a str,
    /// Its namespace.
    pub space: Rc<str>,
    /// Byte at which it begins.
    at: usize,
    attributes: Vec<(String, String)>,
    /// What is in it, in order.
    pub children: Vec<Node<'a>>,
    /// Why it could not be read to its end.
    pub fault: Option<Box<str>>,
}

/// A piece of an element's content.
#[derive(Debug)]
pub enum Node<'a> {
    /// An element.
    Element(Element<'a>),
    /// Text, references replaced.
    Text(Cow<'a, str>),
}

impl<'a> Element<'a> {
    /// The child elements of any name.
    pub fn elements(&self) -> impl Iterator<Item = &Element<'a>> {
        self.children.iter().filter_map(|node| if let Node::Element(e) = node { Some(e) } else { None })
    }

    /// The child elements of this name in the namespace of this element.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Element<'a>> {
        self.elements().filter(move |e| e.name == name && e.space == self.space)
    }

    /// The first of [`Self::all`].
    pub fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.elements().find(|e| e.name == name && e.space == self.space)
    }

    /// The descendant that `path` of [`Self::child`] names leads to.
    pub fn at_path(&self, path: &[&str]) -> Option<&Element<'a>> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The first child element of this name in `space`.
    pub fn child_in(&self, space: &str, name: &str) -> Option<&Element<'a>> {
        self.elements().find(|e| e.name == name && &*e.space == space)
    }

    /// All elements below of this name, whatever their namespace, in document order.
    pub fn below<'s>(&'s self, name: &str) -> Vec<&'s Element<'a>> {
        let mut found = Vec::new();
        for child in self.elements() {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.below(name));
        }
        found
    }

    /// The value of an attribute, by its name as written; not empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let value = self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim())?;
        Some(value).filter(|v| !v.is_empty())
    }

    /// All text in it, as written; a line break for each `<br/>`.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.push_text(&mut out);
        out
    }

    fn push_text(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) if element.name == "br" => out.push('\n'),
                Node::Element(element) => element.push_text(out),
            }
        }
    }

    /// Its text on one line; `None` if there is none.
    pub fn line(&self) -> Option<String> {
        let line = self.text().split_whitespace().collect::<Vec<_>>().join(" ");
        Some(line).filter(|l| !l.is_empty())
    }

    /// [`Self::line`] of the child of this name.
    pub fn line_of(&self, name: &str) -> Option<String> {
        self.all(name).find_map(Element::line)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Limits;
    use super::*;

    #[test]
    fn namespaces_tell_elements_apart() {
        let xml = "<rss xmlns:c='http://purl.org/rss/1.0/modules/content/' xmlns:m='u:media'><m:title>no</m:title><title>yes</title>\
                   <c:encoded>full</c:encoded><dc:date>2026</dc:date><x xmlns='u:x'><title>other</title></x><title>2</title></rss>";
        let root = document(xml, &[], &Limits::default()).unwrap();
        assert_eq!(root.line_of("title").as_deref(), Some("yes"));
        assert_eq!(root.all("title").count(), 2);
        assert_eq!(root.below("title").len(), 4);
        assert_eq!(root.child_in(CONTENT, "encoded").and_then(Element::line).as_deref(), Some("full"));
        assert_eq!(root.child_in(DUBLIN_CORE, "date").and_then(Element::line).as_deref(), Some("2026"));
    }
}
