//! What a line of an article says of the article itself: that it was corrected, brought up to date or withdrawn.
//!
//! Only lines that name themselves count, `This article was amended …`, or that name an earlier version behind `Correction:`. Stories tell of
//! corrections too.

use std::sync::LazyLock;

use super::{openers, opening};
use rustc_hash::FxHashSet;

use crate::article::Amendment::{self, Correction, Kill, Update};
use crate::sources::{first_word, key};

/// How an article names itself.
const SELF: &[&str] = &[
    "this story",
    "this article",
    "this report",
    "this post",
    "this piece",
    "هذا الخبر",
    "هذا المقال",
    "هذا التقرير",
    "هذه المادة",
    "cet article",
    "cette dépêche",
    "dieser artikel",
    "dieser text",
    "dieser beitrag",
    "diese meldung",
    "este artículo",
    "esta noticia",
    "esta información",
    "este artigo",
    "esta reportagem",
    "este texto",
    "esta notícia",
    "questo articolo",
    "questa notizia",
    "эта статья",
    "эта новость",
    "этот материал",
    "этот текст",
    "bu haber",
    "bu makale",
    "dit artikel",
    "dit bericht",
    "ten artykuł",
    "ten tekst",
    "den här artikeln",
];

/// How it names the one before.
const EARLIER: &[&str] = &[
    "earlier version",
    "previous version",
    "an earlier report",
    "an earlier story",
    "originally stated",
    "originally reported",
    "incorrectly stated",
    "misstated",
    "misidentified",
    "misspelled",
    "نسخة سابقة",
    "النسخة السابقة",
    "خبر سابق",
    "version précédente",
    "version antérieure",
    "première version",
    "frühere version",
    "früheren version",
    "früheren fassung",
    "ursprünglichen version",
    "ersten fassung",
    "versión anterior",
    "versão anterior",
    "versione precedente",
    "предыдущей версии",
    "ранней версии",
    "önceki sürüm",
    "önceki hali",
    "eerdere versie",
    "poprzedniej wersji",
    "wcześniejszej wersji",
    "tidigare version",
];

/// What was done to it.
const DONE: &[(&str, Amendment)] = &[
    ("was amended", Correction),
    ("has been amended", Correction),
    ("was corrected", Correction),
    ("has been corrected", Correction),
    ("a été corrigé", Correction),
    ("a été modifié", Correction),
    ("wurde korrigiert", Correction),
    ("wurde berichtigt", Correction),
    ("ha sido corregid", Correction),
    ("fue corregid", Correction),
    ("foi corrigid", Correction),
    ("è stato corretto", Correction),
    ("è stata corretta", Correction),
    ("исправлен", Correction),
    ("düzeltil", Correction),
    ("is gecorrigeerd", Correction),
    ("został poprawiony", Correction),
    ("har rättats", Correction),
    ("has been updated to correct", Correction),
    ("was updated to correct", Correction),
    ("has been updated to fix", Correction),
    ("has been edited to correct", Correction),
    ("has been changed to correct", Correction),
    ("has been revised to correct", Correction),
    ("has been revised", Update),
    ("has been updated", Update),
    ("was updated", Update),
    ("a été mis à jour", Update),
    ("a été mise à jour", Update),
    ("a été actualisé", Update),
    ("wurde aktualisiert", Update),
    ("ha sido actualizad", Update),
    ("fue actualizad", Update),
    ("foi atualizad", Update),
    ("è stato aggiornato", Update),
    ("è stata aggiornata", Update),
    ("обновлен", Update),
    ("дополнен", Update),
    ("güncellen", Update),
    ("is bijgewerkt", Update),
    ("has been retracted", Kill),
    ("was retracted", Kill),
    ("has been withdrawn", Kill),
    ("was withdrawn", Kill),
];

/// The same in languages that put the verb first: with how the article names itself behind it.
const DONE_FIRST: &[(&str, Amendment)] = &[
    ("تم تصحيح", Correction),
    ("جرى تصحيح", Correction),
    ("تم تعديل", Correction),
    ("تم تحديث", Update),
    ("جرى تحديث", Update),
    ("تم سحب", Kill),
];

/// What notes of the desk begin with, before a colon.
const NOTES: &[&str] = &[
    "editor's note",
    "editors' note",
    "editor's notes",
    "note",
    "ملاحظة",
    "ملاحظة المحرر",
    "تنويه",
    "توضيح",
    "note de la rédaction",
    "nota del editor",
    "nota de la redacción",
    "anmerkung der redaktion",
    "anm. d. red.",
    "nota da redação",
    "nota della redazione",
    "от редакции",
    "editörün notu",
];

/// Words behind which the rest of a line says why it was updated; in a story of the stage something is updated to another age.
const WHY: &[&str] = &[
    "with ",
    "to reflect",
    "to include",
    "to add",
    "to clarify",
    "throughout",
    "after ",
    "to show",
    "to remove",
    "to say",
    "since ",
    "following ",
];

/// How notes are headed that no headline begins with.
const HEADINGS: &[&str] = &[
    "a correction was made",
    "corrections",
    "correction appended",
    "corrections and clarifications",
    "corrections clarifications",
    "correction to this article",
];

/// The first words of those of these and of [`EARLIER_OF_THIS`] that begin as very many lines do.
const ARTICLES: [&str; 3] = ["a correction", "an earlier version", "a previous version"];

/// Words between a heading and its colon: a day.
const DAY_WORDS: usize = 8;

/// What a note begins with that has no heading, and what was wrong in the earlier version.
const EARLIER_OF_THIS: &[&str] = &[
    "an earlier version of this",
    "a previous version of this",
    "earlier versions of this",
    "previous versions of this",
    "an earlier version of the story",
    "an earlier version of the article",
];
const WRONG: &[&str] = &[
    "misstated",
    "misidentified",
    "misspelled",
    "misspelt",
    "misattributed",
    "misquoted",
    "incorrect",
    "wrong",
    "error",
    "mistake",
    "should have",
    "erroneous",
    "inaccurate",
];

struct Keys {
    own: Vec<String>,
    earlier: Vec<String>,
    done: Vec<(String, Amendment)>,
    done_first: Vec<(String, Amendment)>,
    notes: Vec<String>,
    headings: Vec<String>,
    /// First words of all these that lines begin with.
    first: FxHashSet<String>,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let all = |words: &[&str]| words.iter().map(|word| key(word)).collect();
    let done = |words: &[(&str, Amendment)]| words.iter().map(|(word, amendment)| (key(word), *amendment)).collect();
    let begins = SELF.iter().chain(NOTES).chain(DONE_FIRST.iter().map(|(word, _)| word)).chain(HEADINGS).chain(EARLIER_OF_THIS);
    let first = begins.map(|words| first_word(&key(words)).to_string()).collect();
    Keys {
        own: all(SELF),
        earlier: all(EARLIER),
        done: done(DONE),
        done_first: done(DONE_FIRST),
        notes: all(NOTES),
        headings: all(HEADINGS),
        first,
    }
});

/// Whether a line begins as those do that say something of their article. Few do, and only these are looked at closely.
pub fn may_say(line: &str) -> bool {
    let first = first_word(line);
    let begins = |words: &str| line.get(..words.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(words));
    match first.as_str() {
        "a" | "an" => ARTICLES.iter().any(|words| begins(words)),
        _ => KEYS.first.contains(&first) || openers().contains(&first),
    }
}

/// What a line says of the article that it stands in.
pub fn says(line: &str) -> Option<Amendment> {
    let bare = line.trim_start_matches(['(', '[', '*', '•', '-', '–', '—', ' ']);
    if !may_say(bare) {
        return None;
    }
    let note = bare.split_once([':', '：']).filter(|(label, _)| KEYS.notes.contains(&key(label)));
    let said = key(note.map_or(bare, |(_, rest)| rest));
    let begins_itself = KEYS.own.iter().find_map(|own| said.strip_prefix(own.as_str()));
    if let Some(rest) = begins_itself {
        let done =
            KEYS.done.iter().find_map(|(done, amendment)| Some((rest.trim_start().strip_prefix(done.as_str())?.trim_start(), *amendment)));
        return done.filter(|(rest, amendment)| is_meant(rest, *amendment, note.is_some())).map(|(_, amendment)| amendment);
    }
    let first = KEYS.done_first.iter().find_map(|(done, amendment)| Some((said.strip_prefix(done.as_str())?.trim_start(), *amendment)));
    if let Some((rest, amendment)) = first {
        return KEYS.own.iter().any(|own| rest.starts_with(own.as_str())).then_some(amendment);
    }
    let names_earlier = || KEYS.earlier.iter().any(|earlier| said.contains(earlier.as_str()));
    let names_itself = || KEYS.own.iter().any(|own| said.contains(own.as_str()));
    let is_wrong = || EARLIER_OF_THIS.iter().any(|begin| said.starts_with(begin)) && WRONG.iter().any(|wrong| said.contains(wrong));
    let is_of_earlier = is_headed(bare) && (names_earlier() || names_itself());
    (is_of_earlier || is_wrong() || note.is_some() && names_earlier() && WRONG.iter().any(|wrong| said.contains(wrong)))
        .then_some(Correction)
}

/// Whether a line begins with the heading of a correction, and maybe a day: `Correction: …`, `CORRECTION (March 4, 2026): …`, `Correction 4 March: …`.
fn is_headed(line: &str) -> bool {
    let label = line.split([':', '：', '(', '–', '—']).next().unwrap_or_default().trim();
    if label.len() == line.len() || label.split_whitespace().nth(DAY_WORDS).is_some() {
        return false;
    }
    // A day stands behind the heading.
    let words = label.split_inclusive(' ').scan(0, |end, word| {
        *end += word.len();
        Some(*end)
    });
    words.into_iter().any(|end| {
        let (heading, day) = label.split_at(end);
        let heading = heading.trim_end_matches([' ', ',']);
        let is_heading = opening(&format!("{heading}:")) == Some(Correction) || KEYS.headings.contains(&key(heading));
        is_heading && (day.is_empty() || day.contains(char::is_numeric))
    })
}

/// Whether what follows `This article has been updated` can follow it where the article speaks of itself. Goods are articles that are withdrawn.
fn is_meant(rest: &str, amendment: Amendment, is_note: bool) -> bool {
    match amendment {
        Correction => true,
        Kill => is_note || rest.is_empty(),
        Update => rest.is_empty() || rest.contains(char::is_numeric) || WHY.iter().any(|why| rest.starts_with(why)) || !rest.is_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_was_done_to_their_article() {
        for (line, expected) in [
            ("Correction: An earlier version of this article misstated the number of those hurt. It is seven.", Some(Correction)),
            ("CORRECTION (March 4, 2026): This story has been corrected to show that seven were hurt.", Some(Correction)),
            ("This article was amended on 4 March 2026 because an earlier version said nine were hurt.", Some(Correction)),
            ("تصحيح: ذكرت نسخة سابقة من هذا الخبر أن عدد الجرحى تسعة، والصحيح سبعة.", Some(Correction)),
            ("Correction 4 March 2026: An earlier version of this article said nine.", Some(Correction)),
            ("Correction, March 4: An earlier version said nine.", Some(Correction)),
            ("A correction was made on March 4, 2026: An earlier version of this article misstated the sum.", Some(Correction)),
            ("Correction le 4 mars à 10 heures : une première version de cet article parlait de neuf blessés.", Some(Correction)),
            ("Corrections & Clarifications: An earlier version of this story misspelled Orun.", Some(Correction)),
            ("Correction — an earlier version of this article misspelled Orun.", Some(Correction)),
            ("An earlier version of this story misspelled the name of the mayor.", Some(Correction)),
            ("Editor's note: An earlier version of this story gave an incorrect sum.", Some(Correction)),
            ("This story has been updated to correct the sum.", Some(Correction)),
            ("Note: An earlier version of this story was published in March.", None),
            ("An earlier version of this bridge was wooden.", None),
            ("Correction of the river's course: an old dream.", None),
            ("Korrektur: In einer früheren Version hieß es, neun seien verletzt.", Some(Correction)),
            ("Cet article a été corrigé le 4 mars.", Some(Correction)),
            ("Rectificación: una versión anterior decía nueve.", Some(Correction)),
            ("تم تحديث هذا الخبر", Some(Update)),
            ("This story has been updated.", Some(Update)),
            ("This story was updated on March 4 at 10:15.", Some(Update)),
            ("This article has been updated to include what the mayor said.", Some(Update)),
            ("Dieser Artikel wurde aktualisiert.", Some(Update)),
            ("Editor's note: This article has been retracted.", Some(Kill)),
            ("This article has been retracted.", Some(Kill)),
            ("This story was updated to the age of steam by its director.", None),
            ("This article was withdrawn from all shops of the town.", None),
            ("This story was told to reporters.", None),
            ("The paper said that this article was corrected.", None),
            ("Correction: shares fall a tenth", None),
            ("An earlier version of the bill was thrown out.", None),
            ("تم تحديث النظام في الميناء.", None),
            ("تصحيح المسار: الميناء يغير خطته.", None),
            ("", None),
        ] {
            assert_eq!(says(line), expected, "{line}");
        }
    }
}
