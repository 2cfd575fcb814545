//! The hostile corpus: hundreds of files that are broken, that lie, or that want to do harm, given to the daemon in one go. Each must end as its manifest
//! (tests/hostile/*.toml) says; nothing is read or written elsewhere, no escape reaches a terminal, and the good files among them are stored.

#[path = "hostile/content.rs"]
mod content;
mod rig;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rig::Rig;
use serde::Deserialize;
use toml::Value;

/// A good file stands before every so many cases.
const NEIGHBOUR_EVERY: usize = 8;
/// What stands in the file that the corpus wants to have read.
const SECRET: &str = "CANARY-OF-ORUN-5f1c";
/// What the corpus wants to have made.
const CANARY: &str = "/tmp/wirefold-canary";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    cases: Vec<Case>,
}

/// A case: what is dropped, and what must become of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Path below the inbox; `%ff` is that byte.
    file: String,
    holds: Option<Value>,
    link: Option<String>,
    #[serde(default)]
    fifo: bool,
    sparse: Option<u64>,
    /// What its `.meta.json` holds.
    beside: Option<Value>,
    /// The outcome, or `ignored`.
    ends: String,
    /// A part of a reason or note.
    says: Option<String>,
    /// The title of an article in it.
    title: Option<String>,
    /// What no article may hold.
    lacks: Option<String>,
    #[serde(skip)]
    path: PathBuf,
}

/// The manifests that are run in one go. Time decides nothing in them.
const GROUPS: &[&str] = &["archive", "dates", "encoding", "html", "json", "names", "text", "xml"];

/// All cases of these manifests, each below a folder of its manifest.
fn cases(groups: &[&str]) -> Vec<Case> {
    let mut cases = Vec::new();
    for group in groups {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/hostile/{group}.toml"));
        let manifest: Manifest = toml::from_str(&std::fs::read_to_string(manifest).unwrap()).unwrap_or_else(|e| panic!("{group}: {e}"));
        cases.extend(manifest.cases.into_iter().map(|case| Case { path: Path::new(group).join(unescaped(&case.file)), ..case }));
    }
    cases
}

fn unescaped(name: &str) -> PathBuf {
    let (mut out, mut rest) = (Vec::new(), name.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let byte =
            (*first == b'%').then(|| std::str::from_utf8(after.get(..2)?).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())).flatten();
        out.push(byte.unwrap_or(*first));
        rest = &after[if byte.is_some() { 2 } else { 0 }..];
    }
    PathBuf::from(OsStr::from_bytes(&out))
}

fn drop_case(rig: &Rig, case: &Case) {
    let (path, secret) = (rig.path("inbox").join(&case.path), rig.path("secret.txt").to_string_lossy().into_owned());
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some(to) = &case.link {
        return std::os::unix::fs::symlink(to.replace("SECRET", &secret), path).unwrap();
    }
    if case.fifo {
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        return;
    }
    if let Some(size) = case.sparse {
        return std::fs::File::create(path).unwrap().set_len(size).unwrap();
    }
    if let Some(beside) = &case.beside {
        std::fs::write(wirefold::inbox::sidecar_of(&path), content::bytes(beside, &secret)).unwrap();
    }
    std::fs::write(path, content::bytes(case.holds.as_ref().expect("a case holds something"), &secret)).unwrap();
}

/// A good file in one of five formats: where it lies, and the title of its article.
fn drop_neighbour(rig: &Rig, n: usize, folder: &Path) -> String {
    let (title, text) = (format!("جار سليم رقم {n}"), format!("اجتمع مجلس الجيران للمرة {n} وبحث في الآبار والطرق رقم {n}."));
    let (ending, content) = match n % 5 {
        0 => ("txt", format!("العنوان: {title}\n\n{text}").into_bytes()),
        1 => ("json", serde_json::json!({ "title": title, "text": text }).to_string().into_bytes()),
        2 => ("html", format!("<html><head><title>{title}</title></head><body><p>{text}</p></body></html>").into_bytes()),
        3 => (
            "xml",
            format!("<rss><channel><item><title>{title}</title><description>{text}</description></item></channel></rss>").into_bytes(),
        ),
        _ => {
            let zip = format!("zip = [[\"a.txt\", \"العنوان: {title}\\n\\n{text}\"]]");
            ("zip", content::bytes(&Value::Table(zip.parse().unwrap()), ""))
        }
    };
    std::fs::write(rig.path("inbox").join(folder).join(format!("m neighbour {n}.{ending}")), content).unwrap();
    title
}

/// What became of a file.
#[derive(Debug, Default)]
struct Became {
    outcomes: Vec<String>,
    /// Reasons of rejects and notes of articles.
    said: Vec<String>,
    titles: Vec<String>,
    texts: Vec<String>,
}

/// The ledger by the exact bytes of the paths.
fn became(rig: &Rig) -> BTreeMap<PathBuf, Became> {
    let (sql, mut all) = (rig.sql(), BTreeMap::<PathBuf, Became>::new());
    let mut rows = |query: &str, put: fn(&mut Became, Vec<String>)| {
        let mut query = sql.prepare(query).unwrap();
        let columns = query.column_count();
        let read = query.query_map([], |row| {
            let path = PathBuf::from(OsStr::from_bytes(&row.get::<_, Vec<u8>>(0)?));
            Ok((path, (1..columns).map(|c| row.get::<_, Option<String>>(c)).collect::<Result<Vec<_>, _>>()?))
        });
        for (path, values) in read.unwrap().map(Result::unwrap) {
            put(all.entry(path).or_default(), values.into_iter().map(Option::unwrap_or_default).collect());
        }
    };
    rows("SELECT path_raw, outcome FROM files", |b, values| b.outcomes.extend(values));
    rows("SELECT path_raw, reason FROM rejects JOIN files ON file = no", |b, values| b.said.extend(values));
    rows("SELECT path_raw, title, text, articles.notes FROM articles JOIN files ON file = no", |b, values| {
        let [title, text, notes] = values.try_into().unwrap();
        b.titles.push(title);
        b.texts.push(text);
        b.said.extend(serde_json::from_str::<Vec<String>>(&notes).unwrap_or_default());
    });
    all
}

/// What is wrong with what became of a case.
fn wrong(case: &Case, became: Option<&Became>) -> Vec<String> {
    let nothing = Became::default();
    let (became, mut wrong) = (became.unwrap_or(&nothing), Vec::new());
    let expected: &[String] = if case.ends == "ignored" { &[] } else { std::slice::from_ref(&case.ends) };
    if became.outcomes != expected {
        wrong.push(format!("is {:?}, not {}", became.outcomes, case.ends));
    }
    if case.says.as_ref().is_some_and(|says| !became.said.iter().any(|said| said.contains(says))) {
        wrong.push(format!("does not say {:?}", case.says));
    }
    if case.title.as_ref().is_some_and(|title| !became.titles.contains(title)) {
        wrong.push(format!("has no article {:?}", case.title));
    }
    if case.lacks.as_ref().is_some_and(|lacks| became.texts.iter().chain(&became.titles).any(|text| text.contains(lacks))) {
        wrong.push(format!("holds {:?}", case.lacks));
    }
    if became.texts.iter().chain(&became.titles).chain(&became.said).any(|text| text.contains(SECRET)) {
        wrong.push("holds what stands in another file".to_owned());
    }
    if case.ends == "rejected" && became.said.is_empty() {
        wrong.push("is rejected without a reason".to_owned());
    }
    wrong
}

/// Everything that lies in the folder of the rig, by its first two names.
fn made(rig: &Rig) -> Vec<String> {
    let walk = walkdir::WalkDir::new(rig.path("")).min_depth(1).max_depth(2).into_iter().map(Result::unwrap);
    let below = walk.map(|e| e.path().strip_prefix(rig.path("")).unwrap().to_string_lossy().into_owned());
    let mut made: Vec<String> = below.filter(|path| !path.starts_with("inbox/")).collect();
    made.sort();
    made
}

#[test]
fn every_hostile_file_ends_as_it_must_and_harms_nothing() {
    let cases = cases(GROUPS);
    assert!(cases.len() >= 200, "{} cases", cases.len());
    let rig = Rig::with("[limits]\nparse_seconds = 300");
    std::fs::write(rig.path("secret.txt"), format!("Title: {SECRET}\n\n{SECRET}")).unwrap();
    let _ = std::fs::remove_file(CANARY);
    let mut neighbours = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        drop_case(&rig, case);
        if n % NEIGHBOUR_EVERY == 0 {
            neighbours.push(drop_neighbour(&rig, n / NEIGHBOUR_EVERY, case.path.parent().unwrap()));
        }
    }
    assert_eq!(rig.once(), 1);

    let became = became(&rig);
    let line = |case: &Case| became.get(&Path::new("inbox").join(&case.path));
    let wrong: Vec<String> = cases
        .iter()
        .flat_map(|case| wrong(case, line(case)).into_iter().map(|w| format!("{} {w}: {:?}", case.path.display(), brief(line(case)))))
        .collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));

    let titles: Vec<&String> = became.values().flat_map(|b| &b.titles).collect();
    neighbours.iter().for_each(|title| assert_eq!(titles.iter().filter(|t| **t == title).count(), 1, "{title}"));
    let ignored = cases.iter().filter(|case| case.ends == "ignored").count();
    assert_eq!(became.len(), cases.len() - ignored + neighbours.len(), "the sums add up");

    let ours = [
        "data",
        "data/archive",
        "data/quarantine",
        "data/wirefold.db",
        "data/wirefold.db.lock",
        "data/wirefold.db.search",
        "data/wirefold.db.state",
        "data/work",
        "inbox",
        "secret.txt",
        "wirefold.toml",
    ];
    let made: Vec<String> = made(&rig).into_iter().filter(|path| !path.ends_with("-wal") && !path.ends_with("-shm")).collect();
    assert_eq!(made, ours, "nothing is made elsewhere");
    assert!(!Path::new(CANARY).exists() && rig.files("data/work").is_empty());
    nothing_active_is_shown(&rig);
}

fn brief(became: Option<&Became>) -> String {
    let cut = |texts: &[String]| texts.iter().take(3).map(|t| t.chars().take(160).collect::<String>()).collect::<Vec<_>>();
    became.map_or("no line in the ledger".to_owned(), |b| {
        format!("{:?} said {:?} titles {:?} texts {:?}", b.outcomes, cut(&b.said), cut(&b.titles), cut(&b.texts))
    })
}

/// Runs what prints over the store of the corpus. No byte may move a cursor, no mark may turn what follows it around.
fn nothing_active_is_shown(rig: &Rig) {
    let ids = |what: &str, key: &str| {
        rig.json(&[what, "--limit", "1000"]).iter().map(|line| line[key].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let events = ids("events", "event");
    let exported = String::from_utf8(rig.wirefold(&["export", "articles"]).stdout).unwrap();
    let lines = exported.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    // Texts and names are what wants to be active; of the rest a few are enough.
    let wanted = |file: &str| ["inbox/text/", "inbox/names/"].iter().any(|group| file.starts_with(group)) || file.len().is_multiple_of(5);
    let lines = lines.filter(|line| wanted(line["file"].as_str().unwrap()));
    let articles: Vec<String> = lines.map(|line| line["article"].as_str().unwrap().to_owned()).collect();
    assert!(events.len() > 30 && articles.len() > 50, "{} events, {} articles", events.len(), articles.len());
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["rejects", "--limit", "1000"],
        vec!["files", "--limit", "1000"],
        vec!["events", "--limit", "1000"],
        vec!["status"],
        vec!["sources"],
        vec!["sources", "--unknown"],
        vec!["rejects", "--json"],
        vec!["files", "--json"],
        vec!["export", "articles"],
        vec!["export", "articles", "--format", "csv"],
        vec!["export", "placements"],
        vec!["ingest", "inbox"],
        vec!["show", "\u{1b}[31m"],
    ];
    commands.extend(events.iter().step_by(4).flat_map(|event| [vec!["show", event], vec!["history", event]]));
    commands.extend(articles.iter().map(|article| vec!["article", article]));
    commands.extend(articles.iter().take(20).map(|article| vec!["explain", article]));
    use rayon::prelude::*;
    let active: Vec<String> = commands.par_iter().flat_map_iter(|args| active_in(rig, args)).collect();
    assert!(active.is_empty(), "{} lines of {} commands:\n{}", active.len(), commands.len(), active.join("\n"));
}

/// What a command prints that is not passive, line by line.
fn active_in(rig: &Rig, args: &[&str]) -> Vec<String> {
    let output = rig.wirefold(args);
    let code = output.status.code();
    assert!(code.is_some_and(|code| code <= 4), "{args:?} ended with {code:?}");
    let printed =
        [String::from_utf8(output.stdout), String::from_utf8(output.stderr)].map(|text| text.unwrap_or_else(|e| panic!("{args:?}: {e}")));
    let lines = printed.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| is_passive(line).err().map(|what| format!("{args:?}: {what} in {line:?}"))).collect()
}

fn is_passive(line: &str) -> Result<(), String> {
    let mut open = 0;
    for c in line.chars() {
        open += i32::from(matches!(c, '\u{2066}'..='\u{2068}')) - i32::from(c == '\u{2069}');
        if c.is_control() && c != '\t'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
            || open < 0
        {
            return Err(format!("{c:?}"));
        }
    }
    if open == 0 { Ok(()) } else { Err("an open isolate".to_owned()) }
}

#[test]
fn what_would_take_for_ever_ends_at_the_limit_of_time() {
    let (cases, rig) = (cases(&["slow"]), Rig::with("[limits]\nparse_seconds = 1"));
    cases.iter().for_each(|case| drop_case(&rig, case));
    (0..8).for_each(|n| rig.drop_file(&format!("{n}.txt"), rig::article(n)));
    assert_eq!(rig.once(), 1);
    let became = became(&rig);
    let wrong: Vec<String> = cases.iter().flat_map(|case| wrong(case, became.get(&Path::new("inbox").join(&case.path)))).collect();
    assert!(wrong.is_empty() && !cases.is_empty(), "{wrong:?}");
    assert_eq!(rig.stored(), 8);
}

#[test]
fn what_is_active_is_seen() {
    for active in ["\u{1b}[31m", "\u{7}", "\u{9b}2J", "a\u{202e}b", "\u{2067}a", "a\u{2069}", "\u{e0041}", "a\rb"] {
        assert!(is_passive(active).is_err(), "{active:?}");
    }
    assert_eq!(is_passive("نهر ⟨U+001B⟩\t\u{2067}الوادي\u{2069} é"), Ok(()));
}
