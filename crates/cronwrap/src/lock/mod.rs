//! One run of a job at a time: on this host by a file, across hosts by etcd.

mod local;

pub(crate) use local::{Local, directory, write_own_number};

use crate::attempts::pause_for;
use crate::job::Job;
use crate::signals::Signals;
use clap::ValueEnum;
use etcd::{Holder, LockError, Target};
use nix::sys::signal::Signal;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often a file's lock is asked for while waiting.
const LOOK: Duration = Duration::from_millis(50);
/// What giving back a lock of etcd may cost before the report.
const RELEASE: Duration = Duration::from_secs(1);

/// Which lock, and what to do when it cannot be had.
pub(crate) struct Plan {
    pub(crate) wanted: Wanted,
    /// How long to wait for another run to end.
    pub(crate) wait: Duration,
    pub(crate) on_error: OnError,
    pub(crate) on_lost: OnLost,
    /// The code to exit with when the run is skipped.
    pub(crate) skip_code: u8,
    pub(crate) on_skip: OnSkip,
}

/// Which lock.
pub(crate) enum Wanted {
    /// A file on this host.
    Local(PathBuf),
    /// A key in etcd.
    Etcd(Target),
    /// One whose name or address cannot be used, and why.
    Unusable(String),
}

/// What to do when nobody can tell whether the lock is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Run the job without the lock
    Run,
    /// Skip the run
    Skip,
}

/// What to do when the lock is lost while the job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnLost {
    /// Say so
    Warn,
    /// Stop the job by SIGTERM
    Stop,
}

/// What a skipped run is to the monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnSkip {
    /// A note that changes nothing
    Log,
    /// A success
    Success,
    /// A failure
    Fail,
    /// Nothing
    None,
}

/// A lock that is ours.
pub(crate) enum Held {
    Local(Local),
    Etcd(etcd::Held),
}

/// Why there is no lock.
pub(crate) enum Refused {
    /// Another run has it.
    Busy(String),
    /// Nobody knows who has it.
    Unknown(String),
    /// We were told to end while waiting.
    Signal(Signal),
}

impl Plan {
    /// Takes the lock, or says why not.
    pub(crate) fn take(&self, job: &Job, holder: Holder, signals: &Signals) -> Result<Held, Refused> {
        match &self.wanted {
            Wanted::Local(path) => self.take_local(path, signals),
            Wanted::Etcd(target) => self.take_etcd(target, holder, signals),
            Wanted::Unusable(why) => Err(Refused::Unknown(format!("{}: {why}", job.name))),
        }
    }

    fn take_local(&self, path: &Path, signals: &Signals) -> Result<Held, Refused> {
        let begun = Instant::now();
        loop {
            match Local::take(path) {
                Ok(Ok(lock)) => return Ok(Held::Local(lock)),
                Ok(Err(holder)) if begun.elapsed() >= self.wait => return Err(Refused::Busy(holder)),
                Ok(Err(_)) => {}
                Err(error) => return Err(Refused::Unknown(format!("{}: {error}", path.display()))),
            }
            let left = self.wait.saturating_sub(begun.elapsed());
            if let Some(signal) = pause_for(LOOK.min(left), signals) {
                return Err(Refused::Signal(signal));
            }
        }
    }

    fn take_etcd(&self, target: &Target, holder: Holder, signals: &Signals) -> Result<Held, Refused> {
        let came = Cell::new(None);
        let cancelled = || {
            if came.get().is_none() {
                came.set(pause_for(Duration::ZERO, signals));
            }
            came.get().is_some()
        };
        match etcd::Lock::acquire_unless(target, &holder, etcd::ACQUIRE, self.wait, &cancelled) {
            Ok(held) => {
                if self.on_lost == OnLost::Stop {
                    // The signal takes the way that it would take from outside: it is handed on to the job.
                    held.on_lost(|_| {
                        let own = rustix::process::getpid();
                        let _ = rustix::process::kill_process(own, rustix::process::Signal::TERM);
                    });
                }
                Ok(Held::Etcd(held))
            }
            Err(LockError::Held(by)) => Err(Refused::Busy(format!("it is held by {by}"))),
            Err(error) => match came.get() {
                Some(signal) => Err(Refused::Signal(signal)),
                None => Err(Refused::Unknown(error.to_string())),
            },
        }
    }
}

impl Held {
    /// Gives the lock back: the job is over. What is to be told of it, if something is.
    pub(crate) fn release(self) -> Option<String> {
        match self {
            Held::Local(lock) => {
                lock.release();
                None
            }
            Held::Etcd(held) => {
                let lost = held
                    .loss()
                    .map(|lost| format!("the lock was lost while the job ran: {lost}"));
                let released = held.release(RELEASE);
                // A lock that is lost need not be given back.
                lost.or_else(|| {
                    released
                        .err()
                        .map(|error| format!("the lock ends with its lease: {error}"))
                })
            }
        }
    }

    /// The file that names the job, for the job's process to write its number into.
    pub(crate) fn file(&mut self) -> Option<&mut Local> {
        match self {
            Held::Local(lock) => Some(lock),
            Held::Etcd(_) => None,
        }
    }
}
