//! Why two articles are, or are not, one event, in words; and what each source did.

use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

const LAUNCH: &str = "أطلقت هيئة الفضاء في السهل صباح الأحد قمر «الهدهد 3» لرصد الجراد من قاعدة تل الرمان على متن صاروخ من مرحلتين. وقالت مديرة \
    البرنامج ليلى الشنفرى إن «القمر سيصور كل شبر من الصحراء مرتين في اليوم، وسيصل الإنذار إلى المزارعين قبل السرب بثلاثة أيام كاملة على الأقل». \
    وكلف القمر أربعين مليون دينار وشارك في بنائه طلاب ثلاث جامعات.";
const RETOLD: &str = "لن يباغت الجراد مزارعي الجنوب بعد اليوم إن صدقت وعود ليلى الشنفرى، مديرة برنامج «الهدهد 3» الذي انطلق صباح الأحد من قاعدة تل \
    الرمان. تقول الشنفرى إن «القمر سيصور كل شبر من الصحراء مرتين في اليوم، وسيصل الإنذار إلى المزارعين قبل السرب بثلاثة أيام كاملة على الأقل»، \
    ويأمل طلاب الجامعات الثلاث الذين بنوا القمر أن يعمل سبعة أعوام.";
const STRIKE: &str = "Bus drivers in Port Mallory walked out on Monday over night shifts. The Transport Union said nine of ten depots stood still; \
    the company, Mallory Lines, offered talks through the mediator Ruth Alcott.";

fn wirefold(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::cargo_bin("wirefold").unwrap();
    command.current_dir(folder).env_remove("WIREFOLD_DB").env_remove("WIREFOLD_CONFIG").env_remove("WIREFOLD_LOG");
    let output = command.args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn store(folder: &Path) {
    let article = |id: &str, source: &str, title: &str, time: &str, text: &str| {
        json!({ "id": id, "source": source, "title": title, "published": format!("2026-03-01T{time}:00Z"), "text": text }).to_string()
    };
    let lines = [
        article("launch", "وكالة السهل", "إطلاق قمر «الهدهد 3» لرصد الجراد", "06:00", LAUNCH),
        article("copy", "النهضة", "قمر لرصد الجراد ينطلق من تل الرمان", "07:00", LAUNCH),
        article("retold", "صوت الجنوب", "«الهدهد 3» يعد المزارعين بإنذار قبل الجراد", "10:30", RETOLD),
        article("strike", "Northern Post", "Bus drivers walk out in Port Mallory", "08:00", STRIKE),
        article("updated", "Northern Post", "Bus drivers walk out in Port Mallory", "09:00", &STRIKE.replace("nine", "ten")),
    ];
    std::fs::write(folder.join("all.jsonl"), lines.join("\n")).unwrap();
    wirefold(folder, &["ingest", "all.jsonl"]);
}

#[test]
fn one_event_is_explained_with_its_reasons() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let told = wirefold(folder.path(), &["explain", "launch", "retold"]);
    for says in [
        "are in one event",
        "at or above the threshold 0.35",
        "published 4.5 h apart",
        "leads share rare words (cos_lead_low)",
        "and -0.6 is enough",
    ] {
        assert!(told.contains(says), "does not say {says:?}:\n{told}");
    }
    assert!(told.contains("they are one event: the pair by itself is close enough"), "{told}");
    let versions = wirefold(folder.path(), &["explain", "strike", "updated"]);
    assert!(versions.contains("they are versions of one article"), "{versions}");
}

#[test]
fn two_events_are_explained_though_nothing_was_stored_for_the_pair() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let told = wirefold(folder.path(), &["explain", "retold", "strike"]);
    for says in [
        "are in different events",
        "nothing was stored for this pair",
        "below the threshold",
        "missing",
        "they are two events: the pair lacks",
    ] {
        assert!(told.contains(says), "does not say {says:?}:\n{told}");
    }
    let pair: Value = serde_json::from_str(&wirefold(folder.path(), &["explain", "retold", "strike", "--json"])).unwrap();
    assert_eq!((&pair["one_event"], &pair["decided"], &pair["pair"]["same_event"]), (&json!(false), &Value::Null, &json!(false)));
    let reasons = pair["in_words"]["reasons"].as_array().unwrap();
    let sum: f64 = reasons.iter().map(|r| r["points"].as_f64().unwrap()).sum();
    assert!((sum - pair["in_words"]["points"].as_f64().unwrap()).abs() < 1e-3 && sum < pair["in_words"]["points_needed"].as_f64().unwrap());
    assert!(pair["in_words"]["missing"].as_array().unwrap().contains(&json!("a passage of eight words")));
}

#[test]
fn what_decided_is_told_where_the_pair_was_looked_at_and_the_closest_where_not() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    // The closest of the two equal texts decided; of the other it is said which was closer.
    let pairs = ["launch", "copy"].map(|other| wirefold(folder.path(), &["explain", other, "retold"]));
    let decided: Vec<bool> = pairs.iter().map(|p| p.contains("as decided when")).collect();
    assert_eq!(decided.iter().filter(|d| **d).count(), 1, "{pairs:#?}");
    let other = &pairs[decided.iter().position(|d| !d).unwrap()];
    assert!(other.contains("closest to it in its event"), "{other}");
}

/// Two launches from one base, days apart: kin, but not one event.
#[test]
fn a_runner_up_whose_event_was_merged_since_is_not_called_another_event() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let second = "أطلقت هيئة الفضاء في السهل مساء الخميس قمر «العنقاء 1» لرسم خرائط الآبار من قاعدة تل الرمان على متن صاروخ من مرحلتين. وقالت \
        مديرة البرنامج سلمى البدري إن القمر سيقيس رطوبة التربة في الواحات الشمالية مرة كل أسبوع، وإن بياناته ستوزع على مجالس القرى مجانا.";
    let article = |id: &str, source: &str, title: &str, time: &str, text: &str| {
        json!({ "id": id, "source": source, "title": title, "published": time, "text": text }).to_string()
    };
    let lines = [
        article("second", "النهضة", "إطلاق قمر «العنقاء 1» من تل الرمان", "2026-02-26T18:00:00Z", second),
        article("strike", "Northern Post", "Bus drivers walk out in Port Mallory", "2026-02-28T08:00:00Z", STRIKE),
        article("launch", "وكالة السهل", "إطلاق قمر «الهدهد 3» لرصد الجراد", "2026-03-01T06:00:00Z", LAUNCH),
    ];
    std::fs::write(folder.join("all.jsonl"), lines.join("\n")).unwrap();
    wirefold(folder, &["ingest", "all.jsonl"]);
    let event = |id: &str| {
        let told: Value = serde_json::from_str(&wirefold(folder, &["explain", id, "--json"])).unwrap();
        told["article"]["event"].as_str().unwrap().to_owned()
    };
    let told = || (wirefold(folder, &["explain", "launch"]), wirefold(folder, &["explain", "strike", "launch"]));
    let (placed, pair) = told();
    assert_ne!(event("launch"), event("second"));
    assert!(placed.contains("the closest article of another event\n") && placed.contains("that is another event: "), "{placed}");
    assert!(pair.contains("closest to it in another event, ") && pair.contains("that is another event: "), "{pair}");
    wirefold(folder, &["merge", &event("launch"), &event("second"), "--why", "اختبار"]);
    assert_eq!(event("launch"), event("second"));
    let merged = wirefold(folder, &["explain", "second", "launch"]);
    assert!(merged.contains("they are one event because an editor changed what is in it"), "{merged}");
    let (placed, pair) = told();
    assert!(placed.contains("the two were merged since") && placed.contains("that was another event then: "), "{placed}");
    assert!(
        pair.contains("what was another event then and was merged since, ") && pair.contains("that was another event then: "),
        "{pair}"
    );
    for told in [placed, pair] {
        assert!(
            !told.contains("that is another event") && !told.contains("in another event") && !told.contains("of another event"),
            "{told}"
        );
    }
}

#[test]
fn a_copy_is_compared_word_by_word() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("a.txt", LAUNCH.to_owned()), ("b.txt", LAUNCH.replace("أربعين", "خمسين")), ("c.txt", STRIKE.to_owned())]
    {
        std::fs::write(folder.path().join(name), format!("Title: خبر\nSource: {name}\n\n{text}\n")).unwrap();
    }
    let copy = wirefold(folder.path(), &["compare", "a.txt", "b.txt"]);
    assert!(copy.contains("[-\u{2068}أربعين\u{2069}-] {+\u{2068}خمسين\u{2069}+}"), "{copy}");
    let other = wirefold(folder.path(), &["compare", "a.txt", "c.txt"]);
    assert!(!other.contains("word by word") && other.contains("different events"), "{other}");
}

#[test]
fn sources_tell_originals_from_copies_and_how_late_they_are() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let sources: Vec<Value> = wirefold(folder.path(), &["sources", "--json"]).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |name: &str| sources.iter().find(|s| s["source"] == name).unwrap();
    let wire = of("وكالة السهل");
    assert_eq!((&wire["originals"], &wire["copies"], &wire["median_delay_hours"]), (&json!(1), &json!(0), &Value::Null));
    let copy = of("النهضة");
    assert_eq!((&copy["copies"], &copy["copies_most"], &copy["median_delay_hours"]), (&json!(1), &json!("وكالة السهل"), &json!(1.0)));
    let post = of("Northern Post");
    assert_eq!((&post["articles"], &post["first"], &post["again"]), (&json!(1), &json!(1), &json!(0)), "versions count once");
    assert_eq!(post["median_delay_hours"], Value::Null, "its event is its own, and its second version no second report");
    let retold = of("صوت الجنوب");
    assert_eq!(
        (&retold["copies_most"], &retold["copies_most_articles"]),
        (&json!("وكالة السهل"), &json!(1)),
        "who wrote it, not who passed it on"
    );
    let printed = wirefold(folder.path(), &["sources"]);
    assert!(printed.contains("+1.0 h") && printed.contains("(copies \u{2068}وكالة السهل\u{2069} most: 1)"), "{printed}");
}
