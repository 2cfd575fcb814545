//! Words met before, with what was worked out of each: news says most of its words again and again.
//!
//! What is told is what would be worked out anew, so nothing depends on what was met before; only the time does.

use std::cell::Cell;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::names::reduced;
use super::places;
use super::prior::Prior;
use super::stem::stem;
use super::words::hash;

/// Places of the table, a power of two. Four in five words of mixed news are found in it, and all of it is one megabyte a thread.
const PLACES: usize = 1 << 13;
/// Bytes of the longest word that is kept.
const LONGEST: usize = 27;

/// What is known of a folded word of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Hash of its stem; in Arabic, of what is common to the spellings of a name.
    pub stem: u32,
    /// The country that it names, by its line in the list.
    pub country: Option<u8>,
    /// The region that it names, by its line in the list.
    pub region: Option<u8>,
}

impl Known {
    /// Works it out; words that are not `common` are taken for names, whose spelling varies.
    fn of(folded: &str, lang: &str, common: Option<&Prior>) -> Self {
        let stem = stem(folded, lang);
        let as_it_is = hash(stem);
        let is_name = common.is_some_and(|common| !common.knows(as_it_is));
        Self {
            stem: if is_name { hash(&reduced(stem)) } else { as_it_is },
            country: places::country(folded, lang),
            region: places::region(folded, lang),
        }
    }
}

/// A word in the table. One that is not taken is of no language.
#[derive(Clone, Copy)]
struct Entry {
    lang: u32,
    letters: [u8; LONGEST],
    length: u8,
    known: Known,
}

const EMPTY: Entry = Entry { lang: u32::MAX, letters: [0; LONGEST], length: 0, known: Known { stem: 0, country: None, region: None } };

thread_local! {
    static TABLE: Cell<Vec<Entry>> = const { Cell::new(Vec::new()) };
}

/// The words of one language, while a text is read.
pub struct Vocabulary<'l> {
    lang: &'l str,
    /// The bytes of `lang`; `None` for one too long to be a subtag, whose words are not kept.
    key: Option<u32>,
    common: Option<&'static Prior>,
    entries: Vec<Entry>,
}

impl<'l> Vocabulary<'l> {
    /// The words met in this thread, for a text in the language `lang` (a primary BCP 47 subtag).
    pub fn of(lang: &'l str) -> Self {
        let mut entries = TABLE.take();
        entries.resize(PLACES, EMPTY);
        let bytes = lang.bytes();
        let key = (bytes.len() <= 4).then(|| bytes.fold(0, |key, byte| key << 8 | u32::from(byte)));
        Self { lang, key, common: (lang == "ar").then(|| Prior::of(lang)), entries }
    }

    /// What is known of a folded word.
    pub fn look_up(&mut self, folded: &str) -> Known {
        let Some(lang) = self.key.filter(|_| folded.len() <= LONGEST) else { return Known::of(folded, self.lang, self.common) };
        let entry = &mut self.entries[xxh3_64_with_seed(folded.as_bytes(), lang.into()) as usize % PLACES];
        let is_it = entry.lang == lang && &entry.letters[..usize::from(entry.length)] == folded.as_bytes();
        if !is_it {
            (entry.lang, entry.length) = (lang, folded.len() as u8);
            entry.letters[..folded.len()].copy_from_slice(folded.as_bytes());
            entry.known = Known::of(folded, self.lang, self.common);
        }
        entry.known
    }
}

impl Drop for Vocabulary<'_> {
    fn drop(&mut self) {
        TABLE.set(std::mem::take(&mut self.entries));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_met_before_changes_nothing() {
        // More words than places, so that each place is taken again and again; twice, so that most are met again.
        let words: Vec<String> = (0..2 * PLACES).map(|n| format!("{}{n}", ["kata", "قطر", "تبوك"][n % 3])).collect();
        let names = ["قطر", "القطري", "تبوك", "بتبوك", "غوتيريش", "running", "maisons"];
        for lang in ["ar", "en", "fr", "", "a-tag-too-long"] {
            let mut vocabulary = Vocabulary::of(lang);
            for word in words.iter().map(String::as_str).chain(names).cycle().take(3 * words.len()) {
                assert_eq!(vocabulary.look_up(word), Known::of(word, lang, vocabulary.common), "{word} in {lang:?}");
            }
        }
        let [arabic, none] = ["ar", "en"].map(|lang| Vocabulary::of(lang).look_up("القطري").country.is_some());
        assert!(arabic && !none);
    }

    #[test]
    fn words_of_any_length_are_looked_up() {
        let mut vocabulary = Vocabulary::of("en");
        for length in [0, 1, LONGEST - 1, LONGEST, LONGEST + 1, 10_000] {
            let word = "x".repeat(length);
            for _ in 0..2 {
                assert_eq!(vocabulary.look_up(&word), Known::of(&word, "en", None), "{length}");
            }
        }
    }
}
