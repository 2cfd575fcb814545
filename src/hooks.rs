//! Webhooks: programs elsewhere are told when an event is new, has changed or is gone.
//!
//! ```text
//! a transaction that changes events ─▶ outbox, in the same transaction ─▶ a thread for each target ─▶ POST, until it is taken
//! store/outbox.rs                      the store                          deliver, post, sign
//! ```
//!
//! At least once: a message is taken out of the outbox after the target took it, and an attempt that nobody noted is made again, with the
//! same id. Signed by Standard Webhooks 1.0.0. Without an entry `[[webhook]]` there is no thread, and nothing is written or sent.

mod address;
pub mod deliver;
pub mod post;
pub mod sign;
pub mod target;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;

use crate::config::Config;
use crate::failure::Failure;
use crate::store::hooks::{Message, Outbox};
use crate::store::outbox::message_id;
use crate::store::{Harm, Reader, Result as Stored, StoreError};
use crate::text::clean::escaped;
use deliver::Delivery;
use post::{Answer, Poster};

pub use target::{Filter, Secret, Target};

/// Time between two looks without being rung: edits of other processes ring no bell.
const LOOK: Duration = Duration::from_secs(1);
/// Time before a store that failed is looked at again.
const PAUSE: Duration = Duration::from_secs(5);
/// Time that threads get to note what they delivered, when the process ends.
const LEAVE: Duration = Duration::from_secs(2);
/// Time between two looks whether all is delivered, where that is waited for.
const AT_END: Duration = Duration::from_millis(50);

type Lost = Arc<Mutex<Option<StoreError>>>;

/// The threads that deliver, one a target.
pub struct Deliverers {
    /// Rung after commits; empty once they end.
    bells: Vec<SyncSender<()>>,
    /// Closed when a thread has ended.
    ended: Vec<Receiver<()>>,
    stop: Arc<AtomicBool>,
    /// What the disk said when it lost a write to the store.
    lost: Lost,
    /// Whether any of them panicked.
    panicked: Arc<AtomicBool>,
}

impl Deliverers {
    /// Tells the store who is told from now on, and begins to deliver; nothing where the configuration names nobody.
    ///
    /// # Errors
    /// If a secret cannot be read, the store not written, or a thread not started.
    pub fn start(config: &Config) -> Result<Option<Self>, Failure> {
        let posters = config.webhooks.iter().map(Poster::new).collect::<Result<Vec<_>, _>>()?;
        if posters.is_empty() && Reader::open(&config.store)?.hooks()?.is_empty() {
            return Ok(None);
        }
        let dropped = Outbox::open(&config.store)?.tell(&config.webhooks, base(config).as_deref())?;
        if dropped > 0 {
            tracing::warn!(messages = dropped, "dropped: their webhooks are not in the configuration any more");
        }
        let mut deliverers =
            Self { bells: Vec::new(), ended: Vec::new(), stop: Arc::default(), lost: Arc::default(), panicked: Arc::default() };
        for (target, poster) in config.webhooks.iter().cloned().zip(posters) {
            deliverers.start_one(target, poster, &config.store)?;
        }
        Ok((!deliverers.bells.is_empty()).then_some(deliverers))
    }

    fn start_one(&mut self, target: Target, poster: Poster, store: &Path) -> Result<(), Failure> {
        let ((bell, rung), (ends, ended)) = (sync_channel(1), sync_channel(0));
        let (store, stop, lost): (PathBuf, _, _) = (store.to_owned(), self.stop.clone(), self.lost.clone());
        let panicked = self.panicked.clone();
        tracing::info!(webhook = target.name, to = target.place(), "events are told");
        let live = move || {
            let lived = catch_unwind(AssertUnwindSafe(|| live(&target, &poster, &store, &rung, &stop, &lost)));
            panicked.fetch_or(lived.is_err(), Ordering::Relaxed);
            drop(ends);
        };
        let thread = std::thread::Builder::new().name("webhook".to_owned()).spawn(live);
        thread.map_err(|e| Failure::unusable(format!("cannot start a thread for a webhook: {e}")))?;
        self.bells.push(bell);
        self.ended.push(ended);
        Ok(())
    }

    /// Says that something was committed. Never waits.
    pub fn ring(&self) {
        // A full channel means that it is about to look anyway.
        for bell in &self.bells {
            let _ = bell.try_send(());
        }
    }

    /// Whether all deliver, and all is well with the store as far as they write to it.
    ///
    /// # Errors
    /// If the disk lost a write: whoever writes to the store on would not know what it holds. If a thread panicked: its target would
    /// never be told again.
    pub fn check(&self) -> Result<(), Failure> {
        if self.panicked.load(Ordering::Relaxed) {
            return Err(Failure::panicked("a thread that delivers webhooks").hint("start again: what was not delivered is in the store"));
        }
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).take();
        lost.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Waits until of everything that is due each message was taken, or its target failed; or until somebody `asked` to stop.
    ///
    /// # Errors
    /// As [`Deliverers::check`].
    pub async fn finish(&mut self, asked: impl Future<Output = ()>) -> Result<(), Failure> {
        self.bells.clear();
        let all_ended = async {
            // A channel is closed when its thread has ended.
            while self.ended.iter().any(|ended| matches!(ended.try_recv(), Err(TryRecvError::Empty))) {
                tokio::time::sleep(AT_END).await;
            }
        };
        tokio::select! {
            biased;
            () = asked => {}
            () = all_ended => {}
        }
        self.check()
    }
}

impl Drop for Deliverers {
    /// Stops after the messages at hand; the rest is delivered after the next start. One that waits for an answer is not waited for long.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.bells.clear();
        let begun = Instant::now();
        for ended in &self.ended {
            let _ = ended.recv_timeout(LEAVE.saturating_sub(begun.elapsed()));
        }
    }
}

/// The beginning of the addresses of pages: as a proxy in front of them is asked, or on this machine; nothing where none are served.
fn base(config: &Config) -> Option<String> {
    let web = &config.web;
    let own = (web.listen.port() != 0).then(|| format!("http://{}", web.listen));
    web.enabled.then(|| web.hosts.first().map(|host| format!("https://{host}")).or(own)).flatten()
}

fn live(target: &Target, poster: &Poster, store: &Path, rung: &Receiver<()>, stop: &AtomicBool, lost: &Lost) {
    let (post, stopped) = (|message: &Message, now| poster.post(message, now), || stop.load(Ordering::Relaxed));
    let mut delivery = Delivery::new(target, &post, &Timestamp::now, &stopped);
    let (mut outbox, mut failed, mut last) = (None, false, false);
    loop {
        let turned = turn(&mut outbox, store, &mut delivery);
        let wait = match turned {
            Ok(true) => Duration::ZERO,
            Ok(false) => LOOK,
            Err(_) => PAUSE,
        };
        let failed_before = std::mem::replace(&mut failed, turned.is_err());
        if let Err(error) = turned {
            outbox = None;
            if !failed_before {
                tracing::warn!(webhook = target.name, %error, "messages are not delivered now; they stay in the store, and it is tried again");
            }
            if error.harm() == Harm::LostWrite {
                *lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                return;
            }
        }
        if stopped() || (last && wait > Duration::ZERO) {
            return;
        }
        // What was committed before the bell was taken away is still looked for.
        last = last || matches!(rung.recv_timeout(wait), Err(RecvTimeoutError::Disconnected));
    }
}

fn turn(outbox: &mut Option<Outbox>, store: &Path, delivery: &mut Delivery<'_>) -> Stored<bool> {
    assert!(!crate::crash::planted("panic_of_webhook"), "planted");
    let outbox = match outbox {
        Some(outbox) => outbox,
        None => outbox.insert(Outbox::open(store)?),
    };
    delivery.turn(outbox)
}

/// Posts a message that says nothing but that it came, now and once.
///
/// # Errors
/// If the secret of the target cannot be read.
pub fn ping(target: &Target, now: Timestamp) -> Result<Answer, Failure> {
    let mut says = json!({ "type": "ping", "timestamp": now, "data": {} });
    let id = message_id(&target.name, &says.to_string());
    says["id"] = id.clone().into();
    let message = Message { no: 0, id, body: escaped(&says.to_string()), tries: 0 };
    Ok(Poster::new(target)?.post(&message, now))
}
