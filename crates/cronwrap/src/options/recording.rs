//! What is kept of a run, and for whom.

use clap::Args;
use std::path::PathBuf;

/// What is kept, and for whom.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Keeping a record")]
pub(crate) struct Recording {
    /// Keep no record of this run, and deliver no later what cannot be delivered now
    #[arg(long)]
    pub(crate) no_record: bool,

    /// Keep the record here [default: /var/lib/crontools for root, else ~/.local/state/crontools]
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) state_dir: Option<PathBuf>,

    /// Write the run as metrics for Prometheus' textfile collector
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,

    /// Write the run as one line for Icinga and friends: OK or CRITICAL, time, message
    #[arg(long, value_name = "FILE")]
    pub(crate) status_file: Option<PathBuf>,

    /// Write the run as JSON, to a file or to the descriptor of this number
    #[arg(long, value_name = "FILE|FD")]
    pub(crate) json_result: Option<PathBuf>,

    /// Read the settings from this file alone [default: /etc/crontools and ~/.config/crontools]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}
