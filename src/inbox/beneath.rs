//! Folders of the inbox, opened on the way down without following a link: whoever writes there may put a link where a folder was.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use rustix::io::Errno;

use super::durable::{make_folder, sync_folder};

/// A folder that stays the same one, whatever is called by its name meanwhile.
pub struct Folder(OwnedFd);

impl Folder {
    /// The folder `below` `root`. The root itself may be reached by links: its owner put them there.
    ///
    /// # Errors
    /// `NotADirectory` if something on the way is a link or a file, and as the system says.
    pub fn open(root: &Path, below: &Path) -> io::Result<Self> {
        Self::descend(root, below, false)
    }

    /// As [`Folder::open`], where folders that are missing are made; their names survive a power cut.
    fn make(root: &Path, below: &Path) -> io::Result<Self> {
        Self::descend(root, below, true)
    }

    /// The folder below `root` that a file goes back to, and its path: its own, made if it is missing, or the root itself where something
    /// else has its name by now.
    ///
    /// # Errors
    /// As the system says.
    pub fn to_return(root: &Path, file: &Path) -> io::Result<(Self, PathBuf)> {
        make_folder(root)?;
        let below = file.parent().unwrap_or(file);
        match Self::make(root, below) {
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => Ok((Self::open(root, Path::new(""))?, root.to_owned())),
            folder => Ok((folder?, root.join(below))),
        }
    }

    fn descend(root: &Path, below: &Path, make: bool) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut at = openat(CWD, root, flags, Mode::empty())?;
        for component in below.components() {
            let Component::Normal(name) = component else { return Err(io::ErrorKind::InvalidInput.into()) };
            if make {
                match mkdirat(&at, name, Mode::from_raw_mode(0o777)) {
                    Ok(()) => sync_folder(&path_of(&at))?,
                    Err(Errno::EXIST) => {}
                    Err(e) => return Err(e.into()),
                }
            }
            at = openat(&at, name, flags | OFlags::NOFOLLOW, Mode::empty())?;
        }
        Ok(Self(at))
    }

    /// Whether paths lead into it, which takes /proc.
    pub fn can_be_seen(&self) -> bool {
        path_of(&self.0).exists()
    }

    /// The path of a name in it, for as long as this is held.
    pub fn at(&self, name: &OsStr) -> PathBuf {
        path_of(&self.0).join(name)
    }
}

/// A path that leads to an open folder itself.
fn path_of(folder: &OwnedFd) -> PathBuf {
    Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_is_followed_below_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let (root, elsewhere) = (folder.path().join("root"), folder.path().join("elsewhere"));
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::create_dir_all(elsewhere.join("b")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, root.join("link")).unwrap();
        std::os::unix::fs::symlink(&root, folder.path().join("to_root")).unwrap();
        let held = Folder::open(&folder.path().join("to_root"), Path::new("a/b")).unwrap();
        std::fs::rename(root.join("a"), root.join("gone")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, root.join("a")).unwrap();
        std::fs::write(held.at(OsStr::new("x.txt")), "x").unwrap();
        assert!(root.join("gone/b/x.txt").exists() && !elsewhere.join("b/x.txt").exists());
        for below in ["link", "link/b", "link/new", "a/new", "gone/b/x.txt", "gone/../link", "/"] {
            assert!(Folder::open(&root, Path::new(below)).is_err() && Folder::make(&root, Path::new(below)).is_err(), "{below}");
        }
        assert!(!elsewhere.join("new").exists());
        Folder::make(&root, Path::new("gone/c/d")).unwrap();
        assert!(root.join("gone/c/d").is_dir());
        let returned = |file: &str| Folder::to_return(&root, Path::new(file)).unwrap().1;
        assert_eq!([returned("e/x.txt"), returned("link/x.txt"), returned("x.txt")], [root.join("e"), root.clone(), root.join("")]);
    }
}
