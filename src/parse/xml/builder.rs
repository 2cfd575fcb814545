//! The tree from quick-xml's events, with what is open and where reading goes on after a fault.

use std::borrow::Cow;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::Limits;
use super::super::entities::decode;
use super::{ATOM, CONTENT, DUBLIN_CORE, Element, MEDIA, Node, XHTML};

/// Most elements of one file; each costs about 150 bytes. A feed of 50,000 entries has about half as many.
const MOST_ELEMENTS: usize = 1_000_000;

/// Longest name, with its prefix, that is looked for when reading goes on after a fault.
const LONGEST_NAME: usize = 64;

/// Prefixes that are used without being declared, with the namespace they are known for.
const KNOWN_PREFIXES: &[(&str, &str)] = &[("content", CONTENT), ("dc", DUBLIN_CORE), ("xhtml", XHTML), ("atom", ATOM), ("media", MEDIA)];

/// Reads a document. `parts` are the names of the elements that stand for an article.
///
/// # Errors
/// If no root element can be read, or a limit is passed. A fault behind that is kept in the part, or in the root, that it is in.
pub fn document<'a>(text: &'a str, parts: &[&str], limits: &Limits) -> Result<Element<'a>, String> {
    let mut builder = Builder { text, parts, limits, open: Vec::new(), scopes: Vec::new(), elements: 0, root: None };
    let mut from = 0;
    while let Some(next) = builder.read_from(from)? {
        from = next;
    }
    while !builder.open.is_empty() {
        builder.close_last();
    }
    builder.root.ok_or_else(|| "XML without an element".to_owned())
}

struct Builder<'a, 't> {
    text: &'a str,
    parts: &'t [&'t str],
    limits: &'t Limits,
    open: Vec<Element<'a>>,
    /// Declared prefixes with their namespace, and how many elements were open.
    scopes: Vec<(String, Rc<str>, usize)>,
    elements: usize,
    root: Option<Element<'a>>,
}

impl<'a> Builder<'a, '_> {
    /// Reads from byte `from` to the end of the root, or to a fault; then, where reading can go on.
    fn read_from(&mut self, from: usize) -> Result<Option<usize>, String> {
        let mut reader = Reader::from_str(&self.text[from..]);
        let config = reader.config_mut();
        (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
        let position = |reader: &Reader<&[u8]>| from + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        loop {
            let begin = position(&reader);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(e) => {
                    let next = self.fault(begin, &format!("not well-formed XML at byte {begin}: {e}"));
                    // What is not closed was looked for up to the end of the file: to try again at each part would take for ever.
                    return Ok(next.filter(|_| !matches!(e, quick_xml::Error::Syntax(_))));
                }
            };
            let end = position(&reader);
            let piece = self.text.get(begin..end).unwrap_or_default();
            let fault = match event {
                Event::Start(start) => self.open(begin, &start)?,
                Event::Empty(start) => match self.open(begin, &start)? {
                    None => self.close(start.name().as_ref(), begin),
                    fault => fault,
                },
                Event::End(tag) => self.close(tag.name().as_ref(), begin),
                Event::Text(_) => self.add_text(piece.into()),
                Event::GeneralRef(_) => self.add_text(decode(piece)),
                Event::CData(_) => self.add_text(piece.trim_start_matches("<![CDATA[").trim_end_matches("]]>").into()),
                Event::DocType(doctype) if doctype.contains('[') => {
                    return Err("XML with declarations in its DOCTYPE is not read; send it without them".to_owned());
                }
                Event::Eof => self.open.last().map(|e| format!("the file ends inside <{}>", e.name)),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => None,
            };
            if let Some(fault) = fault {
                return Ok(self.fault(begin, &format!("not well-formed XML at byte {begin}: {fault}")));
            }
            if self.root.is_some() || end >= self.text.len() && begin == end {
                return Ok(None);
            }
        }
    }

    fn open(&mut self, at: usize, start: &BytesStart<'_>) -> Result<Option<String>, String> {
        let limits = self.limits;
        if self.open.len() >= limits.xml_depth {
            return Err(format!("XML is nested more than limits.xml_depth = {} deep at byte {at}", limits.xml_depth));
        }
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(format!("XML has more than {MOST_ELEMENTS} elements"));
        }
        let mut attributes = Vec::new();
        // Values without quotes and names without values are plain enough; quick-xml takes both for HTML.
        for attribute in start.html_attributes().with_checks(false).flatten() {
            if attributes.len() == limits.xml_attributes {
                return Err(format!("an XML tag has more than limits.xml_attributes = {} attributes at byte {at}", limits.xml_attributes));
            }
            attributes.push((attribute.key.as_ref().to_owned(), decode(&attribute.value).into_owned()));
        }
        let written = self.text.get(at + 1..at + 1 + start.name().as_ref().len()).unwrap_or_default();
        let (prefix, name) = written.split_once(':').unwrap_or(("", written));
        // What another namespace calls so is a part of the entry: `content:item`.
        let is_again = |e: &Element<'_>| e.name == name && e.space == self.space(prefix);
        if self.parts.contains(&name) && self.open.iter().any(is_again) {
            return Ok(Some(format!("<{name}> inside <{name}>")));
        }
        for (key, value) in &attributes {
            if let Some(prefix) = key.strip_prefix("xmlns:").or((key == "xmlns").then_some("")) {
                self.scopes.push((prefix.to_owned(), value.trim().into(), self.open.len()));
            }
        }
        let space = self.space(prefix);
        self.open.push(Element { name, space, at, attributes, children: Vec::new(), fault: None });
        Ok(None)
    }

    fn space(&self, prefix: &str) -> Rc<str> {
        let declared = self.scopes.iter().rev().find(|(p, _, _)| p == prefix).map(|(_, space, _)| Rc::clone(space));
        declared.unwrap_or_else(|| KNOWN_PREFIXES.iter().find(|(p, _)| *p == prefix).map_or(prefix, |(_, space)| space).into())
    }

    fn close(&mut self, written: &str, at: usize) -> Option<String> {
        let name = written.rsplit(':').next().unwrap_or(written);
        match self.open.last() {
            Some(open) if open.name == name => self.close_last(),
            Some(open) => return Some(format!("</{name}> where </{}> is expected", open.name)),
            None => return Some(format!("</{name}> without its beginning at byte {at}")),
        }
        None
    }

    fn close_last(&mut self) {
        let Some(element) = self.open.pop() else { return };
        let depth = self.open.len();
        while self.scopes.last().is_some_and(|(_, _, at)| *at >= depth) {
            self.scopes.pop();
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn add_text(&mut self, text: Cow<'a, str>) -> Option<String> {
        let Some(parent) = self.open.last_mut() else {
            return (!text.trim().is_empty()).then(|| "text outside of the root element".to_owned());
        };
        match parent.children.last_mut() {
            Some(Node::Text(before)) => before.to_mut().push_str(&text),
            _ => parent.children.push(Node::Text(text)),
        }
        None
    }

    /// Keeps a fault at byte `at` in the innermost part, else in the root, which then ends. Returns where the next part begins.
    fn fault(&mut self, at: usize, reason: &str) -> Option<usize> {
        let part = self.open.iter().rposition(|e| self.parts.contains(&e.name));
        let keep = part.unwrap_or(0);
        while self.open.len() > keep + 1 {
            self.close_last();
        }
        if let Some(element) = self.open.last_mut() {
            element.fault = Some(reason.into());
        }
        let next = match (part, self.open.last()) {
            (Some(_), Some(element)) => self.after_part(at.max(element.at + 1), element.name),
            _ => None,
        };
        self.close_last();
        next
    }

    /// Where reading goes on after a fault at `from` in a part of this name: behind its end tag, or before the next start tag.
    fn after_part(&self, from: usize, name: &str) -> Option<usize> {
        let tags = self.text.get(from..)?.match_indices('<').map(|(i, _)| from + i);
        tags.into_iter().find_map(|at| {
            let rest = &self.text[at + 1..];
            let (is_end, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
            let (end, _) = rest.char_indices().take(LONGEST_NAME).find(|(_, c)| matches!(c, '>' | '/') || c.is_whitespace())?;
            if rest[..end].rsplit(':').next() != Some(name) {
                return None;
            }
            if is_end { Some(at + 2 + rest.find('>')? + 1) } else { Some(at) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(element: &Element<'_>) -> String {
        let inside = element.children.iter().map(|node| match node {
            Node::Text(text) => text.trim().to_owned(),
            Node::Element(element) => shown(element),
        });
        let fault = if element.fault.is_some() { "!" } else { "" };
        format!("{}{fault}({})", element.name, inside.filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" "))
    }

    fn read(text: &str) -> String {
        document(text, &["item"], &Limits::default()).map_or_else(|e| e, |root| shown(&root))
    }

    #[test]
    fn nothing_is_expanded_and_much_forgiven() {
        for (xml, tree) in [
            ("<?xml version='1.0'?><!-- c --><!DOCTYPE r><r><a>x</a><b/>y</r>", "r(a(x) b() y)"),
            ("<r>a &amp; b &lt; &nbsp;&#1575; AT&T &own; & <![CDATA[<i>]]></r>", "r(a & b < \u{a0}ا AT&T &own; & <i>)"),
            ("<n:r xmlns:n='u'><n:a>x</n:a></n:r> trailing", "r(a(x))"),
            ("<r><item>1</item><item><b>2</item><item>3</item></r>", "r(item(1) item!(b(2)) item(3))"),
            ("<r><item>1<item>2</item></r>", "r(item!(1) item(2))"),
            ("<r><item>1</item><item>2</it", "r(item(1) item!(2))"),
            ("<r><item>1</item></x><item>2</item></r>", "r!(item(1))"),
            ("<r><item a=b>1</item><item a>2</item><item a='>3</item></r>", "r!(item(1) item(2))"),
            ("<r><item><!-- never closed </item><item>2</item></r>", "r(item!())"),
            ("", "XML without an element"),
            ("<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>", "XML with declarations in its DOCTYPE is not read; send it without them"),
        ] {
            assert_eq!(read(xml), tree, "{xml}");
        }
    }

    #[test]
    fn limits_hold_at_their_border() {
        let limits = Limits { xml_depth: 3, xml_attributes: 2, ..Limits::default() };
        let reason = |xml: &str| document(xml, &["item"], &limits).err();
        assert_eq!(reason("<a><b><c/></b></a>"), None);
        assert_eq!(reason("<a><b><c><d/></c></b></a>").unwrap(), "XML is nested more than limits.xml_depth = 3 deep at byte 9");
        assert_eq!(reason("<a b='' c=''/>"), None);
        assert_eq!(reason("<a b='' c='' d=''/>").unwrap(), "an XML tag has more than limits.xml_attributes = 2 attributes at byte 0");
        assert!(reason(&format!("<a>{}</a>", "<b/>".repeat(MOST_ELEMENTS))).unwrap().contains("more than 1000000 elements"));
        let deep = Limits { xml_depth: 256, ..limits };
        let nested = format!("{}{}", "<a>".repeat(256), "</a>".repeat(256));
        assert!(document(&nested, &[], &deep).is_ok());
    }

    #[test]
    fn faults_without_end_take_linear_time() {
        for part in ["<item><!-- ", "<item><![CDATA[", "<item a='", "<item><b></c>", "<item>&"] {
            let xml = format!("<r>{}", part.repeat(200_000));
            assert!(document(&xml, &["item"], &Limits::default()).is_ok(), "{part}");
        }
    }
}
