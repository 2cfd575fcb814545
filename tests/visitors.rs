//! Visitors of the page of a running daemon: the daemon asks nobody on their behalf, and they hold up no file.

mod rig;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rig::strace::{self, Traced, trace};
use rig::{Rig, article, eventually};

const WEB: &str = "[web]\nenabled = true\nlisten = \"127.0.0.1:0\"\nedit = true\npost = true";

/// Where the page is, as the log says.
fn address(rig: &Rig) -> String {
    let log = rig.log();
    let (_, rest) = log.split_once("address=http://").expect("the log says where the page is");
    rest.split('/').next().unwrap().to_owned()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect(path);
    String::from_utf8_lossy(&answer).into_owned()
}

/// An article whose addresses all ask to be fetched.
const ASKING: &str = r#"{"id": "n-1", "title": "Bridge of Orun closed", "source": "http://127.0.0.1:9/source",
 "text": "The bridge of Orun is closed. http://127.0.0.1:9/text <img src=\"http://127.0.0.1:9/image\"> //127.0.0.1:9/ is asked for.",
 "url": "http://127.0.0.1:9/article", "image": "http://127.0.0.1:9/image.jpg", "published": "2026-03-04T10:00:00Z"}"#;

#[test]
fn nothing_is_fetched_for_any_page_or_article() {
    let rig = Rig::with(WEB);
    if !strace::is_here() {
        return;
    }
    let daemon = Traced::start(&rig, "connect,sendto,sendmsg,accept4", "");
    rig.drop_file("asking.json", ASKING);
    rig.drop_file(
        "page.html",
        format!("<html><head><link rel=canonical href=http://127.0.0.1:9/></head><body><p>{}", article(0).repeat(5)),
    );
    eventually("they are stored", || rig.stored() == 2);
    let (address, host) = (address(&rig), "http://127.0.0.1:9/");
    let asking = rig.json(&["export", "articles"]).into_iter().find(|line| line["title"] == "Bridge of Orun closed").unwrap();
    let [article, event] = ["article", "event"].map(|key| asking[key].as_str().unwrap().to_owned());
    for route in wirefold::web::ROUTES {
        let path = match route.path {
            path if path.contains("/articles/") => path.replace("{id}", &article),
            path => path.replace("{id}", &event),
        };
        let asking: Vec<String> = route.takes.iter().map(|name| format!("{name}={host}")).collect();
        for path in [path.clone(), format!("{path}?{}&url={host}&next={host}", asking.join("&"))] {
            assert!(get(&address, &path).starts_with("HTTP/1.1 "), "{path}");
        }
    }
    let page = get(&address, &format!("/articles/{article}"));
    assert!(page.contains("Bridge of Orun closed"), "{page}");
    assert_eq!(daemon.stop(), 0);
    let calls = trace(&rig);
    assert!(calls.contains("accept4("), "visitors were seen: {calls}");
    let asked: Vec<&str> = calls.lines().filter(|call| call.contains("AF_INET") && !call.contains("accept4")).collect();
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn visitors_who_say_nothing_hold_up_no_file() {
    let rig = Rig::with(WEB);
    let daemon = rig.start();
    let address = address(&rig);
    // More than are served at once, and no more than the system lets wait.
    let silent: Vec<TcpStream> = (0..150).map(|_| TcpStream::connect(&address).unwrap()).collect();
    rig.drop_file("a.txt", article(1));
    eventually("the file is stored", || rig.stored() == 1);
    drop(silent);
    assert!(get(&address, "/about").starts_with("HTTP/1.1 200"), "and others are answered when they are gone");
    assert_eq!(daemon.stop(), 0);
}
