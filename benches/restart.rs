//! How long a start takes that finds many live articles in the store.
//!
//! `cargo bench --bench restart [-- ARTICLES]` (default 100,000) ingests the news of `corpus` into a store with a window that keeps all of it, then
//! opens the store anew in three processes, as `wirefold run` does before it takes the first file. The store is in the cache of the system.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use wirefold::config::Config;
use wirefold::inbox;
use wirefold::ingest::{Ingest, Received, Tally};

use corpus::Corpus;

/// Articles to a file.
const FILE: usize = 5_000;
/// Starts that are timed.
const STARTS: usize = 3;

/// What a process is called with that starts from the store in the folder behind it.
const START: &str = "--start-in";

fn main() {
    let [articles] = meter::numbers([100_000]);
    let asked: Vec<String> = std::env::args().collect();
    if let Some(at) = asked.iter().position(|word| word == START) {
        return start(Path::new(&asked[at + 1]), articles);
    }
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    let mut corpus = Corpus::new(7);
    for begin in (0..articles).step_by(FILE) {
        let lines: Vec<String> = (begin..articles.min(begin + FILE)).map(|n| corpus.article(n).json()).collect();
        std::fs::write(inbox.join(format!("{begin:09}.jsonl")), lines.join("\n")).unwrap();
    }
    let mut tally = Tally::default();
    let (config, received) = (config(folder.path(), articles), Received::At(Timestamp::now()));
    let (_, spent) = meter::in_process(|| Ingest::open(&config).unwrap().take(inbox::scan(&inbox).0, received, &mut tally).unwrap());
    assert_eq!(tally.articles as usize, articles, "every article is stored");
    println!("{articles} live articles, ingested in {:.0} s; CPU µs of all cores", spent.wall);
    println!("{:>9} {:>9} {:>18}", "wall s", "CPU s", "CPU µs an article");
    for _ in 0..STARTS {
        // In a process of its own: the memory of this one is in the pieces that ingestion left.
        let this = std::env::current_exe().unwrap();
        let ended = Command::new(this).arg(articles.to_string()).arg(START).arg(folder.path()).status().unwrap();
        assert!(ended.success(), "the store is opened");
    }
}

/// Opens the store in a folder and prints what that took.
fn start(folder: &Path, articles: usize) {
    let config = config(folder, articles);
    let (ingest, spent) = meter::in_process(|| Ingest::open(&config).unwrap());
    println!("{:>9.2} {:>9.2} {:>18.1}", spent.wall, spent.cpu, spent.each(articles));
    // The end of the process frees it all at once.
    std::mem::forget(ingest);
}

fn config(folder: &Path, articles: usize) -> Config {
    let mut config = Config { store: folder.join("wirefold.db"), ..Config::default() };
    config.detect.keep_recent = articles as u32;
    config.detect.max_live = articles as u32;
    config
}
