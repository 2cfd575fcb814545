//! One event: who was first, who copied what from whom, what only one source has, and how it went on.

use std::io;

use super::{Screen, Style, beside, counted, field, field_cut, hours, moment, percent, print, short};
use crate::provenance::event::{Moment, OnlyHere, Shares, SourceShare};
use crate::provenance::versions::Version;
use crate::store::rows::{ArticleLine, Beside, EventSummary, Related};
use crate::store::{self, Reader};

/// Everything that `show` tells about an event.
pub struct EventDetail {
    /// The event.
    pub summary: EventSummary,
    /// Its articles, earliest first.
    pub members: Vec<ArticleLine>,
    /// What each source did, earliest first.
    pub sources: Vec<SourceShare>,
    /// The longest passages that one source alone has.
    pub only_one_source: Vec<OnlyHere>,
    /// Its articles in order of publication.
    pub timeline: Vec<Moment>,
    /// Articles with more than one version, each with what changed.
    pub versions: Vec<Vec<Version>>,
    /// The events it is connected with.
    pub related: Related,
    /// Who is credited, and what was corrected or withdrawn.
    pub beside: Beside,
}

impl EventDetail {
    /// Gathers it for an event with its articles.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn read(reader: &Reader, summary: EventSummary, members: Vec<ArticleLine>, shares: Shares) -> store::Result<Self> {
        let Shares { sources, only_one_source, timeline, versions } = shares;
        Ok(Self {
            sources,
            only_one_source,
            timeline,
            versions,
            related: reader.related(&summary.event)?,
            beside: reader.beside(&summary.event)?,
            summary,
            members,
        })
    }

    /// As programs are given it.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "event": self.summary,
            "articles": self.members,
            "first": self.timeline.first(),
            "sources": self.sources,
            "only_one_source": self.only_one_source,
            "timeline": self.timeline,
            "versions": self.versions,
            "related": self.related,
            "beside": self.beside,
        })
    }
}

/// One event with everything in it.
pub fn event(screen: &mut Screen, e: &EventDetail) -> io::Result<()> {
    if screen.json {
        return screen.json(&e.json());
    }
    head(screen, e)?;
    section(screen, "sources, by first report")?;
    e.sources.iter().try_for_each(|s| source(screen, s))?;
    for (n, story) in e.summary.stories.iter().enumerate() {
        section(screen, &format!("text {} of {}", n + 1, e.summary.stories.len()))?;
        for line in e.members.iter().filter(|m| m.story == story.story) {
            member(screen, line, &e.members)?;
        }
    }
    if !e.only_one_source.is_empty() {
        section(screen, "only one source has")?;
        e.only_one_source.iter().try_for_each(|only| only_here(screen, only))?;
    }
    section(screen, "timeline")?;
    e.timeline.iter().try_for_each(|m| moment_line(screen, m))?;
    if !e.versions.is_empty() {
        section(screen, "versions")?;
        e.versions.iter().try_for_each(|versions| super::article::versions(screen, versions))?;
    }
    print::related(screen, &e.related)?;
    screen.line("")?;
    screen.line(screen.style(
        Style::Faint,
        "`wirefold article ARTICLE` says where its words come from, `explain ARTICLE` why it is here, `history EVENT` what happened",
    ))
}

fn head(screen: &mut Screen, e: &EventDetail) -> io::Result<()> {
    screen.line(screen.style(Style::Strong, &field(&e.summary.headline)))?;
    screen.line(format!("event {}   {}", screen.style(Style::Id, &e.summary.event), print::span(&e.summary)))?;
    screen.line(counts(&e.summary))?;
    beside::credits(screen, &e.summary, &e.beside.credits)?;
    beside::amendments(screen, &e.beside.amendments)?;
    let Some(first) = e.timeline.first() else { return Ok(()) };
    let a = &first.article;
    screen.line(format!("first     {}, {}", field(&a.source), moment(a.published, a.precision.as_deref(), None)))
}

/// `4 articles from 3 sources, 2 independent, in ar, en`.
pub fn counts(e: &EventSummary) -> String {
    let (articles, sources) = (counted(e.articles, "article"), counted(e.source_count, "source"));
    format!("{articles} from {sources}, {} independent, in {}", e.lineage_count, e.lang.join(", "))
}

fn section(screen: &mut Screen, name: &str) -> io::Result<()> {
    screen.line("")?;
    screen.line(screen.style(Style::Faint, name))
}

fn source(screen: &mut Screen, s: &SourceShare) -> io::Result<()> {
    let (late, took) = (late(s.delay_hours, &s.first.precision), took(s));
    screen.line(format!("  {late:>9}  {:<8} {}: {took}", s.relation, field(&s.source)))
}

/// How much a source took from whom, and in how many versions.
pub fn took(s: &SourceShare) -> String {
    let copied = match &s.copied_from {
        None => "own words".to_owned(),
        Some(from) if (s.copied - s.copied_from_share).abs() < 0.005 => format!("{} of it from {}", percent(s.copied), field(from)),
        Some(from) => format!("{} of it copied, most from {} ({})", percent(s.copied), field(from), percent(s.copied_from_share)),
    };
    let versions = if s.versions > 1 { format!(", {} versions", s.versions) } else { String::new() };
    format!("{copied}{versions}")
}

/// How long after the first report: `first`, `+2.4 h`, or what is not known.
pub fn late(delay: Option<f64>, precision: &Option<String>) -> String {
    match (delay, precision.as_deref()) {
        (Some(h), _) if h <= 0.0 => "first".to_owned(),
        (Some(h), _) if h < 1.0 / 60.0 => "+<1 min".to_owned(),
        (Some(h), _) => format!("+{}", hours(h)),
        (None, None) => "no date".to_owned(),
        (None, Some(_)) => "no hour".to_owned(),
    }
}

fn member(screen: &mut Screen, m: &ArticleLine, members: &[ArticleLine]) -> io::Result<()> {
    let time = m.published.map_or_else(|| "no date         ".to_owned(), super::minute);
    let of = m.relation_to.as_ref().and_then(|id| members.iter().find(|o| o.article == *id));
    let of = of.map_or_else(String::new, |o| format!(" of {} {}", field(&o.source), short(&o.article)));
    let version = if m.version > 1 { format!(", version {}", m.version) } else { String::new() };
    screen.line(format!("  {time}  {}  {}{of}{version}", screen.style(Style::Id, short(&m.article)), m.relation))?;
    screen.line(format!("                    {}: {}", field(&m.source), field_cut(&m.title, screen.width.saturating_sub(40))))
}

fn only_here(screen: &mut Screen, only: &OnlyHere) -> io::Result<()> {
    let words = field_cut(&only.text, screen.width.saturating_sub(40));
    screen.line(format!("  {}, {}: «{words}»", field(&only.article.source), counted(only.words, "word")))
}

fn moment_line(screen: &mut Screen, m: &Moment) -> io::Result<()> {
    let a = &m.article;
    let time = moment(a.published, a.precision.as_deref(), None);
    let version = if m.version > 1 { format!(", version {}", m.version) } else { String::new() };
    let title = field_cut(&m.title, screen.width.saturating_sub(60));
    screen.line(format!("  {time:<16}  {:>9}  {}, {}{version}: {title}", late(m.delay_hours, &a.precision), field(&a.source), m.relation))
}
