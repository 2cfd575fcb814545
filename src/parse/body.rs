//! The body of a page without its frame, for pages in which readability finds no article: briefs, and pages that scripts fill.
//!
//! What frames are made of is told by element, role and class, and by what menus have in common: links, and no word beside them.

use super::entities::decode;
use super::html::{BLOCKS, tidy, to_text};
use super::tags::{Tag, Token, tokens};
use crate::text::fold::is_alphanumeric;

/// Elements whose text is not the article's.
const ASIDE: &[&str] = &["nav", "aside", "footer", "form", "button", "select", "noscript", "template", "title", "figcaption"];

/// Roles of elements whose text is not the article's.
const ASIDE_ROLES: &[&str] = &["navigation", "menu", "menubar", "banner", "contentinfo", "complementary", "search"];

/// The same in classes and ids, as whole words: `with-sidebar` is what bodies are called.
const ASIDE_CLASSES: &[&str] = &[
    "nav",
    "navbar",
    "navigation",
    "menu",
    "main-menu",
    "main-nav",
    "site-nav",
    "site-header",
    "site-footer",
    "breadcrumb",
    "breadcrumbs",
    "footer",
    "sidebar",
    "related-posts",
    "relatedposts",
    "jp-relatedposts",
    "sharedaddy",
    "wp-caption-text",
];

/// Links that make a line without any other word a menu; one alone may be the article's.
const MENU_LINKS: usize = 2;

/// The text of a page without its frame; of all of it, if nothing else is there.
pub fn read(html: &str) -> String {
    let mut body = Body::default();
    tokens(html).for_each(|token| body.take(token));
    body.end_line();
    let text = tidy(&body.out);
    if text.is_empty() { to_text(html) } else { text }
}

/// The text so far.
#[derive(Default)]
struct Body {
    out: String,
    /// The element that is passed over, and how many of its name are open.
    skipping: Option<(String, usize)>,
    /// Open `<article>` and `<main>` elements: a `<header>` in them is the article's own.
    articles: usize,
    in_link: bool,
    /// Links, and letters outside of links, that have gone into `out`.
    seen: Seen,
    line: Mark,
    lists: Vec<Mark>,
    cell: Option<Mark>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    links: usize,
    letters: usize,
}

/// Where something begins in `out`, and what had been seen before.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    at: usize,
    seen: Seen,
}

impl Body {
    fn take(&mut self, token: Token<'_>) {
        if let Some((name, open)) = &mut self.skipping {
            match token {
                // Paragraphs need no end tag, and hold no others.
                Token::Open(tag) if tag.name() == name && name == "p" => {
                    self.skipping = None;
                    return self.open(&tag);
                }
                Token::Open(tag) if tag.name() == name => *open += 1,
                Token::Close(tag) if tag.name() == name => *open -= 1,
                _ => {}
            }
            if *open == 0 {
                self.skipping = None;
            }
            return;
        }
        match token {
            Token::Open(tag) => self.open(&tag),
            Token::Close(tag) => self.close(tag.name()),
            Token::Text(text) => self.text(&decode(text)),
            Token::Raw(_) | Token::Other => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name();
        if is_aside(tag) || name == "header" && self.articles == 0 {
            self.end_line();
            self.skipping = Some((name.to_owned(), 1));
            return;
        }
        if BLOCKS.contains(&name) || is_cell(name) {
            self.end_line();
        }
        match name {
            _ if is_cell(name) => {
                self.end_cell();
                self.cell = Some(self.mark());
            }
            "a" => self.in_link = true,
            "article" | "main" => self.articles += 1,
            "ul" | "ol" => self.lists.push(self.mark()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if BLOCKS.contains(&name) || is_cell(name) {
            self.end_line();
        }
        match name {
            _ if is_cell(name) || matches!(name, "tr" | "table") => self.end_cell(),
            "a" => self.in_link = false,
            "article" | "main" => self.articles = self.articles.saturating_sub(1),
            "ul" | "ol" => {
                if let Some(list) = self.lists.pop() {
                    self.drop_menu(list, 1);
                    self.line = self.mark();
                }
            }
            _ => {}
        }
    }

    /// Takes back a cell that is a menu, as pages have that are laid out by tables.
    fn end_cell(&mut self) {
        if let Some(cell) = self.cell.take() {
            self.drop_menu(cell, MENU_LINKS);
            self.line = self.mark();
        }
    }

    fn text(&mut self, text: &str) {
        let letters = text.chars().filter(|c| is_alphanumeric(*c)).count();
        if self.in_link {
            self.seen.links += usize::from(letters > 0);
        } else {
            self.seen.letters += letters;
        }
        self.out.push_str(text);
    }

    fn end_line(&mut self) {
        self.drop_menu(self.line, MENU_LINKS);
        self.out.push('\n');
        self.line = self.mark();
    }

    fn mark(&self) -> Mark {
        Mark { at: self.out.len(), seen: self.seen }
    }

    /// Takes back what came after `from`, if it is that many links and no word beside them.
    fn drop_menu(&mut self, from: Mark, links: usize) {
        if self.seen.letters == from.seen.letters && self.seen.links >= from.seen.links + links {
            self.out.truncate(from.at);
            // Tags need not nest: a list may end in a cell that began in it, whose mark is behind the end of the text then.
            let open = self.lists.iter_mut().chain(&mut self.cell).chain([&mut self.line]);
            open.for_each(|mark| mark.at = mark.at.min(from.at));
        }
    }
}

fn is_cell(name: &str) -> bool {
    matches!(name, "td" | "th")
}

/// Whether a page is laid out by tables alone, as those of the 1990s: readability then takes all of it, menus included.
pub fn is_laid_out_by_tables(html: &str) -> bool {
    let mut has_cells = false;
    for token in tokens(html) {
        match token {
            Token::Open(tag) if matches!(tag.name(), "div" | "article" | "main" | "section") => return false,
            Token::Open(tag) => has_cells |= is_cell(tag.name()),
            _ => {}
        }
    }
    has_cells
}

/// Whether an element holds nothing of the article.
pub fn is_aside(tag: &Tag<'_>) -> bool {
    if tag.is_hidden() {
        return true;
    }
    if matches!(tag.name(), "html" | "body" | "main" | "article") {
        return false;
    }
    let has = |attribute: &str, names: &[&str]| {
        let words = tag.attribute(attribute).unwrap_or("").split_ascii_whitespace();
        words.into_iter().any(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name)))
    };
    ASIDE.contains(&tag.name()) || has("role", ASIDE_ROLES) || has("class", ASIDE_CLASSES) || has("id", ASIDE_CLASSES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn menus_go_and_the_article_stays() {
        for (page, text) in [
            ("<ul><li><a>Home</a><li><a>Sport</a></ul><p>Wells <a>open</a> <a>today</a>", "Wells open today"),
            ("<a>Home</a> | <a>Sport</a><br>Wells open", "Wells open"),
            ("<p><a>Wells open</a></p>", "Wells open"),
            ("<ul><li>one <a>well</a></li><li><a>two</a></li></ul>", "one well\ntwo"),
            ("<header>Courier</header><article><header>By A</header>Wells</article>", "By A\nWells"),
            ("<body class=menu><div class='x Menu'>Home</div><div class=with-menu>Wells</div>", "Wells"),
            ("<nav>Home<nav>x</nav>y</nav>Wells<footer>c</footer>", "Wells"),
            ("<ul><li><a>One</a></li><li><a>Two</a></li></ul>", "One\nTwo"),
            ("</ul></nav></a>Wells<ul>", "Wells"),
            ("<p class=wp-caption-text>The quay<p>Wells <a>open</a>", "Wells open"),
            ("<table><tr><td><a>Home</a><br><a>Sport</a><td>Wells <a>open</a></table>", "Wells open"),
            ("<ul><a>Menus<td></ul>éé<br>éé<td>Wells", "Wells"),
        ] {
            assert_eq!(read(page), text, "{page}");
        }
    }
}
