//! Pairs of articles that were measured lately: to restore what was known when the later one came takes a fifth of a second, and the evidence, the
//! texts side by side and each part of long ones ask for the same.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::readers::File;
use crate::detect::evidence::Comparison;

/// Pairs that are kept.
const KEPT: usize = 64;

/// A pair: the file of the store, and two order numbers. What they were measured to be changes only with a rebuild, which is another file.
pub type Pair = (File, [u32; 2]);

/// The pairs that were measured last.
#[derive(Default)]
pub struct Pairs(Mutex<VecDeque<(Pair, Arc<Comparison>)>>);

impl Pairs {
    /// What is known of a pair, or else what `measure` finds out.
    ///
    /// # Errors
    /// What `measure` says; that is not kept.
    pub fn or_measure<E>(&self, (file, mut two): Pair, measure: impl FnOnce() -> Result<Comparison, E>) -> Result<Arc<Comparison>, E> {
        two.sort_unstable();
        let pair = (file, two);
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().iter().find(|(known, _)| *known == pair).map(|(_, compared)| compared.clone());
        if let Some(compared) = known {
            return Ok(compared);
        }
        let compared = Arc::new(measure()?);
        let mut kept = lock();
        kept.truncate(KEPT - 1);
        kept.push_front((pair, compared.clone()));
        Ok(compared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_measured_once_until_the_store_is_another() {
        let (pairs, measured) = (Pairs::default(), std::cell::Cell::new(0));
        let ask = |pair| {
            let measure = || -> Result<Comparison, ()> {
                measured.set(measured.get() + 1);
                Ok(Comparison { threshold: measured.get() as f32, ..Comparison::default() })
            };
            pairs.or_measure(pair, measure).unwrap().threshold
        };
        let store = (1, 1);
        assert_eq!((ask((store, [3, 9])), ask((store, [9, 3])), ask((store, [3, 8]))), (1.0, 1.0, 2.0));
        assert_eq!(ask(((1, 2), [3, 9])), 3.0, "after a rebuild");
        for other in 100..100 + KEPT as u32 {
            ask((store, [1, other]));
        }
        assert_eq!(pairs.0.lock().unwrap().len(), KEPT);
        assert_eq!(ask((store, [1, 100 + KEPT as u32 - 1])), measured.get() as f32, "the newest are kept");
        assert!(pairs.or_measure((store, [5, 6]), || Err(())).is_err());
        assert!(pairs.or_measure((store, [5, 6]), || Ok::<_, ()>(Comparison::default())).is_ok(), "a failure is not kept");
    }
}
