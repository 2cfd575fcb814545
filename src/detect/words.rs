//! The words of a live article, packed: a million articles are kept, and all that is asked of one follows from its distinct words and their order.
//!
//! Each distinct word takes three bytes with its counts; the text is a list of places among them, mostly a byte each.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use thin_vec::ThinVec;

use super::features::MASKED;
use super::live::LiveTerm;
use super::measure::Factors;
use super::weights::{TermNo, WordPair};

/// Bytes of a packed word.
const PACKED: usize = 3;
/// Bits of it that stand for the counts; the others are the word's number.
const CODE_BITS: u32 = 5;
const NUMBERS: TermNo = 1 << (8 * PACKED as u32 - CODE_BITS);
/// Bytes of a word that does not fit: its number, and its counts.
const OUTSIZED_BYTES: usize = 7;
/// The code of such a word: where others have their number it has its place among the outsized.
const OUTSIZED: u8 = COUNTS.len() as u8;
/// The commonest counts, counts in the lead, and whether in the title; 97 of 100 words have one of these, and by far the most one of the first.
const COUNTS: [(u8, u8, bool); (1 << CODE_BITS) - 1] = [
    (1, 0, false),
    (1, 1, false),
    (2, 0, false),
    (2, 1, false),
    (3, 0, false),
    (3, 1, false),
    (2, 2, false),
    (2, 1, true),
    (4, 0, false),
    (3, 2, true),
    (0, 0, false),
    (4, 1, false),
    (3, 2, false),
    (5, 0, false),
    (4, 2, true),
    (5, 1, false),
    (3, 1, true),
    (4, 2, false),
    (4, 3, true),
    (6, 0, false),
    (5, 2, true),
    (6, 1, false),
    (5, 2, false),
    (5, 3, true),
    (7, 0, false),
    (6, 3, true),
    (6, 2, false),
    (7, 1, false),
    (6, 2, true),
    (3, 3, false),
    (4, 1, true),
];

/// The code of each of these, [`OUTSIZED`] for others: by [`small`].
const CODES: [u8; 1 << 6] = {
    let mut codes = [OUTSIZED; 1 << 6];
    let mut code = 0;
    while code < COUNTS.len() {
        codes[small(COUNTS[code])] = code as u8;
        code += 1;
    }
    codes
};

/// Counts below 8, and below 4 in the lead, as one number.
const fn small((count, lead, title): (u8, u8, bool)) -> usize {
    count as usize | (lead as usize) << 3 | (title as usize) << 5
}

/// The words of an article.
#[derive(Debug, Default)]
pub struct Words {
    /// Distinct words: first those that count, by the hash of their stems, then those that only come later. Behind them the outsized, and their places
    /// in the order of the text, that behind the last for what is not compared: a byte each, or two where there are more words than a byte tells.
    bytes: Box<[u8]>,
    /// Distinct pairs, as long as they are asked for often; then they follow from the order.
    pairs: ThinVec<u32>,
    /// Number of distinct words.
    distinct: u16,
    /// How many of them count.
    counted: u16,
    /// How many of them are outsized.
    outsized: u16,
    /// How many words the title has.
    title: u16,
    /// Behind the last word of the text that counts.
    end: u16,
    /// Number of distinct pairs.
    pair_count: u16,
}

/// A place in the table as it is stored.
trait Place: Copy {
    fn place(self) -> usize;
}

impl Place for u8 {
    #[inline]
    fn place(self) -> usize {
        self.into()
    }
}

impl Place for [u8; 2] {
    #[inline]
    fn place(self) -> usize {
        u16::from_le_bytes(self).into()
    }
}

/// The parts of a text whose neighbouring words are pairs: title, and body as far as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Extent {
    /// Words of the title.
    pub title: u16,
    /// Behind the last word that counts.
    pub end: u16,
}

/// Distinct pairs of neighbouring words of a text given as places in a table, sorted; `masked` is the place of what is not compared. A pair is the
/// place of its first word, times 65,536, and that of its second.
pub fn pairs_of(order: &[u16], extent: Extent, masked: u16) -> Vec<u32> {
    let (title, body) = order[..usize::from(extent.end)].split_at(usize::from(extent.title));
    let both = [title, body].into_iter().flat_map(|part| part.windows(2)).filter(|w| w[0] != masked && w[1] != masked);
    let mut pairs: Vec<u32> = both.map(|w| pair(w[0], w[1])).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// A pair of places.
pub fn pair(first: u16, second: u16) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

impl Words {
    /// Packs the words that count, the numbers of those that only come later, the text as places in both ([`u16::MAX`] for what is not compared),
    /// its parts, and its distinct pairs.
    pub fn new(counted: Vec<LiveTerm>, later: &[TermNo], order: &[u16], extent: Extent, pairs: Vec<u32>) -> Self {
        let (counts, distinct) = (counted.len() as u16, (counted.len() + later.len()) as u16);
        let later = later.iter().map(|&no| LiveTerm { no, count: 0, lead: 0, title: false });
        let mut outsized = Vec::new();
        let table: Vec<_> = counted.into_iter().chain(later).map(|term| packed(term, &mut outsized)).collect();
        let mut words = Self {
            bytes: Box::default(),
            pairs: pairs.as_slice().into(),
            distinct,
            counted: counts,
            outsized: outsized.len() as u16,
            title: extent.title,
            end: extent.end,
            pair_count: pairs.len() as u16,
        };
        let places = order.iter().map(|at| at.min(&distinct).to_le_bytes());
        let text: Vec<u8> = if words.is_wide() { places.flatten().collect() } else { places.map(|[place, _]| place).collect() };
        words.bytes = [table.as_flattened(), outsized.as_flattened(), &text].concat().into();
        words
    }

    /// Whether a place takes two bytes.
    #[inline]
    fn is_wide(&self) -> bool {
        self.distinct > u16::from(u8::MAX)
    }

    /// The distinct words as they are stored.
    #[inline]
    fn table(&self) -> &[[u8; PACKED]] {
        self.bytes[..usize::from(self.distinct) * PACKED].as_chunks().0
    }

    /// The place-th of the outsized words.
    fn outsized(&self, place: u32) -> LiveTerm {
        let at = usize::from(self.distinct) * PACKED + place as usize * OUTSIZED_BYTES;
        let [no @ .., count, lead, title] = *self.bytes[at..].first_chunk::<OUTSIZED_BYTES>().expect("as many as were packed");
        term(TermNo::from_le_bytes(no), (count, lead, title != 0))
    }

    /// The places of the words of the text as they are stored.
    #[inline]
    fn stored_text(&self) -> &[u8] {
        &self.bytes[usize::from(self.distinct) * PACKED + usize::from(self.outsized) * OUTSIZED_BYTES..]
    }

    /// The places of the words of the text.
    fn text(&self) -> Vec<u16> {
        let bytes = self.stored_text();
        if self.is_wide() {
            bytes.as_chunks().0.iter().map(|at| u16::from_le_bytes(*at)).collect()
        } else {
            bytes.iter().map(|&at| at.into()).collect()
        }
    }

    /// Keeps the distinct pairs no longer: from now on they are made of the text when they are asked for.
    pub fn settle(&mut self) {
        self.pairs = ThinVec::new();
    }

    /// Number of distinct words that count.
    pub fn len(&self) -> usize {
        usize::from(self.counted)
    }

    /// Whether no word counts.
    pub fn is_empty(&self) -> bool {
        self.counted == 0
    }

    /// The distinct words that count, by the hash of their stems.
    #[inline]
    pub fn terms(&self) -> impl ExactSizeIterator<Item = LiveTerm> + '_ {
        self.table()[..self.len()].iter().map(|&word| self.unpacked(word))
    }

    /// The numbers of these words.
    #[inline]
    pub fn numbers(&self) -> impl ExactSizeIterator<Item = TermNo> + '_ {
        self.table()[..self.len()].iter().map(|&word| self.number(word))
    }

    /// The same, each with what its counts make of its weight.
    #[inline]
    pub(super) fn factors(&self) -> impl ExactSizeIterator<Item = (TermNo, Factors)> + '_ {
        // In the innermost loop of all: what the counts say is looked up by their code.
        static BY_CODE: LazyLock<[Factors; COUNTS.len()]> = LazyLock::new(|| COUNTS.map(|counts| Factors::of(term(0, counts))));
        let by_code: &[Factors; COUNTS.len()] = &BY_CODE;
        self.table()[..self.len()].iter().map(|&word| {
            let (no, code) = halves(word);
            by_code.get(usize::from(code)).map_or_else(
                || {
                    let term = self.outsized(no);
                    (term.no, Factors::of(term))
                },
                |factors| (no, *factors),
            )
        })
    }

    /// One of them.
    pub fn term(&self, at: usize) -> LiveTerm {
        self.unpacked(self.table()[at])
    }

    /// Number of distinct pairs of neighbouring words that count.
    pub fn pair_count(&self) -> usize {
        usize::from(self.pair_count)
    }

    /// These pairs, of places among the words, sorted.
    pub fn pairs(&self) -> Cow<'_, [u32]> {
        if self.pairs.len() == self.pair_count() {
            return Cow::Borrowed(&self.pairs);
        }
        Cow::Owned(pairs_of(&self.text(), Extent { title: self.title, end: self.end }, self.distinct))
    }

    /// The numbers of the two words of each of [`Words::pairs`].
    pub fn word_pairs(&self) -> Vec<WordPair> {
        let numbers: Vec<TermNo> = self.numbers().collect();
        self.pairs().iter().map(|&pair| [numbers[pair as usize >> 16], numbers[pair as usize & 0xffff]]).collect()
    }

    /// Calls `each` with the values that `of` has for every two neighbouring words that may be a pair, in order of the text; `of` has one for each
    /// distinct word, and one more for what is not compared.
    pub fn for_each_neighbours(&self, of: &[u16], each: impl FnMut(u16, u16)) {
        let text = self.stored_text();
        if self.is_wide() {
            self.neighbours(text.as_chunks::<2>().0, of, each);
        } else {
            self.neighbours(text, of, each);
        }
    }

    #[inline]
    fn neighbours<P: Place>(&self, order: &[P], of: &[u16], mut each: impl FnMut(u16, u16)) {
        let (title, body) = order[..usize::from(self.end)].split_at(usize::from(self.title));
        for part in [title, body] {
            let Some((first, rest)) = part.split_first() else { continue };
            let mut before = of[first.place()];
            for at in rest {
                let word = of[at.place()];
                each(before, word);
                before = word;
            }
        }
    }

    /// Distinct words, those that only come later and what is not compared among them: how many values [`Words::for_each_neighbours`] needs.
    pub fn places(&self) -> usize {
        usize::from(self.distinct) + 1
    }

    /// The numbers of all words in order, title first; [`MASKED`] for what is not compared.
    pub fn sequence(&self) -> Vec<TermNo> {
        let mut numbers: Vec<TermNo> = self.table().iter().map(|&word| self.number(word)).collect();
        numbers.push(MASKED);
        self.text().into_iter().map(|place| numbers[usize::from(place)]).collect()
    }

    /// A part of that.
    pub fn part(&self, range: Range<usize>) -> Vec<TermNo> {
        let table = self.table();
        let number = |place: &u16| table.get(usize::from(*place)).map_or(MASKED, |&word| self.number(word));
        self.text()[range].iter().map(number).collect()
    }

    /// Which word of the text, title first, is the first that is this one of its distinct words.
    pub fn first_at(&self, place: usize) -> Option<usize> {
        self.text().iter().position(|&at| usize::from(at) == place)
    }

    #[inline]
    fn number(&self, word: [u8; PACKED]) -> TermNo {
        let (no, code) = halves(word);
        if code < OUTSIZED { no } else { self.outsized(no).no }
    }

    #[inline]
    fn unpacked(&self, word: [u8; PACKED]) -> LiveTerm {
        let (no, code) = halves(word);
        COUNTS.get(usize::from(code)).map_or_else(|| self.outsized(no), |&counts| term(no, counts))
    }
}

/// The number and the code of a packed word.
#[inline]
fn halves([low, middle, high]: [u8; PACKED]) -> (u32, u8) {
    let word = u32::from_le_bytes([low, middle, high, 0]);
    (word >> CODE_BITS, low & OUTSIZED)
}

fn term(no: TermNo, (count, lead, title): (u8, u8, bool)) -> LiveTerm {
    LiveTerm { no, count, lead, title }
}

fn packed(term: LiveTerm, outsized: &mut Vec<[u8; OUTSIZED_BYTES]>) -> [u8; PACKED] {
    let LiveTerm { no, count, lead, title } = term;
    let code = if count < 8 && lead < 4 { CODES[small((count, lead, title))] } else { OUTSIZED };
    let (no, code) = if code < OUTSIZED && no < NUMBERS {
        (no, code)
    } else {
        let [a, b, c, d] = no.to_le_bytes();
        outsized.push([a, b, c, d, count, lead, title.into()]);
        (outsized.len() as u32 - 1, OUTSIZED)
    };
    let [low, middle, high, _] = (no << CODE_BITS | u32::from(code)).to_le_bytes();
    [low, middle, high]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::features::Features;

    /// The words of a text, each numbered by its place plus `above`.
    fn words(title: &str, text: &str, above: TermNo) -> (Features, Words, Vec<LiveTerm>) {
        let features = Features::of(title, text, "en");
        let numbered = features.terms.iter().zip(above..);
        let terms: Vec<LiveTerm> = numbered.map(|(t, no)| LiveTerm { no, count: t.count, lead: t.lead, title: t.title }).collect();
        let later: Vec<TermNo> = (0..features.later.len() as TermNo).map(|n| above + (terms.len() as TermNo) + n).collect();
        let words = Words::new(terms.clone(), &later, &features.order, features.extent, features.pairs.clone());
        (features, words, terms)
    }

    fn all(words: &Words) -> Vec<(TermNo, u8, u8, bool)> {
        words.terms().map(|t| (t.no, t.count, t.lead, t.title)).collect()
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let many: String = (0..900).map(|n| format!("w{n} ")).collect();
        let long = format!("{many}{}{many}{}", "often ".repeat(300), (0..2000).map(|n| format!("z{n} ")).collect::<String>());
        for (title, text) in [("", ""), ("Ferry aground", "A ferry ran aground."), ("often often", &long), ("", &many)] {
            // Numbers beyond the bits of a packed word, too.
            for above in [0, NUMBERS - 3, 1 << 24] {
                let (features, words, terms) = words(title, text, above);
                assert_eq!(all(&words), terms.iter().map(|t| (t.no, t.count, t.lead, t.title)).collect::<Vec<_>>());
                let number = |at: u16| if at == u16::MAX { MASKED } else { above + TermNo::from(at) };
                assert_eq!(words.sequence(), features.order.iter().map(|at| number(*at)).collect::<Vec<_>>());
                let first = |place: usize| words.sequence().iter().position(|no| *no == words.term(place).no);
                (0..words.len()).for_each(|place| assert_eq!(words.first_at(place), first(place)));
                assert_eq!(words.places(), features.terms.len() + features.later.len() + 1);
            }
        }
    }

    #[test]
    fn what_is_not_compared_is_no_word_however_many_words_there_are() {
        for distinct in [1, 254, 255, 256, 257, 70 * 256] {
            let terms: Vec<LiveTerm> = (0..distinct).map(|no| LiveTerm { no, count: 1, lead: 0, title: false }).collect();
            let order = [0, u16::MAX, distinct as u16 - 1];
            let words = Words::new(terms, &[], &order, Extent { title: 0, end: 3 }, Vec::new());
            assert_eq!(words.sequence(), [0, MASKED, distinct - 1], "{distinct}");
            let (mut of, mut neighbours) = (vec![1; words.places()], Vec::new());
            of[distinct as usize] = 0;
            words.for_each_neighbours(&of, |a, b| neighbours.push((a, b)));
            assert_eq!(neighbours, [(1, 0), (0, 1)], "{distinct}");
        }
    }

    #[test]
    fn every_count_comes_out_again() {
        let counts = (0..=255u8).flat_map(|count| [0, 1, 6, 7, 8, 255].map(|lead| (count, lead)));
        let terms: Vec<LiveTerm> =
            counts.flat_map(|(count, lead)| [false, true].map(|title| LiveTerm { no: u32::from(count), count, lead, title })).collect();
        let words = Words::new(terms.clone(), &[], &[], Extent::default(), Vec::new());
        assert_eq!(all(&words), terms.iter().map(|t| (t.no, t.count, t.lead, t.title)).collect::<Vec<_>>());
        assert!(words.factors().eq(terms.iter().map(|t| (t.no, Factors::of(*t)))));
    }

    #[test]
    fn pairs_are_the_same_before_and_after_they_are_settled() {
        let (features, mut words, _) = words("Ferry stuck", "The ferry ran aground. The ferry ran on rocks.", 7);
        let before = words.pairs().into_owned();
        words.settle();
        assert!(words.pairs.is_empty());
        assert_eq!(words.pairs(), before);
        let (first, second) = (features.sequence[0], features.sequence[1]);
        let at = |stem| features.terms.iter().position(|t| t.hash == stem).unwrap() as u16;
        assert!(before.contains(&pair(at(first), at(second))));
        let (last_of_title, first_of_text) = (features.sequence[1], features.sequence[2]);
        assert!(!before.contains(&pair(at(last_of_title), at(first_of_text))), "title and text are apart");
    }

    #[test]
    fn shared_pairs_are_told_once_each() {
        use crate::detect::bigrams::Bigrams;
        let (of_a, a, _) = words("", "the tug towed the ferry and the tug left the ferry to the tug", 0);
        let (of_b, b, _) = words("", "the ferry left the tug and the tug towed the ferry and the tug", 0);
        let own: Vec<u16> =
            of_b.terms.iter().map(|t| of_a.terms.iter().position(|o| o.hash == t.hash).map_or(0, |at| at as u16 + 1)).collect();
        let own = [own, vec![0]].concat();
        let mut shared = Vec::new();
        Bigrams::of(&a.pairs()).shared(&b, &own, |number| shared.push(a.pairs()[number]));
        let stems = |f: &Features, pairs: &[u32]| -> Vec<(u32, u32)> {
            let stem = |at: u32| f.terms[at as usize].hash;
            let mut stems: Vec<(u32, u32)> = pairs.iter().map(|p| (stem(p >> 16), stem(p & 0xffff))).collect();
            stems.sort_unstable();
            stems
        };
        let (in_a, in_b) = (stems(&of_a, &a.pairs()), stems(&of_b, &b.pairs()));
        let expected: Vec<(u32, u32)> = in_a.into_iter().filter(|pair| in_b.contains(pair)).collect();
        assert!(expected.len() >= 5);
        assert_eq!(stems(&of_a, &shared), expected);
    }
}
