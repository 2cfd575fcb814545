//! The language of short texts in scripts that several languages share, `und` where nothing tells, and words of scripts without spaces.

use wirefold::text::language::detect;
use wirefold::text::words::for_each_word;

/// Headlines and sentences, ten and more of each language.
const SENTENCES: [(&str, &[&str]); 6] = [
    (
        "ar",
        &[
            "أعلنت الحكومة خطة جديدة لدعم المزارعين في الجنوب",
            "قتلى وجرحى في انهيار مبنى قديم وسط العاصمة",
            "الرئيس يستقبل وفدا من رجال الأعمال",
            "ارتفاع أسعار النفط مع تراجع المخزونات",
            "انطلاق مهرجان السينما بمشاركة ثلاثين دولة",
            "وزير الخارجية التركي يزور طهران غدا",
            "المنتخب يفوز على ضيفه بهدفين دون رد",
            "شركة پيپسي تفتح مصنعا جديدا في چاد",
            "سيول جارفة تقطع الطرق وتعزل قرى بأكملها",
            "محكمة الاستئناف تؤيد حكم البراءة",
            "إصابة سبعة عمال بحروق في مصفاة النفط",
            "البرلمان يناقش مشروع قانون الموازنة العامة",
        ],
    ),
    (
        "fa",
        &[
            "دولت طرح تازه‌ای برای حمایت از کشاورزان اعلام کرد",
            "زلزله شدید در استان کرمان خسارت به بار آورد",
            "رئیس جمهور با هیئت بازرگانی دیدار کرد",
            "قیمت نفت در بازارهای جهانی افزایش یافت",
            "جشنواره فیلم با حضور سی کشور آغاز شد",
            "وزیر خارجه ترکیه فردا به تهران سفر می‌کند",
            "تیم ملی با دو گل بر حریف خود پیروز شد",
            "سیل راه‌های روستایی را بست و چند پل را ویران کرد",
            "دادگاه تجدید نظر حکم تبرئه را تأیید کرد",
            "هفت کارگر در پالایشگاه دچار سوختگی شدند",
            "مجلس لایحه بودجه سال آینده را بررسی می‌کند",
            "باران شدید در شمال کشور ادامه دارد",
        ],
    ),
    (
        "ur",
        &[
            "حکومت نے کسانوں کی مدد کے لیے نئے منصوبے کا اعلان کر دیا",
            "دارالحکومت میں پرانی عمارت گرنے سے کئی افراد ہلاک",
            "صدر نے تاجروں کے وفد سے ملاقات کی",
            "عالمی منڈی میں تیل کی قیمتوں میں اضافہ",
            "فلمی میلے کا آغاز تیس ملکوں کی شرکت سے ہو گیا",
            "ترک وزیر خارجہ کل تہران کا دورہ کریں گے",
            "قومی ٹیم نے دو صفر سے میچ جیت لیا",
            "سیلاب سے سڑکیں بند اور کئی گاؤں کٹ گئے",
            "عدالت نے بریت کا فیصلہ برقرار رکھا",
            "ریفائنری میں آگ لگنے سے سات مزدور زخمی ہو گئے",
            "پارلیمان میں بجٹ پر بحث جاری ہے",
            "شمالی علاقوں میں بارش کا سلسلہ جاری",
        ],
    ),
    (
        "ckb",
        &[
            "حکومەت پلانێکی نوێی بۆ پشتیوانی جووتیاران ڕاگەیاند",
            "چەند کەسێک لە ڕووخانی خانوویەکی کۆن گیانیان لەدەستدا",
            "سەرۆک پێشوازی لە شاندێکی بازرگانان کرد",
            "نرخی نەوت لە بازاڕەکانی جیهان بەرزبووەوە",
            "فێستیڤاڵی فیلم بە بەشداری سی وڵات دەستیپێکرد",
            "وەزیری دەرەوەی تورکیا بەیانی سەردانی تاران دەکات",
            "هەڵبژاردەی نیشتمانی بە دوو گۆڵ سەرکەوت",
            "لافاو ڕێگاکانی بڕی و چەند گوندێکی دابڕی",
            "دادگا بڕیاری بێتاوانی پشتڕاستکردەوە",
            "حەوت کرێکار لە پاڵاوگەکە بریندار بوون",
            "پەرلەمان گفتوگۆ لەسەر بودجە دەکات",
            "بارانبارین لە باکووری هەرێم بەردەوامە",
        ],
    ),
    (
        "zh",
        &[
            "政府宣布支持农民的新计划",
            "首都一栋旧楼倒塌造成多人死伤",
            "总统会见商界代表团",
            "国际油价随库存下降上涨",
            "电影节开幕三十个国家参加",
            "外交部长明天访问德黑兰",
            "国家队二比零战胜对手",
            "洪水冲毁道路多个村庄被困",
            "上诉法院维持无罪判决",
            "炼油厂起火七名工人受伤",
        ],
    ),
    (
        "ja",
        &[
            "政府、農家支援の新計画を発表",
            "首都で古い建物が倒壊、死傷者多数",
            "大統領が経済界の代表団と会談",
            "原油価格が在庫減で上昇",
            "映画祭が三十カ国の参加で開幕",
            "外相があすテヘランを訪問へ",
            "代表チームが二対零で勝利した",
            "洪水で道路が寸断、村が孤立",
            "高裁が無罪判決を支持",
            "製油所の火災で作業員七人がけが",
        ],
    ),
];

#[test]
fn languages_of_one_script_are_told_apart() {
    let mut wrong = Vec::new();
    for (lang, sentences) in SENTENCES {
        assert!(sentences.len() >= 10);
        wrong.extend(sentences.iter().map(|s| (lang, detect(s), *s)).filter(|(lang, found, _)| lang != found));
    }
    assert!(wrong.is_empty(), "{} wrong (expected, found): {wrong:#?}", wrong.len());
}

/// Texts long enough for their commonest words to decide, and neighbours that share many of them.
#[test]
fn paragraphs_in_latin_script_are_told_apart() {
    for (lang, text) in [
        (
            "en",
            "The council of Orun said that the bridge over the river was closed for the winter, and that the ferry which was sold in May will not be replaced by the town.",
        ),
        (
            "fr",
            "Les habitants du port ont appris dans la soirée que le pont est fermé pour des travaux et que les pêcheurs qui vendent sur les quais seront aidés par le département.",
        ),
        (
            "es",
            "El puerto de Villamar recibió a los pescadores y a las familias que esperaban desde el martes; según el alcalde, la ayuda se entregará por barrios y con el apoyo del gobierno.",
        ),
        (
            "de",
            "Der Hafen von Orun ist seit Montag gesperrt, und das Rathaus sagte, dass die Brücke nicht vor dem Winter fertig wird; ein Gutachten wurde für den Rat erstellt und mit Auflagen versehen.",
        ),
        (
            "it",
            "Il porto di Orun è chiuso da lunedì e il sindaco ha detto che i lavori della diga non finiranno prima di maggio; per i pescatori sono previsti aiuti che il consiglio dei ministri discuterà.",
        ),
        (
            "pt",
            "O porto de Orun foi fechado na segunda-feira e o presidente da câmara disse que os trabalhos do molhe não terminam em maio; os pescadores recebem uma ajuda com base na lei dos portos.",
        ),
        (
            "nl",
            "De haven van Orun is sinds maandag gesloten en het stadhuis zei dat de brug niet voor de winter klaar zal zijn; de vissers krijgen een vergoeding van het ministerie die volgende week wordt besproken.",
        ),
        (
            "ca",
            "El port d'Orun és tancat des de dilluns i l'alcalde va dir que les obres del moll no s'acabaran abans del maig; els pescadors rebran un ajut que el govern discutirà la setmana vinent amb la confraria.",
        ),
        (
            "tr",
            "Orun limanı pazartesi gününden beri kapalı ve belediye başkanı köprünün kıştan önce bitmeyeceğini söyledi; balıkçılar için bir yardım paketi bu hafta mecliste görüşülecek.",
        ),
    ] {
        assert_eq!(detect(text), lang, "{text}");
    }
}

#[test]
fn what_is_not_clear_is_undetermined() {
    for text in ["", "2026", "—", "OK", "AFP", "x = y + 1", "12:30 – 14:00 (3)", "La", "TASS / 17", "Bo Ra", "!!! ???"] {
        assert_eq!(detect(text), "und", "{text}");
    }
}

/// Two reports that share names and few other words share words of scripts without spaces too, and unlike ones hardly any.
#[test]
fn scripts_without_spaces_are_cut_into_words() {
    let words = |text: &str, lang: &str| {
        let mut words: Vec<u32> = Vec::new();
        for_each_word(text, lang, usize::MAX, |word, _| words.push(word.stem));
        words.sort_unstable();
        words.dedup();
        words
    };
    for (lang, text, alike, unlike) in [
        ("zh", "松江市政府宣布老城区排水管网改造工程正式启动", "老城区排水管网改造在松江市开工", "外交部长明天访问德黑兰讨论油价"),
        (
            "ja",
            "白浜線の末端区間が七年ぶりに運転を再開した",
            "白浜線、七年ぶりの運転再開に住民ら三百人",
            "外相があすテヘランを訪れ原油価格を協議",
        ),
        ("th", "เรือเฟอร์รี่เกยตื้นนอกท่าเรือสนในหมอกหนา", "หมอกหนาทำให้เรือเฟอร์รี่เกยตื้นใกล้ท่าเรือสน", "รัฐบาลประกาศขึ้นราคาน้ำมันสัปดาห์หน้า"),
        ("km", "សាឡាងជាប់ខ្សាច់ក្រៅកំពង់ផែស្រល់ក្នុងអ័ព្ទក្រាស់", "អ័ព្ទក្រាស់ធ្វើឱ្យសាឡាងជាប់ខ្សាច់ក្បែរកំពង់ផែស្រល់", "រដ្ឋាភិបាលប្រកាសដំឡើងថ្លៃប្រេងសប្តាហ៍ក្រោយ"),
    ] {
        let (a, b, c) = (words(text, lang), words(alike, lang), words(unlike, lang));
        let shared = |x: &[u32], y: &[u32]| x.iter().filter(|w| y.binary_search(w).is_ok()).count() as f32 / x.len().min(y.len()) as f32;
        assert!(a.len() >= 10, "{lang}: {} words", a.len());
        assert!(shared(&a, &b) > 0.35 && shared(&a, &c) < 0.15, "{lang}: {} and {}", shared(&a, &b), shared(&a, &c));
    }
}
