//! Credits in lines that a page shows beside its text: `By The Associated Press`, `Source: Reuters`, `Par Le Soir avec AFP — Publié le 3 mai`.

use super::lines::{BYLINE_LEADS, in_parts, together, whole_line};
use super::marks::{Mark, Words, is_lead, mark_at};
use crate::parse::draft::Named;
use crate::sources::{Sources, first_word};

/// What stands between pieces of a line.
const BAR: &str = " | ";
/// Words of a line of authors that is not called so.
const WORDS: usize = 16;
/// Words of a date behind an agency.
const DATE_WORDS: usize = 8;

/// The agencies that a line beside the text credits. One that is not called so has to begin as such lines do, or to name nobody else.
pub fn marks<'s>(named: &Named, sources: &'s Sources) -> Vec<Mark<'s>> {
    let line = named.line.as_str();
    if named.is_called {
        return of_author(line, sources);
    }
    if line.ends_with(['.', '!', '?', '؟', '…']) {
        return Vec::new();
    }
    let mut begins = std::iter::once(0).chain(line.match_indices(BAR).map(|(at, bar)| at + bar.len()));
    if let Some(at) = begins.find(|at| BYLINE_LEADS.contains(&first_word(&line[*at..]).as_str())) {
        let end = line[at..].split_inclusive(' ').take(WORDS).map(str::len).sum::<usize>();
        return of_author(&line[at..at + end], sources);
    }
    let of_piece =
        |piece: &str| whole_line(piece, sources).or_else(|| together(piece, sources)).or_else(|| Some(vec![labelled(piece, sources)?]));
    line.split(BAR).chain([line]).filter_map(of_piece).flatten().collect()
}

fn of_author<'s>(line: &str, sources: &'s Sources) -> Vec<Mark<'s>> {
    in_parts(line, sources).into_iter().chain(line.split(BAR).filter_map(|piece| dated(piece, sources))).collect()
}

/// The agency of `By AFP, published 3 May`: behind words that lead to it, and before a date.
fn dated<'s>(piece: &str, sources: &'s Sources) -> Option<Mark<'s>> {
    let mut words = Words::new(piece);
    let at = (0..=2).find(|at| words.get(*at).is_some() && !is_lead(words.folded(*at)))?;
    let mark = mark_at(piece, &mut words, at, sources)?;
    let rest = &piece[mark.end..];
    (rest.contains(char::is_numeric) && rest.split_whitespace().nth(DATE_WORDS).is_none()).then_some(mark)
}

fn first_mark<'s>(text: &str, sources: &'s Sources) -> Option<Mark<'s>> {
    let mut words = Words::new(text);
    words.get(0)?;
    mark_at(text, &mut words, 0, sources)
}

/// The agency behind a label within a line: `2026-03-03 10:15 来源：新华社 责任编辑：…`.
fn labelled<'s>(piece: &str, sources: &'s Sources) -> Option<Mark<'s>> {
    piece.match_indices([':', '：']).find_map(|(at, colon)| {
        let label = first_word(piece[..at].split_whitespace().next_back()?);
        let behind = &piece[at + colon.len()..];
        let is_label = is_lead(&label) && !label.contains(char::is_numeric) && !label.is_empty();
        is_label.then(|| first_mark(behind, sources)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beside_a_text_credit() {
        for (line, is_called, expected) in [
            ("By | The Associated Press", true, "ap"),
            ("Courier - و.م.ع", true, "map"),
            ("أ ف ب", true, "afp"),
            ("Agencia EFE", true, "efe"),
            ("AFP Published 3 March 2026", true, "afp"),
            ("Anna Berg, mit Material von dpa", true, "dpa"),
            ("Ada Quill, who was with Reuters until 2019", true, ""),
            ("Ada Quill", true, ""),
            ("Par Le Phare du Port avec AFP | Publié le | 03 mars 2026 à 09h05 | - Mis à jour le | 03 mars 2026 à 12h00", false, "afp"),
            ("Par Le Phare avec AFP — Publié le 3 mars 2026", false, "afp"),
            ("3 March 2026 | By | Ada Quill | and | Reuters", false, "reuters"),
            ("By Reuters Published March 3", false, "reuters"),
            ("Source: Reuters", false, "reuters"),
            ("المصدر: الأناضول | 3 مارس 2026", false, "aa"),
            ("2026年03月03日 20:14 来源：新华社 责任编辑：王芳", false, "xinhua"),
            ("Kaynak: İHA", false, "iha"),
            ("Von Anna Berg mit Material von dpa", false, "dpa"),
            ("AFP", false, "afp"),
            ("Source: the harbour office", false, ""),
            ("Photo: Ann Bly/Reuters", false, ""),
            ("Ferry hits barge, Reuters reports", false, ""),
            ("By Sunday AP, Reuters and AFP had closed their offices.", false, ""),
            ("Interview with Reuters", false, ""),
        ] {
            let found = marks(&Named { line: line.to_owned(), is_called, is_author: false }, Sources::shipped());
            let mut ids: Vec<&str> = found.iter().map(|mark| mark.source.id.as_str()).collect();
            ids.dedup();
            assert_eq!(ids.join(" "), expected, "{line}");
        }
    }
}
