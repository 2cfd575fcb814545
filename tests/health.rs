//! What monitoring is told: that all is well, that intake is paused and why, and numbers that agree with the ledger.

mod rig;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;

use rig::{Rig, article, eventually};
use serde_json::Value;

/// What is answered: status, head, body.
fn ask(mut stream: impl Read + Write, request: &str) -> (u16, String, String) {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer to {request:?}: {answer:?}"));
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase(), body.to_owned())
}

fn get(path: &str, host: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

fn socket(rig: &Rig) -> UnixStream {
    UnixStream::connect(rig.path("data/wirefold.db.health")).unwrap()
}

fn told(rig: &Rig, path: &str) -> (u16, Value) {
    let (status, _, body) = ask(socket(rig), &get(path, "localhost"));
    (status, serde_json::from_str(&body).unwrap())
}

/// The numbers by name and label.
fn numbers(rig: &Rig) -> BTreeMap<String, f64> {
    let (status, head, body) = ask(socket(rig), &get("/metrics", "localhost"));
    assert!(status == 200 && head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    let mut helped = std::collections::BTreeSet::new();
    let mut numbers = BTreeMap::new();
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ").or(line.strip_prefix("# TYPE ")) {
            helped.insert(rest.split(' ').next().unwrap().to_owned());
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        let bare = name.split('{').next().unwrap();
        let known = ["", "_sum", "_count"].iter().any(|end| bare.strip_suffix(end).is_some_and(|bare| helped.contains(bare)));
        assert!(known && name.is_ascii(), "nothing says what {name} is");
        assert_eq!(numbers.insert(name.to_owned(), value.parse().unwrap()), None, "{name} twice");
    }
    numbers
}

#[test]
fn a_pause_is_told_with_its_reason_and_so_is_its_end() {
    let rig = Rig::new();
    let daemon = rig.start();
    rig.drop_file("a.txt", article(1));
    eventually("the first is stored", || told(&rig, "/health").1["last_commit"].is_string());
    let (status, health) = told(&rig, "/health");
    assert_eq!((status, &health["ok"], &health["why"], &health["waiting"]), (200, &true.into(), &Value::Null, &0.into()), "{health}");
    assert!(health["last_scan"].is_string() && health["disk"]["store"]["free_bytes"].as_u64() > Some(0), "{health}");
    assert_eq!(health["watcher"]["alive"], health["watcher"]["polling"].is_null(), "{health}");
    assert_eq!(told(&rig, "/ready").0, 200);

    let holder = rig.sql();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    rig.drop_file("b.txt", article(2));
    eventually("the pause is told", || told(&rig, "/health").0 == 503);
    let (_, health) = told(&rig, "/health");
    assert!(health["why"].as_str().unwrap().contains("locked by another process"), "{health}");
    assert_eq!((&health["ok"], &health["ready"]), (&false.into(), &false.into()));
    let (status, ready) = told(&rig, "/ready");
    assert!(status == 503 && ready["why"] == health["why"], "{ready}");
    assert_eq!((numbers(&rig)["wirefold_intake_paused"], numbers(&rig)["wirefold_ready"]), (1.0, 0.0));

    holder.execute_batch("ROLLBACK").unwrap();
    eventually("that it goes on is told", || told(&rig, "/health").0 == 200);
    assert_eq!((rig.stored(), told(&rig, "/ready").0, numbers(&rig)["wirefold_ready"]), (2, 200, 1.0));
    assert_eq!(daemon.stop(), 0);
    assert!(!rig.path("data/wirefold.db.health").exists(), "the socket goes with the daemon");
}

#[test]
fn numbers_agree_with_the_ledger_also_after_a_restart() {
    let rig = Rig::new();
    for round in 0..2 {
        let daemon = rig.start();
        for n in 0..5 {
            rig.drop_file(&format!("{round}-{n}.txt"), article(round * 10 + n));
        }
        rig.drop_file(&format!("{round}.html"), format!("<html><body><p>اجتمع مجلس أورون للمرة {round} وبحث في الآبار.</p></body></html>"));
        rig.drop_file(&format!("{round}-copy.txt"), article(round * 10));
        rig.drop_file(
            &format!("{round}.jsonl"),
            format!("{{\"title\":\"خط {round}\",\"text\":\"النص سليم {round}\"}}\n{{\"title\": broken\n"),
        );
        rig.drop_file(&format!("{round}.bin"), [0u8, 1, 2, 3, 0, 255, 0, 0, 7, round as u8]);
        let all = |rig: &Rig| rig.outcomes().values().sum::<u32>() == 9 * (round as u32 + 1);
        eventually("all have their outcome, and it is told", || {
            all(&rig)
                && numbers(&rig).iter().filter(|(name, _)| name.starts_with("wirefold_files_total")).map(|(_, n)| n).sum::<f64>()
                    == 9.0 * (round as f64 + 1.0)
        });
        let numbers = numbers(&rig);
        let totals = wirefold::store::Reader::open(&rig.path("data/wirefold.db")).unwrap().totals().unwrap();
        for (outcome, n) in &totals.files {
            assert_eq!(numbers[&format!("wirefold_files_total{{outcome=\"{outcome}\"}}")], f64::from(*n), "{outcome}");
        }
        assert_eq!(totals.files.len(), 4, "each outcome is there: {totals:?}");
        assert_eq!(numbers["wirefold_articles_total"], f64::from(totals.articles));
        assert_eq!(numbers["wirefold_rejects_total"], f64::from(totals.rejects));
        let founded: u32 = rig.sql().query_row("SELECT count(*) FROM history WHERE kind = 'created'", [], |r| r.get(0)).unwrap();
        assert_eq!(numbers["wirefold_events_total"], f64::from(founded));
        assert_eq!((numbers["wirefold_files_waiting"], numbers["wirefold_parser_failures_total{why=\"ended\"}"]), (0.0, 0.0));
        assert!(numbers["wirefold_parsers_started_total"] >= 1.0 && numbers["wirefold_store_bytes"] > 0.0);
        for took in ["scan", "parse", "store", "batch"] {
            let [sum, count] = ["sum", "count"].map(|what| numbers[&format!("wirefold_{took}_seconds_{what}")]);
            assert!(sum > 0.0 && count >= 1.0 && sum < 60.0 * count, "{took}: {sum} in {count}");
        }
        assert!(numbers["wirefold_last_commit_timestamp_seconds"] > 1.7e9);
        // A process that is killed leaves its socket behind, and the next one takes its place.
        if round == 0 { drop(daemon) } else { assert_eq!(daemon.stop(), 0) }
    }
}

#[test]
fn parsers_that_fail_are_counted() {
    let rig = Rig::with("[limits]\nparse_seconds = 0.5");
    let log = std::fs::File::create(rig.path("log")).unwrap();
    let daemon = rig::Daemon(rig.command(&["run"]).env("WIREFOLD_PLANTED", "parser_faults").stderr(log).spawn().unwrap());
    for fault in ["loop", "leave"] {
        rig.drop_file(&format!("{fault}.html"), format!("<html><body><p>The council of Orun spoke. fault: {fault}</p></body></html>"));
    }
    eventually("both are rejected", || rig.outcomes().get("rejected") == Some(&2));
    eventually("that is told", || numbers(&rig)["wirefold_parser_failures_total{why=\"late\"}"] == 1.0);
    assert_eq!(numbers(&rig)["wirefold_parser_failures_total{why=\"ended\"}"], 2.0, "a file has two tries");
    daemon.stop();
}

#[test]
fn an_address_answers_this_machine_alone() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let rig = Rig::with(&format!("[health]\nlisten = \"127.0.0.1:{port}\""));
    let daemon = rig.start();
    let tcp = || TcpStream::connect(("127.0.0.1", port)).unwrap();
    let own = format!("127.0.0.1:{port}");
    eventually("it is ready", || ask(tcp(), &get("/ready", &own)).0 == 200);
    assert_eq!(ask(tcp(), &get("/health", &format!("localhost:{port}"))).0, 200);
    let (status, head, _) = ask(tcp(), &get("/metrics", "evil.example"));
    assert!(status == 421 && head.contains("x-content-type-options: nosniff"), "{head}");
    assert_eq!(ask(tcp(), &get("/other", &own)).0, 404);
    let post = format!("POST /health HTTP/1.1\r\nHost: {own}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert_eq!(ask(tcp(), &post).0, 405);
    assert!(!rig.path("data/wirefold.db.health").exists());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn where_it_listens_is_checked() {
    for (listen, code) in [("0.0.0.0:7312", 2), ("unix:", 2), ("unix:no/such/folder/socket", 3)] {
        let rig = Rig::with(&format!("[health]\nlisten = \"{listen}\""));
        let refused = rig.wirefold(&["run", "--once"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(code) && said.contains("health.listen"), "{listen}: {said}");
    }
    // What is no socket is nobody's leftover.
    let rig = Rig::with("[health]\nlisten = \"unix:letter\"");
    std::fs::write(rig.path("letter"), "dear Orun").unwrap();
    assert_eq!(rig.wirefold(&["run", "--once"]).status.code(), Some(3));
    assert_eq!(rig::read(&rig.path("letter")), b"dear Orun");
    let rig = Rig::with("[health]\nlisten = \"\"");
    let daemon = rig.start();
    assert!(!rig.path("data/wirefold.db.health").exists(), "off is off");
    assert_eq!(daemon.stop(), 0);
}

/// What lies where the socket would be, and is none, is not removed.
#[test]
fn a_file_in_the_place_of_the_socket_is_named() {
    let rig = Rig::with("[health]\nlisten = \"unix:here\"");
    std::fs::write(rig.path("here"), "mine").unwrap();
    let output = rig.wirefold(&["run", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(3) && said.contains("what lies there is no socket, and is left alone"), "{said}");
    assert_eq!(rig::read(&rig.path("here")), b"mine");
}

/// Nobody asked for the socket beside the store: that it cannot be there is no reason not to take files.
#[test]
fn a_socket_that_cannot_be_made_is_a_warning() {
    let rig = Rig::new();
    let long = format!("{}/wirefold.db", "d".repeat(110));
    rig.drop_file("a.txt", article(1));
    let output = rig.wirefold(&["--db", &long, "run", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(0) && said.contains("nobody can ask how the daemon is"), "{said}");
}
