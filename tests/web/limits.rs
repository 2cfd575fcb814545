//! What a visitor may take: time, length, connections. And what an error tells.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use wirefold::web::{Bounds, ROUTES, Running, start_with};

use crate::site::{Desk, HOST};

fn open(desk: &Desk, bounds: Bounds) -> Running {
    let mut config = desk.config.clone();
    config.web.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    start_with(config, bounds).unwrap()
}

fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address).unwrap()
}

/// Sends bytes and reads until the other side closes.
fn talk(running: &Running, request: &str) -> String {
    let mut stream = connect(running);
    // A server that has had enough may close before all was sent.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn it_is_served_where_it_says_and_ends_with_its_owner() {
    let desk = Desk::new();
    let running = open(&desk, Bounds::default());
    let address = running.address;
    assert!(address.ip().is_loopback() && address.port() != 0);
    let answer = talk(&running, &format!("GET /about HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("34 articles"), "{answer}");
    let mut taken = desk.config.clone();
    taken.web.listen = address;
    let refused = start_with(taken, Bounds::default()).err().unwrap();
    assert_eq!(refused.code, 3);
    assert!(
        refused.to_string().contains(&format!("cannot listen on {address}")) && refused.to_string().contains("web.listen"),
        "{refused}"
    );
    drop(running);
    assert!(TcpListener::bind(address).is_ok(), "the port is free again");
}

#[test]
fn heads_are_short_and_quick() {
    let desk = Desk::empty();
    let running = open(&desk, Bounds { head: Duration::from_millis(50), ..Bounds::default() });
    let long = format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}\r\n\r\n", running.address, "x".repeat(9000));
    assert!(talk(&running, &long).starts_with("HTTP/1.1 431"));
    let mut slow = connect(&running);
    slow.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"), "a head that never ends was waited for");
}

#[test]
fn a_connection_that_nobody_uses_is_closed() {
    let desk = Desk::empty();
    let running = open(&desk, Bounds { head: Duration::from_millis(50), ..Bounds::default() });
    let mut stream = connect(&running);
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(format!("GET /about HTTP/1.1\r\nHost: {}\r\n\r\n", running.address).as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it was kept open");
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    let desk = Desk::posting();
    let running = open(&desk, Bounds { request: Duration::from_millis(200), ..Bounds::default() });
    let token = std::fs::read_to_string(wirefold::web::token_file(&desk.config.store)).unwrap();
    let mut stream = connect(&running);
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        wirefold::web::ARTICLES,
        running.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it was waited for");
    assert!(answer.starts_with(b"HTTP/1.1 503"), "{}", String::from_utf8_lossy(&answer));
    assert!(std::fs::read_dir(&desk.config.inbox).map_or(0, Iterator::count) == 0, "and nothing of it is in the inbox");
}

#[test]
fn a_smuggled_request_is_not_answered() {
    let desk = Desk::empty();
    let running = open(&desk, Bounds::default());
    let second = format!("GET /about HTTP/1.1\r\nHost: {}\r\n\r\n", running.address);
    for headers in ["Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n"] {
        let answer = talk(&running, &format!("GET / HTTP/1.1\r\nHost: {}\r\n{headers}\r\n0\r\n\r\n{second}", running.address));
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 4"), "{headers}: {answer}");
    }
}

#[test]
fn connections_beyond_the_bound_wait() {
    let desk = Desk::empty();
    let running = open(&desk, Bounds { connections: 1, ..Bounds::default() });
    let request = format!("GET /about HTTP/1.1\r\nHost: {}\r\n\r\n", running.address);
    let mut byte = [0];
    let mut first = connect(&running);
    first.write_all(request.as_bytes()).unwrap();
    first.read_exact(&mut byte).unwrap();
    let mut second = connect(&running);
    second.write_all(request.as_bytes()).unwrap();
    second.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(second.read_exact(&mut byte).is_err(), "it was answered while the only place was taken");
    drop(first);
    second.set_read_timeout(None).unwrap();
    second.read_exact(&mut byte).unwrap();
}

#[test]
fn what_takes_too_long_is_given_up() {
    let desk = Desk::new();
    let request = |path: &str| Request::get(path).header("host", HOST).body(Body::empty()).unwrap();
    for path in ["/", "/sources", "/api/v1/events", "/api/v1/search?q=fog"] {
        let got = desk.ask(Bounds { query: Duration::ZERO, ..Bounds::default() }, request(path));
        assert_eq!(got.status.as_u16(), 503, "{path}: {}", got.body);
        assert!(got.body.contains("too long to answer") && got.body.contains("narrow the filters"), "{path}: {}", got.body);
    }
    // An answer that is there before the clock is looked at for the first time is not too late: on a busy machine one in many is.
    let late = || desk.ask(Bounds { request: Duration::ZERO, ..Bounds::default() }, request("/"));
    let got = std::iter::repeat_with(late).take(50).find(|got| got.status.as_u16() != 200).expect("all were answered");
    assert_eq!((got.status.as_u16(), got.header("x-frame-options")), (503, "DENY"));
}

#[test]
fn odd_questions_are_refused_with_a_reason() {
    let desk = Desk::new();
    for (path, reason) in [
        ("/?limit=201", "1 to 200"),
        ("/?limit=0", "1 to 200"),
        ("/?sauce=x", "unknown filter: sauce"),
        ("/?since=yesterday", "expected a day"),
        ("/?after=1.2", "no place in this list"),
        ("/inbox?outcome=lost", "unknown outcome"),
        ("/api/v1/compare?a=zzzzzzzzzz&b=y", "no article zzzzzzzzzz"),
        ("/api/v1/explain", "`a` is missing"),
        ("/api/v1/files?after=x", "no place in the ledger"),
        ("/api/v1/stream?after=x", "no number"),
        (&format!("/?source={}", "x".repeat(257)), "longer than 256"),
        (&format!("/api/v1/search?q={}", "x".repeat(257)), "longer than 256"),
    ] {
        let got = desk.get(path);
        assert!(matches!(got.status.as_u16(), 400 | 404), "{path}: {}", got.status);
        assert!(got.body.contains(reason) || got.body.contains(&reason.replace('`', "&#96;")), "{path}: {}", got.body);
    }
}

#[test]
fn nothing_that_is_asked_breaks_it() {
    let desk = Desk::new();
    let odd = [
        "",
        "%00",
        "%F0%9F%99%82",
        "'--",
        "%22%3E",
        "-1",
        "999999999999999999999",
        "%D8%A7",
        "0",
        "*",
        "8vhcst0y",
        "1.99999999999999999.aaaaaaaaaaaaaaaa",
        "9223372036854775807",
    ];
    for route in ROUTES {
        for value in odd {
            for name in route.takes {
                let path = format!("{}?{name}={value}", route.path);
                assert!(desk.get(&path).status.as_u16() < 500, "{path}");
            }
            if route.path.contains("{id}") && !value.is_empty() {
                let path = route.path.replace("{id}", value);
                assert!(desk.get(&path).status.as_u16() < 500, "{path}");
            }
        }
    }
}

#[test]
fn errors_tell_no_paths_and_no_sql() {
    let mut desk = Desk::empty();
    let folder = desk.folder.path().to_string_lossy().into_owned();
    std::fs::write(desk.folder.path().join("garbage.db"), "this is no store ".repeat(500)).unwrap();
    desk.config.store = desk.folder.path().join("garbage.db");
    for path in ["/", "/api/v1/events", "/api/v1/stream"] {
        let got = desk.get(path);
        assert_eq!(got.status.as_u16(), 500, "{path}");
        assert!(got.body.contains("(web-"), "{path}: the number to look up in the log: {}", got.body);
        assert!(![folder.as_str(), "garbage", "SELECT", "sqlite", "src/"].iter().any(|told| got.body.contains(told)), "{}", got.body);
    }
    desk.config.store = desk.folder.path().join("nothing.db");
    let got = desk.get("/");
    assert_eq!(got.status.as_u16(), 503);
    assert!(got.body.contains("there is no store yet") && !got.body.contains(&folder), "{}", got.body);
}
