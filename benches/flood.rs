//! Does a flood cost more than any other hour, and is everything found in it?
//!
//! `cargo bench --bench flood [-- ARTICLES LIVE]` (default 10,000 in each flood, after 20,000 of usual news) lets four floods run into the engine,
//! each in Arabic and in Latin letters: copies of one story under other names of outlets, the same with six words changed in each, articles
//! under one long boilerplate, one template with other names and numbers; one a second, by 400 outlets. Every tenth article is of other news, by turns a new story and another outlet's copy of it, which must be found too.
//! Before them as many new stories, the same as those under the boilerplate but without it: what of them is merged falsely is no fault of a flood, but
//! stories invented at random that share names by chance.
//!
//! Printed are CPU µs of the engine for an article, as times the usual cost in the same run (its last 2,000 articles), over the flood
//! and over its last tenth; then, by what is known of the generated texts, articles outside the event that has most of their happening
//! ("unfound", of so many that are not the first of theirs), events that a happening has beyond one ("false events"), and happenings that
//! an event holds beyond one ("false merges").

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;
#[path = "placing/mod.rs"]
mod placing;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use wirefold::article::EventId;

use corpus::{Article, Corpus, around, published};
use placing::{Placer, Steps};

/// Articles whose cost is the usual one.
const USUAL: usize = 2_000;
/// Outlets that take part.
const OUTLETS: u64 = 400;
/// Words of the boilerplate: more than is learned of one line of a source, so that nothing takes it away.
const BOILERPLATE: usize = 60;
/// Words of the template, and every how many of them is filled in.
const TEMPLATE: (usize, usize) = (150, 6);
/// Words that are changed in a copy, where any are.
const CHANGED: usize = 6;

/// What comes too often.
#[derive(Clone, Copy)]
enum Flood {
    /// No flood: new stories only.
    Stories,
    Copies {
        changed: usize,
    },
    Boilerplate,
    Template,
}

/// A flood as it comes in, with what is known of it.
struct Incoming {
    lines: Vec<String>,
    /// The happening that each article is about.
    happenings: Vec<usize>,
}

struct Source<'c> {
    corpus: &'c mut Corpus,
    arabic: bool,
    /// When the flood begins; an article a second follows.
    begin: Timestamp,
    /// The words that all share: a story, a boilerplate or a template.
    shared: Vec<usize>,
}

impl Source<'_> {
    fn text(&mut self, flood: Flood, n: usize) -> Vec<String> {
        let random = &mut self.corpus.random;
        match flood {
            Flood::Copies { changed } => {
                let mut words = self.shared.clone();
                for _ in 0..changed {
                    let at = random.index(words.len());
                    words[at] = random.zipf();
                }
                vec![self.corpus.spelled(&words, self.arabic)]
            }
            Flood::Stories | Flood::Boilerplate => {
                let (own, _) = self.story();
                let end = own.len().min(corpus::WORDS as usize - BOILERPLATE);
                let mut lines = vec![self.corpus.spelled(&own[..end], self.arabic), self.corpus.spelled(&self.shared, self.arabic)];
                // Dropped only now, so that the stories are the same.
                lines.truncate(if matches!(flood, Flood::Stories) { 1 } else { 2 });
                lines
            }
            Flood::Template => {
                let mut words: Vec<String> = self.shared.iter().map(|&w| corpus::spell(w, self.arabic)).collect();
                for (slot, word) in words.iter_mut().step_by(TEMPLATE.1).enumerate() {
                    let number = slot % 2 == 0;
                    *word = if number { (n + random.index(9_000)).to_string() } else { corpus::spell(random.rare(), self.arabic) };
                }
                vec![words.join(" ")]
            }
        }
    }

    /// The words of a new story and its title.
    fn story(&mut self) -> (Vec<usize>, Vec<usize>) {
        let cast: Vec<usize> = (0..12).map(|_| self.corpus.random.rare()).collect();
        (self.corpus.write(&cast), cast[..7].to_vec())
    }

    fn article(&mut self, number: usize, title: &str, mut lines: Vec<String>) -> String {
        let outlet = self.corpus.random.below(OUTLETS);
        let (name, footer) = around(outlet, self.arabic);
        lines[0].insert_str(0, &format!("{name} - "));
        lines.push(footer);
        let (source, published) = (format!("flooder-{outlet}"), self.begin + SignedDuration::from_secs(number as i64));
        Article { title: title.to_owned(), text: lines.join("\n"), source, published, arabic: self.arabic }.json()
    }
}

/// `count` articles, the first where the stream would have its article `from`.
fn incoming(flood: Flood, arabic: bool, from: usize, count: usize, corpus: &mut Corpus) -> Incoming {
    let mut source = Source { corpus, arabic, begin: published(from), shared: Vec::new() };
    let (mut shared, title) = source.story();
    match flood {
        Flood::Copies { .. } => {}
        Flood::Stories | Flood::Boilerplate => shared.truncate(BOILERPLATE),
        Flood::Template => shared = (0..TEMPLATE.0).map(|_| source.corpus.random.zipf()).collect(),
    }
    source.shared = shared;
    let title = source.corpus.spelled(&title, arabic);
    let mut incoming = Incoming { lines: Vec::new(), happenings: Vec::new() };
    let mut other = (Vec::new(), String::new());
    for n in 0..count {
        // Happening 0 is the one that all copies are of.
        let (happening, line) = if n % 10 == 9 {
            let is_copy = n % 20 == 19;
            if !is_copy {
                let (words, title) = source.story();
                other = (words, source.corpus.spelled(&title, arabic));
            }
            let text = source.corpus.spelled(&other.0, arabic);
            let title = other.1.clone();
            (if is_copy { n - 9 } else { n + 1 }, source.article(n, &title, vec![text]))
        } else {
            let lines = source.text(flood, n);
            match flood {
                Flood::Copies { .. } => (0, source.article(n, &title, lines)),
                Flood::Template => (n + 1, source.article(n, &title, lines)),
                Flood::Stories | Flood::Boilerplate => {
                    let title: Vec<usize> = (0..7).map(|_| source.corpus.random.rare()).collect();
                    let title = source.corpus.spelled(&title, arabic);
                    (n + 1, source.article(n, &title, lines))
                }
            }
        };
        incoming.lines.push(line);
        incoming.happenings.push(happening);
    }
    incoming
}

/// How the events at the end agree with the happenings.
struct Agreement {
    /// Articles outside the event that has most of their happening, and articles that are not the first of theirs.
    unfound: [usize; 2],
    false_events: usize,
    false_merges: usize,
}

fn agreement(happenings: &[usize], events: &[EventId]) -> Agreement {
    let mut by_happening = BTreeMap::<usize, BTreeMap<EventId, usize>>::new();
    let mut by_event = BTreeMap::<EventId, BTreeSet<usize>>::new();
    for (happening, event) in happenings.iter().zip(events) {
        *by_happening.entry(*happening).or_default().entry(*event).or_default() += 1;
        by_event.entry(*event).or_default().insert(*happening);
    }
    let outside = |events: &BTreeMap<EventId, usize>| events.values().sum::<usize>() - events.values().max().copied().unwrap_or(0);
    Agreement {
        unfound: [by_happening.values().map(outside).sum(), happenings.len() - by_happening.len()],
        false_events: by_happening.values().map(|e| e.len() - 1).sum(),
        false_merges: by_event.values().map(|h| h.len() - 1).sum(),
    }
}

fn run(label: &str, flood: Flood, arabic: bool, [count, live]: [usize; 2]) {
    let mut corpus = Corpus::new(7);
    let mut placer = Placer::new(live + count);
    let _ = placer.take((0..live - USUAL).map(|n| corpus.article(n).json()), |_| ());
    let usual = placer.take((live - USUAL..live).map(|n| corpus.article(n).json()), |_| ());
    let Incoming { mut lines, happenings } = incoming(flood, arabic, live, count, &mut corpus);
    let last = lines.split_off(count - count / 10);
    let mut positions = Vec::new();
    let early = placer.take(lines, |decision| positions.push(decision.pos));
    let late = placer.take(last, |decision| positions.push(decision.pos));
    let events: Vec<EventId> = positions.iter().map(|&pos| placer.detector().event_of(pos).expect("every article is live")).collect();
    let Agreement { unfound, false_events, false_merges } = agreement(&happenings, &events);
    let all = (early.engine() * early.articles as f64 + late.engine() * late.articles as f64) / count as f64;
    let times = |cost: f64| cost / usual.engine();
    print(label, arabic, &usual, all, [times(all), times(late.engine())]);
    println!(" {:>8} of {:<6} {false_events:>12} {false_merges:>12}", unfound[0], unfound[1]);
}

fn print(label: &str, arabic: bool, usual: &Steps, all: f64, times: [f64; 2]) {
    let script = if arabic { "Arabic" } else { "Latin" };
    print!("{label:<22} {script:<7} {:>7.1} {all:>7.1} {:>6.2} {:>9.2}", usual.engine(), times[0], times[1]);
}

fn main() {
    let sizes = meter::numbers([10_000, 20_000]);
    let sizes = [sizes[0].max(100), sizes[1].max(USUAL * 2)];
    println!("floods of {} articles after {} of usual news, CPU µs of the engine an article", sizes[0], sizes[1]);
    println!(
        "{:<30} {:>7} {:>7} {:>6} {:>9} {:>18} {:>12} {:>12}",
        "", "usual", "flood", "times", "at its end", "unfound", "false events", "false merges"
    );
    for arabic in [true, false] {
        run("none: new stories", Flood::Stories, arabic, sizes);
        run("copies", Flood::Copies { changed: 0 }, arabic, sizes);
        run("copies, words changed", Flood::Copies { changed: CHANGED }, arabic, sizes);
        run("one boilerplate", Flood::Boilerplate, arabic, sizes);
        run("one template", Flood::Template, arabic, sizes);
    }
}
