use diagnostic::Severity;

use super::secret_in_command::{is_secret, is_secret_name};
use crate::rule::{Confidence, File, Finding, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X010",
    name: "secret-in-assignment",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    explanation: include_str!("secret_in_assignment.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    // With `--live` the file's mode settles it.
    if file.live && file.path.is_some_and(is_private) {
        return Vec::new();
    }
    let assignments = file.crontab.assignments().map(|(_, assignment)| assignment);
    let secrets =
        assignments.filter(|assignment| is_secret_name(&assignment.name) && is_secret(&assignment.value));
    secrets
        .map(|assignment| {
            let message = format!(
                "the value of `{}` can be read by everybody who can read this file",
                assignment.name
            );
            Finding::new(assignment.value_span.clone(), message)
                .help("put it into a file with mode 0600 that the job reads, or give the crontab mode 0600")
        })
        .collect()
}

#[cfg(unix)]
fn is_private(path: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o044 == 0)
}

#[cfg(not(unix))]
fn is_private(_path: &str) -> bool {
    false
}
