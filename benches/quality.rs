//! Quality on labelled sets: how well the detector's events agree with careful readers.
//!
//! `cargo bench --bench quality` scores the shipped weights. `-- --leave-one-out` fits the weights anew for each Arabic window, on the
//! other windows only: the figure to believe. `-- --fit` prints weights fitted on all windows, as `src/detect/weights.json` holds them.
//! `-- --shuffled` lets the articles come in another order; `-- --errors` lists what was merged or split against the readers' will. The sets are looked for at `../shared`; without them there is nothing to do.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde_json::Value;
use wirefold::article::{ArticleId, EventId, FileDigest};
use wirefold::detect::features::Features;
use wirefold::detect::live::When;
use wirefold::detect::score::{Model, NAMES};
use wirefold::detect::train::{Example, Labelled, examples, fit};
use wirefold::detect::{Detector, Incoming, Settings};
use wirefold::parse::date;

/// Labelled sets that come with their texts; the first four are Arabic windows and teach the weights.
const GOLD: [&str; 6] = ["ant-2018-04-10", "ant-2018-06", "ant-2018-08", "saudi-2015-08-11", "ecbplus", "basil"];
/// Labelled windows of the streams: `tests/labels/NAME.json` and the stream that has the texts.
const WINDOWS: [(&str, &str); 3] = [("ant-2018-05-08", "ant"), ("ant-2018-07-10", "ant"), ("saudi-2015-08-03", "saudi")];

struct Row {
    id: String,
    title: String,
    cluster: String,
    incoming: Incoming,
}

struct Set {
    name: String,
    /// Whether the weights may learn from it.
    teaches: bool,
    rows: Vec<Row>,
    /// Pairs on which readers disagree, both ways round.
    unsure: HashSet<(String, String)>,
}

fn row(name: &str, number: usize, article: &Value, cluster: &str) -> Row {
    let text = |key: &str| article[key].as_str().unwrap_or_default().to_owned();
    let published = if article["published"].is_null() { text("date") } else { text("published") };
    let incoming = Incoming {
        id: ArticleId::new(&FileDigest::of(name.as_bytes()), number as u32),
        features: Features::of(&text("title"), &text("text"), &text("lang")),
        source: article["source"].as_str().unwrap_or("unknown").to_owned(),
        url: None,
        when: date::read(&published, &text("lang")).map(|dated| When::of(dated.at, dated.precision)),
        received: number as f64,
    };
    Row { id: text("id"), title: text("title"), cluster: cluster.to_owned(), incoming }
}

fn both_ways(pairs: Vec<(String, String)>) -> HashSet<(String, String)> {
    pairs.into_iter().flat_map(|(a, b)| [(a.clone(), b.clone()), (b, a)]).collect()
}

/// A set whose lines hold texts and labels.
fn gold(shared: &Path, name: &str) -> Option<Set> {
    let path = shared.join("gold").join(format!("{name}.jsonl"));
    let lines = std::fs::read_to_string(&path).ok()?;
    let articles = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    let rows = articles.enumerate().map(|(n, a)| row(name, n, &a, a["cluster"].as_str().unwrap_or_default())).collect();
    let unsure = std::fs::read_to_string(path.with_extension("ambiguous.json"));
    let unsure = unsure.map(|t| both_ways(serde_json::from_str(&t).expect("a list of pairs"))).unwrap_or_default();
    Some(Set { name: name.to_owned(), teaches: name.contains("20"), rows, unsure })
}

/// A window whose texts are in a stream and whose labels are in the repository.
fn window(shared: &Path, name: &str, stream: &str) -> Option<Set> {
    let labels = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/labels/{name}.json"))).ok()?;
    let labels: Value = serde_json::from_str(&labels).expect("labels are JSON");
    let packed = std::fs::File::open(shared.join(format!("streams/{stream}.jsonl.zst"))).ok()?;
    let mut lines = String::new();
    ruzstd::decoding::StreamingDecoder::new(packed).ok()?.read_to_string(&mut lines).ok()?;
    let clusters: HashMap<&str, &str> =
        labels["labels"].as_array()?.iter().filter_map(|l| Some((l["id"].as_str()?, l["cluster"].as_str()?))).collect();
    // Most lines are of other days; parsing them all would take longer than the scoring.
    let wanted = |line: &&str| line.split('"').nth(3).is_some_and(|id| clusters.contains_key(id));
    let articles = lines.lines().filter(wanted).map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    let mut rows: Vec<Row> = articles.enumerate().map(|(n, a)| row(name, n, &a, clusters[a["id"].as_str().unwrap_or_default()])).collect();
    let time = |r: &Row| r.incoming.when.map_or(0.0, |w| w.from);
    rows.sort_by(|a, b| time(a).total_cmp(&time(b)));
    assert_eq!(rows.len(), clusters.len(), "{name}: every labelled article is in the stream");
    let unsure = both_ways(serde_json::from_value(labels["ambiguous"].clone()).expect("a list of pairs"));
    Some(Set { name: name.to_owned(), teaches: true, rows, unsure })
}

/// The invented stream of the repository: it is everywhere, and teaches nothing.
fn fixture() -> Set {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labels/fixture").join(name);
        let lines = std::fs::read_to_string(path).expect("the fixture is in the repository");
        lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON")).collect::<Vec<_>>()
    };
    let articles = read("stream.jsonl").into_iter().zip(read("labels.jsonl"));
    let rows = articles.enumerate().map(|(n, (a, label))| row("fixture", n, &a, label["event"].as_str().unwrap_or_default())).collect();
    Set { name: "fixture".to_owned(), teaches: false, rows, unsure: HashSet::new() }
}

/// Another order, the same at every run.
fn shuffle(rows: &mut [Row]) {
    let mut x: u64 = 1;
    for i in (1..rows.len()).rev() {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rows.swap(i, (x >> 33) as usize % (i + 1));
    }
}

/// The event of every row, placed one after the other.
fn events(set: &Set, model: Arc<Model>) -> Vec<EventId> {
    let mut detector = Detector::new(Settings::default(), 0).with_model(model);
    let mut at: BTreeMap<u32, EventId> = BTreeMap::new();
    for row in &set.rows {
        at.extend(detector.place(row.incoming.clone()).places.iter().map(|p| (p.pos, p.event)));
    }
    at.into_values().collect()
}

/// BCubed F1 over all articles; precision, recall and F1 over the pairs that readers agree on.
fn figures(set: &Set, found: &[EventId]) -> String {
    let n = set.rows.len();
    let (mut precision, mut recall) = (0.0, 0.0);
    let (mut both, mut merged, mut labelled) = (0, 0, 0);
    for (i, a) in set.rows.iter().enumerate() {
        let (mut same_found, mut same_label, mut same_both) = (0.0, 0.0, 0.0);
        for (j, b) in set.rows.iter().enumerate() {
            let (is_found, is_label) = (found[i] == found[j], a.cluster == b.cluster);
            same_found += f64::from(u8::from(is_found));
            same_label += f64::from(u8::from(is_label));
            same_both += f64::from(u8::from(is_found && is_label));
            if j > i && !set.unsure.contains(&(a.id.clone(), b.id.clone())) {
                merged += u32::from(is_found);
                labelled += u32::from(is_label);
                both += u32::from(is_found && is_label);
            }
        }
        precision += same_both / same_found;
        recall += same_both / same_label;
    }
    let f1 = |p: f64, r: f64| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
    let (p, r) = (f64::from(both) / f64::from(merged.max(1)), f64::from(both) / f64::from(labelled.max(1)));
    format!("BCubed F1 {:.3}   pairs P {p:.3} R {r:.3} F1 {:.3}", f1(precision / n as f64, recall / n as f64), f1(p, r))
}

/// Prints the found events that hold several labelled ones, and the labelled ones that were split, costliest first.
fn print_errors(set: &Set, found: &[EventId]) {
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let labelled: Vec<String> = set.rows.iter().map(|r| r.cluster.clone()).collect();
    for (what, whole, parts) in [("MERGED", &found, &labelled), ("SPLIT", &labelled, &found)] {
        let mut groups: BTreeMap<&str, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
        for i in 0..set.rows.len() {
            groups.entry(&whole[i]).or_default().entry(&parts[i]).or_default().push(i);
        }
        let pairs = |n: usize| n * (n - 1) / 2;
        let cost =
            |g: &BTreeMap<&str, Vec<usize>>| pairs(g.values().map(Vec::len).sum()) - g.values().map(|p| pairs(p.len())).sum::<usize>();
        let mut wrong: Vec<_> = groups.into_iter().filter(|(_, g)| g.len() > 1).collect();
        wrong.sort_by_key(|(_, g)| std::cmp::Reverse(cost(g)));
        for (group, parts) in wrong {
            println!("{what} {group}: {} wrong pairs", cost(&parts));
            for (part, rows) in parts {
                for &row in &rows {
                    let Row { id, title, incoming, .. } = &set.rows[row];
                    println!("  {part}  {:>6.1} h  {id}  {title}", incoming.when.map_or(0.0, |w| w.from % 1000.0));
                }
            }
        }
    }
}

fn learn(set: &Set) -> Vec<Example> {
    let place: HashMap<&str, usize> = set.rows.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
    let unsure: FxHashSet<(usize, usize)> =
        set.unsure.iter().filter_map(|(a, b)| Some((*place.get(a.as_str())?, *place.get(b.as_str())?))).collect();
    let labelled = set.rows.iter().map(|r| Labelled { incoming: r.incoming.clone(), event: r.cluster.clone() }).collect();
    examples(labelled, &unsure, Settings::default())
}

/// Weights fitted on the examples of all sets but one.
fn fitted(learned: &[Vec<Example>], without: Option<usize>) -> Arc<Model> {
    let used: Vec<Example> = learned.iter().enumerate().filter(|(i, _)| Some(*i) != without).flat_map(|(_, e)| e.iter().copied()).collect();
    let (bias, weights) = fit(&used);
    Model::fitted(bias, &weights)
}

fn main() {
    let has = |flag: &str| std::env::args().any(|a| a == flag);
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let gold = GOLD.iter().filter_map(|name| gold(&shared, name));
    let windows = WINDOWS.iter().filter_map(|(name, stream)| window(&shared, name, stream));
    let mut sets: Vec<Set> = std::iter::once(fixture()).chain(gold).chain(windows).collect();
    if sets.len() == 1 {
        println!("skipped: no ../shared, only the fixture is measured");
    }
    if has("--shuffled") {
        sets.iter_mut().for_each(|set| shuffle(&mut set.rows));
    }
    let learned: Vec<Vec<Example>> = match has("--leave-one-out") || has("--fit") {
        true => sets.iter().map(|set| if set.teaches { learn(set) } else { Vec::new() }).collect(),
        false => Vec::new(),
    };
    if has("--fit") {
        let model = fitted(&learned, None);
        let weights: BTreeMap<&str, f32> = NAMES.iter().copied().zip(model.weights).collect();
        return println!("{:#}", serde_json::json!({ "bias": model.bias, "weights": weights }));
    }
    for (i, set) in sets.iter().enumerate() {
        let model = if has("--leave-one-out") { fitted(&learned, Some(i)) } else { Model::shipped() };
        let found = events(set, model);
        println!("{:<18} {:>4} articles   {}", set.name, set.rows.len(), figures(set, &found));
        if has("--errors") {
            print_errors(set, &found);
        }
    }
}
