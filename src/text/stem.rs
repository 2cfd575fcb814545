//! Light stems: one form for what inflection makes of a word, without a dictionary.
//!
//! Deliberately weak. A heavy stemmer maps names onto common words (the usual Arabic one turns "France" into a non-word that
//! "French" does not share), and a wrong merge of words costs more than a missed one.

/// Longest first: the first that fits is taken, once.
pub(crate) const ARABIC_PREFIXES: [&str; 12] = ["وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف", "ك", "س"];
const ARABIC_SUFFIXES: [&str; 9] = ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي", "ا"];
/// The letters that they begin and end with: one look spares most words the comparisons.
const BEGIN_PREFIXES: [char; 7] = ['و', 'ب', 'ك', 'ف', 'ل', 'ا', 'س'];
const END_SUFFIXES: [char; 5] = ['ا', 'ن', 'ت', 'ه', 'ي'];

/// The stem of a folded word in the language `lang` (a primary BCP 47 subtag): always a part of `word`, never empty.
pub fn stem<'w>(word: &'w str, lang: &str) -> &'w str {
    match lang {
        "ar" => arabic(word),
        "en" => english(word),
        "fr" | "es" | "pt" | "it" | "ca" => romance(word),
        "ru" | "uk" | "bg" | "sr" | "tr" | "fi" | "hu" | "pl" | "cs" | "el" => first_letters(word, 5),
        _ => word,
    }
}

/// One prefix (article, conjunction, preposition) and one suffix, where three letters stay.
fn arabic(word: &str) -> &str {
    let strip = |affix: &&&str, rest: Option<&str>| rest.is_some_and(|r| r.chars().nth(2).is_some()) && !affix.is_empty();
    let mut word = word;
    if word.starts_with(BEGIN_PREFIXES) {
        word = ARABIC_PREFIXES.iter().find(|p| strip(p, word.strip_prefix(**p))).map_or(word, |p| &word[p.len()..]);
    }
    if word.ends_with(END_SUFFIXES) {
        word = ARABIC_SUFFIXES.iter().find(|s| strip(s, word.strip_suffix(**s))).map_or(word, |s| &word[..word.len() - s.len()]);
    }
    word
}

/// Plural and third-person `s`, `ed`, `ing`, where four letters stay.
fn english(word: &str) -> &str {
    let cut = |n: usize| if word.len() >= n + 4 { &word[..word.len() - n] } else { word };
    if !word.is_ascii() || word.len() < 5 || word.ends_with("ss") || word.ends_with("us") {
        return word;
    }
    let ends = |endings: &[&str]| endings.iter().any(|e| word.ends_with(e));
    if ends(&["ing", "ies", "ied"]) {
        cut(3)
    } else if word.ends_with("ed") {
        cut(2)
    } else if ends(&["s", "e", "y"]) {
        cut(1)
    } else {
        word
    }
}

/// Plural `s` and a final vowel, where four letters stay.
fn romance(word: &str) -> &str {
    let long = |w: &str| w.chars().nth(4).is_some();
    let word = if long(word) { word.strip_suffix('s').unwrap_or(word) } else { word };
    if long(word) { word.strip_suffix(['e', 'a', 'o']).unwrap_or(word) } else { word }
}

/// Truncation, for languages that inflect mostly at the end.
fn first_letters(word: &str, n: usize) -> &str {
    word.char_indices().nth(n).map_or(word, |(at, _)| &word[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_affix_is_looked_for() {
        assert!(ARABIC_PREFIXES.iter().all(|p| p.starts_with(BEGIN_PREFIXES)));
        assert!(ARABIC_SUFFIXES.iter().all(|s| s.ends_with(END_SUFFIXES)));
    }

    #[test]
    fn stems_lightly() {
        for (lang, word, stemmed) in [
            ("ar", "والمفاوضات", "مفاوض"),
            ("ar", "بالمفاوضات", "مفاوض"),
            ("ar", "فرنسا", "رنس"),
            ("ar", "قره", "قره"),
            ("en", "talks", "talk"),
            ("en", "police", "polic"),
            ("en", "news", "news"),
            ("fr", "attaques", "attaqu"),
            ("ru", "переговоры", "перег"),
            ("zh", "東京", "東京"),
            ("ar", "", ""),
        ] {
            assert_eq!(stem(word, lang), stemmed, "{lang} {word}");
        }
    }
}
