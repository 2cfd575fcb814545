//! Languages of the Arabic, Cyrillic and Hebrew scripts: by letters that only they write, then by function words.
//!
//! A foreign name with a گ or a қ makes no Persian or Kazakh text: the letters must be as frequent as they are in the language.

/// How often letters stand in a text that one language writes, or some.
#[derive(Default)]
struct Letters {
    all: usize,
    urdu: usize,
    sorani: usize,
    persian: usize,
    pashto: usize,
    sindhi: usize,
    /// The ڪ that Sindhi writes for every ك, and others here and there as an ornament.
    swash: usize,
    /// The ې of Pashto and Uyghur.
    e: usize,
    /// Of Uyghur and Kazakh.
    turkic: usize,
    uyghur: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut n = Self::default();
        let mut before = ' ';
        for c in text.chars() {
            match c {
                'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ھ' | 'ہ' => n.urdu += 1,
                'ڵ' | 'ۆ' | 'ێ' | 'ڕ' | 'ە' => n.sorani += 1,
                'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => n.persian += 1,
                'ټ' | 'ډ' | 'ړ' | 'ښ' | 'ځ' | 'څ' | 'ۍ' | 'ڼ' | 'ږ' | 'ګ' => n.pashto += 1,
                'ې' => n.e += 1,
                'ٻ' | 'ڀ' | 'ٺ' | 'ٽ' | 'ٿ' | 'ڄ' | 'ڃ' | 'ڇ' | 'ڏ' | 'ڌ' | 'ڊ' | 'ڍ' | 'ڦ' | 'ڳ' | 'ڱ' | 'ڻ' | '۾' | '۽' => {
                    n.sindhi += 1
                }
                'ڪ' => n.swash += 1,
                'ۇ' | 'ۋ' | 'ڭ' | 'ٴ' => n.turkic += 1,
                'ۈ' => (n.turkic, n.uyghur) = (n.turkic + 1, n.uyghur + 1),
                'ئ' => n.uyghur += 1,
                _ => {}
            }
            let is_letter = ('\u{620}'..='\u{6d5}').contains(&c);
            n.all += usize::from(is_letter);
            // Elsewhere it ends words.
            n.turkic += usize::from(before == 'ى' && is_letter);
            before = c;
        }
        n
    }
}

/// Languages of the Arabic script.
pub(super) fn arabic(text: &str) -> &'static str {
    let n = Letters::of(text);
    let words = Words::of(text);
    // Of the two that write ې, one writes ە and ۆ too.
    if n.turkic * 15 > n.all || (n.e > 0 && n.sorani > 0 && n.pashto == 0) {
        if n.uyghur + n.e > 0 { "ug" } else { "kk" }
    } else if (n.sindhi * 20 > n.all && n.sindhi > n.urdu) || words.are_sindhi(&n) {
        "sd"
    } else if n.sorani * 20 > n.all && n.sorani > n.urdu {
        "ckb"
    } else if ((n.pashto + n.e) * 30 > n.all && n.pashto + n.e > n.urdu) || words.are_pashto() {
        "ps"
    } else if n.urdu * 25 > n.all {
        "ur"
    } else if (n.persian * 20 > n.all && words.persian >= words.arabic) || words.persian > words.arabic {
        "fa"
    } else {
        "ar"
    }
}

/// How many words are among the commonest of a language, and among those that no neighbour has.
#[derive(Default)]
pub(super) struct Words {
    pub arabic: usize,
    pub persian: usize,
    pashto: usize,
    sindhi: usize,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut words = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "است" | "این" | "های" | "که" | "را" | "می" => words.persian += 1,
                "في" | "من" | "على" | "إلى" | "أن" | "الى" | "ان" => words.arabic += 1,
                "د" | "په" | "ته" | "سره" | "وکړ" | "شول" => words.pashto += 1,
                "جو" | "جي" | "جا" | "سان" | "لاءِ" | "آهي" => words.sindhi += 1,
                _ => {}
            }
        }
        words
    }

    /// Such words may be of any language: a letter that Sindhi writes must be there, and none that it does not.
    fn are_sindhi(&self, n: &Letters) -> bool {
        self.sindhi > 0 && n.swash + n.sindhi + n.persian > 0 && n.urdu == 0 && self.persian + self.arabic == 0 && !self.are_pashto()
    }

    /// A `د` alone may be a doctor.
    fn are_pashto(&self) -> bool {
        self.pashto >= 2 && self.persian + self.arabic == 0
    }
}

/// The language of a Cyrillic text that writes letters which the Slavic languages lack, by those that it writes and those that it does not.
pub(super) fn cyrillic(text: &str, letters: usize) -> Option<&'static str> {
    let count = |set: &str| text.chars().filter(|c| set.contains(*c)).count();
    let (tajik, short_u, h) = (count("ҷӣӯҶӢӮ"), count("ўЎ"), count("ҳҲ"));
    let (q, ng, vowels, kazakh) = (count("қғҚҒ"), count("ңҢ"), count("өүӨҮ"), count("ұҰ"));
    let (a, tatar, bashkir, i) = (count("әӘ"), count("җҗҖ"), count("ҙҫҡҘҪҠ"), count("іІ"));
    let own = tajik + h + q + ng + vowels + kazakh + a + tatar + bashkir;
    if own * 40 < letters {
        return is_russian(text).then_some("ru");
    }
    Some(match () {
        () if bashkir > 0 => "ba",
        () if tajik > 0 || (h > 0 && short_u == 0) => "tg",
        () if short_u > 0 => "uz",
        () if kazakh > 0 || i > 0 || q > 0 => "kk",
        () if tatar > 0 || a > 0 => "tt",
        () if ng > 0 => "ky",
        () => "mn",
    })
}

/// Whether a Cyrillic text has ы, no letters of other Slavic languages, and a word that the others who write ы lack.
fn is_russian(text: &str) -> bool {
    let is_word = |word: &str| matches!(word, "и" | "в" | "с" | "на" | "по" | "от" | "не" | "что" | "для" | "из" | "при");
    text.contains('ы') && !text.contains(|c| "іїєґўјћђљњџѓќѕ".contains(c)) && text.split_whitespace().any(is_word)
}

/// Hebrew or Yiddish. Yiddish writes vowels, some of them with letters of its own, and few of the marks of pointed Hebrew.
pub(super) fn hebrew(text: &str) -> &'static str {
    let (mut letters, mut ayins, mut own, mut vowels, mut points) = (0, 0, 0, 0, 0);
    for c in text.chars() {
        match c {
            '\u{5f0}'..='\u{5f2}' | '\u{fb1f}' | '\u{fb2e}' | '\u{fb2f}' | '\u{fb4e}' => own += 1,
            '\u{5b7}' | '\u{5b8}' | '\u{5bf}' => vowels += 1,
            '\u{5b0}'..='\u{5b6}' | '\u{5b9}'..='\u{5bc}' => points += 1,
            'ע' => ayins += 1,
            _ => {}
        }
        letters += usize::from(('א'..='ת').contains(&c));
    }
    if points * 2 < vowels {
        own += vowels;
    }
    let (mut yiddish, mut hebrew) = (0, 0);
    for word in text.split_whitespace() {
        match word {
            "א" | "און" | "פון" | "פֿון" | "דער" | "די" | "דאס" | "דאָס" | "איז" | "מיט" | "צו" | "האט" | "האָט" | "זיך" | "אויף" | "וואס"
            | "נישט" | "ניט" | "ווי" | "פאר" | "האבן" | "זענען" | "צום" | "אן" | "איבער" | "נאך" => {
                yiddish += 1
            }
            "של" | "את" | "על" | "לא" | "הוא" | "היא" | "כי" | "עם" | "אל" | "זה" | "כל" | "בין" | "גם" | "או" => {
                hebrew += 1
            }
            _ => {}
        }
    }
    let is_yiddish = own * 40 > letters || (yiddish > hebrew && (yiddish >= 2 || ayins * 16 > letters));
    if is_yiddish { "yi" } else { "he" }
}
