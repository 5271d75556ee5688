//! Where each piece of output goes: kept for the report, passed on, and told to the journal.

use crate::capture::{Capture, Stream};
use crate::clock::Stamp;
use crate::feed::Feed;
use crate::rules::Watch;
use crate::sink::Sinks;
use crate::timestamps::Stamper;
use std::os::fd::BorrowedFd;

/// Takes in output and hands it to everybody who wants it.
pub(crate) struct Tap {
    pub(crate) capture: Capture,
    pub(crate) sinks: Sinks,
    pub(crate) stamper: Option<Stamper>,
    pub(crate) feed: Option<Feed>,
    pub(crate) watch: Option<Watch>,
}

impl Tap {
    pub(crate) fn new() -> Tap {
        Tap {
            capture: Capture::default(),
            sinks: Sinks::standard(),
            stamper: None,
            feed: None,
            watch: None,
        }
    }

    /// Says something of our own, on standard error.
    pub(crate) fn say(&mut self, text: &str) {
        let line = format!("cronwrap: {text}\n");
        self.sinks.of(true).write(line.as_bytes());
    }

    /// Takes what was read at one time from one stream.
    pub(crate) fn take(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        self.capture.push(at, stream, bytes);
        let sink = self.sinks.of(stream == Stream::Err);
        match &mut self.stamper {
            Some(stamper) => sink.write(stamper.stamped(at, stream, bytes)),
            None => sink.write(bytes),
        }
        if let Some(feed) = &mut self.feed {
            feed.offer(at, stream, bytes);
        }
        if let Some(watch) = &mut self.watch {
            watch.take(stream, bytes);
        }
    }

    /// Whether the reader of a stream has not taken what it was given.
    pub(crate) fn is_behind(&mut self, stream: Stream) -> bool {
        self.sinks.of(stream == Stream::Err).is_behind()
    }

    /// The descriptors to wait on for room.
    pub(crate) fn wants_room(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.sinks.iter().filter_map(|sink| sink.wants_room())
    }

    pub(crate) fn flush(&mut self) {
        self.sinks.flush();
    }
}
