//! Names of agencies as they stand in credits, found word by word.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::parse::date::is_part_of_letter;
use crate::sources::{Source, Sources, key};
use crate::text::fold::{fold_char, is_alphanumeric};

/// Words of the longest credit: "وكالة أنباء الشرق الأوسط", with an initial or two.
const MARK_WORDS: usize = 5;
/// A line of nothing but credits has no more.
pub const LINE_WORDS: usize = 10;

/// What stands in credits beside the names.
const LEADS: &[&str] = &[
    "by",
    "with",
    "from",
    "via",
    "and",
    "input",
    "inputs",
    "source",
    "sources",
    "agency",
    "agencies",
    "staff",
    "writer",
    "writers",
    "correspondent",
    "reporter",
    "par",
    "avec",
    "et",
    "agences",
    "mit",
    "und",
    "von",
    "quelle",
    "kaynak",
    "bron",
    "källa",
    "źródło",
    "джерело",
    "منبع",
    "agenturen",
    "con",
    "y",
    "e",
    "di",
    "fuente",
    "fonte",
    "agencias",
    "agenzie",
    "источник",
    "и",
    "с",
    "المصدر",
    "مصدر",
    "عن",
    "من",
    "مع",
    "نقلا",
    "و",
    "وكالات",
    "الوكالات",
    "وكاله",
    "c",
    "copyright",
    "additional",
    "reporting",
    "red",
    "informacion",
    "de",
    "com",
    "по",
    "материалам",
    "انتهي",
    "تحرير",
    "来源",
    "來源",
    "出典",
    "출처",
    "theo",
    "sumber",
    "dilansir",
    "dikutip",
    "dari",
    "πηγή",
    "με",
    "πληροφορίες",
    "από",
    "izvor",
    "zdroj",
    "zdroje",
    "forrás",
    "sursa",
    "lähde",
    "kilde",
    "források",
    "med",
    "met",
    "material",
    "informationen",
    "informations",
    "informações",
    "informação",
    "información",
    "informazioni",
    "infos",
    "do",
    "da",
    "das",
    "dos",
    "del",
    "della",
    "des",
    "dell",
    "redazione",
    "redacción",
    "redação",
    "redaktion",
    "rédaction",
    "स्रोत",
    "इनपुट",
    "के",
    "साथ",
    "سورس",
    "ماخذ",
    "گزارش",
    "সূত্র",
    "ที่มา",
    "מקור",
    "източник",
    "nguồn",
    "mənbə",
    "manba",
    "riproduzione",
    "riservata",
    "به",
    "نقل",
    "از",
];
/// A word with its place.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Byte offset in the text.
    pub start: usize,
    /// Byte offset behind it.
    pub end: usize,
    /// Where its folded form ends; it begins where that of the word before it ends.
    folded_end: usize,
}

/// The words of a text: runs of letters and digits, with the marks that Arabic puts on them. They are read as they are asked for: the
/// first few say of nearly every line that it credits nobody.
pub struct Words<'t> {
    text: &'t str,
    /// Byte offset behind what was read.
    read: usize,
    folded: String,
    words: Vec<Word>,
}

impl<'t> Words<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, read: 0, folded: String::with_capacity(64), words: Vec::new() }
    }

    /// The words, at most the first `most`.
    pub fn first(&mut self, most: usize) -> &[Word] {
        while self.words.len() < most && self.read_next() {}
        &self.words[..most.min(self.words.len())]
    }

    /// Word `at`, if the text has so many.
    pub fn get(&mut self, at: usize) -> Option<Word> {
        self.first(at + 1).get(at).copied()
    }

    /// The folded form of a word that was read.
    pub fn folded(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.words[before].folded_end);
        &self.folded[start..self.words[at].folded_end]
    }

    /// Reads one word more, if there is one.
    fn read_next(&mut self) -> bool {
        let is_part = |c: char| is_alphanumeric(c) || is_mark(c);
        let (from, before) = (self.read, self.folded.len());
        let mut start = None;
        for (at, c) in self.text[from..].char_indices() {
            if is_part(c) {
                start.get_or_insert(from + at);
                fold_char(c, |f| self.folded.push(f));
            } else if self.folded.len() > before {
                self.read = from + at;
                break;
            } else {
                // A tatweel by itself is written for a dash: «جدة ـ واس».
                start = None;
            }
        }
        if self.folded.len() == before {
            self.read = self.text.len();
            return false;
        }
        let end = if self.read > from { self.read } else { self.text.len() };
        self.read = end;
        self.words.push(Word { start: start.unwrap_or(from), end, folded_end: self.folded.len() });
        true
    }
}

/// A tatweel, or a mark that Arabic puts on letters.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Whether a text has at most so many [`Words`]; no more of it is read than tells.
pub fn has_at_most(text: &str, words: usize) -> bool {
    let (mut count, mut is_within) = (0, false);
    for c in text.chars().filter(|c| !is_mark(*c)) {
        let is_part = is_alphanumeric(c);
        count += usize::from(is_part && !is_within);
        is_within = is_part;
        if count > words {
            return false;
        }
    }
    true
}

/// A name of an agency.
#[derive(Debug, Clone)]
pub struct Mark<'s> {
    /// The agency.
    pub source: &'s Source,
    /// The name as it stands there.
    pub found: String,
    /// Byte offset in the text.
    pub start: usize,
    /// Byte offset behind it.
    pub end: usize,
    /// Number of words.
    pub words: usize,
}

/// The credit that begins with word `at`: the longest.
pub fn mark_at<'s>(text: &str, words: &mut Words<'_>, at: usize, sources: &'s Sources) -> Option<Mark<'s>> {
    if !sources.begins_credit(words.folded(at)) {
        return None;
    }
    let here = words.first(at + MARK_WORDS).len() - at;
    (1..=here).rev().find_map(|n| {
        let part = &words.words[at..at + n];
        let joins = |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '\'' | '’') || is_part_of_letter(c);
        let is_joined = part.windows(2).all(|w| text[w[0].end..w[1].start].chars().all(joins));
        let folded = (at..at + n).map(|word| words.folded(word)).collect::<Vec<_>>().join(" ");
        let source = sources.credited(&folded).filter(|_| is_joined)?;
        let (start, end) = (part[0].start, part[n - 1].end);
        let found = &text[start..end];
        is_spelled(found, source).then(|| Mark { source, found: found.to_owned(), start, end, words: n })
    })
}

/// `tap` and `map` are words; `TAP` and `MAP` are agencies. Scripts without cases have nothing to go by.
fn is_spelled(found: &str, source: &Source) -> bool {
    !found.chars().any(char::is_lowercase) || source.credits.iter().any(|c| c == found)
}

/// Whether a word may stand beside names in credits.
pub fn is_lead(word: &str) -> bool {
    // In Bengali and Thai a mark parts a word as words are read here.
    static SET: LazyLock<FxHashSet<String>> =
        LazyLock::new(|| LEADS.iter().flat_map(|lead| key(lead).split(' ').map(str::to_owned).collect::<Vec<_>>()).collect());
    SET.contains(word) || word.bytes().all(|b| b.is_ascii_digit())
}

/// «والأناضول»: "and" is written with the name.
pub fn with_and<'s>(word: &str, sources: &'s Sources) -> Option<&'s Source> {
    word.strip_prefix('و').and_then(|rest| sources.credited(rest))
}

/// The agencies that a text names which does nothing else.
pub fn only<'s>(text: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let mut words = Words::new(text);
    let (mut marks, mut at) = (Vec::new(), 0);
    while let Some(Word { start, end, .. }) = words.get(at) {
        if at >= LINE_WORDS {
            return None;
        }
        if let Some(mark) = mark_at(text, &mut words, at, sources) {
            at += mark.words;
            marks.push(mark);
            continue;
        }
        let word = words.folded(at);
        if !is_lead(word) {
            let source = with_and(word, sources)?;
            marks.push(Mark { source, found: text[start..end].chars().skip(1).collect(), start, end, words: 1 });
        }
        at += 1;
    }
    (!marks.is_empty() && at <= LINE_WORDS).then_some(marks)
}
