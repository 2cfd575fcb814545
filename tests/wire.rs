//! Files exactly as senders send them, and what reading must make of them.
//!
//! Each folder of `tests/wire/formats` is a case: files of any bytes, and `expected.json` with what they hold. A sub-folder is an
//! outlet's folder and `name.meta.json` a sidecar, as in the inbox. `UPDATE=1 cargo test --test wire` writes `expected.json` anew:
//! read what it wrote before you commit it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Write, stderr};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use similar::TextDiff;
use wirefold::article::{Article, Parsed, asides_of};
use wirefold::inbox::{self, Found, InboxFile};
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::sources::Sources;

/// When every file is said to have come, so that "in the future" means the same on every day that the test runs.
const RECEIVED: &str = "2026-03-05T12:00:00Z";

/// A text with fewer characters is shown whole.
const SHOWN_WHOLE: usize = 600;

/// Characters shown of a longer one.
const SHOWN: usize = 200;

#[test]
fn every_case_is_read_as_expected() {
    let update = std::env::var_os("UPDATE").is_some_and(|v| v == "1");
    let mut failures = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy();
        let found = read_case(&case);
        let path = case.join("expected.json");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if found == expected {
            continue;
        }
        if update {
            fs::write(&path, &found).unwrap();
            // Written past the test's capture: nobody should commit new expectations without having heard of them.
            writeln!(stderr(), "wire case {name}: expected.json was rewritten").unwrap();
        } else {
            let diff = TextDiff::from_lines(&expected, &found);
            let diff = diff.unified_diff().context_radius(3).header("expected.json", "as it is read now").to_string();
            failures.push(format!("wire case {name}:\n{diff}"));
        }
    }
    let hint = "if this is how it should be, run: UPDATE=1 cargo test --test wire";
    assert!(failures.is_empty(), "{}\n{hint}", failures.join("\n"));
}

/// Names that no repository can hold on every system. They come from outside, and must decide nothing but what they are for.
#[test]
fn odd_file_names_change_nothing() {
    let text = "Four towns share the river\n\nThe towns of the valley will share the water.".as_bytes();
    let plain = read("river.txt", None, None, text);
    assert_eq!(plain.articles.len(), 1);
    let long = "n".repeat(5000);
    for name in
        ["", ".", "a\nb.txt", "\u{202e}txt.exe", "\x1b[2Jx", "\u{fffd}\u{fffd}", "../../etc/x", "x.json\0.txt", "خبر عاجل.txt", &long]
    {
        assert_eq!(read(name, None, None, text), plain, "{name:?}");
    }
    let quoted = read("a\n\u{202e}.jsonl", None, None, b"\"just a string\"");
    assert_eq!(quoted.rejects[0].reason, "holds only a JSON string, expected an object or an array of objects");
    for (folder, source) in [("al\nminbar", "al minbar"), ("\u{202e}rabnim", "\u{202e}rabnim"), (" \n", "unknown")] {
        assert_eq!(read("river.txt", Some(folder), None, text).articles[0].source, source);
    }
}

/// The folders of the cases, in name order.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/formats");
    let mut cases: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases in tests/wire/formats");
    cases
}

/// What the files of a case hold, as the text of its `expected.json`. The inbox's own code finds files, folders and sidecars.
fn read_case(case: &Path) -> String {
    let (found, problems) = inbox::scan(case);
    assert_eq!(problems, Vec::<String>::new());
    let mut files = Map::new();
    for found in found.into_iter().filter(|f| f.path != case.join("expected.json")) {
        let path = found.path.strip_prefix(case).unwrap().to_string_lossy().into_owned();
        files.insert(path, read_file(found));
    }
    assert!(!files.is_empty(), "no file in {}", case.display());
    visible(&serde_json::to_string_pretty(&Value::Object(files)).unwrap()) + "\n"
}

fn read_file(found: Found) -> Value {
    let InboxFile { found, content, sidecar, .. } = inbox::read(found, Limits::default().file_bytes);
    let (bytes, _) = content.unwrap();
    let name = found.path.file_name().unwrap().to_string_lossy();
    match catch_unwind(|| read(&name, found.folder.as_deref(), sidecar.as_deref(), &bytes)) {
        Ok(parsed) => file_shown(&parsed),
        Err(_) => json!("the parser panicked"),
    }
}

fn read(name: &str, folder: Option<&str>, sidecar: Option<&[u8]>, bytes: &[u8]) -> Parsed {
    let hints = FileHints { name, folder, sidecar, received: RECEIVED.parse::<Timestamp>().unwrap(), sources: Sources::shipped() };
    parse(bytes, &hints, &Limits::default())
}

/// A file by the positions in it; what concerns it as a whole stands under `file`.
fn file_shown(parsed: &Parsed) -> Value {
    let mut items = BTreeMap::new();
    for article in &parsed.articles {
        let before = items.insert(Some(article.position), article_shown(article));
        assert_eq!(before, None, "two articles at position {}", article.position);
    }
    for reject in &parsed.rejects {
        let before = items.insert(reject.position, json!({ "reject": reject.reason }));
        assert_eq!(before, None, "{reject:?} stands where something else was read");
    }
    let mut shown = Map::new();
    shown.insert("format".into(), parsed.format.as_ref().into());
    shown.insert("encoding".into(), parsed.encoding.as_ref().into());
    if !parsed.notes.is_empty() {
        shown.insert("notes".into(), parsed.notes.clone().into());
    }
    for (position, item) in items {
        shown.insert(position.map_or("file".into(), |n| n.to_string()), item);
    }
    Value::Object(shown)
}

/// The fields of an article; those that are not there are left out.
fn article_shown(article: &Article) -> Value {
    let published = article.published.map(|p| format!("{} ({}, {})", p.at, p.precision, p.step));
    let mut shown = Map::new();
    shown.insert("title".into(), article.title.as_str().into());
    shown.insert("text".into(), text_shown(&article.text));
    shown.insert("source".into(), format!("{} ({})", article.source, article.source_step).into());
    shown.insert("lang".into(), article.lang.as_str().into());
    let labels = [
        ("published", &published),
        ("url", &article.url),
        ("byline", &article.byline),
        ("category", &article.category),
        ("version", &article.version),
        ("id", &article.sender_id),
        ("pubstatus", &article.pubstatus),
        ("found", &article.source_found),
        ("amendment", &article.amendment.map(|a| a.to_string())),
    ];
    shown.extend(labels.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?.into()))));
    if !article.credits.is_empty() {
        let credits = article.credits.iter().map(|c| json!(c)["place"].as_str().map(|place| format!("{} ({place}: {})", c.id, c.found)));
        shown.insert("credits".into(), credits.collect());
    }
    if !article.asides.is_empty() {
        let asides = asides_of(&article.text, &article.asides).map(|(kind, part)| format!("{}: {part}", kind.as_str()));
        shown.insert("asides".into(), asides.map(Value::from).collect());
    }
    if !article.notes.is_empty() {
        shown.insert("notes".into(), article.notes.clone().into());
    }
    if !article.extra.is_empty() {
        shown.insert("extra".into(), article.extra.clone().into());
    }
    Value::Object(shown)
}

/// A list of lines, so that a difference names its line; the beginning and the length of a long text.
fn text_shown(text: &str) -> Value {
    let lines = |text: &str| text.split('\n').map(Value::from).collect::<Vec<_>>();
    let chars = text.chars().count();
    if chars < SHOWN_WHOLE {
        return lines(text).into();
    }
    let start: String = text.chars().take(SHOWN).collect();
    json!({ "start": lines(&start), "chars": chars })
}

/// The same JSON with invisible and directing characters as escapes: they must be seen in a diff, and not act on it.
fn visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{a0}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            _ => out.push(c),
        }
    }
    out
}
