//! A run as one line for Icinga and friends: state, time, message.

use crate::facts::{RunFacts, moment, outcome_in_words, span_in_words};

/// `OK` or `CRITICAL`, the moment of the end, the message; with performance data behind a bar.
pub fn status_line(facts: &RunFacts) -> String {
    let state = if facts.end.failed { "CRITICAL" } else { "OK" };
    let end = &facts.end;
    // A bar begins the performance data, and a line break ends the status.
    let plain = |text: &str| text.replace('|', "/").replace(['\n', '\r'], " ");
    format!(
        "{state} {} {}: {} after {} | duration={:.3}s exit_code={} output={}B\n",
        moment(facts.run.started + end.took),
        plain(&facts.run.job),
        plain(&outcome_in_words(&end.outcome)),
        span_in_words(end.took),
        end.took.as_secs_f64(),
        facts.exit_code,
        end.stdout.bytes + end.stderr.bytes,
    )
}
