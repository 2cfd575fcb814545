//! Kinds of things as tables: named columns of four types, for CSV and Parquet. What is nested in JSON is flattened or left out.

use jiff::Timestamp;

use crate::cli::What;
use crate::detect::evidence::Evidence;
use crate::failure::Failure;
use crate::store::Reader;
use crate::store::rows::{ArticleLine, EventSummary, PassageLine, PlacementLine};
use crate::view::Screen;

/// Type of a column. Any cell may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Number,
    Time,
}

/// A cell of a row, of the type of its column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(Option<String>),
    Whole(i64),
    Number(Option<f64>),
    Time(Option<Timestamp>),
}

type Column = (&'static str, Kind);

const ARTICLES: &[Column] = &[
    ("id", Kind::Text),
    ("article", Kind::Text),
    ("event", Kind::Text),
    ("story", Kind::Text),
    ("relation", Kind::Text),
    ("relation_to", Kind::Text),
    ("source", Kind::Text),
    ("title", Kind::Text),
    ("published", Kind::Time),
    ("received", Kind::Time),
    ("lang", Kind::Text),
    ("url", Kind::Text),
    ("file", Kind::Text),
    ("version", Kind::Whole),
    ("score", Kind::Number),
    ("amendment", Kind::Text),
];
const EVENTS: &[Column] = &[
    ("event", Kind::Text),
    ("headline", Kind::Text),
    ("lang", Kind::Text),
    ("first", Kind::Time),
    ("last", Kind::Time),
    ("articles", Kind::Whole),
    ("sources", Kind::Text),
    ("source_count", Kind::Whole),
    ("lineage_count", Kind::Whole),
    ("amendment", Kind::Text),
];
const EVIDENCE: &[Column] = &[
    ("thread", Kind::Text),
    ("threshold", Kind::Number),
    ("closest", Kind::Text),
    ("probability", Kind::Number),
    ("hours", Kind::Number),
    ("copied_share", Kind::Number),
    ("longest_run_words", Kind::Number),
    ("runner_up", Kind::Text),
    ("runner_up_probability", Kind::Number),
    ("features", Kind::Whole),
    ("model", Kind::Whole),
];
const PASSAGES: &[Column] = &[
    ("article", Kind::Text),
    ("event", Kind::Text),
    ("source", Kind::Text),
    ("start", Kind::Whole),
    ("words", Kind::Whole),
    ("other", Kind::Text),
    ("other_event", Kind::Text),
    ("other_source", Kind::Text),
    ("other_start", Kind::Whole),
    ("text", Kind::Text),
];

/// The columns of a kind of thing.
pub(super) fn columns(what: What) -> Vec<Column> {
    match what {
        What::Articles => ARTICLES.to_vec(),
        What::Events => EVENTS.to_vec(),
        What::Placements => [ARTICLES, EVIDENCE].concat(),
        What::Passages => PASSAGES.to_vec(),
    }
}

/// Calls `each` with every row of a kind of thing.
pub(super) fn each_row(reader: &Reader, what: What, mut each: impl FnMut(Vec<Cell>) -> Result<(), Failure>) -> Result<(), Failure> {
    match what {
        What::Articles => reader.each_article(|a| each(article(a))),
        What::Events => reader.each_event(|e, _| each(event(e))),
        What::Placements => reader.each_placement::<Failure>(|p| each(placement(reader, p)?)),
        What::Passages => reader.each_passage(|p| each(passage(p))),
    }
}

fn text(value: impl Into<String>) -> Cell {
    Cell::Text(Some(value.into()))
}

fn article(a: ArticleLine) -> Vec<Cell> {
    vec![
        Cell::Text(a.id),
        text(a.article),
        text(a.event),
        text(a.story),
        text(a.relation),
        Cell::Text(a.relation_to),
        text(a.source),
        text(a.title),
        Cell::Time(a.published),
        Cell::Time(Some(a.received)),
        text(a.lang),
        Cell::Text(a.url),
        text(a.file),
        Cell::Whole(a.version.into()),
        Cell::Number(a.score),
        Cell::Text(a.amendment),
    ]
}

fn event(e: EventSummary) -> Vec<Cell> {
    let sources: Vec<&str> = e.sources.iter().map(|s| s.source.as_str()).collect();
    vec![
        text(e.event),
        text(e.headline),
        text(e.lang.join(" ")),
        Cell::Time(e.first),
        Cell::Time(e.last),
        Cell::Whole(e.articles.into()),
        text(sources.join("; ")),
        Cell::Whole(e.source_count.into()),
        Cell::Whole(e.lineage_count.into()),
        Cell::Text(e.amendment),
    ]
}

fn placement(reader: &Reader, p: PlacementLine) -> Result<Vec<Cell>, Failure> {
    let (closest, runner_up) = (p.because.matched.as_ref(), p.because.runner_up.as_ref());
    let id = |e: Option<&Evidence>| e.map(|e| reader.article_id(e.other)).transpose();
    let number = |value: Option<f32>| Cell::Number(value.map(f64::from));
    let copied = closest.and_then(|e| e.copied.as_ref());
    let evidence = [
        text(p.thread),
        number(Some(p.because.threshold)),
        Cell::Text(id(closest)?),
        number(closest.map(|e| e.probability)),
        number(closest.and_then(|e| e.hours)),
        number(copied.map(|c| c.shorter)),
        Cell::Number(copied.map(|c| c.longest.into())),
        Cell::Text(id(runner_up)?),
        number(runner_up.map(|e| e.probability)),
        Cell::Whole(p.features.into()),
        Cell::Whole(p.model.into()),
    ];
    Ok(article(p.article).into_iter().chain(evidence).collect())
}

fn passage(p: PassageLine) -> Vec<Cell> {
    vec![
        text(p.article),
        text(p.event),
        text(p.source),
        Cell::Whole(p.start.into()),
        Cell::Whole(p.words.into()),
        text(p.other),
        text(p.other_event),
        text(p.other_source),
        Cell::Whole(p.other_start.into()),
        text(p.text),
    ]
}

/// Writes a kind of thing as CSV (RFC 4180) with a header line.
pub(super) fn csv(screen: &mut Screen, reader: &Reader, what: What) -> Result<(), Failure> {
    let names: Vec<&str> = columns(what).iter().map(|(name, _)| *name).collect();
    screen.line(names.join(","))?;
    each_row(reader, what, |row| {
        let fields: Vec<String> = row.into_iter().map(|cell| quoted(&written(cell))).collect();
        Ok(screen.line(fields.join(","))?)
    })
}

fn written(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => text.unwrap_or_default(),
        Cell::Whole(n) => n.to_string(),
        Cell::Number(n) => n.map(|n| format!("{n:.4}")).unwrap_or_default(),
        Cell::Time(at) => at.map(|at| at.to_string()).unwrap_or_default(),
    }
}

/// RFC 4180 quoting; a field that a spreadsheet would run as a formula is defused with an apostrophe.
fn quoted(field: &str) -> String {
    let field = crate::text::clean::Safe::block(field).to_string();
    let number = field.parse::<f64>().is_ok();
    let field = if !number && field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { field };
    if field.contains(['"', ',', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn csv_fields_are_data() {
        for (raw, safe) in [
            ("a", "a"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("a\nb", "\"a\nb\""),
            ("-2.5", "-2.5"),
            ("-x", "'-x"),
        ] {
            assert_eq!(quoted(raw), safe);
        }
    }
}
