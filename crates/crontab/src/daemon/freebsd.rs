//! FreeBSD's cron.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own};

/// FreeBSD's cron.
pub static FREEBSD: Daemon = Daemon {
    name: "freebsd",
    title: "FreeBSD's cron",
    source: "documented: crontab(5) and cron(8) of FreeBSD 14; schedules as measured with ISC cron",
    dialect: &schedule::dialect::VIXIE,
    on_error: OnError::DropsLine,
    final_newline: FinalNewline::DropsLine,
    assignments: Assignments::All,
    takes_empty_value: false,
    trims_quoted_values: false,
    assignment_limit: None,
    command_limit: None,
    line_limit: None,
    percent_is_newline: true,
    joins_backslashes: false,
    takes_empty_command: false,
    refuses_star_command: true,
    command_options: Some("nq"),
    takes_leading_dash: false,
    system_crontabs: true,
    honours_cron_tz: false,
    path: Some("/usr/bin:/bin"),
    shell: Some("/bin/sh"),
    gives: Gives {
        logname: true,
        user: true,
        own: Own::Nothing,
    },
    directory: "/var/cron",
    fallback_directory: Some("/var/cron"),
    reads_file_name,
};

/// Hidden files are skipped.
fn reads_file_name(name: &str) -> bool {
    !name.starts_with('.')
}
