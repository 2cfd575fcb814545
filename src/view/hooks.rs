//! Who is told of events by webhooks, in a line each.

use std::io;

use super::{Screen, counted, field, minute};
use crate::store::hooks::{Again, HookLine};

/// A list of targets.
///
/// # Errors
/// If the output is closed.
pub fn hooks(screen: &mut Screen, lines: &[HookLine]) -> io::Result<()> {
    if screen.json {
        return lines.iter().try_for_each(|line| screen.json(line));
    }
    if lines.is_empty() {
        return screen.line("nobody is told of events: [[webhook]] in the configuration names who is, from the next `wirefold run` on");
    }
    lines.iter().try_for_each(|line| screen.line(format!("{}  {}", line.name, standing(line))))
}

/// What is sent to a target again, and what has to wait for another time.
pub fn again(name: &str, again: &Again) -> String {
    let sent = format!("{name} is on; {} will be sent by `wirefold run`", counted(again.sent, "message"));
    let left = format!(
        "; {} more stay failed, since {} may wait (max_waiting): give the command again once these are sent",
        again.left, again.most
    );
    if again.left > 0 { sent + &left } else { sent }
}

/// How it stands with a target: `3 messages wait, 120 delivered, …`.
pub fn standing(line: &HookLine) -> String {
    let waits = if line.waiting == 1 { "waits" } else { "wait" };
    let mut parts = vec![format!("{} {waits}", counted(line.waiting, "message")), format!("{} delivered", line.delivered)];
    parts.extend((line.failed > 0).then(|| format!("{} failed", line.failed)));
    parts.extend((line.dropped > 0).then(|| format!("{} dropped", line.dropped)));
    parts.extend(line.off.as_ref().map(|why| format!("OFF: {}", field(why))));
    let error = line.error.as_ref().filter(|_| line.off.is_none()).zip(line.error_at);
    parts.extend(error.map(|(error, at)| format!("last error on {}: {}", minute(at), field(error))));
    parts.join(", ")
}
