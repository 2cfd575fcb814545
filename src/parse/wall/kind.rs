//! Whether a page is an article or lists articles, by what it says of itself and by its shape.

use super::letters;
use crate::parse::frame::Listing;
use crate::parse::linked;
use crate::parse::tags::{Token, tokens};

/// Teasers of the shortest list.
const TEASERS: usize = 4;
/// Letters of its own that a page of teasers may have: what the section is about; more, where the page says that it is a list.
const BESIDES: usize = 150;
const BESIDES_OF_LIST: usize = 400;
/// Letters of a page that has but links: its name, and a line about it.
const BESIDES_OF_LINKS: usize = 40;
/// Letters of a text beside its own that are those of teasers.
const TAKEN: usize = 100;

/// What a page says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Article,
    List,
    Unsaid,
}

/// Refuses a page that lists articles: its `text` is made of their teasers.
///
/// # Errors
/// With the reason.
pub fn list(html: &str, listing: Listing, text: &str) -> Result<(), String> {
    let Listing { teasers, links, linked, besides } = listing;
    let found = letters(text);
    let holds_more = found >= besides * 3 / 2 + TAKEN;
    // The text may hold a menu besides; what came from the data of scripts is longer than the links of the page that they fill.
    let is_links =
        teasers + links >= TEASERS && besides <= BESIDES_OF_LINKS && found <= besides + linked * 5 / 4 && (holds_more || besides == 0);
    let is_teasers = teasers >= TEASERS && besides <= BESIDES_OF_LIST && holds_more;
    if !is_links && !is_teasers {
        return Ok(());
    }
    match kind(html) {
        Kind::Article => Ok(()),
        Kind::Unsaid if besides > BESIDES => Ok(()),
        Kind::List | Kind::Unsaid => Err("a page without an article: it only lists others".to_owned()),
    }
}

/// Whether a page shows any word or picture in its body, or says of itself that it is an article.
pub fn shows_anything(html: &str) -> bool {
    let mut is_title = false;
    let is_shown = tokens(html).any(|token| match token {
        Token::Open(tag) => {
            is_title = tag.name() == "title";
            matches!(tag.name(), "img" | "video" | "audio" | "iframe")
        }
        Token::Close(_) => {
            is_title = false;
            false
        }
        Token::Text(text) => !is_title && letters(text) > 0,
        _ => false,
    });
    is_shown || kind(html) == Kind::Article
}

fn kind(html: &str) -> Kind {
    let (mut blocks, mut is_linked, mut is_website) = (Vec::new(), false, false);
    for token in tokens(html) {
        match token {
            Token::Open(tag) => {
                let value = |name: &str| tag.attribute(name).unwrap_or("").to_ascii_lowercase();
                is_linked = tag.name() == "script" && value("type") == "application/ld+json";
                let property = if tag.name() == "meta" { value("property") + &value("name") } else { String::new() };
                let is_type = property == "og:type";
                let is_body = value("itemprop") == "articlebody";
                if is_body || property == "article:published_time" || is_type && value("content").starts_with("article") {
                    return Kind::Article;
                }
                is_website |= is_type && value("content") == "website";
            }
            Token::Raw(json) if is_linked => blocks.push(json),
            _ => {}
        }
    }
    match linked::kind(&blocks) {
        (true, _) => Kind::Article,
        (_, true) => Kind::List,
        _ if is_website => Kind::List,
        _ => Kind::Unsaid,
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::Limits;
    use crate::parse::html::read;

    const HEADLINES: [&str; 6] = [
        "Council delays the vote on parking",
        "Goats escape from the farm show",
        "School of Tern wins the chess cup",
        "Works on the road to Gull begin",
        "Choir of Tern seeks tenors",
        "Ferry to Gull sails at six again",
    ];

    /// A page with a piece for each headline, `H` in `piece`.
    fn refused(head: &str, before: &str, piece: &str) -> bool {
        let pieces: String = HEADLINES.iter().map(|headline| piece.replace('H', headline)).collect();
        let page = format!("<title>Orun Post</title>{head}<body><nav><a>Home</a></nav><main>{before}{pieces}</main></body>");
        read(&page, &Limits::default()).err().is_some_and(|reason| reason.contains("only lists others"))
    }

    #[test]
    fn lists_are_told_from_articles() {
        let teaser = "<article><h3><a href=x>H</a></h3><p>What is known of it was told to reporters on Monday.</p></article>";
        let long = "What is known of it was told to reporters on Monday by the mayor, Teresa Valcourt. ".repeat(8);
        let story = format!("<h1>Wells of Orun fill</h1><p>{}</p>", &long[..400]);
        let news = r#"<script type=application/ld+json>{"@type":"NewsArticle","headline":"Six things"}</script>"#;
        let list = r#"<script type=application/ld+json>{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle"}]}</script>"#;
        let intro = "<p>Each Friday the Post tells what the week in the valley of the Tern was like, in six short pieces for those who were away \
            at sea, or in bed, or just too busy to read, and asks what the next one will bring to Orun.</p>";
        for (head, before, piece, is_list) in [
            ("", "", teaser, true),
            ("", "<h1>Local news</h1>", "<div class=t><a href=x><h2>H</h2></a><p>It was told on Monday.</p><i>2 May</i></div>", true),
            ("", "", "<li>Sport <a href=x>H</a> It was told to reporters on Monday, and more will be known by noon.</li>", true),
            ("", "<h1>The Post</h1>", "<li><a href=x>H</a></li>", true),
            ("<meta property=og:type content=website>", "", "<div><a href=x><h3>H</h3></a></div>", true),
            (list, intro, teaser, true),
            ("<meta property=og:type content=website>", intro, teaser, true),
            // Round-ups and newsletters have text of their own, or say what they are.
            ("", intro, teaser, false),
            (news, "", teaser, false),
            ("<meta property=og:type content=article>", "", teaser, false),
            ("", "<div itemprop=articleBody>", teaser, false),
            ("", "", &format!("<article><h3><a href=x>H</a></h3><p>{long}</p></article>"), false),
            ("", "", "<h3><a href=x>H</a></h3><p>What is known of it was told to reporters on Monday.</p>", false),
            ("", "", "<p><a href=x>H</a>, which was told to reporters on Monday, is what the valley speaks of.</p>", false),
            ("", &story, teaser, false),
            ("", "<h1>Wells fill</h1><p>The wells of Orun are full again, the council said.</p>", "<li><a href=x>H</a></li>", false),
        ] {
            assert_eq!(refused(head, before, piece), is_list, "{head} {before} {piece}");
        }
        assert!(!refused("<meta property=og:type content=website>", &story, teaser));
    }

    #[test]
    fn a_text_in_the_data_of_scripts_is_no_list_of_the_links_beside_it() {
        let links = HEADLINES.map(|headline| format!("<li><a href=x>{headline}</a></li>")).concat();
        let text = "The wells of Orun are full again after four dry years, the council said on Monday. ".repeat(12);
        let data = format!(
            r#"<script id="__NEXT_DATA__" type="application/json">{{"props":{{"article":{{"title":"Wells of Orun fill","body":"{text}"}}}}}}</script>"#
        );
        let page = format!("<title>Wells of Orun fill</title><body><div id=__next><ul>{links}</ul></div>{data}</body>");
        assert!(read(&page, &Limits::default()).unwrap().text.unwrap().starts_with("The wells of Orun"));
    }

    #[test]
    fn a_page_that_shows_nothing_is_refused() {
        for (page, is_refused) in [
            ("<html><head><title>x</title></head><body></body></html>", true),
            ("<title>Orun Courier</title><body> <script>x()</script></body>", true),
            ("<title>Four wells fill</title><body></body>", false),
            ("<title>Wells fill</title><body><h1>Wells fill</h1></body>", false),
            ("<title>Wells fill</title><meta property=og:type content=article><body></body>", false),
            ("<title>Wells fill</title><body><iframe src=x></iframe></body>", false),
        ] {
            let refused = read(page, &Limits::default()).err().is_some_and(|reason| reason.contains("shows nothing"));
            assert_eq!(refused, is_refused, "{page}");
        }
    }
}
