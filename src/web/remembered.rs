//! What takes long to find out, kept for a while.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is found out sooner is not kept: nobody sees yesterday's numbers where today's are at hand.
const WORTH_KEEPING: Duration = Duration::from_millis(100);
/// It is kept for so many times as long as it took: asked again and again, it keeps a processor busy for a twentieth of the time.
const TIMES: u32 = 20;

/// Something, and until when it is good.
pub struct Remembered<T>(Mutex<Option<(Instant, Arc<T>)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Remembered<T> {
    /// What is remembered, or else what is found out now; others who ask meanwhile wait for it.
    ///
    /// # Errors
    /// What `find` says; that is not remembered.
    pub fn or_find<E>(&self, find: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        if let Some((until, found)) = &*kept
            && begun < *until
        {
            return Ok(found.clone());
        }
        let found = Arc::new(find()?);
        let took = begun.elapsed();
        *kept = (took >= WORTH_KEEPING).then(|| (Instant::now() + TIMES * took, found.clone()));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_long_is_kept_and_failures_are_not() {
        let remembered = Remembered::default();
        let slowly = |what| {
            std::thread::sleep(WORTH_KEEPING);
            what
        };
        assert_eq!(remembered.or_find(|| slowly(Err("no"))), Err("no"));
        assert_eq!(remembered.or_find(|| Ok::<_, &str>(1)).as_deref(), Ok(&1), "soon found");
        assert_eq!(remembered.or_find(|| slowly(Ok::<_, &str>(2))).as_deref(), Ok(&2));
        assert_eq!(remembered.or_find(|| Ok::<_, &str>(3)).as_deref(), Ok(&2));
    }
}
