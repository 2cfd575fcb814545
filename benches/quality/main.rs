//! Quality on labelled sets: how well the detector's events agree with careful readers.
//!
//! `cargo bench --bench quality` scores the shipped weights. `-- --leave-one-out` fits the weights anew for each Arabic window, on the
//! other windows only: the figure to believe. `-- --fit` prints weights fitted on all windows, as `src/detect/weights.json` holds them.
//! `-- --pairs` scores labelled pairs instead, as `compare` sees them.
//! `-- --shuffled` lets the articles of each set come in six other orders; `-- --errors` lists what was merged or split against the readers' will.
//! The invented streams of the repository are always there; the other sets are looked for at `../shared`.

mod pairs;
mod sets;

use std::collections::BTreeMap;
use std::path::Path;

use wirefold::article::EventId;
use wirefold::detect::Settings;
use wirefold::detect::score::Model;
use wirefold::detect::train::Example;
use wirefold::evaluate::{Row, Window, fitted};

/// What the weights may learn from a set: the windows of Arabic news, named by their days, and the other scripts of the invented streams but
/// for the inboxes, which are there to be measured.
fn lessons(set: &Window, settings: &Settings) -> Vec<Example> {
    match &set.name[..] {
        "inboxes" => Vec::new(),
        // Their Arabic articles are traps by intention: they are measured, and learned from nowhere.
        name if sets::INVENTED.iter().any(|(invented, _)| *invented == name) => {
            set.learn(settings).into_iter().filter(|e| !e.arabic).collect()
        }
        real if real.contains("-20") => set.learn(settings),
        _ => Vec::new(),
    }
}

/// Orders of arrival that a set is shuffled into.
const ORDERS: u64 = 6;

/// The positions of a set in another order, the same at every run.
fn shuffled(len: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    let mut x = seed;
    for i in (1..order.len()).rev() {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(i, (x >> 33) as usize % (i + 1));
    }
    order
}

/// Prints what becomes of each set when its articles come in another order.
fn print_shuffled(sets: Vec<Window>, settings: &Settings) {
    println!("BCubed F1 and pair F1 as they came, their means over {ORDERS} other orders, least and most pair F1");
    for set in sets {
        let usual = set.figures(&set.place(settings));
        let figures: Vec<_> = (1..=ORDERS)
            .map(|seed| {
                let set = set.clone().reordered(&shuffled(set.rows.len(), seed));
                set.figures(&set.place(settings))
            })
            .collect();
        let pairs = || figures.iter().map(|f| f.pair_f1);
        let bcubed: f64 = figures.iter().map(|f| f.bcubed_f1).sum();
        let (least, most) = (pairs().fold(1.0, f64::min), pairs().fold(0.0, f64::max));
        let (n, sum) = (figures.len() as f64, pairs().sum::<f64>());
        println!(
            "{:<18} {:.3} {:.3}   {:.3} {:.3}   {:.3} {:.3}",
            set.name,
            usual.bcubed_f1,
            usual.pair_f1,
            bcubed / n,
            sum / n,
            least,
            most
        );
    }
}

/// Prints the found events that hold several labelled ones, and the labelled ones that were split, costliest first.
fn print_errors(set: &Window, found: &[EventId]) {
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let labelled: Vec<String> = set.rows.iter().map(|r| r.event.clone()).collect();
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

fn main() {
    let has = |flag: &str| std::env::args().any(|a| a == flag);
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if has("--pairs") {
        return pairs::print(&shared);
    }
    let sets = sets::all(&shared);
    if sets.len() == sets::INVENTED.len() {
        println!("skipped: no ../shared, only the invented streams are measured");
    }
    let settings = Settings::default();
    if has("--shuffled") {
        return print_shuffled(sets, &settings);
    }
    let learned: Vec<Vec<Example>> = match has("--leave-one-out") || has("--fit") {
        true => sets.iter().map(|set| lessons(set, &settings)).collect(),
        false => Vec::new(),
    };
    if has("--fit") {
        let model = fitted(
            &learned,
            None,
            "every candidate pair of seven labelled windows of Arabic news, 2015 and 2018; for other scripts also of five invented streams",
        );
        return println!("{}", serde_json::to_string_pretty(&*model).expect("a model is JSON"));
    }
    for (i, set) in sets.iter().enumerate() {
        let model =
            if has("--leave-one-out") && !learned.iter().all(Vec::is_empty) { fitted(&learned, Some(i), "") } else { Model::shipped() };
        let found = set.place(&Settings { model, ..settings.clone() });
        println!("{:<18} {:>4} articles   {}", set.name, set.rows.len(), set.figures(&found));
        if has("--errors") {
            print_errors(set, &found);
        }
    }
}
