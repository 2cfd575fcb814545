//! The evidence is the whole of the reason, and formula news does not merge on its formula.

use wirefold::article::{ArticleId, FileDigest};
use wirefold::detect::evidence::Evidence;
use wirefold::detect::features::Features;
use wirefold::detect::held::Held;
use wirefold::detect::live::When;
use wirefold::detect::{Decision, Detector, Incoming, Settings};
use wirefold::view::reasons::reasons;

fn place(detector: &mut Detector, n: u32, title: &str, text: &str, hour: Option<f64>) -> Decision {
    place_from(detector, &format!("outlet-{n}"), n, title, text, hour)
}

fn place_from(detector: &mut Detector, source: &str, n: u32, title: &str, text: &str, hour: Option<f64>) -> Decision {
    let lang = if title.chars().any(|c| ('\u{620}'..='\u{64a}').contains(&c)) { "ar" } else { "en" };
    detector.place(Incoming {
        id: ArticleId::new(&FileDigest::of(b"evidence"), n),
        features: Features::of(title, text, lang),
        source: source.to_owned(),
        url: None,
        when: hour.map(|from| When { from, span: 0.0 }),
        dated: hour.is_some(),
        order: hour.unwrap_or(f64::from(n)),
    })
}

/// An official formula, as issued for each sentence carried out.
fn sentence(names: [&str; 6]) -> String {
    let [name, town, court, drug, lawyer, village] = names;
    format!(
        "The ministry announced today that the sentence passed by the {court} court on {name} of {village}, convicted of bringing {drug} \
         into the country, was carried out in {town}. The ministry said the sentence had been confirmed after a fair trial in which \
         {lawyer} spoke for {name}, and that the law awaits everyone who trades in {drug}. {name} was arrested near {village} by guards \
         from {town} and brought before the {court} court; {lawyer} had asked for mercy."
    )
}

const BALABAN: [&str; 6] = ["Orhan Tevfik Balaban", "Karsuva", "Dimrit", "zirconelle", "Ferhunde Oksay", "Pinarkoy"];
const ROODT: [&str; 6] = ["Willem Adriaan Roodt", "Ilmenhaven", "Saltmarsh", "quarvine", "Geesje Tuinstra", "Oosterwijd"];

fn evidence(decision: &Decision) -> &Evidence {
    decision.because.matched.as_ref().or(decision.because.runner_up.as_ref()).expect("something was measured")
}

fn has(decision: &Decision, rule: &str) -> bool {
    evidence(decision).contributions.iter().any(|c| c.feature == rule)
}

#[test]
fn other_names_in_the_same_formula_are_another_event() {
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, 0, "Sentence carried out on Balaban in Karsuva", &sentence(BALABAN), Some(0.0));
    let other = place(&mut detector, 1, "Sentence carried out on Roodt in Ilmenhaven", &sentence(ROODT), Some(3.0));
    assert!(has(&other, "other_issue"), "{:#?}", evidence(&other));
    assert_ne!(detector.event_of(0), detector.event_of(1));
    let copy = sentence(BALABAN).replace("announced today", "said on Tuesday");
    let copy = place(&mut detector, 2, "Sentence on Balaban carried out", &copy, Some(5.0));
    assert!(!has(&copy, "other_issue"));
    assert_eq!(detector.event_of(0), detector.event_of(2));
}

#[test]
fn what_is_shown_adds_up_to_the_probability() {
    let mut detector = Detector::new(Settings::default(), 0);
    let text = sentence(BALABAN);
    place(&mut detector, 0, "Smuggler's sentence carried out", &text, Some(0.0));
    let dated = place(&mut detector, 1, "Sentence on smuggler Balaban", &text.replace("today", "on Tuesday"), Some(2.0));
    let undated = place(&mut detector, 2, "Sentence carried out in Karsuva", &text.replace("fair", "long"), None);
    let other = sentence(ROODT);
    let other = place(&mut detector, 3, "Smuggler's sentence carried out", &other, Some(3.0));
    assert!(has(&undated, "one_dated") && has(&undated, "rare_passage") && has(&other, "other_issue"), "every rule speaks");
    for decision in [&dated, &undated, &other] {
        let e = evidence(decision);
        let log_odds: f32 = e.contributions.iter().map(|c| c.adds).sum();
        let probability = 1.0 / (1.0 + (-log_odds).exp());
        assert!(
            (probability - e.probability).abs() < 1e-3,
            "{probability} is shown, {} was decided: {:#?}",
            e.probability,
            e.contributions
        );
    }
}

#[test]
fn what_is_little_known_counts_for_less_than_what_many_events_told() {
    let known = |decision: &Decision| evidence(decision).contributions.iter().find(|c| c.feature == "words_known").map_or(0.0, |c| c.adds);
    let mut detector = Detector::new(Settings::default(), 0);
    let word = |n: u32, k: u32| -> String {
        [n / 10, n % 10, k].iter().map(|d| ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu"][*d as usize]).collect()
    };
    let reports = [
        "Orhan Tevfik Balaban died in Karsuva for zirconelle found in his cart; Ferhunde Oksay, his counsel, heard of it on the radio.",
        "In Pinarkoy they mourn Balaban, put to death for zirconelle. Nobody told Ferhunde Oksay, who had pleaded at Dimrit for his life.",
    ];
    place(&mut detector, 0, "Smuggler's sentence carried out", &sentence(BALABAN), Some(0.0));
    let first = place(&mut detector, 1, "Balaban dead, counsel not told", reports[0], Some(1.0));
    for n in 0..100_u32 {
        let text = (0..10).map(|k| word(n, k)).collect::<Vec<_>>().join(" ");
        place(&mut detector, 2 + n, &word(n, 0), &text, Some(1.0));
    }
    let later = place(&mut detector, 102, "Pinarkoy mourns Balaban", reports[1], Some(2.0));
    assert!(known(&first) < 0.02 && known(&later) > 0.5, "{} at first, {} later", known(&first), known(&later));
    let form = place(&mut detector, 105, "Sentence carried out on Roodt", &sentence(ROODT), Some(2.0));
    assert_eq!(known(&form), 0.0, "what fills a form decides");
    let (title, text) = ("تنفيذ الحكم في بالابان", "أعلنت الوزارة تنفيذ حكم محكمة ديمريت في أورهان بالابان المدان بتهريب مادة إلى كارسوفا.");
    place(&mut detector, 103, title, text, Some(2.0));
    let arabic = place(&mut detector, 104, title, text, Some(3.0));
    assert_eq!(known(&arabic), 0.0, "the weights for Arabic were learned from days of news");
}

#[test]
fn a_formula_filled_in_anew_is_another_event() {
    let telegram = |[to, land, day]: [&str; 3]| {
        format!(
            "Prince Aldemar of Sundmark sent a telegram of congratulation to {to} of {land} on the occasion of {day}. The Prince wished {to} \
             lasting health and the people of {land} progress and prosperity, and praised the friendship that joins the two countries \
             and their firm will to deepen it in every field. The Crown Prince and the Chancellor of Sundmark sent telegrams alike."
        )
    };
    let mut detector = Detector::new(Settings::default(), 0);
    let first = telegram(["Queen Tamsila", "Orovia", "her accession"]);
    let next = telegram(["President Kolwezi", "Bahadur", "Republic Day"]);
    place_from(&mut detector, "court", 0, "Prince Aldemar congratulates Queen of Orovia", &first, Some(0.0));
    place_from(&mut detector, "gazette", 1, "Prince congratulates Queen of Orovia", &first, Some(1.0));
    let next = place_from(&mut detector, "court", 2, "Prince Aldemar congratulates President of Bahadur", &next, Some(24.0));
    assert_eq!(detector.event_of(0), detector.event_of(1), "a copy is a copy");
    assert!(has(&next, "other_slots"), "{:#?}", evidence(&next));
    assert_ne!(detector.event_of(0), detector.event_of(2), "{:#?}", evidence(&next));
}

#[test]
fn a_bare_label_says_nothing() {
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, 0, "Cartoon", "", Some(0.0));
    let other = place(&mut detector, 1, "Cartoon", "", Some(1.0));
    assert_ne!(detector.event_of(0), detector.event_of(1), "{:#?}", other.because);
}

#[test]
fn parts_under_one_title_by_one_source_are_one_event() {
    let first = "Governor Ilse Marant spoke in Tarnmouth on Monday of the years ahead.";
    let second =
        "Engineers then showed drawings of a breakwater, nine thousand blocks of granite. A vote on its cost is due before summer.";
    let title = "Statement of the office on Monday";
    let together = |source: &str| {
        let mut detector = Detector::new(Settings::default(), 0);
        place_from(&mut detector, "wire", 0, title, first, Some(0.0));
        place_from(&mut detector, source, 1, title, second, Some(0.3));
        detector.event_of(0) == detector.event_of(1)
    };
    assert!(together("wire"));
    assert!(!together("gazette"), "a bare title makes no event of two outlets' articles");
}

#[test]
fn a_bulletin_of_another_weekday_is_another_event() {
    let bulletin = |day: &str| {
        format!(
            "The weather office of Sundmark expects for {day} great heat over the eastern plain and mild air on the Zafran heights, with winds \
             that raise dust and dim the view along the coast road. Waves on the inner sea will reach a metre and a half; fishermen of \
             Port Mallory are advised to stay near the harbour, and shepherds above Ilmenhaven to keep to the lower pastures."
        )
    };
    let place = |hours: f64, day: &str| {
        let mut detector = Detector::new(Settings::default(), 0);
        place(&mut detector, 0, "Great heat over the eastern plain", &bulletin("Thursday"), Some(0.0));
        let decision = place(&mut detector, 1, "Great heat over the eastern plain", &bulletin(day), Some(hours));
        (has(&decision, "other_day"), detector.event_of(0) == detector.event_of(1))
    };
    assert_eq!(place(24.0, "Friday"), (true, false), "the next day's bulletin");
    assert_eq!(place(24.0, "Thursday"), (false, true), "printed again the next day");
    assert_eq!(place(2.0, "Friday"), (false, true), "a slip of the evening");
}

#[test]
fn what_is_said_of_another_today_in_other_words_is_another_event() {
    let bulletin = |coast: &str| {
        format!(
            "The weather office of Sundmark expects today great heat over the eastern plain and mild air on the Zafran heights, with winds \
             that raise dust and dim the view along the coast road. {coast} Fishermen of Port Mallory are advised to stay near the \
             harbour, and shepherds above Ilmenhaven to keep to the lower pastures."
        )
    };
    let waves = bulletin("Waves on the inner sea will reach a metre and a half, driven by a northerly of twenty to thirty knots.");
    let fog = bulletin("Fog may form before dawn on both shores of the strait, thickest off Gull Island and the mouth of the Orun.");
    let place = |hours: f64, text: &str| {
        let mut detector = Detector::new(Settings::default(), 0);
        place(&mut detector, 0, "Great heat over the eastern plain", &waves, Some(0.0));
        let decision = place(&mut detector, 1, "Great heat over the eastern plain", text, Some(hours));
        (has(&decision, "other_day"), detector.event_of(0) == detector.event_of(1))
    };
    assert_eq!(place(24.0, &fog), (true, false), "the next day's bulletin");
    assert_eq!(place(24.0, &waves), (false, true), "printed again the next day");
    assert!(!place(2.0, &fog).0, "two outlets of one evening");
    // Where both name a weekday besides, the reasons say of which day they speak.
    let until = |text: &str| text.replace("expects today", "expects today and until Thursday");
    let mut detector = Detector::new(Settings::default(), 0);
    place_from(&mut detector, "wire", 0, "Great heat over the eastern plain", &until(&waves), Some(0.0));
    let decision = place_from(&mut detector, "gazette", 1, "Great heat over the eastern plain", &until(&fog), Some(24.0));
    let told = reasons(evidence(&decision));
    let says = |feature: &str| told.iter().find(|r| r.feature == feature).map(|r| r.says.as_str());
    assert_eq!(says("weekday_same"), Some("both name the same weekday, each beside its own “today”"));
    assert_eq!(says("other_day"), Some("the same form, many hours apart: each speaks of its own “today”"));
}

#[test]
fn the_same_telegram_to_another_country_is_another_event() {
    let telegram = |head: &str, day: &str| {
        format!(
            "بعث الأمير ألدمار أمير أوروفيا برقية تهنئة إلى فخامة {head} بمناسبة {day}. وأعرب الأمير باسمه واسم شعب أوروفيا وحكومتها عن أصدق \
             التهاني وأطيب التمنيات بالصحة والسعادة لفخامته، ولحكومته وشعبه الصديق اطراد التقدم والازدهار، منوها بالعلاقات المتميزة بين \
             البلدين والحرص على تعزيزها في المجالات كافة."
        )
    };
    let tunis = telegram("رئيس الجمهورية التونسية", "ذكرى إعلان الجمهورية في تونس");
    let other = |title: &str, text: &str| {
        let mut detector = Detector::new(Settings::default(), 0);
        place(&mut detector, 0, "أمير أوروفيا يهنئ الرئيس التونسي بذكرى الجمهورية", &tunis, Some(0.0));
        let decision = place(&mut detector, 1, title, text, Some(1.0));
        (has(&decision, "other_country"), detector.event_of(0) == detector.event_of(1))
    };
    let quito = telegram("رئيس جمهورية الإكوادور", "ذكرى استقلال بلاده");
    assert_eq!(other("أمير أوروفيا يهنئ رئيس الإكوادور بذكرى الاستقلال", &quito), (true, false));
    assert_eq!(other("الأمير ألدمار يهنئ تونس بذكرى الجمهورية", &tunis), (false, true), "the adjective and the name are one country");
    let both = telegram("رئيسي الإكوادور وتونس", "ذكرى الاستقلال في الأولى وإعلان الجمهورية في الثانية");
    assert!(!other("أمير أوروفيا يهنئ رئيسي الإكوادور وتونس", &both).0, "a report of both speaks for neither side");
}

#[test]
fn the_same_telegram_of_a_sender_whose_country_is_named_to_another_country_is_another_event() {
    let telegram = |head: &str| {
        format!(
            "بعث الأمير ألدمار برقية تهنئة باسم شعب الأردن وحكومته إلى فخامة {head} بمناسبة ذكرى يوم الاستقلال لبلاده. وأعرب الأمير عن أصدق              التهاني وأطيب التمنيات بالصحة والسعادة لفخامته، ولحكومة وشعب بلاده الصديق اطراد التقدم والازدهار، منوها بالعلاقات المتميزة              التي تربط البلدين والشعبين الصديقين والحرص على تعزيزها وتنميتها في المجالات كافة."
        )
    };
    let place = |text: &str| {
        let mut detector = Detector::new(Settings::default(), 0);
        place(&mut detector, 0, "برقية تهنئة بذكرى الاستقلال", &telegram("رئيس تونس"), Some(0.0));
        let decision = place(&mut detector, 1, "برقية تهنئة بذكرى الاستقلال", text, Some(1.0));
        (has(&decision, "other_country"), detector.event_of(0) == detector.event_of(1))
    };
    assert_eq!(place(&telegram("رئيس الإكوادور")), (true, false), "both name Jordan, which sends them");
    assert_eq!(place(&telegram("رئيس تونس")), (false, true));
}

#[test]
fn the_same_inspection_in_another_town_is_another_event() {
    let found = |office: &str, town: &str, shops: &str, dateline: &str| {
        format!(
            "{dateline}ضبط مكتب العمل في {town} {shops} محلا خالفت قرار إغلاق الأسواق ظهرا، وذلك خلال جولات تفتيشية قام بها مراقبو {office} أمس على \
             الأسواق ومواقع البناء. وأوضح مدير المكتب أن الجولات مستمرة حتى نهاية الصيف، داعيا أصحاب المحلات إلى التقيد بالقرار حفاظا على سلامة العاملين."
        )
    };
    let both = |first: &str, title: &str, text: &str| {
        let mut detector = Detector::new(Settings::default(), 0);
        place(&mut detector, 0, "ضبط 42 محلا خالفت قرار الإغلاق", first, Some(0.0));
        let decision = place(&mut detector, 1, title, text, Some(1.0));
        (has(&decision, "other_region"), detector.event_of(0) == detector.event_of(1))
    };
    let qassim = found("المكتب", "القصيم", "42", "");
    assert_eq!(both(&qassim, "مخالفات لقرار الإغلاق بالجوف", &found("الوزارة", "الجوف", "46", "")), (true, false));
    assert_eq!(both(&qassim, "مخالفات لقرار الإغلاق", &found("المكتب", "بريدة", "42", "")), (false, true), "a town of that region");
    // Nor does a report of both towns bring them together.
    let mut detector = Detector::new(Settings::default(), 0);
    place(&mut detector, 0, "ضبط 42 محلا خالفت قرار الإغلاق", &qassim, Some(0.0));
    place(&mut detector, 1, "مخالفات لقرار الإغلاق بالجوف", &found("المكتب", "الجوف", "42", ""), Some(1.0));
    let last = place(&mut detector, 2, "ضبط محلات خالفت قرار الإغلاق", &found("المكتب", "القصيم والجوف", "42", ""), Some(2.0));
    assert!(evidence(&last).probability > 0.5 && detector.event_of(0) != detector.event_of(1));
    let (tabuk, najran) = (found("المكتب", "المملكة", "42", "سامي رضا – تبوك "), found("المكتب", "المملكة", "42", "نايف السعدي – نجران "));
    assert_eq!(both(&tabuk, "مخالفات لقرار الإغلاق", &najran), (false, true), "written in two towns");
}

#[test]
fn an_article_that_another_event_takes_in_is_told_of_even_if_it_stands_as_it_did() {
    let mut detector = Detector::new(Settings::default(), 0);
    let ship = "The ferry Marigold sank off Gull Island before dawn on Tuesday after striking the Orun reef. Harbour master Ilse Marant said \
                that tugs from Port Mallory took all eighty passengers off the ferry, and that divers would look at the hull.";
    let oil = "Black oil reached the bathing beaches of Tarnmouth at noon. Mayor Piet Harrowgate closed the promenade, and volunteers with \
               rakes and straw began to clean three kilometres of sand; oyster beds near the estuary are thought to be lost.";
    place(&mut detector, 0, "Ferry Marigold sinks off Gull Island", ship, Some(0.0));
    place(&mut detector, 1, "Oil on the beaches of Tarnmouth", oil, Some(1.0));
    place(&mut detector, 2, "Oil on the beaches of Tarnmouth", &oil.replace("Black oil", "Thick oil"), Some(2.0));
    let (alone, taking) = (detector.event_of(0).unwrap(), detector.event_of(1).unwrap());
    assert!(alone != taking && detector.event_of(2) == Some(taking));
    // An editor says that the next one and the ferry are one event.
    let id = |n| ArticleId::new(&FileDigest::of(b"evidence"), n);
    let seats = [(id(0), (0, alone))].into_iter().collect();
    detector.hold(Held::new(vec![vec![id(0), id(3)]], &[], Default::default(), seats));
    let last = place(&mut detector, 3, "Oil on the beaches of Tarnmouth", &oil.replace("Black oil", "Heavy oil"), Some(3.0));
    assert_eq!(detector.event_of(0), Some(taking));
    let told = last.places.iter().find(|place| place.pos == 0).map(|place| place.event);
    assert_eq!(told, Some(taking), "the ferry is still the first text, of another event");
}
