//! One article: its text with where each passage comes from, its versions, and how it was read.

use super::edits::{self, Edit};
use super::paint::{Colour, Paint, Piece};
use super::{Address, Answer, Ask, Problem};
use crate::article::asides_of;
use crate::provenance::versions::{Change, Version};
use crate::provenance::{ArticleRef, Part};
use crate::view::{self, beside, counted, field, minute};
use crate::web::ask::Told;
use crate::web::originals;
use crate::web::session::Editor;

/// A version with what changed in it.
pub struct VersionLine {
    pub number: u32,
    pub article: String,
    pub when: String,
    /// Words that stayed, went and came; `None` for the first.
    pub pieces: Option<Vec<(&'static str, String)>>,
    /// Whether no word changed.
    pub same: bool,
    /// Whether only the beginnings were compared.
    pub cut: bool,
}

#[derive(askama::Template)]
#[template(path = "article.html")]
struct Page {
    id: String,
    headline: String,
    event: String,
    event_headline: String,
    relation: String,
    relation_to: Option<String>,
    lang: String,
    title: Vec<Piece>,
    text: Vec<Piece>,
    sum: String,
    legend: Vec<Colour>,
    facts: Vec<(&'static str, String)>,
    address: Option<Address>,
    original: Option<String>,
    asides: Vec<(&'static str, String)>,
    versions: Vec<VersionLine>,
    editor: Editor,
    login: String,
    edits: Vec<Edit>,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let told = ask.told()?;
    let line = &told.detail.line;
    if ask.id != line.article {
        return Ok(Answer::see(format!("/articles/{}", line.article)));
    }
    let (event, _) = crate::web::ask::one(ask.reader.find_event(&line.event)?, "event", &line.event)?;
    let mut paint = Paint::new(event.sources.iter().map(|s| s.source.as_str()));
    let says = |p: &crate::provenance::article::Passage| view::article::origin(line, p);
    let own = ArticleRef {
        article: line.article.clone(),
        source: line.source.clone(),
        story: line.story.clone(),
        event: line.event.clone(),
        published: line.published,
        precision: told.detail.precision.clone(),
        received: line.received,
    };
    let detail = &told.detail;
    Answer::page(&Page {
        id: line.article.clone(),
        headline: line.title.clone(),
        event: line.event.clone(),
        event_headline: event.headline.clone(),
        relation: line.relation.clone(),
        relation_to: line.relation_to.clone(),
        lang: line.lang.clone(),
        title: paint.pieces(&told.provenance, Part::Title, says),
        text: paint.pieces(&told.provenance, Part::Text, says),
        sum: view::article::sum(line, &told.provenance),
        legend: paint.legend(&told.provenance, &own),
        facts: facts(&told),
        address: line.url.as_deref().map(Address::new),
        original: originals::address_of(&ask.reader, detail.pos)?,
        asides: asides_of(&detail.text, &detail.asides).map(|(kind, part)| (kind.as_str(), part.trim().to_owned())).collect(),
        versions: version_lines(&told.versions),
        editor: ask.editor.clone(),
        login: ask.login(),
        edits: edits::lines(&ask.reader.edits_about(detail.pos)?),
    })
}

/// How it was read, each fact with its name.
fn facts(told: &Told) -> Vec<(&'static str, String)> {
    let a = &told.detail;
    let mut facts = vec![("source", format!("{} ({})", field(&a.line.source), a.source_step))];
    facts.extend(a.source_found.as_ref().map(|found| ("found as", field(found))));
    facts.extend(a.credits.iter().map(|c| ("credits", beside::credit(c))));
    facts.extend(a.line.amendment.iter().map(|amendment| ("is", amendment.clone())));
    facts.push(("published", view::article::published(a)));
    facts.push(("received", minute(a.line.received)));
    facts.push(("language", a.line.lang.clone()));
    facts.push(("version", view::article::version_of(&a.line, told.versions.len())));
    facts.push(("length", counted(told.provenance.words, "word")));
    facts.push(("read as", a.read_as.clone()));
    facts.extend(a.byline.as_ref().map(|byline| ("byline", field(byline))));
    facts.extend(a.line.id.as_ref().map(|id| ("sender's id", field(id))));
    facts.push(("file", view::path(&a.line.file)));
    facts.extend(a.notes.iter().map(|note| ("note", field(note))));
    facts
}

/// The versions of an article.
pub fn version_lines(versions: &[Version]) -> Vec<VersionLine> {
    let mark = |change: Change| match change {
        Change::Kept => "kept",
        Change::Removed => "removed",
        Change::Added => "added",
    };
    let line = |v: &Version| VersionLine {
        number: v.version,
        article: v.article.clone(),
        when: view::article::version_when(v),
        pieces: v.difference.as_ref().map(|d| d.pieces.iter().map(|p| (mark(p.change), p.words.clone())).collect()),
        same: v.difference.as_ref().is_some_and(crate::provenance::versions::Difference::is_empty),
        cut: v.difference.as_ref().is_some_and(|d| d.cut),
    };
    versions.iter().map(line).collect()
}
