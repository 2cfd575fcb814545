//! The numbers of the daemon in the text format of Prometheus, version 0.0.4.

use std::fmt::Write;
use std::time::Instant;

use super::health::Disks;
use super::vitals::{Look, Phase};
use crate::article::Outcome;
use crate::ingest::Spent;
use crate::store::hooks::HookLine;

/// A number that is told: its name, its type, and what it is. RELIABILITY.md lists them; a test compares.
pub(super) const METRICS: &[(&str, &str, &str)] = &[
    ("wirefold_files_total", "counter", "Files of the ledger, by outcome."),
    ("wirefold_articles_total", "counter", "Articles stored."),
    ("wirefold_rejects_total", "counter", "Items of files that were no article."),
    ("wirefold_events_total", "counter", "Events founded."),
    ("wirefold_parsers_started_total", "counter", "Parser processes started since the start."),
    (
        "wirefold_parser_failures_total",
        "counter",
        "Parsers that took too long (late) or ended (ended) while they read a file, since the start.",
    ),
    ("wirefold_watchers_lost_total", "counter", "Times that the watcher of the inbox was found dead or at a limit, since the start."),
    ("wirefold_files_waiting", "gauge", "Files seen in the inbox that are not taken yet."),
    ("wirefold_files_queued", "gauge", "Those of them that are complete."),
    ("wirefold_ready", "gauge", "1 if files are taken, else 0."),
    ("wirefold_intake_paused", "gauge", "1 while intake is paused, else 0."),
    ("wirefold_watcher_alive", "gauge", "1 if the file system sends notices, 0 while the inbox is polled."),
    ("wirefold_turn_seconds", "gauge", "Seconds that the loop has been at its present turn; 0 while it waits."),
    ("wirefold_last_scan_timestamp_seconds", "gauge", "When the inbox was last scanned whole; 0 if not since the start."),
    ("wirefold_last_commit_timestamp_seconds", "gauge", "When something was last committed; 0 if not since the start."),
    ("wirefold_store_bytes", "gauge", "Size of the store with its write-ahead log."),
    ("wirefold_disk_free_bytes", "gauge", "Bytes free for the daemon on the file system of its store, inbox and archive."),
    ("wirefold_webhook_waiting", "gauge", "Messages that wait to be delivered to a target."),
    ("wirefold_webhook_failed", "gauge", "Messages for a target that were given up and are kept."),
    ("wirefold_webhook_off", "gauge", "1 if nothing is sent to a target any more, else 0."),
    ("wirefold_webhook_delivered_total", "counter", "Messages that a target took."),
    ("wirefold_webhook_dropped_total", "counter", "Messages for a target that made room for newer ones."),
    ("wirefold_scan_seconds", "summary", "Time of scans of the inbox."),
    ("wirefold_parse_seconds", "summary", "Time in which the files of a batch were parsed."),
    ("wirefold_store_seconds", "summary", "Time in which the articles of a batch were placed and committed."),
    ("wirefold_batch_seconds", "summary", "Time of whole batches, from claiming to retiring."),
];

/// All numbers as text.
pub(super) fn text(look: &Look, disks: &Disks, hooks: &[HookLine], now: Instant) -> String {
    let mut text = String::new();
    for (name, kind, help) in METRICS {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (label, value) in values(name, look, disks, hooks, now) {
            let _ = writeln!(text, "{name}{label} {value}");
        }
    }
    text
}

/// The values of one number, each with what stands behind its name.
fn values(name: &str, look: &Look, disks: &Disks, hooks: &[HookLine], now: Instant) -> Vec<(String, f64)> {
    let signs = &look.signs;
    let one = |value: f64| vec![(String::new(), value)];
    let flag = |is: bool| one(f64::from(u8::from(is)));
    let moment = |at: Option<jiff::Timestamp>| one(at.map_or(0.0, |at| at.as_millisecond() as f64 / 1e3));
    let spent = |spent: Spent| vec![("_sum".to_owned(), spent.time.as_secs_f64()), ("_count".to_owned(), spent.times as f64)];
    let each = |value: fn(&HookLine) -> f64| hooks.iter().map(|h| (format!("{{webhook=\"{}\"}}", h.name), value(h))).collect();
    let outcomes = [Outcome::Stored, Outcome::Partial, Outcome::Rejected, Outcome::Resent].map(Outcome::as_str);
    match name {
        "wirefold_files_total" => {
            outcomes.map(|o| (format!("{{outcome=\"{o}\"}}"), signs.counted.files.get(o).copied().unwrap_or(0) as f64)).to_vec()
        }
        "wirefold_articles_total" => one(signs.counted.articles as f64),
        "wirefold_rejects_total" => one(signs.counted.rejects as f64),
        "wirefold_events_total" => one(signs.counted.events as f64),
        "wirefold_parsers_started_total" => one(signs.parsers.started as f64),
        "wirefold_parser_failures_total" => {
            [("late", signs.parsers.late), ("ended", signs.parsers.ended)].map(|(why, n)| (format!("{{why=\"{why}\"}}"), n as f64)).to_vec()
        }
        "wirefold_watchers_lost_total" => one(f64::from(signs.watchers_lost)),
        "wirefold_files_waiting" => one(signs.waiting as f64),
        "wirefold_files_queued" => one(signs.queued as f64),
        "wirefold_ready" => flag(look.not_ready(now).is_none()),
        "wirefold_intake_paused" => flag(signs.paused.is_some()),
        "wirefold_watcher_alive" => flag(look.phase == Phase::Running && signs.polling.is_none()),
        "wirefold_turn_seconds" => one(look.at_work(now).unwrap_or_default().as_secs_f64()),
        "wirefold_last_scan_timestamp_seconds" => moment(signs.last_scan),
        "wirefold_last_commit_timestamp_seconds" => moment(signs.last_commit),
        "wirefold_store_bytes" => one(disks.store_bytes as f64),
        "wirefold_disk_free_bytes" => {
            disks.by_folder().into_iter().filter_map(|(of, disk)| Some((format!("{{of=\"{of}\"}}"), disk?.free_bytes as f64))).collect()
        }
        "wirefold_webhook_waiting" => each(|h| h.waiting.into()),
        "wirefold_webhook_failed" => each(|h| h.failed.into()),
        "wirefold_webhook_off" => each(|h| u8::from(h.off.is_some()).into()),
        "wirefold_webhook_delivered_total" => each(|h| h.delivered as f64),
        "wirefold_webhook_dropped_total" => each(|h| h.dropped as f64),
        "wirefold_scan_seconds" => spent(signs.scans),
        "wirefold_parse_seconds" => spent(signs.parsing),
        "wirefold_store_seconds" => spent(signs.storing),
        "wirefold_batch_seconds" => spent(signs.batches),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::vitals::Signs;

    #[test]
    fn every_number_has_a_value_and_is_documented() {
        let manual = include_str!("../../RELIABILITY.md");
        let look = Look { phase: Phase::Running, signs: Signs::default(), at_work_since: None };
        let disks = Disks::of(&crate::config::Config { store: "/".into(), inbox: "/".into(), archive: "/".into(), ..Default::default() });
        let hook = HookLine { name: "desk".to_owned(), ..HookLine::default() };
        let text = text(&look, &disks, &[hook], Instant::now());
        for (name, kind, _) in METRICS {
            assert!(manual.contains(&format!("`{name}`")), "RELIABILITY.md does not say what {name} is");
            assert!(text.lines().any(|line| line.starts_with(name)), "{name} has no value:\n{text}");
            assert_eq!(*kind == "counter", name.ends_with("_total"), "{name}");
        }
    }
}
