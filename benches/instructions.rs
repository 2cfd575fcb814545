//! Instructions of the processor for an article, by step: they are the same in every run of one build, whatever else a machine does, so that a step that
//! became slower shows at once.
//!
//! `cargo bench --bench instructions [-- FEW MANY]` (default 2,000 and 3,000) has valgrind's cachegrind count a process that takes so many articles of
//! `corpus` through the steps up to one, then one that takes more. A line tells what each of the articles between took, less the line before.
//! Cachegrind counts instructions, not the time they wait for memory, which is half of what placing takes; see `engine` for time. Where valgrind is not
//! installed, this is said and nothing is counted.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;
#[path = "placing/mod.rs"]
mod placing;

use std::hint::black_box;
use std::process::Command;

use corpus::Corpus;
use placing::{Placer, Prepared, Read};

/// The steps, each of which ends a series that begins with the first.
const STEPS: [&str; 4] = ["write", "read", "features", "place"];

/// What a process is called with that takes articles up to the step behind it.
const UP_TO: &str = "--up-to";

fn main() {
    let [few, many] = meter::numbers([2_000, 3_000]);
    let asked: Vec<String> = std::env::args().collect();
    if let Some(at) = asked.iter().position(|word| word == UP_TO) {
        return work(&asked[at + 1], few);
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("valgrind is not installed: no instructions are counted");
        return;
    }
    assert!(few < many, "the second number is that of the longer run");
    println!("thousand instructions an article, of articles {few} to {many}");
    let each = |step| (counted(step, many) - counted(step, few)) / (many - few) as f64 / 1000.0;
    let mut before = each(STEPS[0]);
    for step in &STEPS[1..] {
        let up_to = each(step);
        println!("{step:<10} {:>8.1}", up_to - before);
        before = up_to;
    }
}

/// Takes so many articles through the steps up to one.
fn work(last: &str, articles: usize) {
    let (mut corpus, mut placer) = (Corpus::new(7), Placer::new(articles));
    for n in 0..articles {
        let line = corpus.article(n).json();
        match last {
            "write" => drop(black_box(line)),
            "read" => drop(black_box(Read::of(&line))),
            "features" => drop(black_box(Prepared::of(Read::of(&line)))),
            "place" => drop(black_box(placer.place(Prepared::of(Read::of(&line))))),
            other => panic!("there is no step {other}"),
        }
    }
}

/// Instructions of a process that takes so many articles up to a step.
fn counted(step: &str, articles: usize) -> f64 {
    let this = std::env::current_exe().unwrap();
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    let ended = valgrind.arg(this).arg(articles.to_string()).args([UP_TO, step]).output().unwrap();
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "valgrind failed: {told}");
    // "==1234== I   refs:      5,678,901", in later versions without the second blank.
    let line = told.lines().find(|line| line.contains("refs:")).unwrap_or_else(|| panic!("valgrind told no count: {told}"));
    let digits: String = line.rsplit(':').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a count")
}
