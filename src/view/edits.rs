//! What editors did, in a line each.

use std::io;

use super::{Screen, Style, counted, field, field_cut, minute, short};
use crate::late::Rejoined;
use crate::store::edits::EditLine;

/// A list of edits, newest first; `total` is how many there are.
///
/// # Errors
/// If the output is closed.
pub fn edits(screen: &mut Screen, lines: &[EditLine], total: u32) -> io::Result<()> {
    if screen.json {
        return lines.iter().try_for_each(|line| screen.json(line));
    }
    for line in lines {
        edit(screen, line)?;
    }
    let shown = lines.len() as u32;
    match total {
        0 => screen.line(
            "nothing was edited: `wirefold merge EVENT EVENT`, `split`, `move`, `pin`, `mark` and `headline` put right what is wrong",
        ),
        _ if shown < total => screen.line(format!("{shown} of {}; more with --limit and --offset", counted(total, "edit"))),
        _ => Ok(()),
    }
}

/// One edit.
///
/// # Errors
/// If the output is closed.
pub fn edit(screen: &mut Screen, line: &EditLine) -> io::Result<()> {
    if screen.json {
        return screen.json(line);
    }
    let state = if line.active {
        String::new()
    } else {
        format!("  (undone{})", line.undone_by.map_or_else(String::new, |by| format!(" by {by}")))
    };
    screen.line(format!("{:>4}  {}  {}  {}{state}", line.edit, minute(line.at), field(&line.who), says(line)))?;
    if line.why.is_empty() {
        Ok(())
    } else {
        screen.line(screen.style(Style::Faint, &format!("      {}", field_cut(&line.why, screen.width.saturating_sub(6)))))
    }
}

/// What became of the articles that came late.
///
/// # Errors
/// If the output is closed.
pub fn rejoined(screen: &mut Screen, rejoined: &Rejoined) -> io::Result<()> {
    if screen.json {
        return screen.json(rejoined);
    }
    for line in &rejoined.moved {
        edit(screen, line)?;
    }
    for refusal in &rejoined.refused {
        screen.line(format!("not moved: {}", field(refusal)))?;
    }
    let compared = counted(rejoined.compared, "article");
    match rejoined.moved.len() {
        0 if rejoined.compared == 0 => screen.line("no article came so late that what it was to be compared with had left memory"),
        moved => {
            screen.line(format!("{compared} came late and compared with their days: {moved} moved; `wirefold undo EDIT` takes a move back"))
        }
    }
}

/// What an edit did, in words.
pub fn says(line: &EditLine) -> String {
    let event = short(&line.event);
    let other = line.other.as_deref().map_or("", short);
    let named: Vec<&str> = line.articles.iter().take(3).map(|id| short(id)).collect();
    let rest = line.articles.len().saturating_sub(named.len());
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let articles = format!("{}{rest}", named.join(", "));
    match line.kind.as_str() {
        "merge" => format!("merged event {other} into {event}"),
        "split" => format!("split {articles} off from event {other} as event {event}"),
        "move" => format!("moved {articles} from event {other} to {event}"),
        "pin" => format!("pinned {} in event {event}", named.join(" and ")),
        "unpin" => format!("unpinned {} in event {event}", named.join(" and ")),
        "mark" => format!("marked {articles} as a round-up, event {event}"),
        "headline" => format!("called event {event} {}", field(line.headline.as_deref().unwrap_or_default())),
        "undo" => format!("undid edit {}", line.undoes.unwrap_or_default()),
        kind => format!("{kind} {event}"),
    }
}
