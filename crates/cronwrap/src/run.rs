//! One run, from its start to its report.

use crate::child;
use crate::clock::Clock;
use crate::feed::{Feed, To};
use crate::job::Job;
use crate::linger::linger;
use crate::outcome::{NotStarted, Outcome};
use crate::pinger::Pinger;
use crate::pump::{Ended, pump};
use crate::report::Report;
use crate::signals::{Signals, asks_to_end};
use crate::tap::Tap;
use crate::timestamps::Stamper;
use delivery::Monitor;
use std::time::Duration;
use uuid::Uuid;

/// What to do besides running the job.
#[derive(Default)]
pub(crate) struct Options {
    /// The monitor to ping.
    pub(crate) monitor: Option<Monitor>,
    /// What all pings together may cost after the job's end.
    pub(crate) ping_deadline: Duration,
    /// The log to tell.
    pub(crate) log: Option<To>,
    /// How many lines to log in half a minute, where the user chose.
    pub(crate) log_lines: Option<u64>,
    /// Show a timestamp before each line that is passed on.
    pub(crate) timestamps: bool,
    /// What is broken and does not stop the job: told on standard error and in the report.
    pub(crate) warnings: Vec<String>,
}

/// Runs the job and reports it. Returns the code to exit with.
pub(crate) fn run(job: &Job, options: Options) -> u8 {
    run_with(job, options, None)
}

/// Reports a job that cannot be started because of us, such as for its command line.
pub(crate) fn refuse(job: &Job, options: Options, why: NotStarted) -> u8 {
    run_with(job, options, Some(why))
}

fn run_with(job: &Job, mut options: Options, refused: Option<NotStarted>) -> u8 {
    let run = Uuid::new_v4();
    let clock = Clock::start();
    let mut tap = Tap::new();
    if options.timestamps {
        tap.stamper = Some(Stamper::new(tap.sinks.are_one()));
    }
    let signals = Signals::take();
    let child = match (refused, &signals) {
        (Some(why), _) => Err(why),
        (None, Ok(signals)) => child::spawn(job, signals.before),
        (None, Err(error)) => Err(NotStarted::ours(format!("cannot take in signals: {error}"))),
    };
    // From here on the job runs; nothing before was for anybody but the job.
    let mut notes = std::mem::take(&mut options.warnings);
    let pinger = options.monitor.take().and_then(|monitor| {
        let body = format!("{} started on {}", job.name, host());
        Pinger::start(monitor, run, options.ping_deadline, body)
            .map_err(|error| notes.push(format!("pings: {error}")))
            .ok()
    });
    if let Some(to) = options.log {
        match Feed::start(to, &job.name, &run.hyphenated().to_string(), options.log_lines) {
            Ok(feed) => tap.feed = Some(feed),
            Err(error) => notes.push(format!("log: {error}")),
        }
    }
    for note in &notes {
        tap.say(note);
    }
    let ended = match (child, &signals) {
        (Ok(child), Ok(signals)) => pump(child, signals, clock, &mut tap),
        (Err(why), _) => not_started(why, &mut tap),
        (Ok(_), Err(error)) => not_started(NotStarted::ours(error.to_string()), &mut tap),
    };
    finish(job, clock, ended, notes, pinger, signals.ok(), tap)
}

fn not_started(why: NotStarted, tap: &mut Tap) -> Ended {
    tap.say(&why.reason);
    Ended {
        outcome: Outcome::NotStarted(why),
        took: Duration::ZERO,
        held: false,
        forwarded: Vec::new(),
    }
}

/// Tells how it went. The job is over; only the reports are waited for, and our own readers.
fn finish(
    job: &Job,
    clock: Clock,
    ended: Ended,
    mut notes: Vec<String>,
    pinger: Option<Pinger>,
    signals: Option<Signals>,
    mut tap: Tap,
) -> u8 {
    let code = ended.outcome.exit_code();
    let told = notes.len();
    if ended.held {
        notes.push(
            "something that the job left running still held its output; it was not waited for".to_owned(),
        );
    }
    notes.extend(
        ended
            .forwarded
            .iter()
            .map(|signal| format!("{signal} came and was handed on to the job")),
    );
    for (stream, bytes, error) in tap.sinks.troubles() {
        notes.push(format!(
            "{bytes} bytes of output could not be passed on to {stream}: {error}"
        ));
    }
    for note in &notes[told..] {
        tap.say(note);
    }
    let feed = tap.feed.take();
    let capture = std::mem::take(&mut tap.capture);
    let outcome = ended.outcome.clone();
    let mut finishing = pinger.map(|pinger| {
        let (job, host) = (job.name.clone(), host());
        let report = Report {
            job,
            host,
            outcome,
            took: ended.took,
            notes,
            capture,
        };
        pinger.finish(code, Box::new(move |limit| report.body(limit)))
    });
    if let Some(failure) = feed.and_then(|feed| {
        feed.finish(
            clock.stamp(),
            &ended.outcome,
            ended.outcome.is_success(),
            ended.took,
        )
    }) {
        tap.say(&failure);
    }
    let hurried = ended.forwarded.iter().any(|&signal| asks_to_end(signal));
    linger(finishing.as_mut(), signals.as_ref(), &mut tap, hurried);
    code
}

/// This machine's name.
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
