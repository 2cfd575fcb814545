//! Whether an article costs more the more articles are live, and what that means for a machine.
//!
//! `cargo bench --bench growth [-- MARK MARK MARK]` (default 10,000, 100,000 and 1,000,000 live articles; the last takes some ten minutes and
//! two gigabytes). Each line is about the 2,000 articles before a mark, in memory, in one thread; the news is that of `corpus`, from a fixed
//! seed. The last line is not measured: for ten times as many the engine adds once more what it added from the mark before the last to the
//! last, for each power of ten, and memory grows in proportion.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "meter/mod.rs"]
mod meter;
#[path = "placing/mod.rs"]
mod placing;

use corpus::Corpus;
use placing::Placer;

/// Articles that a line is about.
const MEASURED: usize = 2_000;

/// What was measured, or is to be expected, with so many live articles.
#[derive(Clone, Copy)]
struct At {
    live: usize,
    /// CPU µs of the engine for an article.
    engine: f64,
    /// Bytes of memory for each live article.
    bytes: f64,
}

impl At {
    fn print(self, note: &str) {
        let gigabytes = self.bytes * self.live as f64 / 1e9;
        let a_day = 86_400e6 / self.engine / 1e6;
        println!("{:>9} {:>10.1} {:>9.2} {gigabytes:>10.2} {a_day:>22.0}  {note}", self.live, self.engine, self.bytes / 1000.0);
    }

    /// Ten times as many live articles as at the later of two marks, in the same way.
    fn beyond(before: At, last: At) -> At {
        let powers_of_ten = (last.live as f64 / before.live as f64).log10();
        At { live: last.live * 10, engine: last.engine + (last.engine - before.engine) / powers_of_ten, bytes: last.bytes }
    }
}

fn main() {
    let mut marks = meter::numbers([10_000, 100_000, 1_000_000]);
    marks.sort_unstable();
    let mut corpus = Corpus::new(7);
    // What is loaded once, such as word frequencies, belongs to no article.
    let _ = Placer::new(MEASURED).take((0..MEASURED).map(|n| corpus.article(n).json()), |_| ());
    let before = meter::resident();
    let mut placer = Placer::new(marks[2]);
    println!("     live  CPU µs each   kB/live  GB in all  million a day by a core");
    let measured = marks.map(|live| {
        let steps = placer.up_to(live, MEASURED, |n| corpus.article(n).json());
        let bytes = meter::resident().saturating_sub(before) as f64 / live as f64;
        let at = At { live, engine: steps.engine(), bytes };
        at.print("");
        at
    });
    At::beyond(measured[1], measured[2]).print("extrapolated");
}
