//! Visual order, for terminals that do not reorder: the bidirectional algorithm of Unicode (UAX #9) applied to each line. Letters are not
//! joined; that is left to the terminal and its font.

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};
use unicode_width::UnicodeWidthChar;

use super::layout::Line;
use super::page::Tone;

/// Brackets that change sides where text runs from right to left (rule L4).
const MIRRORED: [(char, char); 6] = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>'), ('«', '»'), ('‹', '›')];

/// The line as it is seen, from left to right, and how many columns stand free before it: a text that begins from right to left
/// stands at the right.
pub fn visual(line: &Line, width: u16) -> (u16, Vec<(String, Tone)>) {
    let text: String = line.pieces.iter().map(|(text, _)| text.as_str()).collect();
    let base = if line.own_direction { None } else { Some(Level::ltr()) };
    let info = BidiInfo::new(&text, base);
    let Some(paragraph) = info.paragraphs.first().filter(|_| info.has_rtl()) else { return (line.indent, line.pieces.clone()) };
    let levels = info.reordered_levels(paragraph, paragraph.range.clone());
    let tones = line.pieces.iter().flat_map(|(text, tone)| text.chars().map(move |_| *tone));
    // A letter with its marks moves as one.
    let mut clusters: Vec<(String, Tone, Level)> = Vec::new();
    for ((at, c), tone) in text.char_indices().zip(tones) {
        match clusters.last_mut() {
            Some((cluster, ..)) if c.width().unwrap_or(0) == 0 => cluster.push(c),
            _ => clusters.push((c.to_string(), tone, levels[at])),
        }
    }
    let order = BidiInfo::reorder_visual(&clusters.iter().map(|(.., level)| *level).collect::<Vec<_>>());
    let mut pieces: Vec<(String, Tone)> = Vec::new();
    for n in order {
        let (cluster, tone, level) = &clusters[n];
        let shown: String = if level.is_rtl() { cluster.chars().map(mirrored).collect() } else { cluster.clone() };
        match pieces.last_mut() {
            Some((text, last)) if last == tone => text.push_str(&shown),
            _ => pieces.push((shown, *tone)),
        }
    }
    let columns = u16::try_from(columns(&text)).unwrap_or(u16::MAX);
    let indent = if paragraph.level.is_rtl() { width.saturating_sub(columns).saturating_sub(line.indent) } else { line.indent };
    (indent, pieces)
}

/// A line that is being typed as it is seen, and the column of the cursor between its two parts. The cursor stands on the letter before which
/// it is; at the end of the line, where the next letter of the same script would go.
pub(super) fn with_cursor(before: &str, behind: &str, width: u16) -> (String, usize) {
    let width = usize::from(width);
    let mut letters = behind.char_indices();
    let under = letters.next().map_or("", |_| {
        let end = letters.find(|(_, c)| c.width().unwrap_or(0) > 0).map_or(behind.len(), |(at, _)| at);
        &behind[..end]
    });
    // What does not fit is left out here, since it may be on either side once it is in order.
    let rest = &behind[under.len()..];
    let fits = |at: &usize| columns(before) + columns(under) + columns(&rest[..*at]) <= width;
    let end = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(fits).last().unwrap_or(0);
    let next = if runs_from_right(before) { RIGHT_TO_LEFT } else { " " };
    let under = if under.is_empty() { next } else { under };
    // The tone tells which piece the cursor is on.
    let pieces = [(before, Tone::Plain), (under, Tone::Found), (&rest[..end], Tone::Plain)];
    let pieces = pieces.into_iter().filter(|(text, _)| !text.is_empty()).map(|(text, tone)| (text.to_owned(), tone)).collect();
    let (_, seen) = visual(&Line { row: 0, indent: 0, own_direction: false, pieces }, 0);
    let mut at = None;
    let mut line = String::new();
    for (text, tone) in seen {
        if tone == Tone::Found {
            at.get_or_insert(columns(&line));
        }
        line.push_str(if behind.is_empty() && tone == Tone::Found { " " } else { &text });
    }
    let end = columns(&line);
    (line, at.unwrap_or(end))
}

/// Stands for the letter to come where that would run from right to left.
const RIGHT_TO_LEFT: &str = "ـ";

/// Whether a text ends in letters that run from right to left.
fn runs_from_right(text: &str) -> bool {
    let direction = |c| match bidi_class(c) {
        BidiClass::L => Some(false),
        BidiClass::R | BidiClass::AL => Some(true),
        _ => None,
    };
    text.chars().rev().find_map(direction).unwrap_or(false)
}

/// Columns of a text, letter by letter: terminals that are written to so join no two letters into one column, as `لا` would be.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn mirrored(c: char) -> char {
    let pair = MIRRORED.iter().find(|(open, close)| *open == c || *close == c);
    pair.map_or(c, |(open, close)| if *open == c { *close } else { *open })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, own_direction: bool) -> (u16, String) {
        let line = Line { row: 0, indent: 0, own_direction, pieces: vec![(text.to_owned(), Tone::Plain)] };
        let (indent, pieces) = visual(&line, 20);
        (indent, pieces.into_iter().map(|(text, _)| text).collect())
    }

    #[test]
    fn text_stands_as_it_is_read() {
        assert_eq!(seen("abc 12", false), (0, "abc 12".to_owned()));
        assert_eq!(seen("نور", false), (0, "رون".to_owned()));
        assert_eq!(seen("نور", true), (17, "رون".to_owned()), "at the right");
        assert_eq!(seen("قتيلان", true), (14, "قتيلان".chars().rev().collect()), "lam and alef take a column each");
        assert_eq!(seen("نور 37 (ab)", true), (9, "(ab) 37 رون".to_owned()), "numbers and Latin keep their order");
        assert_eq!(seen("by نور, 5 h", false), (0, "by 5 ,رون h".to_owned()));
        assert_eq!(seen("«نُور»", true), (15, "«رونُ»".to_owned()), "a mark stays on its letter, quotation marks point outwards");
    }

    #[test]
    fn the_cursor_is_on_the_letter_before_which_it_stands() {
        // What stands before the cursor and behind it; the line as it is seen, the column of the cursor.
        let cases = [
            ("/", "", "/ ", 1),
            ("/fer", "", "/fer ", 4),
            ("/fe", "ry", "/fery", 3),
            ("/", "نور", "/رون", 3),
            ("/ن", "ور", "/رون", 2),
            ("/نور", "", "/ رون", 1),
            ("/نور 37", "", "/ 37 رون", 1),
            ("/نور", " fog", "/رون fog", 4),
            ("/نور f", "og", "/رون fog", 6),
        ];
        for (before, behind, seen, at) in cases {
            assert_eq!(with_cursor(before, behind, 20), (seen.to_owned(), at), "{before}|{behind}");
        }
        assert_eq!(with_cursor("/نو", "رنور", 5), ("/نرون".to_owned(), 2), "what does not fit is left out");
    }

    #[test]
    fn tones_move_with_their_words() {
        let line = Line {
            row: 0,
            indent: 0,
            own_direction: true,
            pieces: vec![("نور".to_owned(), Tone::Strong), (" سلام".to_owned(), Tone::Plain)],
        };
        let (_, pieces) = visual(&line, 20);
        assert_eq!(pieces, [("مالس ".to_owned(), Tone::Plain), ("رون".to_owned(), Tone::Strong)]);
    }
}
