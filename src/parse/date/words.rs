//! The words of dates: months, weekdays, halves of the day, zones and what stands between. All folded as `date::read` folds.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// The calendar that a month belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// The Gregorian one.
    Gregorian,
    /// The lunar one of Islam.
    Lunar,
    /// The solar one of Iran.
    Solar,
}

/// What a word contributes to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A month, from 1.
    Month(i64, Calendar),
    /// The name of a calendar, such as `هـ`.
    Of(Calendar),
    /// A zone, in seconds east of Greenwich.
    Offset(i32),
    /// Before or after noon.
    Half {
        /// After noon.
        afternoon: bool,
    },
    /// Nothing: a weekday, a preposition, a label.
    Filler,
}

/// Month names by number: English, French, Spanish, German, Russian (also genitive), Turkish; Arabic of Egypt and the Gulf, the Levant
/// and the Maghreb; Persian and Urdu names of the Gregorian months.
const MONTHS: [&str; 12] = [
    "jan january janvier janv enero ene januar jänner январь января янв ocak oca يناير جانفي ژانويه جنوري",
    "feb february février fevrier févr febrero februar feber февраль февраля фев февр şubat şub فبراير شباط فيفري فوريه فروري",
    "mar march mars marzo märz maerz mrz март марта мар mart مارس اذار مارچ",
    "apr april avril avr abril abr апрель апреля апр nisan nis ابريل نيسان افريل اوريل اپريل",
    "may mai mayo май мая mayis مايو ايار ماي مه مي مئي",
    "jun june juin junio juni июнь июня июн haziran haz يونيو يونيه حزيران جوان ژوئن جون",
    "jul july juillet juil julio juli июль июля июл temmuz tem يوليو يوليه يوليوز تموز جويليه ژوئيه جولاي جولائي",
    "aug august août aout agosto ago август августа авг ağustos ağu اغسطس اب اوت غشت اگست",
    "sep sept september septembre septiembre setiembre set сентябрь сентября сен сент eylül eyl سبتمبر ايلول شتنبر سپتامبر ستمبر",
    "oct october octobre octubre oktober okt октябрь октября окт ekim eki اكتوبر اكتبر",
    "nov november novembre noviembre ноябрь ноября ноя нояб kasim kas نوفمبر نونبر نوامبر نومبر",
    "dec december décembre decembre déc diciembre dic dezember dez декабрь декабря дек aralik ara ديسمبر دجنبر دسامبر دسمبر",
];

/// Months of the lunar calendar of Islam that have a name of one word, with their numbers.
const LUNAR: &[(&str, i64)] = &[("محرم", 1), ("صفر", 2), ("رجب", 7), ("شعبان", 8), ("رمضان", 9), ("شوال", 10)];

/// Months of the solar calendar of Iran and Afghanistan.
const SOLAR: [&str; 12] = ["فروردين", "ارديبهشت", "خرداد", "تير", "مرداد", "شهريور", "مهر", "ابان", "اذر", "دي", "بهمن", "اسفند"];

const FILLERS: &str = "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday \
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles miercoles jueves viernes sábado sabado domingo \
    понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс pazartesi sali çarşamba perşembe cuma cumartesi pazar \
    الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت احد اثنين ثلاثاء اربعاء خميس جمعه سبت \
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag den dem der am um uhr mo di mi do fr so \
    پير منگل بدھ جمعرات جمعہ ہفتہ اتوار ء سه چهار پنج ساعت \
    شنبه يكشنبه دوشنبه سهشنبه چهارشنبه پنجشنبه t st nd rd th er of on at the de del le el la à a las г года в время вторник среду пятницу субботу 年 月 日 date \
    published updated posted last publié le mis jour يوم في بتاريخ تاريخ نشر نشرت النشر اخر تحديث الساعه عند بتوقيت ت ميلادي الميلادي ميلاديه";

const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("ut", 0),
    ("غرينتش", 0),
    ("جرينتش", 0),
    ("غ", 0),
    ("cet", 1),
    ("cest", 2),
    ("eet", 2),
    ("eest", 3),
    ("msk", 3),
    ("мск", 3),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

/// Halves of the day, and whether they are after noon.
const HALVES: [(&str, bool); 7] =
    [("am", false), ("ص", false), ("صباحا", false), ("pm", true), ("م", true), ("مساء", true), ("ظهرا", true)];

/// What names the lunar calendar.
const OF_LUNAR: [&str; 6] = ["ه", "هجري", "هجريا", "هجريه", "للهجره", "ah"];

/// The meaning of a folded word, if it can stand in a date.
pub fn meaning(word: &str) -> Option<Word> {
    static MEANINGS: LazyLock<FxHashMap<&str, Word>> = LazyLock::new(meanings);
    MEANINGS.get(word).copied()
}

/// Each word with its meaning: the first in this order, where it has several.
fn meanings() -> FxHashMap<&'static str, Word> {
    let mut meanings = FxHashMap::default();
    let mut add = |word, meaning| {
        meanings.entry(word).or_insert(meaning);
    };
    for (number, names) in (1..).zip(MONTHS) {
        names.split_ascii_whitespace().for_each(|name| add(name, Word::Month(number, Calendar::Gregorian)));
    }
    LUNAR.iter().for_each(|(name, number)| add(name, Word::Month(*number, Calendar::Lunar)));
    (1..).zip(SOLAR).for_each(|(number, name)| add(name, Word::Month(number, Calendar::Solar)));
    ZONES.iter().for_each(|(name, hours)| add(name, Word::Offset(hours * 3600)));
    HALVES.iter().for_each(|(name, afternoon)| add(name, Word::Half { afternoon: *afternoon }));
    OF_LUNAR.iter().for_each(|name| add(name, Word::Of(Calendar::Lunar)));
    FILLERS.split_ascii_whitespace().for_each(|name| add(name, Word::Filler));
    meanings
}

/// The months of two words: two each of the Levant, three pairs of the lunar calendar.
pub fn month_of_two(first: &str, second: &str) -> Option<(i64, Calendar)> {
    let is_first = match second {
        "الاول" | "اول" | "الاولي" => true,
        "الثاني" | "ثاني" | "الثانيه" | "الاخر" | "الاخره" => false,
        "القعده" | "الحجه" => {
            return matches!(first, "ذو" | "ذي").then_some((if second == "القعده" { 11 } else { 12 }, Calendar::Lunar));
        }
        _ => return None,
    };
    let (number, calendar) = match first {
        "تشرين" => (10, Calendar::Gregorian),
        "كانون" if is_first => (12, Calendar::Gregorian),
        "كانون" => return Some((1, Calendar::Gregorian)),
        "ربيع" => (3, Calendar::Lunar),
        "جمادي" | "جماد" => (5, Calendar::Lunar),
        _ => return None,
    };
    Some((if is_first { number } else { number + 1 }, calendar))
}
