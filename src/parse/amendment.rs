//! Updates, corrections and kills, as headlines, slugs and metadata announce them; running text only speaks of such things.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::draft::Draft;
use crate::article::Amendment::{self, Correction, Kill, Update};
use crate::sources::{first_word, key};

/// Publication status, the part after `stat:` of the IPTC's codes (NewsCodes, pubStatusg2) among them.
const STATUS: &[(&str, Amendment)] = &[
    ("canceled", Kill),
    ("cancelled", Kill),
    ("killed", Kill),
    ("kill", Kill),
    ("withheld", Kill),
    ("withhold", Kill),
    ("withdrawn", Kill),
    ("retracted", Kill),
    ("corrected", Correction),
    ("correction", Correction),
    ("corr", Correction),
    ("updated", Update),
    ("update", Update),
];

/// Words that open a headline or slug, set off from the rest by a mark; folded as names are.
const OPENINGS: &[(&str, Amendment)] = &[
    ("mandatory kill", Kill),
    ("bulletin kill", Kill),
    ("kill", Kill),
    ("story kill", Kill),
    ("withhold", Kill),
    ("mandatory withhold", Kill),
    ("withdrawn", Kill),
    ("story withdrawn", Kill),
    ("story removed", Kill),
    ("story retracted", Kill),
    ("retraction", Kill),
    ("retracted", Kill),
    ("إلغاء", Kill),
    ("إلغاء خبر", Kill),
    ("إلغاء الخبر", Kill),
    ("سحب", Kill),
    ("سحب خبر", Kill),
    ("سحب الخبر", Kill),
    ("annulation", Kill),
    ("annule et supprime", Kill),
    ("anulación", Kill),
    ("annullamento", Kill),
    ("zurückgezogen", Kill),
    ("аннулирование", Kill),
    ("correction", Correction),
    ("corrected", Correction),
    ("corrects", Correction),
    ("corr", Correction),
    ("clarification", Correction),
    ("refile", Correction),
    ("تصحيح", Correction),
    ("تصحيح خبر", Correction),
    ("تصويب", Correction),
    ("استدراك", Correction),
    ("rectificatif", Correction),
    ("corrige", Correction),
    ("corrección", Correction),
    ("correzione", Correction),
    ("correção", Correction),
    ("berichtigung", Correction),
    ("korrektur", Correction),
    ("исправление", Correction),
    ("исправлено", Correction),
    ("düzeltme", Correction),
    ("اصلاحیه", Correction),
    ("تصحیح", Correction),
    ("更正", Correction),
    ("訂正", Correction),
    ("update", Update),
    ("updated", Update),
    ("تحديث", Update),
    ("mise à jour", Update),
    ("actualización", Update),
    ("actualización urgente", Update),
    ("aggiornamento", Update),
    ("aktualisiert", Update),
    ("обновлено", Update),
    ("дополнено", Update),
    ("güncelleme", Update),
];

/// Two words that open a headline and need no mark behind them: nothing else begins so.
const PLAIN: &[&str] = &["mandatory kill", "إلغاء خبر", "إلغاء الخبر", "سحب خبر", "سحب الخبر", "تصحيح خبر"];

/// What a headline, or the first line of a notice, asks editors to do.
const PLEAS: &[&str] = &[
    "يرجى إلغاء خبر",
    "يرجى إلغاء الخبر",
    "الرجاء إلغاء خبر",
    "الرجاء إلغاء الخبر",
    "يرجى سحب خبر",
    "يرجى سحب الخبر",
    "please kill this story",
    "please kill the story",
];

/// Words of notices before the number of the message that they withdraw.
const WITHDRAW: &[&str] = &["kill", "withdraw", "withhold", "disregard", "إلغاء", "سحب"];

/// Words between these and the number.
const BEFORE_NUMBER: usize = 3;

/// What is said of an article in a line that begins with `This`.
const CORRECTED: &[&str] = &[
    "story has been corrected",
    "article has been corrected",
    "story was corrected",
    "article was corrected",
    "story corrects",
    "version corrects",
];

/// Words of the longest notice, and of the longest line that says of the article that it was corrected.
const NOTICE_WORDS: usize = 60;

/// What sets an opening off from the headline.
const MARKS: &[char] = &[':', '：', '-', '–', '—', '|', '/', '*', '.', '…', ')', ']', '】', '）'];

/// Keys of metadata that hold a slug or a signal.
const KEYS: &[&str] = &["slug", "slugline", "signal", "instruction", "newsitemtype"];

/// What the article does to an earlier one; the gravest where several are announced.
pub fn of(title: &str, text: &str, draft: &Draft) -> Option<Amendment> {
    let status = draft.pubstatus.as_deref().and_then(status);
    let category = draft.category.as_deref().and_then(whole);
    let label = draft.version.as_deref().and_then(whole);
    let slugs = draft.extra.iter().filter(|(k, _)| KEYS.contains(&k.to_lowercase().as_str())).map(|(_, v)| v).filter_map(Value::as_str);
    let slugs = slugs.filter_map(|slug| {
        let opening = || opening(slug).filter(|_| !is_slug_of_words(slug));
        status_word(slug).or_else(opening).or_else(|| of_slug(slug)).or_else(|| to_editors(slug))
    });
    let titled = opening(title).or_else(|| closing(title)).or_else(|| naming(title)).or_else(|| plea(title));
    [titled, said(text), status, category, label].into_iter().flatten().chain(slugs).max()
}

/// What a slug announces at its end: `Orun-wells kill`, `BC-Wells, KILL`. One of mere words may end in any word.
pub fn of_slug(slug: &str) -> Option<Amendment> {
    let (before, last) = slug.trim().rsplit_once([' ', ','])?;
    whole(last).filter(|_| slug.contains(',') || before.contains('-') && !before.contains(' '))
}

/// What a headline announces at its end: `… (CORRECTED)`, `… story withdrawn`.
fn closing(headline: &str) -> Option<Amendment> {
    let headline = headline.trim_end();
    let inside = headline.strip_suffix([')', ']', '）']).and_then(|rest| rest.rsplit(['(', '[', '（']).next());
    let is_withdrawn = || {
        let end: Vec<&str> = headline.rsplit([' ', '-']).take(2).collect();
        matches!(*end, [last, "story" | "Story" | "STORY"] if whole(last) == Some(Kill))
    };
    inside.and_then(whole).or_else(|| is_withdrawn().then_some(Kill))
}

/// What a headline announces that ends with the number of a message: `KILL Orun-wells NOR0123`, `CORRECTION to NOR0123`.
fn naming(headline: &str) -> Option<Amendment> {
    let is_naming = headline.split_whitespace().next_back().is_some_and(is_message_number) && headline.split_whitespace().count() <= 8;
    is_naming.then(|| begun(headline)).flatten()
}

/// The announcement that a line begins with, whatever follows.
fn begun(line: &str) -> Option<Amendment> {
    let written = key(line);
    let begins = |words: &str| written.strip_prefix(words).is_some_and(|rest| rest.starts_with(' '));
    openings().iter().find(|(words, ..)| begins(words)).map(|(_, amendment, _)| *amendment)
}

/// Service and number of a message, as wires write them: `NOR0123`, `a0042`. Planes are called `A320`, and drugs `B12`.
fn is_message_number(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = word.len() - letters;
    (1..=5).contains(&letters)
        && (digits >= 4 || letters >= 3 && digits == 3)
        && digits <= 6
        && word.bytes().skip(letters).all(|b| b.is_ascii_digit())
}

/// Whether a line asks editors to kill a story.
fn plea(line: &str) -> Option<Amendment> {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| PLEAS.iter().map(|plea| key(plea)).collect());
    let head = &line[..line.char_indices().nth(80).map_or(line.len(), |(at, _)| at)];
    let written = key(head);
    KEYS.iter().any(|plea| written.contains(plea.as_str())).then_some(Kill)
}

/// What a note to editors announces: `Eds: CORRECTS spelling`.
fn to_editors(line: &str) -> Option<Amendment> {
    let note = ["Eds:", "EDS:", "Editors:", "EDITORS:"].iter().find_map(|eds| line.trim_start().strip_prefix(eds))?;
    note.split_whitespace().any(|word| key(word) == "corrects").then_some(Correction)
}

/// What the first line of a text, its last one, or a text that is a mere notice announces.
fn said(text: &str) -> Option<Amendment> {
    let is_short = |line: &&str| line.split_whitespace().nth(NOTICE_WORDS).is_none();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().filter(is_short);
    let notice = Some(text).filter(is_short).and_then(|text| withdrawing(text).or_else(|| plea(text)));
    let in_brackets = first.filter(|line| line.starts_with(['(', '[']) && line.ends_with([')', ']'])).and_then(begun);
    let corrected = [first, lines.next_back().filter(is_short)].into_iter().flatten().any(says_corrected);
    let others = [in_brackets.filter(|a| *a == Correction), first.and_then(to_editors), corrected.then_some(Correction)];
    [notice].into_iter().chain(others).flatten().max()
}

fn says_corrected(line: &str) -> bool {
    let bare = line.trim_start_matches(['(', '[', '*', ' ']);
    let is_this = bare.get(..5).is_some_and(|this| this.eq_ignore_ascii_case("this "));
    is_this && CORRECTED.iter().any(|said| key(bare).contains(said))
}

/// A notice that names the message to be withdrawn: `Please kill NOR0123`, `Kill item NOR0123`.
fn withdrawing(notice: &str) -> Option<Amendment> {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| WITHDRAW.iter().map(|word| key(word)).collect());
    let words: Vec<&str> = notice.split_whitespace().collect();
    let near = |n: usize| words[n.saturating_sub(BEFORE_NUMBER)..n].iter().any(|word| KEYS.contains(&key(word)));
    (1..words.len()).any(|n| is_message_number(words[n]) && near(n)).then_some(Kill)
}

fn status(written: &str) -> Option<Amendment> {
    status_word(written.rsplit(['#', '/']).next()?)
}

fn status_word(written: &str) -> Option<Amendment> {
    let code = written.rsplit(':').next()?.trim().to_lowercase();
    STATUS.iter().find(|(word, _)| *word == code).map(|(_, amendment)| *amendment)
}

/// [`OPENINGS`] by their keys, each with whether it needs no mark behind it.
fn openings() -> &'static [(String, Amendment, bool)] {
    static KEYS: LazyLock<Vec<(String, Amendment, bool)>> =
        LazyLock::new(|| OPENINGS.iter().map(|(words, amendment)| (key(words), *amendment, PLAIN.contains(words))).collect());
    &KEYS
}

/// First words of [`openings`]: few headlines begin so, and only these are looked at closely.
fn openers() -> &'static FxHashSet<String> {
    static WORDS: LazyLock<FxHashSet<String>> = LazyLock::new(|| openings().iter().map(|(words, ..)| first_word(words)).collect());
    &WORDS
}

/// Where nothing but the announcement is written.
fn whole(written: &str) -> Option<Amendment> {
    let written = key(written);
    openings().iter().find(|(words, ..)| *words == written).map(|(_, amendment, _)| *amendment)
}

/// `kill-the-bill-march`: the words of an address, where a dash says nothing.
fn is_slug_of_words(slug: &str) -> bool {
    slug.contains('-') && !slug.contains([' ', '/', ':', '(']) && slug.chars().any(char::is_lowercase)
}

/// The announcement that a headline opens with: `CORRECTED-Ferry hits …`, `(تصحيح) …`, `UPDATE 2-…`, `KILL: …`.
fn opening(headline: &str) -> Option<Amendment> {
    let headline = headline.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '【' | '（' | '*' | '"' | '«'));
    let end = headline.char_indices().nth(40).map_or(headline.len(), |(at, _)| at);
    let head = &headline[..end];
    // `UPDATE2-` is an update as well.
    if !openers().contains(first_word(head).trim_end_matches(|c: char| c.is_ascii_digit())) {
        return None;
    }
    let upto = head.find(MARKS);
    let before = upto.map(|at| key(&head[..at]));
    // `UPDATE 2-`, `تحديث 3:`.
    let before = before.map(|b| b.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end().to_owned());
    let set_off = before.and_then(|before| openings().iter().find(|(words, ..)| *words == before));
    let written = key(head);
    let begins = |words: &str| written.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let plain = || openings().iter().find(|(words, _, is_plain)| *is_plain && begins(words));
    let alone = || openings().iter().find(|(words, ..)| headline.len() == head.len() && *words == written);
    set_off.or_else(plain).or_else(alone).map(|(_, amendment, _)| *amendment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_announce_and_do_not() {
        for (title, expected) in [
            ("KILL: Ferry hits barge", Some(Kill)),
            ("MANDATORY KILL Ferry hits barge", Some(Kill)),
            ("سحب خبر: غرق عبارة في الرملة", Some(Kill)),
            ("إلغاء الخبر السابق عن العبارة", Some(Kill)),
            ("CORRECTED-Ferry hits barge", Some(Correction)),
            ("(تصحيح) غرق عبارة في الرملة", Some(Correction)),
            ("تصحيح - غرق عبارة", Some(Correction)),
            ("Исправление: паром", Some(Correction)),
            ("更正：渡轮", Some(Correction)),
            ("UPDATE 2-Ferry hits barge", Some(Update)),
            ("تحديث 3: العبارة", Some(Update)),
            ("[Update] Ferry", Some(Update)),
            ("UPDATE2: Ferry", Some(Update)),
            ("- Update", Some(Update)),
            ("Correction", Some(Correction)),
            ("Correction officers strike at Orun jail", None),
            ("Kill Bill returns to cinemas", None),
            ("Update on the ferry - what we know", None),
            ("إلغاء رحلات العبارة بسبب الضباب", None),
            ("سحب المنتج من الأسواق - الوزارة توضح", None),
            ("الوزارة: تصحيح الأخطاء واجب", None),
            ("تصحيح مسار القطار: الوزارة توضح", None),
            ("Ferry: correction of course came late", None),
            ("STORY REMOVED: Ferry hits barge", Some(Kill)),
            ("", None),
        ] {
            assert_eq!(opening(title), expected, "{title}");
        }
    }

    #[test]
    fn headlines_announce_at_their_end_or_by_a_number() {
        for (title, expected) in [
            ("غرق عبارة في الرملة (تصحيح)", Some(Correction)),
            ("Ferry hits barge (CORRECTED)", Some(Correction)),
            ("Ferry hits barge: story withdrawn", Some(Kill)),
            ("KILL NOR0123", Some(Kill)),
            ("KILL Orun-ferry NOR0123", Some(Kill)),
            ("CORRECTION to NOR0123", Some(Correction)),
            ("تنويه: يرجى إلغاء خبر غرق العبارة", Some(Kill)),
            ("Kill Bill returns to cinemas", None),
            ("Kill switch found on A320", None),
            ("Bank correction sends index below 4000", None),
            ("Ferry hits barge (photos)", None),
            ("Minister tells the story withdrawn troops told", None),
            ("الوزارة: يرجى إلغاء الحجوزات", None),
        ] {
            assert_eq!(of(title, "", &Draft::default()), expected, "{title}");
        }
    }

    #[test]
    fn texts_announce_in_their_first_or_last_line() {
        let story = "The ferry hit a barge in fog off Orun on Monday and seven people were hurt.";
        for (text, expected) in [
            ("Please kill NOR0123".to_owned(), Some(Kill)),
            ("Editors: Kill item NOR0123 slugged Orun-ferry. Nobody was hurt.".to_owned(), Some(Kill)),
            ("يرجى إلغاء الخبر السابق عن العبارة".to_owned(), Some(Kill)),
            (format!("(تصحيح عدد الجرحى في الفقرة الثانية)\n{story}"), Some(Correction)),
            (format!("(This March 3 story has been corrected to say seven were hurt)\n{story}"), Some(Correction)),
            (format!("{story}\nThis story has been corrected to say that seven were hurt."), Some(Correction)),
            (format!("Eds: CORRECTS spelling of Orun.\n{story}"), Some(Correction)),
            (format!("(Orun) {story}"), None),
            (format!("Engineers want to kill the A320 line.\n{story}"), None),
            (format!("The paper said that its story has been corrected.\n{story}"), None),
        ] {
            assert_eq!(of("Ferry hits barge", &text, &Draft::default()), expected, "{text}");
        }
    }

    #[test]
    fn metadata_announces() {
        let of = |key: &str, value: &str| {
            let mut draft = Draft::default();
            match key {
                "pubstatus" => draft.pubstatus = Some(value.to_owned()),
                "category" => draft.category = Some(value.to_owned()),
                "version" => draft.version = Some(value.to_owned()),
                _ => drop(draft.extra.insert(key.to_owned(), value.into())),
            }
            super::of("Ferry hits barge", "", &draft)
        };
        for (key, value, expected) in [
            ("pubstatus", "canceled", Some(Kill)),
            ("pubstatus", "stat:canceled", Some(Kill)),
            ("pubstatus", "http://cv.iptc.org/newscodes/pubstatusg2/withheld", Some(Kill)),
            ("pubstatus", "usable", None),
            ("slug", "KILL-FERRY", Some(Kill)),
            ("slug", "correction/ferry", Some(Correction)),
            ("slug", "kill-the-bill-march", None),
            ("slug", "kill-bill", None),
            ("slug", "orun-ferry kill", Some(Kill)),
            ("slug", "BC-Ferry, KILL", Some(Kill)),
            ("slug", "road kill", None),
            ("instruction", "Eds: CORRECTS spelling in 3rd paragraph.", Some(Correction)),
            ("signal", "sig:update", Some(Update)),
            ("category", "تصحيح", Some(Correction)),
            ("category", "correction facilities", None),
            ("version", "Corrected", Some(Correction)),
            ("version", "2", None),
            ("keywords", "kill", None),
        ] {
            assert_eq!(of(key, value), expected, "{key} = {value}");
        }
    }
}
