//! A stream whose copies are planted: for every article it is known what it was made from, and how.

use super::{Article, Random, VOCABULARY, around, published, spell};

/// How an article came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// New text. Articles on one topic share a seventh of their words, all share stock phrases, and outlets have footers.
    Original,
    /// A fixed text with other numbers and names in every sixth place: no two are one story.
    Bulletin,
    /// The same body under another byline and footer.
    Byline,
    /// 5 to 10 % of the words replaced, dropped or added.
    Edit,
    /// The same words in other spelling: alef, ya and ta forms, tatweel, diacritics; case and quotation marks.
    Orthography,
    /// Half of the sentences, in another order.
    Half,
    /// The first 30 to 60 % of the sentences.
    Cut,
    /// Half of the sentences, and as many new ones, mixed.
    HalfNew,
}

/// The kinds of copies.
pub const COPIES: [Kind; 6] = [Kind::Byline, Kind::Edit, Kind::Orthography, Kind::Half, Kind::Cut, Kind::HalfNew];
/// Of 200 articles, how many are of each kind; the rest is new.
const SHARES: [(Kind, u64); 7] = [
    (Kind::Bulletin, 6),
    (Kind::Byline, 16),
    (Kind::Edit, 12),
    (Kind::Orthography, 5),
    (Kind::Half, 12),
    (Kind::Cut, 10),
    (Kind::HalfNew, 5),
];
/// Originals that may still be copied.
const RECENT: usize = 1_000;
/// Outlets, stock phrases, topics and the words of a topic.
const OUTLETS: u64 = 400;
const PHRASES: u64 = 1_500;
const TOPICS: u64 = 4_000;
const TOPIC_WORDS: u64 = 60;

type Sentence = Vec<String>;

/// An article with what is known of it.
pub struct Planted {
    pub kind: Kind,
    /// Number of the article that it was made from.
    pub made_from: Option<usize>,
    /// Number of the first article of its family.
    pub root: usize,
    pub article: Article,
}

struct Original {
    number: usize,
    topic: u64,
    title: String,
    sentences: Vec<Sentence>,
    arabic: bool,
}

/// The generator.
pub struct Newsroom {
    random: Random,
    recent: Vec<Original>,
}

impl Newsroom {
    /// The stream with this seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Random(seed), recent: Vec::new() }
    }

    /// The article with this number; numbers are given in order from 0.
    pub fn article(&mut self, number: usize) -> Planted {
        match self.kind() {
            Kind::Original => self.original(number),
            Kind::Bulletin => self.bulletin(number),
            copy => self.copy(number, copy),
        }
    }

    fn kind(&mut self) -> Kind {
        let mut at = self.random.below(200);
        for (kind, share) in SHARES {
            if at < share && (self.recent.len() >= 50 || kind == Kind::Bulletin) {
                return kind;
            }
            at = at.saturating_sub(share);
        }
        Kind::Original
    }

    fn original(&mut self, number: usize) -> Planted {
        let (arabic, topic) = (self.random.below(2) == 0, self.random.below(TOPICS));
        let (count, title) = (6 + self.random.below(11), self.title(arabic));
        let sentences: Vec<Sentence> = (0..count).map(|_| self.sentence(topic, arabic)).collect();
        let planted = self.sent(number, Kind::Original, None, number, &title, &sentences, arabic);
        self.recent.push(Original { number, topic, title, sentences, arabic });
        if self.recent.len() > RECENT {
            self.recent.remove(0);
        }
        planted
    }

    fn bulletin(&mut self, number: usize) -> Planted {
        let (template, arabic) = (self.random.below(12), self.random.below(2) == 0);
        let mut fixed = Random(1_000_000 + template);
        let mut sentences: Vec<Sentence> = (0..8).map(|_| (0..16).map(|_| word(fixed.zipf(), arabic)).collect()).collect();
        for sentence in &mut sentences {
            for place in sentence.iter_mut().step_by(6) {
                let is_number = self.random.below(5) > 0;
                *place = if is_number { self.random.below(1_000).to_string() } else { word(self.random.rare(), arabic) };
            }
        }
        let title: Sentence = (0..6).map(|_| word(fixed.zipf(), arabic)).collect();
        self.sent(number, Kind::Bulletin, None, number, &title.join(" "), &sentences, arabic)
    }

    /// A copy of a recent original; the newest are copied most.
    fn copy(&mut self, number: usize, kind: Kind) -> Planted {
        let back = self.random.index(self.recent.len()).min(self.random.index(self.recent.len()));
        let original = self.recent.swap_remove(self.recent.len() - 1 - back);
        let title = if self.random.below(2) == 0 { original.title.clone() } else { self.title(original.arabic) };
        let sentences = self.changed(&original, kind);
        let planted = self.sent(number, kind, Some(original.number), original.number, &title, &sentences, original.arabic);
        self.recent.push(original);
        self.recent.sort_by_key(|o| o.number);
        planted
    }

    fn changed(&mut self, original: &Original, kind: Kind) -> Vec<Sentence> {
        let sentences = original.sentences.clone();
        let half = sentences.len().div_ceil(2);
        match kind {
            Kind::Edit => self.edited(sentences, original.arabic),
            Kind::Orthography => sentences.into_iter().map(|s| self.respelled(s, original.arabic)).collect(),
            Kind::Half => self.shuffled(sentences, half),
            Kind::Cut => {
                let kept = sentences.len() as u64 * (30 + self.random.below(31)) / 100;
                sentences.into_iter().take((kept as usize).max(2)).collect()
            }
            Kind::HalfNew => {
                let mut mixed = self.shuffled(sentences, half);
                mixed.extend((0..half).map(|_| self.sentence(original.topic, original.arabic)));
                let all = mixed.len();
                self.shuffled(mixed, all)
            }
            Kind::Original | Kind::Bulletin | Kind::Byline => sentences,
        }
    }

    fn edited(&mut self, sentences: Vec<Sentence>, arabic: bool) -> Vec<Sentence> {
        let per_mille = 50 + self.random.below(51);
        let mut edit = |w: String| match (self.random.below(1_000) < per_mille, self.random.below(5)) {
            (false, _) => vec![w],
            (true, 0..=2) => vec![word(self.random.zipf(), arabic)],
            (true, 3) => vec![w, word(self.random.zipf(), arabic)],
            (true, _) => Vec::new(),
        };
        sentences.into_iter().map(|s| s.into_iter().flat_map(&mut edit).collect()).collect()
    }

    fn respelled(&mut self, sentence: Sentence, arabic: bool) -> Sentence {
        let respell =
            |w: String| if arabic { respelled_arabic(&w, self.random.below(20)) } else { respelled_latin(&w, self.random.below(20)) };
        sentence.into_iter().map(respell).collect()
    }

    /// So many of the sentences, in any order.
    fn shuffled(&mut self, mut sentences: Vec<Sentence>, count: usize) -> Vec<Sentence> {
        (0..count).map(|_| sentences.swap_remove(self.random.index(sentences.len()))).collect()
    }

    fn sentence(&mut self, topic: u64, arabic: bool) -> Sentence {
        let count = 12 + self.random.below(18);
        let mut words: Sentence = (0..count)
            .map(|_| match self.random.below(7) {
                0 => word(Random(topic * TOPIC_WORDS + self.random.below(TOPIC_WORDS)).rare(), arabic),
                _ => word(self.random.zipf(), arabic),
            })
            .collect();
        if self.random.below(2) == 0 {
            let mut phrase = Random(2_000_000 + self.random.below(PHRASES).min(self.random.below(PHRASES)));
            let length = 3 + phrase.below(5);
            words.extend((0..length).map(|_| word(phrase.zipf(), arabic)));
        }
        words
    }

    fn title(&mut self, arabic: bool) -> String {
        let count = 5 + self.random.below(7);
        (0..count).map(|_| word(self.random.zipf(), arabic)).collect::<Vec<_>>().join(" ")
    }

    /// The article as one of the outlets sends it: its byline before the text, its footer below.
    #[expect(clippy::too_many_arguments, reason = "each is another thing that is known of an article")]
    fn sent(
        &mut self,
        number: usize,
        kind: Kind,
        made_from: Option<usize>,
        root: usize,
        title: &str,
        sentences: &[Sentence],
        arabic: bool,
    ) -> Planted {
        let outlet = self.random.below(OUTLETS);
        let (byline, footer) = around(outlet, arabic);
        let mark = if arabic { "،" } else { "," };
        let said: Vec<String> = sentences.iter().filter(|s| !s.is_empty()).map(|s| punctuated(s, mark)).collect();
        let text = format!("{byline}: {}\n{footer}", said.chunks(3).map(|p| p.join(" ")).collect::<Vec<_>>().join("\n"));
        let article = Article { title: title.to_owned(), text, source: format!("outlet-{outlet}"), published: published(number), arabic };
        Planted { kind, made_from, root, article }
    }
}

/// A sentence with a comma after its seventh word and a full stop.
fn punctuated(words: &[String], comma: &str) -> String {
    let head = words.len().min(7);
    let tail = &words[head..];
    if tail.is_empty() { words.join(" ") + "." } else { format!("{}{comma} {}.", words[..head].join(" "), tail.join(" ")) }
}

/// A word; in Arabic with the article, hamza and ta marbuta where its number says so.
fn word(number: usize, arabic: bool) -> String {
    let plain = spell(number, arabic);
    if !arabic || number < 20 {
        return plain;
    }
    debug_assert!(number < VOCABULARY);
    let begin = ["ال", "ال", "أ", "إ", "", "", "", "", "", ""][number % 10];
    let end = ["ة", "ى", "", "", "", ""][number / 10 % 6];
    format!("{begin}{plain}{end}")
}

/// The same word in the house style of an outlet that spares hamza, dots and ta marbuta; now and then stretched, or with a vowel sign.
fn respelled_arabic(word: &str, whim: u64) -> String {
    let bare = |c| match c {
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        '0'..='9' => char::from_u32(c as u32 - '0' as u32 + 0x660).unwrap_or(c),
        c => c,
    };
    let mut letters: Vec<char> = word.chars().map(bare).collect();
    match whim {
        0 if letters.len() > 3 => letters.insert(2, 'ـ'),
        1 | 2 if letters.len() > 2 => letters.insert(1, 'َ'),
        _ => {}
    }
    letters.into_iter().collect()
}

fn respelled_latin(word: &str, whim: u64) -> String {
    match whim {
        0 => word.to_uppercase(),
        1 => format!("“{word}”"),
        _ => word.to_owned(),
    }
}
