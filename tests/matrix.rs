//! Every language in every encoding it is sent in, as plain text, JSON, HTML, a feed and NITF: title, text and language must come out.

use encoding_rs::Encoding;
use jiff::Timestamp;
use serde_json::json;
use wirefold::parse::{FileHints, Limits, parse};

/// A language with its title, two paragraphs, and the labels of the legacy encodings that it is sent in.
type Language = (&'static str, &'static str, [&'static str; 2], &'static [&'static str]);

const LANGUAGES: &[Language] = &[
    (
        "ar",
        "ثلاث سفن تعود إلى ميناء الصنوبر",
        [
            "عادت ثلاث سفن صيد إلى ميناء الصنوبر فجر الأربعاء بعد أن فقد الاتصال بها خلال عاصفة استمرت يومين، وقال مدير الميناء إن البحارة جميعهم بخير.",
            "وأضاف المدير أن إحدى السفن فقدت شباكها، وأن السلطات ستعوض الصيادين عن خسائرهم قبل نهاية الشهر المقبل.",
        ],
        &["windows-1256", "iso-8859-6"],
    ),
    (
        "fa",
        "سه كشتي به بندر صنوبر بازگشتند",
        [
            "سه كشتي ماهيگيري پس از طوفاني كه دو روز طول كشيد، صبح چهارشنبه به بندر صنوبر بازگشتند و مدير بندر گفت كه همه ملوانان سالم هستند.",
            "او افزود كه يكي از كشتي ها تورهاي خود را از دست داده است و دولت تا پايان ماه آينده خسارت ماهيگيران را پرداخت خواهد كرد.",
        ],
        &["windows-1256"],
    ),
    (
        "ru",
        "Три судна вернулись в порт Сосновый",
        [
            "Три рыболовных судна вернулись в порт Сосновый в среду на рассвете после шторма, который продолжался двое суток, сообщил начальник порта.",
            "По его словам, одно из судов потеряло сети, но все моряки живы и здоровы; власти возместят рыбакам убытки до конца следующего месяца.",
        ],
        &["windows-1251", "koi8-r", "iso-8859-5"],
    ),
    (
        "fr",
        "Trois chalutiers rentrent à Port-des-Pins",
        [
            "Trois chalutiers sont rentrés à Port-des-Pins mercredi à l’aube, après une tempête de deux jours pendant laquelle le contact avait été coupé.",
            "Le directeur du port a précisé que tous les marins étaient sains et saufs, et que l’État dédommagerait les pêcheurs dès le mois prochain.",
        ],
        &["windows-1252"],
    ),
    (
        "en",
        "Three trawlers reach Pine Harbour",
        [
            "Three trawlers reached Pine Harbour at dawn on Wednesday after a storm of two days in which contact with them had been lost, the harbour master said.",
            "One of the ships had lost its nets, he added, but “all hands are well”, and the government would make good the losses by the end of next month.",
        ],
        &["windows-1252"],
    ),
    (
        "zh",
        "三艘渔船返回松林港",
        [
            "三艘渔船星期三清晨返回松林港。此前两天的风暴中，港口与这些渔船失去了联系。港务局局长表示，所有船员平安无事。",
            "局长还说，其中一艘渔船丢失了渔网，政府将在下个月底之前赔偿渔民的损失，并且检查所有船只的通信设备。",
        ],
        &["gb18030", "gbk"],
    ),
    (
        "ja",
        "漁船三隻が松林港に帰港",
        [
            "二日間続いた嵐で連絡が途絶えていた漁船三隻が、水曜日の明け方に松林港へ帰港した。港長によると、乗組員は全員無事だった。",
            "港長は、一隻が網を失ったが、政府は来月末までに漁業者の損失を補償し、すべての船の通信設備を検査する予定だと述べた。",
        ],
        &["shift_jis", "euc-jp"],
    ),
    (
        "el",
        "Τρεις τράτες επέστρεψαν στο Πευκοχώρι",
        [
            "Τρεις τράτες επέστρεψαν στο λιμάνι του Πευκοχωρίου την Τετάρτη τα ξημερώματα, μετά από καταιγίδα δύο ημερών, είπε ο λιμενάρχης.",
            "Ένα από τα σκάφη έχασε τα δίχτυα του, αλλά όλοι οι ναυτικοί είναι καλά και το κράτος θα αποζημιώσει τους ψαράδες τον επόμενο μήνα.",
        ],
        &["windows-1253"],
    ),
    (
        "tr",
        "Üç tekne Çamlıca limanına döndü",
        [
            "İki gün süren fırtınada bağlantının kesildiği üç balıkçı teknesi çarşamba günü şafakta Çamlıca limanına döndü; liman müdürü bütün denizcilerin sağ olduğunu söyledi.",
            "Müdür, teknelerden birinin ağlarını kaybettiğini, devletin gelecek ayın sonuna kadar balıkçıların zararını karşılayacağını ekledi.",
        ],
        &["windows-1254"],
    ),
];

/// Encodings of Unicode: with and without a mark.
const UNICODE: &[&str] = &["utf-8", "utf-8 with mark", "utf-16le with mark", "utf-16be with mark", "utf-16le", "utf-16be"];

/// East Asian text in UTF-16 without a mark has nothing that tells it from other bytes; nobody sends it so.
fn is_sent(lang: &str, encoding: &str) -> bool {
    !(matches!(lang, "zh" | "ja") && matches!(encoding, "utf-16le" | "utf-16be"))
}

fn encode(text: &str, encoding: &str) -> Vec<u8> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 with mark" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "utf-16le" => utf16(u16::to_le_bytes),
        "utf-16be" => utf16(u16::to_be_bytes),
        "utf-16le with mark" => [vec![0xff, 0xfe], utf16(u16::to_le_bytes)].concat(),
        "utf-16be with mark" => [vec![0xfe, 0xff], utf16(u16::to_be_bytes)].concat(),
        label => {
            let (bytes, _, lossy) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
            assert!(!lossy, "{label} cannot hold {text}");
            bytes.into_owned()
        }
    }
}

/// The article in each form; the forms that can name their encoding do.
fn forms(title: &str, [first, second]: [&str; 2], encoding: &str) -> Vec<(&'static str, String)> {
    let label = encoding.split(' ').next().unwrap();
    vec![
        ("plain", format!("{title}\n\n{first}\n{second}\n")),
        ("json", json!({ "title": title, "text": format!("{first}\n{second}") }).to_string()),
        (
            "html",
            format!(
                "<html><head><meta charset=\"{label}\"><title>{title}</title></head><body><article><h1>{title}</h1>\
                 <p>{first}</p><p>{second}</p></article></body></html>"
            ),
        ),
        (
            "rss",
            format!(
                "<?xml version=\"1.0\" encoding=\"{label}\"?><rss version=\"2.0\"><channel><title>x</title><item><title>{title}</title>\
                 <description>&lt;p&gt;{first}&lt;/p&gt;&lt;p&gt;{second}&lt;/p&gt;</description></item></channel></rss>"
            ),
        ),
        (
            "nitf",
            format!(
                "<?xml version=\"1.0\" encoding=\"{label}\"?><nitf><body><body.head><hedline><hl1>{title}</hl1></hedline></body.head>\
                 <body.content><p>{first}</p><p>{second}</p></body.content></body></nitf>"
            ),
        ),
    ]
}

#[test]
fn every_language_is_read_in_every_encoding_and_form() {
    let hints = FileHints {
        name: "file",
        folder: None,
        sidecar: None,
        sources: wirefold::sources::Sources::shipped(),
        received: Timestamp::from_second(1_772_600_000).unwrap(),
    };
    let (mut cases, mut wrong) = (0, Vec::new());
    for (lang, title, paragraphs, legacy) in LANGUAGES {
        for encoding in UNICODE.iter().chain(*legacy).filter(|e| is_sent(lang, e)) {
            for (form, content) in forms(title, *paragraphs, encoding) {
                cases += 1;
                let parsed = parse(&encode(&content, encoding), &hints, &Limits::default());
                let read = parsed.articles.first().map(|a| (a.title.as_str(), a.text.as_str(), a.lang.as_str()));
                let text = paragraphs.join("\n");
                if parsed.format != form || read != Some((title, &text, lang)) {
                    wrong.push(format!(
                        "{lang} {encoding} {form}: read as {} in {}: {read:?} {:?}",
                        parsed.format, parsed.encoding, parsed.rejects
                    ));
                }
            }
        }
    }
    assert!(cases >= 120, "{cases} cases");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
}
