//! Updates, corrections and kills, as headlines, slugs and metadata announce them; running text only speaks of such things.

mod notice;
mod own;
mod signals;
mod words;

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::draft::Draft;
use crate::article::Amendment::{self, Correction, Kill, Update};
use crate::sources::{first_word, key};
use notice::{is_message_number, plea, said, to_editors};
pub use own::{may_say, says};
use signals::signal;
use words::OPENINGS;

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

/// What sets an opening off from the headline.
const MARKS: &[char] = &[':', '：', '-', '–', '—', '|', '/', '*', '.', '…', '+', ')', ']', '】', '）', '>'];

/// Keys of metadata that hold a slug or a signal.
const KEYS: &[&str] = &["slug", "slugline", "signal", "instruction", "newsitemtype"];

/// The key of a note to editors.
const NOTE: &str = "ednote";

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
    let labels = draft.extra.iter().filter_map(|(key, value)| labelled(key, value));
    let notes = draft.extra.iter().filter(|(key, _)| key.eq_ignore_ascii_case(NOTE)).filter_map(|(_, value)| noted(value.as_str()?));
    let titled = opening(title).or_else(|| closing(title)).or_else(|| naming(title)).or_else(|| plea(title)).or_else(|| signal(title));
    [titled, said(text), draft.amended, status, category, label].into_iter().flatten().chain(slugs).chain(notes).chain(labels).max()
}

/// What JSON says of its article beside the status of publication: `"status": "retracted"`, `"type": "correction"`, `"correction": "…"`.
fn labelled(key: &str, value: &Value) -> Option<Amendment> {
    match (key, value) {
        ("status", Value::String(word)) => status_word(word),
        ("type", Value::String(word)) => status_word(word).filter(|announced| *announced != Update),
        ("correction", Value::Bool(is)) => is.then_some(Correction),
        ("correction", Value::String(said)) => (!said.trim().is_empty()).then_some(Correction),
        _ => None,
    }
}

/// What a note to editors announces: `CORRECTION: …`, `Corrects number in 2nd paragraph`, `Please kill NOR0123`.
fn noted(note: &str) -> Option<Amendment> {
    opening(note).or_else(|| said(note)).or_else(|| begun(note).filter(|announced| *announced == Correction))
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
    // «(تحديث 2)».
    let whole_of = |inside: &str| whole(inside.trim_end_matches(|c: char| c.is_numeric() || c == ' '));
    let in_brackets = |inside: &str| whole_of(inside).or_else(|| is_full_report(inside).then_some(Update));
    inside.and_then(in_brackets).or_else(|| is_withdrawn().then_some(Kill)).or_else(|| set_off_at_end(headline))
}

/// `종합`, `종합2보`, `2보`, `상보`: fuller reports that take the place of flashes, as agencies of Korea number them.
fn is_full_report(inside: &str) -> bool {
    let number = inside.strip_suffix('보').map(|rest| rest.strip_prefix("종합").unwrap_or(rest));
    matches!(inside, "종합" | "상보") || number.and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number > 1)
}

/// `… - CORRECTED`, «… / تصحيح»: in capitals, where the script has them, since any word may stand behind a dash.
fn set_off_at_end(headline: &str) -> Option<Amendment> {
    let ends = [" - ", " – ", " — ", " -- ", " / ", "..", "…"];
    let last = ends.iter().filter_map(|mark| Some(headline.rsplit_once(mark)?.1)).min_by_key(|last| last.len())?;
    whole(last).filter(|_| !last.contains(char::is_lowercase))
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

/// What a publication status says.
pub fn status(written: &str) -> Option<Amendment> {
    status_word(written.rsplit(['#', '/']).next()?)
}

fn status_word(written: &str) -> Option<Amendment> {
    let code = written.rsplit(':').next()?.trim().to_lowercase();
    STATUS.iter().find(|(word, _)| *word == code).map(|(_, amendment)| *amendment)
}

/// [`OPENINGS`] by their keys, each with what it announces and whether it needs a mark behind it.
fn openings() -> &'static [(String, Amendment, bool)] {
    static KEYS: LazyLock<Vec<(String, Amendment, bool)>> = LazyLock::new(|| {
        let keys = |(announced, needs_mark, words): (Amendment, bool, &str)| {
            words.split('|').map(move |words| (key(words), announced, needs_mark)).collect::<Vec<_>>()
        };
        OPENINGS.into_iter().flat_map(keys).collect()
    });
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

/// The announcement that a headline opens with: `CORRECTED-Ferry hits …`, `(تصحيح) …`, `UPDATE 2-…`, `KILL: …`; the graver of the two of
/// `UPDATE 2-CORRECTED-Ferry hits …`.
fn opening(headline: &str) -> Option<Amendment> {
    let (first, rest) = first_opening(headline)?;
    let second = rest.and_then(first_opening).map(|(second, _)| second);
    Some(second.map_or(first, |second| second.max(first)))
}

/// The announcement that a headline opens with, and what a mark sets off from it.
fn first_opening(headline: &str) -> Option<(Amendment, Option<&str>)> {
    let headline =
        headline.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '【' | '（' | '<' | '*' | '+' | '"' | '«'));
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
    let plain = || openings().iter().find(|(words, _, needs_mark)| !needs_mark && begins(words));
    // In capitals alone: `Correction to prices likely` is a headline.
    let of_headline = || openings().iter().find(|(words, ..)| words == "correction" && headline.starts_with("CORRECTION to "));
    let alone = || openings().iter().find(|(words, ..)| headline.len() == head.len() && *words == written);
    let announced = set_off.or_else(plain).or_else(of_headline).or_else(alone).map(|(_, amendment, _)| *amendment)?;
    Some((announced, set_off.and(upto).map(|at| headline[at..].trim_start_matches(MARKS))))
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
            ("CORRECTION to Ferry hits barge", Some(Correction)),
            ("Correction to ferry prices likely", None),
            ("إلغاء إلزامي - غرق عبارة", Some(Kill)),
            ("АННУЛИРОВАНО: Паром", Some(Kill)),
            ("HABER İPTALİ: Feribot", Some(Kill)),
            ("İptal: Feribot seferleri durdu", None),
            ("حذف خبر: غرق قایق", Some(Kill)),
            ("撤稿：渡轮", Some(Kill)),
            ("【取り消し】渡し船", Some(Kill)),
            ("RETTIFICA: Traghetto", Some(Correction)),
            ("Fe de errores: El transbordador", Some(Correction)),
            ("Rättelse: Färjan", Some(Correction)),
            ("정정: 여객선", Some(Correction)),
            ("Kill Bill returns to cinemas", None),
            ("Update on the ferry - what we know", None),
            ("إلغاء رحلات العبارة بسبب الضباب", None),
            ("سحب المنتج من الأسواق - الوزارة توضح", None),
            ("الوزارة: تصحيح الأخطاء واجب", None),
            ("تصحيح مسار القطار: الوزارة توضح", None),
            ("Ferry: correction of course came late", None),
            ("STORY REMOVED: Ferry hits barge", Some(Kill)),
            ("KILL KILL KILL - Ferry hits barge", Some(Kill)),
            ("يلغى خبر غرق العبارة", Some(Kill)),
            ("خبر ملغى: غرق عبارة", Some(Kill)),
            ("UPDATE 2-CORRECTED-Ferry hits barge", Some(Correction)),
            ("UPDATE: Correction officers strike at Orun jail", Some(Update)),
            ("CORRECTED (OFFICIAL)-Ferry hits barge", Some(Correction)),
            ("إعادة (تصحيح): غرق عبارة", Some(Correction)),
            ("<정정> 여객선", Some(Correction)),
            ("CORREGIDA: El transbordador", Some(Correction)),
            ("++ AGGIORNAMENTO ++ Il traghetto", Some(Update)),
            ("ACTUALIZA 2-El transbordador", Some(Update)),
            ("ملغى: مهرجان العبارة", None),
            ("Annulé : le concert du port", None),
            ("ПОПРАВКА: что изменится в портах", None),
            ("", None),
        ] {
            assert_eq!(opening(title), expected, "{title}");
        }
        assert_eq!(opening(&"KILL-".repeat(1 << 20)), Some(Kill), "however often it is said");
    }

    #[test]
    fn headlines_announce_at_their_end_or_by_a_number() {
        for (title, expected) in [
            ("غرق عبارة في الرملة (تصحيح)", Some(Correction)),
            ("غرق عبارة في الرملة (محدث)", Some(Update)),
            ("غرق عبارة في الرملة - (تحديث 2)", Some(Update)),
            ("تنويه بإلغاء خبر غرق العبارة", Some(Kill)),
            ("تنويه: إلغاء خبر غرق العبارة", Some(Kill)),
            ("الرجاء عدم نشر خبر غرق العبارة", Some(Kill)),
            ("الوزارة: الرجاء عدم نشر خبر غرق العبارة", None),
            ("تنويه بإلغاء رحلات العبارة", None),
            ("الرجاء عدم السباحة في الميناء", None),
            ("(إعادة مع تصحيح) غرق عبارة في الرملة", Some(Correction)),
            ("تنويه وتصحيح: غرق عبارة", Some(Correction)),
            ("إعادة فتح الميناء مع تصحيح المسار", None),
            ("غرق عبارة (تموز 2)", None),
            ("Ferry hits barge (CORRECTED)", Some(Correction)),
            ("Ferry hits barge - CORRECTED", Some(Correction)),
            ("Ferry hits barge -- WITHDRAWN", Some(Kill)),
            ("غرق عبارة في الرملة / تصحيح", Some(Correction)),
            ("여객선 좌초(종합2보)", Some(Update)),
            ("여객선 좌초 (2보)", Some(Update)),
            ("여객선 좌초 (1보)", None),
            ("여객선 좌초 (보)", None),
            ("Ferry prices - correction", None),
            ("برجاء إلغاء خبر غرق العبارة", Some(Kill)),
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
            ("ednote", "CORRECTION: corrects number of passengers", Some(Correction)),
            ("edNote", "Corrects number of passengers in second paragraph", Some(Correction)),
            ("ednote", "Editors: please kill this story, its figures were wrong.", Some(Kill)),
            ("ednote", "Kill date of the exhibition is Monday", None),
            ("ednote", "Adds quotes", None),
            ("status", "retracted", Some(Kill)),
            ("status", "published", None),
            ("type", "correction", Some(Correction)),
            ("type", "update", None),
            ("correction", "The number of passengers was wrong.", Some(Correction)),
            ("correction", "", None),
            ("keywords", "kill", None),
        ] {
            assert_eq!(of(key, value), expected, "{key} = {value}");
        }
    }
}
