//! Dillon's cron.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// Dillon's cron.
pub static DCRON: Daemon = Daemon {
    name: "dcron",
    title: "dcron",
    source: "measured with dcron 4.6",
    dialect: &schedule::dialect::DCRON,
    on_error: OnError::DropsLine,
    says: says::failed_parsing,
    final_newline: FinalNewline::Optional,
    assignments: Assignments::None,
    takes_empty_value: false,
    quotes: Quotes::Matched,
    trims_quoted_values: false,
    assignment_limit: None,
    command_limit: None,
    line_limit: None,
    joins_lines: false,
    hash_ends_line: false,
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
    shell: Some("/bin/sh"),
    gives: Gives {
        home: false,
        shell: true,
        logname: true,
        user: true,
        own: Own::Everything,
    },
    runs_in_home: true,
    directory: "/",
    fallback_directory: Some("/tmp"),
    reads_file_name,
};

/// There is no such directory, or every name is read.
fn reads_file_name(_name: &str) -> bool {
    true
}
