//! Editing by command, beside a daemon that is at work: what it says, that the daemon follows, and what the edits teach.

mod rig;

use rig::{Rig, eventually};
use serde_json::Value;

/// A report of one of two fires, in the words of an outlet.
fn fire(outlet: &str, time: &str, town: &str, end: &str) -> String {
    format!(
        "العنوان: حريق يلتهم مستودع الأخشاب في {town}\nالمصدر: {outlet}\nالتاريخ: 2026-03-03T{time}:00Z\n\nالتهم حريق كبير فجر الثلاثاء مستودع الأخشاب \
         القديم في {town} وقال قائد فرقة الإطفاء نادر الشريف إن النيران حوصرت بعد أربع ساعات من العمل المتواصل وإن أحدا لم يصب بأذى. {end}\n"
    )
}

/// A daemon that has taken two copies of one report and one of something else.
fn at_work() -> (Rig, rig::Daemon) {
    let rig = Rig::new();
    let daemon = rig.start();
    rig.drop_file("1.txt", fire("مرسى الأخبار", "06:00", "وادي الزان", "وفتحت الشرطة تحقيقا."));
    rig.drop_file("2.txt", fire("صدى الوادي", "07:00", "وادي الزان", "ونقل السكان إلى مدرسة قريبة."));
    rig.drop_file("3.txt", rig::article(1));
    eventually("three articles are stored", || rig.stored() == 3);
    (rig, daemon)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Article and event by the number of the file.
fn place(rig: &Rig, n: u32) -> (String, String) {
    let all = rig.json(&["export", "articles"]);
    let line = all.iter().find(|a| text(&a["file"]).ends_with(&format!("/{n}.txt"))).unwrap();
    (text(&line["article"]), text(&line["event"]))
}

#[test]
fn a_daemon_follows_what_is_edited_beside_it() {
    let (rig, daemon) = at_work();
    let ((a, fire_event), (b, same), (_, other)) = (place(&rig, 1), place(&rig, 2), place(&rig, 3));
    assert_eq!(fire_event, same, "two copies are one event");
    let edited = rig.json(&["split", &fire_event[..8], &b[..8], "--who", "ليلى", "--why", "حريقان في يومين"]);
    let keys: Vec<&str> = edited[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["edit", "at", "who", "why", "kind", "active", "event", "other", "articles", "headline", "undoes", "undone_by"]);
    assert_eq!((&edited[0]["who"], &edited[0]["kind"], &edited[0]["articles"][0]), (&"ليلى".into(), &"split".into(), &b.clone().into()));
    rig.json(&["merge", &other, &place(&rig, 2).1]);
    assert_eq!(place(&rig, 2).1, other, "it takes effect at once");
    // A copy of both: the daemon places it beside one, and leaves the two apart.
    rig.drop_file("4.txt", fire("نشرة الغابة", "08:00", "وادي الزان", "ولا يزال الدخان يتصاعد."));
    eventually("the fourth is stored", || rig.stored() == 4);
    assert_eq!([place(&rig, 1).1, place(&rig, 2).1, place(&rig, 3).1], [fire_event.clone(), other.clone(), other.clone()]);
    assert!(daemon.stop() == 0 && !rig.log().contains("ERROR"), "{}", rig.log());
    let undone = rig.json(&["undo"]);
    assert_eq!(undone[0]["undoes"], 2);
    assert_ne!(place(&rig, 2).1, other);
    assert!(place(&rig, 1).1 != place(&rig, 2).1, "the split still holds");
    let edits = rig.json(&["edits"]);
    let numbers: Vec<&Value> = edits.iter().map(|e| &e["edit"]).collect();
    assert!(numbers == [3, 2, 1] && edits[1]["active"] == false && edits[1]["undone_by"] == 3, "{edits:?}");
    let told = String::from_utf8(rig.wirefold(&["history", &fire_event]).stdout).unwrap();
    assert!(told.contains("split off") && told.contains("(edit 1)") && told.contains("حريقان في يومين"), "{told}");
    let listed = String::from_utf8(rig.wirefold(&["edits", "--event", &fire_event]).stdout).unwrap();
    assert!(listed.contains(&format!("split {} off from event {}", &b[..8], &fire_event[..8])), "{listed}");
    rig.once();
    let output = rig.wirefold(&["rebuild"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(place(&rig, 1).1 != place(&rig, 2).1 && rig.json(&["edits"]).len() == 3, "{a}");
    std::fs::remove_file(rig.path("data/wirefold.db.before-rebuild")).unwrap();
    let output = rig.wirefold(&["rebuild", "--from-archive"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(place(&rig, 1).1 != place(&rig, 2).1 && rig.json(&["edits"]).len() == 3);
    rig.json(&["undo", "1"]);
    assert_eq!(place(&rig, 1).1, place(&rig, 2).1, "an edit can be taken back after a rebuild");
}

#[test]
fn mistakes_are_named_with_the_next_step() {
    let (rig, daemon) = at_work();
    let ((a, event), (b, _), (c, other)) = (place(&rig, 1), place(&rig, 2), place(&rig, 3));
    let fails = |args: &[&str], code: i32, says: &str, hint: &str| {
        let output = rig.wirefold(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(code) && said.contains(says) && said.contains("hint:") && said.contains(hint),
            "{args:?}: {said}"
        );
    };
    fails(&["merge", &event, "zzzzzzzz"], 4, "no event zzzzzzzz", "wirefold events");
    fails(&["merge", &event, &event], 2, "one event already", "wirefold history");
    fails(&["split", &event, &c], 2, "is not in event", &other[..8]);
    fails(&["pin", &a, &c], 2, "two events", "wirefold move");
    fails(&["undo"], 4, "no edit to undo", "wirefold edits");
    fails(&["headline", &event, " "], 2, "1 to 500 characters", "wirefold undo");
    fails(&["mark", &a, "round-up", "--who", " "], 2, "name of who", "--who");
    rig.json(&["pin", &a, &b]);
    fails(&["split", &event, &b], 2, "edit 1 pins articles", "wirefold unpin");
    rig.json(&["unpin", &b, &a]);
    rig.json(&["mark", &b, "round-up"]);
    rig.json(&["move", &b, &event]);
    rig.json(&["headline", &event, "حريق وادي الزان"]);
    assert_eq!(rig.json(&["events", "--event", &event])[0]["headline"], "حريق وادي الزان");
    assert!(!rig.path("no.db").exists());
    assert_eq!(rig.wirefold(&["--db", "no.db", "undo"]).status.code(), Some(3), "a store that is not there is not made");
    assert!(!rig.path("no.db").exists());
    drop(daemon);
}

#[test]
fn an_edit_that_is_cut_off_has_not_happened() {
    let (rig, daemon) = at_work();
    let ((_, event), (b, _)) = (place(&rig, 1), place(&rig, 2));
    let cut_off = rig.command(&["split", &event, &b]).env("WIREFOLD_CRASH_AT", "before_edit").output().unwrap();
    assert!(!cut_off.status.success());
    assert_eq!((place(&rig, 2).1, rig.json(&["edits"]).len()), (event.clone(), 0));
    rig.json(&["split", &event, &b]);
    assert_ne!(place(&rig, 2).1, event);
    drop(daemon);
}

#[test]
fn edits_say_how_well_the_detector_does() {
    let (rig, daemon) = at_work();
    let ((_, event), (b, _), (_, other)) = (place(&rig, 1), place(&rig, 2), place(&rig, 3));
    daemon.stop();
    assert!(String::from_utf8(rig.wirefold(&["evaluate"]).stdout).unwrap().contains("no edit says yet"));
    rig.json(&["split", &event, &b]);
    let wrong = &rig.json(&["evaluate"])[0];
    assert_eq!(
        (&wrong["together"], &wrong["apart"], &wrong["present"]["wrong"], &wrong["disagreed"][0]),
        (&0.into(), &1.into(), &1.into(), &1.into())
    );
    assert_eq!(wrong["present"]["precision"], 0.0, "of the pairs that it puts together, editors hold none together");
    assert!(wrong["present"]["recall"].is_null());
    rig.json(&["merge", &event, &other]);
    rig.json(&["undo", "1"]);
    rig.json(&["pin", &place(&rig, 1).0, &b]);
    let right = &rig.json(&["evaluate"])[0];
    assert_eq!((&right["edits"], &right["present"]["both"], &right["present"]["missed"]), (&2.into(), &1.into(), &1.into()), "{right}");
    assert_eq!((&right["agreed"][0], &right["disagreed"][0], &right["present"]["recall"]), (&4.into(), &2.into(), &0.5.into()));
    let thresholds: Vec<f64> = right["thresholds"].as_array().unwrap().iter().map(|t| t["threshold"].as_f64().unwrap()).collect();
    assert!(thresholds.len() >= 8 && thresholds.is_sorted());
    let said = String::from_utf8(rig.wirefold(&["evaluate"]).stdout).unwrap();
    assert!(said.contains("in effect") && said.contains("would not without edits 2"), "{said}");
}
