//! What is forgotten, a little at each run, so that no run has much to do.

use std::time::{Duration, SystemTime};

use rusqlite::{Transaction, params};

use crate::HistoryError;
use crate::open::History;
use crate::run::micros;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Runs older than this are forgotten.
    pub age: Duration,
    /// So many runs of each job are kept.
    pub runs: u32,
    /// Of so many successful runs of a job at least the output is kept; of failures it always is.
    pub outputs: u32,
}

impl Default for Retention {
    fn default() -> Retention {
        Retention {
            age: Duration::from_secs(400 * 86_400),
            runs: 100_000,
            outputs: 20,
        }
    }
}

/// Rows forgotten by one run: as many as it may add, and some more, so that it never falls behind.
const AT_ONCE: i64 = 20;

impl History {
    /// Forgets all that is past its time, at once; for a change of the settings, and for maintenance.
    pub fn forget(&mut self, retention: Retention, now: SystemTime) -> Result<usize, HistoryError> {
        let oldest = micros(now.checked_sub(retention.age).unwrap_or(SystemTime::UNIX_EPOCH));
        self.write(|transaction| {
            let by_age = "DELETE FROM runs WHERE started < ? AND outcome IS NOT NULL";
            let by_count = "DELETE FROM runs WHERE outcome IS NOT NULL AND id IN (
                SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY job ORDER BY id DESC) AS place FROM runs)
                WHERE place > ?)";
            let outputs = "DELETE FROM output WHERE run IN (
                SELECT id FROM (SELECT id, failed, row_number() OVER (PARTITION BY job ORDER BY id DESC) AS place FROM runs)
                WHERE place > ? AND failed = 0)";
            transaction.execute(outputs, [retention.outputs])?;
            Ok(transaction.execute(by_age, [oldest])? + transaction.execute(by_count, [retention.runs])?)
        })
    }
}

/// Forgets the oldest runs of a job and the output of older ones, when a new one is written.
pub(crate) fn forget_runs(
    transaction: &Transaction<'_>,
    job: i64,
    newest: i64,
    now: SystemTime,
    keep: Retention,
) -> rusqlite::Result<()> {
    // Not at each run, and never a look at all of a job's runs where it can be helped: there may be 100,000.
    if newest % AT_ONCE != 0 {
        return Ok(());
    }
    let oldest = micros(now.checked_sub(keep.age).unwrap_or(SystemTime::UNIX_EPOCH));
    let by_age = "DELETE FROM runs WHERE id IN (
        SELECT id FROM (SELECT id, started, outcome FROM runs WHERE job = ? ORDER BY id LIMIT ?)
        WHERE started < ? AND outcome IS NOT NULL)";
    transaction.execute(by_age, params![job, AT_ONCE * 2, oldest])?;
    let first = "SELECT min(id) FROM runs WHERE job = ?";
    let first: i64 = transaction.query_row(first, [job], |row| row.get(0))?;
    if newest - first >= i64::from(keep.runs) {
        let by_count =
            "DELETE FROM runs WHERE outcome IS NOT NULL AND id IN (SELECT id FROM runs WHERE job = ?1
            ORDER BY id LIMIT max(0, min(?2, (SELECT count(*) FROM runs WHERE job = ?1) - ?3)))";
        transaction.execute(by_count, params![job, AT_ONCE * 2, keep.runs])?;
    }
    forget_outputs(transaction, job, keep.outputs)
}

/// Forgets the output of a job's older successes.
fn forget_outputs(transaction: &Transaction<'_>, job: i64, outputs: u32) -> rusqlite::Result<()> {
    // Those between the last, which stay, and those that an earlier call has seen.
    let sql = "DELETE FROM output WHERE run IN (SELECT id FROM runs WHERE job = ? ORDER BY id DESC LIMIT ? OFFSET ?)
        AND (SELECT failed FROM runs WHERE id = output.run) = 0";
    transaction.execute(sql, params![job, AT_ONCE * 50, outputs])?;
    Ok(())
}
