//! The first paragraph of an article, where it stands beside the headline of its page: the search for the main text passes over headers,
//! since most hold menus, and over lines that stand apart from the other paragraphs.

use super::part::Part;
use super::{SENTENCE, words};
use crate::parse::headline::Title;
use crate::parse::html::tidy;

/// Elements above the headline among which its header, or what stands beside it, is looked for.
const NESTED: usize = 4;
/// Letters of the longest such paragraph.
const LONGEST: usize = 500;
/// Elements that may be one.
const PARAGRAPHS: &[&str] = &["p", "h2", "div"];
/// Elements that may be the headline where no `<h1>` is.
const HEADLINES: &[&str] = &["h1", "h2"];
/// Attributes that name an element.
const NAMES: &[&str] = &["class", "itemprop", "data-gu-name"];

/// The paragraph behind the headline of a page with this `title`: in the header that both stand in, if nothing tells it from text, or
/// near the headline, if its name says what it is.
pub fn of(parts: &[Part<'_>], title: Option<&str>, marked: &[bool]) -> Option<String> {
    let title = Title::of(title?);
    let headline = |name: &&str| (1..parts.len()).find(|&i| &*parts[i].name == *name && title.is_headline(&parts[i].node.text()));
    let headline = HEADLINES.iter().find_map(headline)?;
    let above = || std::iter::successors(Some(parts[headline].parent), |&i| Some(parts[i].parent)).take_while(|&i| i > 0).take(NESTED);
    let header = above().find(|&i| &*parts[i].name == "header");
    let around = header.or_else(|| above().last())?;
    let is_text = |&i: &usize| {
        let part = &parts[i];
        let is_left = || !is_marked(parts, i, around, marked) && !part.in_link && part.linked * 4 < part.letters;
        let named = |at: &str| part.node.attr(at).is_some_and(|names| words::name_label(&names) || words::names_author(&names));
        part.is(PARAGRAPHS) && (SENTENCE..=LONGEST).contains(&part.all()) && is_left() && is_leaf(parts, i) && !named("class")
    };
    let first = (parts[headline].end..parts[around].end).find(is_text)?;
    (header.is_some() || is_named(parts, first, headline)).then(|| tidy(&parts[first].node.text()).replace('\n', " "))
}

/// Whether an element, or one that it stands in and the headline does not, is called what stands below headlines.
fn is_named(parts: &[Part<'_>], i: usize, headline: usize) -> bool {
    let names = |part: &Part<'_>| NAMES.iter().any(|at| part.node.attr(at).is_some_and(|names| words::names_standfirst(&names)));
    let is_apart = |&i: &usize| !(parts[i].end > headline && i <= headline);
    std::iter::successors(Some(i), |&i| Some(parts[i].parent)).take_while(is_apart).take(NESTED).any(|i| names(&parts[i]))
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
            (format!("<h2>Wells of Orun reopen</h2><div class=text-lead>{standfirst}</div>"), true),
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
    #[test]
    fn a_paragraph_near_the_headline_is_text_if_its_name_says_so() {
        let standfirst = "Nine months without a drop have ended for the four thousand people of the old town of Orun";
        let story = "<p>The council of Orun decided on Monday to build a second bridge over the river Tern, the mayor said.</p>".repeat(4);
        let title = "<h1>Wells of Orun reopen</h1>";
        for (beside, is_text) in [
            (format!("{title}<p class=description>{standfirst}</p><article>{story}</article>"), true),
            (
                format!("<div><div>{title}</div><div data-gu-name=standfirst><div><p>{standfirst}</p></div></div></div><div>{story}</div>"),
                true,
            ),
            (format!("<div>{title}<h2 class='news-detail-spot'>{standfirst}</h2></div><div>{story}</div>"), true),
            (format!("<div>{title}<h2>{standfirst}</h2></div><div>{story}</div>"), false),
            (format!("<div>{title}<p class=lead><a href=x>{standfirst}</a></p></div><div>{story}</div>"), false),
            (format!("<div>{title}</div><div>{story}</div><p class=description>{standfirst}</p>"), false),
            (format!("<div class=lead>{title}<div>{story}</div></div>"), false),
        ] {
            let page = format!("<body><section>{beside}</section></body>");
            let found = cut(&page, Some("Wells of Orun reopen - Orun Courier"), true).standfirst;
            assert_eq!(found.as_deref(), is_text.then_some(standfirst), "{beside}");
        }
    }
}
