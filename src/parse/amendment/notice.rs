//! What is said to editors in notices, and in the first and last line of a text.

use std::sync::LazyLock;

use super::{begun, own};
use crate::article::Amendment::{self, Correction, Kill};
use crate::sources::key;

/// What a headline, or the first line of a notice, asks editors to do.
const PLEAS: &[&str] = &[
    "يرجى إلغاء خبر",
    "يرجى إلغاء الخبر",
    "رجاء إلغاء خبر",
    "رجاء إلغاء الخبر",
    "نرجو إلغاء خبر",
    "نرجو إلغاء الخبر",
    "يرجى سحب خبر",
    "يرجى سحب الخبر",
    "prière d'annuler la dépêche",
    "merci d'annuler la dépêche",
    "anulen la noticia",
    "anulem a notícia",
    "annullare la notizia",
    "meldung wird zurückgezogen",
    "meldung bitte nicht verwenden",
    "просьба не использовать сообщение",
    "просим аннулировать сообщение",
    "просьба аннулировать сообщение",
    "haberimiz iptal edilmiştir",
    "haberimizi kullanmayınız",
    "این خبر را استفاده نکنید",
    "撤销此稿",
    "撤銷此稿",
    "記事を取り消します",
    "يرجى عدم استخدام الخبر",
    "يرجى عدم نشر الخبر",
    "please do not use this story",
    "please kill this story",
    "please kill the story",
];

/// Words of notices before the number of the message that they withdraw.
const WITHDRAW: &[&str] = &["kill", "withdraw", "withhold", "disregard", "إلغاء", "سحب"];

/// Words between these and the number.
const BEFORE_NUMBER: usize = 3;

/// What is said of an article in a line that begins with `This`.
const CORRECTED: &[&str] = &[
    "story has been corrected",
    "article has been corrected",
    "story was corrected",
    "article was corrected",
    "story corrects",
    "version corrects",
];

/// Words of the longest notice, and of the longest line that says of the article that it was corrected.
const NOTICE_WORDS: usize = 60;

/// Lines at the end of a text among which it may say that it was corrected: lines of the page may stand below.
const LAST: usize = 3;

/// Service and number of a message, as wires write them: `NOR0123`, `a0042`. Planes are called `A320`, and drugs `B12`.
pub fn is_message_number(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = word.len() - letters;
    (1..=5).contains(&letters)
        && (digits >= 4 || letters >= 3 && digits == 3)
        && digits <= 6
        && word.bytes().skip(letters).all(|b| b.is_ascii_digit())
}

/// Whether a line asks editors to kill a story.
pub fn plea(line: &str) -> Option<Amendment> {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| PLEAS.iter().map(|plea| key(plea)).collect());
    let head = &line[..line.char_indices().nth(80).map_or(line.len(), |(at, _)| at)];
    let written = key(head);
    KEYS.iter().any(|plea| written.contains(plea.as_str())).then_some(Kill)
}

/// What a note to editors announces: `Eds: CORRECTS spelling`.
pub fn to_editors(line: &str) -> Option<Amendment> {
    let note = ["Eds:", "EDS:", "Editors:", "EDITORS:"].iter().find_map(|eds| line.trim_start().strip_prefix(eds))?;
    note.split_whitespace().any(|word| key(word) == "corrects").then_some(Correction)
}

/// What the first line of a text, its last one, or a text that is a mere notice announces.
pub fn said(text: &str) -> Option<Amendment> {
    let is_short = |line: &&str| line.split_whitespace().nth(NOTICE_WORDS).is_none();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    // Words are counted last: most lines begin in no such way.
    let first = lines.next();
    let notice = Some(text).filter(is_short).and_then(|text| withdrawing(text).or_else(|| plea(text)));
    let in_brackets = first.filter(|line| line.starts_with(['(', '[']) && line.ends_with([')', ']']) && is_short(line)).and_then(begun);
    let corrected = [first, lines.next_back()].into_iter().flatten().any(|line| says_corrected(line) && is_short(&line));
    let note = first.and_then(to_editors).filter(|_| first.is_some_and(|line| is_short(&line)));
    let others = [in_brackets.filter(|a| *a == Correction), note, corrected.then_some(Correction)];
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let of_itself = lines.clone().take(1).chain(lines.rev().take(LAST)).filter_map(|line| own::says(line).filter(|_| is_short(&line)));
    [notice].into_iter().chain(others).flatten().chain(of_itself).max()
}

fn says_corrected(line: &str) -> bool {
    let bare = line.trim_start_matches(['(', '[', '*', ' ']);
    let is_this = bare.get(..5).is_some_and(|this| this.eq_ignore_ascii_case("this "));
    is_this && CORRECTED.iter().any(|said| key(bare).contains(said))
}

/// A notice that names the message to be withdrawn: `Please kill NOR0123`, `Kill item NOR0123`.
fn withdrawing(notice: &str) -> Option<Amendment> {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| WITHDRAW.iter().map(|word| key(word)).collect());
    let words: Vec<&str> = notice.split_whitespace().collect();
    let near = |n: usize| words[n.saturating_sub(BEFORE_NUMBER)..n].iter().any(|word| KEYS.contains(&key(word)));
    (1..words.len()).any(|n| is_message_number(words[n]) && near(n)).then_some(Kill)
}

#[cfg(test)]
mod tests {
    use super::super::of;
    use super::*;
    use crate::parse::draft::Draft;

    #[test]
    fn texts_announce_in_their_first_or_last_line() {
        let story = "The ferry hit a barge in fog off Orun on Monday and seven people were hurt.";
        for (text, expected) in [
            ("Please kill NOR0123".to_owned(), Some(Kill)),
            ("Editors: Kill item NOR0123 slugged Orun-ferry. Nobody was hurt.".to_owned(), Some(Kill)),
            ("يرجى إلغاء الخبر السابق عن العبارة".to_owned(), Some(Kill)),
            ("Haberimiz iptal edilmiştir.".to_owned(), Some(Kill)),
            ("Die Meldung wird zurückgezogen.".to_owned(), Some(Kill)),
            (format!("(تصحيح عدد الجرحى في الفقرة الثانية)\n{story}"), Some(Correction)),
            (format!("(This March 3 story has been corrected to say seven were hurt)\n{story}"), Some(Correction)),
            (format!("{story}\nThis story has been corrected to say that seven were hurt."), Some(Correction)),
            (format!("Eds: CORRECTS spelling of Orun.\n{story}"), Some(Correction)),
            (format!("(Orun) {story}"), None),
            (format!("Engineers want to kill the A320 line.\n{story}"), None),
            (format!("The paper said that its story has been corrected.\n{story}"), None),
        ] {
            assert_eq!(of("Ferry hits barge", &text, &Draft::default()), expected, "{text}");
        }
    }
}
