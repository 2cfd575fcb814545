//! One file: its bytes to articles.

use std::convert::Infallible;
use std::path::Path;

use super::Received;
use crate::article::Parsed;
use crate::config::Config;
use crate::detect::features::Features;
use crate::inbox::{self, Found, InboxFile};
use crate::parse::FileHints;
use crate::parsers::Parsers;
use crate::sources::Sources;
use jiff::Timestamp;

/// A file on its way from bytes to articles.
pub(super) struct Read {
    pub(super) file: InboxFile,
    pub(super) received: Timestamp,
    pub(super) parsed: Parsed,
}

/// Bytes to articles.
pub(super) fn parse_file(file: InboxFile, received: Received, parsers: &Parsers) -> Read {
    let read = |bytes: &[u8], hints: &FileHints<'_>| Ok::<_, Infallible>(parsers.parse(bytes, hints));
    let Ok(parsed) = read_by(&file, received, parsers.sources(), read);
    Read::new(file, received, parsed)
}

/// What `read` makes of the bytes of a file. One that cannot be read, or must not, is rejected without it.
pub(super) fn read_by<E>(
    file: &InboxFile,
    received: Received,
    sources: &Sources,
    read: impl FnOnce(&[u8], &FileHints<'_>) -> Result<Parsed, E>,
) -> Result<Parsed, E> {
    match &file.content {
        Err(reason) => Ok(Parsed::rejected(reason.clone())),
        Ok(_) if file.condemned.is_some() => Ok(Parsed::rejected(file.condemned.clone().unwrap_or_default())),
        Ok((bytes, _)) => {
            let name = file.found.path.file_name().unwrap_or_default().to_string_lossy();
            let (folder, sidecar) = (file.found.folder.as_deref(), file.sidecar.as_deref());
            read(bytes, &FileHints { name: &name, folder, sidecar, received: received.latest(file), sources })
        }
    }
}

impl Read {
    pub(super) fn new(file: InboxFile, received: Received, parsed: Parsed) -> Self {
        let received = received.of(&file);
        Self { file, received, parsed }
    }
}

/// Parses a file, makes what is compared of its articles, and drops the result: whoever calls this wants to know whether it returns.
pub fn try_parse(path: &Path, config: &Config) {
    let file = inbox::read(Found { path: path.to_owned(), folder: None }, config.limits.file_bytes);
    let read = parse_file(file, Received::At(Timestamp::UNIX_EPOCH), &Parsers::new(config));
    read.parsed.articles.iter().for_each(|article| drop(Features::of_article(article)));
}
