//! Who may ask, how, and what every answer carries.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use wirefold::config::Config;
use wirefold::web::Bounds;

use crate::site::{Desk, Got, HOST};

fn ask(desk: &Desk, method: &str, path: &str, headers: &[(&str, &str)]) -> Got {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    desk.ask(Bounds::default(), request.body(Body::empty()).unwrap())
}

#[test]
fn only_hosts_of_this_machine_are_served() {
    let mut desk = Desk::empty();
    desk.config.web.hosts = vec!["news.example".to_owned()];
    let status = |path: &str, hosts: &[&str]| {
        let hosts: Vec<(&str, &str)> = hosts.iter().map(|h| ("host", *h)).collect();
        ask(&desk, "GET", path, &hosts).status.as_u16()
    };
    for host in [HOST, "localhost:7311", "LOCALHOST:7311", "[::1]:7311", "news.example"] {
        assert_eq!(status("/", &[host]), 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:7311.evil.example", "localhost", "news.example:7311", ""] {
        assert_eq!(status("/", &[host]), 421, "{host}");
        assert_eq!(status("/api/v1/events", &[host]), 421, "{host}");
    }
    assert_eq!(status("/", &[]), 421, "no host at all");
    assert_eq!(status("/", &[HOST, "evil.example"]), 421, "two hosts");
    assert_eq!(status("/", &[HOST, HOST]), 421, "twice the same: which one did the proxy look at?");
    assert_eq!(status("http://evil.example/", &[HOST]), 421, "an absolute address names another");
    assert_eq!(status("http://127.0.0.1:7311/", &[HOST]), 200);
}

#[test]
fn every_answer_carries_its_headers() {
    let desk = Desk::new();
    desk.take_hostile();
    let mut answers: Vec<(String, Got)> = desk.addresses().into_iter().map(|a| (a.clone(), desk.get(&a))).collect();
    assert!(
        answers.iter().all(|(_, got)| got.status == StatusCode::OK),
        "{:?}",
        answers.iter().map(|(a, g)| (a, g.status)).collect::<Vec<_>>()
    );
    for path in
        ["/nothing", "/events/zzzzzzzz", "/?sort=up", "/api/v1/nothing", "/api/v1/events?limit=x", "/api/v1/stream", "/events/8vhcst0y"]
    {
        answers.push((path.to_owned(), desk.get(path)));
    }
    answers.push(("421".to_owned(), ask(&desk, "GET", "/", &[("host", "evil.example")])));
    answers.push(("405".to_owned(), ask(&desk, "POST", "/", &[("host", HOST)])));
    for (what, got) in &answers {
        let csp = got.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(csp.split(';').any(|p| p.trim() == part), "{what}: {part} is missing in {csp}");
        }
        assert!(!["unsafe", "data:", "http", "*"].iter().any(|bad| csp.contains(bad)), "{what}: {csp}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(got.header(name), value, "{what}: {name}");
        }
        assert!(!got.header("permissions-policy").is_empty() && got.header("cache-control").contains("no-cache"), "{what}");
        assert!(got.headers.get("access-control-allow-origin").is_none() && got.headers.get("set-cookie").is_none(), "{what}");
        assert!(!got.header("content-type").is_empty(), "{what}: a browser would guess what it is");
        if what.starts_with("/api/") && !what.ends_with("/original") && !what.ends_with("/stream") {
            assert_eq!(got.header("content-type"), "application/json", "{what}");
        }
    }
}

#[test]
fn pages_run_and_load_nothing_but_their_own_files() {
    let desk = Desk::new();
    desk.take_hostile();
    for address in desk.addresses() {
        let got = desk.get(&address);
        if !got.header("content-type").starts_with("text/html") {
            continue;
        }
        let mut open: Vec<&str> = Vec::new();
        for tag in got.body.split('<').skip(1).map(|t| t.split('>').next().unwrap()) {
            let words: Vec<&str> = tag.split_whitespace().collect();
            assert!(tag.matches('"').count() % 2 == 0, "{address}: <{tag}>");
            if !tag.ends_with('/') && !matches!(words[0], "!doctype" | "meta" | "link" | "input" | "br") {
                match words[0].strip_prefix('/') {
                    Some(name) => assert_eq!(open.pop(), Some(name), "{address}: <{tag}>"),
                    None => open.push(words[0]),
                }
            }
            assert!(!words.iter().any(|w| w.starts_with("on") || w.starts_with("style=")), "{address}: <{tag}>");
            assert!(!matches!(words[0], "style" | "iframe" | "object" | "embed" | "img" | "base" | "b"), "{address}: <{tag}>");
            if words[0] == "script" {
                assert_eq!(tag, "script src=\"/page.js\" defer", "{address}");
            }
            for (name, value) in tag.split("=\"").zip(tag.split("=\"").skip(1)) {
                let value = value.split('"').next().unwrap();
                if name.ends_with("src") || (name.ends_with("href") && words[0] == "link") {
                    assert!(value.starts_with('/') && !value.starts_with("//"), "{address}: <{tag}>");
                }
            }
        }
        assert!(open.is_empty(), "{address}: {open:?} stay open");
    }
}

#[test]
fn nothing_but_reading_is_possible() {
    let desk = Desk::empty();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"] {
        for path in ["/", "/api/v1/events", "/nothing", "/api/v1/stream"] {
            let got = ask(&desk, method, path, &[("host", HOST)]);
            assert_eq!((got.status.as_u16(), got.header("allow")), (405, "GET, HEAD"), "{method} {path}");
        }
    }
    let head = ask(&desk, "HEAD", "/", &[("host", HOST)]);
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    for headers in [[("host", HOST), ("content-length", "5")], [("host", HOST), ("transfer-encoding", "chunked")]] {
        let got = ask(&desk, "GET", "/", &headers);
        assert_eq!((got.status.as_u16(), got.header("connection")), (413, "close"), "{headers:?}");
    }
}

#[test]
fn reading_changes_nothing() {
    let mut desk = Desk::new();
    desk.take_hostile();
    (desk.config.web.edit, desk.config.web.post) = (true, true);
    let store = rusqlite::Connection::open(&desk.config.store).unwrap();
    // SQLite counts here what others changed.
    let changes = || store.query_row("PRAGMA data_version", [], |row| row.get::<_, u32>(0)).unwrap();
    let dropped = || std::fs::read_dir(&desk.config.inbox).unwrap().count();
    let (before, dropped_before) = (changes(), dropped());
    for address in &desk.addresses() {
        for method in ["GET", "HEAD"] {
            for more in ["", "do=headline&text=x&secret=x&who=x&token=x"] {
                let path = format!("{address}{}{more}", if address.contains('?') { "&" } else { "?" });
                assert!(ask(&desk, method, &path, &[("host", HOST)]).status.as_u16() < 500, "{path}");
                assert_eq!(changes(), before, "{method} {path}");
            }
        }
    }
    assert_eq!(dropped(), dropped_before);
    desk.take("more.jsonl", &[serde_json::json!({ "title": "Later", "text": "The ferry sailed again at noon.", "source": "Coast Wire" })]);
    assert_ne!(changes(), before, "a change is seen");
}

#[test]
fn other_sites_read_nothing() {
    let desk = Desk::empty();
    let status = |site: &str, mode: &str| {
        ask(&desk, "GET", "/api/v1/events", &[("host", HOST), ("sec-fetch-site", site), ("sec-fetch-mode", mode)]).status.as_u16()
    };
    assert_eq!([status("cross-site", "no-cors"), status("same-site", "cors"), status("cross-site", "websocket")], [403; 3]);
    assert_eq!([status("same-origin", "cors"), status("none", "navigate"), status("cross-site", "navigate")], [200; 3]);
    for path in ["/api/v1/events", "/api/v1/stream"] {
        let from = |origin: &str| ask(&desk, "GET", path, &[("host", HOST), ("origin", origin)]).status.as_u16();
        assert_eq!([from("https://evil.example"), from("null"), from("http://127.0.0.1:1")], [403; 3], "{path}");
        assert_eq!(from(&format!("http://{HOST}")), 200, "{path}");
    }
}

#[test]
fn text_of_articles_is_only_text() {
    let desk = Desk::new();
    desk.take_hostile();
    let (event, article) = desk.events().into_iter().find(|(e, _)| desk.get(&format!("/events/{e}")).body.contains("المرفأ 1")).unwrap();
    for address in
        ["/".to_owned(), format!("/events/{event}"), format!("/articles/{article}"), format!("/explain?a={article}"), "/sources".to_owned()]
    {
        let body = desk.get(&address).body;
        assert!(!["<script>a", "<img", "<b ", "<svg onload", "<iframe"].iter().any(|tag| body.contains(tag)), "{address}");
        assert!(
            body.contains("iframe src") && body.contains("&#60;") || address.starts_with("/explain"),
            "{address} shows the source as text"
        );
        assert!(!body.contains(['\u{202e}', '\u{2028}', '\u{1b}']), "{address}: a direction override or a control character got through");
    }
    let page = desk.get(&format!("/articles/{article}")).body;
    assert!(page.contains("⟨U+202E⟩") && page.contains("{{ 7*7 }}"), "what was taken out is shown, and nothing is worked out");
    let json = desk.get(&format!("/api/v1/articles/{article}")).body;
    assert!(json.contains("\\u202e") && !json.contains('\u{202e}'));
    let feed = desk.get("/feeds/atom.xml").body;
    assert!(!feed.contains("<b ") && !feed.contains('\u{202e}') && !feed.contains("<iframe") && feed.contains("&#60;iframe src"));
}

#[test]
fn only_web_addresses_are_links() {
    let desk = Desk::new();
    desk.take_hostile();
    let mut seen = 0;
    desk.reader()
        .each_article::<wirefold::store::StoreError>(|line| {
            let page = desk.get(&format!("/articles/{}", line.article)).body;
            assert!(!page.contains("href=\"javascript:"), "{:?}", line.url);
            match line.url.as_deref() {
                Some(url) if url.starts_with("javascript:") => assert!(page.contains("<bdi dir=\"ltr\">javascript:alert(4)</bdi>")),
                Some(url) if url.starts_with("http") => {
                    let link = page.split("<a ").find(|a| a.contains("target=\"_blank\"")).unwrap();
                    assert!(link.contains("rel=\"noopener noreferrer nofollow\"") && link.starts_with("href=\"http"), "{link}");
                }
                _ => return Ok(()),
            }
            seen += 1;
            Ok(())
        })
        .unwrap();
    assert!(seen > 2, "{seen}");
}

#[test]
fn only_this_machine_can_listen() {
    for address in ["0.0.0.0:7311", "192.168.1.5:80", "[::]:7311", "example.org:80", "7311", "127.0.0.1"] {
        let errors = Config::parse(&format!("[web]\nlisten = \"{address}\"")).unwrap_err();
        assert!(errors[0].contains("web.listen") && errors[0].contains("this machine alone"), "{errors:?}");
    }
    for address in ["127.0.0.1:0", "127.8.8.8:80", "[::1]:7311"] {
        assert!(Config::parse(&format!("[web]\nlisten = \"{address}\"")).is_ok(), "{address}");
    }
    assert!(Config::parse("[web]\nhosts = [\"a/b\"]").is_err() && Config::parse("[web]\nhosts = [\"news.example\"]").is_ok());
}

#[test]
fn addresses_lead_to_nothing_else() {
    let desk = Desk::empty();
    for path in [
        "/../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/style.css/../../Cargo.toml",
        "/articles/..%2f..%2fetc%2fpasswd",
        "/events/%00",
        "//evil.example/",
        "/feeds/..",
        "/events/https:%2f%2fevil.example",
        "/style.css%00.html",
        "/data/wirefold.db",
        &format!("/events/{}", "a".repeat(300)),
    ] {
        let got = desk.get(path);
        assert!(matches!(got.status.as_u16(), 404) && got.header("location").is_empty(), "{path}: {}", got.status);
    }
    assert_eq!(ask(&desk, "GET", "/", &[(header::HOST.as_str(), HOST)]).status, 200);
}
