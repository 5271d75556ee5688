//! Debian's and Ubuntu's cron.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// Debian's and Ubuntu's cron 3.0pl1.
pub static DEBIAN: Daemon = Daemon {
    name: "debian",
    title: "Debian's cron",
    source: "measured with cron 3.0pl1-162, daemon and crontab(1)",
    dialect: &schedule::dialect::DEBIAN,
    on_error: OnError::DropsFile,
    says: says::part,
    final_newline: FinalNewline::Required,
    assignments: Assignments::All,
    takes_empty_value: false,
    quotes: Quotes::Matched,
    trims_quoted_values: true,
    assignment_limit: Some(998),
    command_limit: Some(998),
    line_limit: Some(10_000),
    joins_lines: false,
    hash_ends_line: false,
    percent_is_newline: true,
    joins_backslashes: true,
    takes_empty_command: true,
    refuses_star_command: true,
    command_options: None,
    takes_leading_dash: false,
    system_crontabs: true,
    honours_cron_tz: false,
    asks_pam: true,
    path: Some("/usr/bin:/bin"),
    shell: Some("/bin/sh"),
    gives: Gives {
        home: false,
        shell: true,
        logname: true,
        user: false,
        own: Own::Nothing,
    },
    runs_in_home: true,
    directory: "/var/spool/cron",
    fallback_directory: Some("/var/spool/cron"),
    reads_file_name,
};

/// As run-parts: letters, digits, `_` and `-`.
fn reads_file_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
