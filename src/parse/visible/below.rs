//! The date that stands for itself between the headline of a page and its text, whatever its element is called.
//!
//! Told by place and shape: a short block right below the headline that holds a date and little else; or right above it, where it tells the time
//! or the article has begun. Elsewhere above the headline stands the day of the visit, below the text begin other articles, and in the text dates
//! are part of the story.

use crate::parse::date::Precision;
use crate::parse::entities::decode;
use crate::parse::headline::{Title, is_long_name};
use crate::parse::html::BLOCKS;
use crate::parse::tags::{Tag, Token, tokens};

use super::line;

/// Characters of a block that are looked at.
const BLOCK: usize = 400;
/// Characters outside of links that may stand between headline and date: a second headline, what a picture shows.
const ZONE: usize = 500;
/// Characters outside of links from which on what stands there may be text.
const PROSE: usize = 120;
/// Words of a link from which on it is the headline of another article.
const LINKED: usize = 5;
/// Elements in which nothing is looked at.
const SKIPPED: &[&str] = &["nav", "footer", "button", "select", "noscript", "template", "figcaption", "title"];
/// Headings: a date that is one begins a chapter of the text.
const HEADINGS: &[&str] = &["h2", "h3", "h4", "h5", "h6", "dt"];

/// Characters above the headline among which a date is looked for.
const ABOVE: usize = 150;
/// Blocks of links that make a menu: what stands above one is no part of the article.
const MENU: usize = 3;

/// What dates stand beside a headline.
#[derive(Default)]
pub struct Beside {
    /// The one below, as it is written, and whether it is that of the last change.
    pub below: Option<(String, bool)>,
    /// The one right above.
    pub above: Option<String>,
}

/// The dates beside the headline of a page with this `title`.
pub fn dates(html: &str, title: Option<&str>, lang: &str) -> Beside {
    let mut walk = Walk { title: Title::of(title.unwrap_or_default()), lang, ..Walk::default() };
    for token in tokens(html) {
        walk.take(&token);
        if walk.is_over {
            break;
        }
    }
    walk.end_block();
    Beside { below: walk.found, above: walk.above_found }
}

#[derive(Default)]
struct Walk<'p> {
    title: Title,
    lang: &'p str,
    /// The element that is passed over, and how many of its name are open.
    skipping: Option<(String, usize)>,
    block: Block,
    /// The last tag that opened a block.
    element: String,
    in_link: bool,
    /// Whether a headline was seen.
    below: Option<Headline>,
    /// Characters outside of links since the headline.
    passed: usize,
    /// The last block was the headline of another article.
    is_behind_link: bool,
    /// The block before this one held the date that was found.
    is_new: bool,
    found: Option<(String, bool)>,
    is_over: bool,
    /// The last blocks before the headline, each with whether it stands in an article.
    above: Vec<(Block, bool)>,
    above_found: Option<String>,
    /// A header that is open: its name, and how many of that name are.
    header: Option<(String, usize)>,
    /// Elements that are an article or the main part of a page and are open.
    articles: usize,
}

/// How sure a headline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Headline {
    /// It may be the name of the paper.
    Unsure,
    Sure,
}

/// Text between the begins and ends of elements that stand for themselves.
#[derive(Default)]
struct Block {
    /// Pieces between tags.
    pieces: Vec<String>,
    /// An instant in an attribute.
    instant: Option<String>,
    length: usize,
    linked: usize,
    /// Words of its longest link.
    words_linked: usize,
}

impl Walk<'_> {
    fn take(&mut self, token: &Token<'_>) {
        if let Some((name, open)) = &mut self.skipping {
            match token {
                Token::Open(tag) if tag.name() == name => *open += 1,
                Token::Close(tag) if tag.name() == name => *open -= 1,
                _ => {}
            }
            self.skipping = self.skipping.take().filter(|(_, open)| *open > 0);
            return;
        }
        match token {
            Token::Open(tag) if SKIPPED.contains(&tag.name()) || tag.is_hidden() || super::is_masthead(tag) => {
                self.end_block();
                self.above.clear();
                self.skipping = Some((tag.name().to_owned(), 1));
            }
            Token::Open(tag) => self.open(tag),
            Token::Close(tag) if ends_block(tag.name()) => {
                self.end_block();
                self.close(tag.name());
            }
            Token::Close(tag) if tag.name() == "a" => self.in_link = false,
            Token::Text(text) => self.text(text),
            _ => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        if ends_block(tag.name()) {
            self.end_block();
            self.element = tag.name().to_owned();
        }
        self.articles += usize::from(super::is_article(tag.name()));
        match &mut self.header {
            Some((name, open)) => *open += usize::from(name == tag.name()),
            None if super::is_header(tag) => self.header = Some((tag.name().to_owned(), 1)),
            None => {}
        }
        self.in_link |= tag.name() == "a";
        let instant = line::instant(tag);
        self.block.instant = self.block.instant.take().or(instant);
    }

    /// What stood in a header of the page is no part of the article.
    fn close(&mut self, name: &str) {
        self.articles = self.articles.saturating_sub(usize::from(super::is_article(name)));
        let Some((header, open)) = &mut self.header else { return };
        *open -= usize::from(header == name);
        if *open == 0 {
            self.header = None;
            self.above.clear();
        }
    }

    fn text(&mut self, text: &str) {
        let text = decode(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            return;
        }
        let length = words.iter().map(|word| word.chars().count() + 1).sum::<usize>();
        self.block.length += length;
        if self.in_link {
            self.block.linked += length;
            self.block.words_linked = self.block.words_linked.max(words.len());
        }
        if self.block.length <= BLOCK {
            self.block.pieces.push(words.join(" "));
        }
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.length == 0 && block.instant.is_none() {
            return;
        }
        let whole = block.pieces.join(" ");
        let headline = match &*self.element {
            _ if block.length <= BLOCK && self.title.is_headline(&whole) => Some(Headline::Sure),
            "h1" if is_long_name(&whole) && !self.title.holds(&whole) => Some(Headline::Sure),
            "h1" => Some(Headline::Unsure),
            // What stood below the name of the paper was the day of the visit.
            "h2" | "h3" if self.below == Some(Headline::Unsure) => Some(Headline::Unsure),
            _ => None,
        };
        match headline {
            Some(headline) if self.below != Some(Headline::Sure) => {
                (self.below, self.found, self.passed, self.is_behind_link, self.is_new) = (Some(headline), None, 0, false, false);
                self.above_found = if headline == Headline::Sure { self.right_above() } else { None };
                self.above.clear();
            }
            None if self.below.is_some() => self.line(&block, &whole),
            None => self.keep_above(block),
            _ => {}
        }
        self.element.clear();
    }

    /// Keeps a block that may stand right above the headline.
    fn keep_above(&mut self, block: Block) {
        let is_links = |block: &Block| block.linked * 10 >= block.length * 9;
        let menu = self.above.iter().rev().take_while(|(before, _)| is_links(before)).count() + 1;
        if block.length > ABOVE || block.words_linked >= LINKED || is_links(&block) && menu >= MENU || HEADINGS.contains(&&*self.element) {
            return self.above.clear();
        }
        self.above.push((block, self.articles > 0));
        let mut length = self.above.iter().map(|(block, _)| block.length).sum::<usize>();
        self.above.retain(|(block, _)| {
            length -= block.length;
            length + block.length <= ABOVE
        });
    }

    /// The date right above the headline. A mere day outside of the article may be that of the visit.
    fn right_above(&self) -> Option<String> {
        self.above.iter().rev().find_map(|(block, in_article)| {
            let instant = block.instant.clone().map(|instant| (instant, Precision::Second));
            let (written, precision) = instant.or_else(|| line::date(&block.pieces, self.lang))?;
            let is_change = line::says_changed(block.pieces.join(" ").split(char::is_numeric).next().unwrap_or_default());
            (!is_change && (*in_article || precision != Precision::Day)).then_some(written)
        })
    }

    fn line(&mut self, block: &Block, whole: &str) {
        let is_other = block.words_linked >= LINKED && block.linked * 2 > block.length;
        if is_other && self.is_new {
            // It was the date of what is linked here.
            self.found = None;
        }
        let may_be_one = !is_other && !self.is_behind_link && self.passed <= ZONE && !HEADINGS.contains(&&*self.element);
        let is_wanted = self.found.as_ref().is_none_or(|(_, is_change)| *is_change);
        self.is_new = false;
        if may_be_one && is_wanted {
            let instant = block.instant.clone().map(|instant| (instant, Precision::Second));
            let written = instant.or_else(|| line::date(&block.pieces, self.lang));
            let is_change = line::says_changed(whole.split(char::is_numeric).next().unwrap_or_default());
            // Behind prose, a mere day may be one of the story.
            let is_sure = |precision: Precision| self.passed < PROSE || precision != Precision::Day;
            if let Some((written, _)) = written.filter(|(_, p)| is_sure(*p) && (self.found.is_none() || !is_change)) {
                (self.found, self.is_new) = (Some((written, is_change)), true);
            }
        }
        self.is_behind_link = is_other;
        self.passed += block.length - block.linked.min(block.length);
        self.is_over = self.passed > ZONE && (self.below == Some(Headline::Sure) || self.found.is_some());
    }
}

fn ends_block(name: &str) -> bool {
    BLOCKS.contains(&name) || matches!(name, "td" | "th" | "summary" | "details")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "<p>The council of Orun decided on Monday to build a second bridge over the river Tern, the mayor, Teresa Valcourt, told \
        reporters after the vote. The first one was opened on 1 March 1990, and is closed to lorries.</p>";

    #[test]
    fn a_date_stands_between_headline_and_text() {
        for (between, expected) in [
            ("<time>3 May 2026 10:15</time>", Some("3 May 2026 10:15")),
            ("<ul class=x><li>News<li>3 May 2026 10:15<li>News code: 4433</ul>", Some("3 May 2026 10:15")),
            ("<ul><li>يکشنبه / ۱۳ اردیبهشت ۱۴۰۵ / ۱۰:۱۵</li></ul>", Some("يکشنبه / ۱۳ اردیبهشت ۱۴۰۵ / ۱۰:۱۵")),
            ("<div class=css-1x>By Jane Marsh | 3 May 2026</div>", Some("By Jane Marsh | 3 May 2026")),
            ("<div><span>Date of publish</span> 3 May 2026</div>", Some("3 May 2026")),
            ("<div>By <a href=x>Jane Marsh</a> <i>3 May 2026</i> <i>10:15</i></div>", Some("3 May 2026 10:15")),
            ("<p>Second headline about the bridge</p><p>Orun Courier, 3 May 2026, 18:15</p>", Some("Orun Courier, 3 May 2026, 18:15")),
            ("<p>Domingo 3 de mayo de 2026 | 10:15 | Actualizado a las 12:40</p>", Some("Domingo 3 de mayo de 2026   10:15")),
            ("<div>Updated: 4 May 2026</div><div>3 May 2026</div>", Some("3 May 2026")),
            ("<div><abbr title='2026-05-03T10:15:00+00:00'>10:15</abbr></div>", Some("2026-05-03T10:15:00+00:00")),
            ("<figure><img><figcaption>The old bridge on 1 March 1990</figcaption></figure><div>3 May 2026</div>", Some("3 May 2026")),
            ("<h2>1 March 2026</h2>", None),
            ("<p>The council will vote on 3 May 2026</p>", None),
            ("<p>They met in Orun on 3 May 2026, and again in Tern.</p>", None),
            ("<div><a href=x>Ferry runs aground in thick fog</a></div><div>3 May 2026</div>", None),
            ("<div>3 May 2026</div><div><a href=x>Ferry runs aground in thick fog</a></div>", None),
            ("<nav>3 May 2026</nav>", None),
        ] {
            let page = format!("<body><div>1 May 2026</div><h1>Second bridge</h1>{between}{STORY}<p>2 May 2026</p>");
            let found = dates(&page, Some("Second bridge - Orun Courier"), "").below.map(|(written, _)| written);
            assert_eq!(found.as_deref(), expected, "{between}");
        }
    }

    #[test]
    fn a_date_right_above_the_headline_may_be_that_of_publication() {
        for (above, expected) in [
            ("<div>3 May 2026 10:15</div>", Some("3 May 2026 10:15")),
            (
                "<ul><li><a href=/>Home</a><li><a href=/t>Towns</a><li><a href=/w>Wells</a></ul><p>3 May 2026 10:15</p>",
                Some("3 May 2026 10:15"),
            ),
            ("<ul><li>3 May 2026 10:15<li>News<li>News code: 4433</ul>", Some("3 May 2026 10:15")),
            ("<i>Towns</i><div>Date of publish 3 May 2026 10:15</div><a href=x>Towns</a>", Some("3 May 2026 10:15")),
            ("<article><div>3 May 2026</div>", Some("3 May 2026")),
            ("<main><abbr title='2026-05-03T10:15:00+00:00'>10:15</abbr>", Some("2026-05-03T10:15:00+00:00")),
            ("<div>3 May 2026</div>", None),
            ("<header><div>3 May 2026 10:15</div></header>", None),
            ("<div class=header>3 May 2026 10:15<div>x</div></div>", None),
            ("<div>3 May 2026 10:15</div><nav><a href=/>Home</a></nav>", None),
            ("<p>3 May 2026 10:15</p><div><a href=/>Home</a></div><div><a href=/t>Towns</a></div><div><a href=/w>Wells</a></div>", None),
            ("<div>3 May 2026 10:15</div><a href=x>Ferry runs aground in thick fog</a><br>", None),
            ("<div>Last update: 3 May 2026 10:15</div>", None),
        ] {
            let page = format!("<body>{above}<h1>Second bridge</h1>{STORY}<p>2 May 2026</p>");
            assert_eq!(dates(&page, Some("Second bridge - Orun Courier"), "").above.as_deref(), expected, "{above}");
        }
    }

    #[test]
    fn what_is_below_the_name_of_a_paper_is_the_day_of_the_visit() {
        for (page, expected) in [
            ("<h1>Orun Courier</h1><div>1 May 2026</div><h2>Second bridge</h2><p>3 May 2026</p>", Some("3 May 2026")),
            ("<h1>Orun Courier</h1><div>1 May 2026</div><h2>Bridge at last</h2><p>Text", None),
            ("<td>1 May 2026</td><td><b>Second bridge</b><br>3 May 2026<br>Text", Some("3 May 2026")),
            ("<h1>Council of Orun votes for a bridge</h1><div>3 May 2026</div><h2>Works begin soon</h2>", Some("3 May 2026")),
            ("<div>3 May 2026</div><p>Text", None),
        ] {
            let found = dates(page, Some("Second bridge | Orun Courier"), "").below.map(|(written, _)| written);
            assert_eq!(found.as_deref(), expected, "{page}");
        }
    }
}
