//! From the options to a job and what to do about it.

mod command;
mod recording;

pub(crate) use command::job;
pub(crate) use recording::{book, first_line_of, settings, state_folder};

use crate::attempts::Plan;
use crate::feed::To;
use crate::job::{self, Job};
use crate::lock::{self, Wanted};
use crate::logfile::Keeping;
use crate::options::Arguments;
use crate::pump::TimeLimit;
use crate::redact::Redactor;
use crate::rules::Rules;
use crate::run::{LogTo, Options, host};
use clap::ColorChoice;
use etcd::{Access, Target};
use reporting::Settings;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const DEFAULT_SHELL: &str = "/bin/sh";
/// Where programs are looked for when PATH is not set.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// What the environment says.
pub(crate) struct World {
    /// Our variables, in a fixed order.
    pub(crate) settings: Vec<(String, OsString)>,
    /// PATH.
    pub(crate) search_path: Option<OsString>,
    /// Any other variable, by its name.
    pub(crate) variable: fn(&str) -> Option<OsString>,
    /// TMPDIR, or /tmp.
    pub(crate) temporary_directory: PathBuf,
    /// XDG_RUNTIME_DIR.
    pub(crate) runtime_directory: Option<OsString>,
    /// SHELL.
    pub(crate) shell: Option<OsString>,
}

impl World {
    /// Whether our words on standard error are in colour.
    fn is_coloured(&self, when: ColorChoice) -> bool {
        let no = |name: &str, value: &str| {
            (self.variable)(name).is_some_and(|set| !set.is_empty() && (value.is_empty() || set == value))
        };
        match when {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                rustix::termios::isatty(rustix::stdio::stderr()) && !no("NO_COLOR", "") && !no("TERM", "dumb")
            }
        }
    }

    /// One of our variables, unless it is empty.
    pub(crate) fn setting(&self, name: &str) -> Option<&OsStr> {
        let found = self
            .settings
            .iter()
            .find(|(of, value)| of == name && !value.is_empty());
        found.map(|(_, value)| value.as_os_str())
    }
}

/// What to do besides running the job called `name`.
pub(crate) fn options(
    arguments: &Arguments,
    job: Option<&Job>,
    name: &str,
    world: &World,
    settings: &Settings,
    mut warnings: Vec<String>,
) -> Options {
    let whom = recording::telling(arguments, name, world, settings, &mut warnings);
    let (limits, success, telling) = (&arguments.limits, &arguments.success, &arguments.telling);
    let output = &arguments.output;
    let rules = Rules {
        success_codes: success.success_codes.clone(),
        fail_codes: success.fail_codes.clone(),
        fail_on_stderr: success.fail_on_stderr,
        fail_on_match: success.fail_on_match.clone(),
        expect_match: success.expect_match.clone(),
        expect_output: success.expect_output,
    };
    Options {
        plan: Plan {
            rules,
            time: limits.timeout.map(|limit| TimeLimit {
                limit,
                kill_after: limits.kill_after,
            }),
            retries: success.retry,
            pause: success.retry_delay,
            no_background: limits.no_background,
            terminal: None,
        },
        lock: locking(arguments, name, world),
        delay: limits
            .jitter
            .map_or(Duration::ZERO, |most| jitter(most, name, limits.jitter_random)),
        telling: Some(whom),
        log: match (telling.journal, telling.syslog) {
            (true, false) => Some(To::Journal),
            (true, true) => Some(To::JournalOrSyslog),
            (false, true) => Some(To::Syslog),
            (false, false) => None,
        },
        log_lines: telling.journal_lines,
        timestamps: output.timestamps.clone(),
        quiet: output.quiet.then(|| world.temporary_directory.clone()),
        log_file: output.log.clone().map(|pattern| LogTo {
            pattern,
            existing: output.log_existing,
            keeping: Keeping {
                size: output.log_size,
                age: output.log_age,
                count: output.log_keep,
            },
        }),
        json: telling.json,
        redactor: Arc::new(redactor(arguments, world, job)),
        redact_output: output.redact_output,
        coloured: world.is_coloured(arguments.color),
        warnings,
    }
}

/// What to take out of all that is stored or sent.
fn redactor(arguments: &Arguments, world: &World, job: Option<&Job>) -> Redactor {
    let of_job = |name: &String| {
        let set = job.and_then(|job| job.set.iter().rev().find(|(of, _)| *of == **name));
        let value = set
            .map(|(_, value)| value.clone())
            .or_else(|| (world.variable)(name));
        value.map(OsString::into_vec)
    };
    let output = &arguments.output;
    let values: Vec<Vec<u8>> = output.redact_value.iter().filter_map(of_job).collect();
    Redactor::new(&output.redact, &values, !output.no_redact)
}

/// The lock to take, and what to do when it cannot be had.
fn locking(arguments: &Arguments, job: &str, world: &World) -> Option<lock::Plan> {
    let locking = &arguments.locking;
    let name = locking.lock.as_deref()?;
    let name = if name.is_empty() { job } else { name };
    let wanted = if name.starts_with("etcd://") || name.starts_with("etcds://") {
        let access = Access::from_variables("CRONWRAP_ETCD", |name| world.setting(name).map(OsStr::to_owned));
        match (Target::parse(name), access) {
            (Ok(target), Ok(access)) => Wanted::Etcd(Target { access, ..target }),
            (Err(error), _) => Wanted::Unusable(error.to_string()),
            (_, Err(error)) => Wanted::Unusable(error.to_string()),
        }
    } else if name.contains('/') && locking.lock.as_deref() == Some(name) {
        Wanted::Local(name.into())
    } else {
        match lock::directory(world.runtime_directory.as_deref().map(Path::new)) {
            Ok(directory) => Wanted::Local(directory.join(format!("{}.lock", job::file_name(name)))),
            Err(error) => Wanted::Unusable(error.to_string()),
        }
    };
    Some(lock::Plan {
        wanted,
        wait: locking.lock_wait,
        on_error: locking.lock_on_error,
        on_lost: locking.lock_on_lost,
        skip_code: locking.skip_code,
        on_skip: locking.skip_ping,
    })
}

/// A part of `most`: the same each time for one job on one host, or another each time.
fn jitter(most: Duration, name: &str, random: bool) -> Duration {
    let number = match random {
        true => uuid::Uuid::new_v4().as_u128() as u64,
        false => job::hash(format!("{}\0{name}", host()).bytes()),
    };
    most.mul_f64((number >> 11) as f64 / (1_u64 << 53) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_stable_and_below_its_limit() {
        let most = Duration::from_secs(600);
        let all: Vec<Duration> = (0..100)
            .map(|number| jitter(most, &format!("job{number}"), false))
            .collect();
        assert_eq!(all[7], jitter(most, "job7", false));
        assert!(all.iter().all(|&one| one < most));
        assert!(all.iter().any(|&one| one < most / 4) && all.iter().any(|&one| one > most * 3 / 4));
        assert_ne!(jitter(most, "x", true), jitter(most, "x", true));
    }
}
