//! Lines and labels that credit agencies: authors, lists of sources, copyright.

use super::marks::{LINE_WORDS, Mark, Words, has_at_most, is_lead, mark_at, only, with_and};
use crate::sources::{Kind, Sources, host_of, key};

/// Words of the longest line that lists sources.
const LIST_WORDS: usize = 3 * LINE_WORDS;
/// What begins an author line.
pub const BYLINE_LEADS: &[&str] = &["by", "par", "von", "por", "di", "بقلم", "كتب", "كتبت", "اعداد"];
/// Words between the names of authors.
const JOINING: [&str; 5] = ["and", "et", "und", "y", "و"];
/// Lines above the text among which that of the authors is looked for, and its words.
const AUTHOR_LINES: usize = 2;
const AUTHOR_WORDS: usize = 12;
/// What begins the line below a picture, folded: who took it wrote nothing.
const CAPTION_LEADS: &[&str] = &["photo", "photos", "image", "picture", "foto", "fotos", "фото", "صوره", "الصوره", "صور"];
/// What stands between an agency and its place or partner on an author line.
const BESIDE: [&str; 7] = [" in ", " with ", " and ", " avec ", " mit ", " con ", " مع "];
/// What stands in lists of sources for agencies that are not named, folded.
const GENERAL: [&str; 6] = ["وكالات", "الوكالات", "وكالات الانباء", "agencies", "news agencies", "agences"];
/// What stands between an outlet and the agencies whose texts it used.
const WITH: [&str; 13] = [" avec ", " with ", " mit ", " con ", " com ", " met ", " med ", " z ", " с ", " și ", " cu ", " مع ", " και "];
/// Words of what two do together that is no text, folded.
const NO_OUTLETS: &[&str] = &[
    "interview",
    "entretien",
    "entrevista",
    "intervista",
    "gesprach",
    "gesprek",
    "wywiad",
    "интервью",
    "partnership",
    "partenariat",
    "partnerschaft",
    "deal",
    "contract",
    "contrat",
    "contrato",
    "accord",
    "acuerdo",
    "acordo",
    "agreement",
    "cooperation",
    "conversation",
    "talk",
    "talks",
    "meeting",
    "war",
    "dispute",
    "لقاء",
    "مقابله",
    "حوار",
    "شراكه",
    "اتفاق",
    "اتفاقيه",
    "تعاون",
];
/// Words that names of outlets have in small letters.
const SMALL: &[&str] =
    &["de", "du", "des", "la", "le", "les", "of", "the", "et", "and", "da", "do", "di", "del", "der", "und", "y", "d", "van"];
/// Words of the name of an outlet that is not known.
const NAME_WORDS: usize = 4;
/// Words before the name on a copyright line: the sign, a year or two.
const LEAD_WORDS: usize = 4;
/// How the line ends that names who helped.
const CONTRIBUTED: &str = "contributed to this report";
/// What begins a copyright line.
const RIGHTS: [&str; 4] = ["©", "(c)", "copyright", "riproduzione riservata"];
/// What stands around the name of whom a report is by.
const REPORT: (&str, &str) = ("This report by ", " was first published ");

/// The agencies that parts of a label name: `Ada Lorn, Reuters`, `Agence France-Presse in Paris`.
pub fn in_parts<'s>(label: &str, sources: &'s Sources) -> Vec<Mark<'s>> {
    if let Some(marks) = only(label, sources) {
        return marks;
    }
    let parts = label
        .split([',', ';', '/', '|', '+', '&', '(', ')', '،', '؛', ':', '：', '•', '·', '—'])
        .flat_map(|p| p.split(" - "))
        .flat_map(|p| p.split(" – "));
    let parts = parts.flat_map(|part| BESIDE.iter().find_map(|word| part.split_once(word)).map_or([part, ""], |(a, b)| [a, b]));
    parts.filter_map(|part| only(part, sources)).flatten().collect()
}

/// Where the line above a text stands that names those whom the metadata name as its authors, and nothing else.
pub fn author(lines: &[super::Line<'_>], byline: &str) -> Option<(usize, usize)> {
    let names = |text: &str| {
        let text = key(text);
        let words = text.split(' ').skip_while(|word| BYLINE_LEADS.contains(word)).filter(|word| !JOINING.contains(word));
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let wanted = names(byline);
    let is_author = |line: &str| !line.ends_with('.') && has_at_most(line, AUTHOR_WORDS) && names(line) == wanted;
    let (at, line) = lines.split_last()?.1.iter().take(AUTHOR_LINES).find(|(_, line)| is_author(line))?;
    (!wanted.is_empty()).then_some((*at, at + line.len()))
}

/// Whether a line says what a picture shows, or who took it.
pub fn is_caption(line: &str) -> bool {
    first_read(line).is_some_and(|words| CAPTION_LEADS.contains(&words.folded(0)))
}

/// The agencies that a line names which names sources and nothing else: «أ ف ب», «فرانس24/ أ ف ب», «المصدر: الجزيرة + رويترز».
pub fn whole_line<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let words = first_read(line)?;
    let first = words.folded(0);
    let may_credit = sources.begins_credit(first) || is_lead(first) || with_and(first, sources).is_some();
    if !may_credit && !sources.may_begin_name(line) && !begins_with_writer(line) {
        return None;
    }
    let label = line.split_once(':').filter(|(label, _)| !label.trim().contains(' ') && is_lead(first));
    only(line, sources).or_else(|| {
        if !has_at_most(line, LIST_WORDS) {
            return None;
        }
        let (mut marks, mut unknown) = (Vec::new(), false);
        for part in label.map_or(line, |(_, list)| list).split(['/', '|', '+', '&', '،', ',']) {
            match only(part, sources) {
                Some(named) => marks.extend(named),
                None => match named(line, part, label.is_some(), sources) {
                    Some(named) => marks.extend(named),
                    None if label.is_some() && is_name(part) => unknown = true,
                    None => return None,
                },
            }
        }
        if unknown && marks.is_empty() {
            return None;
        }
        // Behind `Source:` outlets may be named that are no agencies: then nobody is credited.
        (label.is_some() || !marks.is_empty()).then_some(marks)
    })
}

/// Whether `part` may be the name of an outlet that is not known: `ZEIT ONLINE` in `Quelle: ZEIT ONLINE, dpa`.
fn is_name(part: &str) -> bool {
    let begins_small = part.split_whitespace().next().is_none_or(|word| word.starts_with(char::is_lowercase));
    let is_host = || !part.trim().contains(' ') && host_of(&format!("http://{}", part.trim())).is_some();
    is_host() || !begins_small && part.split_whitespace().count() <= NAME_WORDS && !part.contains(['.', '?', '!', '؟', '"', '«', '“'])
}

/// Whether a line begins with the initials of a writer and a slash: `mkl/dpa/AFP`.
fn begins_with_writer(line: &str) -> bool {
    line.split_once('/').is_some_and(|(writer, _)| is_writer(writer))
}

/// Three or four small letters by which a desk knows who wrote: `mkl`.
fn is_writer(part: &str) -> bool {
    let part = part.trim();
    (3..=4).contains(&part.chars().count()) && part.chars().all(char::is_lowercase)
}

/// The agencies of `Le Soir avec AFP`: who publishes made its text of theirs.
pub fn together<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    if !has_at_most(line, LIST_WORDS) {
        return None;
    }
    let trimmed = line.trim_matches(['(', ')', '.', ' ']);
    let (who, agencies) = WITH.iter().find_map(|with| trimmed.split_once(with))?;
    let folded = key(who);
    let speaks = folded.split(' ').any(|word| NO_OUTLETS.contains(&word));
    let is_cased = who.chars().any(char::is_lowercase);
    let is_capital = |word: &str| !word.starts_with(char::is_lowercase) || SMALL.contains(&word);
    let is_outlet =
        if is_cased { is_name(who) && who.split_whitespace().all(is_capital) } else { sources.named(who, None, None).is_some() };
    (is_outlet && !speaks).then(|| only(agencies, sources)).flatten()
}

/// A known source in a list: an agency is credited if the list `is_labelled`, since «الفرنسية» is AFP only there. `None` for what is no source.
fn named<'s>(line: &str, part: &str, is_labelled: bool, sources: &'s Sources) -> Option<Option<Mark<'s>>> {
    let is_initials = |part: &str| part.split(' ').all(|word| word.chars().count() <= 2);
    if GENERAL.contains(&key(part).as_str()) || is_initials(&key(part)) || is_writer(part) {
        return Some(None);
    }
    let source = sources.named(part, None, None).or_else(|| sources.meant_by(part).first().copied())?;
    let found = part.trim();
    let start = found.as_ptr() as usize - line.as_ptr() as usize;
    let mark = Mark { source, found: found.to_owned(), start, end: start + found.len(), words: 1 };
    Some((is_labelled && source.kind == Some(Kind::Agency)).then_some(mark))
}

/// The agencies of an author line above the text: `By Ada Lorn, Reuters`, or the name alone.
pub fn byline<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    let has_lead = || first_read(line).is_some_and(|words| BYLINE_LEADS.contains(&words.folded(0)));
    let is_byline = || has_lead() && has_at_most(line, LINE_WORDS);
    whole_line(line, sources).or_else(|| is_byline().then(|| in_parts(line, sources)).filter(|marks| !marks.is_empty()))
}

/// The agencies of `Copyright 2026 The Associated Press. All rights reserved.`, `Reuters contributed to this report.` and `This report by The
/// Canadian Press was first published May 4, 2026.`
pub fn rights<'s>(line: &str, sources: &'s Sources) -> Option<Vec<Mark<'s>>> {
    if let Some(who) = line.trim_end_matches('.').strip_suffix(CONTRIBUTED) {
        return only(who, sources).or_else(|| Some(vec![mark_at(who, &mut first_read(who)?, 0, sources)?]));
    }
    if let Some((who, _)) = line.strip_prefix(REPORT.0).and_then(|rest| rest.split_once(REPORT.1)) {
        return only(who, sources);
    }
    let begins = |with: &str| line.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if !RIGHTS.into_iter().any(begins) || !has_at_most(line, LIST_WORDS) {
        return None;
    }
    let mut words = Words::new(line);
    let name = (0..LEAD_WORDS).find(|&at| words.get(at).is_some() && !is_lead(words.folded(at)))?;
    Some(vec![mark_at(line, &mut words, name, sources)?])
}

/// The words of a text that has one.
fn first_read(text: &str) -> Option<Words<'_>> {
    let mut words = Words::new(text);
    words.get(0).is_some().then_some(words)
}
