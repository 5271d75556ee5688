//! Where two schedules first part, and what sets them apart.

use chrono::{DateTime, FixedOffset, Utc};
use schedule::describe::has_seconds;
use schedule::{DayRule, Field, FieldSet, Occurrence, Schedule, Shift};
use serde::Serialize;

use crate::answer::Place;
use crate::reading::goes_by_utc;
use crate::report::{iso, stamp};

/// Where a group leaves the first one.
#[derive(Serialize)]
pub(super) struct Difference {
    pub(super) at: String,
    /// The run that only one of the two has, in words.
    pub(super) what: String,
    pub(super) why: Vec<String>,
}

/// Where the second of two first does something else.
pub(super) fn between(
    first: &Schedule,
    other: &Schedule,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    place: &Place,
) -> Option<Difference> {
    let (run, of_first) = first_difference(first, other, from, to, place)?;
    let seconds = has_seconds(first) || has_seconds(other);
    let (has, lacks) = if of_first { (first, other) } else { (other, first) };
    let note = match run.shift {
        Some(Shift::Moved { from }) => format!(" (for {}, which the clock skips)", from.format("%H:%M")),
        Some(Shift::Repeated) => " (the second time that the clock shows it)".to_owned(),
        None => String::new(),
    };
    let what = format!(
        "{} runs at {}{note}, {} does not",
        has.dialect().name,
        stamp(run.at, seconds),
        lacks.dialect().name
    );
    Some(Difference {
        at: iso(run.at, seconds),
        what,
        why: reasons(first, other, run.at, place),
    })
}

/// The first run that only one of the two has.
fn first_difference(
    one: &Schedule,
    other: &Schedule,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    place: &Place,
) -> Option<(Occurrence, bool)> {
    let mut left = one.between(from, to, &place.zone);
    let mut right = other.between(from, to, &place.zone);
    loop {
        return match (left.next(), right.next()) {
            (Some(a), Some(b)) if a.at == b.at => continue,
            (Some(a), Some(b)) if a.at < b.at => Some((a, true)),
            (_, Some(b)) => Some((b, false)),
            (Some(a), None) => Some((a, true)),
            (None, None) => None,
        };
    }
}

/// What sets the two apart.
fn reasons(one: &Schedule, other: &Schedule, at: DateTime<FixedOffset>, place: &Place) -> Vec<String> {
    let (first, second) = (one.dialect().name, other.dialect().name);
    let mut found = Vec::new();
    if let (Some(left), Some(right)) = (one.fields(), other.fields()) {
        for field in Field::FIVE {
            if let (Some(a), Some(b)) = (left.get(field), right.get(field))
                && (a.bits != b.bits || a.special != b.special)
            {
                found.push(format!(
                    "the {field} is {} for {first}, {} for {second}",
                    values(a),
                    values(b)
                ));
            }
        }
        let restricted = |set: &FieldSet| !set.is_full();
        let both = restricted(&left.day_of_month) && restricted(&left.day_of_week)
            || left.day_of_month.bits != right.day_of_month.bits;
        if one.day_rule() != other.day_rule()
            && (both || found.is_empty() && !place.near_a_change(at.to_utc()))
        {
            found.push(format!(
                "{first} {}, {second} {}",
                rule(one.day_rule()),
                rule(other.day_rule())
            ));
        }
    }
    let utc = [one, other].map(goes_by_utc);
    if utc[0] != utc[1] && at.offset().local_minus_utc() != 0 {
        let (utc, local) = if utc[0] { (first, second) } else { (second, first) };
        found.push(format!(
            "{utc} takes the times for UTC, {local} for those of {}",
            place.zone.name()
        ));
    }
    if found.is_empty() && place.near_a_change(at.to_utc()) {
        found.push(
            "the clock changes about then, and each has its own way with that: see cronexplain dst"
                .to_owned(),
        );
    }
    found
}

fn rule(rule: DayRule) -> &'static str {
    match rule {
        DayRule::Either => "runs when either day field matches",
        DayRule::Both => "runs when both day fields match",
        DayRule::NthWeekday => "counts the month's weekdays by the day of month",
    }
}

/// `1, 5 to 9`, `nothing`
fn values(set: &FieldSet) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut numbers = set.values().peekable();
    while let Some(first) = numbers.next() {
        let mut last = first;
        while numbers.peek() == Some(&(last + 1)) {
            last += 1;
            numbers.next();
        }
        parts.push(match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first} to {last}"),
        });
    }
    parts.extend(
        set.special
            .iter()
            .map(|_| "a day that depends on the month".to_owned()),
    );
    match parts.len() {
        0 => "nothing".to_owned(),
        1..=8 => parts.join(", "),
        _ => format!("{} and {} more", parts[..6].join(", "), parts.len() - 6),
    }
}
