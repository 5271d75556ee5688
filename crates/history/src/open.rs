//! Opening the database: made, migrated, and left alone where a later version has been.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use uuid::Uuid;

use crate::state;
use crate::{HistoryError, HistoryErrorKind};

/// The database in the state directory.
pub const FILE_NAME: &str = "history.sqlite";
/// The version of the schema that this program writes.
pub const SCHEMA_VERSION: i64 = 1;
/// What leads from each version of the schema to the next.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];
/// A log of more pages than this is copied into the database when a run begins.
const LONG_LOG: i64 = 64;
/// And a log of more than this also when one ends, for hosts whose jobs are too short to be written when they begin.
/// Whoever opens the record first reads the whole log, so a long one costs each run.
const LONGEST_LOG: i64 = 128;

/// The record of this user's runs on this host.
#[derive(Debug)]
pub struct History {
    pub(crate) connection: Connection,
    path: PathBuf,
    /// The run begun last, with its row and its job's.
    pub(crate) begun: Option<(Uuid, (i64, i64))>,
    note: Option<String>,
}

impl History {
    /// Opens the record in this directory, and makes both where they are missing. Waits at most `patience` for
    /// others, here and in every later call.
    pub fn open(folder: &Path, patience: Duration) -> Result<History, HistoryError> {
        state::prepare(folder)?;
        let path = folder.join(FILE_NAME);
        state::create_private(&path)
            .map_err(|error| HistoryError::new(&path, HistoryErrorKind::ReadOnly(error.to_string())))?;
        let opened = connect(&path, patience);
        let (connection, note) = opened.map_err(|error| HistoryError::from_sqlite(&path, &error))?;
        let mut history = History {
            connection,
            path,
            begun: None,
            note,
        };
        history.migrate()?;
        Ok(history)
    }

    /// From now on waits at most so long for others.
    pub fn set_patience(&mut self, patience: Duration) -> Result<(), HistoryError> {
        self.attempt(|connection| connection.busy_timeout(patience))
    }

    /// The database's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What does not keep the record from working but should be known.
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

    /// Work after which a long log is copied into the database; for when nobody waits. The log then begins anew
    /// from its start, and to write over it takes half of what it takes to lengthen a file (measured on ext4).
    pub(crate) fn unhurried<T>(
        &mut self,
        work: impl FnOnce(&mut History) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        self.attempt(|connection| connection.pragma_update(None, "wal_autocheckpoint", LONG_LOG))?;
        let result = work(self);
        self.attempt(|connection| connection.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG))?;
        result
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

    pub(crate) fn attempt<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, HistoryError> {
        work(&self.connection).map_err(|error| HistoryError::from_sqlite(&self.path, &error))
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn connect(path: &Path, patience: Duration) -> rusqlite::Result<(Connection, Option<String>)> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(patience)?;
    // The last one out would copy the whole log into the database, with three syncs; `unhurried` does it while
    // a job runs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let mode = with_wal(&connection, patience)?;
    connection.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG)?;
    // A run that was told to a person must still be known after a power failure.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let note = (mode != "wal").then(|| {
        format!(
            "{} is on a file system without shared memory: it works, but slower",
            path.display()
        )
    });
    Ok((connection, note))
}

/// Turns on the write-ahead log. SQLite does not wait when several do so at once, so we do.
fn with_wal(connection: &Connection, patience: Duration) -> rusqlite::Result<String> {
    let deadline = Instant::now() + patience;
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        let busy = matches!(&mode, Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy));
        if !busy || Instant::now() >= deadline {
            return mode;
        }
        thread::sleep(Duration::from_millis(10));
    }
}
