//! The same bytes in the folders of two outlets: an agency's text as both dropped it.
//!
//! A file is known by its bytes alone, so the second one is `resent` and brings no article. But its folder says that another outlet had the
//! text too; that is not to be lost without a word.

use std::ffi::OsStr;
use std::path::Path;

use crate::inbox::Found;
use crate::text::clean::Safe;

/// What the ledger notes of a file whose bytes came by the path `earlier` before: that path, if its first folder below the same root was
/// another one.
pub(super) fn note(found: &Found, earlier: &Path) -> Option<String> {
    by_another_folder(found, earlier).then(|| {
        format!("the same bytes came before as {}, by another folder: they count for the source of that one alone", Safe::path(earlier))
    })
}

/// Not where either lies somewhere else: a folder that is read in place as a part of a larger one tells nothing new.
fn by_another_folder(found: &Found, earlier: &Path) -> bool {
    let Some(folder) = found.folder.as_deref().map(OsStr::new) else { return false };
    let named = |path: &&Path| path.file_name() == Some(folder);
    let root = found.path.ancestors().skip(1).find(named).and_then(Path::parent);
    let below = root.and_then(|root| earlier.strip_prefix(root).ok());
    below.is_some_and(|path| path.iter().next().filter(|_| path.iter().count() > 1) != Some(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_folder_below_the_same_root() {
        for (path, folder, earlier, expected) in [
            ("/in/herald/a.txt", Some("herald"), "/in/post/b.txt", true),
            ("/in/herald/a.txt", Some("herald"), "/in/b.txt", true),
            ("/in/herald/a.txt", Some("herald"), "/in/herald/old/b.txt", false),
            ("/in/a.txt", None, "/in/post/b.txt", false),
            ("/in/herald/a.txt", Some("herald"), "/elsewhere/post/b.txt", false),
            ("news/in/post/b.txt", Some("in"), "in/post/b.txt", false),
            ("/in/herald/x/herald/a.txt", Some("herald"), "/in/post/b.txt", false),
        ] {
            let found = Found { path: path.into(), folder: folder.map(str::to_owned) };
            assert_eq!(by_another_folder(&found, Path::new(earlier)), expected, "{path} after {earlier}");
        }
    }
}
