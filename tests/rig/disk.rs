//! File systems that a test may fill or forbid to write to.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Rig;

/// A small file system of its own; unmounted when dropped.
pub struct Disk(PathBuf);

impl Disk {
    /// `None` where this process may not mount.
    pub fn mount(at: &Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", options, "none"]).arg(at).output();
        done.is_ok_and(|o| o.status.success()).then(|| Self(at.to_owned()))
    }

    /// Mounts it anew with other options.
    pub fn remount(&self, options: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Runs a test on a disk, or says that it cannot.
pub fn on_disk(rig: &Rig, below: &str, options: &str, test: impl FnOnce(&Disk)) {
    match Disk::mount(&rig.path(below), options) {
        Some(disk) => test(&disk),
        None => eprintln!("skipped: this process may not mount a file system"),
    }
}
