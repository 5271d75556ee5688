//! Runs that were begun and never came to an end.

use std::time::SystemTime;

use uuid::Uuid;

use crate::HistoryError;
use crate::open::History;
use crate::process::{self, Elsewhere, Process};
use crate::run::{Decision, LostRun, time};
use crate::write::settle;

impl History {
    /// Finds runs of this host that were begun and whose processes are gone, and writes them down as lost, each in
    /// one transaction with what `decide` wants told about it.
    pub fn sweep(
        &mut self,
        host: &str,
        mut decide: impl FnMut(&LostRun, Option<&str>) -> Decision,
    ) -> Result<Vec<LostRun>, HistoryError> {
        // The usual answer, for a fifth of what it costs to prepare the whole question.
        let is_any = "SELECT EXISTS (SELECT 1 FROM runs WHERE outcome IS NULL)";
        if !self.attempt(|connection| connection.query_row(is_any, [], |row| row.get(0)))? {
            return Ok(Vec::new());
        }
        let here = process::place();
        let open = self.attempt(|connection| {
            let mut statement = connection.prepare(
                "SELECT runs.id, run, job, name, started, place, pid, pid_started, child, child_started,
                     command
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
                    let sql = "SELECT status FROM jobs WHERE id = ?";
                    let status = transaction.query_row(sql, [open.job], |row| row.get(0))?;
                    settle(transaction, &(open.job, status), run.id, &run.job, |status| {
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
    command: String,
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
            command: row.get(10)?,
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
            command: self.command.clone(),
            host_went_down,
        }
    }
}
