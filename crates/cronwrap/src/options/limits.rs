//! What the job may use, and how it begins.

use super::{duration, octal, size};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

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
    #[arg(long, value_name = "OCTAL", value_parser = octal)]
    pub(crate) umask: Option<u32>,

    /// Leave the job in cronwrap's own process group; on a terminal, it gets what is typed like any other program
    #[arg(long)]
    pub(crate) foreground: bool,

    /// End what the job leaves running when it has ended
    #[arg(long)]
    pub(crate) no_background: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            timeout: None,
            kill_after: Duration::from_secs(10),
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
        }
    }
}
