//! What wires set above and below a story that came as plain text: the lines that say what it is, how urgent, how long and when it was sent.

use super::header::{Header, date_time, service_of};
use super::story::is_signal;
use crate::parse::draft::Draft;
use crate::takes::{is_mixed_slug, is_slug_line};

/// Lines above a story that are looked at, and below one.
const ABOVE: usize = 6;
const BELOW: usize = 4;
/// Characters of the longest of them, and of the longest headline below one.
const LINE: usize = 80;
const HEADLINE: usize = 140;
/// Bytes of the longest date-time group, and of the longest number of a desk: `PTI DEL57`.
const GROUP: usize = 40;
const DESK: usize = 12;
/// What slugs of American wires begin with: the cycle, or the agency.
const CYCLES: &[&str] = &["BC-", "AM-", "PM-", "AP-", "AFP-", "UPI-"];
/// What stands above press releases.
const RELEASES: &[&str] = &["FOR IMMEDIATE RELEASE", "PRESS RELEASE", "NEWS RELEASE"];
/// What ends a message.
const ENDS: &[&str] = &["NNNN", "ENDS", "###", "-30-", "-0-", "-END-", "--END--"];

/// The story without these lines. What they say goes into `draft`.
pub fn take<'t>(text: &'t str, draft: &mut Draft) -> &'t str {
    below(above(text, draft), draft)
}

fn above<'t>(text: &'t str, draft: &mut Draft) -> &'t str {
    if let Some((title, rest)) = text.split_once('\n').and_then(|(first, rest)| Some((ticker(first, draft)?, rest))) {
        draft.title = Some(title);
        return rest.trim();
    }
    let mut rest = text;
    for _ in 0..ABOVE {
        let Some((line, after)) = rest.split_once('\n') else { break };
        let (line, after) = (line.trim(), after.trim_start());
        // The headline and the story must be left.
        if line.chars().count() > LINE || !after.contains('\n') || !says_above(line, after, draft) {
            break;
        }
        rest = after;
    }
    rest
}

/// Takes a line above a story, if it is one; `after` is what follows it.
fn says_above(line: &str, after: &str, draft: &mut Draft) -> bool {
    let say = |draft: &mut Draft, key: &str, said: &str| _ = draft.extra.insert(key.to_owned(), said.into());
    let is_capital = !line.contains(char::is_lowercase);
    if is_signal(line) && is_capital || RELEASES.iter().any(|r| line.trim_end_matches(':').eq_ignore_ascii_case(r)) {
        say(draft, "signal", line);
        return true;
    }
    let header = Header::read(line);
    if header.is_whole() {
        (draft.id, draft.category, draft.service) = (header.number.clone(), header.category.clone(), header.service());
        header.extra_into(&mut draft.extra);
        return true;
    }
    // `COVID-19` may stand above a story as its headline.
    let next = after.lines().next().unwrap_or_default().trim_end();
    if next.ends_with('.') || next.chars().count() > HEADLINE {
        return false;
    }
    if let Some(service) = desk(line) {
        draft.service = service.or(draft.service.take());
        say(draft, "number", line);
        return true;
    }
    if draft.extra.contains_key("slug") {
        return false;
    }
    let Some((slug, words)) = slug(line) else { return false };
    say(draft, "slug", slug);
    words.into_iter().for_each(|words| say(draft, "words", words));
    true
}

/// The number of a story at its desk, and the agency before it: `PTI DEL57`, `FGN12`.
fn desk(line: &str) -> Option<Option<String>> {
    let (service, number) = line.split_once(' ').map_or((None, line), |(service, number)| (Some(service), number));
    let is_letters = |name: &str| (2..=5).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase());
    let digits = number.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let is_number = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let is_desk = line.len() <= DESK && is_number && is_letters(&number[..number.len() - digits.len()]) && service.is_none_or(is_letters);
    is_desk.then(|| service.map(str::to_owned))
}

/// The slug that a line is, and the number of words behind it: `BC-EU--Veldany-Tunnel, 1st Ld-Writethru,210`, `VELDANY-TUNNEL`.
fn slug(line: &str) -> Option<(&str, Option<&str>)> {
    let counted = line.rsplit_once(',').filter(|(_, n)| n.len() >= 2 && n.bytes().all(|b| b.is_ascii_digit()));
    let (slug, words) = counted.map_or((line, None), |(slug, words)| (slug.trim_end(), Some(words)));
    if slug.starts_with("ZCZC") {
        return None;
    }
    let run = slug.split([',', ' ']).next().unwrap_or_default();
    let is_of_cycle = CYCLES.iter().any(|cycle| slug.starts_with(cycle)) && run.matches('-').count() >= 1 && run.len() > 4;
    // What versions and pictures there are may stand in brackets: `TERN-STRIKE/FERRIES (UPDATE 2, PIX)`.
    let bare = slug.split_once(" (").filter(|_| slug.ends_with(')')).map_or(slug, |(bare, _)| bare);
    let is_slug = is_of_cycle || is_slug_line(bare) && slug.contains(char::is_alphabetic) || words.is_some() && is_mixed_slug(slug);
    is_slug.then_some((slug, words))
}

/// The headline behind the time, day and agency of a ticker: `12:30 04Mar26 RTRS-Wells fill`.
fn ticker(line: &str, draft: &mut Draft) -> Option<String> {
    let (stamp, title) = line.trim().split_once("RTRS-").filter(|(_, title)| !title.trim().is_empty())?;
    let (time, day) = stamp.trim_end().split_once(' ')?;
    let letters = day.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, rest) = day.split_at(letters);
    let (month, year) = rest.split_at_checked(3)?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_stamp = is_digits(number) && is_digits(year) && year.len() == 2 && time.len() == 5 && is_digits(&time.replace(':', ""));
    is_stamp.then(|| {
        draft.service = Some("Reuters".to_owned());
        draft.published = Some(format!("{number} {month} 20{year} {time}"));
        title.trim().to_owned()
    })
}

fn below<'t>(text: &'t str, draft: &mut Draft) -> &'t str {
    let (mut rest, mut has_end) = (text, false);
    for _ in 0..BELOW {
        let Some((before, line)) = rest.trim_end().rsplit_once('\n') else { break };
        let line = line.trim();
        // The day and the hour without a year, as Indian wires set them above the end.
        let is_stamp = has_end && line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit());
        if ENDS.contains(&line) {
            has_end = true;
        } else if let Some(date) = group(line) {
            let service = service_of(line)
                .or_else(|| line.split(' ').next().filter(|w| w.bytes().all(|b| b.is_ascii_uppercase())).map(str::to_owned));
            draft.service = draft.service.take().or(service);
            draft.published = draft.published.take().or(Some(date));
        } else if !is_stamp {
            break;
        }
        rest = before.trim_end();
    }
    rest
}

/// The date-time group that a line is: `041230 GMT MAR 26`, `AFP 041230 GMT MAR 26`, `AP-WF-03-04-26 1230GMT`.
fn group(line: &str) -> Option<String> {
    let begin = line.split_once(' ').filter(|(service, _)| service.bytes().all(|b| b.is_ascii_uppercase()));
    let group = begin.map_or(line, |(_, group)| group);
    let is_group = line.len() <= GROUP && (group.starts_with(|c: char| c.is_ascii_digit()) || service_of(group).is_some());
    is_group.then(|| date_time(group)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_above_and_below_a_story_say_what_it_is() {
        let story = "Wells of Orun fill\n\nORUN (AP) -- Four wells filled overnight.";
        for (above, below, slug, service) in [
            ("URGENT\n\n", "", None, None),
            (
                "BC-EU--Orun-Wells, 1st Ld-Writethru,210\n",
                "\nAP-WF-03-04-26 1230GMT\n",
                Some("BC-EU--Orun-Wells, 1st Ld-Writethru"),
                Some("AP"),
            ),
            ("ORUN-WELLS/MAYOR (UPDATE 2, PIX, TV)\n\n", "", Some("ORUN-WELLS/MAYOR (UPDATE 2, PIX, TV)"), None),
            ("PTI DEL57\nORUN-WELLS\n", "\n03041230\nNNNN", Some("ORUN-WELLS"), Some("PTI")),
            ("FGN12\nORUN-WELLS 2ND LEAD\n", "", Some("ORUN-WELLS 2ND LEAD"), None),
            ("AFP-0123 4 I 0210 Orun-wells\n", "\n041230 GMT Mar 26", Some("Orun-wells"), Some("AFP")),
            ("", "\nAFP 041230 GMT MAR 26", None, Some("AFP")),
            ("FOR IMMEDIATE RELEASE\n\n", "\n\n###", None, None),
            ("AP-Orun-Wells,210\n\nURGENT\n\n", "", Some("AP-Orun-Wells"), None),
        ] {
            let (text, mut draft) = (format!("{above}{story}{below}"), Draft::default());
            assert_eq!(take(&text, &mut draft), story, "{above}");
            assert_eq!(draft.extra.get("slug").and_then(|s| s.as_str()), slug, "{above}");
            assert_eq!((draft.service.as_deref(), draft.published.is_some()), (service, below.contains("GMT")), "{above}");
        }
    }

    #[test]
    fn headlines_and_sentences_stay() {
        for text in [
            "Wells fill\n\nFour wells filled.",
            "COVID-19\n\nFour towns closed their gates.\nMore may.",
            "Saudi-Iran talks resume\n\nThey met.\nAnd parted.",
            "URGENT\n\nFour wells filled.",
            "WELLS FILL\nIN ORUN\nFour wells filled.\n\nThey sang.",
            "Urgent action is needed\n\nThey said so.\n1230\n",
            "G20\nLeaders met\n\nThey met in Orun on March 4, 2026",
            "Wells fill\n\nFour wells filled.\nThe year was 2026",
        ] {
            assert_eq!(take(text, &mut Draft::default()).trim(), text.trim(), "{text}");
        }
    }

    #[test]
    fn tickers_date_their_headlines() {
        let mut draft = Draft::default();
        assert_eq!(take("12:30 04Mar26 RTRS-Wells of Orun fill\n\nFour wells filled.", &mut draft), "Four wells filled.");
        assert_eq!((draft.title.as_deref(), draft.published.as_deref()), (Some("Wells of Orun fill"), Some("04 Mar 2026 12:30")));
    }
}
