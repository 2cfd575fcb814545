//! NewsBank: below the headline the date and the newspaper with bars between, `March 4, 2026 | Orun Courier (Veldany)`, then author, section,
//! count of words, page.

use super::{claims_rights, counts_words, joined};
use crate::parse::date;
use crate::parse::draft::Draft;

/// Lines with something in them of the longest header below the newspaper.
const HEADER: usize = 5;
/// Labels of its lines, which may stand on one with bars between.
const LABELS: [&str; 6] = ["Author", "Section", "Page", "Edition", "Column", "Dateline"];

pub fn read(lines: &[&str]) -> Option<Vec<Draft>> {
    let filled: Vec<usize> = (0..lines.len()).filter(|&at| !lines[at].trim().is_empty()).take(HEADER + 2).collect();
    let (title, second) = (lines[*filled.first()?].trim(), lines[*filled.get(1)?].trim());
    let (day, rest) = second.split_once(" | ")?;
    date::read(day, "en")?;
    let source = rest.split(" | ").next()?;
    let source = source.rsplit_once(" (").filter(|_| source.ends_with(')')).map_or(source, |(name, _)| name);
    let header: Vec<usize> = filled[2..].iter().copied().take_while(|&at| is_of_header(lines[at])).collect();
    let parts: Vec<&str> = header.iter().flat_map(|&at| lines[at].split(" | ")).map(str::trim).collect();
    parts.iter().find(|part| counts_words(part))?;
    let of = |name: &str| parts.iter().find_map(|part| part.strip_prefix(name)?.strip_prefix(':')).map(|said| said.trim().to_owned());
    let below = &lines[header.last()? + 1..];
    let end = below.iter().rposition(|line| !line.trim().is_empty() && !is_below(line)).map_or(0, |at| at + 1);
    Some(vec![Draft {
        title: Some(title.to_owned()),
        text: Some(joined(&below[..end])),
        source: Some(source.to_owned()),
        published: Some(day.to_owned()),
        byline: of("Author"),
        category: of("Section"),
        ..Draft::default()
    }])
}

/// `Author: Ada Quill | Section: News | 512 Words`, `OpenURL Link`.
fn is_of_header(line: &str) -> bool {
    let is_label = |part: &str| part.split_once(':').is_some_and(|(name, _)| LABELS.contains(&name.trim()));
    line.trim() == "OpenURL Link" || line.split(" | ").map(str::trim).all(|part| is_label(part) || counts_words(part))
}

/// What stands below the text: whose it is, and how to cite it.
fn is_below(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['•', ' ']);
    claims_rights(line) || line.starts_with("Citation (")
}
