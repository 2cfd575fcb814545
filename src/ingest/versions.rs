//! Which article is another version of which: the same source publishing again.
//!
//! Here it is only said which articles are versions of one; the store counts them by publication, since the version that comes later
//! may have been published first.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::article::{Article, ArticleId, EventId};
use crate::detect::{Decision, Detector};
use crate::store::{Lookup, StoreError};
use crate::takes::{Take, Takes};

/// Share of the text in both directions from which two texts of a source are versions of one article.
const SAME_ARTICLE: f32 = 0.8;
/// Hours within which a near-identical text of the same source is a version; later, it is printed again.
const VERSION_HOURS: f64 = 72.0;
/// Digits in a row, and words, from which the end of an address is the number or headline of an article.
const ITEM_DIGITS: usize = 3;
const HEADLINE_WORDS: usize = 3;
/// Articles under one address or sender's id that are looked at, newest first. A page that is written anew every day has thousands.
pub(crate) const UNDER_ONE_LABEL: usize = 50;

/// What a source published before under the address and the id of an article: order numbers, newest first.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    at_address: Vec<u32>,
    under_id: Vec<u32>,
    /// The address is that of one article.
    is_item: bool,
}

impl Labelled {
    /// Those of which the article may be another version, by its id, else by an address that is no page of many articles.
    pub(super) fn of_item(&self) -> &[u32] {
        if self.under_id.is_empty() && self.is_item { &self.at_address } else { &self.under_id }
    }
}

/// What must be known of an article to tell whether another is a version of it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The id that all versions of it have in common: that of the one received first.
    pub chain: ArticleId,
    /// Who published it.
    pub source: String,
    /// When, if known.
    pub published: Option<Timestamp>,
}

/// What a source calls an article by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Label {
    Address(String),
    SenderId(String),
}

/// The articles known: those of the store, and those of the batch that is being placed.
pub(super) struct Versions<'a> {
    store: &'a Lookup,
    /// Order numbers by source and label, oldest first.
    labelled: HashMap<(String, Label), Vec<u32>>,
    /// By order number: what the store will say once the batch is committed.
    placed: HashMap<u32, Known>,
    /// By the names of wire items, what begins them, with its hours since 1970.
    items: HashMap<u64, Vec<(u32, f64)>>,
}

impl<'a> Versions<'a> {
    pub(super) fn new(store: &'a Lookup) -> Self {
        Self { store, labelled: HashMap::new(), placed: HashMap::new(), items: HashMap::new() }
    }

    /// The take that an article of `hours` since 1970 belongs to, and what stands under its labels. The take is one of the number that a notice
    /// names, whether remembered or not, before any of the name of its item: names are used again.
    pub(super) fn ties(
        &self,
        article: &Article,
        take: Option<&Take>,
        hours: f64,
        remembered: &Takes,
    ) -> Result<(Option<u32>, Labelled), StoreError> {
        let mut part = None;
        if let Some(take) = take {
            part = remembered.spoken_of(take, hours);
            part = part.map_or_else(|| self.numbered(&article.source, &take.named), |pos| Ok(Some(pos)))?;
            part = part.or_else(|| remembered.of_item(take, hours));
            part = part.map_or_else(|| self.begun(take, hours), |pos| Ok(Some(pos)))?;
        }
        Ok((part, self.labelled(article)?))
    }

    /// Remembers a newly placed take of `hours` since 1970.
    pub(super) fn add(&mut self, take: &Take, hours: f64, pos: u32) {
        for name in take.begins() {
            self.items.entry(*name).or_default().push((pos, hours));
        }
    }

    /// What the source of an article published before under its labels; nothing where "unknown" stands for many outlets.
    fn labelled(&self, article: &Article) -> Result<Labelled, StoreError> {
        let mut labelled = Labelled::default();
        for label in labels(article).filter(|_| article.source != "unknown") {
            let before = self.under(&article.source, &label)?;
            match label {
                Label::Address(url) => (labelled.at_address, labelled.is_item) = (before, is_of_an_item(&url)),
                Label::SenderId(_) => labelled.under_id = before,
            }
        }
        Ok(labelled)
    }

    /// The newest article of a source that has one of these numbers for an id, in either case: what a notice withdraws may have left the
    /// memory of takes.
    fn numbered(&self, source: &str, numbers: &[String]) -> Result<Option<u32>, StoreError> {
        for number in numbers.iter().flat_map(|number| [number.clone(), number.to_uppercase()]) {
            if let Some(pos) = self.under(source, &Label::SenderId(number))?.first() {
                return Ok(Some(*pos));
            }
        }
        Ok(None)
    }

    /// The article nearest in time that begins the item with which a take goes on: it may have left the memory of takes.
    fn begun(&self, take: &Take, hours: f64) -> Result<Option<u32>, StoreError> {
        let Some((names, window)) = take.goes_on_from(hours) else { return Ok(None) };
        let mut found = self.store.items(names, &window)?;
        found.extend(names.iter().filter_map(|name| self.items.get(name)).flatten().filter(|(_, at)| window.contains(at)));
        let nearest = |a: &&(u32, f64), b: &&(u32, f64)| (a.1 - hours).abs().total_cmp(&(b.1 - hours).abs()).then(b.0.cmp(&a.0));
        Ok(found.iter().min_by(nearest).map(|(pos, _)| *pos))
    }

    /// What the versions of a newly placed article have in common, if it is a version of one that is known. An addition to an item may
    /// come under the address and id of the item, and is no version of it.
    pub(super) fn of(
        &mut self,
        id: ArticleId,
        article: &Article,
        decision: &Decision,
        detector: &Detector,
        labelled: &Labelled,
        is_addition: bool,
    ) -> Result<Option<ArticleId>, StoreError> {
        let Some(event) = detector.event_of(decision.pos) else { return Ok(None) };
        // "unknown" stands for many outlets: none of them publishes again.
        let known = if article.source == "unknown" { None } else { self.known(article, decision, event, detector, labelled, is_addition)? };
        let chain = known.map(|k| k.chain);
        let entry = Known { chain: chain.unwrap_or(id), source: article.source.clone(), published: article.published.map(|p| p.at) };
        self.placed.insert(decision.pos, entry);
        for label in labels(article) {
            self.labelled.entry((article.source.clone(), label)).or_default().push(decision.pos);
        }
        Ok(chain)
    }

    /// An article of the same event that the same source published under the same address or id, or in nearly the same words.
    ///
    /// A label alone proves nothing: a page that is written anew every day is not one article.
    fn known(
        &self,
        article: &Article,
        decision: &Decision,
        event: EventId,
        detector: &Detector,
        labelled: &Labelled,
        is_addition: bool,
    ) -> Result<Option<Known>, StoreError> {
        let mut labelled = labelled.at_address.iter().chain(&labelled.under_id).filter(|_| !is_addition);
        if let Some(pos) = labelled.find(|pos| detector.event_of(**pos) == Some(event)) {
            return self.at(*pos);
        }
        let mut alike: Vec<_> = decision.trace.copies.iter().filter(|c| c.of_this >= SAME_ARTICLE && c.of_other >= SAME_ARTICLE).collect();
        alike.sort_by(|a, b| b.shorter.total_cmp(&a.shorter).then(a.other.cmp(&b.other)));
        for copy in alike.iter().filter(|c| detector.event_of(c.other) == Some(event)) {
            if let Some(known) = self.at(copy.other)?
                && known.source == article.source
                && near(article.published.map(|p| p.at), known.published)
            {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The articles that a source published under a label, newest first.
    fn under(&self, source: &str, label: &Label) -> Result<Vec<u32>, StoreError> {
        let in_batch = self.labelled.get(&(source.to_owned(), label.clone()));
        let mut all: Vec<u32> = in_batch.into_iter().flatten().rev().copied().take(UNDER_ONE_LABEL).collect();
        all.extend(match label {
            Label::Address(url) => self.store.at_address(source, url)?,
            Label::SenderId(id) => self.store.under_sender_id(source, id)?,
        });
        Ok(all)
    }

    fn at(&self, pos: u32) -> Result<Option<Known>, StoreError> {
        self.placed.get(&pos).cloned().map_or_else(|| self.store.known(pos), |known| Ok(Some(known)))
    }
}

fn labels(article: &Article) -> impl Iterator<Item = Label> {
    let address = article.url.clone().map(Label::Address);
    address.into_iter().chain(article.sender_id.clone().map(Label::SenderId))
}

/// Whether an address seems to be of one article, by a number or a headline in what it ends with, and not of a page such as `/news/latest`.
fn is_of_an_item(url: &str) -> bool {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let is_number = |part: &str| part.as_bytes().windows(ITEM_DIGITS).any(|w| w.iter().all(u8::is_ascii_digit));
    let last = path.split('/').skip(1).filter(|part| !part.is_empty()).last().unwrap_or_default();
    is_number(last) || is_number(query) || last.split(['-', '_']).filter(|word| !word.is_empty()).count() >= HEADLINE_WORDS
}

/// Whether two articles were published within hours of each other, as far as is known.
fn near(a: Option<Timestamp>, b: Option<Timestamp>) -> bool {
    a.zip(b).is_none_or(|(a, b)| (a.as_second() - b.as_second()).abs() as f64 / 3600.0 <= VERSION_HOURS)
}

#[cfg(test)]
mod tests {
    use super::is_of_an_item;

    #[test]
    fn addresses_of_items_end_with_a_number_or_a_headline() {
        for item in [
            "https://a.example/news/ferry-sinks-off-gull",
            "a.example/article/48213",
            "https://a.example/story.php?id=48213",
            "https://a.example/%D8%AE%D8%A8%D8%B1-1024/",
        ] {
            assert!(is_of_an_item(item), "{item}");
        }
        for page in [
            "https://a.example/",
            "https://a.example:8080",
            "https://a.example/news/latest",
            "https://a.example/ar/live-news",
            "https://a.example/2026/03/02/",
            "https://123.example/world?page=2",
        ] {
            assert!(!is_of_an_item(page), "{page}");
        }
    }
}
