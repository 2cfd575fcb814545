//! The words of an article, and where each stands in its title or text.

use xxhash_rust::xxh3::xxh3_64;

use crate::article::Aside;
use crate::text::words::for_each_word;

/// Title or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The headline.
    Title,
    /// The body.
    Text,
}

/// The words of an article: title first, then text, counted through.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Their stems.
    pub stems: Vec<u32>,
    /// How many of them are the title's.
    pub title: u32,
    /// Byte offsets where each begins and ends in its part; they neither overlap nor go back.
    places: Vec<(usize, usize)>,
    /// Which of them are no part of the story.
    aside: Vec<bool>,
}

/// A stretch of a part, in bytes and in characters (Unicode scalar values), end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// In bytes.
    pub bytes: (usize, usize),
    /// In characters.
    pub chars: (usize, usize),
}

impl Words {
    /// The words of an article in the language `lang`, all of them.
    pub fn of(title: &str, text: &str, lang: &str) -> Self {
        let mut words = Self::default();
        words.read(title, lang);
        words.title = words.stems.len() as u32;
        words.read(text, lang);
        words.aside = vec![false; words.stems.len()];
        words
    }

    /// As [`Words::of`]; what lies in `asides`, parts of the text that are no part of the story, is not shared with any text. `own` tells the
    /// article from all others.
    pub fn without(title: &str, text: &str, lang: &str, asides: &[Aside], own: u32) -> Self {
        let mut words = Self::of(title, text, lang);
        for word in words.title as usize..words.stems.len() {
            let start = words.places[word].0;
            if asides.iter().any(|a| (a.start as usize..a.end as usize).contains(&start)) {
                words.aside[word] = true;
                // A word that nothing equals: it keeps its place, so that places of passages stay places in the text.
                words.stems[word] = xxh3_64(&[own.to_le_bytes(), (word as u32).to_le_bytes()].concat()) as u32;
            }
        }
        words
    }

    /// How many words tell the story.
    pub fn told(&self) -> u32 {
        self.aside.iter().filter(|aside| !**aside).count() as u32
    }

    /// How many of the words from `first` to before `end` do.
    pub fn told_in(&self, first: u32, end: u32) -> u32 {
        self.aside[first as usize..end as usize].iter().filter(|aside| !**aside).count() as u32
    }

    /// The runs from `first` to before `end` without the words that do not.
    pub fn told_runs(&self, first: u32, end: u32) -> Vec<(u32, u32)> {
        let mut at = first;
        let mut runs = Vec::new();
        for alike in self.aside[first as usize..end as usize].chunk_by(|a, b| a == b) {
            let behind = at + alike.len() as u32;
            if !alike[0] {
                runs.push((at, behind));
            }
            at = behind;
        }
        runs
    }

    fn read(&mut self, part: &str, lang: &str) {
        let from = self.places.len();
        for_each_word(part, lang, usize::MAX, |word, _| {
            self.stems.push(word.stem);
            self.places.push((word.start as usize, word.end as usize));
        });
        // Scripts without spaces give several words for one run of letters: each is shown as its share of the run.
        for alike in self.places[from..].chunk_by_mut(|a, b| a == b).filter(|alike| alike.len() > 1) {
            let (start, end) = alike[0];
            let letters: Vec<usize> = part[start..end].char_indices().map(|(at, _)| start + at).chain([end]).collect();
            let (count, last) = (alike.len(), letters.len() - 1);
            alike.iter_mut().enumerate().for_each(|(n, place)| *place = (letters[n * last / count], letters[(n + 1) * last / count]));
        }
    }

    /// The letters of a word, of whose part the text is given.
    pub fn letters<'t>(&self, part: &'t str, word: u32) -> &'t str {
        let (start, end) = self.places[word as usize];
        &part[start..end]
    }

    /// The part that a word is in.
    pub fn part(&self, word: u32) -> Part {
        if word < self.title { Part::Title } else { Part::Text }
    }

    /// Where words from `first` to before `end` stand in their part, which is given; both are of one part. Stretches that lie side by
    /// side in words lie side by side in the part, and all of a part's words make up all of the part.
    pub fn stretch(&self, part: &str, first: u32, end: u32) -> Stretch {
        let begin = self.cut(part, first);
        let behind = if end == self.title || end as usize == self.places.len() { part.len() } else { self.cut(part, end) };
        let chars = part[..begin].chars().count();
        Stretch { bytes: (begin, behind), chars: (chars, chars + part[begin..behind].chars().count()) }
    }

    /// The byte at which a part is cut before a word: closing marks stay with the word before, opening ones with the word behind.
    fn cut(&self, part: &str, word: u32) -> usize {
        if word == 0 || word == self.title {
            return 0;
        }
        let (gap, start) = (self.places[word as usize - 1].1, self.places[word as usize].0);
        let between = &part[gap..start];
        between.rfind(char::is_whitespace).map_or(start, |at| gap + at + between[at..].chars().next().map_or(0, char::len_utf8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_make_up_the_text() {
        for (title, text, lang) in [
            ("«عودة» الملاحة", "قالَ المدير: «عادت السفن». ثم صمت!", "ar"),
            ("Harbour open", "“It works,” she said (twice).  The end …", "en"),
            ("港口", "東京都知事は、港が開いたと言った。", "ja"),
        ] {
            let words = Words::of(title, text, lang);
            for cut in words.title..=words.stems.len() as u32 {
                let pieces = [(words.title, cut), (cut, words.stems.len() as u32)];
                let pieces = pieces.iter().filter(|(first, end)| first < end).map(|(first, end)| {
                    let stretch = words.stretch(text, *first, *end);
                    let of_chars: String = text.chars().skip(stretch.chars.0).take(stretch.chars.1 - stretch.chars.0).collect();
                    assert_eq!(of_chars, text[stretch.bytes.0..stretch.bytes.1], "characters and bytes say the same");
                    of_chars
                });
                assert_eq!(pieces.collect::<String>(), text, "cut before word {cut}");
            }
        }
    }

    #[test]
    fn quotation_marks_go_with_their_words() {
        let text = "He said: «come back» twice";
        let words = Words::of("", text, "en");
        let piece = |first, end| {
            let (from, to) = words.stretch(text, first, end).bytes;
            &text[from..to]
        };
        assert_eq!([piece(0, 2), piece(2, 4), piece(4, 5)], ["He said: ", "«come back» ", "twice"]);
    }
}
