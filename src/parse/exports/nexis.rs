//! LexisNexis and Nexis Uni: labels above the text (`BYLINE:`, `SECTION:`, `LENGTH: 512 words`) and below it (`LOAD-DATE:`, `LANGUAGE:`).
//! Above the labels stand newspaper, date and edition, with the headline before or behind them, or at a label of its own.

use super::{claims_rights, counts_words, date_at_begin, drafts, joined, language};
use crate::parse::draft::Draft;

/// Lines with something in them above the first label.
const ABOVE: usize = 12;
/// Labels above the text.
const HEAD: &[&str] = &["BYLINE", "SECTION", "LENGTH", "DATELINE", "HIGHLIGHT", "HEADLINE", "SERIES"];
/// Labels below it, and headings of what stands there.
const TAIL: &[&str] = &[
    "LOAD-DATE",
    "LANGUAGE",
    "GRAPHIC",
    "PUBLICATION-TYPE",
    "JOURNAL-CODE",
    "DOCUMENT-TYPE",
    "CORRECTION-DATE",
    "SUBJECT",
    "GEOGRAPHIC",
    "COMPANY",
    "ORGANIZATION",
    "PERSON",
    "INDUSTRY",
    "ACC-NO",
    "ISSN",
    "TYPE",
    "URL",
];
const GRAPHIC: &str = "Graphic";
const TAIL_HEADINGS: [&str; 2] = [GRAPHIC, "Classification"];
/// Captions below the heading of the pictures, and lines of the longest.
const CAPTIONS: usize = 3;
const CAPTION_LINES: usize = 4;
/// The last line of an article of Nexis Uni, and what the last line of the page before the first one begins with.
const END: &str = "End of Document";
const COVER: &str = "About LexisNexis";

pub fn read(lines: &[&str]) -> Option<Vec<Draft>> {
    let (mut parts, mut begin) = (Vec::new(), 0);
    for at in 0..=lines.len() {
        let is_begin = lines.get(at).is_none_or(|line| is_number(line));
        let is_end = lines.get(at).is_some_and(|line| line.trim() == END);
        if !(is_begin || is_end) {
            continue;
        }
        let part = &lines[begin..at];
        let is_cover = |line: &&str| line.trim().starts_with(COVER) && line.contains(" | ");
        let part = &part[part.iter().position(is_cover).map_or(0, |cover| cover + 1)..];
        begin = at + usize::from(at < lines.len());
        if part.iter().all(|line| line.trim().is_empty()) {
            continue;
        }
        parts.push((part, article(part)));
    }
    drafts(parts)
}

/// `1 of 12 DOCUMENTS`.
fn is_number(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let mut is = |test: fn(&str) -> bool| words.next().is_some_and(test);
    let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    is(digits) && is(|word| word == "of") && is(digits) && is(|word| matches!(word, "DOCUMENT" | "DOCUMENTS")) && words.next().is_none()
}

/// The label among `known` that a line begins with, and what it says. In capitals or not: `BYLINE:`, `Load-Date:`.
fn label<'l>(line: &'l str, known: &[&'static str]) -> Option<(&'static str, &'l str)> {
    let (name, said) = line.trim().split_once(':')?;
    let is_cased = name.starts_with(|c: char| c.is_ascii_uppercase());
    known.iter().find(|label| is_cased && label.eq_ignore_ascii_case(name)).map(|label| (*label, said.trim()))
}

fn is_body(line: &str) -> bool {
    matches!(line.trim(), "BODY:" | "Body" | "BODY" | "Body:")
}

fn article(lines: &[&str]) -> Option<Draft> {
    let first = lines.iter().position(|line| label(line, HEAD).is_some())?;
    let above: Vec<&str> = lines[..first].iter().copied().filter(|line| !line.trim().is_empty()).collect();
    let (fields, begin) = fields(lines, first);
    let of = |name: &str| fields.iter().find(|(label, _)| *label == name).map(|(_, said)| said.as_str()).filter(|said| !said.is_empty());
    let tail = tail(lines, begin);
    let below = |name: &'static str| lines[tail..].iter().find_map(|line| label(line, &[name])).map(|(_, said)| said);
    let is_counted = of("LENGTH").is_some_and(counts_words);
    let is_marked = lines[first..begin].iter().any(|line| is_body(line)) || below("LOAD-DATE").is_some();
    if above.len() > ABOVE || !is_counted || !is_marked {
        return None;
    }
    let (title, source, published) = parts_above(&above, of("HEADLINE"))?;
    // Most name the home page of the newspaper, which is no address of an article.
    let is_of_article = |url: &&str| url.split_once("://").is_some_and(|(_, rest)| rest.trim_end_matches('/').contains('/'));
    Some(Draft {
        title: Some(title),
        text: Some(joined(&lines[begin..end_of(lines, begin, tail)])),
        source: Some(source.split(" -- ").next().unwrap_or(source).to_owned()),
        published: Some(published.to_owned()),
        lang: below("LANGUAGE").and_then(language),
        byline: of("BYLINE").map(str::to_owned),
        category: of("SECTION").map(|section| section.split(';').next().unwrap_or(section).to_owned()),
        url: below("URL").filter(is_of_article).map(str::to_owned),
        ..Draft::default()
    })
}

/// The labelled lines from `first` on, each with the lines that go on with it, and the line that the text begins at.
fn fields(lines: &[&str], first: usize) -> (Vec<(&'static str, String)>, usize) {
    let (mut fields, mut is_apart): (Vec<(&str, String)>, bool) = (Vec::new(), false);
    let body = (first..lines.len()).take(ABOVE * 4).find(|&at| is_body(lines[at]));
    for (at, line) in lines.iter().enumerate().take(body.unwrap_or(lines.len())).skip(first) {
        match label(line, HEAD) {
            Some((name, said)) => fields.push((name, said.to_owned())),
            None if line.trim().is_empty() => {
                is_apart = true;
                continue;
            }
            None if is_apart && body.is_none() => return (fields, at),
            None => {
                if let Some((_, said)) = fields.last_mut() {
                    said.extend([" ", line.trim()]);
                }
            }
        }
        is_apart = false;
    }
    (fields, body.map_or(lines.len(), |at| at + 1))
}

fn is_tail(line: &str) -> bool {
    let is_label = label(line, TAIL).is_some_and(|(name, _)| name == "LOAD-DATE" || line.trim().starts_with(name));
    is_label || TAIL_HEADINGS.contains(&line.trim())
}

/// The line that begins what stands below the text. It is looked for from the end, where each paragraph begins with a label: a story may have
/// subheadings and labels of its own.
fn tail(lines: &[&str], begin: usize) -> usize {
    let (mut tail, mut end, mut captions) = (lines.len(), lines.len(), 0);
    while let Some(last) = (begin..end).rev().find(|&at| !lines[at].trim().is_empty()) {
        let label = (begin..=last).rev().take_while(|&at| !lines[at].trim().is_empty()).find(|&at| is_tail(lines[at]));
        let first = (begin..=last).rev().take_while(|&at| !lines[at].trim().is_empty()).last().unwrap_or(last);
        let is_of_tail =
            label.filter(|&at| captions == 0 || lines[at].trim() == GRAPHIC).or(Some(first).filter(|&at| claims_rights(lines[at])));
        if let Some(at) = is_of_tail {
            (tail, captions) = (at, 0);
        } else if captions < CAPTIONS && last - first < CAPTION_LINES {
            captions += 1;
        } else {
            break;
        }
        end = is_of_tail.unwrap_or(first);
    }
    tail
}

/// The line behind the text, which ends with the rights where these stand above what is below it.
fn end_of(lines: &[&str], begin: usize, tail: usize) -> usize {
    let is_left = |at: &usize| !(lines[*at].trim().is_empty() || claims_rights(lines[*at]));
    (begin..tail).rev().find(is_left).map_or(begin, |at| at + 1)
}

/// Headline, newspaper and date. The newspaper stands right above the date, the headline above it or at the end.
fn parts_above<'l>(above: &[&'l str], headline: Option<&str>) -> Option<(String, &'l str, &'l str)> {
    let is_page = |line: &str| line.strip_prefix("Page ").is_some_and(|rest| rest.contains(" of ") && rest.starts_with(char::is_numeric));
    let lines: Vec<&str> = above.iter().map(|line| line.trim()).filter(|line| !claims_rights(line) && !is_page(line)).collect();
    let (day, published) = (1..lines.len()).find_map(|at| Some((at, date_at_begin(lines[at])?)))?;
    let is_edition = |line: &&str| line.to_lowercase().contains("edition");
    let (before, behind) = (&lines[..day - 1], &lines[day + 1..]);
    let behind = &behind[behind.iter().take_while(|line| is_edition(line)).count()..];
    let title = match (headline, before, behind) {
        (Some(headline), _, _) => headline.to_owned(),
        (None, [], []) => return None,
        (None, [], behind) => behind.join(" "),
        (None, before, _) => before.join(" "),
    };
    Some((title, lines[day - 1], published))
}
