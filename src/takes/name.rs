//! What names an item in all its takes: slugs and headlines without the words that number the takes.

/// Words that say that a message goes on with an earlier one, lower case.
const ADDITION: &[&str] = &[
    "add",
    "adds",
    "addition",
    "additions",
    "addone",
    "take",
    "more",
    "تتمة",
    "إضافة",
    "اضافة",
    "suite",
    "prise",
    "продолжение",
    "continuación",
];

/// Numbers of takes, which belong to no item's name: in each row those of one take, the first one first.
const NUMBERS: &[&[&str]] = &[
    &["1", "1st", "one", "first", "أولى", "اولى"],
    &["2", "2nd", "two", "second", "ثانية"],
    &["3", "3rd", "three", "third", "ثالثة"],
    &["4", "4th", "four", "fourth", "رابعة"],
    &["5", "5th", "five", "fifth", "خامسة"],
    &["6", "6th", "six", "sixth", "سادسة"],
    &["7", "7th", "seven", "سابعة"],
    &["8", "8th", "eight", "ثامنة"],
    &["9", "9th", "nine", "تاسعة"],
];

/// Words of the last take.
const LAST: &[&str] = &["last", "final", "end", "أخيرة", "اخيرة", "وأخيرة", "واخيرة", "والأخيرة", "والاخيرة", "fin"];

/// Words of notices, and of versions, in slugs and at the begin of headlines.
const NOTICES: &[&str] = &[
    "kill",
    "mandatory",
    "bulletin",
    "withhold",
    "withdrawn",
    "retraction",
    "correction",
    "corrected",
    "corrects",
    "corr",
    "update",
    "updated",
    "urgent",
    "ld",
    "lede",
    "lead",
    "writethru",
    "sub",
    "annulation",
    "anulación",
    "anulação",
    "annullamento",
    "аннулировано",
    "аннулирование",
    "rectificatif",
    "corrección",
    "correção",
    "rettifica",
    "correzione",
    "berichtigung",
    "korrektur",
    "исправление",
    "düzeltme",
    "إلزامي",
    "سحب",
    "خبر",
    "إلغاء",
    "تصحيح",
    "تصويب",
    "تحديث",
    "عاجل",
];

/// Bytes of the longest headline that is looked at word by word for saying nothing.
const NOTICE_BYTES: usize = 60;

/// The headline of a kill that has nothing but the id or address of what it withdraws.
pub fn bare_kill(label: &str) -> String {
    format!("KILL: {}", label.trim())
}

/// Whether a headline is that of [`bare_kill`].
pub fn is_bare_kill(title: &str) -> bool {
    title.strip_prefix("KILL: ").is_some_and(|label| !label.contains(char::is_whitespace))
}

/// Whether a headline says that this is a notice, a version or a take, and nothing of what: `MANDATORY KILL`, «عاجل».
pub fn is_notice_alone(title: &str) -> bool {
    title.len() <= NOTICE_BYTES && !title.is_empty() && item_name(title).is_empty()
}

/// The words of a slug or headline, lower case.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, ',' | '،' | '-' | '–' | '/' | '.' | ':' | '(' | ')' | '…' | '"' | '«' | '»')
    })
    .filter(|w| !w.is_empty())
    .map(str::to_lowercase)
}

/// The name of the item that a slug says to be an addition to.
pub fn added_to(slug: &str) -> Option<String> {
    let name = item_name(slug);
    (says_addition(words(slug)) && !name.is_empty()).then_some(name)
}

/// Whether a headline ends as that of an addition: `… / إضافة أولى`, `… (2nd add)`, `… 3 LAST`.
pub fn added_to_title(title: &str) -> bool {
    let title = title.trim().trim_end_matches([')', ']', '.', ' ']);
    let of_takes = |tail: &str| words(tail).all(|w| is_of_takes(&w) || w == "and" || w == "و") && says_addition(words(tail));
    let tail = title.rsplit(['/', '(', '[', ',', '،']).next().filter(|tail| tail.len() < title.len());
    let all: Vec<String> = words(title).collect();
    let numbered = all.len() > 3 && number(&all[all.len() - 2]).is_some() && all[all.len() - 1] == "last";
    tail.is_some_and(of_takes) || numbered
}

/// The words of a slug or headline that name the item.
pub fn item_name(slug: &str) -> String {
    let mut words = words(slug).peekable();
    let mut name = Vec::new();
    while let Some(word) = words.next() {
        // `addition two and last`.
        let is_and = matches!(word.as_str(), "and" | "و") && words.peek().is_some_and(|next| is_of_takes(next));
        if !is_and && !is_of_takes(&word) && !NOTICES.contains(&word.as_str()) {
            name.push(word);
        }
    }
    name.join(" ")
}

/// Whether a line is a slug and nothing else: keywords in one run without small letters, then only words that number takes or versions.
/// `ORUN-BRIDGE 1ST LEAD`, «جسر/الصفصاف/إضافة أولى».
pub fn is_slug_line(line: &str) -> bool {
    let mut parts = line.split_whitespace();
    let is_run = |run: &str| run.contains(['-', '/']) && words(run).count() > 1 && !run.contains(char::is_lowercase) && !run.ends_with('/');
    let is_number = |word: String| is_of_takes(&word) || NOTICES.contains(&word.as_str()) || matches!(word.as_str(), "and" | "و");
    parts.next().is_some_and(is_run) && parts.all(|part| words(part).all(is_number))
}

/// Whether a line may be a slug in small letters, `Orun-bridge,2ndlead`: it is one run of words. Above a headline it is.
pub fn is_mixed_slug(line: &str) -> bool {
    let (run, versions) = line.split_once([' ', ',']).unwrap_or((line, ""));
    let is_run = run.contains(['-', '/']) && words(run).count() > 1 && run.chars().all(|c| c.is_alphanumeric() || "-/'’".contains(c));
    is_run && words(versions).all(|word| is_of_takes(&word) || NOTICES.contains(&word.as_str()) || is_numbered_lead(&word))
}

/// `2ndlead`, `1stld`.
fn is_numbered_lead(word: &str) -> bool {
    ["lead", "ld", "lede"].iter().find_map(|lead| word.strip_suffix(lead)).is_some_and(|number_of| number(number_of).is_some())
}

/// The slug of a later take where its number alone says so, with the place of its dateline behind it: `Orun-bridge 2 Bressa`.
pub fn take_line(line: &str) -> Option<String> {
    let mut parts = line.split_whitespace();
    let (run, take) = (parts.next()?, parts.next()?);
    let is_take = take.len() == 1 && take.bytes().all(|b| (b'2'..=b'9').contains(&b));
    let place: Vec<&str> = parts.collect();
    let is_place = place.len() <= 2 && place.iter().all(|word| word.starts_with(char::is_uppercase));
    (is_take && is_place && is_mixed_slug(run) && run.contains(char::is_lowercase)).then(|| format!("{run} take {take}"))
}

fn says_addition(words: impl Iterator<Item = String>) -> bool {
    let (mut numbered, mut last) = (false, false);
    for word in words {
        if ADDITION.contains(&word.as_str()) || is_numbered_add(&word) {
            return true;
        }
        numbered |= number(&word).is_some();
        last |= LAST.contains(&word.as_str());
    }
    numbered && last
}

fn is_of_takes(word: &str) -> bool {
    ADDITION.contains(&word) || number(word).is_some() || LAST.contains(&word) || is_numbered_add(word)
}

fn number(word: &str) -> Option<usize> {
    NUMBERS.iter().position(|row| row.contains(&word)).map(|at| at + 1)
}

/// The number of the addition that a slug names, from 1; behind all others, if it is the last one or says no number.
pub fn take_number(slug: &str) -> usize {
    let of_take = |word: String| number(word.strip_suffix("add").unwrap_or(&word));
    words(slug).filter_map(of_take).last().unwrap_or(usize::MAX)
}

/// `1stadd`, `2ndld-add`.
fn is_numbered_add(word: &str) -> bool {
    word.strip_suffix("add").is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_name_their_item() {
        for (slug, name) in [
            ("BC-Wells, 1st add", Some("bc wells")),
            ("bc-wells addition one", Some("bc wells")),
            ("bc-wells addition two last", Some("bc wells")),
            ("bc-wells addition two and last", Some("bc wells")),
            ("wells 2ndadd", Some("wells")),
            ("wells 3 last", Some("wells")),
            ("آبار، إضافة أولى وأخيرة", Some("آبار")),
            ("wells take 2", Some("wells")),
            ("wells reopen", None),
            ("last wells", None),
            ("add", None),
        ] {
            assert_eq!(added_to(slug).as_deref(), name, "{slug}");
        }
    }

    #[test]
    fn notices_may_name_nothing() {
        for (title, is_alone) in [
            ("MANDATORY KILL", true),
            ("عاجل:", true),
            ("Update 2", true),
            ("KILL: The dike of Gull holds", false),
            ("عاجل | سد الصفصاف يصمد", false),
            ("Dike", false),
            ("", false),
        ] {
            assert_eq!(is_notice_alone(title), is_alone, "{title}");
        }
    }

    #[test]
    fn slugs_are_told_from_headlines() {
        for (line, is_slug) in [
            ("ORUN-BRIDGE 1ST LEAD", true),
            ("ORUN-BRIDGE ADDITION ONE AND LAST", true),
            ("جسر/الصفصاف/إضافة أولى وأخيرة", true),
            ("ORUN-BRIDGE", true),
            ("ORUN-TERN FERRY SINKS", false),
            ("Orun-bridge 1st lead", false),
            ("ORUN", false),
            ("- 30 -", false),
            ("", false),
        ] {
            assert_eq!(is_slug_line(line), is_slug, "{line}");
        }
    }

    #[test]
    fn slugs_in_small_letters_are_runs() {
        for (line, is_slug, take) in [
            ("Orun-bridge", true, None),
            ("Orun-bridge-council,2ndlead", true, None),
            ("Orun-bridge,lead", true, None),
            ("Orun/Bridge/", true, None),
            ("Orun-bridge 2 Bressa", false, Some("Orun-bridge take 2")),
            ("Orun-bridge 3", true, Some("Orun-bridge take 3")),
            ("Orun-Tern 2 dead", false, None),
            ("Orun-Tern ferry sinks", false, None),
            ("Orun", false, None),
            ("", false, None),
        ] {
            assert_eq!((is_mixed_slug(line), take_line(line).as_deref()), (is_slug, take), "{line}");
        }
    }

    #[test]
    fn headlines_of_additions_end_so() {
        for (title, is_addition) in [
            ("محلي / آبار وادي الزعتر تعود / إضافة أولى", true),
            ("آبار وادي الزعتر تعود (تتمة)", true),
            ("Wells of Orun reopen, 2nd add", true),
            ("Amir opens wells in Orun 3 LAST", true),
            ("Wells reopen, two more close", false),
            ("إضافة أولى إلى قائمة التراث", false),
            ("Council adds one", false),
            ("", false),
        ] {
            assert_eq!(added_to_title(title), is_addition, "{title}");
        }
    }
}
