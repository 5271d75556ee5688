//! Opening the database: made, migrated, and left alone where a later version has been.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use uuid::Uuid;

use crate::state;
use crate::{HistoryError, HistoryErrorKind, Retention};

/// The database in the state directory.
pub const FILE_NAME: &str = "history.sqlite";
/// The version of the schema that this program writes.
pub const SCHEMA_VERSION: i64 = 2;
/// What leads from each version of the schema to the next.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql"), include_str!("schema-2.sql")];
/// Before each run of this many the log is copied into the database. Whoever opens the record first reads the whole
/// log, so a long one costs each run; each copying costs a sync more. SQLite itself copies one of 1,000 pages at once.
const LOG_OF_RUNS: i64 = 12;
/// Bytes. A run changes a few rows in four places, and the log gets the whole page of each: with the usual 4,096
/// reading it again at each opening was three quarters of what a run costs.
const PAGE: i64 = 1_024;

/// The record of this user's runs on this host.
#[derive(Debug)]
pub struct History {
    pub(crate) connection: Connection,
    path: PathBuf,
    /// The run begun last, with its row.
    pub(crate) begun: Option<(Uuid, i64)>,
    pub(crate) retention: Retention,
    /// Whether there is a write-ahead log, into which writing need not wait for the disk.
    has_log: bool,
    note: Option<String>,
}

impl History {
    /// Opens the record in this directory, and makes both where they are missing. Waits at most `patience` for
    /// others, here and in every later call.
    ///
    /// ```
    /// use std::time::Duration;
    /// use history::History;
    ///
    /// let folder = tempfile::tempdir().unwrap();
    /// let history = History::open(&folder.path().join("crontools"), Duration::from_secs(5))?;
    /// assert!(history.path().ends_with("crontools/history.sqlite"));
    /// assert!(history.jobs()?.is_empty());
    /// # Ok::<(), history::HistoryError>(())
    /// ```
    pub fn open(folder: &Path, patience: Duration) -> Result<History, HistoryError> {
        state::prepare(folder)?;
        let path = folder.join(FILE_NAME);
        state::create_private(&path)
            .map_err(|error| HistoryError::new(&path, HistoryErrorKind::ReadOnly(error.to_string())))?;
        let opened = connect(&path, patience);
        let (connection, has_log, note) = opened.map_err(|error| HistoryError::from_sqlite(&path, &error))?;
        let mut history = History {
            connection,
            path,
            begun: None,
            retention: Retention::default(),
            has_log,
            note,
        };
        history.migrate()?;
        Ok(history)
    }

    /// From now on waits at most so long for others.
    pub fn set_patience(&mut self, patience: Duration) -> Result<(), HistoryError> {
        self.attempt(|connection| connection.busy_timeout(patience))
    }

    /// From now on keeps so much.
    pub fn set_retention(&mut self, retention: Retention) {
        self.retention = retention;
    }

    /// The database's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What does not keep the record from working but should be known; once, when it is found.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    fn migrate(&mut self) -> Result<(), HistoryError> {
        let found = self.attempt(version)?;
        if found > SCHEMA_VERSION {
            let kind = HistoryErrorKind::Newer {
                found,
                known: SCHEMA_VERSION,
            };
            return Err(HistoryError::new(&self.path, kind));
        }
        if found == SCHEMA_VERSION {
            return Ok(());
        }
        self.write(|transaction| {
            // Another may have been quicker.
            let found = usize::try_from(version(transaction)?).unwrap_or(usize::MAX);
            for step in MIGRATIONS.iter().skip(found) {
                transaction.execute_batch(step)?;
            }
            if found < MIGRATIONS.len() {
                transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            Ok(())
        })
    }

    /// Copies the log into the database now and then, right before something is written: that then begins the log
    /// anew. After a write it would be of no use, as whoever opens the log next does not know how far it was copied.
    pub(crate) fn keep_log_short(&self) {
        let last = "SELECT coalesce(max(id), 0) FROM runs";
        let last = self.connection.query_row(last, [], |row| row.get::<_, i64>(0));
        if last.is_ok_and(|last| (last + 1) % LOG_OF_RUNS == 0) {
            // Others may be reading or writing: then a later run does it.
            let _ = self
                .connection
                .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
    }

    /// One transaction that writes, begun as one: it waits for others before it has read anything.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, HistoryError> {
        let path = &self.path;
        let done = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                let result = work(&transaction)?;
                transaction.commit()?;
                Ok(result)
            });
        done.map_err(|error| HistoryError::from_sqlite(path, &error))
    }

    /// A transaction that need not survive a power failure, as long as nobody calls [`History::reach_disk`] or writes
    /// another that must. It survives the death of any process.
    pub(crate) fn write_unsynced<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, HistoryError> {
        self.attempt(|connection| connection.pragma_update(None, "synchronous", "NORMAL"))?;
        let result = self.write(work);
        self.attempt(|connection| connection.pragma_update(None, "synchronous", "FULL"))?;
        result
    }

    /// Waits until all that was written survives a power failure, too.
    pub fn reach_disk(&self) -> Result<(), HistoryError> {
        if !self.has_log {
            return Ok(()); // each write has waited
        }
        // SQLite's locks are on other files, so that closing this one gives up none of them.
        let synced = fs::File::open(log_of(&self.path)).and_then(|log| log.sync_data());
        synced.map_err(|error| HistoryError::new(&self.path, HistoryErrorKind::Other(error.to_string())))
    }

    pub(crate) fn attempt<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, HistoryError> {
        work(&self.connection).map_err(|error| HistoryError::from_sqlite(&self.path, &error))
    }
}

/// The write-ahead log beside the database.
fn log_of(path: &Path) -> PathBuf {
    path.with_file_name(format!("{FILE_NAME}-wal"))
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn connect(path: &Path, patience: Duration) -> rusqlite::Result<(Connection, bool, Option<String>)> {
    let has_log = log_of(path).exists();
    let connection = opened(path, patience)?;
    if fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        connection.pragma_update(None, "page_size", PAGE)?;
        with_wal(&connection, patience)?;
    }
    let mode = || match has_log {
        // Each statement costs, also one that only asks.
        true => Ok("wal".to_owned()),
        false => connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)),
    };
    let (connection, mode, note) = match version(&connection).and_then(|_| mode()) {
        Err(error) if is_without_shared_memory(&error) => {
            drop(connection);
            let note = format!(
                "{} is on a file system without shared memory: it works there, but slower",
                path.display()
            );
            (without_wal(path, patience)?, String::new(), Some(note))
        }
        mode => (connection, mode?, None),
    };
    // The last one out would copy the whole log into the database, with three syncs, each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    if !has_log {
        // SQLite may be built not to do this (.cargo/config.toml), for it would at each opening. Without it the log
        // itself could be gone after a power failure. A file system that cannot sync a directory needs it not.
        let folder = path.parent().map(fs::File::open);
        let _ = folder.map(|folder| folder.and_then(|folder| folder.sync_all()));
    }
    if mode != "wal" {
        // One that stays there is emptied with a sync; that it was removed could be forgotten in a power failure.
        connection.query_row("PRAGMA journal_mode = PERSIST", [], |_| Ok(()))?;
    }
    Ok((connection, mode == "wal", note))
}

fn opened(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
    // Not made here: the file is there, and for its owner only.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(patience)?;
    Ok(connection)
}

/// Whether the write-ahead log failed for want of memory that processes share, as on some network file systems.
fn is_without_shared_memory(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{
        SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE,
    };
    let kinds = [
        SQLITE_IOERR_SHMLOCK,
        SQLITE_IOERR_SHMMAP,
        SQLITE_IOERR_SHMOPEN,
        SQLITE_IOERR_SHMSIZE,
    ];
    error
        .sqlite_error()
        .is_some_and(|error| kinds.contains(&error.extended_code))
}

/// Puts the database back to a rollback journal, for good. Whoever locks it for itself alone needs no shared memory
/// to read the log that is there.
fn without_wal(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
    let connection = opened(path, patience)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    drop(connection);
    opened(path, patience)
}

/// Turns on the write-ahead log. SQLite does not wait when several do so at once, so we do.
fn with_wal(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        let set = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
        match set {
            Err(error) if is_without_shared_memory(&error) => return Ok(()), // seen again at the first reading
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Instant::now() < deadline => {}
            set => return set,
        }
        thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_record_syncs_each_commit_without_being_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(folder.path(), Duration::from_secs(5)).unwrap();
        let asked = |what: &str| history.connection.query_row(what, [], |row| row.get::<_, i64>(0));
        // A run that was told to a person must still be known after a power failure: FULL.
        assert_eq!(asked("PRAGMA synchronous"), Ok(2));
        assert_eq!(asked("PRAGMA foreign_keys"), Ok(1));
        assert_eq!(asked("PRAGMA page_size"), Ok(PAGE));
    }
}
