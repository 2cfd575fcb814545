//! The countries and regions that an Arabic text names.
//!
//! A telegram, a call or a reception is worded alike whichever country it is for, and an inspection, an accident or a shelling whichever
//! town it happened in; the place is what tells two of them apart, and it is too common a word to weigh much. In Arabic the adjective is
//! made from the name of a country by rule, so that a list of names is enough. Of towns no adjectives are made: they are family names.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use thin_vec::ThinVec;

use super::fold::fold;

/// One country a line: its names, those of its capital where news calls the country by it, and irregular plurals of its people.
const COUNTRIES: &str = include_str!("countries.txt");
/// One region a line: its names and those of its towns, as far as they are no ordinary words and name one place. Capitals are not among
/// them: news calls the country, its government and its newspapers by them, and writes from there.
const REGIONS: &str = include_str!("regions.txt");
/// What makes an adjective of a name.
const ADJECTIVES: [&str; 6] = ["ي", "يه", "يون", "يين", "يان", "يات"];
/// Letters of a name that are dropped before them, where at least three letters remain.
const DROPPED: [&str; 4] = ["يا", "يه", "ا", "ه"];
/// What is written together with the following word; the article last.
const PARTICLES: [&str; 5] = ["و", "ف", "ب", "ك", "ل"];

/// The places of one kind that a text names, by their line in the list: near its start, and anywhere. Most texts name none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named(ThinVec<Place>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    line: u8,
    /// Whether it is named near the start.
    begins: bool,
}

impl Named {
    /// Adds the place on a line of the list; `begins` if the text names it near its start.
    pub fn add(&mut self, line: u8, begins: bool) {
        match self.0.binary_search_by_key(&line, |place| place.line) {
            Ok(at) => self.0[at].begins |= begins,
            Err(at) => self.0.insert(at, Place { line, begins }),
        }
    }

    /// Whether each text begins with a place that the other does not name at all, and with none that it names; with `own`, each may begin
    /// with places of both too.
    pub fn differs(&self, other: &Named, own: bool) -> bool {
        let each_begins_apart = self.begins_with(other, false) && other.begins_with(self, false);
        each_begins_apart && (own || (!self.begins_with(other, true) && !other.begins_with(self, true)))
    }

    /// Whether it begins with a place that the other names, or with one that the other does not name.
    fn begins_with(&self, other: &Named, named: bool) -> bool {
        let names = |line: u8| other.0.iter().any(|place| place.line == line);
        self.0.iter().any(|place| place.begins && names(place.line) == named)
    }
}

/// The country that a folded word of the language `lang` names, by its line in the list.
pub fn country(folded: &str, lang: &str) -> Option<u8> {
    static FORMS: LazyLock<FxHashMap<String, u8>> = LazyLock::new(country_forms);
    if lang != "ar" {
        return None;
    }
    let without_particle = PARTICLES.iter().find_map(|p| folded.strip_prefix(p));
    let known = |word: &str| FORMS.get(word).or_else(|| FORMS.get(word.strip_prefix("ال").or_else(|| word.strip_prefix("لل"))?));
    known(folded).or_else(|| known(without_particle?)).copied()
}

/// The region that a folded word of the language `lang` names, by its line in the list. The article belongs to the name: with it
/// or without it, most of these are other words.
pub fn region(folded: &str, lang: &str) -> Option<u8> {
    static FORMS: LazyLock<FxHashMap<String, u8>> = LazyLock::new(region_forms);
    if lang == "ar" { FORMS.get(folded).copied() } else { None }
}

/// Every form of every name of a country, folded and without the article.
fn country_forms() -> FxHashMap<String, u8> {
    let mut forms = FxHashMap::default();
    for (line, names) in COUNTRIES.lines().enumerate() {
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

/// The line of each form of each name of a region or town, folded, with what may be written together with it.
fn region_forms() -> FxHashMap<String, u8> {
    let names = REGIONS.lines().enumerate().flat_map(|(line, names)| names.split(' ').map(move |name| (line as u8, name)));
    names.flat_map(|(line, name)| forms_of(name).map(move |form| (form, line))).collect()
}

fn forms_of(name: &str) -> impl Iterator<Item = String> {
    let folded = fold(name);
    let to_it = name.strip_prefix("ال").map(|name| format!("لل{}", fold(name)));
    let joined = PARTICLES.map(|particle| format!("{particle}{folded}"));
    std::iter::once(folded).chain(joined).chain(to_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, place: fn(&str, &str) -> Option<u8>) -> Named {
        let mut named = Named::default();
        text.split(' ').filter_map(|word| place(&fold(word), "ar")).for_each(|line| named.add(line, true));
        named
    }

    fn of(text: &str) -> Named {
        named(text, country)
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
            let all: Vec<Named> = names.split(' ').map(of).collect();
            assert!(all.iter().all(|c| *c != Named::default() && *c == all[0]), "{names}: {all:?}");
        }
    }

    #[test]
    fn countries_are_told_apart() {
        assert!(of("النيجر النيجري").differs(&of("نيجيريا النيجيري"), false));
        assert!(of("ليبيا").differs(&of("ليبيريا"), false));
        assert!(!of("ملك البحرين وملك الأردن").differs(&of("الأردنية"), true), "the second names no other");
        let (bahrain, morocco) = (of("ملك البحرين وملك الأردن"), of("ملك المغرب والأردنية"));
        assert!(bahrain.differs(&morocco, true) && !bahrain.differs(&morocco, false), "both name Jordan");
        assert_eq!(of("مالي قطار هندسة السلام عين"), Named::default());
        assert_eq!(country("النيجر", "fa"), None);
    }

    #[test]
    fn regions_are_told_apart() {
        let of = |text: &str| named(text, region);
        assert!(of("عمل تبوك يضبط مخالفات").differs(&of("ضبط مخالفات بالجوف"), false));
        assert!(!of("أمين القصيم").differs(&of("بلدية بريدة"), false), "a town of that region");
        assert!(of("للقصيم وبالقصيم والقصيم") == of("القصيم") && of("قصيم") == Named::default());
        assert_eq!(of("القحطاني العسيري الرياض المدينة الخبر"), Named::default(), "a family, a capital, other words");
        assert_eq!(region("تبوك", "fa"), None);
    }

    #[test]
    fn what_is_named_further_down_is_not_begun_with() {
        let mut late = Named::default();
        late.add(3, false);
        let mut other = Named::default();
        other.add(4, true);
        assert!(!late.differs(&other, false));
        late.add(3, true);
        assert!(late.differs(&other, false));
        other.add(3, false);
        assert!(!late.differs(&other, true), "the other names it too");
    }

    #[test]
    fn no_line_is_empty_and_all_fit() {
        for list in [COUNTRIES, REGIONS] {
            assert!(list.lines().count() <= 256);
            let mut seen = FxHashMap::default();
            for (line, name) in list.lines().enumerate().flat_map(|(line, names)| names.split(' ').map(move |n| (line, n))) {
                assert!(name.chars().count() > 1, "line {line}");
                assert_eq!(seen.insert(fold(name), line), None, "{name} stands twice");
            }
        }
        let mut seen = FxHashMap::default();
        for (line, name) in REGIONS.lines().enumerate().flat_map(|(line, names)| names.split(' ').map(move |n| (line, n))) {
            for form in forms_of(name) {
                assert!(seen.insert(form.clone(), line).is_none_or(|other| other == line), "{form} is a form of {name} and of another");
            }
        }
        assert!(COUNTRIES.split_whitespace().all(|name| name.chars().count() > 2));
    }
}
