//! What each source did.

use super::graph::{Graph, graph};
use super::{Answer, Ask, Problem};
use crate::store::rows::{CopyLine, SourceLine};
use crate::view::{counted, hours, percent};
use crate::web::given::encoded;

/// Lines shown: those with most articles. The API has all, page by page.
const SHOWN: usize = 120;
/// Pairs in the table under the drawing.
const PAIRS: usize = 48;

struct Row {
    source: String,
    query: String,
    line: SourceLine,
    delay: String,
    coverage: String,
}

#[derive(askama::Template)]
#[template(path = "sources.html")]
struct Page {
    rows: Vec<Row>,
    shown: String,
    graph: Option<Graph>,
    copying: Vec<CopyLine>,
    pairs: usize,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let sources = ask.sources()?;
    let (lines, copying) = (&sources.lines, &sources.copying);
    let all = if lines.len() > SHOWN { format!("{SHOWN} of ") } else { String::new() };
    let shown = format!("{all}{}", counted(lines.len() as u32, "source"));
    let row = |line: &SourceLine| Row {
        source: line.source.clone(),
        query: encoded(&line.source),
        delay: line.median_delay_hours.map_or_else(|| "–".to_owned(), |h| format!("+{}", hours(h))),
        coverage: if line.shared_events == 0 { "–".to_owned() } else { percent(line.coverage as f32) },
        line: line.clone(),
    };
    let (graph, pairs) = (graph(copying), copying.len());
    let copying = copying.iter().take(PAIRS).cloned().collect();
    Answer::page(&Page { rows: lines.iter().take(SHOWN).map(row).collect(), shown, graph, copying, pairs })
}
