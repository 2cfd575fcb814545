//! The words of dates: months, weekdays, halves of the day, zones and what stands between. All folded as `date::read` folds.

use std::sync::LazyLock;

use jiff::civil::Weekday;
use rustc_hash::FxHashMap;

use super::clock::{self, Half, Zone};
use super::tokens::Token;

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
    /// A zone.
    Zone(Zone),
    /// A part of the day, and whether it may also stand before the time.
    Half(Half, bool),
    /// Nothing: a weekday, a preposition, a label.
    Filler,
}

/// Month names by number: English, French, Spanish, German, Russian (also genitive), Turkish; Arabic of Egypt and the Gulf, the Levant
/// and the Maghreb; Persian and Urdu names of the Gregorian months; as dates have them, Italian, Portuguese, Dutch, Swedish, Indonesian,
/// Polish, Ukrainian, Greek and Hindi; Czech, Slovak, Hungarian, Romanian, Bulgarian, Hebrew, Bengali, Thai, Khmer, Kurdish, Finnish, Croatian,
/// Malay, Azeri, Uzbek, Kazakh, Serbian, Macedonian, Lithuanian, Latvian, Estonian, Catalan, Tamil, Telugu, Malayalam, Marathi, Gujarati,
/// Panjabi, Georgian, Armenian, Albanian, Swahili, Filipino, Somali, Amharic and Burmese; Kannada, Sinhala, Odia, Lao, Icelandic, Afrikaans,
/// Galician and Welsh.
const MONTHS: [&str; 12] = [
    "jan january janvier janv enero ene januar jänner январь января янв ocak oca يناير جانفي ژانويه جنوري gennaio janeiro januari stycznia січня ιανουαρίου जनवरी ledna januára január ianuarie януари ינואר בינואר জানুয়ারি มกราคม មករា ខែមករា gen tammikuuta siječnja yanvar қаңтар јануар јануари sausio janvāris janvārī jaanuar gener ஜனவரி జనవరి ജനുവരി जानेवारी જાન્યુઆરી ਜਨਵਰੀ იანვარი հունվարի janar ינו sty ιαν ጃንዋሪ ጃንዩወሪ jannaayo janaayo січ ဇန်နဝါရီ ಜನವರಿ ජනවාරි ଜାନୁଆରୀ ມັງກອນ janúar januarie xaneiro ionawr",
    "feb february février fevrier févr febrero februar feber февраль февраля фев февр şubat şub فبراير شباط فيفري فيف فوريه فروري febbraio fevereiro februari lutego лютого φεβρουαρίου फरवरी फ़रवरी února februára február februarie февруари פברואר בפברואר ফেব্রুয়ারি กุมภาพันธ์ កុម្ភៈ ខែកុម្ភៈ شوبات شوباتي fev fév helmikuuta veljače fevral ақпан фебруар vasario februāris februārī veebruar febrer பிப்ரவரி ఫిబ్రవరి ഫെബ്രുവരി फेब्रुवारी ફેબ્રુઆરી ਫਰਵਰੀ თებერვალი փետրվարի shkurt pebrero פבר lut φεβ ፌብሩዋሪ ፌብሩወሪ febraayo febr лют ဖေဖော်ဝါရီ ಫೆಬ್ರವರಿ පෙබරවාරි ଫେବୃଆରୀ ກຸມພາ febrúar febreiro chwefror",
    "mar march mars marzo märz maerz mrz март марта мар mart مارس مار اذار مارچ março maart maret marca березня μαρτίου मार्च března marca marec március martie marts מרץ במרץ মার্চ มีนาคม មីនា ខែមីនា ئازار ئازاري mac maaliskuuta ožujka наурыз kovo martā märts març மார்ச் మార్చి മാർച്ച് માર્ચ ਮਾਰਚ მარტი մարտի machi marso μαρ ማርች mrt ئادار maarso márc бер မတ် ಮಾರ್ಚ್ මාර්තු ମାର୍ଚ୍ଚ ມີນາ mawrth",
    "apr april avril avr abril abr апрель апреля апр nisan nis ابريل نيسان افريل افر اوريل اپريل aprile kwietnia квітня απριλίου अप्रैल dubna apríla április aprilie април אפריל באפריל এপ্রিল เมษายน មេសា ខែមេសា نيساني huhtikuuta travnja aprel сәуір balandžio aprīlis aprīlī aprill d'abril ஏப்ரல் ఏప్రిల్ ഏപ്രിൽ एप्रिल એપ્રિલ ਅਪ੍ਰੈਲ აპრილი ապրիլի prill aprili אפר kwi απρ ኤፕሪል abriil ápr кві ဧပြီ ಏಪ್ರಿಲ್ අප්රේල් ଅପ୍ରେଲ ເມສາ apríl ebrill",
    "may mai mayo май мая mayis مايو ايار ماي مه مي مئي maggio maio mei maj maja травня μαΐου मई května mája május מאי במאי মে พฤษภาคม ឧសភា ខែឧសភា ئايار ئاياري mag toukokuuta svibnja мамыр мај gegužės maijs maijā maig மே మే മേയ് मे મે ਮਈ მაისი մայիսի μαϊ ሜይ máj тра ಮೇ මැයි ମଇ ພຶດສະພາ maí",
    "jun june juin junio juni июнь июня июн haziran haz يونيو يونيه حزيران جوان ژوئن جون giugno junho czerwca червня ιουνίου जून června júna június iunie юни יוני ביוני জুন มิถุนายน មិថុនា ខែមិថុនា حوزەيران حوزەيراني giu kesäkuuta iyun маусым јун јуни birželio jūnijs jūnijā juuni juny ஜூன் జూన్ ജൂൺ જૂન ਜੂਨ ივნისი հունիսի qershor hunyo junij cze ιουν ጁን juun jún чер ဇွန် ಜೂನ್ ජූනි ଜୁନ ມິຖຸນາ júní junie xuño mehefin",
    "jul july juillet juil julio juli июль июля июл temmuz tem يوليو يوليه يوليوز تموز جويليه ژوئيه جولاي جولائي luglio julho lipca липня ιουλίου जुलाई července júla július iulie юли יולי ביולי জুলাই กรกฎาคม កក្កដា ខែកក្កដា تەممووز تەممووزي تەمموز تەمموزي lug heinäkuuta julai srpnja juill iyul шілде јул јули liepos jūlijs jūlijā juuli juliol ஜூலை జులై జూలై ജൂലൈ जुलै જુલાઈ ਜੁਲਾਈ ივლისი հուլիսի korrik hulyo julij lip ιουλ ጁላይ luulyo júl ဇူလိုင် ಜುಲೈ ජූලි ଜୁଲାଇ ກໍລະກົດ júlí julie xullo gorffennaf",
    "aug august août aout agosto ago август августа авг ağustos ağu اغسطس اب اوت غشت اگست augustus augusti agustus sierpnia серпня αυγούστου अगस्त srpna augusta augusztus אוגוסט באוגוסט আগস্ট สิงหาคม សីហា ខែសីហា ئاب ئابي elokuuta ogos kolovoza avgusta agt agu avqust avgust тамыз rugpjūčio augusts augustā agost d'agost ஆகஸ்ட் ఆగస్టు ഓഗസ്റ്റ് ऑगस्ट ઓગસ્ટ ઑગસ્ટ ਅਗਸਤ აგვისტო օգոստոսի gusht agosti אוג sie αυγ ኦገስት сер ဩဂုတ် ಆಗಸ್ಟ್ අගෝස්තු ଅଗଷ୍ଟ ສິງຫາ ágúst awst",
    "sep sept september septembre septiembre setiembre set сентябрь сентября сен сент eylül eyl سبتمبر ايلول شتنبر سپتامبر ستمبر settembre setembro września вересня σεπτεμβρίου सितंबर září septembra szeptember septembrie септември ספטמבר בספטמבר সেপ্টেম্বর กันยายน កញ្ញា ខែកញ្ញា ئەيلوول ئەيلوولي ئەيلول ئەيلولي syyskuuta rujna सितम्बर sentyabr sentabr қыркүйек септембар rugsėjo septembris septembrī செப்டம்பர் సెప్టెంబర్ സെപ്റ്റംബർ सप्टेंबर સપ્ટેમ્બર ਸਤੰਬਰ სექტემბერი սեպտեմբերի shtator septemba setyembre septembar ספט wrz σεπ ሴፕቴምበር sebteembar szept вер စက်တင်ဘာ ಸೆಪ್ಟೆಂಬರ್ සැප්තැම්බර් ସେପ୍ଟେମ୍ବର ກັນຍາ medi",
    "oct october octobre octubre oktober okt октябрь октября окт ekim eki اكتوبر اكتبر اكت ottobre outubro października жовтня οκτωβρίου अक्टूबर října októbra október octombrie октомври אוקטובר באוקטובר অক্টোবর ตุลาคม តុលា ខែតុលា ott lokakuuta out oktobra अक्तूबर oktyabr oktabr қазан октобар spalio oktobris oktobrī oktoober d'octubre அக்டோபர் అక్టోబర్ ഒക്ടോബർ ऑक्टोबर ઓક્ટોબર ઑક્ટોબર ਅਕਤੂਬਰ ოქტომბერი հոկտեմբերի tetor oktoba oktubre oktobar אוק paź οκτ ኦክቶበር oktoobar жов အောက်တိုဘာ ಅಕ್ಟೋಬರ್ ඔක්තෝබර් ଅକ୍ଟୋବର ຕຸລາ hydref",
    "nov november novembre noviembre ноябрь ноября ноя нояб kasim kas نوفمبر نوف نونبر نوامبر نومبر novembro listopada листопада νοεμβρίου नवंबर listopadu novembra noiembrie ноември נובמבר בנובמבר নভেম্বর พฤศจิกายน វិច្ឆិកា ខែវិច្ឆិកា marraskuuta studenoga studenog नवम्बर noyabr қараша новембар lapkričio novembris novembrī நவம்பர் నవంబర్ നവംബർ नोव्हेंबर નવેમ્બર ਨਵੰਬਰ ნოემბერი նոյեմբերի nëntor novemba nobyembre novembar נוב νοε ኖቬምበር nofeembar лис နိုဝင်ဘာ ನವೆಂಬರ್ නොවැම්බර් ନଭେମ୍ବର ພະຈິກ nóvember tachwedd",
    "dec december décembre decembre déc diciembre dic dezember dez декабрь декабря дек aralik ara ديسمبر ديس دجنبر دسامبر دسمبر dicembre dezembro desember grudnia грудня δεκεμβρίου दिसंबर prosince decembra decembrie декември דצמבר בדצמבר ডিসেম্বর ธันวาคม ធ្នូ ខែធ្នូ des joulukuuta disember दिसम्बर dekabr желтоқсан децембар gruodžio decembris decembrī detsember desembre டிசம்பர் డిసెంబర్ ഡിസംബർ डिसेंबर ડિસેમ્બર ਦਸੰਬਰ დეკემბერი դեկտեմբերի dhjetor desemba disyembre decembar דצמ gru δεκ ዲሴምበር diseembar гру ဒီဇင်ဘာ ಡಿಸೆಂಬರ್ දෙසැම්බර් ଡିସେମ୍ବର ທັນວາ decembro rhagfyr",
];

/// Months of the lunar calendar of Islam that have a name of one word, with their numbers.
const LUNAR: &[(&str, i64)] = &[("محرم", 1), ("صفر", 2), ("رجب", 7), ("شعبان", 8), ("رمضان", 9), ("شوال", 10)];

/// Months of the solar calendar as Afghanistan calls them.
const AFGHAN: [&str; 12] = ["حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "ميزان", "عقرب", "قوس", "جدي", "دلو", "حوت"];

/// The same in Pashto.
const PASHTO: [&str; 12] = ["وري", "غويي", "غبرګولي", "چنګاښ", "زمري", "وږي", "تله", "لړم", "ليندۍ", "مرغومي", "سلواغه", "كب"];

/// Months of the solar calendar of Iran and Afghanistan.
const SOLAR: [&str; 12] = ["فروردين", "ارديبهشت", "خرداد", "تير", "مرداد", "شهريور", "مهر", "ابان", "اذر", "دي", "بهمن", "اسفند"];

const FILLERS: &str = "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday \
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles miercoles jueves viernes sábado sabado domingo \
    понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс pazartesi sali çarşamba perşembe cuma cumartesi pazar \
    الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت احد اثنين ثلاثاء اربعاء خميس جمعه سبت \
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag den dem der am um uhr mo di mi do fr so \
    پير منگل بدھ جمعرات جمعہ ہفتہ اتوار ء سه چهار پنج ساعت \
    شنبه يكشنبه دوشنبه سهشنبه چهارشنبه پنجشنبه t st nd rd th er of on at the de del le el la à a las г года в время вторник среду пятницу субботу 年 月 日 date \
    lunedì martedì mercoledì giovedì venerdì sabato domenica ore alle segunda terça quarta quinta sexta feira às maandag dinsdag woensdag \
    donderdag vrijdag zaterdag zondag om uur h horas måndag tisdag onsdag torsdag fredag lördag söndag senin selasa rabu kamis jumat sabtu minggu \
    poniedziałek wtorek środa czwartek piątek sobota niedziela roku понеділок вівторок середа четвер пятниця п'ятниця субота неділя року \
    δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार \
    火 水 木 金 土 星期一 星期二 星期三 星期四 星期五 星期六 星期日 년 월 일 월요일 화요일 수요일 목요일 금요일 토요일 일요일 \
    diterbitkan dipublikasikan terbit פורסם עודכן ma di wo vr za zo godz ora orele hod v ngày tháng năm thứ hai ba tư sáu bảy chủ nhật giờ lúc giriş güncelleme tarihi 配信 發表 发布 发布时间 時間 时间 \
    입력 등록 승인 송고 기사입력 수정 น เวลา ค ศ วันอาทิตย์ วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันที่ วันอาทิตย์ที่ วันจันทร์ที่ วันอังคารที่ วันพุธที่ \
    วันพฤหัสบดีที่ วันศุกร์ที่ วันเสาร์ที่ พ ថ្ងៃទី ថ្ងៃ ទី ឆ្នាំ ខែ יום בשעה ي تم \
    hétfő kedd szerda csütörtök péntek szombat vasárnap علي the du min hs hrs hours hour ώρα στις \
    周一 周二 周三 周四 周五 周六 周日 周天 星期天 週一 週二 週三 週四 週五 週六 週日 \
    stand published updated posted last publié le mis jour يوم في بتاريخ تاريخ نشر نشرت النشر اخر تحديث الساعه عند بتوقيت بالتوقيت المحلي من ميلادي الميلادي ميلاديه اليوم \
    ماه اشاعت شائع রবিবার সোমবার মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার শনিবার প্রকাশ 월 화 수 목 금 토 일 р ч \
    publicado em el veröffentlicht pubblicato il publicerad gepubliceerd op first pondělí úterý středa čtvrtek pátek neděle \
    pondelok utorok streda štvrtok piatok nedeľa ponedjeljak ponedeljak utorak srijeda sreda četvrtak petak subota nedjelja nedelja m d gada \
    lun mer jeu ven sam dim mié mie jue vie sáb sab dom gio seg qua qui sex mandag tirsdag lørdag søndag man tir ons tor fre lør søn mån tis \
    tors lör sön ti ke to pe su pzt çar per cum cmt paz pon wt śr czw sob luni marți miercuri joi vineri sâmbătă duminică r o ob ที่ \
    publisert publiceret publicat opublikowano julkaistu objavljeno";

const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("ut", 0),
    ("غرينتش", 0),
    ("جرينتش", 0),
    ("غرينيتش", 0),
    ("جرينيتش", 0),
    ("غرنتش", 0),
    ("غ", 0),
    ("جمت", 0),
    ("wet", 0),
    ("wat", 1),
    ("cet", 1),
    ("mez", 1),
    ("cest", 2),
    ("mesz", 2),
    ("sast", 2),
    ("eet", 2),
    ("eest", 3),
    ("ksa", 3),
    ("eat", 3),
    ("trt", 3),
    ("idt", 3),
    ("tsi", 3),
    ("msk", 3),
    ("мск", 3),
    ("pkt", 5),
    ("ict", 7),
    ("wib", 7),
    ("wita", 8),
    ("myt", 8),
    ("awst", 8),
    ("hkt", 8),
    ("sgt", 8),
    ("pht", 8),
    ("jst", 9),
    ("kst", 9),
    ("wit", 9),
    ("aest", 10),
    ("aedt", 11),
    ("nzst", 12),
    ("nzdt", 13),
    ("art", -3),
    ("brt", -3),
    ("uyt", -3),
    ("vet", -4),
    ("bot", -4),
    ("cot", -5),
    ("pet", -5),
    ("est", -5),
    ("edt", -4),
    ("hne", -5),
    ("hae", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

/// Zones whose offset changes with the season, or is no number of whole hours.
const NAMED_ZONES: &[(&str, &str)] = &[
    ("et", "America/New_York"),
    ("ct", "America/Chicago"),
    ("mt", "America/Denver"),
    ("pt", "America/Los_Angeles"),
    ("uk", "Europe/London"),
    ("npt", "Asia/Kathmandu"),
    ("mmt", "Asia/Yangon"),
    ("irst", "Asia/Tehran"),
    ("北京时间", "Asia/Shanghai"),
    ("北京時間", "Asia/Shanghai"),
    ("台北時間", "Asia/Taipei"),
    ("日本時間", "Asia/Tokyo"),
    ("한국시간", "Asia/Seoul"),
];

/// Names that several zones go by: AST is Arabia's and that of the Atlantic, IST that of India, Ireland and Israel.
const UNCLEAR_ZONES: [&str; 5] = ["gst", "ist", "ast", "adt", "bst"];

/// Whose time it may be said to be, «بتوقيت أبوظبي»: names of one or two words. Names of two towns, such as عمان, are not here.
const PLACES: &[(&str, &str)] = &[
    ("مكه", "Asia/Riyadh"),
    ("مكه المكرمه", "Asia/Riyadh"),
    ("الرياض", "Asia/Riyadh"),
    ("السعوديه", "Asia/Riyadh"),
    ("ابوظبي", "Asia/Dubai"),
    ("ابو ظبي", "Asia/Dubai"),
    ("دبي", "Asia/Dubai"),
    ("الامارات", "Asia/Dubai"),
    ("مسقط", "Asia/Muscat"),
    ("الدوحه", "Asia/Qatar"),
    ("قطر", "Asia/Qatar"),
    ("الكويت", "Asia/Kuwait"),
    ("بغداد", "Asia/Baghdad"),
    ("القاهره", "Africa/Cairo"),
    ("مصر", "Africa/Cairo"),
    ("بيروت", "Asia/Beirut"),
    ("لبنان", "Asia/Beirut"),
    ("دمشق", "Asia/Damascus"),
    ("القدس", "Asia/Jerusalem"),
    ("تونس", "Africa/Tunis"),
    ("الجزائر", "Africa/Algiers"),
    ("المغرب", "Africa/Casablanca"),
    ("الخرطوم", "Africa/Khartoum"),
    ("صنعاء", "Asia/Aden"),
    ("موسكو", "Europe/Moscow"),
    ("باريس", "Europe/Paris"),
    ("لندن", "Europe/London"),
    ("واشنطن", "America/New_York"),
    ("نيويورك", "America/New_York"),
    ("طهران", "Asia/Tehran"),
    ("تهران", "Asia/Tehran"),
    ("كابل", "Asia/Kabul"),
    ("paris", "Europe/Paris"),
    ("bruxelles", "Europe/Brussels"),
    ("genève", "Europe/Zurich"),
    ("alger", "Africa/Algiers"),
    ("tunis", "Africa/Tunis"),
    ("dakar", "Africa/Dakar"),
    ("madrid", "Europe/Madrid"),
    ("lisboa", "Europe/Lisbon"),
    ("brasília", "America/Sao_Paulo"),
    ("brasilia", "America/Sao_Paulo"),
    ("roma", "Europe/Rome"),
    ("москве", "Europe/Moscow"),
    ("киеву", "Europe/Kyiv"),
    ("минску", "Europe/Minsk"),
];

/// Parts of the day behind the time only: before it they are other words, such as م for "of the common era".
const HALVES: [(Half, &str); 2] = [(Half::Morning, "am ص πμ এএম"), (Half::Afternoon, "pm م μμ পিএম")];

/// Parts of the day on either side of the time.
const NAMED_HALVES: [(Half, &str); 4] = [
    (
        Half::Morning,
        "صباحا صباح فجرا صبح بامداد सुबह पूर्वाह्न সকাল 上午 午前 오전 凌晨 早上 清晨 sáng pagi morgens vormittags matin mañana manhã mattina утра sabah",
    ),
    (
        Half::Afternoon,
        "مساء عصرا عصر شام शाम अपराह्न petang বিকেল বিকাল সন্ধ্যা 下午 午後 오후 晚上 晚间 晚間 傍晚 chiều tối sore nachmittags abends soir tarde sera pomeriggio вечера дня akşam",
    ),
    (Half::Noon, "ظهرا ظهر دوپہر दोपहर দুপুর 中午 trưa siang mittags"),
    (Half::Night, "ليلا شب رات रात রাত đêm malam nachts noche noite notte nuit ночи"),
];

/// Parts of the day in several words or letters with dots, as [`Token`] parts them.
const LONG_HALVES: [(&[&str], Half); 10] = [
    (&["بعد", "از", "ظهر"], Half::Afternoon),
    (&["قبل", "از", "ظهر"], Half::Morning),
    (&["بعد", "منتصف", "الليل"], Half::Night),
    (&["بعد", "الظهر"], Half::Afternoon),
    (&["قبل", "الظهر"], Half::Morning),
    (&["بعد", "ظهر"], Half::Afternoon),
    (&["سہ", "پہر"], Half::Afternoon),
    (&["ب", ".", "ظ"], Half::Afternoon),
    (&["ق", ".", "ظ"], Half::Morning),
    (&["après", "-", "midi"], Half::Afternoon),
];

/// Languages, and the zone that a name means in them, where it means another one elsewhere.
const LOCAL_ZONES: &[(&str, &str, &str)] = &[
    ("zh", "cst", "Asia/Shanghai"),
    ("en-au", "est", "Australia/Sydney"),
    ("en-au", "edt", "Australia/Sydney"),
    ("en-gb", "bst", "Europe/London"),
    ("en-ie", "ist", "Europe/Dublin"),
    ("en-in", "ist", "Asia/Kolkata"),
    ("hi", "ist", "Asia/Kolkata"),
    ("he", "ist", "Asia/Jerusalem"),
];

/// The weekday that a word names in English.
pub fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "mon" | "monday" => Weekday::Monday,
        "tue" | "tues" | "tuesday" => Weekday::Tuesday,
        "wed" | "wednesday" => Weekday::Wednesday,
        "thu" | "thur" | "thurs" | "thursday" => Weekday::Thursday,
        "fri" | "friday" => Weekday::Friday,
        "sat" | "saturday" => Weekday::Saturday,
        "sun" | "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// The zone that `word` is the name of in the language `lang`, if it means another one elsewhere.
pub fn local_zone(lang: &str, word: &str) -> Option<Zone> {
    let lang = lang.to_ascii_lowercase();
    LOCAL_ZONES.iter().find(|(begin, name, _)| *name == word && lang.starts_with(begin)).map(|(_, _, zone)| Zone::Of(zone))
}

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
    (1..)
        .zip(SOLAR)
        .chain((1..).zip(AFGHAN))
        .chain((1..).zip(PASHTO))
        .for_each(|(number, name)| add(name, Word::Month(number, Calendar::Solar)));
    ZONES.iter().for_each(|(name, hours)| add(name, Word::Zone(Zone::East(hours * 3600))));
    NAMED_ZONES.iter().for_each(|(name, zone)| add(name, Word::Zone(Zone::Of(zone))));
    UNCLEAR_ZONES.iter().for_each(|name| add(name, Word::Zone(Zone::Unclear)));
    for (halves, leads) in [(HALVES.as_slice(), false), (NAMED_HALVES.as_slice(), true)] {
        for (half, names) in halves {
            names.split_ascii_whitespace().for_each(|name| add(name, Word::Half(*half, leads)));
        }
    }
    OF_LUNAR.iter().for_each(|name| add(name, Word::Of(Calendar::Lunar)));
    clock::BEFORE_HOUR.iter().chain(clock::HOURS).for_each(|name| add(name, Word::Filler));
    FILLERS.split_ascii_whitespace().for_each(|name| add(name, Word::Filler));
    meanings
}

/// The months of two words: two each of the Levant, three pairs of the lunar calendar.
pub fn month_of_two(first: &str, second: &str) -> Option<(i64, Calendar)> {
    let is_first = match second {
        "الاول" | "اول" | "الاولي" => true,
        "الثاني" | "ثاني" | "الثانيه" | "الاخر" | "الاخره" => false,
        // Kurdish.
        "يەكەم" | "يەكەمي" => true,
        "دووەم" | "دووەمي" => false,
        "القعده" | "الحجه" => {
            return matches!(first, "ذو" | "ذي").then_some((if second == "القعده" { 11 } else { 12 }, Calendar::Lunar));
        }
        _ => return None,
    };
    let (number, calendar) = match first {
        "تشرين" | "تشريني" => (10, Calendar::Gregorian),
        "كانون" | "كانووني" if is_first => (12, Calendar::Gregorian),
        "كانون" | "كانووني" => return Some((1, Calendar::Gregorian)),
        "ربيع" => (3, Calendar::Lunar),
        "جمادي" | "جماد" => (5, Calendar::Lunar),
        _ => return None,
    };
    Some((if is_first { number } else { number + 1 }, calendar))
}

/// `ت1`, `ك2` and `تشرين 2`: a number tells apart the two months of a name; the other names are one month each.
pub fn numbered_month(name: &str, number: i64) -> Option<i64> {
    match (name, number) {
        ("ت" | "تشرين", 1) => Some(10),
        ("ت" | "تشرين", 2) => Some(11),
        ("ك" | "كانون", 1) => Some(12),
        ("ك" | "كانون", 2) => Some(1),
        _ => None,
    }
}

/// Months of Thai as two letters with dots: `มี.ค.`.
const THAI: [(&str, &str); 12] = [
    ("ม", "ค"),
    ("ก", "พ"),
    ("มี", "ค"),
    ("เม", "ย"),
    ("พ", "ค"),
    ("มิ", "ย"),
    ("ก", "ค"),
    ("ส", "ค"),
    ("ก", "ย"),
    ("ต", "ค"),
    ("พ", "ย"),
    ("ธ", "ค"),
];

/// The month whose short name in Thai has these letters before and behind a dot.
pub fn month_of_letters(first: &str, second: &str) -> Option<i64> {
    (1..).zip(THAI).find(|(_, name)| *name == (first, second)).map(|(month, _)| month)
}

/// What to add to a year of the era that a word names, to have that of the common one.
pub fn era(word: &str) -> Option<i64> {
    match word {
        "令和" => Some(2018),
        "平成" => Some(1988),
        "昭和" => Some(1925),
        "民國" | "民国" => Some(1911),
        _ => None,
    }
}

/// Whether `tokens` begin with a part of the day that belongs to the number before it and not to the time behind it.
pub fn is_named_half(tokens: &[Token<'_>]) -> bool {
    let named = match *tokens {
        [Token::Word(word), ..] if matches!(meaning(word), Some(Word::Half(_, true))) => Some(1),
        _ => long_half(tokens).map(|(_, used)| used),
    };
    named.is_some_and(|used| !matches!(tokens.get(used), Some(Token::Number { .. })))
}

/// The part of the day that `tokens` begin with in several words, and how many tokens it is.
pub fn long_half(tokens: &[Token<'_>]) -> Option<(Half, usize)> {
    let is = |token: &Token<'_>, name: &str| match *token {
        Token::Word(word) => word == name,
        Token::Sign(sign) => name.len() == sign.len_utf8() && name.starts_with(sign),
        Token::Number { .. } => false,
    };
    let begins = |names: &[&str]| tokens.len() >= names.len() && tokens.iter().zip(names).all(|(token, name)| is(token, name));
    LONG_HALVES.iter().find(|(names, _)| begins(names)).map(|(names, half)| (*half, names.len()))
}

/// How many of `tokens` say that the time of the place behind them is meant: «بتوقيت», `heure de`, `Horário de`, `по`.
pub fn before_place(tokens: &[Token<'_>]) -> usize {
    match *tokens {
        [Token::Word("به"), Token::Word("وقت"), ..] => 2,
        [Token::Word("heure" | "hora" | "horário" | "ora"), Token::Word("de" | "di"), ..] => 2,
        [Token::Word("بتوقيت" | "توقيت"), ..] => 1,
        [Token::Word("по"), ref place @ ..] if zone_of_place(place).is_some() => 1,
        _ => 0,
    }
}

/// The zone of the place that `tokens` begin with, and how many words it is.
pub fn zone_of_place(tokens: &[Token<'_>]) -> Option<(Zone, usize)> {
    let of = |name: &str| PLACES.iter().find(|(place, _)| *place == name).map(|(_, zone)| Zone::Of(zone));
    match *tokens {
        [Token::Word(first), Token::Word(second), ..] if of(&format!("{first} {second}")).is_some() => {
            Some((of(&format!("{first} {second}"))?, 2))
        }
        [Token::Word(first), ..] => Some((of(first)?, 1)),
        _ => None,
    }
}
