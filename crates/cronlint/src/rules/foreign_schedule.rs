use diagnostic::Severity;
use schedule::ParseErrorKind;

use crate::rule::{Confidence, LooksAt, Rule};
use crate::rules::support::{is_word, refused};

pub(super) static RULE: Rule = Rule {
    code: "S019",
    name: "foreign-schedule",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("foreign_schedule.md"),
    check: |file| refused(file, is_foreign),
};

fn is_foreign(kind: &ParseErrorKind) -> bool {
    match kind {
        ParseErrorKind::UnknownName { word } => !is_word(word),
        ParseErrorKind::Unexpected { .. }
        | ParseErrorKind::Unsupported { .. }
        | ParseErrorKind::ReversedRange { .. }
        | ParseErrorKind::KillsDaemon { .. }
        | ParseErrorKind::Other { .. } => true,
        _ => false,
    }
}
