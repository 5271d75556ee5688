//! The options of the command line, and the text of `--help`.

mod help;
mod parse;
mod recording;

pub(crate) use parse::{Codes, duration, size};
pub(crate) use recording::{Other, Recording};

use crate::lock::{OnError, OnLost, OnSkip};
use crate::logfile::Existing;
use crate::timestamps::Format;
use clap::{ArgAction, Args, ColorChoice, Parser};
use clap_complete::Shell;
use regex::bytes::Regex;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Run a cron job: pass its output on, keep it, and tell a monitor how it ended
#[derive(Debug, Parser)]
#[command(name = "cronwrap", version, long_version = help::VERSION, args_override_self = true, after_long_help = help::AFTER)]
#[command(override_usage = "cronwrap [OPTIONS] -- COMMAND [ARG...]
       cronwrap [OPTIONS] -c 'SHELL LINE'
       cronwrap [OPTIONS] FILE [ARG...]")]
pub(crate) struct Arguments {
    /// Run this line with /bin/sh, or with $CRONWRAP_SHELL
    #[arg(
        short = 'c',
        value_name = "SHELL LINE",
        conflicts_with = "command",
        allow_hyphen_values = true
    )]
    pub(crate) line: Option<OsString>,

    /// The job's name in reports
    ///
    /// Without it: what follows the last `#` of a shell line when that is one word, else CRONWRAP_JOB, else the
    /// program's name and a short hash of the line. Never an argument, which may be a secret.
    #[arg(long, value_name = "NAME")]
    pub(crate) job: Option<String>,

    #[command(flatten)]
    pub(crate) telling: Telling,

    #[command(flatten)]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) success: Success,

    #[command(flatten)]
    pub(crate) locking: Locking,

    #[command(flatten)]
    pub(crate) limits: Limits,

    #[command(flatten)]
    pub(crate) recording: Recording,

    #[command(flatten)]
    pub(crate) other: Other,

    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,

    /// Print a completion script for this shell
    #[arg(long, value_name = "SHELL")]
    pub(crate) completions: Option<Shell>,

    /// For the shell, from a combined form such as -lc
    #[arg(long, hide = true, allow_hyphen_values = true)]
    pub(crate) shell_flags: Option<String>,

    /// A script to run with the shell, as `sh FILE` does; after -c, the line's $0 and arguments
    #[arg(value_name = "FILE", hide = true, num_args = 0..)]
    pub(crate) file: Vec<OsString>,

    /// The program and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// Whom to tell.
#[derive(Debug, Args)]
#[command(next_help_heading = "Telling others")]
pub(crate) struct Telling {
    /// Ping this URL at the start and the end, as Healthchecks does it
    ///
    /// At the start `URL/start`, at the end `URL/EXIT-CODE`, both with `?rid=` and a new id. The last ping's body
    /// is a line about the run and then the last lines of output, as many as the monitor keeps. Arguments are
    /// seen by everybody on the machine (`ps`): --ping-file and CRONWRAP_PING_URL keep the URL to yourself.
    #[arg(long, alias = "ping-url", value_name = "URL")]
    pub(crate) ping: Option<String>,

    /// Ping the URL that is the first line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) ping_file: Option<PathBuf>,

    /// What telling may cost after the job's end, all tries together [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) ping_deadline: Option<Duration>,

    /// Tell the systemd journal: the start, each line, the end
    ///
    /// With the fields CRONWRAP_JOB, CRONWRAP_RUN_ID, CRONWRAP_STREAM (out, err) and, at the end, EXIT_STATUS and
    /// DURATION_USEC. `journalctl -t NAME` shows a job's entries.
    #[arg(long)]
    pub(crate) journal: bool,

    /// Tell syslog instead, on a host without a journal
    #[arg(long)]
    pub(crate) syslog: bool,

    /// Lines to log in half a minute; 0 for all [default: a quarter of journald's own limit]
    ///
    /// journald counts the entries of a whole service, and all jobs of cron are one: a chatty job would silence the
    /// others. The lines left out are counted in the last entry.
    #[arg(long, value_name = "N")]
    pub(crate) journal_lines: Option<u64>,

    /// Print one line of JSON about the run on standard error at its end
    ///
    /// {"version": 1, "job", "run", "host", "outcome" (exited, signaled, timed-out, skipped, not-started),
    /// "exit_code" (cronwrap's), "code" (the job's), "signal", "success", "duration_us", "lines", "bytes", "notes"}
    #[arg(long)]
    pub(crate) json: bool,
}

/// What becomes of the job's output.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Give the job one pipe for both streams: exact order, but no telling them apart
    #[arg(long)]
    pub(crate) merge: bool,

    /// Pass the output on only if the job fails, as chronic does
    #[arg(long)]
    pub(crate) quiet: bool,

    /// Show a timestamp before each line that is passed on
    ///
    /// FORMAT is rfc3339 (the default), epoch, elapsed (seconds since the start), delta (since the line before), or
    /// one of strftime's, such as %H:%M:%S.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, default_missing_value = "rfc3339", value_parser = Format::parse)]
    pub(crate) timestamps: Option<Format>,

    /// Give the job a terminal for its output, so that it does not hold lines back
    ///
    /// A terminal has one stream: standard error cannot be told apart, and lines end in CR LF.
    #[arg(long, conflicts_with_all = ["merge", "fail_on_stderr"])]
    pub(crate) pty: bool,

    /// Write the output to this file, each line with its time and stream
    ///
    /// {job}, {host}, {date}, {time}, {year}, {month}, {day} and {run} in the name stand for what they say. Missing
    /// directories are made. A link in the file's place is not followed.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// What to do when the log file is there
    #[arg(long, value_name = "WHAT", default_value = "append")]
    pub(crate) log_existing: Existing,

    /// Put the log file away (FILE.1.zst) when it is larger, such as 10M
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) log_size: Option<u64>,

    /// Put the log file away when it is older, such as 7d; with a date or {run} in its name, remove older ones
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) log_age: Option<Duration>,

    /// How many old log files to keep
    #[arg(long, value_name = "N", default_value = "5")]
    pub(crate) log_keep: usize,

    /// Take what matches out of everything that is stored or sent; may be given more than once
    ///
    /// Tokens of well-known services and passwords in URLs are taken out of it in any case (see --no-redact).
    #[arg(long, value_name = "REGEX", value_parser = expression, action = ArgAction::Append)]
    pub(crate) redact: Vec<Regex>,

    /// Take the value of this variable of the job's out of everything that is stored or sent
    #[arg(long, value_name = "VARIABLE", action = ArgAction::Append)]
    pub(crate) redact_value: Vec<String>,

    /// Take secrets out of what is passed on, too: whole lines only, no longer byte for byte
    #[arg(long)]
    pub(crate) redact_output: bool,

    /// Do not look for tokens of well-known services
    #[arg(long)]
    pub(crate) no_redact: bool,

    /// Give the job an empty standard input
    #[arg(long)]
    pub(crate) no_stdin: bool,
}

/// What counts as success.
#[derive(Debug, Args)]
#[command(next_help_heading = "Success and failure")]
pub(crate) struct Success {
    /// Exit codes that are a success, such as 0,2,10-19; cronwrap then exits with 0
    #[arg(long, value_name = "CODES", value_parser = Codes::parse)]
    pub(crate) success_codes: Option<Codes>,

    /// Exit codes that are a failure, whatever --success-codes says
    #[arg(long, value_name = "CODES", value_parser = Codes::parse)]
    pub(crate) fail_codes: Option<Codes>,

    /// Fail the job when it writes to standard error
    #[arg(long, conflicts_with = "merge")]
    pub(crate) fail_on_stderr: bool,

    /// Fail the job when a line of its output matches
    #[arg(long, value_name = "REGEX", value_parser = expression)]
    pub(crate) fail_on_match: Option<Regex>,

    /// Fail the job when no line of its output matches
    #[arg(long, value_name = "REGEX", value_parser = expression)]
    pub(crate) expect_match: Option<Regex>,

    /// Fail the job when it prints nothing
    #[arg(long)]
    pub(crate) expect_output: bool,

    /// Run the job again up to this often when it fails: one start ping and one last ping for all attempts
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) retry: u32,

    /// Wait this long before the second attempt, and twice as long before each further one, up to an hour
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) retry_delay: Duration,
}

/// One run at a time.
#[derive(Debug, Args)]
#[command(next_help_heading = "One run at a time")]
pub(crate) struct Locking {
    /// Skip this run while another one has the lock NAME [default: the job's name]
    ///
    /// NAME is a file in /run/lock/cronwrap (for other users than root in $XDG_RUNTIME_DIR or /tmp), a path, or
    /// etcd://host:2379,host2:2379/name for a lock across hosts (etcds:// with TLS; CRONWRAP_ETCD_USER,
    /// _PASSWORD_FILE, _CA, _CERT and _KEY let us in). The lock is free when the job has ended: what it leaves in
    /// the background does not hold it, and a killed cronwrap does not free it while its job goes on. A lock of
    /// etcd is a lease and no fence: a host that is paused can overlap with the next one.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pub(crate) lock: Option<String>,

    /// Wait this long for the lock before the run is skipped
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    pub(crate) lock_wait: Duration,

    /// What to do when nobody can tell whether the lock is free
    #[arg(long, value_name = "WHAT", default_value = "skip")]
    pub(crate) lock_on_error: OnError,

    /// What to do when a lock of etcd is lost while the job runs
    #[arg(long, value_name = "WHAT", default_value = "warn")]
    pub(crate) lock_on_lost: OnLost,

    /// The exit code of a skipped run; 0 also keeps it quiet
    #[arg(long, value_name = "CODE", default_value = "75")]
    pub(crate) skip_code: u8,

    /// What a skipped run is to the monitor
    #[arg(long, value_name = "WHAT", default_value = "log")]
    pub(crate) skip_ping: OnSkip,
}

/// What the job may use, and how it begins.
#[derive(Debug, Args)]
#[command(next_help_heading = "The job's process")]
pub(crate) struct Limits {
    /// Stop an attempt after this long, such as 90s or 2h: SIGTERM to its process group, and exit code 124
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,

    /// Send SIGKILL when the job is still there this long after --timeout's SIGTERM
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) kill_after: Duration,

    /// Wait before the start, up to this long, always the same for one job on one host
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) jitter: Option<Duration>,

    /// Make --jitter different at each run
    #[arg(long, requires = "jitter")]
    pub(crate) jitter_random: bool,

    /// Add this to the job's niceness
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) nice: Option<i32>,

    /// CPU time that each process of the job may use (RLIMIT_CPU)
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) cpu_time: Option<Duration>,

    /// Address space that each process of the job may use, such as 512M (RLIMIT_AS)
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) address_space: Option<u64>,

    /// Memory that the whole job may use, such as 1G (a cgroup of version 2)
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) memory: Option<u64>,

    /// Start the job in this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) cd: Option<PathBuf>,

    /// Give the job the variables of this file: NAME=VALUE lines, with quotes if you like, nothing expanded
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,

    /// The job's umask, such as 027
    #[arg(long, value_name = "OCTAL", value_parser = parse::octal)]
    pub(crate) umask: Option<u32>,

    /// Leave the job in cronwrap's own process group; on a terminal, it gets what is typed like any other program
    #[arg(long)]
    pub(crate) foreground: bool,

    /// End what the job leaves running when it has ended
    #[arg(long)]
    pub(crate) no_background: bool,
}

impl Arguments {
    /// The options that may stand in the settings of a job.
    pub(crate) fn option_names() -> Vec<String> {
        const NOT_THERE: &[&str] = &["help", "version", "completions", "config", "shell-flags", "job"];
        let command = <Arguments as clap::CommandFactory>::command();
        let names = command
            .get_arguments()
            .filter_map(|argument| argument.get_long().map(str::to_owned));
        names.filter(|name| !NOT_THERE.contains(&name.as_str())).collect()
    }
}

/// Without any option. A test compares this with what the parser says.
impl Default for Arguments {
    fn default() -> Arguments {
        let seconds = Duration::from_secs;
        Arguments {
            line: None,
            job: None,
            telling: Telling {
                ping: None,
                ping_file: None,
                ping_deadline: None,
                journal: false,
                syslog: false,
                journal_lines: None,
                json: false,
            },
            output: Output {
                merge: false,
                quiet: false,
                timestamps: None,
                pty: false,
                log: None,
                log_existing: Existing::Append,
                log_size: None,
                log_age: None,
                log_keep: 5,
                redact: Vec::new(),
                redact_value: Vec::new(),
                redact_output: false,
                no_redact: false,
                no_stdin: false,
            },
            success: Success {
                success_codes: None,
                fail_codes: None,
                fail_on_stderr: false,
                fail_on_match: None,
                expect_match: None,
                expect_output: false,
                retry: 0,
                retry_delay: seconds(10),
            },
            locking: Locking {
                lock: None,
                lock_wait: seconds(0),
                lock_on_error: OnError::Skip,
                lock_on_lost: OnLost::Warn,
                skip_code: 75,
                skip_ping: OnSkip::Log,
            },
            limits: Limits {
                timeout: None,
                kill_after: seconds(10),
                jitter: None,
                jitter_random: false,
                nice: None,
                cpu_time: None,
                address_space: None,
                memory: None,
                cd: None,
                env_file: None,
                umask: None,
                foreground: false,
                no_background: false,
            },
            recording: Recording::default(),
            other: Other::default(),
            color: ColorChoice::Auto,
            completions: None,
            shell_flags: None,
            file: Vec::new(),
            command: Vec::new(),
        }
    }
}

fn expression(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
