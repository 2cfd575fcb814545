//! Lines on a page that are about the article and no part of it: when it was published, and what its pictures show.

use dom_query::NodeRef;

use super::part::Part;
use super::words::names_picture;
use crate::parse::headline::Title;
use crate::parse::visible;

/// Letters of the longest headline that is no `<h1>`.
const HEADLINE: usize = 200;
/// Headlines of a page that are looked below.
const HEADLINES: usize = 8;
/// Letters of the longest line that says when.
const DATE: usize = 80;
/// Letters behind the headline among which a bare date is that of publication.
const ZONE: usize = 400;
/// Letters of the longest list of what is known of an article.
const LIST: usize = 120;
/// Letters of the longest line below a picture.
const CAPTION: usize = 120;

/// Marks the lines that say when the article was published: behind words that say so anywhere, bare ones between headline and text, with the
/// list of short items that they stand in.
pub fn mark_dates(parts: &[Part<'_>], title: Option<&str>, marked: &mut [bool]) {
    let ends = headline_ends(parts, title);
    for i in 1..parts.len() {
        let part = &parts[i];
        let may_be_line = (1..=DATE).contains(&part.all()) && !part.holds_article && !part.is(super::PARTS_OF_ALL) && !part.is(HEADINGS);
        if !may_be_line || marked[i] {
            continue;
        }
        let text = part.node.text();
        if !text.contains(char::is_numeric) {
            continue;
        }
        let is_near = || ends.iter().any(|end| (*end..end + ZONE).contains(&part.start));
        if (visible::is_labelled_date(&text) || is_near() && visible::is_bare_date(&text)) && stands_alone(part) {
            marked[list_of(parts, i).unwrap_or(i)] = true;
        }
    }
}

/// How many letters of the page stand before the end of each of its headlines.
pub fn headline_ends(parts: &[Part<'_>], title: Option<&str>) -> Vec<usize> {
    let title = Title::of(title.unwrap_or_default());
    let is_headline = |i: usize| {
        let part = &parts[i];
        let is_line = (1..=HEADLINE).contains(&part.all()) && (part.end == i + 1 || part.is(&["h2", "h3"]));
        part.all() > 0 && (&*part.name == "h1" || is_line && title.is_headline(&part.node.text()))
    };
    (1..parts.len()).filter(|&i| is_headline(i)).map(|i| parts[i].start + parts[i].all()).take(HEADLINES).collect()
}

/// Whether nothing stands on the same line as an element: `on <b>3 May</b>` is a part of a sentence.
fn stands_alone(part: &Part<'_>) -> bool {
    let is_end = |node: Option<NodeRef<'_>>| node.is_none_or(|node| LINES.iter().any(|name| node.has_name(name)));
    let is_block = |node: &NodeRef<'_>| super::BLOCKS.iter().any(|name| node.has_name(name));
    let mut node = part.node;
    for _ in 0..NESTED {
        let (before, behind) = (before(&node), behind(&node));
        if is_block(&node) {
            return true;
        }
        if !is_end(before) || !is_end(behind) {
            return false;
        }
        match node.parent().filter(|_| before.is_none() && behind.is_none()) {
            Some(parent) => node = parent,
            None => return true,
        }
    }
    false
}

fn before<'n>(node: &NodeRef<'n>) -> Option<NodeRef<'n>> {
    std::iter::successors(node.prev_sibling(), NodeRef::prev_sibling).find(holds_something)
}

fn behind<'n>(node: &NodeRef<'n>) -> Option<NodeRef<'n>> {
    std::iter::successors(node.next_sibling(), NodeRef::next_sibling).find(holds_something)
}

fn holds_something(node: &NodeRef<'_>) -> bool {
    node.is_element() || !node.text().trim().is_empty()
}

/// Elements that a line ends at, and how deep a line may stand in others.
const LINES: &[&str] = &["br", "hr", "p", "div", "h1", "h2", "h3", "ul", "ol", "table", "figure", "img", "section"];
const NESTED: usize = 8;

/// A bare date that is a heading begins a chapter.
const HEADINGS: &[&str] = &["h2", "h3", "h4", "h5", "h6", "dt"];

/// The list of short items that an element is one of.
fn list_of(parts: &[Part<'_>], i: usize) -> Option<usize> {
    let list = parts[i].parent;
    let is_prose = || parts[list].node.text().contains(['.', '!', '?', '。', '؟', '۔']);
    (parts[list].is(&["ul", "ol", "dl"]) && parts[list].all() <= LIST && !parts[list].holds_article && !is_prose()).then_some(list)
}

/// Whether an element is the line below a picture: the only text of an element that holds a picture before it, or centred below one, and no
/// sentence.
pub fn is_caption(parts: &[Part<'_>], i: usize) -> bool {
    let part = &parts[i];
    let is_heading = || &*part.name == "h3" && parts[part.parent].node.attr("class").is_some_and(|names| names_picture(&names));
    if !(part.is(&["div", "span", "p", "small", "em", "i", "font", "h4", "h5", "h6"]) || is_heading())
        || !(1..=CAPTION).contains(&part.all())
        || part.holds_article
    {
        return false;
    }
    let frame = &parts[part.parent];
    let is_only_text = frame.start == part.start && frame.all() == part.all();
    let is_picture = |p: &Part<'_>| p.is(&["img", "picture", "amp-img"]);
    let is_frame = frame.is(&["div", "p", "figure", "center", "span", "section"]) && part.parent > 0;
    let has_picture = |from: usize, to: usize| parts[from..to].iter().any(is_picture);
    let is_below = is_frame && is_only_text && has_picture(part.parent + 1, i) && !has_picture(i, frame.end);
    let ends_sentence =
        |text: &str| text.trim().trim_end_matches(['"', '»', '”', ')']).ends_with(['.', '!', '?', '。', '؟', '۔', ':', '…']);
    (is_below || is_centred_below_picture(part) || is_behind_picture(parts, i)) && !ends_sentence(&part.node.text())
}

/// Whether all the text of a paragraph stands on the line below the picture that it begins with: `<p><img><br>The mayor (AFP)</p>`.
fn is_behind_picture(parts: &[Part<'_>], i: usize) -> bool {
    let mut first = parts[i].node.children_it(false).filter(holds_something);
    let mut is = |names: &[&str]| first.next().is_some_and(|node| names.iter().any(|name| node.has_name(name)));
    &*parts[i].name == "p" && is(&["img", "picture"]) && is(&["br"]) && !first.any(|node| node.has_name("br"))
}

/// Whether a paragraph is centred right below one that holds a picture and no text.
fn is_centred_below_picture(part: &Part<'_>) -> bool {
    let has = |at: &str, what: &str| part.node.attr(at).is_some_and(|value| value.to_ascii_lowercase().replace(' ', "").contains(what));
    let is_centred = || has("style", "text-align:center") || has("align", "center") || has("class", "has-text-align-center");
    let is_picture = |node: NodeRef<'_>| {
        let picture = ["img", "picture"].iter().any(|name| node.has_name(name)) || node.descendants_it().any(|d| d.has_name("img"));
        picture && node.text().trim().is_empty()
    };
    &*part.name == "p" && is_centred() && before(&part.node).is_some_and(is_picture)
}
