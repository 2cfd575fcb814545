//! What somebody looks for: words, phrases, beginnings of words and fields, read from a line of text.
//!
//! The reader is our own, so that nothing a person types is ever taken for a command of the index: what reaches it consists of folded
//! words between quotation marks that are put there here.

use jiff::Timestamp;

use super::of_event::{self, OfEvent};
use crate::cli::moment;
use crate::sources::Sources;
use crate::text::fold::fold;
use crate::text::stem::ARABIC_PREFIXES;
use crate::text::words::for_each_form;

/// Words of a query: more than anybody types, few enough to be looked up at once.
const WORDS: usize = 64;
/// Letters before `*`: the index has too many words that begin with one.
const BEGINNING: usize = 2;
/// Columns that hold what an article says.
const SAID: &str = "{title text}";

/// What is looked for. All of it must be true of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
    /// Published, else received, at or after this.
    pub after: Option<Timestamp>,
    /// Published, else received, before this.
    pub before: Option<Timestamp>,
    /// What must be true of the event.
    pub of_event: OfEvent,
}

/// Words side by side in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    field: Field,
    /// Folded words.
    pub(super) words: Vec<String>,
    /// The last of them is the beginning of a word.
    pub(super) prefix: bool,
    /// Exactly as it stands, since it was quoted.
    quoted: bool,
    /// The first word in its other spelling: a hamza that some write on waw and others on ya, as in مسؤول and مسئول.
    other_seat: Option<String>,
    /// It must not be in the article.
    left_out: bool,
    /// Of a source: the folded names of those that go by these words.
    names: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Said,
    Title,
    Source,
    Lang,
}

/// Why a line is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is no word in it.
    #[error("there is no word to look for")]
    NoWord,
    /// It is too long.
    #[error("a query has at most {WORDS} words")]
    TooLong,
    /// One letter and a star.
    #[error("{0}* stands for too many words; give at least {BEGINNING} letters before the star")]
    TooShort(String),
    /// What follows the name of a field is nothing that the field takes.
    #[error("{field}: {expected}")]
    Field {
        /// The field.
        field: String,
        /// What was expected.
        expected: String,
    },
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// If there is nothing in it to look for, or a time cannot be read.
    pub fn read(line: &str) -> Result<Self, QueryError> {
        let mut query = Self { terms: Vec::new(), after: None, before: None, of_event: OfEvent::default() };
        let mut words = 0;
        for part in parts(line) {
            if let Some(time) = part.field.filter(|f| matches!(*f, "after" | "before")) {
                let at = moment(part.text.trim()).map_err(|expected| QueryError::Field { field: time.to_owned(), expected })?;
                *(if time == "after" { &mut query.after } else { &mut query.before }) = Some(at);
                continue;
            }
            if let Some(field) = part.field.filter(|f| of_event::FIELDS.contains(f)) {
                let taken =
                    if part.left_out { Err("it cannot be left out".to_owned()) } else { query.of_event.take(field, part.text.trim()) };
                taken.map_err(|expected| QueryError::Field { field: field.to_owned(), expected })?;
                continue;
            }
            let Some(term) = term(&part)? else { continue };
            words += term.words.len();
            query.terms.push(term);
            if words > WORDS {
                return Err(QueryError::TooLong);
            }
        }
        if query.terms.iter().all(|term| term.left_out) { Err(QueryError::NoWord) } else { Ok(query) }
    }

    /// The same, in which a source is found by every name, id and host under which `sources` know it, and so are agencies and countries.
    pub fn knowing(mut self, sources: &Sources) -> Self {
        self.of_event = self.of_event.knowing(sources);
        for term in self.terms.iter_mut().filter(|t| t.field == Field::Source && !t.prefix) {
            for source in sources.meant_by(&term.words.join(" ")) {
                let mut words: Vec<String> = Vec::new();
                for_each_form(&source.name, WORDS, |_, folded| words.push(folded.to_owned()));
                term.names.push(words.join(" "));
            }
        }
        self
    }

    /// The query for FTS5: folded words in quotation marks and operators of ours, nothing else.
    pub(crate) fn expression(&self) -> String {
        let of = |left_out: bool, operator: &str| {
            self.terms.iter().filter(|t| t.left_out == left_out).map(expression).collect::<Vec<_>>().join(operator)
        };
        let (wanted, unwanted) = (of(false, " AND "), of(true, " OR "));
        if unwanted.is_empty() { wanted } else { format!("({wanted}) NOT ({unwanted})") }
    }

    /// Whether only articles of some source are looked for.
    pub fn names_source(&self) -> bool {
        self.terms.iter().any(|t| t.field == Field::Source && !t.left_out)
    }

    /// The terms that text may answer, for marking it.
    pub(super) fn said(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(|t| !t.left_out && matches!(t.field, Field::Said | Field::Title))
    }
}

impl Term {
    /// The forms in which the first word may stand: an Arabic word outside quotation marks with and without article, conjunction and
    /// preposition, which are written as part of it.
    pub(super) fn forms(&self) -> Vec<String> {
        let word = &self.words[0];
        let arabic = word.chars().all(|c| ('\u{620}'..='\u{64a}').contains(&c));
        if self.quoted || self.words.len() > 1 || !arabic || !matches!(self.field, Field::Said | Field::Title) {
            return vec![word.clone()];
        }
        let mut forms = Vec::new();
        for word in [word].into_iter().chain(&self.other_seat) {
            let article = ARABIC_PREFIXES.iter().filter(|p| p.ends_with("ال") || **p == "لل");
            let bare = article.filter_map(|p| word.strip_prefix(p)).find(|rest| rest.chars().nth(2).is_some()).unwrap_or(word);
            forms.extend([word.clone(), bare.to_owned()]);
            forms.extend(ARABIC_PREFIXES.iter().map(|p| format!("{p}{bare}")));
        }
        forms.sort_unstable();
        forms.dedup();
        forms
    }
}

/// A part of the line: a field if one is named, the text, and whether it was quoted.
struct Part<'q> {
    field: Option<&'static str>,
    text: &'q str,
    quoted: bool,
    starred: bool,
    left_out: bool,
}

/// Names of fields, in English and Arabic, as they are when folded.
const FIELDS: [(&str, &[&str]); 8] = [
    ("title", &["title", "عنوان", "العنوان"]),
    ("source", &["source", "مصدر", "المصدر"]),
    ("lang", &["lang", "لغه", "اللغه"]),
    ("after", &["after", "بعد"]),
    ("before", &["before", "قبل"]),
    ("agency", &["agency", "وكاله", "الوكاله"]),
    ("country", &["country", "بلد", "البلد"]),
    ("sources", &["sources", "min_sources", "مصادر", "المصادر"]),
];

const QUOTES: [(char, char); 4] = [('"', '"'), ('«', '»'), ('“', '”'), ('„', '“')];

/// Cuts a line at white space outside quotation marks. A mark that is never closed quotes the rest.
fn parts(line: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let without = rest
            .strip_prefix('-')
            .filter(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || QUOTES.iter().any(|(open, _)| *open == c)));
        let (field, value) = named(without.unwrap_or(rest));
        let opened = value.chars().next().and_then(|c| QUOTES.iter().find(|(open, _)| *open == c));
        let (text, quoted, behind) = match opened {
            Some((open, close)) => {
                let inside = &value[open.len_utf8()..];
                let end = inside.find(*close);
                (&inside[..end.unwrap_or(inside.len())], true, end.map_or("", |end| &inside[end + close.len_utf8()..]))
            }
            None => {
                let end = value.find(char::is_whitespace).unwrap_or(value.len());
                (&value[..end], false, &value[end..])
            }
        };
        let starred = if quoted { behind.starts_with('*') } else { text.ends_with('*') };
        parts.push(Part { field, text, quoted, starred, left_out: without.is_some() });
        rest = behind.trim_start_matches('*').trim_start();
    }
    parts
}

/// The field that the next part names, and what follows.
fn named(rest: &str) -> (Option<&'static str>, &str) {
    let Some((name, value)) = rest.split_once(':').filter(|(name, _)| !name.contains(char::is_whitespace)) else { return (None, rest) };
    let name = fold(name);
    let field = FIELDS.iter().find(|(_, names)| names.contains(&name.as_str()));
    field.map_or((None, rest), |(field, _)| (Some(*field), value))
}

fn term(part: &Part<'_>) -> Result<Option<Term>, QueryError> {
    let field = match part.field {
        Some("title") => Field::Title,
        Some("source") => Field::Source,
        Some("lang") => Field::Lang,
        _ => Field::Said,
    };
    let (mut words, mut gram) = (Vec::new(), false);
    for_each_form(part.text, WORDS + 1, |_, folded| {
        // Scripts without spaces are indexed by grams: less than one is the beginning of one.
        gram = folded.chars().count() < grams_of(folded);
        words.push(folded.to_owned());
    });
    let Some(last) = words.last() else { return Ok(None) };
    let mut other_seat = None;
    if let Some(swapped) = with_other_seat(part.text) {
        for_each_form(&swapped, 1, |_, folded| other_seat = Some(folded.to_owned()));
    }
    if part.starred && !gram && last.chars().count() < BEGINNING {
        return Err(QueryError::TooShort(last.clone()));
    }
    Ok(Some(Term {
        field,
        words,
        prefix: part.starred || gram,
        quoted: part.quoted,
        other_seat,
        left_out: part.left_out,
        names: Vec::new(),
    }))
}

/// A text with each hamza on waw written on ya, and the other way round; `None` where there is none.
fn with_other_seat(text: &str) -> Option<String> {
    let swapped = |c| match c {
        'ؤ' => 'ئ',
        'ئ' => 'ؤ',
        other => other,
    };
    text.contains(['ؤ', 'ئ']).then(|| text.chars().map(swapped).collect())
}

/// Characters of a gram of the script that a word is written in; 0 where words are whole.
fn grams_of(word: &str) -> usize {
    match word.chars().next() {
        Some(
            '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}',
        ) => 2,
        Some('\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}') => 3,
        _ => 0,
    }
}

fn expression(term: &Term) -> String {
    let column = match term.field {
        Field::Said => SAID,
        Field::Title => "title",
        Field::Source => "source",
        Field::Lang => "lang",
    };
    let star = if term.prefix { " *" } else { "" };
    let rest: String = term.words[1..].iter().map(|w| format!(" {w}")).collect();
    let mut forms: Vec<String> = term.forms().iter().map(|first| format!("\"{first}{rest}\"{star}")).collect();
    forms.extend(term.names.iter().filter(|name| !name.is_empty()).map(|name| format!("\"{name}\"")));
    format!("{column} : ({})", forms.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(line: &str) -> String {
        Query::read(line).unwrap().expression()
    }

    #[test]
    fn words_phrases_beginnings_and_fields() {
        for (line, expected) in [
            ("Ferry fog", "{title text} : (\"ferry\") AND {title text} : (\"fog\")"),
            ("\"moored barge\"", "{title text} : (\"moored barge\")"),
            ("barg*", "{title text} : (\"barg\" *)"),
            ("\"moored bar\"*", "{title text} : (\"moored bar\" *)"),
            ("title:Élysée", "title : (\"elysee\")"),
            ("source:\"Coast Wire\" lang:EN x", "source : (\"coast wire\") AND lang : (\"en\") AND {title text} : (\"x\")"),
            ("«وقف إِطلاق»", "{title text} : (\"وقف اطلاق\")"),
            ("المصدر:نور", "source : (\"نور\")"),
            ("東京都", "{title text} : (\"東京 京都\")"),
            ("東", "{title text} : (\"東\" *)"),
            ("12,415 l'eau", "{title text} : (\"12415\") AND {title text} : (\"l eau\")"),
        ] {
            assert_eq!(expression(line), expected, "{line}");
        }
    }

    #[test]
    fn arabic_words_are_found_with_what_is_written_onto_them() {
        let forms = expression("هُدْنَة");
        for form in ["هدنه", "الهدنه", "والهدنه", "بالهدنه", "للهدنه", "بهدنه"] {
            assert!(forms.contains(&format!("\"{form}\"")), "{form} in {forms}");
        }
        assert_eq!(expression("الهدنة"), forms, "with the article or without");
        assert_eq!(expression("الهـــدنة"), forms, "with tatweel");
        assert_eq!(expression("\"هدنة\""), "{title text} : (\"هدنه\")", "quoted as it stands");
    }

    #[test]
    fn a_hamza_is_found_on_either_seat() {
        for line in ["المسؤول", "المسئول"] {
            let forms = expression(line);
            assert!(["مسوول", "المسوول", "مسيول", "بالمسيول"].iter().all(|form| forms.contains(&format!("\"{form}\""))), "{forms}");
        }
        assert!(expression("شؤو*").contains("\"شيو\" *"));
        assert_eq!(expression("\"شؤون\""), "{title text} : (\"شوون\")", "quoted as it stands");
    }

    #[test]
    fn what_begins_with_a_minus_is_left_out() {
        for (line, expected) in [
            ("ferry -fog", "({title text} : (\"ferry\")) NOT ({title text} : (\"fog\"))"),
            (
                "ferry -title:fog -«Coast Wire» sea",
                "({title text} : (\"ferry\") AND {title text} : (\"sea\")) NOT (title : (\"fog\") OR {title text} : (\"coast wire\"))",
            ),
            ("cease-fire", "{title text} : (\"cease fire\")"),
            ("ferry - fog", "{title text} : (\"ferry\") AND {title text} : (\"fog\")"),
        ] {
            assert_eq!(expression(line), expected, "{line}");
        }
        assert_eq!(Query::read("-fog"), Err(QueryError::NoWord), "everything else is no answer");
        assert_eq!(Query::read("ferry -fog").unwrap().said().count(), 1, "what is left out is not marked");
    }

    #[test]
    fn times_bound_what_is_found() {
        let query = Query::read("after:2026-03-01 fog before:2026-03-04T08:00:00Z").unwrap();
        assert_eq!(query.after.unwrap().to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(query.before.unwrap().to_string(), "2026-03-04T08:00:00Z");
        assert!(matches!(Query::read("fog after:yesterday"), Err(QueryError::Field { .. })));
        assert_eq!(Query::read("after:2026-03-01"), Err(QueryError::NoWord));
    }

    #[test]
    fn fields_of_the_event_are_no_words() {
        let query = Query::read("ferry agency:\"Marfa Press\" country:eg sources:3 المصادر:5 min_sources:2").unwrap();
        assert_eq!(query.expression(), expression("ferry"));
        assert_eq!(query.of_event.min_sources, 5, "all of it must be true");
        for wrong in ["x country:EGY", "x sources:many", "x sources:-1", "x -agency:reuters"] {
            assert!(matches!(Query::read(wrong), Err(QueryError::Field { .. })), "{wrong}");
        }
        assert_eq!(Query::read("agency:reuters"), Err(QueryError::NoWord), "the list of events has filters for that");
    }

    #[test]
    fn what_is_no_query_says_why() {
        for line in ["", "  ", "*", "\"\"", "-- ( ) :"] {
            assert_eq!(Query::read(line), Err(QueryError::NoWord), "{line:?}");
        }
        assert_eq!(Query::read("a*"), Err(QueryError::TooShort("a".to_owned())));
        assert!(Query::read("ab*").is_ok() && Query::read(&"word ".repeat(64)).is_ok());
        assert_eq!(Query::read(&"word ".repeat(65)), Err(QueryError::TooLong));
        assert_eq!(Query::read(&"東".repeat(80)), Err(QueryError::TooLong));
    }

    #[test]
    fn an_expression_holds_nothing_that_was_typed_but_words() {
        for line in [
            "a\" OR \"b",
            "NEAR(a b, 2)",
            "title : x",
            "{text}:a",
            "a AND NOT b",
            "^a + b",
            "a\0b",
            "source:a:b",
            "\"a",
            "x\"y\"zz*",
            "مسؤول\"",
            "شئون)*",
            "x -مسؤول\"",
        ] {
            let expression = expression(line);
            let words: Vec<&str> = expression.split('"').skip(1).step_by(2).collect();
            assert!(words.iter().all(|w| w.chars().all(|c| c.is_alphanumeric() || c == ' ')), "{line} -> {expression}");
            assert_eq!(expression.matches('"').count() % 2, 0);
        }
    }
}
