//! Bulletins of one form with other numbers are other events; a copy of an issue is of its event, whoever prints it.

use wirefold::article::{ArticleId, FileDigest};
use wirefold::detect::features::Features;
use wirefold::detect::live::When;
use wirefold::detect::{Detector, Incoming, Settings};

/// What differs from issue to issue.
type Issue = [&'static str; 6];

/// A form, its language, and two issues a day apart.
type Bulletin = (&'static str, &'static str, fn(&Issue) -> (String, String), [Issue; 2]);

const BULLETINS: [Bulletin; 6] = [
    (
        "weather",
        "ar",
        |[day, high, low, wind, coast, rain]| {
            (
                format!("حالة الطقس المتوقعة ليوم {day}"),
                format!(
                    "تتوقع الأرصاد الجوية أن يكون الطقس يوم {day} مستقرا على السواحل، وتبلغ درجة الحرارة العظمى {high} درجة والصغرى {low} درجات، والرياح \
                     شمالية غربية سرعتها {wind} كيلومترا في الساعة. وتصل الحرارة على الساحل إلى {coast} درجة، وتبلغ نسبة هطول الأمطار {rain} في المئة. \
                     وتنصح الأرصاد الصيادين بمتابعة النشرات قبل الإبحار."
                ),
            )
        },
        [["الاثنين", "24", "11", "18", "22", "5"], ["الثلاثاء", "19", "8", "35", "17", "60"]],
    ),
    (
        "rates",
        "ar",
        |[day, dollar, euro, pound, dirham, gold]| {
            (
                "أسعار العملات والذهب اليوم".to_owned(),
                format!(
                    "سجلت أسعار العملات في المصارف يوم {day} ما يلي: الدولار الأميركي {dollar}، اليورو {euro}، الجنيه الإسترليني {pound}، الدرهم الإماراتي \
                     {dirham}. وبلغ سعر غرام الذهب من عيار واحد وعشرين {gold} دينارا، وفق نشرة المصرف المركزي التي تصدر عند التاسعة صباحا."
                ),
            )
        },
        [["الاثنين", "14.210", "15.480", "18.020", "3.868", "1180"], ["الثلاثاء", "14.265", "15.395", "17.940", "3.883", "1194"]],
    ),
    (
        "prayer times",
        "ar",
        |[day, dawn, noon, afternoon, sunset, night]| {
            (
                format!("مواقيت الصلاة ليوم {day}"),
                format!(
                    "مواقيت الصلاة في المنارة وضواحيها ليوم {day}: الفجر {dawn}، الظهر {noon}، العصر {afternoon}، المغرب {sunset}، العشاء {night}، وعلى \
                     القاطنين خارج المدينة مراعاة فروق التوقيت المحلية كما تنشرها مديرية الأوقاف."
                ),
            )
        },
        [["الاثنين", "4:41", "12:07", "3:25", "5:58", "7:16"], ["الثلاثاء", "4:39", "12:06", "3:26", "5:59", "7:17"]],
    ),
    (
        "fixtures",
        "en",
        |[day, first, second, third, fourth, ground]| {
            (
                format!("Coast League fixtures for {day}"),
                format!(
                    "Fixtures of the Coast League for {day}, all times local: {first}; {second}; {third}; {fourth}. The match of the day is played at \
                     {ground} and shown live. Gates open ninety minutes before the kick-off, and tickets are sold at the harbour office."
                ),
            )
        },
        [
            ["Saturday", "Orun v Tern 15.00", "Mallory v Gull 17.15", "Calder v Vell 17.30", "Pine v Karsu 19.45", "Saltworks Road"],
            ["Sunday", "Brandt v Lorne 14.30", "Odo v Ilmen 16.45", "Dimrit v Oster 18.10", "Aske v Venn 20.00", "Miller Park"],
        ],
    ),
    (
        "ship counts",
        "en",
        |[day, ships, loaded, tonnes, waiting, trucks]| {
            (
                "Movement of ships in the port of Vell".to_owned(),
                format!(
                    "The port authority of Vell said that the number of ships at its berths on {day} was {ships}, of which {loaded} were loading. \
                     {tonnes} tonnes of general cargo were handled, {waiting} ships waited in the roads, and {trucks} lorries left by the northern \
                     gate, according to the daily statement of the authority's information office."
                ),
            )
        },
        [["Monday", "27", "12", "41350", "9", "3120"], ["Tuesday", "31", "17", "38900", "6", "2875"]],
    ),
    (
        "ship counts in Arabic",
        "ar",
        |[day, ships, passengers, tonnes, trucks, cars]| {
            (
                "تداول البضائع وحركة السفن بموانئ البحر الأحمر".to_owned(),
                format!(
                    "أعلن المركز الإعلامي لهيئة الموانئ أن عدد السفن على الأرصفة يوم {day} بلغ {ships} سفينة، وأن إجمالي المسافرين {passengers} راكبا، فيما \
                     تم تداول {tonnes} طنا من البضائع و{trucks} شاحنة و{cars} سيارة ملاكي. وأضاف البيان اليومي أن العمل في الموانئ يسير بانتظام."
                ),
            )
        },
        [["الاثنين", "12", "1450", "8000", "610", "73"], ["الثلاثاء", "9", "2210", "11500", "845", "41"]],
    ),
];

fn incoming(n: u32, source: &str, lang: &str, (title, text): &(String, String), hour: f64) -> Incoming {
    Incoming {
        id: ArticleId::new(&FileDigest::of(b"bulletins"), n),
        features: Features::of(title, text, lang),
        source: source.to_owned(),
        url: None,
        when: Some(When { from: hour, span: 0.0 }),
        dated: true,
        order: hour,
    }
}

#[test]
fn another_issue_is_another_event_and_a_copy_is_not() {
    let mut wrong = Vec::new();
    for (name, lang, form, [first, second]) in BULLETINS {
        for same_outlet in [true, false] {
            let mut detector = Detector::new(Settings::default(), 0);
            let next = if same_outlet { "Courier" } else { "Herald" };
            detector.place(incoming(0, "Courier", lang, &form(&first), 0.0));
            detector.place(incoming(1, next, lang, &form(&second), 24.0));
            detector.place(incoming(2, "Mercury", lang, &form(&second), 25.0));
            let events = [0, 1, 2].map(|pos| detector.event_of(pos));
            if events[0] == events[1] || events[1] != events[2] {
                wrong.push(format!(
                    "{name}, one outlet: {same_outlet}, other issue apart: {}, copy together: {}",
                    events[0] != events[1],
                    events[1] == events[2]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const GOODS: [&str; 12] = [
    "barley",
    "tin plate",
    "cedar boards",
    "olive oil",
    "salted herring",
    "rope",
    "glass jars",
    "lamp oil",
    "wool",
    "figs",
    "copper wire",
    "tea",
];

/// The market report of Vell: the same words, other numbers, none of which comes twice.
fn market(issue: u32) -> (String, String) {
    let numbers = |good: usize| (10_000 + 24 * issue + 2 * good as u32, 10_001 + 24 * issue + 2 * good as u32);
    let line = |(good, name): (usize, &&str)| {
        let (crates, price) = numbers(good);
        format!("traders at the quay market of Vell sold {crates} crates of {name} for {price} crowns in all")
    };
    let text: Vec<String> = GOODS.iter().enumerate().map(line).collect();
    ("Quay market of Vell: what was sold".to_owned(), format!("VELL – Today {}.", text.join(", and ")))
}

#[test]
fn an_outlet_sends_issue_after_issue_under_one_title() {
    let mut detector = Detector::new(Settings::default(), 0);
    (0..6).for_each(|n| drop(detector.place(incoming(n, "Courier", "en", &market(n), f64::from(n) / 2.0))));
    detector.place(incoming(6, "Mercury", "en", &market(5), 3.0));
    let mut events: Vec<_> = (0..7).map(|pos| detector.event_of(pos)).collect();
    assert_eq!(events[5], events[6], "a copy");
    events.sort();
    events.dedup();
    assert_eq!(events.len(), 6);
}

#[test]
fn a_form_that_came_very_often_is_still_a_form() {
    const ISSUES: u32 = 150;
    let mut detector = Detector::new(Settings::default(), 0);
    for n in 0..ISSUES {
        detector.place(incoming(n, &format!("Outlet {}", n % 40), "en", &market(n), f64::from(n) / 60.0));
    }
    let mut events: Vec<_> = (0..ISSUES).map(|pos| detector.event_of(pos)).collect();
    events.sort();
    events.dedup();
    assert_eq!(events.len() as u32, ISSUES);
}
