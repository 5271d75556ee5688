use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F025",
    name: "fixed-variable",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("fixed_variable.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let gives = file.crontab.daemon.gives;
    let fixed = |name: &str| name == "LOGNAME" && gives.logname || name == "USER" && gives.user;
    let assignments = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| fixed(&assignment.name));
    assignments
        .map(|(_, assignment)| {
            let name = &assignment.name;
            let span = assignment.name_span.start..assignment.value_span.end;
            Finding::new(
                span,
                format!("cron does not let a crontab set {name}: the job gets its account's name"),
            )
            .help("remove the line; in a system crontab the user column says who runs the job")
        })
        .collect()
}
