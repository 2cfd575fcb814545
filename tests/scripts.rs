//! Scripts without spaces: a rewritten copy joins its event, another happening does not.

use wirefold::article::{ArticleId, FileDigest, Relation};
use wirefold::detect::features::Features;
use wirefold::detect::live::When;
use wirefold::detect::{Detector, Incoming, Settings};
use wirefold::text::language;

fn incoming(n: u32, title: &str, text: &str) -> Incoming {
    Incoming {
        id: ArticleId::new(&FileDigest::of(b"scripts"), n),
        features: Features::of(title, text, language::detect(text)),
        source: format!("source {n}"),
        url: None,
        when: Some(When { from: 500_000.0 + f64::from(n), span: 0.0 }),
        dated: true,
        order: 500_000.0 + f64::from(n),
    }
}

/// Title and text of a report, of the same text cut and begun anew, and of another happening.
const CASES: &[(&str, [(&str, &str); 3])] = &[
    (
        "zh",
        [
            (
                "渡轮在雾中撞上驳船三十七人受伤",
                "奥伦港务局周二说，一艘载有二百名乘客的渡轮早上在浓雾中撞上停泊的驳船，三十七人受伤。港务局长索尔海姆说，渡轮的雷达在离港后不久失灵。潜水员检查了船体，没有发现水线以下的损坏。",
            ),
            (
                "雾中渡轮撞驳船",
                "记者从现场获悉：一艘载有二百名乘客的渡轮早上在浓雾中撞上停泊的驳船，三十七人受伤。港务局长索尔海姆说，渡轮的雷达在离港后不久失灵。",
            ),
            (
                "中央银行上调利率",
                "维尔达尼中央银行周三宣布把主要利率上调到百分之六点二五，行长奥伦指出工资和面包价格上涨过快，家庭将支付更多贷款利息。",
            ),
        ],
    ),
    (
        "ja",
        [
            (
                "霧の中でフェリーがはしけに衝突、三十七人けが",
                "オルン港湾局は火曜日、乗客二百人を乗せたフェリーが朝、濃い霧の中で停泊中のはしけに衝突し、三十七人がけがをしたと発表した。ソルハイム局長によると、フェリーのレーダーは出港の直後に故障したという。潜水士が船体を調べたが損傷は見つからなかった。",
            ),
            (
                "フェリー衝突でけが人",
                "現地からの報告によると、乗客二百人を乗せたフェリーが朝、濃い霧の中で停泊中のはしけに衝突し、三十七人がけがをした。ソルハイム局長によると、フェリーのレーダーは出港の直後に故障したという。",
            ),
            (
                "中央銀行が金利を引き上げ",
                "ベルダニ中央銀行は水曜日、主要な金利を六・二五パーセントに引き上げると決めた。総裁は賃金とパンの値上がりを理由に挙げ、家計の負担が増えると述べた。",
            ),
        ],
    ),
    (
        "th",
        [
            (
                "เรือข้ามฟากชนเรือบรรทุกในหมอก บาดเจ็บสามสิบเจ็ดคน",
                "การท่าเรือเมืองโอรุนแถลงเมื่อวันอังคารว่าเรือข้ามฟากที่มีผู้โดยสารสองร้อยคนชนเรือบรรทุกที่จอดอยู่ท่ามกลางหมอกหนาในตอนเช้า มีผู้บาดเจ็บสามสิบเจ็ดคน ผู้อำนวยการโซลไฮม์กล่าวว่าเรดาร์ของเรือเสียหลังออกจากท่าไม่นาน",
            ),
            (
                "เรือชนกันในหมอก",
                "ผู้สื่อข่าวรายงานว่าเรือข้ามฟากที่มีผู้โดยสารสองร้อยคนชนเรือบรรทุกที่จอดอยู่ท่ามกลางหมอกหนาในตอนเช้า มีผู้บาดเจ็บสามสิบเจ็ดคน ผู้อำนวยการโซลไฮม์กล่าวว่าเรดาร์ของเรือเสียหลังออกจากท่า",
            ),
            (
                "ธนาคารกลางขึ้นดอกเบี้ย",
                "ธนาคารกลางเวลดานีประกาศขึ้นอัตราดอกเบี้ยเป็นร้อยละหกจุดสองห้าเมื่อวันพุธ โดยผู้ว่าการอ้างค่าจ้างและราคาขนมปังที่สูงขึ้น ครัวเรือนต้องจ่ายหนี้มากขึ้น",
            ),
        ],
    ),
    (
        "km",
        [
            (
                "សាឡាងបុកទូកដឹកទំនិញក្នុងអ័ព្ទ",
                "អាជ្ញាធរកំពង់ផែអូរុនបានឱ្យដឹងនៅថ្ងៃអង្គារថាសាឡាងមួយដែលដឹកអ្នកដំណើរពីររយនាក់បានបុកទូកដឹកទំនិញក្នុងអ័ព្ទក្រាស់នៅពេលព្រឹក មនុស្សសាមសិបប្រាំពីរនាក់រងរបួស។ នាយកសូលហៃមបាននិយាយថារ៉ាដានៃសាឡាងខូចបន្ទាប់ពីចេញពីកំពង់ផែ។",
            ),
            (
                "សាឡាងបុកទូក",
                "អ្នកយកព័ត៌មានរាយការណ៍ថាសាឡាងមួយដែលដឹកអ្នកដំណើរពីររយនាក់បានបុកទូកដឹកទំនិញក្នុងអ័ព្ទក្រាស់នៅពេលព្រឹក មនុស្សសាមសិបប្រាំពីរនាក់រងរបួស។ នាយកសូលហៃមបាននិយាយថារ៉ាដានៃសាឡាងខូច។",
            ),
            ("ធនាគារកណ្តាលដំឡើងអត្រាការប្រាក់", "ធនាគារកណ្តាលវែលដានីប្រកាសដំឡើងអត្រាការប្រាក់ដល់ប្រាំមួយភាគរយនៅថ្ងៃពុធ ដោយសារប្រាក់ឈ្នួលនិងតម្លៃនំប៉័ងកើនឡើងលឿន។"),
        ],
    ),
];

#[test]
fn detection_works_where_no_spaces_are_written() {
    for (lang, reports) in CASES {
        let mut detector = Detector::new(Settings::default(), 0);
        let decisions: Vec<_> = reports
            .iter()
            .zip(0..)
            .map(|((title, text), n)| {
                assert_eq!(language::detect(text), *lang);
                detector.place(incoming(n, title, text))
            })
            .collect();
        let event = |n: u32| detector.event_of(n);
        assert_eq!(event(0), event(1), "{lang}: the copy joins");
        assert_ne!(event(0), event(2), "{lang}: the other happening does not");
        let copy = decisions[1].places.iter().find(|p| p.pos == 1).unwrap();
        assert!(matches!(copy.standing.relation, Relation::Copy | Relation::Edited | Relation::Rewrite), "{lang}: {:?}", copy.standing);
    }
}
