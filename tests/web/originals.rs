//! The files as they came: saved and never shown, only those of the ledger, and only as the ledger knows them.

use serde_json::json;
use wirefold::article::FileDigest;

use crate::site::Desk;

#[test]
fn a_file_is_saved_as_it_came() {
    let desk = Desk::empty();
    desk.take(
        "خبر <b>.jsonl",
        &[json!({ "id": "o-1", "title": "<script>alert(1)</script>", "text": "The ferry sailed at noon.", "source": "Coast Wire" })],
    );
    let file = desk.folder.path().join("خبر <b>.jsonl");
    let bytes = std::fs::read(&file).unwrap();
    let at = format!("/api/v1/files/{}/original", FileDigest::of(&bytes).hex());
    assert_eq!(desk.get("/api/v1/articles/o-1").json()["download"], at);
    let event = &desk.events()[0];
    assert!(desk.get(&format!("/articles/{}", event.1)).body.contains(&format!("<a href=\"{at}\" download>")));
    let got = desk.get(&at);
    assert_eq!((got.status.as_u16(), got.body.as_bytes()), (200, &bytes[..]));
    assert_eq!(got.header("content-type"), "application/octet-stream");
    assert_eq!(got.header("content-disposition"), "attachment; filename=\"_____b_.jsonl\"; filename*=UTF-8''%D8%AE%D8%A8%D8%B1__b_.jsonl");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert!(got.headers.get_all("content-security-policy").iter().any(|v| v == "sandbox"));

    std::fs::write(&file, "other bytes").unwrap();
    let other = desk.get(&at);
    assert_eq!((other.status.as_u16(), other.json()["error"]["message"].as_str()), (404, Some("its original has other bytes by now")));
    let digest = FileDigest::of(b"other bytes").hex();
    assert_eq!(desk.get(&format!("/api/v1/files/{digest}/original")).status.as_u16(), 404, "a file, but none of the ledger");
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &file).unwrap();
    assert_eq!(desk.get(&at).status.as_u16(), 404, "links are not followed");
    std::fs::remove_file(&file).unwrap();
    assert!(desk.get(&at).json()["error"]["message"].as_str().unwrap().contains("not where the ledger says"));
    assert!(desk.get("/api/v1/articles/o-1").json()["download"].is_null());
    assert!(!desk.get(&format!("/articles/{}", event.1)).body.contains("download"));
}

#[test]
fn what_was_put_away_is_found_where_it_is() {
    let desk = Desk::empty();
    desk.take("a.jsonl", &[json!({ "source": "no text" })]);
    let (came, kept) = (desk.folder.path().join("a.jsonl"), desk.folder.path().join("kept"));
    std::fs::rename(came, &kept).unwrap();
    let store = rusqlite::Connection::open(&desk.config.store).unwrap();
    store.execute("UPDATE files SET claim = x'01', archived = 1, original = ?1", [kept.to_str().unwrap().as_bytes()]).unwrap();
    let at = format!("/api/v1/files/{}/original", FileDigest::of(&std::fs::read(&kept).unwrap()).hex());
    assert!(desk.get("/inbox").body.contains(&format!("href=\"{at}\" download>save</a>")));
    let got = desk.get(&at);
    assert_eq!((got.status.as_u16(), got.body.as_bytes()), (200, &std::fs::read(&kept).unwrap()[..]));
    assert!(got.header("content-disposition").contains("a.jsonl"), "by the name it came under");
}

#[test]
fn no_path_is_taken_from_an_address() {
    let desk = Desk::new();
    let (nul, long) = ("%00".to_owned(), "a".repeat(64));
    for id in ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "/etc/passwd", &nul, &long, &"a".repeat(300), "g".repeat(64).as_str()] {
        assert_eq!(desk.get(&format!("/api/v1/files/{id}/original")).status.as_u16(), 404, "{id}");
    }
}
