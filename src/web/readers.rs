//! Readers of the store that answered a question and wait for the next: to open one and read the schema takes as long as a small page.

use std::ops::Deref;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::store::{Reader, StoreError};

/// Which file a reader has open: device and number. A rebuild puts another one in its place.
pub type File = (u64, u64);

/// Readers that wait.
#[derive(Default)]
pub struct Readers(Mutex<Vec<(File, Reader)>>);

/// A reader for one question. It goes back when this is dropped, unless the question panicked.
pub struct Lent {
    reader: Option<(File, Reader)>,
    home: Arc<Readers>,
}

impl Readers {
    /// A reader of the store that lies at `path` now, which gives up after `limit` of work.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn lend(self: &Arc<Self>, path: &Path, limit: Duration) -> Result<Lent, StoreError> {
        let file = std::fs::metadata(path).map_or((0, 0), |m| (m.dev(), m.ino()));
        let (file, reader) = match self.waiting(file) {
            Some(reader) => {
                reader.check(path)?;
                (file, reader)
            }
            None => (file, Reader::open(path)?),
        };
        reader.stop_after(limit)?;
        Ok(Lent { reader: Some((file, reader)), home: self.clone() })
    }

    /// One that waits and has this file open; those that have another are closed.
    fn waiting(&self, file: File) -> Option<Reader> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(of, _)| *of == file);
        waiting.pop().map(|(_, reader)| reader)
    }
}

impl Lent {
    /// Which file it has open.
    pub fn file(&self) -> File {
        self.reader.as_ref().map_or((0, 0), |(file, _)| *file)
    }
}

impl Deref for Lent {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader.as_ref().expect("it is given back only when this is dropped").1
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.home.0.lock().unwrap_or_else(PoisonError::into_inner).extend(self.reader.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn a_reader_is_lent_again_until_another_store_lies_there() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("store.db"), folder.path().join("other.db"));
        drop((Store::open(&path).unwrap(), Store::open(&other).unwrap()));
        let readers = Arc::new(Readers::default());
        let waiting = || readers.0.lock().unwrap().len();
        let lend = || readers.lend(&path, Duration::from_secs(1));
        let (one, two) = (lend().unwrap(), lend().unwrap());
        assert_eq!(waiting(), 0);
        drop((one, two));
        drop(lend().unwrap());
        assert_eq!(waiting(), 2, "none was opened");
        std::fs::rename(&other, &path).unwrap();
        drop(lend().unwrap());
        assert_eq!(waiting(), 1, "a new one");
        rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(lend(), Err(StoreError::Newer { .. })), "looked at each time");
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(lend(), Err(StoreError::Missing { .. })));
        assert_eq!(waiting(), 0);
    }

    #[test]
    fn a_reader_of_a_question_that_panicked_is_not_lent_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        drop(Store::open(&path).unwrap());
        let readers = Arc::new(Readers::default());
        let lent = readers.lend(&path, Duration::from_secs(1)).unwrap();
        let asked = std::thread::spawn(move || {
            let _lent = lent;
            panic!("a question");
        });
        assert!(asked.join().is_err());
        assert_eq!(readers.0.lock().unwrap().len(), 0);
    }
}
