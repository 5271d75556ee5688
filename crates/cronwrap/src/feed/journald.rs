//! The run as structured entries of the systemd journal.

use super::{End, Log};
use crate::capture::Stream;
use crate::clock::Stamp;
use crate::outcome::Took;
use journal::{Entry, FieldName, Journal};
use std::io;
use std::time::Instant;

const JOB: FieldName<'static> = FieldName::new("CRONWRAP_JOB");
const RUN_ID: FieldName<'static> = FieldName::new("CRONWRAP_RUN_ID");
const TIME: FieldName<'static> = FieldName::new("CRONWRAP_TIME_USEC");
const STREAM: FieldName<'static> = FieldName::new("CRONWRAP_STREAM");
const LOST: FieldName<'static> = FieldName::new("CRONWRAP_LINES_LOST");
const OUTCOME: FieldName<'static> = FieldName::new("CRONWRAP_OUTCOME");
const MESSAGE_ID: FieldName<'static> = FieldName::new("MESSAGE_ID");
const EXIT_STATUS: FieldName<'static> = FieldName::new("EXIT_STATUS");
const DURATION: FieldName<'static> = FieldName::new("DURATION_USEC");

/// MESSAGE_ID of the entry at a run's start; explained in `cronwrap.catalog`.
const STARTED: &str = "7dea126d999347748a5bf0ac1bd46ec6";
/// MESSAGE_ID of the entry at a run's end that is a success.
const ENDED: &str = "a602a893385945efacda1d8ad4b75843";
/// MESSAGE_ID of the entry at a run's end that is none.
const FAILED: &str = "f2b4a73a25584b55881e91dc0e3f2d8e";

/// The entries of one run.
pub(super) struct Entries {
    journal: Journal,
    job: String,
    /// The fields that all entries share, and then those of one.
    entry: Entry,
    shared: usize,
}

impl Entries {
    pub(super) fn open(job: &str, run: &str) -> io::Result<Entries> {
        let mut entry = Entry::default();
        entry.push(FieldName::SYSLOG_IDENTIFIER, job);
        entry.push(JOB, job);
        entry.push(RUN_ID, run);
        let shared = entry.len();
        Ok(Entries {
            journal: Journal::open()?,
            job: job.to_owned(),
            entry,
            shared,
        })
    }

    fn send(&mut self, deadline: Instant) -> io::Result<()> {
        let sent = self.journal.send(&self.entry, deadline);
        self.entry.truncate(self.shared);
        sent
    }
}

impl Log for Entries {
    fn started(&mut self, deadline: Instant) -> io::Result<()> {
        self.entry
            .push(FieldName::MESSAGE, format!("{} started", self.job));
        self.entry.push(FieldName::PRIORITY, "6");
        self.entry.push(MESSAGE_ID, STARTED);
        self.send(deadline)
    }

    fn line(&mut self, at: Stamp, stream: Stream, line: &[u8], deadline: Instant) -> io::Result<()> {
        self.entry.push(FieldName::MESSAGE, line);
        self.entry
            .push(FieldName::PRIORITY, if stream == Stream::Err { "4" } else { "6" });
        if !stream.tag().is_empty() {
            self.entry.push(STREAM, stream.tag());
        }
        self.entry.push(TIME, at.wall_micros.to_string());
        self.send(deadline)
    }

    fn ended(&mut self, end: &End, deadline: Instant) -> io::Result<()> {
        let mut message = format!("{}: {} after {}", self.job, end.outcome, Took(end.took));
        if end.lost > 0 {
            message.push_str(&format!("; {} lines of output are not in the journal", end.lost));
            self.entry.push(LOST, end.lost.to_string());
        }
        self.entry.push(FieldName::MESSAGE, message);
        self.entry
            .push(FieldName::PRIORITY, if end.success { "6" } else { "3" });
        self.entry
            .push(MESSAGE_ID, if end.success { ENDED } else { FAILED });
        self.entry
            .push(OUTCOME, if end.success { "success" } else { "failure" });
        self.entry.push(EXIT_STATUS, end.outcome.exit_code().to_string());
        self.entry.push(DURATION, end.took.as_micros().to_string());
        self.send(deadline)
    }
}
