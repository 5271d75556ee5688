//! The calls that run no job.

use clap::Args;

/// What cronwrap does besides running jobs.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Without a job")]
#[group(multiple = false)]
pub(crate) struct WithoutJob {
    /// Deliver what earlier runs could not
    #[arg(long, conflicts_with_all = ["command", "line"])]
    pub(crate) flush: bool,

    /// List what waits to be delivered, and what was refused for good
    #[arg(long, conflicts_with_all = ["command", "line"])]
    pub(crate) outbox: bool,

    /// Show the settings that hold, each with its file; exit code 1 if something is wrong with them
    #[arg(long, conflicts_with_all = ["command", "line"])]
    pub(crate) check_config: bool,

    /// Send a test to every monitor and channel of the settings
    #[arg(long, conflicts_with_all = ["command", "line"])]
    pub(crate) test_report: bool,

    /// Show what would be run and told, and do neither
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl WithoutJob {
    /// Whether one of these is asked for.
    pub(crate) fn is_wanted(&self) -> bool {
        self.flush || self.outbox || self.check_config || self.test_report || self.dry_run
    }
}
