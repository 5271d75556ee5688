//! A run as JSON, for programs.

use chrono::{DateTime, SecondsFormat, Utc};
use history::{Outcome, StreamCount};
use serde::Serialize;

use crate::facts::{RunFacts, outcome_in_words};

/// The version of the schema: raised when a key changes its meaning or goes, not when one is added.
const RESULT_VERSION: u32 = 1;

#[derive(Serialize)]
struct ResultFile<'a> {
    version: u32,
    run: String,
    job: &'a str,
    host: &'a str,
    user: &'a str,
    command: &'a str,
    started: String,
    ended: String,
    duration_seconds: f64,
    outcome: &'static str,
    outcome_text: String,
    /// The job's own code: told apart from ours, which `exit_code` may be.
    job_exit_code: Option<u8>,
    signal: Option<u8>,
    exit_code: u8,
    failed: bool,
    usage: UsageOf,
    stdout: Stream,
    stderr: Stream,
    log: Option<&'a str>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct UsageOf {
    user_seconds: f64,
    system_seconds: f64,
    max_rss_bytes: u64,
    blocks_in: u64,
    blocks_out: u64,
}

#[derive(Serialize)]
struct Stream {
    bytes: u64,
    lines: u64,
}

/// The run as one JSON object in a stable order, with a final line break.
pub fn result_json(facts: &RunFacts) -> String {
    let (run, end) = (&facts.run, &facts.end);
    let time = |time: std::time::SystemTime| {
        DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Micros, true)
    };
    let stream = |count: StreamCount| Stream {
        bytes: count.bytes,
        lines: count.lines,
    };
    let (word, code, signal) = match &end.outcome {
        Outcome::Exited(code) => ("exited", Some(*code), None),
        Outcome::Signaled(signal) => ("signaled", None, Some(*signal)),
        Outcome::TimedOut => ("timed-out", None, None),
        Outcome::NotStarted(..) => ("not-started", None, None),
        Outcome::Skipped => ("skipped", None, None),
        Outcome::Lost => ("lost", None, None),
    };
    let result = ResultFile {
        version: RESULT_VERSION,
        run: run.id.to_string(),
        job: &run.job,
        host: &run.host,
        user: &run.user,
        command: &run.command,
        started: time(run.started),
        ended: time(run.started + end.took),
        duration_seconds: end.took.as_secs_f64(),
        outcome: word,
        outcome_text: outcome_in_words(&end.outcome),
        job_exit_code: code,
        signal,
        exit_code: facts.exit_code,
        failed: end.failed,
        usage: UsageOf {
            user_seconds: end.usage.user.as_secs_f64(),
            system_seconds: end.usage.system.as_secs_f64(),
            max_rss_bytes: end.usage.max_rss,
            blocks_in: end.usage.blocks_in,
            blocks_out: end.usage.blocks_out,
        },
        stdout: stream(end.stdout),
        stderr: stream(end.stderr),
        log: end.log.as_deref(),
        notes: &facts.notes,
    };
    let text = serde_json::to_string(&result).unwrap_or_default();
    format!("{text}\n")
}
