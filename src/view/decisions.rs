//! How well the detector agrees with editors.

use std::io;

use super::{Screen, counted};
use crate::evaluate::decisions::{Agreement, Evaluated};

/// The figures with the threshold in effect and with others.
///
/// # Errors
/// If the output is closed.
pub fn decisions(screen: &mut Screen, e: &Evaluated) -> io::Result<()> {
    if screen.json {
        return screen.json(e);
    }
    if e.edits == 0 {
        return screen.line("no edit says yet what belongs together: `wirefold merge`, `split`, `move` and `pin` do");
    }
    screen.line(format!(
        "{} on {} of articles: {} together, {} apart; {} placed anew without them",
        counted(e.edits, "edit"),
        counted(e.together + e.apart, "pair"),
        e.together,
        e.apart,
        counted(e.articles, "article")
    ))?;
    screen.line("threshold  precision  recall  wrongly together  missed")?;
    for a in &e.thresholds {
        screen.line(line(a, a.threshold == e.present.threshold))?;
    }
    let list = |edits: &[u32]| edits.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    if !e.agreed.is_empty() {
        screen.line(format!("the detector would now do the same as edits {}", list(&e.agreed)))?;
    }
    if !e.disagreed.is_empty() {
        screen.line(format!("it would not without edits {}", list(&e.disagreed)))?;
    }
    screen.line("These pairs were edited because something was wrong with them: compare the lines, and try `wirefold rebuild` with a better threshold.")
}

fn line(a: &Agreement, present: bool) -> String {
    let share = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |s| format!("{s:.2}"));
    let mark = if present { "  in effect" } else { "" };
    format!("{:>9.2}  {:>9}  {:>6}  {:>16}  {:>6}{mark}", a.threshold, share(a.precision), share(a.recall), a.wrong, a.missed)
}
