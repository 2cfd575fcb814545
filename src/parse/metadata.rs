//! What a page says about itself: JSON-LD, microdata, OpenGraph and other meta tags, `<time>`, `<link rel=canonical>`.

use serde_json::{Map, Value};

use super::draft::{Draft, Origin};
use super::entities::decode;
use super::tags::{Tag, Token, tokens};
use super::{headline, linked, microdata, site, visible};
use crate::sources::host_of;

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
    let elsewhere = elsewhere(&mut graph, &plain);
    let mut linked_data = linked::read(&blocks, graph.url.as_deref());
    microdata::read(html, &mut linked_data);
    let pick = |field: fn(&Draft) -> &Option<String>| [&linked_data, &graph, &plain].into_iter().find_map(|d| field(d).clone());
    let (source, url) = (pick(|d| &d.source), pick(|d| &d.url));
    let is_site = |part: &str| site::is_name(part, source.as_deref(), url.as_deref());
    let title = linked_data.title.clone().or_else(|| headline::of(html, pick(|d| &d.title), is_site));
    let shown = || visible::published(html, title.as_deref(), pick(|d| &d.lang).as_deref().unwrap_or_default());
    Draft {
        origin: Origin::Metadata,
        published: pick(|d| &d.published).or_else(shown),
        lang: pick(|d| &d.lang),
        title,
        source,
        url,
        byline: pick(|d| &d.byline),
        category: pick(|d| &d.category),
        text: linked_data.text,
        service: linked_data.service,
        extra: [linked_data.extra, graph.extra, elsewhere].into_iter().flatten().collect(),
        notes: linked_data.notes,
        ..Draft::default()
    }
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
            set(&mut plain.url, value("href"))
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
                "original-source" | "syndication-source" => drop(graph.extra.insert(ORIGINAL.to_owned(), decode(content).trim().into())),
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

/// Under which name it is kept where a page says that its text comes from.
const ORIGINAL: &str = "original-source";

/// Decides for the address of a page: the canonical one, unless that is on other hosts than the one that the page is shared by. Then a text was
/// taken from there, as papers have those of agencies, and it is said where.
fn elsewhere(graph: &mut Draft, plain: &Draft) -> Map<String, Value> {
    let domain = |url: &str| host_of(url).map(|host| host.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>());
    let (own, canonical) = (graph.url.as_deref().and_then(domain), plain.url.as_deref().and_then(domain));
    if own.is_none() || canonical.is_some() && canonical == own {
        graph.url = plain.url.clone().or(graph.url.take());
    }
    let original = plain.url.clone().filter(|_| own.is_some() && canonical.is_some() && canonical != own);
    original.map(|url| (ORIGINAL.to_owned(), url.into())).into_iter().collect()
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
