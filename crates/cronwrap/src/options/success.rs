//! What counts as success.

use super::{Codes, count, duration, expression};
use clap::Args;
use regex::bytes::Regex;
use std::time::Duration;

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
    #[arg(long, value_name = "N", default_value = "0", value_parser = count, allow_negative_numbers = true)]
    pub(crate) retry: u32,

    /// Wait this long before the second attempt, and twice as long before each further one, up to an hour
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) retry_delay: Duration,
}

impl Default for Success {
    fn default() -> Success {
        Success {
            success_codes: None,
            fail_codes: None,
            fail_on_stderr: false,
            fail_on_match: None,
            expect_match: None,
            expect_output: false,
            retry: 0,
            retry_delay: Duration::from_secs(10),
        }
    }
}
