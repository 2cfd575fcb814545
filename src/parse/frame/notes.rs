//! Notes of a page that say what was done to its article, wherever the search for the main text leaves them: above it, in a box, at its foot.

use dom_query::NodeRef;

use super::lines::headline_ends;
use super::part::Part;
use super::words;
use crate::article::Amendment;
use crate::parse::amendment;

/// Letters of the shortest and of the longest note.
const SHORTEST: usize = 15;
const LONGEST: usize = 600;
/// Elements that may be a note.
const NOTES: &[&str] = &["p", "div", "li", "section", "aside", "footer", "header", "small", "em", "i", "span", "td", "dd"];
/// Elements in which no note stands.
const OTHERS: &[&str] = &["nav", "form", "figure", "blockquote", "template", "noscript", "button", "a"];
/// Headings above a note, `Correction`, have at most so many words.
const HEADING_WORDS: usize = 6;
/// Letters of a page from one headline on from which the next `<h1>` is that of another article.
const ARTICLE: usize = 500;

/// What a page with this `title` says of its article; the gravest where there is more. That it was withdrawn is believed only of a line that does
/// not stand within its text: others' notes are told of there.
pub fn amended(parts: &[Part<'_>], title: Option<&str>) -> Option<Amendment> {
    let from = *headline_ends(parts, title).first()?;
    let is_next = |part: &&Part<'_>| &*part.name == "h1" && part.start > from + ARTICLE;
    let to = parts.iter().find(is_next).map_or(usize::MAX, |part| part.start);
    let mut passed_over = vec![false; parts.len()];
    let (mut found, mut seen) = (None, (0, 0));
    for i in 1..parts.len() {
        let part = &parts[i];
        passed_over[i] = passed_over[part.parent] || part.is(OTHERS) || is_of_readers(part);
        let may_be_one = part.is(NOTES) && (SHORTEST..=LONGEST).contains(&part.all()) && (from..to).contains(&part.start);
        if passed_over[i] || !may_be_one || seen == (part.start, part.all()) {
            continue;
        }
        seen = (part.start, part.all());
        let said = says(part).filter(|amendment| *amendment != Amendment::Kill || !is_within_text(parts, i));
        found = found.max(said);
    }
    found
}

/// Whether readers speak here.
fn is_of_readers(part: &Part<'_>) -> bool {
    ["class", "id"].iter().any(|at| part.node.attr(at).is_some_and(|names| words::names_comments(&names)))
}

/// What the text of an element says, behind its heading too.
fn says(part: &Part<'_>) -> Option<Amendment> {
    let one_line = |node: NodeRef<'_>| node.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let texts = || part.node.descendants_it().filter(NodeRef::is_text).map(one_line).filter(|text| !text.is_empty());
    let is_word = |text: &String| text.contains(char::is_alphanumeric);
    if !texts().find(is_word).is_some_and(|first| amendment::may_say(&first)) {
        return None;
    }
    let pieces: Vec<String> = texts().collect();
    let (heading, rest) = pieces.split_first()?;
    amendment::says(&pieces.join(" ")).or_else(|| {
        let is_heading = !rest.is_empty() && heading.split(' ').nth(HEADING_WORDS).is_none();
        is_heading.then(|| amendment::says(&format!("{}: {}", heading.trim_end_matches([':', '.']), rest.join(" ")))).flatten()
    })
}

/// Whether paragraphs stand on both sides of an element.
fn is_within_text(parts: &[Part<'_>], i: usize) -> bool {
    let of_text = |c: &usize| &*parts[*c].name == "p" && parts[*c].all() > SHORTEST;
    let around = || super::children(parts, parts[i].parent).filter(of_text);
    around().any(|c| c < i) && around().any(|c| c > i)
}

#[cfg(test)]
mod tests {
    use crate::article::Amendment::{Correction, Kill, Update};
    use crate::parse::frame::cut;

    const STORY: &str = "<p>The council of Orun decided on Monday to build a second bridge over the river Tern, the mayor, Teresa Valcourt, told \
        reporters after the vote. The first one was opened in the spring of 1990, and is closed to lorries.</p>";

    #[test]
    fn notes_are_read_wherever_they_stand() {
        let note = "An earlier version of this article misstated what the bridge costs. It is 4 million, not 40.";
        for (around, expected) in [
            (format!("STORY<aside><p>Correction: {note}</p></aside>"), Some(Correction)),
            (format!("STORY<footer><h3>Correction</h3><p>{note}</p></footer>"), Some(Correction)),
            (format!("<div class=correction-box><b>Correction</b> <i>4 March 2026</i><p>{note}</p></div>STORY"), Some(Correction)),
            (format!("STORY</article><div class=bottom-of-article><p>{note}</p><p>Ada Quill covers rivers.</p></div>"), Some(Correction)),
            ("<p class=note><em>This story has been updated.</em></p>STORY".to_owned(), Some(Update)),
            ("<div class=editors-note>Editor's note: This article has been retracted.</div>STORY".to_owned(), Some(Kill)),
            ("STORY<p>Editor's note: This article has been retracted.</p>STORY".to_owned(), None),
            (format!("STORY<blockquote>Correction: {note}</blockquote>"), None),
            (format!("STORY<div id=comments><p>Correction: {note}</p></div>"), None),
            (format!("STORYSTORYSTORYSTORY<h1>Ferry sold</h1><p>Correction: {note}</p>"), None),
            ("STORY<a href=/c><p>Correction: what this article got wrong in an earlier version</p></a>".to_owned(), None),
        ] {
            let page = format!("<body><article><h1>Second bridge</h1>{}</article>", around.replace("STORY", STORY));
            assert_eq!(cut(&page, Some("Second bridge - Orun Courier"), true).amended, expected, "{around}");
        }
    }
}
