//! `wirefold demo`: the main job on the dispatches that ship with the program, through the same path as everything else.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rust_embed::RustEmbed;

use crate::config::Config;
use crate::failure::Failure;
use crate::inbox;
use crate::ingest::{Ingest, Received, Tally};

/// The sample dispatches: invented happenings, as several invented outlets told them.
#[derive(RustEmbed)]
#[folder = "tests/wire/dispatches/received"]
struct Dispatches;

/// Writes the sample dispatches into `folder` as an inbox, ingests them into a store there and returns what was taken.
/// `program` is that of the configuration.
///
/// # Errors
/// If the folder or the store cannot be used.
pub fn ingest(folder: &Path, program: Option<PathBuf>) -> Result<(Config, Tally), Failure> {
    let config = Config { inbox: folder.join("inbox"), store: folder.join("wirefold.db"), program, ..Config::default() };
    for name in Dispatches::iter() {
        let file = config.inbox.join(name.as_ref());
        let bytes = Dispatches::get(&name).map(|f| f.data).unwrap_or_default();
        let parent = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|e| Failure::io("cannot make", parent, &e))?;
        std::fs::write(&file, bytes).map_err(|e| Failure::io("cannot write", &file, &e))?;
    }
    let (files, _) = inbox::scan(&config.inbox);
    let mut tally = Tally::default();
    Ingest::open(&config)?.take(files, Received::At(Timestamp::now()), &mut tally)?;
    Ok((config, tally))
}
