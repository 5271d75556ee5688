//! A run in the words of the record and of the reports.

use crate::attempts::Told;
use crate::capture::{Capture, OutputLine, Stream};
use crate::clock::Clock;
use crate::job::Job;
use crate::outcome::Outcome;
use crate::redact::Redactor;
use crate::report::{Report, shown, without_secrets};
use crate::teller::Ending;
use delivery::PingKind;
use history::{End, NewRun, Process, StreamCount, Usage};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use rustix::process::Pid;
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// Of the output so much is kept in the record, half of it from the beginning.
const KEPT: usize = 32 * 1024;
/// So many lines are quoted to people.
const QUOTED: usize = 20;

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
    let (first_errors, last_lines) = quotes(capture, redactor);
    let end = End {
        usage: usage(),
        stdout: count(capture, Stream::Out),
        stderr: count(capture, Stream::Err),
        output: kept(capture, redactor),
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

/// Head and tail of the output with its times, as the record keeps it.
fn kept(capture: &Capture, redactor: &Redactor) -> Vec<u8> {
    let (head, tail) = capture.lines();
    let all: Vec<String> = head
        .iter()
        .chain(&tail)
        .map(|line| shown(&without_secrets(redactor, line)))
        .collect();
    let mut kept = Vec::new();
    let from_head = all.iter().take_while(|line| {
        let fits = kept.len() + line.len() <= KEPT / 2;
        if fits {
            kept.extend_from_slice(line.as_bytes());
        }
        fits
    });
    let from_head = from_head.count();
    let mut room = KEPT / 2;
    let from_tail = all[from_head..].iter().rev().take_while(|line| {
        let fits = line.len() <= room;
        room = room.saturating_sub(line.len());
        fits
    });
    let from_tail = from_tail.count();
    let missing = capture
        .total()
        .lines
        .saturating_sub((from_head + from_tail) as u64);
    if missing > 0 {
        kept.extend_from_slice(format!("[... {missing} lines ...]\n").as_bytes());
    }
    for line in &all[all.len() - from_tail..] {
        kept.extend_from_slice(line.as_bytes());
    }
    kept
}

/// The first lines of standard error, and the last of everything.
fn quotes(capture: &Capture, redactor: &Redactor) -> (Vec<String>, Vec<String>) {
    let (head, tail) = capture.lines();
    let text = |line: &OutputLine<'_>| {
        let line = without_secrets(redactor, line);
        let near = &line.bytes[..line.bytes.len().min(500)];
        String::from_utf8_lossy(near).into_owned()
    };
    let errors = head.iter().chain(&tail).filter(|line| line.stream == Stream::Err);
    let errors = errors.take(QUOTED).map(text).collect();
    let mut last: Vec<String> = head.iter().chain(&tail).rev().take(QUOTED).map(text).collect();
    last.reverse();
    (errors, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Stamp;

    #[test]
    fn of_a_long_output_beginning_and_end_are_kept_and_the_rest_is_counted() {
        let mut capture = Capture::default();
        for number in 0..100_000 {
            capture.push(
                Stamp::default(),
                Stream::Out,
                format!("line {number}\n").as_bytes(),
            );
        }
        let kept = String::from_utf8(kept(&capture, &Redactor::default())).expect("text");
        assert!(kept.len() <= KEPT + 100, "{}", kept.len());
        let lines: Vec<&str> = kept.lines().collect();
        assert!(lines[0].ends_with(" out line 0") && lines[lines.len() - 1].ends_with(" out line 99999"));
        let missing = lines
            .iter()
            .find(|line| line.starts_with("[... "))
            .expect("a gap");
        assert_eq!(
            *missing,
            format!("[... {} lines ...]", 100_000 - (lines.len() - 1))
        );
    }

    #[test]
    fn a_short_output_is_kept_whole_and_once() {
        let mut capture = Capture::default();
        capture.push(Stamp::default(), Stream::Err, b"one\n");
        capture.push(Stamp::default(), Stream::Out, b"two\n");
        let kept = String::from_utf8(kept(&capture, &Redactor::default())).expect("text");
        assert_eq!((kept.lines().count(), kept.contains("[...")), (2, false));
        assert_eq!(
            quotes(&capture, &Redactor::default()),
            (vec!["one".to_owned()], vec!["one".to_owned(), "two".to_owned()])
        );
    }
}
