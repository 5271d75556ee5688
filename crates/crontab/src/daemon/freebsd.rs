//! FreeBSD's cron.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// FreeBSD's cron.
pub static FREEBSD: Daemon = Daemon {
    name: "freebsd",
    title: "FreeBSD's cron",
    source: "documented: crontab(5) and cron(8) of FreeBSD 14; schedules as measured with ISC cron",
    dialect: &schedule::dialect::VIXIE,
    on_error: OnError::DropsLine,
    says: says::nothing,
    final_newline: FinalNewline::DropsLine,
    assignments: Assignments::All,
    takes_empty_value: false,
    quotes: Quotes::Matched,
    trims_quoted_values: false,
    assignment_limit: None,
    command_limit: None,
    line_limit: None,
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

/// Hidden files are skipped.
fn reads_file_name(name: &str) -> bool {
    !name.starts_with('.')
}
