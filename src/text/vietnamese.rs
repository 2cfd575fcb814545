//! Vietnamese: a language whose marks are not accents but letters and tones.
//!
//! Dropped, as elsewhere, they would make one word of six: *ma, má, mà, mả, mã, mạ*. So they stay, in one spelling: whichever vowel of a
//! syllable bears the tone (*hoà* and *hòa* are both written), and whichever way its characters are composed.

use unicode_normalization::char::decompose_canonical;

/// Letters of the beginning that are looked at, how many of them must be such as only Vietnamese writes, and one in how many.
const LOOKED_AT: usize = 300;
const ENOUGH: usize = 5;
const ONE_IN: usize = 20;

/// Whether a text is written in Vietnamese, whatever its sender calls it: by the letters that no other language has, or not so many of.
pub fn is_vietnamese(text: &str) -> bool {
    // Most texts have none of the bytes that its letters begin with, and need no closer look.
    let beginning = &text.as_bytes()[..text.len().min(2 * LOOKED_AT)];
    if !beginning.iter().any(|byte| matches!(byte, 0xc6 | 0xe1)) {
        return false;
    }
    let (mut letters, mut own) = (0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(LOOKED_AT) {
        letters += 1;
        own += usize::from(is_own(c));
    }
    own >= ENOUGH && own * ONE_IN >= letters
}

/// Letters with a horn or with two marks, and the d with a stroke.
fn is_own(c: char) -> bool {
    matches!(c, 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'Ấ'..='ặ' | 'Ế'..='ệ' | 'Ố'..='ợ' | 'Ứ'..='ự')
}

/// Whether a character is folded here: a Latin letter, or a mark behind one.
pub fn is_folded_here(c: char, behind_letter: bool) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => true,
        '\u{300}'..='\u{36f}' => behind_letter,
        _ => false,
    }
}

/// Calls `emit` with each folded character of `c`: the letter in lower case, its marks by themselves.
pub fn fold_char(c: char, mut emit: impl FnMut(char)) {
    let is_written = |c: &char| c.is_alphabetic() || is_mark(*c);
    decompose_canonical(c, |part| part.to_lowercase().filter(is_written).for_each(&mut emit));
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
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
    fn it_is_known_by_its_letters() {
        assert!(is_vietnamese("Bão số 6 đổ bộ vào Hà Tĩnh, hàng nghìn người dân được sơ tán trong đêm"));
        for text in [
            "Le président a déclaré à Paris que l’été serait très sec dans le midi",
            "Đorđe Đukić je predsjednik općine i danas je otvorio novu školu u gradu",
            "Ọmọ ilé ẹ̀kọ́ náà sọ pé òun fẹ́ràn ẹ̀kọ́ ìṣirò púpọ̀ ju èdè lọ",
            "قال đ ơ ư ấ إن كل شيء على ما يرام في المدينة القديمة وفي الميناء الجديد وفي الأسواق وفي المدارس وفي كل مكان من البلاد اليوم",
            "",
        ] {
            assert!(!is_vietnamese(text), "{text}");
        }
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
