//! Where the words of one article come from.

use serde::Serialize;

use super::family::ArticleRef;
use super::{Carrier, Family, Part, Span};

/// The text of an article by origin.
#[derive(Debug, Clone, Serialize)]
pub struct Provenance {
    /// Number of words of title and text.
    pub words: u32,
    /// Share of the words that others published first, 0 to 1. What is set aside counts in none of the shares.
    pub taken: f32,
    /// Share that it published first and others took over.
    pub first_here: f32,
    /// Share that no other article has.
    pub only_here: f32,
    /// The articles that published what it took, most words first.
    pub origins: Vec<OriginShare>,
    /// Title and text cut into passages; nothing is left out.
    pub passages: Vec<Passage>,
}

/// What an article owes to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OriginShare {
    /// The article that published the words first.
    pub origin: ArticleRef,
    /// How many words.
    pub words: u32,
    /// Their share of the article, 0 to 1.
    pub share: f32,
}

/// How a passage stands to its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Another article published it first.
    Taken,
    /// This one did, and others took it over.
    FirstHere,
    /// No other article has it.
    OnlyHere,
}

/// A stretch of title or text with one origin.
#[derive(Debug, Clone, Serialize)]
pub struct Passage {
    /// Where it stands.
    pub part: Part,
    /// First word and word behind the last, counted from 0 through title and text.
    pub words: [u32; 2],
    /// First character and character behind the last (Unicode scalar values), counted from 0 in its part.
    pub chars: [usize; 2],
    /// How it stands to its origin.
    pub kind: Kind,
    /// The article that published it first.
    pub origin: ArticleRef,
    /// Every other article that has words of it, in order of publication; the way it went.
    pub carried_by: Vec<CarriedBy>,
    /// The words as they stand there.
    pub text: String,
}

/// An article that carries a passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarriedBy {
    /// The article.
    #[serde(flatten)]
    pub article: ArticleRef,
    /// How many words of the passage it has.
    pub words: u32,
    /// Whether it was published before the article in question.
    pub before: bool,
}

impl Provenance {
    /// The provenance of the article of this rank.
    pub fn of(family: &Family, rank: usize) -> Self {
        let spans = family.lineage.spans(rank);
        let all = &family.words[rank];
        let (words, told) = (all.stems.len() as u32, all.told());
        let share = |words_of: u32| if told == 0 { 0.0 } else { words_of as f32 / told as f32 };
        let told_in = |span: &Span| all.told_in(span.first, span.first + span.words);
        let of_kind = |kind: Kind| share(spans.iter().filter(|s| s.kind(rank) == kind).map(told_in).sum());
        let owed = family.lineage.origins(rank);
        let origins = owed.iter().map(|&(origin, words)| OriginShare { origin: family.named(origin), words, share: share(words) });
        Self {
            words,
            taken: of_kind(Kind::Taken),
            first_here: of_kind(Kind::FirstHere),
            only_here: of_kind(Kind::OnlyHere),
            origins: origins.collect(),
            passages: spans.iter().flat_map(|span| family.passages(rank, span)).collect(),
        }
    }
}

impl Span {
    /// How the span stands to its origin, in the text of this rank.
    fn kind(&self, rank: usize) -> Kind {
        match (self.origin == rank, self.carriers.is_empty()) {
            (false, _) => Kind::Taken,
            (true, false) => Kind::FirstHere,
            (true, true) => Kind::OnlyHere,
        }
    }
}

impl Family {
    /// The passage of a span, or two where it begins in the title and ends in the text.
    fn passages(&self, rank: usize, span: &Span) -> Vec<Passage> {
        let end = span.first + span.words;
        let title = self.words[rank].title.clamp(span.first, end);
        let pieces = [(span.first, title), (title, end)].into_iter().filter(|(first, end)| first < end);
        pieces.map(|(first, end)| self.passage(rank, span, first, end)).collect()
    }

    fn passage(&self, rank: usize, span: &Span, first: u32, end: u32) -> Passage {
        let words = &self.words[rank];
        let part = words.part(first);
        let whole = if part == Part::Title { &self.kin[rank].title } else { &self.kin[rank].text };
        let stretch = words.stretch(whole, first, end);
        let carried = |c: &&Carrier| c.text != span.origin;
        Passage {
            part,
            words: [first, end],
            chars: [stretch.chars.0, stretch.chars.1],
            kind: span.kind(rank),
            origin: self.named(span.origin),
            carried_by: span
                .carriers
                .iter()
                .filter(carried)
                .map(|c| CarriedBy { article: self.named(c.text), words: c.words, before: c.text < rank })
                .collect(),
            text: whole[stretch.bytes.0..stretch.bytes.1].to_owned(),
        }
    }
}
