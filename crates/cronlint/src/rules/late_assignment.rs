use crontab::Content;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F028",
    name: "late-assignment",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("late_assignment.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let lines = &file.crontab.lines;
    let Some(last) = lines
        .iter()
        .rposition(|line| matches!(line.content, Content::Entry(_)))
    else {
        return Vec::new();
    };
    let behind = file.crontab.assignments().filter(|(index, _)| *index > last);
    behind
        .map(|(_, assignment)| {
            let span = assignment.name_span.start..assignment.value_span.end;
            let entry = lines[last].number;
            Finding::new(
                span,
                format!("no entry follows: nothing gets this value of {}", assignment.name),
            )
            .note(format!(
                "an assignment holds for the entries below it; the last one is line {entry}"
            ))
            .help("move it above the entries that need it")
        })
        .collect()
}
