//! Reading: every encoding and format gives the same article.

use jiff::Timestamp;
use wirefold::article::Parsed;
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::sources::Sources;

fn read(bytes: &[u8]) -> Parsed {
    let hints = FileHints {
        name: "a.txt",
        folder: None,
        sidecar: None,
        received: Timestamp::from_second(1_772_600_000).unwrap(),
        sources: Sources::shipped(),
    };
    parse(bytes, &hints, &Limits::default())
}

#[test]
fn encodings_are_recognised() {
    let text = "استئناف المحادثات في ميناء الرملة\n\nأعلنت سلطة الميناء يوم الثلاثاء أن الملاحة استؤنفت بعد رفع حطام العبارة الغارقة من المجرى الرئيسي، وقالت إن مئات السفن كانت تنتظر خارج كاسر الأمواج منذ العاصفة.";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
        ([&[0xff, 0xfe][..], &utf16].concat(), "UTF-16LE"),
        (encoding_rs::WINDOWS_1256.encode(text).0.to_vec(), "windows-1256"),
    ] {
        let parsed = read(&bytes);
        assert_eq!(parsed.encoding, encoding, "{:?}", parsed.rejects);
        assert_eq!(parsed.articles[0].title, "استئناف المحادثات في ميناء الرملة", "{encoding}");
        assert!(parsed.articles[0].text.contains("حطام العبارة الغارقة"), "{encoding}");
        assert_eq!(parsed.articles[0].lang, "ar");
    }
}

#[test]
fn bad_input_has_a_reason() {
    for (bytes, reason) in [
        (&b""[..], "empty file"),
        (b" \n\t ", "only white space"),
        (b"{\"title\": \"x\"", "not valid JSON"),
        (b"{\"source\": \"x\"}", "no title and no text"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03truncated", "gzip"),
        (&[0u8, 159, 3, 7, 1, 0, 2].repeat(100), "binary"),
    ] {
        let parsed = read(bytes);
        assert!(parsed.articles.is_empty(), "{reason}");
        let said = &parsed.rejects[0].reason;
        assert!(said.contains(reason), "{said:?} does not say {reason:?}");
    }
}

#[test]
fn impossible_dates_are_noted_and_not_used() {
    for date in ["0000-01-01", "2031-01-01T00:00:00Z", "32 March 2026", "soon"] {
        let parsed = read(format!("Title: Wells\nDate: {date}\n\nThe council met.").as_bytes());
        assert_eq!(parsed.articles[0].published, None, "{date}");
        assert!(parsed.articles[0].notes[0].contains(date), "{:?}", parsed.articles[0].notes);
    }
}

#[test]
fn a_very_long_line_is_an_article_or_a_reject_but_never_a_stall() {
    let line = "word ".repeat(3 << 20);
    let parsed = read(line.as_bytes());
    assert!(parsed.rejects[0].reason.contains("longer than limits.text_bytes"), "{:?}", parsed.rejects);
}

#[test]
fn the_whole_language_tag_decides_the_order_of_day_and_month() {
    for (lang, day) in [("en-US", "2025-10-01"), ("en_us", "2025-10-01"), ("en-GB", "2025-01-10"), ("ar", "2025-01-10")] {
        let parsed = read(format!("Title: Wells\nLang: {lang}\nDate: 10/01/2025\n\nThe council met.").as_bytes());
        assert_eq!(parsed.articles[0].published.map(|p| p.at.to_string()[..10].to_owned()).as_deref(), Some(day), "{lang}");
    }
}
