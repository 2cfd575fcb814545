//! Vietnamese: a language whose marks are not accents but letters and tones.
//!
//! Dropped, as elsewhere, they would make one word of six: *ma, má, mà, mả, mã, mạ*. So they stay, in one spelling: whichever vowel of a
//! syllable bears the tone (*hoà* and *hòa* are both written), and whichever way its characters are composed.

use unicode_normalization::char::decompose_canonical;

/// Calls `emit` with each folded character of `c`: letters in lower case, digits, marks by themselves.
pub fn fold_char(c: char, mut emit: impl FnMut(char)) {
    let is_written = |c: &char| c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(c);
    decompose_canonical(c, |part| part.to_lowercase().filter(is_written).for_each(&mut emit));
}

/// Grave, acute, tilde, hook above and dot below: the five marks of tone.
fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

/// Moves the tone of a folded syllable behind it.
pub fn put_tone_last(syllable: &mut String) {
    if let Some(tone) = syllable.chars().find(|c| is_tone(*c)) {
        syllable.retain(|c| !is_tone(c));
        syllable.push(tone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(syllable: &str) -> String {
        let mut folded = String::new();
        syllable.chars().for_each(|c| fold_char(c, |f| folded.push(f)));
        put_tone_last(&mut folded);
        folded
    }

    #[test]
    fn tones_tell_words_apart() {
        let folded: std::collections::BTreeSet<String> = ["ma", "má", "mà", "mả", "mã", "mạ", "mâ"].into_iter().map(fold).collect();
        assert_eq!(folded.len(), 7);
    }

    #[test]
    fn one_spelling_however_it_is_composed() {
        for (one, other) in
            [("hoà", "hòa"), ("ĐỀU", "đều"), ("Việt", "Vie\u{302}\u{323}t"), ("Việt", "Vi\u{1eb9}\u{302}t"), ("thuỷ", "thủy")]
        {
            assert_eq!(fold(one), fold(other));
        }
    }
}
