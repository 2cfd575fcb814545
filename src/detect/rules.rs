//! Rules beside the weights: what a regression over likeness cannot learn, since it speaks of what is *unlike* in what is alike.
//!
//! Each adds to the log odds, under its name in the evidence.

use super::features::TODAY;
use super::measure::{damped, ratio};
use super::passages::{Overlap, Run};
use super::score::Pair;
use super::stories::VERBATIM;
use super::{Detector, Live, Scored, features};

/// What is said for one event in other scripts than Arabic once this many events of the language are known. The weights for them were learned
/// from small streams, where nothing tells a name from a rare word yet: they are too cautious where the words of the day have been counted.
const WORDS_KNOWN: f32 = 0.8;
const EVENTS_KNOWN: f32 = 80.0;
/// Two texts of which only one is dated: an undated text must not fall into an old event on words alone.
const ONE_SIDED: f32 = -2.0;
/// Undated texts that share a rare passage.
const RARE_PASSAGE: f32 = 3.5;
/// Distinct words below which a text, such as the bare label of a picture, says nothing of what happened; words of less weight do not count.
const TOO_FEW: usize = 4;
pub(super) const TELLING: f32 = 1.0;
const TOO_FEW_WORDS: f32 = -12.0;
/// One source's items under one title within hours: parts of one item, or a version of it.
const SAME_TITLE: f32 = 5.0;
const SAME_TITLE_COS: f32 = 0.8;
const SAME_TITLE_HOURS: f32 = 6.0;
/// Two takes of one item, by what they say of themselves, or two versions of it: it outweighs all that is unlike in them.
const ONE_ITEM: f32 = 20.0;
/// A formula filled in anew: much copied, and each text with rare words that the other has not.
const FILLED_ANEW: f32 = -5.0;
const FORMULA: f32 = 0.15;
const MOSTLY_FORMULA: f32 = 0.4;
/// How many such words speak where one outlet issued both, and where many hours lie between the two: more than from the evening's wire
/// to the morning's paper that rewrites it, fewer where most of the text is formula.
const OTHER_SLOTS: u16 = 4;
const OTHER_SLOTS_LATER: u16 = 2;
const OTHER_SLOTS_IF_MOSTLY: u16 = 1;
const LATER: f32 = 20.0;
const LATER_IF_MOSTLY: f32 = 10.0;
/// Two issues of one bulletin: the same words, other numbers.
const OTHER_ISSUE: f32 = -6.0;
/// The same where each gives so many numbers that hardly one can be common but by chance. The form is told by the share of all pairs of words, common
/// ones too: once it has been filled in often, they weigh nothing any more.
const OTHER_NUMBERS: f32 = -12.0;
const MANY_NUMBERS: u16 = 8;
const BY_CHANCE: f32 = 0.17;
const FORM_PAIRS: f32 = 0.35;
/// Two issues of one bulletin, each for a day of its own: all else may be the same.
const OTHER_DAY: f32 = -9.0;
/// A formula filled in for another country, as telegrams and calls of one day are, or for another town, as inspections and shellings are.
const OTHER_PLACE: f32 = -12.0;
/// Numbers that both must give, the share of them that may be common, and the shared word pairs that make a template.
const ISSUE_NUMBERS: u16 = 4;
const ISSUE_COMMON: f32 = 0.34;
const ISSUE_BIGRAMS: f32 = 0.45;
const MOST_BIGRAMS: f32 = 0.7;
/// The same where the towns differ: what two towns do alike is told in fewer common words.
const FORM_BIGRAMS: f32 = 0.35;
/// Words of most weight that name what an article is about, and the share of their weight that the other must have too.
const NAMES: usize = 10;
const NAMES_COMMON: f32 = 0.4;
/// Log odds below which an undated pair is not searched for passages.
pub(super) const HOPELESS: f32 = -4.0;
/// Log odds below which no copied passage is listened to.
const FAR_FETCHED: f32 = -7.0;
/// Much is copied: words in runs of eight and more, share of the shorter text, and 4-word runs weighted by rarity. A form has as many words, but
/// other events have them too, or it is known by its numbers, days and places.
const MUCH_WORDS: u32 = 60;
const MUCH: f32 = 0.4;
const MUCH_WEIGHT: f32 = 20.0;
const RARE_COPY: f32 = 1.0;
/// One text in two outlets, however much later: the share of each and of the shorter that the other has. What one of them added for a reader of the
/// next day is no other filling of a form.
const REPRINTED: &str = "reprint";
const REPRINT: f32 = 3.0;
const REPRINT_OF_EACH: f32 = 0.55;
const REPRINT_OF_SHORTER: f32 = 0.65;
/// What makes a passage rare: its longest run, the words in runs of eight and more, and 4-word runs weighted by rarity.
pub(super) const RARE_LONGEST: u32 = 12;
pub(super) const RARE_WORDS: u32 = 20;
const RARE_WEIGHT: f32 = 5.0;

impl Scored {
    /// Whether the two are of one form and of different places.
    pub(super) fn is_of_other_places(&self) -> bool {
        self.rules.iter().any(|(rule, _)| matches!(*rule, "other_country" | "other_region"))
    }

    /// Whether two outlets printed one text.
    pub(super) fn is_reprint(&self) -> bool {
        self.rules.iter().any(|(rule, _)| *rule == REPRINTED)
    }
}

impl Detector {
    /// The rules that need no comparison word for word.
    pub(super) fn apply_rules(&self, newcomer: &Live, s: &mut Scored) {
        let other = &self.live[&s.pos];
        // A form has the words of its language too: what is filled into it decides.
        if !s.pair.arabic && s.pair.bigrams < FORM_BIGRAMS {
            s.add("words_known", WORDS_KNOWN * (self.counts.events_in(other.language) / EVENTS_KNOWN).min(1.0));
        }
        if newcomer.dated != other.dated {
            s.add("one_dated", ONE_SIDED);
        }
        if self.telling(newcomer).min(self.telling(other)) < TOO_FEW {
            s.add("too_few_words", TOO_FEW_WORDS);
        }
        if same_title(&s.pair) {
            s.add("same_title", SAME_TITLE);
        }
        if s.pair.same_pairs >= FORM_PAIRS && all_numbers_differ(&s.pair) {
            s.add("other_issue", OTHER_NUMBERS);
        } else if s.pair.bigrams >= ISSUE_BIGRAMS && (other_numbers(&s.pair) || self.other_names(newcomer, other)) {
            s.add("other_issue", OTHER_ISSUE);
        }
        // Where most words are the same, each text may name its own country too, as every telegram does.
        let most = s.pair.bigrams >= MOST_BIGRAMS;
        if s.pair.bigrams >= ISSUE_BIGRAMS && newcomer.countries.differs(&other.countries, most) {
            s.add("other_country", OTHER_PLACE);
        }
        if s.pair.bigrams >= FORM_BIGRAMS && newcomer.regions.differs(&other.regions, most) {
            s.add("other_region", OTHER_PLACE);
        }
        if s.pair.bigrams >= ISSUE_BIGRAMS && other_weekday(&s.pair) {
            s.add("other_day", OTHER_DAY);
        }
    }

    /// The rule that an article belongs to the item that it says it is a take of.
    pub(super) fn apply_part(s: &mut Scored) {
        s.add("one_item", ONE_ITEM);
    }

    /// The rule that an article is another version of what its source published under its id or address.
    pub(super) fn apply_label(s: &mut Scored) {
        s.add("same_label", ONE_ITEM);
    }

    /// The rules that speak of shared passages.
    pub(super) fn apply_passage_rules(&self, newcomer: &Live, s: &mut Scored, overlap: &Overlap) {
        if s.pair.hours.is_none() && s.log_odds > HOPELESS && self.is_rare(newcomer, overlap) {
            s.add("rare_passage", RARE_PASSAGE);
        }
        let is_filled_anew = overlap.shorter >= FORMULA && other_slots(&s.pair, overlap) && !same_title(&s.pair);
        let is_copied = self.is_much_copied(newcomer, s, overlap);
        if is_copied && is_reprint(&s.pair, overlap) {
            s.add(REPRINTED, REPRINT);
        } else if is_filled_anew {
            s.add("other_slots", FILLED_ANEW);
        } else if is_copied && s.log_odds > HOPELESS {
            s.add("rare_copy", RARE_COPY);
        }
        if overlap.shorter < VERBATIM && s.pair.bigrams >= ISSUE_BIGRAMS && other_today(&s.pair) {
            s.add("other_day", OTHER_DAY);
        }
    }

    /// Number of words that say anything, counted up to [`TOO_FEW`].
    fn telling(&self, article: &Live) -> usize {
        let ln_events = self.counts.ln_events(article.language);
        article.words.numbers().filter(|no| self.counts.weight(*no, ln_events) >= TELLING).take(TOO_FEW).count()
    }

    /// Whether two texts that share a template have hardly any of each other's names: two issues of one formula.
    fn other_names(&self, a: &Live, b: &Live) -> bool {
        let ln_events = self.counts.ln_events(a.language);
        let heaviest = |article: &Live| {
            let weighted = article.words.terms().map(|t| (t.no, damped(t.count) * self.counts.weight(t.no, ln_events)));
            let mut weighted: Vec<(u32, f32)> = weighted.collect();
            weighted.sort_by(|x, y| y.1.total_cmp(&x.1));
            weighted.truncate(NAMES);
            weighted
        };
        let covered = |names: Vec<(u32, f32)>, by: &Live| {
            let all: f32 = names.iter().map(|n| n.1).sum();
            let numbers: Vec<u32> = by.words.numbers().collect();
            let common: f32 = names.iter().filter(|n| numbers.contains(&n.0)).map(|n| n.1).sum();
            ratio(common, all)
        };
        covered(heaviest(a), b).max(covered(heaviest(b), a)) < NAMES_COMMON
    }

    /// Whether the shared passages are long and are not what many events say.
    pub(super) fn is_rare(&self, newcomer: &Live, overlap: &Overlap) -> bool {
        overlap.longest >= RARE_LONGEST && overlap.in_passages >= RARE_WORDS && self.rarity(newcomer, overlap) >= RARE_WEIGHT
    }

    /// Whether two dated texts, which nothing shows to be of two issues or places, share many words in passages that few events have.
    fn is_much_copied(&self, newcomer: &Live, s: &Scored, overlap: &Overlap) -> bool {
        let is_apart = s.rules.iter().any(|(_, adds)| *adds < 0.0);
        let is_long = overlap.in_passages >= MUCH_WORDS && overlap.shorter >= MUCH;
        s.pair.hours.is_some() && !is_apart && is_long && s.log_odds > FAR_FETCHED && self.rarity(newcomer, overlap) >= MUCH_WEIGHT
    }

    /// Shared 4-word runs, each divided by the number of events that may hold it: no more than hold its rarest pair of words.
    fn rarity(&self, newcomer: &Live, overlap: &Overlap) -> f32 {
        let of_run = |run: &Run| -> f32 {
            let words = newcomer.words.part(run.a as usize..(run.a + run.words) as usize);
            let pairs: Vec<u16> = words.windows(2).map(|w| self.counts.bigram_events([w[0], w[1]]).max(1)).collect();
            pairs.windows(features::GRAM - 1).map(|w| 1.0 / f32::from(*w.iter().min().unwrap_or(&1))).sum()
        };
        overlap.runs.iter().map(of_run).sum()
    }
}

/// Whether one source published both under one title, but for words such as "second part", within hours.
fn same_title(pair: &Pair) -> bool {
    let covered = pair.titles_covered.0.max(pair.titles_covered.1);
    pair.is_in_words_of_one() && pair.cos_title >= SAME_TITLE_COS && covered > 0.99 && pair.hours.is_some_and(|h| h <= SAME_TITLE_HOURS)
}

/// Whether two outlets have most of one text. An outlet copies its own earlier reports as background of the next happening, so it is none there.
fn is_reprint(pair: &Pair, overlap: &Overlap) -> bool {
    !pair.same_source && overlap.of_a.min(overlap.of_b) >= REPRINT_OF_EACH && overlap.shorter >= REPRINT_OF_SHORTER
}

/// Whether each text has so many rare words of its own that a formula was filled in anew.
fn other_slots(pair: &Pair, overlap: &Overlap) -> bool {
    let (after, own) =
        if overlap.shorter >= MOSTLY_FORMULA { (LATER_IF_MOSTLY, OTHER_SLOTS_IF_MOSTLY) } else { (LATER, OTHER_SLOTS_LATER) };
    let later = pair.hours.is_some_and(|h| h >= after);
    (pair.is_in_words_of_one() && pair.own_words >= OTHER_SLOTS) || (later && pair.own_words >= own)
}

/// Whether two texts name weekdays near the start, and no common one: a copy keeps the day that its original is about.
pub(super) fn other_weekday(pair: &Pair) -> bool {
    let (a, b) = pair.named_weekdays();
    a != 0 && b != 0 && a & b == 0 && pair.hours.is_some_and(|h| h >= LATER_IF_MOSTLY)
}

/// Whether two texts many hours apart both speak of today. Printed again word for word, a text may; what says it in other words is of its own day.
fn other_today(pair: &Pair) -> bool {
    pair.weekdays.0 & pair.weekdays.1 & TODAY != 0 && pair.hours.is_some_and(|h| h >= LATER_IF_MOSTLY)
}

/// Whether two texts give so many numbers and so few of them in common that they can be no two versions of one.
fn all_numbers_differ(pair: &Pair) -> bool {
    let (same, fewer) = pair.numbers;
    fewer >= MANY_NUMBERS && f32::from(same) < BY_CHANCE * f32::from(fewer)
}

/// Whether two texts give many numbers and hardly the same.
pub(super) fn other_numbers(pair: &Pair) -> bool {
    let (same, fewer) = pair.numbers;
    fewer >= ISSUE_NUMBERS && f32::from(same) < ISSUE_COMMON * f32::from(fewer)
}
