//! Patterns of lines: text that must be there, with `*` for anything.

use rustc_hash::FxHashMap;

use crate::text::fold::fold_char;

/// Words above which a line is a sentence or more, whatever it begins with.
const LINE_WORDS: usize = 40;
/// Bytes of a folded line by which most patterns are seen not to be it.
const HEAD: usize = 24;
/// Characters of a line's end, for patterns that begin with a star.
const TAIL_CHARS: usize = 12;
/// Punctuation that is looked for where a pattern says neither how a line begins nor how it ends.
const SIGNS: &[char] = &['-', ':', '/', '(', ')', '.', ',', '·'];

/// A pattern for a whole line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The folded parts between the stars.
    parts: Vec<String>,
}

impl Pattern {
    /// The pattern that is written so; `None` if there is nothing in it but stars and space.
    pub fn new(written: &str) -> Option<Self> {
        let parts: Vec<String> = fold_line(written).split('*').map(str::to_owned).collect();
        let says_something = parts.iter().any(|part| part.chars().any(|c| c.is_alphanumeric() || c == '©'));
        says_something.then_some(Self { parts })
    }

    /// Whether the pattern may be a line with this outline; most lines are told apart by it, and need not be folded.
    fn may_match(&self, line: &Outline<'_>) -> bool {
        let (Some(first), Some(last)) = (self.parts.first(), self.parts.last()) else { return false };
        if !first.is_empty() {
            return line.head.starts_with(first.as_str()) || first.starts_with(line.head.as_str());
        }
        if !last.is_empty() {
            return line.tail.ends_with(last.as_str()) || last.ends_with(line.tail.as_str());
        }
        let sign = |part: &String| part.chars().find(|c| SIGNS.contains(c));
        self.parts.iter().filter_map(sign).all(|sign| line.may_hold(sign))
    }

    /// Whether the pattern is this whole line, as [`folded_line`] gives it.
    pub fn matches(&self, line: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some((last, middle)) = rest.split_last() else { return line == first };
        let Some(mut left) = line.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            match left.find(part.as_str()) {
                Some(at) => left = &left[at + part.len()..],
                None => return false,
            }
        }
        left.ends_with(last.as_str())
    }
}

/// Patterns, found by how a line begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns {
    all: Vec<Pattern>,
    /// Their places, by the character they begin with.
    by_first: FxHashMap<char, Vec<usize>>,
    /// Places of those that begin with a star.
    starred: Vec<usize>,
}

impl Patterns {
    /// These patterns.
    pub fn new(all: Vec<Pattern>) -> Self {
        let (mut by_first, mut starred) = (FxHashMap::<char, Vec<usize>>::default(), Vec::new());
        for (at, pattern) in all.iter().enumerate() {
            match pattern.parts[0].chars().next() {
                Some(first) => by_first.entry(first).or_default().push(at),
                None => starred.push(at),
            }
        }
        Self { all, by_first, starred }
    }

    /// All of them, in order.
    pub fn all(&self) -> &[Pattern] {
        &self.all
    }

    /// Those that a line with this outline may be.
    pub fn likely(&self, line: &Outline<'_>) -> impl Iterator<Item = &Pattern> {
        let by_first = line.head.chars().next().and_then(|first| self.by_first.get(&first));
        by_first.into_iter().flatten().chain(&self.starred).map(|&at| &self.all[at]).filter(|p| p.may_match(line))
    }
}

/// What is seen of a line at a glance.
pub struct Outline<'l> {
    line: &'l str,
    /// Its first characters, folded as [`folded_line`] folds.
    head: String,
    /// Its last ones, folded.
    tail: String,
}

impl<'l> Outline<'l> {
    /// That of `line`.
    pub fn of(line: &'l str) -> Self {
        let mut head = String::with_capacity(HEAD * 2);
        for c in line.chars() {
            push_folded(c, &mut head);
            if head.len() >= HEAD {
                break;
            }
        }
        let from = line.char_indices().rev().nth(TAIL_CHARS).map_or(0, |(at, _)| at);
        Self { line, head, tail: fold_line(&line[from..]) }
    }

    /// Whether the folded line may hold one of [`SIGNS`]. Of other characters only full-width forms, and the stop that Greek sets high, fold to
    /// these; UTF-8 begins them so.
    fn may_hold(&self, sign: char) -> bool {
        let may_fold = |b: u8| if sign == '·' { b == 0xce } else { b == 0xef };
        self.line.contains(sign) || self.line.bytes().any(may_fold)
    }
}

/// A line as patterns see it; `None` for an empty one and for one that is too long to be boilerplate.
pub fn folded_line(line: &str) -> Option<String> {
    let words = line.split_whitespace().take(LINE_WORDS + 1).count();
    (1..=LINE_WORDS).contains(&words).then(|| fold_line(line))
}

fn fold_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    line.chars().for_each(|c| push_folded(c, &mut out));
    out.truncate(out.trim_end().len());
    out
}

/// Adds a character, and one space for white space that nothing came before since the last.
fn push_folded(c: char, out: &mut String) {
    fold_char(c, |folded| match folded.is_whitespace() {
        false => out.push(folded),
        true if out.is_empty() || out.ends_with(' ') => {}
        true => out.push(' '),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_whole_line() {
        for (pattern, line, matches) in [
            ("Read also:*", "READ ALSO: The ferry of Orun", true),
            ("Read also:*", "They read also: the ferry of Orun", false),
            ("Share", " share ", true),
            ("Share", "Share prices fell", false),
            ("اقرأ أيضا*", "إقرأ أيضًا: عبّارة الرملة", true),
            ("Reporting by *; Editing by *", "Reporting by Ada Lorn; Editing by Tom Quill", true),
            ("Reporting by *; Editing by *", "Reporting by Ada Lorn", false),
            ("*All rights reserved.", "Coast Wire 2026. All rights reserved.", true),
            ("* reserved.", "Coast  Wire, réserved. ", true),
            ("*end", "end", true),
            ("*Coast - desk*", "From the Ｃoast － desk", true),
            ("*Coast - desk*", "From the Coast desk", false),
            ("aa*aa", "aaa", false),
            ("Tags:*", &format!("Tags: {}", "word ".repeat(LINE_WORDS)), false),
        ] {
            let folded = folded_line(line);
            let all = Patterns::new(vec![Pattern::new(pattern).unwrap()]);
            assert!(!matches || all.likely(&Outline::of(line)).next().is_some(), "{pattern} / {line}");
            assert_eq!(folded.is_some_and(|l| Pattern::new(pattern).unwrap().matches(&l)), matches, "{pattern} / {line}");
        }
        assert_eq!(Pattern::new(" * * "), None);
    }
}
