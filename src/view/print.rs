//! Lists and single things on the terminal.

use std::io;

use super::ledger::Health;
use super::{Screen, Style, beside, counted, counted_so_far, field, field_cut, hours, minute, path, short};
use crate::ingest::Tally;
use crate::store::hooks::HookLine;
use crate::store::read::{GROWTH, Listed};
use crate::store::rows::{EventRef, EventSummary, FileLine, KnownEvent, Related, SourceLine, Totals};
use crate::store::search::Progress;

/// A list of events.
pub fn events(screen: &mut Screen, listed: &Listed) -> io::Result<()> {
    let events = &listed.events;
    if screen.json {
        return events.iter().try_for_each(|e| screen.json(e));
    }
    for event in events {
        event_line(screen, event)?;
        sources_line(screen, event)?;
    }
    let all = (listed.total, listed.at_least);
    more(screen, events.len(), all, "event", "no events: drop files into the inbox, run `wirefold ingest PATH`, or relax the filters")
}

fn event_line(screen: &mut Screen, e: &EventSummary) -> io::Result<()> {
    let id = screen.style(Style::Id, short(&e.event));
    let grown = e.grown.map_or_else(String::new, |n| format!(", +{n} in {} h", GROWTH.as_hours()));
    let (articles, sources) = (counted(e.articles, "article"), counted(e.source_count, "source"));
    let taken_back = beside::taken_back(e).map_or_else(String::new, |says| format!("; {says}"));
    let counts = format!("{articles}, {sources}, {} independent{grown}{taken_back}", e.lineage_count);
    let headline = screen.style(Style::Strong, &field_cut(&e.headline, screen.width.saturating_sub(12)));
    screen.line(format!("{id}  {headline}"))?;
    screen.line(format!("          {}   {counts}", screen.style(Style::Faint, &span(e))))
}

/// The events as they were known at a time.
pub fn known_events(screen: &mut Screen, events: &[KnownEvent], total: u32, at: jiff::Timestamp) -> io::Result<()> {
    if screen.json {
        return events.iter().try_for_each(|e| screen.json(e));
    }
    for e in events {
        let id = screen.style(Style::Id, short(&e.event));
        let headline = screen.style(Style::Strong, &field_cut(&e.headline, screen.width.saturating_sub(12)));
        screen.line(format!("{id}  {headline}"))?;
        let counts = format!("{}, {}", counted(e.articles, "article"), counted(e.source_count, "source"));
        screen.line(format!("          {}   {counts}", screen.style(Style::Faint, &from_to(e.first, e.last))))?;
    }
    more(screen, events.len(), (total, false), "event", &format!("nothing had been received by {}", minute(at)))
}

/// From when to when an event was reported.
pub fn span(e: &EventSummary) -> String {
    from_to(e.first, e.last)
}

fn from_to(first: Option<jiff::Timestamp>, last: Option<jiff::Timestamp>) -> String {
    match (first.map(minute), last.map(minute)) {
        (Some(a), Some(b)) if a == b => a,
        (Some(a), Some(b)) if a[..10] == b[..10] => format!("{a}–{}", &b[11..]),
        (Some(a), Some(b)) => format!("{a} – {b}"),
        _ => "no time".to_owned(),
    }
}

fn sources_line(screen: &mut Screen, e: &EventSummary) -> io::Result<()> {
    let names: Vec<String> = e.sources.iter().take(8).map(|s| format!("{} ({})", field(&s.source), s.relation)).collect();
    let rest = if e.sources.len() > 8 { format!(" and {} more", e.sources.len() - 8) } else { String::new() };
    screen.line(format!("          {}{rest}", names.join(", ")))
}

fn more(screen: &mut Screen, shown: usize, (total, at_least): (u32, bool), what: &str, none: &str) -> io::Result<()> {
    if total == 0 {
        return screen.line(none);
    }
    let all = if shown as u32 == total { String::new() } else { format!("{shown} of ") };
    let how = if shown as u32 == total { "" } else { "; see --limit and --offset" };
    screen.line(screen.style(Style::Faint, &format!("{all}{}{how}", counted_so_far(total, at_least, what))))
}

/// The events that an event is connected with.
pub fn related(screen: &mut Screen, related: &Related) -> io::Result<()> {
    for (n, (how, e)) in connections(related).enumerate() {
        if n == 0 {
            screen.line("")?;
        }
        let headline = field_cut(&e.headline, screen.width.saturating_sub(36));
        screen.line(format!(
            "{}  {}  {headline}",
            screen.style(Style::Faint, &format!("{how:<23}")),
            screen.style(Style::Id, short(&e.event))
        ))?;
    }
    Ok(())
}

/// How an event is connected with which others.
pub fn connections(related: &Related) -> impl Iterator<Item = (&'static str, &EventRef)> {
    let follows = related.follows.iter().map(|e| ("goes on from", e));
    let followed_by = related.followed_by.iter().map(|e| ("went on with", e));
    let reported_in = related.reported_in.iter().map(|e| ("also in the round-up", e));
    let reports = related.reports.iter().map(|e| ("a round-up that reports", e));
    follows.chain(followed_by).chain(reported_in).chain(reports)
}

/// What stands beside what was rejected of a file that was taken again.
pub const TAKEN_AGAIN: &str = "taken again since: a newer line says how that ended";

/// Files of the ledger.
pub fn files(screen: &mut Screen, files: &[FileLine], total: u32, none: &str) -> io::Result<()> {
    if screen.json {
        return files.iter().try_for_each(|f| screen.json(f));
    }
    for f in files {
        let received = f.received.map_or_else(|| "                ".to_owned(), minute);
        screen.line(format!("{received}  {:<8}  {:>6}  {}", f.outcome, f.articles, path(&f.path)))?;
        if let Some(why) = &f.waits_for {
            screen.line(format!("                  {}", field_cut(why, screen.width.saturating_sub(20))))?;
        }
        for reject in f.rejects.iter().take(10) {
            let place = reject.position.map_or_else(String::new, |p| format!("item {p}: "));
            screen.line(format!("                  {place}{}", field_cut(&reject.reason, screen.width.saturating_sub(20))))?;
        }
        if f.rejects.len() > 10 {
            screen.line(format!("                  and {} more", f.rejects.len() - 10))?;
        }
        if f.taken_again {
            screen.line(format!("                  {TAKEN_AGAIN}"))?;
        }
        for note in f.notes.iter().take(10) {
            screen.line(format!("                  {}", field_cut(note, screen.width.saturating_sub(20))))?;
        }
    }
    more(screen, files.len(), (total, false), "file", none)
}

/// What sources did.
pub fn sources(screen: &mut Screen, lines: &[SourceLine]) -> io::Result<()> {
    if screen.json {
        return lines.iter().try_for_each(|l| screen.json(l));
    }
    if lines.is_empty() {
        return screen.line("no sources yet: drop files into the inbox or run `wirefold ingest PATH`");
    }
    screen.line(screen.style(Style::Faint, "articles   first  originals  copies  others  median delay  source"))?;
    for l in lines {
        let most =
            l.copies_most.as_ref().map_or_else(String::new, |m| format!("   (copies {} most: {})", field(m), l.copies_most_articles));
        let delay = l.median_delay_hours.map_or_else(|| "–".to_owned(), |h| format!("+{}", hours(h)));
        screen.line(format!(
            "{:>8}  {:>6}  {:>9}  {:>6}  {:>6}  {delay:>12}  {}{most}",
            l.articles,
            l.first,
            l.originals,
            l.copies,
            l.again + l.roundups,
            field(&l.source)
        ))?;
    }
    more(screen, lines.len(), (lines.len() as u32, false), "source", "")
}

/// What is stored and what waits.
pub fn status(
    screen: &mut Screen,
    totals: &Totals,
    waiting: u32,
    health: &Health,
    search: &Progress,
    hooks: &[HookLine],
) -> io::Result<()> {
    if screen.json {
        let Health { said, polling, hindered, clock } = health;
        let status = serde_json::json!({
            "health": said, "polling": polling, "hindered": hindered, "clock": clock, "waiting": waiting, "totals": totals, "search": search, "webhooks": hooks
        });
        return screen.json(&status);
    }
    screen.line(format!("health    {}", field(&health.said)))?;
    if let Some(why) = &health.polling {
        screen.line(format!("polling   {}", field(why)))?;
    }
    if let Some(what) = &health.hindered {
        screen.line(format!("hindered  {}", field(what)))?;
    }
    if let Some(why) = &health.clock {
        screen.line(format!("clock     {}", field(why)))?;
    }
    if totals.original_missing > 0 {
        let missing = counted(totals.original_missing, "stored file");
        screen.line(format!("ALARM     the original of {missing} is nowhere; `wirefold files` has the digests"))?;
    }
    screen.line(format!("waiting   {}", counted(waiting, "file")))?;
    let seen: u32 = totals.files.values().sum();
    let by: Vec<String> = totals.files.iter().map(|(outcome, n)| format!("{n} {outcome}")).collect();
    screen.line(format!("files     {seen}{}", if by.is_empty() { String::new() } else { format!(" = {}", by.join(" + ")) }))?;
    let versions = match totals.further_versions {
        0 => String::new(),
        n => format!(", {n} of them as further versions, which lists do not count"),
    };
    screen.line(format!(
        "articles  {} in {} from {}{versions}",
        totals.articles,
        counted(totals.events, "event"),
        counted(totals.sources, "source")
    ))?;
    screen.line(format!("search    {} in the index, {} not yet", counted(search.indexed, "article"), search.behind))?;
    let closed = match totals.rejects.saturating_sub(totals.open_rejects) {
        0 => String::new(),
        n => format!(", besides {n} of files that were taken again since"),
    };
    screen.line(format!("rejects   {}{closed}", totals.open_rejects))?;
    screen.line(format!("last file {}", totals.last_received.map_or_else(|| "never".to_owned(), minute)))?;
    hooks.iter().try_for_each(|hook| screen.line(format!("webhook   {}: {}", hook.name, super::hooks::standing(hook))))?;
    screen.line(format!("backup    {}", totals.last_backup.map_or_else(|| "never".to_owned(), minute)))
}

/// The summary that ends `ingest`.
pub fn tally(tally: &Tally) -> String {
    let files: u32 = tally.files.values().sum();
    let by: Vec<String> = tally.files.iter().map(|(outcome, n)| format!("{n} {outcome}")).collect();
    let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
    let rejects =
        if tally.rejects > 0 { format!(", {} — see `wirefold rejects`", counted(tally.rejects, "reject")) } else { String::new() };
    format!(
        "{}{by}: {}, {} new events, {} joined one{rejects}",
        counted(files, "file"),
        counted(tally.articles, "article"),
        tally.events,
        tally.joined
    )
}
