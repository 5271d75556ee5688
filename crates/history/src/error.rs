//! What can be wrong with the record; never a reason not to run a job.

use std::fmt;
use std::path::{Path, PathBuf};

/// A record that could not be opened, read or written: where, and why.
#[derive(Debug)]
pub struct HistoryError {
    /// The database or its directory.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: HistoryErrorKind,
}

/// What is wrong with the record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistoryErrorKind {
    /// The directory is not there and cannot be made, or is not ours alone.
    Folder(String),
    /// The file is no database, or a damaged one.
    Damaged(String),
    /// A later version of crontools has made it: its schema, and the one that we know.
    Newer {
        /// The schema in the file.
        found: i64,
        /// The latest that we know.
        known: i64,
    },
    /// Others have been writing for longer than we were willing to wait.
    Busy,
    /// No room on the disk.
    Full,
    /// It may be read but not written.
    ReadOnly(String),
    /// Anything else, in SQLite's words.
    Other(String),
}

impl HistoryError {
    pub(crate) fn new(path: &Path, kind: HistoryErrorKind) -> HistoryError {
        HistoryError {
            path: path.to_owned(),
            kind,
        }
    }

    pub(crate) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> HistoryError {
        use rusqlite::ErrorCode;
        let text = error.to_string();
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => HistoryErrorKind::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => HistoryErrorKind::Damaged(text),
            Some(ErrorCode::DiskFull) => HistoryErrorKind::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                HistoryErrorKind::ReadOnly(text)
            }
            _ => HistoryErrorKind::Other(text),
        };
        HistoryError::new(path, kind)
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            HistoryErrorKind::Folder(why) => write!(f, "no record in {path}: {why}"),
            HistoryErrorKind::Damaged(why) => {
                write!(f, "{path} is damaged ({why}); move it away and a new one is made")
            }
            HistoryErrorKind::Newer { found, known } => {
                write!(
                    f,
                    "{path} was made by a later version (schema {found}, this one knows {known}); update cronwrap"
                )
            }
            HistoryErrorKind::Busy => write!(f, "{path} is in use by others for too long"),
            HistoryErrorKind::Full => write!(f, "{path}: no room on the disk"),
            HistoryErrorKind::ReadOnly(why) => write!(f, "{path} cannot be written: {why}"),
            HistoryErrorKind::Other(why) => write!(f, "{path}: {why}"),
        }
    }
}

impl std::error::Error for HistoryError {}
