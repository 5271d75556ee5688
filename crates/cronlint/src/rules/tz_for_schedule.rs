use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F027",
    name: "tz-for-schedule",
    severity: Severity::Info,
    confidence: Confidence::Low,
    looks_at: LooksAt::Lines,
    explanation: include_str!("tz_for_schedule.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let lines = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "TZ");
    lines
        .map(|(_, assignment)| {
            let span = assignment.name_span.start..assignment.value_span.end;
            Finding::new(
                span,
                "TZ= reaches the jobs, not the schedule: they still start by the system's clock",
            )
            .help("nothing to do if the jobs' own output is what should be in that zone")
        })
        .collect()
}
