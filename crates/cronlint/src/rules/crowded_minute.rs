use std::collections::BTreeMap;

use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S022",
    name: "crowded-minute",
    severity: Severity::Info,
    confidence: Confidence::High,
    explanation: include_str!("crowded_minute.md"),
    check,
};

/// So many jobs at the same minute are worth a word.
const MANY: usize = 6;

fn check(file: &File<'_>) -> Vec<Finding> {
    // Which entries begin at which minute of a day; weekdays and dates aside, for most run every day.
    let mut minutes: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    for (index, entry) in file.crontab.entries() {
        let Some(fields) = entry
            .schedule
            .as_ref()
            .ok()
            .and_then(|schedule| schedule.fields())
        else {
            continue;
        };
        let rare = fields.minute.values().count() <= 4;
        let daily = fields.day_of_month.is_full() && fields.month.is_full() && fields.day_of_week.is_full();
        if !rare || !daily {
            continue;
        }
        for hour in fields.hour.values() {
            for minute in fields.minute.values() {
                minutes.entry((hour, minute)).or_default().push(index);
            }
        }
    }
    let Some(((hour, minute), entries)) = minutes
        .iter()
        .max_by_key(|(time, entries)| (entries.len(), std::cmp::Reverse(**time)))
    else {
        return Vec::new();
    };
    if entries.len() < MANY {
        return Vec::new();
    }
    let lines = &file.crontab.lines;
    let numbers: Vec<String> = entries
        .iter()
        .map(|&index| lines[index].number.to_string())
        .collect();
    let message = format!("{} jobs start at {hour:02}:{minute:02} every day", entries.len());
    let span = lines[entries[0]].span.clone();
    vec![
        Finding::new(span, message)
            .note(format!("lines {}", numbers.join(", ")))
            .help("spread them over the hour if they share a disk, a database or a network"),
    ]
}
