//! The words of frames: in names that templates give their elements, and in headings above blocks of something else.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::sources::key;
use crate::text::fold::fold;

/// Words of class names and ids that say that an element is no part of the article.
const NAMES: &[&str] = &[
    // finding one's way
    "nav",
    "navbar",
    "navigation",
    "menu",
    "menus",
    "submenu",
    "topbar",
    "breadcrumb",
    "breadcrumbs",
    "crumb",
    "crumbs",
    "footer",
    "sidebar",
    "sidenav",
    "pagination",
    "pager",
    "pagenav",
    "skip",
    "side",
    "rail",
    "bottom",
    "search",
    "toolbar",
    "tools",
    "ticker",
    "login",
    "signin",
    // what readers say
    "comment",
    "comments",
    "commentlist",
    "disqus",
    "respond",
    "discussion",
    "commentaires",
    "comentarios",
    "kommentare",
    "yorumlar",
    // passing on
    "share",
    "sharing",
    "sharebar",
    "sharedaddy",
    "social",
    "sns",
    "addthis",
    "addtoany",
    "partage",
    "compartir",
    "teilen",
    "condividi",
    "paylas",
    // what else there is
    "related",
    "relatedposts",
    "relatednews",
    "relateditems",
    "recommended",
    "recommendations",
    "recommend",
    "popular",
    "trending",
    "ranking",
    "mostread",
    "mostviewed",
    "taboola",
    "outbrain",
    "mgid",
    "relacionadas",
    "correlati",
    "correlate",
    "ilgili",
    "crosslinks",
    // for sale
    "ad",
    "ads",
    "advert",
    "adverts",
    "advertisement",
    "adsense",
    "reklam",
    "publicidad",
    "promo",
    "sponsored",
    "newsletter",
    "subscribe",
    "subscription",
    "paywall",
    "barrier",
    "signup",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "didomi",
    "onetrust",
    "cookiebot",
    "usercentrics",
    "popup",
    "modal",
    // about the article
    "tags",
    "tagcloud",
    "keywords",
    "etiketler",
    "etiquetas",
    "caption",
    "figcaption",
    "player",
    "widget",
    "factbox",
    "gist",
    "rating",
    "ratings",
];

/// Words of class names of lines that say when an article was published, and how often it was read.
const LABELS: &[&str] = &[
    "meta",
    "info",
    "date",
    "time",
    "timestamp",
    "stamp",
    "posted",
    "published",
    "updated",
    "submitted",
    "hits",
    "views",
    "tarih",
    "datum",
    "fecha",
];

/// Those of [`LABELS`] that mean the date alone.
const DATES: &[&str] =
    &["time", "info", "pubtime", "date", "pubdate", "datetime", "timestamp", "published", "posted", "tarih", "datum", "fecha"];

/// Words of names of elements in which readers speak.
const COMMENTS: &[&str] =
    &["comment", "comments", "commentlist", "disqus", "respond", "discussion", "commentaires", "comentarios", "kommentare", "yorumlar"];

/// Words of names of elements that hold who wrote an article.
const AUTHORS: &[&str] = &[
    "author", "authors", "byline", "writer", "reporter", "auteur", "autor", "autore", "autoren", "yazar", "muhabir", "agency", "agencies",
    "agence", "agencia", "agentur", "ajans",
];

/// Words of names of elements that hold whose text it is.
const SOURCES: &[&str] = &["source", "sources", "kaynak", "fuente", "fonte", "quelle"];

/// Words beside these where it is whose picture it is.
const PICTURES: &[&str] = &["image", "img", "photo", "picture", "pic", "media", "video", "foto", "resim", "thumb"];

/// The same as [`NAMES`], of several words.
const PHRASES: &[&str] = &[
    "read also",
    "also read",
    "see also",
    "read more",
    "lire aussi",
    "key events",
    "most read",
    "most viewed",
    "most popular",
    "latest news",
    "recent posts",
    "follow us",
    "author box",
    "author bio",
    "app banner",
    "post navigation",
    "print link",
    "img caption",
    "img cap",
    "image cap",
    "photo cap",
    "img desc",
    "imgdesc",
    "image desc",
    "photo desc",
    "image credit",
    "photo credit",
    "field legende",
    "fact box",
    "author desc",
    "author description",
    "author biography",
    "author block",
    "author latest",
    "about author",
    "about the author",
    "rating block",
    "text resizer",
    "back to top",
    "instagram media",
    "piano inline",
    "piano container",
    "piano offer",
    "tp container",
    "tp modal",
    "tp backdrop",
];

/// Words of names of elements in which readers are asked something.
const QUESTIONS: &[&str] = &["poll", "polls", "quiz", "survey", "sondage", "encuesta", "umfrage", "anket"];

/// Words of names of the paragraph below a headline.
const STANDFIRSTS: &[&str] = &[
    "standfirst",
    "description",
    "lead",
    "lede",
    "leadin",
    "spot",
    "deck",
    "dek",
    "subhead",
    "subheadline",
    "subtitle",
    "subheading",
    "summary",
    "excerpt",
    "intro",
    "introtext",
    "chapo",
    "chapeau",
    "bajada",
    "entradilla",
    "copete",
    "sumario",
    "sommario",
    "occhiello",
    "catenaccio",
    "sapo",
    "vorspann",
    "teaser",
    "ingress",
    "manchet",
    "perex",
    "synopsis",
];
/// Words of names of elements that say something of the article again, in large letters.
const PULLED: &[&str] = &["pullquote", "pull quote", "pulledquote", "pulled quote"];

/// Names of elements that no reader sees: only programs read them aloud.
const UNSEEN: &[&str] = &["screen reader", "sr only", "visually hidden", "visuallyhidden", "assistive text"];

/// What class names begin with that say something of the page, or of what an article is filed under.
const ABOUT: &[&str] = &["has-", "no-", "with-", "is-", "not-", "page-", "category-", "tag-", "author-", "elementor-", "two-", "wp-block-"];
/// What class names end with that say the same.
const ABOUT_END: &[&str] = &["-open", "-closed", "-enabled", "-disabled", "-layout", "-active"];

/// Whether one of the names in a class or id attribute is that of a frame.
pub fn name_frames(names: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| NAMES.iter().copied().collect());
    names.split_ascii_whitespace().filter(|n| !ABOUT.iter().any(|a| n.starts_with(a)) && !ABOUT_END.iter().any(|a| n.ends_with(a))).any(
        |name| {
            let words = words(name);
            words.iter().any(|w| WORDS.contains(w.as_str())) || has_phrase(&words, PHRASES)
        },
    )
}

/// Whether one of the names in a class attribute says that no reader sees the element.
pub fn names_unseen(names: &str) -> bool {
    names.split_ascii_whitespace().any(|name| has_phrase(&words(name), UNSEEN))
}

fn has_phrase(words: &[String], phrases: &[&str]) -> bool {
    let phrase = format!(" {} ", words.join(" "));
    phrases.iter().any(|p| phrase.contains(&format!(" {p} ")))
}

/// Whether one of the names in a class attribute is that of a line about the article.
pub fn name_label(names: &str) -> bool {
    has_word(names, LABELS)
}

/// Whether one of the names in a class or id attribute is that of the date of publication.
pub fn names_date(names: &str) -> bool {
    names.split_ascii_whitespace().any(|name| {
        let words = words(name);
        words.iter().any(|w| DATES.contains(&w.as_str())) && !words.iter().any(|w| w.starts_with("modif") || w.starts_with("updat"))
    })
}

/// Whether one of the names in a class or id attribute is that of what readers say.
pub fn names_comments(names: &str) -> bool {
    let names = names.split_ascii_whitespace().filter(|name| !ABOUT_END.iter().any(|end| name.ends_with(end)));
    names.into_iter().any(|name| has_word(name, COMMENTS))
}

/// Whether one of the names in a class or id attribute is that of the author of an article.
pub fn names_author(names: &str) -> bool {
    has_word(names, AUTHORS)
}

/// Whether one of the names in a class or id attribute is that of the source of a text.
pub fn names_source(names: &str) -> bool {
    has_word(names, SOURCES) && !names_picture(names)
}

/// Whether one of the names in a class attribute says that readers are asked something.
pub fn names_question(names: &str) -> bool {
    has_word(names, QUESTIONS)
}

/// Whether a name has a word that names the paragraph below a headline.
pub fn names_standfirst(names: &str) -> bool {
    has_word(names, STANDFIRSTS)
}

/// Whether one of the names in a class attribute says that something is said again in large letters.
pub fn names_pulled(names: &str) -> bool {
    names.split_ascii_whitespace().any(|name| has_phrase(&words(name), PULLED))
}

/// Whether one of the names in a class or id attribute is that of a picture.
pub fn names_picture(names: &str) -> bool {
    has_word(names, PICTURES)
}

fn has_word(names: &str, known: &[&str]) -> bool {
    names.split_ascii_whitespace().any(|name| words(name).iter().any(|word| known.contains(&word.as_str())))
}

/// `relatedNews-box_2` is of the words related, news, box.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// What headings begin with that stand above a list of other articles.
const LISTS: &[&str] = &[
    "read also",
    "also read",
    "see also",
    "read more",
    "related articles",
    "related stories",
    "related news",
    "related posts",
    "related topics",
    "related coverage",
    "related content",
    "more stories",
    "more on this story",
    "you may like",
    "you might like",
    "you may also like",
    "you might also like",
    "recommended for you",
    "recommended stories",
    "most read",
    "most viewed",
    "most popular",
    "trending now",
    "اقرأ أيضا",
    "اقرأ المزيد",
    "اقرأ كذلك",
    "شاهد أيضا",
    "شاهدوا أيضا",
    "قصص مقترحة",
    "طالع أيضا",
    "أخبار ذات صلة",
    "مواضيع ذات صلة",
    "موضوعات ذات صلة",
    "مقالات ذات صلة",
    "أخبار متعلقة",
    "مواضيع متعلقة",
    "موضوعات متعلقة",
    "مقالات مشابهة",
    "مواضيع مشابهة",
    "الأكثر قراءة",
    "الأكثر مشاهدة",
    "الأكثر تداولا",
    "قد يهمك",
    "قد يهمك أيضا",
    "قد يعجبك",
    "قد يعجبك أيضا",
    "اخترنا لك",
    "نرشح لك",
    "à lire aussi",
    "lire aussi",
    "sur le même sujet",
    "les plus lus",
    "voir aussi",
    "ailleurs sur le web",
    "lee también",
    "te puede interesar",
    "lo más leído",
    "noticias relacionadas",
    "lesen sie auch",
    "mehr zum thema",
    "meistgelesen",
    "das könnte sie auch interessieren",
    "leggi anche",
    "i più letti",
    "leia também",
    "leia mais",
    "mais lidas",
    "veja também",
    "читайте также",
    "материалы по теме",
    "новости по теме",
    "самое читаемое",
    "смотрите также",
    "ilgili haber",
    "ilgili haberler",
    "sizin için",
    "en çok okunan",
    "بیشتر بخوانید",
    "مطالب مرتبط",
    "اخبار مرتبط",
    "پربازدید",
    "پربازدیدترین",
    "مزید پڑھیں",
    "یہ بھی پڑھیں",
    "اسی بارے میں",
    "سب سے زیادہ پڑھی",
    "هەواڵی پەیوەندیدار",
    "baca juga",
    "đọc thêm",
    "xem thêm",
    "tin liên quan",
    "lees ook",
    "czytaj także",
    "czytaj też",
    "läs också",
    "les også",
    "læs også",
    "lue myös",
    "citește și",
    "čtěte také",
    "читайте також",
    "прочетете още",
    "διαβάστε επίσης",
    "קראו גם",
    "อ่านเพิ่มเติม",
    "อ่านข่าวเพิ่มเติม",
    "ข่าวที่เกี่ยวข้อง",
    "អានបន្ថែម",
    "អត្ថបទទាក់ទង",
    "यह भी पढ़ें",
    "ये भी पढ़ें",
    "আরও পড়ুন",
    "相关新闻",
    "相关阅读",
    "延伸阅读",
    "推荐阅读",
    "阅读排行",
    "関連記事",
    "関連ニュース",
    "アクセスランキング",
    "관련기사",
];

/// What headings begin with that stand above something else than the article: beside [`LISTS`], [`AUTHOR`] and [`READERS`].
const HEADINGS: &[&str] = &[
    "more from",
    "more news",
    "also in the news",
    "other stories",
    "other news",
    "latest news",
    "recent posts",
    "popular posts",
    "share this",
    "share or comment on this article",
    "sign up for",
    "آخر الأخبار",
    "أهم الأخبار",
    "أحدث الأخبار",
    "المزيد من الأخبار",
    "أخبار أخرى",
    "الكلمات المفتاحية",
    "الكلمات الدلالية",
    "شارك الخبر",
    "شارك المقال",
    "partager cet article",
    "más información",
    "archivado en",
    "tu suscripción se está usando en otro dispositivo",
    "أحدث ما كتبه",
    "continue reading with a subscription",
    "subscribe to continue reading",
    "лента новостей",
    "другие новости",
    "diğer haberler",
    "نوێترین هەواڵ",
    "热门新闻",
];

/// The same, above who wrote the article.
const AUTHOR: &[&str] = &["about the author", "written by", "sobre la firma", "عن الكاتب", "à propos de l'auteur", "über den autor"];

/// Bytes of the longest line that may be a heading of [`LISTS`].
const LONGEST_HEADING: usize = 100;

/// Headings like these, where nothing else may stand in them but a number.
const ALONE: &[&str] = &["tags", "topics", "key events", "الوسوم", "etiketler", "برچسب‌ها", "おすすめ", "タグ", "热门"];

/// The same, above a list of other articles.
const LISTS_ALONE: &[&str] = &["related", "recommended", "trending"];

/// The same, above a line or a picture, and nothing long.
const LITTLE_ALONE: &[&str] = &["advertisement", "sponsored", "share", "newsletter", "شارك", "مشاركة", "إعلان", "مشاركة الخبر"];

/// What headings begin with that stand above what readers say.
const READERS: &[&str] = &[
    "leave a reply",
    "leave a comment",
    "discussion about this post",
    "اترك تعليقا",
    "أضف تعليقا",
    "أضف تعليقك",
    "ترك الرد",
    "نظر شما",
    "ارسال نظر",
];

/// Headings above what readers say, where nothing else may stand in them but a number.
const READERS_ALONE: &[&str] = &[
    "comments",
    "التعليقات",
    "commentaires",
    "comentarios",
    "kommentare",
    "комментарии",
    "обсуждения",
    "yorumlar",
    "نظرات",
    "تبصرے",
    "评论",
];

/// What is said where rights are reserved.
const RIGHTS: &[&str] = &[
    "©",
    "all rights reserved",
    "جميع الحقوق محفوظة",
    "حقوق النشر",
    "tous droits réservés",
    "todos los derechos reservados",
    "telif hakkı",
    "alle rechte vorbehalten",
    "все права защищены",
    "tutti i diritti riservati",
    "todos os direitos reservados",
    "版权所有",
    "無断転載",
    "تمامی حقوق",
    "جملہ حقوق",
    "هەموو مافێک",
    "무단 전재",
];

/// Whether a line reserves rights. Case decides nothing, and neither does the form of letters.
pub fn claims_rights(line: &str) -> bool {
    static FOLDED: LazyLock<Vec<String>> = LazyLock::new(|| RIGHTS.iter().map(|r| fold(r)).collect());
    let line = fold(line);
    FOLDED.iter().any(|rights| line.contains(rights.as_str()))
}

/// Whether a heading announces something else than the article.
pub fn announces(heading: &str) -> bool {
    static BEGIN: LazyLock<Vec<String>> =
        LazyLock::new(|| [LISTS, HEADINGS, AUTHOR, READERS].into_iter().flatten().map(|h| key(h)).collect());
    static WHOLE: LazyLock<HashSet<String>> =
        LazyLock::new(|| [ALONE, LISTS_ALONE, LITTLE_ALONE, READERS_ALONE].into_iter().flatten().map(|h| key(h)).collect());
    let heading = key(heading);
    let bare = heading.trim_matches(|c: char| c.is_numeric() || c == ' ');
    let goes_on = |rest: &str| rest.is_empty() || rest.starts_with(' ') || rest.starts_with(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
    WHOLE.contains(bare) || BEGIN.iter().any(|begin| heading.strip_prefix(begin.as_str()).is_some_and(goes_on))
}

/// Whether a heading announces a list of other articles.
pub fn announces_list(heading: &str) -> bool {
    static BEGIN: LazyLock<Vec<String>> = LazyLock::new(|| LISTS.iter().chain(LISTS_ALONE).map(|h| key(h)).collect());
    let heading = key(heading);
    BEGIN.iter().any(|begin| heading.starts_with(begin.as_str()))
}

/// Whether a heading announces what readers say.
pub fn announces_readers(heading: &str) -> bool {
    static BEGIN: LazyLock<Vec<String>> = LazyLock::new(|| READERS.iter().chain(READERS_ALONE).map(|h| key(h)).collect());
    let heading = key(heading);
    BEGIN.iter().any(|begin| heading.trim_start_matches(|c: char| c.is_numeric() || c == ' ').starts_with(begin.as_str()))
}

/// Whether a heading announces who wrote the article.
pub fn announces_author(heading: &str) -> bool {
    static BEGIN: LazyLock<Vec<String>> = LazyLock::new(|| AUTHOR.iter().map(|h| key(h)).collect());
    let heading = key(heading);
    BEGIN.iter().any(|begin| heading.starts_with(begin.as_str()))
}

/// Whether a heading announces something short, such as what is for sale.
pub fn announces_little(heading: &str) -> bool {
    static WHOLE: LazyLock<HashSet<String>> = LazyLock::new(|| LITTLE_ALONE.iter().map(|h| key(h)).collect());
    WHOLE.contains(key(heading).as_str())
}

/// Whether a line is nothing but the heading of a list of other articles. Headings that round-ups have above their own news are none.
pub fn is_list_heading(line: &str) -> bool {
    static WHOLE: LazyLock<HashSet<String>> = LazyLock::new(|| LISTS.iter().chain(&["related"]).map(|h| key(h)).collect());
    line.len() <= LONGEST_HEADING && WHOLE.contains(key(line).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_frames_are_told_from_names_of_articles() {
        for (names, is_frame) in [
            ("td_block_related", true),
            ("relatedNews", true),
            ("jp-relatedposts", true),
            ("box most-read", true),
            ("a-lire-aussi", true),
            ("comments-area", true),
            ("newsletter_signup2", true),
            ("post has-sidebar comments-open category-ads", false),
            ("article-body", false),
            ("entry-content shadow headline", false),
            ("breadth adage commentary", false),
            ("authorDesc", true),
            ("itemAuthorBlock", true),
            ("author-name", false),
            ("", false),
        ] {
            assert_eq!(name_frames(names), is_frame, "{names}");
        }
    }

    #[test]
    fn headings_of_other_blocks_are_told_from_those_of_sections() {
        for (heading, is_other) in [
            ("Related", true),
            ("Comments (12)", true),
            ("أقرأ أيضًا:", true),
            ("More from the harbour", true),
            ("相关新闻", true),
            ("Related risks", false),
            ("Comments by the minister", false),
            ("الأخبار", false),
            ("Background", false),
            ("", false),
        ] {
            assert_eq!(announces(heading), is_other, "{heading}");
        }
    }
}
