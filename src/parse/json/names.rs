//! Under which names JSON holds what an article says.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

/// Accepted names of each field, the usual one first.
pub const TITLE: &[&str] = &["title", "headline", "name", "webTitle", "post_title"];
pub const TEXT: &[&str] = &[
    "text",
    "body",
    "content",
    "articleBody",
    "body_text",
    "content_text",
    "bodyText",
    "full_text",
    "fulltext",
    "maintext",
    "selftext",
    "article_text",
    "article_body",
    "article_content",
    "story_body",
    "plaintext",
    "text_content",
    "post_content",
    "full_content",
    "main_text",
];
pub const HTML: &[&str] =
    &["body_html", "content_html", "body_xhtml", "body_nitf", "content_encoded", "content:encoded", "article_html", "html"];
/// Names of a body in blocks or as a tree.
pub const BLOCKS: &[&str] = &["content_elements", "blocks", "paragraphs", "rich_text", "content_blocks", "body_blocks"];
/// Names of what stands for a text that an answer does not have.
pub const TEASER: &[&str] = &["summary", "description", "lead_paragraph", "abstract", "snippet", "standfirst", "trailText", "excerpt"];
pub const SOURCE: &[&str] = &[
    "source",
    "publisher",
    "provider",
    "source_name",
    "sourceName",
    "source-hostname",
    "site_name",
    "sitename",
    "media_name",
    "publication",
    "site",
];
pub const PUBLISHED: &[&str] = &[
    "published",
    "datePublished",
    "date_published",
    "versioncreated",
    "publishedAt",
    "published_at",
    "pubDate",
    "pubdate",
    "publishDate",
    "publish_date",
    "publication_date",
    "publicationDate",
    "date_publish",
    "webPublicationDate",
    "published_date",
    "display_date",
    "publishedDate",
    "pub_date",
    "dateTimePub",
    "post_date",
    "date_unixtime",
    "first_published_at",
    "first_publication_date",
    "publish_time",
    "published_time",
    "publishedTimestamp",
    "date_published_gmt",
    "seendate",
    "dateTime",
    "date",
    "created_at",
    "createdAt",
    "created_utc",
    "created",
    "timestamp",
    "updated",
    "updated_at",
    "date_modified",
    "dateModified",
];
pub const LANG: &[&str] = &["lang", "language", "inLanguage"];
pub const URL: &[&str] = &["url", "link", "canonical", "external_url", "webUrl", "web_url", "permalink", "alternate"];
pub const ID: &[&str] = &["id", "uri", "guid", "article_id", "uno", "urn"];
pub const BYLINE: &[&str] = &["byline", "author", "authors", "creator", "primary_author", "author_name"];

/// Names of the feed that an article came in, by readers of feeds, and of the account that posted it.
pub const FEED: &[&str] = &["feed_title", "feed_name", "feed", "origin", "account"];

/// The same in other languages, in small letters, for articles that say nothing under any other name.
const TRANSLATED: &[(&str, &str)] = &[
    ("title", "titre titel título titulo titolo başlık заголовок العنوان عنوان عنوان_الخبر 标题 標題"),
    (
        "text",
        "texte texto cuerpo contenu contenido conteúdo conteudo corpo testo inhalt metin içerik текст النص نص نص_الخبر المحتوى متن 正文 内容",
    ),
    ("source", "quelle fuente fonte kaynak источник المصدر مصدر منبع 来源 來源"),
    ("date", "datum fecha data tarih дата التاريخ تاريخ تاریخ 日期"),
    ("author", "auteur autor autore yazar автор الكاتب المؤلف نویسنده 作者"),
    ("url", "lien enlace bağlantı ссылка الرابط رابط لینک 链接"),
    ("lang", "langue sprache idioma lingua dil язык اللغة لغة زبان 语言"),
];

/// Objects within each other that are looked at for such names.
const TRANSLATED_DEEP: usize = 4;

/// Gives values the names known here, in any case or another language, down to some depth.
pub fn translate(value: &mut Value) {
    translate_to(value, TRANSLATED_DEEP);
}

fn translate_to(value: &mut Value, deep: usize) {
    static KNOWN: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
        let names = |(known, names): &(&'static str, &'static str)| names.split(' ').map(|name| (name, *known)).collect::<Vec<_>>();
        TRANSLATED.iter().flat_map(names).collect()
    });
    match value {
        Value::Object(map) => {
            by_known_names(map);
            let named = |(name, _): (&String, &Value)| Some((name.clone(), *KNOWN.get(name.to_lowercase().as_str())?));
            // `data` is a date in Italy, and an object around everything elsewhere.
            let plain = map.iter().filter(|(_, value)| !value.is_object() && !value.is_array());
            let other: Vec<(String, &str)> = plain.filter_map(named).filter(|(_, known)| !map.contains_key(*known)).collect();
            for (name, known) in other {
                if let Some(value) = map.shift_remove(&name) {
                    map.insert(known.to_owned(), value);
                }
            }
            map.values_mut().filter(|_| deep > 0).for_each(|value| translate_to(value, deep - 1));
        }
        Value::Array(all) if deep > 0 => all.iter_mut().for_each(|value| translate_to(value, deep - 1)),
        _ => {}
    }
}

/// Gives values the names known here where only capitals and signs within them differ: `PublishDate`, `Body-Text`.
pub fn by_known_names(map: &mut Map<String, Value>) {
    static KNOWN: LazyLock<FxHashMap<String, &str>> = LazyLock::new(|| {
        let names = [TITLE, TEXT, HTML, BLOCKS, TEASER, SOURCE, PUBLISHED, LANG, URL, ID, BYLINE, FEED].concat();
        names.into_iter().rev().map(|name| (folded(name), name)).collect()
    });
    let is_other = |name: &&String| !name.starts_with('_') && name.bytes().any(|b| !b.is_ascii_lowercase());
    let named = |name: &String| KNOWN.get(&folded(name)).filter(|known| **known != name).map(|known| (name.clone(), *known));
    let other: Vec<(String, &str)> = map.keys().filter(is_other).filter_map(named).collect();
    for (name, known) in other {
        if !map.contains_key(known)
            && let Some(value) = map.shift_remove(&name)
        {
            map.insert(known.to_owned(), value);
        }
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | ':')).flat_map(char::to_lowercase).collect()
}
