//! How common a word is before anything has been read: a table of the commonest words per language.
//!
//! The tables are derived from wordfreq (Robyn Speer, CC BY-SA 4.0; see NOTICE): each line is a level and the words on it, where
//! level = −20·log10(relative frequency). They only start the detector off; what it reads outweighs them within some dozen events.

use std::ops::ControlFlow;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap;

use super::stem::stem;
use super::vocabulary::Known;
use super::words::{cut, hash};

/// Words in an article of ordinary length: turns a frequency per word into the share of articles that hold the word.
const WORDS_PER_ARTICLE: f64 = 150.0;
/// Share of articles assumed to hold a word that no table knows. Lower would let a misspelling outweigh a name.
pub const RAREST: f64 = 1.0 / 3000.0;
/// Share above which a word says nothing any more.
const COMMONEST: f64 = 0.95;

const TABLES: [(&str, &str); 12] = [
    ("ar", include_str!("prior/ar.txt")),
    ("de", include_str!("prior/de.txt")),
    ("en", include_str!("prior/en.txt")),
    ("es", include_str!("prior/es.txt")),
    ("fa", include_str!("prior/fa.txt")),
    ("fr", include_str!("prior/fr.txt")),
    ("it", include_str!("prior/it.txt")),
    ("pt", include_str!("prior/pt.txt")),
    ("ru", include_str!("prior/ru.txt")),
    ("tr", include_str!("prior/tr.txt")),
    ("ur", include_str!("prior/ur.txt")),
    ("vi", include_str!("prior/vi.txt")),
];

/// Share of articles holding a word, in steps of about 3 %: level 0 is [`RAREST`], 255 is nearly all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Level(pub u8);

impl Level {
    /// The share, between [`RAREST`] and .95.
    pub fn share(self) -> f64 {
        static SHARES: LazyLock<[f64; 256]> =
            LazyLock::new(|| std::array::from_fn(|level| RAREST * (COMMONEST / RAREST).powf(level as f64 / 255.0)));
        SHARES[usize::from(self.0)]
    }

    fn of(share: f64) -> Self {
        let share = share.clamp(RAREST, COMMONEST);
        Self((255.0 * (share / RAREST).ln() / (COMMONEST / RAREST).ln()).round() as u8)
    }
}

/// The words of one language.
pub struct Prior(FxHashMap<u32, Level>);

impl Prior {
    /// The table for a primary language subtag; one of the words of all tables where none is shipped, or where the language of a text is
    /// not known: what is common in a language is hardly a name in another. Built at first use.
    pub fn of(lang: &str) -> &'static Prior {
        static BUILT: [OnceLock<Prior>; TABLES.len() + 1] = [const { OnceLock::new() }; TABLES.len() + 1];
        match TABLES.iter().position(|(l, _)| *l == lang) {
            Some(i) => BUILT[i].get_or_init(|| Prior::build(lang, TABLES[i].1)),
            None => BUILT[TABLES.len()].get_or_init(Prior::of_all),
        }
    }

    /// How common the stem with this hash is.
    pub fn level(&self, stem: u32) -> Level {
        self.0.get(&stem).copied().unwrap_or_default()
    }

    /// Whether the table has the stem with this hash.
    pub fn knows(&self, stem: u32) -> bool {
        self.0.contains_key(&stem)
    }

    /// The words of all tables as they are written, each as common as where it is commonest.
    fn of_all() -> Prior {
        let mut all = FxHashMap::default();
        for (stem, level) in TABLES.iter().flat_map(|(_, table)| Prior::build("und", table).0) {
            let known: &mut Level = all.entry(stem).or_default();
            *known = level.max(*known);
        }
        Prior(all)
    }

    fn build(lang: &str, table: &str) -> Prior {
        let mut frequency: FxHashMap<u32, f64> = FxHashMap::default();
        for line in table.lines() {
            let Some((level, words)) = line.split_once('\t') else { continue };
            let per_word = 10f64.powf(-level.parse::<f64>().unwrap_or(f64::INFINITY) / 20.0);
            let stemmed = |folded: &str| Known { stem: hash(stem(folded, lang)), ..Known::default() };
            cut(words, lang, usize::MAX, stemmed, |word, _, _| {
                *frequency.entry(word.stem).or_default() += per_word;
                ControlFlow::Continue(())
            });
        }
        Prior(frequency.into_iter().map(|(stem, f)| (stem, Level::of(1.0 - (-WORDS_PER_ARTICLE * f).exp()))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{stem::stem, words::hash};

    #[test]
    fn function_words_are_common_and_names_are_not() {
        let share = |lang, word| Prior::of(lang).level(hash(stem(word, lang))).share();
        assert!(share("ar", "في") > 0.9);
        assert!(share("en", "the") > 0.9);
        assert!(share("ru", "и") > 0.9);
        assert!(share("ar", "ستيباناكرت") < 0.001);
        assert!(share("ar", "قال") > 10.0 * share("ar", "هدنة"));
        assert!(share("xx", "anyghthing") < 0.001);
        assert!(share("und", "the") > 0.9 && share("und", "police") > 0.01 && share("ckb", "من") > 0.9);
    }
}
