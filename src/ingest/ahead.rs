//! What is compared of articles, made by a thread of its own while those before them take their places: that takes twice as long, and a
//! third thread writes.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

use super::Arrived;
use crate::detect::features::Features;
use crate::repeated::{self, Line};
use crate::store::StoreError;
use crate::takes::Take;

/// Articles that are handed on at a time: so many that waking whoever waits costs little, so few that the first need not wait long.
const STEP: usize = 16;
/// Such steps that may wait.
const WAITING: usize = 8;

/// An article with what is compared of it, and what it says of the item it is a take of.
pub(super) struct Ready {
    pub(super) arrived: Arrived,
    pub(super) features: Features,
    pub(super) lines: Vec<Line>,
    pub(super) take: Option<Take>,
}

impl Ready {
    fn of(arrived: Arrived) -> Self {
        let article = &arrived.article;
        Self { features: Features::of_article(article), lines: repeated::lines(&article.text), take: Take::of(article), arrived }
    }
}

/// The articles in their order, each with what is compared of it. Whoever does not want the rest drops what is returned.
///
/// # Errors
/// If no thread can be started.
pub(super) fn ready<'s>(scope: &'s Scope<'s, '_>, articles: Vec<Arrived>) -> Result<impl Iterator<Item = Ready>, StoreError> {
    let (made, ready): (_, Receiver<Vec<Ready>>) = sync_channel(WAITING);
    let make = move || {
        let mut articles = articles.into_iter();
        loop {
            let step: Vec<Arrived> = articles.by_ref().take(STEP).collect();
            if step.is_empty() || made.send(step.into_iter().map(Ready::of).collect()).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().spawn_scoped(scope, make).map_err(StoreError::Thread)?;
    Ok(ready.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, FileDigest};
    use crate::parse::{FileHints, Limits, parse};
    use crate::sources::Sources;

    fn articles(count: u32) -> Vec<Arrived> {
        let line =
            |n| format!("{{\"title\":\"Ferry {n}\",\"text\":\"Ferry number {n} sank off Gull Island\",\"source\":\"Harbour Post\"}}\n");
        let (sources, received) = (Sources::default(), jiff::Timestamp::UNIX_EPOCH);
        let hints = FileHints { name: "ahead.jsonl", folder: None, sidecar: None, received, sources: &sources };
        let parsed = parse((0..count).map(line).collect::<String>().as_bytes(), &hints, &Limits::default());
        let id = |n| ArticleId::new(&FileDigest::of(b"ahead"), n);
        parsed.articles.into_iter().map(|article| Arrived { id: id(article.position), file: 0, article, received }).collect()
    }

    #[test]
    fn each_comes_in_its_turn_with_what_is_its_own() {
        for count in [0, 1, STEP as u32, 5 * STEP as u32 + 7] {
            let ready: Vec<Ready> = std::thread::scope(|scope| ready(scope, articles(count)).unwrap().collect());
            assert_eq!(ready.len(), count as usize);
            for (ready, expected) in ready.iter().zip(articles(count)) {
                assert_eq!(ready.arrived.id, expected.id);
                assert_eq!(ready.features, Features::of_article(&expected.article));
                assert_eq!(ready.lines.len(), repeated::lines(&expected.article.text).len());
                assert_eq!(ready.take, Take::of(&expected.article));
            }
        }
    }

    #[test]
    fn who_wants_no_more_waits_for_nothing() {
        let first = std::thread::scope(|scope| ready(scope, articles(100 * STEP as u32)).unwrap().next().map(|ready| ready.arrived.id));
        assert_eq!(first, Some(articles(1)[0].id));
    }
}
