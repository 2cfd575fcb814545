//! Pages from the store, in the words of the commands.

use super::page::{Address, Page, Row, Tone};
use crate::config::Config;
use crate::failure::Failure;
use crate::provenance::Family;
use crate::provenance::article::{Kind, Provenance};
use crate::provenance::event::Shares;
use crate::provenance::versions;
use crate::search::{self, EventResult, Query};
use crate::store::Reader;
use crate::store::read::{EventFilter, EventPlace, Found, Order};
use crate::store::rows::{ArticleDetail, ArticleLine, EventSummary};
use crate::text::clean::Safe;
use crate::view::edits::says;
use crate::view::event::{EventDetail, counts, late, took};
use crate::view::explain::{self, StoredPair};
use crate::view::print::{connections, span};
use crate::view::search::{lag, summary};
use crate::view::{aligned, article, beside, counted, counted_so_far, field, minute, moment, short};

/// Events of a list, and of what a search found.
const EVENTS: u32 = 100;
const FOUND: u32 = 40;
/// Edits told of an event.
const EDITS: u32 = 20;
/// Sources named of an event in a list.
const NAMED: usize = 6;

/// Reads what an address shows.
///
/// # Errors
/// If there is no such thing any more, or the store cannot be read.
pub fn page(reader: &Reader, config: &Config, address: &Address) -> Result<Page, Failure> {
    let mut behind = 0;
    let (title, rows) = match address {
        Address::Events { by_size, min_sources, after } => events(reader, *by_size, *min_sources, after.as_ref())?,
        Address::Event(id) => event(reader, id)?,
        Address::Article(id) => article(reader, id)?,
        Address::Compare(a, b) => compare(reader, config, a, b)?,
        Address::Search { line, below } => found(reader, config, line, *below, &mut behind)?,
    };
    Ok(Page { address: address.clone(), title: Safe::line(&title), rows, behind })
}

type Told = Result<(String, Vec<Row>), Failure>;

fn headline(text: &str) -> &str {
    if text.is_empty() { "(no headline)" } else { text }
}

fn events(reader: &Reader, by_size: bool, min_sources: u32, after: Option<&EventPlace>) -> Told {
    let order = if by_size { Order::Size } else { Order::Newest };
    let filter = EventFilter { min_sources, order, after: after.cloned(), limit: EVENTS + 1, ..EventFilter::default() };
    let mut listed = reader.events(&filter)?;
    let next = listed.cut(EVENTS);
    let mut rows: Vec<Row> = listed.events.iter().flat_map(row).collect();
    if let Some(after) = next.map(Some) {
        rows.push(Row::new(0).with(Tone::Strong, "more events").to(Address::Events { by_size, min_sources, after }));
    }
    if listed.events.is_empty() {
        rows.push(
            Row::new(0).with(Tone::Plain, "no events: drop files into the inbox of `wirefold run`, or press m for events of fewer sources"),
        );
    }
    let order = if by_size { "largest first" } else { "newest first" };
    let least = if min_sources > 1 { format!(", {min_sources} sources or more") } else { String::new() };
    Ok((format!("wirefold: {}, {order}{least}", counted_so_far(listed.total, listed.at_least, "event")), rows))
}

fn row(e: &EventSummary) -> [Row; 3] {
    let names: Vec<String> = e.sources.iter().take(NAMED).map(|s| format!("{} ({})", field(&s.source), s.relation)).collect();
    let rest = if e.sources.len() > NAMED { format!(" and {} more", e.sources.len() - NAMED) } else { String::new() };
    [
        Row::text(0).with(Tone::Strong, headline(&e.headline)).to(Address::Event(e.event.clone())),
        marked(Row::new(2).with(Tone::Faint, &format!("{}   {}", span(e), counts(e))), e),
        Row::new(2).with(Tone::Plain, &format!("{}{rest}", names.join(", "))),
    ]
}

/// With what was taken back of the event, where something was.
fn marked(row: Row, e: &EventSummary) -> Row {
    match beside::taken_back(e) {
        Some(says) => row.with(Tone::Faint, "; ").with(Tone::Plain, says),
        None => row,
    }
}

/// The one thing that an id leads to.
fn one<T>(found: Found<T>, what: &str) -> Result<T, Failure> {
    match found {
        Found::One(thing) => Ok(thing),
        _ => Err(Failure::not_found(format!("this {what} is no longer in the store"))),
    }
}

fn event(reader: &Reader, id: &str) -> Told {
    let (summary, members) = one(reader.find_event(id)?, "event")?;
    let family = Family::new(reader.kin(&summary.event)?);
    let shares = Shares::of(&family, &summary.event);
    let e = EventDetail::read(reader, summary, members, shares)?;
    let mut rows = vec![
        Row::text(0).with(Tone::Strong, headline(&e.summary.headline)),
        Row::new(0).with(Tone::Id, short(&e.summary.event)).with(Tone::Faint, &format!("   {}", span(&e.summary))),
        Row::new(0).with(Tone::Plain, &counts(&e.summary)),
    ];
    rows.extend(beside::credited(&e.summary, &e.beside.credits).map(|text| Row::new(0).with(Tone::Plain, &text)));
    for a in &e.beside.amendments {
        let (what, of, carried) = beside::amendment(a);
        rows.push(
            Row::new(0).with(Tone::Strong, what).with(Tone::Plain, &format!(" {of} {carried}")).to(Address::Article(a.article.clone())),
        );
    }
    rows.extend([Row::gap(), Row::heading("sources, by first report")]);
    for (n, s) in e.sources.iter().enumerate() {
        let row = Row::new(1).with(Tone::Of(n + 1), &format!("{:>2} {}", n + 1, field(&s.source)));
        let told = format!("  {}  {}: {}", late(s.delay_hours, &s.first.precision), s.relation, took(s));
        rows.push(row.with(Tone::Plain, &told).to(Address::Article(s.current.article.clone())));
    }
    for (n, story) in e.summary.stories.iter().enumerate() {
        rows.extend([Row::gap(), Row::heading(&format!("text {} of {}", n + 1, e.summary.stories.len()))]);
        rows.extend(e.members.iter().filter(|m| m.story == story.story).flat_map(|m| member(m, &e.members)));
    }
    if !e.only_one_source.is_empty() {
        rows.extend([Row::gap(), Row::heading("only one source has")]);
    }
    for only in &e.only_one_source {
        let by = format!("{}, {}", field(&only.article.source), counted(only.words, "word"));
        rows.push(Row::new(1).with(Tone::Faint, &by).to(Address::Article(only.article.article.clone())));
        rows.push(Row::text(2).with(Tone::Plain, &only.text));
    }
    for (n, (how, other)) in connections(&e.related).enumerate() {
        rows.extend((n == 0).then(Row::gap));
        rows.push(Row::new(0).with(Tone::Faint, how).to(Address::Event(other.event.clone())));
        rows.push(Row::text(2).with(Tone::Plain, headline(&other.headline)));
    }
    let (edits, _) = reader.edits(Some(&e.summary.event), EDITS, 0)?;
    if !edits.is_empty() {
        rows.extend([Row::gap(), Row::heading("edited by hand")]);
    }
    for edit in &edits {
        let undone = if edit.active { "" } else { " (undone)" };
        rows.push(Row::new(1).with(Tone::Plain, &format!("edit {}: {}{undone}", edit.edit, says(edit))));
        let why = if edit.why.is_empty() { String::new() } else { format!(": {}", field(&edit.why)) };
        rows.push(Row::new(2).with(Tone::Faint, &format!("{}, {}{why}", field(&edit.who), minute(edit.at))));
    }
    Ok((format!("event {}", short(&e.summary.event)), rows))
}

fn member(m: &ArticleLine, members: &[ArticleLine]) -> [Row; 2] {
    let of = m.relation_to.as_ref().and_then(|id| members.iter().find(|o| o.article == *id));
    let of = of.map_or_else(String::new, |o| format!(" of {}", field(&o.source)));
    let version = if m.version > 1 { format!(", version {}", m.version) } else { String::new() };
    let time = m.published.map_or_else(|| "no date".to_owned(), minute);
    let told = format!("  {}, {time}: {}{of}{version}", field(&m.source), m.relation);
    [
        Row::new(1).with(Tone::Id, short(&m.article)).with(Tone::Plain, &told).to(Address::Article(m.article.clone())),
        Row::text(2).with(Tone::Plain, headline(&m.title)),
    ]
}

fn detail(reader: &Reader, id: &str) -> Result<ArticleDetail, Failure> {
    one(reader.find_article(id)?, "article")
}

fn article(reader: &Reader, id: &str) -> Told {
    let a = detail(reader, id)?;
    let family = Family::new(reader.kin(&a.line.event)?);
    let rank = family.rank(&a.line.article).ok_or_else(|| Failure::unusable(format!("article {id} is in no event")))?;
    let provenance = Provenance::of(&family, rank);
    let kin = reader.versions(a.pos)?;
    let versions = versions::versions(kin.iter().collect());
    let mut rows = vec![
        Row::text(0).with(Tone::Strong, headline(&a.line.title)),
        Row::new(0).with(Tone::Plain, &format!("{}, {}", field(&a.line.source), article::published(&a))),
        Row::new(0).with(
            Tone::Faint,
            &format!("{} in its event, {}, {}", a.line.relation, article::version_of(&a.line, versions.len()), a.line.lang),
        ),
        Row::new(0).with(Tone::Faint, "its event ").with(Tone::Id, short(&a.line.event)).to(Address::Event(a.line.event.clone())),
    ];
    if let Some(e) = &a.because.matched {
        let closest = reader.article(e.other)?.line;
        let told = format!(
            "closest there: {}, probability {:.2}, at least {:.2} is needed",
            field(&closest.source),
            e.probability,
            a.because.threshold
        );
        let pair = Address::Compare(closest.article, a.line.article.clone());
        rows.push(Row::new(0).with(Tone::Faint, &told).with(Tone::Plain, "  compare").to(pair));
    }
    rows.extend([Row::gap(), Row::new(0).with(Tone::Plain, &article::sum(&a.line, &provenance))]);
    let mut sources: Vec<String> = Vec::new();
    for p in &provenance.passages {
        let number = sources.iter().position(|s| *s == p.origin.source).unwrap_or_else(|| {
            sources.push(p.origin.source.clone());
            sources.len() - 1
        }) + 1;
        let tone = if p.kind == Kind::OnlyHere { Tone::Plain } else { Tone::Of(number) };
        let row = Row::new(0).with(Tone::Faint, &article::origin(&a.line, p));
        let elsewhere = (p.kind == Kind::Taken).then(|| Address::Article(p.origin.article.clone()));
        rows.extend([Row::gap(), Row { target: elsewhere, ..row }]);
        rows.push(Row::text(2).with_block(tone, p.text.trim()));
    }
    if versions.len() > 1 {
        rows.extend([Row::gap(), Row::heading("versions")]);
        let target = |v: &versions::Version| Address::Article(v.article.clone());
        rows.extend(versions.iter().map(|v| Row::new(1).with(Tone::Plain, &article::version_when(v)).to(target(v))));
    }
    Ok((format!("article {}", short(&a.line.article)), rows))
}

fn compare(reader: &Reader, config: &Config, a: &str, b: &str) -> Told {
    let (a, b) = (detail(reader, a)?, detail(reader, b)?);
    let rows = explain::measured(reader, &config.detect, (&a, &b), |pair| Ok::<_, Failure>(of_pair(pair)))?;
    Ok((format!("compare {} and {}", short(&a.line.article), short(&b.line.article)), rows))
}

/// Both articles in one column: what both have once, what one has under its name.
fn of_pair(pair: &StoredPair<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (which, a) in [("A", pair.earlier), ("B", pair.later)] {
        let told = format!("  {}, {}", field(&a.line.source), moment(a.line.published, a.precision.as_deref(), None));
        rows.push(Row::new(0).with(Tone::Faint, which).with(Tone::Plain, &told).to(Address::Article(a.line.article.clone())));
        rows.push(Row::text(2).with(Tone::Strong, headline(&a.line.title)));
    }
    rows.extend([Row::gap(), Row::new(0).with(Tone::Strong, &pair.verdict()), Row::new(0).with(Tone::Plain, &pair.standing())]);
    let (e, threshold) = pair.evidence();
    rows.extend(crate::view::reasons::measured(e, threshold).iter().map(|line| Row::new(1).with(Tone::Plain, line)));
    for (left, right) in aligned::rows(pair, u32::MAX).rows {
        rows.push(Row::gap());
        let run = |pieces: &[aligned::Piece]| pieces.first().and_then(|p| p.number);
        let sides = match run(&left).is_some() && run(&left) == run(&right) {
            true if left.iter().all(|p| !p.changed) => vec![("both", left)],
            true => vec![("in A", left), ("in B", right)],
            false => vec![("only in A", left), ("only in B", right)],
        };
        for (who, pieces) in sides.into_iter().filter(|(_, pieces)| !pieces.is_empty()) {
            rows.push(Row::heading(who));
            // A run that the other article has in another place is marked where it stands, and so are changed words.
            let part = |row: Row, p: &aligned::Piece| {
                let tone = match p.number {
                    _ if p.changed => Tone::Found,
                    Some(_) => Tone::Of(1),
                    None => Tone::Plain,
                };
                row.with_block(tone, &p.text)
            };
            rows.push(pieces.iter().fold(Row::text(2), part));
        }
    }
    rows
}

fn found(reader: &Reader, config: &Config, line: &str, below: Option<u32>, behind: &mut u32) -> Told {
    let query = Query::read(line).map_err(|e| Failure::usage(format!("cannot search for this: {e}")))?.knowing(&config.sources);
    let found = search::search(reader, &query, below, FOUND)?;
    *behind = found.index.behind;
    let mut rows = vec![Row::new(0).with(Tone::Faint, &summary(&found))];
    rows.extend(lag(&found.index).map(|lag| Row::new(0).with(Tone::Faint, &lag)));
    rows.extend(found.events.iter().flat_map(result));
    if let Some(below) = found.next.as_ref().and_then(|n| n.parse().ok()) {
        let more = Address::Search { line: line.to_owned(), below: Some(below) };
        rows.extend([Row::gap(), Row::new(0).with(Tone::Strong, "more events").to(more)]);
    }
    Ok((format!("search: {line}"), rows))
}

fn result(e: &EventResult) -> Vec<Row> {
    let mut rows = vec![
        Row::gap(),
        Row::text(0).with(Tone::Strong, headline(&e.event.headline)).to(Address::Event(e.event.event.clone())),
        marked(Row::new(2).with(Tone::Faint, &format!("{}   {} found", span(&e.event), counted(e.matching, "article"))), &e.event),
    ];
    for a in &e.articles {
        let time = a.line.published.map_or_else(|| "no date".to_owned(), minute);
        let told = format!("{}, {time}", field(&a.line.source));
        rows.push(Row::new(2).with(Tone::Plain, &told).to(Address::Article(a.line.article.clone())));
        let mark = |row: Row, p: &search::Piece| row.with(if p.found { Tone::Found } else { Tone::Plain }, &p.text);
        rows.push(a.excerpt.iter().fold(Row::text(4), mark));
    }
    rows
}
