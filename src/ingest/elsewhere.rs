//! The same bytes from two outlets: an agency's text as two newspapers dropped it, each into a folder of its own.
//!
//! A file is known by its bytes alone and the second one is answered `resent`. But where the source is named by the folder, or by the file
//! that lies beside it, it tells that another outlet published the text; so its articles are stored once more, as those of that outlet.

use std::ffi::OsStr;
use std::path::Path;

use crate::article::{Article, ArticleId, FileDigest, SourceStep};
use crate::inbox::Found;
use crate::store::{Store, StoreError};

/// Whether a file came by another first folder than the file with the same bytes that came by the path `earlier`, below the same root.
///
/// Not where either lies somewhere else: then a folder that is read in place, as a part of a larger one or as a copy, would tell its
/// articles anew under the name of that.
pub(super) fn by_another_folder(found: &Found, earlier: &Path) -> bool {
    let Some(folder) = found.folder.as_deref().map(OsStr::new) else { return false };
    let named = |path: &&Path| path.file_name() == Some(folder);
    let root = found.path.ancestors().skip(1).find(named).and_then(Path::parent);
    let below = root.and_then(|root| earlier.strip_prefix(root).ok());
    below.is_some_and(|path| path.iter().next().filter(|_| path.iter().count() > 1) != Some(folder))
}

/// The id of an article of such a file, one for each source: that of the same place in the first file is taken.
pub(super) fn id(digest: &FileDigest, article: &Article) -> ArticleId {
    let bytes_by_source = FileDigest::of(&[&digest.0[..], article.source.as_bytes()].concat());
    ArticleId::new(&bytes_by_source, article.position)
}

/// Whether an article of such a file is news: its source does not stand in the bytes, is another than that of the same article in the
/// first file, and has not sent it yet. `placed` tells the sources of this batch's articles.
pub(super) fn is_news(
    article: &Article,
    id: ArticleId,
    first: ArticleId,
    placed: impl Fn(ArticleId) -> Option<String>,
    store: &Store,
) -> Result<bool, StoreError> {
    // What stands in the bytes is the same in both; that it may be known by another name now makes no other outlet of it.
    if !matches!(article.source_step, SourceStep::Folder | SourceStep::Sidecar) {
        return Ok(false);
    }
    let source = |id| placed(id).map_or_else(|| store.source_of(&id), |source| Ok(Some(source)));
    Ok(source(id)?.is_none() && source(first)?.is_some_and(|told| told != article.source))
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
