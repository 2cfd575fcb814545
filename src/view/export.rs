//! Everything, for other programs: streamed, complete, in a stable order.

use std::io;

use super::Screen;
use crate::store::rows::{ArticleLine, EventSummary};

/// Header line of articles as CSV.
pub const ARTICLE_COLUMNS: &str = "id,article,event,story,relation,relation_to,source,title,published,received,lang,url,file,version,score";
/// Header line of events as CSV.
pub const EVENT_COLUMNS: &str = "event,headline,lang,first,last,articles,sources,source_count,lineage_count";

/// An article as a line of CSV.
pub fn article_csv(screen: &mut Screen, a: &ArticleLine) -> io::Result<()> {
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    row(
        screen,
        &[
            some(&a.id),
            a.article.clone(),
            a.event.clone(),
            a.story.clone(),
            a.relation.clone(),
            some(&a.relation_to),
            a.source.clone(),
            a.title.clone(),
            a.published.map(|t| t.to_string()).unwrap_or_default(),
            a.received.to_string(),
            a.lang.clone(),
            some(&a.url),
            a.file.clone(),
            a.version.to_string(),
            a.score.map(|s| format!("{s:.4}")).unwrap_or_default(),
        ],
    )
}

/// An event as a line of CSV.
pub fn event_csv(screen: &mut Screen, e: &EventSummary) -> io::Result<()> {
    let sources: Vec<&str> = e.sources.iter().map(|s| s.source.as_str()).collect();
    row(
        screen,
        &[
            e.event.clone(),
            e.headline.clone(),
            e.lang.join(" "),
            e.first.map(|t| t.to_string()).unwrap_or_default(),
            e.last.map(|t| t.to_string()).unwrap_or_default(),
            e.articles.to_string(),
            sources.join("; "),
            e.source_count.to_string(),
            e.lineage_count.to_string(),
        ],
    )
}

fn row(screen: &mut Screen, fields: &[String]) -> io::Result<()> {
    screen.line(fields.iter().map(|f| quoted(f)).collect::<Vec<_>>().join(","))
}

/// RFC 4180 quoting; a field that a spreadsheet would run as a formula is defused with an apostrophe.
fn quoted(field: &str) -> String {
    let field = crate::text::clean::Safe::block(field).to_string();
    let field = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { field };
    if field.contains(['"', ',', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn csv_fields_are_data() {
        for (raw, safe) in [("a", "a"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=1+1", "'=1+1"), ("a\nb", "\"a\nb\"")] {
            assert_eq!(quoted(raw), safe);
        }
    }
}
