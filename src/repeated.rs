//! Lines that a source puts under articles of many events: its own boilerplate, learned from what it sends.
//!
//! What is learned is a function of the source's last articles in their order and of the events they came to, whatever the batches.
//! It is kept in memory, and rebuilt from the store at start.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::article::{Article, Aside, AsideKind, EventId};
use crate::sources::key;

/// Articles of a source after which a generation of its lines ends. Two generations are remembered: 64 to 128 articles. What a
/// source repeats stands in most of them; more would only cost memory.
pub const GENERATION: u32 = 64;
/// Different events under which a line must have stood. Three follow-ups of one happening may share a paragraph of background.
const EVENTS: usize = 4;
/// Words of a line that can be learned. One word is no line; a long paragraph that comes again is news or its background.
const WORDS: std::ops::RangeInclusive<usize> = 2..=40;

/// A line of a text, by what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    hash: u64,
    start: u32,
    end: u32,
}

/// The lines of a text that can be learned.
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut at = 0;
    for whole in text.split('\n') {
        let line = whole.trim();
        if WORDS.contains(&line.split_whitespace().take(WORDS.end() + 1).count()) {
            let start = at + (whole.len() - whole.trim_start().len());
            found.push(Line { hash: xxh3_64(key(line).as_bytes()), start: start as u32, end: (start + line.len()) as u32 });
        }
        at += whole.len() + 1;
    }
    found
}

/// The events under which a line stood, each by the beginning of its id; filled from the front.
type Events = [u32; EVENTS];

/// What one source sent last.
#[derive(Debug, Default)]
struct Habit {
    /// Articles of the present generation.
    seen: u32,
    present: FxHashMap<u64, Events>,
    past: FxHashMap<u64, Events>,
}

impl Habit {
    fn repeats(&self, line: &Line) -> bool {
        let mut events: Vec<u32> =
            [&self.present, &self.past].iter().filter_map(|g| g.get(&line.hash)).flatten().copied().filter(|e| *e != 0).collect();
        events.sort_unstable();
        events.dedup();
        events.len() >= EVENTS
    }
}

/// What each source repeats.
#[derive(Debug, Default)]
pub struct Repeated {
    habits: FxHashMap<String, Habit>,
}

impl Repeated {
    /// Makes asides of the lines that the article's source repeats; whether there are any. A text that consists of such lines for more
    /// than half is a bulletin, which is what it repeats: it is left alone.
    pub fn mark(&self, article: &mut Article, lines: &[Line]) -> bool {
        let Some(habit) = self.habits.get(&article.source) else { return false };
        let is_free = |l: &Line| !article.asides.iter().any(|a| a.start < l.end && l.start < a.end);
        let aside = |l: &Line| Aside { start: l.start, end: l.end, kind: AsideKind::Repeated };
        let repeated: Vec<Aside> = lines.iter().filter(|l| is_free(l) && habit.repeats(l)).map(aside).collect();
        let covered: usize = repeated.iter().map(|a| (a.end - a.start) as usize).sum();
        if repeated.is_empty() || covered * 2 > article.text.len() {
            return false;
        }
        article.asides.extend(repeated);
        article.asides.sort_by_key(|a| a.start);
        true
    }

    /// Learns from an article that came to `event`.
    pub fn learn(&mut self, source: &str, lines: &[Line], event: EventId) {
        if source == "unknown" {
            return;
        }
        let habit = self.habits.entry(source.to_owned()).or_default();
        // 0 stands for no event.
        let event = u32::from_le_bytes([event.0[0], event.0[1], event.0[2], event.0[3]]).max(1);
        for line in lines {
            let events = habit.present.entry(line.hash).or_default();
            if !events.contains(&event)
                && let Some(free) = events.iter_mut().find(|e| **e == 0)
            {
                *free = event;
            }
        }
        habit.seen += 1;
        if habit.seen == GENERATION {
            habit.past = std::mem::take(&mut habit.present);
            habit.seen = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "لمزيد من الأخبار زوروا مرفأنا على الشبكة";

    fn text(n: u32) -> String {
        format!("أبحرت العبارة رقم {n} من ميناء الرملة وعلى متنها مئتا راكب وعادت مساء إلى الرصيف.\n{TAIL}\n")
    }

    /// Whether the tail is learned after so many articles of as many events, `per` articles to an event.
    fn learned(articles: u32, per: u32, between: u32) -> bool {
        let mut repeated = Repeated::default();
        for n in 0..articles {
            repeated.learn("مرفأ", &lines(&text(n)), EventId([(n / per + 1) as u8; 10]));
        }
        for n in 0..between {
            repeated.learn("مرفأ", &lines("سطر آخر لا يعود أبدا"), EventId([(n % 250) as u8; 10]));
        }
        repeated.habits["مرفأ"].repeats(&lines(TAIL)[0])
    }

    #[test]
    fn lines_of_many_events_are_learned_and_forgotten() {
        assert!(!learned(3, 1, 0));
        assert!(learned(4, 1, 0));
        assert!(!learned(12, 4, 0), "three events, however many articles");
        assert!(learned(4, 1, GENERATION));
        assert!(!learned(4, 1, 2 * GENERATION));
    }

    #[test]
    fn lines_are_found_where_they_stand() {
        let text = "  أول سطر هنا \nكلمة\n\nآخر سطر";
        let found: Vec<&str> = lines(text).iter().map(|l| &text[l.start as usize..l.end as usize]).collect();
        assert_eq!(found, ["أول سطر هنا", "آخر سطر"]);
    }
}
