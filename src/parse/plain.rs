//! Plain text, with or without a header block.

mod address;
mod labels;

use std::borrow::Cow;

use super::credits;
use super::date;
use super::draft::Draft;
use super::exports;
use super::textwire::around;

/// Longest line that reads as a headline, in characters.
const HEADLINE: usize = 140;

/// Longest value, in characters, of a header line whose key is not known; what is longer is a sentence with a colon in it.
const LABEL: usize = 80;

/// Known lines by which a header block is told whose first line is not known.
const KNOWN: usize = 2;

/// Words of the longest name of a source in a header line that stands alone.
const NAME_WORDS: usize = 4;

/// Lines above a headline that are looked at.
const ABOVE: usize = 3;

/// What statements in Arabic begin with.
const IN_THE_NAME_OF_GOD: &str = "بسم الله الرحمن الرحيم";

/// What the lines begin with, in small letters, that name whom readers of a press release may ask.
const CONTACTS: [&str; 4] = ["contact:", "contacts:", "media contact:", "press contact:"];

/// What sentences end with, and lines that go on.
const ENDS: &[char] = &['.', '؛', ';', ',', '،', ':', '。', '۔', '।'];

/// The place of a header line's value.
type Field = fn(&mut Draft) -> &mut Option<String>;

/// The header lines that are known, in lower case, with the field they fill.
const KEYS: &[(&[&str], Field)] =
    &[
        (
            &[
                "title",
                "headline",
                "العنوان",
                "عنوان",
                "titre",
                "titel",
                "título",
                "titolo",
                "başlık",
                "заголовок",
                "标题",
                "標題",
                "見出し",
                "タイトル",
                "سرخی",
            ],
            |d| &mut d.title,
        ),
        (
            &[
                "source",
                "publisher",
                "publication",
                "publication name",
                "newspaper",
                "outlet",
                "media outlet",
                "الصحيفة",
                "الجريدة",
                "الوسيلة",
                "الموقع",
                "المصدر",
                "مصدر",
                "quelle",
                "fuente",
                "fonte",
                "kaynak",
                "источник",
                "来源",
                "來源",
                "منبع",
                "ماخذ",
                "出典",
            ],
            |d| &mut d.source,
        ),
        (
            &[
                "date",
                "published",
                "published on",
                "publication date",
                "date published",
                "pub date",
                "تاريخ النشر",
                "التاريخ",
                "تاريخ",
                "datum",
                "fecha",
                "data",
                "tarih",
                "дата",
                "日期",
                "日付",
                "تاریخ",
            ],
            |d| &mut d.published,
        ),
        (&["url", "link", "الرابط", "رابط", "lien", "enlace", "bağlantı", "ссылка", "链接", "鏈接", "لینک"], |d| &mut d.url),
        (&["lang", "language", "اللغة", "langue", "sprache", "idioma", "lingua", "dil", "язык", "语言", "زبان"], |d| {
            &mut d.lang
        }),
        (&["byline", "author", "الكاتب", "auteur", "autor", "autore", "yazar", "автор", "作者", "نویسنده", "مصنف"], |d| &mut d.byline),
        (&["category", "section", "القسم"], |d| &mut d.category),
        (&["id"], |d| &mut d.id),
        (&["version"], |d| &mut d.version),
        (&["status", "pubstatus"], |d| &mut d.pubstatus),
    ];

/// Names of what a message is about: its headline, where no other header line has one.
const SUBJECT: [&str; 2] = ["subject", "الموضوع"];

/// Names of the text itself, where it stands last in the block.
const TEXT: [&str; 5] = ["text", "body", "النص", "نص الخبر", "المتن"];

/// Reads a text, or the articles that a database exported as one.
pub fn read(text: &str) -> Vec<Draft> {
    exports::read(text).unwrap_or_else(|| vec![read_one(text)])
}

/// Reads the text of one article: a header block if its first line is a known one; a headline, if that block named none and a line reads as one.
pub fn read_one(text: &str) -> Draft {
    let mut draft = Draft::default();
    let joined = labels::joined(text.trim());
    let whole = front_matter(&joined);
    let below = address::below(&whole, &mut draft);
    let below = &*address::without(below, &mut draft);
    let mut text = header_block(below, &mut draft);
    if text.len() == below.len() {
        text = around::take(text, &mut draft);
    }
    if draft.title.is_some() {
        draft.text = Some(text.to_owned());
        return draft;
    }
    let text = below_writer(text, &mut draft);
    let (title, body) = headline_below_lines(text);
    draft.title = title.map(str::to_owned);
    // Typesetters made a dash of it.
    let is_of_wire = draft.service.is_some() || draft.extra.contains_key("slug");
    draft.text = Some(if is_of_wire { body.replace(" _ ", " — ") } else { body.into_owned() });
    draft
}

/// The text below the line that names who wrote it, where the headline follows that.
fn below_writer<'a>(text: &'a str, draft: &mut Draft) -> &'a str {
    let Some((first, rest)) = text.split_once('\n').map(|(first, rest)| (first.trim(), rest.trim())) else { return text };
    let is_headline = |line: &str| !credits::names_writer(line) && date::read(line, "").is_none();
    if !credits::names_writer(first) || !headline(rest).0.is_some_and(is_headline) {
        return text;
    }
    draft.byline = draft.byline.take().or_else(|| Some(first.to_owned()));
    rest
}

/// The text without the rules of hyphens around its header lines, as site generators and note takers have them; else as it is.
fn front_matter(text: &str) -> Cow<'_, str> {
    let inner = text.strip_prefix("---").and_then(|rest| rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")));
    let split = inner.and_then(|inner| inner.split_once("\n---"));
    match split.filter(|(block, rest)| rest.starts_with(['\n', '\r']) && block.lines().all(is_of_front_matter)) {
        Some((block, rest)) => {
            let mut fields: Vec<String> = block.lines().filter(|line| header(line).is_some()).map(|line| line.replace('"', "")).collect();
            // The first line of a header block is one that is known.
            fields.sort_by_key(|line| header(line).is_none_or(|(key, _)| field(key).is_none()));
            format!("{}\n\n{}", fields.join("\n"), rest.trim()).into()
        }
        None => text.into(),
    }
}

/// `key: value`, an item of a list or what goes on with one.
fn is_of_front_matter(line: &str) -> bool {
    header(line).is_some() || line.starts_with([' ', '-', '#']) || line.trim().is_empty()
}

/// Takes the header lines into `draft` and returns what follows them: all of `text`, if its first line is no known one.
fn header_block<'a>(text: &'a str, draft: &mut Draft) -> &'a str {
    let is_known = |line: &str| header(line).is_some_and(|(key, _)| field(key).is_some() || is_subject(key));
    if !(text.lines().next().is_some_and(is_known) || is_block(text, is_known)) || is_headline_with_colon(text) {
        return text;
    }
    // Where the story follows without an empty line, `The minister: "No"` is its first sentence and not a header line.
    let is_apart = text.lines().take_while(|line| !line.trim().is_empty()).all(|line| header(line).is_some());
    let (mut rest, mut subject) = (text, None);
    while let Some((line, after)) = rest.split_once('\n').or_else(|| (!rest.is_empty()).then_some((rest, ""))) {
        let Some((key, value)) = header(line) else { break };
        // The label of the text itself.
        if TEXT.contains(&key.to_lowercase().as_str()) {
            return rest.split_once([':', '：']).map_or(after, |(_, text)| text).trim();
        }
        match field(key) {
            Some(_) if value.is_empty() => {}
            None if is_subject(key) => subject = Some(value.to_owned()),
            Some(field) => *field(draft) = Some(value.to_owned()),
            None if is_apart && value.chars().count() <= LABEL => drop(draft.extra.insert(key.to_owned(), value.into())),
            None => break,
        }
        rest = after;
    }
    match (&draft.title, subject.filter(|subject| !subject.is_empty())) {
        (None, subject) => draft.title = subject,
        (Some(_), Some(subject)) => drop(draft.extra.insert("subject".to_owned(), subject.into())),
        (Some(_), None) => {}
    }
    rest.trim()
}

fn is_subject(key: &str) -> bool {
    SUBJECT.contains(&key.to_lowercase().as_str())
}

/// Whether a text begins with header lines and nothing else up to an empty line, of which several are known: `From: …`, `Subject: …`.
fn is_block(text: &str, is_known: impl Fn(&str) -> bool) -> bool {
    let block = || text.lines().take_while(|line| !line.trim().is_empty());
    let is_short = |line: &str| header(line).is_some_and(|(_, value)| value.chars().count() <= LABEL || is_known(line));
    block().all(is_short) && block().filter(|line| is_known(line)).count() >= KNOWN && block().count() < text.lines().count()
}

/// Whether the first line, which begins as one that names a source or date, is a headline: no other header line follows, and what it
/// says is no date, or too long for a name.
fn is_headline_with_colon(text: &str) -> bool {
    let mut lines = text.lines();
    let Some((key, value)) = lines.next().and_then(header) else { return false };
    let second = lines.next().unwrap_or_default();
    let is = |name: &str| names(key, name);
    let is_name = || second.trim().is_empty() && value.split_whitespace().count() <= NAME_WORDS;
    header(second).is_none() && (is("source") && !is_name() || is("date") && date::read(value, "").is_none())
}

/// `Key: value`, with a key of one or two words.
fn header(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([':', '：'])?;
    let (key, value) = (bare(key), bare(value));
    let is_key = !key.is_empty() && key.chars().count() <= 24 && key.split_whitespace().count() <= 2;
    is_key.then_some((key, value))
}

/// Without white space and the marks of direction that editors put around lines of Arabic.
fn bare(text: &str) -> &str {
    let is_mark = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.trim_matches(|c: char| c.is_whitespace() || is_mark(c))
}

/// Whether a key means the same as the known one `name`.
fn names(key: &str, name: &str) -> bool {
    KEYS.iter().any(|(names, _)| names.contains(&name) && names.contains(&key.to_lowercase().as_str()))
}

fn field(key: &str) -> Option<Field> {
    let key = key.to_lowercase();
    KEYS.iter().find(|(names, _)| names.contains(&key.as_str())).map(|(_, field)| *field)
}

/// The headline and the rest. What may stand above the headline stays with the text: a date is looked for there.
fn headline_below_lines(text: &str) -> (Option<&str>, Cow<'_, str>) {
    let (above, rest) = text.split_at(end_of_lines_above(text));
    let is_date = |above: &str| above.lines().next().is_some_and(|line| date::read_line(line, "").is_some());
    match headline(rest) {
        (Some(title), body) if !above.is_empty() => (Some(title), Cow::Owned(format!("{}\n\n{body}", above.trim_end()))),
        (None, _) if !above.is_empty() && !is_date(above) => (None, Cow::Borrowed(text)),
        _ => {
            let (title, body) = headline(text);
            (title, Cow::Borrowed(body))
        }
    }
}

/// Where the lines end that stand above a headline and are none: a date, the words that statements in Arabic begin with, and whom readers of
/// a press release may ask.
fn end_of_lines_above(text: &str) -> usize {
    let mut end = 0;
    for _ in 0..ABOVE {
        let rest = &text[end..];
        let Some(first) = rest.split_once('\n').map(|(first, _)| first) else { break };
        let line = first.trim();
        let skipped = if date::read_line(line, "").is_some() || line == IN_THE_NAME_OF_GOD {
            first.len()
        } else if let Some(block) = rest.find("\n\n").filter(|_| CONTACTS.iter().any(|label| line.to_lowercase().starts_with(label))) {
            block
        } else {
            break;
        };
        end += rest.len() - rest[skipped..].trim_start().len();
    }
    end
}

/// The first line is a headline if it is short, something follows, and it does not end as a sentence does.
fn headline(text: &str) -> (Option<&str>, &str) {
    let Some((first, rest)) = text.split_once('\n') else { return (None, text) };
    // Markdown marks its headlines, messengers set them bold.
    let first = first.trim().trim_start_matches("# ");
    let first = first.strip_prefix('*').and_then(|bold| bold.strip_suffix('*')).filter(|bold| !bold.contains('*')).unwrap_or(first).trim();
    let is_headline = first.chars().count() <= HEADLINE && !rest.trim().is_empty() && !first.ends_with(ENDS);
    if is_headline { (Some(first), rest.trim()) } else { (None, text) }
}

#[cfg(test)]
mod tests;
