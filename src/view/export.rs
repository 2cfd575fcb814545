//! Everything, for other programs: streamed, complete, in a stable order.

mod feed;
mod ninjs;
#[cfg(feature = "parquet")]
mod parquet;
mod table;

use super::Screen;
use crate::cli::{Format, What};
use crate::failure::Failure;
use crate::store::Reader;

pub use feed::{Atom, Entry};

/// Writes everything of a kind in a format.
///
/// # Errors
/// If the kind has no such form, the store cannot be read, or the output is closed.
pub fn export(screen: &mut Screen, reader: &Reader, what: What, format: Format) -> Result<(), Failure> {
    match (what, format) {
        (What::Articles, Format::Jsonl) => reader.each_article::<Failure>(|a| Ok(screen.json(&a)?)),
        (What::Events, Format::Jsonl) => reader.each_event::<Failure>(|e, _| Ok(screen.json(&e)?)),
        (What::Placements, Format::Jsonl) => reader.each_placement::<Failure>(|p| Ok(screen.json(&p)?)),
        (What::Passages, Format::Jsonl) => reader.each_passage::<Failure>(|p| Ok(screen.json(&p)?)),
        (what, Format::Csv) => table::csv(screen, reader, what),
        #[cfg(feature = "parquet")]
        (what, Format::Parquet) => parquet::parquet(reader, what),
        (What::Events, Format::Ninjs) => reader.each_event::<Failure>(|e, members| Ok(screen.json(&ninjs::item(&e, &members))?)),
        (What::Events, Format::Atom) => feed::atom(screen, reader),
        (_, Format::Ninjs | Format::Atom) => Err(Failure::usage("only events have a form in ninjs and Atom")
            .hint("`wirefold export events --format ninjs`, or leave out --format")),
    }
}
