//! cronie, the cron of Red Hat, Fedora, SUSE and Arch.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// cronie, the cron of Red Hat, Fedora, SUSE and Arch.
pub static CRONIE: Daemon = Daemon {
    name: "cronie",
    title: "cronie",
    source: "measured with crond 1.7.2",
    dialect: &schedule::dialect::CRONIE,
    on_error: OnError::DropsLine,
    says: says::part,
    final_newline: FinalNewline::DropsLine,
    assignments: Assignments::All,
    takes_empty_value: true,
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
    command_options: Some("n"),
    takes_leading_dash: true,
    system_crontabs: true,
    honours_cron_tz: true,
    asks_pam: true,
    path: Some("/usr/bin:/bin:/usr/sbin:/sbin"),
    shell: Some("/bin/sh"),
    gives: Gives {
        home: false,
        shell: true,
        logname: true,
        user: true,
        own: Own::Only(&["LANG"]),
    },
    runs_in_home: true,
    directory: "/",
    fallback_directory: None,
    reads_file_name,
};

/// All but hidden files and those that package managers and editors leave behind.
fn reads_file_name(name: &str) -> bool {
    let left_behind = [".rpmsave", ".rpmorig", ".rpmnew", "~"];
    name.is_ascii()
        && !name.starts_with(['.', '#'])
        && !left_behind.iter().any(|ending| name.ends_with(ending))
}
