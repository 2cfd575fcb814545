//! What people and programs see. One wording of an event, a time and a relation for all of it.

pub mod aligned;
pub mod article;
pub mod beside;
mod changed;
pub mod decisions;
pub mod edits;
pub mod event;
pub mod explain;
pub mod export;
pub mod history;
pub mod hooks;
pub mod ledger;
pub mod print;
pub mod reading;
pub mod reasons;
pub mod search;

use std::io::{self, IsTerminal, Write};

use jiff::Timestamp;

use crate::text::clean::{Safe, escaped};

/// Where output goes and how it may look.
pub struct Screen {
    out: Box<dyn Write>,
    colour: bool,
    /// Print JSON, one object a line.
    pub json: bool,
    /// Columns to fill.
    pub width: usize,
}

/// Styles by meaning.
#[derive(Debug, Clone, Copy)]
pub enum Style {
    /// What a line is about.
    Strong,
    /// What matters less.
    Faint,
    /// Ids.
    Id,
}

impl Screen {
    /// Standard output; `colour` as asked for, `None` for automatic.
    pub fn stdout(json: bool, colour: Option<bool>) -> Self {
        let terminal = io::stdout().is_terminal();
        let colour = colour.unwrap_or(terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()));
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        Self { out: Box::new(io::BufWriter::new(io::stdout().lock())), colour, json, width: columns.unwrap_or(110).clamp(40, 240) }
    }

    /// A buffer, for tests.
    pub fn buffer(out: Box<dyn Write>, json: bool) -> Self {
        Self { out, colour: false, json, width: 110 }
    }

    /// Prints a line.
    ///
    /// # Errors
    /// If the output is closed.
    pub fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.out, "{}", text.as_ref())
    }

    /// Prints a value as one line of JSON, as [`json_text`].
    ///
    /// # Errors
    /// If the output is closed.
    pub fn json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        writeln!(self.out, "{}", json_text(value)?)
    }

    /// Text in a style, where colours are on.
    pub fn style(&self, style: Style, text: &str) -> String {
        let code = match style {
            _ if !self.colour => return text.to_owned(),
            Style::Strong => "1",
            Style::Faint => "2",
            Style::Id => "36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// If the output is closed.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A value as one line of JSON, as [`escaped`].
///
/// # Errors
/// If the value has no form in JSON.
pub fn json_text(value: &impl serde::Serialize) -> serde_json::Result<String> {
    Ok(escaped(&serde_json::to_string(value)?))
}

/// A field on a line of its own direction: right-to-left text is isolated so that it does not reorder its neighbours.
pub fn field(text: &str) -> String {
    isolate(Safe::line(text))
}

/// As [`field`], cut to so many columns.
pub fn field_cut(text: &str, columns: usize) -> String {
    isolate(Safe::line(text).cut(columns))
}

/// As [`field`], for the name of a file.
pub fn path(name: &str) -> String {
    isolate(Safe::name(name))
}

fn isolate(safe: Safe) -> String {
    let right_to_left = |c: char| matches!(c as u32, 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x1_e800..=0x1_efff);
    if safe.as_str().chars().any(right_to_left) { format!("\u{2068}{safe}\u{2069}") } else { safe.to_string() }
}

/// A time as everywhere: UTC to the minute.
pub fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A publication time; without the day where that is the day of `beside`, and without an hour where only the day is known.
pub fn moment(at: Option<Timestamp>, precision: Option<&str>, beside: Option<Timestamp>) -> String {
    let Some(at) = at else { return "no date".to_owned() };
    let full = minute(at);
    match precision {
        Some("day") => format!("{} (hour unknown)", &full[..10]),
        _ if beside.is_some_and(|b| minute(b)[..10] == full[..10]) => full[11..].to_owned(),
        _ => full,
    }
}

/// A length of time: minutes below an hour, then hours, then days.
pub fn hours(h: f64) -> String {
    match h.abs() {
        a if a < 1.0 / 60.0 => "under 1 min".to_owned(),
        a if a < 0.995 => format!("{:.0} min", h * 60.0),
        a if a < 72.0 => format!("{h:.1} h"),
        _ => format!("{:.1} days", h / 24.0),
    }
}

/// A share of 0 to 1 as a percentage; something is never shown as nothing.
pub fn percent(share: f32) -> String {
    if share > 0.0 && share < 0.01 { "under 1 %".to_owned() } else { format!("{:.0} %", share * 100.0) }
}

/// `1 source`, `2 sources`.
pub fn counted(n: u32, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}{}", if what.ends_with('y') { "" } else { "s" }) }
}

/// As [`counted`], of things that may be more than were counted.
pub fn counted_so_far(n: u32, at_least: bool, what: &str) -> String {
    format!("{}{}", if at_least { "at least " } else { "" }, counted(n, what))
}

/// An id as shown in lists: enough of it to be typed. Any beginning that is unique is accepted.
pub fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::{hours, moment, percent};

    #[test]
    fn times_and_shares_are_never_rounded_to_nothing() {
        assert_eq!([0.001, 0.5, 0.996, 2.44, 71.9, 96.0].map(hours), ["under 1 min", "30 min", "1.0 h", "2.4 h", "71.9 h", "4.0 days"]);
        assert_eq!([0.0, 0.004, 0.5, 1.0].map(percent), ["0 %", "under 1 %", "50 %", "100 %"]);
    }

    #[test]
    fn a_time_says_only_what_is_known() {
        let at: jiff::Timestamp = "2026-03-04T08:30:00Z".parse().unwrap();
        assert_eq!(moment(None, None, None), "no date");
        assert_eq!(moment(Some(at), Some("day"), Some(at)), "2026-03-04 (hour unknown)");
        assert_eq!(moment(Some(at), Some("minute"), Some(at)), "08:30");
        assert_eq!(moment(Some(at), None, "2026-03-03T08:30:00Z".parse().ok()), "2026-03-04 08:30");
    }
}
