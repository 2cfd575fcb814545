//! The files as they came, for download. Nothing in an address names a path: a digest leads to the ledger, the ledger to the file, and the
//! file is sent only if its bytes still have that digest. A browser is told to save it, never to show it.

use super::{Answer, Ask, Problem};
use crate::article::FileDigest;
use crate::inbox::{self, Found};
use crate::store::Reader;

/// Longest name that a file is saved under, in characters.
const NAME: usize = 100;

/// The address of the original of an article's file, if it is where the ledger says.
pub fn address_of(reader: &Reader, pos: u32) -> Result<Option<String>, Problem> {
    let Some(digest) = reader.digest_of(pos)? else { return Ok(None) };
    let there = reader.kept_at(&digest)?.iter().any(|path| path.is_file());
    Ok(there.then(|| address(&digest.hex())))
}

/// The address of the original with this digest.
pub fn address(digest: &str) -> String {
    format!("/api/v1/files/{digest}/original")
}

/// A file as it came.
pub fn original(ask: &Ask) -> Result<Answer, Problem> {
    let unknown = || Problem::not_found("no file with this digest; it is 64 hexadecimal digits");
    let digest = FileDigest::from_hex(&ask.id).ok_or_else(unknown)?;
    let files = ask.reader.files_with(&digest)?;
    let came_as = files.last().map(|f| name_of(&f.path, &ask.id)).ok_or_else(unknown)?;
    let paths = ask.reader.kept_at(&digest)?;
    let mut why = "its original is not kept";
    for path in paths {
        let read = inbox::read(Found { path, folder: None }, ask.config().limits.file_bytes);
        match read.content {
            Ok((bytes, found)) if found == digest => return Ok(Answer::attachment(bytes, &came_as)),
            Ok(_) => why = "its original has other bytes by now",
            Err(_) => why = "its original is not where the ledger says",
        }
    }
    Err(Problem::not_found(why))
}

/// A name that a file can be saved under anywhere: letters and digits of any script, `-`, `_`, and `.` except at its beginning.
fn name_of(path: &str, digest: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '.') { c } else { '_' };
    let name: String = last.chars().map(safe).collect();
    let name = name.trim_start_matches('.');
    // The ending of a long name says what it is.
    let from = name.char_indices().rev().nth(NAME - 1).map_or(0, |(at, _)| at);
    if name.is_empty() { digest.to_owned() } else { name[from..].trim_start_matches('.').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn names_hold_nothing_that_means_something() {
        for (path, expected) in [
            ("in/الخبر الأول.json", "الخبر_الأول.json"),
            ("in/../..", "d"),
            ("in/.hidden", "hidden"),
            ("in/a\"; filename=b\r\n.exe", "a___filename_b__.exe"),
            ("in/\u{202e}txt.exe\\c:x", "c_x"),
            ("", "d"),
        ] {
            assert_eq!(name_of(path, "d"), expected, "{path:?}");
        }
        let long = name_of(&format!("{}.xml", "x".repeat(300)), "d");
        assert!(long.chars().count() == 100 && long.ends_with(".xml"));
    }
}
