//! Looking through a folder in the order of its paths, with a bounded part of it in memory.

use std::collections::BinaryHeap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::vec;

use super::{Found, is_ignored, sidecar_of};

/// Depth of folders below the root.
const DEPTH: usize = 16;

/// What cannot be looked into is told of so many folders; there may be a million.
pub const PROBLEMS: usize = 1000;

/// A part of the inbox.
#[derive(Debug, Default)]
pub struct Part {
    /// Its files, in order of their paths.
    pub files: Vec<Found>,
    /// What could not be looked into, the first [`PROBLEMS`].
    pub problems: Vec<String>,
    /// The first file behind it, if there is one.
    pub next: Option<PathBuf>,
}

/// Everything below `root` that could be a file for us, in order of its path; and what could not be looked into.
///
/// A root that is a file is that file. Links are not followed.
pub fn scan(root: &Path) -> (Vec<Found>, Vec<String>) {
    let Part { files, problems, .. } = part(root, None, usize::MAX);
    (files, problems)
}

/// The first files behind the path `after`, as many as there is `room` for, of those that [`scan`] finds. The memory that this takes grows
/// with `room`, not with the number of files; the time grows with that of the files in the folders looked into.
pub fn part(root: &Path, after: Option<&Path>, room: usize) -> Part {
    let mut part = Part::default();
    for found in Walk::behind(root, after, room.saturating_add(1)) {
        match found {
            Ok(found) if part.files.len() == room => {
                part.next = Some(found.path);
                break;
            }
            Ok(found) => part.files.push(found),
            Err(problem) if part.problems.len() < PROBLEMS => part.problems.push(problem),
            Err(_) => {}
        }
    }
    part
}

/// The paths of the files that [`scan`] finds, in no order and one at a time; what cannot be looked into is passed over.
pub fn each(root: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = walkdir::WalkDir::new(root).follow_links(false).max_depth(DEPTH).into_iter();
    let is_ours = |e: &walkdir::DirEntry| {
        e.depth() == 0
            || !is_passed_over(e.file_name(), e.file_type().is_dir(), e.depth()) && !is_too_deep(e.file_type().is_dir(), e.depth())
    };
    walk.filter_entry(is_ours).filter_map(Result::ok).filter(|e| !e.file_type().is_dir()).map(walkdir::DirEntry::into_path)
}

/// How many of these files lie behind the path `after`.
pub fn count(root: &Path, after: Option<&Path>) -> usize {
    each(root).filter(|path| after.is_none_or(|after| path.as_path() > after)).count()
}

/// Whether an entry at some depth below the root is nothing for us. The README.md that explains the inbox is no article.
fn is_passed_over(name: &OsStr, is_folder: bool, depth: usize) -> bool {
    match is_folder {
        true => name.as_bytes().starts_with(b"."),
        false => is_ignored(Path::new(name)) || depth == 1 && name.eq_ignore_ascii_case("readme.md"),
    }
}

/// Whether an entry at some depth below the root is a folder that nobody looks into.
fn is_too_deep(is_folder: bool, depth: usize) -> bool {
    is_folder && depth >= DEPTH
}

/// Whether other files of its folder need the sidecar of this one, if it has one.
pub fn shares_sidecar(path: &Path) -> bool {
    let sidecar = sidecar_of(path);
    if fs::symlink_metadata(&sidecar).is_err() {
        return false;
    }
    let Ok(entries) = fs::read_dir(super::durable::parent(path)) else { return true };
    let needs = |path: &Path| !is_ignored(path) && sidecar_of(path) == sidecar;
    entries.filter_map(Result::ok).filter(|entry| needs(&entry.path())).nth(1).is_some()
}

/// Whether files that need the same sidecar as `path` may lie on both sides of `border`: their names begin alike, so that all between them do.
pub fn may_share_across(path: &Path, border: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().as_bytes();
    let beside = path.parent().and_then(|folder| border.strip_prefix(folder).ok()).and_then(|rel| rel.components().next());
    beside.is_some_and(|name| name.as_os_str().as_bytes().starts_with(stem))
}

/// A folder on the way, and those of its names that were read and not looked at yet.
struct Level {
    folder: PathBuf,
    names: vec::IntoIter<(OsString, bool)>,
    /// The last name that was read; those up to it are done.
    last: Option<OsString>,
    /// Whether all names behind `last` are done too.
    whole: bool,
}

/// A walk in the order of paths. Of each folder on the way it holds no more than `most` names at a time, and reads it again for more.
struct Walk {
    /// What comes before everything: a root that is no folder.
    first: Option<Result<Found, String>>,
    root: PathBuf,
    most: usize,
    levels: Vec<Level>,
}

impl Walk {
    fn behind(root: &Path, after: Option<&Path>, most: usize) -> Self {
        let mut walk = Self { first: None, root: root.to_owned(), most, levels: Vec::new() };
        match fs::metadata(root) {
            Ok(meta) if meta.is_dir() => {}
            Err(e) if fs::symlink_metadata(root).is_err() => walk.first = Some(Err(unseen(root, &e))),
            _ => walk.first = after.is_none().then(|| Ok(Found { path: root.to_owned(), folder: None })),
        }
        if walk.first.is_none() {
            walk.descend(after.and_then(|after| after.strip_prefix(root).ok()));
        }
        walk
    }

    /// Begins with what lies behind a path below the root.
    fn descend(&mut self, after: Option<&Path>) {
        let mut folder = self.root.clone();
        for name in after.into_iter().flat_map(Path::components) {
            self.levels.push(Level::behind(folder.clone(), Some(name.as_os_str())));
            folder.push(name);
        }
        if self.levels.is_empty() {
            self.levels.push(Level::behind(folder, None));
        }
    }

    fn found(&self, path: PathBuf) -> Found {
        let below = path.strip_prefix(&self.root).unwrap_or(&path);
        let folder = below.components().next().filter(|_| below.components().nth(1).is_some());
        Found { folder: folder.map(|f| f.as_os_str().to_string_lossy().into_owned()), path }
    }
}

impl Iterator for Walk {
    type Item = Result<Found, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let depth = self.levels.len();
            let level = self.levels.last_mut()?;
            let Some((name, is_folder)) = level.names.next() else {
                if level.whole {
                    self.levels.pop();
                } else if let Err(e) = level.read(self.most, depth) {
                    return Some(Err(unseen(&level.folder, &e)));
                }
                continue;
            };
            let path = level.folder.join(name);
            if !is_folder {
                return Some(Ok(self.found(path)));
            }
            if is_too_deep(is_folder, depth) {
                let (most, path) = (DEPTH - 1, path.display());
                return Some(Err(format!("more than {most} folders lie in one another, so that nothing in {path} is taken: move it up")));
            }
            self.levels.push(Level::behind(path, None));
        }
    }
}

fn unseen(folder: &Path, error: &io::Error) -> String {
    format!("cannot look into {}: {error}", folder.display())
}

impl Level {
    fn behind(folder: PathBuf, last: Option<&OsStr>) -> Self {
        Self { folder, names: Vec::new().into_iter(), last: last.map(OsStr::to_owned), whole: false }
    }

    /// Reads the next names of a folder, which are at this depth below the root. A folder that is gone, or is none any more, has none.
    fn read(&mut self, most: usize, depth: usize) -> io::Result<()> {
        self.whole = true;
        let is_root = depth == 1;
        if !is_root && !fs::symlink_metadata(&self.folder).is_ok_and(|meta| meta.is_dir()) {
            return Ok(());
        }
        let mut failed = Ok(());
        // The smallest names behind the last one, the greatest of them on top.
        let mut names: BinaryHeap<(OsString, bool)> = BinaryHeap::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    failed = Err(e);
                    break;
                }
            };
            let name = entry.file_name();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if self.last.as_ref().is_some_and(|last| name <= *last) || is_passed_over(&name, is_folder, depth) {
                continue;
            }
            if names.len() >= most {
                self.whole = false;
                if names.peek().is_some_and(|(greatest, _)| name >= *greatest) {
                    continue;
                }
                names.pop();
            }
            names.push((name, is_folder));
        }
        let names = names.into_sorted_vec();
        self.last = names.last().map(|(name, _)| name.clone()).or(self.last.take());
        self.names = names.into_iter();
        failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files, a folder for each path that ends in a slash.
    fn filled(paths: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for path in paths {
            let at = root.path().join(path);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            if path.ends_with('/') { fs::create_dir_all(&at).unwrap() } else { fs::write(&at, b"x").unwrap() }
        }
        root
    }

    const TREE: &[&str] = &[
        "README.md",
        "a.txt",
        "a.meta.json",
        "b/1.txt",
        "b/2.txt",
        "b/README.md",
        "b-c.txt",
        "b/c/3.txt",
        "b/.hidden/4.txt",
        "c/",
        "d.part",
        "e/f/g/5.txt",
        "e/f.txt",
        "نور/6.txt",
        "z.txt",
    ];

    fn names(root: &Path, files: &[Found]) -> Vec<String> {
        files.iter().map(|found| found.path.strip_prefix(root).unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn all_is_found_in_order_of_path() {
        let root = filled(TREE);
        let (files, problems) = scan(root.path());
        let wanted = ["a.txt", "b/1.txt", "b/2.txt", "b/README.md", "b/c/3.txt", "b-c.txt", "e/f/g/5.txt", "e/f.txt", "z.txt", "نور/6.txt"];
        assert_eq!((names(root.path(), &files), problems), (wanted.map(str::to_owned).to_vec(), vec![]));
        assert!(files.is_sorted(), "in the order in which paths compare");
        let folders: Vec<_> = files.iter().map(|f| f.folder.as_deref().unwrap_or("-")).collect();
        assert_eq!(folders, ["-", "b", "b", "b", "b", "-", "e", "e", "-", "نور"]);
        assert_eq!(count(root.path(), None), files.len());
    }

    #[test]
    fn parts_of_any_size_are_the_whole() {
        let root = filled(TREE);
        let whole = scan(root.path()).0;
        for room in 1..=whole.len() + 1 {
            let (mut files, mut after): (Vec<Found>, Option<PathBuf>) = (Vec::new(), None);
            loop {
                let part = part(root.path(), after.as_deref(), room);
                assert!(part.files.len() <= room);
                assert_eq!(part.next.as_ref(), whole.get(files.len() + part.files.len()).map(|f| &f.path), "{room}");
                files.extend(part.files);
                after = files.last().map(|f| f.path.clone());
                assert_eq!(count(root.path(), after.as_deref()), whole.len() - files.len());
                if part.next.is_none() {
                    break;
                }
            }
            assert_eq!(files, whole, "{room} at a time");
        }
    }

    #[test]
    fn what_is_gone_or_another_thing_now_is_gone_behind() {
        let root = filled(&["a/1.txt", "c.txt"]);
        let behind = |after: &str| names(root.path(), &part(root.path(), Some(&root.path().join(after)), 9).files);
        assert_eq!(behind("a/0/x.txt"), ["a/1.txt", "c.txt"]);
        assert_eq!(behind("b/x/y.txt"), ["c.txt"]);
        assert_eq!(behind("c.txt/d.txt"), Vec::<String>::new());
        let elsewhere = filled(&["secret.txt"]);
        std::os::unix::fs::symlink(elsewhere.path(), root.path().join("b")).unwrap();
        assert_eq!(behind("b/a.txt"), ["c.txt"], "a link is not followed");
    }

    #[test]
    fn a_root_may_be_a_file_or_nothing() {
        let root = filled(&["a.tmp"]);
        let file = root.path().join("a.tmp");
        assert_eq!(scan(&file), (vec![Found { path: file.clone(), folder: None }], vec![]));
        let (files, problems) = scan(&root.path().join("none"));
        assert!(files.is_empty() && problems[0].contains("none: No such file"), "{problems:?}");
    }

    #[test]
    fn what_lies_too_deep_is_told() {
        let (nested, deeper) = ("f/".repeat(DEPTH - 1), "f/".repeat(DEPTH));
        let root = filled(&[&format!("{nested}a.txt"), &format!("{deeper}b.txt"), &format!("{nested}.hidden/c.txt"), "z.txt"]);
        let (files, problems) = scan(root.path());
        assert_eq!(names(root.path(), &files), [format!("{nested}a.txt"), "z.txt".to_owned()]);
        let told = root.path().join(deeper.trim_end_matches('/'));
        assert!(problems.len() == 1 && problems[0].contains(&told.display().to_string()), "{problems:?}");
        assert_eq!(count(root.path(), None), 2);
    }

    #[test]
    fn who_shares_a_sidecar() {
        let root = filled(&["n/a.txt", "n/a.html", "n/a.meta.json", "n/ab.txt", "n/ab.meta.json", "n/c.txt", "n/c.html"]);
        let shares = |name: &str| shares_sidecar(&root.path().join(name));
        assert_eq!(["n/a.txt", "n/a.html", "n/ab.txt", "n/c.txt"].map(shares), [true, true, false, false]);
        let may = |path: &str, border: &str| may_share_across(Path::new(path), Path::new(border));
        assert!(may("n/a.html", "n/a.txt") && may("n/a.html", "n/a.m/x.txt") && may("n/a", "n/a.txt"));
        assert!(!may("n/a.html", "n/b.txt") && !may("n/a.html", "o/a.txt") && !may("n/a.html", "a.txt"));
    }
}
