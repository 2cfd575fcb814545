//! How things stand, as the daemon tells it: to other processes, to the service manager and to monitoring.

use jiff::Timestamp;

use super::Daemon;
use super::state::{self, State};
use super::vitals::Signs;
use crate::clock;
use crate::inbox::Found;

impl Daemon<'_> {
    /// Tells other processes how things stand, if that changed.
    pub(super) fn report(&mut self, paused: Option<String>) {
        let notices = &self.notices;
        let settle = format!("has not been unchanged for {} s yet", self.config.settle_seconds);
        let why = |found: &Found| self.intake.waits.get(&found.path).or(paused.as_ref()).unwrap_or(&settle).clone();
        let unsettled = self.settling.unsettled().map(|found| (found.path.clone(), why(found)));
        let waiting: Vec<_> = self.intake.aside().chain(unsettled).take(state::NAMED).collect();
        let mut state =
            State { paused, polling: notices.polling.clone(), watchers_lost: notices.lost, since: self.state.since, ..State::default() };
        state.hindered = self.hindered();
        state.name_waiting(waiting.into_iter());
        let clock = self.doubt();
        self.vitals.turned(Signs { clock, ..self.signs(&state) });
        self.supervisor.turned(status(&state, self.intake.tally.articles, self.waiting()));
        if state != self.state || state.since.is_none() {
            state.since = Some(Timestamp::now());
            state.write(&self.config.store);
            self.state = state;
        }
    }

    /// What of the inbox cannot be taken while the rest is, if anything.
    fn hindered(&self) -> Option<String> {
        let more = |first: String, all: usize| if all > 1 { format!("{first} (and {} more)", all - 1) } else { first };
        let unseen = self.unseen.first().map(|first| more(first.clone(), self.unseen.len()));
        let waits = &self.intake.waits;
        let refused = waits.first_key_value().map(|(path, why)| more(format!("{} {why}", path.display()), waits.len()));
        let said: Vec<String> = unseen.into_iter().chain(refused).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// Why the clock is probably wrong; that is logged when it begins.
    fn doubt(&mut self) -> Option<String> {
        let doubt = clock::doubt(Timestamp::now(), self.intake.last_commit.or(self.last_claimed));
        if let Some(why) = doubt.as_ref().filter(|_| !self.doubted) {
            tracing::warn!(why, "the clock is probably wrong");
        }
        self.doubted = doubt.is_some();
        doubt
    }

    /// How things stand, in numbers.
    fn signs(&self, state: &State) -> Signs {
        let [parsing, storing] = self.intake.spent();
        Signs {
            paused: state.paused.clone(),
            polling: state.polling.clone(),
            hindered: state.hindered.clone(),
            clock: None,
            watchers_lost: state.watchers_lost,
            last_scan: self.last_scan,
            last_commit: self.intake.last_commit,
            waiting: self.waiting(),
            queued: self.queue.len(),
            counted: self.counted.with(&self.intake.tally),
            parsers: self.intake.parsers(),
            scans: self.scans,
            parsing,
            storing,
            batches: self.intake.batches,
        }
    }
}

/// How things stand, in a line for the service manager.
fn status(state: &State, articles: u32, waiting: usize) -> String {
    match &state.paused {
        Some(why) => format!("intake is paused: {why}"),
        None => format!("{articles} articles stored since the start, {waiting} files wait"),
    }
}
