//! What a notice to editors says of the item that it withdraws or corrects.

use super::TITLE_WORDS;
use super::name::item_name;

/// Characters of a notice in which it says what it is about.
const NOTICE_CHARS: usize = 600;
/// Quotation marks in pairs.
const QUOTES: [(char, char); 6] = [('"', '"'), ('«', '»'), ('“', '”'), ('„', '“'), ('「', '」'), ('‹', '›')];

/// The begin of a text, where a notice says what it is about.
fn head(text: &str) -> &str {
    text.char_indices().nth(NOTICE_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// The items that a notice speaks of, by the headlines that it quotes and the slug that it names: `the story headlined "…"`, `slugged BC-Wells`.
/// Each with what kind of name it is, `title` or `slug`.
pub fn items(notice: &str) -> Vec<(&'static str, String)> {
    let notice = head(notice);
    let headlines = quoted(notice).into_iter().map(item_name).filter(|name| name.split(' ').count() >= TITLE_WORDS);
    let slugs = notice.split("slugged ").skip(1).filter_map(|rest| rest.split_whitespace().next()).map(item_name);
    headlines.map(|name| ("title", name)).chain(slugs.filter(|name| !name.is_empty()).map(|name| ("slug", name))).collect()
}

/// What stands between quotation marks.
fn quoted(text: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), text);
    let opening =
        |text: &str| text.char_indices().find_map(|(at, c)| Some((at + c.len_utf8(), QUOTES.iter().find(|(open, _)| *open == c)?.1)));
    while let Some((from, close)) = opening(rest) {
        rest = &rest[from..];
        let Some((inside, behind)) = rest.split_once(close) else { continue };
        found.push(inside);
        rest = behind;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_headlines_and_named_slugs_are_items() {
        for (notice, expected) in [
            ("Kill the story headlined \"Wells of Orun reopen\".", &["title wells of orun reopen"][..]),
            ("يرجى إلغاء خبر «آبار وادي الزعتر تعود» المرسل اليوم", &["title آبار وادي الزعتر تعود"]),
            ("Meldung „Brunnen von Orun öffnen“ zurückgezogen", &["title brunnen von orun öffnen"]),
            ("Kill the story slugged BC-Wells, 1st Ld, sent at 10:15.", &["slug bc wells"]),
            ("It spoke of \"wells\" and of “two", &[]),
            ("«««", &[]),
            ("", &[]),
        ] {
            let found: Vec<String> = items(notice).into_iter().map(|(kind, name)| format!("{kind} {name}")).collect();
            assert_eq!(found, expected, "{notice}");
        }
    }
}
