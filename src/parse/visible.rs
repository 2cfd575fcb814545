//! The date that a page shows and its metadata do not say: in an element that is called one, behind words such as `Published:`, or right
//! below the headline.
//!
//! A date that stands for itself elsewhere, as below the name of a paper, is that of the visit and not believed.

mod below;
mod line;

use super::date;
use super::entities::decode;
use super::frame::names_date;
use super::html::BLOCKS;
use super::tags::{Tag, Token, tokens};

/// Letters of the longest text that may be a date.
const LONGEST: usize = 80;

/// Words before a date that say that it is that of publication, in lower case.
const LABELS: &[&str] =
    &["published", "posted", "publié", "publicado", "veröffentlicht", "تاريخ النشر", "نشر في", "نُشر في", "تاریخ انتشار", "发布时间"];

/// Words before a date in Korean, where no colon follows.
const EASTERN: &[&str] = &["입력", "수정", "등록", "승인", "송고", "기사입력", "최종수정"];

/// Words of the longest of these labels.
const LABEL_WORDS: usize = 4;

/// What elements that name the day of the visit are called, in small letters alone.
const MASTHEADS: &[&str] = &[
    "masthead",
    "topbar",
    "topheader",
    "headertop",
    "siteheader",
    "navbar",
    "headerdate",
    "today",
    "todaydate",
    "datetoday",
    "currentdate",
    "datecurrent",
    "nowdate",
    "clock",
    "topdate",
    "datetop",
    "sitedate",
];

/// The date of a page with this `title` in the language `lang`, as it is written: of `<time>` elements one that is called that of publication;
/// else the one between headline and text; else of `<time>` elements the first of the article, or else the first; without any, of the dates
/// shown the first below the headline, one behind a label, or else the only one, or the one right above the headline. What stands in a masthead is
/// no date of an article.
pub fn published(html: &str, title: Option<&str>, lang: &str) -> Option<String> {
    let mut seen = Seen { lang, ..Seen::default() };
    tokens(html).for_each(|token| seen.take(&token));
    let best = |dates: &[Found]| dates.iter().max_by_key(|d| (d.rank, std::cmp::Reverse(d.at))).map(|d| d.written.clone());
    if seen.times.iter().any(|time| time.rank == Rank::Called) {
        return best(&seen.times);
    }
    let beside = below::dates(html, title, lang);
    let (changed, below): (Vec<_>, Vec<_>) = beside.below.into_iter().partition(|(_, is_change)| *is_change);
    let is_time = |written: &String| seen.times.iter().any(|time| time.written == *written);
    let [changed, below] = [changed, below].map(|mut found| found.pop().map(|(written, _)| written).filter(|written| !is_time(written)));
    let is_only = seen.dates.iter().all(|d| d.written == seen.dates[0].written);
    seen.dates.retain(|d| is_only || d.rank > Rank::Shown);
    below.or_else(|| best(&seen.times)).or_else(|| best(&seen.dates)).or(beside.above).or(changed)
}

/// A date that was found.
struct Found {
    rank: Rank,
    /// How many were found before it.
    at: usize,
    written: String,
}

/// How likely a date is that of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Shown,
    Labelled,
    InArticle,
    Called,
}

/// What was seen of a page so far.
#[derive(Default)]
struct Seen<'p> {
    lang: &'p str,
    is_below_headline: bool,
    /// Elements that are an article or the main part of a page and are open.
    articles: usize,
    masthead: Option<Masthead>,
    /// The innermost open element that is called a date: its name, how many of that name are open in it, its text.
    open: Option<(String, usize, String)>,
    times: Vec<Found>,
    dates: Vec<Found>,
}

/// An element above an article that names the day of the visit.
struct Masthead {
    name: String,
    open: usize,
    /// How many times and dates stood before it.
    before: (usize, usize),
    is_sure: bool,
}

impl Seen<'_> {
    fn take(&mut self, token: &Token<'_>) {
        match token {
            Token::Open(tag) => {
                self.enter(tag);
                // A block that is called one may stand in another, which holds the article too: `date-outer`.
                let is_inner = |(_, _, text): &(String, usize, String)| BLOCKS.contains(&tag.name()) && text.trim().is_empty();
                if is_date(tag) && self.open.as_ref().is_none_or(is_inner) {
                    self.open = Some((tag.name().to_owned(), 1, String::new()));
                    return;
                }
                if let Some((name, open, text)) = &mut self.open {
                    *open += usize::from(tag.name() == name);
                    text.push(' ');
                }
            }
            Token::Close(tag) => self.close(tag.name()),
            Token::Text(text) => self.text(text),
            Token::Raw(_) | Token::Other => {}
        }
    }

    fn enter(&mut self, tag: &Tag<'_>) {
        self.articles += usize::from(is_article(tag.name()));
        match &mut self.masthead {
            Some(masthead) => masthead.open += usize::from(masthead.name == tag.name()),
            None if self.articles == 0 && !self.is_below_headline && (is_header(tag) || is_masthead(tag)) => {
                let before = (self.times.len(), self.dates.len());
                self.masthead = Some(Masthead { name: tag.name().to_owned(), open: 1, before, is_sure: !is_header(tag) });
            }
            None => {}
        }
        let value = |name: &str| tag.attribute(name).unwrap_or("").to_ascii_lowercase();
        let called = format!("{} {}", value("itemprop"), value("class"));
        let is_called = called.contains("publish") || tag.attribute("pubdate").is_some() || line::says_published(tag);
        // When it was changed is not when it was published.
        let written = match tag.name() {
            "time" if !called.contains("modif") => Some(decode(tag.attribute("datetime").unwrap_or("")).trim().to_owned()),
            _ if is_called => line::instant(tag),
            _ => None,
        };
        if let Some(written) = written.filter(|written| !written.is_empty()) {
            let rank = match () {
                () if is_called => Rank::Called,
                () if self.articles > 0 => Rank::InArticle,
                () => Rank::Shown,
            };
            self.times.push(Found { rank, at: self.times.len(), written });
        }
    }

    fn close(&mut self, closed: &str) {
        self.is_below_headline |= closed == "h1";
        self.articles = self.articles.saturating_sub(usize::from(is_article(closed)));
        self.close_date(closed);
        let Some(masthead) = &mut self.masthead else { return };
        masthead.open -= usize::from(masthead.name == closed);
        if masthead.open == 0 {
            // A header that holds the headline is that of the article.
            if masthead.is_sure || !self.is_below_headline {
                self.times.truncate(masthead.before.0);
                self.dates.truncate(masthead.before.1);
            }
            self.masthead = None;
        }
    }

    fn close_date(&mut self, closed: &str) {
        let Some((name, open, text)) = &mut self.open else { return };
        *open -= usize::from(closed == name);
        if *open == 0 {
            let text = std::mem::take(text);
            self.open = None;
            self.add(&text);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, _, so_far)) = &mut self.open {
            if so_far.len() <= LONGEST * 4 {
                so_far.push_str(&decode(text));
            }
        } else if text.len() <= LONGEST * 4 {
            let text = decode(text);
            if has_label(text.trim()) {
                self.add(&text);
            }
        }
    }

    /// Adds the date that `text` is, with or without a label before it.
    fn add(&mut self, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > LONGEST || !text.contains(char::is_numeric) {
            return;
        }
        let behind = text.split_once([':', '：']).map(|(_, behind)| behind.trim());
        let is_read = |written: &&str| date::read(written, self.lang).is_some();
        if let Some(written) = [behind, Some(text.as_str())].into_iter().flatten().find(is_read) {
            let rank = match () {
                () if self.is_below_headline => Rank::InArticle,
                () if has_label(&text) => Rank::Labelled,
                () => Rank::Shown,
            };
            self.dates.push(Found { rank, at: self.dates.len(), written: written.to_owned() });
        }
    }
}

/// Whether an element is called a date; that of a change is not when it was published.
fn is_date(tag: &Tag<'_>) -> bool {
    let is_called = || line::says_published(tag);
    let is_bare_time = || tag.name() == "time" && tag.attribute("datetime").is_none();
    ["class", "id"].iter().any(|name| tag.attribute(name).is_some_and(names_date)) || is_called() || is_bare_time()
}

fn is_article(name: &str) -> bool {
    matches!(name, "article" | "main")
}

/// Whether an element is a header, of the page or of the article.
fn is_header(tag: &Tag<'_>) -> bool {
    tag.name() == "header" || is_called(tag, &["header", "pageheader", "mainheader"])
}

/// Whether an element is called a masthead, a bar at the top, or the day of today.
fn is_masthead(tag: &Tag<'_>) -> bool {
    is_called(tag, MASTHEADS)
}

fn is_called(tag: &Tag<'_>, these: &[&str]) -> bool {
    let is_name = |name: &str| {
        let name: String = name.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
        these.contains(&name.as_str())
    };
    ["class", "id"].iter().any(|at| tag.attribute(at).is_some_and(|names| names.split_ascii_whitespace().any(is_name)))
}

/// Whether a line says when something was published, and nothing else.
pub fn is_date_line(line: &str) -> bool {
    has_label(line.trim()) || date::read(line.trim(), "").is_some()
}

/// Whether a line is a date and nothing else.
pub fn is_bare_date(text: &str) -> bool {
    let line = text.split(|c: char| c.is_whitespace() || matches!(c, '|' | '•' | '·')).filter(|word| !word.is_empty());
    date::read_alone(&line.collect::<Vec<_>>().join(" "), "").is_some()
}

/// Whether a line is a date behind words that say that it is that of publication or of a change, and nothing else: `First published: 3 May 2026`.
pub fn is_labelled_date(text: &str) -> bool {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((label, behind)) = line.split_once([':', '：']).filter(|(label, _)| label.split(' ').nth(LABEL_WORDS).is_none()) else {
        return false;
    };
    let label_says = label.to_lowercase();
    let is_label = LABELS.iter().any(|known| label_says.contains(known)) || line::says_changed(label);
    is_label && !label.contains(char::is_numeric) && line::date(&[behind.trim().to_owned()], "").is_some()
}

/// Whether a line says when an article was published or changed, maybe by whom, and nothing else: `입력 2026.05.03 14:05 | 수정 2026.05.03 16:40`,
/// `2026年05月03日 20:14 来源：… 责任编辑：…`.
pub fn is_note_of_date(line: &str) -> bool {
    if line.chars().count() > LONGEST || !line.contains(char::is_numeric) {
        return false;
    }
    let is_date = |part: &str| {
        let bare = part.split_once(' ').filter(|(label, _)| EASTERN.contains(label)).map_or(part, |(_, date)| date);
        is_bare_date(bare) || is_labelled_date(part)
    };
    // Behind the day stand pieces with labels of their own.
    let labels = line.find('：').map(|colon| line[..colon].rfind(char::is_whitespace).unwrap_or(0));
    let (dates, rest) = line.split_at(labels.unwrap_or(line.len()));
    let mut parts = dates.split('|').map(str::trim).filter(|part| !part.is_empty()).peekable();
    rest.split_whitespace().all(|piece| piece.contains('：')) && parts.peek().is_some() && parts.all(is_date)
}

fn has_label(text: &str) -> bool {
    let begin: String = text.chars().take(20).collect::<String>().to_lowercase();
    LABELS.iter().any(|label| begin.starts_with(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_only_say_when_are_told_from_those_of_the_story() {
        for (line, is_note) in [
            ("3 May 2026 10:15", true),
            ("Published: 3 May 2026", true),
            ("입력 2026.05.03 14:05 | 수정 2026.05.03 16:40", true),
            ("2026年05月03日 20:14:05 来源：海岸网 责任编辑：王芳", true),
            ("ORUN, 3 May 2026 (AFP)", false),
            ("2026年05月03日，大桥开放。", false),
            ("The bridge opened on 3 May 2026", false),
            ("来源：海岸网", false),
            ("Published in spring", false),
            ("", false),
        ] {
            assert_eq!(is_note_of_date(line), is_note, "{line}");
        }
    }

    #[test]
    fn dates_are_found_where_they_are_called_so() {
        for (page, expected) in [
            ("<div class=date>06-11-2026 09:12 AM</div><p>Text", Some("06-11-2026 09:12 AM")),
            ("<span>تاریخ انتشار: ۱۵ آبان ۱۴۰۵</span>", Some("۱۵ آبان ۱۴۰۵")),
            ("<span id=pub_date>2026年11月06日09:12</span>", Some("2026年11月06日09:12")),
            ("<p class='post-date'><i>x</i></p><span>Published: 6 November 2026</span>", Some("6 November 2026")),
            ("<i class=date>1 May 2026</i><h1>Wells</h1><i class=date>2 May 2026</i><i class=date>3 May 2026</i>", Some("2 May 2026")),
            ("<i class=date>1 May 2026</i><i class=date>2 May 2026</i>", None),
            ("<div class=date-outer><h2 class=date-header>1 May 2026</h2><p>In 1883 the well was dug.</p></div>", Some("1 May 2026")),
            ("<i class=date>1 May 2026</i><i class=date>1 May 2026</i>", Some("1 May 2026")),
            ("<i class=date-modified>1 May 2026</i>", None),
            ("<font>Friday 6 November 2026</font>", None),
            ("<div class=update>1 May 2026</div>", None),
            ("<div class=date>5 hours ago</div>", None),
            ("<header><div class=date>1 May 2026</div></header><p>Text", None),
            ("<div id=masthead><h1>Echo</h1><i class=date>1 May 2026</i></div><p>Text", None),
            ("<div class='today date'>1 May 2026</div><p>Text", None),
            ("<div class=top-bar><i class=date>2 May 2026</i></div><h2>Wells</h2><i class=date>1 May 2026</i>", Some("1 May 2026")),
            ("<div class=header><h1>Wells</h1><i class=date>1 May 2026</i></div><p>Text", Some("1 May 2026")),
            ("<header><i class=date>1 May 2026</i><h1>Wells</h1></header><p>Text", Some("1 May 2026")),
            ("<i class=date>2 May 2026</i><h2>Wells</h2><p>Published: 1 May 2026</p>", Some("1 May 2026")),
            ("<header><time datetime=2026-05-02>today</time></header><article><time datetime=2026-05-01>x</time>", Some("2026-05-01")),
            ("<header><time datetime=2026-05-02>today</time></header><p>Text", None),
            ("<time datetime=2026-05-02>ticker</time><article><time datetime=2026-05-01>x</time>", Some("2026-05-01")),
            ("<time datetime=2026-05-01>x</time><h1>Wells</h1><time datetime=2026-04-02>older story</time>", Some("2026-05-01")),
            (
                "<span property='dc:date dc:created' content='2026-05-01T18:14:00+01:00'>Mon, 1 May 2026 - 18:14</span>",
                Some("2026-05-01T18:14:00+01:00"),
            ),
            (
                "<h1>Wells</h1><time class='entry-date updated' datetime='2026-05-01T21:14:00+03:00'>1 May 2026</time>",
                Some("2026-05-01T21:14:00+03:00"),
            ),
            (
                "<time class=modified datetime=2026-05-02>x</time><time itemprop=datePublished datetime=2026-05-01>x</time>",
                Some("2026-05-01"),
            ),
        ] {
            assert_eq!(published(page, Some("Wells"), "").as_deref(), expected, "{page}");
        }
    }
}
