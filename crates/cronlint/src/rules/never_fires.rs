use diagnostic::Severity;
use schedule::WarningKind;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S010",
    name: "never-fires",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("never_fires.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (entry, schedule) in file.schedules() {
        let backwards = |kind: &WarningKind| matches!(kind, WarningKind::ReversedRange { .. });
        if schedule.is_reboot()
            || !schedule.never_fires()
            || schedule.warnings().iter().any(|warning| backwards(&warning.kind))
        {
            continue;
        }
        let days = schedule
            .warnings()
            .iter()
            .find(|warning| warning.kind == WarningKind::NoSuchDay);
        let span = days.map_or(entry.schedule_span.clone(), |warning| {
            entry.in_schedule(&warning.span)
        });
        let finding = Finding::new(span, "this never happens: no month in question has such a day")
            .note("no run in 400 years, and cron says nothing about it")
            .help("for the last day of a month, run on `28-31` and test that tomorrow is the 1st");
        found.push(finding);
    }
    found
}
