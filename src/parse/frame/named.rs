//! Lines of a page that may name who wrote its article, wherever the search for the main text leaves them: elements that are called so,
//! short lines between headline and text, and lines such as `Source: …` behind the text.

use dom_query::NodeRef;

use super::lines::headline_ends;
use super::part::Part;
use super::{ELEMENTS, words};
use crate::parse::draft::Named;

/// Letters of the longest such line.
const LINE: usize = 100;
/// Letters of the longest one behind the text.
const SOURCE: usize = 60;
/// Letters behind the headline among which lines are looked at, whatever they are called.
const ZONE: usize = 500;
/// Most lines of a page.
const LINES: usize = 40;

/// The lines of a page with this `title` that may name who wrote its article. There are none without a headline.
pub fn lines(parts: &[Part<'_>], title: Option<&str>) -> Vec<Named> {
    let ends = headline_ends(parts, title);
    let Some(&first) = ends.first() else { return Vec::new() };
    let (passed_over, called) = (passed_over(parts), called(parts));
    let (mut found, mut behind) = (Vec::new(), 0);
    for i in 1..parts.len() {
        let part = &parts[i];
        let may_be_one = (1..=LINE).contains(&part.all()) && !part.holds_article && !passed_over[i] && part.start >= first;
        if i < behind || !may_be_one || part.is(super::PARTS_OF_ALL) || part.is(&["h1", "h2", "h3", "script", "style"]) {
            continue;
        }
        let is_called = called.binary_search(&i).is_ok();
        let is_near = ends.iter().any(|end| (*end..end + ZONE).contains(&part.start));
        let may_name = if is_near { !is_below_picture(parts, i) || is_author(&part.node) } else { part.in_article && part.all() <= SOURCE };
        let line = if may_name { pieces(&part.node) } else { String::new() };
        if is_near && may_name || line.contains([':', '：']) {
            found.push(Named { line, is_called, is_author: is_author(&part.node) });
        }
        // What is called author in a line stands for itself too.
        let holds_called = called.get(called.partition_point(|c| *c <= i)).is_some_and(|c| *c < part.end);
        behind = if may_name && (is_called || !holds_called) { part.end } else { behind };
        if found.len() == LINES {
            break;
        }
    }
    found
}

/// The elements that are called author, source or the like.
fn called(parts: &[Part<'_>]) -> Vec<usize> {
    (1..parts.len()).filter(|&i| (1..=LINE).contains(&parts[i].all()) && is_called(&parts[i].node)).collect()
}

/// Which elements hold no such line, whatever they say: what frames a page, other than a footer, and what is shown with a picture.
fn passed_over(parts: &[Part<'_>]) -> Vec<bool> {
    let is_out = |part: &Part<'_>| {
        let named = |at: &str| part.node.attr(at).is_some_and(|names| words::name_frames(&names));
        let is_element = part.is(ELEMENTS) && !part.is(&["footer", "address"]) || part.is(&["figure", "form", "blockquote"]);
        is_element || (named("class") || named("id")) && !is_called(&part.node) && !part.is(super::PARTS_OF_ALL) && !part.holds_article
    };
    let mut passed_over: Vec<bool> = parts.iter().map(is_out).collect();
    for i in 1..parts.len() {
        passed_over[i] |= passed_over[parts[i].parent];
    }
    passed_over
}

/// Whether a line is all the text of an element that holds a picture: it may name who took it.
fn is_below_picture(parts: &[Part<'_>], i: usize) -> bool {
    let mut frame = i;
    while frame > 0 && parts[parts[frame].parent].all() == parts[i].all() {
        frame = parts[frame].parent;
    }
    parts[frame..parts[frame].end].iter().any(|part| part.is(&["img", "picture", "amp-img", "video"]))
}

/// Whether an element is called author, source or the like.
fn is_called(node: &NodeRef<'_>) -> bool {
    is_author(node) || ["class", "id"].iter().any(|at| node.attr(at).is_some_and(|names| words::names_source(&names)))
}

fn is_author(node: &NodeRef<'_>) -> bool {
    let is = |at: &str, what: &[&str]| node.attr(at).is_some_and(|value| what.iter().any(|known| value.eq_ignore_ascii_case(known)));
    is("rel", &["author"])
        || is("itemprop", &["author", "creator", "sourceOrganization"])
        || ["class", "id"].iter().any(|at| node.attr(at).is_some_and(|names| words::names_author(&names)))
}

/// The texts between the tags of an element, with bars between.
fn pieces(node: &NodeRef<'_>) -> String {
    let texts = node.descendants_it().filter(|node| node.is_text()).map(|node| node.text());
    let one_line = texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    one_line.filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use crate::parse::frame::cut;

    const STORY: &str = "<p>The council of Orun decided on Monday to build a second bridge over the river Tern, the mayor, Teresa Valcourt, told \
        reporters after the vote. The first one was opened in the spring of 1990, and is closed to lorries.</p>";

    fn named(page: &str) -> Vec<String> {
        let page = cut(page, Some("Second bridge - Orun Courier"), true);
        page.named.into_iter().map(|named| named.line + if named.is_called { "!" } else { "" }).collect()
    }

    #[test]
    fn lines_below_the_headline_may_name_who_wrote() {
        for (between, expected) in [
            ("<div class=byline>By <a href=x>Coast Wire</a></div>", &["By | Coast Wire!"][..]),
            ("<a rel=author>Coast Wire</a>", &["Coast Wire!"]),
            (
                "<div class=x><span class=author>Courier - Coast Wire</span><i>3 May</i></div>",
                &["Courier - Coast Wire | 3 May", "Courier - Coast Wire!", "3 May"],
            ),
            ("<footer class=node__submitted>Par Le Phare<br>le 3 mai</footer>", &["Par Le Phare | le 3 mai"]),
            ("<p class=source>Coast Wire</p><img>", &["Coast Wire!"]),
            ("<div class=byline><img><b>Coast Wire</b></div>", &["Coast Wire!"]),
            ("<div class=x><img><span>Coast Wire</span></div>", &[]),
            ("<div class=image-source>Coast Wire</div>", &["Coast Wire"]),
            ("<figure><img><p class=source>Coast Wire</p></figure><ul class=tags><li>Coast Wire</ul>", &[]),
            ("<aside>By Coast Wire</aside><nav><p class=author>Coast Wire</p></nav>", &[]),
        ] {
            let page = format!("<body><p class=author>Ivo Marr</p><article><h1>Second bridge</h1>{between}{STORY}</article>");
            assert_eq!(named(&page), expected, "{between}");
        }
    }

    #[test]
    fn behind_the_text_only_labelled_lines_may() {
        let story = STORY.repeat(4);
        for (behind, expected) in [
            ("<footer><p>Source: Coast Wire</p></footer>", &["Source: Coast Wire"][..]),
            ("<p class=author>Coast Wire</p>", &[]),
            ("</article><div>Source: Coast Wire</div>", &[]),
        ] {
            assert_eq!(named(&format!("<article><h1>Second bridge</h1>{story}{behind}")), expected, "{behind}");
        }
        assert_eq!(named(&format!("<p class=byline>By Coast Wire</p>{story}")), [""; 0]);
    }
}
