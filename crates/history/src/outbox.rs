//! The outbox: reports that are to be delivered, in their order for each address, by whoever comes next.
//!
//! A report is put there in the transaction of its run and taken out when it was delivered: at least once, and
//! after a crash in between a second time. Whoever delivers one holds a lease on it, so that two do not.

use std::time::{Duration, SystemTime};

use rusqlite::{OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use crate::HistoryError;
use crate::open::History;
use crate::run::{Decision, micros, time};

/// A lease that ends later than this was taken before somebody set the clock back.
const LONGEST_LEASE: Duration = Duration::from_secs(3600);

/// A report to be put into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// Where to, in words that may be printed: `slack #ops`, `https://hc-ping.com`.
    pub target: String,
    /// What is needed to deliver it; may be a secret. Reports to one address keep their order.
    pub address: String,
    /// What is to be said.
    pub payload: Vec<u8>,
}

/// A report that we are to deliver, and nobody else until our lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its row.
    pub id: i64,
    /// The run that it is about.
    pub run: Uuid,
    /// The job's name.
    pub job: String,
    /// Where to, in words.
    pub target: String,
    /// What is needed to deliver it.
    pub address: String,
    /// What is to be said.
    pub payload: Vec<u8>,
    /// When it was put here.
    pub created: SystemTime,
    /// How often it was tried before.
    pub attempts: u32,
    lease: [u8; 16],
}

/// A report in the outbox, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its row.
    pub id: i64,
    /// The run that it is about.
    pub run: Uuid,
    /// The job's name.
    pub job: String,
    /// Where to, in words.
    pub target: String,
    /// When it was put here.
    pub created: SystemTime,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong the last time.
    pub error: Option<String>,
    /// Whether it was refused for good, and is only kept to be seen.
    pub dead: bool,
}

/// When it is our turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// After this wait.
    In(Duration),
    /// Too late for us: not before then.
    NotBefore(SystemTime),
}

/// How much an outbox may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// So many reports that wait, and as many dead ones.
    pub reports: u32,
    /// None older than this.
    pub age: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            reports: 10_000,
            age: Duration::from_secs(30 * 86_400),
        }
    }
}

impl History {
    /// Takes the next report that may be delivered now, to this address or to any, and holds it for a while.
    pub fn claim(
        &mut self,
        address: Option<&str>,
        now: SystemTime,
        hold: Duration,
    ) -> Result<Option<Claimed>, HistoryError> {
        // The usual answer after a delivery, for a fraction of what it costs to prepare the whole question.
        let is_any = "SELECT EXISTS (SELECT 1 FROM outbox WHERE dead = 0 AND address = ?)";
        if let Some(address) = address
            && !self.attempt(|connection| connection.query_row(is_any, [address], |row| row.get(0)))?
        {
            return Ok(None);
        }
        let now_micros = micros(now);
        // Only the first of each address: the others stand behind it.
        let sql = "SELECT * FROM outbox AS report WHERE dead = 0 AND (?1 IS NULL OR address = ?1)
            AND id = (SELECT min(id) FROM outbox WHERE dead = 0 AND address = report.address)
            AND (leased <= ?2 OR leased > ?3) AND (pause <= ?2 OR pause > ?4) ORDER BY id LIMIT 1";
        let values = params![
            address,
            now_micros,
            micros(now + LONGEST_LEASE),
            micros(now + 24 * LONGEST_LEASE)
        ];
        let free = self.attempt(|connection| {
            connection
                .query_row(sql, values, |row| row.get::<_, i64>(0))
                .optional()
        })?;
        if free.is_none() {
            return Ok(None); // without the lock that a writer needs
        }
        self.write_unsynced(|transaction| {
            let Some(mut claimed) = transaction.query_row(sql, values, claimed).optional()? else {
                return Ok(None);
            };
            claimed.lease = Uuid::new_v4().into_bytes();
            let lease = "UPDATE outbox SET lease = ?, leased = ? WHERE id = ?";
            transaction.execute(
                lease,
                params![claimed.lease, micros(now + hold.min(LONGEST_LEASE)), claimed.id],
            )?;
            Ok(Some(claimed))
        })
    }

    /// Takes a delivered report out.
    pub fn delivered(&mut self, report: &Claimed) -> Result<(), HistoryError> {
        self.write_unsynced(|transaction| {
            transaction.execute(
                "DELETE FROM outbox WHERE id = ? AND lease = ?",
                params![report.id, report.lease],
            )
        })?;
        Ok(())
    }

    /// Puts a report back that could not be delivered, to be tried again, but not before `pause`.
    pub fn put_back(&mut self, report: &Claimed, error: &str, pause: SystemTime) -> Result<(), HistoryError> {
        let sql = "UPDATE outbox SET attempts = attempts + 1, error = ?, pause = ?, leased = 0, lease = NULL
                   WHERE id = ? AND lease = ?";
        let values = params![error, micros(pause), report.id, report.lease];
        self.write_unsynced(|transaction| transaction.execute(sql, values))?;
        Ok(())
    }

    /// Lays a report aside that was refused for good: it is shown, and stands in nobody's way.
    pub fn lay_aside(&mut self, report: &Claimed, error: &str) -> Result<(), HistoryError> {
        let sql = "UPDATE outbox SET attempts = attempts + 1, error = ?, dead = 1, leased = 0 WHERE id = ? AND lease = ?";
        self.write_unsynced(|transaction| transaction.execute(sql, params![error, report.id, report.lease]))?;
        Ok(())
    }

    /// All that is in the outbox, the dead ones last.
    pub fn outbox(&self) -> Result<Vec<Waiting>, HistoryError> {
        let sql = "SELECT id, run, job, target, created, attempts, error, dead FROM outbox ORDER BY dead, id";
        self.attempt(|connection| connection.prepare(sql)?.query_map([], waiting)?.collect())
    }

    /// The addresses of all reports that wait.
    pub fn addresses(&self) -> Result<Vec<String>, HistoryError> {
        let sql = "SELECT DISTINCT address FROM outbox WHERE dead = 0 ORDER BY address";
        self.attempt(|connection| {
            connection
                .prepare(sql)?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// Keeps the outbox within its bounds: what is too old is laid aside, and of too many the oldest; of the dead,
    /// the oldest go for good. Returns how many were laid aside.
    pub fn bound(&mut self, bounds: Bounds, now: SystemTime) -> Result<usize, HistoryError> {
        let oldest = micros(now.checked_sub(bounds.age).unwrap_or(SystemTime::UNIX_EPOCH));
        let beyond = |dead: u8| {
            format!(
                "SELECT id FROM outbox WHERE dead = {dead} ORDER BY id DESC LIMIT -1 OFFSET {}",
                bounds.reports
            )
        };
        let is_due = format!(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE dead = 0 AND created < {oldest})
                 OR (SELECT count(*) FROM outbox) > {}",
            bounds.reports
        );
        if !self.attempt(|connection| connection.query_row(&is_due, [], |row| row.get(0)))? {
            return Ok(0);
        }
        self.write_unsynced(|transaction| {
            let aside = format!(
                "UPDATE outbox SET dead = 1, leased = 0, error = coalesce(error || '; ', '') || 'kept for too long'
                 WHERE dead = 0 AND (created < {oldest} OR id IN ({}))",
                beyond(0)
            );
            let aside = transaction.execute(&aside, [])?;
            transaction.execute(&format!("DELETE FROM outbox WHERE id IN ({})", beyond(1)), [])?;
            Ok(aside)
        })
    }

    /// Takes a turn at an address that takes one message each `pause`, if it comes within our patience: how long to
    /// wait for it. Else nothing is taken, and the answer is when to come again. All processes of this user share
    /// the turns.
    pub fn turn(
        &mut self,
        address: &str,
        pause: Duration,
        patience: Duration,
        now: SystemTime,
    ) -> Result<Turn, HistoryError> {
        let present = micros(now);
        self.write_unsynced(|transaction| {
            let sql = "SELECT next FROM turns WHERE address = ?";
            let next = transaction
                .query_row(sql, [address], |row| row.get::<_, i64>(0))
                .optional()?;
            // One that is further away than turns can be was taken before somebody set the clock back.
            let furthest = micros(now + pause + LONGEST_LEASE);
            let next = next
                .filter(|next| *next <= furthest)
                .unwrap_or(present)
                .max(present);
            let wait = Duration::from_micros(next.abs_diff(present));
            if wait > patience {
                return Ok(Turn::NotBefore(time(next)));
            }
            let after = micros(time(next) + pause);
            let sql = "INSERT INTO turns VALUES (?1, ?2) ON CONFLICT (address) DO UPDATE SET next = ?2";
            transaction.execute(sql, params![address, after])?;
            Ok(Turn::In(wait))
        })
    }
}

/// Puts reports in; those that are the first to their address are ours to deliver.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    run: Uuid,
    job: &str,
    decision: &Decision,
) -> rusqlite::Result<Vec<Claimed>> {
    let now = SystemTime::now();
    let leased = micros(now + decision.hold.min(LONGEST_LEASE));
    let mut ours = Vec::new();
    for report in &decision.reports {
        let earlier = "SELECT EXISTS (SELECT 1 FROM outbox WHERE dead = 0 AND address = ?)";
        let is_behind: bool = transaction.query_row(earlier, [&report.address], |row| row.get(0))?;
        let lease = Uuid::new_v4().into_bytes();
        let is_ours = !is_behind && !decision.hold.is_zero();
        let sql = "INSERT INTO outbox (run, job, target, address, payload, created, leased, lease)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        transaction.execute(
            sql,
            params![
                run.as_bytes(),
                job,
                report.target,
                report.address,
                report.payload,
                micros(now),
                if is_ours { leased } else { 0 },
                is_ours.then_some(lease),
            ],
        )?;
        if is_ours {
            let NewReport {
                target,
                address,
                payload,
            } = report.clone();
            let id = transaction.last_insert_rowid();
            ours.push(Claimed {
                id,
                run,
                job: job.to_owned(),
                target,
                address,
                payload,
                created: now,
                attempts: 0,
                lease,
            });
        }
    }
    Ok(ours)
}

fn claimed(row: &Row<'_>) -> rusqlite::Result<Claimed> {
    Ok(Claimed {
        id: row.get("id")?,
        run: Uuid::from_bytes(row.get("run")?),
        job: row.get("job")?,
        target: row.get("target")?,
        address: row.get("address")?,
        payload: row.get("payload")?,
        created: time(row.get("created")?),
        attempts: row.get("attempts")?,
        lease: [0; 16],
    })
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        id: row.get(0)?,
        run: Uuid::from_bytes(row.get(1)?),
        job: row.get(2)?,
        target: row.get(3)?,
        created: time(row.get(4)?),
        attempts: row.get(5)?,
        error: row.get(6)?,
        dead: row.get(7)?,
    })
}
