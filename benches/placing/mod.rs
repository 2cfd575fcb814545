//! The engine without files and without a store: the steps of `Ingest` from the bytes of an article to its place, in memory.

#![allow(dead_code, reason = "every bench uses a part of it")]

use jiff::Timestamp;
use wirefold::article::{Article, ArticleId, FileDigest};
use wirefold::detect::features::Features;
use wirefold::detect::live::{When, hours};
use wirefold::detect::{Decision, Detector, Incoming, Settings};
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::repeated::{Line, Repeated, lines};
use wirefold::sources::Sources;

use crate::meter::{self, Spent};

/// Articles that take a step together, so that looking at the clock costs nothing.
const BLOCK: usize = 250;

/// An article that has been read.
pub struct Read {
    id: ArticleId,
    article: Article,
}

/// An article with what is compared.
pub struct Prepared {
    read: Read,
    features: Features,
    lines: Vec<Line>,
}

/// Time spent on each step.
#[derive(Default, Clone, Copy)]
pub struct Steps {
    pub articles: usize,
    /// Bytes to article: format, encoding, date, source, asides.
    pub read: Spent,
    /// Fold, tokenise, stem, hash: everything that is kept of the text.
    pub prepare: Spent,
    /// Candidates, measures, decision, evidence, memory.
    pub place: Spent,
}

impl Steps {
    /// Microseconds of the engine for each article: all but reading.
    pub fn engine(&self) -> f64 {
        (self.prepare.cpu + self.place.cpu) * 1e6 / self.articles.max(1) as f64
    }
}

/// Places articles one after the other.
pub struct Placer {
    detector: Detector,
    repeated: Repeated,
}

impl Placer {
    /// Knows nothing yet, and forgets none of the first `live` articles.
    pub fn new(live: usize) -> Self {
        let settings = Settings { keep_recent: live as u32, max_live: live as u32, ..Settings::default() };
        Self { detector: Detector::new(settings, 0), repeated: Repeated::default() }
    }

    pub fn detector(&self) -> &Detector {
        &self.detector
    }

    /// Takes a series of articles, each a line of JSON; `each` is given every decision. Returns what each step took.
    pub fn take(&mut self, lines: impl IntoIterator<Item = String>, mut each: impl FnMut(Decision)) -> Steps {
        let (mut steps, mut lines) = (Steps::default(), lines.into_iter());
        loop {
            let block: Vec<String> = lines.by_ref().take(BLOCK).collect();
            if block.is_empty() {
                return steps;
            }
            steps.articles += block.len();
            let (read, spent) = meter::in_thread(|| block.iter().map(|line| Read::of(line)).collect::<Vec<_>>());
            steps.read.add(spent);
            let (prepared, spent) = meter::in_thread(|| read.into_iter().map(Prepared::of).collect::<Vec<_>>());
            steps.prepare.add(spent);
            let (decisions, spent) = meter::in_thread(|| prepared.into_iter().map(|p| self.place(p)).collect::<Vec<_>>());
            steps.place.add(spent);
            decisions.into_iter().for_each(&mut each);
        }
    }

    /// Takes articles, the n-th being `line(n)`, until so many are live. Returns what the steps took for the last `measured` of them.
    pub fn up_to(&mut self, live: usize, measured: usize, mut line: impl FnMut(usize) -> String) -> Steps {
        let (taken, begin) = (self.detector.live(), live.saturating_sub(measured));
        let _ = self.take((taken..begin).map(&mut line), |_| ());
        let steps = self.take((taken.max(begin)..live).map(&mut line), |_| ());
        assert_eq!(self.detector.live(), live, "every article is live");
        steps
    }

    pub fn place(&mut self, prepared: Prepared) -> Decision {
        let Prepared { read: Read { id, mut article }, mut features, lines } = prepared;
        if self.repeated.mark(&mut article, &lines) {
            features = Features::of_article(&article);
        }
        let published = article.published.expect("an article of a bench has a date");
        let decision = self.detector.place(Incoming {
            id,
            features,
            source: article.source.clone(),
            url: article.url,
            when: When::stated(&published),
            dated: true,
            order: hours(published.at),
        });
        if let Some((_, event)) = decision.moves.iter().find(|(pos, _)| *pos == decision.pos) {
            self.repeated.learn(&article.source, &lines, *event);
        }
        decision
    }
}

impl Read {
    pub fn of(line: &str) -> Self {
        let received: Timestamp = "2027-01-01T00:00:00Z".parse().expect("a time");
        let hints = FileHints { name: "article.json", folder: None, sidecar: None, sources: Sources::shipped(), received };
        let article = parse(line.as_bytes(), &hints, &Limits::default()).articles.pop().expect("an article of a bench can be read");
        Self { id: ArticleId::new(&FileDigest::of(line.as_bytes()), 0), article }
    }
}

impl Prepared {
    pub fn of(read: Read) -> Self {
        Self { features: Features::of_article(&read.article), lines: lines(&read.article.text), read }
    }
}
