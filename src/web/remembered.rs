//! What takes long to find out, kept for a while and renewed behind those who ask.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is found out sooner is not kept: nobody sees yesterday's numbers where today's are at hand.
const WORTH_KEEPING: Duration = Duration::from_millis(100);
/// It is renewed after so many times as long as it took: asked again and again, it keeps a processor busy for a twentieth of the time.
const RENEWED_AFTER: u32 = 20;
/// What nobody asked for so many times as long as it took is too old to be given while it is renewed.
const TOO_OLD_AFTER: u32 = 60;

/// Something, and how old it is.
pub struct Remembered<T>(Mutex<State<T>>);

struct State<T> {
    kept: Option<Kept<T>>,
    /// Somebody renews it.
    renewing: bool,
}

struct Kept<T> {
    found: Arc<T>,
    at: Instant,
    took: Duration,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(State { kept: None, renewing: false }))
    }
}

impl<T> Remembered<T> {
    /// What is remembered, or else what is found out now; others who ask meanwhile wait for it.
    ///
    /// What is not new any more is still given, and `renew` called, which has [`Remembered::renew`] called in another thread.
    ///
    /// # Errors
    /// What `find` says; that is not remembered.
    pub fn or_find<E>(&self, find: impl FnOnce() -> Result<T, E>, renew: impl FnOnce()) -> Result<Arc<T>, E> {
        let mut state = self.state();
        if let Some(kept) = state.kept.as_ref().filter(|kept| kept.at.elapsed() < TOO_OLD_AFTER * kept.took) {
            let (found, is_new) = (kept.found.clone(), kept.at.elapsed() < RENEWED_AFTER * kept.took);
            if !is_new && !std::mem::replace(&mut state.renewing, true) {
                drop(state);
                renew();
            }
            return Ok(found);
        }
        let begun = Instant::now();
        let found = Arc::new(find()?);
        // One who renews and has not come back by now may never.
        *state = State { kept: kept(&found, begun), renewing: false };
        Ok(found)
    }

    /// Finds it out anew, while others are given what is remembered. If that fails, they are until it is too old.
    pub fn renew<E>(&self, find: impl FnOnce() -> Result<T, E>) {
        let begun = Instant::now();
        let found = find();
        let mut state = self.state();
        state.renewing = false;
        if let Ok(found) = found {
            state.kept = kept(&Arc::new(found), begun);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kept<T>(found: &Arc<T>, begun: Instant) -> Option<Kept<T>> {
    let took = begun.elapsed();
    (took >= WORTH_KEEPING).then(|| Kept { found: found.clone(), at: Instant::now(), took })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slowly<T>(what: T) -> T {
        std::thread::sleep(WORTH_KEEPING);
        what
    }

    #[test]
    fn what_took_long_is_kept_and_failures_are_not() {
        let remembered = Remembered::default();
        let ask = |what: Result<u32, &str>| remembered.or_find(|| what.map_err(str::to_owned), || panic!("it is new")).map(|found| *found);
        assert_eq!(ask(Err("no")), Err("no".to_owned()));
        assert_eq!(ask(Ok(1)), Ok(1), "soon found");
        assert_eq!(remembered.or_find(|| slowly(Ok::<_, &str>(2)), || ()).as_deref(), Ok(&2));
        assert_eq!(ask(Ok(3)), Ok(2));
    }

    #[test]
    fn what_is_old_is_given_while_one_renews_it() {
        let remembered = Remembered::default();
        let aged = |times: u32| {
            let at = Instant::now() - times * WORTH_KEEPING;
            remembered.state().kept = Some(Kept { found: Arc::new(1), at, took: WORTH_KEEPING });
        };
        let mut renewals = 0;
        aged(RENEWED_AFTER + 1);
        for _ in 0..2 {
            assert_eq!(remembered.or_find(|| Err("not waited for"), || renewals += 1).as_deref(), Ok(&1));
        }
        remembered.renew(|| Err("no"));
        assert_eq!(remembered.or_find(|| Err("not waited for"), || renewals += 1).as_deref(), Ok(&1));
        assert_eq!(renewals, 2, "once, and again after that failed");
        remembered.renew(|| slowly(Ok::<_, &str>(2)));
        assert_eq!(remembered.or_find(|| Err("it is new"), || renewals += 1).as_deref(), Ok(&2));
        aged(TOO_OLD_AFTER + 1);
        assert_eq!(remembered.or_find(|| Ok::<_, &str>(3), || renewals += 1).as_deref(), Ok(&3));
        assert_eq!(renewals, 2);
        aged(RENEWED_AFTER + 1);
        assert_eq!(remembered.or_find(|| Err("not waited for"), || renewals += 1).as_deref(), Ok(&1));
        aged(TOO_OLD_AFTER + 1);
        assert_eq!(remembered.or_find(|| Ok::<_, &str>(3), || renewals += 1).as_deref(), Ok(&3));
        aged(RENEWED_AFTER + 1);
        assert_eq!(remembered.or_find(|| Err("not waited for"), || renewals += 1).as_deref(), Ok(&1));
        assert_eq!(renewals, 4, "again, though the one before never came back");
    }
}
