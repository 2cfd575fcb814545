//! Web pages: a gate against pages built to be slow, the main text, the metadata; and fragments reduced to text.

use std::panic::catch_unwind;

use dom_smoothie::{CandidateSelectMode, Config, Readability, TextMode};

use super::draft::{Draft, Named};
use super::entities::decode;
use super::frame::Listing;
use super::headline::BEFORE_SITE;
use super::metadata;
use super::tags::{Tag, Token, tokens};
use super::{Limits, body, depth, embedded, frame, site, visible, wall};

/// A main text shorter than this is doubted: the whole body may hold more.
const SHORT_TEXT: usize = 200;

/// Words of the longest title that a page without anything else has in place of a headline.
const NAME_WORDS: usize = 2;

/// Words of the longest line that names authors.
const BYLINE_WORDS: usize = 12;

/// Characters of the begin of a text by which it is found in another.
const BEGIN: usize = 40;

/// Most tags of one page. Long live blogs have some ten thousand; each costs the tree about half a kilobyte, and a file may hold millions.
const MOST_TAGS: usize = 200_000;

/// How often text in text is looked into for tags: a `<title>` in a `<title>` in a `<title>`.
const HIDDEN: usize = 8;

/// Elements that end a line.
pub const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "figure",
    "figcaption",
    "pre",
    "hr",
    "dd",
    "dt",
    "main",
    "aside",
    "title",
];

/// Reads a page.
pub fn read(html: &str, limits: &Limits) -> Result<Draft, String> {
    gate(html, limits)?;
    let mut draft = metadata::read(html);
    let linked = draft.text.take();
    let config = Config { candidate_select_mode: CandidateSelectMode::DomSmoothie, text_mode: TextMode::Formatted, ..Config::default() };
    let (title, is_dated) = (draft.title.as_deref(), draft.published.is_some());
    // In a file of many pages one that these crates fail on must not take the others with it.
    let found = catch_unwind(|| {
        let page = frame::cut(html, title, is_dated);
        let article = Readability::with_document(page.document, None, Some(config)).and_then(|mut r| r.parse()).ok();
        (article, page.cell, page.listing, (page.named, page.amended, page.standfirst))
    });
    let (article, cell, listing, beside) = found.unwrap_or_else(|_| {
        draft.notes.push("the search for the main text failed on this page: its whole body was taken".to_owned());
        (None, None, Listing::default(), (Vec::new(), None, None))
    });
    let main = article.as_ref().map(|a| tidy(&a.text_content)).unwrap_or_default();
    if let Some(article) = article {
        let some = |text: String| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        draft.title = draft.title.or_else(|| some(article.title));
        draft.byline = draft.byline.or_else(|| article.byline.and_then(some)).filter(|byline| !visible::is_date_line(byline));
    }
    let mut text = main;
    if text.chars().count() < SHORT_TEXT || body::is_laid_out_by_tables(html) {
        // Readability gives up on briefs, or takes the frame in; the body without its frame then is the better guess, if it is
        // not the larger one.
        let body = body::read(cell.as_deref().unwrap_or(html));
        let shorter = [text, body].into_iter().filter(|t| !t.is_empty()).min_by_key(String::len).unwrap_or_default();
        let linked = linked.as_deref().map(|l| tidy(&to_text(l))).unwrap_or_default();
        text = if linked.len() > shorter.len() { linked } else { shorter };
    }
    let is_site = |part: &str| site::is_name(part, draft.source.as_deref(), draft.url.as_deref());
    if let Some(headline) = draft.title.as_deref().and_then(|title| site::without(title, is_site)).map(str::to_owned) {
        draft.title = Some(headline);
    }
    draft.is_page = true;
    let standfirst;
    (draft.named, draft.amended, standfirst) = beside;
    draft.byline = draft.byline.or_else(|| byline(&draft.named));
    let text = part_title_and_text(&mut draft.title, text);
    let text = if draft.published.is_some() { without_note_of_date(text) } else { text };
    let text = with_standfirst(text, standfirst.as_deref());
    let text = text_behind(html, &mut draft, linked, text)?;
    // A headline alone may be a flash; a word or two are the name of a site.
    let is_name = |title: &str| title.split_whitespace().nth(NAME_WORDS).is_none() && (text.is_empty() || title.trim() == text);
    if draft.title.as_deref().is_some_and(is_name) && !wall::shows_anything(html) {
        return Err("a page without an article: it shows nothing".to_owned());
    }
    wall::list(html, listing, &text)?;
    draft.text = Some(text);
    Ok(draft)
}

/// Who wrote an article, by a line that its page calls so, up to where that says when.
fn byline(named: &[Named]) -> Option<String> {
    let line = &named.iter().find(|named| named.is_author)?.line;
    let pieces = line.split(" | ").flat_map(|piece| piece.split(" / ")).map(|piece| piece.trim_matches(['-', '/', ' ']));
    let says_when = |piece: &&str| piece.contains(char::is_numeric) || piece.ends_with(':') || visible::is_date_line(piece);
    let byline = pieces.take_while(|piece| !says_when(piece)).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ");
    (!byline.is_empty() && byline.split(' ').nth(BYLINE_WORDS).is_none() && !visible::is_date_line(&byline)).then_some(byline)
}

/// The JSON that is all of a page: as browsers save it, in a `<pre>`.
pub fn json_in(html: &str) -> Option<String> {
    let mut json = None;
    let mut inside = String::new();
    for token in tokens(html) {
        match token {
            Token::Open(tag) => inside = tag.name().to_owned(),
            Token::Close(_) => inside.clear(),
            Token::Text(text) if inside == "pre" && json.is_none() => {
                json = Some(decode(text).trim().to_owned()).filter(|json| json.starts_with(['{', '[']))
            }
            Token::Text(text) if inside != "title" && !text.trim().is_empty() => return None,
            _ => {}
        }
        // Most pages show something else first, and are not read to their end.
        if matches!(token, Token::Text(_)) && inside == "pre" && json.is_none() {
            return None;
        }
    }
    json.filter(|json| serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok())
}

/// The text of a page, if it is one: in place of a notice, or of nothing, what its metadata and data say, which `linked` is a part of.
///
/// # Errors
/// If there is nothing but a notice, or what scripts would fill.
fn text_behind(html: &str, draft: &mut Draft, linked: Option<String>, text: String) -> Result<String, String> {
    let refusal = wall::reason(html, draft.title.as_deref(), &text);
    let linked = linked.map(|l| tidy(&to_text(&l))).filter(|linked| {
        let begin = linked.char_indices().nth(BEGIN).map_or(&linked[..], |(at, _)| &linked[..at]);
        let is_other = !linked.is_empty() && !text.contains(begin);
        is_other && (refusal.is_some() || wall::is_shell(html)) && wall::reason("", None, linked).is_none()
    });
    if let Some(linked) = linked {
        return Ok(linked);
    }
    let looks = refusal.is_some() || text.chars().count() < SHORT_TEXT;
    if let Some(found) = looks.then(|| embedded::article(html, draft.title.as_deref(), refusal.is_some())).flatten() {
        draft.title = found.title.or(draft.title.take());
        draft.published = draft.published.take().or(found.published);
        draft.byline = draft.byline.take().or(found.byline);
        return Ok(found.text.unwrap_or_default());
    }
    refusal.map_or(Ok(text), Err)
}

/// The text with the paragraph that stands beside its headline before it, where it is missing.
fn with_standfirst(text: String, standfirst: Option<&str>) -> String {
    let begin = |line: &str| line.char_indices().nth(BEGIN).map_or(line.len(), |(at, _)| at);
    match standfirst.filter(|line| !text.is_empty() && !text.contains(&line[..begin(line)])) {
        Some(line) => format!("{line}\n{text}"),
        None => text,
    }
}

/// Takes the line that says when the article was published off the begin of its text.
fn without_note_of_date(text: String) -> String {
    let note = text.split_once('\n').filter(|(first, _)| visible::is_note_of_date(first.trim()));
    note.map(|(_, rest)| rest.trim().to_owned()).unwrap_or(text)
}

/// Takes the headline, which has a place of its own, off the begin of the text. A title of the page may hold the name of the site too:
/// then the headline is what both have in common.
fn part_title_and_text(title: &mut Option<String>, text: String) -> String {
    let Some((first, rest)) = text.split_once('\n') else { return text };
    let (whole, line) = (title.as_deref().unwrap_or_default().trim(), first.trim());
    let site = whole.strip_prefix(line).or_else(|| whole.strip_suffix(line)).map(str::trim);
    let ends = |site: &str| site.starts_with(BEFORE_SITE) || site.ends_with(BEFORE_SITE) || site.ends_with(':');
    let is_site = |site: &str| line.len() > site.len() && ends(site);
    if !site.is_some_and(|site| site.is_empty() || is_site(site)) || line.is_empty() {
        return text;
    }
    *title = Some(line.to_owned());
    rest.trim().to_owned()
}

/// Refuses pages that are nested so deep, or have so many tags or attributes, that building their tree takes minutes or all memory.
fn gate(html: &str, limits: &Limits) -> Result<(), String> {
    let tags = tokens(html).filter(|token| matches!(token, Token::Open(_))).take(MOST_TAGS + 1).count();
    if tags > MOST_TAGS {
        return Err(format!("HTML has more than {MOST_TAGS} tags"));
    }
    few_attributes(html, limits.html_attributes, HIDDEN)?;
    depth::gate(html, limits.html_depth, tags)
}

/// Refuses tags with too many attributes: finding one that is named twice takes quadratic time. Also in text and scripts: what is a title
/// here is a piece of HTML to browsers inside of SVG. `levels`: how often text in text is looked into.
fn few_attributes(html: &str, most: usize, levels: usize) -> Result<(), String> {
    for token in tokens(html) {
        match token {
            Token::Open(tag) | Token::Close(tag) if tag.attributes().nth(most).is_some() => {
                return Err(format!("an HTML tag has more than {most} attributes at byte {}", tag.at));
            }
            Token::Text(text) | Token::Raw(text) if levels > 0 && text.contains('<') && text.len() < html.len() => {
                few_attributes(text, most, levels - 1)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The text of an HTML fragment: block elements make new lines, entities are decoded. What a browser would not show is left out, and so is
/// what is no part of the article, as in [`body`], unless nothing else is there.
pub fn to_text(fragment: &str) -> String {
    Some(text_without(fragment, body::is_aside))
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| text_without(fragment, |tag| tag.is_hidden()))
}

/// The text of a fragment without the elements that are to be left out.
fn text_without(fragment: &str, is_left_out: fn(&Tag<'_>) -> bool) -> String {
    let mut out = String::with_capacity(fragment.len() / 2);
    // The element that is left out, and how many of its name are open.
    let mut left_out: Option<(String, usize)> = None;
    for token in tokens(fragment) {
        if let Some((name, open)) = &mut left_out {
            match token {
                // Paragraphs need no end tag, and hold no others.
                Token::Open(tag) if tag.name() == name && name != "p" => *open += 1,
                Token::Open(tag) if tag.name() == name => *open = usize::from(is_left_out(&tag)),
                Token::Close(tag) if tag.name() == name => *open -= 1,
                _ => {}
            }
            left_out = left_out.filter(|(_, open)| *open > 0);
            continue;
        }
        match token {
            Token::Open(tag) if is_left_out(&tag) => {
                out.push_str(if tag.is_hidden() { "" } else { "\n" });
                left_out = Some((tag.name().to_owned(), 1));
            }
            Token::Open(tag) | Token::Close(tag) if BLOCKS.contains(&tag.name()) => out.push('\n'),
            Token::Open(tag) if matches!(tag.name(), "td" | "th") => out.push(' '),
            Token::Text(text) => out.push_str(&decode(text)),
            _ => {}
        }
    }
    tidy(&out)
}

/// One space between words, one line break between lines that hold something.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let (before, is_first) = (out.len(), out.is_empty());
        if !is_first {
            out.push('\n');
        }
        let begin = out.len();
        push_spaced(line, &mut out);
        if out.len() == begin {
            out.truncate(before);
        }
    }
    out
}

/// Adds the words of a line, one space between them.
pub fn push_spaced(line: &str, out: &mut String) {
    let line = line.trim();
    if is_spaced(line.as_bytes()) {
        return out.push_str(line);
    }
    for (n, word) in line.split_whitespace().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Whether the only white space between words is one space each, as in most lines. White space that is not ASCII begins with one of four
/// bytes; what else begins so is looked at character by character.
fn is_spaced(line: &[u8]) -> bool {
    let odd = |b: u8| (b.wrapping_sub(9) < 5) | (b == 0xc2) | (b.wrapping_sub(0xe1) < 3);
    let odds = line.iter().fold(0, |found: u8, b| found | u8::from(odd(*b)));
    let doubled = line.iter().zip(line.iter().skip(1)).fold(0, |found: u8, (a, b)| found | u8::from((*a == b' ') & (*b == b' ')));
    odds | doubled == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_space_is_between_words() {
        for line in [
            "Two words",
            "  two   words ",
            "two\twords",
            "two\u{a0}words",
            "two\u{2003}\u{3000} words",
            "«two» “words” – هنا",
            "é",
            " ",
            "",
        ] {
            let mut spaced = String::new();
            push_spaced(line, &mut spaced);
            assert_eq!(spaced, line.split_whitespace().collect::<Vec<_>>().join(" "), "{line:?}");
        }
        assert_eq!(tidy("\n  One \n\n \u{2003} \ntwo  three\r\n"), "One\ntwo three");
    }

    #[test]
    fn a_byline_ends_where_it_says_when() {
        for (line, expected) in [
            ("By | Ada Quill", Some("By Ada Quill")),
            ("Coast Wire / Mar 2, 2026, 14:30 IST", Some("Coast Wire")),
            ("By Ada Quill | Published: | Mar. 2, 2026", Some("By Ada Quill")),
            ("Coast Wire | Published | March 2, 2026", Some("Coast Wire")),
            ("2 March 2026", None),
            ("", None),
        ] {
            let named = Named { line: line.to_owned(), is_called: true, is_author: true };
            assert_eq!(byline(&[named]).as_deref(), expected, "{line}");
        }
        assert_eq!(byline(&[Named { line: "Coast Wire".to_owned(), is_called: true, is_author: false }]), None);
    }

    #[test]
    fn json_that_a_browser_saved_is_found() {
        for (page, expected) in [
            ("<html><head><title>a</title></head><body><pre>{&quot;a&quot;: 1}</pre><div></div></body></html>", Some("{\"a\": 1}")),
            ("<body><pre>[1]</pre>More</body>", None),
            ("<body><p>Code:</p><pre>[1]</pre></body>", None),
            ("<body><pre>{not json}</pre></body>", None),
            ("<body><pre>Wells fill</pre></body>", None),
            ("<body></body>", None),
        ] {
            assert_eq!(json_in(page).as_deref(), expected, "{page}");
        }
    }

    #[test]
    fn fragments_become_text() {
        assert_eq!(to_text("<p>One &amp; two</p><p>Three<br>four</p><script>no()</script>"), "One & two\nThree\nfour");
        assert_eq!(to_text("plain"), "plain");
        let fragment = "<figure><img><figcaption>The quay</figcaption></figure><p class=wp-caption-text>Old<p>One<aside>Ad</aside>two";
        assert_eq!(to_text(fragment), "One\ntwo");
        assert_eq!(to_text("<p>One</p><div class='x related-posts'><div>Other</div></div><p>two</p>"), "One\ntwo");
        assert_eq!(to_text("<aside>All there is</aside>"), "All there is");
        assert_eq!(to_text("a<div style='Display : none'>b<div>c</div>d</div>e<p hidden>f</p><img hidden>g"), "aeg");
    }

    #[test]
    fn the_main_text_is_found_without_its_frame() {
        let paragraph =
            "The council of Orun decided on Monday to build a second bridge over the river, the mayor told reporters after the vote.";
        let page = format!(
            "<html><head><title>Second bridge</title></head><body><nav><a href=/>Home</a> <a href=/s>Sport</a></nav><article><h1>Second bridge</h1>{}</article><footer>All rights reserved by the paper</footer></body></html>",
            format!("<p>{paragraph}</p>").repeat(6)
        );
        let draft = read(&page, &Limits::default()).unwrap();
        let text = draft.text.unwrap();
        assert!(text.contains("second bridge over the river") && !text.contains("rights reserved") && !text.contains("Sport"), "{text}");
        assert_eq!(draft.title.as_deref(), Some("Second bridge"));
        let brief = read("<body><div>Short brief about wells.</div><nav>menu</nav></body>", &Limits::default()).unwrap();
        assert_eq!(brief.text.as_deref(), Some("Short brief about wells."));
    }

    #[test]
    fn a_line_break_parts_words() {
        let page = "<body><b>Wells of Orun fill</b><br>04-03-2026 10:15<br><br>Four wells that had been dry since the spring filled overnight, the \
            mayor said on Wednesday.<br><br>The pipes were sold in May to a dealer in scrap, who sold them on to a town in the north.<br><br>Source: \
            Coast Press</body>";
        let text = read(page, &Limits::default()).unwrap().text.unwrap();
        assert!(text.starts_with("Wells of Orun fill\n04-03-2026 10:15\nFour wells"), "{text}");
    }

    #[test]
    fn the_name_of_the_site_is_no_part_of_the_headline() {
        for (title, expected) in [
            ("Second bridge | Orun Post", "Second bridge"),
            ("Orun Post - Second bridge", "Second bridge"),
            ("Second bridge – a dream – Orun Post", "Second bridge – a dream"),
            ("رئيس البلدية: «نعم» | Orun Post", "رئيس البلدية: «نعم»"),
            ("Mayor thanks the Orun Post", "Mayor thanks the Orun Post"),
            ("Orun Post", "Orun Post"),
            ("Second bridge : ORUN POST", "Second bridge"),
            ("| Orun Post", "| Orun Post"),
        ] {
            let page = format!(
                "<head><title>{title}</title><meta property=og:site_name content='Orun Post'></head><body><p>Text of it.</p></body>"
            );
            assert_eq!(read(&page, &Limits::default()).unwrap().title.as_deref(), Some(expected));
        }
    }

    #[test]
    fn slow_pages_are_refused_at_once() {
        let nested = "<ul><li>".repeat(100_000);
        assert!(read(&nested, &Limits::default()).unwrap_err().contains("nested more than 512"));
        let many: String = (0..1000).map(|i| format!(" a{i}=1")).collect();
        assert!(read(&format!("<div{many}>x</div>"), &Limits::default()).unwrap_err().contains("256 attributes"));
        let wide = "<i>x</i>".repeat(MOST_TAGS + 1);
        assert!(read(&wide, &Limits::default()).unwrap_err().contains("more than 200000 tags"));
        for page in [format!("<img{many}>"), format!("<p>x</p{many}>"), format!("<svg><title><b{many}>"), format!("<!--><b{many}>")] {
            let said = read(&page, &Limits::default()).unwrap_err();
            assert!(said.contains("256 attributes"), "{}: {said}", &page[..20]);
        }
    }
}
