//! Text wires: IPTC 7901 (The IPTC Recommended Message Format, §3 "Message structure") and its American sister ANPA 1312 (High-Speed
//! Wire Service Transmission Guideline, "Message format").
//!
//! Both are a header after SOH, a text between STX and ETX, and a date-time group before EOT; lines of both carry marks of the typesetters
//! that they were made for. Senders differ in how the header is laid out, so its fields are told by their form. Several messages in a file
//! are several articles; the takes of one story (`1st add`, `addition one`, `تتمة`) are put together.

mod header;
mod takes;

use super::decode::count;
use super::draft::{Draft, Origin};
use super::html::push_spaced;
use super::{Item, Limits, numbered};
use header::Header;

/// Control characters of both standards.
const SOH: char = '\u{1}';
const STX: char = '\u{2}';
const ETX: char = '\u{3}';
const EOT: char = '\u{4}';

/// What may stand before the SOH: synchronisation, and what is left of a line end.
const IDLE: &[u8] = b"\x16\0\r\n \x7f";

/// Longest line that reads as a headline, in characters.
const HEADLINE: usize = 140;

/// More bytes than any mark of an end has, in any case.
const END_MARK: usize = 40;

/// Bytes after the SOH that must be printable, so that binary data is not taken for a message.
const PRINTABLE: usize = 6;

/// Whether `bytes` begin as a message does.
pub fn begins(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|b| !IDLE.contains(b)).unwrap_or(bytes.len());
    let Some(after) = bytes[start..].strip_prefix(b"\x01") else { return false };
    after.len() > PRINTABLE
        && after[..PRINTABLE].iter().all(|b| (0x20..0x7f).contains(b) || matches!(b, b'\r' | b'\n' | 0x11..=0x14 | 0x1e | 0x1f))
}

/// Reads the messages of a file.
pub fn read(text: &str, limits: &Limits) -> Vec<Item> {
    let messages = text.split(SOH).skip(1).map(message);
    takes::put_together(numbered(messages, limits))
}

/// The article of one message, which begins behind its SOH.
fn message(message: &str) -> Result<Draft, String> {
    let (head, rest) = message.split_once(STX).ok_or("a message without STX, the begin of its text")?;
    let mut header = Header::read(head);
    let (body, after) = match rest.split_once(ETX) {
        Some((body, after)) => (body, after),
        None => {
            return Err(format!(
                "message {} was cut off: no ETX, the end of its text",
                header.number.as_deref().unwrap_or("without number")
            ));
        }
    };
    let mut draft = Draft { origin: Origin::Metadata, id: header.number.clone(), category: header.category.clone(), ..Draft::default() };
    draft.service = header.service();
    draft.published = header::date_time(after.split(EOT).next().unwrap_or_default());
    let lines: Vec<Line> = body.lines().map(Line::new).collect();
    header.complete(lines.iter().find(|line| !line.is_blank()).filter(|line| is_slug(line, None)).map(|line| line.text.as_str()));
    (draft.title, draft.byline, draft.text) = story(&lines, header.slug.as_deref());
    header.extra_into(&mut draft.extra);
    Ok(draft)
}

/// A line of a text without the marks of typesetters: `^` begins a centred or flush line, `<` and `=` end one.
struct Line {
    text: String,
    /// It had such marks, thus stands for itself.
    marked: bool,
}

impl Line {
    fn new(line: &str) -> Self {
        // Of control characters those of ASCII are one byte, the others begin with 0xc2.
        let may_control = count(line.as_bytes(), |b| (b < 0x20) & (b != b'\t') | (b == 0x7f) | (b == 0xc2)) > 0;
        let without = may_control.then(|| line.chars().filter(|c| !c.is_control() || *c == '\t').collect::<String>());
        let text = without.as_deref().unwrap_or(line).trim_end();
        let bare = text.trim_start_matches('^');
        let marked = bare.len() < text.len() || text.ends_with('<');
        let text = if marked { bare.trim_end_matches(['<', '=', '^']).trim_end() } else { text };
        Self { text: text.to_owned(), marked }
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn begins_paragraph(&self) -> bool {
        self.marked || self.is_blank() || self.text.starts_with("  ") || self.text.starts_with('\t')
    }
}

/// Headline, byline and text. A first line that repeats the slug is dropped; the line behind it is the headline if it looks like one.
fn story(lines: &[Line], slug: Option<&str>) -> (Option<String>, Option<String>, Option<String>) {
    let end = lines.iter().position(|l| is_end_mark(l.text.trim())).unwrap_or(lines.len());
    let mut lines: Vec<&Line> = lines[..end].iter().collect();
    let drop_blank = |lines: &mut Vec<&Line>| drop(lines.drain(..lines.iter().position(|l| !l.is_blank()).unwrap_or(lines.len())));
    drop_blank(&mut lines);
    if lines.first().is_some_and(|l| is_slug(l, slug)) {
        lines.remove(0);
        drop_blank(&mut lines);
    }
    let mut title = None;
    if lines.first().is_some_and(|l| is_headline(l, lines.get(1).copied())) {
        title = Some(lines.remove(0).text.trim().to_owned());
        drop_blank(&mut lines);
    }
    let byline = lines.first().and_then(|l| name_of_byline(&l.text)).map(str::to_owned);
    if byline.is_some() {
        lines.remove(0);
    }
    let text = paragraphs(&lines);
    (title, byline, Some(text).filter(|t| !t.is_empty()))
}

/// The slug again, in American wires with the number of words behind it: `^BC-Wells, 1st Add,0120<`.
fn is_slug(line: &Line, slug: Option<&str>) -> bool {
    let text = line.text.trim();
    let counted = text.rsplit_once(',').is_some_and(|(_, n)| n.len() >= 3 && n.bytes().all(|b| b.is_ascii_digit()));
    line.marked && counted || slug.is_some_and(|slug| text.eq_ignore_ascii_case(slug))
}

/// `-30-`, `نهاية`, `(more)`, `ENDS`: what ends a take, alone on its line.
fn is_end_mark(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.len() > END_MARK {
        return false;
    }
    let bare = bare.to_lowercase();
    let has_mark = line.starts_with(['-', '(', '/', '#', '*', '=', '_', '+']) || line.chars().all(|c| c.is_uppercase());
    has_mark
        && matches!(
            bare.as_str(),
            "30" | "more" | "ends" | "end" | "endit" | "endall" | "mf" | "انتهى" | "نهاية" | "يتبع" | "fin" | "à suivre" | "suite"
        )
        || matches!(line, "###" | "-0-" | "انتهى" | "(انتهى)" | "يتبع")
}

/// Short, not indented as paragraphs are, does not end as a sentence does, and something follows that begins anew.
fn is_headline(line: &Line, next: Option<&Line>) -> bool {
    let text = &line.text;
    let indented = text.starts_with("   ") || text.starts_with('\t');
    let apart = line.marked || next.is_some_and(|n| n.begins_paragraph() || name_of_byline(&n.text).is_some());
    !indented && apart && next.is_some() && text.chars().count() <= HEADLINE && !text.ends_with(['.', ',', '،', ':', '؛'])
}

fn name_of_byline(line: &str) -> Option<&str> {
    let line = line.trim();
    let name = ["By ", "BY ", "Par ", "بقلم ", "من "].iter().find_map(|by| line.strip_prefix(by))?;
    (name.split_whitespace().count() <= 6 && !name.ends_with(['.', '،', ','])).then_some(name)
}

/// Lines of 69 characters joined to paragraphs: a new one begins with an indent or behind an empty line.
fn paragraphs(lines: &[&Line]) -> String {
    let mut out = String::new();
    let mut fresh = true;
    for line in lines {
        fresh |= line.begins_paragraph();
        if line.is_blank() {
            continue;
        }
        if !out.is_empty() {
            out.push(if fresh { '\n' } else { ' ' });
        }
        push_spaced(&line.text, &mut out);
        fresh = line.marked;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_begin_as_messages() {
        for (bytes, is_message) in [
            (&b"\x01nor0123 3 i 75 x\r\n"[..], true),
            (b"\x16\x16\x01a0042\x1fbc-wells", true),
            (b"\r\n\x01 12 34 56", true),
            (b"\x01\x02\x03\x04\x05\x06\x07\x08", false),
            (b"\x01short", false),
            (b"plain text", false),
            (b"", false),
        ] {
            assert_eq!(begins(bytes), is_message, "{bytes:?}");
        }
    }

    #[test]
    fn end_marks_stand_alone() {
        for (line, is_end) in [
            ("-30-", true),
            ("(more)", true),
            ("MORE", true),
            ("--ENDS--", true),
            ("(يتبع)", true),
            ("more", false),
            ("30", false),
            ("- 30 people were hurt", false),
            ("ends", false),
        ] {
            assert_eq!(is_end_mark(line), is_end, "{line}");
        }
    }

    #[test]
    fn lines_lose_marks_and_become_paragraphs() {
        for (line, text) in [("^Wells reopen<", "Wells reopen"), ("^By NADIA SOREL=<\r", "By NADIA SOREL"), ("a < b", "a < b")] {
            assert_eq!(Line::new(line).text, text);
        }
        let lines = ["   One", "two", "", "three", "   four"].map(Line::new);
        assert_eq!(paragraphs(&lines.iter().collect::<Vec<_>>()), "One two\nthree\nfour");
    }
}
