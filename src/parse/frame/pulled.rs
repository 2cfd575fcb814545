//! Sentences of an article that its page shows again in large letters, amid the text.

use super::part::Part;
use super::words::names_pulled;
use crate::text::fold::is_alphanumeric;

/// Letters of the longest such sentence, and of the shortest that is told from words that stand in any text.
const LONGEST: usize = 400;
const SHORTEST: usize = 15;
/// Such elements of a page that are looked at: each costs a search through its text.
const MOST: usize = 20;

/// Marks the pull quotes that say again what the text says. What stands nowhere else is not lost.
pub fn mark(parts: &[Part<'_>], marked: &mut [bool]) {
    let is_pulled = |i: &usize| {
        let part = &parts[*i];
        (SHORTEST..=LONGEST).contains(&part.all())
            && !part.holds_article
            && part.node.attr("class").is_some_and(|names| names_pulled(&names))
    };
    let pulled: Vec<usize> = (1..parts.len()).filter(is_pulled).take(MOST).collect();
    if pulled.is_empty() {
        return;
    }
    let page = letters(&parts[0].node.text());
    for i in pulled {
        marked[i] |= page.matches(&letters(&parts[i].node.text())).nth(1).is_some();
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| is_alphanumeric(*c)).flat_map(char::to_lowercase).collect()
}
