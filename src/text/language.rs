//! The language of a text: by its script where that decides, by letters and function words where scripts are shared.

mod letters;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use whatlang::Lang;

/// Characters looked at; news shows its language early.
const LOOKED_AT: usize = 4000;
/// Characters from whose letters alone most texts are told.
const BEGINNING: usize = 300;
/// Characters that the detector sees of it.
const COUNTED: usize = 800;
/// Letters from which the detector's word is taken even where it is not sure of itself.
const LONG: usize = 200;

/// As [`detect`], of an article.
pub fn detect_article(title: &str, text: &str) -> &'static str {
    let begin = &text[..text.floor_char_boundary(LOOKED_AT * 4)];
    detect(&[title, begin].join("\n"))
}

/// The primary BCP 47 subtag of the language that `text` is written in, `und` where that is not clear.
pub fn detect(text: &str) -> &'static str {
    by_beginning(text).unwrap_or_else(|| by_all(text))
}

/// The language that the first letters show so clearly that those behind them would only confirm it: one script alone, no letters or
/// words of other languages that share it, and no other script in what follows. Most articles go no further.
fn by_beginning(text: &str) -> Option<&'static str> {
    let (mut latin, mut arabic, mut others) = (0usize, 0usize, 0usize);
    let mut chars = text.chars();
    for c in chars.by_ref().take(BEGINNING) {
        match c {
            'a'..='z' | 'A'..='Z' => latin += 1,
            '\0'..='\x7f' => {}
            'ء'..='غ' | 'ف'..='ي' => arabic += 1,
            _ => others += usize::from(c.is_alphabetic()),
        }
    }
    // Where the text ends here, or goes on in another way than it begins, all of it is looked at.
    let end = text.len() - chars.as_str().len();
    if end == text.len() {
        return None;
    }
    let few = (latin + arabic + others) / 40;
    // Letters of the Latin script are a byte each, nearly all, and no others are.
    let all = &text.as_bytes()[..text.len().min(LOOKED_AT * 2)];
    let one_byte = all.iter().filter(|b| b.is_ascii()).count();
    if arabic + others <= few && latin >= LONG && one_byte * 4 >= all.len() * 3 {
        return by_function_words(text);
    }
    let is_arabic = latin + others <= few && arabic >= LONG && one_byte * 5 <= all.len() * 2;
    (is_arabic && is_clearly_arabic(&text[..end])).then_some("ar")
}

/// Whether the commonest words are those of Arabic, and none those of another language in its letters.
fn is_clearly_arabic(text: &str) -> bool {
    let words = letters::Words::of(text);
    words.arabic >= CLEARLY && words.persian == 0
}

/// The language by all that is looked at.
fn by_all(text: &str) -> &'static str {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(i, _)| i);
    let text = &text[..end];
    let mut letters = [0usize; SCRIPTS.len()];
    for c in text.chars() {
        if let Some(at) = script_of(c) {
            letters[at] += 1;
        }
    }
    // Scripts that write no vowels, or a word in a sign, say more with fewer letters than the alphabets they stand among.
    letters[ARABIC] = letters[ARABIC] * 3 / 2;
    letters[HAN] *= 3;
    let Some((at, &most)) = letters.iter().enumerate().max_by_key(|(i, n)| (**n, usize::MAX - i)) else { return "und" };
    if most == 0 {
        return "und";
    }
    match SCRIPTS[at].0 {
        "arab" => letters::arabic(text),
        "hebr" => letters::hebrew(text),
        "cyrl" => letters::cyrillic(text, most).unwrap_or_else(|| by_words(text, most)),
        "hani" if letters[KANA] > 0 => "ja",
        "hani" => "zh",
        "latn" | "deva" => by_words(text, most),
        decided => decided,
    }
}

/// The place of the script of a letter in [`SCRIPTS`]; what most texts consist of is told without looking there.
#[inline]
fn script_of(c: char) -> Option<usize> {
    match c {
        'a'..='z' | 'A'..='Z' => Some(LATIN),
        '\0'..='\x7f' => None,
        '\u{620}'..='\u{64a}' => Some(ARABIC),
        _ => SCRIPTS.iter().position(|(_, ranges)| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c))),
    }
}

/// Scripts with their letters; those that one language writes carry its tag.
const SCRIPTS: [(&str, &[(char, char)]); 26] = [
    ("latn", &[('a', 'z'), ('A', 'Z'), ('À', 'ɏ'), ('Ḁ', 'ỿ')]),
    ("arab", &[('\u{620}', '\u{64a}'), ('\u{66e}', '\u{6d5}'), ('\u{fb50}', '\u{fdff}'), ('\u{fe70}', '\u{fefc}')]),
    ("cyrl", &[('\u{400}', '\u{52f}')]),
    ("hani", &[('\u{4e00}', '\u{9fff}'), ('\u{3400}', '\u{4dbf}')]),
    ("ja", &[('\u{3040}', '\u{30ff}')]),
    ("ko", &[('\u{ac00}', '\u{d7a3}'), ('\u{1100}', '\u{11ff}')]),
    ("el", &[('\u{370}', '\u{3ff}'), ('\u{1f00}', '\u{1fff}')]),
    ("hebr", &[('\u{5d0}', '\u{5ea}'), ('\u{5f0}', '\u{5f2}')]),
    ("deva", &[('\u{900}', '\u{97f}')]),
    ("th", &[('\u{e00}', '\u{e7f}')]),
    ("hy", &[('\u{530}', '\u{58f}')]),
    ("ka", &[('\u{10a0}', '\u{10ff}')]),
    ("km", &[('\u{1780}', '\u{17ff}')]),
    ("bn", &[('\u{980}', '\u{9ff}')]),
    ("ta", &[('\u{b80}', '\u{bff}')]),
    ("am", &[('\u{1200}', '\u{137f}')]),
    ("my", &[('\u{1000}', '\u{109f}')]),
    ("lo", &[('\u{e80}', '\u{eff}')]),
    ("si", &[('\u{d80}', '\u{dff}')]),
    ("te", &[('\u{c00}', '\u{c7f}')]),
    ("kn", &[('\u{c80}', '\u{cff}')]),
    ("ml", &[('\u{d00}', '\u{d7f}')]),
    ("gu", &[('\u{a80}', '\u{aff}')]),
    ("pa", &[('\u{a00}', '\u{a7f}')]),
    ("or", &[('\u{b00}', '\u{b7f}')]),
    ("dv", &[('\u{780}', '\u{7bf}')]),
];
/// Places in [`SCRIPTS`].
const LATIN: usize = 0;
const ARABIC: usize = 1;
const HAN: usize = 3;
const KANA: usize = 4;

/// Words that one language of Latin script has many of and the other ones here lack. The detector costs some hundred times more to ask.
const FUNCTION_WORDS: [(&str, &[&str]); 6] = [
    ("en", &["the", "of", "and", "that", "was", "for", "with", "said", "from", "were", "which", "is"]),
    ("fr", &["les", "des", "et", "du", "dans", "est", "pour", "sur", "aux", "qui", "le", "au"]),
    ("es", &["el", "los", "las", "y", "por", "del", "con", "se", "lo", "su", "fue", "según"]),
    ("de", &["der", "und", "das", "nicht", "ist", "mit", "ein", "eine", "auf", "für", "dem", "wurde"]),
    ("it", &["il", "di", "che", "della", "per", "non", "dei", "nel", "gli", "sono", "alla", "ha"]),
    ("pt", &["o", "os", "do", "da", "em", "uma", "não", "com", "dos", "ao", "foi", "na"]),
];
/// Words looked at, how many must be of one language, and how many times as many as of any other.
const FUNCTION_WORDS_IN: usize = 120;
/// Words that are enough where none are of another language.
const FIRST_LOOK: usize = 50;
/// Bytes of the longest of them.
const LONGEST_FUNCTION_WORD: usize = 6;
const ENOUGH: usize = 8;
const CLEARLY: usize = 4;

/// The language that a text is in beyond doubt, by its commonest words.
fn by_function_words(text: &str) -> Option<&'static str> {
    static LANGUAGES: LazyLock<FxHashMap<&str, usize>> =
        LazyLock::new(|| FUNCTION_WORDS.iter().enumerate().flat_map(|(at, (_, words))| words.iter().map(move |w| (*w, at))).collect());
    let languages = &*LANGUAGES;
    let mut counts = [0; FUNCTION_WORDS.len()];
    for (n, word) in text.split_ascii_whitespace().take(FUNCTION_WORDS_IN).enumerate() {
        if word.len() <= LONGEST_FUNCTION_WORD
            && let Some(at) = languages.get(word)
        {
            counts[*at] += 1;
        }
        if n == FIRST_LOOK && clearest(counts, usize::MAX).is_some() {
            break;
        }
    }
    clearest(counts, CLEARLY)
}

/// The language that has enough words, and so many `times` as many as any other.
fn clearest(counts: [usize; FUNCTION_WORDS.len()], times: usize) -> Option<&'static str> {
    let (at, &most) = counts.iter().enumerate().max_by_key(|(_, n)| **n)?;
    let is_clear = most >= ENOUGH && counts.iter().enumerate().all(|(i, n)| i == at || n.saturating_mul(times) <= most);
    is_clear.then(|| FUNCTION_WORDS[at].0)
}

fn by_words(text: &str, letters: usize) -> &'static str {
    if let Some(lang) = by_function_words(text) {
        return lang;
    }
    if is_kurmanji(text) {
        return "ku";
    }
    // The detector counts runs of three letters; a paragraph has enough of them.
    let end = text.char_indices().nth(COUNTED).map_or(text.len(), |(i, _)| i);
    let Some(info) = whatlang::detect(&text[..end]) else { return "und" };
    if !info.is_reliable() && letters < LONG {
        return "und";
    }
    tag(info.lang())
}

/// Words of Northern Kurdish, which the detector does not know; the first, "and", is a word of no other language.
const KURMANJI: [&str; 22] = [
    "û", "xwe", "yê", "jî", "li", "ji", "bi", "ku", "di", "de", "bû", "kir", "wê", "hat", "dê", "got", "piştî", "roja", "yên", "ev",
    "kirin", "nû",
];
/// How many of its words must be among these: one in so many.
const KURMANJI_SHARE: usize = 8;

fn is_kurmanji(text: &str) -> bool {
    let (mut and, mut known, mut all) = (false, 0, 0);
    for word in text.split_whitespace().take(FUNCTION_WORDS_IN) {
        all += 1;
        and |= word == KURMANJI[0];
        known += usize::from(KURMANJI.contains(&word));
    }
    and && known >= CLEARLY && known * KURMANJI_SHARE >= all
}

/// Languages that the detector tells, by their codes of three letters (ISO 639-3), with their BCP 47 tags.
const TAGS: &[(&str, &str)] = &[
    ("eng", "en"),
    ("rus", "ru"),
    ("fra", "fr"),
    ("spa", "es"),
    ("deu", "de"),
    ("ita", "it"),
    ("por", "pt"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("pol", "pl"),
    ("nld", "nl"),
    ("vie", "vi"),
    ("ind", "id"),
    ("ron", "ro"),
    ("ces", "cs"),
    ("hun", "hu"),
    ("swe", "sv"),
    ("dan", "da"),
    ("fin", "fi"),
    ("nob", "nb"),
    ("bul", "bg"),
    ("srp", "sr"),
    ("hrv", "hr"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("bel", "be"),
    ("mkd", "mk"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("cat", "ca"),
    ("hin", "hi"),
    ("mar", "mr"),
    ("nep", "ne"),
    ("aze", "az"),
    ("uzb", "uz"),
    ("tuk", "tk"),
    ("epo", "eo"),
    ("afr", "af"),
    ("lat", "la"),
    ("tgl", "tl"),
    ("jav", "jv"),
    ("zul", "zu"),
    ("sna", "sn"),
    ("cym", "cy"),
];

/// As [`TAGS`], of languages that are told by their scripts, and by the older codes.
const MORE_TAGS: &[(&str, &str)] = &[
    ("ara", "ar"),
    ("arb", "ar"),
    ("fas", "fa"),
    ("per", "fa"),
    ("pes", "fa"),
    ("urd", "ur"),
    ("kur", "ku"),
    ("pus", "ps"),
    ("heb", "he"),
    ("ell", "el"),
    ("gre", "el"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("cmn", "zh"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("tha", "th"),
    ("khm", "km"),
    ("fre", "fr"),
    ("ger", "de"),
    ("dut", "nl"),
    ("rum", "ro"),
    ("cze", "cs"),
    ("slo", "sk"),
    ("ben", "bn"),
    ("tam", "ta"),
    ("kaz", "kk"),
    ("nor", "no"),
];

/// The BCP 47 tag of a code of three letters, where it has a shorter one: that is the only one that BCP 47 allows.
pub fn tag_of_code(code: &str) -> Option<&'static str> {
    TAGS.iter().chain(MORE_TAGS).find(|(known, _)| *known == code).map(|(_, tag)| *tag)
}

/// The tag of a language that the detector found.
fn tag(lang: Lang) -> &'static str {
    TAGS.iter().find(|(known, _)| *known == lang.code()).map_or("und", |(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        for (text, lang) in [
            ("أعلنت الحكومة يوم الأربعاء أن المحادثات ستبدأ في العاصمة على مستوى الوزراء", "ar"),
            ("دولت اعلام کرد که گفتگوها در پایتخت آغاز می شود و این نشست مهم است", "fa"),
            ("حکومت نے کہا ہے کہ مذاکرات دارالحکومت میں شروع ہوں گے اور یہ اجلاس اہم ہے", "ur"),
            ("حکومەتی هەرێم ڕایگەیاند کە گفتوگۆکان لە پایتەخت دەست پێدەکەن", "ckb"),
            ("The government said on Wednesday that talks would begin in the capital next week with the ministers.", "en"),
            ("Le gouvernement a annoncé mercredi que les négociations commenceraient dans la capitale.", "fr"),
            ("Правительство сообщило в среду, что переговоры начнутся в столице на следующей неделе.", "ru"),
            ("Η κυβέρνηση ανακοίνωσε ότι οι συνομιλίες θα αρχίσουν", "el"),
            ("政府は水曜日、首都で協議が始まると発表した", "ja"),
            ("政府周三宣布谈判将在首都开始", "zh"),
            ("شركة Microsoft تطلق Windows 12 في السوق", "ar"),
            ("حکومت وايي چې خبرې به په پلازمېنه کې د راتلونکې اوونۍ په پیل کې د وزیرانو په کچه پیلېږي", "ps"),
            ("رئیس جمهور ایران گفت که تهران و واشنگتن گفتگو می کنند", "fa"),
            ("رئيس الوزراء الباكستاني شهباز شريف يلتقي نظيره التركي في إسلام آباد لبحث التعاون", "ar"),
            ("وزير الخارجية الإيراني عباس عراقچی يصل إلى پاريس ويلتقي مسؤولين في گروپ العمل", "ar"),
            ("وزیراعظم نے پاکستان اور بھارت کے درمیان کشیدگی پر تشویش کا اظہار کیا", "ur"),
            ("سەرۆکی حکومەت ڕایگەیاند کە کۆبوونەوەکە لە هەولێر بەڕێوە دەچێت", "ckb"),
            ("รัฐบาลประกาศว่าการเจรจาจะเริ่มในเมืองหลวงสัปดาห์หน้า", "th"),
            ("រដ្ឋាភិបាលប្រកាសថាការចរចានឹងចាប់ផ្តើមនៅសប្តាហ៍ក្រោយ", "km"),
            ("Şaredariya geliyê Zeter roja Sêşemê piştî du salên hişkesaliyê bîrên nû vekirin û serok got ku av dê zû bê", "ku"),
            ("Wezîrê derve li gel hevpîşeyê xwe yê Tirk civiya û behsa têkiliyên di navbera herdu welatan de kirin", "ku"),
            ("విదేశాంగ మంత్రి అంకారాలో టర్కీ మంత్రిని కలిశారు", "te"),
            ("ਵਿਦੇਸ਼ ਮੰਤਰੀ ਨੇ ਅੰਕਾਰਾ ਵਿੱਚ ਤੁਰਕੀ ਦੇ ਮੰਤਰੀ ਨਾਲ ਮੁਲਾਕਾਤ ਕੀਤੀ", "pa"),
            ("විදේශ අමාත්‍යවරයා අන්කාරා හිදී තුර්කි අමාත්‍යවරයා හමුවිය", "si"),
            ("12345 %", "und"),
            ("", "und"),
        ] {
            assert_eq!(detect(text), lang, "{text}");
        }
    }

    #[test]
    fn what_follows_the_beginning_counts() {
        let arabic = "أعلنت الحكومة في العاصمة أن المحادثات ستبدأ على مستوى الوزراء من الأربعاء إلى السبت ".repeat(8);
        let english = "The government said on Wednesday that the talks would begin in the capital with ministers of both sides. ".repeat(6);
        let persian = "دولت اعلام کرد که گفتگوها در پایتخت آغاز می شود و این نشست برای مردم مهم است ".repeat(8);
        for (begin, rest, lang) in [
            (&arabic, "", "ar"),
            (&english, "", "en"),
            (&persian, "", "fa"),
            (&english, &*arabic.repeat(4), "ar"),
            (&arabic, &*english.repeat(4), "und"),
        ] {
            assert!(begin.chars().count() > BEGINNING);
            assert_eq!(detect(&format!("{begin}\n{rest}")), lang, "{begin}{rest}");
            assert_eq!(detect_article(begin, rest), lang, "{begin}{rest}");
        }
    }
}
