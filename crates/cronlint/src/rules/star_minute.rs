use crontab::Entry;
use diagnostic::{Edit, Severity};
use schedule::{FieldSet, Fields, Schedule};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S004",
    name: "star-minute",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("star_minute.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.schedules()
        .filter_map(|(entry, schedule)| look(entry, schedule))
        .collect()
}

fn look(entry: &Entry<'_>, schedule: &Schedule) -> Option<Finding> {
    let fields = schedule.fields()?;
    if entry.words.len() != 5 || !fields.minute.is_full() || fields.hour.is_empty() {
        return None;
    }
    let often = how_often(schedule, fields)?;
    let minute = entry.words[0].clone();
    let edit = Edit {
        span: minute.clone(),
        text: "0".to_owned(),
    };
    let once = match fields.hour.values().count() {
        1 => "for once a day",
        _ => "for once an hour",
    };
    let rest = schedule.text()[fields.minute.span.end..]
        .trim()
        .replace("*/1 ", "* ");
    Some(
        Finding::new(minute, format!("runs every minute {often}"))
            .help(format!("{once}, write a minute: `0 {rest}`"))
            .unsafe_fix("run at minute 0", vec![edit]),
    )
}

/// When the minutes are all of a time so short, or so clearly told, that once was meant.
fn how_often(schedule: &Schedule, fields: &Fields) -> Option<String> {
    let text = |field: &FieldSet| schedule.text()[field.span.clone()].to_owned();
    let hours: Vec<u32> = fields.hour.values().collect();
    if !fields.hour.is_full() {
        // A range of hours is a window in which something is watched; single hours and steps are times.
        let window =
            hours.len() > 2 && !text(&fields.hour).contains(['/', ',']) || text(&fields.hour).contains('-');
        return (!window).then(|| match hours.as_slice() {
            [hour] => format!("from {hour:02}:00 to {hour:02}:59, 60 times"),
            _ => format!("of {} hours, {} times a day", hours.len(), hours.len() * 60),
        });
    }
    // `*/1` in the hour: every hour was meant, not every minute.
    if text(&fields.hour) == "*/1" {
        return Some("of every hour, 1440 times a day".to_owned());
    }
    let days = fields.day_of_week.values().count();
    let dates = fields.day_of_month.values().count();
    let few = !fields.day_of_week.is_full() && days == 1 || !fields.day_of_month.is_full() && dates <= 2;
    few.then(|| "of its days, 1440 times each".to_owned())
}
