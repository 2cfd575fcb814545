//! What the engine costs in memory, without files and store: CPU µs an article by step, and memory, as more and more articles are live.
//!
//! `cargo bench --bench engine [-- MARK MARK MARK]` (default 5,000, 25,000 and 100,000 live articles). Each line is about the 2,000 articles
//! before a mark. All run in one thread; the news is that of `corpus`, from a fixed seed.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;
#[path = "placing/mod.rs"]
mod placing;

use corpus::Corpus;
use placing::{Placer, Steps};

/// Articles that a line is about.
const MEASURED: usize = 2_000;

fn print(live: usize, steps: &Steps, bytes: u64) {
    let n = steps.articles;
    let wall = (steps.prepare.wall + steps.place.wall) * 1e6 / n as f64;
    println!(
        "{live:>9} {:>8.1} {:>10.1} {:>8.1} {:>8.1} {wall:>9.1} {:>10.2}",
        steps.read.each(n),
        steps.prepare.each(n),
        steps.place.each(n),
        steps.engine(),
        bytes as f64 / live as f64 / 1000.0
    );
}

fn main() {
    let mut marks = meter::numbers([5_000, 25_000, 100_000]);
    marks.sort_unstable();
    let mut corpus = Corpus::new(7);
    // What is loaded once, such as word frequencies, belongs to no article.
    let _ = Placer::new(MEASURED).take((0..MEASURED).map(|n| corpus.article(n).json()), |_| ());
    let before = meter::resident();
    let mut placer = Placer::new(marks[2]);
    println!("CPU µs an article; memory of all that the detector keeps, by what the process grew");
    println!("{:>9} {:>8} {:>10} {:>8} {:>8} {:>9} {:>10}", "live", "read", "features", "place", "engine", "its wall", "kB/live");
    for mark in marks {
        let steps = placer.up_to(mark, MEASURED, |n| corpus.article(n).json());
        print(mark, &steps, meter::resident().saturating_sub(before));
    }
}
