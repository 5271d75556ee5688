//! The run in the system's log: its start, its lines, its end.
//!
//! A thread sends them from a bounded queue, at no more than a part of what the host lets one service log: under
//! cron, all jobs are one service, and a chatty one would silence the others. What does not fit is counted and
//! told at the end, never waited for.

mod journald;
mod rate;
mod syslog;

use crate::capture::Stream;
use crate::clock::Stamp;
use crate::outcome::Outcome;
use rate::Rate;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Bytes that may wait to be sent.
const QUEUE: usize = 1024 * 1024;
/// How long one entry may wait for the log's daemon.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long all that is left may take after the job's end.
const LAST: Duration = Duration::from_secs(2);
/// A longer line is cut into entries of this size, as journald does with what a service prints.
const LINE_MAX: usize = 48 * 1024;

/// Where the run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// The systemd journal.
    Journal,
    /// The systemd journal, or syslog's socket where there is none.
    JournalOrSyslog,
    /// syslog's socket.
    Syslog,
}

/// A log that takes entries.
trait Log {
    /// The run begins.
    fn started(&mut self, deadline: Instant) -> std::io::Result<()>;
    /// The job printed a line.
    fn line(&mut self, at: Stamp, stream: Stream, line: &[u8], deadline: Instant) -> std::io::Result<()>;
    /// The run is over.
    fn ended(&mut self, end: &End, deadline: Instant) -> std::io::Result<()>;
}

enum Told {
    Output(Stamp, Stream, Vec<u8>),
    End(Box<End>),
}

/// The end of a run, as the log tells it.
struct End {
    at: Stamp,
    outcome: Outcome,
    success: bool,
    took: Duration,
    lost: u64,
}

#[derive(Default)]
struct Shared {
    queued: AtomicUsize,
    give_up: Mutex<Option<Instant>>,
}

/// The way to the thread that logs.
pub(crate) struct Feed {
    queue: Sender<Told>,
    shared: Arc<Shared>,
    thread: JoinHandle<Option<String>>,
    lost: u64,
}

impl Feed {
    /// Starts telling about a run of `job`. The thread says of itself where there is no such log.
    /// `lines` is how many lines it may tell in half a minute, where the user chose.
    pub(crate) fn start(to: To, job: &str, run: &str, lines: Option<u64>) -> std::io::Result<Feed> {
        let (queue, told) = channel();
        let shared = Arc::<Shared>::default();
        let (job, run, for_thread) = (job.to_owned(), run.to_owned(), Arc::clone(&shared));
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || {
            let (name, log) = match open(to, &job, &run) {
                Ok(opened) => opened,
                Err(error) => {
                    // Keep taking, so that nothing is kept in memory for nobody.
                    told.iter().for_each(drop);
                    return Some(error);
                }
            };
            let teller = Teller {
                log,
                rate: Rate::new(lines),
                shared: for_thread,
                lost: 0,
                failure: None,
            };
            teller.tell(&told).map(|error| format!("{name}: {error}"))
        })?;
        Ok(Feed {
            queue,
            shared,
            thread,
            lost: 0,
        })
    }

    /// Hands over output, or counts its lines where the queue is full.
    pub(crate) fn offer(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        if self.shared.queued.load(Ordering::Relaxed) + bytes.len() > QUEUE {
            self.lost += memchr::memchr_iter(b'\n', bytes).count() as u64;
            return;
        }
        self.shared.queued.fetch_add(bytes.len(), Ordering::Relaxed);
        let _ = self.queue.send(Told::Output(at, stream, bytes.to_vec()));
    }

    /// Tells the end, and waits until that is logged, though not for long. What went wrong, if something did.
    pub(crate) fn finish(
        self,
        at: Stamp,
        outcome: &Outcome,
        success: bool,
        took: Duration,
    ) -> Option<String> {
        *self.shared.give_up.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + LAST);
        let end = End {
            at,
            outcome: outcome.clone(),
            success,
            took,
            lost: self.lost,
        };
        let _ = self.queue.send(Told::End(Box::new(end)));
        drop(self.queue);
        self.thread
            .join()
            .unwrap_or_else(|_| Some("the log's thread ended early".to_owned()))
    }
}

/// Opens the log, and says what it is called; or why there is none.
fn open(to: To, job: &str, run: &str) -> Result<(&'static str, Box<dyn Log>), String> {
    let no_journal = if to == To::Syslog {
        String::new()
    } else {
        match journald::Entries::open(job, run) {
            Ok(log) => return Ok(("journal", Box::new(log))),
            Err(error) if to == To::Journal => return Err(format!("journal: {}: {error}", journal::SOCKET)),
            Err(error) => format!("journal: {}: {error}; ", journal::SOCKET),
        }
    };
    match syslog::Lines::open(job, run) {
        Ok(log) => Ok(("syslog", Box::new(log))),
        Err(error) => Err(format!("{no_journal}syslog: {}: {error}", syslog::SOCKET)),
    }
}

/// The thread that logs.
struct Teller {
    log: Box<dyn Log>,
    rate: Rate,
    shared: Arc<Shared>,
    lost: u64,
    failure: Option<std::io::Error>,
}

impl Teller {
    fn tell(mut self, told: &Receiver<Told>) -> Option<std::io::Error> {
        let deadline = self.deadline();
        let started = self.log.started(deadline);
        self.note(started);
        let mut open = [Vec::new(), Vec::new()];
        for told in told {
            match told {
                Told::Output(at, stream, bytes) => {
                    self.output(at, stream, &bytes, &mut open[usize::from(stream == Stream::Err)]);
                    self.shared.queued.fetch_sub(bytes.len(), Ordering::Relaxed);
                }
                Told::End(mut end) => {
                    for (stream, rest) in [Stream::Out, Stream::Err].into_iter().zip(&open) {
                        if !rest.is_empty() {
                            self.line(end.at, stream, rest);
                        }
                    }
                    end.lost += self.lost;
                    // The end is what everybody looks for: a moment for it in any case.
                    let deadline = self.deadline().max(Instant::now() + Duration::from_millis(100));
                    let ended = self.log.ended(&end, deadline);
                    self.note(ended);
                    break;
                }
            }
        }
        self.failure
    }

    fn output(&mut self, at: Stamp, stream: Stream, mut bytes: &[u8], open: &mut Vec<u8>) {
        while !bytes.is_empty() {
            let (part, rest, whole) = match memchr::memchr(b'\n', bytes) {
                Some(feed) => (&bytes[..feed], &bytes[feed + 1..], true),
                None => (bytes, &bytes[..0], false),
            };
            bytes = rest;
            if whole && open.is_empty() && part.len() <= LINE_MAX {
                self.line(at, stream, part);
                continue;
            }
            open.extend_from_slice(part);
            if whole || open.len() > LINE_MAX {
                for piece in open.chunks(LINE_MAX) {
                    self.line(at, stream, piece);
                }
                open.clear();
            }
        }
    }

    fn line(&mut self, at: Stamp, stream: Stream, line: &[u8]) {
        let deadline = self.deadline();
        if !self.rate.allows(at) || deadline <= Instant::now() {
            self.lost += 1;
            return;
        }
        let sent = self.log.line(at, stream, line, deadline);
        self.lost += u64::from(sent.is_err());
        self.note(sent);
    }

    fn deadline(&self) -> Instant {
        let give_up = *self.shared.give_up.lock().unwrap_or_else(PoisonError::into_inner);
        give_up.unwrap_or_else(|| Instant::now() + PATIENCE)
    }

    fn note(&mut self, sent: std::io::Result<()>) {
        if let Err(error) = sent {
            self.failure.get_or_insert(error);
        }
    }
}
