use diagnostic::Severity;
use schedule::DayRule;
use schedule::names::MONTHS;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S011",
    name: "skipped-months",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("skipped_months.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (entry, schedule) in file.schedules() {
        let Some(fields) = schedule.fields() else { continue };
        let first = fields.day_of_month.values().next();
        let counts = schedule.day_rule() == DayRule::Both && fields.day_of_month.special.is_empty();
        let Some(day) = first.filter(|&day| day > 28 && counts && entry.words.len() == 5) else {
            continue;
        };
        let short = |month: &u32| fields.month.contains(*month) && length(*month) < day;
        let months: Vec<&str> = (1..=12)
            .filter(short)
            .map(|month| MONTHS[month as usize - 1])
            .collect();
        if schedule.never_fires() || months.is_empty() {
            continue;
        }
        let message = format!(
            "no run in {}: {} no {day}th",
            list(&months),
            if months.len() == 1 { "it has" } else { "they have" }
        );
        let finding = Finding::new(entry.words[2].clone(), message.replace("31th", "31st"))
            .help("for the last day of every month, run on `28-31` and test that tomorrow is the 1st");
        found.push(finding);
    }
    found
}

/// Days that the month has at least once in four years.
fn length(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
        [] => String::new(),
    }
}
