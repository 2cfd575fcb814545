//! The sample dispatches are merged as their truth file says, and the README shows what the demo really prints.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assert_cmd::Command;
use serde::Deserialize;
use wirefold::demo;
use wirefold::store::Reader;
use wirefold::store::rows::ArticleLine;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What a dispatch is, as its author meant it.
#[derive(Debug, Deserialize)]
struct Truth {
    file: String,
    position: usize,
    event: String,
    story: String,
    kind: String,
}

/// The demo's articles by file below the inbox and position in it.
fn placed() -> BTreeMap<(String, usize), ArticleLine> {
    let folder = tempfile::tempdir().unwrap();
    let (config, tally) = demo::ingest(folder.path(), None).unwrap();
    assert_eq!(tally.rejects, 0);
    let mut placed = BTreeMap::new();
    let inbox = config.inbox.display().to_string();
    let each = |a: ArticleLine| -> Result<(), wirefold::store::StoreError> {
        let file = a.file.rsplit_once(&inbox).map_or(a.file.as_str(), |(_, below)| below).trim_start_matches('/').to_owned();
        let position = (0..).find(|p| !placed.contains_key(&(file.clone(), *p))).unwrap();
        placed.insert((file, position), a);
        Ok(())
    };
    Reader::open(&config.store).unwrap().each_article(each).unwrap();
    placed
}

fn truth() -> Vec<Truth> {
    let lines = std::fs::read_to_string(Path::new(ROOT).join("tests/wire/dispatches/truth.jsonl")).unwrap();
    lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Groups of files by a name.
fn groups<'a>(named: impl Iterator<Item = (&'a str, (String, usize))>) -> BTreeSet<BTreeSet<(String, usize)>> {
    let mut groups: BTreeMap<&str, BTreeSet<(String, usize)>> = BTreeMap::new();
    for (name, file) in named {
        groups.entry(name).or_default().insert(file);
    }
    groups.into_values().collect()
}

#[test]
fn events_and_stories_are_those_of_the_truth() {
    let (placed, truth) = (placed(), truth());
    assert!(truth.len() >= 24, "{} dispatches", truth.len());
    let of_truth = |name: fn(&Truth) -> &str| groups(truth.iter().map(|t| (name(t), (t.file.clone(), t.position))));
    let of_demo = |name: fn(&ArticleLine) -> &str| groups(placed.iter().map(|(at, a)| (name(a), at.clone())));
    assert_eq!(of_demo(|a| &a.event), of_truth(|t| &t.event));
    assert_eq!(of_demo(|a| &a.story), of_truth(|t| &t.story));
}

#[test]
fn relations_are_those_of_the_truth() {
    let placed = placed();
    for t in truth() {
        let article = &placed[&(t.file.clone(), t.position)];
        let relation = article.relation.as_str();
        match t.kind.as_str() {
            // How much an editor may change before a copy is called edited is a matter of degree.
            "copy" | "edited" => assert!(matches!(relation, "copy" | "edited"), "{}: {relation}", t.file),
            "version" => assert_eq!(article.version, 2, "{}: a second version of the source's article", t.file),
            kind => assert_eq!(relation, kind, "{}", t.file),
        }
    }
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let output = Command::cargo_bin("wirefold").unwrap().arg("demo").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: BTreeSet<&str> = printed.lines().map(str::trim_end).collect();
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let shown = readme.split("```text\n").nth(1).expect("a block of demo output").split("```").next().unwrap();
    assert!(shown.lines().count() > 10);
    for line in shown.lines().map(str::trim_end).filter(|l| *l != "...") {
        assert!(printed.contains(line), "README shows a line that the demo does not print:\n{line}");
    }
}

#[test]
fn commands_of_the_readme_exist() {
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let commands: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("wirefold ")))
        .map(|line| line.split('#').next().unwrap().trim())
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let words = command.split_whitespace().chain(["--help"]);
        let output = Command::cargo_bin("wirefold").unwrap().args(words).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "`{command}` of the README is refused: {}", String::from_utf8_lossy(&output.stderr));
    }
}
