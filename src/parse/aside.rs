//! What stands in a text and is no part of the story: credits, lines that the known sources name as boilerplate, and headlines of other
//! articles below a heading such as `Read also`.

mod small;

use std::collections::HashSet;

use super::credits::{self, Line};
use super::frame::is_list_heading;
use crate::article::{Aside, AsideKind, asides_of};
use crate::sources::{Source, Sources, key};
use small::{is_address, is_counted, is_hashtags, names_source, without_signs};

/// Words of the longest headline right below a line such as `Read also:`.
const HEADLINE_WORDS: usize = 20;
/// Words of the longest one further down: there are paragraphs that end without a full stop.
const FURTHER_WORDS: usize = 14;
/// Headlines of the longest list below a heading.
const LISTED: usize = 8;
/// Headings of such lists where a colon ends them; alone, they are words like others.
const WITH_COLON: [&str; 7] = ["شاهد", "شاهد كذلك", "تابع", "تابع ايضا", "اقرا", "watch", "read"];
/// Signs at the begin of a line of a list.
const BULLETS: [char; 14] = ['•', '·', '●', '▪', '■', '◾', '◼', '◆', '♦', '►', '▶', '*', '-', '–'];
/// Lines of the shortest list of headlines that no heading announces, and words of the shortest headline there.
const UNANNOUNCED: usize = 3;
const UNANNOUNCED_WORDS: usize = 5;
/// Words from which on a line with a full stop at its end is a sentence.
const SENTENCE: usize = 11;
/// Lines below a story that may tell of who wrote it.
const LAST_OF_WRITERS: usize = 6;
/// Lines below a story that may be notes of the desk; letters of the longest initials there, and of all of them.
const LAST: usize = 2;
const INITIALS: usize = 4;
const INITIALS_LINE: usize = 30;
/// What says behind the last sentence that it is the last, and letters of the longest.
const ENDINGS: [&str; 5] = ["(النهاية)", "(انتهى)", "//انتهى//", "Enditem", "(END)"];
const ENDING: usize = 9;
/// Bytes of a line that holds a story.
const SIGNED: usize = 80;
/// Bytes of the longest line of buttons, and words of the longest of these.
const TOOLS: usize = 120;
const TOOL_WORDS: usize = 4;
/// Words of the longest line that gives an address of mail and is no sentence.
const CONTACT_WORDS: usize = 12;
/// Bytes of the longest line about who wrote a story, and what such lines say.
const WRITER: usize = 500;
const WRITERS: &[&str] =
    &["reporter", "correspondent", "journalist", "columnist", "staff writer", "editor", "covers ", "writes about", "producer", "freelance"];
const REACHED: &[&str] = &[
    "reach her at",
    "reach him at",
    "reach them at",
    "can be reached at",
    "follow her on",
    "follow him on",
    "follow them on",
    "contact her at",
    "contact him at",
    "email her at",
    "email him at",
    "send tips to",
];
/// Letters of a word that says something, and the share of such words of the list that the story may have: what it lists itself has more.
const TELLING: usize = 4;
const SHARED: f32 = 0.2;

/// The asides of a text with these lines by `source`, in order and apart from each other; `credits` are those that credit agencies and
/// authors, `byline` names the authors too.
pub fn of(
    text: &str,
    lines: &[Line<'_>],
    credits: Vec<Aside>,
    byline: Option<&str>,
    sources: &Sources,
    source: Option<&Source>,
) -> Vec<Aside> {
    let above = asides_of(text, &credits).filter(|(kind, _)| *kind == AsideKind::Byline).map(|(_, line)| line);
    let writers = byline.into_iter().chain(above).collect::<Vec<_>>().join(" | ");
    let (boilerplate, listed) = boilerplate(lines, &writers, sources, source);
    let covered: usize = boilerplate.iter().map(|a| (a.end - a.start) as usize).sum();
    let mut all = credits;
    // Where the patterns fit more than half of a text and leave no sentence of it, they are not what it is about only by chance: nothing is
    // taken away. What a heading says to be other articles, and what stands below a brief, may be more than the brief.
    let is_half = (covered - listed) * 2 <= text.len();
    if covered * 4 <= text.len() * 3 && (is_half || leaves_sentence(lines, &boilerplate)) {
        all.extend(boilerplate);
    }
    all.sort_by_key(|a| (a.start, std::cmp::Reverse(a.end)));
    let mut behind = 0;
    all.retain(|a| {
        let is_apart = a.start >= behind && a.end > a.start;
        behind = if is_apart { a.end } else { behind };
        is_apart
    });
    all
}

/// Whether a line that is no boilerplate is a sentence.
fn leaves_sentence(lines: &[Line<'_>], boilerplate: &[Aside]) -> bool {
    let begins: HashSet<usize> = boilerplate.iter().map(|a| a.start as usize).collect();
    lines
        .iter()
        .any(|&(at, line)| !begins.contains(&at) && line.split_whitespace().nth(SENTENCE).is_some() && !is_headline(line, usize::MAX))
}

/// The boilerplate, and how many bytes of it are headlines below a heading of a list; `writers` names who wrote the text.
fn boilerplate(lines: &[Line<'_>], writers: &str, sources: &Sources, source: Option<&Source>) -> (Vec<Aside>, usize) {
    let (mut found, mut listed) = (Vec::new(), 0);
    let last = &lines[lines.len().saturating_sub(LAST_OF_WRITERS)..];
    let named = last.iter().enumerate().filter(|(n, (_, line))| credits::is_name_above(line, &last[n + 1..])).map(|(_, (_, line))| *line);
    let writers = std::iter::once(writers).chain(named).collect::<Vec<_>>().join(" | ");
    // Headlines that may still come below the last heading, and words of the longest that may be next.
    let (mut announced, mut words) = (0, HEADLINE_WORDS);
    for (n, &(at, whole)) in lines.iter().enumerate() {
        let line = without_signs(whole);
        let is_heading = is_list_heading(line) || (line.ends_with([':', '：']) && WITH_COLON.contains(&key(line).as_str()));
        let is_boilerplate = is_heading
            || sources.is_boilerplate(line, source)
            || is_tools(line, sources)
            || is_contact(line)
            || is_counted(line)
            || is_hashtags(line)
            || is_address(line)
            || n > 0 && n + LAST_OF_WRITERS >= lines.len() && names_source(line)
            || n > 0 && n + LAST >= lines.len() && (is_of_desk(line) || is_of_writer(line))
            || n > 0 && n + LAST_OF_WRITERS >= lines.len() && is_below_story(&lines[n..], &writers);
        let is_announced = !is_boilerplate && announced > 0 && is_headline(line, words);
        if is_boilerplate || is_announced {
            found.push(Aside { start: at as u32, end: (at + whole.len()) as u32, kind: AsideKind::Boilerplate });
            listed += if is_announced { whole.len() } else { 0 };
        }
        (announced, words) = match () {
            () if is_heading => (LISTED, HEADLINE_WORDS),
            () if is_boilerplate => (usize::from(line.ends_with([':', '：'])), HEADLINE_WORDS),
            () if is_announced => (announced - 1, FURTHER_WORDS),
            () => (0, HEADLINE_WORDS),
        };
    }
    found.extend(
        lines
            .last()
            .filter(|_| lines.len() > 1 || lines.iter().any(|(_, l)| l.len() > SIGNED))
            .and_then(|&(at, line)| signed_end(at, line)),
    );
    if announced == 0 {
        for &(at, line) in unannounced(lines) {
            found.push(Aside { start: at as u32, end: (at + line.len()) as u32, kind: AsideKind::Boilerplate });
            listed += line.len();
        }
    }
    (found, listed)
}

/// Whether the first of these lines tells of one of the `writers`, or of who helped, or is the name above that.
fn is_below_story(lines: &[Line<'_>], writers: &str) -> bool {
    let Some(((_, line), below)) = lines.split_first() else { return false };
    credits::is_of_helpers(line) || credits::tells_of(line, writers) || credits::is_name_above(line, below)
}

/// Whether a line holds nothing but what stands on buttons, with marks between: `Print | Email`, «【打印】【关闭】».
fn is_tools(line: &str, sources: &Sources) -> bool {
    let is_mark = |c: char| matches!(c, '|' | '[' | ']' | '【' | '】' | '·' | '•' | '｜');
    if line.len() > TOOLS || !line.contains(is_mark) {
        return false;
    }
    let mut parts = line.split(is_mark).map(str::trim).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(|part| part.split_whitespace().nth(TOOL_WORDS).is_none() && sources.is_boilerplate(part, None))
}

/// What agencies put behind their last sentence: that it ends, and the initials of those who wrote it, «(النهاية) س ع د / م ص».
fn signed_end(at: usize, line: &str) -> Option<Aside> {
    // A line may be a whole text, of which only the last letters can be such an end.
    let (from, _) = line.char_indices().rev().take(ENDING + INITIALS_LINE).last()?;
    let is_last = |begin: &usize, ending: &str| is_rest(&line[begin + ending.len()..]) && *begin > 0;
    let begin = ENDINGS.iter().find_map(|ending| line[from..].rfind(ending).map(|at| from + at).filter(|begin| is_last(begin, ending)))?;
    Some(Aside { start: (at + begin) as u32, end: (at + line.len()) as u32, kind: AsideKind::Boilerplate })
}

/// Whether nothing stands here but initials.
fn is_rest(rest: &str) -> bool {
    let is_part = |part: &str| part.chars().all(char::is_alphabetic) && part.chars().count() <= INITIALS;
    rest.chars().count() <= INITIALS_LINE && rest.split(['/', '-', ' ', '.', '\u{640}']).all(is_part)
}

/// The headlines of other articles with bullets before them that end a text, if there are any: they say nothing of what the story says.
fn unannounced<'l, 't>(lines: &'l [Line<'t>]) -> &'l [Line<'t>] {
    let headline = |line: &str| {
        let Some(item) = line.strip_prefix(BULLETS).map(str::trim) else { return false };
        let words = item.split_whitespace().count();
        (UNANNOUNCED_WORDS..=HEADLINE_WORDS).contains(&words) && is_headline(item, words) && !item.contains([',', '،', ';', '؛'])
    };
    let (story, list) = lines.split_at(lines.len() - lines.iter().rev().take_while(|(_, line)| headline(line)).count());
    let is_list = (UNANNOUNCED..=LISTED).contains(&list.len());
    // A colon announces what belongs to the story.
    if !is_list || story.last().is_none_or(|(_, line)| line.ends_with([':', '：'])) {
        return &[];
    }
    let words = |line: &str| key(line).split(' ').filter(|w| w.chars().count() >= TELLING).map(str::to_owned).collect::<Vec<_>>();
    let told: HashSet<String> = story.iter().flat_map(|(_, line)| words(line)).collect();
    let listed: Vec<String> = list.iter().flat_map(|(_, line)| words(line)).collect();
    let shared = listed.iter().filter(|word| told.contains(*word)).count();
    if shared as f32 <= SHARED * listed.len() as f32 { list } else { &[] }
}

/// Whether a line below the story is what a desk notes of itself: the initials of those who wrote and edited it (`bur-abc/de`, «ف ن ك / م ص ع»),
/// or a number.
fn is_of_desk(line: &str) -> bool {
    let is_number = line.len() <= 5 && line.bytes().all(|b| b.is_ascii_digit());
    let is_initials = line.contains(['/', '.']) && is_rest(line.strip_prefix('(').and_then(|line| line.strip_suffix(')')).unwrap_or(line));
    is_number || is_initials && line.chars().any(char::is_alphabetic)
}

/// Whether a line below the story tells who wrote it and where to write to: `Ada Quill is a reporter for the Courier. Reach her at …`.
fn is_of_writer(line: &str) -> bool {
    if line.len() > WRITER {
        return false;
    }
    let line = line.to_ascii_lowercase();
    WRITERS.iter().any(|writer| line.contains(writer)) && REACHED.iter().any(|reached| line.contains(reached))
}

/// Whether a line tells only whom to ask: a name, an address of mail, a number of a telephone.
fn is_contact(line: &str) -> bool {
    let is_mail = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.trim_end_matches('.').contains('.'))
    };
    let is_phone = |line: &str| {
        let number = line.trim_matches(|c: char| !c.is_ascii_digit() && c != '+' && c != '(');
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        number.starts_with('+')
            && number.matches('+').count() == 1
            && (9..=15).contains(&digits)
            && number.chars().all(|c| c.is_ascii_digit() || "+-–. ()/".contains(c))
    };
    let is_short = || line.split_whitespace().count() <= CONTACT_WORDS && is_headline(line, CONTACT_WORDS);
    line.contains('@') && is_short() && line.split([' ', '\u{a0}', ',', ';', '|', '/', '<', '>', ':']).any(is_mail)
        || line.contains('+') && is_phone(line)
}

fn is_headline(line: &str, words: usize) -> bool {
    let unquoted = line.trim_end_matches(['»', '"', '”']);
    line.split_whitespace().count() <= words && !unquoted.ends_with(['.', '。', '۔', '।', '،', ',', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> String {
        let asides = of(text, &super::super::credits::lines(text), Vec::new(), Some("Ada Quill"), Sources::shipped(), None);
        assert!(asides_of(text, &asides).count() == asides.len(), "{asides:?} lie in the text");
        let mut left = text.to_owned();
        asides.iter().rev().for_each(|a| left.replace_range(a.start as usize..a.end as usize, ""));
        left.split('\n').filter(|l| !l.trim().is_empty()).collect::<Vec<_>>().join("|")
    }

    const OTHERS: [&str; 3] =
        ["Choir of Tern wins festival for third time", "Parliament raises pension age to 66", "Wells reopen in Orun after four dry years"];

    #[test]
    fn lines_that_are_not_the_story_go() {
        let story = "أبحرت العبارة من ميناء الرملة ظهر الأحد وعلى متنها مئتا راكب، ثم عادت بسبب الضباب الكثيف.";
        let english = "The ferry sailed from Port Mallory at noon with two hundred aboard and came back in the fog.";
        for (text, expected) in [
            (format!("{story}\nاقرأ أيضا: غرق قارب صيد\n{story}"), format!("{story}|{story}")),
            (format!("{story}\nإقرأ أيضًا:\nغرق قارب صيد\n{story}"), format!("{story}|{story}")),
            (format!("{story}\nإقرأ أيضًا:\n{story}"), format!("{story}|{story}")),
            (format!("{english}\nRead also: Barge sinks\nTags: ferry, fog\n© Coast Wire"), english.to_owned()),
            (format!("{english}\nLire aussi : le bac\nЧитайте также: паром"), english.to_owned()),
            (format!("{english}\nShare\nShare prices fell."), format!("{english}|Share prices fell.")),
            (format!("{english}\nRead also\nBarge sinks at the quay\nWho pays for the gates?\n{english}"), format!("{english}|{english}")),
            (format!("{english}\nRelated stories\nBarge sinks\nWells reopen at Orun"), english.to_owned()),
            (format!("{story}\nأخبار متعلقة:\nغرق قارب صيد قبالة الرملة\nالميناء يغلق أبوابه"), story.to_owned()),
            (format!("{story}\nمواضيع ذات صلة\nغرق قارب صيد\n{story}"), format!("{story}|{story}")),
            (
                format!(
                    "{english}\nRelated stories\nBarge sinks at the old quay of Gull\nWells reopen at Orun and Tern, engineers say\nChoir wins"
                ),
                english.to_owned(),
            ),
            (format!("{english}\nREAD ALSO | Barge sinks\nDon't miss: wells reopen"), english.to_owned()),
            (format!("{story}\nاقرأ كذلك: غرق قارب صيد"), story.to_owned()),
            (format!("{english}\nLatest news\nBarge sinks"), format!("{english}|Latest news|Barge sinks")),
            (format!("{english}\nThe post Ferry back in fog appeared first on Coast Wire."), english.to_owned()),
            (format!("{story}\nشاهد: لحظة جنوح العبارة"), story.to_owned()),
            (format!("{story}\nتابع:\nغرق قارب صيد قبالة الرملة\nالميناء يغلق أبوابه\nعودة الصيادين"), story.to_owned()),
            (format!("{english}\nWatch:\n• Barge sinks at the quay\n• Who pays for the gates?\n{english}"), format!("{english}|{english}")),
            (format!("{english}\nWatch the quay\nWatch"), format!("{english}|Watch the quay|Watch")),
            (format!("{english}\n• {}\n• {}\n• {}", OTHERS[0], OTHERS[1], OTHERS[2]), english.to_owned()),
            (
                format!("{english}\nThe council decided:\n- {}\n- {}\n- {}", OTHERS[0], OTHERS[1], OTHERS[2]),
                format!("{english}|The council decided:|- {}|- {}|- {}", OTHERS[0], OTHERS[1], OTHERS[2]),
            ),
            (
                format!("{english}\n• The ferry sailed at noon again\n• Port Mallory lay in dense fog\n• {}", OTHERS[0]),
                format!("{english}|• The ferry sailed at noon again|• Port Mallory lay in dense fog|• {}", OTHERS[0]),
            ),
            (
                format!("{english}\nFor more information contact:\nAda Quill, press office, ada.quill@coast.example\n+1 (555) 010-2233"),
                english.to_owned(),
            ),
            (format!("{english}\nFor further information, please contact the harbour office at +1 555 0102233."), english.to_owned()),
            (format!("{story}\nللتواصل:\nآدا كويل، المكتب الإعلامي\nهاتف: 00201234567\npress@coast.example"), story.to_owned()),
            (format!("{story}\nلمزيد من المعلومات يرجى التواصل مع مكتب الميناء."), story.to_owned()),
            (
                format!("{english}\nThe harbour asks witnesses to write to office@coast.example.\nContact with the crew was lost."),
                format!("{english}|The harbour asks witnesses to write to office@coast.example.|Contact with the crew was lost."),
            ),
            (
                format!(
                    "{english}\nRead also: {}\nShare this article\n(Reporting by Ada Quill in Orun and Ivo Marr in Tern; Editing by Bodo Kreil)",
                    OTHERS[0]
                ),
                english.to_owned(),
            ),
            (format!("{english}\nbur-abc/de/fgh"), english.to_owned()),
            (format!("{story}\n(النهاية) ف ن ك / م ص ع\n0123"), story.to_owned()),
            (format!("{story}\nد ف/س ع"), story.to_owned()),
            (format!("{story}\n// انتهى //\n14:20ت م\n0123"), story.to_owned()),
            (format!("{english}\nAC/DC played.\nTen/twelve left"), format!("{english}|AC/DC played.|Ten/twelve left")),
            (format!("{english}\n+12.5 -3.4 +8.1 1200\n2026 1500 3400"), format!("{english}|+12.5 -3.4 +8.1 1200|2026 1500 3400")),
            (format!("{story}\nطباعة | أرسل إلى صديق\nت + ت - الحجم الطبيعي\nتم نسخ الرابط"), story.to_owned()),
            (format!("{english}\n【打印】【关闭】\n[Print] [Email]"), english.to_owned()),
            (format!("{english}\nPrint | Prices fell"), format!("{english}|Print | Prices fell")),
            (format!("{story}\nانضموا إلى قناتنا على «تلغرام» ليصلكم كل جديد\nشاهدوا أيضا: العبارة من الجو"), story.to_owned()),
            (
                format!("{english}\nListen to this article\nStory continues below advertisement\nFollow Coast Post on Google News"),
                english.to_owned(),
            ),
            (
                format!("{english}\nListen to the sea, the mate said.\nThis story has not been told.\nThe story continues below deck."),
                format!("{english}|Listen to the sea, the mate said.|This story has not been told.|The story continues below deck."),
            ),
            (format!("{story}\nانضموا إلى قناة البحر في المسبح."), format!("{story}|انضموا إلى قناة البحر في المسبح.")),
            (format!("{english}\nAda Quill is a reporter for the Coast Post. Reach her at ada@coast.example."), english.to_owned()),
            (
                format!("{english}\nAda Quill, a reporter, was on board.\nThe mate can be reached at the harbour."),
                format!("{english}|Ada Quill, a reporter, was on board.|The mate can be reached at the harbour."),
            ),
            (
                format!("By Ada Quill\n{english}\nAda Quill has covered ferries since 2014.\nFollow her on Twitter: @ada"),
                format!("By Ada Quill|{english}"),
            ),
            (format!("{english}\nAdditional reporting by Ivo Marr; editing by Bodo Kreil"), english.to_owned()),
            (format!("{english}\nA version of this article appears in print on March 5, 2026, Section A, Page 1."), english.to_owned()),
            (format!("{english}\nIvo Marr\nCoast Wire\nIvo Marr is the chief of the bureau in Orun."), format!("{english}|Coast Wire")),
            (format!("{english}\nIvo Marr is the mate of the ferry."), format!("{english}|Ivo Marr is the mate of the ferry.")),
            (format!("{story}\n👈 اقرأ أيضا: غرق قارب صيد\n📍 تابعونا على تلغرام:\nhttps://t.me/coast"), story.to_owned()),
            (format!("{story}\nالمصدر: المنبر + صحف\n#عبارة #ضباب\n1234 قراءة\nرابط مختصر:"), story.to_owned()),
            (format!("{story}\nلمتابعة أخبار المنبر عبر تطبيق نبض اضغط هنا\nتصوير: نادية سوريل"), story.to_owned()),
            (
                format!("{english}\n#1 in the list was the ferry\n300 views of the sea\nSource: the mate said so."),
                format!("{english}|#1 in the list was the ferry|300 views of the sea|Source: the mate said so."),
            ),
            (format!("{english}\n(rin/sar)"), english.to_owned()),
            (
                format!("{english}\nThis article was originally published on coast.example.\nIl vous reste 65.3% de cet article à lire."),
                english.to_owned(),
            ),
            ("Share\nPrint\nAFP".to_owned(), "Share|Print|AFP".to_owned()),
        ] {
            assert_eq!(left(&text), expected, "{text}");
        }
    }
}
