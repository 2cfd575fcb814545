//! Why an article is where it is, and why two articles are, or are not, one event.

use std::io;

use serde_json::{Value, json};

use super::article::changes;
use super::reasons::{evidence, missing, passages, points, reasons};
use super::{Screen, Style, field, field_cut, minute, short};
use crate::article::{Article, Relation};
use crate::compare::{self, PairLine};
use crate::detect::Settings;
use crate::detect::evidence::{Comparison, Evidence};
use crate::detect::live::CopyLink;
use crate::detect::stories::relation_of;
use crate::failure::Failure;
use crate::provenance::versions::Difference;
use crate::store::Reader;
use crate::store::edits::EditLine;
use crate::store::rows::{ArticleDetail, ArticleLine};

/// Probability below which a shared passage is a formula that recurs, and no sign of one story: half of the items of some official
/// series copy a third of one another.
const FORMULA: f32 = 0.1;
/// Edits of an event that are looked through, newest first.
const EDITS: u32 = 100;

/// Gives the line of an article by its order number.
pub type LineOf<'a> = dyn FnMut(u32) -> Option<ArticleLine> + 'a;

/// The contract's word for how two articles stand to each other.
pub fn label(copied: Option<&CopyLink>, probability: f32, threshold: f32) -> &'static str {
    match copied.and_then(relation_of) {
        Some(Relation::Copy | Relation::Edited) => "copy",
        Some(_) if probability >= FORMULA => "rewrite",
        _ if probability >= threshold => "same_event",
        _ => "different",
    }
}

/// Why an article is where it is.
pub fn placement(screen: &mut Screen, a: &ArticleDetail, other: &mut LineOf<'_>) -> io::Result<()> {
    if screen.json {
        return screen.json(&placement_json(a));
    }
    head(screen, "article", &a.line)?;
    screen.line(format!("is in event {} as {}", short(&a.line.event), a.line.relation))?;
    match &a.because.matched {
        None => screen.line(FOUNDED)?,
        Some(evidence) => {
            screen.line("because of its closest article there")?;
            against(screen, a, evidence, other)?;
        }
    }
    if let Some(evidence) = &a.because.runner_up {
        let merged = other(evidence.other).is_some_and(|line| line.event == a.line.event);
        screen.line("")?;
        screen.line(runner_up(merged))?;
        against(screen, a, evidence, other)?;
        screen.line(format!("  {}", why_not(a, evidence, merged)))?;
    }
    Ok(())
}

/// Said of an article that no earlier one drew into its event.
pub const FOUNDED: &str = "because nothing before it reports the same: it founded the event, or others joined it later";

/// Why an article is where it is, for programs.
pub fn placement_json(a: &ArticleDetail) -> Value {
    let told = |e: &Option<Evidence>| e.as_ref().map(|e| in_words(e, a.because.threshold));
    let reasons = json!({ "matched": told(&a.because.matched), "runner_up": told(&a.because.runner_up) });
    json!({ "article": a.line, "because": a.because, "in_words": reasons })
}

/// Evidence in words, for programs.
pub fn in_words(e: &Evidence, threshold: f32) -> Value {
    let (points, needed) = points(e, threshold);
    json!({ "reasons": reasons(e), "missing": missing(e), "points": points, "points_needed": needed })
}

/// What the closest article of another event is called; `merged` if the two are in one event by now.
pub fn runner_up(merged: bool) -> &'static str {
    if merged {
        "the closest article of what was another event then: the two were merged since"
    } else {
        "the closest article of another event"
    }
}

/// Why the article of another event that was closest did not draw an article into its event; `merged` if the two are in one event by now.
pub fn why_not(a: &ArticleDetail, runner_up: &Evidence, merged: bool) -> String {
    let (points, needed) = points(runner_up, a.because.threshold);
    let lacks = needed - points;
    match (runner_up.probability < a.because.threshold, merged) {
        (true, false) => format!("that is another event: {lacks:.1} points are missing"),
        (true, true) => format!("that was another event then: {lacks:.1} points were missing; it was merged with this one since"),
        (false, false) => "close enough by itself, but on average the articles of the two events stand too far from each other".to_owned(),
        (false, true) => {
            "close enough by itself, but on average the articles of the two events stood too far from each other; they were merged since"
                .to_owned()
        }
    }
}

fn head(screen: &mut Screen, what: &str, line: &ArticleLine) -> io::Result<()> {
    let title = screen.style(Style::Strong, &field_cut(&line.title, screen.width.saturating_sub(30)));
    screen.line(format!("{what} {}  {title}", screen.style(Style::Id, short(&line.article))))?;
    let time = line.published.map_or_else(|| "no date".to_owned(), minute);
    screen.line(format!("        {}, {time}", field(&line.source)))
}

fn against(screen: &mut Screen, a: &ArticleDetail, e: &Evidence, other: &mut LineOf<'_>) -> io::Result<()> {
    if let Some(line) = other(e.other) {
        head(screen, "  ", &line)?;
    }
    evidence(screen, e, a.because.threshold)?;
    passages(screen, e, &a.line.title, &a.text, &a.line.lang)
}

/// Measures two stored articles against each other and gives `told` all that is known about the pair.
///
/// # Errors
/// If the store cannot be read, or what `told` fails with.
pub fn measured<T, E: From<Failure>>(
    reader: &Reader,
    settings: &Settings,
    (a, b): (&ArticleDetail, &ArticleDetail),
    told: impl FnOnce(&StoredPair<'_>) -> Result<T, E>,
) -> Result<T, E> {
    of_measured(reader, compare::stored(reader, a.pos, b.pos, settings)?, (a, b), told)
}

/// As [`measured`], of two articles that were.
///
/// # Errors
/// As [`measured`].
pub fn of_measured<T, E: From<Failure>>(
    reader: &Reader,
    mut compared: Comparison,
    (a, b): (&ArticleDetail, &ArticleDetail),
    told: impl FnOnce(&StoredPair<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let (earlier, later) = if a.pos > b.pos { (b, a) } else { (a, b) };
    compared.evidence.spell(&later.line.title, &later.text, &later.line.lang);
    let follows = |from: &ArticleDetail, to: &ArticleDetail| -> Result<bool, Failure> {
        Ok(reader.related(&from.line.event)?.follows.is_some_and(|e| e.event == to.line.event))
    };
    let versions = a.pos != b.pos && reader.versions(a.pos).map_err(Failure::from)?.iter().any(|k| k.pos == b.pos);
    let moves = |e: &EditLine| e.active && !matches!(e.kind.as_str(), "headline" | "unpin" | "undo");
    let edited = |x: &ArticleDetail| -> Result<bool, Failure> { Ok(reader.edits(Some(&x.line.event), EDITS, 0)?.0.iter().any(moves)) };
    let (thread, edited) = (follows(a, b)? || follows(b, a)?, edited(a)? || edited(b)?);
    told(&StoredPair { earlier, later, compared: &compared, versions, thread, edited })
}

/// Two stored articles and all that is known about the pair.
pub struct StoredPair<'a> {
    /// The article that was received first.
    pub earlier: &'a ArticleDetail,
    /// The one that came after it.
    pub later: &'a ArticleDetail,
    /// The two measured against each other now, amid what came before the later one; seen from the later one.
    pub compared: &'a Comparison,
    /// Whether they are versions of one article.
    pub versions: bool,
    /// Whether the event of one goes on from the event of the other.
    pub thread: bool,
    /// Whether editors changed which articles are in the event of one of them.
    pub edited: bool,
}

impl StoredPair<'_> {
    /// What was decided of the very pair when the later one came, if it was looked at then.
    pub fn decided(&self) -> Option<&Evidence> {
        let because = &self.later.because;
        [&because.matched, &because.runner_up].into_iter().flatten().find(|e| e.other == self.earlier.pos)
    }

    /// The evidence to go by, and the threshold it was held against.
    pub fn evidence(&self) -> (&Evidence, f32) {
        self.decided().map_or((&self.compared.evidence, self.compared.threshold), |e| (e, self.later.because.threshold))
    }

    /// Whether they are in one event.
    pub fn one_event(&self) -> bool {
        self.earlier.line.event == self.later.line.event
    }

    /// Why they are, or are not, one event.
    pub fn verdict(&self) -> String {
        let (e, threshold) = self.evidence();
        let (points, needed) = points(e, threshold);
        let roundup = [self.earlier, self.later].iter().any(|a| a.line.relation == Relation::Roundup.as_str());
        let why = match (self.one_event(), e.probability >= threshold) {
            _ if self.versions => "they are versions of one article: the same source published it again",
            (false, _) if roundup => "one of them is a round-up: an event of its own, linked to what it reports, that joins none",
            (true, true) => "they are one event: the pair by itself is close enough",
            (true, false) if self.edited => {
                "they are one event because an editor changed what is in it (`wirefold edits`), or other articles in it stand closer to both"
            }
            (false, true) if self.edited => {
                "they are two events because an editor changed what is in them (`wirefold edits`), or on average their articles stand further apart"
            }
            (true, false) => "they are one event because of other articles in it, which stand closer to both",
            (false, true) => "they are two events because on average the articles of the two stand further from each other",
            (false, false) => return format!("they are two events: the pair lacks {:.1} points{}", needed - points, self.and_thread()),
        };
        format!("{why}{}", if self.one_event() { "" } else { self.and_thread() })
    }

    /// How their texts stand to each other, and whether that was decided or is measured now.
    pub fn standing(&self) -> String {
        match self.decided() {
            Some(_) => format!("as decided when {} came; by their texts: {}", short(&self.later.line.article), wording(self.compared)),
            None => format!("nothing was stored for this pair; measured now against each other: {}", wording(self.compared)),
        }
    }

    /// As programs are given it.
    pub fn json(&self, other: &mut LineOf<'_>) -> Value {
        let StoredPair { earlier, later, compared, .. } = self;
        let (e, threshold) = self.evidence();
        let mut closest = |e: &Option<Evidence>| {
            e.as_ref().map(|e| json!({ "article": other(e.other), "probability": e.probability, "in_words": in_words(e, threshold) }))
        };
        json!({
            "pair": PairLine::of(compared),
            "one_event": self.one_event(),
            "evidence": compared.evidence,
            "threshold": threshold,
            "decided": self.decided(),
            "in_words": in_words(e, threshold),
            "verdict": self.verdict(),
            "difference": difference(compared, (&earlier.line.title, &earlier.text), (&later.line.title, &later.text)),
            "closest": closest(&later.because.matched),
            "runner_up": closest(&later.because.runner_up),
        })
    }

    fn and_thread(&self) -> &'static str {
        if self.thread { "; the later event goes on from the earlier one, as one thread" } else { "" }
    }
}

/// Why two stored articles are, or are not, one event.
pub fn pair(screen: &mut Screen, pair: &StoredPair<'_>, other: &mut LineOf<'_>) -> io::Result<()> {
    let StoredPair { earlier, later, compared, .. } = pair;
    let (e, threshold) = pair.evidence();
    if screen.json {
        return screen.json(&pair.json(other));
    }
    head(screen, "article", &earlier.line)?;
    head(screen, "and    ", &later.line)?;
    screen.line(if pair.one_event() {
        format!("are in one event, {}", short(&later.line.event))
    } else {
        format!("are in different events, {} and {}", short(&earlier.line.event), short(&later.line.event))
    })?;
    screen.line(pair.standing())?;
    evidence(screen, e, threshold)?;
    passages(screen, e, &later.line.title, &later.text, &later.line.lang)?;
    word_by_word(screen, difference(compared, (&earlier.line.title, &earlier.text), (&later.line.title, &later.text)))?;
    screen.line(pair.verdict())?;
    nearest(screen, pair, other)
}

/// What the later article is closest to, where that is not the earlier one.
fn nearest(screen: &mut Screen, pair: &StoredPair<'_>, other: &mut LineOf<'_>) -> io::Result<()> {
    let because = &pair.later.because;
    for (what, e) in [("in its event", &because.matched), ("in another event", &because.runner_up)] {
        let Some(e) = e.as_ref().filter(|e| e.other != pair.earlier.pos) else { continue };
        let Some(line) = other(e.other) else { continue };
        let is_runner_up = because.runner_up.as_ref().is_some_and(|r| r.other == e.other);
        let merged = is_runner_up && line.event == pair.later.line.event;
        let what = if merged { "in what was another event then and was merged since" } else { what };
        screen.line("")?;
        let (came, event) = (short(&pair.later.line.article), short(&line.event));
        screen.line(format!("when {came} came, closest to it {what}, {event}, was"))?;
        head(screen, "  ", &line)?;
        let strongest: Vec<String> =
            reasons(e).iter().filter(|r| r.feature != "base").take(3).map(|r| format!("{} {:+.1}", r.says, r.points)).collect();
        screen.line(format!("  with probability {:.2}; above all: {}", e.probability, strongest.join(", ")))?;
        if is_runner_up || line.event != pair.later.line.event {
            screen.line(format!("  {}", why_not(pair.later, e, merged)))?;
        }
    }
    Ok(())
}

/// What changed between two texts of which one is a copy of the other; of others a list of changes would be both texts.
fn difference(compared: &Comparison, a: (&str, &str), b: (&str, &str)) -> Option<Difference> {
    (PairLine::of(compared).label == "copy").then(|| Difference::between(a, b))
}

fn word_by_word(screen: &mut Screen, difference: Option<Difference>) -> io::Result<()> {
    let Some(difference) = difference else { return Ok(()) };
    screen.line("  word by word, from the first to the second")?;
    changes(screen, &difference)
}

/// Two articles that are not stored.
pub fn files(screen: &mut Screen, a: &Article, b: &Article, compared: &Comparison) -> io::Result<()> {
    let difference = difference(compared, (&a.title, &a.text), (&b.title, &b.text));
    if screen.json {
        let told = in_words(&compared.evidence, compared.threshold);
        return screen.json(&json!({
            "pair": PairLine::of(compared), "evidence": compared.evidence, "in_words": told, "difference": difference
        }));
    }
    for article in [a, b] {
        screen.line(screen.style(Style::Strong, &field_cut(&article.title, screen.width)))?;
        let time = article.published.map_or_else(|| "no date".to_owned(), |p| minute(p.at));
        screen.line(format!("        {}, {time}, {}", field(&article.source), article.lang))?;
    }
    screen.line(format!("measured by themselves, with no stream around them: {}", wording(compared)))?;
    evidence(screen, &compared.evidence, compared.threshold)?;
    passages(screen, &compared.evidence, &b.title, &b.text, &b.lang)?;
    word_by_word(screen, difference)
}

fn wording(compared: &Comparison) -> &'static str {
    match PairLine::of(compared).label {
        "copy" => "the same text, copied or lightly edited",
        "rewrite" => "texts that descend from one another or from one wire copy",
        "same_event" => "independent reports of one event",
        _ => "different events",
    }
}
