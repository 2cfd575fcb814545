//! Plain text, with or without a header block.

use super::draft::Draft;

/// Longest line that reads as a headline, in characters.
const HEADLINE: usize = 140;

/// The place of a header line's value.
type Field = fn(&mut Draft) -> &mut Option<String>;

/// The header lines that are known, in lower case, with the field they fill.
const KEYS: &[(&[&str], Field)] = &[
    (&["title", "headline", "العنوان"], |d| &mut d.title),
    (&["source", "publisher", "المصدر"], |d| &mut d.source),
    (&["date", "published", "التاريخ"], |d| &mut d.published),
    (&["url", "link", "الرابط"], |d| &mut d.url),
    (&["lang", "language", "اللغة"], |d| &mut d.lang),
    (&["byline", "author", "الكاتب"], |d| &mut d.byline),
    (&["category", "section", "القسم"], |d| &mut d.category),
    (&["id"], |d| &mut d.id),
    (&["version"], |d| &mut d.version),
    (&["status", "pubstatus"], |d| &mut d.pubstatus),
];

/// Reads a text: a header block if its first line is a known one, else a headline if the first line reads as one.
pub fn read(text: &str) -> Draft {
    let text = text.trim();
    let mut draft = Draft::default();
    if text.lines().next().and_then(header).is_none_or(|(key, _)| field(key).is_none()) {
        let (title, body) = headline(text);
        draft.title = title.map(str::to_owned);
        draft.text = Some(body.to_owned());
        return draft;
    }
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n').or_else(|| (!rest.is_empty()).then_some((rest, ""))) {
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        let Some((key, value)) = header(line) else { break };
        match field(key) {
            Some(field) => *field(&mut draft) = Some(value.to_owned()),
            None => drop(draft.extra.insert(key.to_owned(), value.into())),
        }
        rest = after;
    }
    draft.text = Some(rest.trim().to_owned());
    draft
}

/// `Key: value`, with a key of one or two words.
fn header(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim_start_matches('\u{feff}').split_once(':')?;
    let key = key.trim();
    let is_key = !key.is_empty() && key.chars().count() <= 24 && key.split_whitespace().count() <= 2;
    is_key.then(|| (key, value.trim()))
}

fn field(key: &str) -> Option<Field> {
    let key = key.to_lowercase();
    KEYS.iter().find(|(names, _)| names.contains(&key.as_str())).map(|(_, field)| *field)
}

/// The first line is a headline if it is short, something follows, and it does not end as a sentence does.
fn headline(text: &str) -> (Option<&str>, &str) {
    let Some((first, rest)) = text.split_once('\n') else { return (None, text) };
    let first = first.trim();
    let is_headline = first.chars().count() <= HEADLINE && !rest.trim().is_empty() && !first.ends_with(['.', '؛', ';', ',', '،', ':']);
    if is_headline { (Some(first), rest.trim()) } else { (None, text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_blocks_are_read() {
        let draft = read("Title: A: the talks\nSource: Northport Herald\nDesk: foreign\nDate: 2026-03-04\n\nFirst line.\nSecond.");
        assert_eq!(draft.title.as_deref(), Some("A: the talks"));
        assert_eq!(draft.source.as_deref(), Some("Northport Herald"));
        assert_eq!(draft.published.as_deref(), Some("2026-03-04"));
        assert_eq!(draft.extra["Desk"], "foreign");
        assert_eq!(draft.text.as_deref(), Some("First line.\nSecond."));
        let draft = read("العنوان: هدنة\nالمصدر: المنبر\n\nنص الخبر");
        assert_eq!(
            (draft.title.as_deref(), draft.source.as_deref(), draft.text.as_deref()),
            (Some("هدنة"), Some("المنبر"), Some("نص الخبر"))
        );
    }

    #[test]
    fn a_first_line_may_be_a_headline() {
        for (text, title) in [
            ("Talks resume\n\nThey met.", Some("Talks resume")),
            ("They met on Monday.\nAnd talked.", None),
            ("Only one paragraph", None),
            ("Minister: no talks\nHe said so.", Some("Minister: no talks")),
            ("Note: this is prose\n\nText", Some("Note: this is prose")),
        ] {
            assert_eq!(read(text).title.as_deref(), title, "{text}");
        }
        assert_eq!(read(&format!("{}\nrest", "long ".repeat(40))).title, None);
    }
}
