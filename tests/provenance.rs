//! Who published which words first: for any texts at all, and as the store and the commands tell it.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use proptest::prelude::*;
use serde_json::{Value, json};
use wirefold::detect::passages::PASSAGE;
use wirefold::provenance::Lineage;

/// Texts that take pieces from one another and from a common stock, as wire copy does.
fn texts() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let piece = (0u32..60, 1u32..30).prop_map(|(from, words)| (from..from + words).collect::<Vec<u32>>());
    let text = prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    prop::collection::vec(text, 1..8)
}

/// The earliest text that has a passage with this word in it, found the slow way; the text itself if none has.
fn origin(texts: &[Vec<u32>], rank: usize, word: usize) -> usize {
    let length = PASSAGE as usize;
    let around = (0..texts[rank].len().saturating_sub(length - 1)).filter(|at| (*at..at + length).contains(&word));
    let runs: Vec<&[u32]> = around.map(|at| &texts[rank][at..at + length]).collect();
    (0..rank).find(|&earlier| texts[earlier].windows(length).any(|run| runs.contains(&run))).unwrap_or(rank)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_word_has_one_span_and_its_true_origin(texts in texts()) {
        let lineage = Lineage::new(texts.iter().map(Vec::as_slice));
        for (rank, text) in texts.iter().enumerate() {
            let mut next = 0;
            for span in lineage.spans(rank) {
                prop_assert_eq!(span.first, next, "spans lie side by side");
                prop_assert!(span.words > 0 && span.origin <= rank, "an origin is never later");
                next += span.words;
                for word in span.first..next {
                    prop_assert_eq!(span.origin, origin(&texts, rank, word as usize), "text {} word {}", rank, word);
                }
                prop_assert!(span.origin == rank || span.carriers.iter().any(|c| c.text == span.origin && c.words == span.words));
                prop_assert!(span.carriers.windows(2).all(|c| c[0].text < c[1].text) && span.carriers.iter().all(|c| c.text != rank));
                prop_assert!(span.carriers.iter().all(|c| c.words <= span.words && c.words > 0));
            }
            prop_assert_eq!(next as usize, text.len(), "nothing is left out");
            let owed: u32 = lineage.origins(rank).iter().map(|o| o.1).sum();
            let taken: u32 = lineage.spans(rank).iter().filter(|s| s.origin != rank).map(|s| s.words).sum();
            prop_assert_eq!(owed, taken);
        }
    }

    #[test]
    fn what_only_one_has_no_other_has(texts in texts()) {
        let lineage = Lineage::new(texts.iter().map(Vec::as_slice));
        for rank in 0..texts.len() {
            let alone: Vec<u32> = lineage.only_in(rank, |text| text == rank).iter().flat_map(|(first, words)| *first..first + words).collect();
            let unshared = lineage.spans(rank).into_iter().filter(|s| s.origin == rank && s.carriers.is_empty());
            prop_assert_eq!(alone, unshared.flat_map(|s| s.first..s.first + s.words).collect::<Vec<u32>>());
        }
    }
}

const QUOTE: &str = "«لن نترك قاربا واحدا في عرض البحر هذه الليلة، وسنفتح المرفأ القديم لكل من يطلب مأوى حتى يهدأ الموج وتعود الرؤية»";
const WIRE: &str = "فقد خفر السواحل في رأس المنارة الاتصال بسبعة قوارب صيد قبالة جزيرة الطيون فجر الثلاثاء بعد عاصفة رملية مفاجئة.";
const OWN: &str = "وفي مقهى الصيادين جلست أم يوسف تعد الأسماء على أصابعها، وتقول إن ابنها الأصغر أبحر أمس لأول مرة بلا أبيه.";
const BACKGROUND: &str = "وكانت عاصفة مماثلة أغرقت قبل أربعة أعوام تسعة عشر مركبا أمام الجزيرة نفسها، وأوصت لجنة تحقيق برلمانية يومها بتركيب محطة \
    رصد جديدة على قمة جبل الطيون وتزويد كل قارب بجهاز إرسال، لكن أيا من التوصيتين لم ينفذ حتى اليوم.";
const MINISTER: &str = "استقالت وزيرة البحر نائلة الكتبي مساء الخميس من حكومة السهل على خلفية خلاف حول ميزانية الموانئ وأجور عمال الأرصفة، وقبل رئيس \
    الوزراء الاستقالة وكلف نائبها تسيير الوزارة إلى حين تعيين خلف لها.";

fn wirefold(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("wirefold").unwrap();
    command.current_dir(folder).env_remove("WIREFOLD_DB").env_remove("WIREFOLD_CONFIG").env_remove("WIREFOLD_LOG");
    let output = command.args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn text(folder: &Path, args: &[&str]) -> String {
    String::from_utf8(wirefold(folder, args).stdout).unwrap()
}

fn json_of(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&text(folder, &[args, &["--json"]].concat())).unwrap()
}

/// Takes articles in, in this order, each by a process of its own.
fn ingest(folder: &Path, articles: &[(&str, &str, &str, String)]) {
    for (n, (source, title, published, body)) in articles.iter().enumerate() {
        let article = json!({ "id": source, "source": source, "title": title, "published": published, "text": body, "lang": "ar" });
        let name = format!("{n}.json");
        std::fs::write(folder.join(&name), article.to_string()).unwrap();
        wirefold(folder, &["ingest", &name]);
    }
}

/// Wire, copy and copy of the copy, which arrive in the opposite order.
fn boats(folder: &Path) {
    let title = "فقدان سبعة قوارب صيد قبالة جزيرة الطيون";
    ingest(
        folder,
        &[
            ("نوارس", title, "2026-03-03T12:00:00Z", format!("{OWN}\n\n{QUOTE}\n\n{WIRE}")),
            ("الشراع", title, "2026-03-03T09:40:00Z", format!("{WIRE} {QUOTE} قال قائد الخفر.")),
            ("وكالة المد", title, "2026-03-03T08:10:00Z", format!("رأس المنارة - {WIRE}\n\n{QUOTE}")),
        ],
    );
}

#[test]
fn the_first_publisher_is_credited_though_it_arrives_last() {
    let folder = tempfile::tempdir().unwrap();
    boats(folder.path());
    let copy = json_of(folder.path(), &["article", "نوارس"]);
    let provenance = &copy["provenance"];
    let quote = provenance["passages"].as_array().unwrap().iter().find(|p| p["text"].as_str().unwrap().contains("قاربا واحدا")).unwrap();
    assert_eq!((&quote["kind"], &quote["origin"]["source"]), (&json!("taken"), &json!("وكالة المد")), "{quote:#}");
    assert_eq!(quote["carried_by"][0]["source"], "الشراع", "the way it went: {quote:#}");
    assert_eq!(quote["carried_by"][0]["before"], true);
    let wire = json_of(folder.path(), &["article", "وكالة المد"]);
    assert_eq!(wire["provenance"]["taken"], 0.0, "nobody was earlier");
    let printed = text(folder.path(), &["article", "نوارس"]);
    let first = "first by \u{2068}وكالة المد\u{2069} 08:10, by way of \u{2068}الشراع\u{2069} 09:40";
    assert!(printed.contains(first) && printed.contains("words only here"), "{printed}");
}

#[test]
fn positions_are_of_the_original_text_and_leave_nothing_out() {
    let folder = tempfile::tempdir().unwrap();
    boats(folder.path());
    let article = json_of(folder.path(), &["article", "نوارس"]);
    let provenance = &article["provenance"];
    let (mut word, mut whole) = (0, std::collections::BTreeMap::from([("title", String::new()), ("text", String::new())]));
    for p in provenance["passages"].as_array().unwrap() {
        let part = p["part"].as_str().unwrap();
        let chars: Vec<usize> = p["chars"].as_array().unwrap().iter().map(|c| c.as_u64().unwrap() as usize).collect();
        let original: String = article[part].as_str().unwrap().chars().skip(chars[0]).take(chars[1] - chars[0]).collect();
        assert_eq!(p["text"], original.as_str());
        assert_eq!(p["words"][0], word, "passages lie side by side");
        word = p["words"][1].as_u64().unwrap();
        whole.get_mut(part).unwrap().push_str(&original);
    }
    assert_eq!(provenance["words"], word);
    assert!(whole.iter().all(|(part, text)| article[part] == text.as_str()), "{whole:#?}");
    let shares: f64 = ["taken", "first_here", "only_here"].iter().map(|key| provenance[key].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-3, "{shares}");
}

#[test]
fn passages_are_followed_from_event_to_event_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let (storm, minister) = ("عاصفة تضرب جزيرة الطيون وتفقد سبعة قوارب", "استقالة وزيرة البحر نائلة الكتبي");
    let articles = [
        ("الشراع", minister, "2026-03-05T19:00:00Z", format!("{MINISTER}\n\n{BACKGROUND}")),
        ("وكالة المد", storm, "2026-03-03T08:10:00Z", format!("{WIRE} {QUOTE}\n\n{BACKGROUND}")),
    ];
    ingest(folder.path(), &articles);
    let later = json_of(folder.path(), &["article", "الشراع"]);
    let earlier = json_of(folder.path(), &["article", "وكالة المد"]);
    assert_ne!(later["event"], earlier["event"], "background makes no event");
    assert_eq!(later["provenance"]["origins"][0]["origin"]["source"], "وكالة المد", "{:#}", later["provenance"]);
    assert!(earlier["provenance"]["first_here"].as_f64().unwrap() > 0.3, "{:#}", earlier["provenance"]);
}

#[test]
fn show_says_who_was_first_and_who_copied_how_much_from_whom() {
    let folder = tempfile::tempdir().unwrap();
    boats(folder.path());
    let event = json_of(folder.path(), &["article", "نوارس"])["event"].as_str().unwrap().to_owned();
    let shown = json_of(folder.path(), &["show", &event]);
    assert_eq!(shown["first"]["source"], "وكالة المد");
    assert_eq!((&shown["event"]["source_count"], &shown["event"]["lineage_count"]), (&json!(3), &json!(1)));
    let of = |source: &str| shown["sources"].as_array().unwrap().iter().find(|s| s["source"] == source).unwrap().clone();
    let (copy, own) = (of("الشراع"), of("نوارس"));
    assert_eq!((&copy["delay_hours"], &copy["copied_from"]), (&json!(1.5), &json!("وكالة المد")));
    assert!(copy["copied"].as_f64().unwrap() > 0.75 && own["copied"].as_f64().unwrap() < copy["copied"].as_f64().unwrap());
    let only = &shown["only_one_source"][0];
    assert_eq!(only["article"]["source"], "نوارس", "{only:#}");
    assert!(only["text"].as_str().unwrap().contains("أم يوسف"));
    let timeline: Vec<&str> = shown["timeline"].as_array().unwrap().iter().map(|m| m["source"].as_str().unwrap()).collect();
    assert_eq!(timeline, ["وكالة المد", "الشراع", "نوارس"]);
    let printed = text(folder.path(), &["show", &event]);
    assert!(printed.contains("first     \u{2068}وكالة المد\u{2069}, 2026-03-03 08:10"), "{printed}");
    assert!(printed.contains("of it from \u{2068}وكالة المد\u{2069}"), "{printed}");
}

#[test]
fn an_outlet_that_publishes_again_is_one_source_with_its_changes_shown() {
    let folder = tempfile::tempdir().unwrap();
    let title = "فقدان سبعة قوارب صيد قبالة جزيرة الطيون";
    let articles = [
        ("وكالة المد", title, "2026-03-03T08:10:00Z", format!("{WIRE}\n\n{QUOTE}")),
        ("وكالة المد", title, "2026-03-03T10:40:00Z", format!("{}\n\n{QUOTE}", WIRE.replace("بسبعة", "بتسعة"))),
    ];
    ingest(folder.path(), &articles);
    let events = json_of(folder.path(), &["events"]);
    let event = events["event"].as_str().unwrap();
    assert_eq!((&events["articles"], &events["source_count"], &events["lineage_count"]), (&json!(1), &json!(1), &json!(1)));
    let shown = json_of(folder.path(), &["show", event]);
    assert_eq!(shown["sources"].as_array().unwrap().len(), 1);
    assert_eq!((&shown["sources"][0]["versions"], &shown["sources"][0]["copied"]), (&json!(2), &json!(0.0)));
    assert_eq!(shown["sources"][0]["current"]["article"], shown["timeline"][1]["article"], "the newest version counts");
    assert!(shown["only_one_source"].as_array().unwrap().is_empty(), "with one source there is nothing to tell apart");
    assert_eq!(shown["versions"][0][1]["difference"]["pieces"][1], json!({ "change": "removed", "words": "بسبعة" }));
    let printed = text(folder.path(), &["show", event]);
    assert!(printed.contains("[-\u{2068}بسبعة\u{2069}-] {+\u{2068}بتسعة\u{2069}+}"), "{printed}");
    let second = shown["timeline"][1]["article"].as_str().unwrap();
    assert!(text(folder.path(), &["article", second]).contains("from its own text of 08:10"));
}
