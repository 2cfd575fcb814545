//! Exports hold everything, once, in every format, and can be read back.

#[cfg(feature = "parquet")]
use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;
use wirefold::article::Parsed;
use wirefold::config::Config;
use wirefold::demo;
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::sources::Sources;

struct Desk {
    _folder: tempfile::TempDir,
    config: Config,
}

const COUNTS: [(&str, &str); 4] = [
    ("articles", "SELECT count(*) FROM articles"),
    ("events", "SELECT count(*) FROM events WHERE merged_into IS NULL AND articles > 0"),
    ("placements", "SELECT count(*) FROM placements"),
    ("passages", "SELECT count(*) FROM passages"),
];

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, _) = demo::ingest(folder.path(), None).unwrap();
        Self { _folder: folder, config }
    }

    fn count(&self, sql: &str) -> usize {
        let n: i64 = Connection::open(&self.config.store).unwrap().query_row(sql, [], |r| r.get(0)).unwrap();
        n as usize
    }

    fn run(&self, what: &str, format: &str) -> Output {
        let mut command = Command::cargo_bin("wirefold").unwrap();
        command.current_dir(self._folder.path()).env_remove("WIREFOLD_CONFIG");
        command.arg("--db").arg(&self.config.store).args(["export", what, "--format", format]).output().unwrap()
    }

    fn export(&self, what: &str, format: &str) -> Vec<u8> {
        let done = self.run(what, format);
        assert_eq!(done.status.code(), Some(0), "{what} {format}: {}", String::from_utf8_lossy(&done.stderr));
        done.stdout
    }

    fn lines(&self, what: &str) -> Vec<Value> {
        let text = String::from_utf8(self.export(what, "jsonl")).unwrap();
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

/// The records of a CSV file: fields by comma, quoted ones with everything in them (RFC 4180).
fn records(csv: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            c => field.push(c),
        }
    }
    assert!(field.is_empty() && record.is_empty() && !quoted, "the last line is whole");
    records
}

#[test]
fn every_format_holds_as_many_as_the_store() {
    let desk = Desk::new();
    for (what, sql) in COUNTS {
        let count = desk.count(sql);
        assert!(count > 10, "{what}: {count}");
        assert_eq!(desk.lines(what).len(), count, "{what} as JSON lines");
        let csv = records(&String::from_utf8(desk.export(what, "csv")).unwrap());
        assert_eq!(csv.len(), count + 1, "{what} as CSV, with its header");
        assert!(csv.iter().all(|r| r.len() == csv[0].len()), "{what}: every record has every column");
    }
}

#[test]
fn tables_say_what_the_json_says() {
    let desk = Desk::new();
    for (what, keys) in [
        (
            "articles",
            vec![
                "id",
                "article",
                "event",
                "story",
                "relation",
                "relation_to",
                "source",
                "title",
                "published",
                "received",
                "lang",
                "version",
            ],
        ),
        ("events", vec!["event", "headline", "first", "last", "articles", "source_count", "lineage_count"]),
        ("placements", vec!["article", "event", "thread", "features", "model"]),
        ("passages", vec!["article", "event", "source", "start", "words", "other", "other_event", "other_source", "other_start", "text"]),
    ] {
        let csv = records(&String::from_utf8(desk.export(what, "csv")).unwrap());
        for (line, record) in desk.lines(what).iter().zip(&csv[1..]) {
            for key in &keys {
                let at = csv[0].iter().position(|name| name == key).unwrap_or_else(|| panic!("{what} has no column {key}"));
                let said = match &line[key] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(record[at], said, "{what}.{key}");
            }
        }
    }
}

#[test]
fn placements_and_passages_lead_to_articles() {
    let desk = Desk::new();
    let articles: Vec<String> = desk.lines("articles").iter().map(|a| a["article"].as_str().unwrap().to_owned()).collect();
    let csv = records(&String::from_utf8(desk.export("placements", "csv")).unwrap());
    let closest = csv[0].iter().position(|name| name == "closest").unwrap();
    let known = csv[1..].iter().filter(|r| articles.contains(&r[closest])).count();
    assert!(known > 5 && csv[1..].iter().all(|r| r[closest].is_empty() || articles.contains(&r[closest])), "{known}");
    for p in desk.lines("passages") {
        assert!(
            articles.contains(&p["article"].as_str().unwrap().to_owned()) && articles.contains(&p["other"].as_str().unwrap().to_owned())
        );
        assert!(p["text"].as_str().unwrap().split_whitespace().count() >= 4, "{p}");
    }
}

/// What the reader makes of exported events.
fn read_back(desk: &Desk, format: &str, name: &str) -> Parsed {
    let received: Timestamp = "2026-04-01T00:00:00Z".parse().unwrap();
    let hints = FileHints { name, folder: None, sidecar: None, received, sources: Sources::shipped() };
    parse(&desk.export("events", format), &hints, &Limits::default())
}

#[test]
fn events_are_read_back_from_ninjs_and_atom() {
    let desk = Desk::new();
    let headlines: Vec<String> = desk.lines("events").iter().map(|e| e["headline"].as_str().unwrap().to_owned()).collect();
    let read = read_back(&desk, "atom", "events.xml");
    assert!(read.rejects.is_empty(), "{:?}", read.rejects);
    assert_eq!(read.articles.iter().map(|a| a.title.clone()).collect::<Vec<_>>(), headlines);
    assert!(read.articles.iter().all(|a| a.published.is_some()));
    // In ninjs they are packages that hold no texts: an event of another wirefold is no article of this one.
    let read = read_back(&desk, "ninjs", "events.jsonl");
    assert_eq!((read.articles.len(), read.rejects.len()), (0, headlines.len()));
    assert!(read.rejects.iter().all(|r| r.reason.contains("urn:wirefold:article:")), "{:?}", read.rejects);
    let items = String::from_utf8(desk.export("events", "ninjs")).unwrap();
    for (line, event) in items.lines().zip(desk.lines("events")) {
        let item: Value = serde_json::from_str(line).unwrap();
        assert_eq!(item["headlines"][0]["value"], event["headline"]);
        assert_eq!(item["uri"], format!("urn:wirefold:event:{}", event["event"].as_str().unwrap()));
        assert_eq!(item["infoSources"].as_array().unwrap().len(), event["source_count"].as_u64().unwrap() as usize);
        let members: usize = event["stories"].as_array().unwrap().iter().map(|s| s["articles"].as_array().unwrap().len()).sum();
        let associations = item["associations"].as_array().unwrap();
        assert_eq!(associations.len(), members, "every article");
        // What the schema requires of an item and of what is associated with it.
        assert!(item["type"] == "composite" && item["representationType"] == "partial" && item["standard"]["version"] == "3.0");
        assert!(associations.iter().all(|a| a["name"].is_string() && a["uri"].is_string() && a["type"] == "text"));
    }
    assert_eq!(items.lines().count(), headlines.len());
}

#[test]
fn what_was_killed_is_withheld_in_ninjs() {
    let folder = tempfile::tempdir().unwrap();
    let text = "The ferry Marigold ran aground on a sandbank off Gull Island before dawn on Tuesday with ninety people on board, harbour master Orun said.";
    let article = |title: &str, minute: u32| {
        let published = format!("2026-03-02T08:{minute:02}:00Z");
        serde_json::json!({ "id": "f-1", "source": "Coast Wire", "title": title, "text": text, "published": published }).to_string()
    };
    let wirefold = |args: &[&str]| {
        let mut command = Command::cargo_bin("wirefold").unwrap();
        command.current_dir(folder.path()).env_remove("WIREFOLD_CONFIG").args(["--db", "store.db"]).args(args).output().unwrap().stdout
    };
    let status = || {
        let items = String::from_utf8(wirefold(&["export", "events", "--format", "ninjs"])).unwrap();
        items.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["pubStatus"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (n, title, expected) in [(1, "Ferry aground", "usable"), (2, "KILL: Ferry aground", "withheld")] {
        let file = folder.path().join(format!("{n}.json"));
        std::fs::write(&file, article(title, n)).unwrap();
        wirefold(&["ingest", file.to_str().unwrap()]);
        assert_eq!(status(), [expected], "after {title}");
    }
    for (what, expected) in [("events", vec!["kill"]), ("articles", vec!["", "kill"])] {
        let csv = records(&String::from_utf8(wirefold(&["export", what, "--format", "csv"])).unwrap());
        let at = csv[0].iter().position(|name| name == "amendment").unwrap();
        assert_eq!(csv[1..].iter().map(|record| record[at].as_str()).collect::<Vec<_>>(), expected, "{what}");
    }
    let articles = String::from_utf8(wirefold(&["export", "articles"])).unwrap();
    let said: Vec<Value> = articles.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["amendment"].clone()).collect();
    assert_eq!(said, [Value::Null, Value::from("kill")]);
}

#[test]
fn what_has_no_form_in_a_format_is_refused() {
    let desk = Desk::new();
    for (what, format) in [("articles", "ninjs"), ("passages", "atom")] {
        let refused = desk.run(what, format);
        assert_eq!(refused.status.code(), Some(2), "{what} {format}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("hint:") && refused.stdout.is_empty());
    }
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_back() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let desk = Desk::new();
    for (what, sql) in COUNTS {
        let file: PathBuf = desk._folder.path().join(format!("{what}.parquet"));
        std::fs::write(&file, desk.export(what, "parquet")).unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&file).unwrap()).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), desk.count(sql), "{what}");
        let csv = records(&String::from_utf8(desk.export(what, "csv")).unwrap());
        for (row, record) in rows.iter().zip(&csv[1..]) {
            for ((name, cell), (column, field)) in row.get_column_iter().zip(csv[0].iter().zip(record)) {
                assert_eq!(name, column);
                match cell {
                    Field::Null => assert!(field.is_empty(), "{what}.{name}"),
                    Field::Str(text) => assert_eq!(text, field, "{what}.{name}"),
                    Field::Long(n) => assert_eq!(&n.to_string(), field, "{what}.{name}"),
                    Field::Double(n) => assert!((n - field.parse::<f64>().unwrap()).abs() < 0.001, "{what}.{name}"),
                    Field::TimestampMicros(at) => {
                        assert_eq!(Timestamp::from_microsecond(*at).unwrap().to_string(), *field, "{what}.{name}")
                    }
                    other => panic!("{what}.{name} is {other:?}"),
                }
            }
        }
    }
}
