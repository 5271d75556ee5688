//! The one loop that everything goes through while the job runs: its output, its end, and signals for it.

use crate::capture::Stream;
use crate::child::{self, Child, Event};
use crate::clock::Clock;
use crate::outcome::Outcome;
use crate::signals::{Arrived, Signals};
use crate::tap::Tap;
use crate::terminal::Terminal;
use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal as ToJob};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

/// How long, after the job's end, something that it left behind may keep us by holding its pipes open.
const GRACE: Duration = Duration::from_millis(500);
/// When to look again at what no descriptor tells.
const SOON: Duration = Duration::from_millis(5);
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

/// How long a job may run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimit {
    pub(crate) limit: Duration,
    /// Between SIGTERM and SIGKILL.
    pub(crate) kill_after: Duration,
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
    /// Whether the job leads a process group of its own.
    leads: bool,
    terminal: Option<&'a Terminal>,
    sources: [Source; 2],
    signals: &'a Signals,
    clock: Clock,
    tap: &'a mut Tap,
    buffer: Vec<u8>,
    started: Instant,
    time: Option<TimeLimit>,
    /// When SIGTERM was sent because the time was over.
    stopped: Option<Instant>,
    killed: bool,
    end: Option<(Outcome, Instant)>,
    forwarded: Vec<Signal>,
}

/// Takes in what the job prints until it has ended and its pipes are read, or their grace is over.
pub(crate) fn pump(
    child: Child,
    time: Option<TimeLimit>,
    terminal: Option<&Terminal>,
    signals: &Signals,
    clock: Clock,
    tap: &mut Tap,
) -> Ended {
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
    let mut pump = Pump {
        pid: child.pid,
        leads: child.leads,
        terminal,
        sources: [source(child.out, out), source(child.err, Stream::Err)],
        signals,
        clock,
        tap,
        buffer: Vec::with_capacity(FIRST_READ),
        started: Instant::now(),
        time,
        stopped: None,
        killed: false,
        end: None,
        forwarded: Vec::new(),
    };
    while !pump.is_over() {
        pump.watch_time();
        pump.turn();
    }
    pump.ended()
}

impl Pump<'_> {
    fn is_over(&self) -> bool {
        let Some((_, at)) = &self.end else { return false };
        let drained =
            self.is_drained() || at.elapsed() >= GRACE && self.sources.iter().all(|source| source.owed == 0);
        // When its time is over, the whole group is to end, not its leader alone.
        drained && (self.stopped.is_none() || self.killed || !self.group_lives())
    }

    fn group_lives(&self) -> bool {
        self.leads && rustix::process::test_kill_process_group(self.pid).is_ok()
    }

    fn ended(self) -> Ended {
        let held = !self.is_drained();
        let (outcome, took) = match (self.end, self.time, self.stopped) {
            (Some((_, at)), Some(time), Some(_)) => (Outcome::TimedOut(time.limit), at - self.started),
            (Some((outcome, at)), ..) => (outcome, at - self.started),
            (None, ..) => (Outcome::Signaled(0), self.started.elapsed()),
        };
        Ended {
            outcome,
            took,
            held,
            forwarded: self.forwarded,
        }
    }

    /// Ends the job when its time is over.
    fn watch_time(&mut self) {
        let Some(time) = self.time else { return };
        match self.stopped {
            None if self.end.is_none() && self.started.elapsed() >= time.limit => {
                self.stopped = Some(Instant::now());
                self.send(ToJob::TERM);
                // A stopped process takes the signal only when it goes on.
                self.send(ToJob::CONT);
            }
            Some(at) if !self.killed && at.elapsed() >= time.kill_after => {
                self.killed = true;
                self.send(ToJob::KILL);
            }
            _ => {}
        }
    }

    /// How long to wait for something to happen.
    fn patience(&self) -> Option<Duration> {
        let grace = self
            .end
            .as_ref()
            .map(|(_, at)| GRACE.saturating_sub(at.elapsed()));
        let time = self.time.and_then(|time| match self.stopped {
            None if self.end.is_none() => Some(time.limit.saturating_sub(self.started.elapsed())),
            Some(at) if !self.killed => Some(time.kill_after.saturating_sub(at.elapsed())),
            _ => None,
        });
        match (grace, time) {
            // Nothing tells us when the rest of the group is gone.
            (Some(_), Some(_)) => Some(Duration::from_millis(20)),
            (grace, time) => grace.or(time),
        }
    }

    fn is_drained(&self) -> bool {
        self.sources.iter().all(|source| source.pipe.is_none())
    }

    /// Waits for something to do, and does it.
    fn turn(&mut self) {
        let log_is_behind = self.tap.log_is_behind();
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
        let patience = self.patience();
        let timeout = match log_is_behind {
            true => Some(patience.map_or(SOON, |patience| patience.min(SOON))),
            false => patience,
        };
        let timeout = timeout.map(timespec);
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
                // The job in our group has got it as well.
                Arrived::Typed(signal) if !self.leads => self.forwarded.push(signal),
                Arrived::Typed(signal) => self.forward(signal),
            }
        }
    }

    fn reap(&mut self) {
        while let Some(event) = child::reap() {
            match event {
                Event::Ended(pid, outcome) if pid == self.pid => {
                    self.end = Some((outcome, Instant::now()));
                    for source in &mut self.sources {
                        let left = source
                            .pipe
                            .as_ref()
                            .and_then(|pipe| rustix::io::ioctl_fionread(pipe).ok());
                        source.owed = left.unwrap_or(0) as usize;
                    }
                }
                Event::Stopped(pid) if pid == self.pid => {
                    if let Some(terminal) = self.terminal {
                        terminal.stop_with(pid);
                    }
                }
                Event::Ended(..) | Event::Stopped(_) => {}
            }
        }
    }

    /// Hands a signal on to the job's process group, or to the job alone where it left its group.
    fn forward(&mut self, signal: Signal) {
        self.forwarded.push(signal);
        if let Some(signal) = ToJob::from_named_raw(signal as i32) {
            self.send(signal);
        }
    }

    /// Sends a signal to the job's process group, or to the job alone where it left its group.
    fn send(&self, signal: ToJob) {
        let to_group = self.leads && rustix::process::kill_process_group(self.pid, signal).is_ok();
        if !to_group && self.end.is_none() {
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
