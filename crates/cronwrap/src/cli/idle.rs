//! Options that do nothing, or less than they say. The job comes first: they are no reason not to run it.

use crate::options::Arguments;
use std::ffi::OsString;

/// What some options are nothing without.
struct Want {
    options: &'static [&'static str],
    other: &'static str,
    is_there: fn(&Arguments) -> bool,
}

const WANTS: [Want; 5] = [
    Want {
        options: &[
            "lock-wait",
            "lock-on-error",
            "lock-on-lost",
            "skip-code",
            "skip-ping",
        ],
        other: "--lock",
        is_there: |arguments| arguments.locking.lock.is_some(),
    },
    Want {
        options: &["log-existing", "log-size", "log-age", "log-keep"],
        other: "--log",
        is_there: |arguments| arguments.output.log.is_some(),
    },
    Want {
        options: &["kill-after"],
        other: "--timeout",
        is_there: |arguments| arguments.limits.timeout.is_some(),
    },
    Want {
        options: &["retry-delay"],
        other: "--retry",
        is_there: |arguments| arguments.success.retry > 0,
    },
    Want {
        options: &["journal-lines"],
        other: "--journal or --syslog",
        is_there: |arguments| arguments.telling.journal || arguments.telling.syslog,
    },
];

/// Says of the options on the command line which do nothing; `words` is that line, `arguments` all that holds. What
/// variables and settings say is for many jobs, and may be of no use to this one.
pub(super) fn idle(words: &[OsString], arguments: &Arguments) -> Vec<String> {
    let ours = words.iter().skip(1).take_while(|word| *word != "--");
    let given: Vec<&str> = ours
        .filter_map(|word| word.to_str()?.strip_prefix("--"))
        .map(|word| word.split_once('=').map_or(word, |(name, _)| name))
        .collect();
    let wanting = WANTS.iter().filter(|want| !(want.is_there)(arguments));
    let mut notes: Vec<String> = wanting
        .flat_map(|want| want.options.iter().map(|option| (option, want.other)))
        .filter(|(option, _)| given.contains(option))
        .map(|(option, other)| format!("--{option} does nothing without {other}"))
        .collect();
    notes.extend(arguments.limits.nice.and_then(beyond_niceness));
    notes
}

/// A step is added to a niceness that has ends.
fn beyond_niceness(step: i32) -> Option<String> {
    let end = step.clamp(-20, 19);
    (step != end).then(|| format!("--nice {step}: niceness ends at {end}"))
}
