//! Invented news from fixed seeds, the same on every machine: words with the long-tailed frequencies of a language, half of the articles in
//! Arabic letters, and stories with casts of their own of which every second has rewritten, cut and copied versions by other outlets.

#![allow(dead_code, reason = "every bench uses a part of it")]

pub mod planted;

use jiff::Timestamp;

/// Words of the invented language, most frequent first.
pub const VOCABULARY: usize = 60_000;
/// Words an article has on average: 2.3 kB, as news has.
pub const WORDS: u64 = 240;
/// Names and terms that belong to one story.
const CAST: usize = 12;
/// Stories that further versions are made of.
const OPEN: usize = 200;
/// Seconds between two articles.
const APART: i64 = 20;

/// A generator of fixed sequences (SplitMix64, Steele et al. 2014).
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to before `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// A place in a list of so many.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// A word number with the frequencies of a language: rank r about 1/r as often as the first.
    pub fn zipf(&mut self) -> usize {
        let u = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((VOCABULARY as f64).powf(u) - 1.0) as usize
    }

    /// A word number of a name or term, which is rare.
    pub fn rare(&mut self) -> usize {
        2_000 + self.index(VOCABULARY - 2_000)
    }
}

/// The spelling of an invented word, two to four syllables of Arabic or Latin letters.
pub fn spell(number: usize, arabic: bool) -> String {
    let (consonants, vowels): (Vec<char>, Vec<char>) = if arabic {
        ("بتجحدرسشصعفقكلمنه".chars().collect(), "اوي".chars().collect())
    } else {
        ("bdfgklmnprstvz".chars().collect(), "aeiou".chars().collect())
    };
    let mut random = Random(number as u64 * 2 + u64::from(arabic));
    (0..2 + random.below(3)).flat_map(|_| [consonants[random.index(consonants.len())], vowels[random.index(vowels.len())]]).collect()
}

/// What an outlet writes before and below every text: its name, and a line of usual words.
pub fn around(outlet: u64, arabic: bool) -> (String, String) {
    let mut own = Random(3_000_000 + outlet);
    let name = [own.rare(), own.rare()].map(|w| spell(w, arabic)).join(" ");
    let footer = (0..12).map(|_| spell(own.zipf(), arabic)).collect::<Vec<_>>().join(" ");
    (name, footer)
}

/// An article as its outlet sends it.
pub struct Article {
    pub title: String,
    pub text: String,
    pub source: String,
    pub published: Timestamp,
    pub arabic: bool,
}

impl Article {
    /// As a line of JSON Lines.
    pub fn json(&self) -> String {
        serde_json::json!({
            "title": self.title, "text": self.text, "source": self.source,
            "published": self.published.to_string(), "lang": if self.arabic { "ar" } else { "en" },
        })
        .to_string()
    }
}

/// When the article with this number is published.
pub fn published(number: usize) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + number as i64 * APART).expect("a time of this century")
}

/// A story: its words in order, those that belong to it, and its script.
#[derive(Clone)]
struct Story {
    words: Vec<usize>,
    cast: Vec<usize>,
    arabic: bool,
}

/// The stream of news.
pub struct Corpus {
    pub random: Random,
    words: [Vec<String>; 2],
    open: Vec<Story>,
}

impl Corpus {
    /// The stream with this seed.
    pub fn new(seed: u64) -> Self {
        let words = [false, true].map(|arabic| (0..VOCABULARY).map(|n| spell(n, arabic)).collect());
        Self { random: Random(seed), words, open: Vec::new() }
    }

    /// A new story half of the time, else another outlet's version of a recent one.
    pub fn article(&mut self, number: usize) -> Article {
        let again = !self.open.is_empty() && self.random.below(2) == 0;
        let Story { words, cast, arabic } = if again {
            let at = self.random.index(self.open.len());
            let Story { words, cast, arabic } = self.open[at].clone();
            Story { words: self.version(words, &cast), cast, arabic }
        } else {
            let cast: Vec<usize> = (0..CAST).map(|_| self.random.rare()).collect();
            let words = self.write(&cast);
            let arabic = self.random.below(2) == 0;
            let story = Story { words, cast, arabic };
            self.open.push(story.clone());
            if self.open.len() > OPEN {
                self.open.remove(0);
            }
            story
        };
        let source = format!("outlet-{}", self.random.below(40));
        let title = self.spelled(&cast[..7], arabic);
        Article { title, text: self.spelled(&words, arabic), source, published: published(number), arabic }
    }

    /// The words with these numbers.
    pub fn spelled(&self, words: &[usize], arabic: bool) -> String {
        let spelled = &self.words[usize::from(arabic)];
        words.iter().map(|&w| spelled[w].as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Words of a new text that is about this cast.
    pub fn write(&mut self, cast: &[usize]) -> Vec<usize> {
        let length = WORDS / 2 + self.random.below(WORDS);
        (0..length).map(|_| if self.random.below(5) == 0 { cast[self.random.index(CAST)] } else { self.random.zipf() }).collect()
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
