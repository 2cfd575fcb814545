//! Line breaks that the search for the main text would lose.

use dom_query::{Document, NodeRef};

/// Makes an element of each text between a line break and a paragraph, or two more breaks, of which that search makes a paragraph: it takes breaks
/// away that stand before paragraphs, and looks at elements alone. Without this, the words on both sides of the break would become one.
pub fn keep(document: &Document) {
    for br in document.select("br").nodes() {
        let Some(text) = br.next_sibling().filter(|next| next.is_text() && !next.text().trim().is_empty()) else { continue };
        if br.next_element_sibling().is_some_and(|next| becomes_paragraph(&next)) {
            let span = document.tree.new_element("span");
            br.insert_after(&span);
            span.append_child(&text);
        }
    }
}

fn becomes_paragraph(element: &NodeRef<'_>) -> bool {
    let is_blank = |node: &NodeRef<'_>| node.is_text() && node.text().trim().is_empty();
    let behind = || std::iter::successors(element.next_sibling(), NodeRef::next_sibling).find(|node| !is_blank(node));
    element.has_name("p") || (element.has_name("br") && behind().is_some_and(|next| next.has_name("br")))
}
