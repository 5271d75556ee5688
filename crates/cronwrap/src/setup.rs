//! From the options to a job and what to do about it.

use crate::attempts::Plan;
use crate::feed::To;
use crate::job::{self, Job, Limits};
use crate::lock::{self, Wanted};
use crate::logfile::Keeping;
use crate::options::Arguments;
use crate::pump::TimeLimit;
use crate::redact::Redactor;
use crate::rules::Rules;
use crate::run::{LogTo, Options, host};
use crate::teller::{Files, ResultTo, Telling};
use delivery::Network;
use etcd::{Access, Target};
use reporting::{AddressBook, Settings};
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
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
    /// One of our variables, unless it is empty.
    pub(crate) fn setting(&self, name: &str) -> Option<&OsStr> {
        let found = self
            .settings
            .iter()
            .find(|(of, value)| of == name && !value.is_empty());
        found.map(|(_, value)| value.as_os_str())
    }
}

/// The job, or what keeps it from being one.
pub(crate) fn job(arguments: &Arguments, world: &World, warnings: &mut Vec<String>) -> Result<Job, String> {
    let shell = world
        .setting("CRONWRAP_SHELL")
        .unwrap_or(OsStr::new(DEFAULT_SHELL))
        .to_owned();
    let flags = arguments.shell_flags.iter().map(OsString::from);
    let (program, words, named) = match (&arguments.line, &*arguments.command, &*arguments.file) {
        (Some(line), [], rest) => {
            let text = line.to_string_lossy();
            let named = OsString::from(job::program_of_line(&text));
            (
                shell.clone(),
                flags
                    .chain(["-c".into(), line.clone()])
                    .chain(rest.iter().cloned())
                    .collect(),
                named,
            )
        }
        (None, [program, words @ ..], []) => (program.clone(), words.to_vec(), program.clone()),
        (None, [], [file, ..]) => (
            shell.clone(),
            flags.chain(arguments.file.iter().cloned()).collect(),
            file.clone(),
        ),
        (None, [], []) => {
            return Err("nothing to run: give a command after --, or a line after -c".to_owned());
        }
        (None, [..], [extra, ..]) => {
            let extra = extra.to_string_lossy();
            return Err(format!(
                "{extra} stands before --: options of cronwrap, then --, then the command"
            ));
        }
        (Some(_), ..) => return Err("give either -c and a line, or a command after --".to_owned()),
    };
    if program.is_empty() {
        return Err("the command's name is empty".to_owned());
    }
    if let (None, [file, ..]) = (&arguments.line, &*arguments.file) {
        refuse_binary(file)?;
    }
    let set = environment(arguments, world, &shell, warnings);
    Ok(Job {
        name: name(arguments, world, &named, &program, &words),
        merge: arguments.output.merge,
        no_stdin: arguments.output.no_stdin,
        pty: arguments.output.pty,
        foreground: arguments.limits.foreground,
        limits: limits(arguments)?,
        unset: world.settings.iter().map(|(name, _)| name.into()).collect(),
        search_path: search_path(&set, world),
        set,
        program,
        arguments: words,
    })
}

/// Where a program without a slash is looked for: in the job's PATH.
fn search_path(set: &[(OsString, OsString)], world: &World) -> OsString {
    let set = set.iter().rev().find(|(name, _)| name == "PATH");
    let path = set.map(|(_, path)| path).or(world.search_path.as_ref());
    path.cloned().unwrap_or_else(|| DEFAULT_PATH.into())
}

fn name(
    arguments: &Arguments,
    world: &World,
    named: &OsStr,
    program: &OsString,
    words: &[OsString],
) -> String {
    let line = arguments.line.as_ref().map(|line| line.to_string_lossy());
    let of_line = line.as_deref().and_then(job::trailing_name).map(str::to_owned);
    let set = || {
        world
            .setting("CRONWRAP_JOB")
            .map(|name| name.to_string_lossy().into_owned())
    };
    arguments.job.clone().or(of_line).or_else(set).unwrap_or_else(|| {
        let line: Vec<&OsStr> = match &arguments.line {
            Some(line) => vec![line],
            None => std::iter::once(program)
                .chain(words)
                .map(OsString::as_os_str)
                .collect(),
        };
        job::name(named, &line)
    })
}

/// `cronwrap FILE` runs a script, as `sh FILE` does; a program there is a forgotten `--`.
fn refuse_binary(file: &OsStr) -> Result<(), String> {
    use std::io::Read;
    let mut magic = [0; 4];
    let read = std::fs::File::open(file).and_then(|mut opened| opened.read_exact(&mut magic));
    match read.is_ok() && magic == *b"\x7fELF" {
        true => Err(format!(
            "{0} is a program, not a script: cronwrap [OPTIONS] -- {0} ...",
            file.to_string_lossy()
        )),
        false => Ok(()),
    }
}

fn limits(arguments: &Arguments) -> Result<Limits, String> {
    let limits = &arguments.limits;
    let directory = limits
        .cd
        .as_ref()
        .map(|path| CString::new(path.as_os_str().as_bytes()));
    Ok(Limits {
        directory: directory
            .transpose()
            .map_err(|_| "--cd: a path cannot hold a NUL".to_owned())?,
        umask: limits.umask,
        nice: limits.nice,
        // The kernel counts whole seconds, and takes 0 for 1.
        cpu_seconds: limits.cpu_time.map(|time| time.as_secs_f64().ceil() as u64),
        address_space: limits.address_space,
        memory: limits.memory,
    })
}

/// What the job gets besides our own environment: the env file, and a SHELL that is not us.
fn environment(
    arguments: &Arguments,
    world: &World,
    shell: &OsStr,
    warnings: &mut Vec<String>,
) -> Vec<(OsString, OsString)> {
    let mut set = Vec::new();
    let is_us = |set: &OsString| Path::new(set).file_name() == Some(OsStr::new("cronwrap"));
    if world.shell.as_ref().is_some_and(is_us) {
        set.push(("SHELL".into(), shell.to_owned()));
    }
    if let Some(file) = &arguments.limits.env_file {
        match std::fs::read(file) {
            Ok(text) => {
                for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
                    match assignment(line) {
                        Ok(assignment) => set.extend(assignment),
                        Err(()) => warnings.push(format!(
                            "{}:{}: no NAME=VALUE; ignored",
                            file.display(),
                            number + 1
                        )),
                    }
                }
            }
            Err(error) => warnings.push(format!("--env-file {}: {error}", file.display())),
        }
    }
    set
}

/// `NAME=VALUE`, `export NAME='VALUE'`, nothing for a comment or an empty line. Nothing is expanded.
fn assignment(line: &[u8]) -> Result<Option<(OsString, OsString)>, ()> {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    let line = line.strip_prefix(b"export ").unwrap_or(line).trim_ascii();
    let at = line.iter().position(|&byte| byte == b'=').ok_or(())?;
    let (name, value) = (line[..at].trim_ascii(), line[at + 1..].trim_ascii());
    if name.is_empty() || name.contains(&b' ') || line.contains(&0) {
        return Err(());
    }
    let value = match value {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        _ => value,
    };
    Ok(Some((
        OsString::from_vec(name.to_vec()),
        OsString::from_vec(value.to_vec()),
    )))
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
    let whom = self::telling(arguments, name, world, settings, &mut warnings);
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
        log: telling
            .journal
            .then_some(To::Journal)
            .or(telling.syslog.then_some(To::Syslog)),
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

/// Whom to tell and what to keep. What is wrong with it is no reason not to run the job.
fn telling(
    arguments: &Arguments,
    job: &str,
    world: &World,
    settings: &Settings,
    warnings: &mut Vec<String>,
) -> Telling {
    let of_job = settings.job(job);
    let total = arguments.telling.ping_deadline.unwrap_or(of_job.deadline);
    let recording = &arguments.recording;
    Telling {
        url: ping_url(arguments, warnings),
        book: book(world, settings),
        job: of_job,
        total,
        folder: (!recording.no_record).then(|| state_folder(arguments, world)),
        files: Files {
            metrics: recording.metrics.clone(),
            status: recording.status_file.clone(),
            result: recording
                .json_result
                .as_deref()
                .and_then(|to| result_to(to, warnings)),
        },
    }
}

/// A variable that is text.
fn text_of(world: &World, name: &str) -> Option<String> {
    (world.variable)(name)?.into_string().ok()
}

/// The way to monitors and channels.
pub(crate) fn book(world: &World, settings: &Settings) -> AddressBook {
    let network = Network::from_variables(|name| text_of(world, name));
    AddressBook {
        settings: settings.clone(),
        host: host(),
        network,
    }
}

/// Where the record is kept.
pub(crate) fn state_folder(arguments: &Arguments, world: &World) -> PathBuf {
    let uid = rustix::process::geteuid().as_raw();
    let usual = || history::state_folder(uid, |name| text_of(world, name)).path;
    arguments.recording.state_dir.clone().unwrap_or_else(usual)
}

/// The files that hold the settings.
pub(crate) fn settings(arguments: &Arguments, world: &World) -> Settings {
    let files = match &arguments.recording.config {
        Some(file) => vec![file.clone()],
        None => reporting::settings_files(&reporting::settings_directories(|name| text_of(world, name))),
    };
    // Most hosts have none, and then nobody need know which options there are.
    if arguments.recording.config.is_none() && !files.iter().any(|file| file.exists()) {
        return Settings::default();
    }
    let options = Arguments::option_names();
    Settings::read(&files, &options.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A descriptor by its number, or a file.
fn result_to(to: &Path, warnings: &mut Vec<String>) -> Option<ResultTo> {
    let number = to
        .to_str()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty());
    let Some(number) = number else {
        return Some(ResultTo::File(to.to_owned()));
    };
    // By its name below /proc, which opens it anew: the descriptor itself may be anybody's.
    match std::fs::File::options()
        .write(true)
        .open(format!("/proc/self/fd/{number}"))
    {
        Ok(file) => Some(ResultTo::Descriptor(file.into())),
        Err(error) => {
            warnings.push(format!("--json-result {number}: {error}"));
            None
        }
    }
}

/// The ping URL of the command line or of its file.
fn ping_url(arguments: &Arguments, warnings: &mut Vec<String>) -> Option<String> {
    match (&arguments.telling.ping, &arguments.telling.ping_file) {
        (Some(url), _) => Some(url.clone()),
        (None, Some(file)) => first_line_of(file)
            .map_err(|error| warnings.push(format!("no pings: cannot read {}: {error}", file.display())))
            .ok(),
        (None, None) => None,
    }
}

/// The first line of a small file.
pub(crate) fn first_line_of(file: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(file)?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Option<(&str, &str)>, ()>) {
        let expected = expected.map(|pair| pair.map(|(name, value)| (name.into(), value.into())));
        assert_eq!(assignment(line.as_bytes()), expected, "{line}");
    }

    #[test]
    fn an_env_file_has_assignments_and_comments() {
        check("A=1", Ok(Some(("A", "1"))));
        check("  export A = 'x y' ", Ok(Some(("A", "x y"))));
        check("A=\"$HOME\"", Ok(Some(("A", "$HOME"))));
        check("A=", Ok(Some(("A", ""))));
        check("A='", Ok(Some(("A", "'"))));
        check("# A=1", Ok(None));
        check("", Ok(None));
        check("A", Err(()));
        check("=1", Err(()));
    }

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
