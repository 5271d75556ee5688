//! supercronic, for containers.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// supercronic, for containers.
pub static SUPERCRONIC: Daemon = Daemon {
    name: "supercronic",
    title: "supercronic",
    source: "documented: README and source of supercronic 0.2; schedules as measured with its expression library",
    dialect: &schedule::dialect::SUPERCRONIC,
    on_error: OnError::DropsFile,
    says: says::bad_line,
    final_newline: FinalNewline::Optional,
    assignments: Assignments::All,
    takes_empty_value: false,
    quotes: Quotes::Whole,
    trims_quoted_values: false,
    assignment_limit: None,
    command_limit: None,
    line_limit: None,
    joins_lines: false,
    hash_ends_line: false,
    percent_is_newline: false,
    joins_backslashes: false,
    takes_empty_command: false,
    refuses_star_command: false,
    command_options: None,
    takes_leading_dash: false,
    system_crontabs: false,
    honours_cron_tz: true,
    asks_pam: false,
    path: None,
    shell: Some("/bin/sh"),
    gives: Gives {
        home: false,
        shell: true,
        logname: false,
        user: false,
        own: Own::Everything,
    },
    runs_in_home: false,
    directory: "/",
    fallback_directory: Some("/"),
    reads_file_name,
};

/// There is no such directory, or every name is read.
fn reads_file_name(_name: &str) -> bool {
    true
}
