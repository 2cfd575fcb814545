//! What stands around the article on a page, taken out of its tree before the main text is looked for.
//!
//! Told by elements and roles (HTML standard, WAI-ARIA 1.2 §5.3.4 "Landmark roles"), by the words that class names and ids consist of, by headings that announce a block of something
//! else in many languages, and by what such blocks are made of: links, and teasers that begin with a link. An element that holds the
//! headline of the page or what it marks as its main part is never taken out, and nothing is if hardly anything would be left.

mod announced;
mod breaks;
mod lines;
mod listing;
mod named;
mod notes;
mod paid;
mod part;
mod pulled;
mod standfirst;
mod words;

pub use listing::Listing;
pub use words::{is_list_heading, names_date};

use dom_query::{Document, NodeRef};

use super::draft::Named;
use crate::article::Amendment;
use announced::mark_announced;
use part::{Part, children, parts};

/// Elements that never hold the article.
const ELEMENTS: &[&str] = &[
    "nav",
    "aside",
    "footer",
    "button",
    "select",
    "noscript",
    "template",
    "figcaption",
    "dialog",
    "address",
    "amp-sidebar",
    "amp-social-share",
    "amp-ad",
    "amp-list",
];
/// Roles of elements that never hold it.
const ROLES: &[&str] = &["navigation", "menu", "menubar", "banner", "contentinfo", "complementary", "search", "dialog"];
/// Elements that are the article or hold it, whatever they are called.
const PARTS_OF_ALL: &[&str] = &["html", "body", "main", "article"];
/// Elements that stand for themselves.
const BLOCKS: &[&str] = &["p", "div", "li", "ul", "ol", "dl", "section", "table", "tr", "td", "h2", "h3", "h4", "h5", "h6"];

/// Letters of the longest notice of rights.
const NOTICE: usize = 200;
/// Letters of the longest line about the article.
const LABEL: usize = 80;
/// Letters of the shortest sentence that is more than a date.
const SENTENCE: usize = 45;
/// Digits of the shortest date: a day, a year.
const DATE_DIGITS: usize = 5;
/// Letters of the longest teaser.
const TEASER: usize = 600;
/// Letters, outside of links, that must be left of a page.
const LEFT: usize = 60;

/// A page without its frame.
pub struct Page {
    /// Its tree.
    pub document: Document,
    /// The content of the table cell that nearly all of its text stands in, if there is one.
    pub cell: Option<String>,
    /// What it lists.
    pub listing: Listing,
    /// Its lines that may name who wrote the article.
    pub named: Vec<Named>,
    /// What its notes say was done to the article.
    pub amended: Option<Amendment>,
    /// The first paragraph of the article, in the header of its headline.
    pub standfirst: Option<String>,
}

/// Takes the frame out of a page with this `title`. `is_dated`: it is known when it was published, so that lines that say so are not needed.
pub fn cut(html: &str, title: Option<&str>, is_dated: bool) -> Page {
    let document = Document::from(html);
    let (mut cell, mut listing, mut named, mut amended, mut standfirst) = (None, Listing::default(), Vec::new(), None, None);
    if let Some(body) = document.body() {
        let parts = parts(body, &paid::classes(html));
        let mut marked = marked(&parts, title, is_dated);
        standfirst = standfirst::of(&parts, title, &marked);
        mark_around_main(&parts, &mut marked);
        listing = listing::of(&parts, &marked);
        (named, amended) = (named::lines(&parts, title), notes::amended(&parts, title));
        if left(&parts, &marked)[0] < LEFT {
            marked.fill(false);
        }
        (0..parts.len()).filter(|&i| marked[i]).for_each(|i| parts[i].node.remove_from_parent());
        cell = main_cell(&parts, &marked).map(|node| node.inner_html().to_string());
        breaks::keep(&document);
    }
    Page { document, cell, listing, named, amended, standfirst }
}

/// Which elements are to be taken out.
fn marked(parts: &[Part<'_>], title: Option<&str>, is_dated: bool) -> Vec<bool> {
    let is_out = |i: usize| is_frame(parts, i) || is_dated && is_label(&parts[i]) || lines::is_caption(parts, i);
    let mut marked: Vec<bool> = (0..parts.len()).map(|i| i > 0 && is_out(i)).collect();
    if is_dated {
        lines::mark_dates(parts, title, &mut marked);
    }
    pulled::mark(parts, &mut marked);
    for i in 1..parts.len() {
        mark_announced(parts, i, &mut marked);
    }
    marked
}

/// Whether the element, seen for itself, is no part of the article.
fn is_frame(parts: &[Part<'_>], i: usize) -> bool {
    let part = &parts[i];
    if part.is(PARTS_OF_ALL) || part.holds_article {
        return is_teaser_in_article(part);
    }
    if part.all() <= TEASER && part.node.attr("class").is_some_and(|names| words::names_unseen(&names)) {
        return true;
    }
    if part.in_link && &*part.name != "a" {
        return false;
    }
    if part.all() == 0 {
        return false;
    }
    // What holds nearly everything is no frame, whatever it is called.
    let is_most = part.letters * 20 > parts[0].letters * 17;
    let role = || part.node.attr("role").is_some_and(|role| ROLES.iter().any(|r| role.eq_ignore_ascii_case(r)));
    let named = |attribute: &str| part.node.attr(attribute).is_some_and(|names| words::name_frames(&names));
    let is_named = || part.is(ELEMENTS) || role() || named("class") || named("id");
    // A form that wraps the page is none that asks something.
    let is_form = || &*part.name == "form" && part.letters * 3 < parts[0].letters;
    let is_head = || &*part.name == "header" && !part.in_article;
    !is_most && (is_named() || is_form() || is_head() || is_copyright(part) || is_question(parts, i))
        || is_links(part)
        || !is_most && is_list_of_teasers(parts, i)
}

/// What leads to another article from the midst of one, in an `<article>` of its own that is called so.
fn is_teaser_in_article(part: &Part<'_>) -> bool {
    let is_other = &*part.name == "article" && part.in_article && !part.holds_article;
    is_other && part.begins_with_link && part.all() <= TEASER && part.node.attr("class").is_some_and(|names| words::name_frames(&names))
}

/// What readers are asked in the midst of an article, with something to press below it.
fn is_question(parts: &[Part<'_>], i: usize) -> bool {
    let has_buttons = || parts[i..parts[i].end].iter().any(|p| p.is(&["form", "input", "button"]));
    parts[i].all() <= TEASER && parts[i].node.attr("class").is_some_and(|names| words::names_question(&names)) && has_buttons()
}

/// The line at the foot of a page that says whose it is.
fn is_copyright(part: &Part<'_>) -> bool {
    part.is(BLOCKS) && !part.in_article && part.all() <= NOTICE && words::claims_rights(&part.node.text())
}

/// A line that says when, and by whom, the article was published.
fn is_label(part: &Part<'_>) -> bool {
    (1..=LABEL).contains(&part.all())
        && !part.is(PARTS_OF_ALL)
        && !part.holds_article
        && (&*part.name == "time"
            || part
                .node
                .attr("class")
                .is_some_and(|names| words::name_label(&names) && !is_sentence(part) || words::names_author(&names) && says_when(part)))
}

/// Whether an element is a whole sentence, as no date is: `info` is a name of boxes too.
fn is_sentence(part: &Part<'_>) -> bool {
    part.letters >= SENTENCE && part.node.text().trim_end().ends_with(['.', '!', '?', '。', '؟', '۔'])
}

/// Whether so many digits stand in an element as a date has.
fn says_when(part: &Part<'_>) -> bool {
    part.node.text().chars().filter(|c| c.is_numeric()).count() >= DATE_DIGITS
}

/// Links, and hardly anything beside them: a menu, tags, or a line that leads to another page.
fn is_links(part: &Part<'_>) -> bool {
    part.is(BLOCKS) && part.linked > 0 && (part.letters == 0 || part.letters <= 40 && part.linked >= part.letters * 3)
}

/// Whether most of a block are pieces of text that begin with a link: what else there is to read, with how it begins.
fn is_list_of_teasers(parts: &[Part<'_>], i: usize) -> bool {
    let part = &parts[i];
    if !part.is(&["div", "section", "ul", "ol", "td"]) || part.linked == 0 {
        return false;
    }
    let is_teaser = |p: &Part<'_>| !p.is(&["p", "a"]) && p.begins_with_link && p.letters > 0 && p.linked > 12 && p.all() < TEASER;
    let teasers = || children(parts, i).filter(|&c| is_teaser(&parts[c]));
    teasers().count() >= 2 && teasers().map(|c| parts[c].all()).sum::<usize>() * 10 > part.all() * 7
}

/// Marks what stands around the one element that says of itself that it is the article, if most of what is left stands in it.
fn mark_around_main(parts: &[Part<'_>], marked: &mut [bool]) {
    let left = left(parts, marked);
    let is_main = |p: &Part<'_>| &*p.name == "main" || p.node.attr("role").is_some_and(|r| &*r == "main");
    let is_outermost = |&i: &usize| is_main(&parts[i]) || &*parts[i].name == "article" && !parts[i].in_article;
    let mut mains = (1..parts.len()).filter(is_outermost).filter(|&i| left[i] * 10 >= left[0] * 6);
    let Some(mut at) = mains.next() else { return };
    while at > 0 {
        let above = parts[at].parent;
        children(parts, above).filter(|&c| c != at).for_each(|c| marked[c] = true);
        at = above;
    }
}

/// Letters outside of links that are left in each element.
fn left(parts: &[Part<'_>], marked: &[bool]) -> Vec<usize> {
    let mut left: Vec<usize> = parts.iter().map(|p| p.letters).collect();
    let mut behind = 0;
    for i in (0..parts.len()).filter(|&i| marked[i]) {
        if i < behind {
            continue;
        }
        behind = parts[i].end;
        let mut above = i;
        loop {
            left[above] -= parts[i].letters;
            if above == 0 {
                break;
            }
            above = parts[above].parent;
        }
    }
    left
}

/// The innermost table cell that holds nearly all text that is left.
fn main_cell<'a>(parts: &[Part<'a>], marked: &[bool]) -> Option<NodeRef<'a>> {
    let left = left(parts, marked);
    let is_main = |i: &usize| &*parts[*i].name == "td" && left[*i] * 3 >= left[0] * 2 && left[0] > 0;
    (0..parts.len()).rev().find(is_main).map(|i| parts[i].node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::{tidy, to_text};

    fn left_of(body: &str) -> String {
        let story = "The council of Orun decided on Monday to build a second bridge over the river, the mayor said.";
        let html = format!("<body><div><p>{story}</p></div>{body}</body>");
        let text = tidy(&to_text(&cut(&html, None, false).document.html()));
        text.replace(story, "STORY")
    }

    #[test]
    fn links_behind_a_line_that_announces_them_go() {
        for (body, left) in [
            ("<b>Read also:</b><br><a href=1>Choir wins</a><br><a href=2>Ferry sold</a><br>The mayor left.", "STORY\nThe mayor left."),
            ("<b>Read also:</b> <a href=1>Choir wins</a><p>The mayor left.</p>", "STORY\nThe mayor left."),
            ("<b>Orun:</b> <a href=1>Choir wins</a> prize", "STORY\nOrun: Choir wins prize"),
        ] {
            assert_eq!(left_of(body), left, "{body}");
        }
    }

    #[test]
    fn the_frame_goes_and_the_article_stays() {
        for (body, left) in [
            ("<nav>Home</nav><p>More was said.</p>", "STORY\nMore was said."),
            ("<div class=relatedNews>Other things</div>", "STORY"),
            (
                "<main><article><p>The mayor left.</p><article class=box-related><a href=1>Choir wins</a> In two hours.</article></article></main>",
                "STORY\nThe mayor left.",
            ),
            (
                "<main><article><p>The mayor left.</p><article class=post-related><p>Choir wins.</p></article></article></main>",
                "STORY\nThe mayor left.\nChoir wins.",
            ),
            ("<div class=related><h1>Headline</h1>Text</div>", "STORY\nHeadline\nText"),
            ("<div><h3>اقرأ أيضا</h3><p>خبر آخر لا صلة له</p></div><p>End</p>", "STORY\nEnd"),
            ("<div class=poll><h3>Do you want a bridge?</h3><form><label>Yes</label><button>Vote</button></form></div>", "STORY"),
            ("<div class=poll><p>Half of the town want a bridge.</p></div>", "STORY\nHalf of the town want a bridge."),
            ("<blockquote class=pullquote><p>“Build a second bridge over the river”</p></blockquote>", "STORY"),
            ("<blockquote class=pull-quote><p>“We have waited for years”</p></blockquote>", "STORY\n“We have waited for years”"),
            ("<div><div>Advertisement</div><p>Work begins in May, and the ferry runs until then.</p></div>", "STORY"),
            (
                "<h3>Most read</h3><p>Works on the bridge begin in May of this year, said the mayor of Orun, and end late.</p>",
                "STORY\nWorks on the bridge begin in May of this year, said the mayor of Orun, and end late.",
            ),
            ("<h3>Most read</h3><p>Other</p><h3>Costs</h3><p>High</p>", "STORY\nCosts\nHigh"),
            ("<p>See also <a href=x>what the ferry company had to say</a></p>", "STORY"),
            ("<p>She told <a href=x>the paper</a> that work begins in May.</p>", "STORY\nShe told the paper that work begins in May."),
            ("<div>© 2026 The paper</div>", "STORY"),
            ("<p>Work <a href=x>begins<span class=sr-only>, opens new tab</span></a> in May.</p>", "STORY\nWork begins in May."),
            ("<section><header>About the author</header><p>Ada covers rivers.</p></section><p>End</p>", "STORY\nEnd"),
            (
                "<div><h4>Related</h4><ul><li><a href=x>Ferry sold to a circus</a></ul><p>Work begins in May of this year, said the mayor of Orun, and it ends before the winter of next year.</p><p>End</p></div>",
                "STORY\nWork begins in May of this year, said the mayor of Orun, and it ends before the winter of next year.\nEnd",
            ),
            (
                "<div><div class=x>اقرأ أيضا</div><div><a href=x>Ferry sold to a circus</a></div><p>Work begins in May of this year, said the mayor of Orun, and it ends before the winter of next year.</p></div>",
                "STORY\nWork begins in May of this year, said the mayor of Orun, and it ends before the winter of next year.",
            ),
            (
                "<div><div><a href=x>Ferry runs aground in fog</a> Nobody hurt.</div><div><a href=y>Dock workers strike</a> Third week.</div></div>",
                "STORY",
            ),
        ] {
            assert_eq!(left_of(body), left, "{body}");
        }
    }

    #[test]
    fn a_text_goes_on_behind_who_wrote_it_and_behind_what_is_recommended() {
        let more = "Works on the bridge begin in May of this year, said the mayor of Orun, and they end late.";
        for (body, left) in [
            (
                format!("<div><h4>Written by</h4><p>Ada Quill</p><p>{more}</p><h4>Costs</h4><p>{more}</p></div>"),
                format!("STORY\n{more}\nCosts\n{more}"),
            ),
            (format!("<div><h4>About the author</h4><p>{more}</p></div><p>End</p>"), "STORY\nEnd".to_owned()),
            (
                format!("<div><p>{more}</p><h3>Recommended</h3><ul><li>Ferry sold</li></ul><p>{more}</p></div>"),
                format!("STORY\n{more}\n{more}"),
            ),
        ] {
            assert_eq!(left_of(&body), left, "{body}");
        }
    }

    #[test]
    fn what_is_announced_at_the_begin_of_a_text_is_not_the_text() {
        let story = "The council of Orun decided on Monday to build a second bridge over the river, the mayor said. ".repeat(4);
        for first in [
            "<div class=x>Advertisement</div>",
            "<h5>إعلان</h5>",
            "<div>Share</div>",
            "<div>Related</div>",
            "<h4>Share this</h4>",
            "<div><h3>Read also</h3></div>",
        ] {
            let page = format!("<body><div>{first}<p>{story}</p></div><ul><li>{}</li></ul></body>", &story[..story.len() / 3]);
            assert!(tidy(&to_text(&cut(&page, None, false).document.html())).contains(story.trim()), "{first}");
        }
    }

    #[test]
    fn a_page_that_is_all_frame_is_left_alone() {
        let page = "<body><div class=sidebar>Wells open today.</div></body>";
        assert!(cut(page, None, false).document.html().contains("Wells open"));
    }

    #[test]
    fn lines_that_say_when_go_where_that_is_known() {
        let page = format!("<body><p class=date>4 March 2026</p><p>{}</p></body>", "The council met and decided at length. ".repeat(4));
        assert!(cut(&page, None, false).document.html().contains("4 March"));
        assert!(!cut(&page, None, true).document.html().contains("4 March"));
        let boxed = page
            .replace("4 March 2026", "The first bridge was built by the guild of millers in 1883.")
            .replace("class=date", "class='box info'");
        assert!(cut(&boxed, None, true).document.html().contains("guild of millers"));
    }

    #[test]
    fn dates_between_headline_and_text_go_where_one_is_known() {
        let story = "The council of Orun decided on Monday to build a second bridge over the river, the mayor said. ".repeat(4);
        let left = |between: &str| {
            let page = format!(
                "<body><h1>Second bridge</h1>{between}<p>{story}</p><p>Last updated: 4 March 2026, 10:15</p><h3>5 March 2026</h3></body>"
            );
            let text = tidy(&to_text(&cut(&page, Some("Second bridge"), true).document.html()));
            text.replace(story.trim(), "STORY")
        };
        for (between, expected) in [
            ("<div class=x>3 March 2026 10:15</div>", "Second bridge\nSTORY\n5 March 2026"),
            ("<font size=2>Tuesday 3 March 2026</font><br>", "Second bridge\nSTORY\n5 March 2026"),
            ("<ul><li>3 March 2026</li><li>Category: towns</li></ul>", "Second bridge\nSTORY\n5 March 2026"),
            ("<div><p>3 March 2026</p><p>Wells fill.</p></div>", "Second bridge\nWells fill.\nSTORY\n5 March 2026"),
            ("<p>ORUN, 3 March 2026 (AFP)</p>", "Second bridge\nORUN, 3 March 2026 (AFP)\nSTORY\n5 March 2026"),
            ("<p>The bridge of 3 March 2026</p>", "Second bridge\nThe bridge of 3 March 2026\nSTORY\n5 March 2026"),
            ("<p>Signed on <b>3 March 2026</b></p>", "Second bridge\nSigned on 3 March 2026\nSTORY\n5 March 2026"),
            ("Signed on <b>3 March 2026</b><br>", "Second bridge\nSigned on 3 March 2026\nSTORY\n5 March 2026"),
            ("<blockquote>It is. <a href=x>3 March 2026</a></blockquote>", "Second bridge\nIt is. 3 March 2026\nSTORY\n5 March 2026"),
            ("<p><b><i>3 March 2026</i></b></p>", "Second bridge\nSTORY\n5 March 2026"),
            ("<h2>3 March 2026</h2>", "Second bridge\n3 March 2026\nSTORY\n5 March 2026"),
        ] {
            assert_eq!(left(between), expected, "{between}");
        }
    }

    #[test]
    fn lines_below_pictures_go() {
        for (body, left) in [
            ("<div class=image><img src=x><span>Soldiers at the quay (Photo: AFP)</span></div>", "STORY"),
            ("<p><img src=x><br><span style='font-size:10px'>Soldiers at the quay</span></p>", "STORY"),
            ("<p><img src=x>Soldiers came to the quay</p>", "STORY\nSoldiers came to the quay"),
            ("<p><img src=x><br>Soldiers at the quay (AFP)</p>", "STORY"),
            ("<p><img src=x><br>Soldiers at the quay<br>The quay was shut</p>", "STORY\nSoldiers at the quay\nThe quay was shut"),
            ("<p><img src=x><br>Soldiers came to the quay.</p>", "STORY\nSoldiers came to the quay."),
            ("<p><img src=x><span>Soldiers came to the quay.</span></p>", "STORY\nSoldiers came to the quay."),
            ("<p><img src=x><b>Soldiers:</b> they came to the quay</p>", "STORY\nSoldiers: they came to the quay"),
            ("<div class=article-img><img src=x><h3>Soldiers at the quay</h3></div>", "STORY"),
            ("<div class=x><img src=x><h3>Soldiers at the quay</h3></div>", "STORY\nSoldiers at the quay"),
            ("<p><img src=x></p>\n<p style='text-align: center'>Soldiers at the quay</p>", "STORY"),
            ("<p><img src=x></p><p>Soldiers at the quay</p>", "STORY\nSoldiers at the quay"),
            ("<p>At sea <img src=x></p><p align=center>Soldiers at the quay</p>", "STORY\nAt sea\nSoldiers at the quay"),
            ("<p><img src=x></p><p align=center>Soldiers came to the quay.</p>", "STORY\nSoldiers came to the quay."),
            ("<div><img src=x><p>Soldiers came</p><p>to the quay</p></div>", "STORY\nSoldiers came\nto the quay"),
        ] {
            assert_eq!(left_of(body), left, "{body}");
        }
    }

    #[test]
    fn many_announcements_take_no_time() {
        let page = format!("<body><p>{}</p>{}</body>", "word ".repeat(50), "<h2>Related</h2><p>x</p>".repeat(30_000));
        assert!(!cut(&page, None, false).document.html().contains("Related"));
        let page = format!("<body><p>{}</p>{}</body>", "word ".repeat(50), "<h2>Related</h2><a>Ferry sold</a>".repeat(30_000));
        assert!(!cut(&page, None, false).document.html().contains("Related"));
    }
}
