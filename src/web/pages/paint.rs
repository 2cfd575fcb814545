//! Passages in the colour of the source that published them first. A number stands beside every colour, for those who see none.

use super::weight::{fitting, weight};
use crate::provenance::article::{Kind, Passage, Provenance};
use crate::provenance::{ArticleRef, Family, Part};
use crate::view::{field, percent};

/// Sources that have a colour of their own; the rest share one.
pub const COLOURS: usize = 8;

/// Stretches of a bar, of more the longest.
const STRETCHES: usize = 40;
/// Bytes of the tags around a line of a passage.
const TAGS: usize = 60;

/// Which source has which number.
#[derive(Default)]
pub struct Paint {
    sources: Vec<String>,
}

/// A stretch of text in one colour.
pub struct Piece {
    /// Class of its colour and kind; empty for words that stand nowhere else.
    pub class: String,
    /// Number of its source, where it has a colour.
    pub number: Option<usize>,
    /// The words line by line, and what ends each line, which has no colour.
    pub lines: Vec<(String, String)>,
    /// Who published it first, in words.
    pub says: String,
}

/// As much of an article as a page shows.
pub struct Shown {
    /// Its passages, of which the first and the last may be cut.
    pub pieces: Vec<Piece>,
    /// The character with which the rest begins; `None` at the end.
    pub next: Option<usize>,
}

/// A text line by line, each with the line breaks behind it.
pub fn lines(text: &str) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches(['\n', '\r']);
        match lines.last_mut() {
            Some((_, behind)) if words.trim().is_empty() => behind.push('\n'),
            _ => lines.push((words.to_owned(), line[words.len()..].replace('\r', ""))),
        }
    }
    lines
}

/// A line of the legend.
pub struct Colour {
    /// Class of its colour.
    pub class: String,
    /// Number of the source.
    pub number: usize,
    /// Name of the source.
    pub source: String,
    /// Its share of the words.
    pub share: String,
}

/// A stretch of a bar, in thousandths of its length.
pub struct Stretch {
    /// Class of its colour.
    pub class: String,
    /// Where it begins.
    pub from: u32,
    /// How long it is.
    pub length: u32,
}

impl Paint {
    /// Numbers the sources in this order, others behind them as they come.
    pub fn new<'a>(sources: impl IntoIterator<Item = &'a str>) -> Self {
        let mut paint = Self::default();
        for source in sources {
            paint.number(source);
        }
        paint
    }

    /// The number of a source, from 1.
    pub fn number(&mut self, source: &str) -> usize {
        let at = self.sources.iter().position(|s| s == source).unwrap_or_else(|| {
            self.sources.push(source.to_owned());
            self.sources.len() - 1
        });
        at + 1
    }

    /// The class of a source's colour.
    pub fn class(&mut self, source: &str) -> String {
        format!("c{}", self.number(source).min(COLOURS + 1))
    }

    /// The passages of one part of an article from a character on, as far as they weigh no more than `most` bytes; `says` puts the origin
    /// of each into words.
    pub fn shown(&mut self, of: &Provenance, part: Part, (from, most): (usize, usize), says: impl Fn(&Passage) -> String) -> Shown {
        let (mut pieces, mut room) = (Vec::new(), most);
        for p in of.passages.iter().filter(|p| p.part == part && p.chars[1] > from) {
            let (says, at) = (says(p), p.chars[0].max(from));
            // Each line of a coloured passage says it, and the list of passages does.
            let line = if p.kind == Kind::OnlyHere { 0 } else { weight(&says) + TAGS };
            let begins = p.text.char_indices().nth(at - p.chars[0]).map_or(p.text.len(), |(at, _)| at);
            let text = &p.text[begins..];
            room = room.saturating_sub(weight(&says) + TAGS + line);
            let end = fitting(text, if pieces.is_empty() { room.max(line + TAGS) } else { room }, line);
            room = room.saturating_sub(weight(&text[..end]) + line * text[..end].matches('\n').count());
            if end > 0 {
                pieces.push(self.piece(p, &text[..end], says));
            }
            if end < text.len() {
                return Shown { pieces, next: Some(at + text[..end].chars().count()) };
            }
        }
        Shown { pieces, next: None }
    }

    fn piece(&mut self, p: &Passage, text: &str, says: String) -> Piece {
        let plain = p.kind == Kind::OnlyHere;
        let kind = if p.kind == Kind::Taken { "taken" } else { "own" };
        let class = if plain { String::new() } else { format!("{} {kind}", self.class(&p.origin.source)) };
        let number = (!plain).then(|| self.number(&p.origin.source));
        Piece { class, number, lines: lines(text), says }
    }

    /// Whose words an article is made of, most words first: those of others, then its own that others took.
    pub fn legend(&mut self, provenance: &Provenance, own: &ArticleRef) -> Vec<Colour> {
        let mut shares: Vec<(&str, f32)> = Vec::new();
        let origins = provenance.origins.iter().map(|o| (o.origin.source.as_str(), o.share));
        for (source, share) in origins.chain([(own.source.as_str(), provenance.first_here)]) {
            match shares.iter_mut().find(|(known, _)| *known == source) {
                Some((_, sum)) => *sum += share,
                None => shares.push((source, share)),
            }
        }
        shares.retain(|(_, share)| *share > 0.0);
        let colour = |(source, share): (&str, f32)| Colour {
            class: self.class(source),
            number: self.number(source),
            source: field(source),
            share: percent(share),
        };
        shares.into_iter().map(colour).collect()
    }

    /// An article as a bar: the words that have a colour, where they stand. Neighbours of one colour are one stretch.
    pub fn bar(&mut self, family: &Family, rank: usize) -> Vec<Stretch> {
        let all = u64::from(family.length(rank).max(1));
        let at = |word: u32| (u64::from(word) * 1000 / all) as u32;
        let mut bar: Vec<Stretch> = Vec::new();
        for (first, words, source) in family.shared(rank) {
            let (class, from, to) = (self.class(source), at(first), at(first + words));
            match bar.last_mut() {
                Some(last) if last.class == class && last.from + last.length >= from => last.length = (to - last.from).max(1),
                _ => bar.push(Stretch { class, from, length: (to - from).max(1) }),
            }
        }
        if bar.len() > STRETCHES {
            bar.sort_by_key(|s| std::cmp::Reverse(s.length));
            bar.truncate(STRETCHES);
            bar.sort_by_key(|s| s.from);
        }
        bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_have_no_colour() {
        let split = |text| lines(text).into_iter().collect::<Vec<_>>();
        let line = |words: &str, behind: &str| (words.to_owned(), behind.to_owned());
        assert_eq!(split("سطر\r\n\n ثان\nثالث"), [line("سطر", "\n\n"), line(" ثان", "\n"), line("ثالث", "")]);
        assert_eq!(split(""), []);
    }

    #[test]
    fn beyond_the_colours_one_is_shared_and_numbers_go_on() {
        let names: Vec<String> = (1..=12).map(|n| format!("صحيفة {n}")).collect();
        let mut paint = Paint::new(names.iter().map(String::as_str));
        assert_eq!((paint.number("صحيفة 12"), paint.class("صحيفة 12")), (12, "c9".to_owned()));
        assert_eq!((paint.number("صحيفة 3"), paint.class("صحيفة 3")), (3, "c3".to_owned()));
        assert_eq!(paint.number("another"), 13);
    }
}
