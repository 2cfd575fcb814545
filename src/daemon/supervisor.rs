//! What the service manager is told, by the protocol of `sd_notify(3)`: that the daemon is ready, how things stand, that its loop turns.
//! Where `NOTIFY_SOCKET` is not set nobody asked, and nothing is said.

use std::time::Duration;

use sd_notify::NotifyState;

/// Tells the service manager what it asked for.
#[derive(Debug, Default)]
pub(super) struct Supervisor {
    /// Time after which the manager takes the daemon for dead if it hears nothing; `None` if it does not watch.
    patience: Option<Duration>,
    status: String,
    refused: bool,
}

impl Supervisor {
    /// As the environment says (`NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`).
    pub(super) fn new() -> Self {
        Self { patience: sd_notify::watchdog_enabled(), ..Self::default() }
    }

    /// Longest time that the loop may wait before it has to say again that it lives: half of what the manager allows.
    pub(super) fn longest_wait(&self) -> Duration {
        self.patience.map_or(Duration::MAX, |patience| patience / 2)
    }

    /// The daemon watches its inbox.
    pub(super) fn ready(&mut self) {
        self.say(&[NotifyState::Ready]);
    }

    /// The loop turned once more, and how things stand; the latter is said only when it changed.
    pub(super) fn turned(&mut self, status: String) {
        if self.patience.is_some() {
            self.say(&[NotifyState::Watchdog]);
        }
        if status != self.status {
            self.say(&[NotifyState::Status(&one_line(&status))]);
            self.status = status;
        }
    }

    /// The configuration is read again; [`Supervisor::ready`] ends this.
    pub(super) fn reloading(&mut self) {
        match NotifyState::monotonic_usec_now() {
            Ok(now) => self.say(&[NotifyState::Reloading, now]),
            Err(_) => self.say(&[NotifyState::Reloading]),
        }
    }

    /// The daemon ends, and why.
    pub(super) fn stopping(&mut self, why: &str) {
        self.say(&[NotifyState::Stopping, NotifyState::Status(&one_line(why))]);
    }

    /// That the manager cannot be told is said once: it is no reason to stop.
    fn say(&mut self, state: &[NotifyState<'_>]) {
        if let Err(error) = sd_notify::notify(state)
            && !std::mem::replace(&mut self.refused, true)
        {
            tracing::warn!(%error, "cannot tell the service manager how things stand; look at NOTIFY_SOCKET");
        }
    }
}

/// A loop that is amid long work still lives, as long as one file after the other is done.
pub(super) fn still_alive() {
    if sd_notify::watchdog_enabled().is_some() {
        drop(sd_notify::notify(&[NotifyState::Watchdog]));
    }
}

/// A line break would begin another variable of the protocol.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], "; ")
}
