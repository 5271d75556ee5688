use diagnostic::Severity;
use schedule::ParseErrorKind;

use crate::rule::{Confidence, LooksAt, Rule};
use crate::rules::support::{is_word, refused};

pub(super) static RULE: Rule = Rule {
    code: "S015",
    name: "unknown-name",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("unknown_name.md"),
    check: |file| {
        refused(
            file,
            |kind| matches!(kind, ParseErrorKind::UnknownName { word } if is_word(word)),
        )
    },
};
