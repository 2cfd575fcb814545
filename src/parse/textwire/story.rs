//! The text of a text wire's message: its headline, its byline, its paragraphs, and what is said to editors above them.

use super::super::decode::count;
use super::super::html::push_spaced;
use super::header;
use crate::takes::{is_mixed_slug, is_slug_line, item_name, take_line};

/// Longest line that reads as a headline, in characters.
const HEADLINE: usize = 140;
/// Characters of the longest line that a printer sets.
const PRINTED: usize = 100;
/// Lines of the longest headline that ends in `=`.
const HEADLINE_LINES: usize = 3;
/// More bytes than any mark of an end has, in any case.
const END_MARK: usize = 40;
/// Longest line that may be a date-time group, in bytes.
const GROUP: usize = 40;
/// Words of the longest line below a byline that names the bureau.
const BUREAU_WORDS: usize = 4;

/// Lines above the headline that say how urgent it is.
const SIGNALS: &[&str] = &["URGENT", "BULLETIN", "FLASH", "NEWSALERT", "ALERT", "EXTRA", "EIL", "BLITZ", "عاجل"];
/// What lines to editors begin with.
const TO_EDITORS: &[&str] = &["Eds:", "EDS:", "Eds.", "EDS.", "Editors:", "EDITORS:"];
/// Bytes of the longest signal in small letters.
const SIGNAL: usize = 16;
/// What lines begin with that name pictures and the like.
const MEDIA: &[&str] = &["AP Photo", "AP Graphic", "AP Video", "AP Audio", "With AP "];

/// A line of a text without the marks of typesetters: `^` begins a centred or flush line, `<` and `=` end one.
pub struct Line {
    pub text: String,
    /// It had such marks, thus stands for itself.
    marked: bool,
}

/// Characters within which a dateline ends.
const DATELINE: usize = 70;

impl Line {
    pub fn new(line: &str) -> Self {
        // Of control characters those of ASCII are one byte, the others begin with 0xc2.
        let may_control = count(line.as_bytes(), |b| (b < 0x20) & (b != b'\t') | (b == 0x7f) | (b == 0xc2)) > 0;
        let without = may_control.then(|| line.chars().filter(|c| !c.is_control() || *c == '\t').collect::<String>());
        let text = without.as_deref().unwrap_or(line).trim_end();
        let bare = text.trim_start_matches('^');
        let marked = bare.len() < text.len() || text.ends_with('<');
        let text = if marked { bare.trim_end_matches(['<', '=', '^']).trim_end() } else { text };
        Self { text: text.to_owned(), marked }
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn begins_paragraph(&self) -> bool {
        self.marked || self.is_blank() || self.text.starts_with("  ") || self.text.starts_with('\t')
    }
}

/// What the lines of a message are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Story {
    pub title: Option<String>,
    pub byline: Option<String>,
    pub text: Option<String>,
    /// Keywords above the headline, where the header has no slug.
    pub slug: Option<String>,
    /// How urgent it is, as a line of its own says.
    pub signal: Option<String>,
    /// What is said to editors.
    pub instruction: Option<String>,
    /// Pictures and the like that belong to it.
    pub media: Option<String>,
}

impl Story {
    /// Reads the lines of a message. First lines that repeat the slug are dropped; the line behind them is the headline if it looks like one.
    pub fn read(lines: &[Line], slug: Option<&str>) -> Self {
        let end = lines.iter().position(|l| is_end_mark(l.text.trim())).unwrap_or(lines.len());
        let mut story = Self::default();
        let mut lines = story.opening(&lines[..end], slug);
        let headline = lines.iter().take(HEADLINE_LINES).take_while(|l| !l.is_blank()).position(|l| !l.marked && l.text.ends_with('='));
        if let Some(last) = headline {
            let joined = lines[..=last].iter().map(|l| l.text.trim()).collect::<Vec<_>>().join(" ");
            story.title = Some(joined.trim_end_matches(['=', ' ']).to_owned()).filter(|title| !title.is_empty());
            lines = &lines[last + 1..];
        } else if let Some((first, rest)) = lines.split_first().filter(|(first, rest)| is_headline(first, rest.first())) {
            story.title = Some(first.text.trim().to_owned());
            lines = rest;
        }
        lines = story.opening(lines, slug);
        if let Some((name, rest)) = lines.split_first().and_then(|(first, rest)| Some((name_of_byline(&first.text)?, rest))) {
            let bureau = rest.first().filter(|l| l.marked && rest.len() > 1 && is_bureau(&l.text));
            lines = if bureau.is_some() { &rest[1..] } else { rest };
            story.byline = Some(bureau.map_or_else(|| name.to_owned(), |bureau| format!("{name}, {}", bureau.text.trim())));
        }
        story.text = Some(paragraphs(lines)).filter(|t| !t.is_empty());
        story
    }

    /// Takes the lines that stand above the story, and returns what follows them.
    fn opening<'l>(&mut self, mut lines: &'l [Line], slug: Option<&str>) -> &'l [Line] {
        while let Some((line, rest)) = lines.split_first() {
            let text = line.text.trim();
            let begins = |with: &[&str]| line.marked && with.iter().any(|w| text.starts_with(w));
            let note = match () {
                () if line.is_blank() || self.title.is_none() && is_slug(line, slug) => None,
                () if self.title.is_none() && is_signal(text) => Some(&mut self.signal),
                () if self.title.is_none() && self.slug.is_none() && take_line(text).is_some() => {
                    self.slug = take_line(text);
                    None
                }
                () if self.title.is_none() && self.slug.is_none() && is_slug_above(text, rest) => Some(&mut self.slug),
                () if self.title.is_none() && (slug.is_none() && is_keywords(text) || self.slug.is_none() && is_slug_line(text)) => {
                    Some(&mut self.slug)
                }
                () if begins(TO_EDITORS) => Some(&mut self.instruction),
                () if begins(MEDIA) => Some(&mut self.media),
                () => break,
            };
            if let Some(note) = note {
                *note = Some(note.take().map_or_else(|| text.to_owned(), |before| format!("{before} {text}")));
            }
            lines = rest;
        }
        lines
    }
}

/// How urgent a message is, alone on its line: `URGENT`, `urgent ¥¥¥`.
pub fn is_signal(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
    SIGNALS.contains(&bare) || bare.len() < SIGNAL && SIGNALS.contains(&bare.to_uppercase().as_str())
}

/// `Orun-bridge`, `Orun-bridge,2ndlead` above the headline.
fn is_slug_above(text: &str, below: &[Line]) -> bool {
    let below = &below[below.iter().position(|line| !line.is_blank()).unwrap_or(below.len())..];
    let ends_so = |line: &Line| line.text.ends_with('=');
    let is_title = |next: &Line, behind: Option<&Line>| is_headline(next, behind) || ends_so(next) || behind.is_some_and(ends_so);
    is_mixed_slug(text) && below.split_first().is_some_and(|(next, rest)| !next.marked && is_title(next, rest.first()))
}

/// Takes the date-time group that stands below the text, if its last line is one.
pub fn take_group(lines: &mut Vec<Line>) -> Option<String> {
    let last = lines.iter().rposition(|l| !l.is_blank())?;
    let text = lines[last].text.trim().to_owned();
    let is_group = text.len() <= GROUP && header::date_time(&text).is_some();
    is_group.then(|| lines.truncate(last))?;
    Some(text)
}

/// `Veldany/Transport/Accidents/`: keywords as German wires set them.
fn is_keywords(line: &str) -> bool {
    line.strip_suffix('/').is_some_and(|words| words.contains('/') && line.chars().count() <= HEADLINE)
}

/// `Associated Press` below a byline.
fn is_bureau(line: &str) -> bool {
    line.split_whitespace().count() <= BUREAU_WORDS && !line.ends_with(['.', ',', ':'])
}

/// The slug again, in American wires with the number of words behind it: `^BC-Wells, 1st Add,0120<`.
pub fn is_slug(line: &Line, slug: Option<&str>) -> bool {
    let text = line.text.trim();
    let counted = text.rsplit_once(',').is_some_and(|(_, n)| n.len() >= 2 && n.bytes().all(|b| b.is_ascii_digit()));
    // `BC-Wells, 1st Ld-Writethru`.
    let is_run = text.split_whitespace().next().is_some_and(|first| first.contains('-'));
    let names = |slug: &str| line.marked && is_run && item_name(text) == item_name(slug);
    line.marked && counted || slug.is_some_and(|slug| text.eq_ignore_ascii_case(slug) || names(slug))
}

/// `-30-`, `نهاية`, `(more)`, `ENDS`: what ends a take, alone on its line.
fn is_end_mark(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.len() > END_MARK {
        return false;
    }
    let bare = bare.to_lowercase();
    let has_mark = line.starts_with(['-', '(', '/', '#', '*', '=', '_', '+']) || line.chars().all(|c| c.is_uppercase());
    has_mark
        && matches!(
            bare.as_str(),
            "30" | "more"
                | "ends"
                | "end"
                | "endit"
                | "endall"
                | "mf"
                | "انتهى"
                | "نهاية"
                | "يتبع"
                | "fin"
                | "à suivre"
                | "suite"
                | "notizblock"
        )
        || matches!(line, "###" | "-0-" | "انتهى" | "(انتهى)" | "يتبع")
}

/// Short, not indented as paragraphs are, does not end as a sentence does, and something follows that begins anew.
fn is_headline(line: &Line, next: Option<&Line>) -> bool {
    let text = &line.text;
    let indented = text.starts_with("   ") || text.starts_with('\t');
    let apart = line.marked
        || next
            .is_some_and(|n| n.begins_paragraph() || is_note(&n.text) || name_of_byline(&n.text).is_some() || begins_with_agency(&n.text));
    !indented && apart && next.is_some() && text.chars().count() <= HEADLINE && !text.ends_with(['.', ',', '،', ':', '؛'])
}

/// `(Corrects number in 2nd paragraph)` or `ATTENTION - ADDS details ///` below the headline.
fn is_note(line: &str) -> bool {
    let line = line.trim_end();
    line.starts_with('(') && line.ends_with(')') || line.ends_with("///")
}

/// Whether a line begins with a place and an agency in brackets, as stories do: `ORUN, March 4 (NOR) - `; with a day the dash may lack.
fn begins_with_agency(line: &str) -> bool {
    let begin = line.char_indices().nth(DATELINE).map_or(line, |(at, _)| &line[..at]);
    let split = begin.split_once(')').and_then(|(before, behind)| Some((before.split_once('(')?.0, behind.trim_start())));
    split.is_some_and(|(place, behind)| {
        behind.starts_with(['-', '–', '—', '_', ':', 'ـ']) || place.contains(',') && place.contains(|c: char| c.is_ascii_digit())
    })
}

fn name_of_byline(line: &str) -> Option<&str> {
    let line = line.trim();
    let name = ["By ", "BY ", "Par ", "بقلم ", "من "].iter().find_map(|by| line.strip_prefix(by))?;
    (name.split_whitespace().count() <= 6 && !name.ends_with(['.', '،', ','])).then_some(name)
}

/// Lines of 69 characters joined to paragraphs: a new one begins with an indent or behind an empty line. Typesetters made a dash of ` _ `.
fn paragraphs(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut fresh = true;
    // Nothing was broken into lines of a printer: each is a paragraph.
    let are_whole = !lines.iter().any(Line::begins_paragraph) && lines.iter().any(|line| line.text.chars().count() > PRINTED);
    for line in lines {
        fresh |= are_whole;
        fresh |= line.begins_paragraph() || are_initials(&line.text);
        if line.is_blank() {
            continue;
        }
        if !out.is_empty() {
            out.push(if fresh { '\n' } else { ' ' });
        }
        push_spaced(&line.text, &mut out);
        fresh = line.marked;
    }
    if out.contains(" _ ") { out.replace(" _ ", " — ") } else { out }
}

/// `abc/de/fgh`: who wrote and edited the story, on a line of their own below it.
fn are_initials(line: &str) -> bool {
    line.contains('/') && line.len() <= END_MARK && line.chars().all(|c| c.is_alphabetic() || matches!(c, '/' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_marks_stand_alone() {
        for (line, is_end) in [
            ("-30-", true),
            ("(more)", true),
            ("MORE", true),
            ("--ENDS--", true),
            ("(يتبع)", true),
            ("more", false),
            ("30", false),
            ("- 30 people were hurt", false),
            ("ends", false),
        ] {
            assert_eq!(is_end_mark(line), is_end, "{line}");
        }
    }

    #[test]
    fn lines_lose_marks_and_become_paragraphs() {
        for (line, text) in [("^Wells reopen<", "Wells reopen"), ("^By NADIA SOREL=<\r", "By NADIA SOREL"), ("a < b", "a < b")] {
            assert_eq!(Line::new(line).text, text);
        }
        let lines = ["   One", "two", "", "three", "   four"].map(Line::new);
        assert_eq!(paragraphs(&lines), "One two\nthree\nfour");
        let long = "One two three four five six seven eight nine ten. ".repeat(3);
        assert_eq!(paragraphs(&[long.trim(), "Eleven."].map(Line::new)), format!("{}\nEleven.", long.trim()));
        assert_eq!(paragraphs(&["   One", "two", "abc/de/fg"].map(Line::new)), "One two\nabc/de/fg");
    }

    #[test]
    fn what_stands_above_a_story_is_no_part_of_it() {
        let read = |text: &str, slug| Story::read(&text.lines().map(Line::new).collect::<Vec<_>>(), slug);
        let american = "^URGENT<\n^BC-NO--Wells,466<\n^Wells of Orun reopen <\n^AP Photo NOR101<\n^Eds: With photos.<\n^By IVO MARR=\n\
            ^Coast Press=\n\t   ORUN (NP) _ Four wells filled.\n\t   MORE";
        let of = |s: &str| Some(s.to_owned());
        let expected = Story {
            title: of("Wells of Orun reopen"),
            byline: of("IVO MARR, Coast Press"),
            text: of("ORUN (NP) — Four wells filled."),
            slug: None,
            signal: of("URGENT"),
            instruction: of("Eds: With photos."),
            media: of("AP Photo NOR101"),
        };
        assert_eq!(read(american, Some("BC-NO--Wells")), expected);
        let german = "\nOrun/Wasser/\nEXTRA\nVier Brunnen von Orun sind nach neun trockenen Monaten wieder\nvoll =\n\nOrun (np) - Vier Brunnen\n\
            sind voll.\n\n# Notizblock\n\n## Orte\n- Markt";
        let expected = Story {
            title: of("Vier Brunnen von Orun sind nach neun trockenen Monaten wieder voll"),
            text: of("Orun (np) - Vier Brunnen sind voll."),
            slug: of("Orun/Wasser/"),
            signal: of("EXTRA"),
            ..Story::default()
        };
        assert_eq!(read(german, None), expected);
    }
}
