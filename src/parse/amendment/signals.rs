//! Signals of wires before a headline or behind it: `(2nd LD) …`, `WRAPUP 2-…`, `CORR …`, `ACHTUNG: Meldung … zurückgezogen`.

use super::opening;
use crate::article::Amendment::{self, Correction, Kill, Update};
use crate::sources::key;

/// What calls for the attention of editors, folded.
const CALLS: &[&str] = &[
    "attention",
    "achtung",
    "atencion",
    "attenzione",
    "atencao",
    "aviso",
    "внимание",
    "dikkat",
    "uwaga",
    "تنبيه",
    "تنويه",
    "تنويه هام",
    "تنبيه هام",
    "advisory",
    "editors",
];

/// What stands between such a call and what it is about.
const MARKS: [char; 7] = [':', '-', '–', '—', '!', '/', '.'];

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
    let is_withdrawn = is_withdrawn || rest.trim_start().starts_with("KILL ");
    opening(rest.trim_start_matches(MARKS)).or_else(|| is_withdrawn.then_some(Kill))
}

/// `(LEAD) …`, `(2nd LD) …`, `(3rd LD-Writethru) …`: what Yonhap and Xinhua send again; `2nd LEAD …`, `2ND UPDATE: …` and `LEAD 2: …` of
/// others.
fn is_lead(headline: &str) -> bool {
    let is_number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let ends = ["st", "nd", "rd", "th"].iter().any(|end| word[digits.len()..].eq_ignore_ascii_case(end));
        ends && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let is_sign = |word: &str| matches!(word.split(['-', ':']).next(), Some("LD" | "Ld" | "LEAD" | "UPDATE"));
    if let Some((label, _)) = headline.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        return match label.split_once(' ') {
            Some((number, sign)) => is_number(number) && is_sign(sign),
            None => label == "LEAD" || label == "LD",
        };
    }
    let mut words = headline.split_whitespace();
    words.next().is_some_and(is_number) && words.next().is_some_and(is_sign) || numbered(headline, "LEAD ", 1)
}

/// `WRAPUP 2-…`, `ROUNDUP 3/…`: from the second on it takes the place of another.
fn is_wrap_up(headline: &str) -> bool {
    ["WRAPUP ", "ROUNDUP "].iter().any(|sign| numbered(headline, sign, 2))
}

/// Whether a headline begins with this sign and a number from `least` on, set off from the rest.
fn numbered(headline: &str, sign: &str, least: u32) -> bool {
    let number = headline.strip_prefix(sign).and_then(|rest| rest.split_once(['-', ':', '/', '–'])).map(|(number, _)| number.trim());
    number.and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number >= least)
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
            ("تنويه هام.. إلغاء خبر غرق العبارة", Some(Kill)),
            ("AVISO: anulada la noticia \"Se hunde el ferry\"", Some(Kill)),
            ("EDITORS: KILL Ferry hits barge", Some(Kill)),
            ("Editors: kill switch for ferries", None),
            ("2nd Ld-Writethru: Ferry hits barge", Some(Update)),
            ("1st LEAD Ferry hits barge", Some(Update)),
            ("2ND UPDATE: Ferry hits barge", Some(Update)),
            ("1st lead ferry to be built", None),
            ("LEAD 2: Ferry hits barge", Some(Update)),
            ("LEAD: the metal in our water", None),
            ("ROUNDUP 2: Fähre rammt Kahn", Some(Update)),
            ("Roundup 2: Fähre", None),
            ("", None),
        ] {
            assert_eq!(signal(headline), expected, "{headline}");
        }
    }
}
