//! Rows into lines: wrapped at spaces where the width ends, by columns.

use unicode_width::UnicodeWidthChar;

use super::page::{Row, Tone};

/// A line on the screen, made of cleaned text only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The row that it is of.
    pub row: usize,
    /// Columns left free before it.
    pub indent: u16,
    /// Whether its text has a direction of its own.
    pub own_direction: bool,
    /// Its text.
    pub pieces: Vec<(String, Tone)>,
}

/// The lines of rows at so many columns.
pub fn lines(rows: &[Row], width: u16) -> Vec<Line> {
    let mut lines = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        let indent = row.indent.min(width / 2);
        let chars: Vec<(char, Tone)> = row.spans.iter().flat_map(|s| s.text.as_str().chars().map(|c| (c, s.tone))).collect();
        for part in chars.split(|(c, _)| *c == '\n') {
            for piece in wrapped(part, usize::from(width.saturating_sub(indent).max(1))) {
                lines.push(Line { row: n, indent, own_direction: row.own_direction, pieces: joined(piece) });
            }
        }
    }
    lines
}

/// Cuts a paragraph into lines of at most `width` columns: behind the last space that fits, else where it is full. A mark stays with its
/// letter. There is always one line.
fn wrapped(chars: &[(char, Tone)], width: usize) -> Vec<&[(char, Tone)]> {
    let mut lines = Vec::new();
    let (mut start, mut used, mut space) = (0, 0, None);
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at].0;
        let columns = c.width().unwrap_or(0);
        if used + columns > width && at > start {
            let end = space.unwrap_or(at);
            lines.push(&chars[start..end]);
            start = if space.is_some() { end + 1 } else { end };
            (used, space, at) = (0, None, start);
            continue;
        }
        if c == ' ' && at > start {
            space = Some(at);
        }
        used += columns;
        at += 1;
    }
    lines.push(&chars[start.min(chars.len())..]);
    lines
}

fn joined(chars: &[(char, Tone)]) -> Vec<(String, Tone)> {
    let mut pieces: Vec<(String, Tone)> = Vec::new();
    for (c, tone) in chars {
        match pieces.last_mut() {
            Some((text, last)) if last == tone => text.push(*c),
            _ => pieces.push((c.to_string(), *tone)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(text: &str, width: u16) -> Vec<String> {
        let rows = [Row::new(0).with_block(Tone::Plain, text)];
        lines(&rows, width).into_iter().map(|l| l.pieces.into_iter().map(|(text, _)| text).collect()).collect()
    }

    #[test]
    fn lines_end_at_spaces_and_hold_everything() {
        assert_eq!(wrap("the ferry hit a barge", 10), ["the ferry", "hit a", "barge"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("東京都知事", 4), ["東京", "都知", "事"]);
        assert_eq!(wrap("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("مُحَمَّد", 4), ["مُحَمَّد"], "marks take no column");
        assert_eq!(wrap("東", 1), ["東"], "what is wider than the screen is shown cut, not for ever wrapped");
    }
}
