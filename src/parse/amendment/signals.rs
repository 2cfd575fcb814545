//! Signals of wires before a headline or behind it: `(2nd LD) …`, `WRAPUP 2-…`, `CORR …`, `ACHTUNG: Meldung … zurückgezogen`.

use super::opening;
use crate::article::Amendment::{self, Correction, Kill, Update};
use crate::sources::key;

/// What calls for the attention of editors, folded.
const CALLS: &[&str] =
    &["attention", "achtung", "atencion", "attenzione", "atencao", "внимание", "dikkat", "uwaga", "تنبيه", "تنويه", "advisory", "editors"];

/// What stands between such a call and what it is about.
const MARKS: [char; 5] = [':', '-', '–', '—', '!'];

/// How it is said of a report, behind a call, that it is withdrawn; folded.
const REPORTS: [&str; 7] = ["meldung", "nachricht", "depeche", "noticia", "notizia", "haber", "story"];
const WITHDRAWN: [&str; 7] = ["zuruckgezogen", "annulliert", "annulee", "anulada", "annullata", "iptal", "withdrawn"];

/// Words of the shortest headline that ends in `: correction`, and what falls in such headlines, folded.
const CORRECTED_WORDS: usize = 4;
const MARKET: &[&str] = &[
    "market", "markets", "stock", "stocks", "share", "shares", "price", "prices", "index", "wall", "gold", "oil", "bitcoin", "crypto",
    "bourse", "rally", "dow", "nasdaq", "trading", "currency", "housing",
];

/// What a signal at either end of a headline announces.
pub fn signal(headline: &str) -> Option<Amendment> {
    called(headline)
        .or_else(|| (is_lead(headline) || is_wrap_up(headline)).then_some(Update))
        .or_else(|| (headline.starts_with("CORR ") || ends_corrected(headline)).then_some(Correction))
}

/// `ATTENTION - Annulation: …`, `ACHTUNG: Meldung … zurückgezogen`.
fn called(headline: &str) -> Option<Amendment> {
    let (call, rest) = headline.split_once(MARKS)?;
    if !CALLS.contains(&key(call).as_str()) {
        return None;
    }
    let written = key(rest);
    let (first, last) = (written.split(' ').next()?, written.rsplit(' ').next()?);
    let is_withdrawn = REPORTS.contains(&first) && WITHDRAWN.contains(&last);
    opening(rest).or_else(|| is_withdrawn.then_some(Kill))
}

/// `(LEAD) …`, `(2nd LD) …`, `(3rd LD-Writethru) …`: what Yonhap and Xinhua send again.
fn is_lead(headline: &str) -> bool {
    let Some((label, _)) = headline.strip_prefix('(').and_then(|rest| rest.split_once(')')) else { return false };
    let is_number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
        matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th") && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let is_sign = |word: &str| matches!(word.split('-').next(), Some("LD" | "Ld" | "LEAD"));
    match label.split_once(' ') {
        Some((number, sign)) => is_number(number) && is_sign(sign),
        None => label == "LEAD" || label == "LD",
    }
}

/// `WRAPUP 2-…`: from the second on it takes the place of another.
fn is_wrap_up(headline: &str) -> bool {
    let number = headline.strip_prefix("WRAPUP ").and_then(|rest| rest.split_once('-')).map(|(number, _)| number);
    number.and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number > 1)
}

/// `Ferry hits barge off Orun: correction`. Of markets it is news.
fn ends_corrected(headline: &str) -> bool {
    let Some((before, last)) = headline.rsplit_once(": ") else { return false };
    let words = key(before);
    last.trim().eq_ignore_ascii_case("correction")
        && words.split(' ').count() >= CORRECTED_WORDS
        && !words.split(' ').any(|word| MARKET.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_announce_and_headlines_that_look_like_them_do_not() {
        for (headline, expected) in [
            ("(LEAD) Ferry hits barge", Some(Update)),
            ("(2nd LD) Ferry hits barge", Some(Update)),
            ("(3rd LD-Writethru) Ferry hits barge", Some(Update)),
            ("(Lead) paint found on the ferry", None),
            ("(2nd leg) Orun beat Port Mallory", None),
            ("WRAPUP 2-Ferry hits barge", Some(Update)),
            ("WRAPUP 1-Ferry hits barge", None),
            ("Wrapup of the week - ferries", None),
            ("CORR Ferry hits barge", Some(Correction)),
            ("Corr wins the ferry race", None),
            ("Ferry hits barge off Orun: correction", Some(Correction)),
            ("Housing market after the boom: correction", None),
            ("Ferry race: correction", None),
            ("ATTENTION - Annulation: Le bac heurte une péniche", Some(Kill)),
            ("Attention: annulation de bacs à Orun", None),
            ("ATTENTION: Correction des copies du bac", None),
            ("ACHTUNG: Meldung \"Fähre rammt Kahn\" zurückgezogen", Some(Kill)),
            ("Achtung: Fähre zurückgezogen", None),
            ("Meldung über die Fähre zurückgezogen", None),
            ("تنبيه: إلغاء رحلات العبارة", None),
            ("", None),
        ] {
            assert_eq!(signal(headline), expected, "{headline}");
        }
    }
}
