use crontab::Content;
use diagnostic::Severity;

use crate::busiest_minute::{Minute, starts};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S022",
    name: "crowded-minute",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("crowded_minute.md"),
    check,
};

/// So many jobs at the same minute are worth a word.
const MANY: usize = 6;

fn check(file: &File<'_>) -> Vec<Finding> {
    let minutes = starts(file.crontab);
    let lines = &file.crontab.lines;
    if let Some(busiest) = file.busiest {
        let here = minutes.get(&busiest.minute).and_then(|entries| entries.first());
        let told = busiest.told.as_deref() == file.path && busiest.jobs.len() >= MANY;
        return match here {
            Some(&first) if told => {
                let places = busiest.jobs.iter().map(|(name, line)| format!("{name}:{line}"));
                let count = busiest.jobs.len();
                vec![finding(place(file, first), busiest.minute, count, listed(places))]
            }
            _ => Vec::new(),
        };
    }
    let busiest = minutes
        .iter()
        .max_by_key(|(minute, entries)| (entries.len(), std::cmp::Reverse(**minute)));
    match busiest {
        Some((&minute, entries)) if entries.len() >= MANY => {
            let numbers = entries.iter().map(|&index| lines[index].number.to_string());
            let places = format!("lines {}", listed(numbers));
            vec![finding(place(file, entries[0]), minute, entries.len(), places)]
        }
        _ => Vec::new(),
    }
}

/// The first of the places, and how many more there are.
fn listed(places: impl ExactSizeIterator<Item = String>) -> String {
    const SHOWN: usize = 12;
    let more = places.len().saturating_sub(SHOWN);
    let shown: Vec<String> = places.take(SHOWN).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The schedule of the entry on that line.
fn place(file: &File<'_>, line: usize) -> crontab::Span {
    match &file.crontab.lines[line].content {
        Content::Entry(entry) => entry.schedule_span.clone(),
        _ => file.crontab.lines[line].span.clone(),
    }
}

fn finding(span: crontab::Span, (hour, minute): Minute, count: usize, places: String) -> Finding {
    Finding::new(
        span,
        format!("{count} jobs start at {hour:02}:{minute:02} every day"),
    )
    .note(places)
    .help("spread them over the hour if they share a disk, a database or a network")
}
