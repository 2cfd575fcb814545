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
/// Words of a line that can be learned. One word is no line.
const WORDS: std::ops::RangeInclusive<usize> = 2..=200;
/// Words from which on a line is a paragraph: one that comes again is news or its background, unless it stands under most of what its source
/// sends, as what an outlet says of itself does.
const PARAGRAPH: usize = 41;
/// Articles of the source that must be remembered to tell that.
const ENOUGH: u32 = 16;

/// A line of a text, by what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    hash: u64,
    start: u32,
    end: u32,
    is_paragraph: bool,
}

impl Line {
    fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// The lines of a text that can be learned.
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut at = 0;
    for whole in text.split('\n') {
        let line = whole.trim();
        let words = line.split_whitespace().take(WORDS.end() + 1).count();
        if WORDS.contains(&words) {
            let start = at + (whole.len() - whole.trim_start().len());
            let is_paragraph = words >= PARAGRAPH;
            // Paragraphs are most of all texts, and are not spelled anew each time.
            let hash = if is_paragraph { xxh3_64(line.as_bytes()) } else { xxh3_64(key(line).as_bytes()) };
            found.push(Line { hash, start: start as u32, end: (start + line.len()) as u32, is_paragraph });
        }
        at += whole.len() + 1;
    }
    found
}

/// Where a line stood.
#[derive(Debug, Clone, Copy, Default)]
struct Stood {
    /// Events, each by the beginning of its id; filled from the front.
    events: [u32; EVENTS],
    /// Number of articles.
    articles: u32,
}

/// What one source sent last.
#[derive(Debug, Default)]
struct Habit {
    /// Articles of the present generation.
    seen: u32,
    present: FxHashMap<u64, Stood>,
    past: FxHashMap<u64, Stood>,
}

impl Habit {
    fn repeats(&self, line: &Line) -> bool {
        let stood = || [&self.present, &self.past].into_iter().filter_map(|g| g.get(&line.hash));
        let mut events: Vec<u32> = stood().flat_map(|s| s.events).filter(|e| *e != 0).collect();
        events.sort_unstable();
        events.dedup();
        let remembered = self.seen + if self.past.is_empty() { 0 } else { GENERATION };
        let articles: u32 = stood().map(|s| s.articles).sum();
        events.len() >= EVENTS && (!line.is_paragraph || (remembered >= ENOUGH && articles * 2 > remembered))
    }
}

/// What each source repeats.
#[derive(Debug, Default)]
pub struct Repeated {
    habits: FxHashMap<String, Habit>,
}

impl Repeated {
    /// Makes asides of the lines that the article's source repeats; whether there are any. A text that consists of such lines for more
    /// than half, paragraphs not counted, is a bulletin, which is what it repeats: it is left alone.
    pub fn mark(&self, article: &mut Article, lines: &[Line]) -> bool {
        let repeated = self.asides(&article.source, &article.text, &article.asides, lines);
        let found = !repeated.is_empty();
        article.asides.extend(repeated);
        article.asides.sort_by_key(|a| a.start);
        found
    }

    fn asides(&self, source: &str, text: &str, known: &[Aside], lines: &[Line]) -> Vec<Aside> {
        let Some(habit) = self.habits.get(source) else { return Vec::new() };
        let is_free = |l: &Line| !known.iter().any(|a| a.start < l.end && l.start < a.end);
        let repeated: Vec<&Line> = lines.iter().filter(|l| is_free(l) && habit.repeats(l)).collect();
        let paragraphs: usize = repeated.iter().filter(|l| l.is_paragraph).map(|l| l.len()).sum();
        let covered = repeated.iter().map(|l| l.len()).sum::<usize>() - paragraphs;
        let rest = text.trim().len() - paragraphs;
        if rest == 0 || covered * 2 > rest {
            return Vec::new();
        }
        repeated.into_iter().map(|l| Aside { start: l.start, end: l.end, kind: AsideKind::Repeated }).collect()
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
            let stood = habit.present.entry(line.hash).or_default();
            stood.articles += 1;
            if !stood.events.contains(&event)
                && let Some(free) = stood.events.iter_mut().find(|e| **e == 0)
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

    const ABOUT: &str = "The Coast Wire is an independent newsroom that has reported from the harbours, islands and salt marshes of the coast \
        since 1911. It is owned by its readers, who elect the board each spring, and lives on their subscriptions alone. Write to the newsroom \
        with corrections, and read our rules of reporting on the page of the foundation.";

    /// What stays of a brief with the paragraph below it, after as many articles of as many events, every `nth` of which had it too.
    fn left(articles: u32, nth: u32) -> String {
        let brief = |n: u32| format!("Ferry {n} sailed from Port Mallory at noon and came back.");
        let mut repeated = Repeated::default();
        for n in 0..articles {
            let text = if n % nth == 0 { format!("{}\n{ABOUT}", brief(n)) } else { brief(n) };
            repeated.learn("Coast Wire", &lines(&text), EventId([n as u8 + 1; 10]));
        }
        let text = format!("{}\n{ABOUT}", brief(200));
        let asides = repeated.asides("Coast Wire", &text, &[], &lines(&text));
        asides.iter().rev().fold(text, |left, a| left[..a.start as usize].to_owned() + &left[a.end as usize..])
    }

    #[test]
    fn a_paragraph_is_learned_where_most_articles_have_it() {
        assert_eq!(left(40, 1).trim_end(), "Ferry 200 sailed from Port Mallory at noon and came back.");
        assert!(left(40, 3).contains(ABOUT), "the background of some events");
        assert!(left(8, 1).contains(ABOUT), "too few to tell");
    }

    #[test]
    fn lines_are_found_where_they_stand() {
        let text = "  أول سطر هنا \nكلمة\n\nآخر سطر";
        let found: Vec<&str> = lines(text).iter().map(|l| &text[l.start as usize..l.end as usize]).collect();
        assert_eq!(found, ["أول سطر هنا", "آخر سطر"]);
    }
}
