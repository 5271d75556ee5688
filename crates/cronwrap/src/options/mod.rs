//! The options of the command line, and the text of `--help`.

mod help;
mod limits;
mod locking;
mod output;
mod parse;
mod recording;
mod success;
mod telling;
mod without_job;

pub(crate) use limits::Limits;
pub(crate) use locking::Locking;
pub(crate) use output::Output;
pub(crate) use parse::{Codes, count, duration, octal, size};
pub(crate) use recording::Recording;
pub(crate) use success::Success;
pub(crate) use telling::Telling;
pub(crate) use without_job::WithoutJob;

use clap::{ColorChoice, Parser};
use clap_complete::Shell;
use regex::bytes::Regex;
use std::ffi::OsString;

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
    pub(crate) without_job: WithoutJob,

    /// When to show cronwrap's own words in colour: on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = None)]
    pub(crate) color: ColorChoice,

    /// Print a completion script for this shell
    #[arg(long, value_name = "SHELL", help_heading = None)]
    pub(crate) completions: Option<Shell>,

    /// For the shell, from a combined form such as -lc
    #[arg(long, hide = true, allow_hyphen_values = true)]
    pub(crate) shell_flags: Option<String>,

    /// A script to run with the shell, as `sh FILE` does; after -c, the line's $0 and arguments
    #[arg(value_name = "FILE", hide = true, num_args = 0..)]
    pub(crate) file: Vec<OsString>,

    /// The program and its arguments
    #[arg(last = true, value_name = "COMMAND", help_heading = None)]
    pub(crate) command: Vec<OsString>,
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
        Arguments {
            line: None,
            job: None,
            telling: Telling::default(),
            output: Output::default(),
            success: Success::default(),
            locking: Locking::default(),
            limits: Limits::default(),
            recording: Recording::default(),
            without_job: WithoutJob::default(),
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
