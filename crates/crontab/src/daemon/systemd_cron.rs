//! systemd-cron, which makes systemd timers of crontabs.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// systemd-cron, which makes systemd timers of crontabs.
pub static SYSTEMD_CRON: Daemon = Daemon {
    name: "systemd-cron",
    title: "systemd-cron",
    source: "measured with the generator of systemd-cron 1.15.19-5, a Debian package; its jobs' environment as \
             systemd.exec(5) documents it",
    dialect: &schedule::dialect::SYSTEMD_CRON,
    on_error: OnError::DropsLine,
    says: says::garbled,
    final_newline: FinalNewline::Optional,
    assignments: Assignments::All,
    takes_empty_value: true,
    quotes: Quotes::Stripped,
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
    path: Some("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    shell: Some("/bin/sh"),
    gives: Gives {
        home: false,
        shell: false,
        logname: false,
        user: false,
        own: Own::Only(&["LANG", "LOGNAME", "USER"]),
    },
    runs_in_home: false,
    directory: "/",
    fallback_directory: Some("/"),
    reads_file_name,
};

/// Hidden files, those that an editor leaves behind, and those that dpkg does.
fn reads_file_name(name: &str) -> bool {
    !name.starts_with('.') && !name.contains('~') && !name.contains(".dpkg-")
}
