//! What a daemon has to have before its loop begins. A disk without room is waited for: it stops intake, not the daemon.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::folders::{ROOM_TRIAL, write_trial};
use super::health::{self, Answering};
use super::intake::Intake;
use super::signals::{Heard, Signals};
use super::supervisor::Supervisor;
use super::vitals::{Counted, Vitals};
use super::{LONGEST_PAUSE, Lock, RESUMES, State, again, folders};
use crate::config::Config;
use crate::failure::{Failure, Full};
use crate::hooks::Deliverers;
use crate::ingest::Ingest;
use crate::store::Reader;
use crate::store::wal::{self, End};

/// Bytes without which a disk counts as full: a store that is made takes about half of them.
const ROOM: usize = 2 << 20;

/// What the loop begins with.
pub(super) struct Started {
    pub intake: Intake,
    pub counted: Counted,
    /// When the last files had come.
    pub last_claimed: Option<Timestamp>,
    /// Delivers messages of webhooks, if anybody is told of events.
    pub hooks: Option<Deliverers>,
}

/// What was obtained so far; it is held until the daemon ends.
#[derive(Default)]
pub(super) struct Start {
    lock: Option<Lock>,
    work_lock: Option<Lock>,
    health: Option<Answering>,
    /// How the log of the store ended, until what it lost is taken again.
    log: Option<End>,
}

impl Start {
    /// Goes on with what is not done yet.
    ///
    /// # Errors
    /// If a folder or the store cannot be used, or another instance is at work.
    pub(super) fn go_on(&mut self, config: &Arc<Config>, vitals: &Vitals, supervisor: &mut Supervisor) -> Result<Started, Failure> {
        if self.lock.is_none() {
            self.lock = Some(Lock::take(&config.store)?);
            if State::read(&config.store).is_some_and(|state| !state.ended) {
                tracing::warn!("the last wirefold was killed, or the machine went down: what it was at is taken up");
            }
        }
        if self.work_lock.is_none() {
            self.work_lock = Some(Lock::take_work(&config.work)?);
            folders::tell_of_originals(config);
            folders::tell_of_writers(config);
        }
        folders::try_all(config)?;
        let restoring = format!("restoring from {}", config.store.display());
        vitals.starts(restoring.clone());
        if self.health.is_none() {
            self.health = health::start(config, vitals)?;
        }
        supervisor.turned(restoring);
        // Asked before the store is opened: that begins the log anew.
        let log = self.log.get_or_insert(wal::end(&config.store)?);
        let mut ingest = Ingest::open(config).map_err(|error| Failure::from(error).unless_forbidden(&config.store, RESUMES))?;
        if *log != End::Whole {
            take_what_the_log_lost(config, &mut ingest, *log)?;
            self.log = Some(End::Whole);
        }
        let intake = Intake::new(config.clone(), ingest)?;
        let reader = Reader::open(&config.store)?;
        let (counted, last_claimed) = (in_ledger(&reader)?, reader.last_claimed()?);
        Ok(Started { intake, counted, last_claimed, hooks: Deliverers::start(config)? })
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
    ) -> Result<Option<Started>, Failure> {
        let mut pause = Duration::from_secs(1);
        loop {
            // A store that is made anew or brought up to date may need more than what is tried here.
            let full = match failure.full {
                Full::No => None,
                Full::Maybe => without_room(config),
                Full::Yes => without_room(config).or_else(|| Some(config.store.clone())),
            };
            let Some(full) = full else { return Err(failure) };
            let why = failure.of_full_disk(&full).in_one_line();
            tracing::error!(why, retry_in = ?pause, "intake paused before it began, nothing is lost");
            if self.health.is_none() {
                self.health = health::start(config, vitals)?;
            }
            vitals.waits_for_room(&why);
            // The manager is not kept waiting for what a person has to do.
            supervisor.ready();
            supervisor.turned(format!("intake is paused: {why}"));
            let state = State { paused: Some(why), since: Some(Timestamp::now()), ..State::default() };
            state.write(&config.store);
            tokio::select! {
                biased;
                heard = signals.next() => if let Heard::End(signal) = heard {
                    supervisor.stopping(&format!("stopping after {signal}"));
                    State { ended: true, ..state }.write(&config.store);
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

/// SQLite leaves out what stands in a log behind something that is not what was written. If that had been committed, its files are in the
/// archive already, and no line of the ledger knows them: they go back into the inbox.
fn take_what_the_log_lost(config: &Config, ingest: &mut Ingest, log: End) -> Result<(), Failure> {
    let (known, last) = (ingest.store().originals()?, ingest.store().reader()?.last_claimed()?);
    let returned = again::take_back(config, &known, last)?;
    if returned > 0 || log == End::Before {
        tracing::error!(
            returned,
            "the log of the store was damaged, and what was stored last is gone from it; originals of that are in the inbox again. Edits and files \
             that were read in place since the last file that it knows are to be made again; look at the disk"
        );
    }
    Ok(())
}

/// What the ledger of a store counts.
fn in_ledger(reader: &Reader) -> Result<Counted, Failure> {
    let totals = reader.totals()?;
    let files = totals.files.into_iter().map(|(outcome, n)| (outcome, u64::from(n))).collect();
    Ok(Counted { files, articles: totals.articles.into(), rejects: totals.rejects.into(), events: reader.founded()?.into() })
}

/// The first folder that is written to whose disk has no room, tried with a file of our own.
pub(super) fn without_room(config: &Config) -> Option<PathBuf> {
    let store = config.store.parent().map(Path::to_owned).unwrap_or_default();
    let folders = [store, config.work.clone(), config.inbox.clone(), config.archive.clone(), config.quarantine.clone()];
    folders.into_iter().find(|folder| is_full(folder))
}

/// Whether the disk of a folder, or of that in which it would be made, has no room.
fn is_full(folder: &Path) -> bool {
    let made = folder.ancestors().find(|f| f.is_dir()).unwrap_or(Path::new("."));
    let trial = made.join(format!("{ROOM_TRIAL}{}.tmp", std::process::id()));
    let written = write_trial(&trial, &vec![0; ROOM]);
    // What is not ours, since it was there, is left alone.
    let removed = if written.as_ref().is_err_and(|e| e.kind() == ErrorKind::AlreadyExists) { Ok(()) } else { fs::remove_file(&trial) };
    [written, removed].into_iter().filter_map(Result::err).any(|e| Full::of(&e) == Full::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_writes_into_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, trial) = (folder.path().join("victim"), folder.path().join(format!(".wirefold-room-{}.tmp", std::process::id())));
        fs::write(&victim, "kept").unwrap();
        std::os::unix::fs::symlink(&victim, &trial).unwrap();
        assert!(!is_full(folder.path()));
        assert_eq!(fs::read(&victim).unwrap(), b"kept");
        assert!(trial.is_symlink(), "what is not ours stays");
        fs::remove_file(&trial).unwrap();
        assert!(!is_full(folder.path()) && !trial.exists());
    }
}
