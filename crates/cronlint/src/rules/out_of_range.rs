use diagnostic::Severity;
use schedule::ParseErrorKind;

use crate::rule::{Confidence, LooksAt, Rule};
use crate::rules::support::refused;

pub(super) static RULE: Rule = Rule {
    code: "S001",
    name: "out-of-range",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("out_of_range.md"),
    check: |file| {
        refused(file, |kind| {
            matches!(
                kind,
                ParseErrorKind::OutOfRange { .. } | ParseErrorKind::StepTooLarge { .. }
            )
        })
    },
};
