//! Folding: one spelling for what readers take as the same letter.
//!
//! Arabic outlets write the same word with different alef, ya, ta marbuta and hamza forms, with or without tatweel and diacritics,
//! and with Arabic-Indic or European digits; Latin ones differ in case and accents. All of that is folded away, one character at a
//! time, so that folding is idempotent and its output at most four times as long as its input.

use unicode_normalization::char::{decompose_canonical, decompose_compatible};

/// Calls `emit` with each folded character of `c`: none for a diacritic, one as a rule, several for a ligature.
#[inline]
pub fn fold_char(c: char, mut emit: impl FnMut(char)) {
    match c {
        'a'..='z' | '0'..='9' => emit(c),
        'A'..='Z' => emit(c.to_ascii_lowercase()),
        '\0'..='\x7f' => emit(c),
        '\u{600}'..='\u{6ff}' => fold_arabic(c, &mut emit),
        _ => fold_other(c, &mut emit),
    }
}

#[inline]
fn fold_arabic(c: char, emit: &mut impl FnMut(char)) {
    match c {
        // Tashkeel, superscript alef, Quranic marks, tatweel: never part of the spelling.
        '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' => {}
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => emit('ا'),
        'ى' | 'ی' | 'ئ' | 'ې' | 'ے' | 'ۓ' => emit('ي'),
        'ة' | 'ۀ' | 'ہ' | 'ھ' | 'ۂ' | 'ۃ' | 'ە' => emit('ه'),
        'ؤ' => emit('و'),
        'ک' | 'ڪ' => emit('ك'),
        '\u{660}'..='\u{669}' => emit(digit(c, 0x660)),
        '\u{6f0}'..='\u{6f9}' => emit(digit(c, 0x6f0)),
        _ => emit(c),
    }
}

fn digit(c: char, zero: u32) -> char {
    char::from(b'0' + (c as u32 - zero) as u8)
}

/// Everything that is neither ASCII nor basic Arabic: compatibility forms are resolved, accents dropped, case folded.
fn fold_other(c: char, emit: &mut impl FnMut(char)) {
    match c {
        // Zero-width joiners, bidi marks, variation selectors, soft hyphen, BOM: invisible.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => {}
        'ё' | 'Ё' => emit('е'),
        // й is a letter of its own, not an и with a mark.
        'й' | 'Й' => emit('й'),
        'ı' | 'İ' => emit('i'),
        'ß' | 'ẞ' => "ss".chars().for_each(emit),
        // Hangul would fall apart into jamo, Indic vowel signs would be lost.
        '\u{900}'..='\u{10ff}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => {
            emit(c)
        }
        // Presentation forms of Arabic, full-width forms, ligatures, superscripts.
        '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{ff00}'..='\u{ffef}' => decompose_compatible(c, |d| fold_part(d, emit)),
        _ => fold_other_letter(c, emit),
    }
}

/// A part of a compatibility form. It needs no further decomposition, so this does not recurse.
fn fold_part(c: char, emit: &mut impl FnMut(char)) {
    match c {
        '\0'..='\x7f' => emit(c.to_ascii_lowercase()),
        '\u{600}'..='\u{6ff}' => fold_arabic(c, emit),
        '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' => emit(c),
        _ if unicode_normalization::char::is_combining_mark(c) => {}
        _ => fold_other_letter(c, emit),
    }
}

fn fold_other_letter(c: char, emit: &mut impl FnMut(char)) {
    decompose_canonical(c, |d| {
        if !unicode_normalization::char::is_combining_mark(d) {
            d.to_lowercase().for_each(&mut *emit);
        }
    });
}

/// The folded form of a whole string. For words and queries; the tokenizer folds as it scans.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, |f| out.push(f));
    }
    out
}

/// Whether a folded character is a letter or digit.
#[inline]
pub fn is_alphanumeric(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '\0'..='\x7f' => false,
        // Arabic letters, ahead of the slow look-up in the tables of Unicode.
        '\u{620}'..='\u{63f}' | '\u{641}'..='\u{64a}' => true,
        _ => c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_to_one_spelling() {
        for (written, folded) in [
            ("إِعْلَانُ الهُدْنَةِ", "اعلان الهدنه"),
            ("مســـتشفى", "مستشفي"),
            ("٢٠٢٠ و ۱۳۹۹", "2020 و 1399"),
            ("ﻻ ﷲ", "لا الله"),
            ("ÉLYSÉE", "elysee"),
            ("Ещё й", "еще й"),
            ("İstanbul ışık", "istanbul isik"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("می‌شود", "ميشود"),
            ("ｆｕｌｌ", "full"),
            ("서울 東京", "서울 東京"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
            assert_eq!(fold(folded), folded, "folding twice changes {folded}");
        }
    }

    #[test]
    fn folding_twice_changes_no_letter() {
        let changed = |c: &char| {
            let once = fold(&c.to_string());
            fold(&once) != once
        };
        assert_eq!(('\0'..=char::MAX).filter(changed).collect::<String>(), "");
    }
}
