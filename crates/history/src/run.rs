//! One run: its beginning, its end, and what is to be told of it.

use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::outbox::NewReport;
use crate::process::Process;

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
    pub(crate) fn columns(&self) -> (&'static str, Option<u8>, Option<&str>) {
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
    /// Its command, without secrets.
    pub command: String,
    /// Whether the host was booted since; else something killed its wrapper.
    pub host_went_down: bool,
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
