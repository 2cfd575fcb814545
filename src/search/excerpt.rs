//! The stretch of an article in which a query is found, with the words that were looked for marked.

use std::ops::Range;

use serde::Serialize;

use super::query::{Query, Term};
use crate::text::words::for_each_form;

/// Words of an excerpt: about two lines.
const WORDS: usize = 28;
/// Words before the first that was found.
const BEFORE: usize = 6;
/// Words looked through: what comes later in a very long text is found, but its beginning is shown.
const LOOKED_AT: usize = 20_000;

/// A part of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The words as they stand in the article.
    pub text: String,
    /// Whether they were looked for.
    pub found: bool,
}

/// A word of a text: where it stands, and which term it answers.
struct Place {
    bytes: Range<usize>,
    term: Option<usize>,
}

/// The stretch of `text` in which most of the terms stand close together; of `title` where nothing in the text answers.
pub(super) fn excerpt(title: &str, text: &str, query: &Query) -> Vec<Piece> {
    let terms: Vec<(Vec<String>, &Term)> = query.said().map(|t| (t.forms(), t)).collect();
    let of_text = places(text, &terms);
    if of_text.iter().any(|p| p.term.is_some()) {
        return pieces(text, &of_text);
    }
    let of_title = places(title, &terms);
    if of_title.iter().any(|p| p.term.is_some()) { pieces(title, &of_title) } else { pieces(text, &of_text) }
}

fn places(text: &str, terms: &[(Vec<String>, &Term)]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut folded = Vec::new();
    for_each_form(text, LOOKED_AT, |bytes, form| {
        places.push(Place { bytes, term: None });
        folded.push(form.to_owned());
    });
    for at in 0..places.len() {
        for (n, (forms, term)) in terms.iter().enumerate() {
            if answers(&folded[at..], forms, term) {
                places[at..at + term.words.len()].iter_mut().for_each(|p| p.term = Some(n));
            }
        }
    }
    places
}

/// Whether a term stands at the beginning of `words`.
fn answers(words: &[String], forms: &[String], term: &Term) -> bool {
    let last = term.words.len() - 1;
    let Some(words) = words.get(..=last) else { return false };
    let is = |at: usize, wanted: &str| if at == last && term.prefix { words[at].starts_with(wanted) } else { words[at] == wanted };
    forms.iter().any(|form| is(0, form)) && (1..=last).all(|at| is(at, &term.words[at]))
}

/// The window with most different terms, the first of those that have as many.
fn window(places: &[Place]) -> Range<usize> {
    let different = |from: usize| {
        let mut terms: Vec<usize> = places[from..places.len().min(from + WORDS - BEFORE)].iter().filter_map(|p| p.term).collect();
        terms.sort_unstable();
        terms.dedup();
        terms.len()
    };
    let hits = (0..places.len()).filter(|at| places[*at].term.is_some());
    let best = hits.map(|at| (different(at), std::cmp::Reverse(at))).max();
    let from = best.map_or(0, |(_, std::cmp::Reverse(at))| at.saturating_sub(BEFORE));
    from..places.len().min(from + WORDS)
}

fn pieces(text: &str, places: &[Place]) -> Vec<Piece> {
    let window = window(places);
    let Some(within) = places.get(window.clone()).filter(|w| !w.is_empty()) else { return Vec::new() };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |text: &str, found: bool| match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.found == found => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), found }),
    };
    if window.start > 0 {
        add("… ", false);
    }
    let mut at = within[0].bytes.start;
    for (n, place) in within.iter().enumerate() {
        // Grams of one run share its place: it is shown once, marked if any of them was found.
        let run = within.iter().filter(|p| p.bytes == place.bytes);
        let found = place.term.is_some() || run.clone().any(|p| p.term.is_some());
        if place.bytes.start < at && n > 0 {
            continue;
        }
        let joined = found && n > 0 && within[n - 1].term == place.term && place.term.is_some();
        add(&text[at..place.bytes.start], joined);
        add(&text[place.bytes.clone()], found);
        at = place.bytes.end;
    }
    // What closes a sentence or a quotation belongs to it.
    let rest = &text[at..];
    let marks = rest.find(|c: char| c.is_whitespace() || c.is_alphanumeric()).unwrap_or(rest.len());
    add(&rest[..marks], false);
    if window.end < places.len() {
        add(" …", false);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(title: &str, text: &str, query: &str) -> String {
        let pieces = excerpt(title, text, &Query::read(query).unwrap());
        pieces.iter().map(|p| if p.found { format!("[{}]", p.text) } else { p.text.clone() }).collect()
    }

    #[test]
    fn what_was_looked_for_is_marked_where_it_stands() {
        let text = "قال الوزير إنّ «الهُدنة» صامدة منذ الفجر، وإن بعثة المراقبين وصلت.";
        assert_eq!(marked("", text, "هدنة"), "قال الوزير إنّ «[الهُدنة]» صامدة منذ الفجر، وإن بعثة المراقبين وصلت.");
        assert_eq!(marked("", text, "\"صامدة منذ\""), "قال الوزير إنّ «الهُدنة» [صامدة منذ] الفجر، وإن بعثة المراقبين وصلت.");
        assert_eq!(marked("Fog at sea", "The ferry stopped.", "fog"), "[Fog] at sea");
        assert_eq!(marked("", "Ferries ran. A ferry sank.", "ferr*"), "[Ferries] ran. A [ferry] sank.");
        assert_eq!(marked("عنوان", "نص", "source:نور"), "نص", "nothing to mark");
    }

    #[test]
    fn the_closest_stretch_is_shown() {
        let filler = "word ".repeat(60);
        let text = format!("Fog early. {filler} The barge met the fog at dawn {filler}");
        let shown = marked("", &text, "barge fog");
        assert!(shown.starts_with("… ") && shown.ends_with(" …") && shown.contains("[barge] met the [fog] at dawn"), "{shown}");
    }

    #[test]
    fn scripts_without_spaces_are_shown_once() {
        let shown = marked("", "首相は東京都知事と会談した。", "東京都");
        assert_eq!(shown.replace(['[', ']'], ""), "首相は東京都知事と会談した。");
        assert!(shown.contains('['), "{shown}");
    }

    #[test]
    fn a_long_text_is_looked_through_to_its_bound_and_shown_in_two_lines() {
        let behind = |words: usize| marked("", &format!("Opening {}fog {}", "word ".repeat(words), "word ".repeat(60)), "fog");
        assert!(behind(LOOKED_AT - 2).contains("[fog]"));
        let shown = behind(100);
        assert_eq!(shown.split_whitespace().filter(|word| *word != "…").count(), WORDS, "{shown}");
        let beyond = behind(LOOKED_AT - 1);
        assert!(beyond.starts_with("Opening word") && !beyond.contains('['), "{beyond}");
    }
}
