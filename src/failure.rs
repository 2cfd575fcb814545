//! How a command can fail, and the exit code that says so.

use std::fmt;
use std::path::Path;

use crate::store::StoreError;
use crate::text::clean::Safe;

/// A failure that ends a command: one line that says what failed and where, and one that says what to do next.
#[derive(Debug)]
pub struct Failure {
    /// Exit code: 0 whoever read the output closed it, 2 usage or configuration, 3 store or folder unusable, 4 not found, 75 try again.
    pub code: u8,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// Wrong usage or configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into(), hint: None }
    }

    /// The store or a folder cannot be used.
    pub fn unusable(message: impl Into<String>) -> Self {
        Self { code: 3, message: message.into(), hint: None }
    }

    /// Nothing by that name.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { code: 4, message: message.into(), hint: None }
    }

    /// Another instance is at work.
    pub fn locked(message: impl Into<String>) -> Self {
        Self { code: 75, message: message.into(), hint: None }
    }

    /// With the next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A folder or file that the system refuses.
    pub fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::unusable(format!("{what} {}: {error}", Safe::path(path)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Safe::block(&self.message).fmt(f)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {}", Safe::block(hint)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    /// The output could not be written; whoever closed the pipe has had enough, which is no failure.
    fn from(error: std::io::Error) -> Self {
        let code = if error.kind() == std::io::ErrorKind::BrokenPipe { 0 } else { 3 };
        Self { code, message: format!("cannot write the output: {error}"), hint: None }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Locked { .. } => Self::locked(message).hint("wait for the other process, or stop it"),
            StoreError::Missing { .. } => {
                Self::unusable(message).hint("run `wirefold ingest PATH` or `wirefold run` first, or name another store with --db")
            }
            StoreError::Newer { .. } => {
                Self::unusable(message).hint("use the newer wirefold that wrote it, or name another store with --db")
            }
            _ => Self::unusable(message).hint("check the file with --db, its folder and its permissions"),
        }
    }
}
