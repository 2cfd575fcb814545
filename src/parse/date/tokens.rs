//! What a written date consists of: numbers, words and signs.

/// A piece of a written date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A run of digits.
    Number {
        /// What they say.
        value: i64,
        /// How many they are.
        digits: usize,
    },
    /// A run of letters.
    Word(&'a str),
    /// Any other character.
    Sign(char),
}

/// The pieces of `text`, which is folded.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let belongs: fn(char) -> bool = match c {
            '0'..='9' => |c| c.is_ascii_digit(),
            '年' | '月' | '日' => |c| matches!(c, '年' | '月' | '日'),
            _ if c.is_alphabetic() => |c| c.is_alphabetic() || matches!(c, '\'' | '’') || is_part_of_letter(c) || is_virama(c),
            _ => |_| false,
        };
        let len = rest.find(|c| !belongs(c)).unwrap_or(rest.len()).max(c.len_utf8());
        // `星期三下午`, `周三下午`: the weekday is the first three letters, or two.
        let weekday = [("星期", 3), ("周", 2), ("週", 2)].into_iter().find(|(begin, _)| rest.starts_with(begin));
        let len = weekday.and_then(|(_, letters)| rest.char_indices().nth(letters)).map_or(len, |(end, _)| end.min(len));
        let (piece, after) = rest.split_at(len);
        out.push(match c {
            '0'..='9' => Token::Number { value: piece.parse().unwrap_or(i64::MAX), digits: len },
            _ if c.is_alphabetic() => Token::Word(piece),
            _ => Token::Sign(c),
        });
        rest = after.trim_start();
    }
    out
}

/// Marks without a vowel of the other scripts of India.
fn is_virama(c: char) -> bool {
    matches!(c, '\u{a4d}' | '\u{acd}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{ccd}' | '\u{d4d}' | '\u{dca}')
}

/// Marks of letters of Hindi, Bengali, Thai, Burmese and Khmer that count as no letters.
pub fn is_part_of_letter(c: char) -> bool {
    matches!(c, '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}' | '\u{e47}'..='\u{e4e}' | '\u{1037}'..='\u{103a}' | '\u{17c9}'..='\u{17d3}')
}
