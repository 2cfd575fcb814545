//! How a file would be read: format, encoding, each article with the steps that decided its source and date, each reject.

use std::io;

use serde_json::{Value, json};

use super::{Screen, Style, counted, field, field_cut};
use crate::article::{Article, Parsed, Reject};

/// Words shown of a text: enough to see whether it is the article or its frame.
const WORDS: usize = 30;

/// Prints what `parsed` holds.
///
/// # Errors
/// If the output is closed.
pub fn file(screen: &mut Screen, parsed: &Parsed) -> io::Result<()> {
    if screen.json {
        return screen.json(&as_json(parsed));
    }
    screen.line(format!("format   {}\nencoding {}", parsed.format, parsed.encoding))?;
    notes(screen, "", &parsed.notes)?;
    for article in &parsed.articles {
        screen.line("")?;
        self::article(screen, article)?;
    }
    for reject in &parsed.rejects {
        screen.line("")?;
        screen.line(format!("{}  rejected: {}", place(reject), field(&reject.reason)))?;
    }
    let rejects = counted(u32::try_from(parsed.rejects.len()).unwrap_or(u32::MAX), "reject");
    screen.line("")?;
    screen.line(format!("{}, {rejects}; nothing was stored", counted(u32::try_from(parsed.articles.len()).unwrap_or(u32::MAX), "article")))
}

fn place(reject: &Reject) -> String {
    reject.position.map_or_else(|| "file".to_owned(), |position| position.to_string())
}

fn article(screen: &mut Screen, article: &Article) -> io::Result<()> {
    let title = if article.title.is_empty() { "(no title)".to_owned() } else { field(&article.title) };
    screen.line(format!("{}  {}", article.position, screen.style(Style::Strong, &title)))?;
    screen.line(format!("   source     {}  by step: {}", field(&article.source), article.source_step))?;
    let published = article.published.map_or_else(
        || "unknown".to_owned(),
        |p| format!("{}  to the {}, by step: {}", p.at.strftime("%Y-%m-%dT%H:%M:%SZ"), p.precision, p.step),
    );
    screen.line(format!("   published  {published}"))?;
    screen.line(format!("   language   {}", field(&article.lang)))?;
    let labels = [
        ("id", &article.sender_id),
        ("url", &article.url),
        ("byline", &article.byline),
        ("category", &article.category),
        ("version", &article.version),
        ("status", &article.pubstatus),
    ];
    for (name, value) in labels {
        if let Some(value) = value {
            screen.line(format!("   {name:<9}  {}", field_cut(value, screen.width.saturating_sub(14))))?;
        }
    }
    if let Some(found) = &article.source_found {
        screen.line(format!("   found as   {}", field(found)))?;
    }
    for credit in &article.credits {
        screen.line(format!("   credits    {}: {}", field(&credit.name), field(&credit.found)))?;
    }
    article.amendment.iter().try_for_each(|amendment| screen.line(format!("   is a       {amendment}")))?;
    for aside in &article.asides {
        let text = article.text.get(aside.start as usize..aside.end as usize).unwrap_or_default();
        screen.line(format!("   set aside  {}", field_cut(text, screen.width.saturating_sub(14))))?;
    }
    let words: Vec<&str> = article.text.split_whitespace().take(WORDS).collect();
    let total = article.text.split_whitespace().count();
    let rest = if total > words.len() { " …" } else { "" };
    screen.line(format!(
        "   text       {}: {}{rest}",
        counted(u32::try_from(total).unwrap_or(u32::MAX), "word"),
        field(&words.join(" "))
    ))?;
    notes(screen, "   ", &article.notes)
}

fn notes(screen: &mut Screen, indent: &str, notes: &[String]) -> io::Result<()> {
    notes.iter().try_for_each(|note| screen.line(format!("{indent}note: {}", field(note))))
}

fn as_json(parsed: &Parsed) -> Value {
    let article = |a: &Article| {
        json!({
            "position": a.position, "title": a.title, "text": a.text, "source": a.source, "source_step": a.source_step,
            "published": a.published, "lang": a.lang, "id": a.sender_id, "url": a.url, "byline": a.byline, "category": a.category,
            "version": a.version, "pubstatus": a.pubstatus, "notes": a.notes, "extra": a.extra,
            "source_found": a.source_found, "credits": a.credits, "amendment": a.amendment, "asides": a.asides,
        })
    };
    json!({
        "format": parsed.format, "encoding": parsed.encoding, "notes": parsed.notes,
        "articles": parsed.articles.iter().map(article).collect::<Vec<_>>(), "rejects": parsed.rejects,
    })
}
