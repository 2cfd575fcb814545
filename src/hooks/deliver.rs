//! Delivering what waits for one target: what is due, in which order, and when it is tried again. Without a thread and without a clock of
//! its own.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Target;
use super::post::Answer;
use crate::store::Result;
use crate::store::hooks::{Message, Noted, Outbox};

/// Messages that are posted between two notes. As many may be sent twice if the process is killed.
const AT_ONCE: u32 = 32;
/// The first pause after a failure, and the longest.
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Longest time that a target may ask to be left alone.
const ASKED: Duration = Duration::from_secs(3600);

/// What is delivered to one target.
pub struct Delivery<'a> {
    /// The target.
    pub target: &'a Target,
    /// Posts a message.
    pub post: &'a dyn Fn(&Message, Timestamp) -> Answer,
    /// Says what time it is.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Says whether to stop after the message at hand.
    pub stop: &'a dyn Fn() -> bool,
    /// Failures since the last success.
    misses: u32,
    /// What is not noted yet: nothing is posted before it is, lest the same is sent again and again while the store takes no notes.
    unnoted: Unnoted,
}

/// What became of messages, and is still to be noted.
#[derive(Default)]
struct Unnoted {
    messages: Vec<Noted>,
    refused: bool,
    gone: bool,
}

impl<'a> Delivery<'a> {
    /// To this target, which nobody has tried yet.
    pub fn new(
        target: &'a Target,
        post: &'a dyn Fn(&Message, Timestamp) -> Answer,
        clock: &'a dyn Fn() -> Timestamp,
        stop: &'a dyn Fn() -> bool,
    ) -> Self {
        Self { target, post, clock, stop, misses: 0, unnoted: Unnoted::default() }
    }

    /// Posts some of what is due; the first that is refused ends it, and the target is left alone for a while. Returns whether there was
    /// anything to do.
    ///
    /// # Errors
    /// If the store cannot be read or written. What could not be noted is noted first the next time.
    pub fn turn(&mut self, outbox: &mut Outbox) -> Result<bool> {
        self.note(outbox)?;
        let now = (self.clock)();
        for message in outbox.due(&self.target.name, now, AT_ONCE)? {
            if (self.stop)() {
                break;
            }
            match (self.post)(&message, (self.clock)()) {
                Answer::Taken => {
                    self.misses = 0;
                    self.unnoted.messages.push(Noted::Delivered(message.no));
                    crate::crash::point("after_post");
                    continue;
                }
                Answer::Gone => self.unnoted.gone = true,
                Answer::Refused(why, asked) => {
                    let refused = self.refused(&message, why, asked);
                    self.unnoted.messages.push(refused);
                    self.unnoted.refused = true;
                }
            }
            break;
        }
        let goes_on = !self.unnoted.messages.is_empty() && !self.unnoted.refused;
        self.note(outbox)?;
        Ok(goes_on)
    }

    /// When a refused message is due again, and until when its target is left alone.
    fn refused(&mut self, message: &Message, why: String, asked: Option<Duration>) -> Noted {
        let now = (self.clock)();
        let asked = asked.unwrap_or_default().min(ASKED);
        self.misses += 1;
        if self.misses == 1 {
            tracing::warn!(webhook = self.target.name, why, "a message was not taken; it is tried again");
        }
        let due = after(now, pause(&message.id, message.tries + 1).max(asked));
        Noted::Refused { no: message.no, why, due, rests: after(now, pause(&self.target.name, self.misses).max(asked)) }
    }

    fn note(&mut self, outbox: &mut Outbox) -> Result<()> {
        let (name, now) = (&self.target.name, (self.clock)());
        if !self.unnoted.messages.is_empty() {
            outbox.note(name, &self.unnoted.messages, now)?;
            self.unnoted.messages.clear();
        }
        if self.unnoted.gone {
            let why = format!("the target answered 410, that it wants no more, on {now:.0}");
            tracing::error!(webhook = name, why, "nothing more is sent to it; `wirefold hooks --retry {name}` begins again");
            outbox.switch_off(name, &why, now)?;
            self.unnoted.gone = false;
        }
        if self.unnoted.refused {
            let oldest = SignedDuration::from_secs_f64(self.target.give_up_hours * 3600.0);
            let given_up = outbox.give_up(name, now.saturating_sub(oldest).unwrap_or(Timestamp::MIN))?;
            if given_up > 0 {
                tracing::error!(webhook = name, messages = given_up, "given up; `wirefold hooks --retry {name}` sends them again");
            }
            self.unnoted.refused = false;
        }
        Ok(())
    }
}

fn after(now: Timestamp, pause: Duration) -> Timestamp {
    now.saturating_add(pause).unwrap_or(Timestamp::MAX)
}

/// The pause after so many failures, the first being 1: twice as long each time, and shifted by up to a quarter, so that what failed
/// together does not come back together.
pub fn pause(key: &str, failures: u32) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(LONGEST);
    let shift = xxh3_64_with_seed(key.as_bytes(), failures.into()) as f64 / u64::MAX as f64;
    doubled.mul_f64(0.75 + shift / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound_and_differ() {
        for failures in 1..60 {
            let ideal = 5.0 * 2f64.powi(failures as i32 - 1);
            let long = pause("msg_a", failures).as_secs_f64() / ideal.min(900.0);
            assert!((0.75..=1.25).contains(&long), "{failures}: {long}");
        }
        assert_ne!(pause("msg_a", 4), pause("msg_b", 4));
        assert_eq!(pause("msg_a", 4), pause("msg_a", 4));
    }
}
