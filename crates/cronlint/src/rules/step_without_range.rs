use diagnostic::Severity;
use schedule::ParseErrorKind;

use crate::rule::{Confidence, LooksAt, Rule};
use crate::rules::support::refused;

pub(super) static RULE: Rule = Rule {
    code: "S008",
    name: "step-without-range",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("step_without_range.md"),
    check: |file| {
        refused(file, |kind| {
            matches!(kind, ParseErrorKind::StepWithoutRange { .. })
        })
    },
};
