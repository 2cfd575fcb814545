//! Editing by the page: only where it is allowed, only by who has the token, only by forms of our own pages, and on the one path that
//! the commands take.

use std::os::unix::fs::PermissionsExt;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt;
use wirefold::web::{Bounds, ROUTES, Site, router, token_file};

use crate::site::{Desk, Got, HOST, run};

/// A site that can be edited, kept between requests, since logins are.
struct Open {
    desk: Desk,
    router: Router,
}

impl Open {
    fn new() -> Self {
        let mut desk = Desk::new();
        desk.config.web.edit = true;
        let site = Site::new(desk.config.clone(), Bounds::default(), HOST.parse().unwrap()).unwrap();
        Self { desk, router: router(&site) }
    }

    fn token(&self) -> String {
        std::fs::read_to_string(token_file(&self.desk.config.store)).unwrap()
    }

    fn send(&self, request: Request<Body>) -> Got {
        run(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
            Got { status: parts.status, headers: parts.headers, body }
        })
    }

    fn get(&self, path: &str, cookie: &str) -> Got {
        self.send(Request::get(path).header(header::HOST, HOST).header(header::COOKIE, cookie).body(Body::empty()).unwrap())
    }

    /// A form as a browser sends it from a page of ours; `headers` replace or, if empty, remove those.
    fn post(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Got {
        let body = form.iter().map(|(n, v)| format!("{n}={}", encoded(v))).collect::<Vec<_>>().join("&");
        let length = body.len().to_string();
        let usual = [
            ("host", HOST),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "null"),
            ("content-length", &length),
        ];
        let mut request = Request::post(path);
        for (name, value) in usual.iter().filter(|(name, _)| !headers.iter().any(|(n, _)| n == name)).chain(headers) {
            if !value.is_empty() {
                request = request.header(*name, *value);
            }
        }
        self.send(request.body(Body::from(body)).unwrap())
    }

    /// Logs in: the cookie, and the secret of the forms.
    fn login(&self) -> (String, String) {
        let got = self.post("/login", &[("who", "سارة"), ("token", &self.token())], &[]);
        assert_eq!((got.status.as_u16(), got.header("location")), (303, "/edits"), "{}", got.body);
        let set = got.header("set-cookie").to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
            assert!(set.contains(part), "{set}");
        }
        let cookie = set.split(';').next().unwrap().to_owned();
        let page = self.get("/edits", &cookie).body;
        let secret = page.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(secret.len() == 64 && !cookie.contains(&secret), "two secrets of 256 bits");
        (cookie, secret)
    }

    fn edits(&self) -> u32 {
        self.desk.reader().edits(None, 0, 0).unwrap().1
    }
}

fn encoded(value: &str) -> String {
    value.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[test]
fn without_permission_there_is_no_way_to_write() {
    let desk = Desk::new();
    for path in ["/edit", "/login", "/logout"] {
        let request = Request::post(path).header(header::HOST, HOST).header("sec-fetch-site", "same-origin").body(Body::empty()).unwrap();
        let got = desk.ask(Bounds::default(), request);
        assert_eq!((got.status.as_u16(), got.header("allow")), (405, "GET, HEAD"), "{path}");
    }
    assert!(!token_file(&desk.config.store).exists());
    let (event, article) = desk.events().remove(0);
    for page in [format!("/events/{event}"), format!("/articles/{article}"), "/login".to_owned(), "/edits".to_owned()] {
        assert!(!desk.get(&page).body.contains("method=\"post\""), "{page}");
    }
    assert!(desk.get("/login").body.contains("web.edit"));
}

#[test]
fn the_token_is_for_its_owner_only() {
    let open = Open::new();
    let file = token_file(&open.desk.config.store);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let token = open.token();
    assert_eq!(token.len(), 64, "256 bits");
    let again = Site::new(open.desk.config.clone(), Bounds::default(), HOST.parse().unwrap());
    assert!(again.is_ok() && open.token() == token, "it stays the same");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Site::new(open.desk.config.clone(), Bounds::default(), HOST.parse().unwrap()).err().unwrap();
    assert!(refused.to_string().contains("others can read"), "{refused}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, "short").unwrap();
    assert!(Site::new(open.desk.config.clone(), Bounds::default(), HOST.parse().unwrap()).is_err(), "a token that can be guessed is none");
}

#[test]
fn the_login_leads_back_to_where_one_was_and_nowhere_else() {
    let open = Open::new();
    let (event, article) = open.desk.events().remove(0);
    for place in [format!("/events/{event}?from=0"), format!("/articles/{article}"), "/edits".to_owned()] {
        let page = open.get(&place, "").body;
        let login = page.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|href| href.starts_with("/login")).unwrap();
        let form = open.get(login, "").body;
        let to = form.split("name=\"to\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(to, place);
        let got = open.post("/login", &[("who", "سارة"), ("token", &open.token()), ("to", to)], &[]);
        assert_eq!((got.status.as_u16(), got.header("location")), (303, &*place));
        let cookie = got.header("set-cookie").split(';').next().unwrap().to_owned();
        assert!(open.get(&place, &cookie).body.contains("method=\"post\""), "{place} can be edited now");
    }
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nX-Evil: 1",
        "/\u{0}",
        "evil.example",
        "\"><script>",
    ] {
        let form = open.get(&format!("/login?to={}", encoded(evil)), "");
        assert!(
            form.status.as_u16() == 200 && !form.body.contains("name=\"to\"") && !form.body.contains("evil"),
            "{evil:?}: {}",
            form.body
        );
        let got = open.post("/login", &[("who", "x"), ("token", &open.token()), ("to", evil)], &[]);
        assert_eq!((got.status.as_u16(), got.header("location"), got.headers.get("x-evil")), (303, "/edits", None), "{evil:?}");
    }
    for _ in 0..10 {
        let wrong = open.post("/login", &[("who", "x"), ("token", "0"), ("to", "/edits")], &[]);
        assert_eq!((wrong.status.as_u16(), wrong.headers.get("location")), (401, None));
    }
    let late = open.post("/login", &[("who", "x"), ("token", &open.token())], &[]);
    assert_eq!((late.status.as_u16(), late.headers.get("set-cookie")), (429, None), "whoever guesses has to wait");
}

#[test]
fn who_is_not_logged_in_only_reads() {
    let open = Open::new();
    let (event, article) = open.desk.events().remove(0);
    for path in [format!("/events/{event}"), format!("/articles/{article}"), "/edits".to_owned()] {
        for cookie in ["", "wirefold-edit=", "wirefold-edit=00", &format!("wirefold-edit={}", open.token())] {
            let page = open.get(&path, cookie).body;
            assert!(!page.contains("method=\"post\"") && page.contains("href=\"/login?to=%2F"), "{path} with {cookie}");
        }
    }
    let form = [("do", "headline"), ("event", &*event), ("text", "x"), ("secret", "")];
    assert_eq!(open.post("/edit", &form, &[]).status, 401);
    for token in ["", "0", &"0".repeat(64), &open.token()[..63]] {
        let got = open.post("/login", &[("who", "x"), ("token", token)], &[]);
        assert_eq!((got.status.as_u16(), got.headers.get("set-cookie")), (401, None), "{token:?}");
    }
    assert_eq!(open.edits(), 0);
}

#[test]
fn forms_of_other_sites_change_nothing() {
    let open = Open::new();
    let (cookie, secret) = open.login();
    let (event, _) = open.desk.events().remove(0);
    let form = [("do", "headline"), ("event", &*event), ("text", "x"), ("secret", &*secret)];
    let status = |form: &[(&str, &str)], headers: &[(&str, &str)]| {
        open.post("/edit", form, &[&[("cookie", &*cookie)], headers].concat()).status.as_u16()
    };
    let own = format!("http://{HOST}");
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", ""), ("origin", "")],
        &[("sec-fetch-site", ""), ("origin", "null")],
        &[("sec-fetch-site", ""), ("origin", "http://evil.example")],
        &[("sec-fetch-site", ""), ("origin", "http://127.0.0.1:7312")],
        &[("sec-fetch-site", ""), ("origin", "https://127.0.0.1:7311")],
        &[("origin", "http://evil.example")],
    ] {
        assert_eq!(status(&form, headers), 403, "{headers:?}");
    }
    assert_eq!(status(&form, &[("host", "evil.example")]), 421);
    for kind in ["", "text/plain", "multipart/form-data; boundary=x", "application/json"] {
        assert_eq!(status(&form, &[("content-type", kind)]), 415, "{kind:?}");
    }
    assert_eq!(status(&form, &[("content-length", "")]), 413);
    assert_eq!(status(&form, &[("content-length", "16385")]), 413);
    assert_eq!(status(&form, &[("transfer-encoding", "chunked")]), 413);
    for wrong in ["", "0", &secret[..63], &"0".repeat(64)] {
        let form = [("do", "headline"), ("event", &*event), ("text", "x"), ("secret", wrong)];
        assert_eq!(status(&form, &[]), 403, "the secret of the form is {wrong:?}");
    }
    let twice = format!("{cookie}; {cookie}");
    assert_eq!(open.post("/edit", &form, &[("cookie", &*twice)]).status, 401, "two cookies: one was put there by somebody else");
    assert_eq!(open.edits(), 0);
    for path in ["/", "/api/v1/events", "/events/x"] {
        let got = open.post(path, &form, &[("cookie", &*cookie)]);
        assert_eq!((got.status.as_u16(), got.header("connection")), (405, "close"), "{path}");
    }
    for path in ["/edit?do=headline", "/edit", "/logout"] {
        assert_eq!(open.get(path, &cookie).status, 405, "reading changes nothing: {path}");
    }
    assert_eq!(open.edits(), 0);
    assert_eq!(status(&form, &[("sec-fetch-site", ""), ("origin", &own)]), 303, "a browser that only gives the origin");
    assert_eq!(status(&form, &[]), 303);
    assert_eq!(open.edits(), 2);
}

#[test]
fn every_edit_can_be_made_and_undone_without_scripts() {
    let open = Open::new();
    let (cookie, secret) = open.login();
    let send = |form: &[(&str, &str)]| open.post("/edit", &[&[("secret", &*secret)], form].concat(), &[("cookie", &*cookie)]);
    let events = open.desk.events();
    let ((event, first), (other, _)) = (&events[0], &events[1]);
    let members: Vec<String> = open.desk.get(&format!("/api/v1/events/{event}")).json()["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["article"].as_str().unwrap().to_owned())
        .collect();
    let page = open.get(&format!("/events/{event}"), &cookie).body;
    for (action, field) in [("headline", "text"), ("merge", "other"), ("split", "article")] {
        assert!(page.contains(&format!("value=\"{action}\"")) && page.contains(&format!("name=\"{field}\"")), "{action}");
    }
    let page = open.get(&format!("/articles/{first}"), &cookie).body;
    assert!(["move", "pin", "unpin", "mark"].iter().all(|action| page.contains(&format!("value=\"{action}\""))));
    let forms: [&[(&str, &str)]; 6] = [
        &[("do", "headline"), ("event", event), ("text", "عنوان <b>آخر</b>"), ("why", "أدق")],
        &[("do", "split"), ("event", event), ("article", &members[1]), ("article", &members[2])],
        &[("do", "merge"), ("event", event), ("other", other)],
        &[("do", "move"), ("article", first), ("event", &events[2].0)],
        &[("do", "pin"), ("article", &members[0]), ("other", &members[1])],
        &[("do", "mark"), ("article", first)],
    ];
    let before = open.desk.events();
    for form in forms {
        let got = send(form);
        assert!(got.status == 303 && got.header("location").starts_with("/events/"), "{form:?}: {} {}", got.status, got.body);
        let page = open.get(got.header("location"), &cookie);
        assert!(page.status == 200 && page.body.contains("<bdi>سارة</bdi>"), "{form:?} is told on the page of the event");
        assert!(!page.body.contains("<b>"), "{form:?}");
        let no = open.desk.reader().last_edit().unwrap().to_string();
        assert!(page.body.contains(&format!("name=\"edit\" value=\"{no}\"")), "with a button that undoes it");
        assert_eq!(send(&[("do", "undo"), ("edit", &no)]).status, 303, "{form:?}");
        assert_eq!(before, open.desk.events(), "{form:?} is undone");
    }
    for (form, status, says) in [
        (&[("do", "merge"), ("event", &**event), ("other", "zzzzzzzz")][..], 404, "no event zzzzzzzz"),
        (&[("do", "merge"), ("event", event), ("other", event)], 409, "one event already"),
        (&[("do", "burn"), ("event", event)], 400, "no such edit"),
        (&[("do", "merge"), ("event", event)], 400, "`other` is missing"),
        (&[("do", "merge"), ("event", event), ("event", event)], 400, "no form of ours"),
        (&[("do", "merge"), ("path", "/etc/passwd")], 400, "no form of ours"),
    ] {
        let got = send(form);
        assert!(got.status.as_u16() == status && got.body.contains(says), "{form:?}: {} {}", got.status, got.body);
        assert!(got.header("content-security-policy").contains("default-src 'none'"));
    }
    let got = open.post("/logout", &[("secret", &secret)], &[("cookie", &cookie)]);
    assert!(got.status == 303 && got.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(send(&[("do", "mark"), ("article", first)]).status, 401, "the login has ended, not only its cookie");
}

#[test]
fn pages_with_forms_are_as_safe_as_without() {
    let open = Open::new();
    open.desk.take_hostile();
    let (cookie, _) = open.login();
    let (event, article) =
        open.desk.events().into_iter().find(|(e, _)| open.desk.get(&format!("/events/{e}")).body.contains("المرفأ 1")).unwrap();
    for path in [format!("/events/{event}"), format!("/articles/{article}"), "/edits".to_owned(), "/login".to_owned()] {
        let got = open.get(&path, &cookie);
        assert!(got.header("content-security-policy").contains("form-action 'self'"));
        assert!(
            !["<script>a", "<img", "<b ", "<svg onload", "<iframe", " style=", " onclick"].iter().any(|tag| got.body.contains(tag)),
            "{path}"
        );
        assert!(got.body.split("<form").skip(1).all(|form| {
            form.starts_with(" method=\"dialog\"")
                || !form.contains("method=\"post\"")
                || form.contains("name=\"secret\"")
                || path == "/login"
        }));
    }
    assert!(ROUTES.iter().all(|r| !["/edit", "/logout"].contains(&r.path)), "what is read changes nothing");
}
