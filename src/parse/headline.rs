//! The headline of a page, told from its title by what the page shows.

mod called;

use super::entities::decode;
use super::html::BLOCKS;
use super::tags::{Token, tokens};
use crate::text::fold::{fold, is_alphanumeric};

/// Characters of the longest title that lines of the page are compared with.
const LONGEST: usize = 1000;
/// Words of the longest usual name of a site; letters, in scripts without spaces.
const NAME_WORDS: usize = 3;
const NAME_LETTERS: usize = 10;

/// The letters and digits of a title, to find the lines that it repeats.
#[derive(Debug, Default)]
pub struct Title(String);

impl Title {
    /// The letters of `title`; none of one that is too long.
    pub fn of(title: &str) -> Self {
        Self(if title.len() > LONGEST { String::new() } else { letters(title) })
    }

    /// Whether a line is a part of the title, and the headline rather than the name of the site: the most of it.
    pub fn is_headline(&self, line: &str) -> bool {
        self.holds(line) && letters(line).len() * 2 >= self.0.len()
    }

    /// Whether a line is a part of the title.
    pub fn holds(&self, line: &str) -> bool {
        let line = letters(line);
        !line.is_empty() && self.0.contains(&line)
    }
}

fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| is_alphanumeric(*c)).collect()
}

/// Whether a line is longer than the names of sites are.
pub fn is_long_name(line: &str) -> bool {
    let is_long_word = |word: &str| word.chars().any(|c| c >= '\u{e00}') && word.chars().count() > NAME_LETTERS;
    line.split_whitespace().count() > NAME_WORDS || line.split_whitespace().any(is_long_word)
}

/// The headline of a page with this title, which may go on with the name of the site. An `<h1>` that most of such a title
/// consists of shows where to cut; a shorter one may be the name itself. Without any title, or with one that is the name of a section, the
/// only `<h1>` is the headline.
pub fn of(html: &str, page: Option<String>, is_site: impl Fn(&str) -> bool) -> Option<String> {
    if let Some(shown) = page.as_deref().and_then(|page| shown(html, page, is_site)) {
        return Some(shown);
    }
    let mut headings = headings(html);
    if headings.is_empty() {
        headings = called::headlines(html);
    }
    let only = headings.first().filter(|first| headings.iter().all(|h| h == *first)).cloned();
    // `::` stands between headline and site, and nowhere else.
    let longest = |page: String| page.split(" :: ").max_by_key(|part| part.len()).map(str::to_owned);
    let Some(page) = page.and_then(longest) else { return only };
    if let Some(only) = only.filter(|only| is_fuller(only, &page)) {
        return Some(only);
    }
    let goes_on = |h: &str| page.strip_prefix(h).is_some_and(|site| site.trim_start().starts_with(BEFORE_SITE));
    let words = |text: &str| text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    let is_longer = |h: &str| h.len() * 3 > page.len() * 2 || words(h) > SECTION_WORDS + 1 && words(h) * 2 > words(&page);
    let is_headline = |h: &String| is_longer(h) && goes_on(h);
    Some(headings.into_iter().find(is_headline).unwrap_or(page))
}

/// Whether a heading says more than the title of its page: it goes on with it or with its part, or the title is a word or two as sections are
/// called.
fn is_fuller(heading: &str, page: &str) -> bool {
    let words = |text: &str| text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    let is_section = || page.split(BEFORE_SITE).all(|part| words(part) <= SECTION_WORDS);
    let is_begin = |part: &str| heading.strip_prefix(part).is_some_and(|rest| rest.starts_with(' '));
    let goes_on = || is_begin(page) || page.split(BEFORE_SITE).map(str::trim).any(|part| words(part) > SECTION_WORDS && is_begin(part));
    words(heading) > SECTION_WORDS + 1 && (is_section() || goes_on())
}

/// Words of the longest name of a section or site.
const SECTION_WORDS: usize = 2;

/// What pages put between headline and name.
pub const BEFORE_SITE: &[char] = &['|', '-', '–', '—', '·', '•', '«', '»', '_', '｜', '：'];

/// The text of each `<h1>` that has any.
fn headings(html: &str) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), None::<String>);
    for token in tokens(html) {
        match (token, &mut open) {
            (Token::Open(tag), _) if tag.name() == "h1" => open = Some(String::new()),
            (Token::Close(tag), _) if tag.name() == "h1" => found.extend(open.take()),
            (Token::Text(text), Some(heading)) => heading.push_str(&decode(text)),
            _ => {}
        }
    }
    found.into_iter().map(|heading| one_line(&heading)).filter(|heading| !heading.is_empty()).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks beside [`BEFORE_SITE`] that may stand between a headline that the page shows and the rest of the title.
const ALSO: [char; 4] = [':', '~', '›', '/'];
/// Letters outside of links from which on a block is prose: above the first of them stands the headline. A letter of Chinese is worth three.
const PROSE: usize = 60;
/// Blocks of links that make a menu.
const MENU: usize = 3;
/// Elements in which no headline stands.
const SKIPPED: &[&str] = &["nav", "footer", "button", "select", "noscript", "template", "figcaption", "title"];

/// The part of a title that stands for itself right above the text. Names of papers and sections stand there too: a heading is taken rather than
/// another line, the longest part rather than a shorter one, and nothing where a menu or another heading follows.
fn shown(html: &str, page: &str, is_site: impl Fn(&str) -> bool) -> Option<String> {
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    if page.len() > LONGEST || !page.contains(is_mark) {
        return None;
    }
    let (mut found, mut links, mut has_masthead, mut is_above_prose) = (None::<Part>, 0, false, false);
    blocks(html, |element, block, letters_alone| {
        links = if letters_alone == 0 { links + 1 } else { 0 };
        if links >= MENU {
            has_masthead |= found.take().is_some();
        }
        match part(&page, block, element).filter(|_| !is_site(block)) {
            Some(part) => {
                links = 0;
                found = Some(match found.take() {
                    Some(before) if before.beats(&part) => before,
                    _ => part,
                });
            }
            None if is_heading(element) => found = found.take().filter(|part| part.is_longest),
            None => is_above_prose = letters_alone >= PROSE,
        }
        is_above_prose
    });
    found.filter(|part| is_above_prose && (part.is_longest || part.is_heading || has_masthead)).map(|part| part.text)
}

/// A part of a title that stands for itself on the page.
struct Part {
    text: String,
    is_heading: bool,
    /// No other part of the title is longer.
    is_longest: bool,
}

impl Part {
    /// Whether the headline is rather this than a part that follows.
    fn beats(&self, next: &Self) -> bool {
        match (self.is_heading, next.is_heading) {
            (true, true) | (false, true) => false,
            (true, false) => true,
            (false, false) => self.is_longest,
        }
    }
}

fn is_heading(element: &str) -> bool {
    matches!(element, "h1" | "h2" | "h3")
}

fn is_mark(c: char) -> bool {
    BEFORE_SITE.contains(&c) || ALSO.contains(&c)
}

/// The part of the title `page` that a block is, if it is one: between marks, or behind a count of messages, `(3)`.
fn part(page: &str, block: &str, element: &str) -> Option<Part> {
    let at = page.find(block).filter(|_| block.contains(char::is_alphanumeric))?;
    let (before, after) = (page[..at].trim(), page[at + block.len()..].trim());
    let digits = before.strip_prefix('(').and_then(|count| count.strip_suffix(')'));
    let is_count = digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    // «Halaman all - Koran Hulu» may follow an `<h1>` that is most of the title.
    let is_most = || element == "h1" && before.is_empty() && is_long_name(block) && block.len() * 2 >= page.len();
    let begins = before.is_empty() || before.ends_with(is_mark) || is_count;
    let ends = after.is_empty() || after.starts_with(is_mark) || after.contains(is_mark) && is_most();
    let size = |part: &str| part.chars().filter(|c| is_alphanumeric(*c)).count();
    let is_longest = [before, after].iter().flat_map(|rest| rest.split(is_mark)).all(|other| size(other) < size(block));
    let is_part = begins && ends && before.len() + after.len() > 0;
    is_part.then(|| Part { text: block.to_owned(), is_heading: is_heading(element), is_longest })
}

/// Letters of a text, those of Chinese, Japanese and Korean counted three times.
fn worth(text: &str) -> usize {
    text.chars().filter(|c| is_alphanumeric(*c)).map(|c| if c >= '\u{2e80}' { 3 } else { 1 }).sum()
}

/// Calls `see` with the element, the text and the letters outside of links of each block, until that says that it has seen enough.
fn blocks(html: &str, mut see: impl FnMut(&str, &str, usize) -> bool) {
    let mut skipping: Option<(String, usize)> = None;
    let (mut element, mut text, mut letters_alone, mut in_link) = (String::new(), String::new(), 0, false);
    for token in tokens(html) {
        if let Some((name, open)) = &mut skipping {
            match token {
                Token::Open(tag) if tag.name() == name => *open += 1,
                Token::Close(tag) if tag.name() == name => *open -= 1,
                _ => {}
            }
            skipping = skipping.filter(|(_, open)| *open > 0);
            continue;
        }
        let ends = matches!(token, Token::Open(tag) | Token::Close(tag) if BLOCKS.contains(&tag.name()) || SKIPPED.contains(&tag.name()) || matches!(tag.name(), "td" | "th"));
        if ends {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !line.is_empty() && see(&element, &line, letters_alone) {
                return;
            }
            (text, letters_alone) = (String::new(), 0);
            element.clear();
        }
        match token {
            Token::Open(tag) if SKIPPED.contains(&tag.name()) || tag.is_hidden() => skipping = Some((tag.name().to_owned(), 1)),
            Token::Open(tag) if ends => element = tag.name().to_owned(),
            Token::Open(tag) => in_link |= tag.name() == "a",
            Token::Close(tag) if tag.name() == "a" => in_link = false,
            Token::Text(piece) => {
                let piece = decode(piece);
                letters_alone += if in_link { 0 } else { worth(&piece) };
                text.push_str(&piece);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::metadata::read;

    #[test]
    fn the_name_of_the_site_is_no_part_of_the_headline() {
        for (page, headline) in [
            ("<title>Second wells open - Echo</title><h1>Echo</h1><h1><a>Second wells\nopen</a></h1>", "Second wells open"),
            ("<title>Orun Courier | Second wells</title><h1>Orun Courier</h1>", "Orun Courier | Second wells"),
            ("<title>Wells - Orun Courier</title><h1>Orun Courier</h1>", "Wells - Orun Courier"),
            ("<title>Bridge - what we know</title><h1>Other</h1>", "Bridge - what we know"),
            ("<title>Second bridge opens at last</title><h1>Second bridge opens</h1>", "Second bridge opens at last"),
            ("<h1>Second bridge opens</h1><p>Text", "Second bridge opens"),
            ("<title>News | Echo</title><h1>Second bridge opens today</h1>", "Second bridge opens today"),
            ("<title>Second bridge opens</title><h1>Second bridge opens in Orun</h1>", "Second bridge opens in Orun"),
            (
                "<title>Second bridge opens | Orun | Courier</title><h1>Second bridge opens in the old town</h1>",
                "Second bridge opens in the old town",
            ),
            ("<title>Second wells open :: Orun Courier</title><p>Text", "Second wells open"),
            (
                "<title>Second wells of Orun open - The Orun Courier Online</title><h1>Second wells of Orun open</h1>",
                "Second wells of Orun open",
            ),
            (
                "<title>The Orun Courier Online | Second wells of Orun open</title><h1>The Orun Courier Online</h1>",
                "The Orun Courier Online | Second wells of Orun open",
            ),
            ("<title>Wells open</title><h1>The Orun Courier Online</h1><h1>Wells open</h1>", "Wells open"),
        ] {
            assert_eq!(read(page).title.as_deref(), Some(headline), "{page}");
        }
        assert_eq!(read("<h1>One</h1><h1>Two</h1>").title, None);
    }

    #[test]
    fn the_headline_is_the_part_of_the_title_that_stands_above_the_text() {
        let text = "<p>Four wells that had been dry since the spring filled overnight in the upper quarter of Orun, the mayor said.</p>";
        for (title, body, expected) in [
            ("Wells fill | Orun Courier", "<h1>Wells fill</h1>", "Wells fill"),
            ("Orun Courier - Wells fill", "<h1>Wells fill</h1>", "Wells fill"),
            ("Wells fill - Valley - News - Orun Courier", "<h1>Wells fill</h1>", "Wells fill"),
            ("Orun Courier: Wells fill", "<div>Orun Courier</div><h2>Wells fill</h2><i>1 March</i>", "Wells fill"),
            ("(3) Wells fill / X", "<h1>Wells fill</h1>", "Wells fill"),
            ("Wells of Orun fill – Orun Courier", "<b>Wells of Orun fill</b><br>", "Wells of Orun fill"),
            ("两县道塌方 | 青石新闻网", "<h1>两县道塌方</h1>", "两县道塌方"),
            ("الثورة: افتتاح سد وادي الكرم - محليات", "<h1>افتتاح سد وادي الكرم</h1>", "افتتاح سد وادي الكرم"),
            ("Four wells of Orun fill Page all - Courier", "<h1>Four wells of Orun fill</h1>", "Four wells of Orun fill"),
            ("Wells fill - what we know | Orun Courier", "<h1>Wells fill - what we know</h1>", "Wells fill - what we know"),
            // The name of the paper above the text, and headlines that hold marks.
            ("Wells fill | Orun Courier", "<h1>Orun Courier</h1><h2>Wells fill</h2>", "Wells fill"),
            ("Wells of Orun fill | Courier", "<h1>Courier</h1><h2>Wells that fill</h2>", "Wells of Orun fill | Courier"),
            ("Wells of Orun fill | Orun Courier", "<b>Orun Courier</b><br>", "Wells of Orun fill | Orun Courier"),
            ("Wells | Orun Courier", "<div>Orun Courier</div><a>a</a><br><a>b</a><br><a>c</a><br>", "Wells | Orun Courier"),
            ("Wells: what we know", "<div>Wells</div><h1>Wells: what we know</h1>", "Wells: what we know"),
            (
                "جريدة الثورة الجديدة - افتتاح سد الكرم",
                "<b>جريدة الثورة الجديدة</b><br><a>محليات</a><br><a>رياضة</a><br><a>ثقافة</a><br><b>افتتاح سد الكرم</b><br>",
                "افتتاح سد الكرم",
            ),
            ("Wells of Orun fill - Valley - Echo", "<b>Wells of Orun fill</b><br>Valley<br>", "Wells of Orun fill"),
            ("Wells of Orun fill - Valley - Echo", "<form><h1>Wells of Orun fill</h1>", "Wells of Orun fill"),
            ("Mayor: wells are full", "<h1>Mayor: wells are full</h1>", "Mayor: wells are full"),
            ("Wells of Orun fill - Courier", "<nav><h2>Courier</h2></nav>", "Wells of Orun fill - Courier"),
        ] {
            let page = format!("<title>{title}</title><body>{body}{text}</body>");
            assert_eq!(read(&page).title.as_deref(), Some(expected), "{title} {body}");
        }
        let named =
            format!("<title>Wells | Orun Courier</title><meta property=og:site_name content='Orun Courier'><h1>Orun Courier</h1>{text}");
        assert_eq!(read(&named).title.as_deref(), Some("Wells | Orun Courier"));
    }
}
