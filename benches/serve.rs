//! How fast pages, lists and search answer over a large store, idle and while articles come in, and by how much these are held up.
//!
//! `cargo bench --bench serve [-- ARTICLES [STORE]]` (default 100,000) makes a store of generated news through the same path as the daemon,
//! with one event of 500 articles, or takes the one at STORE; if there is none yet, it is made there and kept. `wirefold serve` answers as a
//! process of its own; asked is over loopback, one question after the other. Then more articles are stored in turns, in silence and while
//! so many questions a second are asked as a busy newsroom asks.

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "serve/load.rs"]
mod load;
#[path = "meter/mod.rs"]
mod meter;
#[path = "serve/stock.rs"]
mod stock;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wirefold::store::Reader;
use wirefold::store::read::{EventFilter, Order};

use corpus::Corpus;
use load::{Kind, Load};
use stock::Stock;

/// Questions of each kind while nothing else is done.
const ASKED: usize = 300;
/// Longest time for a kind: what is slow is asked less often.
const AT_MOST: Duration = Duration::from_secs(20);
/// Questions a second, of all kinds, while articles come in.
const RATE: f64 = 20.0;
/// Articles of a turn, and turns of each sort.
const TURN: usize = 5_000;
const TURNS: usize = 8;

/// The site as it is shipped, ended with this.
struct Site(Child);

impl Site {
    fn start(store: &Path) -> (Self, String) {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_wirefold"));
        command.arg("--db").arg(store).args(["serve", "--listen", &free.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let site = Self(command.spawn().unwrap());
        let begun = Instant::now();
        while std::net::TcpStream::connect(free).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the site does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        (site, free.to_string())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is asked: lists with and without filters, the largest event, and words of all frequencies.
fn questions(store: &Path, corpus: &mut Corpus) -> Vec<Kind> {
    let reader = Reader::open(store).unwrap();
    let largest = reader.events(&EventFilter { order: Order::Size, limit: 1, ..EventFilter::default() }).unwrap().events;
    let newest = reader.events(&EventFilter { limit: 200, ..EventFilter::default() }).unwrap().events;
    let mut outlet = || format!("outlet-{}", corpus.random.below(40));
    let by_source: Vec<String> = (0..40).map(|_| format!("/?source={}", outlet())).collect();
    let mut word = || {
        let number = if corpus.random.below(2) == 0 { corpus.random.zipf() } else { corpus.random.rare() };
        corpus::spell(number, false)
    };
    let searches: Vec<String> =
        (0..200).map(|n| if n % 2 == 0 { format!("/search?q={}", word()) } else { format!("/search?q={}%20{}", word(), word()) }).collect();
    vec![
        Kind::new("events page", ["/"]),
        Kind::new("API list", ["/api/v1/events"]),
        Kind::new("events, largest first", ["/?sort=size"]),
        Kind::new("events of a source", by_source),
        Kind::new(format!("event page of {}", largest[0].articles), [format!("/events/{}", largest[0].event)]),
        Kind::new("other event pages", newest.iter().map(|e| format!("/events/{}", e.event))),
        Kind::new("search", searches),
        Kind::new("sources", ["/sources"]),
    ]
}

fn main() {
    let articles = meter::numbers([100_000])[0];
    let kept: Option<PathBuf> =
        std::env::args().skip(1).filter(|a| !a.starts_with('-') && a.parse::<usize>().is_err()).map(PathBuf::from).next();
    let folder = tempfile::tempdir().unwrap();
    let store = kept.unwrap_or_else(|| folder.path().join("serve.db"));
    let mut stock = Stock::open(&store, articles);
    let (site, address) = Site::start(&store);
    let kinds = questions(&store, &mut Corpus::new(11));
    let mut load = Load::new(&address, kinds);
    println!("{} articles; milliseconds from question to the end of the answer, and the largest answer", stock.articles());
    load.warm();
    load.each_often(ASKED, AT_MOST, || meter::of(&site.0));
    load.table("idle");

    let mut rates = [0.0; 2];
    for turn in 0..2 * TURNS {
        let asked = turn % 2 == 1;
        let done = AtomicBool::new(!asked);
        rates[turn % 2] += std::thread::scope(|scope| {
            scope.spawn(|| load.pace(RATE, &done));
            let rate = stock.add(TURN);
            done.store(true, Ordering::Relaxed);
            rate
        }) / TURNS as f64;
    }
    load.table(&format!("while articles come in, {RATE} questions a second"));
    let [silent, asked] = rates;
    println!("stored in silence {silent:.0} articles/s, while asked {asked:.0}: {:+.1} %", (asked / silent - 1.0) * 100.0);
    drop(site);
}
