//! Evidence in words.

use std::io;

use super::{Screen, Style, field, field_cut, minute, short};
use crate::article::{Article, Relation};
use crate::compare::PairLine;
use crate::detect::evidence::{Comparison, Evidence};
use crate::detect::live::CopyLink;
use crate::detect::stories::relation_of;
use crate::store::rows::{ArticleDetail, ArticleLine};
use crate::text::words::excerpt;

/// Probability below which a shared passage is a formula that recurs, and no sign of one story: half of the items of some official
/// series copy a third of one another.
const FORMULA: f32 = 0.1;

/// The contract's word for how two articles stand to each other.
pub fn label(copied: Option<&CopyLink>, probability: f32, threshold: f32) -> &'static str {
    match copied.and_then(relation_of) {
        Some(Relation::Copy | Relation::Edited) => "copy",
        Some(_) if probability >= FORMULA => "rewrite",
        _ if probability >= threshold => "same_event",
        _ => "different",
    }
}

/// Why an article is where it is. `other` gives the line of an article by its order number.
pub fn placement(screen: &mut Screen, a: &ArticleDetail, other: &mut dyn FnMut(u32) -> Option<ArticleLine>) -> io::Result<()> {
    if screen.json {
        return screen.json(&serde_json::json!({ "article": a.line, "because": a.because }));
    }
    head(screen, "article", &a.line)?;
    screen.line(format!("is in event {} as {}", short(&a.line.event), a.line.relation))?;
    match &a.because.matched {
        None => screen.line("because nothing before it reports the same: it founded the event, or others joined it later")?,
        Some(evidence) => {
            screen.line("because of its closest article there")?;
            against(screen, a, evidence, a.because.threshold, other)?;
        }
    }
    if let Some(evidence) = &a.because.runner_up {
        screen.line("")?;
        screen.line("the closest article of another event")?;
        against(screen, a, evidence, a.because.threshold, other)?;
    }
    Ok(())
}

fn head(screen: &mut Screen, what: &str, line: &ArticleLine) -> io::Result<()> {
    let title = screen.style(Style::Strong, &field_cut(&line.title, screen.width.saturating_sub(30)));
    screen.line(format!("{what} {}  {title}", screen.style(Style::Id, short(&line.article))))?;
    let time = line.published.map_or_else(|| "no date".to_owned(), minute);
    screen.line(format!("        {}, {time}", field(&line.source)))
}

fn against(
    screen: &mut Screen,
    a: &ArticleDetail,
    e: &Evidence,
    threshold: f32,
    other: &mut dyn FnMut(u32) -> Option<ArticleLine>,
) -> io::Result<()> {
    if let Some(line) = other(e.other) {
        head(screen, "  ", &line)?;
    }
    evidence(screen, e, threshold)?;
    passages(screen, e, &a.line.title, &a.text, &a.line.lang)
}

/// Score, time, words and copied share.
pub fn evidence(screen: &mut Screen, e: &Evidence, threshold: f32) -> io::Result<()> {
    let verdict = if e.probability >= threshold { "at or above" } else { "below" };
    screen.line(format!("  same event with probability {:.2}, {verdict} the threshold {threshold:.2}", e.probability))?;
    let time = match e.hours {
        None => "one of the two has no date, so time says nothing".to_owned(),
        Some(h) if h < 1.0 => format!("published {:.0} minutes apart", h * 60.0),
        Some(h) => format!("published {h:.1} hours apart"),
    };
    screen.line(format!("  {time}"))?;
    if !e.words.is_empty() {
        let words: Vec<String> =
            e.words.iter().filter(|w| !w.word.is_empty()).map(|w| format!("{} {:.1}", field(&w.word), w.weight)).collect();
        screen.line(format!("  shared words that say most: {}", words.join(", ")))?;
    }
    if let Some(c) = &e.copied {
        screen.line(format!("  copied: {:.0} % of the shorter text word for word, longest run {} words", c.shorter * 100.0, c.longest))?;
    }
    let mut parts: Vec<_> = e.contributions.iter().collect();
    parts.sort_by(|x, y| y.adds.abs().total_cmp(&x.adds.abs()));
    let parts: Vec<String> = parts.iter().map(|c| format!("{} {:+.1}", c.feature, c.adds)).collect();
    screen.line(screen.style(Style::Faint, &format!("  {}", parts.join("  "))))
}

/// The shared passages, longest first, as the article with this text has them.
pub fn passages(screen: &mut Screen, e: &Evidence, title: &str, text: &str, lang: &str) -> io::Result<()> {
    for run in e.passages.iter().take(5) {
        let words = excerpt(title, text, lang, run.a, run.words);
        screen.line(format!("  {} words: «{}»", run.words, field_cut(&words, 400)))?;
    }
    Ok(())
}

/// Two stored articles; `a_later` says which of them the evidence is seen from.
pub fn pair(screen: &mut Screen, a: (&ArticleLine, &str), b: (&ArticleLine, &str), compared: &Comparison, a_later: bool) -> io::Result<()> {
    head(screen, "article", a.0)?;
    head(screen, "and    ", b.0)?;
    screen.line(if a.0.event == b.0.event {
        format!("are in one event, {}", short(&a.0.event))
    } else {
        format!("are in different events, {} and {}", short(&a.0.event), short(&b.0.event))
    })?;
    screen.line(format!("measured against each other: {}", wording(compared)))?;
    evidence(screen, &compared.evidence, compared.threshold)?;
    let (line, text) = if a_later { a } else { b };
    passages(screen, &compared.evidence, &line.title, text, &line.lang)?;
    if a.0.event == b.0.event && compared.evidence.probability < compared.threshold {
        screen.line("  they are together because of other articles of the event, which stand closer to both")?;
    }
    if a.0.event != b.0.event && compared.evidence.probability >= compared.threshold {
        screen.line("  they are apart because on average the articles of the two events stand further from each other")?;
    }
    Ok(())
}

/// Two articles that are not stored.
pub fn files(screen: &mut Screen, a: &Article, b: &Article, compared: &Comparison) -> io::Result<()> {
    for article in [a, b] {
        screen.line(screen.style(Style::Strong, &field_cut(&article.title, screen.width)))?;
        let time = article.published.map_or_else(|| "no date".to_owned(), |p| minute(p.at));
        screen.line(format!("        {}, {time}, {}", field(&article.source), article.lang))?;
    }
    screen.line(format!("measured by themselves, with no stream around them: {}", wording(compared)))?;
    evidence(screen, &compared.evidence, compared.threshold)?;
    passages(screen, &compared.evidence, &b.title, &b.text, &b.lang)
}

fn wording(compared: &Comparison) -> &'static str {
    match PairLine::of(compared).label {
        "copy" => "the same text, copied or lightly edited",
        "rewrite" => "texts that descend from one another or from one wire copy",
        "same_event" => "independent reports of one event",
        _ => "different events",
    }
}
