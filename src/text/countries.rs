//! The countries that an Arabic text names.
//!
//! A telegram, a call or a reception is worded alike whichever country it is for; the country is what tells two of them apart, and it is
//! too common a word to weigh much. In Arabic the adjective is made from the name by rule, so that a list of names is enough.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::fold::fold;

/// One country a line: its names, those of its capital where news calls the country by it, and irregular plurals of its people.
const NAMES: &str = include_str!("countries.txt");
/// What makes an adjective of a name.
const ADJECTIVES: [&str; 6] = ["ي", "يه", "يون", "يين", "يان", "يات"];
/// Letters of a name that are dropped before them, where at least three letters remain.
const DROPPED: [&str; 4] = ["يا", "يه", "ا", "ه"];
/// What is written together with the following word; the article last.
const PARTICLES: [&str; 5] = ["و", "ف", "ب", "ك", "ل"];

/// A set of countries, by their line in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Countries([u64; 3]);

impl Countries {
    /// Adds the country that a folded word of the language `lang` names, if it names one.
    pub fn add_named(&mut self, folded: &str, lang: &str) {
        if let Some(line) = (lang == "ar").then(|| named(folded)).flatten() {
            self.0[usize::from(line) / 64] |= 1 << (line % 64);
        }
    }

    /// Whether a country is in both.
    pub fn meets(&self, other: &Countries) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    /// Whether it has a country that the other has not.
    pub fn exceeds(&self, other: &Countries) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & !b != 0)
    }
}

fn named(folded: &str) -> Option<u8> {
    static FORMS: LazyLock<FxHashMap<String, u8>> = LazyLock::new(forms);
    let without_particle = PARTICLES.iter().find_map(|p| folded.strip_prefix(p));
    let known = |word: &str| FORMS.get(word).or_else(|| FORMS.get(word.strip_prefix("ال").or_else(|| word.strip_prefix("لل"))?));
    known(folded).or_else(|| known(without_particle?)).copied()
}

/// Every form of every name, folded and without the article.
fn forms() -> FxHashMap<String, u8> {
    let mut forms = FxHashMap::default();
    for (line, names) in NAMES.lines().enumerate() {
        for name in names.split(' ') {
            // The article is a plain alef and a lam; the alef of a name that begins like it, as of Germany, has a hamza.
            let name = fold(name.strip_prefix("ال").unwrap_or(name));
            let base = DROPPED.iter().find_map(|end| name.strip_suffix(end).filter(|base| base.chars().nth(2).is_some()));
            let base = base.unwrap_or(&name);
            for adjective in ADJECTIVES {
                forms.entry(format!("{base}{adjective}")).or_insert(line as u8);
            }
            forms.insert(name, line as u8);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Countries {
        let mut countries = Countries::default();
        text.split(' ').for_each(|word| countries.add_named(&fold(word), "ar"));
        countries
    }

    #[test]
    fn a_name_and_what_is_made_of_it_are_one_country() {
        for names in [
            "تونس التونسي تونسية والتونسيون",
            "سوريا سورية السوريين للسوريين",
            "ألمانيا الألماني والألمانية",
            "مصر بمصر المصري والمصريين للمصريين",
            "فرنسا الفرنسية وباريس",
            "اليمن لليمن باليمن اليمنية",
        ] {
            let all: Vec<Countries> = names.split(' ').map(of).collect();
            assert!(all.iter().all(|c| *c != Countries::default() && *c == all[0]), "{names}: {all:?}");
        }
    }

    #[test]
    fn countries_are_told_apart() {
        assert!(of("النيجر النيجري").exceeds(&of("نيجيريا النيجيري")));
        assert!(of("ليبيا").exceeds(&of("ليبيريا")));
        assert!(of("ملك البحرين وملك الأردن").exceeds(&of("الأردنية")));
        assert!(of("ملك البحرين وملك الأردن").meets(&of("الأردنية")) && !of("ليبيا").meets(&of("ليبيريا")));
        assert!(!of("الأردنية").exceeds(&of("ملك البحرين وملك الأردن")));
        assert_eq!(of("مالي قطار هندسة السلام عين"), Countries::default());
    }

    #[test]
    fn no_line_is_empty_and_all_fit() {
        assert!(NAMES.lines().count() <= 192);
        let mut seen = FxHashMap::default();
        for (line, name) in NAMES.lines().enumerate().flat_map(|(line, names)| names.split(' ').map(move |n| (line, n))) {
            assert!(name.chars().count() > 2, "line {line}");
            assert_eq!(seen.insert(fold(name), line), None, "{name} stands twice");
        }
    }
}
