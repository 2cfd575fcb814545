//! What keeps pages light: long texts are shown a part at a time, and what stands in lists is cut.

use crate::text::clean::is_unsafe;

/// Characters of a headline in a list.
pub const HEADLINE: usize = 160;
/// Characters of anything else that stands in a line, such as a reason.
pub const LINE: usize = 300;

/// Bytes that a text takes on a page: some characters are escaped, and some spelt out since they may not be shown.
pub fn weight(text: &str) -> usize {
    text.chars().map(weight_of).sum()
}

fn weight_of(c: char) -> usize {
    match c {
        '\n' | '\t' | '\r' => 1,
        '<' | '>' | '&' | '"' | '\'' => 5,
        '\u{2066}'..='\u{2068}' => 6,
        c if is_unsafe(c) => 15,
        c => c.len_utf8(),
    }
}

/// How many bytes of a text weigh no more than `room` on a page on which each line costs `line` besides; cut between words if it can be.
pub fn fitting(text: &str, room: usize, line: usize) -> usize {
    let mut used = 0;
    let over = text.char_indices().find(|(_, c)| {
        used += weight_of(*c) + if *c == '\n' { line } else { 0 };
        used > room
    });
    over.map_or(text.len(), |(end, _)| between_words(text, end))
}

/// The last place before `end` behind white space, if it is not far; a text without spaces is cut anywhere.
fn between_words(text: &str, end: usize) -> usize {
    let space = text[..end].char_indices().rfind(|(_, c)| c.is_whitespace());
    space.map(|(at, c)| at + c.len_utf8()).filter(|at| at * 2 > end).unwrap_or(end)
}

/// The first characters of a text, with `…` where it was cut.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..between_words(text, end)].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_words_where_it_has_any() {
        assert_eq!(fitting("one two", 7, 0), 7);
        assert_eq!(fitting("one two three", 9, 0), 8);
        assert_eq!(fitting("東京都東京都", 7, 0), 6);
        assert_eq!(fitting("<<<<", 10, 0), 2, "as they are escaped");
        assert_eq!(fitting("a\nb\nc\n", 30, 10), 4, "lines cost");
        assert_eq!((weight("ab<"), weight("\u{202e}")), (7, 15));
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("رحلة العبارة", 12), "رحلة العبارة");
        assert_eq!(cut("رحلة العبارة الشمالية", 14), "رحلة العبارة…");
        assert_eq!(cut("東京都東京都", 3), "東京都…");
    }
}
