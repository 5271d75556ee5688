//! Everything that is told about a run and kept of it, on a thread of its own: the job waits neither for the
//! network nor for the disk.

mod files;
mod record;
mod start;

use crate::teller::record::Record;
use delivery::{Monitor, PingKind};
use history::{End, NewRun};
use reporting::{Address, AddressBook, JobSettings, RunFacts};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use files::{Files, ResultTo};

/// What a body may weigh where no monitor said: what a self-hosted Healthchecks takes.
const DEFAULT_BODY_LIMIT: usize = 10_000;
/// How long we wait after the last moment of the pings for what became of them.
const GRACE: Duration = Duration::from_millis(250);

/// A job that ends within this is written down once, and so costs one transaction.
const INSTANT: Duration = Duration::from_millis(5);
/// The beginning of a job that ends within this never waits for the disk, and so costs one sync.
const SHORT: Duration = Duration::from_millis(50);

/// Makes the text about the run for the monitors, in so many bytes.
pub(crate) type Body = Box<dyn Fn(usize) -> Vec<u8> + Send>;

/// Whom to tell of a run, and where to keep it.
pub(crate) struct Telling {
    /// The ping URL of the command line.
    pub(crate) url: Option<String>,
    /// The way to everything that has a name in the settings.
    pub(crate) book: AddressBook,
    /// What the settings say of this job.
    pub(crate) job: JobSettings,
    /// What telling may cost after the job's end.
    pub(crate) total: Duration,
    /// The state directory; nothing is recorded without one.
    pub(crate) folder: Option<PathBuf>,
    /// What is written for other programs.
    pub(crate) files: Files,
}

/// A run's end, as it is told and kept.
pub(crate) struct Ending {
    pub(crate) end: End,
    pub(crate) exit_code: u8,
    /// What the monitors are told.
    pub(crate) ping: Option<PingKind>,
    pub(crate) notes: Vec<String>,
    /// Whether the output is in the journal.
    pub(crate) journal: bool,
    pub(crate) first_errors: Vec<String>,
    pub(crate) last_lines: Vec<String>,
    pub(crate) body: Body,
}

struct Last {
    ending: Ending,
    deadline: Instant,
}

/// The thread that tells: the start is on its way.
pub(crate) struct Teller {
    total: Duration,
    last: Sender<Last>,
    failures: Receiver<String>,
}

/// A monitor and the address under which its pings wait.
struct Told {
    monitor: Arc<Monitor>,
    address: Address,
}

impl Telling {
    /// Whether there is anything to tell or to keep.
    pub(crate) fn is_needed(&self) -> bool {
        self.url.is_some()
            || self.folder.is_some()
            || !self.files.is_empty()
            || !self.job.monitors.is_empty()
            || !self.job.channels.is_empty()
    }
}

impl Teller {
    /// Tells of the start beside the job, where there is one (`start`), and begins the record.
    pub(crate) fn start(telling: Telling, run: NewRun, start: Option<String>) -> std::io::Result<Teller> {
        let (last, next) = channel();
        let (say, failures) = channel();
        let total = telling.total;
        thread::Builder::new().name("teller".to_owned()).spawn(move || {
            Work {
                telling,
                run,
                say,
                next,
            }
            .run(start);
        })?;
        Ok(Teller {
            total,
            last,
            failures,
        })
    }

    /// The job has ended: lets the rest be told, which waits for the start's answer.
    pub(crate) fn finish(self, ending: Ending) -> Finishing {
        let deadline = Instant::now() + self.total;
        let _ = self.last.send(Last { ending, deadline });
        Finishing {
            failures: self.failures,
            give_up: deadline + GRACE,
            done: false,
        }
    }
}

/// What the thread works with.
struct Work {
    telling: Telling,
    run: NewRun,
    say: Sender<String>,
    next: Receiver<Last>,
}

impl Work {
    fn run(self, start: Option<String>) {
        let (monitors, channels) = self.whom();
        let starts = start.map(|text| start::pings(&monitors, self.run.id, &text, self.telling.total));
        let told = reporting::Told {
            monitors: monitors.iter().map(|told| told.address.clone()).collect(),
            channels,
            rule: self.telling.job.rule,
            hold: self.telling.total + GRACE,
        };
        let mut record = Record::open(&self.telling, told, &self.say);
        let mut last = self.next.recv_timeout(INSTANT).ok();
        if last.is_none() {
            record.begin(&self.run);
            last = self.next.recv_timeout(SHORT).ok();
        }
        if last.is_none() {
            record.goes_on(&self.run);
            last = self.wait(&mut record);
        }
        let limit = starts.map_or(DEFAULT_BODY_LIMIT, |starts| starts.body_limit(&self.say));
        let Some(last) = last else { return };
        let Ending {
            end,
            exit_code,
            ping,
            notes,
            journal,
            first_errors,
            last_lines,
            body,
        } = last.ending;
        let usual = record.usual(&self.run.job);
        let run = self.run.clone();
        let facts = RunFacts {
            run,
            end,
            exit_code,
            ping,
            usual,
            first_errors,
            last_lines,
            journal,
            notes,
        };
        let body = String::from_utf8_lossy(&body(limit)).into_owned();
        let before = record.last_success(&self.run.job);
        for failure in self.telling.files.write(&facts, before) {
            let _ = self.say.send(failure);
        }
        record.finish(&facts, &body, last.deadline);
    }

    /// Whom this run is told. A name that leads nowhere is said, and the others are told.
    fn whom(&self) -> (Vec<Told>, Vec<Address>) {
        let Telling { url, book, job, .. } = &self.telling;
        let name = &self.run.job;
        let mut monitors = Vec::new();
        let mut troubles = Vec::new();
        if let Some(url) = url {
            match (Monitor::from_url(url), AddressBook::of_url(url)) {
                (Ok(monitor), Ok(address)) => {
                    let monitor = monitor.through(book.network.clone());
                    monitors.push(Told {
                        monitor: Arc::new(monitor),
                        address,
                    });
                }
                (Err(error), _) | (_, Err(error)) => troubles.push(format!("no pings: {error}")),
            }
        }
        for of in &job.monitors {
            let monitor = book.settings.monitor(of, name, &book.host, &book.network);
            match monitor.and_then(|monitor| Ok((monitor, book.of_monitor(of, name)?))) {
                Ok((monitor, address)) => monitors.push(Told {
                    monitor: Arc::new(monitor),
                    address,
                }),
                Err(why) => troubles.push(format!("monitor {of}: {why}")),
            }
        }
        let mut channels = Vec::new();
        for of in &job.channels {
            match book.of_channel(of, name) {
                Ok(address) => channels.push(address),
                Err(why) => troubles.push(format!("channel {of}: {why}")),
            }
        }
        for trouble in troubles {
            let _ = self.say.send(trouble);
        }
        (monitors, channels)
    }

    /// Waits for the end. Tells once when that takes longer than the settings say.
    fn wait(&self, record: &mut Record<'_>) -> Option<Last> {
        let Some(limit) = self.telling.job.running else {
            return self.next.recv().ok();
        };
        let begun = self.run.started.elapsed().unwrap_or_default();
        match self.next.recv_timeout(limit.saturating_sub(begun)) {
            Ok(last) => Some(last),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                record.still_running(&self.run, limit);
                self.next.recv().ok()
            }
        }
    }
}

/// The rest is being told.
pub(crate) struct Finishing {
    failures: Receiver<String>,
    give_up: Instant,
    done: bool,
}

impl Finishing {
    /// Waits for news for this long at most: `Some` failure to tell about. See [`Finishing::is_done`].
    pub(crate) fn wait(&mut self, patience: Duration) -> Option<String> {
        let left = self.give_up.saturating_duration_since(Instant::now());
        match self.failures.recv_timeout(patience.min(left)) {
            Ok(failure) => Some(failure),
            Err(RecvTimeoutError::Disconnected) => {
                self.done = true;
                None
            }
            Err(RecvTimeoutError::Timeout) => {
                self.done = left.is_zero();
                self.done
                    .then(|| "last ping: given up, its time is over".to_owned())
            }
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done
    }
}
