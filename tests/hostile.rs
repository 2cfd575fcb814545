//! What people and accidents drop into an inbox. Each of it ends in the ledger with a reason, and the good article beside it is stored.

mod shell;

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use shell::{json_lines, text, wirefold};

/// Far more than the work takes, far less than reading or parsing the large file would.
const QUICK: Duration = Duration::from_secs(30);

/// A name that would print two lines, the second one backwards.
const NASTY: &str = "good\nbad\u{202e}txt.exe";

fn gz(content: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    to.write_all(content).unwrap();
    to.finish().unwrap()
}

/// A megabyte of words, a hundred times, on one line: beyond `limits.file_bytes`.
fn write_one_long_line(path: &Path) {
    let megabyte = "word ".repeat((1 << 20) / 5 + 1);
    let mut file = fs::File::create(path).unwrap();
    (0..100).for_each(|_| file.write_all(megabyte.as_bytes()).unwrap());
}

/// The hostile files, each with the beginning of the reason that its sender must be told.
fn drop_hostile(inbox: &Path) -> Vec<(&'static str, &'static str)> {
    let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let packed = gz(&noise);
    let contents: [(&str, &[u8], &str); 8] = [
        ("empty.txt", b"", "empty file"),
        ("cut.json.gz", &packed[..packed.len() / 2], "gzip stream is truncated"),
        ("binary.txt", &noise, "looks like binary data"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n....", "looks like binary data (PNG)"),
        ("utf-16-cut.txt", b"\x00\x01\x02\x03\x04\x05\x06\x07\x00\x01\x02", "looks like binary data"),
        ("blank.txt", b" \n\t\n", "only white space"),
        ("nothing.json", b"{\"source\": \"Hillside Post\", \"published\": \"2026-03-04\"}", "no title and no text"),
        (NASTY, b"{\"title\": ", "not valid JSON"),
    ];
    for (name, bytes, _) in contents {
        fs::write(inbox.join(name), bytes).unwrap();
    }
    write_one_long_line(&inbox.join("long.txt"));
    symlink("/etc/hostname", inbox.join("link.txt")).unwrap();
    symlink("nowhere", inbox.join("dangling.txt")).unwrap();
    symlink(inbox, inbox.join("loop")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(inbox.join("pipe.txt")).status().unwrap().success());
    let named = contents.iter().map(|(name, _, reason)| (*name, *reason));
    let unread = [
        ("long.txt", "has 10"),
        ("link.txt", "is a link"),
        ("dangling.txt", "is a link"),
        ("loop", "is a link"),
        ("pipe.txt", "is not a regular file"),
    ];
    named.chain(unread).collect()
}

/// Files that are odd but hold an article: the name, and the title it must be stored under.
fn drop_odd_but_good(inbox: &Path) -> Vec<(&'static str, &'static str)> {
    let next_year = jiff::Timestamp::now().as_second() + 366 * 24 * 60 * 60;
    let next_year =
        format!("Title: Dated next year\nDate: {}\n\nThe harvest of next year.\n", jiff::Timestamp::from_second(next_year).unwrap());
    let (cyrillic, _, _) =
        encoding_rs::WINDOWS_1251.encode("Мост через реку открыт\n\nНовый мост через реку открыли для движения телег в понедельник.");
    let latin = b"Title: Caf\xe9 closed\nLang: fr\n\nLe caf\xe9 est ferm\xe9 depuis lundi, dit le maire de la vall\xe9e.\n";
    let contents: [(&str, &[u8], &str); 6] = [
        ("good.txt", b"Title: Wells run dry\nSource: Hillside Post\n\nThree wells of Hillside ran dry on Tuesday.\n", "Wells run dry"),
        ("year-zero.json", br#"{"title": "Dated year zero", "text": "The lamp was lit.", "published": "0000-01-01"}"#, "Dated year zero"),
        ("next-year.txt", next_year.as_bytes(), "Dated next year"),
        ("cyrillic.txt", &cyrillic, "Мост через реку открыт"),
        ("latin.txt", latin, "Café closed"),
        ("new\nline\u{202e}txt.json", br#"{"title": "Odd name", "text": "The mill has an odd name."}"#, "Odd name"),
    ];
    for (name, bytes, _) in contents {
        fs::write(inbox.join(name), bytes).unwrap();
    }
    contents.iter().map(|(name, _, title)| (*name, *title)).collect()
}

/// The reason under which `rejects --json` lists the file of that name.
fn reason(rejects: &[Value], name: &str) -> String {
    let file = rejects.iter().find(|r| Path::new(r["path"].as_str().unwrap()).file_name().unwrap() == name);
    let file = file.unwrap_or_else(|| panic!("{name:?} is not among the rejects: {rejects:#?}"));
    assert_eq!(file["outcome"], "rejected", "{name:?}");
    file["rejects"][0]["reason"].as_str().unwrap().to_owned()
}

fn check_ledger(folder: &Path, bad: &[(&str, &str)], good: &[(&str, &str)]) {
    let rejects = json_lines(&wirefold(folder, &["rejects", "--json"]));
    for (name, expected) in bad {
        let said = reason(&rejects, name);
        assert!(said.starts_with(expected), "{name:?}: {said:?} does not begin with {expected:?}");
    }
    assert_eq!(rejects.len(), bad.len(), "{rejects:#?}");
    let articles = json_lines(&wirefold(folder, &["export", "articles"]));
    for (name, title) in good {
        let article = articles.iter().find(|a| a["title"] == *title).unwrap_or_else(|| panic!("{title:?} is not stored: {articles:#?}"));
        assert_eq!(Path::new(article["file"].as_str().unwrap()).file_name().unwrap(), *name);
        if title.starts_with("Dated") {
            assert_eq!(article["published"], Value::Null, "{title}");
        }
    }
    assert_eq!(articles.len(), good.len());
}

#[test]
fn ingest_says_what_is_wrong_with_each_and_stores_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, inbox) = (folder.path(), folder.path().join("files"));
    fs::create_dir(&inbox).unwrap();
    let (bad, good) = (drop_hostile(&inbox), drop_odd_but_good(&inbox));
    let begun = Instant::now();
    let ingest = wirefold(folder, &["ingest", "files"]);
    assert!(begun.elapsed() < QUICK, "took {:?}", begun.elapsed());
    assert_eq!(ingest.status.code(), Some(1), "{}{}", text(&ingest.stdout), text(&ingest.stderr));
    check_ledger(folder, &bad, &good);
    let again = wirefold(folder, &["ingest", "files"]);
    assert!(text(&again.stdout).contains("0 articles"), "{}", text(&again.stdout));
    assert_eq!(json_lines(&wirefold(folder, &["rejects", "--json"])).len(), bad.len(), "said once, not at every look");
}

#[test]
fn the_daemon_leaves_in_place_only_what_it_could_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, inbox) = (folder.path(), folder.path().join("inbox"));
    fs::create_dir(&inbox).unwrap();
    let (bad, good) = (drop_hostile(&inbox), drop_odd_but_good(&inbox));
    fs::write(folder.join("quick.toml"), "[inbox]\nsettle_seconds = 0.05\n").unwrap();
    let run = wirefold(folder, &["--config", "quick.toml", "run", "--once"]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    check_ledger(folder, &bad, &good);
    let mut left: Vec<String> = fs::read_dir(&inbox).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["dangling.txt", "link.txt", "long.txt", "loop", "pipe.txt"]);
}

#[test]
fn names_are_shown_with_what_is_invisible_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, inbox) = (folder.path(), folder.path().join("files"));
    fs::create_dir(&inbox).unwrap();
    drop_hostile(&inbox);
    wirefold(folder, &["ingest", "files"]);
    let shown = "files/good⟨U+000A⟩bad⟨U+202E⟩txt.exe";
    for args in [&["rejects"][..], &["files"]] {
        let out = text(&wirefold(folder, args).stdout);
        assert!(out.lines().any(|line| line.ends_with(shown)), "{args:?}: {out:?}");
    }
    let json = text(&wirefold(folder, &["rejects", "--json"]).stdout);
    assert!(json.contains(r"files/good\nbad\u202etxt.exe"), "{json:?}");
    let unknown = text(&wirefold(folder, &["show", "\u{1b}[31mred"]).stderr);
    assert!(unknown.contains("⟨U+001B⟩[31mred"), "{unknown:?}");
    let missing = text(&wirefold(folder, &["ingest", "no\nsuch\u{202e}file"]).stderr);
    assert!(missing.contains("no⟨U+000A⟩such⟨U+202E⟩file"), "{missing:?}");
}

#[test]
fn three_bad_entries_of_a_thousand_leave_the_others_stored() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let entry = |n: usize| match n {
        17 => "<item><title>Never <b>closed</title></item>".to_owned(),
        500 => "<item><pubDate>2026-03-03</pubDate></item>".to_owned(),
        998 => "<item></wrong></item>".to_owned(),
        _ => format!(
            "<item><title>Well {n} opens</title><description>The council opened well number {n} for street {}.</description></item>",
            n * 7
        ),
    };
    let entries: String = (0..1000).map(entry).collect();
    fs::write(folder.join("feed.xml"), format!("<rss><channel><title>Hillside Post</title>{entries}</channel></rss>")).unwrap();
    let ingest = wirefold(folder, &["ingest", "feed.xml"]);
    assert_eq!(ingest.status.code(), Some(1), "{}", text(&ingest.stderr));
    let files = json_lines(&wirefold(folder, &["files", "--json"]));
    assert_eq!((&files[0]["outcome"], &files[0]["articles"]), (&Value::from("partial"), &Value::from(997)));
    let rejects: Vec<(u64, &str)> =
        files[0]["rejects"].as_array().unwrap().iter().map(|r| (r["position"].as_u64().unwrap(), r["reason"].as_str().unwrap())).collect();
    assert_eq!(rejects.iter().map(|(position, _)| *position).collect::<Vec<_>>(), [17, 500, 998]);
    assert!(rejects[0].1.starts_with("not well-formed XML at byte ") && rejects[1].1 == "no title and no text", "{rejects:?}");
}
