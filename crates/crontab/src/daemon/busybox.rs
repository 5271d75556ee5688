//! busybox's crond, the cron of Alpine and of small systems.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// busybox's crond, the cron of Alpine and of small systems.
pub static BUSYBOX: Daemon = Daemon {
    name: "busybox",
    title: "busybox crond",
    source: "measured with busybox 1.35.0",
    dialect: &schedule::dialect::BUSYBOX,
    on_error: OnError::KeepsLine,
    says: says::parse_error,
    final_newline: FinalNewline::Optional,
    assignments: Assignments::Only(&["SHELL"]),
    takes_empty_value: false,
    quotes: Quotes::Kept,
    trims_quoted_values: false,
    assignment_limit: None,
    command_limit: None,
    line_limit: None,
    joins_lines: true,
    hash_ends_line: true,
    percent_is_newline: false,
    joins_backslashes: false,
    takes_empty_command: true,
    refuses_star_command: false,
    command_options: None,
    takes_leading_dash: false,
    system_crontabs: false,
    honours_cron_tz: false,
    asks_pam: false,
    path: None,
    shell: None,
    gives: Gives {
        home: false,
        shell: true,
        logname: true,
        user: true,
        own: Own::Everything,
    },
    runs_in_home: true,
    directory: "/var/spool/cron",
    fallback_directory: Some("/var/spool/cron"),
    reads_file_name,
};

/// There is no such directory, or every name is read.
fn reads_file_name(_name: &str) -> bool {
    true
}
