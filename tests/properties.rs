//! What must hold for any input at all.

use jiff::Timestamp;
use proptest::prelude::*;
use wirefold::article::{ArticleId, FileDigest};
use wirefold::detect::features::Features;
use wirefold::detect::live::When;
use wirefold::detect::{Detector, Incoming, Settings};
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::sources::Sources;
use wirefold::text::clean::Safe;
use wirefold::text::fold::fold;

fn received() -> Timestamp {
    "2026-03-05T12:00:00Z".parse().unwrap()
}

/// Bytes that look like a format, so that its reader is reached: a beginning, anything, an end.
fn almost_a_file() -> impl Strategy<Value = Vec<u8>> {
    let begin = prop::sample::select(vec![
        "",
        "Title: x\n",
        "العنوان: خبر\n",
        "{\"title\":\"",
        "[{\"text\":",
        "<html><body><p>",
        "<!doctype html><script type=\"application/ld+json\">",
        "\u{1f}\u{8b}",
        "\u{feff}",
        "{\"title\":\"a\"}\n{\"text\":\"",
        "{\"uri\":\"u\",\"bodies\":[{\"value\":\"",
        "<rss><channel><item><title>",
        "<feed><entry><content type='xhtml'>",
        "<nitf><body><body.content><p>",
        "<newsMessage><itemSet><newsItem guid='a'><contentSet><inlineXML>",
        "<NewsML><NewsItem><NewsComponent><ContentItem><DataContent>",
        "\u{1}nor0123\r\n3 i 75 slug, 1st add\r\n\u{2}",
        "\u{16}\u{16}\u{1}a0042\u{1f}x\r\n\u{2}^head<\r\ntext\u{3}031120 mar 26\u{4}\u{1}",
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 90\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PK\u{3}\u{4}",
    ]);
    let end = prop::sample::select(vec!["", "\"}", "</p></body></html>", "\"}]", "\n\n"]);
    (begin, prop::collection::vec(any::<u8>(), 0..400), end).prop_map(|(a, b, c)| [a.as_bytes(), &b, c.as_bytes()].concat())
}

/// What datelines, sign-offs and frames are made of, to be put together in any order.
const FRAMES: &[&str] = &[
    "(AFP)",
    "PARIS",
    " - ",
    "أ ف ب",
    "/",
    "وام",
    "/وام/",
    "والأناضول",
    "ﻭرويترز",
    "ـوواس",
    "(",
    ")",
    "\n",
    "رويترز",
    "Reuters",
    "3 مارس",
    ":",
    "新华社北京3月3日电",
    "（",
    "）",
    "اقرأ أيضا:",
    "Read also:",
    "©",
    "2026",
    ".",
    "»",
    "Tags: x",
    "\u{200f}",
    "é",
    "dpa",
    "-سانا ",
    "—",
    "[",
    "]",
    "İHA",
    "المصدر:",
    "\u{a0}",
];

/// Tags and texts that pages are made of, to be put together in any order.
const TAGS: &[&str] = &[
    "<ul>",
    "</ul>",
    "<li>",
    "<ol>",
    "</ol>",
    "<a href=/x>",
    "</a>",
    "<nav>",
    "</nav>",
    "<header>",
    "</header>",
    "<article>",
    "</article>",
    "<div class=menu>",
    "</div>",
    "<p>",
    "</p>",
    "<br>",
    "Menu",
    "العبارة",
    "é",
    " | ",
    "\n",
    "<table><tr><td>",
    "</table>",
    "<script>",
    "</script>",
    "<td>",
    "<th>",
    "<h1>",
    "</h1>",
    "<h2>Read also</h2>",
    "<b>",
    "</b>",
    "<figure>",
    "<figcaption>",
    "</figure>",
    "<blockquote>",
    "</blockquote>",
    "<div class=byline>By A (AFP)",
    "<div class=related>",
    "<span hidden>",
    "</span>",
    "<time datetime=2026-03-03T10:00:00Z>",
    "<p>The port of Wells reopened on Tuesday after two days of storm, its harbour master said.</p>",
    "<p>قال مدير الميناء إن السفن عادت إلى الأرصفة صباح الثلاثاء بعد توقف دام يومين.</p>",
    "<!--",
    "-->",
    "<![CDATA[",
    "&nbsp;",
    "&#x200f;",
    "<meta property=og:title content='Wells open'>",
    "<template>",
    "</template>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn asides_lie_in_the_text_apart_and_in_order(parts in prop::collection::vec(prop::sample::select(FRAMES.to_vec()), 1..30)) {
        let text = parts.concat();
        let json = serde_json::json!({ "title": "t", "text": text, "byline": text, "credit": text, "slug": text, "source": text });
        let hints = FileHints { name: "x.json", folder: None, sidecar: None, received: received(), sources: Sources::shipped() };
        let parsed = parse(json.to_string().as_bytes(), &hints, &Limits::default());
        for a in &parsed.articles {
            prop_assert_eq!(wirefold::article::asides_of(&a.text, &a.asides).count(), a.asides.len());
            prop_assert!(a.asides.windows(2).all(|w| w[0].end <= w[1].start), "{:?}", a.asides);
            prop_assert!(Features::of_article(a).sequence.len() == Features::of(&a.title, &a.text, &a.lang).sequence.len());
        }
    }

    #[test]
    fn every_file_ends_in_articles_or_reasons(bytes in almost_a_file()) {
        let hints = FileHints { name: "x", folder: None, sidecar: None, received: received(), sources: Sources::shipped() };
        let parsed = parse(&bytes, &hints, &Limits::default());
        prop_assert!(!parsed.articles.is_empty() || !parsed.rejects.is_empty(), "a file without outcome");
        for article in &parsed.articles {
            prop_assert!(!article.title.is_empty() || !article.text.is_empty());
            prop_assert!(!article.title.contains('\n') && !article.text.contains('\0'));
        }
        prop_assert!(parsed.rejects.iter().all(|r| !r.reason.is_empty()));
    }

    #[test]
    fn tags_in_any_order_are_survived(tags in prop::collection::vec(prop::sample::select(TAGS), 0..60)) {
        let page = format!("<html><body>{}", tags.concat());
        let hints = FileHints { name: "x.html", folder: None, sidecar: None, received: received(), sources: Sources::shipped() };
        let parsed = parse(page.as_bytes(), &hints, &Limits::default());
        prop_assert_eq!(parsed.articles.len() + parsed.rejects.len(), 1);
    }

    #[test]
    fn cleaned_text_cannot_steer_a_terminal(text in any::<String>()) {
        let shown = Safe::line(&text).to_string();
        prop_assert!(!shown.contains(['\u{1b}', '\n', '\r', '\u{7}', '\u{9b}']), "{shown:?}");
    }

    #[test]
    fn folding_twice_changes_nothing(text in any::<String>()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_is_placed_once(texts in prop::collection::vec(("[a-c ]{0,30}", "[a-f0-9 ]{0,200}", 0u8..4, 0i64..200), 1..40)) {
        let mut detector = Detector::new(Settings::default(), 0);
        for (n, (title, text, source, hour)) in texts.iter().enumerate() {
            let when = (hour % 3 != 0).then_some(When { from: *hour as f64, span: 0.0 });
            let decision = detector.place(Incoming {
                id: ArticleId::new(&FileDigest::of(b"property"), n as u32),
                features: Features::of(title, text, "en"),
                source: format!("s{source}"),
                url: None,
                when,
                dated: when.is_some(),
                order: n as f64,
            });
            prop_assert_eq!(decision.pos, n as u32);
            prop_assert_eq!(decision.places.iter().filter(|p| p.pos == n as u32).count(), 1);
            for earlier in 0..=n as u32 {
                prop_assert!(detector.event_of(earlier).is_some(), "article {earlier} lost its event");
            }
        }
    }
}
