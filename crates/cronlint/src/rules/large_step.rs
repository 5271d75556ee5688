use crontab::Entry;
use diagnostic::Severity;
use schedule::{Field, Schedule, WarningKind};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S005",
    name: "large-step",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("large_step.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.schedules()
        .flat_map(|(entry, schedule)| look(entry, schedule))
        .collect()
}

fn look(entry: &Entry<'_>, schedule: &Schedule) -> Vec<Finding> {
    let mut found = Vec::new();
    for warning in schedule.warnings() {
        let WarningKind::LoneStep { item, value } = &warning.kind else {
            continue;
        };
        // `5-5/99` may come out of a program; a star that steps over its whole field was meant to repeat.
        if !item.starts_with('*') {
            continue;
        }
        let field = warning.field.map_or("field", Field::name);
        let finding = Finding::new(
            entry.in_schedule(&warning.span),
            format!("`{item}` leaves {field} {value} alone"),
        )
        .note(unit(warning.field))
        .help(help(warning.field, *value));
        found.push(finding);
    }
    found
}

fn unit(field: Option<Field>) -> &'static str {
    match field {
        Some(Field::Minute) => {
            "steps begin anew with every hour: there is no \"every 90 minutes\" in a crontab"
        }
        Some(Field::Hour) => "steps begin anew with every day: there is no \"every 36 hours\" in a crontab",
        Some(Field::DayOfMonth) => "steps begin anew with every month",
        Some(Field::DayOfWeek) => {
            "steps begin anew with every week: there is no \"every two weeks\" in a crontab"
        }
        _ => "steps begin anew with every year",
    }
}

fn help(field: Option<Field>, value: i64) -> String {
    match field {
        Some(Field::Minute | Field::Hour) => {
            format!("write `{value}` if that is meant; else let the job run more often and decide by itself")
        }
        _ => format!("write `{value}` if that is meant; else let the job ask `date` whether it is its turn"),
    }
}
