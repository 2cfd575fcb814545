//! What a page says about itself: JSON-LD, microdata, OpenGraph and other meta tags, `<time>`, `<link rel=canonical>`.

use super::draft::{Draft, Origin};
use super::entities::decode;
use super::tags::{Tag, Token, tokens};
use super::{linked, microdata, visible};

/// Reads the metadata of a page. JSON-LD is believed before microdata, that before OpenGraph, that before the plain tags.
pub fn read(html: &str) -> Draft {
    let mut blocks: Vec<&str> = Vec::new();
    let mut graph = Draft::default();
    let mut plain = Draft::default();
    let mut inside: Option<&'static str> = None;
    for token in tokens(html) {
        match token {
            Token::Open(tag) => {
                inside = match tag.name() {
                    "title" => Some("title"),
                    "script" if tag.attribute("type").is_some_and(|t| t.eq_ignore_ascii_case("application/ld+json")) => Some("ld"),
                    _ => None,
                };
                read_tag(&tag, &mut graph, &mut plain);
            }
            Token::Text(text) if inside == Some("title") => set(&mut plain.title, text),
            Token::Raw(json) if inside == Some("ld") => blocks.push(json),
            Token::Close(_) => inside = None,
            _ => {}
        }
    }
    let mut linked_data = linked::read(&blocks, graph.url.as_deref());
    microdata::read(html, &mut linked_data);
    let pick = |field: fn(&Draft) -> &Option<String>| [&linked_data, &graph, &plain].into_iter().find_map(|d| field(d).clone());
    let title = title(html, linked_data.title.clone(), pick(|d| &d.title));
    let shown = || visible::published(html, title.as_deref(), pick(|d| &d.lang).as_deref().unwrap_or_default());
    Draft {
        origin: Origin::Metadata,
        source: pick(|d| &d.source),
        published: pick(|d| &d.published).or_else(shown),
        lang: pick(|d| &d.lang),
        title,
        url: pick(|d| &d.url),
        byline: pick(|d| &d.byline),
        category: pick(|d| &d.category),
        text: linked_data.text,
        notes: linked_data.notes,
        ..Draft::default()
    }
}

/// The headline: `linked` is one; `page`, a title of the page, may go on with the name of the site. An `<h1>` that most of such a title
/// consists of shows where to cut; a shorter one may be the name itself. Without any title, or with one that is the name of a section, the
/// only `<h1>` is the headline.
fn title(html: &str, linked: Option<String>, page: Option<String>) -> Option<String> {
    if linked.is_some() {
        return linked;
    }
    let headings = headings(html);
    let only = headings.first().filter(|first| headings.iter().all(|h| h == *first)).cloned();
    // `::` stands between headline and site, and nowhere else.
    let longest = |page: String| page.split(" :: ").max_by_key(|part| part.len()).map(str::to_owned);
    let Some(page) = page.and_then(longest) else { return only };
    if let Some(only) = only.filter(|only| is_fuller(only, &page)) {
        return Some(only);
    }
    let goes_on = |h: &str| page.strip_prefix(h).is_some_and(|site| site.trim_start().starts_with(BEFORE_SITE));
    let words = |text: &str| text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    let is_longer = |h: &str| h.len() * 3 > page.len() * 2 || words(h) > SECTION_WORDS + 1 && words(h) * 2 > words(&page);
    let is_headline = |h: &String| is_longer(h) && goes_on(h);
    Some(headings.into_iter().find(is_headline).unwrap_or(page))
}

/// Whether a heading says more than the title of its page, which is its begin, or a word or two as sections are called.
fn is_fuller(heading: &str, page: &str) -> bool {
    let words = |text: &str| text.split_whitespace().count();
    let is_section = || page.split(BEFORE_SITE).all(|part| words(part) <= SECTION_WORDS);
    let goes_on = || heading.strip_prefix(page).is_some_and(|rest| rest.starts_with(' '));
    words(heading) > SECTION_WORDS + 1 && (is_section() || goes_on())
}

/// Words of the longest name of a section or site.
const SECTION_WORDS: usize = 2;

/// What pages put between headline and name.
pub const BEFORE_SITE: &[char] = &['|', '-', '–', '—', '·', '•', '«', '»', '_', '｜', '：'];

/// The text of each `<h1>` that has any.
fn headings(html: &str) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), None::<String>);
    for token in tokens(html) {
        match (token, &mut open) {
            (Token::Open(tag), _) if tag.name() == "h1" => open = Some(String::new()),
            (Token::Close(tag), _) if tag.name() == "h1" => found.extend(open.take()),
            (Token::Text(text), Some(heading)) => heading.push_str(&decode(text)),
            _ => {}
        }
    }
    let one_line = |h: String| h.split_whitespace().collect::<Vec<_>>().join(" ");
    found.into_iter().map(one_line).filter(|h| !h.is_empty()).collect()
}

/// Fills a field that is empty, entities decoded.
pub fn set(field: &mut Option<String>, value: &str) {
    let value = decode(value);
    let value = value.trim();
    if field.is_none() && !value.is_empty() {
        *field = Some(value.to_owned());
    }
}

fn read_tag(tag: &Tag<'_>, graph: &mut Draft, plain: &mut Draft) {
    let value = |name: &str| tag.attribute(name).unwrap_or("");
    match tag.name() {
        "html" => set(&mut plain.lang, value("lang")),
        "link" if value("rel").split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical")) => {
            set(&mut graph.url, value("href"))
        }
        "meta" => {
            let name = tag.attribute("property").or_else(|| tag.attribute("name")).or_else(|| tag.attribute("itemprop")).unwrap_or("");
            let content = value("content");
            match name.to_ascii_lowercase().as_str() {
                "twitter:title" | "dc.title" | "dcterms.title" => set(&mut plain.title, content),
                "og:title" => set(&mut graph.title, content),
                "og:site_name" => set(&mut graph.source, content),
                "og:url" => set(&mut graph.url, content),
                "article:published_time" | "og:article:published_time" | "article:published" => set(&mut graph.published, content),
                name if names_publication(name) => set(&mut plain.published, content),
                "article:section" => set(&mut graph.category, content),
                "og:locale" | "dc.language" | "dcterms.language" => set(&mut plain.lang, content),
                "date" | "sailthru.date" | "dc.date" | "dcterms.date" | "dcterms.created" | "article_date_original" => {
                    set(&mut plain.published, content)
                }
                "author" | "article:author" | "parsely-author" | "dc.creator" | "dcterms.creator" => set(&mut plain.byline, content),
                "application-name" | "dc.publisher" | "dcterms.publisher" => set(&mut plain.source, content),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Whether the name of a meta tag says that it holds the date of publication: `publishedDate`, `publish-date`, `bt:pubDate`,
/// `citation_publication_date`, `dcterms.issued`.
fn names_publication(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    let is_date = letters.ends_with("date") || letters.ends_with("time") || letters.ends_with("datepublished");
    let is_publication = ["publi", "pubdate", "pubtime"].iter().any(|word| letters.contains(word));
    let is_other = ["modif", "update", "expir", "last", "unpublish"].iter().any(|word| letters.contains(word));
    letters.ends_with("issued") || is_publication && is_date && !is_other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_meta_tags_say_which_date_they_hold() {
        for (name, is_publication) in [
            ("datePublished", true),
            ("publishedDate", true),
            ("publish_date", true),
            ("parsely-pub-date", true),
            ("og:pubdate", true),
            ("pubtime", true),
            ("citation_publication_date", true),
            ("cXenseParse:recs:publishtime", true),
            ("dc.date.issued", true),
            ("article:publisher", false),
            ("article:modified_time", false),
            ("unpublishDate", false),
            ("lastPublishedDate", false),
            ("publication", false),
            ("date", false),
        ] {
            assert_eq!(names_publication(name), is_publication, "{name}");
        }
    }

    #[test]
    fn the_name_of_the_site_is_no_part_of_the_headline() {
        for (page, headline) in [
            ("<title>Second wells open - Echo</title><h1>Echo</h1><h1><a>Second wells\nopen</a></h1>", "Second wells open"),
            ("<title>Orun Courier | Second wells</title><h1>Orun Courier</h1>", "Orun Courier | Second wells"),
            ("<title>Wells - Orun Courier</title><h1>Orun Courier</h1>", "Wells - Orun Courier"),
            ("<title>Bridge - what we know</title><h1>Other</h1>", "Bridge - what we know"),
            ("<title>Second bridge opens at last</title><h1>Second bridge opens</h1>", "Second bridge opens at last"),
            ("<h1>Second bridge opens</h1><p>Text", "Second bridge opens"),
            ("<title>News | Echo</title><h1>Second bridge opens today</h1>", "Second bridge opens today"),
            ("<title>Second bridge opens</title><h1>Second bridge opens in Orun</h1>", "Second bridge opens in Orun"),
            ("<title>Second wells open :: Orun Courier</title><p>Text", "Second wells open"),
            (
                "<title>Second wells of Orun open - The Orun Courier Online</title><h1>Second wells of Orun open</h1>",
                "Second wells of Orun open",
            ),
            (
                "<title>The Orun Courier Online | Second wells of Orun open</title><h1>The Orun Courier Online</h1>",
                "The Orun Courier Online | Second wells of Orun open",
            ),
            ("<title>Wells open</title><h1>The Orun Courier Online</h1><h1>Wells open</h1>", "Wells open"),
        ] {
            assert_eq!(read(page).title.as_deref(), Some(headline), "{page}");
        }
        assert_eq!(read("<h1>One</h1><h1>Two</h1>").title, None);
    }

    #[test]
    fn linked_data_wins_over_tags() {
        let page = r#"<html lang="en-GB"><head><title>Talks &amp; more | Site</title><meta property="og:site_name" content="Open Site">
          <meta property="og:title" content="Talks"><link rel="canonical" href="https://site.example/a">
          <script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":["NewsArticle"],"headline":"Talks resume",
          "publisher":{"@type":"Organization","name":"The Site"},"datePublished":"2026-03-04T08:00:00Z","author":[{"name":"A. B."}]}]}</script></head>"#;
        let draft = read(page);
        assert_eq!(draft.title.as_deref(), Some("Talks resume"));
        assert_eq!(draft.source.as_deref(), Some("The Site"));
        assert_eq!(draft.published.as_deref(), Some("2026-03-04T08:00:00Z"));
        assert_eq!(
            (draft.url.as_deref(), draft.lang.as_deref(), draft.byline.as_deref()),
            (Some("https://site.example/a"), Some("en-GB"), Some("A. B."))
        );
        assert_eq!(read("<title>Only &quot;this&quot;</title>").title.as_deref(), Some("Only \"this\""));
        let broken = read("<script type='application/ld+json'>{broken</script>");
        assert_eq!(broken.notes, ["JSON-LD of the page could not be read: not used"]);
        assert_eq!(Draft { notes: Vec::new(), ..broken }, Draft { origin: Origin::Metadata, ..Draft::default() });
        let several = r#"<link rel=canonical href="https://site.example/a">
          <script type="application/ld+json">{"@type":"NewsArticle","headline":"Camels race","mainEntityOfPage":{"@id":"https://site.example/c"}}</script>
          <script type="application/ld+json">{"@type":"NewsArticle","headline":"Talks resume","mainEntityOfPage":"http://site.example/a/",}</script>"#;
        assert_eq!(read(several).title.as_deref(), Some("Talks resume"));
    }
}
