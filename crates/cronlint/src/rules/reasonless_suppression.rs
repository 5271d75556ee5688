use diagnostic::Severity;

use crate::rule::{Confidence, LooksAt, Rule};

/// Found where suppressions are applied, with `--require-reason`.
pub(crate) static RULE: Rule = Rule {
    code: "F052",
    name: "reasonless-suppression",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("reasonless_suppression.md"),
    check: |_| Vec::new(),
};
