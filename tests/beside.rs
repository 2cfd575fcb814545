//! Who is credited, what was corrected or withdrawn, and what a source repeats: through the whole flow, and again after a restart.

use std::fs;

use jiff::Timestamp;
use serde_json::{Value, json};
use wirefold::article::AsideKind;
use wirefold::config::Config;
use wirefold::detect::features::Features;
use wirefold::inbox;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::provenance::Family;
use wirefold::provenance::article::{Kind, Provenance};
use wirefold::provenance::event::Shares;
use wirefold::store::Reader;
use wirefold::store::read::{EventFilter, Found};
use wirefold::store::rows::{AmendmentLine, ArticleDetail, ArticleLine, HistoryLine};

const WIRE: &str = "The ferry Lady Ottoline struck a moored barge in thick fog at Port Mallory on Tuesday and 37 people were hurt, harbour \
    master Ingrid Solheim said.\nThe ferry had left Gull Island with two hundred aboard when her radar failed, Solheim told reporters on the \
    quay.\nDivers searched the hull until dusk and found no damage below the water line.";

struct Desk {
    folder: tempfile::TempDir,
    config: Config,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { store: folder.path().join("store.db"), ..Config::default() };
        Self { folder, config }
    }

    /// Ingests articles in one file a batch, with a fresh process for each batch if `restarts`.
    fn take(&self, articles: &[Value], batch: usize, restarts: bool) {
        let mut ingest = Ingest::open(&self.config).unwrap();
        for (n, batch) in articles.chunks(batch).enumerate() {
            let file = self.folder.path().join(format!("{n:04}.jsonl"));
            let lines: String = batch.iter().map(|a| format!("{a}\n")).collect();
            fs::write(&file, lines).unwrap();
            let (found, _) = inbox::scan(&file);
            ingest.take(found, Received::At(Timestamp::from_second(1_900_000_000).unwrap()), &mut Tally::default()).unwrap();
            if restarts {
                ingest = Ingest::open(&self.config).unwrap();
            }
        }
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.config.store).unwrap()
    }

    fn articles(&self) -> Vec<ArticleLine> {
        let mut lines = Vec::new();
        self.reader()
            .each_article::<wirefold::store::StoreError>(|line| {
                lines.push(line);
                Ok(())
            })
            .unwrap();
        lines
    }

    fn history(&self, event: &str) -> Vec<HistoryLine> {
        match self.reader().history(event).unwrap() {
            Found::One(history) => history.lines,
            found => panic!("{event}: {found:?}"),
        }
    }

    fn detail(&self, id: &str) -> ArticleDetail {
        match self.reader().find_article(&format!("#{id}")).unwrap() {
            Found::One(detail) => detail,
            other => panic!("{id}: {other:?}"),
        }
    }

    fn event_of(&self, id: &str) -> String {
        self.detail(id).line.event
    }
}

fn article(id: &str, source: &str, hour: u32, title: &str, text: &str) -> Value {
    json!({ "id": format!("#{id}"), "source": source, "published": format!("2026-03-03T{hour:02}:00:00Z"), "title": title, "text": text })
}

const TITLE: &str = "Ferry hits moored barge in fog at Port Mallory, 37 hurt";

#[test]
fn sources_that_credit_an_agency_are_counted() {
    let desk = Desk::new();
    let texts = [
        ("a", "AFP", format!("PORT MALLORY (AFP) - {WIRE}")),
        ("b", "The Daily Harbour", format!("PORT MALLORY (AFP) — {WIRE}")),
        ("c", "صدى الساحل", format!("{WIRE}\n(أ ف ب)")),
        ("d", "Gull Island Echo", format!("{WIRE}\nHe told AFP so.")),
    ];
    let articles: Vec<Value> = texts.iter().zip(10..).map(|((id, source, text), hour)| article(id, source, hour, TITLE, text)).collect();
    desk.take(&articles, 4, false);
    let event = desk.event_of("a");
    assert_eq!(desk.event_of("d"), event);
    let credits = desk.reader().beside(&event).unwrap().credits;
    assert_eq!(serde_json::to_value(&credits).unwrap(), json!([{ "agency": "AFP", "sources": 2 }]));
    let detail = desk.detail("b");
    assert_eq!(detail.credits[0].found, "AFP");
    assert_eq!(&detail.text[..detail.asides[0].end as usize], "PORT MALLORY (AFP) — ");
    assert!(
        detail.passages.iter().all(|p| p.run.a + p.run.words <= 11 || p.run.a >= 14),
        "three words after the title are the dateline: {:?}",
        detail.passages
    );
}

#[test]
fn an_outlet_under_two_names_is_one_source() {
    let desk = Desk::new();
    desk.take(
        &[
            article("a", "رويترز", 10, TITLE, WIRE),
            article("b", "Reuters", 11, TITLE, &format!("{WIRE}\nMore follows.")),
            article("c", "Reuters Fans Daily", 12, TITLE, WIRE),
        ],
        3,
        false,
    );
    let events = desk.reader().events(&EventFilter { limit: 10, ..EventFilter::default() }).unwrap().events;
    let counts: Vec<(u32, u32)> = events.iter().map(|e| (e.articles, e.source_count)).collect();
    assert_eq!(counts, [(2, 2)], "the second of Reuters is a version of the first");
    assert_eq!(desk.detail("a").source_found.as_deref(), Some("رويترز"));
    assert_eq!((desk.detail("a").line.source.as_str(), desk.detail("b").source_found), ("Reuters", None));
}

fn amendments(desk: &Desk, event: &str) -> Vec<AmendmentLine> {
    desk.reader().beside(event).unwrap().amendments
}

fn carriers(line: &AmendmentLine) -> Vec<&str> {
    line.still_carried_by.iter().map(|c| c.source.as_str()).collect()
}

#[test]
fn a_correction_names_who_carries_the_old_words() {
    let desk = Desk::new();
    let corrected = WIRE.replace("37 people", "27 people");
    let own = "Fog lay over the harbour of Port Mallory when the ferry Lady Ottoline ran into a moored barge. Solheim, the harbour master, counted 37 hurt.";
    desk.take(
        &[
            article("w", "Coast Wire", 10, TITLE, WIRE),
            article("x", "The Daily Harbour", 11, TITLE, WIRE),
            article("y", "Northern Post", 11, TITLE, WIRE),
            article("z", "Gull Island Echo", 12, "Fog: ferry Lady Ottoline runs into barge at Port Mallory, 37 hurt", own),
            article("c", "Coast Wire", 13, "CORRECTED-Ferry hits moored barge in fog at Port Mallory, 27 hurt", &corrected),
            article("y2", "Northern Post", 14, "Ferry hits moored barge in fog at Port Mallory, 27 hurt", &corrected),
        ],
        1,
        false,
    );
    let event = desk.event_of("w");
    let found = amendments(&desk, &event);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].amendment.as_str(), found[0].amends.as_deref()), ("correction", Some(desk.detail("w").line.article.as_str())));
    assert_eq!(carriers(&found[0]), ["The Daily Harbour"], "not the one that took over the correction, not the independent report");
    let kinds: Vec<String> = desk.history(&event).into_iter().map(|h| h.kind).collect();
    assert_eq!(kinds.iter().filter(|k| *k == "corrected").count(), 1, "{kinds:?}");
    assert_eq!(desk.detail("c").line.amendment.as_deref(), Some("correction"));
    assert_eq!(listed(&desk), [(event, Some("correction".to_owned()))]);
}

#[test]
fn a_kill_marks_the_event_of_what_it_withdraws_though_it_says_little() {
    let desk = Desk::new();
    let mut kill =
        article("w", "Coast Wire", 15, "Advisory to editors", "Please do not use what we sent earlier. An inquiry is under way.");
    kill["pubstatus"] = "canceled".into();
    desk.take(&[article("w", "Coast Wire", 10, TITLE, WIRE), article("x", "The Daily Harbour", 11, TITLE, WIRE), kill], 3, false);
    let event = desk.articles()[0].event.clone();
    let found = amendments(&desk, &event);
    assert_eq!((found.len(), found[0].amendment.as_str()), (1, "kill"));
    assert_eq!(carriers(&found[0]), ["The Daily Harbour"]);
    assert!(desk.history(&event).iter().any(|h| h.kind == "killed"));
}

#[test]
fn what_comes_after_its_correction_or_kill_is_marked_too() {
    let corrected = article(
        "w",
        "Coast Wire",
        13,
        "CORRECTED-Ferry hits moored barge in fog at Port Mallory, 27 hurt",
        &WIRE.replace("37 people", "27 people"),
    );
    let mut kill =
        article("w", "Coast Wire", 15, "Advisory to editors", "Please do not use what we sent earlier. An inquiry is under way.");
    kill["pubstatus"] = "canceled".into();
    let copy = article("x", "The Daily Harbour", 11, TITLE, WIRE);
    for (notice, word, restarts) in [(&corrected, "correction", false), (&kill, "kill", false), (&kill, "kill", true)] {
        let desk = Desk::new();
        desk.take(&[notice.clone(), copy.clone(), article("w", "Coast Wire", 10, TITLE, WIRE)], 1, restarts);
        let lines = desk.articles();
        let event = lines[1].event.clone();
        let found = amendments(&desk, &event);
        let amended = lines.iter().find(|l| l.title == TITLE && l.source == "Coast Wire").map(|l| l.article.as_str());
        assert_eq!(
            found.iter().map(|a| (a.amendment.as_str(), a.amends.as_deref())).collect::<Vec<_>>(),
            [(word, amended)],
            "{restarts}: {found:#?}"
        );
        assert_eq!(carriers(&found[0]), ["The Daily Harbour"], "{word} {restarts}");
        let said = desk.history(&event).iter().filter(|h| ["killed", "corrected"].contains(&h.kind.as_str())).count();
        assert_eq!(said, 1, "{word} {restarts}");
    }
}

#[test]
fn a_notice_that_waits_takes_no_later_article_under_its_address() {
    let desk = Desk::new();
    let mut kill = article("w", "Coast Wire", 9, "Advisory to editors", "Please do not use what we sent earlier. An inquiry is under way.");
    kill["pubstatus"] = "canceled".into();
    desk.take(&[kill, article("w", "Coast Wire", 10, TITLE, WIRE)], 1, false);
    let event = desk.articles().iter().find(|l| l.title == TITLE).unwrap().event.clone();
    assert_eq!(amendments(&desk, &event), [], "it was published after the kill");
}

#[test]
fn a_kill_withdraws_the_message_that_it_names() {
    let message = |number: &str, slug: &str, hour: u32, title: &str, text: &str| {
        let mut message = article("", "Coast Wire", hour, title, text);
        (message["id"], message["slug"]) = (number.into(), slug.into());
        message
    };
    let reaction =
        "Unions of Port Mallory called a march for Saturday, and the harbour pilots said that they would join it with their boats.";
    for restarts in [false, true] {
        let desk = Desk::new();
        desk.take(
            &[
                message("CST0077", "Mallory-ferry", 10, TITLE, WIRE),
                message("CST0081", "Mallory-march", 12, "Unions call a march at Port Mallory", reaction),
                message("CST0085", "Mallory-march", 13, "MANDATORY KILL", "Kill item CST0077. The barge was moored elsewhere."),
            ],
            1,
            restarts,
        );
        let lines = desk.articles();
        let found = amendments(&desk, &lines[0].event);
        let marked: Vec<_> = found.iter().map(|a| (a.amendment.as_str(), a.amends.as_deref())).collect();
        assert_eq!(marked, [("kill", Some(lines[0].article.as_str()))], "{restarts}");
        assert_eq!(amendments(&desk, &lines[1].event), [], "{restarts}");
    }
}

#[test]
fn kills_that_hold_nothing_but_an_id_withdraw_it_and_are_no_event_together() {
    let kill = |id: &str, hour: u32| json!({ "id": id, "source": "Coast Wire", "published": format!("2026-03-03T{hour:02}:00:00Z"), "pubstatus": "canceled" });
    let ids = [
        "urn:newsml:coastwire.example:20260303:cw-1",
        "urn:newsml:coastwire.example:20260303:cw-2",
        "urn:newsml:coastwire.example:20260303:cw-3",
    ];
    let mut original = article("", "Coast Wire", 10, TITLE, WIRE);
    original["id"] = ids[0].into();
    for order in [[0, 1, 2, 3], [1, 2, 3, 0]] {
        let desk = Desk::new();
        let all = [original.clone(), kill(ids[0], 11), kill(ids[1], 11), kill(ids[2], 11)];
        desk.take(&order.map(|at: usize| all[at].clone()), 1, false);
        let lines = desk.articles();
        let of = |title: &str| lines.iter().find(|l| l.title == title).unwrap();
        let kills = ids.map(|id| of(&format!("KILL: {id}")));
        assert_eq!(kills[0].event, of(TITLE).event, "{order:?}: the kill is of the event of what it withdraws");
        assert!(kills[1].event != kills[0].event && kills[2].event != kills[0].event && kills[1].event != kills[2].event, "{order:?}");
        let found = amendments(&desk, &kills[0].event);
        assert_eq!(found.iter().map(|a| a.amends.as_deref()).collect::<Vec<_>>(), [Some(of(TITLE).article.as_str())], "{order:?}");
    }
}

#[test]
fn the_headline_of_an_event_is_the_corrected_one() {
    let desk = Desk::new();
    let corrected = "CORRECTED-Ferry hits moored barge in fog at Port Mallory, 27 hurt";
    let again = article("w", "Coast Wire", 13, corrected, &WIRE.replace("37 people", "27 people"));
    let update = article("w", "Coast Wire", 14, "Ferry hits barge: latest", &WIRE.replace("37 people", "27 people"));
    let headline = |desk: &Desk| {
        let listed = desk.reader().events(&EventFilter { limit: 10, ..EventFilter::default() }).unwrap();
        listed.events.into_iter().map(|e| e.headline).collect::<Vec<_>>()
    };
    desk.take(&[article("w", "Coast Wire", 10, TITLE, WIRE), article("x", "The Daily Harbour", 11, TITLE, WIRE), update], 1, false);
    assert_eq!(headline(&desk), [TITLE]);
    let desk = Desk::new();
    desk.take(&[article("w", "Coast Wire", 10, TITLE, WIRE), article("x", "The Daily Harbour", 11, TITLE, WIRE), again], 1, false);
    assert_eq!(headline(&desk), [corrected]);
}

/// The events of a list, each with what was taken back of it.
fn listed(desk: &Desk) -> Vec<(String, Option<String>)> {
    let listed = desk.reader().events(&EventFilter { limit: 10, ..EventFilter::default() }).unwrap();
    listed.events.into_iter().map(|e| (e.event, e.amendment)).collect()
}

#[test]
fn lists_tell_what_was_taken_back_wherever_the_notice_stands() {
    let desk = Desk::new();
    let mut kill =
        article("n", "Coast Wire", 15, "Advisory to editors", "Please do not use what we sent earlier. An inquiry is under way.");
    (kill["pubstatus"], kill["amends"]) = ("canceled".into(), "#w".into());
    let comet = "Astronomers at Mount Tavo photographed a comet with two tails that returns once in eight hundred years.";
    let other = article("o", "The Daily Harbour", 16, "Comet seen in the south", comet);
    desk.take(&[article("w", "Coast Wire", 10, TITLE, WIRE), article("x", "The Daily Harbour", 11, TITLE, WIRE), kill, other], 4, false);
    let places = desk.articles();
    let (ferry, notice, comet) = (&places[0].event, &places[2].event, &places[3].event);
    let killed = Some("kill".to_owned());
    assert_ne!(ferry, notice, "it says too little to be of the event that it withdraws");
    assert_eq!(listed(&desk), [(comet.clone(), None), (notice.clone(), killed.clone()), (ferry.clone(), killed)]);
}

/// Different happenings by one source, each with its own words and the same two last lines.
fn stream() -> Vec<Value> {
    let happenings = [
        (
            "Wells open at Orun",
            "Farmers of Orun opened four wells on Monday after nine dry months; engineer Halvor Brandt said the water is sweet.",
        ),
        (
            "Veldany lifts its rate",
            "The central bank of Veldany raised its main rate to 6.25 percent, and governor Mira Orlen blamed wages and bread.",
        ),
        (
            "Old theatre burns",
            "Fire destroyed the Sabina theatre in Kastell before dawn; the curtain, painted by Lorenz Auer, could not be saved.",
        ),
        (
            "Comet seen in the south",
            "Astronomers at Mount Tavo photographed a comet with two tails that returns once in eight hundred years.",
        ),
        (
            "Tram drivers strike",
            "Tram drivers in Lissandra walked out over night shifts; mayor Petra Quill called buses from three districts.",
        ),
        (
            "Bear in the school yard",
            "A brown bear slept in the yard of the school at Hollen until rangers led it to the beech woods with honey.",
        ),
        (
            "Museum finds a letter",
            "Archivists in Dorrow found a letter of the painter Anselm Reuss between two bills for lamp oil from 1811.",
        ),
    ];
    let tail = "Stay with the Gull Island Echo\nWrite to us at the pier";
    happenings
        .iter()
        .zip(8..)
        .map(|((title, text), hour)| article(title, "Gull Island Echo", hour, title, &format!("{text}\n{tail}")))
        .collect()
}

fn repeated(desk: &Desk) -> Vec<usize> {
    let of = |line: &ArticleLine| desk.detail(&line.title).asides.iter().filter(|a| a.kind == AsideKind::Repeated).count();
    desk.articles().iter().map(of).collect()
}

#[test]
fn lines_that_a_source_repeats_are_learned_alike_in_any_batches_and_after_restarts() {
    let mut placed = Vec::new();
    for (batch, restarts) in [(1, false), (7, false), (3, false), (1, true)] {
        let desk = Desk::new();
        desk.take(&stream(), batch, restarts);
        assert_eq!(repeated(&desk), [0, 0, 0, 0, 2, 2, 2], "batches of {batch}, restarts {restarts}");
        let detail = desk.detail("Museum finds a letter");
        assert!(detail.text.ends_with("at the pier"), "the whole text is stored");
        let restored = desk.reader().load(6, 1).unwrap().remove(0).incoming.features;
        let compared = Features::without(&detail.line.title, &detail.text, &detail.line.lang, &detail.asides);
        assert!(restored == compared && restored != Features::of(&detail.line.title, &detail.text, &detail.line.lang));
        placed.push(desk.articles().iter().map(|a| (a.source.clone(), a.title.clone(), a.relation.clone(), a.score)).collect::<Vec<_>>());
    }
    assert!(placed.windows(2).all(|w| w[0] == w[1]), "{placed:#?}");
}

#[test]
fn a_copy_is_no_copy_for_its_frame() {
    let desk = Desk::new();
    let frame = "\nRead also: the ten finest harbours of the coast in pictures\nTags: harbour, coast, north, pictures, readers\n© Coast Wire. All rights reserved by the publisher and its heirs";
    desk.take(
        &[
            article("a", "Coast Wire", 10, "Wells open at Orun", &format!("Farmers of Orun opened four wells on Monday after nine dry months; engineer Halvor Brandt said that the water is sweet and will last until the rains come in autumn. Nobody had hoped for more than one.{frame}")),
            article("b", "Northern Post", 11, "Rate lifted in Veldany", &format!("The central bank of Veldany raised its main rate to 6.25 percent; governor Mira Orlen blamed wages, bread and a late spring, and promised to wait before another step. Shares in Veldany fell a little.{frame}")),
        ],
        2,
        false,
    );
    assert!(desk.detail("b").passages.is_empty());
    assert_ne!(desk.event_of("a"), desk.event_of("b"));
    assert_eq!(desk.detail("a").asides.len(), 3);
}

#[test]
fn the_frame_is_nobodys_passage() {
    let desk = Desk::new();
    let frame = "Read also: the ten finest harbours of the coast in pictures and in words";
    let story = "Farmers of Orun opened four wells on Monday after nine dry months; engineer Halvor Brandt said that the water is sweet and will last.";
    let own = "Nobody in the upper quarter had hoped for more than one of them, said the miller Odo Karst at dusk.";
    desk.take(
        &[
            article("a", "Coast Wire", 10, "Wells open at Orun", &format!("{story}\n{frame}")),
            article("b", "Northern Post", 11, "Wells open at Orun", &format!("{story}\n{own}\n{frame}")),
        ],
        2,
        false,
    );
    let family = Family::new(desk.reader().kin(&desk.event_of("a")).unwrap());
    let found = Provenance::of(&family, 1);
    let taken: Vec<&str> = found.passages.iter().filter(|p| p.kind == Kind::Taken).map(|p| p.text.as_str()).collect();
    assert!(
        taken.iter().any(|text| text.contains("Halvor Brandt")) && !taken.iter().any(|text| text.contains("finest harbours")),
        "{taken:?}"
    );
    assert_eq!(
        found.passages.iter().map(|p| p.text.as_str()).collect::<String>().matches("finest harbours").count(),
        1,
        "it stays visible"
    );
    assert!((found.taken + found.first_here + found.only_here - 1.0).abs() < 1e-5);
    assert!(Shares::of(&family, &desk.event_of("a")).only_one_source.iter().all(|o| !o.text.contains("finest harbours")));
}
