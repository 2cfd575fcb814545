//! What a search found.

use std::io;

use super::{Screen, Style, beside, counted, counted_so_far, field, field_cut, minute, print, short};
use crate::search::{ArticleResult, EventResult, Piece, Results};
use crate::store::search::Progress;

/// Events with what matches in them.
pub fn results(screen: &mut Screen, found: &Results) -> io::Result<()> {
    if screen.json {
        return found.events.iter().try_for_each(|e| screen.json(e));
    }
    for event in &found.events {
        self::event(screen, event)?;
    }
    screen.line(screen.style(Style::Faint, &summary(found)))?;
    if let Some(next) = &found.next {
        screen.line(screen.style(Style::Faint, &format!("more: --from {next}")))?;
    }
    lag(&found.index).map_or(Ok(()), |lag| screen.line(lag))
}

/// How much was found, and how much of it is shown: `12 articles; 3 events shown`.
pub fn summary(found: &Results) -> String {
    if found.articles == 0 && found.index.behind > 0 {
        return "nothing found in what is searched so far; `wirefold search`, `serve`, `tui` and `run` go on filling the index".to_owned();
    }
    if found.articles == 0 {
        return "nothing found: try fewer words, a beginning such as ferr*, or words without quotation marks".to_owned();
    }
    format!("{}; {} shown", counted_so_far(found.articles, found.at_least, "article"), counted(found.events.len() as u32, "event"))
}

/// What is not searched yet, if there is anything.
pub fn lag(index: &Progress) -> Option<String> {
    (index.behind > 0).then(|| format!("not searched yet: {}, which the index does not hold so far", counted(index.behind, "article")))
}

fn event(screen: &mut Screen, e: &EventResult) -> io::Result<()> {
    let id = screen.style(Style::Id, short(&e.event.event));
    let headline = screen.style(Style::Strong, &field_cut(&e.event.headline, screen.width.saturating_sub(12)));
    screen.line(format!("{id}  {headline}"))?;
    let of = format!("{} of {}", e.matching, counted(e.event.articles.max(e.matching), "article"));
    let taken_back = beside::taken_back(&e.event).map_or_else(String::new, |says| format!("; {says}"));
    screen.line(format!("          {}   {of}{taken_back}", screen.style(Style::Faint, &print::span(&e.event))))?;
    e.articles.iter().try_for_each(|a| article(screen, a))
}

fn article(screen: &mut Screen, a: &ArticleResult) -> io::Result<()> {
    let at = a.line.published.map_or_else(|| "no date".to_owned(), minute);
    screen.line(format!(
        "          {}  {}, {at}: {}",
        screen.style(Style::Id, short(&a.line.article)),
        field(&a.line.source),
        excerpt(screen, &a.excerpt)
    ))
}

/// An excerpt as one field; what was looked for is strong where there are colours.
fn excerpt(screen: &Screen, pieces: &[Piece]) -> String {
    let whole: String = pieces.iter().map(|p| p.text.as_str()).collect();
    let isolated = field(&whole);
    if screen.style(Style::Strong, "").is_empty() {
        return isolated;
    }
    let parts: String = pieces
        .iter()
        .map(|p| {
            let text = crate::text::clean::Safe::line(&p.text).to_string();
            if p.found { screen.style(Style::Strong, &text) } else { text }
        })
        .collect();
    if isolated.starts_with('\u{2068}') { format!("\u{2068}{parts}\u{2069}") } else { parts }
}
