//! The options of the command line, and the text of `--help`.

use clap::{ColorChoice, Parser};
use clap_complete::Shell;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Run a cron job: pass its output on, keep it, and tell a monitor how it ended
#[derive(Debug, Parser)]
#[command(name = "cronwrap", version, args_override_self = true, after_long_help = AFTER_HELP)]
#[command(
    override_usage = "cronwrap [OPTIONS] -- COMMAND [ARG...]\n       cronwrap [OPTIONS] -c 'SHELL LINE'"
)]
pub(crate) struct Arguments {
    /// Run this line with /bin/sh, or with $CRONWRAP_SHELL
    #[arg(short = 'c', value_name = "SHELL LINE", conflicts_with = "command")]
    pub(crate) line: Option<OsString>,

    /// The job's name in reports [default: the program's name and a short hash of the line]
    #[arg(long, value_name = "NAME")]
    pub(crate) job: Option<String>,

    /// Ping this URL at the start and the end, as Healthchecks does it
    ///
    /// At the start `URL/start`, at the end `URL/EXIT-CODE`, both with `?rid=` and a new id. The last ping's body
    /// is a line about the run and then the last lines of output, as many as the monitor keeps. Arguments are
    /// seen by everybody on the machine (`ps`): --ping-file and CRONWRAP_PING_URL keep the URL to yourself.
    #[arg(long, alias = "ping-url", value_name = "URL", help_heading = "Telling others")]
    pub(crate) ping: Option<String>,

    /// Ping the URL that is the first line of this file
    #[arg(long, value_name = "FILE", help_heading = "Telling others")]
    pub(crate) ping_file: Option<PathBuf>,

    /// What the pings may cost after the job's end, all tries together
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration, help_heading = "Telling others")]
    pub(crate) ping_deadline: Duration,

    /// Tell the systemd journal: the start, each line, the end
    ///
    /// With the fields CRONWRAP_JOB, CRONWRAP_RUN_ID, CRONWRAP_STREAM (out, err) and, at the end, EXIT_STATUS and
    /// DURATION_USEC. `journalctl -t NAME` shows a job's entries.
    #[arg(long, help_heading = "Telling others")]
    pub(crate) journal: bool,

    /// Tell syslog instead, on a host without a journal
    #[arg(long, help_heading = "Telling others")]
    pub(crate) syslog: bool,

    /// Lines to log in half a minute; 0 for all [default: a quarter of journald's own limit]
    ///
    /// journald counts the entries of a whole service, and all jobs of cron are one: a chatty job would silence the
    /// others. The lines left out are counted in the last entry.
    #[arg(long, value_name = "N", help_heading = "Telling others")]
    pub(crate) journal_lines: Option<u64>,

    /// Give the job one pipe for both streams: exact order, but no telling them apart
    #[arg(long, help_heading = "Output")]
    pub(crate) merge: bool,

    /// Show a timestamp before each line that is passed on
    #[arg(long, help_heading = "Output")]
    pub(crate) timestamps: bool,

    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,

    /// Print a completion script for this shell
    #[arg(long, value_name = "SHELL")]
    pub(crate) completions: Option<Shell>,

    /// A script to run with the shell, as `sh FILE` does; after -c, the line's $0 and arguments
    #[arg(value_name = "FILE", hide = true, num_args = 0..)]
    pub(crate) file: Vec<OsString>,

    /// The program and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// A duration such as `90`, `90s`, `1h30m`, `500ms` or `2d`; a bare number is seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a duration is a number and s, m, h or d, such as 90s or 1h30m".to_owned();
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let seconds = match unit {
            "ms" => 0.001,
            "" | "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return Err(wrong()),
        };
        let part = number.parse::<f64>().map_err(|_| wrong())? * seconds;
        total += Duration::try_from_secs_f64(part).map_err(|_| wrong())?;
        rest = after;
    }
    Ok(total)
}

const AFTER_HELP: &str = "\
Every option can be set in the environment as well, and so in the crontab: CRONWRAP_PING_URL=..., CRONWRAP_MERGE=1,
CRONWRAP_PING_DEADLINE=20s. The command line wins. The job sees none of these variables.

Output goes through byte for byte, each stream to the same stream. What is kept and sent has a timestamp and `out`
or `err` before each line. Order is exact within a stream; between the two it is the order in which they were seen,
which can differ from the order of writing by what the job writes within a moment: --merge keeps it exactly.
A reader that is slow slows the job, as it would without cronwrap. A reader that is gone, a full disk, a broken
monitor or journal never hurt the job: one line on standard error says so. What the job leaves running in the
background is not waited for.

SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are handed on to the job's process group. Should cronwrap be
killed by SIGKILL, the job is killed as well.

Exit codes:
  the job's own, and 128+N when signal N ended it
  125  cronwrap's own fault, or a command line that it cannot read
  126  the program cannot be executed, or its interpreter or its directory is missing
  127  the program is not there

Examples:
  cronwrap --ping https://hc-ping.com/UUID -- /usr/local/bin/backup --all
  cronwrap --ping-file /etc/backup.url -c 'pg_dump db | gzip > /backup/db.gz'";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(duration(text).ok(), expected.map(Duration::from_millis), "{text}");
    }

    #[test]
    fn durations_are_numbers_with_units() {
        check("90", Some(90_000));
        check("90s", Some(90_000));
        check("1h30m", Some(5_400_000));
        check("500ms", Some(500));
        check("1.5s", Some(1_500));
        check("2d", Some(172_800_000));
        check("", None);
        check("soon", None);
        check("5 parsecs", None);
        check("-1s", None);
        check("1e99s", None);
    }

    #[test]
    fn the_options_are_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
