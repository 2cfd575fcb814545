//! Which agencies an article credits. `PARIS (AFP) -`, `القاهرة - رويترز`, a last line `/وام/` and a byline credit the agency;
//! `told Reuters` in a sentence only mentions it.

mod beside;
mod dateline;
mod east;
mod helpers;
mod lines;
mod marks;
mod own;
mod place;
mod signoff;
mod writers;

use serde_json::Value;

use super::draft::Draft;
use super::json;
use crate::article::{Aside, AsideKind, Credit, CreditPlace};
use crate::sources::{Kind, Source, Sources, host_of};
pub use helpers::{is_below as is_of_helpers, is_name_above, tells_of};
use lines::in_parts;
use marks::Mark;
pub use writers::is_writer as names_writer;

/// Lines from either end among which one may name an agency and nothing else.
const END_LINES: usize = 3;

/// Lines above a dateline, points and notes among them.
const ABOVE: usize = 8;

/// Words of the longest line above a dateline: an author, a second headline.
const LEAD_WORDS: usize = 14;

/// Keys of metadata that are made for the name of an agency, in lower case without `_` and `-`.
const KEYS: &[&str] =
    &["credit", "creditline", "agency", "newsagency", "infosource", "copyrightholder", "isbasedon", "originalsource", "syndicationsource"];

/// What was found in a text or beside it.
struct Finding<'s> {
    marks: Vec<Mark<'s>>,
    place: CreditPlace,
    /// The part of the text that says so.
    aside: Option<Aside>,
}

/// A line that holds something, trimmed, with its byte offset in the text.
pub type Line<'t> = (usize, &'t str);

/// The agencies that an article of `own` credits, itself not among them, and the parts of the text with these lines that do nothing else.
pub fn find(lines: &[Line<'_>], draft: &Draft, sources: &Sources, own: Option<&Source>) -> (Vec<Credit>, Vec<Aside>) {
    let (mut credits, mut asides) = (Vec::<Credit>::new(), Vec::new());
    let byline = draft.byline.as_deref().map(|line| Finding { marks: in_parts(line, sources), place: CreditPlace::Byline, aside: None });
    let beside = draft.named.iter().map(|named| Finding { marks: beside::marks(named, sources), place: CreditPlace::Byline, aside: None });
    let metadata = Finding { marks: Vec::new(), place: CreditPlace::Metadata, aside: None };
    let labels: Vec<String> = draft.extra.iter().filter(|(key, _)| is_credit_key(key)).filter_map(|(_, value)| named(value)).collect();
    let metadata = Finding { marks: labels.iter().flat_map(|label| labelled(label, sources)).collect(), ..metadata };
    asides
        .extend(draft.byline.as_deref().and_then(|byline| lines::author(lines, byline)).map(|(at, end)| aside(at, end, AsideKind::Byline)));
    let in_text = top(lines, sources).into_iter().chain(byline).chain(bottom(lines, sources)).chain(beside).chain([metadata]);
    for finding in in_text {
        asides.extend(finding.aside);
        for mark in finding.marks {
            let is_own = own.is_some_and(|own| own.id == mark.source.id);
            if !is_own && !credits.iter().any(|c| c.id == mark.source.id) {
                let (id, name) = (mark.source.id.clone(), mark.source.name.clone());
                credits.push(Credit { id, name, place: finding.place, found: mark.found });
            }
        }
    }
    asides.extend(writers::find(lines, sources).map(|(at, end)| aside(at, end, AsideKind::Byline)));
    let uncredited = leads(lines).find_map(|(at, line)| Some((at, own.and_then(|own| own::find(line, own)).or_else(|| by_form(line))?)));
    if let Some((at, end)) = uncredited.filter(|_| !asides.iter().any(|a| a.kind == AsideKind::Dateline)) {
        asides.push(aside(at, at + end, AsideKind::Dateline));
    }
    (credits, asides)
}

/// The byte behind a dateline that is known by its form alone.
fn by_form(line: &str) -> Option<usize> {
    Some(place::find(line)?.end)
}

/// Whether a text is the dateline of an agency and nothing else: no headline is.
pub fn is_dateline(text: &str, sources: &Sources) -> bool {
    dateline::find(text, sources).is_some_and(|(_, end)| end == text.len())
}

/// The lines on which the text may begin, with a dateline: the first, and those below an author or a second headline. Points and notes of the
/// desk may stand there too.
fn leads<'l, 't>(lines: &'l [Line<'t>]) -> impl Iterator<Item = Line<'t>> + use<'l, 't> {
    let is_note = |line: &str| line.starts_with(['*', '•']) || line.starts_with('(') && line.ends_with(')');
    let ends_sentence = |line: &str| line.ends_with(['.', '!', '?', '؟', '…', '"', '»', '”']);
    let is_lead = move |line: &str| !ends_sentence(line) && line.split_whitespace().nth(LEAD_WORDS).is_none();
    let mut short = 0;
    let is_above = |(_, line): &&Line<'_>| {
        short += usize::from(!is_note(line));
        is_note(line) || short < END_LINES && is_lead(line)
    };
    let above = lines.iter().take(ABOVE).take_while(is_above).count();
    lines.iter().take(above + 1).copied()
}

fn is_credit_key(key: &str) -> bool {
    let key: String = key.to_lowercase().chars().filter(|c| !matches!(c, '_' | '-')).collect();
    KEYS.contains(&key.as_str())
}

/// The agencies that a label of metadata names, or whose address it is.
fn labelled<'s>(label: &str, sources: &'s Sources) -> Vec<Mark<'s>> {
    let at_host = host_of(label).and_then(|host| sources.at_host(&host)).filter(|source| source.kind == Some(Kind::Agency));
    let mark = |source| Mark { source, found: label.to_owned(), start: 0, end: label.len(), words: 1 };
    at_host.map(|source| vec![mark(source)]).unwrap_or_else(|| in_parts(label, sources))
}

fn named(value: &Value) -> Option<String> {
    json::name_of(value)
}

/// The lines of a text that hold anything.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let offset = |part: &'_ str| part.as_ptr() as usize - text.as_ptr() as usize;
    text.split('\n').map(str::trim).filter(|l| !l.is_empty()).map(|l| (offset(l), l)).collect()
}

/// How many lines are the top of a text: in a short one, the upper half.
fn top_lines(lines: &[Line<'_>]) -> usize {
    lines.len().min(END_LINES * 2).div_ceil(2)
}

fn top<'s>(lines: &[Line<'_>], sources: &'s Sources) -> Vec<Finding<'s>> {
    let mut found = Vec::new();
    let top = top_lines(lines);
    for (n, &(at, line)) in lines[..top.max(leads(lines).count())].iter().enumerate() {
        let (marks, end, place, kind) = if lines::is_caption(line) {
            continue;
        } else if let Some(marks) = lines::byline(line, sources).filter(|_| n < top) {
            (marks, line.len(), CreditPlace::Byline, AsideKind::Byline)
        } else if let Some((marks, end)) = dateline::find(line, sources).filter(|(_, end)| n < top || *end < line.len()) {
            // `(ANSA) - ORUN, 3 MAR - `: the place may stand behind the name.
            let more = place::find(&line[end..]).filter(|place| place.is_dated).map_or(0, |place| place.end);
            (marks, end + more, CreditPlace::Dateline, AsideKind::Dateline)
        } else {
            continue;
        };
        found.push(Finding { marks, place, aside: Some(aside(at, at + end, kind)) });
    }
    found
}

fn bottom<'s>(lines: &[Line<'_>], sources: &'s Sources) -> Vec<Finding<'s>> {
    let mut found = Vec::new();
    let below = lines.len() - top_lines(lines);
    for (n, &(at, line)) in lines.iter().rev().take(END_LINES).enumerate() {
        if lines::is_caption(line) {
            continue;
        }
        let whole = (n < below)
            .then(|| {
                lines::whole_line(line, sources)
                    .or_else(|| lines::rights(line, sources))
                    .or_else(|| signoff::signed(line, sources))
                    .or_else(|| lines::together(line, sources))
            })
            .flatten();
        // Above the last line, only where all below it are credits themselves.
        let tail = || signoff::find(line, n == 0, sources).filter(|_| found.len() == n);
        if let Some((marks, start)) = whole.map(|marks| (marks, 0)).or_else(tail) {
            found.push(Finding { marks, place: CreditPlace::Signoff, aside: Some(aside(at + start, at + line.len(), AsideKind::Signoff)) });
        }
    }
    found
}

fn aside(start: usize, end: usize, kind: AsideKind) -> Aside {
    Aside { start: start as u32, end: end as u32, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `id place` of each credit, and the text without its asides.
    fn found(text: &str) -> (String, String) {
        let (credits, asides) = find(&lines(text), &Draft::default(), Sources::shipped(), None);
        let named = |c: &Credit| format!("{} {}", c.id, serde_json::to_string(&c.place).unwrap().trim_matches('"'));
        let mut left = text.to_owned();
        let mut asides = asides;
        asides.sort_by_key(|a| std::cmp::Reverse(a.start));
        asides.iter().for_each(|a| left.replace_range(a.start as usize..a.end as usize, ""));
        (credits.iter().map(named).collect::<Vec<_>>().join(", "), left.trim().to_owned())
    }

    #[test]
    fn datelines_credit() {
        for (dateline, id) in [
            ("ORUN (AFP) - ", "afp"),
            ("ORUN, March 3 (Reuters) - ", "reuters"),
            ("PORT MALLORY, Veldany (AP) — ", "ap"),
            ("(Reuters) - ", "reuters"),
            ("Orun, 3 mar (EFE).- ", "efe"),
            ("(ANSA) - ORUN, 3 MAR - ", "ansa"),
            ("Orun (dpa) - ", "dpa"),
            ("ORUN, March 3 (Xinhua) -- ", "xinhua"),
            ("ОРУН, 3 марта. /ТАСС/. ", "tass"),
            ("ОРУН, 3 мар - РИА Новости. ", "ria"),
            ("新华社奥伦3月3日电 ", "xinhua"),
            ("新华社奥伦3月3日电（记者 张三 李四）", "xinhua"),
            ("法新社奥伦3月3日电 ", "afp"),
            ("【新华社奥伦3月3日电】", "xinhua"),
            ("【オルン＝AFP時事】", "afp"),
            ("［オルン　３日　ロイター］ - ", "reuters"),
            ("[오룬=뉴시스] 김철수 기자 = ", "newsis"),
            ("به گزارش ایسنا، ", "isna"),
            ("به گزارش خبرنگار خبرگزاری مهر، ", "mehr"),
            ("الرملة - (د ب أ) ", "dpa"),
            ("الرملة 3 مارس 2026 (شينخوا) ", "xinhua"),
            ("الرملة: رويترز\n", "reuters"),
            ("(Belga) ", "belga"),
            ("Орун. 3 марта. INTERFAX.RU - ", "interfax"),
            ("Orun (Keystone-SDA) - ", "keystone-sda"),
            ("الرملة (اے پی پی) ", "app-pk"),
            ("الرملة (أ ف ب) - ", "afp"),
            ("الرملة (أ.ف.ب) – ", "afp"),
            ("الرملة - أ ف ب: ", "afp"),
            ("الرملة - فرانس برس - ", "afp"),
            ("الرملة (رويترز) - ", "reuters"),
            ("رويترز - ", "reuters"),
            ("AFP - ", "afp"),
            ("Orun, AP. ", "ap"),
            ("ОРУН. 3 марта. УНИАН. ", "unian"),
            ("ओरुन, 3 मार्च (भाषा) ", "pti"),
            ("واس- الرملة: ", "spa"),
            ("واس - ميناء الرملة: ", "spa"),
            ("الرملة ـ واس: ", "spa"),
            ("الرملة - واس: ", "spa"),
            ("الرملة في 3 مارس / وام / ", "wam"),
            ("الرملة في 03 مارس /قنا/ ", "qna"),
            ("الرملة - كونا - ", "kuna"),
            ("الرملة 3 آذار (بترا) - ", "petra"),
            ("الرملة-سانا ", "sana"),
            ("الرملة - معا - ", "maan"),
            ("الرملة 3-3-2026 وفا- ", "wafa"),
            ("الرملة 3 مارس 2026 (شينخوا) -- ", "xinhua"),
            ("الرملة 14 رمضان 1447 هـ الموافق 3 مارس 2026 م واس\n", "spa"),
            ("الرملة 26 جمادى الأولى 1448 هـ الموافق 06 نوفمبر 2026 م واس\n", "spa"),
            ("الرملة: «رويترز»\n", "reuters"),
            ("الرملة ـ «أ.ف.ب» ", "afp"),
            ("الرملة - سبوتنيك. ", "sputnik"),
            ("【オルン共同】", "kyodo"),
            ("(오룬=연합뉴스) 김철수 기자 = ", "yonhap"),
            ("中新网3月3日电 ", "cns"),
            ("（中央社奧倫3日電）", "cna"),
            ("ORUN, March 3 (PTI) ", "pti"),
            ("ORUN, (SANA) ", "sana"),
            ("الرملة / سامي رضا / الأناضول\n", "aa"),
            ("MADRIGAL (EFE). ", "efe"),
            ("Port Mallory (AFP) ", "afp"),
            ("Orun (dpa/bb) - ", "dpa"),
            ("Orun, 4. május, hétfő (MTI) - ", "mti"),
            ("EFE.- ", "efe"),
            ("ТАСС, 3 марта. ", "tass"),
            ("ТАСС, 3 марта 2026 года. ", "tass"),
            ("الرملة في 3 مارس /بنا/ ", "bna"),
        ] {
            let story = if dateline.is_ascii() || id == "efe" || id == "ap" {
                "The ferry sailed at noon."
            } else {
                "أبحرت العبارة ظهرا."
            };
            let (credits, left) = found(&format!("{dateline}{story}\nThe second line is longer."));
            assert_eq!(credits, format!("{id} dateline"), "{dateline}");
            assert!(left.starts_with(story), "{dateline}: {left}");
        }
    }

    #[test]
    fn a_dateline_may_stand_below_short_lines() {
        // Who wrote it goes too; other lines stay.
        for (writer, above, dateline, expected) in [
            ("By Ann Lee\n", "", "ORUN, March 3 (Reuters) - ", "reuters dateline"),
            ("", "Ferry is late\n", "ORUN (AFP) - ", "afp dateline"),
            ("كتب - سامي رضا:\n", "", "الرملة (رويترز) - ", "reuters dateline"),
            ("By Ann Lee\n", "Ferry is late\n", "ORUN (AFP) - ", "afp dateline"),
            (
                "",
                "* Nobody hurt\n* Line closed.\n* Fog to last\n(Adds quotes)\nBy Ann Lee\n",
                "ORUN, March 3 (Reuters) - ",
                "reuters dateline",
            ),
            ("By Ann Lee\n", "", "PORT MALLORY, March 3 (VPA) -- ", ""),
            ("", "", "PORT MALLORY — ", ""),
        ] {
            let (credits, left) = found(&format!("{writer}{above}{dateline}The ferry sailed at noon with two hundred aboard."));
            assert_eq!(credits, expected, "{writer}{above}{dateline}");
            assert_eq!(left.trim_start(), format!("{above}The ferry sailed at noon with two hundred aboard."));
        }
        let far = "By Ann Lee\nFerry is late\nAnd it is slow\nORUN (AFP) - The ferry sailed at noon.\nIt came.";
        assert_eq!(found(far).0, "", "below three short lines");
        let mention = "The ferry sailed.\nORUN (AFP) - The other one did not.";
        assert_eq!(found(mention), (String::new(), mention.to_owned()));
    }

    #[test]
    fn signoffs_and_bylines_credit() {
        for (text, expected) in [
            ("The ferry sailed.\nIt came back at night. (AFP)", "afp signoff"),
            ("The ferry sailed.\nAFP", "afp signoff"),
            ("The ferry sailed.\nWith inputs from Reuters and AP", "reuters signoff, ap signoff"),
            ("The ferry sailed.\n(مع أ ف ب)", "afp signoff"),
            ("أبحرت العبارة.\nوعادت ليلا. (رويترز)", "reuters signoff"),
            ("أبحرت العبارة.\nالمصدر: الأناضول", "aa signoff"),
            ("أبحرت العبارة.\nرويترز / أ ف ب", "reuters signoff, afp signoff"),
            ("أبحرت العبارة.\n/وام/", "wam signoff"),
            ("أبحرت العبارة.\nوعادت.\nفرانس24/ أ ف ب", "afp signoff"),
            ("It sailed.\nIt came back. - AFP", "afp signoff"),
            ("It sailed.\n© 2026 AFP", "afp signoff"),
            ("It sailed.\n© 2026 The Associated Press. All rights reserved.", "ap signoff"),
            ("It sailed.\nCopyright 2026 The Associated Press. This may not be published.", "ap signoff"),
            ("It sailed.\nReuters contributed to this report.", "reuters signoff"),
            ("It sailed.\nAgence France-Presse and Reuters contributed to this report", "afp signoff, reuters signoff"),
            ("It sailed.\nAssociated Press writer Jon Bly contributed to this report.", "ap signoff"),
            ("It sailed.\nKaynak: AA", "aa signoff"),
            ("El barco zarpó.\nCon información de Reuters y EFE", "reuters signoff, efe signoff"),
            ("Das Schiff fuhr ab.\n(APA, Reuters, red)", "apa-at signoff, reuters signoff"),
            ("渡轮启航。\n来源：新华社", "xinhua signoff"),
            ("أبحرت العبارة.\nم.ن / وام", "wam signoff"),
            ("أبحرت العبارة.\nالمصدر: المنار + سانا", "sana signoff"),
            ("أبحرت العبارة.\nالمصدر: الجزيرة + وكالات", ""),
            ("The ferry sailed from Orun at noon on Sunday (AFP)", "afp signoff"),
            ("أبحرت العبارة من ميناء الرملة ظهر الأحد (رويترز).", "reuters signoff"),
            ("أبحرت العبارة.\nالمصدر : الجزيرة + رويترز", "reuters signoff"),
            ("أبحرت العبارة.\nالمصدر: الجزيرة + الفرنسية", "afp signoff"),
            ("أبحرت العبارة.\nالمصدر: الألمانية", "dpa signoff"),
            ("رويترز\nأبحرت العبارة صباح الأحد من ميناء الرملة.\nثم عادت.\nوكان الضباب كثيفا.\nوانتهى.", "reuters byline"),
            ("Le bac est parti.\nLe Phare du Port avec AFP", "afp signoff"),
            ("The ferry sailed.\nThe Orun Post with AP and Reuters", "ap signoff, reuters signoff"),
            ("Die Fähre fuhr ab.\nmkl/dpa/AFP", "dpa signoff, afp signoff"),
            ("Die Fähre fuhr ab.\nQuelle: BREMENTAL ONLINE, dpa, AFP, mkl", "dpa signoff, afp signoff"),
            ("Die Fähre fuhr ab.\nQuelle: bremental.example, anb/dpa", "dpa signoff"),
            ("Phà khởi hành.\nHuyền Lê (Theo Reuters)", "reuters signoff"),
            ("A balsa partiu.\nCom informações da Reuters", "reuters signoff"),
            ("Το πλοίο έφυγε.\nΠηγή: ΑΠΕ-ΜΠΕ", "ana-mpa signoff"),
            ("Το πλοίο έφυγε.\nΜε πληροφορίες από ΑΠΕ-ΜΠΕ", "ana-mpa signoff"),
            ("Prom wypłynął.\nŹródło: PAP", "pap signoff"),
            ("Brod je otplovio.\n(Tanjug)", "tanjug signoff"),
            ("Feri berangkat.\nSumber: Antara", "antara signoff"),
            ("Phà khởi hành.\n(Theo Reuters)", "reuters signoff"),
            ("Phà khởi hành.\nTheo AFP", "afp signoff"),
            ("کشتی حرکت کرد.\nبه نقل از رویترز", "reuters signoff"),
            ("کشتی حرکت کرد.\nبه گزارش رویترز", "reuters signoff"),
            ("The ferry sailed.\nPTI AQ BK", "pti signoff"),
            ("The ferry sailed.\nThis report by The Canadian Press was first published May 4, 2026.", "canadian-press signoff"),
            ("Il traghetto è partito.\nRIPRODUZIONE RISERVATA © Copyright ANSA", "ansa signoff"),
            ("Паром ушёл.\nПо материалам Интерфакса", "interfax signoff"),
            ("জাহাজ ছেড়েছে।\nসূত্র: রয়টার্স", "reuters signoff"),
            ("เรือออกแล้ว\nที่มา: รอยเตอร์", "reuters signoff"),
            ("המעבורת הפליגה.\nרויטרס", "reuters signoff"),
            ("أبحرت العبارة.\nن ب/ ر س (سانا)", "sana signoff"),
            ("By Ada Lorn, Reuters\nThe ferry sailed.\nIt came.\nIt went.\nAnd so on.", "reuters byline"),
        ] {
            assert_eq!(found(text).0, expected, "{text}");
        }
    }

    #[test]
    fn a_mention_is_no_credit() {
        for text in [
            "The mate told Reuters that the fog was thick.\nNobody else told Reuters.",
            "Reuters said it would close its office in Orun.\nThe agency gave no date.",
            "Reuters - the news agency founded in 1851 - is to leave Orun.\nStaff were told on Monday.",
            "An AFP photographer was hurt in Orun.\nHe works for the agency (AFP).",
            "Shares fell, the agency (AFP) - citing brokers - reported.\nThey fell again.",
            "قالت وكالة فرانس برس (أ ف ب) إن العبارة غرقت.\nوأكد ذلك لفرانس برس مصدر.",
            "قال الربان لوكالة رويترز إن الضباب كان كثيفا.\nوأضاف ذلك لرويترز.",
            "وكالة الأناضول تطلق خدمة جديدة.\nوقالت الأناضول إنها مجانية.",
            "معا - من أجل ميناء الرملة - نبني رصيفا.\nسنعمل معا.",
            "معا - من أجل ميناء الرملة: نبني رصيفا.\nسنعمل معا.",
            "وقالت رويترز.\nوأيدت ذلك الجزيرة.\nالعربية / ميناء الرملة",
            "قنا - سامي رضا: افتتح المحافظ رصيف الميناء.\nوحضر أهل المدينة.",
            "الرملة: «رويترز» تغلق مكتبها.\nانتهى.",
            "Port Authority (PA) Officials closed the line.\nIt stays closed.",
            "Harbour Press (AFP) Writers are on strike.\nIt goes on.",
            "AFP, the agency of France. It was founded there.\nIt has offices.",
            "AFP, 12 clerks. They left.\nIt has offices.",
            "The ferry sailed.\nPTI and the ferry",
            "The ferry sailed.\nPhoto: Ann Bly/Reuters",
            "The ferry sailed.\nInterview with Reuters",
            "The ferry sailed.\nA partnership with AFP",
            "أبحرت العبارة.\nلقاء مع رويترز",
            "أبحرت العبارة.\nالربان مع رويترز",
            "The ferry sailed.\nand/or the tap",
            "The ferry sailed.\nSources: the harbour, its pilots",
            "The minister met with Reuters\nThe ferry sailed.",
            "The ferry sailed.\nThe ferry collided with AP",
            "Mate of the ferry, AFP. He told them.\nIt sailed.",
            "صورة من ميناء الرملة (أ ف ب)\nأبحرت العبارة.",
            "أبحرت العبارة.\nنشر ذلك موقع وكالة فرانس برس (أ ف ب).",
            "The ferry sailed, said the Associated Press (AP)",
            "السفارة الفرنسية\nأبحرت العبارة.",
            "قنا - افتتح المحافظ رصيف الميناء.\nوحضر أهل قنا.",
            "رويترز: العبارة غرقت قرب الرملة.\nولم يؤكد أحد.",
            "رويترز - وكالة الأنباء - تغلق مكتبها.\nانتهى.",
            "ORUN - The map of the harbour was drawn anew.\nTap water is safe.",
            "The ferry sailed.\nHe read the news on the site of the agency (Reuters).",
            "It was a joint report by the Reuters Institute.\nReuters Institute",
        ] {
            assert_eq!(found(text).0, "", "{text}");
        }
    }

    #[test]
    fn the_author_is_no_part_of_the_story() {
        for (line, byline, is_aside) in [
            ("Ada Quill", "Ada Quill", true),
            ("By ADA QUILL", "Ada Quill", true),
            ("كتب: سامي رضا", "سامي رضا", true),
            ("By Ada Quill and Ivo Marr", "Ada Quill, Ivo Marr", true),
            ("Ada Quill won the vote.", "Ada Quill", false),
            ("Ada Quill wins", "Ada Quill", false),
            ("The ferry", "Ada Quill", false),
        ] {
            let text = format!("{line}\nThe ferry sailed.\nIt came back.");
            let draft = Draft { byline: Some(byline.to_owned()), ..Draft::default() };
            let (_, asides) = find(&lines(&text), &draft, Sources::shipped(), None);
            let expected = if is_aside { vec![aside(0, line.len(), AsideKind::Byline)] } else { vec![] };
            assert_eq!(asides, expected, "{line}");
        }
    }

    #[test]
    fn author_labels_credit() {
        for (byline, expected) in [
            ("Agence France-Presse in Paris", "afp"),
            ("Le Monde avec AFP", "afp"),
            ("بقلم: رويترز", "reuters"),
            ("Ada Lorn in Orun", ""),
            ("mit Material von dpa", "dpa"),
            ("Redazione ANSA", "ansa"),
        ] {
            let draft = Draft { byline: Some(byline.to_owned()), ..Draft::default() };
            let (credits, _) = find(&lines("The ferry sailed."), &draft, Sources::shipped(), None);
            assert_eq!(credits.iter().map(|c| c.id.as_str()).collect::<String>(), expected, "{byline}");
        }
    }

    #[test]
    fn metadata_credits_and_the_source_itself_does_not() {
        let sources = Sources::shipped();
        let mut draft = Draft { byline: Some("Ada Lorn, Associated Press".to_owned()), ..Draft::default() };
        draft.extra.insert("creditLine".to_owned(), "رويترز".into());
        draft.extra.insert("keywords".to_owned(), "AFP".into());
        draft.extra.insert("original-source".to_owned(), "https://www.dpa.com/a".into());
        draft.extra.insert("isBasedOn".to_owned(), "https://courier.example/a".into());
        let ids = |own: Option<&str>| {
            let (credits, _) = find(&lines("The ferry sailed."), &draft, sources, own.and_then(|name| sources.named(name, None, None)));
            credits.into_iter().map(|c| c.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(None), ["ap", "reuters", "dpa"]);
        assert_eq!(ids(Some("Reuters")), ["ap", "dpa"]);
    }
}
