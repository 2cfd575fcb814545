//! The detector: places every article in an event and a story, and says why.
//!
//! [`Detector::place`] is the whole of it: candidates by inverted index, a probability for each, the copied passages of the closest,
//! a new cut of the events that the newcomer touches, and the stories inside them. It does no I/O and reads no clock; what it
//! decides is a function of the articles and their order. Its state is a cache: [`Detector::restore`] builds it again from the store.

mod afterwards;
mod again;
mod align;
mod bigrams;
mod counting;
mod enrol;
pub mod evidence;
pub mod features;
mod flat;
mod follows;
pub mod held;
pub mod index;
pub mod join;
pub mod live;
mod measure;
mod origin;
pub mod passages;
mod postings;
mod regroup;
pub mod retell;
pub mod roundup;
mod rules;
pub mod score;
pub mod stories;
mod table;
pub mod train;
pub mod weights;
mod window;
pub mod words;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::article::{ArticleId, EventId};
use evidence::Because;
use features::Features;
use held::Held;
use index::Index;
use live::{CopyLink, Live, When};
use passages::Overlap;
use roundup::Roundup;
use score::{Model, Pair, PairFeatures};
use table::Table;
use weights::Counts;

/// What can be set about detection. The defaults hold for every language and day.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Average probability at which articles are one event. Higher splits more, lower merges more.
    pub threshold: f32,
    /// Days of article time that newcomers are compared with.
    pub window_days: f64,
    /// Articles that stay comparable whatever their date, so that a back-fill in any order works.
    pub keep_recent: u32,
    /// Articles that stay comparable at most, whatever the two above say: what bounds memory. Looked to every 8,192 articles.
    pub max_live: u32,
    /// The weights of the score.
    pub model: Arc<Model>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { threshold: 0.35, window_days: 7.0, keep_recent: 50_000, max_live: 1_000_000, model: Model::shipped() }
    }
}

/// An article on its way in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its key.
    pub id: ArticleId,
    /// What is compared.
    pub features: Features,
    /// Who published it.
    pub source: String,
    /// Its address, if it has one.
    pub url: Option<String>,
    /// When it was published, if its sender says so: what lies far apart is hardly one event. A date that was found in the text may be
    /// of a hearing, a page or a reprint, and says nothing here.
    pub when: Option<When>,
    /// Whether a date was found, stated by the sender or not, but for a day without its year.
    pub dated: bool,
    /// What orders it, in hours since 1970: publication by whatever date was found, else receipt.
    pub order: f64,
}

/// The earlier articles that an article may belong to by what it calls itself.
#[derive(Debug, Clone, Default)]
pub struct Ties {
    /// Another take of its item, by what it says of itself: the two are one story.
    pub part: Option<u32>,
    /// What its source published under its id or address, newest first: it may be another version of that.
    pub labelled: Vec<u32>,
    /// It corrects or withdraws that, however long ago it came and whatever the words are.
    pub is_notice: bool,
}

/// Where an article belongs now.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Order number of the article.
    pub pos: u32,
    /// Its key.
    pub article: ArticleId,
    /// Its event.
    pub event: EventId,
    /// Its story and relation.
    pub standing: stories::Standing,
}

/// Something that happened to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new event, founded by the article.
    Created {
        /// The event.
        event: EventId,
        /// Its founder.
        article: ArticleId,
    },
    /// An article joined it.
    Joined {
        /// The event.
        event: EventId,
        /// The newcomer.
        article: ArticleId,
    },
    /// An article went from one event to another.
    Moved {
        /// The event it left.
        from: EventId,
        /// The event it is in now.
        to: EventId,
        /// The article.
        article: ArticleId,
    },
    /// All of an event is now in another; its id leads there.
    Merged {
        /// The id that is no more.
        from: EventId,
        /// The event that took it in.
        into: EventId,
    },
    /// Part of an event became one of its own.
    Split {
        /// The event it came from.
        from: EventId,
        /// The new event.
        into: EventId,
    },
}

/// The decision about one article.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Every article whose event changed, with its new event, the newcomer among them, in the order the events were made.
    pub moves: Vec<(u32, EventId)>,
    /// Order number of the newcomer.
    pub pos: u32,
    /// Why it is where it is.
    pub because: Because,
    /// Version of the weights that decided.
    pub model: u32,
    /// An earlier article of another event that it goes on from: both belong to one thread.
    pub follows: Option<u32>,
    /// The newcomer's place, and every other whose place changed with it.
    pub places: Vec<Place>,
    /// What happened to events.
    pub changes: Vec<Change>,
    /// What must be kept to build the detector again.
    pub trace: Trace,
}

/// What was measured about one article: enough, with its text, to restore the detector without deciding again.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Trace {
    /// Probabilities against earlier articles; less than nothing for what is known to be apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(u32, f32)>,
    /// Texts shared with earlier articles; written as lists without names, and read with them too, as older stores have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "live::without_names")]
    pub copies: Vec<CopyLink>,
    /// Earlier articles that it must stay with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_links: Vec<u32>,
    /// Earlier articles that are takes of the same item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<u32>,
    /// Those of `links` that are in the words of one outlet with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retold: Vec<u32>,
    /// Probabilities between two earlier articles that it changed, since it was published before one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marked: Vec<(u32, u32, f32)>,
    /// The text that it is a mere copy of, if it is not compared itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow_of: Option<u32>,
    /// Whether it founded its event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub founder: bool,
    /// Sum of the weights of its pairs of neighbouring words when it came, in nats, and the recent events in its language then; none for a
    /// mere copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<(f32, u32)>,
    /// The articles that its arrival showed to be round-ups, itself among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roundups: Vec<Roundup>,
}

impl Trace {
    /// Keeps the article with another take of its item, and compares it in its own right.
    fn keep_with(&mut self, part: Option<u32>) {
        if let Some(part) = part {
            self.parts.push(part);
            self.must_links.push(part);
            self.shadow_of = None;
        }
    }
}

/// One article of the store, for [`Detector::restore`].
pub struct Stored {
    /// Its order number.
    pub pos: u32,
    /// The article.
    pub incoming: Incoming,
    /// What was measured when it came.
    pub trace: Trace,
    /// Event changes that its arrival caused: order numbers and where they went, its own among them.
    pub moves: Vec<(u32, EventId)>,
}

/// A candidate with everything measured about it.
#[derive(Debug, Clone)]
struct Scored {
    pos: u32,
    pair: Pair,
    features: PairFeatures,
    log_odds: f32,
    probability: f32,
    /// What the rules beside the weights added to the log odds, by name.
    rules: Vec<(&'static str, f32)>,
    overlap: Option<Overlap>,
}

impl Scored {
    /// Lets a rule speak beside the weights.
    fn add(&mut self, rule: &'static str, log_odds: f32) {
        self.rules.push((rule, log_odds));
        self.log_odds += log_odds;
        self.probability = score::probability(self.log_odds);
    }
}

struct EventState {
    id: EventId,
    /// Most have no more than fit in.
    members: SmallVec<[u32; 4]>,
}

/// The detector's memory.
pub struct Detector {
    settings: Settings,
    counts: Counts,
    index: Index,
    /// Live articles by order number.
    live: Table<Live>,
    next_pos: u32,
    events: FxHashMap<u32, EventState>,
    event_numbers: FxHashMap<EventId, u32>,
    next_event: u32,
    sources: FxHashMap<String, u32>,
    /// Room for measuring, kept between articles.
    scratch: std::cell::Cell<Vec<u16>>,
    /// Latest publication time seen, in hours: where the window ends.
    newest: f64,
    /// What editors decided.
    held: Held,
    /// The article from which on pairs are counted, of those that are restored; what the pairs of all weighed is taken as stored then.
    pairs_from: Option<u32>,
}

impl Detector {
    /// A detector that knows nothing yet; the first article gets order number `next_pos`.
    pub fn new(settings: Settings, next_pos: u32) -> Self {
        Self {
            settings,
            counts: Counts::default(),
            index: Index::default(),
            live: Table::default(),
            next_pos,
            events: FxHashMap::default(),
            event_numbers: FxHashMap::default(),
            next_event: 0,
            sources: FxHashMap::default(),
            scratch: std::cell::Cell::default(),
            newest: f64::NEG_INFINITY,
            held: Held::default(),
            pairs_from: None,
        }
    }

    /// Another threshold for the articles that come from now on; what is placed stays.
    pub fn set_threshold(&mut self, threshold: f32) {
        self.settings.threshold = threshold;
    }

    /// Number of articles a newcomer can be compared with.
    pub fn live(&self) -> usize {
        self.live.len()
    }

    /// The event that a live article is in.
    pub fn event_of(&self, pos: u32) -> Option<EventId> {
        self.live.get(&pos).and_then(|a| self.events.get(&a.event)).map(|e| e.id)
    }

    /// Places one article.
    pub fn place(&mut self, incoming: Incoming) -> Decision {
        self.place_tied(incoming, &Ties::default())
    }

    /// Places one article that belongs to earlier ones by what it calls itself, whatever their words are.
    pub fn place_tied(&mut self, incoming: Incoming, ties: &Ties) -> Decision {
        // A mere copy is not compared: the text that it copies stands for it.
        let part = ties.part.and_then(|pos| self.live.get(&pos).map(|other| other.shadow_of.unwrap_or(pos)));
        let earlier = if part.is_none() { self.earlier_version(ties, incoming.order) } else { None };
        let pos = self.next_pos;
        let (newcomer, keys) = self.admit(incoming);
        let candidates = self.index.find(&keys);
        let mut scored = self.score(&newcomer, &keys, &candidates, part.or(earlier));
        scored.iter_mut().filter(|s| Some(s.pos) == part).for_each(Self::apply_part);
        self.align(&newcomer, &mut scored, &candidates);
        let mut trace = self.trace(&newcomer, &scored);
        trace.keep_with(part);
        trace.roundups = self.roundups(pos, &newcomer, &scored, trace.shadow_of.is_some());
        self.keep_with_version(&newcomer, earlier.map(|pos| (pos, ties.is_notice)), &mut scored, &mut trace);
        self.heed(pos, &newcomer.id, &mut trace);
        self.enrol(pos, newcomer, &trace, &keys);
        trace.marked = self.marked_late(pos, &scored);
        self.mark(&trace.marked);
        let moves = self.recut(pos, &scored, &trace.roundups);
        let changes = self.apply(pos, &moves);
        self.seat(pos);
        let founder = self.count(pos, self.is_retold(pos), None, true);
        let pairs = self.live.get(&pos).filter(|placed| placed.shadow_of.is_none());
        let pairs = pairs.map(|placed| (placed.bigram_sum.0, self.counts.events_in(placed.language) as u32));
        let places = self.describe(pos, &moves, &changes, &trace.roundups);
        let because = self.because(pos, &scored);
        let follows = self.follows(pos, &scored);
        let moves = moves.into_iter().map(|(pos, event)| (pos, self.events[&event].id)).collect();
        // Last: an event that is spoken of above may leave with all its members.
        self.sweep();
        Decision {
            pos,
            because,
            model: self.settings.model.version,
            follows,
            places,
            changes,
            moves,
            trace: Trace { founder, pairs, ..trace },
        }
    }

    /// Says that [`weights::COUNTED_EVENTS`] of the articles restored next found an event from the one with order number `from` on: the pairs of
    /// those before count no more, and what the pairs of each weighed is taken as it was stored. Where fewer events are restored that would be
    /// no measure amid them.
    pub fn count_pairs_from(&mut self, from: u32) {
        self.pairs_from = Some(from);
    }

    /// Takes in an article of the store as it was placed, without deciding again. Articles come in the order of their numbers;
    /// [`Detector::restored`] ends the series.
    pub fn restore(&mut self, stored: Stored) {
        self.next_pos = stored.pos;
        let (article, keys) = self.admit(stored.incoming);
        self.enrol(stored.pos, article, &stored.trace, &keys);
        self.mark(&stored.trace.marked);
        let moves: Vec<(u32, u32)> = stored.moves.into_iter().map(|(pos, event)| (pos, self.event_number(event))).collect();
        self.apply(stored.pos, &moves);
        let known = stored.trace.pairs.filter(|_| self.pairs_from.is_some());
        self.count(stored.pos, self.is_retold(stored.pos), known, self.pairs_from.is_none_or(|from| stored.pos >= from));
        self.sweep();
    }

    /// Ends a series of [`Detector::restore`]; the next article gets order number `next_pos`.
    pub fn restored(&mut self, next_pos: u32) {
        self.next_pos = next_pos;
        let mut events: Vec<u32> = self.events.keys().copied().collect();
        events.sort_unstable();
        for event in events {
            self.redescribe(event);
        }
    }
}
