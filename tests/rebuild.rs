//! A rebuild places everything anew: with the same detector nothing changes, with another one every id that was shown still leads on.

mod rig;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rig::{Rig, article};
use rusqlite::types::Value;

/// What must be equal: all that was decided, and the ledger. Of history, all but what the rebuild adds.
const TABLES: [&str; 9] = [
    "articles ORDER BY pos",
    "placements ORDER BY pos",
    "moves ORDER BY at_pos, n",
    "passages ORDER BY pos, start, other, other_start",
    "roundups ORDER BY pos, other",
    "events ORDER BY id",
    "files ORDER BY no",
    "rejects ORDER BY file, position, reason",
    "sources ORDER BY no",
];

fn rows(store: &Path, from: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(store).unwrap();
    let mut query = connection.prepare(&format!("SELECT * FROM {from}")).unwrap();
    let columns = query.column_count();
    let row = |r: &rusqlite::Row<'_>| Ok(format!("{:?}", (0..columns).map(|i| r.get::<_, Value>(i).unwrap()).collect::<Vec<_>>()));
    query.query_map([], row).unwrap().map(Result::unwrap).collect()
}

fn assert_same(was: &Path, is: &Path, what: &str) {
    for table in TABLES {
        let (was, is) = (rows(was, table), rows(is, table));
        assert_eq!(was.len(), is.len(), "{what}: lines of {table}");
        was.iter().zip(&is).for_each(|(was, is)| assert_eq!(was, is, "{what}: {table}"));
    }
    let steps = "(SELECT at, at_pos, event, kind, other, article, seq FROM history WHERE kind <> 'rebuilt') ORDER BY seq";
    assert_eq!(rows(was, steps), rows(is, steps), "{what}: history");
}

/// A store of the invented stream, made by several runs of the daemon, with a reject, a file sent twice, and one named by its folder.
fn rig_of_stream() -> Rig {
    let rig = Rig::new();
    let lines: Vec<&str> = include_str!("labels/fixture/stream.jsonl").lines().collect();
    for (n, lines) in lines.chunks(60).enumerate() {
        rig.drop_file(&format!("{n:02}.jsonl"), lines.join("\n"));
        if n == 2 {
            rig.drop_file("مرسى/نشرة.txt", article(1));
            rig.drop_file("empty.json", "[]");
            (0..8).for_each(|n| rig.drop_file(&format!("رسائل {n}.txt"), with_asides(n)));
            rig.drop_file("once more.txt", article(2));
        }
        if n == 3 {
            rig.drop_file("sent again.txt", article(2));
        }
        rig.once();
    }
    rig
}

/// An article with a dateline, and with a line that its source puts under all of them.
fn with_asides(n: usize) -> String {
    let what = [
        "غرقت سفينة صيد قبالة رأس النورس ونجا بحارتها التسعة",
        "أقر المجلس البلدي موازنة ترميم السور القديم بعد جدل طويل",
        "ارتفع سعر القمح في سوق الحبوب إثر تأخر الأمطار",
        "فاز فريق الجبل بكأس الهواة بعد ركلات ترجيح مثيرة",
        "اكتشف منقبون فسيفساء رومانية تحت مدرسة مهجورة",
        "انقطعت الكهرباء عن حي الدباغين بسبب عطل في محول",
        "وصل وفد أطباء متطوعين لعلاج أمراض العيون مجانا",
        "بدأت هجرة طيور اللقلق فوق سبخة الملح مبكرة هذا العام",
    ][n];
    format!("العنوان: {what}\nالمصدر: مرسى الرسائل\n\nمرسى الزيتون (رويترز) - {what}.\n\nراسلونا على بريد المرسى كل مساء\n")
}

fn rebuilt(rig: &Rig, args: &[&str]) -> String {
    let output = rig.wirefold(&[&["rebuild"], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn keep_away(rig: &Rig) {
    std::fs::rename(rig.path("data/wirefold.db.before-rebuild"), rig.path("former.db")).unwrap();
}

#[test]
fn the_same_detector_decides_the_same() {
    let rig = rig_of_stream();
    let store = rig.path("data/wirefold.db");
    for kind in ["dateline", "repeated"] {
        assert!(!rows(&store, &format!("articles WHERE asides LIKE '%{kind}%'")).is_empty(), "no {kind} to be read back");
    }
    std::fs::write(rig.path("data/wirefold.db.rebuilding"), "left by a rebuild that was interrupted").unwrap();

    let said = rebuilt(&rig, &[]);
    assert!(said.contains("423 articles") && said.contains("; 0 in another event"), "{said}");
    keep_away(&rig);
    assert_same(&rig.path("former.db"), &store, "from the stored articles");

    let said = rebuilt(&rig, &["--from-archive"]);
    assert!(said.contains("423 articles") && said.contains("; 0 in another event"), "{said}");
    keep_away(&rig);
    assert_same(&rig.path("former.db"), &store, "from the archive");

    let event = &rig.json(&["events", "--limit", "1"])[0]["event"];
    let history = rig.json(&["history", event.as_str().unwrap()]);
    assert_eq!(history.iter().filter(|step| step["kind"] == "rebuilt").count(), 2, "both rebuilds are told: {history:?}");

    // The daemon goes on with it.
    rig.drop_file("later.txt", article(3));
    rig.once();
    assert_eq!(rig.stored(), 424);
}

#[test]
fn the_archive_alone_gives_the_same_articles_and_events() {
    let rig = rig_of_stream();
    let places = "(SELECT a.id, p.event, p.story, p.relation, a.title, a.received, a.version FROM articles a JOIN placements p USING(pos)) ORDER BY id";
    let store = rig.path("data/wirefold.db");
    let was = rows(&store, places);
    std::fs::write(&store, "a store no more").unwrap();
    let said = rebuilt(&rig, &["--from-archive"]);
    assert!(said.contains("423 articles") && said.contains("nothing was taken over"), "{said}");
    assert_eq!(was, rows(&store, places));
    std::fs::remove_file(&store).unwrap();
    std::fs::remove_file(rig.path("data/wirefold.db.before-rebuild")).unwrap();
    rebuilt(&rig, &["--from-archive"]);
    assert_eq!(was, rows(&store, places));
    assert_eq!(rig.json(&["rejects"]).len(), 1, "the quarantine was read too");
}

#[test]
fn every_id_once_shown_leads_to_where_most_of_its_members_went() {
    let rig = rig_of_stream();
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for threshold in ["0.9", "0.15", "0.35"] {
        let before = members(&rig);
        let ids = rig
            .sql()
            .prepare("SELECT id FROM events")
            .unwrap()
            .query_map([], |r| r.get::<_, Vec<u8>>(0))
            .unwrap()
            .flatten()
            .collect::<Vec<_>>();
        shown.extend(ids.iter().map(|id| wirefold::article::base32(id)));
        rig.configure(&format!("[detect]\nthreshold = {threshold}"));
        let said = rebuilt(&rig, &[]);
        assert!(!said.contains("; 0 in another event"), "the other threshold changes something: {said}");
        std::fs::remove_file(rig.path("data/wirefold.db.before-rebuild")).unwrap();
        let after = members(&rig);
        let place: BTreeMap<&str, &str> = after.iter().flat_map(|(e, all)| all.iter().map(move |a| (a.as_str(), e.as_str()))).collect();
        let mut redirected = 0;
        for (event, articles) in before.iter().filter(|(event, _)| !after.contains_key(*event)) {
            let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
            articles.iter().for_each(|a| *votes.entry(place[a.as_str()]).or_default() += 1);
            let now = rig.json(&["events", "--event", event])[0]["event"].as_str().unwrap().to_owned();
            assert_eq!(votes.get(now.as_str()), votes.values().max(), "{event} leads to {now}, its articles went to {votes:?}");
            let told = rig.json(&["history", event]);
            assert!(told.iter().any(|s| s["kind"] == "rebuilt" && s["event"] == **event && s["other"] == now), "{told:?}");
            redirected += 1;
        }
        eprintln!("threshold {threshold}: {redirected} ids redirected");
        assert!(threshold != "0.15" || redirected > 0, "merging takes ids away");
    }
    let reader = wirefold::store::Reader::open(&rig.path("data/wirefold.db")).unwrap();
    for id in &shown {
        match reader.find_event(id).unwrap() {
            wirefold::store::read::Found::One((event, members)) => assert!(event.articles > 0 && !members.is_empty(), "{id}"),
            other => panic!("{id} leads to {other:?}"),
        }
    }
}

#[test]
fn an_id_leads_to_most_of_its_members_and_not_to_the_rest() {
    let rig = Rig::new();
    (1..=5).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(1).replace("الآبار", "الآبار والقناطر") + &" ".repeat(n)));
    rig.drop_file("other.txt", article(2));
    rig.once();
    let events = members(&rig);
    let (most, all) = events.iter().max_by_key(|(_, all)| all.len()).unwrap();
    assert_eq!((events.len(), all.len()), (2, 5));
    // As if another detector had put two of the five and the other one into an event, and had founded that by none of them.
    let sql = rig.sql();
    wirefold::store::sums::teach(&sql).unwrap();
    let id = [7u8; 10];
    sql.execute("INSERT INTO events(id, articles) VALUES(?1, 3)", [&id]).unwrap();
    let put = "UPDATE placements SET event = ?1 WHERE pos IN (SELECT pos FROM articles a JOIN files f ON f.no = a.file
               WHERE f.path LIKE '%/other.txt' OR f.path LIKE '%/4.txt' OR f.path LIKE '%/5.txt')";
    assert_eq!(sql.execute(put, [&id]).unwrap(), 3);
    drop(sql);
    let said = rebuilt(&rig, &[]);
    assert!(said.contains("3 in another event than before, 1 event no more"), "{said}");
    let shown = wirefold::article::base32(&id);
    assert_eq!(rig.json(&["events", "--event", &shown])[0]["event"], most.as_str());
    assert_eq!(rig.json(&["history", &shown]).iter().filter(|s| s["event"] == shown && s["kind"] == "rebuilt").count(), 4);
}

/// Articles by event.
fn members(rig: &Rig) -> BTreeMap<String, Vec<String>> {
    let mut events: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for a in rig.json(&["export", "articles"]) {
        let text = |key: &str| a[key].as_str().unwrap().to_owned();
        events.entry(text("event")).or_default().push(text("article"));
    }
    events
}

#[test]
fn a_rebuild_refuses_while_a_daemon_is_at_work_and_over_a_kept_store() {
    let rig = Rig::new();
    rig.drop_file("a.txt", article(1));
    rig.once();
    let daemon = rig.start();
    let refused = rig.wirefold(&["rebuild"]);
    assert_eq!(refused.status.code(), Some(75), "{}", String::from_utf8_lossy(&refused.stderr));
    daemon.stop();
    rebuilt(&rig, &[]);
    let refused = rig.wirefold(&["rebuild"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("kept by a former rebuild"));
}

#[test]
fn a_missing_or_changed_original_leaves_the_store_as_it_was() {
    let rig = Rig::new();
    rig.drop_file("a.txt", article(1));
    rig.drop_file("b.txt", article(2));
    rig.once();
    let before = rows(&rig.path("data/wirefold.db"), "placements");
    let original = rig.files("data/archive").remove(0);
    for spoil in [|at: &Path| std::fs::write(at, "other words").unwrap(), |at: &Path| std::fs::remove_file(at).unwrap()] {
        spoil(&original);
        let refused = rig.wirefold(&["rebuild", "--from-archive"]);
        assert_eq!(refused.status.code(), Some(3), "{}", String::from_utf8_lossy(&refused.stderr));
        assert!(!rig.path("data/wirefold.db.before-rebuild").exists() && !rig.path("data/wirefold.db.rebuilding").exists());
    }
    assert_eq!(before, rows(&rig.path("data/wirefold.db"), "placements"));
    rebuilt(&rig, &[]);
    assert_eq!(rig.stored(), 2, "the stored articles are enough");
}

#[test]
fn who_has_the_old_store_open_harms_nothing() {
    let rig = Rig::new();
    rig.drop_file("a.txt", article(1));
    rig.once();
    let looks_on = rig.sql();
    let count = || looks_on.query_row("SELECT count(*) FROM articles", [], |r| r.get::<_, u32>(0)).unwrap();
    assert_eq!(count(), 1);
    rebuilt(&rig, &[]);
    rig.drop_file("b.txt", article(2));
    rig.once();
    assert_eq!(count(), 1, "it still sees the store that it opened");
    drop(looks_on);
    assert_eq!(rig.stored(), 2);
    let verdict: String = rig.sql().query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}
