use crontab::Assignment;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X005",
    name: "writable-path",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("writable_path.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let root = file
        .crontab
        .entries()
        .any(|(_, entry)| entry.user.as_ref().is_some_and(|user| user.name == "root"));
    let paths = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "PATH");
    paths
        .flat_map(|(_, assignment)| directories(assignment, root))
        .collect()
}

fn directories(assignment: &Assignment<'_>, root: bool) -> Vec<Finding> {
    let text: &str = &assignment.value;
    // A quoted value begins one byte later than its place; what is not plain is not cut into parts.
    let Some(shift) = (assignment.value_span.len())
        .checked_sub(text.len())
        .map(|extra| extra / 2)
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = assignment.value_span.start + shift;
    for part in text.split(':') {
        let span = at..at + part.len();
        at = span.end + 1;
        let directory = part.trim_end_matches('/');
        let everybody =
            matches!(directory, "/tmp" | "/var/tmp" | "/dev/shm") || directory.starts_with("/tmp/");
        let home = root && directory.starts_with("/home/");
        if everybody {
            let message = format!("anybody can put a program into {directory}, and the jobs run it");
            found.push(Finding::new(span, message).help("leave it out"));
        } else if home {
            let message =
                format!("root's jobs look for programs in {directory}, where its owner can put any");
            found.push(
                Finding::new(span, message)
                    .help("leave it out, and write full paths")
                    .severity(Severity::Warning),
            );
        }
    }
    found
}
