//! Quality on labelled sets: how well the detector's events agree with careful readers.
//!
//! `cargo bench --bench quality` scores the shipped weights; `-- --leave-one-out` fits them without the set that is scored.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rustc_hash::FxHashSet;
use serde_json::Value;
use wirefold::article::{ArticleId, FileDigest, Precision};
use wirefold::detect::features::Features;
use wirefold::detect::live::When;
use wirefold::detect::score::Model;
use wirefold::detect::train::{Example, Labelled, examples, fit};
use wirefold::detect::{Detector, Incoming, Settings};

struct Set {
    name: String,
    rows: Vec<Row>,
    unsure: HashSet<(String, String)>,
}
struct Row {
    id: String,
    cluster: String,
    incoming: Incoming,
}

fn load(path: &Path) -> Set {
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let digest = FileDigest::of(name.as_bytes());
    let mut rows: Vec<Row> = text
        .lines()
        .enumerate()
        .map(|(i, l)| {
            let v: Value = serde_json::from_str(l).unwrap();
            let s = |k: &str| v[k].as_str().unwrap_or("").to_owned();
            let when =
                wirefold::parse::date::read(&s("published"), &s("lang")).map(|(at, p): (jiff::Timestamp, Precision)| When::of(at, p));
            Row {
                id: s("id"),
                cluster: s("cluster"),
                incoming: Incoming {
                    id: ArticleId::new(&digest, i as u32),
                    features: Features::of(&s("title"), &s("text"), &s("lang")),
                    source: v["source"].as_str().unwrap_or("unknown").into(),
                    url: None,
                    when,
                    received: i as f64,
                },
            }
        })
        .collect();
    if let Ok(seed) = std::env::var("SHUFFLE") {
        let mut x: u64 = seed.parse().unwrap();
        for i in (1..rows.len()).rev() {
            x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            rows.swap(i, (x >> 33) as usize % (i + 1));
        }
    }
    let unsure = std::fs::read_to_string(path.with_extension("ambiguous.json"))
        .ok()
        .map(|t| {
            serde_json::from_str::<Vec<(String, String)>>(&t)
                .unwrap()
                .into_iter()
                .flat_map(|(a, b)| [(a.clone(), b.clone()), (b, a)])
                .collect()
        })
        .unwrap_or_default();
    Set { name, rows, unsure }
}

fn score(set: &Set, settings: Settings, model: std::sync::Arc<Model>) -> String {
    let t0 = std::time::Instant::now();
    let mut d = Detector::new(settings, 0).with_model(model);
    let mut at = BTreeMap::new();
    for r in &set.rows {
        for p in d.place(r.incoming.clone()).places {
            at.insert(p.pos, p.event);
        }
    }
    let n = set.rows.len();
    let us = t0.elapsed().as_micros() as f64 / n as f64;
    let (mut bp, mut br, mut tp, mut np, mut ng) = (0.0, 0.0, 0, 0, 0);
    for i in 0..n {
        let (mut g, mut p, mut both) = (0.0, 0.0, 0.0);
        for j in 0..n {
            let (sg, sp) = (set.rows[i].cluster == set.rows[j].cluster, at[&(i as u32)] == at[&(j as u32)]);
            if sg {
                g += 1.0
            }
            if sp {
                p += 1.0
            }
            if sg && sp {
                both += 1.0
            }
            if j > i && !set.unsure.contains(&(set.rows[i].id.clone(), set.rows[j].id.clone())) {
                if sg {
                    ng += 1
                }
                if sp {
                    np += 1
                }
                if sg && sp {
                    tp += 1
                }
            }
        }
        bp += both / p;
        br += both / g;
    }
    bp /= n as f64;
    br /= n as f64;
    let (p, r) = (tp as f64 / np.max(1) as f64, tp as f64 / ng as f64);
    format!("B3 {:.3}  P {:.3} R {:.3} F {:.3}  {us:.0} us", 2.0 * bp * br / (bp + br), p, r, 2.0 * p * r / (p + r))
}

fn train(set: &Set) -> Vec<Example> {
    let index: std::collections::HashMap<&str, usize> = set.rows.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
    let unsure: FxHashSet<(usize, usize)> =
        set.unsure.iter().filter_map(|(a, b)| Some((*index.get(a.as_str())?, *index.get(b.as_str())?))).collect();
    let labelled = set.rows.iter().map(|r| Labelled { incoming: r.incoming.clone(), event: r.cluster.clone() }).collect();
    examples(labelled, &unsure, Settings::default())
}

fn capped(name: &str, e: &[Example]) -> Vec<Example> {
    let key = if name.contains("20") { "CAP" } else { "CAPEN" };
    let cap: f64 = std::env::var(key).ok().and_then(|c| c.parse().ok()).unwrap_or(1000.0);
    let total: f64 = e.iter().map(|e| e.weight).sum();
    e.iter().map(|e| Example { weight: e.weight * (cap / total).min(1.0), ..*e }).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let loo = args.iter().any(|a| a == "--leave-one-out");
    let thr: Vec<f32> = std::env::var("THR").ok().map(|t| t.split(',').map(|t| t.parse().unwrap()).collect()).unwrap_or(vec![0.4]);
    let mut files: Vec<String> = args.into_iter().filter(|a| !a.starts_with("--")).collect();
    if files.is_empty() {
        files = ["ant-2018-04-10", "ant-2018-06", "ant-2018-08", "saudi-2015-08-11", "ecbplus", "basil"]
            .iter()
            .map(|f| format!("../shared/gold/{f}.jsonl"))
            .collect()
    }
    let sets: Vec<Set> = files.iter().map(|f| load(Path::new(f))).collect();
    let learned: Vec<Vec<Example>> = if loo { sets.iter().map(train).collect() } else { vec![] };
    if let Ok(dump) = std::env::var("DUMP") {
        let mut out = String::new();
        for (s, l) in sets.iter().zip(&learned) {
            for e in l {
                out += &format!(
                    "{},{},{},{}\n",
                    s.name,
                    u8::from(e.same),
                    e.weight,
                    e.features.iter().map(|f| f.to_string()).collect::<Vec<_>>().join(",")
                );
            }
        }
        std::fs::write(dump, out).unwrap();
    }
    for &threshold in &thr {
        for (i, set) in sets.iter().enumerate() {
            let model = if loo {
                let others: Vec<Example> = learned.iter().enumerate().filter(|(j, _)| *j != i).flat_map(|(j, e)| capped(&sets[j].name, e)).collect();
                let (b, w) = fit(&others);
                Model::fitted(b, &w)
            } else {
                Model::shipped()
            };
            println!("{threshold} {:28} {}", set.name, score(set, Settings { threshold, ..Settings::default() }, model));
        }
    }
    if loo && std::env::var("FIT").is_ok() {
        let all: Vec<Example> = learned.iter().zip(&sets).flat_map(|(e, s)| capped(&s.name, e)).collect();
        let (b, w) = fit(&all);
        let w: BTreeMap<&str, f64> = wirefold::detect::score::NAMES.iter().copied().zip(w).collect();
        println!("{}", serde_json::to_string_pretty(&serde_json::json!({"bias": b, "weights": w})).unwrap());
    }
}
