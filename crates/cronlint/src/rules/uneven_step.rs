use crontab::Entry;
use diagnostic::Severity;
use schedule::{Field, Schedule};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S006",
    name: "uneven-step",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("uneven_step.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.schedules()
        .flat_map(|(entry, schedule)| look(entry, schedule))
        .collect()
}

fn look(entry: &Entry<'_>, schedule: &Schedule) -> Vec<Finding> {
    let Some(fields) = schedule.fields() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (field, span) in Field::FIVE.into_iter().zip(&entry.words) {
        let Some(set) = fields.get(field) else { continue };
        let text = &schedule.text()[set.span.clone()];
        let Some(step) = text.strip_prefix("*/").and_then(|step| step.parse::<u32>().ok()) else {
            continue;
        };
        let values: Vec<u32> = set.values().collect();
        let (Some(&first), Some(&last)) = (values.first(), values.last()) else {
            continue;
        };
        if step < 2 || values.len() < 2 {
            continue;
        }
        if let Some(gap) = gap(field, step, first, last) {
            let finding = Finding::new(span.clone(), format!("`{text}` is not even: {gap}"));
            found.push(finding.help("choose a step that divides the field, or list the values"));
        }
    }
    found
}

/// What happens where the field begins anew.
fn gap(field: Field, step: u32, first: u32, last: u32) -> Option<String> {
    let (size, unit, whole) = match field {
        Field::Minute => (60, "minute", "hour"),
        Field::Hour => (24, "hour", "day"),
        Field::Month => (12, "month", "year"),
        // After shorter months it is another one.
        Field::DayOfMonth => {
            let gap = 31 - last + first;
            let days = if gap == 1 { "day" } else { "days" };
            let message =
                format!("from day {last} to the 1st it is {gap} {days} in a month of 31, not {step}");
            return (gap != step).then_some(message);
        }
        _ => return None,
    };
    let gap = size - last + first;
    (gap != step)
        .then(|| format!("from {unit} {last} to the next {whole}'s {unit} {first} it is {gap}, not {step}"))
}
