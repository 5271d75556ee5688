//! bcron, Bruce Guenter's cron.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// bcron, Bruce Guenter's cron.
pub static BCRON: Daemon = Daemon {
    name: "bcron",
    title: "bcron",
    source: "measured with bcron-sched and bcron-exec 0.11-19, a Debian package; names in /etc/cron.d documented",
    dialect: &schedule::dialect::BCRON,
    on_error: OnError::DropsLine,
    says: says::ignoring_line,
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
    system_crontabs: true,
    honours_cron_tz: false,
    asks_pam: false,
    path: None,
    shell: Some("/bin/sh"),
    gives: Gives {
        home: true,
        shell: false,
        logname: true,
        user: true,
        own: Own::Only(&["PATH"]),
    },
    runs_in_home: true,
    directory: "/",
    fallback_directory: None,
    reads_file_name,
};

/// Hidden files are skipped.
fn reads_file_name(name: &str) -> bool {
    !name.starts_with('.')
}
