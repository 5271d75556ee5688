use diagnostic::Severity;
use schedule::ParseErrorKind;

use crate::rule::{Confidence, LooksAt, Rule};
use crate::rules::support::refused;

pub(super) static RULE: Rule = Rule {
    code: "S020",
    name: "unknown-macro",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("unknown_macro.md"),
    check: |file| refused(file, |kind| matches!(kind, ParseErrorKind::UnknownMacro { .. })),
};
