use chrono::{DateTime, Utc};
use crontab::Entry;
use diagnostic::Severity;
use schedule::{Schedule, WarningKind, describe};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::next_dates;

pub(super) static RULE: Rule = Rule {
    code: "S013",
    name: "starred-day",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("starred_day.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.schedules()
        .filter_map(|(entry, schedule)| look(entry, schedule, file.now))
        .collect()
}

fn look(entry: &Entry<'_>, schedule: &Schedule, now: DateTime<Utc>) -> Option<Finding> {
    let starred = schedule
        .warnings()
        .iter()
        .find(|warning| matches!(warning.kind, WarningKind::StarredDay { .. }))?;
    if entry.words.len() != 5 || schedule.never_fires() {
        return None;
    }
    let rule = describe::day_rule(schedule)?;
    let span = entry.in_schedule(&starred.span);
    let message = rule.trim_end_matches('.').replacen("A day", "a day", 1);
    Some(
        Finding::new(span, message)
            .note(format!("next runs: {}", next_dates(schedule, now, 4)))
            .help("write the days out (`1-31/2`) if either is to be enough; leave it if both are to match"),
    )
}
