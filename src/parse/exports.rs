//! Plain text that news databases export: Factiva, LexisNexis and Nexis Uni, ProQuest, NewsBank.
//!
//! What a database knows of an article stands around its text, in lines of an order or behind labels of its own. Read as text, it would be
//! words that all articles of a database share, below a headline that is the name of a section. An export is known by several marks at
//! once, which no story has; many articles in one file are many articles.

mod factiva;
mod newsbank;
mod nexis;
mod proquest;

use super::date;
use super::draft::Draft;

/// Names of languages as databases give them, in lower case, and their tags.
const LANGUAGES: &[(&[&str], &str)] = &[
    (&["english", "englisch", "anglais", "inglés", "الإنجليزية", "الانجليزية"], "en"),
    (&["arabic", "arabisch", "arabe", "العربية", "عربي"], "ar"),
    (&["french", "français", "französisch", "francés", "الفرنسية"], "fr"),
    (&["german", "deutsch", "allemand", "alemán", "الألمانية"], "de"),
    (&["spanish", "español", "espagnol", "spanisch", "الإسبانية"], "es"),
    (&["portuguese", "português", "portugais"], "pt"),
    (&["italian", "italiano", "italien"], "it"),
    (&["russian", "русский", "russe", "russisch"], "ru"),
    (&["turkish", "türkçe", "turc"], "tr"),
    (&["chinese", "chinese - simplified", "chinese - traditional", "simplified chinese", "traditional chinese", "中文"], "zh"),
    (&["japanese", "日本語"], "ja"),
    (&["korean", "한국어"], "ko"),
    (&["persian", "farsi", "فارسی"], "fa"),
    (&["hebrew", "עברית"], "he"),
    (&["urdu", "اردو"], "ur"),
    (&["indonesian", "bahasa indonesia"], "id"),
    (&["malay", "bahasa malaysia"], "ms"),
    (&["dutch", "nederlands"], "nl"),
    (&["swedish", "svenska"], "sv"),
    (&["danish", "dansk"], "da"),
    (&["norwegian", "norsk"], "no"),
    (&["finnish", "suomi"], "fi"),
    (&["polish", "polski"], "pl"),
    (&["czech", "čeština"], "cs"),
    (&["hungarian", "magyar"], "hu"),
    (&["romanian", "română"], "ro"),
    (&["bulgarian", "български"], "bg"),
    (&["ukrainian", "українська"], "uk"),
    (&["greek", "ελληνικά"], "el"),
    (&["thai", "ไทย"], "th"),
    (&["vietnamese", "tiếng việt"], "vi"),
    (&["hindi", "हिन्दी"], "hi"),
];

/// What counts the words of an article, behind the number.
const WORDS: &[&str] = &["words", "word", "mots", "wörter", "palabras", "palavras", "parole", "слов", "kelime", "كلمة", "كلمات", "字"];
/// What begins a line that says whose the text is, in lower case.
const RIGHTS: &[&str] = &["copyright", "(c)", "©", "حقوق النشر", "all rights reserved"];
/// Words of the longest such line without a year.
const RIGHTS_WORDS: usize = 6;
/// Words of the longest date with its hour: `March 4, 2026 Wednesday 10:13 PM GMT`.
const DATE_WORDS: usize = 8;

/// The articles of a text that a database exported; `None` if it is no such text.
pub fn read(text: &str) -> Option<Vec<Draft>> {
    let lines: Vec<&str> = text.lines().collect();
    factiva::read(&lines).or_else(|| nexis::read(&lines)).or_else(|| proquest::read(&lines)).or_else(|| newsbank::read(&lines))
}

/// The tag of the first language that is named: `ENGLISH; SPANISH`.
fn language(named: &str) -> Option<String> {
    let first = named.split([';', ',', '|']).next()?.trim().to_lowercase();
    LANGUAGES.iter().find(|(names, _)| names.contains(&first.as_str())).map(|(_, tag)| (*tag).to_owned())
}

/// Whether a line is the number of words and nothing else: `1,204 words`.
fn counts_words(line: &str) -> bool {
    let Some((number, words)) = line.trim().rsplit_once(char::is_whitespace) else { return false };
    let is_number =
        number.contains(|c: char| c.is_numeric()) && number.chars().all(|c| c.is_numeric() || matches!(c, ',' | '.' | '\u{a0}'));
    is_number && WORDS.contains(&words.to_lowercase().as_str())
}

/// Whether a line says whose the text is, and since when or in few words: a paragraph may begin with `Copyright` too.
fn claims_rights(line: &str) -> bool {
    let is_claim = line.contains(|c: char| c.is_numeric()) || line.split_whitespace().nth(RIGHTS_WORDS).is_none();
    let line = line.trim().to_lowercase();
    is_claim && RIGHTS.iter().any(|rights| line.starts_with(rights))
}

/// The date that a line begins with, at most the edition behind it: `March 4, 2026, Wednesday, Late Edition - Final`.
fn date_at_begin(line: &str) -> Option<&str> {
    let line = line.trim();
    let ends = line.match_indices(' ').map(|(at, _)| at).chain([line.len()]).take(DATE_WORDS);
    let runs: Vec<&str> = ends.map(|end| line[..end].trim_end_matches([',', ' ', '-', ';'])).collect();
    runs.into_iter().rev().find(|run| date::read(run, "en").is_some())
}

/// The lines without what is empty at both ends; a line break between them.
fn joined(lines: &[&str]) -> String {
    lines.join("\n").trim().to_owned()
}

/// The articles of an export, if any of its parts is known; a part that has no form that is known is text as it is.
fn drafts(parts: Vec<(&[&str], Option<Draft>)>) -> Option<Vec<Draft>> {
    let is_known = parts.iter().any(|(_, draft)| draft.is_some());
    let draft = |(lines, draft): (&[&str], Option<Draft>)| draft.unwrap_or_else(|| super::plain::read_one(&joined(lines)));
    is_known.then(|| parts.into_iter().map(draft).collect())
}

/// Removes the title's mark of what brackets say behind it, `…: [Foreign Desk]`, as catalogues have it.
fn without_bracket(title: &str) -> &str {
    let bare = title.strip_suffix(']').and_then(|title| title.rsplit_once(": [")).map(|(title, _)| title.trim_end());
    bare.filter(|bare| !bare.is_empty()).unwrap_or(title)
}

#[cfg(test)]
mod tests;
