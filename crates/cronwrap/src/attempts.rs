//! Running the job, once or until it succeeds.

use crate::cgroup::Group;
use crate::child::{self, Luggage};
use crate::clock::Clock;
use crate::job::Job;
use crate::leftover;
use crate::lock::Local;
use crate::outcome::{NotStarted, Outcome, Took};
use crate::pump::{Ended, TimeLimit, pump};
use crate::rules::{Printed, Rules, Verdict};
use crate::signals::{Arrived, Signals, asks_to_end};
use crate::tap::Tap;
use crate::terminal::Terminal;
use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Pid;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// No pause between two attempts is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// How to run the job.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) rules: Rules,
    pub(crate) time: Option<TimeLimit>,
    /// How often to run the job again when it fails.
    pub(crate) retries: u32,
    /// Before the second attempt; then twice as long each time.
    pub(crate) pause: Duration,
    /// The terminal whose foreground the job takes.
    pub(crate) terminal: Option<Terminal>,
    /// End what the job leaves running.
    pub(crate) no_background: bool,
}

/// How the run went.
pub(crate) struct Told {
    pub(crate) outcome: Outcome,
    pub(crate) verdict: Verdict,
    /// All attempts and the pauses between them.
    pub(crate) took: Duration,
    /// For the report.
    pub(crate) notes: Vec<String>,
    /// For the report, and worth a line on standard error.
    pub(crate) warnings: Vec<String>,
    /// Whether a signal asked us to end.
    pub(crate) hurried: bool,
}

impl Plan {
    /// Runs the job as often as needed. `first` is called when the first attempt has been started, or not.
    pub(crate) fn run(
        &self,
        job: &Job,
        mut lock: Option<&mut Local>,
        signals: &Signals,
        clock: Clock,
        tap: &mut Tap,
        mut first: impl FnMut(Option<Pid>, &mut Tap),
    ) -> Told {
        child::adopt_orphans();
        let mut told = Told::new();
        let begun = Instant::now();
        let group = match job.limits.memory.map(Group::with_memory).transpose() {
            Ok(group) => group,
            Err(why) => {
                first(None, tap);
                tap.say(&why);
                return Told::refused(NotStarted::ours(why));
            }
        };
        for attempt in 0..=self.retries {
            let before = Printed::of(&tap.capture);
            tap.watch = self.rules.watch();
            if let Some(lock) = lock.as_mut().filter(|_| attempt > 0) {
                let _ = lock.begin();
            }
            let luggage = Luggage {
                group: group.as_ref(),
                lock: lock.as_deref(),
                terminal: self.terminal.as_ref(),
                signal_mask: signals.before,
            };
            let child = child::spawn(job, &luggage);
            if let (Some(lock), Ok(child)) = (&mut lock, &child) {
                lock.started(child.pid);
            }
            if attempt == 0 {
                first(child.as_ref().ok().map(|child| child.pid), tap);
            }
            let ended = match child {
                Ok(child) => {
                    let group = child.pid;
                    let ended = pump(child, self.time, self.terminal.as_ref(), signals, clock, tap);
                    told.left_behind(self.no_background.then_some(group), &ended);
                    ended
                }
                Err(why) => {
                    tap.say(&why.reason);
                    not_started(why)
                }
            };
            if let Some(terminal) = &self.terminal {
                terminal.take_back();
            }
            tap.end(clock.stamp());
            let printed = Printed::of(&tap.capture).since(before);
            told.verdict = self.rules.judge(&ended.outcome, tap.watch.as_ref(), &printed);
            told.take(&ended);
            let started = !matches!(ended.outcome, Outcome::NotStarted(_));
            if told.verdict.success || told.hurried || !started || attempt == self.retries {
                break;
            }
            let number = attempt + 1;
            told.notes.push(format!(
                "attempt {number}: {} after {}",
                ended.outcome,
                Took(ended.took)
            ));
            if self.wait(attempt, signals, &mut told) {
                break;
            }
            tap.say(&format!(
                "attempt {number} failed ({}), now attempt {}",
                ended.outcome,
                number + 1
            ));
        }
        if group.is_some_and(|group| group.ran_out()) {
            told.warnings
                .push("the kernel killed for want of memory: --memory is too little".to_owned());
        }
        told.took = begun.elapsed();
        told
    }

    /// Pauses after an attempt. Whether a signal ended the waiting, and with it the run.
    fn wait(&self, attempt: u32, signals: &Signals, told: &mut Told) -> bool {
        let pause = self.pause.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE);
        match pause_for(pause, signals) {
            Some(signal) => {
                told.notes.push(format!(
                    "{signal} came between two attempts; there is no further one"
                ));
                told.hurried = true;
                true
            }
            None => false,
        }
    }
}

/// Waits. The signal that asked us to end meanwhile, if one did.
pub(crate) fn pause_for(pause: Duration, signals: &Signals) -> Option<Signal> {
    let until = Instant::now() + pause;
    loop {
        while let Some(arrived) = signals.next() {
            match arrived {
                Arrived::Forward(signal) | Arrived::Typed(signal) if asks_to_end(signal) => {
                    return Some(signal);
                }
                Arrived::Forward(_) | Arrived::Typed(_) => {}
                Arrived::Child => while child::reap().is_some() {},
            }
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        let timeout = Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        let _ = poll(
            &mut [PollFd::from_borrowed_fd(signals.as_fd(), PollFlags::IN)],
            Some(&timeout),
        );
    }
}

fn not_started(why: NotStarted) -> Ended {
    Ended {
        outcome: Outcome::NotStarted(why),
        took: Duration::ZERO,
        held: false,
        forwarded: Vec::new(),
    }
}

impl Told {
    fn new() -> Told {
        let outcome = Outcome::Exited(0);
        let verdict = Verdict {
            success: true,
            code: 0,
            because: None,
        };
        Told {
            outcome,
            verdict,
            took: Duration::ZERO,
            notes: Vec::new(),
            warnings: Vec::new(),
            hurried: false,
        }
    }

    /// A job that was never started, because of us.
    pub(crate) fn refused(why: NotStarted) -> Told {
        let outcome = Outcome::NotStarted(why);
        let verdict = Verdict {
            success: false,
            code: outcome.exit_code(),
            because: None,
        };
        Told {
            outcome,
            verdict,
            ..Told::new()
        }
    }

    /// A run that another one's lock kept from being.
    pub(crate) fn skipped(code: u8, why: String) -> Told {
        let verdict = Verdict {
            success: false,
            code,
            because: None,
        };
        Told {
            outcome: Outcome::Skipped(code, why),
            verdict,
            ..Told::new()
        }
    }

    fn take(&mut self, ended: &Ended) {
        self.outcome = ended.outcome.clone();
        self.hurried = self.hurried || ended.forwarded.iter().any(|&signal| asks_to_end(signal));
        self.notes.extend(
            ended
                .forwarded
                .iter()
                .map(|signal| format!("{signal} came and was handed on to the job")),
        );
        if let Some(because) = &self.verdict.because {
            let note = match self.verdict.success {
                true => because.clone(),
                false => format!("failed: {because}"),
            };
            if !self.verdict.success {
                self.warnings.push(note);
            } else {
                self.notes.push(note);
            }
        }
    }

    fn left_behind(&mut self, end: Option<rustix::process::Pid>, ended: &Ended) {
        let names = leftover::names();
        if names.is_empty() {
            if ended.held {
                self.warnings
                    .push("something still held the job's output; it was not waited for".to_owned());
            }
            return;
        }
        let names = names.join(", ");
        if let Some(group) = end {
            leftover::end(group);
            self.notes
                .push(format!("left running by the job, and ended: {names}"));
        } else if ended.held {
            self.warnings.push(format!(
                "left running by the job and not waited for, though it held the output: {names}"
            ));
        } else {
            self.notes.push(format!("left running by the job: {names}"));
        }
    }
}
