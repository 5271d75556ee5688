use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

/// What ShellCheck says, under a code of ours: see `crate::shellcheck`, which asks it once a file.
pub(crate) static RULE: Rule = Rule {
    code: "C100",
    name: "shellcheck",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("shellcheck.md"),
    check,
};

fn check(_file: &File<'_>) -> Vec<Finding> {
    Vec::new()
}
