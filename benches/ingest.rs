//! How fast articles become stored events: articles a second and peak memory, on generated news.
//!
//! `cargo bench --bench ingest [-- ARTICLES]` (default 100,000) writes JSON Lines and a folder of small files into a temporary folder,
//! ingests both into fresh stores through the same path as the daemon, and prints what it took: articles a second on the wall, and
//! microseconds of all cores for each article, which other users of the machine move less. The news is that of `corpus`, from a fixed
//! seed. Figures are for this machine; compare the lines of one run.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;

use std::path::Path;

use jiff::Timestamp;
use wirefold::config::Config;
use wirefold::inbox;
use wirefold::ingest::{Ingest, Received, Tally};

use corpus::Corpus;
use meter::Spent;

/// Articles by which the rate is shown, to see whether it stays flat.
const STEP: usize = 25_000;
/// Small files for the folder run: so many that the pages of small tables count for little.
const FILES: usize = 20_000;

fn config(folder: &Path, name: &str) -> Config {
    Config { store: folder.join(name), ..Config::default() }
}

fn rate(label: &str, articles: usize, spent: Spent) -> String {
    format!("{label:<34} {:>8.0} articles/s {:>6.0} CPU µs each", articles as f64 / spent.wall, spent.each(articles))
}

/// Ingests every path as one run; prints the rate.
fn run(label: &str, config: &Config, path: &Path, articles: usize) {
    let (files, _) = inbox::scan(path);
    let mut tally = Tally::default();
    let (_, spent) = meter::in_process(|| Ingest::open(config).unwrap().take(files, Received::At(Timestamp::now()), &mut tally).unwrap());
    assert_eq!(tally.articles as usize, articles, "every article is stored");
    let size = std::fs::metadata(&config.store).unwrap().len() as f64 / articles as f64 / 1000.0;
    println!("{}   {size:.2} kB stored each   {} events", rate(label, articles, spent), tally.events);
}

fn main() {
    let articles = meter::numbers([100_000])[0];
    let folder = tempfile::tempdir().unwrap();
    let mut corpus = Corpus::new(7);
    let lines: Vec<String> = (0..articles).map(|n| corpus.article(n).json()).collect();
    println!(
        "{articles} generated articles, {:.1} kB each",
        lines.iter().map(String::len).sum::<usize>() as f64 / articles as f64 / 1000.0
    );

    let stepwise = config(folder.path(), "steps.db");
    for (n, part) in lines.chunks(STEP).enumerate() {
        let inbox = folder.path().join(format!("step-{n}"));
        std::fs::create_dir(&inbox).unwrap();
        std::fs::write(inbox.join("part.jsonl"), part.join("\n")).unwrap();
        // The store grows from step to step; opening it restores the detector's memory, which is not part of the rate.
        let mut ingest = Ingest::open(&stepwise).unwrap();
        let mut tally = Tally::default();
        let files = inbox::scan(&inbox).0;
        let (_, spent) = meter::in_process(|| ingest.take(files, Received::At(Timestamp::now()), &mut tally).unwrap());
        println!("{}", rate(&format!("JSONL → store, to {:>9}", n * STEP + part.len()), part.len(), spent));
    }
    let whole = folder.path().join("whole");
    std::fs::create_dir(&whole).unwrap();
    lines.chunks(STEP).enumerate().for_each(|(n, part)| std::fs::write(whole.join(format!("{n:03}.jsonl")), part.join("\n")).unwrap());
    run("JSONL → store, all at once", &config(folder.path(), "whole.db"), &whole, articles);

    let small = folder.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let count = FILES.min(articles);
    lines[..count].iter().enumerate().for_each(|(n, line)| std::fs::write(small.join(format!("{n:06}.json")), line).unwrap());
    run("folder of small files → store", &config(folder.path(), "small.db"), &small, count);
    println!("peak memory of all runs, corpus included: {} MB", meter::most_resident() >> 20);
}
