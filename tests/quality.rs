//! No figure falls unnoticed: quality on the labelled sets against the recorded floors.
//!
//! The invented streams are always measured, the other sets where they are found at `../shared`. `UPDATE=1` records the figures anew.

#[path = "../benches/quality/sets.rs"]
mod sets;

use std::collections::BTreeMap;
use std::path::Path;

use wirefold::detect::Settings;

/// By set: BCubed F1, pair precision, pair F1.
type Floors = BTreeMap<String, [f64; 3]>;

/// What a figure may fall by before it counts as worse.
const TOLERANCE: f64 = 0.01;

#[test]
fn no_figure_falls_below_its_floor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("tests/labels/floors.json");
    let mut floors: Floors = serde_json::from_str(&std::fs::read_to_string(&file).unwrap_or_else(|_| "{}".to_owned())).unwrap();
    let update = std::env::var_os("UPDATE").is_some();
    let mut fallen = Vec::new();
    let sets = sets::all(&root.join("../shared"));
    if sets.len() == sets::INVENTED.len() {
        println!("skipped: no ../shared, only the invented streams are measured");
    }
    for set in sets {
        let figures = set.figures(&set.place(&Settings::default()));
        let now = [figures.bcubed_f1, figures.precision, figures.pair_f1];
        if update {
            floors.insert(set.name.clone(), now.map(|f| (f * 1e3).round() / 1e3));
        }
        let floor = floors.get(&set.name).unwrap_or_else(|| panic!("no floor for {}: record it with UPDATE=1", set.name));
        if now.iter().zip(floor).any(|(now, floor)| *now < floor - TOLERANCE) {
            fallen.push(format!("{}: BCubed F1, pair P, pair F1 were {floor:?}, are {now:.3?}", set.name));
        }
    }
    if update {
        std::fs::write(&file, serde_json::to_string_pretty(&floors).unwrap() + "\n").unwrap();
    }
    assert!(fallen.is_empty(), "{fallen:#?}");
}
