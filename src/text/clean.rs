//! Cleaning text for display: the only way article text, names and reasons reach a terminal, a log line or a page.

use std::fmt;
use std::path::Path;

/// Text that may be shown: it moves no cursor, hides nothing and stays on its line.
///
/// Control characters, direction overrides and invisible tag characters are shown as `⟨U+202E⟩`; direction isolates are closed;
/// at most eight combining marks stand on one letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Safe(String);

/// Combining marks kept on one base letter: more than any language writes.
const MARKS_PER_LETTER: usize = 8;

impl Safe {
    /// One line: line breaks and tabs become spaces.
    pub fn line(text: &str) -> Self {
        Self(clean(text, Breaks::AsSpace))
    }

    /// A block of text: line breaks stay.
    pub fn block(text: &str) -> Self {
        Self(clean(text, Breaks::Kept))
    }

    /// A page in HTML, whose texts have each their own direction: one that opens another never draws what stands beside it along.
    pub fn markup(html: &str) -> Self {
        Self(clean(html, Breaks::OfMarkup))
    }

    /// The name of a file: whoever looks for it must see a line break that is part of it.
    pub fn name(text: &str) -> Self {
        Self(clean(text, Breaks::Shown))
    }

    /// As [`Safe::name`], for a path as the system has it.
    pub fn path(path: &Path) -> Self {
        Self::name(&path.to_string_lossy())
    }

    /// The cleaned text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first `columns` columns, with `…` where something was cut.
    pub fn cut(&self, columns: usize) -> Self {
        use unicode_width::UnicodeWidthChar;
        let mut used = 0;
        for (at, c) in self.0.char_indices() {
            used += c.width().unwrap_or(0);
            if used > columns {
                let kept = self.0[..at].trim_end();
                return Self(format!("{}…", clean(kept, Breaks::Kept)));
            }
        }
        self.clone()
    }
}

/// JSON as it may stand in a log or a terminal: control characters are escaped by JSON; what [`Safe`] does not let through, isolates and
/// line separators here.
pub fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_unsafe(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2068}') {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What becomes of line breaks and tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breaks {
    AsSpace,
    Kept,
    Shown,
    /// As `Kept`, in HTML: no text reaches beyond the tag or quotation mark that ends it.
    OfMarkup,
}

fn clean(text: &str, breaks: Breaks) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut open_isolates, mut marks) = (0usize, 0usize);
    for c in text.chars() {
        marks = if unicode_normalization::char::is_combining_mark(c) { marks + 1 } else { 0 };
        match c {
            '\n' if matches!(breaks, Breaks::Kept | Breaks::OfMarkup) => out.push('\n'),
            '<' | '"' if breaks == Breaks::OfMarkup => {
                out.extend(std::iter::repeat_n('\u{2069}', std::mem::take(&mut open_isolates)));
                out.push(c);
            }
            // It closed what a tag has closed.
            '\u{2069}' if open_isolates == 0 && breaks == Breaks::OfMarkup => {}
            '\n' | '\t' | '\r' | '\u{a0}' | '\u{2028}' | '\u{2029}' if breaks == Breaks::Shown => out.push_str(&escape(c)),
            '\n' | '\t' | '\r' | '\u{a0}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if marks > MARKS_PER_LETTER => {}
            '\u{2066}'..='\u{2068}' => {
                open_isolates += 1;
                out.push(c);
            }
            '\u{2069}' if open_isolates > 0 => {
                open_isolates -= 1;
                out.push(c);
            }
            '\u{200e}' | '\u{200f}' | '\u{61c}' => out.push(c),
            _ if is_unsafe(c) => out.push_str(&escape(c)),
            _ => out.push(c),
        }
    }
    out.extend(std::iter::repeat_n('\u{2069}', open_isolates));
    out
}

fn escape(c: char) -> String {
    format!("⟨U+{:04X}⟩", c as u32)
}

/// Characters that control the terminal, override direction, or are invisible and carry hidden text.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || (c as u32) & 0xfffe == 0xfffe
        || matches!(c as u32, 0xfdd0..=0xfdef)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_gets_through() {
        for (raw, shown) in [
            ("a\x1b[31mb", "a⟨U+001B⟩[31mb"),
            ("a\nb\tc", "a b c"),
            ("x\u{202e}txt.exe", "x⟨U+202E⟩txt.exe"),
            ("\u{2067}open", "\u{2067}open\u{2069}"),
            ("close\u{2069}", "close⟨U+2069⟩"),
            ("\u{9b}2J", "⟨U+009B⟩2J"),
            ("هُدْنَة", "هُدْنَة"),
        ] {
            assert_eq!(Safe::line(raw).as_str(), shown);
            assert_eq!(Safe::line(shown).as_str(), shown, "cleaning twice changes the text");
        }
        assert_eq!(Safe::block("a\nb").as_str(), "a\nb");
        let page = "<a title=\"x\u{2067}\">\u{2067}open</a>\n<b>\u{2068}n\u{2069}\u{2069}\u{202e}</b>";
        let cleaned = "<a title=\"x\u{2067}\u{2069}\">\u{2067}open\u{2069}</a>\n<b>\u{2068}n\u{2069}⟨U+202E⟩</b>";
        assert_eq!(Safe::markup(page).as_str(), cleaned, "each text by itself");
        // A name keeps nothing that could make it look like another.
        assert_eq!(Safe::name("a\nb c\u{202e}\t\u{2028}").as_str(), "a⟨U+000A⟩b c⟨U+202E⟩⟨U+0009⟩⟨U+2028⟩");
        assert!(Safe::line(&format!("e{}", "\u{301}".repeat(100))).as_str().chars().count() <= 9);
    }

    #[test]
    fn cutting_counts_columns() {
        assert_eq!(Safe::line("abcdef").cut(3).as_str(), "abc…");
        assert_eq!(Safe::line("東京都").cut(4).as_str(), "東京…");
        assert_eq!(Safe::line("abc").cut(3).as_str(), "abc");
    }
}
