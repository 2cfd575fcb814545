//! Plain letters, which nearly all of most texts consist of: folded without a look at the tables of Unicode for each of them.

use std::sync::LazyLock;

use super::fold::fold_char;

/// The block of Arabic letters that UTF-8 writes in two bytes, the first of which tells it.
const ARABIC: std::ops::RangeInclusive<u8> = 0xd8..=0xdb;
const FIRST: u32 = 0x600;
/// What is no plain letter.
const OTHER: char = '\0';

/// What each character of the block is folded to, [`OTHER`] for all that is no letter or digit or is not folded to one.
static FOLDED: LazyLock<[char; 256]> = LazyLock::new(|| {
    std::array::from_fn(|at| {
        let c = char::from_u32(FIRST + at as u32).expect("a character of the block");
        let mut parts = Vec::new();
        fold_char(c, |part| parts.push(part));
        let is_letter = |c: char| c.is_alphanumeric() && !super::words::is_mark(c);
        parts.first().copied().filter(|part| parts.len() == 1 && is_letter(c) && is_letter(*part)).unwrap_or(OTHER)
    })
});

/// Folds the Latin letters without marks, Arabic letters and digits at the start of a text into `folded`, until that has more than `most` bytes.
/// Returns how many bytes of the text that were.
pub fn fold(text: &str, most: usize, folded: &mut String) -> usize {
    let (bytes, arabic) = (text.as_bytes(), &*FOLDED);
    // What stays as it is waits, to be copied at once.
    let (mut copied, mut at) = (0, 0);
    while folded.len() + (at - copied) <= most {
        let (letter, length, stays) = match bytes[at..] {
            [letter @ (b'a'..=b'z' | b'0'..=b'9'), ..] => (char::from(letter), 1, true),
            [letter @ b'A'..=b'Z', ..] => (char::from(letter.to_ascii_lowercase()), 1, false),
            [first, second, ..] if ARABIC.contains(&first) => {
                let place = u32::from(first & 3) << 6 | u32::from(second & 0x3f);
                let letter = arabic[place as usize];
                (letter, 2, letter as u32 == FIRST + place)
            }
            _ => break,
        };
        if letter == OTHER {
            break;
        }
        at += length;
        if !stays {
            folded.push_str(&text[copied..at - length]);
            folded.push(letter);
            copied = at;
        }
    }
    folded.push_str(&text[copied..at]);
    at
}

#[cfg(test)]
mod tests {
    use super::super::fold;

    #[test]
    fn what_is_taken_is_folded_as_everywhere() {
        let mut taken = String::new();
        for c in '\0'..='\u{2fff}' {
            let mut folded = String::new();
            match super::fold(&format!("{c} "), 96, &mut folded) {
                0 => assert!(folded.is_empty()),
                length => {
                    assert_eq!((length, &folded), (c.len_utf8(), &fold::fold(&c.to_string())), "{c:?}");
                    taken.push(c);
                }
            }
        }
        assert!("azAZ09ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآؤئءىةپچژگکیەہ٠٩۰۹".chars().all(|c| taken.contains(c)), "{taken}");
        assert!(!" .,-_؟،ـًّٰéя".chars().any(|c| taken.contains(c)), "{taken}");
    }

    #[test]
    fn no_more_is_taken_than_there_is_room_for() {
        let mut folded = String::new();
        assert_eq!((super::fold("abcdef", 3, &mut folded), folded.as_str()), (4, "abcd"));
        assert_eq!(super::fold("ef", 3, &mut folded), 0);
    }
}
