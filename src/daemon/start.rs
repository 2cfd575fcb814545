//! What a daemon has to have before its loop begins. A disk without room is waited for: it stops intake, not the daemon.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::health::{self, Answering};
use super::intake::Intake;
use super::supervisor::Supervisor;
use super::vitals::{Counted, Vitals};
use super::{Heard, LONGEST_PAUSE, Lock, Signals, State, folders};
use crate::config::Config;
use crate::failure::Failure;
use crate::ingest::Ingest;
use crate::store::Reader;

/// Bytes without which a disk counts as full: a store that is made takes about half of them.
const ROOM: usize = 1 << 20;

/// What was obtained so far; it is held until the daemon ends.
#[derive(Default)]
pub(super) struct Start {
    lock: Option<Lock>,
    work_lock: Option<Lock>,
    health: Option<Answering>,
}

impl Start {
    /// Goes on with what is not done yet.
    ///
    /// # Errors
    /// If a folder or the store cannot be used, or another instance is at work.
    pub(super) fn go_on(
        &mut self,
        config: &Arc<Config>,
        vitals: &Vitals,
        supervisor: &mut Supervisor,
    ) -> Result<(Intake, Counted), Failure> {
        if self.lock.is_none() {
            self.lock = Some(Lock::take(&config.store)?);
        }
        if self.work_lock.is_none() {
            self.work_lock = Some(Lock::take_work(&config.work)?);
        }
        folders::try_all(config)?;
        let restoring = format!("restoring from {}", config.store.display());
        vitals.starts(restoring.clone());
        if self.health.is_none() {
            self.health = health::start(config, vitals)?;
        }
        supervisor.turned(restoring);
        Ok((Intake::new(config.clone(), Ingest::open(config)?)?, in_ledger(&config.store)?))
    }

    /// Tries again and again while a disk has no room, and says so. `None` if a signal ended that.
    ///
    /// # Errors
    /// If something else fails than a disk without room can cause.
    pub(super) async fn when_there_is_room(
        &mut self,
        config: &Arc<Config>,
        vitals: &Vitals,
        supervisor: &mut Supervisor,
        signals: &mut Signals,
        mut failure: Failure,
    ) -> Result<Option<(Intake, Counted)>, Failure> {
        let mut pause = Duration::from_secs(1);
        loop {
            let Some(full) = without_room(config).filter(|_| failure.full) else { return Err(failure) };
            let why = format!("the disk of {} is full: {failure}", full.display());
            tracing::error!(why, retry_in = ?pause, "intake paused before it began, nothing is lost");
            if self.health.is_none() {
                self.health = health::start(config, vitals)?;
            }
            vitals.waits_for_room(&why);
            // The manager is not kept waiting for what a person has to do.
            supervisor.ready();
            supervisor.turned(format!("intake is paused: {why}"));
            State { paused: Some(why), since: Some(jiff::Timestamp::now()), ..State::default() }.write(&config.store);
            tokio::select! {
                biased;
                heard = signals.next() => if let Heard::End(signal) = heard {
                    supervisor.stopping(&format!("stopping after {signal}"));
                    return Ok(None);
                },
                () = tokio::time::sleep(pause.min(supervisor.longest_wait())) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            failure = match self.go_on(config, vitals, supervisor) {
                Ok(started) => return Ok(Some(started)),
                Err(failure) => failure,
            };
        }
    }
}

/// What the ledger of a store counts.
fn in_ledger(store: &Path) -> Result<Counted, Failure> {
    let reader = Reader::open(store)?;
    let totals = reader.totals()?;
    let files = totals.files.into_iter().map(|(outcome, n)| (outcome, u64::from(n))).collect();
    Ok(Counted { files, articles: totals.articles.into(), rejects: totals.rejects.into(), events: reader.founded()?.into() })
}

/// The first folder that is written to whose disk has no room, tried with a file of our own.
fn without_room(config: &Config) -> Option<PathBuf> {
    let store = config.store.parent().map(Path::to_owned).unwrap_or_default();
    let folders = [store, config.work.clone(), config.inbox.clone(), config.archive.clone(), config.quarantine.clone()];
    folders.into_iter().find(|folder| is_full(folder))
}

/// Whether the disk of a folder, or of that in which it would be made, has no room.
fn is_full(folder: &Path) -> bool {
    let made = folder.ancestors().find(|f| f.is_dir()).unwrap_or(Path::new("."));
    let trial = made.join(format!(".wirefold-room-{}.tmp", std::process::id()));
    let written = fs::write(&trial, vec![0; ROOM]);
    let removed = fs::remove_file(&trial);
    let full = |e: &io::Error| matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    written.is_err_and(|e| full(&e)) || removed.is_err_and(|e| full(&e))
}
