//! Whom to tell of a run.

use super::duration;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Whom to tell.
#[derive(Debug, Default, Args)]
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

    /// Tell syslog: the start, each line, the end; with --journal, only where there is no journal
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
