//! What happened to an event, told as a story.

use std::io;

use super::{Screen, Style, field_cut, minute, short};
use crate::store::rows::{ArticleName, EditName, History, HistoryLine};

/// What happened to an event.
pub fn history(screen: &mut Screen, h: &History) -> io::Result<()> {
    if screen.json {
        return h.lines.iter().try_for_each(|l| screen.json(l));
    }
    let headline = screen.style(Style::Strong, &field_cut(&h.headline, screen.width.saturating_sub(30)));
    screen.line(format!("event {}  {headline}", screen.style(Style::Id, short(&h.event))))?;
    if h.asked != h.event {
        screen.line(format!("{} was merged into it; that id leads here for ever", screen.style(Style::Id, short(&h.asked))))?;
    }
    let mut told = &h.asked;
    for line in &h.lines {
        if line.event != *told {
            screen.line(screen.style(Style::Faint, &format!("from then on as event {}", short(&line.event))))?;
            told = &line.event;
        }
        screen.line(format!("{}  {}", minute(line.at), step(line, screen.width)))?;
    }
    Ok(())
}

/// `by sara (edit 3): why`.
fn by(edit: &EditName) -> String {
    let why = if edit.why.is_empty() { String::new() } else { format!(": {}", super::field(&edit.why)) };
    format!("by {} (edit {}){why}", super::field(&edit.who), edit.edit)
}

/// One step in words; headlines are cut for lines of so many columns.
pub fn step(l: &HistoryLine, width: usize) -> String {
    let quoted = |title: &str| format!("«{}»", field_cut(title, width.saturating_sub(60)));
    let article = |a: &ArticleName| format!("{} {} {}", super::field(&a.source), short(&a.article), quoted(&a.title));
    let source = super::field(l.source.as_deref().unwrap_or("?"));
    let what = format!("{} {}", short(l.article.as_deref().unwrap_or_default()), quoted(l.title.as_deref().unwrap_or_default()));
    let other = l.other_event.as_ref().map_or_else(String::new, |e| {
        if e.headline.is_empty() { short(&e.event).to_owned() } else { format!("{} {}", short(&e.event), quoted(&e.headline)) }
    });
    let cause = match &l.edit {
        Some(edit) => format!(", {}", by(edit)),
        None => l.caused_by.as_ref().map_or_else(String::new, |a| format!(", when this came: {}", article(a))),
    };
    let edited = l.edit.as_ref().map_or_else(String::new, by);
    match l.kind.as_str() {
        "created" => format!("created by {source}: {what}"),
        "joined" => format!("joined by {source}: {what}"),
        "left" => format!("{source} left: {what} moved to event {other}{}", if l.edit.is_some() { &cause } else { "" }),
        "arrived" => format!("{source} moved here: {what} from event {other}{}", if l.edit.is_some() { &cause } else { "" }),
        "merged" => format!("merged into event {other}{cause}"),
        "absorbed" => format!("took in event {other}{cause}"),
        "split" => format!("event {other} split off{cause}"),
        "founded" => format!("split off from event {other}{cause}"),
        "rebuilt" if l.article.is_some() => format!("rebuilt, all articles being placed anew: {source} went to event {other}: {what}"),
        "rebuilt" if l.other.is_some() => format!("rebuilt, all articles being placed anew: most of it is in event {other}"),
        "rebuilt" => "rebuilt: all articles were placed anew".to_owned(),
        "pinned" | "unpinned" => format!("{} by hand with another article of this event, {edited}: {what}", l.kind),
        "marked" => format!("{what} is a round-up, {edited}"),
        "headlined" => {
            format!("called {}, {edited}", l.edit.as_ref().map_or_else(String::new, |e| quoted(e.headline.as_deref().unwrap_or_default())))
        }
        "undone" => format!("edit {} undone, {edited}", l.edit.as_ref().and_then(|e| e.undoes).unwrap_or_default()),
        "corrected" => format!("corrected by {source}: {what}"),
        "killed" => format!("withdrawn by {source}: {what}"),
        kind => format!("{kind} {what} {other}"),
    }
}
