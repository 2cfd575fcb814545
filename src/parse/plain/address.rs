//! The address of an article in the text of it that people paste: above it, below its headline, behind a label at its end.

use std::borrow::Cow;

use super::{bare, header, names};
use crate::parse::draft::Draft;

/// Whether a line is an address of the web and nothing else.
fn is_address(line: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| line.starts_with(scheme)) && !line.contains(char::is_whitespace)
}

/// The text below its address, where that is the first line alone, as people paste it.
pub fn below<'a>(text: &'a str, draft: &mut Draft) -> &'a str {
    let address = text.split_once('\n').map(|(first, rest)| (bare(first), rest.trim()));
    let Some((url, rest)) = address.filter(|(first, rest)| is_address(first) && !rest.is_empty()) else { return text };
    draft.url = Some(url.to_owned());
    rest
}

/// The text without its address, where that stands alone below the headline or behind a label at the end: `Source: https://…`.
pub fn without<'a>(text: &'a str, draft: &mut Draft) -> Cow<'a, str> {
    let second = text.split_once('\n').and_then(|(first, rest)| {
        let (second, rest) = rest.trim().split_once('\n')?;
        is_address(bare(second)).then(|| (bare(second), format!("{first}\n\n{}", rest.trim())))
    });
    if let Some((url, text)) = second.filter(|_| draft.url.is_none()) {
        draft.url = Some(url.to_owned());
        return text.into();
    }
    let last = text.trim_end().rsplit_once('\n').and_then(|(rest, last)| Some((rest.trim_end(), header(last)?)));
    match last.filter(|(_, (key, url))| (names(key, "url") || names(key, "source")) && is_address(url)) {
        Some((rest, (_, url))) if draft.url.is_none() => {
            draft.url = Some(url.to_owned());
            rest.into()
        }
        _ => text.into(),
    }
}
