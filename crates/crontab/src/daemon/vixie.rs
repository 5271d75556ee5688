//! ISC cron, from which FreeBSD's, macOS's and cronie come.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// ISC cron, from which FreeBSD's, macOS's and cronie come.
pub static VIXIE: Daemon = Daemon {
    name: "vixie",
    title: "ISC cron",
    source: "measured with ISC cron 4.999",
    dialect: &schedule::dialect::VIXIE,
    on_error: OnError::DropsLineSilently,
    says: says::nothing,
    final_newline: FinalNewline::DropsLine,
    assignments: Assignments::All,
    takes_empty_value: false,
    quotes: Quotes::Matched,
    trims_quoted_values: false,
    assignment_limit: None,
    command_limit: None,
    line_limit: Some(10_000),
    joins_lines: false,
    hash_ends_line: false,
    percent_is_newline: true,
    joins_backslashes: false,
    takes_empty_command: false,
    refuses_star_command: true,
    command_options: Some("nq"),
    takes_leading_dash: false,
    system_crontabs: true,
    honours_cron_tz: false,
    asks_pam: false,
    path: Some("/usr/bin:/bin"),
    shell: Some("/bin/sh"),
    gives: Gives {
        home: false,
        shell: true,
        logname: true,
        user: true,
        own: Own::Nothing,
    },
    runs_in_home: true,
    directory: "/var/cron",
    fallback_directory: Some("/var/cron"),
    reads_file_name,
};

/// There is no such directory, or every name is read.
fn reads_file_name(_name: &str) -> bool {
    true
}
