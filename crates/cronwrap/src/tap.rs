//! Where each piece of output goes: kept for the report, passed on, logged, looked at by the rules.

use crate::capture::{Capture, Stream};
use crate::clock::Stamp;
use crate::feed::Feed;
use crate::logfile::LogFile;
use crate::redact::{Redactor, Scrub};
use crate::rules::Watch;
use crate::sink::Sinks;
use crate::spool::Spool;
use crate::timestamps::Stamper;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

/// Takes in output and hands it to everybody who wants it.
pub(crate) struct Tap {
    pub(crate) capture: Capture,
    pub(crate) onward: Onward,
    pub(crate) feed: Option<Feed>,
    pub(crate) log: Option<LogFile>,
    pub(crate) watch: Option<Watch>,
    pub(crate) redactor: Arc<Redactor>,
    /// Whether secrets are taken out of what is passed on, too.
    pub(crate) redact_output: bool,
    /// Whether our own words are in colour.
    pub(crate) coloured: bool,
    scrub: Scrub,
}

/// The way on to our own standard output and error.
pub(crate) struct Onward {
    pub(crate) sinks: Sinks,
    /// Puts the time before each line.
    pub(crate) stamper: Option<Stamper>,
    /// Holds back what is passed on until the end is known.
    pub(crate) spool: Option<Spool>,
}

impl Onward {
    fn pass(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let shown = match &mut self.stamper {
            Some(stamper) => stamper.stamped(at, stream, bytes),
            None => bytes,
        };
        let to_err = stream == Stream::Err;
        match &mut self.spool {
            Some(spool) => spool.take(to_err, shown),
            None => self.sinks.of(to_err).write(shown),
        }
    }
}

impl Tap {
    pub(crate) fn new(redactor: Arc<Redactor>) -> Tap {
        Tap {
            capture: Capture::default(),
            onward: Onward {
                sinks: Sinks::standard(),
                stamper: None,
                spool: None,
            },
            feed: None,
            log: None,
            watch: None,
            redactor,
            redact_output: false,
            coloured: false,
            scrub: Scrub::default(),
        }
    }

    /// Says something of our own, on standard error. It may quote the job, so it is without secrets.
    pub(crate) fn say(&mut self, text: &str) {
        let text = self.redactor.redact_text(text);
        let line = match self.coloured {
            true => format!("\x1b[1;33mcronwrap:\x1b[0m {text}\n"),
            false => format!("cronwrap: {text}\n"),
        };
        self.onward.sinks.of(true).write(line.as_bytes());
    }

    /// Takes what was read at one time from one stream.
    pub(crate) fn take(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        self.capture.push(at, stream, bytes);
        if let Some(watch) = &mut self.watch {
            watch.take(stream, bytes);
        }
        if !self.redact_output {
            self.onward.pass(at, stream, bytes);
        }
        if self.redact_output || self.feed.is_some() || self.log.is_some() {
            let clean = self.scrub.take(&self.redactor, stream.index(), bytes);
            if self.redact_output {
                self.onward.pass(at, stream, clean);
            }
            store(&mut self.feed, &mut self.log, at, stream, clean);
        }
    }

    /// The job has ended: hands on what was held back of unfinished lines.
    pub(crate) fn end(&mut self, at: Stamp) {
        if let Some(watch) = &mut self.watch {
            watch.end();
        }
        for stream in [Stream::Out, Stream::Err] {
            let Some(clean) = self.scrub.end(&self.redactor, stream.index()) else {
                continue;
            };
            if self.redact_output {
                self.onward.pass(at, stream, clean);
            }
            store(&mut self.feed, &mut self.log, at, stream, clean);
        }
    }

    /// Whether somebody who must get all of a stream has not taken what he was given.
    pub(crate) fn is_behind(&mut self, stream: Stream) -> bool {
        self.onward.sinks.of(stream == Stream::Err).is_behind() || self.log_is_behind()
    }

    /// Whether the log's disk does not follow: no descriptor tells when it does again.
    pub(crate) fn log_is_behind(&mut self) -> bool {
        self.log.as_mut().is_some_and(LogFile::is_full)
    }

    /// The descriptors to wait on for room.
    pub(crate) fn wants_room(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.onward.sinks.iter().filter_map(|sink| sink.wants_room())
    }

    pub(crate) fn flush(&mut self) {
        self.onward.sinks.flush();
    }
}

fn store(feed: &mut Option<Feed>, log: &mut Option<LogFile>, at: Stamp, stream: Stream, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    if let Some(feed) = feed {
        feed.offer(at, stream, bytes);
    }
    if let Some(log) = log {
        log.offer(at, stream, bytes);
    }
}
