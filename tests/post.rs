//! Articles posted to a daemon that is at work: counted by the same ledger as files, once, and acknowledged only when they are durable.

mod rig;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use rig::{Rig, eventually};
use serde_json::{Value, json};

const WEB: &str = "[web]\nenabled = true\npost = true\nlisten = \"127.0.0.1:0\"\n";

/// The address that the log names.
fn address(rig: &Rig) -> Option<String> {
    rig.log().rsplit("http://127.0.0.1:").next().filter(|_| rig.log().contains("the web page is open")).map(|rest| {
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        format!("127.0.0.1:{port}")
    })
}

/// Sends a request; the status, and the JSON of the answer.
fn talk(address: &str, request: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{request}Host: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

fn post(rig: &Rig, address: &str, body: &str) -> (u16, Value) {
    let token = std::fs::read_to_string(rig.path("data/wirefold.db.token")).unwrap();
    talk(address, &format!("POST /api/v1/articles HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"), body)
}

fn status(address: &str, digest: &Value) -> Value {
    talk(address, &format!("GET /api/v1/files/{} HTTP/1.1\r\n", digest.as_str().unwrap()), "").1
}

fn article(n: u32) -> Value {
    json!({ "id": format!("n-{n}"), "title": format!("حريق في مخزن الحبوب رقم {n}"), "source": "مرسى الأخبار", "published": "2026-03-04T08:00:00Z",
        "text": format!("اندلع حريق في مخزن الحبوب رقم {n} قرب محطة القطار القديمة وأخمدته ثلاث فرق بعد ساعتين من العمل.") })
}

#[test]
fn the_ledger_counts_what_is_posted_like_any_file() {
    let rig = Rig::with(WEB);
    let daemon = rig.start();
    let at = address(&rig).expect("the log names the address");
    let two = format!("{}\n{}\n", article(1), article(2));
    let (code, posted) = post(&rig, &at, &two);
    assert_eq!((code, posted["digest"].as_str().map(str::len)), (202, Some(64)), "{posted}");
    eventually("it is stored", || status(&at, &posted["digest"])["outcome"] == "stored");
    let told = status(&at, &posted["digest"]);
    assert_eq!((told["files"][0]["articles"].as_u64(), told["files"].as_array().unwrap().len()), (Some(2), 1), "{told}");
    let before = rig.json(&["export", "articles"]);
    let (code, again) = post(&rig, &at, &two);
    assert_eq!((code, &again["outcome"], &again["digest"]), (202, &json!("stored"), &posted["digest"]));
    assert_eq!(before[0]["source"], "مرسى الأخبار", "the inbox itself names no source");
    let (code, bad) = post(&rig, &at, r#"[{"source": "فارغ"}]"#);
    assert_eq!(code, 202);
    eventually("it is rejected", || status(&at, &bad["digest"])["outcome"] == "rejected");
    assert!(status(&at, &bad["digest"])["files"][0]["rejects"][0]["reason"].as_str().unwrap().len() > 10, "with the reason");
    assert!(rig.files("inbox").is_empty(), "{:?}", rig.files("inbox"));
    assert_eq!(daemon.stop(), 0);
    // The same bytes dropped as a file are the same file.
    rig.drop_file("same.jsonl", &two);
    rig.once();
    assert_eq!(rig.json(&["export", "articles"]), before);
    assert_eq!(rig.outcomes(), [("rejected".to_owned(), 1), ("resent".to_owned(), 1), ("stored".to_owned(), 1)].into());
}

/// Serves with the nth and every later sync of a file or folder failing; what a post is answered.
fn with_failing_sync(nth: u32) -> Option<((u16, Value), Vec<std::path::PathBuf>)> {
    if !Command::new("strace").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success()) {
        eprintln!("skipped: strace is not there");
        return None;
    }
    let rig = Rig::with(WEB);
    rig.drop_file("a.txt", rig::article(1));
    rig.once();
    // The token and the log are there before, so that the post's syncs are the only ones.
    let serve = |command: &mut Command| {
        let log = std::fs::File::create(rig.path("log")).unwrap();
        let child = command.current_dir(rig.path("")).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        eventually("the page is open", || address(&rig).is_some());
        child
    };
    let mut first = serve(&mut rig.command(&["serve"]));
    first.kill().unwrap();
    first.wait().unwrap();
    let inject = format!("inject=fsync:error=EIO:when={nth}+");
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", &inject]);
    strace.arg(assert_cmd::cargo::cargo_bin("wirefold")).args(["--config", "wirefold.toml", "serve"]);
    let mut child = serve(&mut strace);
    let answer = post(&rig, &address(&rig).unwrap(), &article(7).to_string());
    // With -D the child is the program itself, and strace ends with it.
    child.kill().unwrap();
    child.wait().unwrap();
    Some((answer, rig.files("inbox")))
}

#[test]
fn what_is_not_durable_is_not_acknowledged() {
    let Some(((code, _), files)) = with_failing_sync(1) else { return };
    assert_eq!((code, files.len()), (503, 0), "its bytes were not synced: {files:?}");
    let ((code, _), _) = with_failing_sync(2).unwrap();
    assert_eq!(code, 503, "its name was not synced");
    let ((code, _), files) = with_failing_sync(3).unwrap();
    assert_eq!((code, files.len()), (202, 1), "two syncs are all it takes: {files:?}");
}
