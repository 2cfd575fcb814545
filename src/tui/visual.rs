//! Visual order, for terminals that do not reorder: the bidirectional algorithm of Unicode (UAX #9) applied to each line. Letters are not
//! joined; that is left to the terminal and its font.

use unicode_bidi::{BidiInfo, Level};
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
