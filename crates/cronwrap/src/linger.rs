//! What cronwrap still waits for when the job is over: the last ping, and readers who are behind.

use crate::signals::{Arrived, Signals};
use crate::spool::Replay;
use crate::tap::Tap;
use crate::teller::Finishing;
use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// How often to look at the signals while waiting for the last ping.
const SLICE: Duration = Duration::from_millis(100);
/// How long a reader may take nothing once we were told to end.
const STALL: Duration = Duration::from_secs(1);

/// What is still to be shown: the job's output where it was held back, and then our own words.
#[derive(Default)]
pub(crate) struct Left {
    pub(crate) replay: Option<Replay>,
    pub(crate) words: Vec<String>,
    /// A line for programs, after all.
    pub(crate) json: Option<String>,
}

impl Left {
    /// Shows as much as the readers take.
    fn show(&mut self, tap: &mut Tap) {
        while tap.onward.sinks.waiting() == 0 {
            match self.replay.as_mut().and_then(Replay::next) {
                Some((to_err, bytes)) => tap.onward.sinks.of(to_err).write(&bytes),
                None => {
                    self.replay = None;
                    self.words.drain(..).for_each(|word| tap.say(&word));
                    if let Some(json) = self.json.take() {
                        tap.onward.sinks.of(true).write(format!("{json}\n").as_bytes());
                    }
                    return;
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.replay.is_none() && self.words.is_empty() && self.json.is_none()
    }
}

/// Waits for the last ping, and for readers who have not taken all of the output: the job would have waited for
/// them, too. Who was told to end (`hurried`, or by a signal now) gives up a reader who has stopped; a second word
/// from the keyboard gives up the ping as well.
pub(crate) fn linger(
    mut finishing: Option<Finishing>,
    mut to_show: Left,
    signals: Option<&Signals>,
    tap: &mut Tap,
    mut hurried: bool,
) {
    let (mut left, mut moved) = (tap.onward.sinks.waiting(), Instant::now());
    loop {
        while let Some(arrived) = signals.and_then(Signals::next) {
            match arrived {
                Arrived::Child => {}
                Arrived::Forward(Signal::SIGINT | Signal::SIGQUIT) | Arrived::Typed(_) => return,
                Arrived::Forward(_) => hurried = true,
            }
        }
        tap.flush();
        to_show.show(tap);
        if tap.onward.sinks.waiting() != left {
            (left, moved) = (tap.onward.sinks.waiting(), Instant::now());
        }
        let behind = (left > 0 || !to_show.is_empty()) && !(hurried && moved.elapsed() >= STALL);
        match finishing.as_mut().filter(|finishing| !finishing.is_done()) {
            Some(finishing) => {
                if let Some(failure) = finishing.wait(if behind { Duration::ZERO } else { SLICE }) {
                    to_show.words.push(failure);
                }
                if behind {
                    wait_for_room(signals, tap, Some(SLICE));
                }
            }
            None if behind => wait_for_room(signals, tap, hurried.then_some(SLICE)),
            None => return,
        }
    }
}

fn wait_for_room(signals: Option<&Signals>, tap: &Tap, at_most: Option<Duration>) {
    let mut polled: Vec<PollFd<'_>> = tap
        .wants_room()
        .map(|sink| PollFd::from_borrowed_fd(sink, PollFlags::OUT))
        .collect();
    polled.extend(signals.map(|signals| PollFd::from_borrowed_fd(signals.as_fd(), PollFlags::IN)));
    let timeout = at_most.map(|limit| Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(limit.subsec_nanos()),
    });
    let _ = poll(&mut polled, timeout.as_ref());
}
