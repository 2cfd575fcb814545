//! SIGHUP: the configuration is read again, and what can change at once does.

use std::sync::Arc;
use std::time::Duration;

use super::Daemon;
use crate::config::Config;
use crate::failure::Failure;
use crate::text::clean::Safe;

/// How the configuration is read again, and what follows from it outside of the daemon.
pub struct Reload<'a> {
    /// Whether there was a file when the daemon started; without one there is nothing to read again.
    pub has_file: bool,
    /// Reads it as at the start.
    pub read: &'a dyn Fn() -> Result<Config, Failure>,
    /// Sets the level of the log.
    pub log: &'a dyn Fn(&Config),
}

impl Daemon<'_> {
    /// Reads the configuration again, if it is in a file. One with a mistake changes nothing; every mistake is said.
    pub(super) fn reload(&mut self) {
        self.supervisor.reloading();
        if self.reload.has_file {
            self.read_again();
        } else {
            let hint = "start it with --config FILE, or in a folder with config/wirefold.toml";
            tracing::warn!(hint, "no configuration file to reload: the daemon was started without one, and what it does stays as it is");
        }
        self.supervisor.ready();
    }

    fn read_again(&mut self) {
        match (self.reload.read)() {
            Err(failure) => {
                for error in failure.to_string().lines() {
                    let error = error.trim_start_matches("wirefold: ");
                    tracing::error!(error = %Safe::line(error), "the configuration is not reloaded; the one in effect stays");
                }
            }
            Ok(new) => self.adopt(&new),
        }
    }

    fn adopt(&mut self, new: &Config) {
        let reloaded = self.config.reloaded(new);
        let config = Arc::new(reloaded.config);
        self.settling.set_quiet(Duration::from_secs_f64(config.settle_seconds));
        // What was too large may not be any more.
        let before = self.config.limits.file_bytes;
        if config.limits.file_bytes > before {
            self.settling.again(|look| (before + 1..=config.limits.file_bytes).contains(&look.size));
        }
        self.notices.set_times(&config);
        self.intake.adopt(&config);
        (self.reload.log)(&config);
        self.config = config;
        tracing::info!(changed = reloaded.changed.join(", "), "configuration reloaded");
        if !reloaded.at_start.is_empty() {
            tracing::warn!(keys = reloaded.at_start.join(", "), "changed in the configuration, but in effect only after a restart");
        }
    }
}
