//! How deep the tree of a page becomes, found out before the tree is built: readability and the tree's own builder take quadratic time in it.
//!
//! The builder that makes the tree later runs here over a sink that keeps nothing but depths, piece by piece, and is stopped as soon as
//! the page is too deep or too large. Counting tags would not do: which of them nest is what the thirty pages of the HTML standard's
//! §13.2.6 "Tree construction" say, and pages built to be slow use every one of them.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_document};

/// Bytes fed at a time. Within one piece a page can get deeper by as much as fits into it.
const PIECE: usize = 4 << 10;

/// Elements that may be built for each that is written, and some for small pages. Badly nested tags are built several times over.
const PER_TAG: usize = 8;
const SMALL: usize = 20_000;

/// Refuses a page whose tree is more than `most` deep, or far larger than its `tags`.
pub fn gate(html: &str, most: usize, tags: usize) -> Result<(), String> {
    let built = Rc::new(Built::default());
    let mut parser = parse_document(Sink { document: Node::new(document_name(), 0), built: Rc::clone(&built) }, ParseOpts::default());
    let mut at = 0;
    while at < html.len() {
        let end = (at + PIECE..).find(|&end| end >= html.len() || html.is_char_boundary(end)).unwrap_or(html.len()).min(html.len());
        parser.process(StrTendril::from_slice(&html[at..end]));
        if built.depth.get() > most {
            return Err(format!("HTML is nested more than {most} deep before byte {end}"));
        }
        if built.elements.get() > tags * PER_TAG + SMALL {
            return Err(format!("HTML has badly nested tags that make {} elements of {tags} tags", built.elements.get()));
        }
        at = end;
    }
    Ok(())
}

/// What has been built so far.
#[derive(Default)]
struct Built {
    depth: Cell<usize>,
    elements: Cell<usize>,
}

struct Node {
    name: QualName,
    depth: Cell<usize>,
}

impl Node {
    fn new(name: QualName, depth: usize) -> Rc<Self> {
        Rc::new(Self { name, depth: Cell::new(depth) })
    }
}

fn document_name() -> QualName {
    QualName::new(None, ns!(), local_name!(""))
}

struct Sink {
    document: Rc<Node>,
    built: Rc<Built>,
}

impl Sink {
    fn place(&self, child: &NodeOrText<Rc<Node>>, depth: usize) {
        if let NodeOrText::AppendNode(node) = child {
            node.depth.set(depth);
            self.built.depth.set(self.built.depth.get().max(depth));
        }
    }
}

impl TreeSink for Sink {
    type Handle = Rc<Node>;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Rc<Node> {
        Rc::clone(&self.document)
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Rc<Node> {
        self.built.elements.set(self.built.elements.get() + 1);
        Node::new(name, 0)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Node> {
        Node::new(document_name(), 0)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        Node::new(document_name(), 0)
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(&child, parent.depth.get() + 1);
    }

    fn append_based_on_parent_node(&self, element: &Rc<Node>, _: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(&child, element.depth.get());
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }

    fn same_node(&self, x: &Rc<Node>, y: &Rc<Node>) -> bool {
        Rc::ptr_eq(x, y)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(&child, sibling.depth.get());
    }

    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, _: &Rc<Node>) {}

    fn reparent_children(&self, _: &Rc<Node>, _: &Rc<Node>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(html: &str) -> String {
        gate(html, 512, 200_000).err().unwrap_or_default()
    }

    #[test]
    fn depth_is_that_of_the_tree() {
        for fine in [
            "<p>x",
            "<li>x",
            "<svg><path d=''/></svg>",
            "<font size=2>x</font>",
            "<table><td>x<br/></table>",
            "<b>x</b>",
            "<a>x",
            "<div>x</div>",
        ] {
            assert_eq!(reason(&fine.repeat(400)), "", "{fine}");
        }
        for unclosed in ["<p>x", "<li>x", "<td>x", "<svg><path/></svg>", "<font size=2><p>x</font>", "<a name=x>x", "<option>"] {
            assert_eq!(reason(&unclosed.repeat(20_000)), "", "{unclosed}");
        }
        let within = |n: usize| format!("{}x{}", "<div>".repeat(n), "</div>".repeat(n));
        // The root and the body are the first two.
        assert_eq!(reason(&within(510)), "");
        assert!(reason(&within(511)).contains("nested more than 512"), "{}", reason(&within(511)));
    }

    #[test]
    fn whatever_nests_is_stopped() {
        let spans = format!("{}<div>{}", "<span>".repeat(500), "</span>".repeat(500));
        let fonts: String = (0..90_000).map(|i| format!("<p><font size={i}>")).collect();
        let in_tables: String = (0..30_000).map(|i| format!("<table><font size={i}></table>")).collect();
        for page in [
            "<ul><li>".repeat(50_000),
            "<div></b>".repeat(50_000),
            "<svg>".to_owned() + &"<td>".repeat(100_000),
            "<svg><title>".to_owned() + &"<div>".repeat(100_000),
            "<!-->".to_owned() + &"<ul>".repeat(100_000),
            "<a =\">".to_owned() + &"<ul>".repeat(100_000),
            "<table><td>".repeat(50_000),
            "<b><div></b>".repeat(50_000),
            spans.repeat(100),
            fonts,
            in_tables,
        ] {
            let said = reason(&page);
            assert!(said.contains("nested"), "{}: {said:?}", &page[..40]);
        }
    }
}
