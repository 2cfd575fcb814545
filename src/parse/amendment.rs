//! Updates, corrections and kills, as headlines, slugs and metadata announce them; running text only speaks of such things.

mod notice;
mod own;
mod signals;

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::draft::Draft;
use crate::article::Amendment::{self, Correction, Kill, Update};
use crate::sources::{first_word, key};
use notice::{is_message_number, plea, said, to_editors};
pub use own::{may_say, says};
use signals::signal;

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
    ("إلغاء إلزامي", Kill),
    ("إلغاء فوري", Kill),
    ("تنبيه إلغاء", Kill),
    ("annulation obligatoire", Kill),
    ("dépêche annulée", Kill),
    ("anulación obligatoria", Kill),
    ("noticia anulada", Kill),
    ("anulação", Kill),
    ("anulação obrigatória", Kill),
    ("notícia anulada", Kill),
    ("notizia annullata", Kill),
    ("meldung zurückgezogen", Kill),
    ("аннулировано", Kill),
    ("аннулируется", Kill),
    ("haber iptal", Kill),
    ("haber iptali", Kill),
    ("iptal haber", Kill),
    ("تنويه بإلغاء خبر", Kill),
    ("تنويه بإلغاء الخبر", Kill),
    ("تنويه إلغاء خبر", Kill),
    ("تنويه بسحب خبر", Kill),
    ("الرجاء عدم نشر خبر", Kill),
    ("الرجاء عدم نشر الخبر", Kill),
    ("الرجاء عدم استخدام خبر", Kill),
    ("يرجى عدم نشر خبر", Kill),
    ("يرجى عدم استخدام خبر", Kill),
    ("حذف خبر", Kill),
    ("لغو خبر", Kill),
    ("撤稿", Kill),
    ("撤销稿件", Kill),
    ("撤銷稿件", Kill),
    ("取り消し", Kill),
    ("記事取り消し", Kill),
    ("記事取消", Kill),
    ("전문취소", Kill),
    ("기사 취소", Kill),
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
    ("تنويه وتصحيح", Correction),
    ("تصحيح وتنويه", Correction),
    ("إعادة مع تصحيح", Correction),
    ("إعادة مع التصحيح", Correction),
    ("إعادة إرسال مع تصحيح", Correction),
    ("repeat with correction", Correction),
    ("repeats with correction", Correction),
    ("reprise avec correction", Correction),
    ("répétition avec correction", Correction),
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
    ("rettifica", Correction),
    ("errata corrige", Correction),
    ("errata", Correction),
    ("rectificación", Correction),
    ("fe de errores", Correction),
    ("fe de erratas", Correction),
    ("rectification", Correction),
    ("rectificatie", Correction),
    ("correctie", Correction),
    ("sprostowanie", Correction),
    ("korekta", Correction),
    ("oprava", Correction),
    ("rättelse", Correction),
    ("rettelse", Correction),
    ("oikaisu", Correction),
    ("διόρθωση", Correction),
    ("תיקון", Correction),
    ("ڕاستکردنەوە", Correction),
    ("تصحيح خطأ", Correction),
    ("정정", Correction),
    ("정정보도", Correction),
    ("đính chính", Correction),
    ("уточнение", Correction),
    ("уточнено", Correction),
    ("виправлено", Correction),
    ("ralat", Correction),
    ("koreksi", Correction),
    ("update", Update),
    ("updated", Update),
    ("تحديث", Update),
    ("محدث", Update),
    ("محدثة", Update),
    ("mise à jour", Update),
    ("actualización", Update),
    ("actualización urgente", Update),
    ("aggiornamento", Update),
    ("aktualisiert", Update),
    ("обновлено", Update),
    ("дополнено", Update),
    ("güncelleme", Update),
    ("更新", Update),
    ("atualização", Update),
    ("atualizado", Update),
    ("actualizado", Update),
    ("aktualisierung", Update),
    ("aggiornato", Update),
    ("обновление", Update),
    ("به‌روزرسانی", Update),
];

/// Words that open a headline and need no mark behind them: nothing else begins so.
const PLAIN: &[&str] = &[
    "mandatory kill",
    "إلغاء خبر",
    "إلغاء الخبر",
    "سحب خبر",
    "سحب الخبر",
    "تصحيح خبر",
    "تنويه بإلغاء خبر",
    "تنويه بإلغاء الخبر",
    "تنويه إلغاء خبر",
    "تنويه بسحب خبر",
    "الرجاء عدم نشر خبر",
    "الرجاء عدم نشر الخبر",
    "الرجاء عدم استخدام خبر",
    "يرجى عدم نشر خبر",
    "يرجى عدم استخدام خبر",
];

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
    let titled = opening(title).or_else(|| closing(title)).or_else(|| naming(title)).or_else(|| plea(title)).or_else(|| signal(title));
    [titled, said(text), draft.amended, status, category, label].into_iter().flatten().chain(slugs).max()
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
    inside.and_then(whole_of).or_else(|| is_withdrawn().then_some(Kill))
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
    // In capitals alone: `Correction to prices likely` is a headline.
    let of_headline = || openings().iter().find(|(words, ..)| words == "correction" && headline.starts_with("CORRECTION to "));
    let alone = || openings().iter().find(|(words, ..)| headline.len() == head.len() && *words == written);
    set_off.or_else(plain).or_else(of_headline).or_else(alone).map(|(_, amendment, _)| *amendment)
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
            ("", None),
        ] {
            assert_eq!(opening(title), expected, "{title}");
        }
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
            ("keywords", "kill", None),
        ] {
            assert_eq!(of(key, value), expected, "{key} = {value}");
        }
    }
}
