//! The elements of a page, with what they hold in letters and links.

use dom_query::{LocalName, NodeData, NodeId, NodeRef};

use crate::text::fold::is_alphanumeric;

/// An element of the body.
pub(super) struct Part<'a> {
    pub(super) node: NodeRef<'a>,
    pub(super) name: LocalName,
    pub(super) parent: usize,
    /// Index behind its last descendant.
    pub(super) end: usize,
    /// Letters of the page before it.
    pub(super) start: usize,
    /// Letters outside of links in it.
    pub(super) letters: usize,
    /// Letters of its links.
    pub(super) linked: usize,
    /// It is a link, or stands in one.
    pub(super) in_link: bool,
    /// Its text begins with a link.
    pub(super) begins_with_link: bool,
    /// It stands in `<article>` or `<main>`.
    pub(super) in_article: bool,
    /// It holds the headline or what is marked as the main part.
    pub(super) holds_article: bool,
}

impl Part<'_> {
    pub(super) fn is(&self, names: &[&str]) -> bool {
        names.contains(&&*self.name)
    }

    pub(super) fn all(&self) -> usize {
        self.letters + self.linked
    }
}

/// The elements of `body`, itself first, in the order of the page.
pub(super) fn parts<'a>(body: NodeRef<'a>, own: &[&str]) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut seen = 0;
    // Nodes still to be visited, each with the index of the element it stands in.
    let mut open: Vec<(NodeId, usize)> = vec![(body.id, 0)];
    while let Some((id, parent)) = open.pop() {
        let node = NodeRef::new(id, body.tree);
        let (name, letters) = node.query_or((None, 0), |n| match &n.data {
            NodeData::Element(element) => (Some(element.name.local.clone()), 0),
            NodeData::Text { contents } => (None, contents.chars().filter(|c| is_alphanumeric(*c)).count()),
            _ => (None, 0),
        });
        if let Some(name) = name {
            let at = parts.len();
            let mut part = part(node, name, parent, seen, parts.get(parent));
            part.holds_article |=
                part.node.attr("class").is_some_and(|names| names.split_ascii_whitespace().any(|name| own.contains(&name)));
            parts.push(part);
            open.extend(node.children_it(true).map(|child| (child.id, at)));
        } else if letters > 0 && !parts[parent].is(&["script", "style"]) {
            let owner = &mut parts[parent];
            if owner.all() == 0 {
                owner.begins_with_link = owner.in_link;
            }
            if owner.in_link {
                owner.linked += letters
            } else {
                owner.letters += letters
            }
            seen += letters;
        }
    }
    sum_up(&mut parts);
    parts
}

fn part<'a>(node: NodeRef<'a>, name: LocalName, parent: usize, start: usize, above: Option<&Part<'_>>) -> Part<'a> {
    let is_marked = || node.attr("itemprop").is_some_and(|p| p.eq_ignore_ascii_case("articleBody"));
    Part {
        parent,
        end: 0,
        start,
        letters: 0,
        linked: 0,
        in_link: &*name == "a" || above.is_some_and(|p| p.in_link),
        begins_with_link: false,
        in_article: above.is_some_and(|p| p.in_article || p.is(&["article", "main"])),
        holds_article: matches!(&*name, "h1" | "main") || is_marked(),
        node,
        name,
    }
}

/// Adds what elements hold to those they stand in. So far each has only the text that is its own.
fn sum_up(parts: &mut [Part<'_>]) {
    for i in (0..parts.len()).rev() {
        parts[i].end = parts[i].end.max(i + 1);
        let (start, end, letters, linked, begins, holds) =
            (parts[i].start, parts[i].end, parts[i].letters, parts[i].linked, parts[i].begins_with_link, parts[i].holds_article);
        let parent = parts[i].parent;
        if i == 0 {
            continue;
        }
        let above = &mut parts[parent];
        above.end = above.end.max(end);
        above.letters += letters;
        above.linked += linked;
        above.holds_article |= holds;
        // The first child with text decides, unless text stands before it.
        if letters + linked > 0 && start == above.start {
            above.begins_with_link = begins;
        }
    }
}

/// The elements right in another.
pub(super) fn children<'p>(parts: &'p [Part<'_>], i: usize) -> impl Iterator<Item = usize> + 'p {
    siblings(parts, i + 1, parts[i].end)
}

/// An element and those behind it in the same one, up to `end`.
pub(super) fn siblings<'p>(parts: &'p [Part<'_>], first: usize, end: usize) -> impl Iterator<Item = usize> + 'p {
    let inside = move |&c: &usize| c < end;
    std::iter::successors(Some(first).filter(inside), move |&c| Some(parts[c].end).filter(inside))
}
