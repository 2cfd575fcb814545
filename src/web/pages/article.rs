//! One article: its text with where each passage comes from, its versions, and how it was read.

use super::edits::{self, Edit};
use super::paint::{Colour, Paint, Piece};
use super::versions::{VersionLine, version_lines};
use super::weight::{LINE, cut, weight};
use super::{Address, Answer, Ask, Problem};
use crate::article::asides_of;
use crate::provenance::{ArticleRef, Part};
use crate::store::rows::ArticleDetail;
use crate::view::{self, beside, counted, field, minute};
use crate::web::ask::Told;
use crate::web::originals;
use crate::web::session::Editor;

/// Bytes of the text on a page, with the list of its passages; the next page has what follows.
const TEXT: usize = 44_000;
/// Bytes of its headline, of what is no part of the story, and of what changed from version to version.
const TITLE: usize = 6_000;
const ASIDES: usize = 8_000;
const CHANGED: usize = 16_000;
/// Characters of one aside.
const ASIDE: usize = 600;
/// Notes on how it was read, and edits, the newest.
const NOTES: usize = 10;
const EDITS: usize = 10;

#[derive(askama::Template)]
#[template(path = "article.html")]
struct Page {
    id: String,
    headline: String,
    event: String,
    event_headline: String,
    /// Its neighbours among the articles of the event.
    before: Option<String>,
    behind: Option<String>,
    relation: String,
    relation_to: Option<String>,
    lang: String,
    title: Vec<Piece>,
    text: Vec<Piece>,
    part: Option<PartOfText>,
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

/// Which part of a long text a page shows.
struct PartOfText {
    says: String,
    from: usize,
    next: Option<usize>,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let from = ask.given.number("from", 0, 0, u32::MAX)? as usize;
    let told = ask.told()?;
    let line = &told.detail.line;
    if ask.id != line.article {
        return Ok(Answer::see(format!("/articles/{}", line.article)));
    }
    let (event, members) = crate::web::ask::one(ask.reader.find_event(&line.event)?, "event", &line.event)?;
    let mut paint = Paint::new(event.sources.iter().map(|s| s.source.as_str()));
    let long = told.detail.text.chars().count();
    // A version that came since may be shorter.
    let from = if from < long { from } else { 0 };
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
    let at = members.iter().position(|m| m.article == line.article).unwrap_or(usize::MAX);
    let neighbour = |at: Option<usize>| at.and_then(|at| members.get(at)).map(|m| m.article.clone());
    let mut edits = ask.reader.edits_about(detail.pos)?;
    edits.truncate(EDITS);
    let mut changed = CHANGED;
    let title = paint.shown(&told.provenance, Part::Title, (0, TITLE), says).pieces;
    let text = paint.shown(&told.provenance, Part::Text, (from, TEXT), says);
    Answer::page(&Page {
        id: line.article.clone(),
        headline: line.title.clone(),
        event: line.event.clone(),
        event_headline: event.headline.clone(),
        before: neighbour(at.checked_sub(1)),
        behind: neighbour(at.checked_add(1)),
        relation: line.relation.clone(),
        relation_to: line.relation_to.clone(),
        lang: line.lang.clone(),
        title,
        part: (from > 0 || text.next.is_some()).then(|| part_of(from, text.next, long)),
        text: text.pieces,
        sum: view::article::sum(line, &told.provenance),
        legend: paint.legend(&told.provenance, &own),
        facts: facts(&told),
        address: line.url.as_deref().map(Address::new),
        original: originals::address_of(&ask.reader, detail.pos)?,
        asides: asides(detail),
        versions: version_lines(&told.versions, &mut changed),
        editor: ask.editor.clone(),
        login: ask.login(),
        edits: edits::lines(&edits),
    })
}

fn part_of(from: usize, next: Option<usize>, long: usize) -> PartOfText {
    PartOfText { says: format!("Characters {} to {} of {long}", from + 1, next.unwrap_or(long)), from, next }
}

/// What is no part of the story, as much of it as a page has room for.
fn asides(a: &ArticleDetail) -> Vec<(&'static str, String)> {
    let mut room = ASIDES;
    let asides = asides_of(&a.text, &a.asides).map(|(kind, part)| (kind.as_str(), cut(part.trim(), ASIDE)));
    let fits = |(_, part): &(&str, String)| {
        room = room.saturating_sub(weight(part) + ASIDE / 10);
        room > 0
    };
    asides.take_while(fits).collect()
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
    facts.extend(a.notes.iter().take(NOTES).map(|note| ("note", field(note))));
    facts.iter_mut().for_each(|(_, value)| *value = cut(value, LINE));
    facts
}
