//! The web page in a real browser, over a store with Arabic, mixed and hostile articles: what they hold never runs, asks nowhere, and
//! breaks no page; keys lead through all of them, and without scripts everything can be read and edited. Pictures of the pages are left
//! in `target/tmp/screenshots`. Skipped, with a message, where there is no browser.

mod chromium;
#[path = "../web/site.rs"]
#[allow(dead_code, reason = "shared with the tests of the site, which use all of it")]
mod site;

use std::path::Path;

use serde_json::{Value, json};
use wirefold::config::Config;
use wirefold::web::{Bounds, ROUTES, Running, start_with, token_file};

use chromium::Chromium;
use site::Desk;

const SCREEN: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// What nothing of an article may become: elements, attributes or addresses of its own; and overrides of the order of text.
const FOREIGN: &str = r#"(() => {
  const wrong = [];
  for (const e of document.querySelectorAll("script, iframe, img, object, embed, video, audio, link, base, meta[http-equiv], b, u, font"))
    if (!["/page.js", "/style.css", "/favicon.svg"].includes(e.getAttribute("src") || e.getAttribute("href")) && !e.matches("link[rel=alternate]"))
      wrong.push(e.outerHTML);
  for (const e of document.querySelectorAll("*"))
    for (const a of e.attributes)
      if (a.name.startsWith("on") || a.name === "style" || /^\s*(javascript|data|vbscript):/i.test(a.value)) wrong.push(e.outerHTML);
  for (const a of document.querySelectorAll("a[href]"))
    if (a.origin !== location.origin && !(/^https?:$/.test(a.protocol) && a.rel.includes("noopener") && a.rel.includes("noreferrer") && a.rel.includes("nofollow")))
      wrong.push(a.outerHTML);
  if (/[\u202a-\u202e\u0000-\u0008\u001b]/.test(document.documentElement.textContent)) wrong.push("an override of the order of text");
  return wrong;
})()"#;

/// The store and the site over it, on a port of this machine.
struct Served {
    desk: Desk,
    running: Running,
}

impl Served {
    fn new() -> Self {
        let mut desk = Desk::new();
        desk.take_hostile();
        desk.take("mixed.jsonl", &mixed());
        desk.config.web.edit = true;
        let config = Config {
            web: wirefold::config::Web { listen: "127.0.0.1:0".parse().unwrap(), ..desk.config.web.clone() },
            ..desk.config.clone()
        };
        let running = start_with(config, Bounds::default()).unwrap();
        Self { desk, running }
    }

    fn base(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// Every page, of the largest event; then the events and articles that mean harm or mix directions.
    fn pages(&self) -> Vec<String> {
        let of_routes = ROUTES.iter().zip(self.desk.addresses()).filter(|(r, _)| !r.path.starts_with("/api/") && !r.path.contains('.'));
        let mut pages: Vec<String> = of_routes.map(|(_, address)| address).collect();
        let articles: Vec<(String, String)> = self.articles();
        for (article, event) in &articles {
            pages.extend([format!("/events/{event}"), format!("/articles/{article}"), format!("/explain?a={article}")]);
        }
        for pair in articles.windows(2) {
            pages.extend([format!("/compare?a={}&b={}", pair[0].0, pair[1].0), format!("/explain?a={}&b={}", pair[0].0, pair[1].0)]);
        }
        pages.extend(
            [
                "/search?q=%D8%A7%D9%84%D9%85%D8%B1%D9%81%D8%A3",
                "/search?q=%3Cscript%3E",
                "/?lang=ar&min_sources=2",
                "/inbox?outcome=rejects",
            ]
            .map(str::to_owned),
        );
        pages
    }

    /// The hostile and the mixed articles with their events.
    fn articles(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let read = self.desk.reader().each_article::<wirefold::store::StoreError>(|line| {
            if line.file.ends_with("hostile.jsonl") || line.file.ends_with("mixed.jsonl") {
                found.push((line.article, line.event));
            }
            Ok(())
        });
        read.unwrap();
        assert_eq!(found.len(), 5, "the articles that this is about");
        found
    }
}

/// Articles in Arabic with Latin names, numbers and brackets, and one in Latin with Arabic names.
fn mixed() -> [Value; 3] {
    let arabic = "أعلنت شركة Solvane Rail يوم الخميس (5 مارس) أن القطار رقم T-204 سيعود إلى الخدمة بين مرسى الزيتون و Port Halden ابتداء من 14:30، \
                  وقالت المديرة ندى العامري: «أنفقنا 3.7 مليون دينار (نحو 1.2 million)»، مضيفة أن 85% من العربات جاهزة.\n\nوأوضحت أن التذاكر عبر \
                  https://rail.example/ar تبدأ من 12,500 دينار.";
    let latin = "Solvane Rail (سولفان للسكك) said on Thursday that train T-204 returns between مرسى الزيتون and Port Halden at 14:30. Director ندى \
                 العامري put the cost at 3.7 million dinars; 85% of the carriages are ready.";
    let article = |title: &str, text: &str, source: &str, time: &str, url: &str| json!({ "title": title, "text": text, "source": source, "published": time, "url": url });
    [
        article(
            "عودة القطار T-204 بين مرسى الزيتون و Port Halden (85%)",
            arabic,
            "صدى الوادي",
            "2026-03-05T15:00:00Z",
            "https://sada.example/t-204",
        ),
        article(
            "القطار T-204 يعود إلى الخدمة – Solvane Rail",
            &format!("{arabic} ورحب السكان بالخبر."),
            "Coast Wire – عربي",
            "2026-03-05T16:10:00Z",
            "https://coast.example/ar/204",
        ),
        article(
            "Train T-204 back between مرسى الزيتون and Port Halden",
            latin,
            "Halden Post",
            "2026-03-05T17:00:00Z",
            "https://halden.example/t-204",
        ),
    ]
}

/// Leaves a picture of the page that is open, for people to look at.
fn keep(browser: &Chromium, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let picture = from_base64(&browser.picture());
    assert!(picture.starts_with(b"\x89PNG"), "{name} is a picture");
    std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
}

fn from_base64(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len() * 3 / 4), 0u32, 0);
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

#[test]
fn the_watch_sees_what_it_is_for() {
    let Some(browser) = Chromium::start() else { return };
    browser.open("data:text/html,<p>&%23x202e;x</p><b onclick=x></b><img src='http://outside.example/x' onerror='alert(1)'><script>console.error(2); nothing()</script>");
    browser.value("new Promise((done) => { const i = document.querySelector('img'); i.complete ? done() : i.addEventListener('error', () => done()) })");
    let wrongs = browser.wrongs("http://127.0.0.1:1").join("\n");
    for sign in ["a script ran: \"1\"", "asked elsewhere: http://outside.example/x", "an exception", "the console"] {
        assert!(wrongs.contains(sign), "{sign}: {wrongs}");
    }
    let foreign = browser.value(FOREIGN).to_string();
    assert!(
        foreign.contains("<img") && foreign.contains("onclick") && foreign.contains("<script") && foreign.contains("override"),
        "{foreign}"
    );
}

#[test]
fn no_article_runs_or_breaks_a_page() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let base = served.base();
    let pages = served.pages();
    assert!(pages.len() > 20);
    for (size, scheme) in [(SCREEN, "light"), (PHONE, "dark")] {
        browser.looks(size, scheme);
        for page in &pages {
            browser.open(&format!("{base}{page}"));
            assert_eq!(browser.wrongs(&base), [] as [&str; 0], "{page}");
            assert_eq!(browser.value(FOREIGN), json!([]), "{page}");
            let width = browser.value("document.documentElement.scrollWidth").as_u64().unwrap();
            assert!(width <= u64::from(size.0), "{page} is {width} wide, the window {}", size.0);
            assert!(browser.text("document.querySelector('main').innerText").len() > 20, "{page} says something");
        }
    }
    let hostile = &served.articles()[0].0;
    browser.open(&format!("{base}/articles/{hostile}"));
    let shown = browser.text("document.querySelector('main').innerText");
    assert!(
        shown.contains("<script>alert(1)</script>") && shown.contains("⟨U+202E⟩"),
        "markup and overrides are shown as what they are: {shown}"
    );
}

#[test]
fn arabic_stands_where_it_begins() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let articles = served.articles();
    let named = |name: &str| articles.iter().find(|(a, _)| served.desk.get(&format!("/articles/{a}")).body.contains(name)).unwrap();
    let arabic = named("صدى الوادي");
    browser.looks(PHONE, "light");
    browser.open(&format!("{}/events/{}", served.base(), arabic.1));
    let direction = |of: &str| browser.text(&format!("getComputedStyle(document.querySelector({of:?})).direction"));
    assert_eq!((direction("h1"), direction("blockquote"), direction("nav")), ("rtl".into(), "rtl".into(), "ltr".into()));
    // The line of an article whose headline begins in Arabic begins at the right, whatever source and time stand before it.
    let lines = "[...document.querySelectorAll('.lines > li:has(> time):has(> i)')].map((li) => [getComputedStyle(li).direction, /^[\\u0600-\\u06ff]/.test(li.querySelector('a').textContent.trim())])";
    let lines = browser.value(lines);
    let lines = lines.as_array().unwrap();
    assert!(lines.iter().any(|l| l[1] == true) && lines.iter().any(|l| l[1] == false), "{lines:?}");
    assert!(lines.iter().all(|l| (l[0] == "rtl") == l[1].as_bool().unwrap()), "{lines:?}");
    // An excerpt of an Arabic article begins at the right though its first word is Latin.
    browser.open(&format!("{}/search?q=title:%D8%A7%D9%84%D9%82%D8%B7%D8%A7%D8%B1", served.base()));
    assert_eq!(
        (direction(".excerpt").as_str(), browser.value("/^… [A-Z]/.test(document.querySelector('.excerpt').textContent)")),
        ("rtl", json!(true))
    );
}

#[test]
fn keys_lead_through_the_pages() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let base = served.base();
    let focused = || browser.text("document.activeElement.textContent.trim()");
    browser.looks(SCREEN, "light");
    browser.open(&format!("{base}/"));
    let headlines = browser.value("[...document.querySelectorAll('.events h2 a')].map((a) => a.textContent.trim())");
    for (key, n) in [("j", 0), ("j", 1), ("j", 2), ("k", 1)] {
        browser.press(key);
        assert_eq!(focused(), headlines[n], "{key}");
    }
    browser.press_at("KeyJ", "ت");
    assert_eq!(focused(), headlines[2], "the place of j on an Arabic layout");
    browser.press_at("KeyK", "ن");
    browser.press("?");
    assert_eq!(browser.value("document.getElementById('keys').open"), true);
    keep(&browser, "keys");
    browser.press("Enter");
    assert_eq!(browser.value("document.getElementById('keys').open"), false, "Enter closes the list of keys");
    browser.press("k");
    browser.press("j");
    browser.leads_on(|b| b.press("Enter"));
    assert_eq!(browser.text("document.querySelector('h1').textContent.trim()"), headlines[1], "Enter opens what is selected");
    browser.press("j");
    browser.leads_on(|b| b.press("Enter"));
    assert!(browser.text("location.pathname").starts_with("/articles/"));
    browser.leads_on(|b| b.press("e"));
    browser.press("/");
    let field = "document.activeElement.name";
    assert_eq!(browser.text(field), "q");
    for letter in ["f", "o", "g", "j"] {
        browser.press(letter);
    }
    assert_eq!(browser.text("document.activeElement.value"), "fogj", "in a field, letters are letters");
    browser.leads_on(|b| b.press("Enter"));
    assert!(browser.text("location.search").contains("q=fogj"));
    let search_is_ready = "location.pathname === '/search' && document.activeElement.name === 'q'";
    for path in ["/compare", "/explain"] {
        browser.open(&format!("{base}{path}"));
        browser.leads_on(|b| b.press("/"));
        assert!(becomes(&browser, search_is_ready), "{path}");
    }
    browser.open(&format!("{base}/?sort=size"));
    for _ in ["event", "article"] {
        browser.press("j");
        browser.leads_on(|b| b.press("Enter"));
    }
    let first = browser.text("location.pathname");
    browser.leads_on(|b| b.press("j"));
    let second = browser.text("location.pathname");
    assert!(second.starts_with("/articles/") && second != first, "{second}");
    browser.leads_on(|b| b.press("k"));
    assert_eq!(browser.text("location.pathname"), first);
    browser.leads_on(|b| b.press("/"));
    assert!(becomes(&browser, search_is_ready), "one can type at once");
    assert_eq!(browser.wrongs(&base), [] as [&str; 0]);
}

/// Whether something becomes true of the page before long.
fn becomes(browser: &Chromium, condition: &str) -> bool {
    let promise = format!(
        "new Promise((done) => {{ const look = setInterval(() => {{ if ({condition}) {{ clearInterval(look); done(true); }} }}, 50); setTimeout(() => done(false), 30000); }})"
    );
    browser.value(&promise) == true
}

#[test]
fn what_is_new_moves_nothing_that_is_read() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let base = served.base();
    browser.looks(PHONE, "light");
    browser.open(&format!("{base}/"));
    browser.value("scrollTo(0, 1500)");
    let first = "[...document.querySelectorAll('[data-key]')].find((row) => row.getBoundingClientRect().bottom > 0)";
    let read = browser.value(&format!("(() => {{ const row = {first}; return [row.dataset.key, row.getBoundingClientRect().top]; }})()"));
    let bridge = json!({ "title": "افتتاح جسر وادي الصفصاف", "source": "المنارة", "published": "2026-03-07T08:00:00Z",
        "text": "افتتح محافظ مدينة السرو صباح السبت الجسر الجديد فوق وادي الصفصاف بعد عامين من العمل المتواصل" });
    served.desk.take("bridge.jsonl", &[bridge]);
    assert!(becomes(&browser, "document.body.textContent.includes('وادي الصفصاف')"), "the list is live");
    let now = browser.value(&format!("(() => {{ const row = {first}; return [row.dataset.key, row.getBoundingClientRect().top]; }})()"));
    assert_eq!(now[0], read[0], "what is read stays in sight");
    assert!((now[1].as_f64().unwrap() - read[1].as_f64().unwrap()).abs() < 1.5, "and where it is: {read} {now}");

    let event = served.articles()[2].1.clone();
    browser.open(&format!("{base}/events/{event}"));
    assert_eq!(browser.value("document.querySelector('[data-event]').hidden"), true);
    // The stream tells what happens once it is open.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let command = wirefold::edit::Command::Headline { event, text: "عودة القطار".to_owned() };
    let asked = wirefold::edit::Asked { command, who: "sara".to_owned(), why: String::new(), at: jiff::Timestamp::UNIX_EPOCH };
    wirefold::store::edit::edit(&served.desk.config.store, &asked).unwrap();
    assert!(becomes(&browser, "!document.querySelector('[data-event]').hidden"), "the page of an event says that something is new");
    keep(&browser, "event-news");
    browser.open(&format!("{base}/"));
    browser.press("/");
    browser.press("Escape");
    assert_eq!(browser.text("document.activeElement.tagName"), "BODY", "Esc leaves the field");
    assert_eq!(browser.wrongs(&base), [] as [&str; 0]);
}

#[test]
fn long_words_push_nothing_out_of_sight() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let base = served.base();
    let long = |letter: &str, n: u32| json!({ "title": format!("طوفان {n}"), "source": format!("صحيفة{}", letter.repeat(200)), "published": "2026-03-07T08:00:00Z", "text": format!("غمرت مياه النهر بيوت القرية القديمة كلها مساء السبت {} {n}", letter.repeat(3000)) });
    let open = json!({ "title": "\u{2067}open", "source": "\u{2067}Isolate", "published": "2026-03-07T09:00:00Z", "text": "Ferries stay in port while the fog lasts." });
    served.desk.take("long.jsonl", &[long("ا", 1), long("ب", 2), open, json!({ "source": "no text" })]);
    let ids = |title: &str| -> Vec<String> {
        let mut found = Vec::new();
        let read = served.desk.reader().each_article::<wirefold::store::StoreError>(|line| {
            found.extend(line.title.contains(title).then_some(line.article));
            Ok(())
        });
        read.unwrap();
        found
    };
    let long = ids("طوفان");
    for size in [SCREEN, PHONE] {
        browser.looks(size, "light");
        for page in ["/sources".to_owned(), "/inbox".to_owned(), format!("/compare?a={}&b={}", long[0], long[1])] {
            browser.open(&format!("{base}{page}"));
            let widest = "Math.max(...[...document.querySelectorAll('main *:not(svg *)')].map((e) => e.getBoundingClientRect().right))";
            let shown = if page == "/sources" {
                "Math.max(...[...document.querySelectorAll('.wide:has(th.number)')].slice(0, 1).map((e) => e.scrollWidth))"
            } else {
                widest
            };
            let right = browser.value(shown).as_f64().unwrap();
            // On a phone the many numbers of a source are reached by scrolling.
            assert!(right <= f64::from(size.0) || (page == "/sources" && size == PHONE), "{page} reaches to {right} of {}", size.0);
            keep(&browser, &format!("long{}-{}", page.split('?').next().unwrap().replace('/', "-"), size.0));
        }
    }
    browser.looks(SCREEN, "light");
    browser.open(&format!("{base}/articles/{}", ids("open")[0]));
    let open = browser.value("[...document.querySelectorAll('h1, dd, a')].map((e) => e.textContent).filter((t) => (t.match(/[\\u2066-\\u2068]/g) || []).length !== (t.match(/\\u2069/g) || []).length)");
    assert_eq!(open, json!([]), "each text ends the direction it begins");
}

#[test]
fn without_scripts_everything_is_read_and_edited() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let base = served.base();
    browser.looks(SCREEN, "light");
    browser.open(&format!("{base}/events/{}", served.articles()[2].1));
    let with = browser.text("document.querySelector('main').innerText");
    browser.scripts(false);
    browser.open(&format!("{base}/events/{}", served.articles()[2].1));
    assert_eq!(browser.text("document.querySelector('main').innerText"), with, "it reads the same");
    browser.press("?");
    assert_eq!(browser.value("document.getElementById('keys').open"), false, "no script runs");

    let submit = |b: &Chromium| b.press("Enter");
    let event = format!("/events/{}", served.articles()[2].1);
    browser.leads_on(|b| b.value("document.querySelector('a[href^=\"/login\"]').click()"));
    browser.fill("input[name=who]", "سارة");
    browser.fill("input[name=token]", &std::fs::read_to_string(token_file(&served.desk.config.store)).unwrap());
    browser.leads_on(submit);
    assert_eq!(browser.text("location.pathname"), event, "back to where one was");
    browser.open(&format!("{base}/edits"));
    assert!(browser.text("document.querySelector('main').innerText").contains("سارة"));
    browser.open(&format!("{base}{event}"));
    keep(&browser, "event-desk");
    browser.fill("input[name=text]", "عودة القطار (T-204) بعد إصلاحه");
    browser.fill("form:has(input[name=text]) input[name=why]", "العنوان الأول ناقص");
    browser.leads_on(submit);
    assert_eq!(browser.text("document.querySelector('h1').textContent"), "عودة القطار (T-204) بعد إصلاحه");
    let edits = served.desk.reader().edits(None, 10, 0).unwrap().0;
    assert_eq!((edits.len(), &*edits[0].who, &*edits[0].kind, &*edits[0].why), (1, "سارة", "headline", "العنوان الأول ناقص"));
    keep(&browser, "event-edited");
    browser.open(&format!("{base}/edits"));
    keep(&browser, "edits");
    assert_eq!(browser.wrongs(&base), [] as [&str; 0]);
}

#[test]
fn pages_of_others_read_and_change_nothing() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let base = served.base();
    browser.open(&format!("{base}/login"));
    browser.fill("input[name=who]", "x");
    browser.fill("input[name=token]", &std::fs::read_to_string(token_file(&served.desk.config.store)).unwrap());
    browser.leads_on(|b| b.press("Enter"));
    let secret = browser.text("document.querySelector('input[name=secret]').value");
    assert_eq!(secret.len(), 64);
    let port = served.running.address.port();
    browser.open(&format!("http://evil.example:{port}/"));
    let shown = browser.text("document.documentElement.innerText");
    assert!(shown.contains("this host is not served here") && !shown.contains("Newest"), "{shown}");
    // A page of another site that knows even the secret: the cookie stays at home, and the browser says where the form is from.
    let form = format!(
        "data:text/html,<form method=post action='{base}/edit'><input name=secret value={secret}><input name=do value=undo><input name=edit value=1><button>x</button></form>"
    );
    browser.open(&form);
    browser.leads_on(|b| b.value("document.querySelector('button').click()"));
    assert!(browser.text("document.documentElement.innerText").contains("not sent from our page"));
    browser.open("data:text/html,<p>x</p>");
    let read = browser.text(&format!("fetch('{base}/api/v1/events').then((r) => r.text(), (e) => 'refused')"));
    assert_eq!(read, "refused");
}

#[test]
fn pictures_of_the_pages_are_kept() {
    let Some(browser) = Chromium::start() else { return };
    let served = Served::new();
    let base = served.base();
    let articles = served.articles();
    let (largest, first) = served.desk.events().remove(0);
    let (arabic, mixed) = (&articles[2], &articles[3].0);
    let pages = [
        ("events", "/".to_owned()),
        ("events-arabic", "/?lang=ar".to_owned()),
        ("event", format!("/events/{largest}")),
        ("event-arabic", format!("/events/{}", arabic.1)),
        ("event-hostile", format!("/events/{}", articles[0].1)),
        ("article", format!("/articles/{first}")),
        ("article-arabic", format!("/articles/{mixed}")),
        ("compare", format!("/compare?a={}&b={mixed}", arabic.0)),
        ("explain", format!("/explain?a={}&b={mixed}", arabic.0)),
        ("search", "/search?q=title:%D8%A7%D9%84%D9%82%D8%B7%D8%A7%D8%B1".to_owned()),
        ("sources", "/sources".to_owned()),
        ("inbox", "/inbox".to_owned()),
        ("about", "/about".to_owned()),
        ("login", "/login".to_owned()),
    ];
    for (size, scheme, look) in
        [(SCREEN, "light", "screen"), (SCREEN, "dark", "screen-dark"), (PHONE, "light", "phone"), (PHONE, "dark", "phone-dark")]
    {
        browser.looks(size, scheme);
        for (name, page) in &pages {
            browser.open(&format!("{base}{page}"));
            keep(&browser, &format!("{name}-{look}"));
        }
    }
}
