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
    (
        "ur",
        "شہر کی کونسل نے دوسرے پل کی منظوری دی",
        [
            "شہر کی کونسل نے پیر کے روز دریا پر دوسرا پل بنانے کا فیصلہ کیا ہے اور میئر نے کہا کہ کام مئی میں شروع ہوگا اور دو سال جاری رہے گا۔",
            "انہوں نے کہا کہ پرانی کشتی پل کے کھلنے تک چلتی رہے گی اور اخراجات کا نصف حکومت ادا کرے گی۔",
        ],
        &[],
    ),
    (
        "ckb",
        "شارەکە پردێکی دووەم دروست دەکات",
        [
            "ئەنجوومەنی شارەکە ڕۆژی دووشەممە بڕیاری دا پردێکی دووەم لەسەر ڕووبارەکە دروست بکات و سەرۆکی شارەوانی ڕایگەیاند کە کارەکان لە بەهار دەست پێدەکەن.",
            "هەروەها گوتی کە خەرجییەکە چل ملیۆنە و حکومەت نیوەی دەدات، بەلەمە کۆنەکەش هەتا کردنەوەی پردەکە کار دەکات.",
        ],
        &[],
    ),
    (
        "th",
        "สภาเมืองอนุมัติสะพานแห่งที่สอง",
        [
            "สภาเมืองมีมติเมื่อวันจันทร์ให้สร้างสะพานแห่งที่สองข้ามแม่น้ำ นายกเทศมนตรีกล่าวว่างานก่อสร้างจะเริ่มในเดือนพฤษภาคมและใช้เวลาสองปี",
            "เธอกล่าวเพิ่มเติมว่าค่าใช้จ่ายอยู่ที่สี่สิบล้าน และรัฐบาลจะจ่ายครึ่งหนึ่ง ส่วนเรือข้ามฟากเดิมจะวิ่งจนกว่าสะพานจะเปิด",
        ],
        &["windows-874"],
    ),
    (
        "km",
        "ក្រុងសាងសង់ស្ពានទីពីរ",
        [
            "ក្រុមប្រឹក្សាក្រុងបានសម្រេចកាលពីថ្ងៃច័ន្ទសាងសង់ស្ពានទីពីរឆ្លងកាត់ទន្លេ ហើយអភិបាលក្រុងបាននិយាយថាការងារនឹងចាប់ផ្តើមនៅខែឧសភា។",
            "លោកបានបន្ថែមថាតម្លៃគឺសែសិបលាន ហើយរដ្ឋាភិបាលនឹងចេញពាក់កណ្តាល។",
        ],
        &[],
    ),
    (
        "ko",
        "시의회, 두 번째 다리 건설 결정",
        [
            "시의회는 월요일 강에 두 번째 다리를 건설하기로 결정했다고 시장이 밝혔다. 공사는 오월에 시작되어 이 년 동안 계속된다.",
            "시장은 비용이 사천만이며 절반은 정부가 부담한다고 덧붙였다. 옛 나룻배는 다리가 열릴 때까지 운행한다.",
        ],
        &["euc-kr"],
    ),
    (
        "he",
        "העירייה תבנה גשר שני מעל הנהר",
        [
            "מועצת העיר החליטה ביום שני לבנות גשר שני מעל הנהר, אמרה ראש העיר, לאחר שלוש שנים של ויכוח בין המהנדסים לבין הסוחרים.",
            "העבודות יתחילו בחודש מאי ויימשכו שנתיים, הוסיפה, והמעבורת הישנה תפעל עד לפתיחת הגשר.",
        ],
        &["windows-1255"],
    ),
];

/// Encodings of Unicode: with and without a mark.
const UNICODE: &[&str] = &["utf-8", "utf-8 with mark", "utf-16le with mark", "utf-16be with mark", "utf-16le", "utf-16be"];

/// East Asian text in UTF-16 without a mark has nothing that tells it from other bytes; nobody sends it so.
fn is_sent(lang: &str, encoding: &str) -> bool {
    !(matches!(lang, "zh" | "ja" | "ko") && matches!(encoding, "utf-16le" | "utf-16be"))
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
            "atom",
            format!(
                "<?xml version=\"1.0\" encoding=\"{label}\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>x</title><entry><title>{title}</title>\
                 <content type=\"html\">&lt;p&gt;{first}&lt;/p&gt;&lt;p&gt;{second}&lt;/p&gt;</content></entry></feed>"
            ),
        ),
        (
            "newsml-g2",
            format!(
                "<?xml version=\"1.0\" encoding=\"{label}\"?><newsItem xmlns=\"http://iptc.org/std/nar/2006-10-01/\" guid=\"urn:x\">\
                 <contentMeta><headline>{title}</headline></contentMeta><contentSet><inlineXML><html xmlns=\"http://www.w3.org/1999/xhtml\">\
                 <body><p>{first}</p><p>{second}</p></body></html></inlineXML></contentSet></newsItem>"
            ),
        ),
        ("ninjs", json!({ "uri": "urn:x", "headline": title, "body_html": format!("<p>{first}</p><p>{second}</p>") }).to_string()),
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
    let mut table = String::new();
    for (lang, title, paragraphs, legacy) in LANGUAGES {
        let before = cases;
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
        let encodings = UNICODE.iter().chain(*legacy).filter(|e| is_sent(lang, e)).count();
        table += &format!("{lang:<4} {encodings:>9} {:>6}\n", cases - before);
    }
    println!("lang encodings  files\n{table}all  {:>9} {cases:>6}", "");
    assert!(cases >= 120, "{cases} cases");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
}
