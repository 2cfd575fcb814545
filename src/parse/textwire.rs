//! Text wires: IPTC 7901 (The IPTC Recommended Message Format, §3 "Message structure") and its American sister ANPA 1312 (High-Speed
//! Wire Service Transmission Guideline, "Message format").
//!
//! Both are a header after SOH, a text between STX and ETX, and a date-time group before EOT; lines of both carry marks of the typesetters
//! that they were made for. Senders differ in how the header is laid out, so its fields are told by their form. Several messages in a file
//! are several articles; the takes of one story (`1st add`, `addition one`, `تتمة`) are put together. Where control characters were lost on
//! the way, or never were, messages stand between lines of `ZCZC` and `NNNN`, as telex has them.

pub mod around;
mod header;
mod story;
mod takes;
mod telex;

use super::draft::{Draft, Origin};
use super::{Item, Limits, numbered};
use crate::takes::take_line;
use header::Header;
use story::{Line, Story};

/// Control characters of both standards.
const SOH: char = '\u{1}';
const STX: char = '\u{2}';
const ETX: char = '\u{3}';
const EOT: char = '\u{4}';

/// What may stand before the SOH: synchronisation, and what is left of a line end.
const IDLE: &[u8] = b"\x16\0\r\n \x7f";

/// Bytes after the SOH that must be printable, so that binary data is not taken for a message.
const PRINTABLE: usize = 6;
/// Marked lines by which a message without control characters is told, and bytes of the longest number above them.
const MARKED: usize = 2;
const NUMBER: usize = 8;
/// Bytes of the longest header, or date-time group, on a line of its own.
const BARE: usize = 100;

/// Whether `bytes` begin as a message does.
pub fn begins(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|b| !IDLE.contains(b)).unwrap_or(bytes.len());
    if telex::begins(&bytes[start..]) {
        return true;
    }
    let Some(after) = bytes[start..].strip_prefix(b"\x01") else { return false };
    after.len() > PRINTABLE
        && after[..PRINTABLE].iter().all(|b| (0x20..0x7f).contains(b) || matches!(b, b'\r' | b'\n' | 0x11..=0x14 | 0x1e | 0x1f))
}

/// Reads the messages of a file.
pub fn read(text: &str, limits: &Limits) -> Vec<Item> {
    let messages = if begins_bare(text) {
        numbered(std::iter::once(Ok(bare(text))), limits)
    } else if text.contains(SOH) {
        numbered(text.split(SOH).skip(1).map(message), limits)
    } else {
        numbered(telex::messages(text).into_iter(), limits)
    };
    takes::put_together(messages)
}

/// Whether a text is a message without control characters: its first line is a whole header, its last one a date-time group; or marked lines
/// (`^BC-Wells, 1st Add,0120<`) stand at its begin, at most its number above them.
pub fn begins_bare(text: &str) -> bool {
    let is_marked = |line: &str| line.len() > 2 && line.starts_with('^') && line.ends_with(['<', '=']);
    let mut begin = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(MARKED + 1)
        .skip_while(|line| line.len() <= NUMBER && !is_marked(line));
    if begin.by_ref().take(MARKED).filter(|line| is_marked(line)).count() == MARKED {
        return true;
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next().filter(|line| line.len() <= BARE && line.starts_with(|c: char| c.is_ascii_alphabetic())) else {
        return false;
    };
    let is_group = |line: &str| line.len() <= BARE && header::date_time(line).is_some();
    lines.next_back().is_some_and(is_group) && Header::read(first).is_whole()
}

fn bare(text: &str) -> Draft {
    let text = text.trim_start();
    let (head, body) = if text.starts_with('^') { ("", text) } else { text.split_once('\n').unwrap_or((text, "")) };
    draft(Header::read(head), body.lines().map(Line::new).collect(), "")
}

/// The article of one message, which begins behind its SOH.
fn message(message: &str) -> Result<Draft, String> {
    let (head, rest) = message.split_once(STX).ok_or("a message without STX, the begin of its text")?;
    // Where senders put the begin of the text too late, its marked lines stand in the header.
    let (head, early) = head.find("\n^").map_or((head, ""), |at| head.split_at(at + 1));
    let header = Header::read(head);
    let Some((body, after)) = rest.split_once(ETX) else {
        return Err(format!("message {} was cut off: no ETX, the end of its text", header.number.as_deref().unwrap_or("without number")));
    };
    Ok(draft(header, early.lines().chain(body.lines()).map(Line::new).collect(), after.split(EOT).next().unwrap_or_default()))
}

/// The article of a message with this header, these lines and the date-time group `after` them, which some senders put below the text.
fn draft(mut header: Header, mut lines: Vec<Line>, after: &str) -> Draft {
    let mut draft = Draft { origin: Origin::Metadata, id: header.number.clone(), category: header.category.clone(), ..Draft::default() };
    let below = if header::date_time(after).is_none() { story::take_group(&mut lines) } else { None };
    let group = below.as_deref().unwrap_or(after);
    draft.service = header.service().or_else(|| header::service_of(group));
    draft.published = header::date_time(group);
    header.complete(lines.iter().filter(|line| !line.is_blank()).take(2).find(|l| story::is_slug(l, None)).map(|l| l.text.as_str()));
    header.slug = header.slug.map(|slug| take_line(&slug).unwrap_or(slug));
    let story = Story::read(&lines, header.slug.as_deref());
    header.slug = story.slug.or(header.slug);
    let title = story.title.or_else(|| header.title.take());
    header.extra_into(&mut draft.extra);
    let notes = [("signal", story.signal), ("instruction", story.instruction), ("media", story.media)];
    draft.extra.extend(notes.into_iter().filter_map(|(key, said)| Some((key.to_owned(), said?.into()))));
    (draft.title, draft.byline, draft.text) = (title, story.byline, story.text);
    draft
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
            (b"ZCZC\r\nnor0123 3 i 75", true),
            (b"ZCZCs are telex", false),
            (b"plain text", false),
            (b"", false),
        ] {
            assert_eq!(begins(bytes), is_message, "{bytes:?}");
        }
    }

    #[test]
    fn bare_messages_have_a_header_and_a_group() {
        for (text, is_message) in [
            ("TRN0472 4 ع 0123 تيرن /ت ر ن-جسر41\nجسر تيرن يفتح\n\nتيرن 4-3-2026 (ت ر ن) - فتح الجسر.\nت ر ن 041015 جمت مار 26\n", true),
            ("TRN0472 4 i 0123 tern\nBridge opens\n\nIt opened.\n041015 GMT MAR 26", true),
            ("TRN0472 4 i 0123 tern\nBridge opens\n\nIt opened.", false),
            ("a0471\n^BC-Bridge,0120<\n^Bridge opens<\n\tORUN (TRN) _ It opened.\n", true),
            ("\n^BC-Bridge,0120<\n^By ADA QUILL=\n\tORUN (TRN) _ It opened.\n", true),
            ("a0471\n^BC-Bridge,0120<\nIt opened.\n", false),
            ("A bridge opens\n^BC-Bridge,0120<\n^Bridge opens<\n", false),
            ("Bridge 4 opens 0123 times\n\nIt opened.\n041015 GMT MAR 26", false),
            ("", false),
        ] {
            assert_eq!(begins_bare(text), is_message, "{text}");
        }
    }
}
