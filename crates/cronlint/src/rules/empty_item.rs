use diagnostic::Severity;
use schedule::ParseErrorKind;

use crate::rule::{Confidence, LooksAt, Rule};
use crate::rules::support::refused;

pub(super) static RULE: Rule = Rule {
    code: "S017",
    name: "empty-item",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("empty_item.md"),
    check: |file| {
        refused(file, |kind| {
            matches!(kind, ParseErrorKind::EmptyItem | ParseErrorKind::MissingRangeEnd)
        })
    },
};
