//! A run as it is recorded and told: its beginning, its end.

use crate::attempts::Told;
use crate::capture::{Capture, Stream};
use crate::clock::Clock;
use crate::excerpt::Excerpt;
use crate::job::Job;
use crate::outcome::Outcome;
use crate::redact::Redactor;
use crate::report::Report;
use crate::teller::Ending;
use delivery::PingKind;
use history::{End, NewRun, Process, StreamCount, Usage};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use rustix::process::Pid;
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// The beginning of a run.
pub(crate) fn begun(job: &Job, id: Uuid, clock: Clock, child: Option<Pid>, redactor: &Redactor) -> NewRun {
    let started = SystemTime::now() - clock.elapsed();
    let words = std::iter::once(&job.program).chain(&job.arguments);
    let command: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let command = redactor.redact_text(&command.join(" "));
    let uid = rustix::process::geteuid().as_raw();
    let child = child.map(|child| Process::look_up(child.as_raw_nonzero().get().cast_unsigned()));
    NewRun {
        child,
        ..NewRun::here(id, &job.name, &command, &user(uid), started)
    }
}

/// The user's name, or the number of one that is not in the host's own list.
fn user(uid: u32) -> String {
    let list = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| uid.to_string())
}

/// The end of a run.
pub(crate) fn ended(told: &Told, report: Report, log: Option<String>, ping: Option<PingKind>) -> Ending {
    let (capture, redactor) = (&report.capture, &report.redactor);
    let notes = report.notes.clone();
    let excerpt = Excerpt::of(capture, redactor);
    let (first_errors, last_lines) = (excerpt.first_errors(), excerpt.last_lines());
    let end = End {
        usage: usage(),
        stdout: count(capture, Stream::Out),
        stderr: count(capture, Stream::Err),
        output: excerpt.both_ends(),
        log,
        ..End::new(
            outcome(&told.outcome),
            !told.verdict.success && !is_skipped(told),
            told.took,
        )
    };
    let body = Box::new(move |limit| report.body(limit));
    Ending {
        end,
        exit_code: told.verdict.code,
        ping,
        notes,
        journal: false,
        first_errors,
        last_lines,
        body,
    }
}

fn is_skipped(told: &Told) -> bool {
    matches!(told.outcome, Outcome::Skipped(..))
}

fn outcome(outcome: &Outcome) -> history::Outcome {
    match outcome {
        Outcome::Exited(code) => history::Outcome::Exited(*code),
        Outcome::Signaled(signal) => history::Outcome::Signaled(*signal),
        Outcome::TimedOut(_) => history::Outcome::TimedOut,
        Outcome::Skipped(..) => history::Outcome::Skipped,
        Outcome::NotStarted(why) => history::Outcome::NotStarted(why.code, why.reason.clone()),
    }
}

/// What the job and all that it waited for has used: cronwrap has no other children.
fn usage() -> Usage {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else {
        return Usage::default();
    };
    let span = |time: TimeVal| {
        let micros = time
            .tv_sec()
            .saturating_mul(1_000_000)
            .saturating_add(time.tv_usec());
        Duration::from_micros(micros.unsigned_abs())
    };
    Usage {
        user: span(usage.user_time()),
        system: span(usage.system_time()),
        max_rss: usage.max_rss().unsigned_abs().saturating_mul(1024),
        blocks_in: usage.block_reads().unsigned_abs(),
        blocks_out: usage.block_writes().unsigned_abs(),
    }
}

fn count(capture: &Capture, stream: Stream) -> StreamCount {
    let amount = capture.amount(stream);
    StreamCount {
        bytes: amount.bytes,
        lines: amount.lines,
    }
}
