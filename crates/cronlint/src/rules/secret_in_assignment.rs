use std::path::Path;

use diagnostic::Severity;
use host::Machine;

use super::secret_in_command::{is_secret, is_secret_name};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X010",
    name: "secret-in-assignment",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("secret_in_assignment.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    // With `--live` the file's mode settles it.
    let private = |machine| file.path.is_some_and(|path| is_private(machine, path));
    if file.live.is_some_and(private) {
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

/// Whether nobody but its owner may read the file.
fn is_private(machine: &Machine, path: &str) -> bool {
    machine
        .state(Path::new(path))
        .is_ok_and(|state| state.mode & 0o044 == 0)
}
