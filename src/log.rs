//! The log: one line for each fact, to standard error, nothing per article.
//!
//! Under journald, which stamps each line itself, lines carry no time. `WIREFOLD_LOG` overrides every level, by the syntax of `RUST_LOG`.

use std::io::{self, IsTerminal};
use std::os::unix::fs::MetadataExt;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

/// The log of this process.
pub struct Log {
    filter: reload::Handle<EnvFilter, Registry>,
}

impl Log {
    /// Starts it; once in a process.
    pub fn start(level: LevelFilter, json: bool) -> Self {
        let (filter, handle) = reload::Layer::new(filter(level));
        let layer = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
        let registry = tracing_subscriber::registry().with(filter);
        match (json, is_journal(std::env::var("JOURNAL_STREAM").ok().as_deref())) {
            (true, _) => registry.with(layer.json()).init(),
            (false, true) => registry.with(layer.without_time()).init(),
            (false, false) => registry.with(layer).init(),
        }
        Self { filter: handle }
    }

    /// Another level from now on. That this fails can only mean that the process ends.
    pub fn set(&self, level: LevelFilter) {
        drop(self.filter.reload(filter(level)));
    }
}

fn filter(level: LevelFilter) -> EnvFilter {
    EnvFilter::try_from_env("WIREFOLD_LOG").unwrap_or_else(|_| format!("wirefold={level}").into())
}

/// Whether standard error goes to the journal: it is the stream that `JOURNAL_STREAM` names, by device and inode (systemd.exec(5)).
fn is_journal(stream: Option<&str>) -> bool {
    let named = || stream?.split_once(':').and_then(|(device, inode)| Some((device.parse::<u64>().ok()?, inode.parse::<u64>().ok()?)));
    let ours = || std::fs::metadata("/proc/self/fd/2").ok().map(|meta| (meta.dev(), meta.ino()));
    named().is_some_and(|named| Some(named) == ours())
}
