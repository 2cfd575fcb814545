//! ProQuest: the text below or behind `Full text`, and below it a catalogue of labels, `Publication title:`, `ProQuest document ID:`.

use super::{drafts, language, without_bracket};
use crate::parse::draft::Draft;

/// The label that is ProQuest's own.
const NUMBER: &str = "ProQuest document ID";
/// What a label of the text may be called, in lower case.
const TEXT: [&str; 2] = ["full text", "fulltext"];
/// What ends the text: the first of these labels, or the heading above them.
const TAIL: &[&str] = &[
    "Subject",
    "Location",
    "Company / organization",
    "People",
    "Business indexing term",
    "Identifier / keyword",
    "Classification",
    "Title",
    "Publication title",
    "First page",
    "Publication year",
    "Publication date",
];
const TAIL_HEADING: &str = "DETAILS";
/// Bytes of the shortest rule between documents.
const RULE: usize = 10;

pub fn read(lines: &[&str]) -> Option<Vec<Draft>> {
    lines.iter().find(|line| label(line).is_some_and(|(name, _)| name == NUMBER))?;
    let is_rule = |line: &str| line.trim().len() >= RULE && line.trim().bytes().all(|b| b == b'_');
    let (mut parts, mut begin) = (Vec::new(), 0);
    let (mut has_text, mut has_number) = (false, false);
    for at in 0..=lines.len() {
        let line = lines.get(at).copied();
        has_text |= line.is_some_and(|line| text_label(line).is_some());
        has_number |= line.is_some_and(|line| label(line).is_some_and(|(name, _)| name == NUMBER));
        // A story may have rules in it: its document ends behind its number.
        if line.is_some_and(|line| !is_rule(line) || has_text && !has_number) {
            continue;
        }
        // The front of an export says when it was made, its end whom to ask.
        if has_text || has_number {
            parts.push((&lines[begin..at], article(&lines[begin..at])));
        }
        (begin, has_text, has_number) = (at + 1, false, false);
    }
    drafts(parts)
}

fn label(line: &str) -> Option<(&str, &str)> {
    let (name, said) = line.trim().split_once(':')?;
    Some((name.trim(), said.trim()))
}

/// What stands behind the label of the text on its line.
fn text_label(line: &str) -> Option<&str> {
    let line = line.trim();
    TEXT.iter().find_map(|name| {
        let behind = line.get(..name.len()).filter(|begin| begin.eq_ignore_ascii_case(name)).map(|_| line[name.len()..].trim())?;
        behind.is_empty().then_some("").or_else(|| behind.strip_prefix(':').map(str::trim))
    })
}

fn article(lines: &[&str]) -> Option<Draft> {
    let begin = lines.iter().position(|line| text_label(line).is_some())?;
    let number = lines.iter().rposition(|line| label(line).is_some_and(|(name, _)| name == NUMBER)).filter(|at| *at > begin)?;
    let is_tail = |line: &str| line.trim() == TAIL_HEADING || label(line).is_some_and(|(name, _)| TAIL.contains(&name));
    // Labels go on to the end: a paragraph that begins with `Location:` is none.
    let is_catalogue = |line: &str| line.trim().is_empty() || label(line).is_some() || is_tail(line);
    let prose = (begin + 1..number).rev().find(|&at| !is_catalogue(lines[at])).unwrap_or(begin);
    let end = (prose + 1..number).find(|&at| is_tail(lines[at]))?;
    let of = |wanted: &str| {
        let said = lines.iter().take(begin).chain(&lines[end..]).find_map(|line| label(line).filter(|(name, _)| *name == wanted));
        said.map(|(_, said)| said).filter(|said| !said.is_empty())
    };
    let first = lines.iter().find(|line| !line.trim().is_empty() && !line.trim().starts_with("Document "))?;
    let title = of("Title").unwrap_or(first.trim());
    // `Orun Courier, Late Edition; Orun`.
    let place = |named: &'_ str| named.split(';').next().map(|name| name.trim().to_owned());
    let source = of("Publication title").and_then(place)?;
    let source = source.split_once(", ").filter(|(_, rest)| rest.to_lowercase().contains("edition")).map_or(&*source, |(name, _)| name);
    let text = format!("{}\n{}", text_label(lines[begin])?, lines[begin + 1..end].join("\n"));
    Some(Draft {
        id: label(lines[number]).map(|(_, number)| number.to_owned()),
        title: Some(without_bracket(title).to_owned()),
        text: Some(text.trim().to_owned()),
        source: Some(source.to_owned()),
        published: of("Publication date").map(str::to_owned),
        lang: of("Language of publication").or(of("Language")).and_then(language),
        byline: of("Author").map(str::to_owned),
        category: of("Section").map(str::to_owned),
        ..Draft::default()
    })
}
