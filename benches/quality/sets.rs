//! The labelled sets, wherever they lie.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use wirefold::evaluate::Window;

/// Invented streams of the repository, by the folder in `tests/labels`.
pub const INVENTED: [(&str, &str); 6] = [
    ("invented", "fixture"),
    ("vietnamese", "languages/vietnamese"),
    ("english", "languages/english"),
    ("mixed", "languages/mixed"),
    ("hot", "languages/hot"),
    ("inboxes", "languages/inboxes"),
];
/// Labelled sets that come with their texts.
const GOLD: [&str; 6] = ["ant-2018-04-10", "ant-2018-06", "ant-2018-08", "saudi-2015-08-11", "ecbplus", "basil"];
/// Labelled windows of the streams: `tests/labels/NAME.json` and the stream that has the texts.
const WINDOWS: [(&str, &str); 3] = [("ant-2018-05-08", "ant"), ("ant-2018-07-10", "ant"), ("saudi-2015-08-03", "saudi")];

/// The invented streams of the repository, and what is found at `shared`.
pub fn all(shared: &Path) -> Vec<Window> {
    let gold = GOLD.iter().map(|name| shared.join("gold").join(format!("{name}.jsonl"))).filter(|path| path.exists());
    let gold = gold.map(|path| Window::read(&path).expect("a labelled set"));
    let windows = WINDOWS.iter().filter_map(|(name, stream)| window(shared, name, stream));
    INVENTED.iter().map(|(name, folder)| invented(name, folder)).chain(gold).chain(windows).collect()
}

fn values(lines: &str) -> impl Iterator<Item = Value> {
    lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"))
}

fn in_labels(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labels").join(name);
    std::fs::read_to_string(path).expect("labels are in the repository")
}

/// An invented stream.
fn invented(name: &str, folder: &str) -> Window {
    let (articles, labels) = (in_labels(&format!("{folder}/stream.jsonl")), in_labels(&format!("{folder}/labels.jsonl")));
    let labelled = values(&articles).zip(values(&labels));
    let labelled = labelled.map(|(article, label)| (article, label["event"].as_str().unwrap_or_default().to_owned())).collect();
    Window::new(name, labelled, &[]).expect("an invented stream can be read")
}

/// A window whose texts are in a stream and whose labels are in the repository.
fn window(shared: &Path, name: &str, stream: &str) -> Option<Window> {
    let labels: Value = serde_json::from_str(&in_labels(&format!("{name}.json"))).expect("labels are JSON");
    let packed = std::fs::File::open(shared.join(format!("streams/{stream}.jsonl.zst"))).ok()?;
    let mut lines = String::new();
    ruzstd::decoding::StreamingDecoder::new(packed).ok()?.read_to_string(&mut lines).ok()?;
    let clusters: HashMap<&str, &str> =
        labels["labels"].as_array()?.iter().filter_map(|l| Some((l["id"].as_str()?, l["cluster"].as_str()?))).collect();
    // Most lines are of other days; parsing them all would take longer than the scoring.
    let wanted = |line: &&str| line.split('"').nth(3).is_some_and(|id| clusters.contains_key(id));
    let articles = lines.lines().filter(wanted).map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    let mut labelled: Vec<(Value, String)> =
        articles.map(|a| (clusters[a["id"].as_str().unwrap_or_default()].to_owned(), a)).map(|(cluster, a)| (a, cluster)).collect();
    let time = |a: &Value| a["published"].as_str().unwrap_or_default().to_owned();
    labelled.sort_by_key(|(a, _)| time(a));
    assert_eq!(labelled.len(), clusters.len(), "{name}: every labelled article is in the stream");
    let unsure: Vec<(String, String)> = serde_json::from_value(labels["ambiguous"].clone()).expect("a list of pairs");
    Some(Window::new(name, labelled, &unsure).expect("the articles of a stream can be read"))
}
