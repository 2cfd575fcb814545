//! The store that is asked: generated news, one event of many articles, and more to come.

use std::path::Path;

use jiff::Timestamp;
use wirefold::config::Config;
use wirefold::inbox;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::search::Filler;
use wirefold::store::Reader;
use wirefold::store::read::{EventFilter, Order};

use crate::corpus::{self, Article, Corpus};
use crate::meter;

/// Articles of a file.
const PART: usize = 10_000;
/// Copies that the large event consists of, and how many words are changed in each.
const COPIES: usize = 500;
const CHANGED: usize = 6;

/// A store that articles are added to.
pub struct Stock {
    ingest: Ingest,
    filler: Filler,
    corpus: Corpus,
    next: usize,
}

impl Stock {
    /// Opens the store, and fills it with so many articles where it is empty.
    pub fn open(store: &Path, articles: usize) -> Self {
        let config = Config { store: store.to_owned(), ..Config::default() };
        let has = Reader::open(store).and_then(|r| r.totals()).map_or(0, |t| t.articles as usize);
        let ingest = Ingest::open(&config).unwrap();
        // What is added to a store that was made before is other news, and newer.
        let corpus = Corpus::new(7 + has as u64);
        let mut stock = Self { ingest, filler: Filler::start(store), corpus, next: has };
        if has == 0 {
            while stock.next + COPIES < articles {
                let rate = stock.add(PART.min(articles - COPIES - stock.next));
                eprintln!("{} articles, {rate:.0} a second", stock.next);
            }
        }
        let largest = EventFilter { order: Order::Size, limit: 1, ..EventFilter::default() };
        let listed = Reader::open(store).and_then(|r| r.events(&largest)).unwrap();
        if listed.events.first().is_none_or(|e| (e.articles as usize) < COPIES / 2) {
            let copies = stock.copies();
            stock.store(&copies);
        }
        // Asked is a store whose index has everything.
        std::mem::replace(&mut stock.filler, Filler::start(store)).finish();
        stock
    }

    /// Articles in the store.
    pub fn articles(&self) -> usize {
        self.next
    }

    /// Stores so many more; how many a second.
    pub fn add(&mut self, articles: usize) -> f64 {
        let lines: Vec<String> = (self.next..self.next + articles).map(|n| self.corpus.article(n).json()).collect();
        self.store(&lines)
    }

    /// One story by many outlets, a second apart.
    fn copies(&mut self) -> Vec<String> {
        let cast: Vec<usize> = (0..12).map(|_| self.corpus.random.rare()).collect();
        let words = self.corpus.write(&cast);
        let title = self.corpus.spelled(&cast[..7], true);
        let copy = |n: usize| {
            let mut words = words.clone();
            for _ in 0..CHANGED {
                let at = self.corpus.random.index(words.len());
                words[at] = self.corpus.random.zipf();
            }
            let text = self.corpus.spelled(&words, true);
            let published = corpus::published(self.next) + jiff::SignedDuration::from_secs(n as i64);
            Article { title: title.clone(), text, source: format!("press-{n}"), published, arabic: true }.json()
        };
        (0..COPIES).map(copy).collect()
    }

    fn store(&mut self, lines: &[String]) -> f64 {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("part.jsonl"), lines.join("\n")).unwrap();
        let mut tally = Tally::default();
        let files = inbox::scan(folder.path()).0;
        let (_, spent) = meter::in_process(|| self.ingest.take(files, Received::At(Timestamp::now()), &mut tally).unwrap());
        assert_eq!(tally.articles as usize, lines.len(), "every article is stored");
        self.next += lines.len();
        self.filler.ring();
        lines.len() as f64 / spent.wall
    }
}
