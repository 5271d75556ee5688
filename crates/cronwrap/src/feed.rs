//! The run in the systemd journal: its start, its lines, its end.
//!
//! A thread sends them from a bounded queue. What does not fit is counted, never waited for.

use crate::capture::Stream;
use crate::clock::Stamp;
use crate::outcome::Outcome;
use journal::{Entry, FieldName, Journal};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const JOB: FieldName<'static> = FieldName::new("CRONWRAP_JOB");
const RUN_ID: FieldName<'static> = FieldName::new("CRONWRAP_RUN_ID");
const TIME: FieldName<'static> = FieldName::new("CRONWRAP_TIME_USEC");
const STREAM: FieldName<'static> = FieldName::new("CRONWRAP_STREAM");
const LOST: FieldName<'static> = FieldName::new("CRONWRAP_LINES_LOST");
const MESSAGE_ID: FieldName<'static> = FieldName::new("MESSAGE_ID");
const EXIT_STATUS: FieldName<'static> = FieldName::new("EXIT_STATUS");
const DURATION: FieldName<'static> = FieldName::new("DURATION_USEC");

/// MESSAGE_ID of the entry at a run's start.
pub(crate) const STARTED: &str = "7dea126d999347748a5bf0ac1bd46ec6";
/// MESSAGE_ID of the entry at a run's end.
pub(crate) const ENDED: &str = "a602a893385945efacda1d8ad4b75843";

/// Pieces of output that may wait for journald.
const QUEUE: usize = 64;
/// How long the last entry may wait for journald.
const LAST_WAIT: Duration = Duration::from_secs(2);
/// A longer line is cut into entries of this size, as journald does with what a service prints.
const LINE_MAX: usize = 48 * 1024;

enum Told {
    Output(Stamp, Stream, Vec<u8>),
    End(Box<End>),
}

struct End {
    at: Stamp,
    outcome: Outcome,
    took: Duration,
    lost: u64,
}

/// The way to the journal's thread.
pub(crate) struct Feed {
    queue: SyncSender<Told>,
    thread: JoinHandle<Option<String>>,
    lost: u64,
}

impl Feed {
    /// Starts telling; the thread says of itself where there is no journal.
    pub(crate) fn start(job: &str, run: &str) -> std::io::Result<Feed> {
        let (queue, told) = sync_channel(QUEUE);
        let mut base = Entry::default();
        base.push(FieldName::SYSLOG_IDENTIFIER, job);
        base.push(JOB, job);
        base.push(RUN_ID, run);
        let job = job.to_owned();
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || tell(&told, base, &job))?;
        Ok(Feed {
            queue,
            thread,
            lost: 0,
        })
    }

    /// Hands over output, or counts its lines where the queue is full.
    pub(crate) fn offer(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(Told::Output(at, stream, bytes.to_vec())) {
            self.lost += memchr::memchr_iter(b'\n', bytes).count() as u64;
        }
    }

    /// Tells the end, and waits until that is in the journal, though not for long. What went wrong, if something
    /// did.
    pub(crate) fn finish(self, at: Stamp, outcome: &Outcome, took: Duration) -> Option<String> {
        let end = End {
            at,
            outcome: outcome.clone(),
            took,
            lost: self.lost,
        };
        let _ = self.queue.send(Told::End(Box::new(end)));
        drop(self.queue);
        self.thread
            .join()
            .unwrap_or_else(|_| Some("journal: its thread ended early".to_owned()))
    }
}

fn tell(told: &Receiver<Told>, mut entry: Entry, job: &str) -> Option<String> {
    let mut journal = match Journal::open() {
        Ok(journal) => journal,
        Err(error) => {
            // Keep taking what is told, so that nobody waits.
            told.iter().for_each(drop);
            return Some(format!("journal: {error}"));
        }
    };
    let base = entry.len();
    let mut failure = None;
    let mut send = |entry: &mut Entry, wait: Duration| {
        if let Err(error) = journal.send(entry, Instant::now() + wait) {
            failure.get_or_insert_with(|| format!("journal: {error}"));
        }
        entry.truncate(base);
    };
    entry.push(FieldName::MESSAGE, format!("{job} started"));
    entry.push(FieldName::PRIORITY, "6");
    entry.push(MESSAGE_ID, STARTED);
    send(&mut entry, LAST_WAIT);
    let mut open = [Vec::new(), Vec::new()];
    for told in told {
        match told {
            Told::Output(at, stream, bytes) => {
                let rest = &mut open[usize::from(stream == Stream::Err)];
                for line in bytes.split_inclusive(|&byte| byte == b'\n') {
                    rest.extend_from_slice(line);
                    if rest.ends_with(b"\n") || rest.len() >= LINE_MAX {
                        push_line(&mut entry, at, stream, rest);
                        send(&mut entry, LAST_WAIT);
                    }
                }
            }
            Told::End(end) => {
                for (stream, rest) in [Stream::Out, Stream::Err].into_iter().zip(&mut open) {
                    if !rest.is_empty() {
                        push_line(&mut entry, end.at, stream, rest);
                        send(&mut entry, LAST_WAIT);
                    }
                }
                push_end(&mut entry, job, &end);
                send(&mut entry, LAST_WAIT);
                break;
            }
        }
    }
    failure
}

fn push_line(entry: &mut Entry, at: Stamp, stream: Stream, line: &mut Vec<u8>) {
    entry.push(FieldName::MESSAGE, line.strip_suffix(b"\n").unwrap_or(line));
    entry.push(FieldName::PRIORITY, if stream == Stream::Err { "4" } else { "6" });
    if !stream.tag().is_empty() {
        entry.push(STREAM, stream.tag());
    }
    entry.push(TIME, at.wall_micros.to_string());
    line.clear();
}

fn push_end(entry: &mut Entry, job: &str, end: &End) {
    entry.push(
        FieldName::MESSAGE,
        format!("{job}: {} after {}", end.outcome, crate::outcome::Took(end.took)),
    );
    entry.push(
        FieldName::PRIORITY,
        if end.outcome.is_success() { "6" } else { "3" },
    );
    entry.push(MESSAGE_ID, ENDED);
    entry.push(EXIT_STATUS, end.outcome.exit_code().to_string());
    entry.push(DURATION, end.took.as_micros().to_string());
    if end.lost > 0 {
        entry.push(LOST, end.lost.to_string());
    }
}
