//! What the detector keeps of a text. Pure: text in, numbers out, the same on every machine.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::words::{self, Extent};
use crate::article::{Article, Aside, AsideKind};
use crate::takes::{is_bare_kill, is_notice_alone};
use crate::text::DASHES;
use crate::text::fold::fold;
use crate::text::places::Named;
use crate::text::prior::{Level, Prior};
use crate::text::words::{Word, for_each_known, hash};

/// Version of everything in this file and of the folding and stemming under it. Stored with each placement.
pub const VERSION: u32 = 8;

/// Words of the body that count as terms. News tells what happened early; what comes late is background that other events share.
const TERM_WORDS: usize = 1200;
/// Words of title and body that take part in the search for copied passages.
const SEQUENCE_WORDS: usize = 3000;
/// Words of the body that belong to the lead.
const LEAD_WORDS: usize = 60;
/// Words that stand in for a missing title.
const TITLE_WORDS: usize = 12;
/// Words from the start in which the name of a weekday dates the happening.
const WEEKDAY_WORDS: usize = 80;
/// Words from the start in which a country or a region belongs to the happening; what comes later may be background.
const PLACE_WORDS: usize = 45;
/// Words that make the SimHash. Near-identical texts begin alike; more words only cost time.
const SIMHASH_WORDS: usize = 40;
/// What stands in the sequence for a word that is not compared. Places in the sequence stay places in the text.
pub const MASKED: u32 = u32::MAX;
/// Length of the word sequences that show copying. Three words are often a stock phrase, five miss edited copies.
pub const GRAM: usize = 4;
/// One of these in so many leads to an article. A copied passage of 40 words is found with probability above 99 %.
const GRAM_SAMPLE: u32 = 8;

/// A distinct stem of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Hash of the stem.
    pub hash: u32,
    /// Times it occurs, the title counted twice; at most 255.
    pub count: u8,
    /// Times it occurs in title and lead.
    pub lead: u8,
    /// Whether it occurs in the title.
    pub title: bool,
    /// How common it is in the language before anything was read.
    pub level: Level,
}

/// Everything the detector compares.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// Distinct stems that count, by hash.
    pub terms: Vec<Term>,
    /// Distinct stems of the sequence that only come later, by hash.
    pub later: Vec<u32>,
    /// All stems in order, title first; [`MASKED`] where a word is not compared.
    pub sequence: Vec<u32>,
    /// The same as places among `terms` and, behind them, `later`; [`u16::MAX`] where a word is not compared.
    pub order: Vec<u16>,
    /// The parts of the sequence whose neighbours are pairs.
    pub extent: Extent,
    /// Distinct pairs of neighbouring stems, as [`words::pairs_of`] has them; title and body apart.
    pub pairs: Vec<u32>,
    /// Hashes of the runs of [`GRAM`] stems that lead to it: a sample, distinct, sorted.
    pub grams: Vec<u32>,
    /// Distinct numbers, as stems, sorted: what changes between two issues of a bulletin.
    pub numbers: Vec<u32>,
    /// Weekdays named near the start, a bit each from Sunday.
    pub weekdays: u8,
    /// Countries that it names.
    pub countries: Named,
    /// Regions that it names.
    pub regions: Named,
    /// Its language, by the hash of the tag.
    pub language: u32,
    /// Whether the language is written in Arabic letters.
    pub arabic: bool,
    /// SimHash of the words: near-identical texts differ in few bits. 0 for a text without words.
    pub simhash: u64,
}

impl Features {
    /// Features of an article without its asides.
    pub fn of_article(article: &Article) -> Self {
        Self::without(&article.title, &article.text, &article.lang, &article.asides)
    }

    /// Features of an article in the language `lang` (primary BCP 47 subtag), all of it.
    pub fn of(title: &str, text: &str, lang: &str) -> Self {
        Self::without(title, text, lang, &[])
    }

    /// Features of an article whose text has parts that are not compared.
    pub fn without(title: &str, text: &str, lang: &str, asides: &[Aside]) -> Self {
        let prior = Prior::of(lang);
        let mut sequence = Vec::with_capacity(320);
        let mut weekdays = 0;
        let (mut countries, mut regions) = (Named::default(), Named::default());
        let mut numbers = Vec::new();
        let mut words = String::with_capacity(SIMHASH_WORDS * 12);
        let mut read = |part: &str, asides: &[Aside], in_text: bool| {
            let room = SEQUENCE_WORDS.saturating_sub(sequence.len());
            for_each_known(part, lang, room, |word, folded, known| {
                if asides.iter().any(|a| (a.start..a.end).contains(&word.start)) {
                    return sequence.push(MASKED);
                }
                if sequence.len() < WEEKDAY_WORDS {
                    weekdays |= weekday(folded);
                }
                let begins = sequence.len() < PLACE_WORDS;
                if let Some(country) = known.country {
                    countries.add(country, begins);
                }
                if let Some(region) = known.region {
                    regions.add(region, begins && !(in_text && is_set_off(part, word)));
                }
                if sequence.len() < SIMHASH_WORDS {
                    words.push_str(folded);
                    words.push(' ');
                }
                if sequence.len() < TERM_WORDS && folded.starts_with(|c: char| c.is_ascii_digit()) {
                    numbers.push(word.stem);
                }
                sequence.push(word.stem);
            });
            sequence.len()
        };
        // What a bare kill withdraws has an id much like that of the next, and `MANDATORY KILL` is said of many: compared with nothing.
        let title_len = if (text.is_empty() && is_bare_kill(title)) || is_notice_alone(title) {
            read(title, &[Aside { start: 0, end: title.len() as u32, kind: AsideKind::Boilerplate }], false);
            0
        } else {
            read(title, &[], false)
        };
        read(text, asides, true);
        let extent = Extent { title: title_len as u16, end: (title_len + TERM_WORDS).min(sequence.len()) as u16 };
        let Vocabulary { terms, later, order } = vocabulary(&sequence, extent, prior);
        Self {
            pairs: words::pairs_of(&order, extent, u16::MAX),
            terms,
            later,
            order,
            extent,
            grams: distinct(grams(&sequence).flatten().filter(|gram| gram % GRAM_SAMPLE == 0)),
            numbers: distinct(numbers.into_iter()),
            weekdays,
            countries,
            regions,
            language: hash(lang),
            arabic: matches!(lang, "ar" | "fa" | "ur" | "ckb" | "ps" | "ug" | "sd"),
            simhash: simhash::simhash_stream(words.split_ascii_whitespace()),
            sequence,
        }
    }
}

/// Whether a word stands beside a dash, or before a colon or slash: near the start of a text, the town that it was written in.
fn is_set_off(text: &str, word: Word) -> bool {
    let before = text[..word.start as usize].trim_end();
    let behind = text[word.end as usize..].trim_start();
    before.ends_with(DASHES) || behind.starts_with(DASHES) || behind.starts_with([':', '/'])
}

/// Hashes of the runs of [`GRAM`] stems at each place of a sequence; `None` where a word of the run is not compared.
pub fn grams(sequence: &[u32]) -> impl Iterator<Item = Option<u32>> + '_ {
    let hash = |w: &[u32]| w.iter().fold(0x9e37_79b9, |hash, &stem| mix(hash ^ stem));
    sequence.windows(GRAM).map(move |w| (!w.contains(&MASKED)).then(|| hash(w)))
}

/// A bijective scramble of 32 bits (the finalizer of MurmurHash3): fixed, so that its results can be stored.
fn mix(mut h: u32) -> u32 {
    h ^= h >> 16;
    h = h.wrapping_mul(0x85eb_ca6b);
    h ^= h >> 13;
    h = h.wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// The distinct stems of a sequence.
struct Vocabulary {
    terms: Vec<Term>,
    later: Vec<u32>,
    order: Vec<u16>,
}

fn vocabulary(sequence: &[u32], extent: Extent, prior: &Prior) -> Vocabulary {
    let (title, end) = (usize::from(extent.title), usize::from(extent.end));
    let behind = |words: usize| (title..end).filter(|&at| sequence[at] != MASKED).nth(words).unwrap_or(end);
    let lead = behind(LEAD_WORDS);
    let headline = if title > 0 { title } else { behind(TITLE_WORDS) };
    let mut said: Vec<u64> = sequence.iter().zip(0u64..).map(|(&stem, at)| u64::from(stem) << 32 | at).collect();
    said.sort_unstable();
    let place = |said: &u64| *said as u32 as usize;
    let stem = |said: &u64| (said >> 32) as u32;
    let groups = || said.chunk_by(|a, b| stem(a) == stem(b)).filter(|group| stem(&group[0]) != MASKED);
    let mut order = vec![u16::MAX; sequence.len()];
    let mut terms = Vec::with_capacity(sequence.len());
    for group in groups().filter(|group| place(&group[0]) < end) {
        let places = || group.iter().map(place);
        let in_headline = places().filter(|&at| at < headline).count();
        let in_body = places().filter(|at| (title..end).contains(at)).count();
        let in_lead = places().filter(|at| (title..lead).contains(at)).count();
        places().for_each(|at| order[at] = terms.len() as u16);
        terms.push(Term {
            hash: stem(&group[0]),
            count: (2 * in_headline + in_body).min(255) as u8,
            lead: (in_headline + in_lead).min(255) as u8,
            title: in_headline > 0,
            level: prior.level(stem(&group[0])),
        });
    }
    let mut later = Vec::new();
    for group in groups().filter(|group| place(&group[0]) >= end) {
        group.iter().map(place).for_each(|at| order[at] = (terms.len() + later.len()) as u16);
        later.push(stem(&group[0]));
    }
    Vocabulary { terms, later, order }
}

fn distinct(hashes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut hashes: Vec<u32> = hashes.collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Names of the weekdays from Sunday on, by language, as they stand in running text.
const WEEKDAYS: [&str; 10] = [
    "الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت",
    "یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه",
    "اتوار پیر منگل بدھ جمعرات جمعہ ہفتہ",
    "sunday monday tuesday wednesday thursday friday saturday",
    "dimanche lundi mardi mercredi jeudi vendredi samedi",
    "domingo lunes martes miércoles jueves viernes sábado",
    "воскресенье понедельник вторник среду четверг пятницу субботу",
    "pazar pazartesi salı çarşamba perşembe cuma cumartesi",
    "sonntag montag dienstag mittwoch donnerstag freitag samstag",
    "domenica lunedì martedì mercoledì giovedì venerdì sabato",
];

/// The bit of a word for the day of publication.
pub const TODAY: u8 = 1 << 7;
const TODAYS: &str = "اليوم امروز آج today aujourd’hui hoy сегодня bugün heute oggi hoje";

/// The bit of the weekday that a folded word names, with the Arabic one-letter prefixes; 0 for other words.
fn weekday(folded: &str) -> u8 {
    static NAMES: OnceLock<FxHashMap<String, u8>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut names = FxHashMap::default();
        for (language, days) in WEEKDAYS.iter().enumerate() {
            for (day, name) in days.split(' ').enumerate() {
                let prefixes: &[&str] = if language == 0 { &["", "و", "ب"] } else { &[""] };
                for prefix in prefixes {
                    names.entry(format!("{prefix}{}", fold(name))).or_insert(1 << day);
                }
            }
        }
        for today in TODAYS.split(' ') {
            names.entry(fold(today)).or_insert(TODAY);
        }
        names
    });
    names.get(folded).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_in_another_orthography_are_the_same_features() {
        let plain = Features::of("إعلان هدنة في المدينة", "أعلنت الحكومة يوم الأربعاء هدنة مدتها 15 يوما.", "ar");
        let other = Features::of("اعلان هدنه في المدينه", "أَعلنت الحكومه يوم الاربعــاء هدنه مدتها ١٥ يوما", "ar");
        assert_eq!(plain, other);
        assert_eq!(plain.weekdays, 1 << 3);
    }

    #[test]
    fn counts_title_twice_and_marks_the_lead() {
        let f = Features::of("alpha", &format!("alpha beta {} gamma", "x ".repeat(100)), "und");
        let term = |word| *f.terms.iter().find(|t| t.hash == crate::text::words::hash(word)).unwrap();
        assert_eq!((term("alpha").count, term("alpha").lead, term("alpha").title), (3, 2, true));
        assert_eq!((term("gamma").count, term("gamma").lead, term("gamma").title), (1, 0, false));
    }

    #[test]
    fn hashes_never_change() {
        // Stored placements depend on these values.
        let f = Features::of("Truce near", "Both sides agree on a truce tonight.", "en");
        assert_eq!(f.simhash, GOLDEN_SIMHASH, "simhash {:#x}", f.simhash);
        let gram = grams(&f.sequence).flatten().next();
        assert_eq!(gram, Some(GOLDEN_GRAM), "gram {:#x}", gram.unwrap());
    }

    const GOLDEN_SIMHASH: u64 = 0x132d_df07_3760_82c5;
    const GOLDEN_GRAM: u32 = 0x5635_dfb3;

    #[test]
    fn empty_and_huge_texts_are_bounded() {
        let none = Features::of("", "", "ar");
        assert_eq!((none.terms.len(), none.sequence.len(), none.simhash), (0, 0, 0));
        let much = Features::of("", &"word ".repeat(1_000_000), "en");
        assert_eq!(much.sequence.len(), SEQUENCE_WORDS);
    }
}
