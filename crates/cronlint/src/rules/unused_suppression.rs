use diagnostic::Severity;

use crate::rule::{Confidence, LooksAt, Rule};

/// Found where suppressions are applied.
pub(crate) static RULE: Rule = Rule {
    code: "F051",
    name: "unused-suppression",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("unused_suppression.md"),
    check: |_| Vec::new(),
};
