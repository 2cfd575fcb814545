//! The work folder: where claimed files lie, and what their places say about them.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::claim::{BATCH_NAME, Claim, also_at};
use super::durable::{make_folder, move_new, parent, sync_folder};
use super::{Found, sidecar_of};

/// The folder of claimed files.
#[derive(Debug)]
pub struct Work {
    root: PathBuf,
    pub(super) inbox: PathBuf,
}

impl Work {
    /// The work folder of an inbox.
    pub fn new(root: &Path, inbox: &Path) -> Self {
        Self { root: root.to_owned(), inbox: inbox.to_owned() }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a claimed file is.
    pub fn path(&self, claim: &Claim) -> PathBuf {
        self.root.join(&claim.batch).join(claim.suspicion.to_string()).join(&claim.rel)
    }

    /// Where a claimed file came from.
    pub fn came_from(&self, claim: &Claim) -> PathBuf {
        self.inbox.join(&claim.rel)
    }

    /// Makes the folder of a new batch; returns its name.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn begin(&self, now: Timestamp) -> io::Result<String> {
        make_folder(&self.root)?;
        loop {
            let chance = RandomState::new().hash_one(now.as_nanosecond()) & 0xffff;
            let batch = format!("{}-{chance:04x}", now.strftime(BATCH_NAME));
            match fs::create_dir(self.root.join(&batch)) {
                Ok(()) => return Ok(batch),
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Makes the names of claimed files durable.
    ///
    /// # Errors
    /// As [`sync_folder`].
    pub fn sync<'c>(&self, claims: impl IntoIterator<Item = &'c Claim>) -> io::Result<()> {
        let mut folders: Vec<PathBuf> = vec![self.root.clone()];
        for claim in claims {
            let path = self.path(claim);
            folders.extend(path.ancestors().skip(1).take_while(|f| *f != self.root).map(Path::to_owned));
        }
        folders.sort();
        folders.dedup();
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }

    /// Says on disk that the files of a batch are being parsed: should the process end now, they are suspects.
    ///
    /// # Errors
    /// If the folder cannot be renamed.
    pub fn parsing(&self, batch: &str) -> io::Result<()> {
        let suspects = self.root.join(batch).join("1");
        if suspects.exists() {
            clear_folder(&suspects)?;
        }
        fs::rename(self.root.join(batch).join("0"), suspects)
    }

    /// Takes back [`Work::parsing`]: whatever ends the process from now on, it was not the parsing.
    ///
    /// # Errors
    /// If the folder cannot be renamed.
    pub fn parsed(&self, batch: &str) -> io::Result<()> {
        fs::rename(self.root.join(batch).join("1"), self.root.join(batch).join("0"))
    }

    /// Changes the suspicion against one file, which is part of its place; returns the claim as it is then.
    ///
    /// # Errors
    /// If the file cannot be renamed.
    pub fn suspect(&self, claim: &Claim, suspicion: u8) -> io::Result<Claim> {
        let suspect = Claim { suspicion, ..claim.clone() };
        let (from, to) = (self.path(claim), self.path(&suspect));
        fs::create_dir_all(parent(&to))?;
        if fs::symlink_metadata(sidecar_of(&from)).is_ok() {
            also_at(&sidecar_of(&from), &sidecar_of(&to))?;
        }
        move_new(&from, &to)?;
        Ok(suspect)
    }

    /// Names of the batches that lie here, oldest first.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn batches(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.root) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut batches = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() && !name.starts_with('.') {
                batches.push(name);
            }
        }
        batches.sort();
        Ok(batches)
    }

    /// The claimed files of a batch, in the order in which the inbox is scanned.
    pub fn claims(&self, batch: &str) -> Vec<Claim> {
        let mut claims = Vec::new();
        for suspicion in 0..=1 {
            let root = self.root.join(batch).join(suspicion.to_string());
            let files = if root.is_dir() { super::scan(&root).0 } else { Vec::new() };
            let rel = |f: Found| f.path.strip_prefix(&root).map(Path::to_owned).ok();
            claims.extend(files.into_iter().filter_map(rel).map(|rel| Claim { batch: batch.to_owned(), rel, suspicion }));
        }
        claims.sort();
        claims
    }

    /// Removes what is left of a batch that has no files any more: its folders, and sidecars. A sidecar is given its next name before its
    /// file is moved, so that one without a file is never the last of its kind.
    ///
    /// # Errors
    /// If something cannot be removed.
    pub fn clear(&self, batch: &str) -> io::Result<()> {
        if self.claims(batch).is_empty() { clear_folder(&self.root.join(batch)) } else { Ok(()) }
    }
}

/// Removes folders and sidecars; anything else is left alone with the folders it is in.
fn clear_folder(root: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(root).contents_first(true).into_iter().filter_map(Result::ok) {
        let path = entry.path();
        match () {
            () if entry.file_type().is_dir() => fs::remove_dir(path)?,
            () if super::is_sidecar(path) => fs::remove_file(path)?,
            () => {
                tracing::warn!(file = %path.display(), "was not put there by wirefold; it is left alone");
                return Ok(());
            }
        }
    }
    Ok(())
}
