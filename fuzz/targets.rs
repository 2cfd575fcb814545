//! What is fuzzed: one function per target. Each takes any bytes, and panics if a promise is broken. `tests/fuzz.rs` runs them all for a
//! short while with the stable compiler; `cargo fuzz` runs them one by one.
#![allow(dead_code, reason = "each target is a program of its own and uses one of them")]

use std::path::Path;

use wirefold::article::Parsed;
use wirefold::config::Config;
use wirefold::detect::features::Features;
use wirefold::parse::{FileHints, Limits, date, parse, parse_own, to_text};
use wirefold::sources::Sources;
use wirefold::text::clean::Safe;
use wirefold::text::{fold, language, names, stem, words};

/// Takes any bytes; panics if a promise is broken.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("bytes", bytes),
    ("plain", plain),
    ("json", json),
    ("jsonl", jsonl),
    ("html", html),
    ("xml", xml),
    ("archive", archive),
    ("warc", warc),
    ("textwire", textwire),
    ("decode", decode),
    ("date", date),
    ("fold", fold),
    ("clean", clean),
    ("features", features),
    ("sidecar", sidecar),
    ("config", config),
];

/// Limits that a short input can reach, so that what stands behind them is run too.
fn limits() -> Limits {
    Limits {
        file_bytes: 1 << 20,
        decoded_bytes: 1 << 20,
        text_bytes: 4 << 10,
        title_bytes: 64,
        articles: 8,
        json_depth: 16,
        html_depth: 64,
        html_attributes: 16,
        xml_depth: 16,
        xml_attributes: 8,
        members: 4,
        ..Limits::default()
    }
}

fn hints<'a>(name: &'a str, sidecar: Option<&'a [u8]>) -> FileHints<'a> {
    let received = jiff::Timestamp::from_second(1_772_712_000).unwrap_or_default();
    FileHints { name, folder: Some("orun"), sidecar, received, sources: Sources::shipped() }
}

/// Reads a file and checks what every reader promises.
fn read(bytes: &[u8], sidecar: Option<&[u8]>) -> Parsed {
    let (limits, hints) = (limits(), hints("f", sidecar));
    let parsed = parse(bytes, &hints, &limits);
    assert!(!parsed.articles.is_empty() || !parsed.rejects.is_empty(), "no outcome");
    assert!(parsed.articles.len() <= limits.articles, "more articles than the limit");
    for article in &parsed.articles {
        assert!(!article.title.is_empty() || !article.text.is_empty(), "an article of nothing");
        assert!(article.title.len() <= limits.title_bytes && article.text.len() <= limits.text_bytes, "longer than the limits");
        for text in [&article.title, &article.text] {
            assert!(!text.contains(['\0', '\u{feff}', '\r']), "what decoding takes out is there: {text:?}");
        }
        for aside in &article.asides {
            assert!(article.text.get(aside.start as usize..aside.end as usize).is_some(), "an aside ends amid a letter: {aside:?}");
        }
        if let Some(published) = &article.published {
            assert!(published.at <= hints.received + jiff::SignedDuration::from_mins(15), "published in the future: {published:?}");
        }
        assert!(!article.source.is_empty() && !article.lang.is_empty());
    }
    assert!(parsed.rejects.iter().all(|reject| !reject.reason.is_empty()), "a reject without a reason");
    let own = parse_own(bytes, &hints, &limits);
    assert!(own.is_none_or(|own| own == parsed), "what is read depends on where");
    parsed
}

fn behind(begin: &str, bytes: &[u8]) {
    read(&[begin.as_bytes(), bytes].concat(), None);
}

/// Reads the input behind one of some beginnings, chosen by its length: reading it behind each would make a run as much slower.
fn behind_one(begins: &[&[u8]], bytes: &[u8]) {
    if let Some(begin) = begins.get(bytes.len() % begins.len()) {
        read(&[begin, bytes].concat(), None);
    }
}

/// Any file at all: sniffing, unpacking, decoding.
pub fn bytes(bytes: &[u8]) {
    read(bytes, None);
}

/// A text with a header block.
pub fn plain(bytes: &[u8]) {
    behind("Title: t\nDate: ", bytes);
    behind("العنوان: ", bytes);
}

/// An object, or a list of them.
pub fn json(bytes: &[u8]) {
    read(bytes, None);
    behind("{\"title\":", bytes);
    behind("[{\"uri\":\"u\",", bytes);
}

/// Objects line by line.
pub fn jsonl(bytes: &[u8]) {
    behind("{\"title\":\"t\"}\n{\"title\":\"u\"}\n{", bytes);
}

/// Pages, and the fragments that JSON and feeds hold.
pub fn html(bytes: &[u8]) {
    behind("<html>", bytes);
    let text = String::from_utf8_lossy(bytes);
    assert!(to_text(&text).len() <= 2 * text.len(), "a fragment grows");
}

/// Feeds and what agencies send.
pub fn xml(bytes: &[u8]) {
    let begins: [&[u8]; 6] = [b"", b"<rss><channel><item>", b"<feed><entry>", b"<nitf><body>", b"<newsItem>", b"<NewsML><NewsItem>"];
    behind_one(&begins, bytes);
}

/// Zip archives and compressed files.
pub fn archive(bytes: &[u8]) {
    read(bytes, None);
    for magic in [&b"PK\x03\x04"[..], b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"] {
        read(&[magic, bytes].concat(), None);
    }
}

/// Archives of crawls.
pub fn warc(bytes: &[u8]) {
    read(bytes, None);
    behind("WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: ", bytes);
    let length = bytes.len() + 17;
    let head =
        format!("WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n\r\nHTTP/1.1 200 OK\r\n");
    read(&[head.as_bytes(), bytes].concat(), None);
}

/// IPTC 7901 and ANPA 1312.
pub fn textwire(bytes: &[u8]) {
    for begin in ["\u{1}nor0123\r\n3 i 75 slug, 1st add\r\n\u{2}", "\u{16}\u{16}\u{1}a0042\u{1f}x\r\n\u{2}^head<\r\n", "\u{1}"] {
        behind(begin, bytes);
    }
}

/// Character sets, named and guessed.
pub fn decode(bytes: &[u8]) {
    let begins: [&[u8]; 9] = [
        b"",
        b"\xff\xfe",
        b"\xfe\xff",
        b"<html><meta charset=windows-1256><p>",
        b"<html><meta charset=utf-8><p>",
        b"<html><meta charset=iso-2022-jp><p>",
        b"<html><meta charset=utf-16><p>",
        b"<html><meta charset=gb18030><p>",
        b"<html><meta charset=x-unknown><p>",
    ];
    behind_one(&begins, bytes);
}

/// Dates as sources write them.
pub fn date(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for lang in ["", "ar", "en-US", "fa"] {
        let whole = date::read_alone(&text, lang);
        assert!(whole.is_none() || date::read(&text, lang).is_some(), "a date by itself that is no date: {text:?}");
        date::read_line(&text, lang);
    }
}

/// Folding, stems, names, languages.
pub fn fold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let once = fold::fold(&text);
    assert_eq!(fold::fold(&once), once, "folding twice changes the text");
    assert!(once.len() <= 64 * text.len().max(1), "folding makes {} of {} bytes", once.len(), text.len());
    for lang in ["ar", "en", "ru", language::detect(&text)] {
        words::for_each_word(&text, lang, 1000, |_, stem| drop(names::reduced(stem)));
        assert!(stem::stem(&once, lang).len() <= once.len());
        words::excerpt(&text, &once, lang, 1, 5);
    }
}

/// What may stand on a terminal.
pub fn clean(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for (safe, breaks) in
        [(Safe::line(&text), false), (Safe::block(&text), true), (Safe::name(&text), false), (Safe::line(&text).cut(7), false)]
    {
        let mut open = 0i32;
        for c in safe.as_str().chars() {
            assert!(!c.is_control() || breaks && c == '\n', "{c:?} got through");
            assert!(
                !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'),
                "{c:?} got through"
            );
            open += i32::from(matches!(c, '\u{2066}'..='\u{2068}')) - i32::from(c == '\u{2069}');
            assert!(open >= 0, "an isolate is closed that was not opened");
        }
        assert_eq!(open, 0, "an isolate is left open");
        let again = if breaks { Safe::block(safe.as_str()) } else { Safe::line(safe.as_str()) };
        assert_eq!(again, safe, "cleaning twice changes the text");
    }
    Safe::path(Path::new(std::ffi::OsStr::new(text.as_ref())));
}

/// What is kept of a text to compare it.
pub fn features(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (title, body) = text.split_once('\n').unwrap_or(("", &text));
    for lang in ["ar", "en"] {
        let features = Features::of(title, body, lang);
        assert_eq!(Features::of(title, body, lang), features, "not the same twice");
        assert!(features.grams.len() <= features.sequence.len());
    }
    wirefold::repeated::lines(&text);
}

/// What lies beside a file.
pub fn sidecar(bytes: &[u8]) {
    let parsed = read("العنوان: نهر\n\nفاض النهر في الوادي.".as_bytes(), Some(bytes));
    assert_eq!((parsed.articles.len(), parsed.rejects.len()), (1, 0), "a bad sidecar takes the article with it");
}

/// The configuration and the file of sources.
pub fn config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // Keys that name files would have them read.
    let names_files = text.contains("file") || text.contains("weights");
    if let Some(Ok(config)) = (!names_files).then(|| Config::parse(&text)) {
        assert_eq!(Config::parse(&config.to_toml()).as_ref(), Ok(&config), "what is in effect cannot be read back");
    }
    if let Err(mistakes) = Sources::shipped().extended(&text) {
        assert!(!mistakes.is_empty());
    }
}
