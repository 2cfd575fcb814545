//! How fast articles become stored events: articles a second and peak memory, on generated news.
//!
//! `cargo bench --bench ingest [-- ARTICLES]` (default 100,000) writes JSON Lines and a folder of small files into a temporary folder,
//! ingests both into fresh stores through the same path as the daemon, and prints what it took. The corpus comes from a fixed seed: invented
//! words with the long-tailed frequencies of a language, stories with casts of their own, and for every second story rewritten,
//! cut and copied versions by other outlets. Rates are for this machine; compare the columns of one run.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use wirefold::config::Config;
use wirefold::inbox;
use wirefold::ingest::{Ingest, Received, Tally};

/// Words of the invented language, most frequent first.
const VOCABULARY: usize = 60_000;
/// Words an article has on average: 2.3 kB, as news has.
const WORDS: u64 = 240;
/// Names and terms that belong to one story.
const CAST: usize = 12;
/// Articles by which the rate is shown, to see whether it stays flat.
const STEP: usize = 25_000;
/// Small files for the folder run.
const FILES: usize = 5_000;

/// A generator of fixed sequences (SplitMix64, Steele et al. 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// A word number with the frequencies of a language: rank r about 1/r as often as the first.
    fn zipf(&mut self) -> usize {
        let u = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((VOCABULARY as f64).powf(u) - 1.0) as usize
    }
}

/// The spelling of an invented word, two to four syllables of Arabic or Latin letters.
fn spell(number: usize, arabic: bool) -> String {
    let (consonants, vowels): (Vec<char>, Vec<char>) = if arabic {
        ("بتجحدرسشصعفقكلمنه".chars().collect(), "اوي".chars().collect())
    } else {
        ("bdfgklmnprstvz".chars().collect(), "aeiou".chars().collect())
    };
    let mut random = Random(number as u64 * 2 + u64::from(arabic));
    (0..2 + random.below(3))
        .flat_map(|_| [consonants[random.below(consonants.len() as u64) as usize], vowels[random.below(vowels.len() as u64) as usize]])
        .collect()
}

/// One version of a story: its words in order.
struct Corpus {
    random: Random,
    words: [Vec<String>; 2],
    open: Vec<(Vec<usize>, Vec<usize>, bool)>,
}

impl Corpus {
    fn new() -> Self {
        let words = [false, true].map(|arabic| (0..VOCABULARY).map(|n| spell(n, arabic)).collect());
        Self { random: Random(7), words, open: Vec::new() }
    }

    /// A new story half of the time, else another outlet's version of a recent one.
    fn article(&mut self, number: usize) -> String {
        let again = !self.open.is_empty() && self.random.below(2) == 0;
        let (words, cast, arabic) = if again {
            let at = self.random.below(self.open.len() as u64) as usize;
            let (words, cast, arabic) = self.open[at].clone();
            (self.version(words, &cast), cast, arabic)
        } else {
            let cast: Vec<usize> = (0..CAST).map(|_| 2_000 + self.random.below(VOCABULARY as u64 - 2_000) as usize).collect();
            let words = self.write(&cast);
            let arabic = self.random.below(2) == 0;
            self.open.push((words.clone(), cast.clone(), arabic));
            if self.open.len() > 200 {
                self.open.remove(0);
            }
            (words, cast, arabic)
        };
        let spelled = &self.words[usize::from(arabic)];
        let text: Vec<&str> = words.iter().map(|&w| spelled[w].as_str()).collect();
        let title: Vec<&str> = cast.iter().take(7).map(|&w| spelled[w].as_str()).collect();
        let seconds = 1_767_225_600 + number as i64 * 20;
        let mut line = String::new();
        let json = serde_json::json!({
            "title": title.join(" "), "text": text.join(" "), "source": format!("outlet-{}", self.random.below(40)),
            "published": Timestamp::from_second(seconds).unwrap().to_string(), "lang": if arabic { "ar" } else { "en" },
        });
        write!(line, "{json}").unwrap();
        line
    }

    fn write(&mut self, cast: &[usize]) -> Vec<usize> {
        let length = WORDS / 2 + self.random.below(WORDS);
        (0..length)
            .map(|_| if self.random.below(5) == 0 { cast[self.random.below(CAST as u64) as usize] } else { self.random.zipf() })
            .collect()
    }

    /// A copy, a cut, a lightly edited text, or the same happening in other words.
    fn version(&mut self, mut words: Vec<usize>, cast: &[usize]) -> Vec<usize> {
        match self.random.below(4) {
            0 => words,
            1 => {
                words.truncate(words.len() / 2);
                words
            }
            2 => words.into_iter().map(|w| if self.random.below(20) == 0 { self.random.zipf() } else { w }).collect(),
            _ => self.write(cast),
        }
    }
}

/// Most memory this process ever held, in MB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

fn config(folder: &Path, name: &str) -> Config {
    Config { store: folder.join(name), ..Config::default() }
}

/// Ingests every path as one run; prints the rate.
fn run(label: &str, config: &Config, path: &Path, articles: usize) {
    let (files, _) = inbox::scan(path);
    let begin = Instant::now();
    let mut tally = Tally::default();
    Ingest::open(config).unwrap().take(files, Received::At(Timestamp::now()), &mut tally).unwrap();
    let seconds = begin.elapsed().as_secs_f64();
    assert_eq!(tally.articles as usize, articles, "every article is stored");
    let size = std::fs::metadata(&config.store).unwrap().len() as f64 / articles as f64 / 1000.0;
    println!("{label:<34} {:>8.0} articles/s   {size:.1} kB stored each   {} events", articles as f64 / seconds, tally.events);
}

fn main() {
    let articles = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(100_000usize);
    let folder = tempfile::tempdir().unwrap();
    let mut corpus = Corpus::new();
    let lines: Vec<String> = (0..articles).map(|n| corpus.article(n)).collect();
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
        let begin = Instant::now();
        let mut tally = Tally::default();
        ingest.take(inbox::scan(&inbox).0, Received::At(Timestamp::now()), &mut tally).unwrap();
        println!(
            "JSONL → store, to {:>9}        {:>8.0} articles/s",
            n * STEP + part.len(),
            part.len() as f64 / begin.elapsed().as_secs_f64()
        );
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
    match peak_memory() {
        Some(mb) => println!("peak memory of all runs, corpus included: {mb} MB"),
        None => println!("peak memory: this system does not tell"),
    }
}
