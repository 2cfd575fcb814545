//! The tokenizer: one pass over a text that folds, cuts into words and stems.

use std::ops::{ControlFlow, Range};

use xxhash_rust::xxh3::xxh3_64;

use super::fold::fold_char;
use super::plain;
use super::vietnamese;
use super::vocabulary::{Known, Vocabulary};

/// A word of a text: the hash of its stem, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// XXH3 of the folded stem, in Arabic of what is common to the spellings of a name; low 32 bits. Fixed by the algorithm, so it can be stored.
    pub stem: u32,
    /// Byte offset of the word in the text.
    pub start: u32,
    /// Byte offset behind the word.
    pub end: u32,
}

/// Marks that stand inside a number: 12.415, 9,000, ٨٫٢: taken out, so that one number is one word in every spelling.
fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | '\u{66b}' | '\u{66c}')
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Hash of a folded stem.
pub fn hash(stem: &str) -> u32 {
    xxh3_64(stem.as_bytes()) as u32
}

/// Calls `each` with every word of `text` up to `limit` words: the word and its folded form.
///
/// A word is a run of letters, marks and digits. Scripts that write no spaces (Han, kana, Thai, Lao, Khmer, Burmese) give
/// overlapping pairs or triples of characters instead, which serve retrieval about as well as a segmenter and need no dictionary.
pub fn for_each_word(text: &str, lang: &str, limit: usize, mut each: impl FnMut(Word, &str)) {
    for_each_known(text, lang, limit, |word, folded, _| each(word, folded));
}

/// Calls `each` with the place of every word of `text`, a range of bytes, until it breaks off.
pub fn for_each_span(text: &str, lang: &str, mut each: impl FnMut(Range<usize>) -> ControlFlow<()>) {
    let nothing = |_: &str| Known::default();
    cut(text, lang, usize::MAX, nothing, |word, _, _| each(word.start as usize..word.end as usize));
}

/// Calls `each` with the place and the folded form of every word of a text in any language, up to `limit` words.
pub fn for_each_form(text: &str, limit: usize, mut each: impl FnMut(Range<usize>, &str)) {
    let nothing = |_: &str| Known::default();
    cut(text, "", limit, nothing, |word, folded, _| {
        each(word.start as usize..word.end as usize, folded);
        ControlFlow::Continue(())
    });
}

/// As [`for_each_word`], with what else is known of each word.
pub fn for_each_known(text: &str, lang: &str, limit: usize, mut each: impl FnMut(Word, &str, Known)) {
    let mut vocabulary = Vocabulary::of(lang);
    let look_up = |folded: &str| vocabulary.look_up(folded);
    cut(text, lang, limit, look_up, |word, folded, known| {
        each(word, folded, known);
        ControlFlow::Continue(())
    });
}

/// As [`for_each_word`], by what `look_up` knows of the words of scripts that write spaces, until `each` breaks off.
pub(super) fn cut(
    text: &str,
    lang: &str,
    limit: usize,
    mut look_up: impl FnMut(&str) -> Known,
    mut each: impl FnMut(Word, &str, Known) -> ControlFlow<()>,
) {
    let mut folded = String::with_capacity(64);
    let mut start = 0;
    let mut count = 0;
    let mut run = Script::Spaced;
    let keeps_marks = lang == "vi";
    let mut finish = |folded: &mut String, start: usize, end: usize, run: Script, count: &mut usize| {
        if folded.is_empty() {
            return;
        }
        if keeps_marks {
            vietnamese::put_tone_last(folded);
        }
        let mut emit = |part: &str| {
            if *count < limit {
                let known = if run == Script::Spaced { look_up(part) } else { Known { stem: hash(part), ..Known::default() } };
                let word = Word { stem: known.stem, start: start as u32, end: end as u32 };
                *count = if each(word, part, known).is_break() { limit } else { *count + 1 };
            }
        };
        match run {
            Script::Spaced => emit(folded),
            Script::Unspaced(n) => grams(folded, n, &mut emit),
        }
        folded.clear();
    };
    let mut rest = text.chars();
    loop {
        let at = text.len() - rest.as_str().len();
        if !keeps_marks && (folded.is_empty() || run == Script::Spaced) {
            let begins = folded.is_empty();
            let taken = plain::fold(rest.as_str(), MAX_RUN, &mut folded);
            if taken > 0 {
                if begins {
                    (start, run) = (at, Script::Spaced);
                }
                rest = rest.as_str()[taken..].chars();
                continue;
            }
        }
        let Some(c) = rest.next() else { break };
        if is_separator(c) && folded.ends_with(is_digit) && rest.as_str().starts_with(char::is_numeric) {
            continue;
        }
        let script = script(c);
        // Long runs without a break (a base64 blob, a page of Han) are cut, so that no word and no gram list grows without bound.
        if (script.is_none() || script != Some(run) || folded.len() > MAX_RUN) && !(folded.is_empty() || is_mark(c)) {
            finish(&mut folded, start, at, run, &mut count);
            if count >= limit {
                return;
            }
        }
        if let Some(script) = script {
            if folded.is_empty() {
                (start, run) = (at, script);
            }
            if keeps_marks && vietnamese::is_folded_here(c, !folded.is_empty()) {
                // Marks never end a word, so they are no part of one that is too long.
                if folded.len() <= MAX_RUN || !is_mark(c) {
                    vietnamese::fold_char(c, |f| folded.push(f));
                }
                continue;
            }
            fold_char(c, |f| {
                if f as u32 >= 0x900 || f.is_ascii_alphanumeric() || ('\u{620}'..='\u{64a}').contains(&f) || f.is_alphanumeric() {
                    folded.push(f);
                }
            });
        }
    }
    finish(&mut folded, start, text.len(), run, &mut count);
}

/// The original text of `count` words from word `first` on, counted through the title and then the text.
pub fn excerpt(title: &str, text: &str, lang: &str, first: u32, count: u32) -> String {
    let mut at = 0u32;
    let mut parts = Vec::new();
    for part in [title, text] {
        let mut found: Option<Range<usize>> = None;
        for_each_span(part, lang, |span| {
            if (first..first.saturating_add(count)).contains(&at) {
                found = Some(found.as_ref().map_or(span.start, |found| found.start)..span.end);
            }
            at += 1;
            ControlFlow::Continue(())
        });
        parts.extend(found.map(|found| part[found].trim()));
    }
    parts.join(" ")
}

/// Bytes after which a run of letters is cut.
const MAX_RUN: usize = 96;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Spaced,
    /// Words are grams of this many characters.
    Unspaced(usize),
}

/// The way words are cut around `c`, or `None` where `c` is no part of a word.
#[inline]
fn script(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Some(Script::Spaced),
        '\0'..='\x7f' => None,
        // Arabic letters and digits, ahead of the slow look-up in the tables of Unicode.
        '\u{620}'..='\u{669}' | '\u{66e}'..='\u{6d3}' | '\u{6f0}'..='\u{6f9}' => Some(Script::Spaced),
        '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Some(Script::Unspaced(2)),
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}' => Some(Script::Unspaced(3)),
        '\u{964}' | '\u{965}' => None,
        _ if c.is_alphanumeric() || is_mark(c) => Some(Script::Spaced),
        _ => None,
    }
}

/// Marks and joiners that stand inside words: they never break one.
#[inline]
pub(super) fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36f | 0x610..=0x61a | 0x640 | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6ed | 0x900..=0xdff | 0x200c | 0x200d | 0xad)
        && !matches!(c, '\u{964}' | '\u{965}')
}

/// Every run of `n` characters of `text`, overlapping; the whole text where it is shorter.
fn grams(text: &str, n: usize, emit: &mut impl FnMut(&str)) {
    let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let chars = starts.len() - 1;
    if chars <= n {
        return emit(text);
    }
    for i in 0..=chars - n {
        emit(&text[starts[i]..starts[i + n]]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, lang: &str) -> Vec<String> {
        let mut out = Vec::new();
        for_each_word(text, lang, 1000, |_, folded| out.push(folded.to_owned()));
        out
    }

    #[test]
    fn cuts_and_folds() {
        assert_eq!(words("قالَ: «المُفاوَضاتُ» 12,5% 9.000,5 5-4.", "ar"), ["قال", "المفاوضات", "125", "90005", "5", "4"]);
        assert_eq!(words("l'Élysée -- OK", "fr"), ["l", "elysee", "ok"]);
        assert_eq!(words("東京都知事", "ja"), ["東京", "京都", "都知", "知事"]);
        assert_eq!(words("नमस्ते दुनिया।", "hi"), ["नमस्ते", "दुनिया"]);
        assert_eq!(words("ـ", "ar"), Vec::<String>::new());
    }

    #[test]
    fn vietnamese_words_keep_their_marks_in_one_spelling() {
        let [one, other] = ["Hoà bình, 3.000 tỉ", "HÒA BÌNH 3,000 tỉ"].map(|text| words(text, "vi"));
        assert_eq!(one, other);
        assert_eq!(words("한국 ３ ٣ ё \u{301}", "vi"), ["한국", "3", "3", "е"], "other scripts are folded as everywhere");
        assert!(words(&format!("a{}", "\u{302}".repeat(10_000)), "vi")[0].len() <= MAX_RUN + 2);
        assert_eq!(words("bán bàn bạn ban", "vi").iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    }

    #[test]
    fn offsets_point_into_the_original() {
        let text = "وقالَ «الرئيس»";
        let mut spans = Vec::new();
        for_each_word(text, "ar", 10, |w, _| spans.push(&text[w.start as usize..w.end as usize]));
        assert_eq!(spans, ["وقالَ", "الرئيس"]);
    }

    #[test]
    fn plain_letters_are_cut_where_each_by_itself_is() {
        // Vietnamese takes no letters at once; it differs in Latin letters with marks only, of which there are none here.
        let pool: Vec<char> = "abZ9٣۴.,٫ ـًأٱىةکپە۔،؟東京ไทยक\u{200c}\u{64b}-’ーﻻﷲ١2".chars().collect();
        let cut = |text: &str, lang: &str| {
            let mut found = Vec::new();
            for_each_word(text, lang, usize::MAX, |word, folded| found.push((word.start, word.end, folded.to_owned())));
            found
        };
        let mut seed = 1u64;
        let mut random = |n: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % n
        };
        for round in 0..5_000 {
            // A few letters again and again make words that are too long, many make words of several scripts.
            let (first, kinds, length) = (random(pool.len()), 1 + random(pool.len()), random(if round % 50 == 0 { 400 } else { 24 }));
            let text: String = (0..length).map(|_| pool[(first + random(kinds)) % pool.len()]).collect();
            assert_eq!(cut(&text, "en"), cut(&text, "vi"), "{text:?}");
        }
    }

    #[test]
    fn the_limit_holds() {
        let mut n = 0;
        for_each_word(&"word ".repeat(5000), "en", 1200, |_, _| n += 1);
        assert_eq!(n, 1200);
    }
}
