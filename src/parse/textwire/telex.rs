//! Messages without control characters, between lines of `ZCZC` and `NNNN` as telex has them.

use super::super::date;
use super::super::draft::Draft;
use super::draft;
use super::header::Header;
use super::story::Line;
use crate::takes::added_to;

/// What begins a message, and what ends it.
const BEGIN: &str = "ZCZC";
const END: &str = "NNNN";

/// Letters of the longest code of a desk or a destination: `PRI`, `QBXB`.
const CODE: usize = 4;

/// Whether `bytes` begin with a message; its number may follow at once.
pub fn begins(bytes: &[u8]) -> bool {
    bytes.strip_prefix(BEGIN.as_bytes()).is_some_and(|rest| rest.first().is_some_and(|b| b.is_ascii_whitespace() || b.is_ascii_digit()))
}

/// The messages of a file. What stands between them is nobody's.
pub fn messages(text: &str) -> Vec<Result<Draft, String>> {
    let mut messages = Vec::new();
    // The lines of the message that has begun.
    let mut open: Option<Vec<&str>> = None;
    for line in text.lines() {
        if begins(line.as_bytes()) || line == BEGIN {
            messages.extend(open.replace(vec![&line[BEGIN.len()..]]).map(|lines| cut_off(&lines)));
        } else if let Some(before) = line.trim_end().strip_suffix(END).filter(|before| before.is_empty() || before.ends_with(' ')) {
            open.iter_mut().for_each(|lines| lines.push(before));
            messages.extend(open.take().map(|lines| Ok(message(&lines))));
        } else if let Some(lines) = &mut open {
            lines.push(line);
        }
    }
    messages.extend(open.map(|lines| cut_off(&lines)));
    messages
}

/// A message that has no end: another one begins, or the file ends.
fn cut_off(lines: &[&str]) -> Result<Draft, String> {
    let mut draft = message(lines);
    draft.notes.push(format!("no {END}, the end of the message: its text may be cut off"));
    Ok(draft)
}

/// The article of a message: a header in one line or two, a slug in a line of its own if the header has none, the text.
fn message(lines: &[&str]) -> Draft {
    let mut lines = skip_blank(lines);
    let (mut head, mut header) = (String::new(), Header::default());
    for _ in 0..2 {
        let Some((line, rest)) = lines.split_first() else { break };
        let longer = format!("{head} {}", line.trim());
        let read = Header::read(&longer);
        let is_header = if head.is_empty() { read.number.is_some() } else { header.category.is_none() && read.category.is_some() };
        if !is_header {
            break;
        }
        (head, header, lines) = (longer, read, rest);
    }
    lines = skip_blank(lines);
    while lines.len() > 2 && header.number.as_ref().is_none_or(|number| number.contains('/')) && are_codes(lines[0]) {
        lines = skip_blank(&lines[1..]);
    }
    if header.number.is_some() && header.slug.is_none() {
        lines = take_slug(lines, &mut header);
    }
    let (lines, published) = take_stamp(lines);
    let draft = draft(header, lines.iter().map(|line| Line::new(line)).collect(), "");
    Draft { published: draft.published.or(published), ..draft }
}

/// Codes of desks and destinations, or the place: `PRI GEN NAT`, `R EST S0A QBXB`, `.ORUN DEL12`.
fn are_codes(line: &str) -> bool {
    let is_code = |word: &str| word.len() <= CODE && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    line.starts_with('.') && line.len() <= CODE * 8 || line.split_whitespace().all(is_code)
}

/// The lines without the time that stands alone below them, and that time where it names its day: `04-MAR-26 10:15`; `03041015` names no year.
fn take_stamp<'l, 't>(lines: &'l [&'t str]) -> (&'l [&'t str], Option<String>) {
    let Some(at) = lines.iter().rposition(|line| !line.trim().is_empty()) else { return (lines, None) };
    let last = lines[at].trim();
    if last.len() == 8 && last.bytes().all(|b| b.is_ascii_digit()) {
        return (&lines[..at], None);
    }
    let parts: Vec<&str> = last.split(['-', ' ']).collect();
    let &[day, month, year, time] = parts.as_slice() else { return (lines, None) };
    let is_stamp = last.contains('-') && time.contains(':') && year.len() == 2 && month.len() == 3;
    let written = format!("{day} {month} 20{year} {time}");
    if is_stamp && date::read_alone(&written, "").is_some() { (&lines[..at], Some(written)) } else { (lines, None) }
}

/// Takes a slug, which is one word, and the line below it if that says which take this is.
fn take_slug<'l, 't>(lines: &'l [&'t str], header: &mut Header) -> &'l [&'t str] {
    let Some((slug, rest)) = lines.split_first().filter(|(line, _)| line.split_whitespace().count() == 1) else { return lines };
    let take = rest
        .first()
        .map(|line| format!("{} {}", slug.trim(), line.trim()))
        .filter(|both| added_to(both) == added_to(&format!("{slug} add")));
    let is_take = take.is_some();
    header.slug = Some(take.unwrap_or_else(|| slug.trim().to_owned()));
    if is_take { &rest[1..] } else { rest }
}

fn skip_blank<'l, 't>(lines: &'l [&'t str]) -> &'l [&'t str] {
    &lines[lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(lines.len())..]
}
