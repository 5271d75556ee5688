//! How a run ended, and the code that cronwrap exits with because of it.

use crate::redact::Redactor;
use std::fmt;
use std::time::Duration;

/// Another run has the lock.
pub(crate) const SKIPPED: u8 = 75;
/// The job's time was over.
pub(crate) const TIMED_OUT: u8 = 124;
/// cronwrap's own fault, or a command line that it cannot read.
pub(crate) const OUR_FAULT: u8 = 125;
/// The program is there and cannot be executed.
pub(crate) const NOT_EXECUTABLE: u8 = 126;
/// The program is not there.
pub(crate) const NOT_FOUND: u8 = 127;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The job ended by itself, with this code.
    Exited(u8),
    /// A signal ended the job.
    Signaled(u8),
    /// The job was stopped because its time, this long, was over.
    TimedOut(Duration),
    /// Another run has the lock, so there was none; the code to exit with, and why.
    Skipped(u8, String),
    /// The job could not be started.
    NotStarted(NotStarted),
}

/// Why a job could not be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotStarted {
    /// 125, 126 or 127.
    pub(crate) code: u8,
    /// What is wrong, for people: "/opt/x: no such file or directory".
    pub(crate) reason: String,
}

impl NotStarted {
    /// A start that failed for a reason of ours.
    pub(crate) fn ours(reason: impl Into<String>) -> NotStarted {
        NotStarted {
            code: OUR_FAULT,
            reason: reason.into(),
        }
    }
}

impl Outcome {
    /// The code to exit with, as a shell would.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Outcome::Exited(code) => *code,
            Outcome::Signaled(signal) => 128 + signal,
            Outcome::TimedOut(_) => TIMED_OUT,
            Outcome::Skipped(code, _) => *code,
            Outcome::NotStarted(why) => why.code,
        }
    }
}

impl Outcome {
    /// Takes secrets out of the words about it.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        match self {
            Outcome::Skipped(_, why) => *why = redactor.redact_text(why),
            Outcome::NotStarted(why) => why.reason = redactor.redact_text(&why.reason),
            Outcome::Exited(_) | Outcome::Signaled(_) | Outcome::TimedOut(_) => {}
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Exited(code) => write!(f, "exit code {code}"),
            Outcome::Signaled(signal) => write!(f, "ended by {}", SignalName(*signal)),
            Outcome::TimedOut(limit) => {
                write!(f, "stopped ({TIMED_OUT}), its time of {} was over", Took(*limit))
            }
            Outcome::Skipped(_, why) => write!(f, "skipped: {why}"),
            Outcome::NotStarted(why) => write!(f, "not started ({}): {}", why.code, why.reason),
        }
    }
}

/// A signal as people write it: `SIGTERM`, or `signal 40` where it has no name.
pub(crate) struct SignalName(pub(crate) u8);

impl fmt::Display for SignalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match nix::sys::signal::Signal::try_from(i32::from(self.0)) {
            Ok(signal) => f.write_str(signal.as_str()),
            Err(_) => write!(f, "signal {}", self.0),
        }
    }
}

/// A duration as people write it, from `12 ms` to `2 h 05 min`.
pub(crate) struct Took(pub(crate) Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0 => write!(f, "{} ms", self.0.as_millis()),
            1..=59 => write!(f, "{:.1} s", (self.0.as_millis() / 100) as f64 / 10.0),
            60..=3599 => write!(f, "{} min {:02} s", seconds / 60, seconds % 60),
            _ => write!(f, "{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        let shown = |millis| Took(Duration::from_millis(millis)).to_string();
        assert_eq!(
            [
                shown(12),
                shown(2_050),
                shown(59_990),
                shown(61_000),
                shown(7_500_000)
            ],
            ["12 ms", "2.0 s", "59.9 s", "1 min 01 s", "2 h 05 min"]
        );
    }

    #[test]
    fn exit_codes_are_a_shell_s() {
        assert_eq!(Outcome::Exited(3).exit_code(), 3);
        assert_eq!(Outcome::Signaled(9).exit_code(), 137);
        assert_eq!(Outcome::Signaled(9).to_string(), "ended by SIGKILL");
        assert_eq!(Outcome::Signaled(40).to_string(), "ended by signal 40");
    }
}
