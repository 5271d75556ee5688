//! All that can be told of one run.

use std::time::SystemTime;

use chrono::{DateTime, Local, SecondsFormat};
use delivery::PingKind;
use history::{End, NewRun, Outcome, Usual};

/// A run that has ended.
#[derive(Clone, Debug)]
pub struct RunFacts {
    /// Its beginning.
    pub run: NewRun,
    /// Its end.
    pub end: End,
    /// The code that cronwrap exits with.
    pub exit_code: u8,
    /// What the monitors are told; nothing, to tell them nothing.
    pub ping: Option<PingKind>,
    /// How long the job usually takes, where that is known.
    pub usual: Option<Usual>,
    /// The first lines of its standard error.
    pub first_errors: Vec<String>,
    /// The last lines of its output.
    pub last_lines: Vec<String>,
    /// Whether its lines are in the journal, under its ID.
    pub journal: bool,
    /// What people should know besides.
    pub notes: Vec<String>,
}

/// How a run ended, in words: the number for those who look it up, the meaning for those who need not.
pub(crate) fn outcome_in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Exited(0) => "succeeded".to_owned(),
        Outcome::Exited(code) => format!("exit code {code}{}", meaning(*code)),
        Outcome::Signaled(signal) => format!("ended by {}", signal_in_words(*signal)),
        Outcome::TimedOut => "ended by its time limit".to_owned(),
        Outcome::NotStarted(code, reason) => format!("not started ({code}): {reason}"),
        Outcome::Skipped => "skipped, because it was still running".to_owned(),
        Outcome::Lost => "lost: its processes are gone, and nobody saw how it ended".to_owned(),
    }
}

/// What shells and sysexits.h mean by a code.
fn meaning(code: u8) -> &'static str {
    match code {
        2 => " (often: wrong arguments)",
        64 => " (wrong arguments)",
        65 => " (wrong data)",
        66 => " (no input)",
        67 => " (no such user)",
        68 => " (no such host)",
        69 => " (a service was not there)",
        70 => " (an error in the program)",
        71 => " (an error of the system)",
        72 => " (a file of the system is missing)",
        73 => " (an output could not be made)",
        74 => " (an error of input or output)",
        75 => " (for now: worth another try)",
        76 => " (a protocol was not kept)",
        77 => " (not permitted)",
        78 => " (wrong settings)",
        124 => " (its own time limit)",
        125 => " (often: its wrapper failed)",
        126 => " (a command could not be executed)",
        127 => " (a command was not found)",
        130 => " (interrupted)",
        137 => " (killed: often for lack of memory)",
        143 => " (terminated)",
        _ => "",
    }
}

fn signal_in_words(signal: u8) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        6 => "SIGABRT (it gave up)",
        8 => "SIGFPE",
        9 => "SIGKILL (often for lack of memory)",
        11 => "SIGSEGV (it crashed)",
        13 => "SIGPIPE (its reader was gone)",
        15 => "SIGTERM",
        24 => "SIGXCPU (its limit of CPU time)",
        25 => "SIGXFSZ (its limit of file size)",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}

/// A duration as people write it.
pub(crate) fn span_in_words(span: std::time::Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0 => format!("{} ms", span.as_millis()),
        1..=59 => format!("{:.1} s", span.as_secs_f64()),
        60..=3599 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3600..=86_399 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// A moment with its offset from UTC, in the host's zone.
pub fn moment(time: SystemTime) -> String {
    DateTime::<Local>::from(time).to_rfc3339_opts(SecondsFormat::Secs, false)
}
