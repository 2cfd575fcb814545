//! One article: how it was read, where its words come from, and its versions.

use std::io;

use super::{Screen, Style, beside, counted, field, field_cut, hours, moment, path, percent, short};
use crate::provenance::article::{CarriedBy, Kind, Passage, Provenance};
use crate::provenance::versions::{Change, Difference, Version};
use crate::provenance::{ArticleRef, Part};
use crate::store::rows::{ArticleDetail, ArticleLine};
use crate::text::clean::Safe;

/// Origins, and outlets that carried a passage, named in one line.
const NAMED: usize = 4;
/// Changes shown of a version, and the words shown around each.
const CHANGES: usize = 12;
const AROUND: usize = 4;

/// An article as programs are given it.
///
/// # Errors
/// If it has no form in JSON.
pub fn json(a: &ArticleDetail, provenance: &Provenance, versions: &[Version]) -> serde_json::Result<serde_json::Value> {
    let mut value = serde_json::to_value(a)?;
    value["amendment"] = serde_json::to_value(&a.line.amendment)?;
    value["provenance"] = serde_json::to_value(provenance)?;
    value["versions"] = serde_json::to_value(versions)?;
    Ok(value)
}

/// One article.
pub fn article(screen: &mut Screen, a: &ArticleDetail, provenance: &Provenance, versions: &[Version]) -> io::Result<()> {
    if screen.json {
        return screen.json(&json(a, provenance, versions)?);
    }
    head(screen, a, versions.len())?;
    screen.line("")?;
    screen.line(sum(&a.line, provenance))?;
    for passage in &provenance.passages {
        screen.line("")?;
        screen.line(screen.style(Style::Faint, &origin(&a.line, passage)))?;
        Safe::block(passage.text.trim()).as_str().lines().try_for_each(|line| screen.line(format!("  {line}").trim_end()))?;
    }
    beside::asides(screen, a)?;
    if versions.len() > 1 {
        screen.line("")?;
        screen.line(screen.style(Style::Faint, "versions"))?;
        self::versions(screen, versions)?;
    }
    Ok(())
}

fn head(screen: &mut Screen, a: &ArticleDetail, versions: usize) -> io::Result<()> {
    screen.line(screen.style(Style::Strong, &field(&a.line.title)))?;
    screen.line(format!("article {}   event {}   {}", screen.style(Style::Id, &a.line.article), short(&a.line.event), a.line.relation))?;
    screen.line(format!("source    {} ({})", field(&a.line.source), a.source_step))?;
    beside::article(screen, a)?;
    screen.line(format!("published {}", published(a)))?;
    let version = version_of(&a.line, versions);
    screen.line(format!("language  {}   {version}   read as {}", a.line.lang, a.read_as))?;
    for (what, value) in [("byline", &a.byline), ("address", &a.line.url)] {
        if let Some(value) = value {
            screen.line(format!("{what:<9} {}", field(value)))?;
        }
    }
    screen.line(format!("file      {}", path(&a.line.file)))?;
    a.notes.iter().try_for_each(|note| screen.line(format!("note      {}", field(note))))
}

/// When it was published, how exact that is, and which step of the date chain decided.
pub fn published(a: &ArticleDetail) -> String {
    let published = moment(a.line.published, a.precision.as_deref(), None);
    let how = [a.precision.as_deref(), a.date_step.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if how.is_empty() { published } else { format!("{published} ({how})") }
}

/// Which of how many versions it is.
pub fn version_of(line: &ArticleLine, versions: usize) -> String {
    let of = if versions > 1 { format!(" of {versions}") } else { String::new() };
    format!("version {}{of}", line.version)
}

/// Whose words the article is made of, in one line.
pub fn sum(line: &ArticleLine, p: &Provenance) -> String {
    if p.words == 0 {
        return "no words".to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    for (n, owed) in p.origins.iter().take(NAMED).enumerate() {
        let by = match n {
            _ if owed.origin.source == line.source => "from ",
            0 => "first published by ",
            _ => "by ",
        };
        parts.push(format!("{} {by}{}", percent(owed.share), named(&owed.origin, line)));
    }
    if p.origins.len() > NAMED {
        let rest: f32 = p.origins[NAMED..].iter().map(|o| o.share).sum();
        parts.push(format!("{} by {}", percent(rest), counted((p.origins.len() - NAMED) as u32, "other article")));
    }
    if p.first_here > 0.0 {
        parts.push(format!("{} first published here and taken over by others", percent(p.first_here)));
    }
    if p.only_here > 0.0 {
        parts.push(format!("{} only here", percent(p.only_here)));
    }
    format!("{}: {}", counted(p.words, "word"), parts.join(", "))
}

/// Who published a passage first, and the way it went.
pub fn origin(line: &ArticleLine, p: &Passage) -> String {
    let part = if p.part == Part::Title { "headline, " } else { "" };
    let length = counted(p.words[1] - p.words[0], "word");
    // An outlet that has less than half of the words carries another passage.
    let carries = |c: &&CarriedBy| c.words * 2 >= p.words[1] - p.words[0];
    let list = |before: bool| names(p.carried_by.iter().filter(carries).filter(|c| c.before == before).map(|c| named(&c.article, line)));
    let since = list(false).map_or_else(String::new, |names| format!(", later in {names}"));
    match p.kind {
        Kind::OnlyHere => format!("{part}{length} only here"),
        Kind::FirstHere => format!("{part}{length} first here{since}"),
        Kind::Taken => {
            let way = list(true).map_or_else(String::new, |names| format!(", by way of {names}"));
            let by = if p.origin.source == line.source { "from" } else { "first by" };
            format!("{part}{length} {by} {}{way}{since}", named(&p.origin, line))
        }
    }
}

fn names(all: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = all.collect();
    let rest = if all.len() > NAMED { format!(" and {} more", all.len() - NAMED) } else { String::new() };
    (!all.is_empty()).then(|| format!("{}{rest}", all[..all.len().min(NAMED)].join(", ")))
}

/// An outlet and a time; the day only where it is another than the article's.
fn named(a: &ArticleRef, line: &ArticleLine) -> String {
    let own = if a.source == line.source { "its own text of ".to_owned() } else { format!("{} ", field(&a.source)) };
    format!("{own}{}", moment(a.published, a.precision.as_deref(), line.published))
}

/// The versions of an article, each with what changed in it.
pub fn versions(screen: &mut Screen, versions: &[Version]) -> io::Result<()> {
    for v in versions {
        let id = screen.style(Style::Id, short(&v.article));
        screen.line(format!("  version {}  {id}  {}", v.version, version_when(v)))?;
        if let Some(difference) = &v.difference {
            changes(screen, difference)?;
        }
    }
    Ok(())
}

/// Who published a version and when, and how long after the one before.
pub fn version_when(v: &Version) -> String {
    let after = v.hours_after.map_or_else(String::new, |h| format!(", {} after the one before", hours(h)));
    format!("{}, {}{after}", field(&v.source), moment(v.published, None, None))
}

/// What changed, each change on a line with the words around it: `[-went-]` and `{+came+}`.
pub fn changes(screen: &mut Screen, difference: &Difference) -> io::Result<()> {
    if difference.is_empty() {
        return screen.line("    no word changed");
    }
    let lines = change_lines(difference);
    for line in lines.iter().take(CHANGES) {
        screen.line(format!("    {line}"))?;
    }
    if lines.len() > CHANGES {
        screen.line(format!("    and {} more changes; --json has all", lines.len() - CHANGES))?;
    }
    if difference.cut { screen.line("    only the beginnings of these long texts were compared") } else { Ok(()) }
}

fn change_lines(difference: &Difference) -> Vec<String> {
    let words = |at: Option<usize>| -> Vec<&str> {
        at.and_then(|at| difference.pieces.get(at)).map_or_else(Vec::new, |p| p.words.split(' ').collect())
    };
    let marked = |at: usize| {
        let piece = &difference.pieces[at];
        let text = field_cut(&piece.words, 300);
        if piece.change == Change::Removed { format!("[-{text}-]") } else { format!("{{+{text}+}}") }
    };
    let mut lines = Vec::new();
    let mut at = 0;
    while at < difference.pieces.len() {
        let first = at;
        while at < difference.pieces.len() && difference.pieces[at].change != Change::Kept {
            at += 1;
        }
        if at > first {
            let before = words(first.checked_sub(1));
            let behind = words(Some(at));
            let lead = field(&before[before.len().saturating_sub(AROUND)..].join(" "));
            let rest = field(&behind[..behind.len().min(AROUND)].join(" "));
            let middle: Vec<String> = (first..at).map(marked).collect();
            lines.push(format!("{lead} {} {rest}", middle.join(" ")).trim().to_owned());
        }
        at += 1;
    }
    lines
}
