//! Search finds what is stored, however it is spelled; its index is whole again after whatever happened to it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};
use wirefold::config::Config;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::search::{Filler, Query, Results, catch_up, search};
use wirefold::store::search::{COUNTED, Progress, SearchIndex, index_path};
use wirefold::store::{Reader, backup, sums};
use wirefold::{inbox, rebuild};

struct Desk {
    folder: tempfile::TempDir,
    config: Config,
}

fn article(n: u32, title: &str, text: &str, source: &str, day: u32) -> Value {
    json!({ "id": format!("s-{n}"), "title": title, "text": text, "source": source, "published": format!("2026-03-{day:02}T08:00:00Z") })
}

fn sample() -> Vec<Value> {
    vec![
        article(
            1,
            "إعلان هدنة في وادي الزعفران",
            "أعلن مجلسُ الوادي أنّ وقفَ إطلاقِ النّارِ يبدأُ عند الفجر، وأنّ مُراقبين سيصلون من مَرسى الزيتون قبل الظهر.",
            "وكالة نور",
            2,
        ),
        article(
            2,
            "المجلس يمدد الهدنه أسبوعا",
            "قال الناطق إن الهدنـــة صامدة وإن قوافل الدقيق والوقود عبرت الجسر القديم إلى القرى الشمالية مساء أمس.",
            "صحيفة الساحل",
            4,
        ),
        article(
            3,
            "Élysée Fields reopens its museum",
            "The museum of Elysee Fields reopened after the flood; visitors queued around the block for the restored frescoes.",
            "Coast Wire",
            3,
        ),
        article(
            4,
            "Ferries halted by fog",
            "Ferries between Port Mallory and Gull Island stayed in harbour as fog closed the strait for the second day.",
            "Northern Post",
            5,
        ),
        article(5, "東京都知事が会見", "東京都知事は記者会見で、新しい港湾計画について説明した。計画は来年始まる。", "港新聞", 6),
    ]
}

impl Desk {
    fn new(articles: &[Value]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            inbox: folder.path().join("inbox"),
            store: folder.path().join("store.db"),
            work: folder.path().join("work"),
            archive: folder.path().join("archive"),
            quarantine: folder.path().join("quarantine"),
            ..Config::default()
        };
        let desk = Self { folder, config };
        desk.take("first.jsonl", articles);
        desk
    }

    fn take(&self, name: &str, articles: &[Value]) {
        let file = self.folder.path().join(name);
        std::fs::write(&file, articles.iter().map(|a| format!("{a}\n")).collect::<String>()).unwrap();
        let at = Received::At(Timestamp::from_second(1_900_000_000).unwrap());
        Ingest::open(&self.config).unwrap().take(inbox::scan(&file).0, at, &mut Tally::default()).unwrap();
    }

    fn store(&self) -> &Path {
        &self.config.store
    }

    fn fill(&self) {
        catch_up(self.store(), || true).unwrap();
    }

    fn progress(&self) -> (u32, u32) {
        let Progress { indexed, behind } = Reader::open(self.store()).unwrap().search_progress().unwrap();
        (indexed, behind)
    }

    fn results(&self, line: &str, below: Option<u32>, limit: u32) -> Results {
        search(&Reader::open(self.store()).unwrap(), &Query::read(line).unwrap(), below, limit).unwrap()
    }

    /// The senders' ids of the articles found, in order.
    fn found(&self, line: &str) -> Vec<String> {
        let results = self.results(line, None, 100);
        let mut ids: Vec<String> = results.events.iter().flat_map(|e| &e.articles).filter_map(|a| a.line.id.clone()).collect();
        assert_eq!(results.articles as usize, ids.len(), "{line}: as many as are said");
        ids.sort();
        ids
    }
}

#[test]
fn spellings_of_one_word_find_the_same() {
    let desk = Desk::new(&sample());
    desk.fill();
    for line in ["هدنة", "هُدْنَة", "الهدنة", "الهدنه", "هدنـــة", "والهدنة"] {
        assert_eq!(desk.found(line), ["s-1", "s-2"], "{line}");
    }
    for line in ["إعلان", "اعلان", "أعلن"] {
        assert!(desk.found(line).contains(&"s-1".to_owned()), "{line}");
    }
    for line in ["elysee", "ÉLYSÉE", "Élysée museum", "\"elysee fields\""] {
        assert_eq!(desk.found(line), ["s-3"], "{line}");
    }
    for line in ["東京都知事", "東京", "港湾計画", "港湾 東京"] {
        assert_eq!(desk.found(line), ["s-5"], "{line}");
    }
}

#[test]
fn phrases_beginnings_and_fields_narrow() {
    let desk = Desk::new(&sample());
    desk.fill();
    for (line, found) in [
        ("\"وقف إطلاق النار\"", vec!["s-1"]),
        ("\"إطلاق وقف\"", vec![]),
        ("«قوافل الدقيق»", vec!["s-2"]),
        ("ferr*", vec!["s-4"]),
        ("ferr", vec![]),
        ("title:fog", vec!["s-4"]),
        ("title:strait", vec![]),
        ("source:نور هدنة", vec!["s-1"]),
        ("source:\"coast wire\"", vec!["s-3"]),
        ("lang:ar", vec!["s-1", "s-2"]),
        ("هدنة after:2026-03-03", vec!["s-2"]),
        ("هدنة before:2026-03-03", vec!["s-1"]),
        ("هدنة after:2026-03-02T08:00:00Z before:2026-03-04T08:00:00Z", vec!["s-1"]),
        ("museum fog", vec![]),
    ] {
        assert_eq!(desk.found(line), found, "{line}");
    }
}

#[test]
fn whatever_is_typed_is_a_query_or_a_reason() {
    let desk = Desk::new(&sample());
    desk.fill();
    let reader = Reader::open(desk.store()).unwrap();
    let bits = [
        "fog", "\"", "'", "*", "(", ")", "NEAR", "AND", "OR", "NOT", "-", "^", "+", ":", "{title}", "title:", "source:", "هدنة", "«", "»",
        "\0", "\u{202e}", " ", "東", ";--",
    ];
    let (mut read, mut n) = (0, 7u64);
    for _ in 0..2000 {
        let line: String = (0..6)
            .map(|_| {
                n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                bits[(n >> 33) as usize % bits.len()]
            })
            .collect();
        if let Ok(query) = Query::read(&line) {
            search(&reader, &query, None, 5).unwrap_or_else(|e| panic!("{line:?}: {e}"));
            read += 1;
        }
    }
    assert!(read > 1000, "{read} of them were queries");
}

#[test]
fn results_are_of_events_each_once_page_by_page() {
    let mut articles = Vec::new();
    for n in 0..12 {
        let text = format!(
            "Keeper {n} of the lighthouse at Cape {n} counted {} ships in the gale and wrote their names into the log of station {n}.",
            n * 7 + 3
        );
        articles.push(article(n, &format!("Gale at Cape {n} keeps {n} ships waiting"), &text, &format!("Paper {n}"), 2 + n));
        // The same text in another paper, so that events have members far apart in arrival.
        articles.push(article(100 + n, &format!("Gale at Cape {n} keeps {n} ships waiting"), &text, &format!("Copy {n}"), 2 + n));
    }
    articles.sort_by_key(|a| a["source"].to_string());
    let desk = Desk::new(&articles);
    desk.fill();
    let whole = desk.results("gale", None, 100);
    let ids = |r: &Results| r.events.iter().map(|e| e.event.event.clone()).collect::<Vec<_>>();
    assert_eq!(whole.articles, 24);
    assert!(whole.events.iter().any(|e| e.matching == 2 && e.articles.len() == 2), "copies are of one event");
    let (mut paged, mut below) = (Vec::new(), None);
    loop {
        let page = desk.results("gale", below, 5);
        assert!(page.events.len() <= 5);
        paged.extend(ids(&page));
        let Some(next) = page.next else { break };
        below = Some(next.parse().unwrap());
    }
    assert_eq!(paged, ids(&whole), "every event once, in the same order");
    // Another version of one of them, under its id: a search counts the two once, as lists do.
    let mut later = articles[0].clone();
    later["text"] = format!("{} No ship has left since.", later["text"].as_str().unwrap()).into();
    desk.take("later.jsonl", &[later]);
    desk.fill();
    let versions = desk.results("gale", None, 100);
    assert_eq!((versions.articles, versions.events.iter().map(|e| e.matching).sum::<u32>()), (24, 24));
    assert!(versions.events.iter().all(|e| e.matching <= e.event.articles));
    assert!(whole.events.iter().all(|e| e.articles.iter().all(|a| a.excerpt.iter().any(|p| p.found && p.text.to_lowercase() == "gale"))));
}

#[test]
fn the_index_catches_up_and_says_how_far_it_is() {
    let desk = Desk::new(&sample());
    assert_eq!(desk.progress(), (0, 5), "nothing was filled yet");
    assert_eq!(desk.results("fog", None, 5).index, Progress { indexed: 0, behind: 5 });
    let filler = Filler::start(desk.store());
    desk.take(
        "late.jsonl",
        &[article(6, "Fog lifts", "The fog lifted at noon and the ferries left Port Mallory in a row.", "Coast Wire", 6)],
    );
    filler.finish();
    assert_eq!(desk.progress(), (6, 0));
    assert_eq!(desk.found("fog"), ["s-4", "s-6"]);
    // Another process goes on where this one ended, and takes nothing twice.
    desk.take("later.jsonl", &[article(7, "Tram opens", "The first tram ran through Veldany on Friday morning.", "Coast Wire", 7)]);
    let reader = Reader::open(desk.store()).unwrap();
    assert_eq!(SearchIndex::open(&reader).unwrap().fill(&reader, 100).unwrap(), 1);
    assert_eq!((desk.progress(), desk.found("tram")), ((7, 0), vec!["s-7".to_owned()]));
}

#[test]
fn a_store_reached_by_a_link_is_searched_like_itself() {
    let desk = Desk::new(&sample());
    let link = desk.folder.path().join("link.db");
    std::os::unix::fs::symlink(desk.store(), &link).unwrap();
    catch_up(&link, || true).unwrap();
    let progress = Reader::open(&link).unwrap().search_progress().unwrap();
    assert_eq!((progress, desk.progress()), (Progress { indexed: 5, behind: 0 }, (5, 0)), "one index, found both ways");
    assert!(!index_path(&link).exists());
}

#[test]
fn an_index_of_another_store_or_a_damaged_one_is_made_anew() {
    let desk = Desk::new(&sample());
    let saved = desk.folder.path().join("saved.db");
    backup::back_up(desk.store(), &saved).unwrap();
    desk.take(
        "late.jsonl",
        &[article(6, "Fog lifts", "The fog lifted at noon and the ferries left Port Mallory in a row.", "Coast Wire", 6)],
    );
    desk.fill();
    let copy = backup::prepare(&saved, desk.store()).unwrap();
    backup::restore(&copy, desk.store(), Timestamp::from_second(1_900_000_000).unwrap()).unwrap();
    desk.take("other.jsonl", &[article(7, "Tram opens in fog", "The first tram ran through Veldany on Friday morning.", "Coast Wire", 7)]);
    // Before it is filled again, what stands at a number that another article had is not shown as a match.
    assert_eq!(desk.found("lifted"), Vec::<String>::new());
    desk.fill();
    assert_eq!((desk.progress(), desk.found("fog")), ((6, 0), vec!["s-4".to_owned(), "s-7".to_owned()]));

    let path: PathBuf = index_path(desk.store());
    for ending in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    std::fs::write(&path, vec![0x5a; 40_000]).unwrap();
    assert_eq!(desk.progress(), (0, 6), "a damaged index is none, and no error");
    desk.fill();
    assert_eq!(desk.found("fog"), ["s-4", "s-7"]);

    rebuild::rebuild(&desk.config, false, |_, _| {}).unwrap();
    desk.fill();
    assert_eq!((desk.progress(), desk.found("fog")), ((6, 0), vec!["s-4".to_owned(), "s-7".to_owned()]));
}

#[test]
fn an_index_of_an_earlier_make_is_made_anew() {
    let desk = Desk::new(&sample());
    desk.fill();
    let index = rusqlite::Connection::open(index_path(desk.store())).unwrap();
    index.execute_batch("ALTER TABLE docs DROP COLUMN chain; UPDATE progress SET words = words - 1000;").unwrap();
    drop(index);
    assert_eq!(desk.progress(), (0, 5), "it is none");
    desk.fill();
    assert_eq!((desk.progress(), desk.found("fog")), ((5, 0), vec!["s-4".to_owned()]));
}

/// Events of five articles each that all hold one word, written as the writer leaves them.
fn flood(desk: &Desk, events: std::ops::Range<u32>) {
    let mut store = rusqlite::Connection::open(desk.store()).unwrap();
    sums::teach(&store).unwrap();
    let write = store.transaction().unwrap();
    for event in events {
        let id = [&event.to_be_bytes()[..], &[7; 6]].concat();
        for n in 0..5 {
            let pos = 5 + event * 5 + n;
            let article = "INSERT INTO articles(pos, id, file, position, title, text, source, source_step, received, lang)
                           VALUES(?1, ?2, 1, ?1, 't', 'the gale', 1, 'given', ?1, 'en')";
            write.execute(article, rusqlite::params![pos, [&[1; 12][..], &pos.to_be_bytes()].concat()]).unwrap();
            let place = "INSERT INTO placements(pos, event, story, relation, because, trace, features, model) VALUES(?1, ?2, ?2, 'first', '{}', '{}', 1, 1)";
            write.execute(place, rusqlite::params![pos, id]).unwrap();
        }
        write
            .execute(
                "INSERT INTO events(id, headline, first, last, articles, source_count) VALUES(?1, 'h', ?2, ?2, 5, 1)",
                rusqlite::params![id, event],
            )
            .unwrap();
    }
    write.commit().unwrap();
}

#[test]
fn what_is_counted_and_shown_of_very_much_has_its_bounds() {
    let desk = Desk::new(&sample());
    flood(&desk, 0..399);
    desk.fill();
    let under = desk.results("gale", None, 10);
    assert_eq!((under.articles, under.at_least), (1995, false), "all are counted");
    flood(&desk, 399..404);
    desk.fill();
    for line in ["gale", "gale sources:1"] {
        let found = desk.results(line, None, 10);
        assert_eq!((found.articles, found.at_least), (COUNTED, true), "{line}: so many are counted of more");
        assert!(found.events.len() == 10 && found.next.is_some(), "{line}: a page is no longer than asked");
        assert!(found.events.iter().all(|e| e.matching == 5 && e.articles.len() == 3), "{line}: three are shown of an event");
    }
}
