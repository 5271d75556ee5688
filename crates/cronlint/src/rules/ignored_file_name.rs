use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F005",
    name: "ignored-file-name",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("ignored_file_name.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let name = file.path.and_then(name_in_cron_d);
    let ignored = name.filter(|name| !(file.crontab.daemon.reads_file_name)(name));
    ignored
        .map(|name| finding(name, file.crontab.daemon.title))
        .into_iter()
        .collect()
}

/// The name of a file that lies, or is to be put as it is, into /etc/cron.d.
fn name_in_cron_d(path: &str) -> Option<&str> {
    let (directory, name) = path.rsplit_once('/')?;
    let directory = directory.trim_end_matches('/');
    let inside = directory == "etc/cron.d" || directory.ends_with("/etc/cron.d");
    // .placeholder keeps the directory in its package.
    (inside && name != ".placeholder").then_some(name)
}

fn finding(name: &str, daemon: &str) -> Finding {
    let better: String = name
        .trim_start_matches('.')
        .trim_end_matches(['~', '#'])
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    Finding::new(
        0..0,
        format!("{daemon} does not read a file of the name `{name}`"),
    )
    .note("names there may have letters, digits, `_` and `-`; others are skipped without a word")
    .help(format!("rename it to `{}`", better.trim_matches('-')))
}
