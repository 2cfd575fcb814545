//! Quality on labelled sets: how well the detector's events agree with careful readers.
use std::collections::{BTreeMap, HashSet};
use wirefold::article::{ArticleId, FileDigest};
use wirefold::detect::{Detector, Incoming, Settings, features::Features, live::When};
use serde_json::Value;

struct Row { id: String, v: Value, hours: Option<When> }

fn when(s: &str) -> Option<When> {
    let day = s.len() == 10;
    let t: jiff::Timestamp = if day { format!("{s}T00:00:00Z").parse().ok()? } else { s.replace(' ', "T").parse().ok().or_else(|| format!("{}Z", s.replace(' ', "T")).parse().ok())? };
    Some(When { from: t.as_second() as f64 / 3600.0, span: if day { 24.0 } else { 0.0 } })
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let thr: f32 = std::env::var("THR").ok().and_then(|t| t.parse().ok()).unwrap_or(0.4);
    let files: Vec<String> = if args.is_empty() { ["ant-2018-04-10","ant-2018-06","ant-2018-08","saudi-2015-08-11","ecbplus","basil"].iter().map(|f| format!("../shared/gold/{f}.jsonl")).collect() } else { args };
    for f in files {
        let text = std::fs::read_to_string(&f).unwrap();
        let mut rows: Vec<Row> = text.lines().map(|l| { let v: Value = serde_json::from_str(l).unwrap(); Row { id: v["id"].as_str().unwrap().into(), hours: v["published"].as_str().and_then(when), v } }).collect();
        if let Ok(seed) = std::env::var("SHUFFLE") {
            let mut x: u64 = seed.parse().unwrap();
            for i in (1..rows.len()).rev() { x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); rows.swap(i, (x >> 33) as usize % (i + 1)); }
        }
        let t0 = std::time::Instant::now();
        let mut d = Detector::new(Settings { threshold: thr, ..Settings::default() }, 0);
        let mut at = BTreeMap::new();
        let digest = FileDigest::of(f.as_bytes());
        for (i, r) in rows.iter().enumerate() {
            let s = |k: &str| r.v[k].as_str().unwrap_or("");
            let features = Features::of(s("title"), s("text"), s("lang"));
            let decision = d.place(Incoming { id: ArticleId::new(&digest, i as u32), features, source: r.v["source"].as_str().unwrap_or("unknown").into(), url: None, when: r.hours, received: i as f64 });
            for p in decision.places { at.insert(p.pos, (p.event, p.standing)); }
        }
        let us = t0.elapsed().as_micros() as f64 / rows.len() as f64;
        let gold: Vec<&str> = rows.iter().map(|r| r.v["cluster"].as_str().unwrap()).collect();
        let pred: Vec<String> = (0..rows.len()).map(|i| at[&(i as u32)].0.to_string()).collect();
        let amb: HashSet<(String, String)> = std::fs::read_to_string(f.replace(".jsonl", ".ambiguous.json")).ok().map(|t| serde_json::from_str::<Vec<(String, String)>>(&t).unwrap().into_iter().flat_map(|(a, b)| [(a.clone(), b.clone()), (b, a)]).collect()).unwrap_or_default();
        let n = rows.len();
        let (mut bp, mut br, mut tp, mut np, mut ng) = (0.0, 0.0, 0, 0, 0);
        for i in 0..n {
            let (mut g, mut p, mut both) = (0.0, 0.0, 0.0);
            for j in 0..n {
                let (sg, sp) = (gold[i] == gold[j], pred[i] == pred[j]);
                if sg { g += 1.0 } if sp { p += 1.0 } if sg && sp { both += 1.0 }
                if j > i && !amb.contains(&(rows[i].id.clone(), rows[j].id.clone())) { if sg { ng += 1 } if sp { np += 1 } if sg && sp { tp += 1 } }
            }
            bp += both / p; br += both / g;
        }
        bp /= n as f64; br /= n as f64;
        let (p, r) = (tp as f64 / np.max(1) as f64, tp as f64 / ng as f64);
        println!("{:28} B3 {:.3}  P {:.3} R {:.3} F {:.3}  {us:.0} us", f.rsplit('/').next().unwrap(), 2.0 * bp * br / (bp + br), p, r, 2.0 * p * r / (p + r));
    }
}
