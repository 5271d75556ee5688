//! What a sentence about one of systemd's calendar events says beside the sets: the zone, and what steps lose.

use chrono::{DateTime, Utc};

use super::words::and;
use crate::field::FieldSet;
use crate::oncalendar::Calendar;
use crate::schedule::Schedule;
use crate::zone::Zone;

/// ` in Europe/Berlin`, and what systemd leaves out: a repetition without an end forgets to begin anew.
pub(super) fn aside(schedule: &Schedule, calendar: &Calendar) -> String {
    let zone = match calendar.zone_name() {
        Some(name) => format!(", on the clock of {name}"),
        None => String::new(),
    };
    if !calendar.has_open_steps() {
        return zone;
    }
    let lost: Vec<String> = [
        ("2030-01-02T00:00:00Z", "2030-01-03T00:00:00Z", "after a midnight"),
        ("2030-05-01T00:00:00Z", "2030-06-01T00:00:00Z", "of a month"),
        ("2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z", "of a year"),
    ]
    .into_iter()
    .filter(|(from, to, _)| loses_the_first(schedule, calendar, from, to))
    .map(|(_, _, word)| word.to_owned())
    .collect();
    match lost.is_empty() {
        true => zone,
        false => format!("{zone} (systemd forgets the first one {})", and(&lost[..1])),
    }
}

/// Whether the first time that the sets name in a span is left out, though others come.
fn loses_the_first(schedule: &Schedule, calendar: &Calendar, from: &str, to: &str) -> bool {
    let time = |text: &str| text.parse::<DateTime<Utc>>().ok();
    let (Some(from), Some(to)) = (time(from), time(to)) else {
        return false;
    };
    let sets = calendar.fields();
    let mut day = from.date_naive();
    let zone = Zone::utc();
    let earlier = from - chrono::TimeDelta::days(1);
    let Some(found) = schedule
        .after(earlier, &zone)
        .map(|run| run.at.to_utc())
        .find(|at| *at >= from)
    else {
        return false;
    };
    // The day part must be plain for this to be told; the hosts of such expressions name no days.
    let plain = sets.day_of_week.is_full() && sets.day_of_month.special.is_empty();
    if !plain || calendar.zone_name().is_some() {
        return false;
    }
    while day < to.date_naive() {
        use chrono::Datelike;
        if sets.month.contains(day.month()) && sets.day_of_month.contains(day.day()) {
            let low = |set: &FieldSet| set.values().next().unwrap_or_default();
            let second = sets.second.as_ref().map_or(0, low);
            let first = day
                .and_hms_opt(low(&sets.hour), low(&sets.minute), second)
                .map(|at| at.and_utc());
            return first.is_some_and(|first| first < found && found < to);
        }
        let Some(next) = day.succ_opt() else { return false };
        day = next;
    }
    false
}
