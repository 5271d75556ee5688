//! Writing runs down: when they begin, and when they end.

use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params, params_from_iter};
use uuid::Uuid;

use crate::open::History;
use crate::outbox::{self, Claimed};
use crate::process::{self, Process};
use crate::run::{Decision, End, NewRun, micros};
use crate::{HistoryError, retention};

/// A job: its row, and what the alert rule has kept of it.
type Job = (i64, Option<String>);

const OF_RUN: &str = "run, job, command, host, user, pid, pid_started, child, child_started, place, started";
const OF_END: [&str; 16] = [
    "ended",
    "took",
    "outcome",
    "code",
    "reason",
    "failed",
    "user_time",
    "system_time",
    "max_rss",
    "blocks_in",
    "blocks_out",
    "stdout_bytes",
    "stdout_lines",
    "stderr_bytes",
    "stderr_lines",
    "log",
];

impl History {
    /// Writes down that a run has begun.
    pub fn begin(&mut self, run: &NewRun) -> Result<(), HistoryError> {
        self.begin_early(run)?;
        self.reach_disk()
    }

    /// The same without waiting for the disk, which most runs need not: a process that is killed has begun, a power
    /// failure before [`History::reach_disk`] may forget it.
    pub fn begin_early(&mut self, run: &NewRun) -> Result<(), HistoryError> {
        let retention = self.retention;
        self.keep_log_short();
        let row = self.write_unsynced(|transaction| {
            let (job, _) = job(transaction, &run.job)?;
            let (row, is_new) = insert(transaction, run, job, None)?;
            if is_new {
                retention::forget_runs(transaction, job, row, run.started, retention)?;
            }
            Ok(row)
        })?;
        self.begun = Some((run.id, row));
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
        let begun = self.begun.filter(|(id, _)| *id == run.id).map(|(_, row)| row);
        let retention = self.retention;
        if begun.is_none() {
            self.keep_log_short();
        }
        self.write(|transaction| {
            let job = job(transaction, &run.job)?;
            let row = match begun {
                Some(row) => row,
                None => {
                    let (row, is_new) = insert(transaction, run, job.0, Some(end))?;
                    if is_new {
                        retention::forget_runs(transaction, job.0, row, run.started, retention)?;
                        keep_output(transaction, row, end)?;
                        return settle(transaction, &job, run.id, &run.job, decide);
                    }
                    row
                }
            };
            close(transaction, row, run, end)?;
            keep_output(transaction, row, end)?;
            settle(transaction, &job, run.id, &run.job, decide)
        })
    }

    /// Puts reports about a run into the outbox while it is still going on.
    pub fn tell(&mut self, run: &NewRun, decision: &Decision) -> Result<Vec<Claimed>, HistoryError> {
        self.write(|transaction| outbox::put(transaction, run.id, &run.job, decision))
    }
}

/// A job by its name, made if it is not there.
fn job(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Job> {
    let sql = "SELECT id, status FROM jobs WHERE name = ?";
    let known = transaction
        .query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    transaction.execute("INSERT INTO jobs (name) VALUES (?)", [name])?;
    Ok((transaction.last_insert_rowid(), None))
}

/// The row of a run, and whether it is new; what has ended already is written whole, in one go.
fn insert(
    transaction: &Transaction<'_>,
    run: &NewRun,
    job: i64,
    end: Option<&End>,
) -> rusqlite::Result<(i64, bool)> {
    let mut values = of_run(run, job);
    let mut columns = OF_RUN.to_owned();
    if let Some(end) = end {
        columns = format!("{OF_RUN}, {}", OF_END.join(", "));
        values.extend(of_end(run, end));
    }
    let gaps = vec!["?"; values.len()].join(", ");
    let sql = format!("INSERT INTO runs ({columns}) VALUES ({gaps}) ON CONFLICT (run) DO NOTHING");
    if transaction.execute(&sql, params_from_iter(values))? == 1 {
        return Ok((transaction.last_insert_rowid(), true));
    }
    let known = "SELECT id FROM runs WHERE run = ?";
    let row = transaction.query_row(known, [run.id.as_bytes()], |row| row.get(0))?;
    Ok((row, false))
}

fn close(transaction: &Transaction<'_>, row: i64, run: &NewRun, end: &End) -> rusqlite::Result<()> {
    let sql = format!("UPDATE runs SET {} = ? WHERE id = ?", OF_END.join(" = ?, "));
    let mut values = of_end(run, end);
    values.push(row.into());
    transaction.execute(&sql, params_from_iter(values)).map(drop)
}

fn keep_output(transaction: &Transaction<'_>, row: i64, end: &End) -> rusqlite::Result<()> {
    if !end.output.is_empty() {
        let sql = "INSERT OR REPLACE INTO output VALUES (?, ?)";
        transaction.execute(sql, params![row, end.output])?;
    }
    Ok(())
}

/// What is known of a run when it begins, in the order of [`OF_RUN`].
fn of_run(run: &NewRun, job: i64) -> Vec<Value> {
    let ticks = |process: Process| process.started.cast_signed();
    vec![
        run.id.as_bytes().to_vec().into(),
        job.into(),
        run.command.clone().into(),
        run.host.clone().into(),
        run.user.clone().into(),
        run.wrapper.id.into(),
        ticks(run.wrapper).into(),
        run.child.map(|child| child.id).into(),
        run.child.map(ticks).into(),
        process::place().into(),
        micros(run.started).into(),
    ]
}

/// What is known when it has ended, in the order of [`OF_END`].
fn of_end(run: &NewRun, end: &End) -> Vec<Value> {
    let (word, code, reason) = end.outcome.columns();
    let number = |number: u64| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
    let span = |span: Duration| Value::from(i64::try_from(span.as_micros()).unwrap_or(i64::MAX));
    vec![
        micros(run.started + end.took).into(),
        span(end.took),
        word.to_owned().into(),
        code.into(),
        reason.map(str::to_owned).into(),
        end.failed.into(),
        span(end.usage.user),
        span(end.usage.system),
        number(end.usage.max_rss),
        number(end.usage.blocks_in),
        number(end.usage.blocks_out),
        number(end.stdout.bytes),
        number(end.stdout.lines),
        number(end.stderr.bytes),
        number(end.stderr.lines),
        end.log.clone().into(),
    ]
}

/// Asks what is to be told, and writes that down.
pub(crate) fn settle(
    transaction: &Transaction<'_>,
    (job, status): &Job,
    run: Uuid,
    name: &str,
    decide: impl FnOnce(Option<&str>) -> Decision,
) -> rusqlite::Result<Vec<Claimed>> {
    let decision = decide(status.as_deref());
    if decision.status.is_some() && decision.status != *status {
        let sql = "UPDATE jobs SET status = ? WHERE id = ?";
        transaction.execute(sql, params![decision.status, job])?;
    }
    outbox::put(transaction, run, name, &decision)
}
