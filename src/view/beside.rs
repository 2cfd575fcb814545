//! What stands beside the story: who is credited, what was corrected or withdrawn, what was not compared, who is not known yet.

use std::io;

use super::{Screen, Style, counted, field, field_cut, minute, short};
use crate::article::{Credit, asides_of};
use crate::sources::key;
use crate::store::rows::{AmendmentLine, ArticleDetail, CreditLine, EventSummary};
use crate::text::clean::Safe;

/// Carriers that are named; the rest is counted.
const NAMED: usize = 12;

/// `12 sources, 9 credit AFP, 1 credits Reuters`.
pub fn credits(screen: &mut Screen, event: &EventSummary, credits: &[CreditLine]) -> io::Result<()> {
    credited(event, credits).map_or(Ok(()), |line| screen.line(line))
}

/// Who is credited by how many sources, if anyone is.
pub fn credited(event: &EventSummary, credits: &[CreditLine]) -> Option<String> {
    let verb = |n: u32| if n == 1 { "credits" } else { "credit" };
    let named: Vec<String> = credits.iter().map(|c| format!("{} {} {}", c.sources, verb(c.sources), field(&c.agency))).collect();
    (!credits.is_empty()).then(|| format!("{}, {}", counted(event.source_count, "source"), named.join(", ")))
}

/// Corrections and kills of an event, with those who still carry what was taken back.
pub fn amendments(screen: &mut Screen, amendments: &[AmendmentLine]) -> io::Result<()> {
    for a in amendments {
        let (what, by, carried) = amendment(a);
        screen.line(format!("{} {by}", screen.style(Style::Strong, what)))?;
        screen.line(format!("  {carried}"))?;
    }
    Ok(())
}

/// What was done, by whom, and who still carries what was taken back.
pub fn amendment(a: &AmendmentLine) -> (&'static str, String, String) {
    let what = if a.amendment == "kill" { "KILLED" } else { "CORRECTED" };
    let amended = a.amends.as_deref().map_or_else(String::new, |id| format!(", amends {}", short(id)));
    let by = format!("by {}, {}, article {}{amended}", field(&a.source), minute(a.at), short(&a.article));
    let carriers: Vec<String> =
        a.still_carried_by.iter().take(NAMED).map(|c| format!("{} ({})", field(&c.source), short(&c.article))).collect();
    let rest = a.still_carried_by.len().saturating_sub(NAMED);
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let carried = match (a.amends.is_some(), carriers.is_empty()) {
        (true, true) => "no other source carries what was taken back".to_owned(),
        (true, false) => format!("still carried by {}{rest}", carriers.join(", ")),
        (false, _) => "which article it amends is not known".to_owned(),
    };
    (what, by, carried)
}

/// What a list says of an event of which something was taken back.
pub fn taken_back(event: &EventSummary) -> Option<&'static str> {
    match event.amendment.as_deref()? {
        "kill" => Some("an article was killed"),
        _ => Some("an article was corrected"),
    }
}

/// The lines of an article about its source's name, its credits and what it does to an earlier one.
pub fn article(screen: &mut Screen, a: &ArticleDetail) -> io::Result<()> {
    if let Some(found) = &a.source_found {
        screen.line(format!("found as  {}", field(found)))?;
    }
    a.credits.iter().try_for_each(|c| screen.line(format!("credits   {}", credit(c))))?;
    a.line.amendment.iter().try_for_each(|amendment| screen.line(format!("is        {amendment}")))
}

/// An agency with where and how it is credited.
pub fn credit(c: &Credit) -> String {
    let place = serde_json::to_value(c.place).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    format!("{} ({place}: {})", field(&c.name), field(&c.found))
}

/// The parts of an article that are no part of the story.
pub fn asides(screen: &mut Screen, a: &ArticleDetail) -> io::Result<()> {
    if a.asides.is_empty() {
        return Ok(());
    }
    screen.line("")?;
    screen.line(screen.style(Style::Faint, "no part of the story, not compared"))?;
    for (kind, part) in asides_of(&a.text, &a.asides) {
        screen.line(format!("  {:<12} {}", kind.as_str(), field_cut(part.trim(), screen.width.saturating_sub(16))))?;
    }
    Ok(())
}

/// An entry for `sources.toml` of a source that is not known yet, ready to paste; what cannot be told is a comment.
pub fn entry(screen: &mut Screen, source: &str, articles: u32, hosts: &[String], language: Option<&str>) -> io::Result<()> {
    let quoted = |text: &str| toml::Value::String(Safe::line(text).as_str().to_owned()).to_string();
    screen.line(format!("# {}", counted(articles, "article")))?;
    screen.line("[[source]]")?;
    screen.line(format!("id = {}", quoted(&id_of(source, hosts))))?;
    screen.line(format!("name = {}", quoted(source)))?;
    if !hosts.is_empty() {
        let hosts: Vec<String> = hosts.iter().map(|h| quoted(h)).collect();
        screen.line(format!("hosts = [{}]", hosts.join(", ")))?;
    }
    if let Some(language) = language.filter(|l| *l != "und") {
        screen.line(format!("language = {}", quoted(language)))?;
    }
    screen.line("# aliases = []   country = \"\"   zone = \"Area/City\"   kind = \"newspaper\"")?;
    screen.line("")
}

/// An id that the file of sources allows: from the name, from a host, or from a hash of the name where neither has Latin letters.
fn id_of(source: &str, hosts: &[String]) -> String {
    let latin = |text: &str| {
        let words: Vec<String> = key(text)
            .split(' ')
            .map(|w| w.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
            .filter(|w| !w.is_empty())
            .collect();
        words.join("-")
    };
    let whole = |text: &str| key(text).chars().filter(|c| *c != ' ').all(|c| c.is_ascii_alphanumeric());
    let named = Some(source).filter(|s| whole(s)).or(hosts.first().map(String::as_str).filter(|h| whole(h)));
    let id = named.map(latin).unwrap_or_default();
    if id.is_empty() { format!("source-{:08x}", xxhash_rust::xxh3::xxh3_64(source.as_bytes()) as u32) } else { id }
}
