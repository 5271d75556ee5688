use diagnostic::Severity;
use schedule::WarningKind;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::with_cure;

pub(super) static RULE: Rule = Rule {
    code: "S009",
    name: "backward-range",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("backward_range.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (entry, schedule) in file.schedules() {
        for warning in schedule.warnings() {
            if !matches!(warning.kind, WarningKind::ReversedRange { .. }) {
                continue;
            }
            let span = entry.in_schedule(&warning.span);
            let mut finding = Finding::new(span.clone(), warning.to_string());
            if schedule.never_fires() {
                finding = finding.note("the entry never runs, and cron says nothing about it");
            }
            found.push(with_cure(finding, span, warning.help()));
        }
    }
    found
}
