//! Runs a cron job and never harms it: passes its output on, keeps the head and the tail of it, pings a monitor,
//! tells the journal, and exits with the job's own code. For Linux.

mod attempts;
mod capture;
mod cgroup;
mod child;
mod cli;
mod clock;
mod excerpt;
mod feed;
mod job;
mod launch;
mod leftover;
mod lines;
mod linger;
mod lock;
mod logfile;
mod options;
mod outcome;
mod pump;
mod recorded;
mod redact;
mod refusal;
mod report;
mod rules;
mod run;
mod setup;
mod signals;
mod sink;
mod spool;
mod streams;
mod tap;
mod teller;
mod terminal;
mod timestamps;
mod without_job;

use clap::CommandFactory;
use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    cli::main()
}

/// The definition of the command line, from which man page and completions are made.
///
/// ```
/// let command = cronwrap::command();
/// assert!(command.get_arguments().any(|option| option.get_long() == Some("ping")));
/// ```
pub fn command() -> clap::Command {
    options::Arguments::command()
}
