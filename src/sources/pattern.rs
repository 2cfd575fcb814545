//! Patterns of lines: text that must be there, with `*` for anything.

use crate::text::fold::fold_char;

/// Words above which a line is a sentence or more, whatever it begins with.
const LINE_WORDS: usize = 40;

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

    /// Whether the pattern is this whole line, as [`folded_line`] gives it.
    pub fn matches(&self, line: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some((last, middle)) = rest.split_last() else { return line == first };
        // Most lines differ from most patterns in the first letter.
        if !first.is_empty() && first.chars().next() != line.chars().next() {
            return false;
        }
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

/// A line as patterns see it; `None` for an empty one and for one that is too long to be boilerplate.
pub fn folded_line(line: &str) -> Option<String> {
    let words = line.split_whitespace().take(LINE_WORDS + 1).count();
    (1..=LINE_WORDS).contains(&words).then(|| fold_line(line))
}

fn fold_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        fold_char(c, |folded| match folded.is_whitespace() {
            false => out.push(folded),
            true if out.is_empty() || out.ends_with(' ') => {}
            true => out.push(' '),
        });
    }
    out.truncate(out.trim_end().len());
    out
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
            ("aa*aa", "aaa", false),
            ("Tags:*", &format!("Tags: {}", "word ".repeat(LINE_WORDS)), false),
        ] {
            let folded = folded_line(line);
            assert_eq!(folded.is_some_and(|l| Pattern::new(pattern).unwrap().matches(&l)), matches, "{pattern} / {line}");
        }
        assert_eq!(Pattern::new(" * * "), None);
    }
}
