//! Questions to the record.

use std::time::{Duration, SystemTime};

use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use crate::HistoryError;
use crate::open::History;
use crate::run::{Outcome, StreamCount, Usage, time};

/// A run as it stands in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRun {
    /// Its ID.
    pub id: Uuid,
    /// The job's name.
    pub job: String,
    /// What was run.
    pub command: String,
    /// On which host.
    pub host: String,
    /// By whom.
    pub user: String,
    /// The wrapper's process number.
    pub pid: u32,
    /// When it began.
    pub started: SystemTime,
    /// How long it took, if its end is known.
    pub took: Option<Duration>,
    /// How it ended; nothing while it runs.
    pub outcome: Option<Outcome>,
    /// Whether that is a failure.
    pub failed: bool,
    /// What it has used.
    pub usage: Usage,
    /// Its standard output.
    pub stdout: StreamCount,
    /// Its standard error.
    pub stderr: StreamCount,
    /// Where all of its output is.
    pub log: Option<String>,
}

/// How long a job usually takes, from its last successful runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// Half of the runs took less.
    pub median: Duration,
    /// The longest of them.
    pub longest: Duration,
    /// How many runs that is from.
    pub runs: usize,
}

const COLUMNS: &str =
    "run, name, command, host, user, pid, started, took, outcome, code, reason, failed, user_time,
    system_time, max_rss, blocks_in, blocks_out, stdout_bytes, stdout_lines, stderr_bytes, stderr_lines, log";

impl History {
    /// The last runs of a job, the latest first.
    pub fn last(&self, job: &str, count: usize) -> Result<Vec<RecordedRun>, HistoryError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM runs JOIN jobs ON jobs.id = job
             WHERE job = (SELECT id FROM jobs WHERE name = ?) ORDER BY runs.id DESC LIMIT ?"
        );
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.attempt(|connection| {
            connection
                .prepare(&sql)?
                .query_map(params![job, count], recorded)?
                .collect()
        })
    }

    /// One run.
    pub fn find(&self, id: Uuid) -> Result<Option<RecordedRun>, HistoryError> {
        let sql = format!("SELECT {COLUMNS} FROM runs JOIN jobs ON jobs.id = job WHERE run = ?");
        self.attempt(|connection| connection.query_row(&sql, [id.as_bytes()], recorded).optional())
    }

    /// Head and tail of a run's output, where they are kept.
    pub fn output(&self, id: Uuid) -> Result<Option<Vec<u8>>, HistoryError> {
        let sql = "SELECT text FROM output WHERE run = (SELECT id FROM runs WHERE run = ?)";
        self.attempt(|connection| {
            connection
                .query_row(sql, [id.as_bytes()], |row| row.get(0))
                .optional()
        })
    }

    /// The names of all jobs.
    pub fn jobs(&self) -> Result<Vec<String>, HistoryError> {
        let sql = "SELECT name FROM jobs ORDER BY name";
        self.attempt(|connection| {
            connection
                .prepare(sql)?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// When a run of a job last ended well.
    pub fn last_success(&self, job: &str) -> Result<Option<SystemTime>, HistoryError> {
        let sql = "SELECT ended FROM runs WHERE job = (SELECT id FROM jobs WHERE name = ?) AND failed = 0
                   ORDER BY id DESC LIMIT 1";
        let ended =
            self.attempt(|connection| connection.query_row(sql, [job], |row| row.get(0)).optional())?;
        Ok(ended.map(time))
    }

    /// How long a job usually takes; nothing before it has succeeded.
    pub fn usual(&self, job: &str) -> Result<Option<Usual>, HistoryError> {
        let sql = "SELECT took FROM (SELECT took, failed FROM runs WHERE job = (SELECT id FROM jobs WHERE name = ?)
                   AND outcome IS NOT NULL ORDER BY id DESC LIMIT 50) WHERE failed = 0 AND took IS NOT NULL ORDER BY took";
        let took: Vec<i64> = self.attempt(|connection| {
            connection
                .prepare(sql)?
                .query_map([job], |row| row.get(0))?
                .collect()
        })?;
        let span = |micros: &i64| Duration::from_micros(micros.unsigned_abs());
        let middle = took.get(took.len() / 2).map(span);
        Ok(middle.zip(took.last().map(span)).map(|(median, longest)| Usual {
            median,
            longest,
            runs: took.len(),
        }))
    }
}

fn recorded(row: &Row<'_>) -> rusqlite::Result<RecordedRun> {
    let number = |column: &str| {
        row.get::<_, Option<i64>>(column)
            .map(|value| value.unwrap_or(0).unsigned_abs())
    };
    let span = |column: &str| number(column).map(Duration::from_micros);
    let took: Option<i64> = row.get("took")?;
    let outcome: Option<String> = row.get("outcome")?;
    let (code, reason) = (row.get("code")?, row.get("reason")?);
    Ok(RecordedRun {
        id: Uuid::from_bytes(row.get("run")?),
        job: row.get("name")?,
        command: row.get("command")?,
        host: row.get("host")?,
        user: row.get("user")?,
        pid: row.get("pid")?,
        started: time(row.get("started")?),
        took: took.map(|took| Duration::from_micros(took.unsigned_abs())),
        outcome: outcome.map(|word| Outcome::from_columns(&word, code, reason)),
        failed: row.get::<_, Option<bool>>("failed")?.unwrap_or(false),
        usage: Usage {
            user: span("user_time")?,
            system: span("system_time")?,
            max_rss: number("max_rss")?,
            blocks_in: number("blocks_in")?,
            blocks_out: number("blocks_out")?,
        },
        stdout: StreamCount {
            bytes: number("stdout_bytes")?,
            lines: number("stdout_lines")?,
        },
        stderr: StreamCount {
            bytes: number("stderr_bytes")?,
            lines: number("stderr_lines")?,
        },
        log: row.get("log")?,
    })
}
