//! What a page says about itself: JSON-LD, microdata, OpenGraph and other meta tags, `<time>`, `<link rel=canonical>`.

use super::draft::{Draft, Origin};
use super::entities::decode;
use super::tags::{Tag, Token, tokens};
use super::{linked, microdata};

/// Reads the metadata of a page. JSON-LD is believed before microdata, that before OpenGraph, that before the plain tags.
pub fn read(html: &str) -> Draft {
    let mut linked_data = Draft::default();
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
            Token::Raw(json) if inside == Some("ld") => linked::read(json, &mut linked_data),
            Token::Close(_) => inside = None,
            _ => {}
        }
    }
    microdata::read(html, &mut linked_data);
    let pick = |field: fn(&Draft) -> &Option<String>| [&linked_data, &graph, &plain].into_iter().find_map(|d| field(d).clone());
    Draft {
        origin: Origin::Metadata,
        title: title(html, linked_data.title.clone(), pick(|d| &d.title)),
        source: pick(|d| &d.source),
        published: pick(|d| &d.published),
        lang: pick(|d| &d.lang),
        url: pick(|d| &d.url),
        byline: pick(|d| &d.byline),
        category: pick(|d| &d.category),
        text: linked_data.text,
        ..Draft::default()
    }
}

/// The headline: `linked` is one; `page`, a title of the page, may go on with the name of the site. An `<h1>` that most of such a title
/// consists of shows where to cut; a shorter one may be the name itself. Without any title, the only `<h1>` is the headline.
fn title(html: &str, linked: Option<String>, page: Option<String>) -> Option<String> {
    if linked.is_some() {
        return linked;
    }
    let mut headings = headings(html);
    let Some(page) = page else { return headings.pop().filter(|_| headings.is_empty()) };
    let goes_on = |h: &str| page.strip_prefix(h).is_some_and(|site| site.trim_start().starts_with(BEFORE_SITE));
    let is_headline = |h: &String| h.len() * 3 > page.len() * 2 && goes_on(h);
    Some(headings.into_iter().find(is_headline).unwrap_or(page))
}

/// What pages put between headline and name.
pub const BEFORE_SITE: &[char] = &['|', '-', '–', '—', '·', '•', '«', '»'];

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
        // When it was changed is not when it was published.
        "time" if !["itemprop", "class"].iter().any(|a| value(a).to_ascii_lowercase().contains("modif")) => {
            set(&mut plain.published, value("datetime"));
        }
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
                "article:section" => set(&mut graph.category, content),
                "og:locale" | "dc.language" | "dcterms.language" => set(&mut plain.lang, content),
                "datepublished" | "date" | "pubdate" | "publish-date" | "publication_date" | "parsely-pub-date" | "sailthru.date"
                | "dc.date" | "dc.date.issued" | "dcterms.date" | "dcterms.issued" | "dcterms.created" => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_site_is_no_part_of_the_headline() {
        for (page, headline) in [
            ("<title>Second wells open - Echo</title><h1>Echo</h1><h1><a>Second wells\nopen</a></h1>", "Second wells open"),
            ("<title>Orun Courier | Second wells</title><h1>Orun Courier</h1>", "Orun Courier | Second wells"),
            ("<title>Wells - Orun Courier</title><h1>Orun Courier</h1>", "Wells - Orun Courier"),
            ("<title>Bridge - what we know</title><h1>Other</h1>", "Bridge - what we know"),
            ("<title>Second bridge opens at last</title><h1>Second bridge opens</h1>", "Second bridge opens at last"),
            ("<h1>Second bridge opens</h1><p>Text", "Second bridge opens"),
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
        assert_eq!(read("<script type='application/ld+json'>{broken</script>"), Draft { origin: Origin::Metadata, ..Draft::default() });
    }
}
