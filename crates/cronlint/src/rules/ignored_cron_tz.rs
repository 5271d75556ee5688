use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F026",
    name: "ignored-cron-tz",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("ignored_cron_tz.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.crontab.daemon.honours_cron_tz {
        return Vec::new();
    }
    let title = file.crontab.daemon.title;
    let lines = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "CRON_TZ");
    lines
        .map(|(_, assignment)| {
            let span = assignment.name_span.start..assignment.value_span.end;
            Finding::new(
                span,
                format!("{title} ignores CRON_TZ: the jobs run by the system's clock"),
            )
            .note("the job does find the variable in its environment")
            .help("convert the times, or set the system's time zone; cronie honours CRON_TZ")
        })
        .collect()
}
