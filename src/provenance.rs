//! Who published which words first: the text of an article cut into spans, each with its origin and everyone who carried it.
//!
//! A passage is a run of at least [`PASSAGE`] words; shorter runs are names, titles and stock phrases. Two texts share a word where it
//! lies in a passage that stands in both, wherever it stands there. Texts are ranked by publication, not by arrival, so an article that
//! came late is the origin of what it published early. Pure: words in, spans out.

pub mod article;
pub mod event;
mod family;
pub mod versions;
mod words;

use rustc_hash::FxHashMap;

use crate::detect::passages::PASSAGE;

pub use family::{ArticleRef, Family};
pub use words::{Part, Words};

/// A stretch of words of one text with one origin; the spans of a text lie side by side and leave nothing out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First word.
    pub first: u32,
    /// Number of words.
    pub words: u32,
    /// Rank of the text that published it first: this very text, or an earlier one.
    pub origin: usize,
    /// The other texts that have words of it, the origin among them, in order of publication.
    pub carriers: Vec<Carrier>,
}

/// A text that has words of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carrier {
    /// Its rank.
    pub text: usize,
    /// How many words of the span it has in shared passages.
    pub words: u32,
}

/// Which passages stand in which texts.
///
/// Every run of [`PASSAGE`] words has a number and the list of the texts that hold it, so that cutting a text costs no more than its
/// length, however many copies there are.
pub struct Lineage {
    texts: Vec<Text>,
    /// Ranks of the texts that hold each run, in order.
    holders: Vec<Vec<usize>>,
}

struct Text {
    words: usize,
    /// Number of the run that begins at each word.
    runs: Vec<usize>,
}

/// What decides where a text is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    origin: usize,
    shared: bool,
}

impl Lineage {
    /// The lineage of texts, given as stems in order of publication.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut numbers: FxHashMap<[u32; PASSAGE as usize], usize> = FxHashMap::default();
        let mut holders: Vec<Vec<usize>> = Vec::new();
        let mut number = |rank: usize, run: [u32; PASSAGE as usize]| {
            let no = *numbers.entry(run).or_insert(holders.len());
            if no == holders.len() {
                holders.push(Vec::new());
            }
            if holders[no].last() != Some(&rank) {
                holders[no].push(rank);
            }
            no
        };
        let text = |(rank, words): (usize, &[u32])| Text {
            words: words.len(),
            runs: words.array_windows().map(|run| number(rank, *run)).collect(),
        };
        let texts = texts.into_iter().enumerate().map(text).collect();
        Self { texts, holders }
    }

    /// The text of this rank cut where the origin of its words changes, and where words that others took from it begin and end.
    pub fn spans(&self, rank: usize) -> Vec<Span> {
        let span = |(first, words, mark): (usize, usize, Mark)| {
            let carriers = if mark.shared { self.carriers(rank, first, first + words) } else { Vec::new() };
            Span { first: first as u32, words: words as u32, origin: mark.origin, carriers }
        };
        self.cut(rank).into_iter().map(span).collect()
    }

    /// As [`Lineage::spans`], but only those that another text has too, each as first word, number of words and origin: without asking who
    /// carries them, which in a flood is every text.
    pub fn shared(&self, rank: usize) -> Vec<(u32, u32, usize)> {
        let shared = self.cut(rank).into_iter().filter(|(_, _, mark)| mark.shared || mark.origin != rank);
        shared.map(|(first, words, mark)| (first as u32, words as u32, mark.origin)).collect()
    }

    /// Stretches of words with one mark, as first word, number of words and mark.
    fn cut(&self, rank: usize) -> Vec<(usize, usize, Mark)> {
        let marks: Vec<Mark> = (0..self.texts[rank].words).map(|word| self.mark(rank, word)).collect();
        let mut first = 0;
        let stretch = |alike: &[Mark]| {
            first += alike.len();
            (first - alike.len(), alike.len(), alike[0])
        };
        marks.chunk_by(|a, b| a == b).map(stretch).collect()
    }

    /// The texts that published words of this one before it, with how many, most words first.
    pub fn origins(&self, rank: usize) -> Vec<(usize, u32)> {
        let mut words: FxHashMap<usize, u32> = FxHashMap::default();
        for word in 0..self.texts[rank].words {
            let origin = self.mark(rank, word).origin;
            *words.entry(origin).or_default() += u32::from(origin != rank);
        }
        words.remove(&rank);
        let mut origins: Vec<(usize, u32)> = words.into_iter().collect();
        origins.sort_unstable_by_key(|&(origin, words)| (std::cmp::Reverse(words), origin));
        origins
    }

    /// The runs of words, as first word and number, of which no text has a passage but those that are `own`, this text among them.
    pub fn only_in(&self, rank: usize, own: impl Fn(usize) -> bool) -> Vec<(u32, u32)> {
        let only = |word| self.held_by(rank, word).all(|holders| holders.iter().all(|&text| own(text)));
        let marks: Vec<bool> = (0..self.texts[rank].words).map(only).collect();
        let mut first = 0;
        let mut runs = Vec::new();
        for alike in marks.chunk_by(|a, b| a == b) {
            if alike[0] {
                runs.push((first, alike.len() as u32));
            }
            first += alike.len() as u32;
        }
        runs
    }

    /// The holders of every run that a word lies in.
    fn held_by(&self, rank: usize, word: usize) -> impl Iterator<Item = &[usize]> {
        let runs = &self.texts[rank].runs;
        let begin = (word + 1).saturating_sub(PASSAGE as usize).min(runs.len());
        let end = (word + 1).min(runs.len());
        runs[begin..end].iter().map(|&no| &self.holders[no][..])
    }

    fn mark(&self, rank: usize, word: usize) -> Mark {
        let origin = self.held_by(rank, word).filter_map(|holders| holders.first()).min();
        Mark { origin: origin.copied().unwrap_or(rank), shared: self.held_by(rank, word).any(|holders| holders.len() > 1) }
    }

    fn carriers(&self, rank: usize, first: usize, end: usize) -> Vec<Carrier> {
        let length = PASSAGE as usize;
        let runs = &self.texts[rank].runs;
        // Words counted so far, and the word up to which they are counted, by text.
        let mut counted: FxHashMap<usize, (u32, usize)> = FxHashMap::default();
        for (at, &no) in runs.iter().enumerate().take(end).skip((first + 1).saturating_sub(length)) {
            for &text in self.holders[no].iter().filter(|text| **text != rank) {
                let (words, until) = counted.entry(text).or_insert((0, first));
                let to = (at + length).min(end);
                *words += to.saturating_sub(at.max(*until)) as u32;
                *until = to.max(*until);
            }
        }
        let mut carriers: Vec<Carrier> = counted.into_iter().map(|(text, (words, _))| Carrier { text, words }).collect();
        carriers.sort_unstable_by_key(|c| c.text);
        carriers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lineage(texts: &[Vec<u32>]) -> Lineage {
        Lineage::new(texts.iter().map(Vec::as_slice))
    }

    fn cut(lineage: &Lineage, rank: usize) -> Vec<(u32, u32, usize)> {
        lineage.spans(rank).iter().map(|s| (s.first, s.words, s.origin)).collect()
    }

    #[test]
    fn a_chain_leads_to_its_beginning() {
        let wire: Vec<u32> = (0..40).collect();
        let copy: Vec<u32> = (100..110).chain(0..30).collect();
        let copied: Vec<u32> = (10..30).chain(100..110).chain(200..212).collect();
        let lineage = lineage(&[wire, copy, copied]);
        assert_eq!(cut(&lineage, 0), [(0, 30, 0), (30, 10, 0)], "what others took from it, and what nobody took");
        assert_eq!(cut(&lineage, 1), [(0, 10, 1), (10, 30, 0)]);
        assert_eq!(cut(&lineage, 2), [(0, 20, 0), (20, 10, 1), (30, 12, 2)]);
        let chain = &lineage.spans(2)[0].carriers;
        assert_eq!(chain[..], [Carrier { text: 0, words: 20 }, Carrier { text: 1, words: 20 }]);
        assert_eq!(lineage.only_in(2, |text| text == 2), [(30, 12)]);
        assert_eq!(lineage.only_in(2, |text| text != 0), [(20, 22)], "the two later texts as one outlet");
    }

    #[test]
    fn two_origins_may_overlap() {
        let (first, second): (Vec<u32>, Vec<u32>) = ((0..20).collect(), (12..40).collect());
        let both: Vec<u32> = (0..40).collect();
        let lineage = lineage(&[first, second, both]);
        assert_eq!(cut(&lineage, 1), [(0, 8, 0), (8, 20, 1)]);
        assert_eq!(cut(&lineage, 2), [(0, 20, 0), (20, 20, 1)], "what both have is the first one's");
    }

    #[test]
    fn seven_words_are_no_passage() {
        let text = |shared: u32| (0..shared).chain(50..60).collect::<Vec<u32>>();
        let other = |shared: u32| (0..shared).chain(80..90).collect::<Vec<u32>>();
        assert_eq!(cut(&lineage(&[text(7), other(7)]), 1), [(0, 17, 1)]);
        assert_eq!(cut(&lineage(&[text(8), other(8)]), 1), [(0, 8, 0), (8, 10, 1)]);
        assert_eq!(cut(&lineage(&[vec![1, 2], vec![1, 2], vec![]]), 1), [(0, 2, 1)]);
    }

    #[test]
    fn one_word_for_ever_ends() {
        let texts = vec![vec![7; 50_000]; 3];
        assert_eq!(cut(&lineage(&texts), 2), [(0, 50_000, 0)]);
    }
}
