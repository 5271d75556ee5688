//! The one loop that everything goes through while the job runs: its output, its end, and signals for it.

use crate::capture::Stream;
use crate::child::{self, Child};
use crate::clock::Clock;
use crate::outcome::Outcome;
use crate::signals::{Arrived, Signals};
use crate::tap::Tap;
use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::Pid;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

/// How long, after the job's end, something that it left behind may keep us by holding its pipes open.
const GRACE: Duration = Duration::from_millis(500);
const FIRST_READ: usize = 64 * 1024;
/// For a job that fills its pipe: fewer, larger reads.
const BIG_READ: usize = 256 * 1024;

/// How the job ended.
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
    /// Something that the job left behind still held its output open.
    pub(crate) held: bool,
    /// The signals that were handed on to the job.
    pub(crate) forwarded: Vec<Signal>,
}

/// One of the job's two pipes.
struct Source {
    pipe: Option<OwnedFd>,
    stream: Stream,
    /// What was in the pipe when the job ended: read in any case.
    owed: usize,
}

struct Pump<'a> {
    pid: Pid,
    sources: [Source; 2],
    signals: &'a Signals,
    clock: Clock,
    tap: &'a mut Tap,
    buffer: Vec<u8>,
    end: Option<(Outcome, Instant)>,
    forwarded: Vec<Signal>,
}

/// Takes in what the job prints until it has ended and its pipes are read, or their grace is over.
pub(crate) fn pump(child: Child, signals: &Signals, clock: Clock, tap: &mut Tap) -> Ended {
    let out = if child.err.is_some() {
        Stream::Out
    } else {
        Stream::Merged
    };
    let source = |pipe, stream| Source {
        pipe,
        stream,
        owed: 0,
    };
    let started = Instant::now();
    let mut pump = Pump {
        pid: child.pid,
        sources: [source(child.out, out), source(child.err, Stream::Err)],
        signals,
        clock,
        tap,
        buffer: Vec::with_capacity(FIRST_READ),
        end: None,
        forwarded: Vec::new(),
    };
    loop {
        if let Some((outcome, at)) = &pump.end
            && (pump.is_drained()
                || at.elapsed() >= GRACE && pump.sources.iter().all(|source| source.owed == 0))
        {
            let (outcome, took) = (outcome.clone(), at.duration_since(started));
            return Ended {
                outcome,
                took,
                held: !pump.is_drained(),
                forwarded: pump.forwarded,
            };
        }
        pump.turn();
    }
}

impl Pump<'_> {
    fn is_drained(&self) -> bool {
        self.sources.iter().all(|source| source.pipe.is_none())
    }

    /// Waits for something to do, and does it.
    fn turn(&mut self) {
        let mut polled = Vec::with_capacity(5);
        polled.push(PollFd::from_borrowed_fd(self.signals.as_fd(), PollFlags::IN));
        let mut read_from = [None; 2];
        for (index, source) in self.sources.iter().enumerate() {
            // A reader who is slow slows the job; what the job left in its pipe at its end is taken anyway.
            if let Some(pipe) = &source.pipe
                && (source.owed > 0 || !self.tap.is_behind(source.stream))
            {
                read_from[index] = Some(polled.len());
                polled.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
            }
        }
        polled.extend(
            self.tap
                .wants_room()
                .map(|sink| PollFd::from_borrowed_fd(sink, PollFlags::OUT)),
        );
        let timeout = self
            .end
            .as_ref()
            .map(|(_, at)| timespec(GRACE.saturating_sub(at.elapsed())));
        if poll(&mut polled, timeout.as_ref()).is_err() {
            return;
        }
        let signalled = !polled[0].revents().is_empty();
        let readable = read_from.map(|at| at.is_some_and(|at| !polled[at].revents().is_empty()));
        drop(polled);
        self.tap.flush();
        for index in (0..2).filter(|&index| readable[index]) {
            self.read(index);
        }
        if signalled {
            self.take_signals();
        }
    }

    fn read(&mut self, index: usize) {
        let source = &mut self.sources[index];
        let Some(pipe) = &source.pipe else { return };
        self.buffer.clear();
        match rustix::io::read(pipe, rustix::buffer::spare_capacity(&mut self.buffer)) {
            Ok(0) => {
                source.pipe = None;
                source.owed = 0;
            }
            Ok(count) => {
                source.owed = source.owed.saturating_sub(count);
                if count == FIRST_READ && self.buffer.capacity() < BIG_READ {
                    // Refused to users with many pipes; then the small one has to do.
                    let _ = rustix::pipe::fcntl_setpipe_size(pipe, BIG_READ);
                    self.tap.take(self.clock.stamp(), source.stream, &self.buffer);
                    self.buffer.reserve_exact(BIG_READ);
                } else {
                    self.tap.take(self.clock.stamp(), source.stream, &self.buffer);
                }
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => {
                source.pipe = None;
                source.owed = 0;
            }
        }
    }

    fn take_signals(&mut self) {
        while let Some(arrived) = self.signals.next() {
            match arrived {
                Arrived::Child => self.reap(),
                Arrived::Forward(signal) => self.forward(signal),
            }
        }
    }

    fn reap(&mut self) {
        while let Some((pid, outcome)) = child::reap() {
            if pid == self.pid {
                self.end = Some((outcome, Instant::now()));
                for source in &mut self.sources {
                    let left = source
                        .pipe
                        .as_ref()
                        .and_then(|pipe| rustix::io::ioctl_fionread(pipe).ok());
                    source.owed = left.unwrap_or(0) as usize;
                }
            }
        }
    }

    /// Hands a signal on to the job's process group, or to the job alone where it left its group.
    fn forward(&mut self, signal: Signal) {
        self.forwarded.push(signal);
        if self.end.is_some() {
            return;
        }
        let Some(signal) = rustix::process::Signal::from_named_raw(signal as i32) else {
            return;
        };
        if rustix::process::kill_process_group(self.pid, signal).is_err() {
            let _ = rustix::process::kill_process(self.pid, signal);
        }
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: duration.as_secs() as i64,
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
