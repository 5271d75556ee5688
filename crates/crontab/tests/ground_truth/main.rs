//! Measured daemons: what they said of whole files, and what their jobs found.
//!
//! The records in `records/` were measured with the real daemons. `files`: a crontab in /etc/cron.d (for ISC cron a
//! user's), what was logged, what one job wrote; and which names in /etc/cron.d are read. `environment`: what a job
//! got, which ran a program that prints it, either through the shell or as the shell.

mod environment;
mod files;
mod machine;

use crontab::daemon::{self, Daemon};
use serde_json::Value;

fn records(text: &str) -> impl Iterator<Item = Value> + '_ {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|item| item.as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Bytes above 127 stand in the records as the characters of those numbers, or as text.
fn bytes(text: &str) -> Vec<u8> {
    if text.contains('\u{ff}') {
        text.chars().map(|c| c as u8).collect()
    } else {
        text.as_bytes().to_vec()
    }
}

fn named(name: &str) -> &'static Daemon {
    daemon::find(name).expect("a daemon")
}
