use chrono::{DateTime, Datelike, Utc};
use crontab::Entry;
use diagnostic::Severity;
use schedule::{DayRule, Schedule, describe};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::next_dates;

pub(super) static RULE: Rule = Rule {
    code: "S012",
    name: "either-day",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("either_day.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.schedules()
        .filter_map(|(entry, schedule)| look(entry, schedule, file.now))
        .collect()
}

fn look(entry: &Entry<'_>, schedule: &Schedule, now: DateTime<Utc>) -> Option<Finding> {
    let fields = schedule.fields()?;
    // A field such as 1-31 that begins with no star is "restricted" to cron and full all the same.
    let empty = fields.day_of_month.is_empty() || fields.day_of_week.is_empty();
    if schedule.day_rule() != DayRule::Either || entry.words.len() != 5 || empty {
        return None;
    }
    let counts = describe::day_counts(schedule, now.year())?;
    let (dom, dow) = (
        &schedule.text()[fields.day_of_month.span.clone()],
        &schedule.text()[fields.day_of_week.span.clone()],
    );
    let message = format!(
        "runs when the day of the month is `{dom}` and also when the weekday is `{dow}`: one of the two is enough"
    );
    // `date +%u` counts Sunday as 7.
    let weekday = fields
        .day_of_week
        .values()
        .next()
        .map_or(1, |day| if day == 0 { 7 } else { day });
    let days = if counts.both == 0 {
        "no day".to_owned()
    } else {
        format!("{} days", counts.both)
    };
    Some(
        Finding::new(entry.words[2].start..entry.words[4].end, message)
            .note(format!("next runs: {}: {} days a year; both match on {days}", next_dates(schedule, now, 4), counts.either))
            .help(format!("restrict one field and test the other in the command, such as `[ \"$(date +\\%u)\" = {weekday} ] && ...`")),
    )
}
