use diagnostic::Severity;
use schedule::ParseErrorKind;

use crate::rule::{Confidence, LooksAt, Rule};
use crate::rules::support::refused;

pub(super) static RULE: Rule = Rule {
    code: "S007",
    name: "bad-step",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("bad_step.md"),
    check: |file| {
        refused(file, |kind| {
            matches!(kind, ParseErrorKind::ZeroStep | ParseErrorKind::MissingStep)
        })
    },
};
