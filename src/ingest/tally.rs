//! What a run did, in numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Taken;
use crate::detect::{Change, Decision};

/// Counts over one or several batches.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Files by outcome.
    pub files: BTreeMap<&'static str, u32>,
    /// Articles stored.
    pub articles: u32,
    /// Events founded.
    pub events: u32,
    /// Articles that joined an event.
    pub joined: u32,
    /// Rejects recorded.
    pub rejects: u32,
}

impl Tally {
    /// Adds another run's numbers.
    pub(super) fn merge(&mut self, other: Tally) {
        other.files.into_iter().for_each(|(outcome, n)| *self.files.entry(outcome).or_default() += n);
        self.articles += other.articles;
        self.events += other.events;
        self.joined += other.joined;
        self.rejects += other.rejects;
    }

    pub(super) fn add(&mut self, taken: &Taken) {
        *self.files.entry(taken.outcome.as_str()).or_default() += 1;
        self.articles += taken.articles;
        self.rejects += taken.rejects.len() as u32;
    }

    pub(super) fn add_decision(&mut self, decision: &Decision) {
        for change in &decision.changes {
            match change {
                Change::Created { .. } => self.events += 1,
                Change::Joined { .. } => self.joined += 1,
                _ => {}
            }
        }
    }
}

/// Time that a kind of work took, over all the times that it was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Together.
    pub time: Duration,
    /// How often.
    pub times: u64,
}

impl Spent {
    /// Adds one time.
    pub fn add(&mut self, time: Duration) {
        self.time += time;
        self.times += 1;
    }
}
