//! Articles that came when the days that they are of had left the detector's memory: compared with these days from the store, and
//! moved where they belong.
//!
//! The daemon compares what comes with what is live: the window of time, and the newest articles. An article dated long before is stored
//! like any other, but nobody of its day may be there to be compared with. Here a detector is made of that day from the store, with
//! a window on both sides, and the late article is placed in it as if it came just then. Where it joins an event, it is moved there by an
//! edit under a name of its own, so that history tells it, `undo` takes it back, and a rebuild keeps it.

use jiff::Timestamp;
use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::article::EventId;
use crate::config::Config;
use crate::detect::{Detector, Settings, Stored};
use crate::edit::{Asked, Command};
use crate::failure::Failure;
use crate::store::edit::Turn;
use crate::store::edits::{EditLine, LATE};
use crate::store::{Reader, Store, StoreError};
use crate::view;

/// µs of an hour.
const HOUR: i64 = 3_600_000_000;
/// Articles restored at a time.
const STEP: usize = 4096;

/// What became of the late articles.
#[derive(Debug, Clone, Serialize)]
pub struct Rejoined {
    /// Articles that were compared with the days they are of.
    pub compared: u32,
    /// Those that were moved, each by an edit.
    pub moved: Vec<EditLine>,
    /// Moves that were refused, and why: somebody's edit stands against them.
    pub refused: Vec<String>,
}

/// An article at its time, in µs since 1970.
type Timed = (u32, i64);

/// Compares every article that came too late with the days it is of, and moves those that belong to an event of these days. `progress` is
/// told how many of how many are done.
///
/// # Errors
/// If the store cannot be read or written, or is being replaced.
pub fn rejoin(config: &Config, mut progress: impl FnMut(u64, u64)) -> Result<Rejoined, Failure> {
    let reader = Reader::open(&config.store)?;
    let _turn = Turn::editing(&config.store)?;
    let mut store = Store::open(&config.store)?;
    let window = (config.detect.window_days * 24.0) as i64 * HOUR;
    let times = reader.times()?;
    let late = alone(&reader, late(&times, window))?;
    let mut by_time = times;
    by_time.sort_unstable_by_key(|&(pos, at)| (at, pos));
    let mut rejoined = Rejoined { compared: 0, moved: Vec::new(), refused: Vec::new() };
    let mut done = 0;
    for group in late.chunk_by(spans(window)) {
        let moves = compare(&reader, &config.detect, group, &by_time, window, &mut rejoined.compared)?;
        for asked in moves {
            match store.edit(&asked) {
                Ok(line) => rejoined.moved.push(line),
                Err(StoreError::Refused { message, .. }) => rejoined.refused.push(message),
                Err(error) => return Err(error.into()),
            }
        }
        done += group.len() as u64;
        progress(done, late.len() as u64);
    }
    Ok(rejoined)
}

/// Cuts a series of articles by time: a group spans a window at most.
fn spans(window: i64) -> impl FnMut(&Timed, &Timed) -> bool {
    let mut begin = None;
    move |a, b| {
        let together = b.1 - *begin.get_or_insert(a.1) <= window;
        if !together {
            begin = Some(b.1);
        }
        together
    }
}

/// Articles dated more than a window before the newest one that had come before them.
fn late(times: &[Timed], window: i64) -> Vec<Timed> {
    let mut newest = i64::MIN;
    let mut is_late = |&&(_, at): &&Timed| {
        newest = newest.max(at);
        at < newest.saturating_sub(window)
    };
    times.iter().filter(|timed| is_late(timed)).copied().collect()
}

/// Those of them whose event holds late articles only, by time: others have found their company.
fn alone(reader: &Reader, late: Vec<Timed>) -> Result<Vec<Timed>, Failure> {
    let all: FxHashSet<u32> = late.iter().map(|(pos, _)| *pos).collect();
    let mut alone = Vec::new();
    for timed in late {
        if reader.company(timed.0)?.iter().all(|pos| all.contains(pos)) {
            alone.push(timed);
        }
    }
    alone.sort_unstable_by_key(|&(pos, at)| (at, pos));
    Ok(alone)
}

/// Places the articles of a group among those of their days, and says which belong elsewhere.
fn compare(
    reader: &Reader,
    settings: &Settings,
    group: &[Timed],
    by_time: &[Timed],
    window: i64,
    compared: &mut u32,
) -> Result<Vec<Asked>, Failure> {
    let named: FxHashSet<u32> = group.iter().map(|(pos, _)| *pos).collect();
    let mut days: Vec<u32> = around(group, by_time, window, settings.max_live as usize);
    days.retain(|pos| !named.contains(pos));
    days.sort_unstable();
    // What was live together was compared when it came.
    let first = days.first().copied().unwrap_or(u32::MAX);
    let mut group: Vec<u32> = group.iter().map(|(pos, _)| *pos).filter(|pos| first.saturating_add(settings.keep_recent) < *pos).collect();
    group.sort_unstable();
    if group.is_empty() {
        return Ok(Vec::new());
    }
    let next = days.iter().chain(&group).max().map_or(0, |pos| pos + 1);
    let (mut detector, events) = restored(reader, settings, &days, next)?;
    let (mut moves, mut placed) = (Vec::new(), Vec::new());
    for Stored { incoming, moves: seat, .. } in reader.load_seated(&group)? {
        *compared += 1;
        placed.push(incoming.id.to_string());
        let decision = detector.place(incoming);
        let event = decision.places.iter().find(|place| place.pos == decision.pos).map(|place| place.event);
        if let Some(event) = event.filter(|event| events.contains(event) && seat.iter().all(|(_, own)| own != event)) {
            let why = decision.because.matched.as_ref().map(|matched| -> Result<String, Failure> {
                let with = match matched.other.checked_sub(next) {
                    Some(n) => placed[n as usize].clone(),
                    None => reader.article_id(matched.other)?,
                };
                Ok(format!("came late; with article {}, probability {:.2}", view::short(&with), matched.probability))
            });
            let command = Command::Move { article: placed[placed.len() - 1].clone(), event: event.to_string() };
            let why = why.transpose()?.unwrap_or_else(|| "came late".to_owned());
            moves.push(Asked { command, who: LATE.to_owned(), why, at: Timestamp::now() });
        }
    }
    Ok(moves)
}

/// Order numbers of what was published within a window of a group, or nearer if that is more than may be live.
fn around(group: &[Timed], by_time: &[Timed], window: i64, most: usize) -> Vec<u32> {
    let (Some(&(_, first)), Some(&(_, last))) = (group.first(), group.last()) else { return Vec::new() };
    let within = |reach: i64| {
        let from = by_time.partition_point(|&(_, at)| at < first - reach);
        let to = by_time.partition_point(|&(_, at)| at <= last + reach);
        &by_time[from..to]
    };
    let mut reach = window;
    while within(reach).len() > most && reach > HOUR {
        reach /= 2;
    }
    within(reach).iter().take(most).map(|(pos, _)| *pos).collect()
}

/// A detector to which these articles alone are live, and their events.
fn restored(reader: &Reader, settings: &Settings, days: &[u32], next: u32) -> Result<(Detector, FxHashSet<EventId>), Failure> {
    let mut detector = Detector::new(Settings { keep_recent: u32::MAX, max_live: u32::MAX, ..settings.clone() }, next);
    let mut events = FxHashSet::default();
    for step in days.chunks(STEP) {
        for stored in reader.load_seated(step)? {
            events.extend(stored.moves.iter().map(|(_, event)| *event));
            detector.restore(stored);
        }
    }
    detector.restored(next);
    detector.hold(reader.held()?);
    Ok((detector, events))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_is_what_is_older_than_the_window_when_it_comes() {
        assert_eq!(late(&[(0, 100), (1, 200), (2, 95), (3, 150), (4, 99)], 100), [(2, 95), (4, 99)]);
        assert_eq!(late(&[(0, 95), (1, 200)], 100), [], "it came first");
    }

    #[test]
    fn a_group_spans_a_window_at_most() {
        let late: Vec<Timed> = [0, 3, 6, 9, 12, 30].iter().map(|at| (0, *at)).collect();
        let groups: Vec<usize> = late.chunk_by(spans(7)).map(<[_]>::len).collect();
        assert_eq!(groups, [3, 2, 1]);
    }

    #[test]
    fn what_is_around_is_no_more_than_may_be_live() {
        let hours: Vec<Timed> = (0..100).map(|n| (n, i64::from(n) * HOUR)).collect();
        let group = [(50, 50 * HOUR), (51, 51 * HOUR)];
        assert_eq!(around(&group, &hours, 4 * HOUR, 1000), (46..=55).collect::<Vec<u32>>());
        assert_eq!(around(&group, &hours, 4 * HOUR, 6), (48..=53).collect::<Vec<u32>>());
        assert_eq!(around(&group, &hours, 4 * HOUR, 3).len(), 3);
    }
}
