//! Kubernetes: a crontab whose lines are to become CronJobs, one each.

use super::{Assignments, Daemon, FinalNewline, Gives, OnError, Own, Quotes, says};

/// Kubernetes: a crontab whose lines are to become CronJobs, one each.
pub static KUBERNETES: Daemon = Daemon {
    name: "kubernetes",
    title: "Kubernetes",
    source: "documented: the CronJob page of kubernetes.io; schedules and what is said of them as measured with robfig's \
             cron 3.0.1",
    dialect: &schedule::dialect::KUBERNETES,
    on_error: OnError::RefusesJob,
    says: says::robfig,
    final_newline: FinalNewline::Optional,
    assignments: Assignments::None,
    takes_empty_value: true,
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
        shell: false,
        logname: false,
        user: false,
        own: Own::Everything,
    },
    runs_in_home: false,
    directory: "/",
    fallback_directory: Some("/"),
    reads_file_name,
};

/// There is no such directory.
fn reads_file_name(_name: &str) -> bool {
    true
}
