//! Posting articles: only where it is allowed, only by who has the token, only JSON and little of it; and then into the inbox, whole.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Request;
use wirefold::article::FileDigest;
use wirefold::web::{ARTICLES, Bounds, POST_BYTES, token_file};

use crate::site::{Desk, HOST};

const ARTICLE: &str = r#"{"id":"n-1","title":"افتتاح جسر المنارة","text":"افتتح رئيس البلدية سامر الحلواني جسر المنارة صباح الأحد بعد عامين من العمل.","source":"صدى الوادي"}"#;

fn inbox(desk: &Desk) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(&desk.config.inbox).map(|all| all.map(|e| e.unwrap().path()).collect());
    entries.unwrap_or_default()
}

#[test]
fn it_is_off_unless_it_is_asked_for() {
    let desk = Desk::empty();
    let request =
        Request::post(ARTICLES).header("host", HOST).header("content-type", "application/json").body(Body::from(ARTICLE)).unwrap();
    let got = desk.ask(Bounds::default(), request);
    assert_eq!((got.status.as_u16(), got.header("allow")), (405, "GET, HEAD"));
    assert!(!token_file(&desk.config.store).exists() && inbox(&desk).is_empty());
    let posting = Desk::posting();
    posting.token();
    assert!(posting.get("/login").body.contains("This page only reads"), "who may post may not edit");
    let edit = Request::post("/edit").header("host", HOST).header("sec-fetch-site", "same-origin").body(Body::empty()).unwrap();
    assert_eq!(posting.ask(Bounds::default(), edit).status, 405);
}

#[test]
fn only_json_from_who_has_the_token_is_taken() {
    let desk = Desk::posting();
    let token = desk.token();
    let refused = |headers: &[(&str, &str)]| {
        let got = desk.post_with(ARTICLE.as_bytes(), headers);
        assert!(got.json()["error"]["hint"].as_str().unwrap().len() > 10, "{headers:?}");
        assert_eq!(got.header("connection"), "close", "{headers:?}");
        if got.status == 401 {
            assert_eq!(got.header("www-authenticate"), "Bearer");
        }
        got.status.as_u16()
    };
    for given in ["", "Bearer", "Bearer ", "Bearer 0", &format!("Basic {token}"), &format!("Bearer {}", &token[..63]), &token] {
        assert_eq!(refused(&[("authorization", given)]), 401, "{given:?}");
    }
    let right = format!("Bearer {token}");
    assert_eq!(refused(&[("authorization", &right), ("authorization", &right)]), 401, "two tokens are none");
    for site in ["cross-site", "same-site", "?"] {
        assert_eq!(refused(&[("sec-fetch-site", site)]), 403, "{site}");
    }
    for kind in ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"] {
        assert_eq!(refused(&[("content-type", kind)]), 415, "{kind:?}");
    }
    assert_eq!(refused(&[("content-encoding", "gzip")]), 415);
    for length in ["", "x", "-1", &(POST_BYTES + 1).to_string()] {
        assert_eq!(refused(&[("content-length", length)]), 413, "{length:?}");
    }
    assert_eq!(refused(&[("transfer-encoding", "chunked")]), 413);
    assert_eq!(refused(&[("host", "evil.example")]), 421);
    for body in [&b""[..], b"  ", b"<html>", b"Title: x\n\ntext", b"\xff\xfe{\0", b"{\"title\": \"\xe9\"}", b"\"x\"", b"12"] {
        assert_eq!(desk.post_with(body, &[]).status, 400, "{body:?}");
    }
    for (body, place) in
        [("{bad", "line 1 column 2"), (&format!("{ARTICLE}\n{{\"title\": x}}"), "line 2 column 11"), ("\u{feff} [{}", "line 1 column 4")]
    {
        let got = desk.post(body);
        let said = got.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(got.status == 400 && said.starts_with("this is not JSON: ") && said.contains(place), "{body}: {said}");
    }
    assert!(inbox(&desk).is_empty(), "nothing of it was written");
}

#[test]
fn the_limit_is_met_exactly() {
    let desk = Desk::posting();
    let body = |bytes: u64| format!("[{}]", " ".repeat(bytes as usize - 2));
    assert_eq!(desk.post_with(body(POST_BYTES).as_bytes(), &[]).status, 202);
    assert_eq!(desk.post_with(body(POST_BYTES + 1).as_bytes(), &[]).status, 413);
    assert_eq!(desk.post_with(body(POST_BYTES + 1).as_bytes(), &[("content-length", "20")]).status, 400, "a length that is no such thing");
    let mut small = Desk::posting();
    small.config.limits.file_bytes = 1024;
    assert_eq!(small.post_with(body(1024).as_bytes(), &[]).status, 202);
    assert_eq!(small.post_with(body(1025).as_bytes(), &[]).status, 413, "what no file may be, nothing posted may be");
}

#[test]
fn what_is_posted_is_a_file_once() {
    let desk = Desk::posting();
    let digest = FileDigest::of(ARTICLE.as_bytes()).hex();
    assert_eq!(desk.get(&format!("/api/v1/files/{digest}")).status, 404);
    for kind in ["application/json", "Application/JSON; charset=utf-8", "application/x-ndjson", "application/jsonl"] {
        let got = desk.post_with(ARTICLE.as_bytes(), &[("content-type", kind)]);
        assert_eq!((got.status.as_u16(), got.json()["digest"].as_str()), (202, Some(&*digest)), "{}", got.body);
        assert_eq!(got.json()["outcome"], "waiting");
        assert_eq!(got.header("location"), format!("/api/v1/files/{digest}"));
        let files = inbox(&desk);
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(std::fs::read(&files[0]).unwrap(), ARTICLE.as_bytes());
        assert_eq!(wirefold::inbox::scan(&desk.config.inbox).0.len(), 1, "under a name that is taken");
    }
    let status = desk.get(&format!("/api/v1/files/{digest}")).json();
    assert_eq!((&status["outcome"], &status["digest"]), (&"waiting".into(), &digest.clone().into()));
    assert_eq!(status["files"][0]["outcome"], "waiting");
    for id in ["x", &digest[..63], &format!("{}g", &digest[..63]), &"0".repeat(64), "..%2f..%2fetc"] {
        assert_eq!(desk.get(&format!("/api/v1/files/{id}")).status, 404, "{id}");
    }
}

#[test]
fn the_place_of_another_file_is_left_alone() {
    let desk = Desk::posting();
    let digest = FileDigest::of(ARTICLE.as_bytes()).hex();
    std::fs::create_dir_all(&desk.config.inbox).unwrap();
    let path = desk.config.inbox.join(format!("post-{digest}.json"));
    std::fs::write(&path, "somebody else's").unwrap();
    let got = desk.post_with(ARTICLE.as_bytes(), &[]);
    assert_eq!(got.status, 503, "{}", got.body);
    assert!(!got.body.contains("inbox/"), "no path is told: {}", got.body);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "somebody else's");
    assert_eq!(inbox(&desk), [path], "nothing unfinished is left");
}

#[test]
fn what_a_crash_left_unfinished_is_swept_away() {
    let desk = Desk::posting();
    std::fs::create_dir_all(&desk.config.inbox).unwrap();
    for (name, age) in
        [(".post-old.tmp", 7200), (".post-new.tmp", 60), (".posted-by-others.tmp", 7200), ("post-old.tmp", 7200), ("a.json", 7200)]
    {
        let file = std::fs::File::create(desk.config.inbox.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }
    desk.get("/");
    let mut left: Vec<String> = inbox(&desk).iter().map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect();
    left.sort();
    assert_eq!(left, [".post-new.tmp", ".posted-by-others.tmp", "a.json", "post-old.tmp"]);
}
