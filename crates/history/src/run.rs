//! One run in the record: its beginning, its end, and the runs that never came to one.

use std::time::{Duration, SystemTime};

use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::open::History;
use crate::outbox::{self, Claimed, NewReport};
use crate::process::{self, Elsewhere, Process};
use crate::{HistoryError, retention};

/// A run that begins.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Its ID, the same that the monitor is told.
    pub id: Uuid,
    /// The job's name.
    pub job: String,
    /// What is run, without its secrets.
    pub command: String,
    /// The host's name.
    pub host: String,
    /// Who runs it.
    pub user: String,
    /// The wrapper's process.
    pub wrapper: Process,
    /// The job's own process, once it is there.
    pub child: Option<Process>,
    /// When it began.
    pub started: SystemTime,
}

impl NewRun {
    /// A run of this very process on this host.
    pub fn here(id: Uuid, job: &str, command: &str, user: &str, started: SystemTime) -> NewRun {
        NewRun {
            id,
            job: job.to_owned(),
            command: command.to_owned(),
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            user: user.to_owned(),
            wrapper: Process::look_up(std::process::id()),
            child: None,
            started,
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// By itself, with this code.
    Exited(u8),
    /// By this signal.
    Signaled(u8),
    /// By its time limit.
    TimedOut,
    /// It never began: the code for that (125 to 127), and why.
    NotStarted(u8, String),
    /// It was not to run, such as because the run before had not ended.
    Skipped,
    /// Its wrapper and its process are gone, and nobody saw how.
    Lost,
}

impl Outcome {
    /// The word in the record, the number, and the reason.
    fn columns(&self) -> (&'static str, Option<u8>, Option<&str>) {
        match self {
            Outcome::Exited(code) => ("exited", Some(*code), None),
            Outcome::Signaled(signal) => ("signaled", Some(*signal), None),
            Outcome::TimedOut => ("timed-out", None, None),
            Outcome::NotStarted(code, reason) => ("not-started", Some(*code), Some(reason)),
            Outcome::Skipped => ("skipped", None, None),
            Outcome::Lost => ("lost", None, None),
        }
    }

    pub(crate) fn from_columns(word: &str, code: Option<u8>, reason: Option<String>) -> Outcome {
        match word {
            "exited" => Outcome::Exited(code.unwrap_or(0)),
            "signaled" => Outcome::Signaled(code.unwrap_or(0)),
            "timed-out" => Outcome::TimedOut,
            "not-started" => Outcome::NotStarted(code.unwrap_or(125), reason.unwrap_or_default()),
            "skipped" => Outcome::Skipped,
            _ => Outcome::Lost,
        }
    }
}

/// What a run has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time of its own.
    pub user: Duration,
    /// CPU time of the kernel for it.
    pub system: Duration,
    /// Its largest size in memory, in bytes.
    pub max_rss: u64,
    /// Blocks read from a disk.
    pub blocks_in: u64,
    /// Blocks written to a disk.
    pub blocks_out: u64,
}

/// What came through one of its streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamCount {
    /// Bytes.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
}

/// The end of a run.
#[derive(Clone, Debug)]
pub struct End {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether that is a failure, by the rules of this job.
    pub failed: bool,
    /// How long it took, by a clock that nobody sets.
    pub took: Duration,
    /// What it has used.
    pub usage: Usage,
    /// Its standard output.
    pub stdout: StreamCount,
    /// Its standard error.
    pub stderr: StreamCount,
    /// Head and tail of its output.
    pub output: Vec<u8>,
    /// Where all of its output is.
    pub log: Option<String>,
}

impl End {
    /// An end of which nothing more is known.
    pub fn new(outcome: Outcome, failed: bool, took: Duration) -> End {
        End {
            outcome,
            failed,
            took,
            usage: Usage::default(),
            stdout: StreamCount::default(),
            stderr: StreamCount::default(),
            output: Vec::new(),
            log: None,
        }
    }
}

/// What is to be kept and told because of an end.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The job's new status for the alert rule; nothing to leave it as it is.
    pub status: Option<String>,
    /// What is to be delivered.
    pub reports: Vec<NewReport>,
    /// For how long we ourselves will be trying to deliver it; until then nobody else does.
    pub hold: Duration,
}

/// A run that was begun and of which nothing is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostRun {
    /// Its ID.
    pub id: Uuid,
    /// The job's name.
    pub job: String,
    /// When it began.
    pub started: SystemTime,
    /// Whether the host was booted since; else something killed its wrapper.
    pub host_went_down: bool,
}

impl History {
    /// Writes down that a run has begun.
    pub fn begin(&mut self, run: &NewRun) -> Result<(), HistoryError> {
        let rows = self.unhurried(|history| history.write(|transaction| insert(transaction, run)))?;
        self.begun = Some((run.id, rows));
        Ok(())
    }

    /// Writes down how a run ended, in one transaction with what `decide` wants told, which is given the job's
    /// status as the last run left it. It is no error if the run's beginning was never written.
    ///
    /// Returns the reports that we are to deliver now; others stand behind earlier ones to the same address.
    pub fn finish(
        &mut self,
        run: &NewRun,
        end: &End,
        decide: impl FnOnce(Option<&str>) -> Decision,
    ) -> Result<Vec<Claimed>, HistoryError> {
        let begun = self.begun.filter(|(id, _)| *id == run.id).map(|(_, rows)| rows);
        self.write(|transaction| {
            let (id, job) = match begun {
                Some(rows) => rows,
                None => insert(transaction, run)?,
            };
            close(transaction, id, end, run.started + end.took)?;
            if !end.output.is_empty() {
                transaction.execute("INSERT INTO output VALUES (?, ?)", params![id, end.output])?;
            }
            settle(transaction, job, run.id, &run.job, decide)
        })
    }

    /// Puts reports about a run into the outbox while it is still going on.
    pub fn tell(&mut self, run: &NewRun, decision: &Decision) -> Result<Vec<Claimed>, HistoryError> {
        self.write(|transaction| outbox::put(transaction, run.id, &run.job, decision))
    }

    /// Finds runs of this host that were begun and whose processes are gone, and writes them down as lost, each in
    /// one transaction with what `decide` wants told about it.
    pub fn sweep(
        &mut self,
        host: &str,
        mut decide: impl FnMut(&LostRun, Option<&str>) -> Decision,
    ) -> Result<Vec<LostRun>, HistoryError> {
        let here = process::place();
        let open = self.attempt(|connection| {
            let mut statement = connection.prepare(
                "SELECT runs.id, run, job, name, started, place, pid, pid_started, child, child_started
                 FROM runs JOIN jobs ON jobs.id = job WHERE outcome IS NULL AND host = ? ORDER BY runs.id LIMIT 1000",
            )?;
            let rows = statement.query_map([host], OpenRun::read)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let mut lost = Vec::new();
        for open in open.into_iter().filter(|open| open.is_gone(&here)) {
            let run = open.lost(&here);
            let first = self.write(|transaction| {
                let sql = "UPDATE runs SET outcome = 'lost', failed = 1 WHERE id = ? AND outcome IS NULL";
                let first = transaction.execute(sql, [open.row])? == 1;
                if first {
                    settle(transaction, open.job, run.id, &run.job, |status| {
                        decide(&run, status)
                    })?;
                }
                Ok(first)
            })?;
            lost.extend(first.then_some(run)); // not if another was quicker
        }
        Ok(lost)
    }
}

/// A run without an end, as it stands in the record.
struct OpenRun {
    row: i64,
    run: Uuid,
    job: i64,
    name: String,
    started: SystemTime,
    place: String,
    wrapper: Process,
    child: Option<Process>,
}

impl OpenRun {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<OpenRun> {
        let child: Option<u32> = row.get(8)?;
        let child_started: Option<i64> = row.get(9)?;
        Ok(OpenRun {
            row: row.get(0)?,
            run: Uuid::from_bytes(row.get(1)?),
            job: row.get(2)?,
            name: row.get(3)?,
            started: time(row.get(4)?),
            place: row.get(5)?,
            wrapper: Process {
                id: row.get(6)?,
                started: row.get::<_, i64>(7)?.unsigned_abs(),
            },
            child: child.zip(child_started).map(|(id, started)| Process {
                id,
                started: started.unsigned_abs(),
            }),
        })
    }

    /// Nobody is left who could write its end, and nobody whom it could be about.
    fn is_gone(&self, here: &str) -> bool {
        match process::compare(&self.place, here) {
            Elsewhere::Here => self.wrapper.is_gone() && self.child.is_none_or(Process::is_gone),
            Elsewhere::EarlierBoot => true,
            Elsewhere::OtherNamespace => false,
        }
    }

    fn lost(&self, here: &str) -> LostRun {
        let host_went_down = process::compare(&self.place, here) == Elsewhere::EarlierBoot;
        LostRun {
            id: self.run,
            job: self.name.clone(),
            started: self.started,
            host_went_down,
        }
    }
}

/// The row of a run, made if it is not there, and the row of its job.
fn insert(transaction: &Transaction<'_>, run: &NewRun) -> rusqlite::Result<(i64, i64)> {
    let known = "SELECT id, job FROM runs WHERE run = ?";
    let bytes = run.id.as_bytes();
    let found = transaction
        .query_row(known, [bytes], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some(rows) = found {
        return Ok(rows);
    }
    transaction.execute(
        "INSERT INTO jobs (name) VALUES (?) ON CONFLICT DO NOTHING",
        [&run.job],
    )?;
    let job: i64 =
        transaction.query_row("SELECT id FROM jobs WHERE name = ?", [&run.job], |row| row.get(0))?;
    let sql = "INSERT INTO runs (run, job, command, host, user, pid, pid_started, child, child_started, place, started)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let ticks = |process: Process| process.started.cast_signed();
    let values = params![
        bytes,
        job,
        run.command,
        run.host,
        run.user,
        run.wrapper.id,
        ticks(run.wrapper),
        run.child.map(|child| child.id),
        run.child.map(ticks),
        process::place(),
        micros(run.started),
    ];
    transaction.execute(sql, values)?;
    let id = transaction.last_insert_rowid();
    retention::forget_runs(transaction, job, id, run.started)?;
    Ok((id, job))
}

fn close(transaction: &Transaction<'_>, id: i64, end: &End, ended: SystemTime) -> rusqlite::Result<()> {
    let (word, code, reason) = end.outcome.columns();
    let sql = "UPDATE runs SET ended = ?, took = ?, outcome = ?, code = ?, reason = ?, failed = ?, user_time = ?,
               system_time = ?, max_rss = ?, blocks_in = ?, blocks_out = ?, stdout_bytes = ?, stdout_lines = ?,
               stderr_bytes = ?, stderr_lines = ?, log = ? WHERE id = ?";
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let span = |span: Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    let values = params![
        micros(ended),
        span(end.took),
        word,
        code,
        reason,
        end.failed,
        span(end.usage.user),
        span(end.usage.system),
        number(end.usage.max_rss),
        number(end.usage.blocks_in),
        number(end.usage.blocks_out),
        number(end.stdout.bytes),
        number(end.stdout.lines),
        number(end.stderr.bytes),
        number(end.stderr.lines),
        end.log,
        id,
    ];
    transaction.execute(sql, values)?;
    Ok(())
}

/// Asks what is to be told, and writes that down.
fn settle(
    transaction: &Transaction<'_>,
    job: i64,
    run: Uuid,
    name: &str,
    decide: impl FnOnce(Option<&str>) -> Decision,
) -> rusqlite::Result<Vec<Claimed>> {
    let status: Option<String> =
        transaction.query_row("SELECT status FROM jobs WHERE id = ?", [job], |row| row.get(0))?;
    let decision = decide(status.as_deref());
    if let Some(status) = &decision.status {
        transaction.execute("UPDATE jobs SET status = ? WHERE id = ?", params![status, job])?;
    }
    outbox::put(transaction, run, name, &decision)
}

/// Microseconds since 1970.
pub(crate) fn micros(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    }
}

/// The moment of so many microseconds since 1970.
pub(crate) fn time(micros: i64) -> SystemTime {
    let span = Duration::from_micros(micros.unsigned_abs());
    if micros < 0 {
        SystemTime::UNIX_EPOCH - span
    } else {
        SystemTime::UNIX_EPOCH + span
    }
}
