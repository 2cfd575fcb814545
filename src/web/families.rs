//! Events whose texts were compared lately: to cut the texts of a large one into words and to find the passages that they share takes longer than all
//! else on its page, and every page of it, those of its articles and its answers to programs begin with that.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::readers::File;
use crate::provenance::Family;
use crate::provenance::event::Shares;
use crate::store::rows::{Kin, Standing};

/// Bytes of text of the families that are kept; the words and passages that are known of them take several times as much memory.
const KEPT: usize = 6 << 20;

/// An event: the file of the store, and its id.
pub type Event = (File, String);

/// A family, and who took what from whom in its event.
pub struct Traced {
    /// The texts.
    pub family: Family,
    shares: OnceLock<Shares>,
}

/// The families that were asked about last.
#[derive(Default)]
pub struct Families(Mutex<VecDeque<Kept>>);

struct Kept {
    event: Event,
    /// How its articles stood then. Texts never change.
    standing: Vec<Standing>,
    bytes: usize,
    traced: Arc<Traced>,
}

impl Traced {
    /// Who took what from whom in the event that this is the family of.
    pub fn shares(&self, event: &str) -> &Shares {
        self.shares.get_or_init(|| Shares::of(&self.family, event))
    }
}

impl Families {
    /// What is known of an event whose articles stand like this, or else what its texts say, which `read` reads.
    ///
    /// # Errors
    /// What `read` says.
    pub fn or_trace<E>(&self, event: Event, standing: &[Standing], read: impl FnOnce() -> Result<Vec<Kin>, E>) -> Result<Arc<Traced>, E> {
        if let Some(known) = self.known(&event, standing) {
            return Ok(known);
        }
        let kin = read()?;
        let bytes = kin.iter().map(|k| k.text.len()).sum();
        // What was read may be newer than what was asked for.
        let standing = kin.iter().map(Kin::standing).collect();
        let traced = Arc::new(Traced { family: Family::new(kin), shares: OnceLock::new() });
        self.keep(Kept { event, standing, bytes, traced: traced.clone() });
        Ok(traced)
    }

    fn known(&self, event: &Event, standing: &[Standing]) -> Option<Arc<Traced>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|k| k.event == *event && k.standing == standing)?;
        let known = kept.remove(at)?;
        let traced = known.traced.clone();
        kept.push_front(known);
        Some(traced)
    }

    fn keep(&self, new: Kept) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|k| k.event != new.event);
        kept.push_front(new);
        let mut room = KEPT;
        let fit = kept.iter().take_while(|k| {
            let fits = k.bytes <= room;
            room = room.saturating_sub(k.bytes);
            fits
        });
        let fit = fit.count();
        kept.truncate(fit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(pos: u32, story: &str, text: &str) -> Kin {
        Kin { pos, article: format!("a{pos}"), event: "e".to_owned(), story: story.to_owned(), text: text.to_owned(), ..Kin::default() }
    }

    /// Asks for an event whose articles are `now`; whether they were read.
    fn reads(families: &Families, file: u64, event: &str, now: &[Kin]) -> bool {
        let standing: Vec<Standing> = now.iter().map(Kin::standing).collect();
        let mut read = false;
        let traced = families.or_trace(((file, 0), event.to_owned()), &standing, || {
            read = true;
            Ok::<_, ()>(now.to_vec())
        });
        assert_eq!(traced.unwrap().family.kin.len(), now.len());
        read
    }

    #[test]
    fn texts_are_read_again_once_an_article_comes_or_stands_otherwise_or_the_store_is_another() {
        let families = Families::default();
        let mut now = vec![kin(1, "s", "one two"), kin(2, "s", "one two three")];
        assert!(reads(&families, 1, "e", &now));
        assert!(!reads(&families, 1, "e", &now));
        assert!(reads(&families, 2, "e", &now), "after a rebuild");
        now.push(kin(3, "s", "four"));
        assert!(reads(&families, 1, "e", &now));
        now[1].story = "t".to_owned();
        assert!(reads(&families, 1, "e", &now));
        assert!(!reads(&families, 1, "e", &now));
        assert!(families.or_trace(((1, 0), "f".to_owned()), &[], || Err(())).is_err());
    }

    #[test]
    fn what_came_between_two_questions_is_kept_as_what_it_is() {
        let families = Families::default();
        let (before, now) = (vec![kin(1, "s", "one")], vec![kin(1, "s", "one"), kin(2, "s", "two")]);
        let standing: Vec<Standing> = before.iter().map(Kin::standing).collect();
        families.or_trace(((1, 0), "e".to_owned()), &standing, || Ok::<_, ()>(now.clone())).unwrap();
        assert!(!reads(&families, 1, "e", &now));
        assert!(reads(&families, 1, "e", &before));
    }

    #[test]
    fn the_texts_that_are_kept_are_bounded() {
        let families = Families::default();
        let third = vec![kin(1, "s", &"x".repeat(KEPT / 3))];
        for event in ["a", "b", "c"] {
            assert!(reads(&families, 1, event, &third));
        }
        assert!(!reads(&families, 1, "a", &third));
        assert!(reads(&families, 1, "d", &third));
        assert!(!reads(&families, 1, "a", &third), "asked for lately");
        assert!(reads(&families, 1, "b", &third));
        let more = vec![kin(1, "s", &"x".repeat(KEPT + 1))];
        assert!(reads(&families, 1, "e", &more) && reads(&families, 1, "e", &more), "never kept");
    }
}
