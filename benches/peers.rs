//! What others find of planted copies, at what cost, beside wirefold: one corpus, one thread, one run.
//!
//! `cargo bench --bench peers [-- ARTICLES]` (default 20,000). Everyone is given each article in turn, in memory: asks which earlier ones it is
//! like, then takes it in. `gaoya` does so by its MinHash index and its SimHash index, the crate `simhash` by comparing with all earlier
//! hashes, since it has no index. wirefold is shown twice: what it says is one story (text that descends from one copy), which is the question
//! that the others answer, and one event (also reports in other words). Its cost is that of all it does, evidence included; it alone reads the
//! date of an article and its source.
//!
//! Recall, by kind of copy: the share of copies of which the article that they were made from is found. Precision: the share of
//! pairs found that are of one family, pairs of bulletins apart; those, all false, are counted beside. Settings: texts in lower case, split
//! at white space; MinHash of word 3-shingles with 128 hashes, 32 bands of 4, estimated Jaccard from 0.3; both SimHashes of single words,
//! 64 bits, at most 3 of them other, gaoya's with 6 blocks. "Folded": on texts that wirefold folded before, for which they are not charged.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;
#[path = "placing/mod.rs"]
mod placing;

use std::collections::{BTreeMap, BTreeSet};

use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32, SmallVecContainer};
use gaoya::simhash::{SimHash, SimHashIndex, SimSipHasher64};
use wirefold::detect::Decision;
use wirefold::text::fold::fold;

use corpus::planted::{COPIES, Kind, Newsroom, Planted};
use placing::Placer;

const BANDS: usize = 32;
const BAND: usize = 4;
const JACCARD: f64 = 0.3;
const BITS: usize = 3;
const BLOCKS: usize = 6;

/// A text as the others are given it.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split_whitespace().map(str::to_owned).collect()
}

/// Hands each text to `ask`, which tells the earlier ones it is like; with them, CPU µs a text.
fn ask_each(texts: &[String], mut ask: impl FnMut(usize, &str) -> Vec<usize>) -> (Vec<Vec<usize>>, f64) {
    let (found, spent) = meter::in_thread(|| texts.iter().enumerate().map(|(n, text)| ask(n, text)).collect());
    (found, spent.each(texts.len()))
}

fn minhash(texts: &[String]) -> (Vec<Vec<usize>>, f64) {
    let hasher = MinHasher32::new(BANDS * BAND);
    let mut index: MinHashIndex<u32, usize, SmallVecContainer<usize, 4>> = MinHashIndex::new_index(BANDS, BAND, JACCARD);
    ask_each(texts, |n, text| {
        let signature = hasher.create_signature(words(text).windows(3));
        let found = index.query_owned(&signature).into_iter().collect();
        index.insert(n, signature);
        found
    })
}

fn simhash_index(texts: &[String]) -> (Vec<Vec<usize>>, f64) {
    let hasher = SimHash::<SimSipHasher64, u64, 64>::new(SimSipHasher64::new(1, 2));
    // It takes the first distance that is too far.
    let mut index = SimHashIndex::<u64, usize>::new(BLOCKS, BITS + 1);
    ask_each(texts, |n, text| {
        let signature = hasher.create_signature(words(text).iter());
        let found = index.query(&signature).into_iter().copied().collect();
        index.insert(n, signature);
        found
    })
}

fn simhash_crate(texts: &[String]) -> (Vec<Vec<usize>>, f64) {
    let mut earlier: Vec<u64> = Vec::new();
    ask_each(texts, |_, text| {
        let hash = simhash::simhash(text);
        let is_near = |other: &u64| simhash::hamming_distance(hash, *other) <= BITS as u32;
        let found = earlier.iter().enumerate().filter(|(_, other)| is_near(other)).map(|(n, _)| n).collect();
        earlier.push(hash);
        found
    })
}

/// The bytes of an id, of a story or an event.
type Id = [u8; 10];

/// Groups that grow and are cut as decisions say, and who is with whom when an article comes.
#[derive(Default)]
struct Groups {
    of: BTreeMap<u32, Id>,
    members: BTreeMap<Id, BTreeSet<u32>>,
}

impl Groups {
    fn put(&mut self, pos: u32, group: Id) {
        if let Some(old) = self.of.insert(pos, group)
            && let Some(members) = self.members.get_mut(&old)
        {
            members.remove(&pos);
        }
        self.members.entry(group).or_default().insert(pos);
    }

    fn with(&self, pos: u32) -> Vec<usize> {
        let group = self.of.get(&pos).and_then(|g| self.members.get(g));
        group.into_iter().flatten().filter(|other| **other != pos).map(|other| *other as usize).collect()
    }
}

/// What wirefold takes for one story and for one event, when each article comes.
fn wirefold(lines: Vec<String>) -> ([Vec<Vec<usize>>; 2], f64) {
    let mut placer = Placer::new(lines.len());
    let (mut stories, mut events) = (Groups::default(), Groups::default());
    let (mut by_story, mut by_event) = (Vec::new(), Vec::new());
    let steps = placer.take(lines, |decision: Decision| {
        decision.places.iter().for_each(|place| stories.put(place.pos, place.standing.story.0));
        decision.moves.iter().for_each(|(pos, event)| events.put(*pos, event.0));
        by_story.push(stories.with(decision.pos));
        by_event.push(events.with(decision.pos));
    });
    ([by_story, by_event], steps.engine())
}

fn print(name: &str, planted: &[Planted], found: &[Vec<usize>], each: f64) {
    let (mut made, mut recalled) = (BTreeMap::<Kind, usize>::new(), BTreeMap::<Kind, usize>::new());
    let (mut right, mut wrong, mut bulletins) = (0usize, 0usize, 0usize);
    for (article, found) in planted.iter().zip(found) {
        if let Some(from) = article.made_from {
            *made.entry(article.kind).or_default() += 1;
            *recalled.entry(article.kind).or_default() += usize::from(found.contains(&from));
        }
        for other in found.iter().map(|&n| &planted[n]) {
            match (article.root == other.root, article.kind == Kind::Bulletin && other.kind == Kind::Bulletin) {
                (true, _) => right += 1,
                (false, true) => bulletins += 1,
                (false, false) => wrong += 1,
            }
        }
    }
    print!("{name:<26}");
    for kind in COPIES {
        let share = recalled.get(&kind).copied().unwrap_or(0) as f64 / made.get(&kind).copied().unwrap_or(0).max(1) as f64;
        print!(" {share:>7.3}");
    }
    println!(" {:>9.4} {bulletins:>9} {each:>8.1}", right as f64 / (right + wrong).max(1) as f64);
}

fn main() {
    let [articles] = meter::numbers([20_000]);
    let mut newsroom = Newsroom::new(11);
    let planted: Vec<Planted> = (0..articles).map(|n| newsroom.article(n)).collect();
    let texts: Vec<String> = planted.iter().map(|p| format!("{}\n{}", p.article.title, p.article.text)).collect();
    let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    let copies = planted.iter().filter(|p| p.made_from.is_some()).count();
    let size = texts.iter().map(String::len).sum::<usize>() as f64 / articles as f64 / 1e3;
    println!(
        "{articles} articles, {size:.1} kB each, {copies} of them copies; recall by kind, precision, false pairs of bulletins, CPU µs an article"
    );
    print!("{:<26}", "");
    for kind in ["byline", "edit", "orthog.", "half", "cut", "half+new"] {
        print!(" {kind:>7}");
    }
    println!(" {:>9} {:>9} {:>8}", "precision", "bulletins", "CPU µs");
    let row = |name: &str, (found, each): (Vec<Vec<usize>>, f64)| print(name, &planted, &found, each);
    row("gaoya MinHash", minhash(&texts));
    row("gaoya MinHash, folded", minhash(&folded));
    row("gaoya SimHash", simhash_index(&texts));
    row("gaoya SimHash, folded", simhash_index(&folded));
    row("simhash, all compared", simhash_crate(&texts));
    let ([stories, events], each) = wirefold(planted.iter().map(|p| p.article.json()).collect());
    row("wirefold, one story", (stories, each));
    row("wirefold, one event", (events, each));
}
