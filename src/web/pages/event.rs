//! One event.

use super::article::{VersionLine, version_lines};
use super::edits::{self, Edit};
use super::paint::{Paint, Piece, Stretch};
use super::spread::{Dot, Spread, spread};
use super::{Answer, Ask, Problem};
use crate::provenance::article::Provenance;
use crate::provenance::{Family, Part};
use crate::store::rows::{ArticleLine, History};
use crate::view::event::{EventDetail, counts, late, took};
use crate::view::print::{connections, span};
use crate::view::{self, beside, counted, field, minute, moment, short};
use crate::web::ask::one;
use crate::web::session::Editor;

/// Texts of an event whose words are traced for its page; of a flood, the earliest.
const TRACED: usize = 60;
/// Lines of its history, the newest.
const STEPS: usize = 200;
/// Lines of its timeline, and articles of each of its texts.
const LINES: usize = 200;

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
    lang: String,
    head: String,
    lines: Vec<Line>,
    rest: usize,
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
    only: Vec<(String, String, String, String)>,
    timeline: Vec<Line>,
    versions: Vec<Vec<VersionLine>>,
    related: Vec<Related>,
    history: Vec<Step>,
    earlier: usize,
    rest: usize,
    editor: Editor,
    edits: Vec<Edit>,
    /// Articles that can be split off: id, source, headline.
    choices: Vec<(String, String, String)>,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let (summary, members) = ask.event()?;
    if ask.id != summary.event {
        return Ok(Answer::see(format!("/events/{}", summary.event)));
    }
    let history = one(ask.reader.history(&summary.event)?, "event", &summary.event)?;
    let family = Family::new(ask.reader.kin(&summary.event)?);
    let detail = EventDetail::read(&ask.reader, summary, members, &family)?;
    let (edits, _) = ask.reader.edits(Some(&detail.summary.event), LINES as u32, 0)?;
    Answer::page(&Page { editor: ask.editor.clone(), edits: edits::lines(&edits), ..drawn(&detail, &family, &history) })
}

fn drawn(e: &EventDetail, family: &Family, history: &History) -> Page {
    let mut paint = Paint::new(e.sources.iter().map(|s| s.source.as_str()));
    let first = e.timeline.first().map(|m| &m.article);
    let amendments = e.beside.amendments.iter().map(|a| {
        let (what, by, carried) = beside::amendment(a);
        (what, by, carried, a.article.clone())
    });
    let only =
        e.only_one_source.iter().map(|o| (o.article.source.clone(), counted(o.words, "word"), o.text.clone(), o.article.article.clone()));
    Page {
        id: e.summary.event.clone(),
        headline: e.summary.headline.clone(),
        span: span(&e.summary),
        counts: counts(&e.summary),
        credits: beside::credited(&e.summary, &e.beside.credits),
        amendments: amendments.collect(),
        first: first.map_or_else(String::new, |a| format!("{}, {}", field(&a.source), moment(a.published, a.precision.as_deref(), None))),
        spread: spread(dots(e, &mut paint)),
        sources: sources(e, family, &mut paint),
        stories: e.summary.stories.iter().take(TRACED).map(|s| story(e, &s.story, family, &mut paint)).collect(),
        only: only.collect(),
        timeline: e.timeline.iter().take(LINES).map(moment_line).collect(),
        versions: e.versions.iter().map(|v| version_lines(v)).collect(),
        related: connections(&e.related).map(|(how, r)| Related { how, event: r.event.clone(), headline: r.headline.clone() }).collect(),
        history: history.lines.iter().skip(history.lines.len().saturating_sub(STEPS)).map(step).collect(),
        earlier: history.lines.len().saturating_sub(STEPS),
        rest: e.timeline.len().saturating_sub(LINES),
        editor: Editor::Closed,
        edits: Vec::new(),
        choices: e.members.iter().take(LINES).map(|m| (m.article.clone(), m.source.clone(), m.title.clone())).collect(),
    }
}

fn dots(e: &EventDetail, paint: &mut Paint) -> Vec<Dot> {
    let dot = |m: &crate::provenance::event::Moment| {
        let a = &m.article;
        let says = format!("{}, {}, {}", field(&a.source), moment(a.published, a.precision.as_deref(), None), m.relation);
        Dot { at: a.published, relation: m.relation.clone(), class: paint.class(&a.source), says }
    };
    e.timeline.iter().map(dot).collect()
}

fn sources(e: &EventDetail, family: &Family, paint: &mut Paint) -> Vec<SourceRow> {
    let row = |(n, s): (usize, &crate::provenance::event::SourceShare)| {
        let traced = (n < TRACED).then(|| family.rank(&s.current.article)).flatten();
        SourceRow {
            class: paint.class(&s.source),
            number: paint.number(&s.source),
            source: s.source.clone(),
            late: late(s.delay_hours, &s.first.precision),
            relation: s.relation.clone(),
            took: took(s),
            article: s.current.article.clone(),
            bar: traced.map_or_else(Vec::new, |rank| paint.bar(&Provenance::of(family, rank))),
        }
    };
    e.sources.iter().enumerate().map(row).collect()
}

/// A story: its first text in colours, and all its articles.
fn story(e: &EventDetail, id: &str, family: &Family, paint: &mut Paint) -> Story {
    let of_story: Vec<&ArticleLine> = e.members.iter().filter(|m| m.story == id).collect();
    let first = of_story.first();
    let provenance = first.and_then(|a| family.rank(&a.article)).map(|rank| Provenance::of(family, rank));
    let mut pieces = |part| match (&provenance, first) {
        (Some(p), Some(a)) => paint.pieces(p, part, |passage| view::article::origin(a, passage)),
        _ => Vec::new(),
    };
    Story {
        title: pieces(Part::Title),
        text: pieces(Part::Text),
        lang: first.map_or_else(String::new, |a| a.lang.clone()),
        head: first.map_or_else(String::new, |a| field(&a.source)),
        lines: of_story.iter().take(LINES).map(|m| member(m, &e.members)).collect(),
        rest: of_story.len().saturating_sub(LINES),
    }
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
        title: m.title.clone(),
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
        title: m.title.clone(),
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
