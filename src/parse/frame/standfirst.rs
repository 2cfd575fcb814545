//! The first paragraph of an article, where it stands beside the headline in the `<header>` of its page: the search for the main text passes
//! over headers, since most hold menus.

use super::part::Part;
use super::{SENTENCE, words};
use crate::parse::headline::Title;
use crate::parse::html::tidy;

/// Elements above the headline among which its header is looked for.
const NESTED: usize = 4;
/// Letters of the longest such paragraph.
const LONGEST: usize = 500;
/// Elements that may be one.
const PARAGRAPHS: &[&str] = &["p", "h2", "div"];

/// The paragraph behind the headline of a page with this `title`, in the header that both stand in, if nothing tells it from text.
pub fn of(parts: &[Part<'_>], title: Option<&str>, marked: &[bool]) -> Option<String> {
    let title = Title::of(title?);
    let headline = (1..parts.len()).find(|&i| &*parts[i].name == "h1" && title.is_headline(&parts[i].node.text()))?;
    let above = std::iter::successors(Some(headline), |&i| Some(parts[i].parent).filter(|&above| above > 0));
    let header = above.take(NESTED).find(|&i| &*parts[i].name == "header")?;
    let is_text = |&i: &usize| {
        let part = &parts[i];
        let is_left = || !is_marked(parts, i, header, marked) && !part.in_link && part.linked * 4 < part.letters;
        let named = |at: &str| part.node.attr(at).is_some_and(|names| words::name_label(&names) || words::names_author(&names));
        part.is(PARAGRAPHS) && (SENTENCE..=LONGEST).contains(&part.all()) && is_left() && is_leaf(parts, i) && !named("class")
    };
    (parts[headline].end..parts[header].end).find(is_text).map(|i| tidy(&parts[i].node.text()).replace('\n', " "))
}

/// Whether an element, or one that it stands in, is taken out as frame.
fn is_marked(parts: &[Part<'_>], i: usize, header: usize, marked: &[bool]) -> bool {
    std::iter::successors(Some(i), |&i| Some(parts[i].parent).filter(|&above| above > header)).any(|i| marked[i])
}

/// Whether no paragraph or list stands in an element.
fn is_leaf(parts: &[Part<'_>], i: usize) -> bool {
    !parts[i + 1..parts[i].end].iter().any(|part| part.is(super::BLOCKS))
}

#[cfg(test)]
mod tests {
    use crate::parse::frame::cut;

    #[test]
    fn a_paragraph_beside_the_headline_is_text_and_a_menu_is_not() {
        let standfirst = "Nine months without a drop have ended for the four thousand people of the old town of Orun";
        let story = "<p>The council of Orun decided on Monday to build a second bridge over the river Tern, the mayor said.</p>".repeat(4);
        let text = format!("<p>{standfirst}</p>");
        for (header, is_text) in [
            (format!("<h1>Wells of Orun reopen</h1>{text}<p class=byline>By Ada Quill</p>"), true),
            (format!("<div><h1>Wells of Orun reopen</h1></div><div><h2>{standfirst}</h2></div>"), true),
            (format!("<h1>Wells of Orun reopen</h1><p class=byline>{standfirst}</p>"), false),
            (format!("<h1>Wells of Orun reopen</h1><p><a href=x>{standfirst}</a></p>"), false),
            (format!("<h1>Wells of Orun reopen</h1><nav>{text}</nav>"), false),
            (format!("<h1>Orun Courier</h1>{text}"), false),
            ("<h1>Wells of Orun reopen</h1><p>Towns</p>".to_owned(), false),
        ] {
            let page = format!("<body><main><article><header>{header}</header><div>{story}</div></article></main></body>");
            let found = cut(&page, Some("Wells of Orun reopen - Orun Courier"), true).standfirst;
            assert_eq!(found.as_deref(), is_text.then_some(standfirst), "{header}");
        }
    }
}
