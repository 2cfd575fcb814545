//! One event.

use super::edits::{self, Edit};
use super::paint::{Paint, Piece, Stretch};
use super::spread::{DRAWN, Dot, Spread, spread};
use super::versions::{VersionLine, version_lines};
use super::weight::{HEADLINE, cut};
use super::{Answer, Ask, Problem};
use crate::provenance::article::Provenance;
use crate::provenance::{Family, Part};
use crate::store::rows::{ArticleLine, History};
use crate::view::event::{EventDetail, counts, late, took};
use crate::view::print::{connections, span};
use crate::view::{self, beside, counted, field, minute, moment, short};
use crate::web::ask::one;
use crate::web::session::Editor;

/// Sources, articles and lines of the timeline on a page; of larger events the next page has the next ones.
const LINES: usize = 40;
/// Texts on a page that are shown in full, in colours.
const TEXTS: usize = 4;
/// Bytes of such a text, and of its headline; its own page has the rest.
const TEXT: usize = 7_000;
const TITLE: usize = 1_000;
/// Characters of a passage that only one source has.
const ONLY: usize = 600;
/// Bytes of what changed from version to version, of all articles together.
const CHANGED: usize = 8_000;
/// Lines of its history, the newest.
const STEPS: usize = 40;
/// Edits shown, the newest.
const EDITS: u32 = 10;

struct SourceRow {
    class: String,
    number: usize,
    source: String,
    late: String,
    relation: String,
    took: String,
    article: String,
    bar: Vec<Stretch>,
}

struct Story {
    title: Vec<Piece>,
    text: Vec<Piece>,
    /// Where the rest of the text begins, if it is not shown.
    next: Option<usize>,
    lang: String,
    head: String,
    /// Its place among the texts of the event, from 1.
    number: usize,
    /// Its first article.
    article: String,
    /// Whether its words are on the page.
    traced: bool,
    lines: Vec<Line>,
}

struct Line {
    article: String,
    short: String,
    time: String,
    what: String,
    source: String,
    title: String,
    first: Option<String>,
}

struct Step {
    at: String,
    says: String,
    article: Option<String>,
    other: Option<String>,
}

struct Related {
    how: &'static str,
    event: String,
    headline: String,
}

/// Which reports of a large event a page shows.
struct PartOf {
    says: String,
    before: Option<usize>,
    behind: Option<usize>,
}

#[derive(askama::Template)]
#[template(path = "event.html")]
struct Page {
    id: String,
    headline: String,
    span: String,
    counts: String,
    credits: Option<String>,
    amendments: Vec<(&'static str, String, String, String)>,
    first: String,
    spread: Option<Spread>,
    sources: Vec<SourceRow>,
    stories: Vec<Story>,
    texts: usize,
    only: Vec<(String, String, String, String)>,
    timeline: Vec<Line>,
    versions: Vec<Vec<VersionLine>>,
    related: Vec<Related>,
    history: Vec<Step>,
    earlier: usize,
    part: Option<PartOf>,
    editor: Editor,
    login: String,
    edits: Vec<Edit>,
    /// Articles that can be split off: id, source, headline.
    choices: Vec<(String, String, String)>,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let from = ask.given.number("from", 0, 0, 1_000_000)? as usize;
    let (summary, members) = ask.event()?;
    if ask.id != summary.event {
        return Ok(Answer::see(format!("/events/{}", summary.event)));
    }
    let history = one(ask.reader.history(&summary.event)?, "event", &summary.event)?;
    let traced = ask.traced(&summary.event)?;
    let shares = traced.shares(&summary.event).clone();
    let detail = EventDetail::read(&ask.reader, summary, members, shares)?;
    // An old link may lead behind what a split has left.
    let from = from.min(detail.members.len().saturating_sub(1) / LINES * LINES);
    let (edits, _) = ask.reader.edits(Some(&detail.summary.event), EDITS, 0)?;
    Answer::page(&Page {
        editor: ask.editor.clone(),
        login: ask.login(),
        edits: edits::lines(&edits),
        ..drawn(&detail, &traced.family, &history, from)
    })
}

fn drawn(e: &EventDetail, family: &Family, history: &History, from: usize) -> Page {
    let mut paint = Paint::new(e.sources.iter().map(|s| s.source.as_str()));
    let first = e.timeline.first().map(|m| &m.article);
    let amendments = e.beside.amendments.iter().map(|a| {
        let (what, by, carried) = beside::amendment(a);
        (what, by, carried, a.article.clone())
    });
    let only = e
        .only_one_source
        .iter()
        .map(|o| (o.article.source.clone(), counted(o.words, "word"), cut(&o.text, ONLY), o.article.article.clone()));
    Page {
        id: e.summary.event.clone(),
        headline: e.summary.headline.clone(),
        span: span(&e.summary),
        counts: counts(&e.summary),
        credits: beside::credited(&e.summary, &e.beside.credits),
        amendments: amendments.collect(),
        first: first.map_or_else(String::new, |a| format!("{}, {}", field(&a.source), moment(a.published, a.precision.as_deref(), None))),
        spread: spread(dots(e, &mut paint), DRAWN),
        sources: sources(e, family, &mut paint, from),
        stories: stories(e, family, &mut paint, from),
        texts: e.summary.stories.len(),
        only: only.collect(),
        timeline: e.timeline.iter().skip(from).take(LINES).map(moment_line).collect(),
        versions: versions(e),
        related: connections(&e.related)
            .map(|(how, r)| Related { how, event: r.event.clone(), headline: cut(&r.headline, HEADLINE) })
            .take(LINES)
            .collect(),
        history: history.lines.iter().skip(history.lines.len().saturating_sub(STEPS)).map(step).collect(),
        earlier: history.lines.len().saturating_sub(STEPS),
        part: part_of(e.members.len(), from),
        editor: Editor::Closed,
        login: String::new(),
        edits: Vec::new(),
        choices: e.members.iter().skip(from).take(LINES).map(|m| (m.article.clone(), m.source.clone(), cut(&m.title, HEADLINE))).collect(),
    }
}

fn versions(e: &EventDetail) -> Vec<Vec<VersionLine>> {
    let mut room = CHANGED;
    let lines = e.versions.iter().map(|v| version_lines(v, &mut room));
    lines.take(LINES).collect()
}

fn dots(e: &EventDetail, paint: &mut Paint) -> Vec<Dot> {
    let dot = |m: &crate::provenance::event::Moment| {
        let a = &m.article;
        let says = format!("{}, {}, {}", field(&a.source), moment(a.published, a.precision.as_deref(), None), m.relation);
        Dot { at: a.published, relation: m.relation.clone(), class: paint.class(&a.source), says }
    };
    e.timeline.iter().map(dot).collect()
}

fn sources(e: &EventDetail, family: &Family, paint: &mut Paint, from: usize) -> Vec<SourceRow> {
    let row = |s: &crate::provenance::event::SourceShare| {
        let traced = family.rank(&s.current.article);
        SourceRow {
            class: paint.class(&s.source),
            number: paint.number(&s.source),
            source: s.source.clone(),
            late: late(s.delay_hours, &s.first.precision),
            relation: s.relation.clone(),
            took: took(s),
            article: s.current.article.clone(),
            bar: traced.map_or_else(Vec::new, |rank| paint.bar(family, rank)),
        }
    };
    e.sources.iter().skip(from).take(LINES).map(row).collect()
}

/// The texts that articles of this part are of.
fn stories(e: &EventDetail, family: &Family, paint: &mut Paint, from: usize) -> Vec<Story> {
    let part = &e.members[from.min(e.members.len())..e.members.len().min(from + LINES)];
    let shown = e.summary.stories.iter().enumerate().filter(|(_, s)| part.iter().any(|m| m.story == s.story));
    shown.enumerate().map(|(n, (at, s))| story(e, part, (at + 1, &s.story), (n < TEXTS).then_some(family), paint)).collect()
}

/// A story: its first text in colours if it is to be traced, and its articles of this part.
fn story(e: &EventDetail, part: &[ArticleLine], (number, id): (usize, &str), family: Option<&Family>, paint: &mut Paint) -> Story {
    let first = e.members.iter().find(|m| m.story == id);
    let provenance = first.zip(family).and_then(|(a, family)| Some(Provenance::of(family, family.rank(&a.article)?)));
    let mut shown = |part, most| {
        provenance.as_ref().zip(first).map(|(p, a)| paint.shown(p, part, (0, most), |passage| view::article::origin(a, passage)))
    };
    let (title, text) = (shown(Part::Title, TITLE), shown(Part::Text, TEXT));
    Story {
        title: title.map_or_else(Vec::new, |t| t.pieces),
        next: text.as_ref().and_then(|t| t.next),
        text: text.map_or_else(Vec::new, |t| t.pieces),
        lang: first.map_or_else(String::new, |a| a.lang.clone()),
        head: first.map_or_else(String::new, |a| field(&a.source)),
        number,
        article: first.map_or_else(String::new, |a| a.article.clone()),
        traced: provenance.is_some(),
        lines: part.iter().filter(|m| m.story == id).map(|m| member(m, &e.members)).collect(),
    }
}

/// Where a page of a large event stands among its reports.
fn part_of(all: usize, from: usize) -> Option<PartOf> {
    let last = (from + LINES).min(all);
    (all > LINES || from > 0).then(|| PartOf {
        says: format!("Reports {} to {last} of {all}", (from + 1).min(all)),
        before: (from > 0).then(|| from.saturating_sub(LINES)),
        behind: (last < all).then_some(from + LINES),
    })
}

fn member(m: &ArticleLine, members: &[ArticleLine]) -> Line {
    let of = m.relation_to.as_ref().and_then(|id| members.iter().find(|o| o.article == *id));
    let of_what = of.map_or_else(String::new, |o| format!(" of {} {}", field(&o.source), short(&o.article)));
    let version = if m.version > 1 { format!(", version {}", m.version) } else { String::new() };
    Line {
        article: m.article.clone(),
        short: short(&m.article).to_owned(),
        time: m.published.map_or_else(|| "no date".to_owned(), minute),
        what: format!("{}{of_what}{version}", m.relation),
        source: m.source.clone(),
        title: cut(&m.title, HEADLINE),
        first: m.relation_to.clone(),
    }
}

fn moment_line(m: &crate::provenance::event::Moment) -> Line {
    let version = if m.version > 1 { format!(", version {}", m.version) } else { String::new() };
    Line {
        article: m.article.article.clone(),
        short: late(m.delay_hours, &m.article.precision),
        time: moment(m.article.published, m.article.precision.as_deref(), None),
        what: format!("{}{version}", m.relation),
        source: m.article.source.clone(),
        title: cut(&m.title, HEADLINE),
        first: None,
    }
}

fn step(line: &crate::store::rows::HistoryLine) -> Step {
    Step {
        at: minute(line.at),
        says: view::history::step(line, 160),
        article: line.article.clone(),
        other: line.other_event.as_ref().map(|e| e.event.clone()),
    }
}
