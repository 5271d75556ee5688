//! The smallest edit that lets a schedule run at a time.

use chrono::{NaiveDateTime, TimeDelta};
use schedule::{Field, Schedule, Zone};

use crate::why::Check;

/// The expression with the fewest characters changed that also runs at this local time.
pub(crate) fn edit(schedule: &Schedule, at: NaiveDateTime, checks: &[Check]) -> Option<String> {
    if schedule.text().starts_with('@') {
        return None;
    }
    let failing: Vec<&Check> = checks.iter().filter(|check| !check.matches).collect();
    let mut best: Option<(usize, String)> = None;
    // Every choice of failing fields: where one day field is enough, one needs no edit.
    for choice in 1u32..1 << failing.len() {
        let chosen: Vec<&Check> = failing
            .iter()
            .enumerate()
            .filter(|(index, _)| choice >> index & 1 == 1)
            .map(|(_, check)| *check)
            .collect();
        let mut texts = vec![(0, schedule.text().to_owned())];
        for check in chosen.iter().rev() {
            texts = texts
                .iter()
                .flat_map(|(cost, text)| widened(schedule, text, check, *cost))
                .collect();
        }
        for (cost, text) in texts {
            if best.as_ref().is_none_or(|(least, _)| cost < *least) && runs_at(schedule, &text, at) {
                best = Some((cost, text));
            }
        }
    }
    best.map(|(_, text)| text)
}

/// The ways to let a field match a value too: a range that grows by one, or one more item.
fn widened(schedule: &Schedule, text: &str, check: &Check, cost: usize) -> Vec<(usize, String)> {
    let Some(span) = schedule
        .fields()
        .and_then(|fields| fields.get(check.kind))
        .map(|set| set.span.clone())
    else {
        return Vec::new();
    };
    // Fields are edited from the last to the first, so that this place is still where it was.
    let (before, field, after) = (&text[..span.start], &text[span.clone()], &text[span.end..]);
    let value = if check.kind == Field::DayOfWeek && field.chars().any(|c| c.is_ascii_alphabetic()) {
        let name = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"][check.value as usize % 7];
        if field.chars().any(|c| c.is_ascii_lowercase()) {
            name.to_ascii_lowercase()
        } else {
            name.to_owned()
        }
    } else {
        check.value.to_string()
    };
    let mut found = vec![(cost + value.len() + 1, format!("{before}{field},{value}{after}"))];
    if let Some((low, high)) = field.split_once('-').filter(|_| !field.contains([',', '/'])) {
        let number = |text: &str| text.parse::<u32>().ok();
        if number(high).is_some_and(|high| high + 1 == check.value) {
            found.push((cost + 1, format!("{before}{low}-{}{after}", check.value)));
        }
        if number(low).is_some_and(|low| low == check.value + 1) {
            found.push((cost + 1, format!("{before}{}-{high}{after}", check.value)));
        }
    }
    found
}

/// Whether an expression runs at a local time where no clock changes, and still runs whenever the old one did.
fn runs_at(old: &Schedule, text: &str, at: NaiveDateTime) -> bool {
    let Ok(new) = Schedule::parse(text, old.dialect()) else {
        return false;
    };
    let keeps = match (old.fields(), new.fields()) {
        (Some(one), Some(other)) => Field::FIVE.into_iter().all(|field| {
            one.get(field)
                .zip(other.get(field))
                .is_none_or(|(one, other)| one.bits & !other.bits == 0)
        }),
        _ => false,
    };
    let from = at.and_utc();
    keeps
        && old.day_rule() == new.day_rule()
        && new
            .between(from, from + TimeDelta::seconds(60), &Zone::utc())
            .next()
            .is_some()
}
