//! The date that a page shows and its metadata do not say: in an element that is called one, or behind words such as `Published:`.
//!
//! A date that stands for itself, as below the name of a paper, is that of the visit and not believed.

use super::date;
use super::entities::decode;
use super::frame::names_date;
use super::tags::{Tag, Token, tokens};

/// Letters of the longest text that may be a date.
const LONGEST: usize = 80;

/// Words before a date that say that it is that of publication, in lower case.
const LABELS: &[&str] =
    &["published", "posted", "publié", "publicado", "veröffentlicht", "تاريخ النشر", "نشر في", "نُشر في", "تاریخ انتشار", "发布时间"];

/// The date of a page in the language `lang`, as it is written: the first below the headline, or else the only one.
pub fn published(html: &str, lang: &str) -> Option<String> {
    let mut seen = Seen { lang, ..Seen::default() };
    tokens(html).for_each(|token| seen.take(&token));
    let mut dates = seen.dates.iter();
    let only = || dates.next().filter(|first| dates.all(|(_, date)| *date == first.1));
    seen.dates.iter().find(|(is_below, _)| *is_below).or_else(only).map(|(_, date)| date.clone())
}

/// What was seen of a page so far.
#[derive(Default)]
struct Seen<'p> {
    lang: &'p str,
    is_below_headline: bool,
    /// The innermost open element that is called a date: its name, how many of that name are open in it, its text.
    open: Option<(String, usize, String)>,
    /// Dates, each with whether it stands below a headline.
    dates: Vec<(bool, String)>,
}

impl Seen<'_> {
    fn take(&mut self, token: &Token<'_>) {
        match token {
            Token::Open(tag) if is_date(tag) => self.open = Some((tag.name().to_owned(), 1, String::new())),
            Token::Open(tag) => {
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

    fn close(&mut self, closed: &str) {
        self.is_below_headline |= closed == "h1";
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
            self.dates.push((self.is_below_headline, written.to_owned()));
        }
    }
}

/// Whether an element is called a date; that of a change is not when it was published.
fn is_date(tag: &Tag<'_>) -> bool {
    ["class", "id"].iter().any(|name| tag.attribute(name).is_some_and(names_date))
}

fn has_label(text: &str) -> bool {
    let begin: String = text.chars().take(20).collect::<String>().to_lowercase();
    LABELS.iter().any(|label| begin.starts_with(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_where_they_are_called_so() {
        for (page, expected) in [
            ("<div class=date>06-11-2026 09:12 AM</div><p>Text", Some("06-11-2026 09:12 AM")),
            ("<span>تاریخ انتشار: ۱۵ آبان ۱۴۰۵</span>", Some("۱۵ آبان ۱۴۰۵")),
            ("<span id=pub_date>2026年11月06日09:12</span>", Some("2026年11月06日09:12")),
            ("<p class='post-date'><i>x</i></p><span>Published: 6 November 2026</span>", Some("6 November 2026")),
            ("<i class=date>1 May 2026</i><h1>Wells</h1><i class=date>2 May 2026</i><i class=date>3 May 2026</i>", Some("2 May 2026")),
            ("<i class=date>1 May 2026</i><i class=date>2 May 2026</i>", None),
            ("<i class=date>1 May 2026</i><i class=date>1 May 2026</i>", Some("1 May 2026")),
            ("<i class=date-modified>1 May 2026</i>", None),
            ("<font>Friday 6 November 2026</font>", None),
            ("<div class=update>1 May 2026</div>", None),
            ("<div class=date>5 hours ago</div>", None),
        ] {
            assert_eq!(published(page, "").as_deref(), expected, "{page}");
        }
    }
}
