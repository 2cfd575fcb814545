//! Microdata (HTML standard, §5 "Microdata"; the properties of schema.org's `NewsArticle`), as pages have it that say nothing in JSON-LD.

use super::draft::Draft;
use super::entities::decode;
use super::metadata::set;
use super::tags::{Tag, Token, tokens};

/// Reads the first item that is an article into the fields of `draft` that are empty.
pub fn read(html: &str, draft: &mut Draft) {
    // Most pages have none, and this is cheaper than a walk.
    if !html.contains("itemprop") {
        return;
    }
    let mut walk = Walk::default();
    for token in tokens(html) {
        match token {
            Token::Open(tag) => walk.open(&tag, draft),
            Token::Close(tag) => walk.close(tag.name(), draft),
            Token::Text(text) => walk.text(text),
            Token::Raw(_) | Token::Other => {}
        }
        if walk.done {
            return;
        }
    }
}

/// An element that is waited for to end: its name, and how many of that name are open inside it.
struct Within {
    name: String,
    open: usize,
}

impl Within {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), open: 1 }
    }

    /// Whether the element has ended with this tag.
    fn ends(&mut self, name: &str, opens: bool) -> bool {
        if name == self.name {
            self.open = if opens { self.open + 1 } else { self.open - 1 };
        }
        self.open == 0
    }
}

#[derive(Default)]
struct Walk {
    /// The article's element, once it was found.
    article: Option<Within>,
    /// An item inside the article: its author, its publisher; or a comment, whose properties are not the article's.
    inner: Option<(Within, Option<&'static str>)>,
    /// A property that is being read, with its text so far.
    property: Option<(Within, &'static str, String)>,
    done: bool,
}

/// Properties that are read, and their elements' own attribute that holds the value, if they have one.
const PROPERTIES: &[&str] = &["headline", "datePublished", "author", "creator", "publisher", "name", "inLanguage", "articleSection", "url"];

impl Walk {
    fn open(&mut self, tag: &Tag<'_>, draft: &mut Draft) {
        let name = tag.name();
        if self.article.is_none() {
            let kind = tag.attribute("itemtype").unwrap_or("");
            if kind.contains("schema.org") && (kind.ends_with("Article") || kind.ends_with("BlogPosting")) {
                self.article = Some(Within::new(name));
            }
            return;
        }
        self.step(name, true, draft);
        let Some(property) =
            tag.attribute("itemprop").map(|p| PROPERTIES.iter().copied().find(|known| p.split_whitespace().any(|p| p == *known)))
        else {
            return;
        };
        if tag.attributes().any(|(n, _)| n.eq_ignore_ascii_case("itemscope")) {
            if self.inner.is_none() {
                self.inner = Some((Within::new(name), property));
            }
            return;
        }
        let (Some(property), true) = (self.meaning(property), self.property.is_none()) else { return };
        let value = ["content", "datetime"].into_iter().find_map(|a| tag.attribute(a));
        let address = if matches!(name, "a" | "link") && property == "url" { tag.attribute("href") } else { None };
        let of_abbreviation = if name == "abbr" && property == "datePublished" { tag.attribute("title") } else { None };
        match value.or(address).or(of_abbreviation) {
            Some(value) => give(draft, property, value),
            None => self.property = Some((Within::new(name), property, String::new())),
        }
    }

    /// What a property means for the article: the `name` of an inner author is the author.
    fn meaning(&self, property: Option<&'static str>) -> Option<&'static str> {
        match (&self.inner, property?) {
            (None, "name") => Some("headline"),
            (None, property) => Some(property),
            (Some((_, outer)), "name") => *outer,
            _ => None,
        }
    }

    fn close(&mut self, name: &str, draft: &mut Draft) {
        self.step(name, false, draft);
    }

    /// Ends what ends with this tag.
    fn step(&mut self, name: &str, opens: bool, draft: &mut Draft) {
        if let Some((mut within, property, text)) = self.property.take() {
            if within.ends(name, opens) {
                give(draft, property, text.trim());
            } else {
                self.property = Some((within, property, text));
            }
        }
        if self.inner.as_mut().is_some_and(|(within, _)| within.ends(name, opens)) {
            self.inner = None;
        }
        self.done |= self.article.as_mut().is_some_and(|within| within.ends(name, opens));
    }

    fn text(&mut self, text: &str) {
        if let Some((_, _, so_far)) = &mut self.property {
            so_far.push_str(&decode(text));
        }
    }
}

fn give(draft: &mut Draft, property: &str, value: &str) {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let field = match property {
        "headline" => &mut draft.title,
        "datePublished" => &mut draft.published,
        "author" | "creator" => &mut draft.byline,
        "publisher" => &mut draft.source,
        "inLanguage" => &mut draft.lang,
        "articleSection" => &mut draft.category,
        "url" => &mut draft.url,
        _ => return,
    };
    set(field, &line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_says_in_full_when() {
        let html = r#"<div itemscope itemtype="http://schema.org/BlogPosting"><abbr itemprop="datePublished" title="2026-03-04T10:13:00Z">10:13</abbr></div>"#;
        let mut draft = Draft::default();
        read(html, &mut draft);
        assert_eq!(draft.published.as_deref(), Some("2026-03-04T10:13:00Z"));
    }

    #[test]
    fn the_article_speaks_and_its_comments_do_not() {
        let html = r#"<body><p itemprop="headline">Not this</p><div itemscope itemtype="https://schema.org/NewsArticle"><div><h1 itemprop="headline">Second
            <b>lock</b> opens</h1></div><time itemprop="datePublished" datetime="2026-03-03T11:20:00Z">today</time>
            <span itemprop="author" itemscope itemtype="https://schema.org/Person"><a itemprop="url" href="/marr">x</a><span itemprop="name">Ivo Marr</span></span>
            <div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span itemprop="author">Troll</span><span itemprop="name">t</span></div>
            <div itemprop="publisher" itemscope><meta itemprop="name" content="Vell Post"></div><a itemprop="url" href="https://vell.example/lock">here</a>
            <span itemprop="articleSection">Transport</span></div><span itemprop="inLanguage">fr</span></body>"#;
        let mut draft = Draft::default();
        read(html, &mut draft);
        assert_eq!(draft.title.as_deref(), Some("Second lock opens"));
        assert_eq!((draft.published.as_deref(), draft.byline.as_deref()), (Some("2026-03-03T11:20:00Z"), Some("Ivo Marr")));
        assert_eq!((draft.source.as_deref(), draft.url.as_deref()), (Some("Vell Post"), Some("https://vell.example/lock")));
        assert_eq!((draft.category.as_deref(), draft.lang.as_deref()), (Some("Transport"), None));
    }
}
