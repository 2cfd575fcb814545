//! The words of dates: months, weekdays, halves of the day, zones and what stands between. All folded as `date::read` folds.

/// What a word contributes to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A month, from 1.
    Month(i64),
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

/// Month names by number: English, French, Spanish, Russian (also genitive), Turkish; Arabic of Egypt and the Gulf, the Levant and
/// the Maghreb; Persian names of the Gregorian months.
const MONTHS: [&str; 12] = [
    "jan january janvier janv enero ene январь января янв ocak يناير جانفي ژانويه",
    "feb february février fevrier févr febrero февраль февраля фев şubat فبراير شباط فيفري فوريه",
    "mar march mars marzo март марта мар mart مارس اذار",
    "apr april avril avr abril abr апрель апреля апр nisan ابريل نيسان افريل اوريل آوريل",
    "may mai mayo май мая mayis مايو ايار ماي مه",
    "jun june juin junio июнь июня июн haziran يونيو يونيه حزيران جوان ژوئن",
    "jul july juillet juil julio июль июля июл temmuz يوليو يوليه يوليوز تموز جويليه ژوئيه",
    "aug august août aout agosto ago август августа авг ağustos اغسطس اب اوت غشت",
    "sep sept september septembre septiembre setiembre сентябрь сентября сен сент eylül سبتمبر ايلول شتنبر سپتامبر",
    "oct october octobre octubre октябрь октября окт ekim اكتوبر اكتبر",
    "nov november novembre noviembre ноябрь ноября ноя kasim نوفمبر نونبر نوامبر",
    "dec december décembre decembre déc diciembre dic декабрь декабря дек aralik ديسمبر دجنبر دسامبر",
];

const FILLERS: &str = "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday \
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles miercoles jueves viernes sábado sabado domingo \
    понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс pazartesi sali çarşamba perşembe cuma cumartesi pazar \
    الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت احد اثنين ثلاثاء اربعاء خميس جمعه سبت \
    شنبه يكشنبه دوشنبه سهشنبه چهارشنبه پنجشنبه t st nd rd th er of on at the de del le el la à a las г года в 年 月 日 date \
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

/// The meaning of a folded word, if it can stand in a date.
pub fn meaning(word: &str) -> Option<Word> {
    if let Some(month) = MONTHS.iter().position(|names| names.split_ascii_whitespace().any(|n| n == word)) {
        return Some(Word::Month(month as i64 + 1));
    }
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Some(Word::Offset(hours * 3600));
    }
    match word {
        "am" | "ص" | "صباحا" => Some(Word::Half { afternoon: false }),
        "pm" | "م" | "مساء" | "ظهرا" => Some(Word::Half { afternoon: true }),
        _ => FILLERS.split_ascii_whitespace().any(|n| n == word).then_some(Word::Filler),
    }
}

/// The Levantine months of two words.
pub fn month_of_two(first: &str, second: &str) -> Option<i64> {
    let is_first = match second {
        "الاول" | "اول" => true,
        "الثاني" | "ثاني" => false,
        _ => return None,
    };
    match (first, is_first) {
        ("تشرين", true) => Some(10),
        ("تشرين", false) => Some(11),
        ("كانون", true) => Some(12),
        ("كانون", false) => Some(1),
        _ => None,
    }
}
