//! One text in two outlets is one event, also where the second prints it days later and in its own frame; what only looks like it is not.

use wirefold::article::{ArticleId, FileDigest};
use wirefold::detect::evidence::Evidence;
use wirefold::detect::features::Features;
use wirefold::detect::live::When;
use wirefold::detect::{Decision, Detector, Incoming, Settings};

fn place(detector: &mut Detector, source: &str, hour: f64, title: &str, text: &str) -> Decision {
    let n = detector.live() as u32;
    detector.place(Incoming {
        id: ArticleId::new(&FileDigest::of(b"reprint"), n),
        features: Features::of(title, text, "en"),
        source: source.to_owned(),
        url: None,
        when: Some(When { from: hour, span: 0.0 }),
        dated: true,
        order: hour,
    })
}

fn closest(decision: &Decision) -> &Evidence {
    let because = &decision.because;
    because.matched.iter().chain(&because.runner_up).max_by(|a, b| a.probability.total_cmp(&b.probability)).expect("something was measured")
}

fn has(decision: &Decision, rule: &str) -> bool {
    closest(decision).contributions.iter().any(|c| c.feature == rule)
}

const TITLE: &str = "Museum of Velm opens with the bells of a drowned abbey";
const BELLS: &str = "The regional museum of Velm opened its new wing with eleven bronze bells that divers raised from the drowned abbey of \
    Sankt Orsel. The bells were cast in the foundry of Master Hildebrand and hung above the cloister until the reservoir rose over it. \
    Curator Annelien Vroom said that each bell had been cleaned of lime with wooden tools over fourteen months. ";
const WING: &str = "The wing stands on oak piles beside the old customs house and holds a reading room, a workshop for ropemakers and a \
    tower in which three of the bells can be rung by hand. Schools of the valley may book the workshop free of charge until the end of \
    the winter term. Visitors reach the museum by the ferry from Lower Velm, which now calls at the customs house every half hour. ";

/// The text as a paper prints it for its own readers: other first and last words.
fn printed(begin: &str, end: &str) -> String {
    format!("{begin} {BELLS}{WING}{end}")
}

#[test]
fn another_outlet_prints_a_text_days_later() {
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, "courier", 0.0, TITLE, &printed("", "The courier's photographs are on page nine."));
    let end = "Whoever wants to hear them rung should ask Verger Tamsin Oakley at the ticket desk.";
    let later = printed("A treasure long thought lost is on show upriver.", end);
    let later = place(&mut detector, "herald", 62.0, "Drowned bells ring again upriver", &later);
    assert!(has(&later, "reprint") && !has(&later, "other_slots"), "{:#?}", closest(&later));
    assert_eq!(detector.event_of(0), detector.event_of(1), "{:#?}", closest(&later));
}

#[test]
fn reports_in_other_words_do_not_keep_a_reprint_from_its_text() {
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, "courier", 0.0, TITLE, &printed("", ""));
    let reports = [
        "Eleven bells of Sankt Orsel went on show at the museum of Velm, where curator Annelien Vroom rang the first by hand.",
        "Velm: divers who raised the bells of the drowned abbey of Sankt Orsel were cheered at the opening of the museum's wing.",
        "Curator Vroom opened the museum wing at Velm; the bells of Sankt Orsel, cast by Hildebrand, were under water for decades.",
        "With the bells of Sankt Orsel the museum at Velm hopes for visitors, said Annelien Vroom at the opening of the wing.",
    ];
    for (n, report) in (1..).zip(reports) {
        place(&mut detector, &format!("post {n}"), f64::from(n) / 4.0, "Bells of Sankt Orsel at the museum of Velm", report);
    }
    assert_eq!(detector.event_of(0), detector.event_of(4), "the reports are of one event");
    let later = place(&mut detector, "herald", 60.0, "Upriver", &printed("A treasure is on show.", "Tickets are sold by Verger Oakley."));
    assert_eq!(detector.event_of(0), detector.event_of(5), "{:#?}", closest(&later));
}

#[test]
fn what_an_outlet_copies_of_its_own_report_is_background() {
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, "courier", 0.0, TITLE, &printed("", ""));
    let theft = "Burglars broke into the museum at night and sawed the smallest bell from its yoke, the police of Velm said. Inspector \
        Quillon Marsh asked ferrymen to report barges without lights and found a crowbar on the quay.";
    let next = place(&mut detector, "courier", 30.0, "Burglars saw a bell from its yoke", &printed(theft, ""));
    assert!(!has(&next, "reprint"), "{:#?}", closest(&next));
    assert_ne!(detector.event_of(0), detector.event_of(1), "{:#?}", closest(&next));
}

#[test]
fn the_bulletin_of_another_day_is_no_reprint() {
    let bulletin = |[low, high, wind, wave, rain, sun]: [u32; 6]| {
        format!(
            "The weather service of the coast expects mild and changeable air over the valleys and the plain, with fog in the hollows \
             before sunrise and haze along the outer banks until noon. Small boats should stay inside the bar until the evening tide, \
             and herdsmen on the high pastures are asked to bring young animals under a roof. The ferry of the islands sails by its \
             winter table, and the pass of Korrin stays open to carts with chains. Night low {low}, high {high} degrees, wind {wind} \
             knots, waves {wave} decimetres, rain {rain} millimetres, sun {sun} minutes."
        )
    };
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, "courier", 0.0, "Weather on the coast", &bulletin([4, 17, 23, 14, 6, 112]));
    let next = place(&mut detector, "herald", 24.0, "Weather on the coast", &bulletin([7, 21, 31, 19, 2, 245]));
    assert!(has(&next, "other_issue") && !has(&next, "reprint"), "{:#?}", closest(&next));
    assert_ne!(detector.event_of(0), detector.event_of(1), "{:#?}", closest(&next));
}

#[test]
fn half_of_a_text_with_as_much_new_is_the_same_event() {
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, "courier", 0.0, TITLE, &printed("", ""));
    let new = "Anglers of the upper lake grumble about the noise. Dyer Oswin Pell keeps forty hives near the weir and fears for his swarms, \
        and a choir from Harnsey rehearses songs about sunken steeples. Mayor Isolde Brandt promised benches, lamps and a second \
        landing stage, while hoteliers count on coaches from Tolmark during the regatta of ageing steam launches. Bakers of Harnsey \
        sell gingerbread clappers, and the brewer Lambert Quist gave his autumn ale a verger on its label.";
    let half = place(&mut detector, "herald", 9.0, "Anglers grumble, hoteliers hope", &format!("{new} {BELLS}"));
    assert!(has(&half, "rare_copy"), "{:#?}", closest(&half));
    assert_eq!(detector.event_of(0), detector.event_of(1), "{:#?}", closest(&half));
}
