//! Takes of one item of a wire: additions, corrections and kills that come in files of their own and name what they belong to by its
//! slug, its headline or its number.
//!
//! Their words say little of that: an addition tells another part, a kill tells nothing. So what they say of themselves counts. Kept
//! in memory, a function of the last articles in their order, and rebuilt from the store at start; for what goes on with an item that is
//! no more remembered, the store knows all by the names of their items.

mod name;
mod notice;

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::article::{Amendment, Article, DateStep, Precision, Published};
use crate::detect::live::hours;
pub use name::{added_to, bare_kill, is_bare_kill, is_mixed_slug, is_notice_alone, is_slug_line, item_name, take_line, take_number};
use name::{added_to_title, words};

/// Hours in which the takes of an item follow each other. Slugs are used again on other days.
const HOURS: f64 = 12.0;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Hours after which an item may still be corrected or withdrawn.
const NOTICE_HOURS: f64 = 168.0;
/// Articles that are remembered.
pub const REMEMBERED: u32 = 20_000;
/// Words of a headline's name from which it names one item.
const TITLE_WORDS: usize = 3;
/// Words of a notice in which the number of the message is looked for that it withdraws or corrects.
const NOTICE_WORDS: usize = 60;
/// Keys of metadata that hold a slug.
const SLUGS: [&str; 2] = ["slug", "slugline"];

/// When a take is from, in hours since 1970: its publication, else its receipt. Of a day that was only found in its text or address it is the
/// receipt, or the day's end if that was before: parts without a dateline have no day, and come beside those that have one.
pub fn hours_of(published: Option<Published>, received: Timestamp) -> f64 {
    hours(match published {
        Some(p) if p.precision == Precision::Day && matches!(p.step, DateStep::Dateline | DateStep::DatelineDay | DateStep::Url) => {
            p.at.checked_add(DAY).map_or(received, |end| end.min(received))
        }
        Some(p) => p.at,
        None => received,
    })
}

/// What an article says about the item it is a take of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take {
    /// Keys of what names its item: source with slug, headline.
    items: Vec<u64>,
    /// Keys of what names it alone: source with number, id.
    labels: Vec<u64>,
    /// Numbers of messages, or the id, that a notice may speak of.
    numbers: Vec<u64>,
    /// The numbers that a notice names, in lower case.
    pub named: Vec<String>,
    /// It says that it goes on with an earlier take, corrects or withdraws one.
    goes_on: bool,
    /// It corrects or withdraws one.
    pub is_notice: bool,
    /// It is an addition: a part of the item, and no version of it.
    pub is_addition: bool,
}

impl Take {
    /// What `article` says; `None` if its source is not known, since takes of several sources have nothing to do with each other.
    pub fn of(article: &Article) -> Option<Self> {
        let Article { title, text, amendment, .. } = article;
        let said = Said { slug: slug(&article.extra), title, number: article.sender_id.as_deref(), text, amendment: *amendment };
        Self::said(&article.source, &said)
    }

    /// As [`Take::of`], from what the store keeps: `extra` is JSON.
    pub fn stored(source: &str, extra: Option<&str>, said: &Said<'_>) -> Option<Self> {
        let extra: Option<Value> = extra.and_then(|json| serde_json::from_str(json).ok());
        let slug = extra.as_ref().and_then(Value::as_object).and_then(slug);
        Self::said(source, &Said { slug, ..*said })
    }

    fn said(source: &str, said: &Said<'_>) -> Option<Self> {
        if source == "unknown" {
            return None;
        }
        let key = |kind: &str, name: &str| xxh3_64(format!("{source}\0{kind}\0{name}").as_bytes());
        let slug = said.slug.map(item_name).filter(|name| !name.is_empty());
        let title = Some(item_name(said.title)).filter(|name| name.split(' ').count() >= TITLE_WORDS);
        let number = said.number.map(|n| n.trim().to_lowercase()).filter(|n| is_number(n));
        let is_addition = said.slug.is_some_and(|slug| added_to(slug).is_some()) || added_to_title(said.title);
        let is_notice = matches!(said.amendment, Some(Amendment::Kill | Amendment::Correction));
        let is_bare = is_notice && said.text.is_empty() && said.number.is_some_and(|id| said.title == bare_kill(id));
        let id = said.number.map(|id| id.trim().to_owned()).filter(|_| !is_notice);
        let keys = |names: [(&str, Option<String>); 2]| names.iter().filter_map(|(kind, name)| Some(key(kind, name.as_deref()?))).collect();
        let numbers: Vec<String> = if is_notice {
            words(said.title).chain(words(said.text)).take(NOTICE_WORDS).filter(|w| is_number(w)).collect()
        } else {
            vec![]
        };
        // A kill that says nothing else is of the article with its id.
        let withdrawn = said.number.filter(|_| is_bare).map(|id| key("id", id.trim()));
        let mut items: Vec<u64> = keys([("slug", slug), ("title", title.filter(|_| !is_bare))]);
        if is_notice {
            items.extend([said.title, said.text].into_iter().flat_map(notice::items).map(|(kind, name)| key(kind, &name)));
        }
        Some(Self {
            items,
            labels: keys([("number", number.filter(|_| !is_bare)), ("id", id)]),
            numbers: withdrawn.into_iter().chain(numbers.iter().map(|n| key("number", n))).collect(),
            named: numbers,
            goes_on: is_addition || is_notice,
            is_notice,
            is_addition,
        })
    }

    /// Keys under which what goes on with it finds it, however much came between; none of what itself goes on with an item.
    pub fn begins(&self) -> &[u64] {
        if self.goes_on { &[] } else { &self.items }
    }

    /// Keys of the item that it goes on with, and when that may have been published, in hours since 1970, if this was at `hours`.
    pub fn goes_on_from(&self, hours: f64) -> Option<(&[u64], RangeInclusive<f64>)> {
        (self.goes_on && !self.items.is_empty()).then(|| (&self.items[..], window(hours, self.is_notice)))
    }
}

/// The parts of an article that say what it is a take of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// Its slug, if it has one.
    pub slug: Option<&'a str>,
    /// Its headline.
    pub title: &'a str,
    /// Its number or the sender's id.
    pub number: Option<&'a str>,
    /// Its text; only of a notice is it looked at.
    pub text: &'a str,
    /// What it does to an earlier article.
    pub amendment: Option<Amendment>,
}

/// The slug among what metadata say beside the known fields.
fn slug(extra: &Map<String, Value>) -> Option<&str> {
    let slugs = extra.iter().filter(|(key, _)| SLUGS.contains(&key.to_lowercase().as_str()));
    slugs.filter_map(|(_, value)| value.as_str()).find(|slug| !slug.trim().is_empty())
}

/// Service and number of a message, such as `nor0123`: a bare number is one of many things.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits >= 3 && word.len() > digits && word.len() <= 40
}

/// A take that came.
#[derive(Debug, Clone, Copy)]
struct Came {
    pos: u32,
    hours: f64,
    /// It goes on with a take that has not come.
    waits: bool,
    is_notice: bool,
}

/// When takes of the item may have been published that one of `hours` goes on with. A notice may come days later.
fn window(hours: f64, is_notice: bool) -> RangeInclusive<f64> {
    hours - if is_notice { NOTICE_HOURS } else { HOURS }..=hours + HOURS
}

/// The takes that came last.
#[derive(Debug, Default)]
pub struct Takes {
    named: FxHashMap<u64, Vec<Came>>,
    swept: u32,
}

impl Takes {
    /// The order number of the nearest take of the number that `take`, published at `hours` since 1970, speaks of.
    pub fn spoken_of(&self, take: &Take, hours: f64) -> Option<u32> {
        self.nearest(take, hours, take.numbers.iter())
    }

    /// The order number of the nearest take of the item of `take`, if it says that it goes on with it; else of one that waits for it.
    pub fn of_item(&self, take: &Take, hours: f64) -> Option<u32> {
        self.nearest(take, hours, take.items.iter().chain(&take.labels))
    }

    fn nearest<'k>(&self, take: &Take, hours: f64, keys: impl Iterator<Item = &'k u64>) -> Option<u32> {
        let near = |came: &&Came| {
            (take.goes_on && window(hours, take.is_notice).contains(&came.hours))
                || (came.waits && window(came.hours, came.is_notice).contains(&hours))
        };
        let order = |a: &&Came, b: &&Came| (a.hours - hours).abs().total_cmp(&(b.hours - hours).abs()).then(b.pos.cmp(&a.pos));
        keys.filter_map(|key| self.named.get(key)).flatten().filter(near).min_by(order).map(|came| came.pos)
    }

    /// Remembers a take that was placed, and whether what it `belongs` to was known.
    pub fn add(&mut self, take: &Take, hours: f64, pos: u32, belongs: bool) {
        let waits = take.goes_on && !belongs;
        // A notice that waits is found by the number that it speaks of.
        for key in take.items.iter().chain(&take.labels).chain(take.numbers.iter().filter(|_| waits)) {
            self.named.entry(*key).or_default().push(Came { pos, hours, waits, is_notice: take.is_notice });
        }
        // Forgetting is due at fixed order numbers, so that a restart changes nothing.
        let begin = (pos / (REMEMBERED / 2)).saturating_sub(1) * (REMEMBERED / 2);
        if begin > self.swept {
            self.swept = begin;
            self.named.retain(|_, came| {
                came.retain(|c| c.pos >= begin);
                !came.is_empty()
            });
        }
    }

    /// The order number from which on articles are remembered when `next` is the next one.
    pub fn remembered_from(next: u32) -> u32 {
        (next.saturating_sub(1) / (REMEMBERED / 2)).saturating_sub(1) * (REMEMBERED / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(slug: &str, title: &str, number: &str, notice: Option<&str>) -> Take {
        let amendment = notice.map(|_| Amendment::Kill);
        let text = notice.unwrap_or_default();
        Take::said("Coast Wire", &Said { slug: Some(slug).filter(|s| !s.is_empty()), title, number: Some(number), text, amendment })
            .unwrap()
    }

    /// To which of the earlier ones the last belongs, all an hour apart.
    fn belongs(takes: &[Take], hours_apart: f64) -> Option<u32> {
        let mut known = Takes::default();
        let mut last = None;
        for (pos, take) in takes.iter().enumerate() {
            let hours = pos as f64 * hours_apart;
            last = known.spoken_of(take, hours).or_else(|| known.of_item(take, hours));
            known.add(take, hours, pos as u32, last.is_some());
        }
        last
    }

    #[test]
    fn takes_find_their_item() {
        let first = take("bc-wells", "Wells of Orun reopen", "cst0001", None);
        let other = take("bc-ferry", "Ferry runs aground", "cst0002", None);
        let addition = take("bc-wells, 1st add", "", "cst0003", None);
        let kill = take("", "KILL", "cst0009", Some("Editors: please kill cst0001, wells, which was sent in error."));
        assert_eq!(belongs(&[first.clone(), other.clone(), addition.clone()], 1.0), Some(0));
        assert_eq!(belongs(&[first.clone(), other.clone(), addition.clone()], 7.0), None, "fourteen hours later");
        assert_eq!(belongs(&[first.clone(), other.clone(), kill], 1.0), Some(0));
        assert_eq!(belongs(&[first.clone(), other.clone(), first.clone()], 1.0), None, "neither goes on");
        assert_eq!(belongs(&[addition.clone(), other.clone(), first.clone()], 1.0), Some(0), "the addition waited");
        let again = take("bc-wells", "Wells of Orun close", "cst0005", None);
        let kill = take("bc-wells", "KILL", "cst0009", Some("Editors: kill item cst0001 slugged bc-wells."));
        assert_eq!(belongs(&[first.clone(), again, kill], 1.0), Some(0), "the number counts before the slug");
        let bare = take("", "KILL: cst0002", "cst0002", Some(""));
        assert_eq!(belongs(&[first.clone(), other.clone(), first.clone(), bare.clone()], 1.0), Some(1));
        assert_eq!(belongs(&[bare, first.clone(), other.clone()], 1.0), Some(0), "the kill waited");
        for notice in [
            "Editors: please kill the story headlined \"Wells of Orun reopen\", which was sent in error.",
            "Meldung «Wells of Orun reopen» bitte nicht verwenden.",
            "Kill the story slugged bc-wells, sent at 10:15.",
        ] {
            let kill = take("bc-advisory", "KILL", "cst0009", Some(notice));
            assert_eq!(belongs(&[first.clone(), other.clone(), kill], 1.0), Some(0), "{notice}");
        }
        let kill = take("bc-advisory", "KILL", "cst0009", Some("It spoke of a \"ferry\" and „wells of all kinds“, \"which is\" wrong."));
        assert_eq!(belongs(&[first.clone(), other.clone(), kill], 1.0), None);
        let elsewhere = Take::said("Other Wire", &Said { slug: Some("bc-wells, 1st add"), ..Said::default() }).unwrap();
        assert_eq!(belongs(&[take("bc-wells", "", "", None), elsewhere], 1.0), None, "another source");
        let second = take("bc-wells, 2nd add", "", "cst0004", None);
        assert_eq!(belongs(&[addition, second], 1.0), Some(0));
        let arabic = take("", "آبار وادي الزعتر تعود / إضافة أولى وأخيرة", "", None);
        assert_eq!(belongs(&[take("", "آبار وادي الزعتر تعود", "", None), arabic], 1.0), Some(0));
    }

    #[test]
    fn what_goes_on_is_looked_for_in_its_time() {
        let first = take("bc-wells", "Wells of Orun reopen", "cst0001", None);
        assert_eq!((first.begins().len(), first.goes_on_from(500.0)), (2, None));
        let kill = take("bc-wells", "KILL", "cst0009", Some("Editors: kill this."));
        assert_eq!(kill.goes_on_from(500.0), Some((&first.begins()[..1], 332.0..=512.0)));
        let addition = take("bc-wells, 1st add", "", "cst0003", None);
        assert_eq!(addition.goes_on_from(500.0), Some((&first.begins()[..1], 488.0..=512.0)));
        assert!(kill.begins().is_empty() && addition.begins().is_empty());
    }

    #[test]
    fn takes_of_an_unknown_source_belong_to_nothing() {
        assert_eq!(Take::said("unknown", &Said { slug: Some("bc-wells 1st add"), ..Said::default() }), None);
    }

    #[test]
    fn what_is_remembered_depends_on_order_numbers_alone() {
        let first = take("bc-wells", "", "cst0001", None);
        for (next, from) in [(0, 0), (1, 0), (10_000, 0), (10_001, 0), (20_000, 0), (20_001, 10_000), (30_000, 10_000), (30_001, 20_000)] {
            assert_eq!(Takes::remembered_from(next), from, "{next}");
            let mut takes = Takes::default();
            for pos in 0..next {
                takes.add(&first, 0.0, pos, false);
            }
            assert_eq!(takes.named.values().flatten().map(|c| c.pos).min().unwrap_or(0), from, "{next}");
        }
    }
}
