//! What becomes of the job's output.

use super::{duration, expression, size};
use crate::logfile::Existing;
use crate::timestamps::Format;
use clap::{ArgAction, Args};
use regex::bytes::Regex;
use std::path::PathBuf;
use std::time::Duration;

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

impl Default for Output {
    fn default() -> Output {
        Output {
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
        }
    }
}
