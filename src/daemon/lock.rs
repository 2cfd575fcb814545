//! One instance at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The lock that one instance holds; released when dropped, or when the process ends however it ends.
pub struct Lock(#[allow(dead_code, reason = "held, never read")] File);

/// What to do about a folder in which nothing can be made.
const UNUSABLE: &str = "check its owner, its permissions and the space on its disk, or name another folder in the configuration";

impl Lock {
    /// Takes the lock beside the store.
    ///
    /// # Errors
    /// If another instance holds it, or the file cannot be made.
    pub fn take(store: &Path) -> Result<Self, Failure> {
        let path = PathBuf::from(format!("{}.lock", store.display()));
        Self::hold(&path, store, "wait for it, stop it, or name another store with --db")
    }

    /// Takes the lock in the work folder: two instances would take each other's claimed files.
    ///
    /// # Errors
    /// As [`Lock::take`].
    pub fn take_work(work: &Path) -> Result<Self, Failure> {
        Self::hold(&work.join(".lock"), work, "stop it, or give this one a folder of its own with inbox.work")
    }

    /// Whether another instance holds the lock beside the store.
    pub fn is_held(store: &Path) -> bool {
        let path = PathBuf::from(format!("{}.lock", store.display()));
        File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)))
    }

    fn hold(path: &Path, what: &Path, hint: &str) -> Result<Self, Failure> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| Failure::io("cannot make the folder", folder, &e).hint(UNUSABLE))?;
        }
        let file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|e| Failure::io("cannot open the lock file", path, &e).hint(UNUSABLE))?;
        // A command that only asks whether somebody holds the lock holds it for an instant.
        let mut locked = file.try_lock();
        for _ in 0..4 {
            if matches!(locked, Err(std::fs::TryLockError::WouldBlock)) {
                std::thread::sleep(std::time::Duration::from_millis(25));
                locked = file.try_lock();
            }
        }
        match locked {
            Ok(()) => Ok(Self(file)),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(Failure::locked(format!("another wirefold is at work on {}", what.display())).hint(hint))
            }
            Err(std::fs::TryLockError::Error(e)) => Err(Failure::io("cannot lock", path, &e)),
        }
    }
}
