//! One run at a time.

use super::duration;
use crate::lock::{OnError, OnLost, OnSkip};
use clap::Args;
use std::time::Duration;

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

impl Default for Locking {
    fn default() -> Locking {
        Locking {
            lock: None,
            lock_wait: Duration::from_secs(0),
            lock_on_error: OnError::Skip,
            lock_on_lost: OnLost::Warn,
            skip_code: 75,
            skip_ping: OnSkip::Log,
        }
    }
}
