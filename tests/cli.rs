//! The command line as people and programs meet it: exit codes, hints, JSON keys.

mod shell;

use std::path::Path;

use serde_json::Value;

use shell::{json_lines, text, wirefold};

const STORY: &str = "The harbour of Port Lumen reopened on Tuesday after engineers cleared the sunken ferry Marigold from the main channel, the port authority said. Captain Ines Waldo told reporters that \"the last of the wreck was lifted shortly before dawn and the first grain ships sailed within the hour\". About 340 vessels had waited outside the breakwater since the storm of 27 February.";
const COPY: &str = "PORT LUMEN (Coastwire) - The harbour of Port Lumen reopened on Tuesday after engineers cleared the sunken ferry Marigold from the main channel, the port authority said. Captain Ines Waldo told reporters that \"the last of the wreck was lifted shortly before dawn and the first grain ships sailed within the hour\".";
const OTHER: &str = "Parliament in Veldania voted by 61 to 44 on Tuesday to raise the pension age to 66. Finance minister Odo Brandt called the vote a victory of reason; unions announced a strike for next week and demanded a referendum on the law.";

fn sample(folder: &Path) {
    for (name, title, body, time) in [
        ("coastwire/a.txt", "Harbour of Port Lumen reopens after ferry wreck is lifted", STORY, "08:10"),
        ("daily/b.txt", "Port Lumen harbour open again", COPY, "09:00"),
        ("daily/c.txt", "Veldania raises pension age", OTHER, "09:30"),
    ] {
        let file = folder.join("files").join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, format!("Title: {title}\nDate: 2026-03-03T{time}:00Z\nLang: en\n\n{body}\n")).unwrap();
    }
}

#[test]
fn events_are_listed_by_country_agency_and_growth() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    sample(folder);
    let known = "[[source]]\nid = \"coastwire\"\nname = \"Coastwire\"\ncredits = [\"Coastwire\"]\ncountry = \"NO\"\nkind = \"agency\"\n";
    std::fs::write(folder.join("more.toml"), known).unwrap();
    std::fs::write(folder.join("wirefold.toml"), "[sources]\nfile = \"more.toml\"\n").unwrap();
    let run = |args: &[&str]| wirefold(folder, &[&["--config", "wirefold.toml"], args].concat());
    assert_eq!(run(&["ingest", "files"]).status.code(), Some(0));
    let headlines = |args: &[&str]| -> Vec<String> {
        let lines = json_lines(&run(&[&["--json", "events"], args].concat()));
        lines.iter().map(|e| e["headline"].as_str().unwrap().to_owned()).collect()
    };
    let harbour = ["Harbour of Port Lumen reopens after ferry wreck is lifted"];
    assert_eq!(headlines(&["--country", "no"]), harbour);
    assert_eq!(headlines(&["--agency", "COASTWIRE"]), harbour);
    assert_eq!(headlines(&["--country", "se"]), [""; 0]);
    assert_eq!(headlines(&["--by-growth"])[..1], harbour);
    assert!(text(&run(&["events", "--by-growth"]).stdout).contains("+2 in 6 h"));
    let wrong = run(&["events", "--country", "Norway"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("ISO 3166-1"), "{}", text(&wrong.stderr));
}

#[test]
fn ingest_list_show_explain_export() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    sample(folder);
    let ingest = wirefold(folder, &["ingest", "files"]);
    assert_eq!(ingest.status.code(), Some(0), "{}", text(&ingest.stderr));
    assert!(text(&ingest.stdout).contains("3 articles, 2 new events, 1 joined one"), "{}", text(&ingest.stdout));

    let events = json_lines(&wirefold(folder, &["events", "--json"]));
    assert_eq!(events.len(), 2);
    let event = events.iter().find(|e| e["source_count"] == 2).unwrap();
    for key in ["event", "headline", "lang", "first", "last", "articles", "sources", "source_count", "lineage_count", "stories"] {
        assert!(event.get(key).is_some(), "events --json lacks {key}");
    }
    assert_eq!(event["lineage_count"], 1, "a copy is no independent text");
    assert_eq!(event["sources"][0]["source"], "coastwire", "earliest first");

    let articles = json_lines(&wirefold(folder, &["export", "articles"]));
    assert_eq!(articles.len(), 3);
    let keys: Vec<&str> = articles[0].as_object().unwrap().keys().map(String::as_str).collect();
    let contract = "id article event story relation relation_to source title published received lang url file version score";
    assert_eq!(keys, contract.split(' ').collect::<Vec<_>>());
    let copy = articles.iter().find(|a| a["relation"] == "edited" || a["relation"] == "copy").unwrap();
    assert_eq!(copy["relation_to"], articles[0]["article"]);

    let id = event["event"].as_str().unwrap();
    let show = wirefold(folder, &["show", &id[..6]]);
    assert_eq!(show.status.code(), Some(0));
    assert!(text(&show.stdout).contains("Harbour of Port Lumen"), "a beginning of the id is enough");
    let explain = wirefold(folder, &["explain", copy["article"].as_str().unwrap(), articles[0]["article"].as_str().unwrap()]);
    let explain = text(&explain.stdout);
    assert!(explain.contains("the last of the wreck was lifted") && explain.contains("at or above the threshold"), "{explain}");
    let history = json_lines(&wirefold(folder, &["history", id, "--json"]));
    assert_eq!(history.iter().map(|h| h["kind"].as_str().unwrap()).collect::<Vec<_>>(), ["created", "joined"]);
}

#[test]
fn the_same_file_again_is_resent_and_nothing_doubles() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    sample(folder);
    wirefold(folder, &["ingest", "files"]);
    let before = text(&wirefold(folder, &["export", "articles"]).stdout);
    assert_eq!(wirefold(folder, &["ingest", "files"]).status.code(), Some(0));
    assert_eq!(text(&wirefold(folder, &["export", "articles"]).stdout), before);
    let files = json_lines(&wirefold(folder, &["files", "--json"]));
    let outcomes: Vec<&str> = files.iter().map(|f| f["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["resent", "resent", "resent", "stored", "stored", "stored"]);
    let status = json_lines(&wirefold(folder, &["status", "--json"]));
    assert_eq!(status[0]["totals"]["files"]["stored"], 3);
    assert_eq!(status[0]["totals"]["articles"], 3);
}

#[test]
fn rejects_have_reasons_and_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    sample(folder);
    std::fs::write(folder.join("files/empty.txt"), "").unwrap();
    std::fs::write(folder.join("files/two.jsonl"), "{\"title\":\"One line\",\"text\":\"is fine here\"}\n{\"title\": broken\n").unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.join("files/link.txt")).unwrap();
    let ingest = wirefold(folder, &["ingest", "files"]);
    assert_eq!(ingest.status.code(), Some(1), "{}", text(&ingest.stdout));
    let rejects = json_lines(&wirefold(folder, &["rejects", "--json"]));
    let by = |name: &str| {
        rejects.iter().find(|r| r["path"].as_str().unwrap().ends_with(name)).unwrap_or_else(|| panic!("{name} is not among the rejects"))
    };
    assert_eq!(by("empty.txt")["outcome"], "rejected");
    assert_eq!(by("empty.txt")["rejects"][0]["reason"], "empty file");
    assert_eq!(by("two.jsonl")["outcome"], "partial");
    assert_eq!(by("two.jsonl")["rejects"][0]["position"], 1);
    assert!(by("link.txt")["rejects"][0]["reason"].as_str().unwrap().contains("link"));
}

#[test]
fn failures_say_what_where_and_what_next() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let failed = |args: &[&str], code: i32, says: &[&str]| {
        let output = wirefold(folder, args);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        says.iter().for_each(|s| assert!(stderr.contains(s), "{args:?} does not say {s:?}: {stderr}"));
        assert!(output.stdout.is_empty(), "talk belongs on stderr: {args:?}");
    };
    failed(&["events"], 3, &["there is no store at data/wirefold.db", "hint: "]);
    failed(&["ingest", "nowhere"], 4, &["nowhere"]);
    failed(&["nonsense"], 2, &["nonsense"]);
    std::fs::write(folder.join("bad.toml"), "[detect]\nthreshold = 7\nwindow = 3\n").unwrap();
    failed(&["--config", "bad.toml", "events"], 2, &["`detect.threshold` = 7", "0.05 to 0.95", "`detect.window`", "bad.toml"]);
    sample(folder);
    wirefold(folder, &["ingest", "files"]);
    failed(&["show", "zzzzzz"], 4, &["no event zzzzzz", "hint: "]);
    failed(&["article", "zzzzzz"], 4, &["no article zzzzzz"]);
    failed(&["--db", "postgres://host/db", "ingest", "files"], 3, &["not in this build"]);
}

#[test]
fn a_second_writer_is_told_to_try_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    sample(folder);
    let _held = wirefold::daemon::Lock::take(&folder.join("data/wirefold.db")).unwrap();
    let output = wirefold(folder, &["ingest", "files"]);
    assert_eq!(output.status.code(), Some(75));
    assert!(text(&output.stderr).contains("another wirefold is at work"));
}

#[test]
fn a_newer_or_foreign_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    sample(folder);
    let newer = folder.join("newer.db");
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    std::fs::write(folder.join("text.db"), "this is no database, only text that happens to be here".repeat(50)).unwrap();
    for (store, says) in [("newer.db", "schema version 99"), ("text.db", "text.db")] {
        let before = std::fs::read(folder.join(store)).unwrap();
        let output = wirefold(folder, &["--db", store, "ingest", "files"]);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(says), "{}", text(&output.stderr));
        assert!(std::fs::read(folder.join(store)).unwrap() == before, "{store} was changed");
    }
}

#[test]
fn pairs_are_compared_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let pair = |a: &str, b: &str| serde_json::json!({ "a": { "text": a, "lang": "en" }, "b": { "text": b, "lang": "en" } }).to_string();
    std::fs::write(folder.join("pairs.jsonl"), [pair(STORY, COPY), pair(STORY, OTHER)].join("\n")).unwrap();
    let lines = json_lines(&wirefold(folder, &["compare", "--pairs", "pairs.jsonl"]));
    assert_eq!((&lines[0]["label"], &lines[0]["same_event"]), (&Value::from("copy"), &Value::from(true)));
    assert!(lines[0]["copied_share"].as_f64().unwrap() > 0.9 && lines[0]["longest_run_words"].as_u64().unwrap() > 30);
    assert_eq!((&lines[1]["label"], &lines[1]["same_event"]), (&Value::from("different"), &Value::from(false)));
    assert!(lines[1]["score"].as_f64().unwrap() < 0.1);
}

#[test]
fn output_of_hostile_text_is_tame() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let title = "Red \u{1b}[31malert\u{1b}[0m \u{202e}txt.exe\u{7}";
    let name = "files/bad\u{202e}\nname.json";
    std::fs::create_dir_all(folder.join("files")).unwrap();
    std::fs::write(folder.join(name), serde_json::json!({ "title": title, "text": STORY, "source": "evil\u{9b}2J" }).to_string()).unwrap();
    wirefold(folder, &["ingest", "files"]);
    let line = json_lines(&wirefold(folder, &["export", "articles"]))[0].clone();
    let (id, event) = (line["article"].as_str().unwrap().to_owned(), line["event"].as_str().unwrap().to_owned());
    for args in [
        &["events"][..],
        &["show", &event],
        &["show", &event, "--json"],
        &["history", &event],
        &["article", &id, "--json"],
        &["explain", &id, &id],
        &["files"],
        &["article", &id],
        &["explain", &id],
        &["sources"],
        &["export", "articles"],
        &["export", "articles", "--format", "csv"],
    ] {
        let out = text(&wirefold(folder, args).stdout);
        let bad = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!out.contains(bad), "{args:?}: {out:?}");
    }
}

#[test]
fn weights_are_learned_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (articles, labels) = (include_str!("labels/fixture/stream.jsonl"), include_str!("labels/fixture/labels.jsonl"));
    let labelled = articles.lines().zip(labels.lines()).map(|(article, label)| {
        let (mut article, label): (Value, Value) = (serde_json::from_str(article).unwrap(), serde_json::from_str(label).unwrap());
        article["cluster"] = label["event"].clone();
        article.to_string()
    });
    let labelled: Vec<String> = labelled.collect();
    std::fs::write(folder.join("first.jsonl"), labelled[..200].join("\n")).unwrap();
    std::fs::write(folder.join("second.jsonl"), labelled[200..].join("\n")).unwrap();
    let trained = wirefold(folder, &["train", "--labels", "first.jsonl", "second.jsonl", "--out", "own.json"]);
    assert_eq!(trained.status.code(), Some(0), "{}", text(&trained.stderr));
    assert_eq!(text(&trained.stdout).matches("weights of the others").count(), 2, "{}", text(&trained.stdout));
    let own: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("own.json")).unwrap()).unwrap();

    std::fs::write(folder.join("own.toml"), "[detect]\nweights = \"own.json\"\n").unwrap();
    sample(folder);
    let ingest = wirefold(folder, &["--config", "own.toml", "ingest", "files"]);
    assert_eq!(ingest.status.code(), Some(0), "{}", text(&ingest.stderr));
    let placements = json_lines(&wirefold(folder, &["export", "placements"]));
    assert!(placements.iter().all(|p| p["model"] == own["version"]), "the placements name the weights that decided");

    std::fs::write(folder.join("own.json"), "{}").unwrap();
    let refused = wirefold(folder, &["--config", "own.toml", "check"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("`detect.weights`"), "{}", text(&refused.stderr));
    std::fs::write(folder.join("bare.jsonl"), "{\"title\":\"a\",\"text\":\"b\"}\n").unwrap();
    let bare = wirefold(folder, &["train", "--labels", "bare.jsonl"]);
    assert_eq!(bare.status.code(), Some(2));
    assert!(text(&bare.stderr).contains("line 1: no label"), "{}", text(&bare.stderr));
}

#[test]
fn events_as_of_a_time() {
    let folder = tempfile::tempdir().unwrap();
    sample(folder.path());
    wirefold(folder.path(), &["ingest", "files"]);
    let as_of = |time: &str| json_lines(&wirefold(folder.path(), &["--json", "events", "--as-of", time]));
    assert!(as_of("2000-01-01").is_empty());
    let now = as_of("2999-01-01");
    assert_eq!(now.len(), 2);
    assert_eq!(now.iter().map(|e| e["articles"].as_u64().unwrap()).sum::<u64>(), 3);
}

#[test]
fn check_explains_how_a_file_would_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let feed = "<rss><channel><title>\u{62c}\u{631}\u{64a}\u{62f}\u{629}</title><item><title>Lock opens</title><pubDate>soon</pubDate>\
        <description>One\u{1b}[31m two</description></item><item/></channel></rss>";
    std::fs::create_dir_all(folder.join("inbox/vell")).unwrap();
    std::fs::write(folder.join("inbox/vell/feed"), feed).unwrap();
    std::fs::write(folder.join("inbox/vell/note.txt"), "Title: Wells\nDate: 2026-03-03\n\nThe council met.\n").unwrap();
    let explained = wirefold(folder, &["check", "--explain", "inbox/vell/feed"]);
    assert_eq!(explained.status.code(), Some(1), "{}", text(&explained.stderr));
    let said = text(&explained.stdout);
    for part in [
        "format   rss",
        "encoding UTF-8",
        "0  Lock opens",
        "by step: metadata",
        "published  unknown",
        "2 words",
        "note: date \"soon\"",
        "1  rejected: no title",
        "1 article, 1 reject; nothing was stored",
    ] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
    assert!(!said.contains('\u{1b}'), "{said:?}");
    let note = wirefold(folder, &["check", "--explain", "inbox/vell/note.txt", "--json"]);
    let note = &json_lines(&note)[0];
    assert_eq!(note["articles"][0]["source"], "vell");
    assert_eq!(note["articles"][0]["source_step"], "folder");
    assert_eq!(note["articles"][0]["published"]["step"], "given");
    assert!(!folder.join("data").exists(), "nothing is stored");
    assert_eq!(wirefold(folder, &["check", "--explain", "missing"]).status.code(), Some(4));
    assert_eq!(wirefold(folder, &["check", "--explain", "inbox"]).status.code(), Some(4));
}

#[test]
fn the_web_page_is_for_this_machine_only_and_says_when_it_cannot_be_served() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let refused = wirefold(folder, &["serve", "--listen", "0.0.0.0:7311"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("0.0.0.0:7311") && text(&refused.stderr).contains("hint: "), "{}", text(&refused.stderr));
    let missing = wirefold(folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(missing.status.code(), Some(3), "there is no store: {}", text(&missing.stderr));

    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    sample(folder);
    wirefold(folder, &["ingest", "files"]);
    let taken = wirefold(folder, &["serve", "--listen", &address]);
    assert_eq!(taken.status.code(), Some(3));
    assert!(text(&taken.stderr).contains(&format!("cannot listen on {address}")), "{}", text(&taken.stderr));
    // `run` serves the page too, if it is told to; only then can the port keep it from running.
    for (enabled, code) in [(true, 3), (false, 0)] {
        std::fs::write(folder.join("wirefold.toml"), format!("[web]\nenabled = {enabled}\nlisten = \"{address}\"\n")).unwrap();
        let run = wirefold(folder, &["--config", "wirefold.toml", "run", "--once"]);
        assert_eq!(run.status.code(), Some(code), "{}", text(&run.stderr));
    }
}
