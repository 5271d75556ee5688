//! One run, from its start to its report.

use crate::attempts::{Plan, Told, pause_for};
use crate::clock::Clock;
use crate::feed::{Feed, To};
use crate::job::Job;
use crate::linger::{Left, linger};
use crate::lock::{self, Held, OnError, OnSkip, Refused};
use crate::logfile::{Existing, Keeping, LogFile, Name};
use crate::outcome::{NotStarted, SKIPPED, Took};
use crate::recorded;
use crate::redact::Redactor;
use crate::report::Report;
use crate::signals::Signals;
use crate::spool::Spool;
use crate::tap::Tap;
use crate::teller::{Ending, Teller, Telling};
use crate::timestamps::{self, Format, Stamper};
use delivery::PingKind;
use rustix::process::Pid;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What to do besides running the job.
#[derive(Default)]
pub(crate) struct Options {
    /// How to run the job.
    pub(crate) plan: Plan,
    /// The lock to take first.
    pub(crate) lock: Option<lock::Plan>,
    /// Wait this long before the start.
    pub(crate) delay: Duration,
    /// Whom to tell, and where to keep it.
    pub(crate) telling: Option<Telling>,
    /// The log to tell.
    pub(crate) log: Option<To>,
    /// How many lines to log in half a minute, where the user chose.
    pub(crate) log_lines: Option<u64>,
    /// Show a timestamp before each line that is passed on.
    pub(crate) timestamps: Option<Format>,
    /// Hold back what is passed on until the job has failed; the rest of it in a file in this directory.
    pub(crate) quiet: Option<PathBuf>,
    /// The log file.
    pub(crate) log_file: Option<LogTo>,
    /// Print a line of JSON at the end.
    pub(crate) json: bool,
    /// The secrets.
    pub(crate) redactor: Arc<Redactor>,
    /// Whether to take secrets out of what is passed on, too.
    pub(crate) redact_output: bool,
    /// Whether our own words are in colour.
    pub(crate) coloured: bool,
    /// What is broken and does not stop the job: told on standard error and in the report.
    pub(crate) warnings: Vec<String>,
}

/// Which file to log to, and how.
pub(crate) struct LogTo {
    /// With places to fill.
    pub(crate) pattern: PathBuf,
    pub(crate) existing: Existing,
    pub(crate) keeping: Keeping,
}

/// A run under way.
struct Run<'a> {
    job: &'a Job,
    id: Uuid,
    clock: Clock,
    options: Options,
    notes: Vec<String>,
    teller: Option<Teller>,
    /// Where all of the output is.
    log_file: Option<String>,
    /// What the monitors are told in the end, where it is not the exit code.
    last_ping: Option<Option<PingKind>>,
}

/// Runs the job and reports it. Returns the code to exit with.
pub(crate) fn run(job: &Job, options: Options) -> u8 {
    let signals = match Signals::take() {
        Ok(signals) => signals,
        Err(error) => {
            return refuse(
                job,
                options,
                NotStarted::ours(format!("cannot take in signals: {error}")),
                false,
            );
        }
    };
    let delay = options.delay;
    if !delay.is_zero()
        && let Some(signal) = pause_for(delay, &signals)
    {
        return 128 + signal as u8;
    }
    let mut run = Run::new(job, options);
    let mut tap = run.tap();
    let mut held = match run.take_lock(&signals) {
        Ok(held) => held,
        Err(Refused::Signal(signal)) => return 128 + signal as u8,
        Err(Refused::Busy(why)) => return run.skip(why, false, tap),
        Err(Refused::Unknown(why)) => return run.skip(why, true, tap),
    };
    let plan = std::mem::take(&mut run.options.plan);
    let file = held.as_mut().and_then(Held::file);
    let mut told = plan.run(job, file, &signals, run.clock, &mut tap, |child, tap| {
        run.tell_start(child, tap)
    });
    // Before any network: whoever waits for the lock does not wait for our monitor.
    told.warnings.extend(held.and_then(Held::release));
    run.finish(told, Some(&signals), tap)
}

/// Reports a job that cannot be started because of us, such as for its command line; standard error may say it already.
pub(crate) fn refuse(job: &Job, options: Options, why: NotStarted, is_said: bool) -> u8 {
    let mut run = Run::new(job, options);
    let mut tap = run.tap();
    run.tell_start(None, &mut tap);
    if !is_said {
        tap.say(&why.reason);
    }
    run.finish(Told::refused(why), None, tap)
}

impl<'a> Run<'a> {
    fn new(job: &'a Job, options: Options) -> Run<'a> {
        Run {
            job,
            id: Uuid::new_v4(),
            clock: Clock::start(),
            options,
            notes: Vec::new(),
            teller: None,
            log_file: None,
            last_ping: None,
        }
    }

    fn tap(&self) -> Tap {
        let mut tap = Tap::new(Arc::clone(&self.options.redactor));
        let together = tap.onward.sinks.are_one();
        tap.onward.stamper = self
            .options
            .timestamps
            .clone()
            .map(|format| Stamper::new(format, together));
        tap.onward.spool = self.options.quiet.clone().map(Spool::new);
        tap.redact_output = self.options.redact_output;
        tap.coloured = self.options.coloured;
        tap
    }

    /// Takes the lock, if one is wanted. A broken one that may be done without is a warning.
    fn take_lock(&mut self, signals: &Signals) -> Result<Option<Held>, Refused> {
        let Some(plan) = &self.options.lock else {
            return Ok(None);
        };
        let started = timestamps::rfc3339(self.clock.stamp());
        let run = self.id.hyphenated().to_string();
        let holder = etcd::Holder {
            host: host(),
            pid: std::process::id(),
            run,
            started,
        };
        match plan.take(self.job, holder, signals) {
            Err(Refused::Unknown(why)) if plan.on_error == OnError::Run => {
                self.options
                    .warnings
                    .push(format!("no lock, the job runs without it: {why}"));
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    /// Tells that there was no run. `broken` where that is the lock's fault and not another run's.
    fn skip(mut self, why: String, broken: bool, mut tap: Tap) -> u8 {
        let plan = self.options.lock.take();
        let code = plan.as_ref().map_or(SKIPPED, |plan| plan.skip_code);
        let kind = match plan.map(|plan| plan.on_skip) {
            _ if broken => Some(PingKind::Fail),
            Some(OnSkip::Log) | None => Some(PingKind::Log),
            Some(OnSkip::Success) => Some(PingKind::Success),
            Some(OnSkip::Fail) => Some(PingKind::Fail),
            Some(OnSkip::None) => None,
        };
        if code != 0 || broken {
            tap.say(&format!("skipped: {why}"));
        }
        self.notes = std::mem::take(&mut self.options.warnings);
        self.start_telling(None, None);
        self.last_ping = Some(kind);
        self.finish(Told::skipped(code, why), None, tap)
    }

    fn start_telling(&mut self, child: Option<Pid>, text: Option<String>) {
        let Some(telling) = self.options.telling.take().filter(Telling::is_needed) else {
            return;
        };
        let run = recorded::begun(self.job, self.id, self.clock, child, &self.options.redactor);
        match Teller::start(telling, run, text) {
            Ok(teller) => self.teller = Some(teller),
            Err(error) => self.notes.push(format!("no pings and no record: {error}")),
        }
    }

    /// Tells everybody that the job has been started. Before this, nothing was for anybody but the job.
    fn tell_start(&mut self, child: Option<Pid>, tap: &mut Tap) {
        self.notes = std::mem::take(&mut self.options.warnings);
        self.start_telling(child, Some(format!("{} started on {}", self.job.name, host())));
        if let Some(to) = self.options.log {
            match Feed::start(
                to,
                &self.job.name,
                &self.id.hyphenated().to_string(),
                self.options.log_lines,
            ) {
                Ok(feed) => tap.feed = Some(feed),
                Err(error) => self.notes.push(format!("log: {error}")),
            }
        }
        if let Some(LogTo {
            pattern,
            existing,
            keeping,
        }) = self.options.log_file.take()
        {
            let (at, run) = (self.clock.stamp(), self.id.hyphenated().to_string());
            let name = Name::fill(&pattern, &self.job.name, &host(), &run, at);
            self.log_file = Some(name.path.display().to_string());
            match LogFile::start(name, existing, keeping) {
                Ok(log) => {
                    log.remark(at, format!("{} started on {}, run {run}", self.job.name, host()));
                    tap.log = Some(log);
                }
                Err(error) => self.notes.push(format!("log: {error}")),
            }
        }
        for note in &self.notes {
            tap.say(note);
        }
    }

    /// Tells how it went. The job is over; only the reports are waited for, and our own readers.
    fn finish(mut self, mut told: Told, signals: Option<&Signals>, mut tap: Tap) -> u8 {
        let mut warnings = std::mem::take(&mut told.warnings);
        for (stream, bytes, error) in tap.onward.sinks.troubles() {
            warnings.push(format!(
                "{bytes} bytes of output could not be passed on to {stream}: {error}"
            ));
        }
        let mut left = Left::default();
        if let Some(spool) = tap.onward.spool.take().filter(|_| !told.verdict.success) {
            warnings.extend(spool.trouble());
            left.replay = Some(spool.replay());
        }
        self.notes.extend(std::mem::take(&mut told.notes));
        left.words.clone_from(&warnings);
        self.notes.extend(warnings);
        // What they quote of the job may be a secret.
        let redactor = Arc::clone(&self.options.redactor);
        told.outcome.redact(&redactor);
        self.notes
            .iter_mut()
            .for_each(|note| *note = redactor.redact_text(note));
        let (feed, log) = (tap.feed.take(), tap.log.take());
        let journal = feed.is_some() && self.options.log != Some(To::Syslog);
        let capture = std::mem::take(&mut tap.capture);
        let code = told.verdict.code;
        let report = Report {
            job: self.job.name.clone(),
            host: if self.teller.is_some() || self.options.json {
                host()
            } else {
                String::new()
            },
            outcome: told.outcome.clone(),
            took: told.took,
            notes: self.notes,
            capture,
            redactor,
        };
        let json = self
            .options
            .json
            .then(|| report.json(&self.id.hyphenated().to_string(), code, told.verdict.success));
        let log_file = self.log_file.take();
        let finishing = self.teller.map(|teller| {
            let ping = self.last_ping.unwrap_or(Some(PingKind::ExitCode(code)));
            let ended = recorded::ended(&told, report, log_file, ping);
            teller.finish(Ending { journal, ..ended })
        });
        if let Some(log) = &log {
            let text = format!("{}: {} after {}", self.job.name, told.outcome, Took(told.took));
            log.remark(self.clock.stamp(), text);
        }
        let logged = feed
            .and_then(|feed| feed.finish(self.clock.stamp(), &told.outcome, told.verdict.success, told.took));
        left.words.extend(logged);
        left.words.extend(log.and_then(LogFile::finish));
        left.json = json;
        linger(finishing, left, signals, &mut tap, told.hurried);
        code
    }
}

/// This machine's name.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
