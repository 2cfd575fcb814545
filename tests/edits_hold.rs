//! Whatever is edited, whatever arrives, and whenever the process is started again: pins and splits hold, also after a rebuild.

mod desk;

use std::collections::BTreeMap;

use desk::{Desk, stream};
use proptest::prelude::*;
use wirefold::edit::Command;
use wirefold::store::StoreError;

/// What may happen. Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Arrive(usize),
    Merge(usize, usize),
    Split(usize, usize, usize),
    Move(usize, usize),
    Pin(usize, usize),
    Mark(usize),
    Undo,
    UndoNamed(usize),
    Restart,
    Rebuild,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (5usize..30).prop_map(Step::Arrive),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Step::Merge(a, b)),
        4 => (any::<usize>(), any::<usize>(), 1usize..3).prop_map(|(a, b, n)| Step::Split(a, b, n)),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Step::Move(a, b)),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Step::Pin(a, b)),
        1 => any::<usize>().prop_map(Step::Mark),
        1 => Just(Step::Undo),
        1 => any::<usize>().prop_map(Step::UndoNamed),
        1 => Just(Step::Restart),
        1 => Just(Step::Rebuild),
    ]
}

/// What an edit says of pairs: together, apart, or nothing any more.
type Says = Vec<((String, String), Option<bool>)>;

/// What was decided, kept by the simplest means: pair by pair, the newer edit counts.
#[derive(Default)]
struct Decided {
    /// By number of the edit: what it says, and whether it counts.
    edits: BTreeMap<u32, (Says, bool, Option<u32>)>,
}

fn pair(a: &str, b: &str) -> (String, String) {
    if a < b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}

impl Decided {
    fn set(&mut self, no: u32, active: bool) {
        let undoes = self.edits.get_mut(&no).map(|edit| {
            edit.1 = active;
            edit.2
        });
        if let Some(Some(undone)) = undoes {
            self.set(undone, !active);
        }
    }

    fn pairs(&self) -> BTreeMap<(String, String), bool> {
        let mut pairs = BTreeMap::new();
        for (says, _, _) in self.edits.values().filter(|(_, active, _)| *active) {
            for (pair, says) in says {
                match says {
                    Some(together) => drop(pairs.insert(pair.clone(), *together)),
                    None => drop(pairs.remove(pair)),
                }
            }
        }
        pairs
    }
}

struct World {
    desk: Desk,
    lines: Vec<&'static str>,
    decided: Decided,
    made: usize,
}

impl World {
    fn step(&mut self, step: &Step) {
        let events: Vec<(String, Vec<String>)> = self.desk.events().into_iter().collect();
        let event = |n: usize| &events[n % events.len()];
        // Events with more than one article are where most happens.
        let large: Vec<&(String, Vec<String>)> = events.iter().filter(|(_, all)| all.len() > 1).collect();
        let of_large = |n: usize| *large.get(n % large.len().max(1)).unwrap_or(&&events[0]);
        let (command, says): (Command, Says) = match step {
            Step::Arrive(n) => {
                let n = (*n).min(self.lines.len());
                let lines: Vec<&str> = self.lines.drain(..n).collect();
                if !lines.is_empty() {
                    self.desk.take(&lines);
                }
                return;
            }
            Step::Restart => return self.desk.restart(),
            Step::Rebuild => return self.desk.rebuild(),
            Step::Merge(a, b) => {
                let (a, b) = (of_large(*a), event(*b));
                let all: Vec<&String> = a.1.iter().chain(&b.1).collect();
                let says = all.iter().enumerate().flat_map(|(i, x)| all[i + 1..].iter().map(|y| (pair(x, y), Some(true)))).collect();
                (Command::Merge { into: a.0.clone(), from: b.0.clone() }, says)
            }
            Step::Split(e, first, n) => {
                let (id, all) = of_large(*e);
                let leaving: Vec<String> = all.iter().cycle().skip(first % all.len()).take((*n).min(all.len())).cloned().collect();
                let left: Vec<&String> = all.iter().filter(|a| !leaving.contains(a)).collect();
                let mut says: Says = leaving.iter().flat_map(|x| left.iter().map(|y| (pair(x, y), Some(false)))).collect();
                says.extend(leaving.iter().enumerate().flat_map(|(i, x)| leaving[i + 1..].iter().map(|y| (pair(x, y), Some(true)))));
                (Command::Split { event: id.clone(), articles: leaving }, says)
            }
            Step::Move(a, to) => {
                let ((_, all), to) = (of_large(*a), event(*to));
                let article = &all[a % all.len()];
                let mut says: Says = to.1.iter().enumerate().map(|(n, t)| (pair(article, t), (n == 0).then_some(true))).collect();
                says.extend(all.iter().filter(|o| *o != article).map(|o| (pair(article, o), Some(false))));
                (Command::Move { article: article.clone(), event: to.0.clone() }, says)
            }
            Step::Pin(e, n) => {
                let (_, all) = of_large(*e);
                let (a, b) = (&all[n % all.len()], &all[(n + 1) % all.len()]);
                (Command::Pin { a: a.clone(), b: b.clone() }, vec![(pair(a, b), Some(true))])
            }
            Step::Mark(n) => {
                let (_, all) = of_large(*n);
                let article = &all[n % all.len()];
                let says = all.iter().filter(|o| *o != article).map(|o| (pair(article, o), None)).collect();
                (Command::MarkRoundup { article: article.clone() }, says)
            }
            Step::Undo => (Command::Undo { edit: None }, Vec::new()),
            Step::UndoNamed(n) => {
                let known = self.decided.edits.len().max(1);
                (Command::Undo { edit: Some((n % known) as u32 + 1) }, Vec::new())
            }
        };
        let before = self.desk.decided();
        match self.desk.try_edit(command) {
            Ok(line) => {
                self.made += 1;
                self.decided.edits.insert(line.edit, (says, true, line.undoes));
                if let Some(undone) = line.undoes {
                    self.decided.set(undone, false);
                }
            }
            Err(StoreError::Refused { .. }) => assert_eq!(before, self.desk.decided(), "a refused edit changes nothing"),
            Err(error) => panic!("{error}"),
        }
    }

    fn check(&self, after: &str) {
        let place: BTreeMap<String, String> = self.desk.places().into_iter().collect();
        for ((a, b), together) in self.decided.pairs() {
            assert_eq!(place[&a] == place[&b], together, "after {after}: {a} in {}, {b} in {}", place[&a], place[&b]);
        }
        let reader = self.desk.reader();
        for event in place.values() {
            assert!(matches!(reader.find_event(event).unwrap(), wirefold::store::read::Found::One((e, _)) if e.event == *event), "{event}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 30, ..ProptestConfig::default() })]
    #[test]
    fn pins_and_splits_hold(from in 0usize..150, steps in prop::collection::vec(step(), 8..20)) {
        let lines = stream()[from..].to_vec();
        let mut world = World { desk: Desk::with(&lines[..60]), lines: lines[60..].to_vec(), decided: Decided::default(), made: 0 };
        for step in &steps {
            world.step(step);
            world.check(&format!("{step:?}"));
        }
        for last in [Step::Arrive(60), Step::Restart, Step::Arrive(40), Step::Rebuild, Step::Arrive(20)] {
            world.step(&last);
            world.check(&format!("{last:?} at the end"));
        }
    }
}
